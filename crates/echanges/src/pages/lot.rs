//! GET /imports/{id}: the report of one import.

use axum::extract::{Path, RawQuery, State};
use base::date_numeric;
use guard::{Caller, Fields, GererService, Purpose};
use maud::{Markup, html};
use ui::{
    Fault, House, Kind, Page, Pager, Stat, Tone, actions, alert, grid, link_button, number, pager, stat,
};

use super::rapport::refusals;
use crate::{lot, refus};

const PER_PAGE: i64 = 200;
/// Far past any list, and far from where page numbers overflow.
const LAST_PAGE: i64 = 1_000_000;

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let page = asked.text("page").parse().unwrap_or(1).clamp(1, LAST_PAGE);
    let (lot, refused, total) = house
        .guard
        .run::<GererService, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let lot =
                    lot(&mut work.tx, permit.object()).await?.ok_or_else(|| Fault::absent("Cet import"))?;
                let (refused, total) = refus(&mut work.tx, permit.object(), page, PER_PAGE).await?;
                Ok((lot, refused, total))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let figure = |label: &str, n: i64| stat(Stat::new(label, number(n)));
    Ok(Page::new(&frame, "Import").crumb("Imports", "/imports").render(html! {
        @if asked.ticked("deja") {
            (alert(Tone::Info, "Ce fichier avait déjà été importé\u{a0}: rien n'a changé", html! {
                "Voici le rapport de la première fois. Corrigez les lignes refusées dans le fichier, puis importez-le de nouveau."
            }))
        }
        p { "Fichier " b { (lot.fichier) } ", importé le " (date_numeric(lot.le.day())) " à " (lot.le.time_of_day()) "." }
        (grid(vec![
            figure("Lignes lues", lot.lignes),
            figure("Lignes intégrées", lot.integrees),
            figure("Lignes inchangées", lot.inchangees),
            figure("Lignes refusées", lot.refusees),
        ]))
        (refusals(&refused))
        @if total > PER_PAGE {
            (pager(
                Pager { page: count(page), per_page: count(PER_PAGE), total: count(total), noun: "refus" },
                |p| format!("/imports/{}?page={p}", lot.id),
            ))
        }
        (actions(html! {
            (link_button("/salaries", "Chercher un salarié", Kind::Secondary))
            (link_button("/imports/nouveau", "Importer une autre liste", Kind::Secondary))
        }))
    }))
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
