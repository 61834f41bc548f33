//! What follow-up a worker is due and why; the visits, from the appointment to the signature.
//!
//! Exposures live here because the law engine reads them; the medical record shows them.

mod assess;
mod constats;
mod expositions;
mod facts;
mod model;
mod sign;
mod tables;
mod usages;

pub use assess::{Etat, calculer, etat, evaluation, insert_etats, recalculer};
pub use constats::{
    AgentConstate, AgentEcarte, Porteur, agents_constates, agents_ecartes, expositions_absentes,
};
pub use expositions::{
    Exposition, ExpositionId, MatriceOrigine, SourceExposition, accepter, ajouter, expositions,
    insert_expositions, refusees, refuser,
};
pub use facts::metier;
pub use model::{Conclusion, EtatVisite, Visite, VisiteId};
pub use sign::{EVENEMENT_SIGNEE, Prochaine, SignError, Suites, peut_realiser, signer, suites};
pub use tables::{
    changer_type, demarrer, enregistrer_conclusion, enregistrer_horaires, insert_visites, planifier,
    salarie_of_visite, visite, visites, visites_du_dossier, visites_du_jour,
};
pub use usages::USAGES;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] =
    &[assess::ALL, constats::ALL, expositions::ALL, tables::ALL, usages::ALL];
