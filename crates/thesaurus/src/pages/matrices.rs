//! A matrix: its trades, and what it proposes for one of them.

use std::collections::{BTreeMap, HashMap};

use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use base::date_numeric;
use guard::{Caller, Fields, GererService, LireThesaurus, Purpose};
use maud::{Markup, html};
use store::{StoreError, Tx};
use terminologie::{
    Cell, Matrix, MatrixKind, Nature, Reference,
    write::{self, Format},
};
use ui::{
    Column, Empty, Fault, Form, Frame, Kind, Page, Row, Tone, actions, alert, badge, definition_list,
    link_button, number, search_field, section, see_other, submit, table,
};

use super::{HOME, aside, digest, encoded, seal, versions::file};
use crate::{
    ActivateError, MatrixSummary, activate_matrix,
    api::{Room, asked},
    delivered_matrix, matrices,
    matrices::silent,
    matrix, read,
};

/// Trades on one page; a search reaches the others.
const SHOWN: usize = 100;

/// What a matrix proposes, in a word.
pub(super) fn kind_label(kind: MatrixKind) -> &'static str {
    match kind {
        MatrixKind::Exposition => "expositions potentielles",
        MatrixKind::Tache => "tâches potentielles",
    }
}

/// The matrices, on the page of the lists.
pub(super) fn matrices_table(all: &[MatrixSummary]) -> Markup {
    let columns = [
        Column::text("Matrice"),
        Column::text("Version"),
        Column::text("Propose"),
        Column::number("Cases"),
        Column::number("Non résolues"),
        Column::text("Gestionnaire"),
        Column::text("Droits d'usage"),
    ];
    // The version in use of each, or the latest loaded of one that has none.
    let shown = all.iter().enumerate().filter(|(i, m)| {
        m.active
            || !all.iter().any(|o| o.facts.id == m.facts.id && o.active)
                && !all[..*i].iter().any(|o| o.facts.id == m.facts.id)
    });
    let rows = shown
        .map(|(_, m)| {
            Row::new(vec![
                html! { a href={ (HOME) "/matrices/" (m.facts.id) "?version=" (encoded(&m.version)) } { (m.facts.title) } },
                html! { (m.version) @if !m.depart { " " (seal(m.sceau.as_ref())) } @if !m.active { " " (badge(Tone::Attention, "pas en service")) } @if m.depart { " " (badge(Tone::Info, "liste de départ")) } },
                html! { (kind_label(m.kind)) },
                html! { (number(m.cellules)) },
                html! { (number(m.non_resolues)) },
                html! { (m.facts.manager) },
                html! { (m.facts.licence) },
            ])
        })
        .collect();
    let nothing = Empty::new(
        "Aucune matrice n'est chargée",
        "Une matrice propose, pour un métier, des expositions ou des tâches plausibles.",
    );
    table("Matrices emploi-expositions et emploi-tâches", &columns, rows, nothing)
}

/// GET /thesaurus/matrices/{id}?version=&metier=&q=
pub(crate) async fn page(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let may_switch = room.house.guard.offers::<GererService>(&caller);
    let object = id.clone();
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let asked = asked(query);
                let all: Vec<MatrixSummary> =
                    matrices(&mut work.tx).await?.into_iter().filter(|m| m.facts.id == id).collect();
                let wanted = asked.optional("version");
                let absent = || Fault::absent("Cette matrice");
                let shown = match wanted {
                    Some(version) => all.iter().find(|m| m.version == version),
                    None => all.iter().find(|m| m.active).or(all.first()),
                };
                let shown = shown.ok_or_else(absent)?;
                let mut content = matrix(&mut work.tx, &id, &shown.version).await?.ok_or_else(absent)?;
                name_cells(&mut work.tx, shown, &mut content).await?;
                let titles =
                    (title(&mut work.tx, &shown.metiers).await?, title(&mut work.tx, &shown.cibles).await?);
                let silent = silent(&mut work.tx, &id, &shown.version).await?;
                Ok(view(
                    &frame,
                    &View { shown, all: &all, content: &content, silent, titles, may_switch },
                    &asked,
                ))
            })
        })
        .await
}

/// Many matrices name trades and terms by their codes alone: the lists they refer to give the words.
async fn name_cells(tx: &mut Tx, shown: &MatrixSummary, content: &mut Matrix) -> Result<(), StoreError> {
    let trades = labels(tx, &shown.metiers).await?;
    let targets = labels(tx, &shown.cibles).await?;
    let name = |reference: &mut Reference, labels: &HashMap<String, String>| {
        if let Some(label) = labels.get(&reference.code).filter(|_| reference.label.is_empty()) {
            reference.label.clone_from(label);
        }
    };
    for cell in &mut content.cells {
        name(&mut cell.profession, &trades);
        name(&mut cell.target, &targets);
    }
    Ok(())
}

/// What a version of a list is called; its identifier where it is not loaded.
async fn title(tx: &mut Tx, (list, version): &(String, String)) -> Result<String, StoreError> {
    let versions = read::versions(tx, list).await?;
    let named = versions.into_iter().find(|v| v.version == *version);
    Ok(named.map_or_else(|| list.clone(), |v| v.liste.titre))
}

async fn labels(
    tx: &mut Tx,
    (list, version): &(String, String),
) -> Result<HashMap<String, String>, StoreError> {
    Ok(read::concepts_of(tx, list, version).await?.into_iter().map(|c| (c.code, c.label)).collect())
}

/// One version of a matrix.
struct View<'a> {
    shown: &'a MatrixSummary,
    all: &'a [MatrixSummary],
    content: &'a Matrix,
    /// Cells that propose nothing today.
    silent: i64,
    /// The titles of its two lists.
    titles: (String, String),
    may_switch: bool,
}

fn view(frame: &Frame, view: &View<'_>, asked: &Fields) -> Markup {
    let View { shown, content, may_switch, .. } = *view;
    let mut trades: BTreeMap<(&str, &str), Vec<&Cell>> = BTreeMap::new();
    for cell in &content.cells {
        trades.entry((&cell.profession.code, &cell.profession.label)).or_default().push(cell);
    }
    let here = format!("{HOME}/matrices/{}", shown.facts.id);
    let version = encoded(&shown.version);
    let trade = asked.optional("metier");
    let query = asked.text("q");
    let page =
        Page::new(frame, &shown.facts.title).crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME);
    page.render(html! {
        p { "Une case est une proposition plausible pour le métier. Elle ne devient une donnée du dossier que lorsqu'un professionnel la retient." }
        @if !shown.active {
            (alert(Tone::Info, "Version pas en service", html! {
                p { "Cette version ne propose rien à la saisie." }
                @if may_switch {
                    (Form::post(format!("{here}/activer"), &frame.csrf).render(html! {
                        input type="hidden" name="version" value=(shown.version);
                        (actions(submit("Mettre en service", Kind::Primary)))
                    }))
                }
            }))
        }
        @if let Some(code) = trade {
            (proposals(content, code, &trades))
            p { a href={ (here) "?version=" (version) } { "Tous les métiers de la matrice" } }
        } @else {
            (search_field(&here, "q", "Chercher un métier", query, "metiers"))
            div #metiers { (trades_table(&here, &version, &trades, query)) }
            (facts(view, &here))
        }
    })
}

fn name<'a>(code: &'a str, label: &'a str) -> &'a str {
    if label.is_empty() { code } else { label }
}

fn trades_table(
    here: &str,
    version: &str,
    trades: &BTreeMap<(&str, &str), Vec<&Cell>>,
    query: &str,
) -> Markup {
    let words = base::words(query);
    let found: Vec<_> = trades
        .iter()
        .filter(|((code, label), _)| {
            let text = base::fold(&format!("{code} {label}"));
            words.iter().all(|w| text.contains(w.as_str()))
        })
        .collect();
    let columns = [Column::text("Métier"), Column::text("Code"), Column::number("Propositions")];
    let rows = found
        .iter()
        .take(SHOWN)
        .map(|((code, label), cells)| {
            let key = if code.is_empty() { label } else { code };
            Row::new(vec![
                html! { a href={ (here) "?version=" (version) "&metier=" (encoded(key)) } { (name(code, label)) } },
                html! { (code) },
                html! { (number(i64::try_from(cells.len()).unwrap_or(i64::MAX))) },
            ])
        })
        .collect();
    html! {
        (table("Métiers", &columns, rows, Empty::new("Aucun métier ne correspond", "Essayez un autre mot.")))
        @if found.len() > SHOWN { p { "Les " (SHOWN) " premiers métiers sont affichés, sur " (number(i64::try_from(found.len()).unwrap_or(i64::MAX))) "." } }
    }
}

fn proposals(content: &Matrix, key: &str, trades: &BTreeMap<(&str, &str), Vec<&Cell>>) -> Markup {
    let found = trades.iter().find(|((code, label), _)| *code == key || (code.is_empty() && *label == key));
    let columns = [
        Column::text(if content.kind == MatrixKind::Tache { "Tâche" } else { "Exposition" }),
        Column::text("Code"),
        Column::text("Plausibilité"),
        Column::text("Modification"),
    ];
    let rows = found
        .iter()
        .flat_map(|(_, cells)| cells.iter())
        .map(|cell| {
            Row::new(vec![
                html! { (name(&cell.target.code, &cell.target.label)) },
                html! { (cell.target.code) },
                html! { (cell.plausibility.map_or("non précisée", |p| p.as_str())) },
                html! { (cell.nature.map_or("", Nature::label)) },
            ])
        })
        .collect();
    let title = found.map_or_else(|| key.to_owned(), |((code, label), _)| name(code, label).to_owned());
    let others: Vec<&str> = content
        .possible
        .iter()
        .filter(|p| p.profession.code == key || (p.profession.code.is_empty() && p.profession.label == key))
        .map(|p| p.label.as_str())
        .collect();
    html! {
        (section("propositions", &title, None, table("Propositions", &columns, rows,
            Empty::new("Aucune proposition", "La matrice ne dit rien de ce métier."))))
        @if !others.is_empty() {
            (section("concernes", "Professions possiblement concernées", None, html! { ul { @for other in others { li { (other) } } } }))
        }
    }
}

fn facts(view: &View<'_>, here: &str) -> Markup {
    let View { shown, all, silent, ref titles, .. } = *view;
    let list = |title: &str, (id, version): &(String, String)| {
        html! { a href={ (HOME) "/" (id) "?version=" (encoded(version)) } { (title) } ", version " (version) }
    };
    let file = |format: &str| format!("{here}/export?version={}&format={format}", encoded(&shown.version));
    html! {
        (section("matrice", "Cette matrice", None, definition_list(vec![
            ("Version", html! { (shown.version) }),
            ("Gestionnaire", html! { (shown.facts.manager) }),
            ("Source", html! { (shown.facts.source) }),
            ("Droits d'usage", html! { (shown.facts.licence) }),
            ("Métiers", list(&titles.0, &shown.metiers)),
            ("Propose des termes de", list(&titles.1, &shown.cibles)),
            ("Cases", html! { (number(shown.cellules)) ", dont " (number(shown.non_resolues)) " non résolues" }),
            ("Muettes aujourd'hui", html! {
                (number(silent))
                @if silent > 0 { ", dont le métier ou le terme a changé de libellé, ou n'est plus proposé, dans la version en service de sa liste" }
            }),
            ("Signature", seal(shown.sceau.as_ref())),
            ("Chargée le", html! { @if let Some(at) = shown.chargee_le { (date_numeric(at.day())) } }),
            ("SHA-256", digest(&shown.sha256)),
        ])))
        (section("fichiers", "Emporter cette version", None, html! {
            p { a href=(file("livre")) { "Le fichier livré, à l'identique" } }
            (actions(html! {
                (link_button(&file("xlsx"), "Classeur (.xlsx)", Kind::Secondary))
                (link_button(&file("csv"), "CSV", Kind::Secondary))
            }))
        }))
        @if all.len() > 1 {
            (section("versions", "Toutes les versions", None, html! { ul { @for m in all { li {
                a href={ (here) "?version=" (encoded(&m.version)) } { (m.version) }
                " · " (number(m.cellules)) " cases"
                @if m.active { " " (badge(Tone::Ok, "en service")) }
            } } } }))
        }
    }
}

/// GET /thesaurus/matrices/{id}/export?version=&format=
pub(crate) async fn export(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let (object, asked) = (id.clone(), asked(query));
    let format = asked.text("format").to_owned();
    let (summary, octets, content) = room
        .house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let absent = || Fault::absent("Cette matrice");
                let version = if let Some(version) = asked.optional("version") {
                    version.to_owned()
                } else {
                    let all = matrices(tx).await?;
                    all.into_iter().find(|m| m.facts.id == id && m.active).ok_or_else(absent)?.version
                };
                let (summary, octets) = delivered_matrix(tx, &id, &version).await?.ok_or_else(absent)?;
                Ok((summary, octets, matrix(tx, &id, &version).await?.ok_or_else(absent)?))
            })
        })
        .await?;
    let stem = format!("{}-{}", summary.facts.id, summary.version);
    let refused = |e: write::WriteError| Fault::Invalid(e.sentence());
    match format.as_str() {
        "" | "livre" => Ok(file(&summary.fichier, "application/octet-stream", octets)),
        "xlsx" => {
            let bytes = aside(move || write::matrix(&content)).await?.map_err(refused)?;
            Ok(file(&format!("{stem}.xlsx"), Format::Xlsx.media_type(), bytes))
        }
        "csv" => {
            let bytes = aside(move || write::matrix_csv(&content)).await?.map_err(refused)?;
            Ok(file(&format!("{stem}.csv"), Format::Csv.media_type(), bytes))
        }
        _ => {
            Err(Fault::Invalid("Ce format n'existe pas. Choisissez-en un dans la page de la matrice.".into()))
        }
    }
}

/// POST /thesaurus/matrices/{id}/activer
pub(crate) async fn switch(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let version = fields.text("version").to_owned();
    let object = id.clone();
    room.house
        .guard
        .run::<GererService, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let before = matrices(&mut work.tx).await?.into_iter().find(|m| m.facts.id == id && m.active);
                match activate_matrix(&mut work.tx, &id, &version).await {
                    Ok(()) => {}
                    Err(ActivateError::Store(e)) => return Err(e.into()),
                    Err(e) => return Err(Fault::Invalid(e.sentence())),
                }
                let before = before.map(|m| m.version);
                work.journal_change("mise en service d'une matrice", before, Some(version)).await?;
                Ok(see_other(&format!("{HOME}/matrices/{id}")))
            })
        })
        .await
}
