//! The screens of imports.

mod liste;
mod lot;
mod nouveau;
mod rapport;

use axum::{extract::DefaultBodyLimit, routing::get};
use ui::House;

use crate::Limites;

/// Room around the file in a form that sends one.
const AROUND: usize = 64 << 10;

/// The routes of this room.
pub fn routes(house: House) -> axum::Router {
    let room = Limites::default().octets + AROUND;
    axum::Router::new()
        .route("/imports", get(liste::page))
        .route("/imports/nouveau", get(nouveau::page).post(nouveau::send).layer(DefaultBodyLimit::max(room)))
        .route("/imports/{id}", get(lot::page))
        .with_state(house)
}
