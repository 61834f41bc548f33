//! The common language: lists of terms, delivered whole and kept to the byte.
//!
//! A delivery is loaded as it is: its bytes and their SHA-256 are kept beside the terms read from it. Each
//! list has one active version, the only one offered at entry; older versions stay readable for ever and
//! nothing is ever recoded. A search in memory answers while one types.

mod api;
mod layout;
mod load;
mod matrix;
mod model;
mod pages;
mod read;
mod report;
mod search;
mod starter;
mod tree;
mod words;

pub use api::routes;
pub use layout::{Layout, Limits};
pub use load::{Delivery, LoadError, load};
pub use matrix::{MatrixDelivery, load_matrix};
pub use model::{Concept, Liste, Nature, Plausibilite, Proposition};
pub use read::{
    ListSummary, active_version, children, coded, concept, concepts, declencheur, delivery_report, lists,
    path, propositions, versions,
};
pub use report::{Finding, FindingKind, LoadReport, Reason, Rejected};
pub use search::{Found, Index, Search};
pub use starter::load_starter;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[load::ALL, matrix::ALL, read::ALL];
