//! Files that come in: the list of workers that an employer sends, as Excel or CSV.
//!
//! A file is read whole, each of its rows is understood or refused with its reason, and what is understood is
//! integrated in one transaction. Nothing is guessed silently: what was supposed is said in the remarks.

mod colonnes;
mod compte;
mod feuille;
mod importer;
mod ligne;
mod pages;
mod plan;
mod references;
mod tables;
mod valeurs;

pub use compte::{Compte, Fichier, ImportError, Limites, Options, Refus, Remarque};
pub use importer::importer;
pub use pages::routes;
pub use tables::{Lot, lot, lots, refus};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[tables::ALL];
