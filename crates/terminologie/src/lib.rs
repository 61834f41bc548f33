//! Releases of terminologies, in memory: read in every layout they are delivered in, written in every format that
//! is asked for, compared, checked, signed.
//!
//! Pure: no database, no web, no clock. Nothing is ever mended: what looks wrong is reported beside its line, and
//! what cannot be kept is rejected with its reason. The room `thesaurus` keeps releases; this one understands them.

pub mod check;
pub mod diff;
pub mod manifest;
mod model;
pub mod read;
pub mod write;

pub use model::{
    Cell, Facts, Matrix, MatrixKind, Nature, Plausibility, PossibleProfession, Reference, Release, Term,
    is_name,
};
