//! GET /adherents: the member companies.

use axum::extract::{RawQuery, State};
use base::{Date, date_numeric};
use guard::{Caller, EcrireAdherent, Fields, GererService, LireAdherent, Purpose};
use maud::{Markup, html};
use ui::{
    Column, Empty, Fault, House, Kind, Page, Pager, Row, Tone, actions, badge, link_button, number, pager,
    search_field, table,
};

use crate::{Trouve, search};

const PER_PAGE: i64 = 50;
/// Far past any list, and far from where page numbers overflow.
const LAST_PAGE: i64 = 1_000_000;

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let q = asked.text("q").to_owned();
    let wanted = asked.text("page").parse().unwrap_or(1).clamp(1, LAST_PAGE);
    let sought = q.clone();
    let (found, total, page) = house
        .guard
        .run::<LireAdherent, _, Fault, _>(&caller, "", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let (found, total) = search(&mut work.tx, &sought, wanted, PER_PAGE).await?;
                let last = (total + PER_PAGE - 1) / PER_PAGE;
                if wanted > 1 && wanted > last {
                    let (found, total) = search(&mut work.tx, &sought, last, PER_PAGE).await?;
                    return Ok((found, total, last));
                }
                Ok((found, total, wanted))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let may_write = house.guard.offers::<EcrireAdherent>(&caller);
    let may_import = house.guard.offers::<GererService>(&caller);
    Ok(Page::new(&frame, "Adhérents").active("/adherents").render(html! {
        (search_field("/adherents", "q", "Raison sociale ou SIREN", &q, "liste"))
        @if may_write || may_import {
            (actions(html! {
                @if may_write { (link_button("/adherents/nouveau", "Ajouter une entreprise", Kind::Primary)) }
                @if may_import { (link_button("/imports/nouveau", "Importer une liste", Kind::Secondary)) }
            }))
        }
        div id="liste" {
            (list(&found, frame.today, when_empty(&q, may_write)))
            @if total > 0 {
                (pager(
                    Pager { page: count(page), per_page: count(PER_PAGE), total: count(total), noun: "entreprises" },
                    |p| format!("/adherents?{}", super::query(&[("q", &q), ("page", &p.to_string())])),
                ))
            }
        }
    }))
}

fn list(found: &[Trouve], today: Date, when_empty: Empty) -> Markup {
    let columns = [
        Column::text("Entreprise"),
        Column::text("SIREN"),
        Column::number("Établissements"),
        Column::text("Adhérente depuis"),
    ];
    let rows = found.iter().map(|t| {
        let a = &t.adherent;
        Row::new(vec![
            html! { a href={ "/adherents/" (a.id) } { (a.raison_sociale) } },
            html! { (a.siren.grouped()) },
            html! { (number(t.etablissements)) },
            html! {
                (date_numeric(a.adhesion.from()))
                @if let Some(end) = a.adhesion.to().filter(|end| *end <= today) {
                    " " (badge(Tone::Neutre, &format!("terminée le {}", date_numeric(end))))
                }
            },
        ])
    });
    table("Entreprises adhérentes", &columns, rows.collect(), when_empty)
}

fn when_empty(q: &str, may_write: bool) -> Empty {
    if !q.is_empty() {
        return Empty::new(
            "Aucune entreprise ne correspond",
            "Essayez les premières lettres d'un mot de la raison sociale, ou les premiers chiffres du SIREN.",
        );
    }
    let empty = Empty::new(
        "Aucune entreprise adhérente",
        "Ajoutez une entreprise, ou importez la liste qu'un employeur envoie.",
    );
    if may_write { empty.action("/adherents/nouveau", "Ajouter une entreprise") } else { empty }
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
