//! Loading a delivery from the screen.

use std::str::FromStr as _;

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_from_french};
use guard::{Caller, GererService, LireAdministration, Purpose, Upload};
use maud::{Markup, html};
use store::{StoreError, Tx};
use ui::{
    Choice, Fault, Form, FormState, Frame, Kind, Page, actions, checkbox, date_field, error_summary,
    file_field, form_part, link_button, see_other, select_field, submit, text_field,
};

use super::{HOME, aside, encoded};
use crate::{
    Delivery, Layout, ListSummary, Liste, LoadError, Nature,
    api::{Room, asked},
    keep, known_facts,
    load::is_list_name,
    prepare, read,
};

pub(super) const ACCEPTED: &str = ".xlsx,.csv,.txt,.tsv,.xml,.ttl,.rdf,.owl,.json";

/// GET /thesaurus/charger?liste=
pub(crate) async fn form(
    State(room): State<Room>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let list = asked(query).text("liste").to_owned();
    show(&room, &caller, FormState::new(true).set("liste", list), true).await
}

async fn show(room: &Room, caller: &Caller, state: FormState, fresh: bool) -> Result<Markup, Fault> {
    let frame = room.house.frame(caller);
    room.house
        .guard
        .run::<LireAdministration, _, Fault, _>(caller, "thesaurus", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let known = known_facts(tx, state.value("liste")).await?;
                let in_use = read::active_version(tx, state.value("liste")).await?.is_some();
                let state = match known.filter(|_| fresh) {
                    Some(known) if in_use => filled(state, known),
                    // Nothing is offered at entry yet: this delivery most likely is to be.
                    Some(known) => filled(state, known).set("activer", "oui"),
                    None => state,
                };
                Ok(load_page(&frame, &state, &received(tx).await?))
            })
        })
        .await
}

/// A form opened afresh on a list that is known holds what is known of it, to be changed where its editor changed it.
fn filled(state: FormState, known: Liste) -> FormState {
    state
        .set("titre", known.titre)
        .set("nature", known.nature.as_str())
        .set("gestionnaire", known.gestionnaire)
        .set("source", known.source)
        .set("licence", known.licence)
}

/// Every list that was received, in use or not.
pub(super) async fn received(tx: &mut Tx) -> Result<Vec<ListSummary>, StoreError> {
    let mut lists = read::lists(tx).await?;
    lists.extend(read::waiting(tx).await?);
    Ok(lists)
}

pub(super) fn list_choices(lists: &[ListSummary], first: Choice) -> Vec<Choice> {
    let mut choices = vec![first];
    choices
        .extend(lists.iter().map(|l| Choice::new(&l.liste.id, format!("{} – {}", l.liste.titre, l.version))));
    choices
}

fn layout_choices() -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "La reconnaître")];
    choices.extend(Layout::ALL.into_iter().map(|l| Choice::new(l.as_str(), layout_label(l))));
    choices
}

fn layout_label(layout: Layout) -> &'static str {
    match layout {
        Layout::Csv => "CSV (séparateurs)",
        Layout::Classeur => "Classeur de livraison (.xlsx)",
        Layout::Tep => "Classeur du TEP (.xlsx)",
        Layout::Bdpm => "Base publique des médicaments (.txt)",
        Layout::Svs => "Nomenclature SVS (.xml)",
        Layout::Skos => "SKOS ou OWL (.ttl, .rdf)",
        Layout::Fhir => "FHIR CodeSystem (.json)",
    }
}

fn load_page(frame: &Frame, state: &FormState, lists: &[ListSummary]) -> Markup {
    Page::new(frame, "Charger une livraison").crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME).narrow().render(html! {
        p { "Le fichier se charge tel que l'éditeur l'a livré. Il est gardé à l'octet, et la version en service répond jusqu'à ce que celle-ci soit entière." }
        (Form::post(format!("{HOME}/charger"), &frame.csrf).multipart().render(html! {
            (error_summary(state))
            (file_field(state.field("fichier", "Fichier livré").required().help("Classeur, CSV, XML de nomenclature, SKOS ou FHIR, 32\u{a0}Mo au plus."), ACCEPTED))
            (select_field(state.field("liste", "Liste"), &list_choices(lists, Choice::new("", "Une liste nouvelle"))))
            (text_field(state.field("version", "Version").required().help("Telle que l'éditeur la nomme, par exemple 2027.")))
            (date_field(state.field("publiee_le", "Date de l'édition").help("Celle que l'éditeur donne, si elle est connue.")))
            (select_field(state.field("disposition", "Disposition du fichier"), &layout_choices()))
            (checkbox(state.field("activer", "Mettre en service aussitôt").help("Sinon la version attend, avec ses différences, que vous la mettiez en service.")))
            (form_part("Ce que l'éditeur dit de sa liste", html! {
                p { "À remplir pour une liste nouvelle, et pour une livraison officielle qui remplace une liste de départ. Ailleurs, un champ laissé vide garde ce que dit la version en service." }
                (text_field(state.field("id", "Identifiant").help("Pour une liste nouvelle seulement. Court et stable\u{a0}: il figure dans chaque donnée saisie.")))
                (text_field(state.field("titre", "Titre").wide()))
                (select_field(state.field("nature", "Nature"), &natures()))
                (text_field(state.field("gestionnaire", "Gestionnaire").wide()))
                (text_field(state.field("source", "Source").wide()))
                (text_field(state.field("licence", "Droits d'usage").wide()))
            }))
            (actions(html! {
                (submit("Charger la livraison", Kind::Primary))
                (link_button(HOME, "Revenir aux listes", Kind::Secondary))
            }))
        }))
    })
}

fn natures() -> Vec<Choice> {
    [Nature::Principale, Nature::Complementaire, Nature::Externe]
        .into_iter()
        .map(|n| Choice::new(n.as_str(), n.label()))
        .collect()
}

/// POST /thesaurus/charger
pub(crate) async fn send(State(room): State<Room>, caller: Caller, sent: Upload) -> Result<Response, Fault> {
    let mut state = FormState::from_pairs(true, sent.fields.clone());
    let object = if sent.text("liste").is_empty() { sent.text("id") } else { sent.text("liste") }.to_owned();
    let Some((name, bytes)) = sent.file.clone() else {
        state.refuse("fichier", "Choisissez le fichier que l'éditeur a livré.");
        return refused(&room, &caller, state).await;
    };
    let version = sent.text("version").to_owned();
    if object.is_empty() {
        state.refuse(
            "id",
            "Donnez un identifiant à cette liste nouvelle, ou choisissez une liste déjà chargée.",
        );
    } else if !is_list_name(&object) {
        state.refuse("id", LoadError::BadName(object.clone()).sentence());
    }
    if version.is_empty() {
        state.refuse("version", "Indiquez la version, telle que l'éditeur la nomme.");
    } else if !terminologie::is_name(&version) {
        state.refuse("version", LoadError::BadName(version.clone()).sentence());
    }
    let issued = sent.text("publiee_le").to_owned();
    let publiee_le = Date::from_str(&issued).ok().or_else(|| date_from_french(&issued));
    if !issued.is_empty() && publiee_le.is_none() {
        state.refuse("publiee_le", "Écrivez une date comme 31/01/2027.");
    }
    if !state.is_valid() {
        return refused(&room, &caller, state).await;
    }
    let liste = match told(&room, &caller, object, &sent).await? {
        Ok(liste) => liste,
        Err(sentence) => {
            state.refuse("titre", sentence);
            return refused(&room, &caller, state).await;
        }
    };
    let delivery = Delivery {
        disposition: Layout::parse(sent.text("disposition")),
        activate: !sent.text("activer").is_empty(),
        publiee_le,
        ..Delivery::new(liste, version, name, bytes)
    };
    let address = delivery.liste.id.clone();
    // Seconds for the largest deliveries: neither on a thread that serves pages nor while others wait to write.
    let prepared = match aside(move || prepare(&delivery)).await? {
        Ok(prepared) => prepared,
        Err(error) => {
            state.refuse(field_of(&error), error.sentence());
            return refused(&room, &caller, state).await;
        }
    };
    let done = room
        .house
        .guard
        .run::<GererService, _, Refused, _>(&caller, &address, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let now = work.now();
                let report = keep(&mut work.tx, now, prepared).await?;
                work.journal_change(
                    "chargement d'une livraison",
                    None,
                    Some(format!("{} {}", report.id, report.version)),
                )
                .await?;
                Ok(format!("{HOME}/{}/livraison?version={}", report.id, encoded(&report.version)))
            })
        })
        .await;
    match done {
        Ok(address) => Ok(see_other(&address)),
        Err(Refused::Field(field, sentence)) => {
            state.refuse(field, sentence);
            refused(&room, &caller, state).await
        }
        Err(Refused::Fault(fault)) => Err(fault),
    }
}

/// What the form says of a list, completed with what is known of it; the sentence of its refusal otherwise. A starter
/// list says nothing of the editor's: it is asked for.
async fn told(
    room: &Room,
    caller: &Caller,
    object: String,
    sent: &Upload,
) -> Result<Result<Liste, &'static str>, Fault> {
    let wanted = object.clone();
    let (known, starter) = room
        .house
        .guard
        .run::<LireAdministration, _, Fault, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let known = known_facts(&mut work.tx, &wanted).await?;
                let versions = read::versions(&mut work.tx, &wanted).await?;
                let starter =
                    versions.iter().find(|v| v.active).or(versions.first()).is_some_and(|v| v.depart);
                Ok((known, starter))
            })
        })
        .await?;
    let said = |field: &str, of: fn(&Liste) -> &str| match (sent.text(field), known.as_ref()) {
        ("", Some(known)) => of(known).to_owned(),
        (text, _) => text.to_owned(),
    };
    if sent.text("titre").is_empty() && (known.is_none() || starter) {
        return Ok(Err(if starter {
            "Cette livraison remplace une liste de départ\u{a0}: donnez le titre de la liste officielle."
        } else {
            "Donnez un titre à cette liste nouvelle."
        }));
    }
    Ok(Ok(Liste {
        titre: said("titre", |l| &l.titre),
        nature: Nature::parse(sent.text("nature"))
            .or(known.as_ref().map(|l| l.nature))
            .unwrap_or(Nature::Externe),
        gestionnaire: said("gestionnaire", |l| &l.gestionnaire),
        source: said("source", |l| &l.source),
        licence: said("licence", |l| &l.licence),
        id: object,
    }))
}

/// The field that a refusal speaks of.
pub(super) fn field_of(error: &LoadError) -> &'static str {
    match error {
        LoadError::VersionTaken { .. } => "version",
        LoadError::BadName(_) => "id",
        _ => "fichier",
    }
}

pub(super) async fn note(room: &Room, caller: &Caller, state: &FormState) -> Result<(), Fault> {
    let reasons: Vec<&str> = state.errors().iter().map(|e| e.message.as_str()).collect();
    let why = reasons.join(" ");
    Ok(room.house.guard.note_refusal::<GererService>(caller, "thesaurus", Purpose::Gestion, &why).await?)
}

async fn refused(room: &Room, caller: &Caller, state: FormState) -> Result<Response, Fault> {
    note(room, caller, &state).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(room, caller, state, false).await?).into_response())
}

/// Why nothing was loaded: something to correct in the form, or anything else.
pub(super) enum Refused {
    Field(&'static str, String),
    Fault(Fault),
}

impl From<LoadError> for Refused {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(e) => Self::Fault(e.into()),
            other => Self::Field(field_of(&other), other.sentence()),
        }
    }
}

impl From<store::StoreError> for Refused {
    fn from(error: store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<guard::Refusal> for Refused {
    fn from(refusal: guard::Refusal) -> Self {
        Self::Fault(refusal.into())
    }
}
