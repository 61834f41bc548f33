//! The common language: lists of terms, delivered whole and kept to the byte.
//!
//! A delivery is loaded as it is: its bytes and their SHA-256 are kept beside the terms read from it. Each
//! list has one active version, the only one offered at entry; older versions stay readable for ever and
//! nothing is ever recoded. A search in memory answers while one types.

mod api;
mod favoris;
mod life;
mod load;
mod locales;
mod matrices;
mod matrix;
mod model;
mod pages;
mod read;
mod release;
mod report;
mod search;
mod starter;
mod terms;
mod tree;
mod usages;
mod verify;
mod words;

pub use api::routes;
pub use favoris::{Ajout, Favori, Portee, ajouter_favori, codes_favoris, favoris, retirer_favori};
pub use life::{LifeEvent, LifeStep, Today, life, today};
pub use load::{Delivery, LoadError, Prepared, Seal, keep, load, prepare};
pub use locales::{LocalError, LocalValue, NewLocalValue, add_local, locals, withdraw_local};
pub use matrices::{MatrixSummary, activate_matrix, delivered_matrix, matrices, matrix, propositions};
pub use matrix::{MatrixDelivery, PreparedMatrix, keep_matrix, load_matrix, prepare_matrix};
pub use model::{Concept, Liste, Nature, Proposition};
pub use read::{
    ListSummary, Sceau, active_version, children, coded, concept, concepts, declencheur, delivery_report,
    known_facts, lists, path, versions, waiting,
};
pub use release::{ActivateError, Delivered, activate, delivered, other_releases, release};
pub use report::LoadReport;
pub use search::{Found, Frequences, Index, Search};
pub use starter::load_starter;
pub use terminologie::{
    MatrixKind, Plausibility as Plausibilite,
    read::{Finding, FindingKind, Layout, Limits, ReadError, Reason, Rejected},
};
pub use usages::{Impact, Touched, Usage, among, frequencies, impact};
pub use verify::{
    Alteration, Objet, Verification, VerifyReport, keep_verification, last_verifications, verify,
};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[
    favoris::ALL,
    life::ALL,
    load::ALL,
    locales::ALL,
    matrices::ALL,
    matrix::ALL,
    read::ALL,
    release::ALL,
    verify::STATEMENTS[0],
    verify::STATEMENTS[1],
    verify::STATEMENTS[2],
];
