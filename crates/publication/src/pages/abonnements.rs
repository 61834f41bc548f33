//! Subscriptions: the federations that this installation takes releases from.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Instant, date_numeric};
use guard::{Caller, Fields, GererService, LireAdministration, Purpose};
use maud::{Markup, html};
use store::Tx;
use ui::{
    Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Tone, actions, alert, badge,
    definition_list, error_summary, post_button, section, see_other, submit, table, text_field,
};

use super::{Room, SUBSCRIPTIONS, digest};
use crate::{
    Abonnement, PullError,
    abonnement::{Recue, poursuivre, recues, reserver, running},
    abonnements, arreter, souscrire,
};

/// GET /abonnements
pub(super) async fn page(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    show(&room, &caller, FormState::new(true)).await
}

async fn show(room: &Room, caller: &Caller, state: FormState) -> Result<Markup, Fault> {
    let frame = room.house.frame(caller);
    room.house
        .guard
        .run::<LireAdministration, _, Fault, _>(caller, "abonnements", Purpose::Gestion, move |work, _| {
            Box::pin(async move { Ok(view(&frame, &state, &read(&mut work.tx).await?, work.now())) })
        })
        .await
}

async fn read(tx: &mut Tx) -> Result<Vec<(Abonnement, Vec<Recue>)>, Fault> {
    let mut all = Vec::new();
    for subscription in abonnements(tx).await? {
        let received = recues(tx, &subscription.id).await?;
        all.push((subscription, received));
    }
    Ok(all)
}

fn view(frame: &Frame, state: &FormState, all: &[(Abonnement, Vec<Recue>)], now: Instant) -> Markup {
    Page::new(frame, "Abonnements").crumb("Accueil", "/").crumb("Thésaurus", "/thesaurus").active("/thesaurus").render(html! {
        p {
            "Une version reçue est vérifiée (signature et empreintes), puis chargée à côté de celle en service. Elle n'est proposée à la saisie qu'après sa mise en service, et l'on peut revenir à la version précédente."
        }
        @if all.is_empty() {
            (alert(Tone::Info, "Aucun abonnement", html! { p { "Indiquez ci-dessous l'adresse d'une fédération et sa clé publique." } }))
        }
        @for (i, (subscription, received)) in all.iter().enumerate() {
            (section(&format!("abonnement-{i}"), &subscription.adresse, None, one(frame, subscription, received, now)))
        }
        (section("nouveau", "S'abonner", None, Form::post(SUBSCRIPTIONS, &frame.csrf).render(html! {
            (error_summary(state))
            (text_field(state.field("adresse", "Adresse de la fédération").required().wide().help("Elle commence par https://.")))
            (text_field(state.field("cle", "Clé publique").required().wide().help("Telle que la fédération l'a remise, par un autre chemin que son site.")))
            (actions(submit("S'abonner", Kind::Primary)))
        })))
    })
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Where a received version is compared with the one in use, then put in use.
fn compare_href(list: &str, version: &str) -> String {
    format!("/thesaurus/{list}/comparer?a={}", encoded(version))
}

fn one(frame: &Frame, subscription: &Abonnement, received: &[Recue], now: Instant) -> Markup {
    let running = running(subscription, now);
    let seen = subscription.vu_le.map_or_else(
        || "jamais".to_owned(),
        |at| {
            let summary = subscription.bilan.as_deref().unwrap_or("N'a pas abouti.");
            format!("{} à {}. {summary}", date_numeric(at.day()), at.time_of_day())
        },
    );
    let columns = [
        Column::text("Liste ou matrice"),
        Column::text("Version"),
        Column::text("Reçue"),
        Column::text("Vérification"),
        Column::hidden_label("Suite"),
    ];
    let rows = received
        .iter()
        .map(|r| {
            let next = if r.sorte == "matrice" {
                (
                    format!("/thesaurus/matrices/{}?version={}", r.liste, encoded(&r.version)),
                    "Voir la matrice",
                )
            } else {
                (compare_href(&r.liste, &r.version), "Comparer et mettre en service")
            };
            Row::new(vec![
                html! {
                    (r.liste)
                    @if r.sorte == "matrice" { " " (badge(Tone::Neutre, "matrice")) }
                },
                html! { (r.version) },
                html! { (date_numeric(r.le.day())) },
                match &r.refus {
                    None => badge(Tone::Ok, "authentique"),
                    Some(why) => html! { (badge(Tone::Retard, "refusée")) " " (why) },
                },
                html! { @if r.refus.is_none() {
                    a href=(next.0) { (next.1) span.vh { " " (r.liste) " " (r.version) } }
                } },
            ])
        })
        .collect();
    let here = format!("{SUBSCRIPTIONS}/{}", subscription.id);
    html! {
        @if let Some(since) = running {
            (alert(Tone::Info, "Passage en cours", html! {
                p { "Commencé à " (since.time_of_day()) ". Son résultat s'affichera ici. " a href=(SUBSCRIPTIONS) { "Actualiser la page" } }
            }))
        } @else if let Some(error) = &subscription.erreur {
            (alert(Tone::Attention, "Le dernier passage n'a pas abouti", html! { p { (error) } }))
        }
        (definition_list(vec![
            ("Clé publique", digest(&subscription.cle)),
            ("Dernier passage", html! { (seen) }),
        ]))
        (table("Versions reçues", &columns, rows, Empty::new("Rien n'a été reçu", "Cherchez les nouveautés, ou attendez le prochain passage.")))
        (actions(html! {
            @if running.is_none() {
                (post_button(&format!("{here}/passer"), &frame.csrf, "Chercher les nouveautés", Kind::Primary))
            }
            (post_button(&format!("{here}/arreter"), &frame.csrf, "Se désabonner", Kind::Danger))
        }))
    }
}

/// POST /abonnements
pub(super) async fn subscribe(
    State(room): State<Room>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    let (adresse, cle) = (fields.text("adresse").to_owned(), fields.text("cle").to_owned());
    let done = room
        .house
        .guard
        .run::<GererService, _, PullError, _>(
            &caller,
            "abonnements",
            Purpose::Gestion,
            move |work, permit| Box::pin(async move { souscrire(work, permit, &adresse, &cle).await }),
        )
        .await;
    let (field, sentence) = match done {
        Ok(()) => return Ok(see_other(SUBSCRIPTIONS)),
        Err(e @ PullError::Address(_)) => ("adresse", e.to_string()),
        Err(e @ PullError::Key) => ("cle", e.to_string()),
        Err(e) => return Err(e.into()),
    };
    let mut state =
        FormState::new(true).set("adresse", fields.text("adresse")).set("cle", fields.text("cle"));
    state.refuse(field, sentence);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&room, &caller, state).await?).into_response())
}

/// POST /abonnements/{id}/passer
///
/// A look may last longer than a page is waited for: it goes on by itself, and the page says that it does.
pub(super) async fn pass(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Fault> {
    match reserver(&room.house.guard, &caller, &id).await {
        Ok(reserve) => {
            tokio::spawn(async move {
                let guard = &room.house.guard;
                // What went wrong is kept beside the subscription, where the page tells it.
                if let Err(error) = poursuivre(guard, &caller, &room.transport, reserve, true).await {
                    tracing::warn!(%error, "a federation could not be looked at");
                }
            });
            Ok(see_other(SUBSCRIPTIONS))
        }
        // The page says that a look is in progress.
        Err(PullError::Busy) => Ok(see_other(SUBSCRIPTIONS)),
        Err(e) => Err(e.into()),
    }
}

/// POST /abonnements/{id}/arreter
pub(super) async fn stop(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    _fields: Fields,
) -> Result<Response, Fault> {
    room.house
        .guard
        .run::<GererService, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                arreter(work, permit).await?;
                Ok(see_other(SUBSCRIPTIONS))
            })
        })
        .await
}
