//! What a visit is.

use adherents::EtablissementId;
use base::{Coded, Date, Instant};
use organisation::{CentreId, ProfessionnelId};
use salaries::SalarieId;
use serde::{Deserialize, Serialize};

base::id!(VisiteId, "a visit");

/// Where a visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EtatVisite {
    /// On the agenda.
    Prevue,
    /// The worker is there.
    EnCours,
    /// Closed: nothing in it changes any more.
    Signee,
    /// The worker did not come.
    Absente,
    /// Called off.
    Annulee,
}

impl EtatVisite {
    /// The word kept in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Prevue => "prevue",
            Self::EnCours => "en_cours",
            Self::Signee => "signee",
            Self::Absente => "absente",
            Self::Annulee => "annulee",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Prevue, Self::EnCours, Self::Signee, Self::Absente, Self::Annulee]
            .into_iter()
            .find(|e| e.code() == text)
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Prevue => "Prévue",
            Self::EnCours => "En cours",
            Self::Signee => "Signée",
            Self::Absente => "Absence",
            Self::Annulee => "Annulée",
        }
    }
}

/// A visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visite {
    /// Its identifier.
    pub id: VisiteId,
    /// Whose it is.
    pub salarie_id: SalarieId,
    /// For which establishment.
    pub etablissement_id: EtablissementId,
    /// Where.
    pub centre_id: CentreId,
    /// With whom.
    pub professionnel_id: ProfessionnelId,
    /// Its type, from the list `types-visite`.
    pub type_visite: Coded,
    /// Who asked for it, a code of `demandeurs-visite`.
    pub demandeur: String,
    /// Its day.
    pub jour: Date,
    /// Where it stands.
    pub etat: EtatVisite,
    /// Time of arrival, `HH:MM`.
    pub arrivee: Option<String>,
    /// Time of departure, `HH:MM`.
    pub depart: Option<String>,
    /// What is being concluded, final once signed.
    pub conclusion: Option<Conclusion>,
    /// Type of the next visit, legal ceiling and day chosen, once signed.
    pub prochaine_type: Option<String>,
    /// Its last legal day.
    pub prochaine_legale: Option<Date>,
    /// The day that the professional chose.
    pub prochaine_choisie: Option<Date>,
    /// Why the day chosen is later than the one computed.
    pub prochaine_motif: Option<String>,
    /// When it was signed.
    pub signee_le: Option<Instant>,
    /// By whom.
    pub signee_par: Option<String>,
    /// Counts the changes, so that two people cannot overwrite each other.
    pub edition: i64,
}

/// The conclusion of a visit: structured choices, never a health datum (R. 4624-55).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conclusion {
    /// The worker is sent to the doctor without delay (R. 4624-13).
    pub orientation_mt: bool,
    /// Individual measures are proposed (L. 4624-3, annex 4).
    pub mesures: bool,
}
