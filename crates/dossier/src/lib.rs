//! The medical record (DMST): measures, notes, documents, and the screens of the file and of the visit.
//!
//! Every function that reads or writes health data takes a [`guard::Permit`] for the worker.

mod documents;
mod mesures;
mod notes;
mod pages;
mod papier;
mod usages;

pub use documents::{Document, DocumentId, document, documents, insert_documents, salarie_of_document};
pub use mesures::{Mesure, MesureId, Quantite, insert_mesures, mesures, quantites};
pub use notes::{Note, RUBRIQUES, Rubrique, insert_notes};
pub use pages::{Dossier, routes};
pub use usages::USAGES;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[documents::ALL, mesures::ALL, notes::ALL, usages::ALL];
