//! GET /imports: the past imports.

use std::collections::BTreeMap;

use axum::extract::{RawQuery, State};
use base::date_numeric;
use guard::{Caller, Fields, GererService, Purpose};
use maud::{Markup, html};
use ui::{
    Column, Empty, Fault, House, Kind, Page, Pager, Row, Tone, actions, link_button, number, pager, table,
};

use crate::{Lot, lots};

const PER_PAGE: i64 = 50;
/// Far past any list, and far from where page numbers overflow.
const LAST_PAGE: i64 = 1_000_000;

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let page = asked.text("page").parse().unwrap_or(1).clamp(1, LAST_PAGE);
    let (found, total) = house
        .guard
        .run::<GererService, _, Fault, _>(&caller, "imports", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(lots(&mut work.tx, page, PER_PAGE).await?) })
        })
        .await?;
    let names: BTreeMap<String, String> =
        house.guard.accounts().await?.into_iter().map(|a| (a.id, a.nom)).collect();
    let frame = house.frame(&caller);
    Ok(Page::new(&frame, "Imports").render(html! {
        (actions(html! { (link_button("/imports/nouveau", "Importer une liste", Kind::Primary)) }))
        (list(&found, &names))
        @if total > 0 {
            (pager(
                Pager { page: count(page), per_page: count(PER_PAGE), total: count(total), noun: "imports" },
                |p| format!("/imports?page={p}"),
            ))
        }
    }))
}

fn list(found: &[Lot], names: &BTreeMap<String, String>) -> Markup {
    let columns = [
        Column::text("Fichier"),
        Column::text("Importé le"),
        Column::text("Par"),
        Column::number("Lignes"),
        Column::number("Intégrées"),
        Column::number("Inchangées"),
        Column::number("Refusées"),
    ];
    let rows = found.iter().map(|lot| {
        let row = Row::new(vec![
            html! { a href={ "/imports/" (lot.id) } { (lot.fichier) } },
            html! { (date_numeric(lot.le.day())) " à " (lot.le.time_of_day()) },
            html! { (names.get(&lot.auteur_id).map_or("Ligne de commande", String::as_str)) },
            html! { (number(lot.lignes)) },
            html! { (number(lot.integrees)) },
            html! { (number(lot.inchangees)) },
            html! { (number(lot.refusees)) },
        ]);
        if lot.refusees > 0 { row.tone(Tone::Attention) } else { row }
    });
    let empty = Empty::new(
        "Aucun import",
        "Importez la liste des salariés qu'un employeur envoie, en Excel ou en CSV.",
    );
    table(
        "Listes importées",
        &columns,
        rows.collect(),
        empty.action("/imports/nouveau", "Importer une liste"),
    )
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
