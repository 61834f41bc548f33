//! Workers: who they are, where they work, on which post.

mod model;
mod pages;
mod recherche;
mod tables;

pub use model::{Contrat, NatureContrat, Poste, Salarie, SalarieId};
pub use pages::{EVENEMENT_MODIFIE, routes};
pub use recherche::{Demande, Trouve, search, suggestions};
pub use tables::{
    ContratId, Emploi, NouveauSalarie, PosteId, contrats, corriger, emplois, insert_contrats, insert_postes,
    insert_salaries, of_etablissement, postes, salarie, same_identity, terminer_contrat,
};

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[tables::ALL];
