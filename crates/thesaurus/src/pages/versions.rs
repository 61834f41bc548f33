//! Comparing two versions of a list, putting one in use, taking one away as a file.

use axum::{
    extract::{Path, RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, Fields, GererService, LireThesaurus, Purpose};
use maud::Markup;
use store::Tx;
use terminologie::{
    Release, diff,
    write::{self, Format},
};
use ui::{Fault, see_other};

use super::{
    HOME, aside,
    comparaison::{View, alone},
    encoded,
};
use crate::{
    ActivateError, ListSummary, LocalValue, activate,
    api::{Room, asked},
    delivered, impact,
    locales::Harmonised,
    locals,
    matrices::lost,
    read, release,
};

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
    let (usages, object) = (room.usages, list.clone());
    let both = room
        .house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move { two_versions(&mut work.tx, &list, &asked(query)).await })
        })
        .await?;
    let both = match both {
        Wanted::One(list) => return Ok(alone(&frame, &list, may_switch)),
        Wanted::Two(both) => both,
    };
    // Tenths of a second for the largest lists: not on a thread that serves pages, nor in a transaction.
    let (both, differences, taken_up) = aside(move || {
        let differences = diff::diff(&both.old.terms, &both.new.terms);
        let offered = both.new.terms.iter().filter(|t| t.active).map(|t| (&t.code, &t.label));
        let harmonised = Harmonised::of(offered);
        let taken_up = both
            .locals
            .iter()
            .filter_map(|v| Some((v.label.clone(), harmonised.of_label(&v.label)?.clone())))
            .collect::<Vec<_>>();
        (both, differences, taken_up)
    })
    .await?;
    let codes = differences.codes_touched().into_iter().map(str::to_owned).collect();
    let (list, from, to) = (object.clone(), both.old.version.clone(), both.new.version.clone());
    let (impact, lost) = room
        .house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                Ok((impact(tx, usages, &list, &codes).await?, lost(tx, &list, &from, &to).await?))
            })
        })
        .await?;
    let Both { versions, active, old, new, .. } = *both;
    Ok(View { versions, active, old, new, differences, impact, lost, taken_up, may_switch }.page(&frame))
}

/// What a comparison asks of the database.
enum Wanted {
    One(Box<ListSummary>),
    Two(Box<Both>),
}

struct Both {
    versions: Vec<ListSummary>,
    active: ListSummary,
    old: Release,
    new: Release,
    locals: Vec<LocalValue>,
}

async fn two_versions(tx: &mut Tx, list: &str, asked: &Fields) -> Result<Wanted, Fault> {
    let versions = read::versions(tx, list).await?;
    // A list whose first version waits for its switch has none in use: its latest one stands for it.
    let active = versions
        .iter()
        .find(|v| v.active)
        .or(versions.first())
        .ok_or_else(|| Fault::absent("Cette liste"))?
        .clone();
    let to = asked.optional("a").unwrap_or(&active.version).to_owned();
    // Without a word, a version is compared with the one in use, the one in use with the one before.
    let before = versions.iter().find(|v| v.version != to);
    let other = if to == active.version { before } else { Some(&active) };
    let Some(from) = asked.optional("de").or(other.map(|v| v.version.as_str())) else {
        return Ok(Wanted::One(Box::new(active)));
    };
    let absent = || Fault::absent("Cette version");
    let old = release(tx, list, from).await?.ok_or_else(absent)?;
    let new = release(tx, list, &to).await?.ok_or_else(absent)?;
    let locals = locals(tx, list).await?.into_iter().filter(|v| v.retiree.is_none()).collect();
    Ok(Wanted::Two(Box::new(Both { versions, active, old, new, locals })))
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
    aside(move || read.answer()).await?
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
