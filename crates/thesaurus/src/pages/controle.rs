//! Checking somebody else's export against a version.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, LireThesaurus, Purpose, Upload};
use maud::{Markup, html};
use store::{StoreError, Tx};
use terminologie::{
    Release,
    check::{self, Breach},
    read::{self as reader, Limits, Reading},
};
use ui::{
    Choice, Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Tone, actions, alert,
    error_summary, file_field, nbsp, section, select_field, submit, table, text_field,
};

use super::{
    HOME, aside,
    chargement::{ACCEPTED, list_choices},
    counted,
};
use crate::{ListSummary, api::Room, other_releases, read, release};

/// Breaches shown on the page; their number is always told.
const SHOWN: usize = 300;

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

/// What an export is checked against: the version it should be, and those before it, the latest first.
pub(crate) struct Against {
    release: Release,
    former: Vec<Release>,
}

impl Against {
    /// `None` when that version is not loaded.
    pub(crate) async fn read(tx: &mut Tx, list: &str, version: &str) -> Result<Option<Self>, StoreError> {
        let Some(reference) = release(tx, list, version).await? else { return Ok(None) };
        Ok(Some(Self { release: reference, former: other_releases(tx, list, version).await? }))
    }

    /// The breaches of an export; a term that the list had once is told from one that it never had.
    pub(crate) fn breaches(&self, reading: &Reading) -> Vec<Breach> {
        let former: Vec<&Release> = self.former.iter().collect();
        check::against_since(&reading.terms, &self.release, &former)
    }
}

/// POST /thesaurus/controle
pub(crate) async fn controlled(
    State(room): State<Room>,
    caller: Caller,
    sent: Upload,
) -> Result<Response, Fault> {
    let frame = room.house.frame(&caller);
    let mut state = FormState::from_pairs(true, sent.fields.clone());
    let file = sent.file.clone();
    let (list, version) = (sent.text("liste").to_owned(), sent.text("version").to_owned());
    let (lists, against) = room
        .house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "controle", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let version = match (version.is_empty(), read::active_version(tx, &list).await?) {
                    (true, Some(active)) => active,
                    _ => version,
                };
                Ok((read::lists(tx).await?, Against::read(tx, &list, &version).await?))
            })
        })
        .await?;
    if against.is_none() {
        state.refuse(
            "liste",
            "Cette version n'est pas chargée. Choisissez la liste et la version à laquelle comparer.",
        );
    }
    let found = match file {
        None => {
            state.refuse("fichier", "Choisissez l'export à contrôler.");
            None
        }
        Some((_, bytes)) => {
            let checked = aside(move || {
                let reading = reader::read(&bytes, None, Limits::default())?;
                Ok::<_, reader::ReadError>(against.map(|a| breaches(&reading, &a.breaches(&reading))))
            });
            checked.await?.unwrap_or_else(|error| {
                state.refuse("fichier", error.sentence());
                None
            })
        }
    };
    let status = if state.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok((status, control_page(&frame, &state, &lists, found.as_ref())).into_response())
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
