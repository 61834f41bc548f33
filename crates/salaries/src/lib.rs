//! Workers: who they are, where they work, on which post.

mod metiers;
mod model;
mod pages;
mod recherche;
mod tables;
mod usages;

pub use metiers::{
    EVENEMENT_METIER_ABSENT, MetierAbsent, MetierTenu, SaisieAutre, metiers_absents, metiers_tenus,
    suites_de_postes,
};
pub use model::{Contrat, NatureContrat, Poste, Salarie, SalarieId};
pub use pages::{EVENEMENT_MODIFIE, routes};
pub use recherche::{Demande, Trouve, search, suggestions};
pub use tables::{
    ContratId, Emploi, NouveauSalarie, PosteId, contrats, corriger, emplois, insert_contrats, insert_postes,
    insert_salaries, of_etablissement, postes, salarie, same_identity, terminer_contrat,
};
pub use usages::USAGES;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[metiers::ALL, tables::ALL, usages::ALL];
