//! GET and POST /adherents/nouveau: a new member company with its first establishment.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, Period, date_from_french};
use guard::{Caller, EcrireAdherent, Fields, Purpose, Role, Work};
use identite::{Siren, Siret};
use maud::{Markup, html};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId};
use store::{StoreError, Tx};
use thesaurus::Concept;
use ui::{
    Choice, Fault, Form, FormState, Frame, House, Kind, Page, Tone, actions, alert, date_field,
    error_summary, field_row, form_part, link_button, see_other, select_field, submit, text_field,
};

use crate::{
    Adherent, AdherentId, Etablissement, EtablissementId, TermeSaisi, adherent, by_siren, by_siret,
    champ_terme, insert_adherents, insert_etablissements, terme_saisi,
};

const TITLE: &str = "Ajouter une entreprise";

/// What the form offers.
struct Offer {
    centres: Vec<Centre>,
    medecins: Vec<Professionnel>,
    /// The list of activities in use: Insee's when it is loaded.
    activites: &'static str,
}

impl Offer {
    async fn read(tx: &mut Tx, today: Date) -> Result<Self, StoreError> {
        let naf = thesaurus::active_version(tx, "naf").await?.is_some();
        let all = organisation::professionnels(tx).await?;
        Ok(Self {
            centres: organisation::centres(tx).await?,
            medecins: all.into_iter().filter(|p| p.metier == Role::Medecin && p.present(today)).collect(),
            activites: if naf { "naf" } else { "activites" },
        })
    }
}

/// What became of a form.
enum Outcome {
    Saved(AdherentId),
    ToCorrect(Box<ToCorrect>),
}

/// A form to show again.
struct ToCorrect {
    state: FormState,
    offer: Offer,
    /// Activities to choose from, when the words typed mean several.
    proches: Vec<Concept>,
    /// The company that bears the SIREN already.
    known: Option<Adherent>,
}

pub(super) async fn page(State(house): State<House>, caller: Caller) -> Result<Markup, Fault> {
    let (id, offer) = house
        .guard
        .run::<EcrireAdherent, _, Fault, _>(&caller, "nouveau", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let today = work.today();
                Ok((work.new_id(), Offer::read(&mut work.tx, today).await?))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let state = FormState::new(true).set("id", id).set("adhesion", frame.today.to_string());
    Ok(show(&frame, &state, &offer, &[], None))
}

pub(super) async fn save(
    State(house): State<House>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    // The identifier was drawn with the form: the journal names the record, and a form sent twice is saved once.
    let id = fields.text("id").to_owned();
    if !super::is_id(&id) {
        return Err(Fault::Invalid(
            "Ce formulaire est incomplet. Rechargez la page, puis recommencez.".into(),
        ));
    }
    let outcome = house
        .guard
        .run::<EcrireAdherent, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { create(work, &AdherentId::new(permit.object()), &fields).await })
        })
        .await?;
    Ok(match outcome {
        Outcome::Saved(id) => see_other(&format!("/adherents/{id}")),
        Outcome::ToCorrect(form) => {
            let ToCorrect { state, offer, proches, known } = *form;
            let page = show(&house.frame(&caller), &state, &offer, &proches, known.as_ref());
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

async fn create(work: &mut Work, id: &AdherentId, fields: &Fields) -> Result<Outcome, Fault> {
    if adherent(&mut work.tx, id).await?.is_some() {
        return Ok(Outcome::Saved(id.clone()));
    }
    let today = work.today();
    let offer = Offer::read(&mut work.tx, today).await?;
    let pairs = fields.iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let mut state = FormState::from_pairs(true, pairs);
    let (mut known, mut proches) = (None, Vec::new());

    let siren = match Siren::parse(fields.text("siren")) {
        Ok(siren) => {
            known = by_siren(&mut work.tx, &siren).await?;
            if known.is_some() {
                state.refuse(
                    "siren",
                    "Une entreprise porte déjà ce SIREN\u{a0}: ouvrez sa fiche plutôt que d'en créer une autre.",
                );
            }
            Some(siren)
        }
        Err(e) => {
            state.refuse("siren", e.to_string());
            None
        }
    };
    let raison = required(&mut state, fields, "raison_sociale", "Indiquez la raison sociale.");
    let adhesion = read_day(&mut state, fields, today);
    let siret = match Siret::parse(fields.text("siret")) {
        Ok(siret) => {
            if siren.as_ref().is_some_and(|s| *s != siret.siren()) {
                state.refuse("siret", "Les neuf premiers chiffres du SIRET devraient être ceux du SIREN\u{a0}: corrigez l'un ou l'autre.");
            } else if by_siret(&mut work.tx, &siret).await?.is_some() {
                state.refuse("siret", "Un établissement porte déjà ce SIRET\u{a0}: cherchez son entreprise dans la liste des adhérents.");
            }
            Some(siret)
        }
        Err(e) => {
            state.refuse("siret", e.to_string());
            None
        }
    };
    let commune = required(&mut state, fields, "commune", "Indiquez la commune de l'établissement.");
    let centre = offer.centres.iter().find(|c| c.id.as_str() == fields.text("centre")).map(|c| c.id.clone());
    if centre.is_none() {
        state.refuse("centre", "Choisissez le centre qui recevra les salariés.");
    }
    let medecin = fields.optional("medecin").map(ProfessionnelId::new);
    if medecin.as_ref().is_some_and(|id| offer.medecins.iter().all(|m| m.id != *id)) {
        state.refuse("medecin", "Ce médecin n'est plus présent au service\u{a0}: choisissez-en un autre.");
    }
    let typed = (fields.text("activite"), fields.text("activite_texte"));
    let activite = match terme_saisi(&mut work.tx, offer.activites, typed.0, typed.1).await? {
        TermeSaisi::Choisi(coded) => Some(coded),
        TermeSaisi::Vide => None,
        TermeSaisi::Proches(found) => {
            state.refuse(
                "activite",
                "Plusieurs activités correspondent\u{a0}: choisissez celle qui convient.",
            );
            proches = found;
            None
        }
        TermeSaisi::Inconnu => {
            state.refuse(
                "activite",
                "Aucune activité de la liste ne correspond\u{a0}: essayez un autre mot, ou laissez le champ vide.",
            );
            None
        }
    };
    let (Some(siren), Some(adhesion), Some(siret), Some(centre_id), true) =
        (siren, adhesion, siret, centre, state.is_valid())
    else {
        return Ok(Outcome::ToCorrect(Box::new(ToCorrect { state, offer, proches, known })));
    };
    let new = Adherent { id: id.clone(), siren, raison_sociale: raison, adhesion: Period::since(adhesion) };
    let first = Etablissement {
        id: EtablissementId::new(work.new_id()),
        adherent_id: id.clone(),
        siret,
        nom: fields.optional("nom").unwrap_or(&new.raison_sociale).to_owned(),
        adresse: fields.text("adresse").to_owned(),
        commune,
        activite,
        centre_id,
        medecin_id: medecin,
        suivi: Period::since(adhesion),
    };
    insert_adherents(&mut work.tx, std::slice::from_ref(&new)).await?;
    insert_etablissements(&mut work.tx, std::slice::from_ref(&first)).await?;
    work.journal_change("entreprise créée", None, Some(after(&new, &first).to_string())).await?;
    Ok(Outcome::Saved(id.clone()))
}

fn after(adherent: &Adherent, first: &Etablissement) -> serde_json::Value {
    serde_json::json!({
        "siren": adherent.siren.as_str(),
        "raison_sociale": adherent.raison_sociale,
        "adhesion": adherent.adhesion,
        "etablissement": {
            "id": first.id,
            "siret": first.siret.as_str(),
            "nom": first.nom,
            "adresse": first.adresse,
            "commune": first.commune,
            "activite": first.activite,
            "centre": first.centre_id,
            "medecin": first.medecin_id,
        },
    })
}

fn required(state: &mut FormState, fields: &Fields, name: &str, sentence: &str) -> String {
    if fields.optional(name).is_none() {
        state.refuse(name, sentence);
    }
    fields.text(name).to_owned()
}

fn read_day(state: &mut FormState, fields: &Fields, today: Date) -> Option<Date> {
    let day = date_from_french(fields.text("adhesion"));
    match day {
        None => state.refuse(
            "adhesion",
            "Indiquez le jour de l'adhésion sous la forme jj/mm/aaaa\u{a0}; ce jour doit exister.",
        ),
        Some(day) if day > today => {
            state.refuse("adhesion", "L'adhésion ne peut pas commencer après aujourd'hui.");
        }
        Some(_) => {}
    }
    day
}

fn show(
    frame: &Frame,
    state: &FormState,
    offer: &Offer,
    proches: &[Concept],
    known: Option<&Adherent>,
) -> Markup {
    let centres: Vec<Choice> =
        offer.centres.iter().map(|c| Choice::new(CentreId::as_str(&c.id), &c.nom)).collect();
    let medecins: Vec<Choice> =
        offer.medecins.iter().map(|m| Choice::new(m.id.as_str(), m.nom_complet())).collect();
    let page = Page::new(frame, TITLE).crumb("Adhérents", "/adherents").active("/adherents").narrow();
    page.render(html! {
        @if offer.centres.is_empty() {
            (alert(Tone::Attention, "Aucun centre n'est enregistré", html! {
                "Un établissement est suivi par un centre du service\u{a0}: faites d'abord enregistrer un centre par l'informatique."
            }))
        }
        @if let Some(known) = known {
            (alert(Tone::Info, "Cette entreprise est déjà adhérente", html! {
                a href={ "/adherents/" (known.id) } { "Ouvrir la fiche de " (known.raison_sociale) }
            }))
        }
        (Form::post("/adherents/nouveau", &frame.csrf).render(html! {
            (error_summary(state))
            input type="hidden" name="id" value=(state.value("id"));
            (form_part("L'entreprise", html! {
                (field_row(html! {
                    (text_field(state.field("siren", "SIREN").required().help("Neuf chiffres, le dernier est une clé.")))
                    (date_field(state.field("adhesion", "Adhérente depuis le").required()))
                }))
                (text_field(state.field("raison_sociale", "Raison sociale").required().wide()))
            }))
            (form_part("Son premier établissement", html! {
                (text_field(state.field("siret", "SIRET").required().help("Quatorze chiffres\u{a0}: le SIREN, puis le numéro de l'établissement.")))
                (text_field(state.field("nom", "Nom usuel").wide().help("Vide, c'est la raison sociale.")))
                (field_row(html! {
                    (text_field(state.field("adresse", "Adresse").wide()))
                    (text_field(state.field("commune", "Commune").required()))
                }))
                (champ_terme(state, "activite", "Activité", offer.activites, proches))
            }))
            (form_part("Qui le suit", html! {
                (field_row(html! {
                    (select_field(state.field("centre", "Centre").required(), &centres))
                    (select_field(state.field("medecin", "Médecin du travail"), &medecins))
                }))
            }))
            (actions(html! {
                (submit("Enregistrer l'entreprise", Kind::Primary))
                (link_button("/adherents", "Revenir à la liste", Kind::Secondary))
            }))
        }))
    })
}
