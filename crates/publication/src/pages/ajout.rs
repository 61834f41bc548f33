//! Adding a term to a draft.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, Fields, LirePublication, PreparerPublication, Purpose};
use maud::{Markup, html};
use ui::{
    Fault, Form, FormState, Frame, Kind, Page, actions, error_summary, link_button, see_other, submit,
    text_field, textarea,
};

use super::{
    HOME, Room,
    brouillon::{asked, edition, edition_in, href, term_href},
    terme::{Outcome, typed},
};
use crate::{Brouillon, DraftError, Geste, brouillon, modifier};

/// GET /publications/brouillons/{id}/ajout?parent=
pub(super) async fn new(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    let state = FormState::new(true).set("parents", asked(query).text("parent"));
    let object = id.clone();
    room.house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let draft = brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
                Ok(addition(&frame, &draft, &state))
            })
        })
        .await
}

fn addition(frame: &Frame, draft: &Brouillon, state: &FormState) -> Markup {
    let here = href(&draft.id);
    Page::new(frame, "Ajouter un terme")
        .crumb("Accueil", "/").crumb("Thésaurus", "/thesaurus").crumb("Publications", HOME)
        .crumb(format!("{} {}", draft.facts.title, draft.version), here.clone())
        .active("/thesaurus")
        .narrow()
        .render(html! {
            (Form::post(format!("{here}/ajout"), &frame.csrf).render(html! {
                (error_summary(state))
                (edition(draft))
                (text_field(state.field("code", "Code").required().help("Jamais employé dans une version précédente.")))
                (text_field(state.field("label", "Libellé").required().wide()))
                (textarea(state.field("parents", "Codes des termes supérieurs").help("Un par ligne, le principal d'abord. Vide pour la racine."), 2))
                (textarea(state.field("synonymes", "Synonymes").help("Un par ligne."), 3))
                (textarea(state.field("description", "Description"), 3))
                (text_field(state.field("motif", "Raison, ou demande à l'origine").wide()))
                (actions(html! {
                    (submit("Ajouter le terme", Kind::Primary))
                    (link_button(&here, "Revenir au brouillon", Kind::Secondary))
                }))
            }))
        })
}

/// POST /publications/brouillons/{id}/ajout
pub(super) async fn add(
    State(room): State<Room>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let frame = room.house.frame(&caller);
    let edition = edition_in(&fields)?;
    let term = typed(&fields, fields.text("code"));
    let code = term.code.clone();
    let (object, kept) = (id.clone(), fields.clone());
    let done = room
        .house
        .guard
        .run::<PreparerPublication, _, Outcome, _>(&caller, &object, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                modifier(work, permit, edition, Geste::Ajouter(Box::new(term)), fields.text("motif")).await?;
                Ok(())
            })
        })
        .await;
    match done {
        Ok(()) => Ok(see_other(&term_href(&id, &code))),
        Err(Outcome::Invalid(sentence)) => {
            let mut state =
                FormState::from_pairs(true, kept.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
            state.refuse("code", sentence);
            let object = id.clone();
            let page = room
                .house
                .guard
                .run::<LirePublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, _| {
                    Box::pin(async move {
                        let draft =
                            brouillon(&mut work.tx, &id).await?.ok_or(DraftError::Absent("Ce brouillon"))?;
                        Ok(addition(&frame, &draft, &state))
                    })
                })
                .await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(Outcome::Fault(fault)) => Err(fault),
    }
}
