//! GET and POST /imports/nouveau: the list that an employer sends, tried first, then imported.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, GererService, Purpose, Role, Upload, UploadRejection};
use maud::{Markup, html};
use organisation::{Centre, CentreId, Professionnel, ProfessionnelId};
use store::StoreError;
use ui::{
    Choice, Fault, Form, FormState, Frame, House, Kind, Page, Tone, actions, alert, checkbox, error_summary,
    file_field, link_button, see_other, select_field, submit,
};

use super::rapport::trial;
use crate::{Fichier, ImportError, Limites, Options, importer};

/// What the form offers.
struct Offer {
    centres: Vec<Centre>,
    medecins: Vec<Professionnel>,
}

pub(super) async fn page(State(house): State<House>, caller: Caller) -> Result<Markup, Fault> {
    let offer = offer(&house, &caller).await?;
    let state = FormState::new(true).set("essai", "oui");
    let only = if let [centre] = offer.centres.as_slice() { centre.id.to_string() } else { String::new() };
    Ok(show(&house.frame(&caller), &state.set("centre", only), &offer, None))
}

async fn offer(house: &House, caller: &Caller) -> Result<Offer, Fault> {
    house
        .guard
        .run::<GererService, _, Fault, _>(caller, "imports", Purpose::Gestion, |work, _| {
            Box::pin(async move {
                let today = work.today();
                let all = organisation::professionnels(&mut work.tx).await?;
                let medecins =
                    all.into_iter().filter(|p| p.metier == Role::Medecin && p.present(today)).collect();
                Ok(Offer { centres: organisation::centres(&mut work.tx).await?, medecins })
            })
        })
        .await
}

pub(super) async fn send(
    State(house): State<House>,
    caller: Caller,
    sent: Result<Upload, UploadRejection>,
) -> Result<Response, Fault> {
    let sent = match sent {
        Ok(sent) => sent,
        Err(UploadRejection::TooLarge) => {
            let limit = Limites::default().octets;
            return Err(Fault::Invalid(ImportError::TooLarge(limit, limit).sentence()));
        }
        Err(rejection) => return Ok(rejection.into_response()),
    };
    let trial_only = !sent.text("essai").is_empty();
    let options = Options {
        centre: CentreId::new(sent.text("centre")),
        medecin: Some(sent.text("medecin")).filter(|m| !m.is_empty()).map(ProfessionnelId::new),
        essai: trial_only,
        limites: Limites::default(),
    };
    let mut state = FormState::from_pairs(true, sent.fields);
    let (nom, octets) = sent.file.unwrap_or_default();
    let fichier = Fichier { nom, octets };
    let done = match importer(&house.guard, &caller, fichier, options).await {
        Ok(compte) => match (compte.lot.clone(), compte.deja_le) {
            (Some(lot), Some(_)) if compte.integrees == 0 => {
                return Ok(see_other(&format!("/imports/{lot}?deja=1")));
            }
            (Some(lot), _) => return Ok(see_other(&format!("/imports/{lot}"))),
            (None, _) => Some(compte),
        },
        Err(ImportError::Store(StoreError::Conflict(_))) => {
            return Err(Fault::Stale(
                "Quelqu'un enregistrait les mêmes entreprises au même moment. Rien n'a été enregistré\u{a0}; recommencez.".into(),
            ));
        }
        Err(ImportError::Store(e)) => return Err(e.into()),
        Err(ImportError::Refused(r)) => return Err(r.into()),
        Err(e) => {
            let field = match e {
                ImportError::UnknownCentre(_) => "centre",
                ImportError::UnknownDoctor(_) => "medecin",
                _ => "fichier",
            };
            state.refuse(field, e.sentence());
            None
        }
    };
    let offer = offer(&house, &caller).await?;
    let page = show(&house.frame(&caller), &state, &offer, done.as_ref().map(trial).as_ref());
    let status = if state.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, page).into_response())
}

fn show(frame: &Frame, state: &FormState, offer: &Offer, report: Option<&Markup>) -> Markup {
    let centres: Vec<Choice> = offer.centres.iter().map(|c| Choice::new(c.id.as_str(), &c.nom)).collect();
    let medecins: Vec<Choice> =
        offer.medecins.iter().map(|m| Choice::new(m.id.as_str(), m.nom_complet())).collect();
    let page = Page::new(frame, "Importer une liste").crumb("Imports", "/imports");
    let page = if report.is_some() { page } else { page.narrow() };
    page.render(html! {
        @if offer.centres.is_empty() {
            (alert(Tone::Attention, "Aucun centre n'est enregistré", html! {
                "Un établissement est suivi par un centre du service\u{a0}: faites d'abord enregistrer un centre par l'informatique."
            }))
        }
        @if let Some(report) = report { (report) }
        (Form::post("/imports/nouveau", &frame.csrf).multipart().render(html! {
            (error_summary(state))
            (file_field(state.field("fichier", "Liste des salariés").required().help("Excel (.xlsx) ou CSV, 50\u{a0}Mo et 100\u{202f}000 lignes au plus."), ".xlsx,.xlsm,.csv,.txt"))
            (select_field(state.field("centre", "Centre").required().help("Pour les établissements que la liste ajoute."), &centres))
            (select_field(state.field("medecin", "Médecin du travail"), &medecins))
            (checkbox(state.field("essai", "Essai à blanc").help("Le rapport est montré et rien n'est enregistré.")))
            (actions(html! {
                (submit("Lire la liste", Kind::Primary))
                (link_button("/imports", "Voir les imports passés", Kind::Secondary))
            }))
        }))
        (columns_expected())
    })
}

fn columns_expected() -> Markup {
    html! {
        details {
            summary { "Les colonnes attendues" }
            p {
                "Indispensables\u{a0}: nom de naissance, prénoms, date de naissance, date d'entrée, et le SIRET de l'établissement \
                 (dans une colonne, ou au-dessus de la liste). La raison sociale est nécessaire pour une entreprise nouvelle."
            }
            p {
                "Utiles\u{a0}: nom d'usage, sexe, code commune ou lieu de naissance, NIR, intitulé du poste, PCS-ESE, type de contrat, \
                 date de sortie, travail de nuit, risques particuliers, unité de travail, téléphone, courriel."
            }
            p { "L'ordre des colonnes est libre, et les intitulés habituels des logiciels de paie sont reconnus." }
        }
    }
}
