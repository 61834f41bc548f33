//! What a worker's file knows besides health.

use adherents::EtablissementId;
use base::{Coded, Date, Period};
use identite::{Nir, Sexe, StatutIns, TraitsStricts};

use crate::{ContratId, PosteId};

base::id!(SalarieId, "a worker's file");

/// A worker: strict identity traits, identifiers, contact and declarations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salarie {
    /// Identifier of the file.
    pub id: SalarieId,
    /// Birth name.
    pub nom_naissance: String,
    /// Name used, when it is another.
    pub nom_usage: Option<String>,
    /// Birth first names, in the order of civil status, separated by spaces.
    pub prenoms: String,
    /// Sex.
    pub sexe: Sexe,
    /// Birth date.
    pub naissance: Date,
    /// Insee code of the birth place (commune, or 99 and the country).
    pub lieu_code: String,
    /// Its name on that day.
    pub lieu_label: String,
    /// NIR, when it is known.
    pub nir: Option<Nir>,
    /// Status of the identity (RNIV).
    pub ins_statut: StatutIns,
    /// Where the traits come from (`employeur`, `piece`, `demonstration`…).
    pub provenance: String,
    /// Telephone.
    pub telephone: Option<String>,
    /// E-mail.
    pub courriel: Option<String>,
    /// Day on which the worker declared to be recognised as disabled (RQTH).
    pub rqth_depuis: Option<Date>,
    /// Day on which the worker declared a disability pension.
    pub pension_depuis: Option<Date>,
    /// Date of death.
    pub deces: Option<Date>,
}

impl Salarie {
    /// The name in use: `Anne Le Goff`, with the first of the first names.
    pub fn nom_affiche(&self) -> String {
        let prenom = self.prenoms.split(' ').next().unwrap_or_default();
        format!("{prenom} {}", self.nom_usage.as_deref().unwrap_or(&self.nom_naissance))
    }

    /// `née Martin le 3 mai…` needs both names: the birth name when another is used.
    pub fn nom_de_naissance_si_autre(&self) -> Option<&str> {
        self.nom_usage.as_ref().filter(|u| **u != self.nom_naissance).map(|_| self.nom_naissance.as_str())
    }

    /// The strict traits (RNIV 1).
    fn traits(&self) -> TraitsStricts {
        TraitsStricts {
            nom_naissance: self.nom_naissance.clone(),
            prenoms: self.prenoms.split_whitespace().map(str::to_owned).collect(),
            date_naissance: self.naissance,
            sexe: self.sexe,
            lieu_naissance: self.lieu_code.clone(),
        }
    }

    /// The status of the identity once the file says what `corrected` says (RNIV): a strict trait that changed
    /// otherwise than by accents or case brings it back to `provisoire`. Another NIR takes the answer of the
    /// national service away, which was about the former one; the document that was checked still counts.
    pub(crate) fn statut_apres(&self, corrected: &Self) -> StatutIns {
        let same_traits = self.traits().differences(&corrected.traits()).is_empty();
        match self.ins_statut {
            _ if !same_traits => StatutIns::Provisoire,
            StatutIns::Recuperee if self.nir != corrected.nir => StatutIns::Provisoire,
            StatutIns::Qualifiee if self.nir != corrected.nir => StatutIns::Validee,
            kept => kept,
        }
    }
}

/// The nature of a contract, a code of the list `types-contrat`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatureContrat(pub String);

impl NatureContrat {
    /// Whether the rules of apprentices apply (R. 6222-36).
    pub fn apprenti(&self) -> bool {
        self.0 == "APPRENTI"
    }
}

/// A contract with one establishment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contrat {
    /// Its identifier.
    pub id: ContratId,
    /// Whose it is.
    pub salarie_id: SalarieId,
    /// With which establishment.
    pub etablissement_id: EtablissementId,
    /// Its nature.
    pub nature: NatureContrat,
    /// From hiring to leaving.
    pub duree: Period,
}

/// A post held under a contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Poste {
    /// Its identifier.
    pub id: PosteId,
    /// Under which contract.
    pub contrat_id: ContratId,
    /// Who holds it.
    pub salarie_id: SalarieId,
    /// The name in use at the company.
    pub intitule: String,
    /// The job in the thesaurus of professions.
    pub emploi: Option<Coded>,
    /// Work unit.
    pub unite: Option<String>,
    /// Night work in the sense of L. 3122-5.
    pub nuit: bool,
    /// When it is held.
    pub duree: Period,
    /// The post that this one goes on, when only the code of the job was replaced: one assignment in the eyes of the
    /// law, whose former period keeps what was written.
    pub suite_de: Option<PosteId>,
}
