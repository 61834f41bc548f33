//! The screens of workers: finding one, adding one, correcting an identity, who works where.

mod correction;
mod etablissement;
mod formulaire;
mod identite;
mod liste;
mod metier;
mod nouveau;
mod postes;
mod saisie;

use ::identite::StatutIns;
use axum::routing::get;
use maud::{Markup, html};
use ui::{House, Tone, badge};

use crate::Salarie;

/// What is announced when a worker, a contract or a post is added or an identity corrected: the identifier of the
/// worker. Whoever computes the follow-up listens.
pub const EVENEMENT_MODIFIE: &str = "salarie.modifie";

/// The routes of this room.
pub fn routes(house: House) -> axum::Router {
    axum::Router::new()
        .route("/salaries", get(liste::page))
        .route("/salaries/nouveau", get(nouveau::page).post(nouveau::save))
        .route("/salaries/{id}/identite", get(identite::page))
        .route("/salaries/{id}/identite/corriger", get(correction::page).post(correction::save))
        .route("/salaries/{id}/postes", get(postes::page))
        .route("/salaries/{id}/postes/{poste}/metier", get(postes::form).post(postes::save))
        .route("/etablissements/{id}", get(etablissement::page))
        .with_state(house)
}

/// The name in use, and the birth name when it is another.
fn name(s: &Salarie) -> Markup {
    html! {
        a href={ "/salaries/" (s.id) } { (s.nom_affiche()) }
        @if let Some(birth) = s.nom_de_naissance_si_autre() { " " small { "(nom de naissance\u{a0}: " (birth) ")" } }
    }
}

/// The status of the identity, in words.
fn ins(statut: StatutIns) -> Markup {
    let tone = match statut {
        StatutIns::Qualifiee => Tone::Ok,
        StatutIns::Recuperee | StatutIns::Validee => Tone::Info,
        StatutIns::Provisoire => Tone::Attention,
    };
    badge(tone, &format!("Identité {statut}"))
}

/// Whether a text has the form of our identifiers.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}
