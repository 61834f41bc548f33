//! GET /thesaurus/verification: the base against its deliveries, to the byte.

use axum::extract::State;
use guard::{Caller, LireThesaurus, Purpose};
use maud::{Markup, html};
use ui::{Column, Empty, Fault, Page, Row, Tone, alert, nbsp, number, section, table};

use super::HOME;
use crate::{api::Room, verify};

/// Faults shown; their number is always told.
const SHOWN: usize = 300;

pub(crate) async fn page(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "verification", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let report = verify(&mut work.tx).await?;
                let count = |n: usize| number(i64::try_from(n).unwrap_or(i64::MAX));
                let columns = [Column::text("Liste ou matrice"), Column::text("Version"), Column::text("Terme"), Column::text("Écart")];
                let rows = report
                    .faults
                    .iter()
                    .take(SHOWN)
                    .map(|b| {
                        Row::new(vec![
                            html! { (b.id) },
                            html! { (b.version) },
                            html! { (b.code.as_deref().unwrap_or("")) },
                            html! { (nbsp(&b.sentence())) },
                        ])
                    })
                    .collect();
                let (tone, title) = if report.is_sound() {
                    (Tone::Ok, "La base est conforme à ses livraisons")
                } else {
                    (Tone::Retard, "La base n'est plus ce qui a été livré")
                };
                Ok(Page::new(&frame, "Vérification").crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME).render(html! {
                    (alert(tone, title, html! {
                        p {
                            (count(report.lists)) " versions de listes et " (count(report.matrices)) " matrices, "
                            (count(report.terms)) " termes et " (count(report.cells)) " cases comparés champ par champ à la livraison relue."
                        }
                    }))
                    (section("ecarts", "Écarts", None, html! {
                        (table("Écarts entre la base et les livraisons", &columns, rows, Empty::new("Aucun écart", "Chaque terme est celui qui a été livré.")))
                        @if report.faults.len() > SHOWN { p { "Les " (SHOWN) " premiers sont affichés, sur " (count(report.faults.len())) "." } }
                    }))
                }))
            })
        })
        .await
}
