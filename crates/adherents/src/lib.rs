//! Member companies (adhérents) and their establishments.

mod model;
mod pages;
mod saisie;
mod tables;
mod usages;

pub use model::{Adherent, AdherentId, Etablissement, EtablissementId};
pub use pages::routes;
pub use saisie::{TermeSaisi, champ_terme, terme_saisi};
pub use tables::{
    Employeur, Trouve, adherent, by_siren, by_siret, employeurs, etablissement, etablissements,
    insert_adherents, insert_etablissements, search,
};
pub use usages::USAGES;

/// Every statement of this crate.
pub const STATEMENTS: &[&[store::Sql]] = &[tables::ALL, usages::ALL];
