//! The FHIR façade: terminology operations over the lists that are loaded.
//!
//! R4 (4.0.1); the names that R5 gives to parameters are understood as well, and answered in kind. Each version of
//! each list is a `CodeSystem`; its codes are two `ValueSet`s; each step between versions is a `ConceptMap`, for
//! queries across versions and never to rewrite what was recorded. Nothing here writes, and reading a list concerns
//! nobody: no journal line.
//!
//! Choices where FHIR leaves one:
//!
//! - a code or a version is compared to the byte, a label too unless `lenient-display-validation` is true;
//! - inactive codes are found, valid and said to be inactive; `activeOnly` leaves them out;
//! - an expansion without `count` is given whole up to 10,000 codes, as a tree unless `excludeNested`, and refused
//!   above (`too-costly`); pages and answers to a `filter` are flat;
//! - `filter` on a whole list in its active version is the search of the entry, with its ranks and its tolerance, and
//!   can be paged through 1,000 answers; elsewhere every word is a beginning of a word;
//! - `$translate` without a map goes to the version offered at entry, from the version that goes with the code;
//! - labels are French whatever `displayLanguage` asks.

mod api;
mod bundle;
mod canonical;
mod capability;
mod library;
mod operations;
mod ops;
mod outcome;
mod parameters;
mod request;
mod resources;
mod view;

pub use api::routes;
