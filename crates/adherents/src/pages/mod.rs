//! The screens of member companies.

mod fiche;
mod liste;
mod nouveau;

use axum::routing::get;
use ui::House;

/// The routes of this room.
pub fn routes(house: House) -> axum::Router {
    axum::Router::new()
        .route("/adherents", get(liste::page))
        .route("/adherents/nouveau", get(nouveau::page).post(nouveau::save))
        .route("/adherents/{id}", get(fiche::page))
        .with_state(house)
}

/// `a=1&b=2`, escaped, without the empty values.
fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.iter().filter(|(_, v)| !v.is_empty()))
        .finish()
}

/// Whether a text has the form of our identifiers.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}
