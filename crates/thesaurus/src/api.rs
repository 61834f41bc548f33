//! The addresses of the common language.

use std::collections::HashMap;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef, Path, RawQuery, State},
    routing::{get, post},
};
use guard::{Caller, Fields, GererService, Guard, LireThesaurus, PreparerPublication, Purpose};
use maud::Markup;
use store::{StoreError, Tx};
use ui::{Fault, Frame, House};

use crate::{
    LifeEvent, Limits, ListSummary, Search, Usage, favoris, life, locals, matrices,
    pages::{
        self, aside, chargement, controle, liste, liste::ListView, listes, livraison, locales,
        matrices_chargement, terme::TermView, verification, versions,
    },
    read, release,
    tree::Tree,
};

/// Answers of a search on a page.
const ON_A_PAGE: usize = 50;
/// Room around the file in a form that sends one.
const AROUND: usize = 64 << 10;

/// What the pages of this room need.
#[derive(Clone)]
pub(crate) struct Room {
    pub(crate) house: House,
    pub(crate) search: Search,
    pub(crate) usages: &'static [Usage],
}

impl FromRef<Room> for Guard {
    fn from_ref(room: &Room) -> Self {
        room.house.guard.clone()
    }
}

/// The pages of the lists and matrices, and the suggestions of the thesaurus field. `usages` says where the other rooms
/// keep coded values.
pub fn routes(house: House, search: Search, usages: &'static [Usage]) -> Router {
    let file = DefaultBodyLimit::max(Limits::default().bytes + AROUND);
    Router::new()
        .route(pages::HOME, get(lists))
        .route("/thesaurus/charger", get(chargement::form).post(chargement::send).layer(file))
        .route(
            "/thesaurus/charger-matrice",
            get(matrices_chargement::form).post(matrices_chargement::send).layer(file),
        )
        .route("/thesaurus/controle", get(controle::control).post(controle::controlled).layer(file))
        .route("/thesaurus/verification", get(verification::page).post(verification::now))
        .route("/thesaurus/matrices/{id}", get(pages::matrices::page))
        .route("/thesaurus/matrices/{id}/export", get(pages::matrices::export))
        .route("/thesaurus/matrices/{id}/activer", post(pages::matrices::switch))
        .route("/thesaurus/{list}", get(list))
        .route("/thesaurus/{list}/livraison", get(delivery))
        .route("/thesaurus/{list}/suggestions", get(suggestions))
        .route("/thesaurus/{list}/comparer", get(versions::compare))
        .route("/thesaurus/{list}/activer", post(versions::switch))
        .route("/thesaurus/{list}/export", get(versions::export))
        .route("/thesaurus/{list}/locales", get(locales::page).post(locales::add))
        .route("/thesaurus/{list}/locales/retirer", post(locales::withdraw))
        .with_state(Room { house: house.clone(), search: search.clone(), usages })
        .merge(favoris::routes(house, search))
}

/// What stands after the question mark.
pub(crate) fn asked(query: Option<String>) -> Fields {
    Fields::parse(query.unwrap_or_default().as_bytes())
}

async fn lists(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let manages = room.house.guard.offers::<GererService>(&caller);
    let publishes = room.house.guard.offers::<PreparerPublication>(&caller);
    let guard = room.house.guard;
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let tx = &mut work.tx;
                let shown = listes::Shown {
                    lists: read::lists(tx).await?,
                    waiting: read::waiting(tx).await?,
                    matrices: matrices(tx).await?,
                    verified: verification::told(tx).await?,
                };
                Ok(listes::page(&frame, &shown, manages, publishes))
            })
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
    let object = list.clone();
    let guard = room.house.guard.clone();
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let caller = work.caller().clone();
                list_page(&mut work.tx, &room, &caller, &frame, &list, &asked(query)).await
            })
        })
        .await
}

async fn list_page(
    tx: &mut Tx,
    room: &Room,
    caller: &Caller,
    frame: &Frame,
    list: &str,
    asked: &Fields,
) -> Result<Markup, Fault> {
    let versions = read::versions(tx, list).await?;
    let list_version = shown(&versions, asked).ok_or_else(|| Fault::absent("Cette liste"))?;
    let index = room.search.current(tx).await?;
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
    let term = match inside {
        Some(concept) => Some(term_view(tx, room, caller, frame, list_version, &concept.code).await?),
        None => None,
    };
    let query = if list_version.active { asked.text("q") } else { "" };
    let locals = locals(tx, list).await?.into_iter().filter(|v| v.retiree.is_none()).count();
    let view = ListView {
        term: term.as_ref(),
        locals,
        manages: room.house.guard.offers::<GererService>(caller),
        list: list_version,
        versions: &versions,
        tree,
        inside,
        query,
        found: &index.search(list, query, ON_A_PAGE)?,
        page: asked.text("page").parse().unwrap_or(1),
    };
    Ok(liste::page(frame, &view))
}

/// What is told of one term: everything its delivery says, and its life over the versions.
async fn term_view(
    tx: &mut Tx,
    room: &Room,
    caller: &Caller,
    frame: &Frame,
    list: &ListSummary,
    code: &str,
) -> Result<TermView, Fault> {
    let id = &list.liste.id;
    let star = if list.active {
        Some(favoris::star(tx, &room.house.guard, caller, &frame.csrf, id, code).await?)
    } else {
        None
    };
    let term = release::term(tx, id, &list.version, code).await?.ok_or_else(|| Fault::absent("Ce terme"))?;
    let life = life(tx, id, &list.version, code).await?;
    let mut places = HashMap::new();
    for step in &life {
        if let LifeEvent::Moved { from, to } = &step.event {
            for code in [from, to].into_iter().flatten() {
                places.extend(named(tx, id, &step.version, code).await?);
            }
        }
    }
    for parent in term.parents.iter().skip(1) {
        places.extend(named(tx, id, &list.version, parent).await?);
    }
    Ok(TermView { term, life, places, star })
}

/// A code with the label it has in a version, or in the one in use.
async fn named(
    tx: &mut Tx,
    list: &str,
    version: &str,
    code: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let mut found = read::concept(tx, list, version, code).await?;
    if found.is_none()
        && let Some(in_use) = read::active_version(tx, list).await?
    {
        found = read::concept(tx, list, &in_use, code).await?;
    }
    Ok(found.map(|c| (c.code, c.label)))
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
    let (shown, current, kept) = guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let absent = || Fault::absent("Cette livraison");
                let versions = read::versions(&mut work.tx, &list).await?;
                let shown = shown(&versions, &asked(query)).ok_or_else(absent)?.clone();
                let kept =
                    release::delivered(&mut work.tx, &list, &shown.version).await?.ok_or_else(absent)?;
                Ok((shown, versions.into_iter().find(|v| v.active), kept))
            })
        })
        .await?;
    let answer = aside(move || {
        let report = read::report_of(&shown.liste.id, &shown.version, shown.active, &kept)?;
        Ok::<_, StoreError>(livraison::page(&frame, &shown, current.as_ref(), &report))
    });
    Ok(answer.await??)
}

/// The version asked for, or the active one; the latest loaded while none was ever put in use.
fn shown<'a>(versions: &'a [ListSummary], asked: &Fields) -> Option<&'a ListSummary> {
    match asked.optional("version") {
        Some(wanted) => versions.iter().find(|v| v.version == wanted),
        None => versions.iter().find(|v| v.active).or(versions.first()),
    }
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
            Box::pin(async move {
                let caller = work.caller().clone();
                favoris::suggested(&mut work.tx, &search, &caller, &list, asked(query).text("q")).await
            })
        })
        .await
}
