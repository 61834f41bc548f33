//! The addresses of the common language.

use axum::{
    Router,
    extract::{FromRef, Path, RawQuery, State},
    routing::get,
};
use guard::{Caller, Fields, Guard, LireThesaurus, Purpose};
use maud::Markup;
use store::Tx;
use ui::{Fault, Frame, House, term_options};

use crate::{
    ListSummary, Search,
    pages::{self, ListView},
    read,
    tree::Tree,
};

/// Answers of a search on a page.
const ON_A_PAGE: usize = 50;
/// Suggestions under a field.
const UNDER_A_FIELD: usize = 12;

#[derive(Clone)]
struct Room {
    house: House,
    search: Search,
}

impl FromRef<Room> for Guard {
    fn from_ref(room: &Room) -> Self {
        room.house.guard.clone()
    }
}

/// The pages of the lists and the suggestions of the thesaurus field.
pub fn routes(house: House, search: Search) -> Router {
    Router::new()
        .route(pages::HOME, get(lists))
        .route("/thesaurus/{list}", get(list))
        .route("/thesaurus/{list}/livraison", get(delivery))
        .route("/thesaurus/{list}/suggestions", get(suggestions))
        .with_state(Room { house, search })
}

/// What stands after the question mark.
fn asked(query: Option<String>) -> Fields {
    Fields::parse(query.unwrap_or_default().as_bytes())
}

async fn lists(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let guard = room.house.guard;
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(pages::lists(&frame, &read::lists(&mut work.tx).await?)) })
        })
        .await
}

async fn list(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let (guard, search) = (room.house.guard, room.search);
    let object = list.clone();
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move { list_page(&mut work.tx, &search, &frame, &list, &asked(query)).await })
        })
        .await
}

async fn list_page(
    tx: &mut Tx,
    search: &Search,
    frame: &Frame,
    list: &str,
    asked: &Fields,
) -> Result<Markup, Fault> {
    let versions = read::versions(tx, list).await?;
    let list_version = shown(&versions, asked).ok_or_else(|| Fault::absent("Cette liste"))?;
    let index = search.current(tx).await?;
    let read_again;
    let tree = if let Some(tree) = index.tree(list).filter(|_| list_version.active) {
        tree
    } else {
        read_again = Tree::new(read::concepts_of(tx, list, &list_version.version).await?);
        &read_again
    };
    let inside = match asked.optional("parent") {
        Some(code) => Some(tree.get(code).ok_or_else(|| Fault::absent("Ce terme"))?),
        None => None,
    };
    let query = if list_version.active { asked.text("q") } else { "" };
    let view = ListView {
        list: list_version,
        versions: &versions,
        tree,
        inside,
        query,
        found: &index.search(list, query, ON_A_PAGE)?,
        page: asked.text("page").parse().unwrap_or(1),
    };
    Ok(pages::list(frame, &view))
}

async fn delivery(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let guard = room.house.guard;
    let object = list.clone();
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move { delivery_page(&mut work.tx, &frame, &list, &asked(query)).await })
        })
        .await
}

async fn delivery_page(tx: &mut Tx, frame: &Frame, list: &str, asked: &Fields) -> Result<Markup, Fault> {
    let absent = || Fault::absent("Cette livraison");
    let versions = read::versions(tx, list).await?;
    let shown = shown(&versions, asked).ok_or_else(absent)?;
    let report = read::delivery_report(tx, list, &shown.version).await?.ok_or_else(absent)?;
    Ok(pages::delivery(frame, shown, &report))
}

/// The version asked for, or the active one.
fn shown<'a>(versions: &'a [ListSummary], asked: &Fields) -> Option<&'a ListSummary> {
    let wanted = asked.optional("version");
    versions.iter().find(|v| wanted.map_or(v.active, |w| v.version == w))
}

async fn suggestions(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let (guard, search) = (room.house.guard, room.search);
    let object = list.clone();
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move { suggested(&mut work.tx, &search, &list, asked(query).text("q")).await })
        })
        .await
}

async fn suggested(tx: &mut Tx, search: &Search, list: &str, query: &str) -> Result<Markup, Fault> {
    let index = search.current(tx).await?;
    if index.version(list).is_none() {
        return Err(Fault::absent("Cette liste"));
    }
    let found = index.search(list, query, UNDER_A_FIELD)?;
    let options: Vec<_> = found.iter().map(|f| f.option(list)).collect();
    Ok(term_options(query, &options, true))
}
