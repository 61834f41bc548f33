//! /thesaurus/verification: what the last comparison of the base with its deliveries found, and a new one on request.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use base::{Instant, date_numeric};
use guard::{Caller, Fields, GererService, LireThesaurus, Purpose};
use maud::{Markup, html};
use store::{StoreError, Tx};
use ui::{
    Empty, Fault, Form, Frame, Kind, Page, Row, Tone, alert, nbsp, number, section, see_other, submit, table,
};

use super::HOME;
use crate::{
    api::Room,
    last_verifications,
    verify::{Objet, Verification, keep_verification, verify},
};

/// What the page of lists says of the last comparisons: an alert as soon as one of them found something.
pub(crate) async fn told(tx: &mut Tx) -> Result<Markup, StoreError> {
    let last = last_verifications(tx).await?;
    let faults: usize = last.iter().map(|v| v.ecarts).sum();
    let oldest = last.iter().map(|v| v.le).min();
    Ok(match (oldest, faults) {
        (None, _) => html! { p { "La base n'a pas encore été comparée à ses livraisons." } },
        (Some(at), 0) => html! {
            p { (nbsp("Dernière vérification de la base :")) " " (moment(at)) ", aucun écart." }
        },
        (Some(_), _) => alert(
            Tone::Retard,
            "La base n'est plus ce qui a été livré",
            html! {
                p {
                    (super::counted(faults, "écart trouvé", "écarts trouvés")) " à la dernière vérification. "
                    a href={ (HOME) "/verification" } { "Voir les écarts" }
                }
            },
        ),
    })
}

fn moment(at: Instant) -> String {
    format!("le {} à {}", date_numeric(at.day()), at.time_of_day())
}

/// GET /thesaurus/verification
pub(crate) async fn page(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let manages = room.house.guard.offers::<GererService>(&caller);
    room.house
        .guard
        .run::<LireThesaurus, _, Fault, _>(&caller, "verification", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(shown(&frame, &last_verifications(&mut work.tx).await?, manages)) })
        })
        .await
}

fn shown(frame: &Frame, last: &[Verification], manages: bool) -> Markup {
    Page::new(frame, "Vérification").crumb("Accueil", "/").crumb("Thésaurus", HOME).active(HOME).render(html! {
        p { "Une fois par jour, chaque liste est comparée champ par champ à la livraison relue, et chaque fichier publié au manifeste signé." }
        @if last.is_empty() {
            (alert(Tone::Info, "Aucune vérification n'a encore été faite", html! {
                p { "La première a lieu au démarrage du programme." }
            }))
        }
        @for v in last { (result(v)) }
        @if manages {
            (Form::post(format!("{HOME}/verification"), &frame.csrf).render(html! {
                (submit("Vérifier maintenant", Kind::Primary))
            }))
        } @else {
            p { "Une nouvelle vérification est demandée par l'informatique du service." }
        }
    })
}

fn result(v: &Verification) -> Markup {
    let (anchor, title, sound, altered) = match v.objet {
        Objet::Livraisons => (
            "livraisons",
            "Listes et matrices",
            "La base est conforme à ses livraisons",
            "La base n'est plus ce qui a été livré",
        ),
        Objet::Publications => (
            "publications",
            "Publications",
            "Ce qui a été publié est ce qui a été signé",
            "Ce qui a été publié n'est plus ce qui a été signé",
        ),
    };
    let (tone, said) = if v.ecarts == 0 { (Tone::Ok, sound) } else { (Tone::Retard, altered) };
    let rows = v.phrases.iter().map(|phrase| Row::new(vec![html! { (nbsp(phrase)) }])).collect();
    let none = Empty::new("Aucun écart", "Tout est tel qu'il a été reçu ou signé.");
    section(
        anchor,
        title,
        None,
        html! {
            (alert(tone, said, html! { p { "Comparaison faite " (moment(v.le)) ". " (nbsp(&v.resume)) } }))
            (table("Écarts", &[ui::Column::text("Écart")], rows, none))
            @if v.ecarts > v.phrases.len() {
                p {
                    "Les " (number(i64::try_from(v.phrases.len()).unwrap_or(i64::MAX))) " premiers sont affichés, sur "
                    (number(i64::try_from(v.ecarts).unwrap_or(i64::MAX))) "."
                }
            }
        },
    )
}

/// POST /thesaurus/verification: compares again, and keeps the result. The forgery token came with the fields.
pub(crate) async fn now(State(room): State<Room>, caller: Caller, _: Fields) -> Result<Response, Fault> {
    let guard = &room.house.guard;
    // Seconds of reading, outside the transaction that keeps the result; whoever may not ask is refused below.
    let report = if guard.offers::<GererService>(&caller) {
        Some(verify(&mut guard.db().read().await?).await?)
    } else {
        None
    };
    guard
        .run::<GererService, _, Fault, _>(&caller, "verification", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                if let Some(report) = report {
                    let done = report.kept(work.now());
                    keep_verification(&mut work.tx, &done).await?;
                    work.journal_change("vérification de la base", None, Some(done.resume)).await?;
                }
                Ok(see_other(&format!("{HOME}/verification")).into_response())
            })
        })
        .await
}
