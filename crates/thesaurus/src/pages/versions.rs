//! Comparing two versions of a list, putting one in use, taking one away as a file.

use axum::{
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, Fields, GererService, LireThesaurus, Purpose};
use maud::{Markup, html};
use terminologie::{
    Release,
    diff::{self, Change, Differences},
    write::{self, Format},
};
use ui::{
    Choice, Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Stat, Tone, actions, alert, badge,
    grid, nbsp, number, section, see_other, select_field, stat, submit, table,
};

use super::{HOME, encoded};
use crate::{
    ActivateError, Impact, ListSummary, activate,
    api::{Room, asked},
    delivered, impact, read, release,
};

/// Changes on one page; their number is always told, and the file holds them all.
const SHOWN: usize = 300;

/// The address of a comparison.
pub(super) fn compare_href(list: &str, from: Option<&str>, to: &str) -> String {
    let to = encoded(to);
    match from {
        Some(from) => format!("{HOME}/{list}/comparer?de={}&a={to}", encoded(from)),
        None => format!("{HOME}/{list}/comparer?a={to}"),
    }
}

/// GET /thesaurus/{list}/comparer?de=&a=
pub(crate) async fn compare(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let may_switch = room.house.guard.offers::<GererService>(&caller);
    let usages = room.usages;
    let object = list.clone();
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let asked = asked(query);
                let versions = read::versions(tx, &list).await?;
                // A list whose first version waits for its switch has none in use: its latest one stands for it.
                let active = versions
                    .iter()
                    .find(|v| v.active)
                    .or(versions.first())
                    .ok_or_else(|| Fault::absent("Cette liste"))?;
                let to = asked.optional("a").unwrap_or(&active.version).to_owned();
                // Without a word, a version is compared with the one in use, the one in use with the one before.
                let before = versions.iter().find(|v| v.version != to);
                let other = if to == active.version { before } else { Some(active) };
                let Some(from) = asked.optional("de").or(other.map(|v| v.version.as_str())) else {
                    return Ok(alone(&frame, active, may_switch));
                };
                let absent = || Fault::absent("Cette version");
                let old = release(tx, &list, from).await?.ok_or_else(absent)?;
                let new = release(tx, &list, &to).await?.ok_or_else(absent)?;
                let differences = diff::diff(&old.terms, &new.terms);
                let codes = differences.codes_touched().into_iter().map(str::to_owned).collect();
                let impact = impact(tx, usages, &list, &codes).await?;
                let view = View {
                    versions: &versions,
                    active,
                    old: &old,
                    new: &new,
                    differences: &differences,
                    impact: &impact,
                    may_switch,
                };
                Ok(view.page(&frame))
            })
        })
        .await
}

fn alone(frame: &Frame, list: &ListSummary, may_switch: bool) -> Markup {
    page_of(frame, list).render(html! {
        (alert(Tone::Info, "Une seule version est chargée", html! { p { "Il faut deux versions d'une liste pour les comparer." } }))
        @if !list.active {
            (switching(frame, list, &list.version, may_switch, html! {
                p { "Elle sera proposée à la saisie. Aucune version de cette liste ne l'est encore." }
            }))
        }
    })
}

/// The section that puts a version in use.
fn switching(frame: &Frame, list: &ListSummary, version: &str, may_switch: bool, what: Markup) -> Markup {
    section(
        "bascule",
        &format!("Mettre en service la version {version}"),
        None,
        html! {
            (what)
            @if may_switch {
                (Form::post(format!("{HOME}/{}/activer", list.liste.id), &frame.csrf).render(html! {
                    input type="hidden" name="version" value=(version);
                    (actions(submit("Mettre en service", Kind::Primary)))
                }))
            } @else {
                p { "La mise en service est faite par l'informatique du service." }
            }
        },
    )
}

fn page_of<'a>(frame: &'a Frame, list: &ListSummary) -> Page<'a> {
    Page::new(frame, "Comparer deux versions")
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .crumb(&list.liste.titre, format!("{HOME}/{}", list.liste.id))
        .active(HOME)
}

struct View<'a> {
    versions: &'a [ListSummary],
    active: &'a ListSummary,
    old: &'a Release,
    new: &'a Release,
    differences: &'a Differences,
    impact: &'a Impact,
    may_switch: bool,
}

impl View<'_> {
    fn page(&self, frame: &Frame) -> Markup {
        page_of(frame, self.active).render(html! {
            (self.choose())
            (self.figures())
            @if let Some(whole) = &self.differences.recodification {
                (alert(Tone::Attention, "Toute la liste change de codes", html! { p { (nbsp(&whole.sentence())) } }))
            }
            @if self.new.version != self.active.version || !self.active.active { (self.switch(frame)) }
            (self.findings())
            (self.changes())
        })
    }

    fn choose(&self) -> Markup {
        let choices: Vec<Choice> = self
            .versions
            .iter()
            .map(|v| {
                Choice::new(
                    &v.version,
                    if v.active { format!("{} (en service)", v.version) } else { v.version.clone() },
                )
            })
            .collect();
        let state = FormState::new(true).set("de", &self.old.version).set("a", &self.new.version);
        Form::get(format!("{HOME}/{}/comparer", self.active.liste.id)).line().render(html! {
            (select_field(state.field("de", "De la version"), &choices))
            (select_field(state.field("a", "à la version"), &choices))
            (submit("Comparer", Kind::Secondary))
        })
    }

    fn figures(&self) -> Markup {
        let d = self.differences;
        let count = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
        let touched = |n: u64| number(i64::try_from(n).unwrap_or(i64::MAX));
        let mut stats = vec![
            Stat::new("Termes avant", count(d.counts.before)),
            Stat::new("Termes après", count(d.counts.after)),
        ];
        for (kind, n) in &d.counts.kinds {
            stats.push(Stat::new(kind.label(), count(*n)));
        }
        let total = self.impact.total;
        stats.push(
            Stat::new("Enregistrements touchés", touched(total.records))
                .definition("Enregistrements du service saisis avec un terme que cette comparaison touche, toutes versions confondues. Aucun n'est modifié."),
        );
        stats.push(
            Stat::new("Salariés touchés", touched(total.workers))
                .definition("Salariés distincts de ces enregistrements."),
        );
        stats.push(
            Stat::new("Utilisateurs touchés", touched(total.users))
                .definition("Comptes distincts qui ont saisi ces enregistrements."),
        );
        grid(stats.into_iter().map(stat).collect())
    }

    fn switch(&self, frame: &Frame) -> Markup {
        let what = html! {
            p {
                @if self.active.active {
                    "Elle remplacera " (self.active.version) " à la saisie. Ce qui est déjà saisi garde sa version et son libellé, et l'on peut revenir à "
                    (self.active.version) " de la même façon."
                } @else {
                    "Elle sera proposée à la saisie. Aucune version de cette liste ne l'est encore."
                }
            }
        };
        switching(frame, self.active, &self.new.version, self.may_switch, what)
    }

    fn findings(&self) -> Markup {
        let columns = [Column::text("Terme"), Column::text("Constat"), Column::text("Gravité")];
        let rows = self
            .differences
            .findings
            .iter()
            .take(SHOWN)
            .map(|f| {
                Row::new(vec![
                    html! { @if f.code.is_empty() { "la liste" } @else { (f.code) } },
                    html! { (nbsp(&f.kind.sentence())) },
                    badge(Tone::Attention, f.severity.label()),
                ])
            })
            .collect();
        section(
            "constats",
            "Nature déclarée et nature constatée",
            None,
            table(
                "Ce que la livraison déclare et que la comparaison ne retrouve pas",
                &columns,
                rows,
                Empty::new(
                    "Rien à signaler",
                    "La livraison dit ce que la comparaison constate, ou ne déclare aucune nature.",
                ),
            ),
        )
    }

    fn changes(&self) -> Markup {
        let columns = [
            Column::text("Terme"),
            Column::text("Code"),
            Column::text("Changement"),
            Column::text("Détail"),
            Column::number("Enregistrements"),
            Column::number("Salariés"),
            Column::number("Utilisateurs"),
        ];
        let changes = &self.differences.changes;
        let rows = changes.iter().take(SHOWN).map(|c| self.change(c)).collect();
        let list = &self.active.liste.id;
        let file = format!(
            "{HOME}/{list}/export?version={}&avant={}&format=livraison",
            encoded(&self.new.version),
            encoded(&self.old.version)
        );
        section(
            "changements",
            "Changements",
            None,
            html! {
                p { a href=(file) { "Télécharger le classeur de livraison, avec sa feuille des modifications" } }
                (table("Un changement par ligne", &columns, rows, Empty::new("Aucun changement", "Les deux versions disent la même chose.")))
                @if changes.len() > SHOWN {
                    p { "Les " (SHOWN) " premiers changements sont affichés, sur " (number(i64::try_from(changes.len()).unwrap_or(i64::MAX))) ". Le classeur les contient tous." }
                }
            },
        )
    }

    fn change(&self, change: &Change) -> Row {
        let touched =
            change.was.as_ref().and_then(|code| self.impact.codes.get(code)).copied().unwrap_or_default();
        let cell = |n: u64| html! { (number(i64::try_from(n).unwrap_or(i64::MAX))) };
        Row::new(vec![
            html! { (change.label) },
            html! { (change.code) },
            html! { (change.kind().label()) },
            html! { (nbsp(&change.sentence())) },
            cell(touched.records),
            cell(touched.workers),
            cell(touched.users),
        ])
    }
}

/// POST /thesaurus/{list}/activer
pub(crate) async fn switch(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let version = fields.text("version").to_owned();
    let object = list.clone();
    room.house
        .guard
        .run::<GererService, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let before = read::active_version(&mut work.tx, &list).await?;
                match activate(&mut work.tx, &list, &version).await {
                    Ok(()) => {}
                    Err(ActivateError::Store(e)) => return Err(e.into()),
                    Err(e) => return Err(Fault::Invalid(e.sentence())),
                }
                work.journal_change("mise en service d'une version", before, Some(version)).await?;
                Ok(see_other(&format!("{HOME}/{list}")))
            })
        })
        .await
}

/// GET /thesaurus/{list}/export?version=&format=&avant=
pub(crate) async fn export(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let object = list.clone();
    let wanted = asked(query);
    let (format, before) = (wanted.text("format").to_owned(), wanted.optional("avant").map(str::to_owned));
    let read = room
        .house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let absent = || Fault::absent("Cette version");
                let version = match wanted.optional("version") {
                    Some(version) => version.to_owned(),
                    None => read::active_version(tx, &list).await?.ok_or_else(absent)?,
                };
                if format.is_empty() || format == "livre" {
                    return Ok(Asked::Delivered(Box::new(
                        delivered(tx, &list, &version).await?.ok_or_else(absent)?,
                    )));
                }
                let this = release(tx, &list, &version).await?.ok_or_else(absent)?;
                let former = match &before {
                    Some(before) => Some(release(tx, &list, before).await?.ok_or_else(absent)?),
                    None => None,
                };
                Ok(Asked::Written { release: Box::new(this), former: former.map(Box::new), format })
            })
        })
        .await?;
    tokio::task::spawn_blocking(move || read.answer()).await.map_err(|e| Fault::Unexpected(e.to_string()))?
}

/// A file to give: the delivered bytes, or a release to write.
enum Asked {
    Delivered(Box<crate::Delivered>),
    Written { release: Box<Release>, former: Option<Box<Release>>, format: String },
}

impl Asked {
    fn answer(self) -> Result<Response, Fault> {
        match self {
            Self::Delivered(d) => Ok(file(&d.fichier, "application/octet-stream", d.octets)),
            Self::Written { release, former, format } => {
                let stem = format!("{}-{}", release.facts.id, release.version);
                let refused = |e: write::WriteError| Fault::Invalid(e.sentence());
                if format == "livraison" {
                    let bytes = write::delivery(&release, former.as_deref()).map_err(refused)?;
                    return Ok(file(&format!("{stem}-livraison.xlsx"), Format::Xlsx.media_type(), bytes));
                }
                let format = Format::parse(&format).ok_or_else(|| {
                    Fault::Invalid(
                        "Ce format n'existe pas. Choisissez-en un dans la page de la liste.".into(),
                    )
                })?;
                let bytes = write::release(&release, format).map_err(refused)?;
                Ok(file(&format!("{stem}.{}", format.extension()), format.media_type(), bytes))
            }
        }
    }
}

pub(super) fn file(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    // A name as it was delivered may hold anything: only what cannot break the header stays.
    let name: String = name.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    let name = if name.is_empty() { "livraison" } else { &name };
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        ],
        bytes,
    )
        .into_response()
}
