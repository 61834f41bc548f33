//! The screens of the medical record.

mod creation;
mod document;
mod feuille;
mod fichier;
mod lue;
mod saisie;
mod signature;
mod visite;
mod vue;

use axum::{
    Router,
    extract::FromRef,
    routing::{get, post},
};
use guard::Guard;
use ui::House;

/// What the screens of this room need.
#[derive(Clone)]
pub struct Dossier {
    house: House,
    search: thesaurus::Search,
}

impl FromRef<Dossier> for Guard {
    fn from_ref(state: &Dossier) -> Self {
        state.house.guard.clone()
    }
}

/// The routes of this room.
pub fn routes(house: House, search: thesaurus::Search) -> Router {
    Router::new()
        .route("/salaries/{id}", get(fichier::page))
        .route("/salaries/{id}/visites", post(creation::planifier))
        .route("/visites/{id}/demarrer", post(creation::demarrer))
        .route("/visites/{id}", get(visite::page).post(saisie::enregistrer))
        .route("/visites/{id}/champ", post(saisie::champ))
        .route("/visites/{id}/conclusion", get(signature::spoken))
        .route("/visites/{id}/signature", get(signature::page).post(signature::signer))
        .route("/documents/{id}", get(document::pdf))
        .with_state(Dossier { house, search })
}
