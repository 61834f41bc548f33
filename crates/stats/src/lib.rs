//! Figures: what is counted, how, and the rows behind, read live from the other contexts' tables.
//!
//! This is the one room that reads tables it does not own, and only in the module `views`. Nothing here knows a
//! health datum: of exposures, only whether they are coded is counted.

mod catalogue;
mod pages;
mod views;

pub use catalogue::{Filtre, MESURES, Mesure, Periode, Population, mesure};
pub use pages::routes;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[views::ALL, views::CODAGE];
