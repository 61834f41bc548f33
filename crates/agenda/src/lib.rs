//! The agenda: the slots that professionals open, the visits placed in them, the day as the team reads it.
//!
//! A visit belongs to `suivi`, which says with whom and on which day it takes place; a slot says at what time.

mod model;
mod pages;
mod reserver;
mod tables;

pub use model::{Creneau, CreneauId, Heure};
pub use pages::routes;
pub use reserver::{ReserverError, reserver, visite_signee};
pub use tables::{creneaux_du_jour, insert_creneaux, premier_libre};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[tables::ALL];
