//! GET /salaries: finding a worker.

use axum::extract::{RawQuery, State};
use base::{Date, age_words, date_numeric};
use guard::{Caller, ChercherSalarie, EcrireIdentite, Fields, GererService, Purpose};
use maud::{Markup, html};
use ui::{
    Column, Empty, Fault, House, Kind, Page, Pager, Row, actions, empty, link_button, pager, search_field,
    table,
};

use crate::{Demande, Trouve, search};

const PER_PAGE: i64 = 50;
/// Far past any list, and far from where page numbers overflow.
const LAST_PAGE: i64 = 1_000_000;

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let asked = Fields::parse(query.unwrap_or_default().as_bytes());
    let q = asked.text("q");
    let demande = Demande::parse(q);
    let nothing_asked = demande.is_empty();
    let wanted = asked.text("page").parse().unwrap_or(1).clamp(1, LAST_PAGE);
    // Opening the page searches nobody: only who may not search leaves a line in the journal by it.
    let (found, total, page) = if nothing_asked && house.guard.offers::<ChercherSalarie>(&caller) {
        (Vec::new(), 0, 1)
    } else {
        look(&house, &caller, q, demande, wanted).await?
    };
    let frame = house.frame(&caller);
    let may_write = house.guard.offers::<EcrireIdentite>(&caller);
    let may_import = house.guard.offers::<GererService>(&caller);
    Ok(Page::new(&frame, "Salariés").active("/salaries").render(html! {
        (search_field("/salaries", "q", "Nom, date de naissance ou NIR", q, "liste"))
        @if may_write || may_import {
            (actions(html! {
                @if may_write { (link_button("/salaries/nouveau", "Ajouter un salarié", Kind::Primary)) }
                @if may_import { (link_button("/imports/nouveau", "Importer une liste", Kind::Secondary)) }
            }))
        }
        div id="liste" {
            @if nothing_asked {
                (empty(&Empty::new(
                    "Cherchez une personne",
                    "Tapez le début du nom et du prénom (le goff an), une date de naissance (12/03/1980), ou le début du NIR (2 80 03). \
                     Les accents et les majuscules ne comptent pas\u{a0}; plusieurs indices ensemble resserrent la recherche. \
                     Chaque recherche est inscrite au journal.",
                )))
            } @else {
                (list(&found, frame.today))
                @if total > 0 {
                    (pager(
                        Pager { page: count(page), per_page: count(PER_PAGE), total: count(total), noun: "salariés" },
                        |p| href(q, p),
                    ))
                }
            }
        }
    }))
}

async fn look(
    house: &House,
    caller: &Caller,
    q: &str,
    demande: Demande,
    wanted: i64,
) -> Result<(Vec<Trouve>, i64, i64), Fault> {
    house
        .guard
        .run::<ChercherSalarie, _, Fault, _>(caller, q, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let today = work.today();
                let (found, total) = search(&mut work.tx, &demande, today, wanted, PER_PAGE).await?;
                let last = (total + PER_PAGE - 1) / PER_PAGE;
                if wanted > 1 && wanted > last {
                    let (found, total) = search(&mut work.tx, &demande, today, last, PER_PAGE).await?;
                    return Ok((found, total, last));
                }
                Ok((found, total, wanted))
            })
        })
        .await
}

fn list(found: &[Trouve], today: Date) -> Markup {
    let columns = [
        Column::text("Nom"),
        Column::text("Naissance"),
        Column::text("Sexe"),
        Column::text("Employeur"),
        Column::text("Identité"),
    ];
    let rows = found.iter().map(|t| {
        let s = &t.salarie;
        Row::new(vec![
            super::name(s),
            html! { (date_numeric(s.naissance)) " (" (age_words(s.naissance, today)) ")" },
            html! { (s.sexe) },
            html! { @if t.employeurs.is_empty() { span.absent { "Aucun à ce jour" } } @else { (t.employeurs.join(", ")) } },
            super::ins(s.ins_statut),
        ])
    });
    table(
        "Salariés trouvés",
        &columns,
        rows.collect(),
        Empty::new(
            "Personne ne correspond",
            "Essayez moins de lettres, le nom de naissance, ou la date de naissance seule.",
        ),
    )
}

fn href(q: &str, page: u64) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    format!("/salaries?{}", query.append_pair("q", q).append_pair("page", &page.to_string()).finish())
}

fn count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}
