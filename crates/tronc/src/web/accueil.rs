//! GET /: where each role begins its day.

use axum::{Router, extract::State, response::Redirect, routing::get};
use guard::{Caller, LireAdherent, LireAgenda};
use ui::House;

pub(super) fn routes(house: House) -> Router {
    Router::new().route("/", get(page)).with_state(house)
}

async fn page(State(house): State<House>, caller: Caller) -> Redirect {
    Redirect::to(if house.guard.offers::<LireAgenda>(&caller) {
        "/agenda"
    } else if house.guard.offers::<LireAdherent>(&caller) {
        "/adherents"
    } else {
        "/thesaurus"
    })
}
