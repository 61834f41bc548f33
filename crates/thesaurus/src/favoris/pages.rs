//! The star of a term, the page of one's favourites, and what is proposed while one types.

use axum::{
    Router,
    extract::{FromRef, Path, State},
    response::Response,
    routing::get,
};
use base::{Instant, date_numeric, fold};
use guard::{Caller, Fields, GererService, Guard, LireThesaurus, Purpose};
use maud::{Markup, html};
use store::Tx;
use ui::{
    Column, Csrf, Empty, Fault, Form, Frame, House, Kind, Page, Row, TermOption, see_other, submit, table,
    term_options,
};

use super::{Ajout, Favori, MOST, Portee, ajouter_favori, codes_favoris, favoris, retirer_favori};
use crate::{Found, Search, locals, pages, read};

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

/// The pages of the favourites.
pub(crate) fn routes(house: House, search: Search) -> Router {
    Router::new().route("/thesaurus/{list}/favoris", get(page).post(save)).with_state(Room { house, search })
}

/// What a term field shows for these words: the terms that answer, or, before anything is typed, the favourites
/// and the terms most used.
pub(crate) async fn suggested(
    tx: &mut Tx,
    search: &Search,
    caller: &Caller,
    list: &str,
    query: &str,
) -> Result<Markup, Fault> {
    let index = search.current(tx).await?;
    if index.version(list).is_none() {
        return Err(Fault::absent("Cette liste"));
    }
    let codes = codes_favoris(tx, list, &caller.compte_id).await?;
    let found = if query.is_empty() {
        index.usual(list, UNDER_A_FIELD, &codes)
    } else {
        index.search_for(list, query, UNDER_A_FIELD, &codes)?
    };
    let option = |f: &Found| {
        let option = f.option(list);
        if codes.contains(&f.code) { option.favourite() } else { option }
    };
    let mut options: Vec<_> = found.iter().map(option).collect();
    let words = base::words(query);
    let own = locals(tx, list).await?.into_iter().filter(|v| v.retiree.is_none());
    // After the common list: it comes first at entry (publishers' agreement, E1).
    for value in own.filter(|v| {
        let label = fold(&v.label);
        !words.is_empty() && words.iter().all(|w| label.split(' ').any(|l| l.starts_with(w.as_str())))
    }) {
        // The list offers it by now under the same label: the harmonised term alone is proposed.
        let same = index.search(list, &value.label, UNDER_A_FIELD)?;
        if !same.iter().any(|f| f.inactive_since.is_none() && fold(&f.label) == fold(&value.label)) {
            options.push(TermOption::new(&value.code, &value.label).flag("valeur locale"));
        }
    }
    Ok(term_options(query, &options, true))
}

/// The star of a term: adds it to one's favourites or takes it away, and the same for the service where the
/// person may.
pub(crate) async fn star(
    tx: &mut Tx,
    guard: &Guard,
    caller: &Caller,
    csrf: &Csrf,
    list: &str,
    code: &str,
) -> Result<Markup, Fault> {
    let marks = favoris(tx, list, &caller.compte_id).await?;
    let marked = |service: bool| marks.iter().any(|f| f.code == code && f.service == service);
    let manages = guard.offers::<GererService>(caller);
    Ok(html! {
        div.actions {
            (button(csrf, list, code, Whose::Mine, marked(false)))
            @if manages { (button(csrf, list, code, Whose::Service, marked(true))) }
            a href=(href(list)) { "Voir les favoris de cette liste" }
        }
        @if marked(true) && !manages { p.help { "Ce terme est un favori de tout le service." } }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Mine,
    Service,
}

fn button(csrf: &Csrf, list: &str, code: &str, whose: Whose, marked: bool) -> Markup {
    let text = match (whose, marked) {
        (Whose::Mine, false) => "☆ Ajouter à mes favoris",
        (Whose::Mine, true) => "★ Retirer de mes favoris",
        (Whose::Service, false) => "☆ Proposer à tout le service",
        (Whose::Service, true) => "★ Ne plus proposer à tout le service",
    };
    Form::post(href(list), csrf).render(html! {
        input type="hidden" name="code" value=(code);
        input type="hidden" name="pour" value=(if whose == Whose::Mine { "moi" } else { "service" });
        input type="hidden" name="geste" value=(if marked { "retirer" } else { "ajouter" });
        (submit(text, Kind::Secondary))
    })
}

fn href(list: &str) -> String {
    format!("{}/{list}/favoris", pages::HOME)
}

/// A favourite with the term that it means today, if the active version still has it.
struct Line {
    favori: Favori,
    term: Option<(String, Option<String>)>,
}

async fn page(State(room): State<Room>, caller: Caller, Path(list): Path<String>) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let (guard, search) = (room.house.guard, room.search);
    let manages = guard.offers::<GererService>(&caller);
    let object = list.clone();
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let compte = work.caller().compte_id.clone();
                let titre = title(&mut work.tx, &list).await?;
                let index = search.current(&mut work.tx).await?;
                let lines = favoris(&mut work.tx, &list, &compte).await?.into_iter().map(|favori| {
                    let term = index.tree(&list).and_then(|tree| {
                        Some((tree.get(&favori.code)?.label.clone(), tree.path_words(&favori.code)))
                    });
                    Line { favori, term }
                });
                Ok(listed(&frame, &list, &titre, manages, lines.collect()))
            })
        })
        .await
}

async fn title(tx: &mut Tx, list: &str) -> Result<String, Fault> {
    let lists = read::versions(tx, list).await?;
    let active = lists.into_iter().find(|l| l.active).ok_or_else(|| Fault::absent("Cette liste"))?;
    Ok(active.liste.titre)
}

fn listed(frame: &Frame, list: &str, titre: &str, manages: bool, lines: Vec<Line>) -> Markup {
    let columns = [
        Column::text("Terme"),
        Column::text("Code"),
        Column::text("Place dans la liste"),
        Column::text("Favori de"),
        Column::text("Depuis le"),
        Column::hidden_label("Actions"),
    ];
    let rows = lines
        .into_iter()
        .map(|Line { favori, term }| {
            let whose = if favori.service { Whose::Service } else { Whose::Mine };
            Row::new(vec![
                html! {
                    @match &term {
                        Some((label, _)) => a href=(pages::term_href(list, &favori.code)) { (label) },
                        None => span.absent { "Absent de la version active" },
                    }
                },
                html! { (favori.code) },
                html! { @if let Some((_, Some(path))) = &term { (path) } },
                html! { @if favori.service { "tout le service" } @else { "vous" } },
                html! { (date_numeric(favori.ajoute_le.day())) },
                html! {
                    @if manages || !favori.service { (button(&frame.csrf, list, &favori.code, whose, true)) }
                },
            ])
        })
        .collect();
    let nothing = Empty::new(
        "Aucun favori dans cette liste",
        "Ouvrez un terme et choisissez «\u{a0}Ajouter à mes favoris\u{a0}»\u{a0}: il sera proposé en premier.",
    )
    .action(format!("{}/{list}", pages::HOME), "Parcourir la liste");
    Page::new(frame, "Favoris")
        .crumb("Accueil", "/")
        .crumb("Thésaurus", pages::HOME)
        .crumb(titre, format!("{}/{list}", pages::HOME))
        .active(pages::HOME)
        .render(html! {
            p { "Les favoris sont proposés en premier à la saisie. Ils ne cachent aucun terme." }
            (table("Favoris de cette liste", &columns, rows, nothing))
        })
}

async fn save(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let guard = room.house.guard;
    let code = fields.text("code").to_owned();
    let adding = match fields.text("geste") {
        "ajouter" => true,
        "retirer" => false,
        _ => return Err(Fault::Invalid("Choisissez d'ajouter ou de retirer le favori.".into())),
    };
    let back = pages::term_href(&list, &code);
    let object = list.clone();
    if fields.text("pour") == "service" {
        guard
            .run::<GererService, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
                Box::pin(async move {
                    let now = work.now();
                    change(&mut work.tx, now, &list, &code, Portee::Service, adding).await
                })
            })
            .await?;
        return Ok(see_other(&back));
    }
    // The policy says who reads the lists; one's own favourites are nobody's record and need no more.
    guard
        .run::<LireThesaurus, _, Fault, _>(&caller, &object, Purpose::Gestion, |_, _| {
            Box::pin(async { Ok(()) })
        })
        .await?;
    let mut tx = guard.db().begin().await?;
    let now = guard.clock().now();
    change(&mut tx, now, &list, &code, Portee::Compte(&caller.compte_id), adding).await?;
    tx.commit().await?;
    Ok(see_other(&back))
}

async fn change(
    tx: &mut Tx,
    now: Instant,
    list: &str,
    code: &str,
    portee: Portee<'_>,
    adding: bool,
) -> Result<(), Fault> {
    if !adding {
        retirer_favori(tx, list, code, portee).await?;
        return Ok(());
    }
    if read::coded(tx, list, code).await?.is_none() {
        return Err(Fault::absent("Ce terme, dans la version active de la liste,"));
    }
    match ajouter_favori(tx, now, list, code, portee).await? {
        Ajout::Fait | Ajout::DejaLa => Ok(()),
        Ajout::TropNombreux => Err(Fault::Invalid(format!(
            "Cette liste compte déjà {MOST} favoris. Retirez-en un avant d'en ajouter."
        ))),
    }
}
