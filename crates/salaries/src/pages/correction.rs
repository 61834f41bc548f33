//! GET and POST /salaries/{id}/identite/corriger: mending the identity of a file, with the reason why.

use ::identite::{Nir, StatutIns};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use base::{Date, date_from_french, hex};
use guard::{Caller, EcrireIdentite, Fields, Permit, Purpose, Work};
use maud::{Markup, html};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use ui::{
    Fault, Form, FormState, Frame, House, Kind, Page, Tone, actions, alert, date_field, error_summary,
    field_row, form_part, link_button, see_other, submit, textarea,
};

use super::{
    EVENEMENT_MODIFIE,
    formulaire::{contact, traits},
    saisie::{read_traits, typed},
};
use crate::{
    Salarie, SalarieId, corriger, salarie,
    tables::{nir_d_un_autre, verrouiller},
};

/// The longest reason, in characters: the journal keeps it for ever.
const LONGEST_MOTIVE: usize = 500;

/// What became of a form.
enum Outcome {
    Saved(SalarieId),
    ToCorrect(Box<(Salarie, FormState)>),
}

pub(super) async fn page(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let s = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move {
                salarie(&mut work.tx, &SalarieId::new(permit.object())).await?.ok_or_else(absent)
            })
        })
        .await?;
    Ok(show(&house.frame(&caller), &s, &prefilled(&s)))
}

pub(super) async fn save(
    State(house): State<House>,
    caller: Caller,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, Fault> {
    let outcome = house
        .guard
        .run::<EcrireIdentite, _, Fault, _>(&caller, &id, Purpose::Gestion, move |work, permit| {
            Box::pin(async move { correct(work, permit, &fields).await })
        })
        .await?;
    Ok(match outcome {
        Outcome::Saved(id) => see_other(&format!("/salaries/{id}/identite")),
        Outcome::ToCorrect(form) => {
            let (s, state) = *form;
            (StatusCode::UNPROCESSABLE_ENTITY, show(&house.frame(&caller), &s, &state)).into_response()
        }
    })
}

fn absent() -> Fault {
    Fault::absent("Ce salarié")
}

async fn correct(
    work: &mut Work,
    permit: &Permit<EcrireIdentite>,
    fields: &Fields,
) -> Result<Outcome, Fault> {
    let before = verrouiller(&mut work.tx, permit).await?.ok_or_else(absent)?;
    let mut state = typed(fields);
    let corrected = read_correction(&mut state, fields, &before, work.today());
    // Only a new NIR is compared: one that two files share already must not keep the rest from being mended.
    if let Some(nir) = corrected.as_ref().and_then(|s| s.nir.as_ref())
        && before.nir.as_ref() != Some(nir)
        && nir_d_un_autre(&mut work.tx, nir, &before.id).await?
    {
        state.refuse("nir", "Ce NIR est déjà au dossier d'une autre personne\u{a0}: vérifiez-le, ou cherchez par ce NIR si les deux dossiers sont ceux de la même personne.");
    }
    // A form sent twice is saved once.
    if state.is_valid() && corrected.as_ref() == Some(&before) {
        return Ok(Outcome::Saved(before.id));
    }
    if fields.text("version") != version(&before) {
        return Err(Fault::Stale(
            "Ce dossier a été corrigé depuis l'ouverture de ce formulaire, et rien n'a été enregistré. Rouvrez l'identité, vérifiez ce qui a changé, puis recommencez.".into(),
        ));
    }
    let Some(corrected) = corrected.filter(|_| state.is_valid()) else {
        return Ok(Outcome::ToCorrect(Box::new((before, state))));
    };
    if !corriger(&mut work.tx, permit, &corrected).await? {
        return Err(absent());
    }
    // The journal says what is kept, status of the identity included.
    let after = salarie(&mut work.tx, &before.id).await?.ok_or_else(absent)?;
    let (was, is) = changes(&before, &after);
    let motif = format!("identité corrigée\u{a0}: {}", fields.text("motif"));
    work.journal_change(&motif, Some(was), Some(is)).await?;
    work.announce(EVENEMENT_MODIFIE, before.id.as_str()).await?;
    Ok(Outcome::Saved(before.id))
}

/// Reads the whole form; every mistake is told at once.
fn read_correction(state: &mut FormState, fields: &Fields, before: &Salarie, today: Date) -> Option<Salarie> {
    let read = read_traits(state, fields, before.id.clone(), &before.provenance, today);
    let rqth_depuis = read_declaration(state, fields, "rqth_depuis", today);
    let pension_depuis = read_declaration(state, fields, "pension_depuis", today);
    let motive = fields.text("motif");
    if !motive.chars().any(char::is_alphabetic) {
        state.refuse("motif", "Dites pourquoi cette correction est faite\u{a0}: le journal le garde.");
    } else if motive.chars().count() > LONGEST_MOTIVE {
        state.refuse("motif", format!("Abrégez le motif\u{a0}: {LONGEST_MOTIVE} caractères au plus."));
    }
    let read = read?;
    for (name, day) in [("rqth_depuis", rqth_depuis), ("pension_depuis", pension_depuis)] {
        if day.is_some_and(|day| day <= read.naissance) {
            state.refuse(
                name,
                "Cette déclaration devrait venir après la naissance\u{a0}: corrigez l'une des deux dates.",
            );
        }
    }
    Some(Salarie { ins_statut: before.ins_statut, deces: before.deces, rqth_depuis, pension_depuis, ..read })
}

/// The day of something that the worker declared, if they did.
fn read_declaration(state: &mut FormState, fields: &Fields, name: &str, today: Date) -> Option<Date> {
    let typed = fields.optional(name)?;
    let day = date_from_french(typed);
    match day {
        None => state.refuse(
            name,
            "Ce jour n'existe pas\u{a0}: écrivez la date sous la forme jj/mm/aaaa, ou laissez le champ vide.",
        ),
        Some(day) if day > today => {
            state.refuse(name, "Une déclaration ne peut pas venir après aujourd'hui.");
        }
        Some(_) => {}
    }
    day
}

/// What a correction may change, and the status that follows, under the names of the columns.
fn values(s: &Salarie) -> [(&'static str, Value); 13] {
    [
        ("nom_naissance", json!(s.nom_naissance)),
        ("nom_usage", json!(s.nom_usage)),
        ("prenoms", json!(s.prenoms)),
        ("sexe", json!(s.sexe)),
        ("naissance", json!(s.naissance)),
        ("lieu_code", json!(s.lieu_code)),
        ("lieu_label", json!(s.lieu_label)),
        ("nir", json!(s.nir)),
        ("ins_statut", json!(s.ins_statut)),
        ("telephone", json!(s.telephone)),
        ("courriel", json!(s.courriel)),
        ("rqth_depuis", json!(s.rqth_depuis)),
        ("pension_depuis", json!(s.pension_depuis)),
    ]
}

/// The state that a form was made from: another one means that somebody corrected the file meanwhile.
fn version(s: &Salarie) -> String {
    hex(&Sha256::digest(json!(values(s)).to_string().as_bytes()))
}

/// The fields that changed, before and after, as JSON.
fn changes(before: &Salarie, after: &Salarie) -> (String, String) {
    let (mut was, mut is) = (Map::new(), Map::new());
    for ((name, old), (_, new)) in values(before).into_iter().zip(values(after)) {
        if old != new {
            was.insert(name.to_owned(), old);
            is.insert(name.to_owned(), new);
        }
    }
    (Value::Object(was).to_string(), Value::Object(is).to_string())
}

/// The form as it opens.
fn prefilled(s: &Salarie) -> FormState {
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let day = |value: Option<Date>| value.map(|d| d.to_string()).unwrap_or_default();
    FormState::new(true)
        .set("version", version(s))
        .set("nom_naissance", s.nom_naissance.as_str())
        .set("nom_usage", text(s.nom_usage.as_ref()))
        .set("prenoms", s.prenoms.as_str())
        .set("sexe", s.sexe.code())
        .set("naissance", s.naissance.to_string())
        .set("lieu_code", s.lieu_code.as_str())
        .set("lieu_label", s.lieu_label.as_str())
        .set("nir", s.nir.as_ref().map(Nir::grouped).unwrap_or_default())
        .set("telephone", text(s.telephone.as_ref()))
        .set("courriel", text(s.courriel.as_ref()))
        .set("rqth_depuis", day(s.rqth_depuis))
        .set("pension_depuis", day(s.pension_depuis))
}

fn show(frame: &Frame, s: &Salarie, state: &FormState) -> Markup {
    let file = format!("/salaries/{}", s.id);
    let identity = format!("{file}/identite");
    let page = Page::new(frame, "Corriger l'identité")
        .crumb("Salariés", "/salaries")
        .crumb("Dossier", &file)
        .crumb("Identité", &identity)
        .active("/salaries")
        .narrow();
    page.render(html! {
        @if s.ins_statut != StatutIns::Provisoire {
            (alert(Tone::Attention, &format!("Cette identité est {}", s.ins_statut), html! {
                "Corriger le nom de naissance, les prénoms, le sexe, la date ou le lieu de naissance la ramène au statut provisoire\u{a0}; changer le NIR retire la réponse du téléservice INSi."
            }))
        }
        (Form::post(format!("{identity}/corriger"), &frame.csrf).render(html! {
            (error_summary(state))
            input type="hidden" name="version" value=(state.value("version"));
            (form_part("La personne", html! { (traits(state)) (contact(state)) }))
            (form_part("Ce que la personne a déclaré", field_row(html! {
                (date_field(state.field("rqth_depuis", "RQTH déclarée le").help("Vide si elle n'est pas déclarée.")))
                (date_field(state.field("pension_depuis", "Pension d'invalidité déclarée le").help("Vide si elle n'est pas déclarée.")))
            })))
            (form_part("Le motif", textarea(
                state.field("motif", "Pourquoi cette correction\u{a0}?").required()
                    .help("Ce qui était faux, et le document qui le montre. Le journal garde ce motif, l'ancienne valeur et la nouvelle."),
                3,
            )))
            (actions(html! {
                (submit("Enregistrer la correction", Kind::Primary))
                (link_button(&identity, "Revenir à l'identité", Kind::Secondary))
            }))
        }))
    })
}
