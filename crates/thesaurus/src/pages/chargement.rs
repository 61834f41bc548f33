//! Loading a delivery from the screen, and checking somebody else's export.

use std::str::FromStr as _;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_from_french};
use guard::{Caller, GererService, LireThesaurus, Purpose, Upload};
use maud::{Markup, html};
use terminologie::{
    check::{self, Breach},
    read::{self as reader, Limits, Reading},
};
use ui::{
    Choice, Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Tone, actions, alert, checkbox,
    date_field, error_summary, file_field, form_part, link_button, nbsp, section, see_other, select_field,
    submit, table, text_field,
};

use super::{HOME, counted, encoded};
use crate::{
    Delivery, Layout, ListSummary, Liste, LoadError, Nature, api::Room, is_name, load, read, release,
};

/// Breaches shown on the page; their number is always told.
const SHOWN: usize = 300;
const ACCEPTED: &str = ".xlsx,.csv,.txt,.tsv,.xml,.ttl,.rdf,.owl,.json";

/// GET /thesaurus/charger
pub(crate) async fn form(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    show(&room, &caller, FormState::new(true).set("activer", "oui")).await
}

async fn show(room: &Room, caller: &Caller, state: FormState) -> Result<Markup, Fault> {
    let frame = room.house.frame(caller);
    room.house
        .guard
        .run::<GererService, _, Fault, _>(caller, "thesaurus", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(load_page(&frame, &state, &read::lists(&mut work.tx).await?)) })
        })
        .await
}

fn list_choices(lists: &[ListSummary], first: Choice) -> Vec<Choice> {
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
            (date_field(state.field("publiee_le", "Publiée le").help("La date de l'éditeur, si elle est connue.")))
            (select_field(state.field("disposition", "Disposition du fichier"), &layout_choices()))
            (checkbox(state.field("activer", "Mettre en service aussitôt").help("Sinon la version est proposée à côté de celle en service, avec ses différences.")))
            (form_part("Pour une liste nouvelle", html! {
                (text_field(state.field("id", "Identifiant").help("Court et stable\u{a0}: il figure dans chaque donnée saisie.")))
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
    for (field, missing) in [
        (
            "id",
            object.is_empty().then_some(
                "Donnez un identifiant à cette liste nouvelle, ou choisissez une liste déjà chargée.",
            ),
        ),
        (
            "version",
            sent.text("version").is_empty().then_some("Indiquez la version, telle que l'éditeur la nomme."),
        ),
    ] {
        if let Some(sentence) = missing {
            state.refuse(field, sentence);
        }
    }
    let issued = sent.text("publiee_le").to_owned();
    let publiee_le = Date::from_str(&issued).ok().or_else(|| date_from_french(&issued));
    if !issued.is_empty() && publiee_le.is_none() {
        state.refuse("publiee_le", "Écrivez une date comme 31/01/2027.");
    }
    if !state.is_valid() {
        return refused(&room, &caller, state).await;
    }
    let address = object.clone();
    let done = room
        .house
        .guard
        .run::<GererService, _, Refused, _>(&caller, &address, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let known = read::lists(&mut work.tx).await?.into_iter().find(|l| l.liste.id == object);
                let liste = match known {
                    Some(known) => known.liste,
                    None => Liste {
                        id: object,
                        titre: sent.text("titre").to_owned(),
                        nature: Nature::parse(sent.text("nature")).unwrap_or(Nature::Externe),
                        gestionnaire: sent.text("gestionnaire").to_owned(),
                        source: sent.text("source").to_owned(),
                        licence: sent.text("licence").to_owned(),
                    },
                };
                if liste.titre.is_empty() {
                    return Err(Refused::Field("titre", "Donnez un titre à cette liste nouvelle.".into()));
                }
                let delivery = Delivery {
                    disposition: Layout::parse(sent.text("disposition")),
                    activate: !sent.text("activer").is_empty(),
                    publiee_le,
                    ..Delivery::new(liste, sent.text("version"), name, bytes)
                };
                let now = work.now();
                if !is_name(&delivery.liste.id) {
                    return Err(Refused::Field("id", LoadError::BadName(delivery.liste.id).sentence()));
                }
                if !is_name(&delivery.version) {
                    return Err(Refused::Field("version", LoadError::BadName(delivery.version).sentence()));
                }
                let report = load(&mut work.tx, now, &delivery).await?;
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

async fn refused(room: &Room, caller: &Caller, state: FormState) -> Result<Response, Fault> {
    let reasons: Vec<&str> = state.errors().iter().map(|e| e.message.as_str()).collect();
    let why = reasons.join(" ");
    room.house.guard.note_refusal::<GererService>(caller, "thesaurus", Purpose::Gestion, &why).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(room, caller, state).await?).into_response())
}

/// Why nothing was loaded: something to correct in the form, or anything else.
enum Refused {
    Field(&'static str, String),
    Fault(Fault),
}

impl From<LoadError> for Refused {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Store(e) => Self::Fault(e.into()),
            LoadError::VersionTaken { .. } => Self::Field("version", error.sentence()),
            other => Self::Field("fichier", other.sentence()),
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

/// GET /thesaurus/controle
pub(crate) async fn control(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "controle", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let lists = read::lists(&mut work.tx).await?;
                Ok(control_page(&frame, &FormState::new(true), &lists, None))
            })
        })
        .await
}

fn control_page(frame: &Frame, state: &FormState, lists: &[ListSummary], found: Option<&Markup>) -> Markup {
    Page::new(frame, "Contrôler un export").crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME).render(html! {
        p { "L'export d'un autre logiciel est comparé à une version chargée ici. Chaque écart à l'engagement des éditeurs (règles E1 à E9) est nommé. Le fichier n'est pas gardé." }
        @if let Some(found) = found { (found) }
        (Form::post(format!("{HOME}/controle"), &frame.csrf).multipart().render(html! {
            (error_summary(state))
            (file_field(state.field("fichier", "Export à contrôler").required(), ACCEPTED))
            (select_field(state.field("liste", "Liste").required(), &list_choices(lists, Choice::new("", "Choisissez une liste"))))
            (text_field(state.field("version", "Version").help("Celle en service si rien n'est indiqué.")))
            (actions(submit("Contrôler", Kind::Primary)))
        }))
    })
}

/// POST /thesaurus/controle
pub(crate) async fn controlled(
    State(room): State<Room>,
    caller: Caller,
    sent: Upload,
) -> Result<Response, Fault> {
    let frame = room.house.frame(&caller);
    let mut state = FormState::from_pairs(true, sent.fields.clone());
    let reading = match sent.file.clone() {
        None => Err("Choisissez l'export à contrôler.".to_owned()),
        Some((_, bytes)) => {
            tokio::task::spawn_blocking(move || reader::read(&bytes, None, Limits::default()))
                .await
                .map_err(|e| Fault::Unexpected(e.to_string()))?
                .map_err(|e| e.sentence())
        }
    };
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "controle", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let lists = read::lists(tx).await?;
                let (list, version) = (sent.text("liste"), sent.text("version"));
                let version = match (version.is_empty(), read::active_version(tx, list).await?) {
                    (true, Some(active)) => active,
                    _ => version.to_owned(),
                };
                let against = release(tx, list, &version).await?;
                if against.is_none() {
                    state.refuse("liste", "Cette version n'est pas chargée. Choisissez la liste et la version à laquelle comparer.");
                }
                let found = match (&reading, &against) {
                    (Err(sentence), _) => {
                        state.refuse("fichier", sentence);
                        None
                    }
                    (Ok(reading), Some(release)) => {
                        Some(breaches(reading, &check::against(&reading.terms, release)))
                    }
                    (Ok(_), None) => None,
                };
                let status = if state.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
                Ok((status, control_page(&frame, &state, &lists, found.as_ref())).into_response())
            })
        })
        .await
}

fn breaches(reading: &Reading, breaches: &[Breach]) -> Markup {
    let columns =
        [Column::text("Code"), Column::number("Ligne"), Column::text("Règle"), Column::text("Écart")];
    let rows = breaches
        .iter()
        .take(SHOWN)
        .map(|b| {
            Row::new(vec![
                html! { @if b.code.is_empty() { "la liste" } @else { (b.code) } },
                html! { @if b.row > 0 { (b.row) } },
                html! { (b.rule.id()) },
                html! { (nbsp(&b.sentence())) },
            ])
        })
        .collect();
    let unreadable: Vec<Row> = reading
        .rejected
        .iter()
        .take(SHOWN)
        .map(|r| Row::new(vec![html! { (r.row) }, html! { (r.code) }, html! { (r.reason.sentence()) }]))
        .collect();
    let faithful = breaches.is_empty() && reading.rejected.is_empty();
    let tone = if faithful { Tone::Ok } else { Tone::Attention };
    section(
        "ecarts",
        "Résultat du contrôle",
        None,
        html! {
            (alert(tone, &counted(breaches.len(), "écart", "écarts"), html! {
                p {
                    (counted(reading.terms.len(), "terme comparé", "termes comparés")) ", "
                    (counted(reading.rejected.len(), "ligne illisible", "lignes illisibles")) "."
                }
            }))
            (table("Écarts", &columns, rows, Empty::new("Aucun écart", "Les termes lus sont ceux de la version.")))
            @if breaches.len() > SHOWN { p { "Les " (SHOWN) " premiers écarts sont affichés." } }
            @if !unreadable.is_empty() {
                (table("Lignes illisibles",
                    &[Column::number("Ligne"), Column::text("Code"), Column::text("Raison")], unreadable, Empty::new("", "")))
                @if reading.rejected.len() > SHOWN { p { "Les " (SHOWN) " premières lignes sont affichées." } }
            }
        },
    )
}
