//! The federation's side of the common language, and the subscription of a service to it.
//!
//! A release is prepared in a draft, never in place: each change is a gesture with its author and reason. What is
//! published is signed (Ed25519), kept as files, and offered at a public address. A service that subscribes checks the
//! signature and every digest before it loads anything, and switches when its people decide.

mod abonnement;
mod brouillon;
mod cle;
mod flux;
mod gestes;
mod livrables;
mod pages;
mod publier;
mod transport;

pub use abonnement::{Abonnement, Passage, PullError, abonnements, arreter, passer, souscrire};
pub use brouillon::{Brouillon, DraftError, Etat, abandonner, brouillon, brouillons, ouvrir, termes};
pub use cle::{KeyError, Signataire};
pub use gestes::{Geste, modifier};
pub use pages::{Room, routes};
pub use publier::{Publication, PublishError, Validation, publications, publier, publier_matrice, valider};
pub use transport::{Http, Transport, TransportError};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[abonnement::ALL, brouillon::ALL, gestes::ALL, publier::ALL];
