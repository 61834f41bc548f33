//! What a member company is.

use base::{Coded, Period};
use identite::{Siren, Siret};
use organisation::{CentreId, ProfessionnelId};

base::id!(AdherentId, "a member company");
base::id!(EtablissementId, "an establishment of a member company");

/// A member company (D. 4622-22 of the Code du travail).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adherent {
    /// Its identifier.
    pub id: AdherentId,
    /// Its SIREN.
    pub siren: Siren,
    /// Its registered name.
    pub raison_sociale: String,
    /// When it is a member.
    pub adhesion: Period,
}

/// An establishment: a place where people work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Etablissement {
    /// Its identifier.
    pub id: EtablissementId,
    /// The company it belongs to.
    pub adherent_id: AdherentId,
    /// Its SIRET.
    pub siret: Siret,
    /// Its usual name.
    pub nom: String,
    /// Street and number.
    pub adresse: String,
    /// Town.
    pub commune: String,
    /// Its activity, from the loaded nomenclature; absent until somebody gives it.
    pub activite: Option<Coded>,
    /// The centre that receives its workers.
    pub centre_id: CentreId,
    /// The doctor who follows it.
    pub medecin_id: Option<ProfessionnelId>,
    /// When it is open and followed.
    pub suivi: Period,
}
