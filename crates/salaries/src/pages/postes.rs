//! GET /salaries/{id}/postes and /salaries/{id}/postes/{poste}/metier: the posts of a worker, and a post that goes on
//! under another job. The former period keeps what was written.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_from_french, date_numeric};
use guard::{Caller, EcrireIdentite, Fields, LireIdentite, Permit, Purpose, Work};
use maud::{Markup, html};
use thesaurus::Concept;
use ui::{
    Column, Empty, Fault, Form, FormState, Frame, House, Kind, Page, Row, Tone, actions, badge, date_field,
    definition_list, error_summary, link_button, see_other, submit, table,
};

use super::{metier::job_field, metier::read_job_term, saisie::typed};
use crate::{Emploi, Poste, SalarieId, emplois, metiers, salarie};

/// The job of a post in words, with the sign that the list lacked it.
fn job(poste: &Poste) -> Markup {
    html! {
        @match &poste.emploi {
            None => { span.absent { "Non codé" } }
            Some(e) if e.is_autre() => { (e.label) " " (badge(Tone::Attention, "autre")) }
            Some(e) => { (e.label) " " small { (e.code) ", version " (e.version) } }
        }
    }
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let (id, held) = house
        .guard
        .run::<LireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                let id = SalarieId::new(permit.object());
                salarie(&mut work.tx, &id).await?.ok_or_else(|| Fault::absent("Ce salarié"))?;
                let held = emplois(&mut work.tx, &id).await?;
                Ok((id, held))
            })
        })
        .await?;
    let may_write = house.guard.offers::<EcrireIdentite>(&caller);
    let frame = house.frame(&caller);
    let rows = held.iter().map(|e| row(&id, e, may_write)).collect();
    let mut columns = vec![
        Column::text("Poste"),
        Column::text("Employeur"),
        Column::text("Métier"),
        Column::text("Période"),
    ];
    if may_write {
        columns.push(Column::hidden_label("Actions"));
    }
    Ok(Page::new(&frame, "Postes")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", format!("/salaries/{id}"))
        .active("/salaries")
        .render(html! {
            p {
                "Un métier absent de la liste se saisit par «\u{a0}autre\u{a0}» et part à la veille. Quand la liste le reçoit, le poste continue sous le nouveau métier\u{a0}; la période précédente garde ce qui avait été écrit."
            }
            (table("Postes, du plus récent au plus ancien", &columns, rows, Empty::new(
                "Aucun poste", "Ajoutez le contrat du salarié depuis la fiche de son employeur.",
            )))
        }))
}

fn row(id: &SalarieId, e: &Emploi, may_write: bool) -> Row {
    let p = &e.poste;
    let mut cells = vec![
        html! { (p.intitule) },
        html! { (e.employeur.raison_sociale) },
        job(p),
        html! {
            (date_numeric(p.duree.from()))
            @match p.duree.to().and_then(|to| to.yesterday().ok()) {
                Some(last) => { " – " (date_numeric(last)) }
                None => { " – en cours" }
            }
        },
    ];
    if may_write {
        cells.push(
            html! { a href={ "/salaries/" (id) "/postes/" (p.id) "/metier" } { "Remplacer le métier" } },
        );
    }
    Row::new(cells)
}

fn absent() -> Fault {
    Fault::absent("Ce poste")
}

pub(super) async fn form(
    State(house): State<House>,
    caller: Caller,
    Path((id, poste)): Path<(String, String)>,
) -> Result<Markup, Fault> {
    let poste = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                metiers::poste(&mut work.tx, &SalarieId::new(permit.object()), &poste)
                    .await?
                    .ok_or_else(absent)
            })
        })
        .await?;
    let frame = house.frame(&caller);
    let state = FormState::new(true).set("le", frame.today.to_string()).set("jusqu", end(&poste));
    Ok(show(&frame, &poste, &state, &[]))
}

/// The end of a post as the form carries it: another one means that somebody changed the post meanwhile.
fn end(poste: &Poste) -> String {
    poste.duree.to().map(|d| d.to_string()).unwrap_or_default()
}

/// What became of the form.
enum Outcome {
    Saved,
    ToCorrect(Box<(Poste, FormState, Vec<Concept>)>),
}

pub(super) async fn save(
    State(house): State<House>,
    caller: Caller,
    Path((id, poste)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let back = format!("/salaries/{id}/postes");
    let outcome = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { change(work, permit, &poste, &fields).await })
        })
        .await?;
    Ok(match outcome {
        Outcome::Saved => see_other(&back),
        Outcome::ToCorrect(form) => {
            let (poste, state, near) = *form;
            let page = show(&house.frame(&caller), &poste, &state, &near);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    })
}

async fn change(
    work: &mut Work,
    permit: &Permit<EcrireIdentite>,
    poste: &str,
    fields: &Fields,
) -> Result<Outcome, Fault> {
    let before =
        metiers::poste(&mut work.tx, &SalarieId::new(permit.object()), poste).await?.ok_or_else(absent)?;
    let (mut state, mut near) = (typed(fields), Vec::new());
    let emploi = read_job_term(&mut work.tx, &mut state, &mut near, fields).await?;
    if emploi.is_none() && state.is_valid() {
        state.refuse("emploi", "Choisissez le métier, ou écrivez-le par «\u{a0}autre\u{a0}».");
    }
    if emploi.is_some() && emploi == before.emploi {
        state.refuse("emploi", "C'est déjà le métier de ce poste\u{a0}: choisissez-en un autre.");
    }
    let le = read_day(&mut state, &before, fields);
    let (Some(emploi), Some(le), true) = (emploi, le, state.is_valid()) else {
        return Ok(Outcome::ToCorrect(Box::new((before, state, near))));
    };
    let next = metiers::remplacer_metier(work, permit, &before, fields.text("jusqu"), emploi, le)
        .await?
        .ok_or_else(|| {
            Fault::Stale("Quelqu'un a modifié ce poste pendant votre saisie. Rechargez la page, relisez, puis recommencez.".into())
        })?;
    let was = serde_json::json!({ "poste": before.id, "emploi": before.emploi });
    let is = serde_json::json!({ "poste": next.id, "emploi": next.emploi, "depuis": le });
    work.journal_change("métier remplacé", Some(was.to_string()), Some(is.to_string())).await?;
    Ok(Outcome::Saved)
}

/// The first day under the new job: the post already held, and holds still.
fn read_day(state: &mut FormState, before: &Poste, fields: &Fields) -> Option<Date> {
    let Some(day) = date_from_french(fields.text("le")) else {
        state.refuse("le", "Indiquez le premier jour sous la forme jj/mm/aaaa\u{a0}; ce jour doit exister.");
        return None;
    };
    if day <= before.duree.from() {
        state.refuse(
            "le",
            format!(
                "Ce poste commence le {}\u{a0}: le nouveau métier vient après ce jour.",
                date_numeric(before.duree.from())
            ),
        );
        return None;
    }
    if before.duree.to().is_some_and(|to| day >= to) {
        state.refuse("le", "Ce poste est terminé à cette date\u{a0}: choisissez un jour où il est tenu.");
        return None;
    }
    Some(day)
}

fn show(frame: &Frame, poste: &Poste, state: &FormState, near: &[Concept]) -> Markup {
    let posts = format!("/salaries/{}/postes", poste.salarie_id);
    Page::new(frame, "Remplacer le métier d'un poste")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", format!("/salaries/{}", poste.salarie_id))
        .crumb("Postes", &posts)
        .active("/salaries")
        .narrow()
        .render(html! {
            (definition_list(vec![
                ("Poste", html! { (poste.intitule) ", depuis le " (date_numeric(poste.duree.from())) }),
                ("Métier écrit", job(poste)),
            ]))
            (Form::post(format!("{posts}/{}/metier", poste.id), &frame.csrf).render(html! {
                (error_summary(state))
                input type="hidden" name="jusqu" value=(state.value("jusqu"));
                (job_field(state, near))
                (date_field(state.field("le", "À compter du").required()
                    .help("Le poste reste le même, seul le code change\u{a0}: le suivi ne recommence pas, et la période d'avant garde le métier écrit alors.")))
                (actions(html! {
                    (submit("Remplacer le métier", Kind::Primary))
                    (link_button(&posts, "Revenir aux postes", Kind::Secondary))
                }))
            }))
        })
}
