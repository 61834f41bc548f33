//! The screens of member workers.

use ui::House;

/// The routes of this room.
pub fn routes(house: House) -> axum::Router {
    axum::Router::new().with_state(house)
}
