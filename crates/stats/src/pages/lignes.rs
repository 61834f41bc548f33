//! The rows behind a figure, for those who may know whom it counts.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_long, date_numeric};
use guard::{Caller, Fields, LireChiffres, LireIdentite, Purpose, Refusal};
use maud::{Markup, html};
use store::StoreError;
use ui::{Column, Empty, Fault, House, Page, Pager, Row, Tone, due, number, pager, refused, table};

use super::Perimetre;
use crate::{Mesure, Population, mesure, views};

const PER_PAGE: i64 = 50;

/// Why the rows did not come.
enum Ferme {
    Refus(Refusal),
    Store(StoreError),
}

impl From<Refusal> for Ferme {
    fn from(refusal: Refusal) -> Self {
        Self::Refus(refusal)
    }
}

impl From<StoreError> for Ferme {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// `?mesure=en_retard&centre=…&page=2`
pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    RawQuery(query): RawQuery,
) -> Result<Response, Fault> {
    let fields = Fields::parse(query.unwrap_or_default().as_bytes());
    let mesure = mesure(fields.text("mesure")).ok_or(Fault::absent("Ce chiffre"))?;
    let population = mesure.population;
    let typed: i64 = fields.text("page").parse().unwrap_or(1);
    // Far beyond any list, and far from the largest number of the databases.
    let asked = typed.clamp(1, 1_000_000);
    let (who, what) = (caller.clone(), format!("{}/{}", mesure.id, fields.text("centre")));
    let (perimetre, total) = house
        .guard
        .run::<LireChiffres, _, Fault, _>(&caller, &what, Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let perimetre = Perimetre::read(&mut work.tx, &who, &fields).await?;
                let today = work.today();
                let total = views::compte(&mut work.tx, permit, population, perimetre.id(), today).await?;
                Ok((perimetre, total))
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let today = frame.today;
    let render = |body: Markup| {
        let body = html! {
            p.lead { (perimetre.nom()) ", " (date_long(today)) }
            (body)
            p.definition { (super::definition(mesure)) }
        };
        Page::new(&frame, mesure.titre)
            .crumb("Tableau de bord", format!("/tableau?centre={}", perimetre.param()))
            .active("/tableau")
            .render(body)
    };
    if let Population::Fermee(reason) = population {
        return Ok(render(refused("Les lignes de ce chiffre ne s’ouvrent pas", reason)).into_response());
    }
    let last = u64::try_from(total).unwrap_or(0).div_ceil(PER_PAGE.unsigned_abs()).max(1);
    let asked = asked.min(i64::try_from(last).unwrap_or(1));
    let what = format!("tableau/{}/{}/page {asked}", mesure.id, perimetre.param());
    let centre = perimetre.id().to_owned();
    let rows = house
        .guard
        .run::<LireIdentite, _, Ferme, _>(&caller, &what, Purpose::Pilotage, move |work, permit| {
            Box::pin(async move {
                let today = work.today();
                let span = (asked, PER_PAGE);
                Ok(views::lignes(&mut work.tx, permit, population, &centre, today, span).await?)
            })
        })
        .await;
    match rows {
        Ok(rows) => {
            let link = |p: u64| format!("{}&page={p}", perimetre.lignes(mesure));
            Ok(render(show(mesure, rows, today, asked, total, link)).into_response())
        }
        Err(Ferme::Refus(refusal)) => {
            let reason = format!("{} ({})", refusal.sentence, refusal.article);
            let body = html! {
                p { "Ce chiffre compte " b { (super::compte(total, noun(population))) } "." }
                (refused("Les lignes ne sont pas ouvertes à votre rôle", &reason))
            };
            Ok((StatusCode::FORBIDDEN, render(body)).into_response())
        }
        Err(Ferme::Store(error)) => Err(error.into()),
    }
}

fn noun(population: Population) -> &'static str {
    if matches!(population, Population::Visites(_)) { "visite" } else { "salarié" }
}

fn show(
    mesure: &Mesure,
    rows: Vec<views::Ligne>,
    today: Date,
    page: i64,
    total: i64,
    link: impl Fn(u64) -> String,
) -> Markup {
    let visits = matches!(mesure.population, Population::Visites(_));
    let mut columns = vec![Column::text("Salarié"), Column::text("Entreprise"), Column::text("Suivi")];
    if visits {
        columns.push(Column::text("Visite du"));
    }
    columns.push(Column::text("Prochaine visite au plus tard"));
    // Whoever has just been seen is late for nothing.
    if !visits {
        columns.push(Column::number("Jours de retard"));
    }
    let lines = rows
        .into_iter()
        .map(|l| {
            let late = l.echeance.filter(|d| *d < today);
            let mut cells = vec![
                html! { a href={ "/salaries/" (l.salarie_id) } { (l.nom) } },
                html! { (l.entreprises.join(", ")) },
                html! { @if l.categorie == "-" { span.absent { "Sans poste" } } @else { (l.categorie) } },
            ];
            if visits {
                cells.push(html! { @if let Some(day) = l.visite { (date_numeric(day)) } });
            }
            cells.push(match (l.echeance, late) {
                (Some(day), Some(_)) => due(&date_numeric(day), Tone::Retard),
                (Some(day), None) => html! { (date_numeric(day)) },
                (None, _) => html! { span.absent { "Aucune" } },
            });
            if !visits {
                cells.push(
                    html! { @if let Some(day) = late { (number(i64::from((today - day).get_days()))) } },
                );
            }
            let row = Row::new(cells);
            if late.is_some() { row.tone(Tone::Retard) } else { row }
        })
        .collect();
    let (page, total) = (page.unsigned_abs(), total.unsigned_abs());
    html! {
        (table(mesure.titre, &columns, lines, Empty::new(
            "Personne n’est compté dans ce chiffre aujourd’hui.",
            "Choisissez un autre centre ou un autre chiffre dans le tableau de bord.",
        ).action("/tableau", "Revenir au tableau de bord")))
        (pager(Pager { page, per_page: PER_PAGE.unsigned_abs(), total, noun: &format!("{}s", noun(mesure.population)) }, link))
    }
}
