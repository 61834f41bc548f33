//! The screens of publication and of subscriptions.

mod abonnements;
mod accueil;
mod ajout;
mod brouillon;
mod classeur;
mod ouverture;
mod publication;
mod terme;

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    routing::{get, post},
};
use guard::Guard;
use maud::{Markup, html};
use ui::House;

use crate::{Signataire, Transport, flux};

pub(crate) const HOME: &str = "/publications";
pub(crate) const SUBSCRIPTIONS: &str = "/abonnements";
/// The largest workbook that a draft takes back, bytes, with room for the form around it.
const LARGEST: usize = 33 << 20;

/// A key or a digest in hexadecimal, which a narrow screen may break.
fn digest(text: &str) -> Markup {
    html! { code { @for part in text.as_bytes().chunks(8) { (String::from_utf8_lossy(part)) wbr; } } }
}

/// What the screens of this room need.
#[derive(Clone)]
pub struct Room {
    /// The program around them.
    pub house: House,
    /// Who signs, on the federation's own installation; nobody elsewhere.
    pub signataire: Option<Signataire>,
    /// How other installations are asked.
    pub transport: Arc<dyn Transport>,
}

impl FromRef<Room> for Guard {
    fn from_ref(room: &Room) -> Self {
        room.house.guard.clone()
    }
}

/// The routes of this room. Those under `/federation` are open to everybody and hold nobody's data.
pub fn routes(room: Room) -> Router {
    Router::new()
        .route(HOME, get(accueil::page))
        .route("/publications/brouillons", post(ouverture::open))
        .route("/publications/brouillons/nouveau", get(ouverture::new))
        .route("/publications/brouillons/{id}", get(brouillon::page))
        .route("/publications/brouillons/{id}/classeur", get(classeur::workbook))
        .route(
            "/publications/brouillons/{id}/remplacer",
            post(classeur::replace).layer(DefaultBodyLimit::max(LARGEST)),
        )
        .route("/publications/brouillons/{id}/publier", post(brouillon::publish))
        .route("/publications/brouillons/{id}/abandonner", post(brouillon::abandon))
        .route("/publications/brouillons/{id}/terme", get(terme::page).post(terme::change))
        .route("/publications/brouillons/{id}/ajout", get(ajout::new).post(ajout::add))
        .route("/publications/matrices", post(publication::matrix))
        .route("/publications/{id}", get(publication::page))
        .route(SUBSCRIPTIONS, get(abonnements::page).post(abonnements::subscribe))
        .route("/abonnements/{id}/passer", post(abonnements::pass))
        .route("/abonnements/{id}/arreter", post(abonnements::stop))
        .route(flux::FEED, get(flux::feed))
        .route("/federation/publications/{id}/manifeste", get(flux::manifest))
        .route("/federation/publications/{id}/fichiers/{nom}", get(flux::file))
        .with_state(room)
}
