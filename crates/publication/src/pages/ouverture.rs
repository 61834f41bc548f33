//! Opening a draft.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use guard::{Caller, Fields, LirePublication, PreparerPublication, Purpose};
use maud::{Markup, html};
use terminologie::Facts;
use thesaurus::{ListSummary, Nature};
use ui::{
    Choice, Fault, Form, FormState, Frame, Kind, Page, actions, error_summary, form_part, link_button,
    see_other, select_field, submit, text_field,
};

use super::{HOME, Room, brouillon::href};
use crate::DraftError;

/// GET /publications/brouillons/nouveau
pub(super) async fn new(State(room): State<Room>, caller: Caller) -> Result<Markup, Fault> {
    let frame = room.house.frame(&caller);
    room.house
        .guard
        .run::<LirePublication, _, Fault, _>(&caller, "publications", Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let lists = thesaurus::lists(&mut work.tx).await?;
                Ok(form(&frame, &FormState::new(true), &lists))
            })
        })
        .await
}

fn form(frame: &Frame, state: &FormState, lists: &[ListSummary]) -> Markup {
    let mut choices = vec![Choice::new("", "Une liste nouvelle")];
    choices.extend(
        lists
            .iter()
            .map(|l| Choice::new(&l.liste.id, format!("{} – à partir de {}", l.liste.titre, l.version))),
    );
    Page::new(frame, "Ouvrir un brouillon").crumb("Accueil", "/").crumb("Thésaurus", "/thesaurus").crumb("Publications", HOME).active("/thesaurus").narrow().render(html! {
        (Form::post("/publications/brouillons", &frame.csrf).render(html! {
            (error_summary(state))
            (select_field(state.field("liste", "Liste").help("Le brouillon part de la version en service."), &choices))
            (text_field(state.field("version", "Nom de la version à préparer").required().help("Par exemple 2027. Lettres sans accent, chiffres, points et tirets.")))
            (form_part("Pour une liste nouvelle", html! {
                (text_field(state.field("id", "Identifiant").help("Court et stable\u{a0}: il figure dans chaque donnée saisie.")))
                (text_field(state.field("titre", "Titre").wide()))
                (select_field(state.field("nature", "Nature"), &natures()))
                (text_field(state.field("gestionnaire", "Gestionnaire").wide()))
                (text_field(state.field("source", "Source").wide()))
                (text_field(state.field("licence", "Droits d'usage").wide()))
                (text_field(state.field("url", "Adresse de référence").wide().help("Celle qui désigne la liste dans les échanges FHIR et SKOS, si elle en a une.")))
                (text_field(state.field("oid", "OID").help("Identifiant d'objet, si la liste en a un.")))
            }))
            (actions(html! {
                (submit("Ouvrir le brouillon", Kind::Primary))
                (link_button(HOME, "Revenir aux publications", Kind::Secondary))
            }))
        }))
    })
}

fn natures() -> Vec<Choice> {
    [Nature::Principale, Nature::Complementaire, Nature::Externe]
        .into_iter()
        .map(|n| Choice::new(n.as_str(), n.label()))
        .collect()
}

/// POST /publications/brouillons
pub(super) async fn open(
    State(room): State<Room>,
    caller: Caller,
    fields: Fields,
) -> Result<Response, Fault> {
    let frame = room.house.frame(&caller);
    let object = fields.text("liste").to_owned();
    room.house
        .guard
        .run::<PreparerPublication, _, Fault, _>(&caller, &object, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let lists = thesaurus::lists(&mut work.tx).await?;
                let known = lists.iter().find(|l| l.liste.id == fields.text("liste"));
                let nature = known.map_or_else(
                    || Nature::parse(fields.text("nature")).unwrap_or(Nature::Externe),
                    |l| l.liste.nature,
                );
                let facts = match known {
                    Some(known) => Facts {
                        id: known.liste.id.clone(),
                        title: known.liste.titre.clone(),
                        manager: known.liste.gestionnaire.clone(),
                        source: known.liste.source.clone(),
                        licence: known.liste.licence.clone(),
                        ..Facts::default()
                    },
                    None => Facts {
                        id: fields.text("id").to_owned(),
                        title: fields.text("titre").to_owned(),
                        manager: fields.text("gestionnaire").to_owned(),
                        source: fields.text("source").to_owned(),
                        licence: fields.text("licence").to_owned(),
                        url: fields.optional("url").map(str::to_owned),
                        oid: fields.optional("oid").map(str::to_owned),
                    },
                };
                match crate::ouvrir(work, permit, &facts, nature, fields.text("version")).await {
                    Ok(draft) => Ok(see_other(&href(&draft.id))),
                    Err(DraftError::Invalid(sentence)) => {
                        let pairs = fields.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
                        let mut state = FormState::from_pairs(true, pairs);
                        state.refuse("version", sentence);
                        Ok((StatusCode::UNPROCESSABLE_ENTITY, form(&frame, &state, &lists)).into_response())
                    }
                    Err(e) => Err(e.into()),
                }
            })
        })
        .await
}
