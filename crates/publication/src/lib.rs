//! The federation's side of the common language, and the subscription of a service to it.
//!
//! A release is prepared in a draft, never in place: each change is a gesture with its author and reason. What is
//! published is signed (Ed25519), kept as files, and offered at a public address. A service that subscribes checks the
//! signature and every digest before it loads anything, and switches when its people decide.

mod abonnement;
mod brouillon;
mod cle;
mod codes;
mod flux;
mod gestes;
mod livrables;
mod notice;
mod pages;
mod publier;
mod transport;
mod validation;
mod verifier;

pub use abonnement::{
    Abonnement, Passage, PullError, abonnements, arreter, passer, passer_sur_demande, souscrire,
};
pub use brouillon::{Brouillon, DraftError, Etat, abandonner, brouillon, brouillons, ouvrir, termes};
pub use cle::{KeyError, Signataire};
pub use gestes::{Geste, modifier};
pub use pages::{Room, routes};
pub use publier::{Publication, PublishError, publications, publier, publier_matrice};
pub use transport::{Http, Transport, TransportError};
pub use validation::{Validation, valider};
pub use verifier::verifier;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[
    abonnement::STATEMENTS[0],
    abonnement::STATEMENTS[1],
    abonnement::STATEMENTS[2],
    brouillon::ALL,
    gestes::ALL,
    publier::ALL,
    verifier::ALL,
];
