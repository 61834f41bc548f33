//! What a list holds.

use base::Coded;
use serde::{Deserialize, Serialize};
use terminologie::{Facts, MatrixKind, Plausibility as Plausibilite};

/// Where a list stands among the others (thesauri.md, A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Nature {
    /// The main series of the profession.
    Principale,
    /// The complementary nomenclatures.
    Complementaire,
    /// Someone else's, used as it is (Insee, OMS…).
    Externe,
}

impl Nature {
    /// The word kept in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Principale => "principale",
            Self::Complementaire => "complementaire",
            Self::Externe => "externe",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Principale, Self::Complementaire, Self::Externe].into_iter().find(|n| n.as_str() == text)
    }

    /// What a person reads above such lists.
    pub fn label(self) -> &'static str {
        match self {
            Self::Principale => "Série principale",
            Self::Complementaire => "Nomenclatures complémentaires",
            Self::Externe => "Nomenclatures externes",
        }
    }
}

/// A list, whatever its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Liste {
    /// Short, stable, in lower case: stands in addresses and in every record (`expositions`).
    pub id: String,
    /// What a person reads.
    pub titre: String,
    /// Where it stands.
    pub nature: Nature,
    /// Who decides of its content.
    pub gestionnaire: String,
    /// Where this content comes from.
    pub source: String,
    /// Under which licence it may be used.
    pub licence: String,
}

impl Liste {
    /// What a release of the engine says of it.
    pub fn facts(&self) -> Facts {
        Facts {
            id: self.id.clone(),
            title: self.titre.clone(),
            manager: self.gestionnaire.clone(),
            source: self.source.clone(),
            licence: self.licence.clone(),
            url: None,
            oid: None,
        }
    }

    /// The list that a release of the engine speaks of, as a complementary one: the main series is named by hand.
    pub fn of_facts(facts: &Facts) -> Self {
        Self {
            id: facts.id.clone(),
            titre: facts.title.clone(),
            nature: Nature::Complementaire,
            gestionnaire: facts.manager.clone(),
            source: facts.source.clone(),
            licence: facts.licence.clone(),
        }
    }
}

/// One term of one version, byte for byte as it was delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concept {
    /// The list.
    pub thesaurus: String,
    /// The version.
    pub version: String,
    /// The code.
    pub code: String,
    /// The label.
    pub label: String,
    /// Code of the term above, the principal one; `None` at the root.
    pub parent: Option<String>,
    /// Codes of the other terms right above, in lists that have several.
    pub other_parents: Vec<String>,
    /// Place in the delivered order, from 1.
    pub rank: i64,
    /// Whether it may be chosen at entry.
    pub active: bool,
    /// Other ways to say it.
    pub synonyms: Vec<String>,
    /// The trigger of follow-up that it carries, for exposures: a code of `droit/suivi.toml`.
    pub declencheur: Option<String>,
    /// The delivered remark.
    pub remarque: Option<String>,
    /// The delivered flag "risque particulier" (article R4624-23): the text of its cell.
    pub risque_particulier: Option<String>,
    /// The delivered flag of exposures that change the information and prevention visit: the text of its cell.
    pub risque_vip: Option<String>,
}

impl Concept {
    /// The value that a record keeps.
    pub fn coded(&self) -> Coded {
        Coded {
            thesaurus: self.thesaurus.clone(),
            version: self.version.clone(),
            code: self.code.clone(),
            label: self.label.clone(),
        }
    }
}

/// What a matrix proposes for a trade: plausible, never recorded before a professional confirms it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposition {
    /// The exposure or the task, as it stands in the active version.
    pub agent: Coded,
    /// Whether it is an exposure or a task.
    pub genre: MatrixKind,
    /// The trigger of follow-up that it carries.
    pub declencheur: Option<String>,
    /// The delivered flag "risque particulier" of the term: the text of its cell.
    pub risque_particulier: Option<String>,
    /// The delivered flag of exposures that change the information and prevention visit: the text of its cell.
    pub risque_vip: Option<String>,
    /// The regulatory references delivered with the term.
    pub references: Option<String>,
    /// How plausible; `None` when the matrix does not say.
    pub plausibilite: Option<Plausibilite>,
    /// The matrix that proposes it.
    pub matrice: String,
    /// What a person calls that matrix.
    pub titre: String,
    /// And its version.
    pub version: String,
    /// The trade for which the matrix says so, with the label of the list it was made with: the worker's own, or
    /// one that the matrix declares close to it.
    pub metier: Coded,
    /// Line of the delivered file where it says so.
    pub ligne: i64,
}

impl Proposition {
    /// Why it is proposed, in one sentence: the link between trade and term, and who says so (grid, 17.5). The
    /// article of the trigger is in the rules, which the caller reads.
    pub fn motif(&self) -> String {
        let plausible = match self.plausibilite {
            Some(Plausibilite::Forte) => ", plausibilité forte",
            Some(Plausibilite::Moyenne) => ", plausibilité moyenne",
            Some(Plausibilite::Faible) => ", plausibilité faible",
            None => "",
        };
        let link = match self.genre {
            MatrixKind::Exposition => "l'exposition",
            MatrixKind::Tache => "la tâche",
        };
        format!(
            "La matrice «\u{a0}{}\u{a0}», version {}, lie le métier «\u{a0}{}\u{a0}» à {link} «\u{a0}{}\u{a0}» (ligne\u{a0}{}{plausible}).",
            self.titre, self.version, self.metier.label, self.agent.label, self.ligne
        )
    }
}
