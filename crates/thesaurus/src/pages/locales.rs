//! The values that a service adds for itself: apart, marked, never harmonised.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::date_numeric;
use guard::{Caller, Fields, GererService, LireAdministration, Purpose};
use maud::{Markup, html};
use ui::{
    Column, Empty, Fault, Form, FormState, Frame, Kind, Page, Row, Tone, actions, badge, error_summary,
    section, see_other, submit, table, text_field,
};

use super::HOME;
use crate::{
    Concept, ListSummary, LocalError, LocalValue, NewLocalValue, add_local, api::Room, locales::Harmonised,
    locals, read, withdraw_local,
};

/// GET /thesaurus/{list}/locales
pub(crate) async fn page(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
) -> Result<Markup, Fault> {
    show(&room, &caller, list, FormState::new(true)).await
}

async fn show(room: &Room, caller: &Caller, list: String, state: FormState) -> Result<Markup, Fault> {
    let frame = room.house.frame(caller);
    let object = list.clone();
    room.house
        .guard
        .run::<LireAdministration, _, Fault, _>(caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let summary = read::versions(&mut work.tx, &list).await?.into_iter().find(|v| v.active);
                let summary = summary.ok_or_else(|| Fault::absent("Cette liste"))?;
                let values = locals(&mut work.tx, &list).await?;
                let terms = read::concepts(&mut work.tx, &list).await?;
                Ok(view(&frame, &summary, &values, &terms, &state))
            })
        })
        .await
}

/// The field of the reason to withdraw one value: each row has its own form.
fn reason_of(code: &str) -> String {
    format!("motif-{code}")
}

fn view(
    frame: &Frame,
    list: &ListSummary,
    values: &[LocalValue],
    terms: &[Concept],
    state: &FormState,
) -> Markup {
    let here = format!("{HOME}/{}/locales", list.liste.id);
    let harmonised = Harmonised::of(terms.iter().filter(|t| t.active).map(|t| (&t.code, &t.label)));
    let place = |code: &str| match terms.iter().find(|t| t.code == code) {
        Some(term) => format!("{} ({code})", term.label),
        None => code.to_owned(),
    };
    let columns = [
        Column::text("Libellé"),
        Column::text("Code"),
        Column::text("Sous"),
        Column::text("Raison"),
        Column::text("Depuis"),
        Column::text("État"),
        Column::hidden_label("Actions"),
    ];
    let rows = values
        .iter()
        .map(|v| {
            Row::new(vec![
                html! { (v.label) " " (badge(Tone::Attention, "valeur locale")) },
                html! { (v.code) },
                html! { (v.parent.as_deref().map_or_else(|| "Racine".to_owned(), place)) },
                html! { (v.motif) },
                html! { (date_numeric(v.cree_le.day())) },
                match &v.retiree {
                    None => match harmonised.of_label(&v.label) {
                        None => badge(Tone::Ok, "proposée"),
                        Some((code, label)) => html! {
                            (badge(Tone::Attention, "reprise par la liste"))
                            " Le terme «\u{a0}" (label) "\u{a0}» (" (code) ") est proposé à sa place. Vous pouvez la retirer."
                        },
                    },
                    Some((at, _, why)) => html! { (badge(Tone::Neutre, &format!("retirée le {}", date_numeric(at.day())))) " " (why) },
                },
                html! { @if v.retiree.is_none() {
                    (Form::post(format!("{here}/retirer"), &frame.csrf).line().render(html! {
                        input type="hidden" name="code" value=(v.code);
                        (text_field(FormState::new(true).field(&reason_of(&v.code), "Raison du retrait").required()))
                        (submit("Retirer", Kind::Secondary))
                    }))
                } },
            ])
        })
        .collect();
    Page::new(frame, "Valeurs locales")
        .crumb("Accueil", "/")
        .crumb("Thésaurus", HOME)
        .crumb(&list.liste.titre, format!("{HOME}/{}", list.liste.id))
        .active(HOME)
        .render(html! {
            p { "Une valeur locale vit à côté de la liste commune. Elle est marquée à la saisie, n'est jamais comptée comme harmonisée et ne sort dans aucun export de la liste. Pour l'ajouter à la liste commune, " a href="/veille" { "déposez une demande à la veille" } "." }
            (table("Valeurs locales de la liste", &columns, rows, Empty::new("Aucune valeur locale", "Le service n'emploie que la liste commune.")))
            (section("ajout", "Ajouter une valeur locale", None, Form::post(&here, &frame.csrf).render(html! {
                (error_summary(state))
                (text_field(state.field("label", "Libellé").required().wide()))
                (text_field(state.field("parent", "Code du terme supérieur").help("Vide pour la racine.")))
                (text_field(state.field("motif", "Raison").required().wide().help("Pourquoi la liste commune ne suffit pas.")))
                (actions(submit("Ajouter la valeur locale", Kind::Primary)))
            })))
        })
}

/// POST /thesaurus/{list}/locales
pub(crate) async fn add(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let mut state =
        FormState::from_pairs(true, fields.iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect());
    let (object, named) = (list.clone(), list.clone());
    let done = room
        .house
        .guard
        .run::<GererService, _, Refused, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let value = NewLocalValue {
                    thesaurus: &named,
                    label: fields.text("label"),
                    parent: fields.optional("parent"),
                    motif: fields.text("motif"),
                };
                let (now, who) = (work.now(), work.caller().compte_id.clone());
                let made = add_local(&mut work.tx, now, &who, &value).await?;
                work.journal_change("ajout d'une valeur locale", None, Some(made.label)).await?;
                Ok(())
            })
        })
        .await;
    match done {
        Ok(()) => Ok(see_other(&format!("{HOME}/{list}/locales"))),
        Err(Refused::Value(field, sentence)) => {
            state.refuse(field, sentence);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&room, &caller, list, state).await?).into_response())
        }
        Err(Refused::Fault(fault)) => Err(fault),
    }
}

/// POST /thesaurus/{list}/locales/retirer
pub(crate) async fn withdraw(
    State(room): State<Room>,
    caller: Caller,
    Path(list): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let (object, back) = (list.clone(), format!("{HOME}/{list}/locales"));
    let done = room
        .house
        .guard
        .run::<GererService, _, Refused, _>(&caller, &object, Purpose::Gestion, move |work, _| {
            Box::pin(async move {
                let (now, who) = (work.now(), work.caller().compte_id.clone());
                let code = fields.text("code");
                let why = fields.text(&reason_of(code));
                withdraw_local(&mut work.tx, now, &who, &list, code, why).await?;
                work.journal_change("retrait d'une valeur locale", Some(code.to_owned()), None).await?;
                Ok(())
            })
        })
        .await;
    match done {
        Ok(()) => Ok(see_other(&back)),
        Err(Refused::Value(_, sentence)) => Err(Fault::Invalid(sentence)),
        Err(Refused::Fault(fault)) => Err(fault),
    }
}

/// Why nothing was changed: something to correct, or anything else.
enum Refused {
    Value(&'static str, String),
    Fault(Fault),
}

impl From<LocalError> for Refused {
    fn from(error: LocalError) -> Self {
        match error {
            LocalError::Store(e) => Self::Fault(e.into()),
            LocalError::Reason => Self::Value("motif", error.sentence()),
            LocalError::UnknownParent(_) => Self::Value("parent", error.sentence()),
            other => Self::Value("label", other.sentence()),
        }
    }
}

impl From<store::StoreError> for Refused {
    fn from(error: store::StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<guard::Refusal> for Refused {
    fn from(refusal: guard::Refusal) -> Self {
        Self::Fault(refusal.into())
    }
}
