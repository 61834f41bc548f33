//! The watch over the common language: requests for change from anybody, their instruction and their motivated
//! decision, the texts typed for want of a term, the gap between matrices and observed exposures.
//!
//! Nothing here changes a list: a request ends in the release that delivers it, or in a refusal that says why. Its
//! story is a chain of dated events; a decision is taken back by a contrary event, never overwritten.

mod autres;
mod deposer;
mod ecart;
mod export;
mod instruire;
mod model;
mod pages;
mod tables;

pub use deposer::recevoir_metier_absent;
pub use model::{Demande, DemandeId, Etat, Evenement, Geste, Origine, Personne, Sorte, Texte};
pub use pages::routes;
pub use tables::{demandes, evenements};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[tables::ALL];
