//! What a list holds.

use base::Coded;
use serde::Deserialize;

/// Where a list stands among the others (thesauri.md, A8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
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

    /// Reads the word; a word that is none of them is someone else's list.
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "principale" => Self::Principale,
            "complementaire" => Self::Complementaire,
            _ => Self::Externe,
        }
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

/// One term of one version, byte for byte as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    /// The list.
    pub thesaurus: String,
    /// The version.
    pub version: String,
    /// The code.
    pub code: String,
    /// The label.
    pub label: String,
    /// Code of the term above; `None` at the root.
    pub parent: Option<String>,
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

/// How plausible an exposure is in a trade. Matrices may leave it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plausibilite {
    /// Usual in the trade.
    Forte,
    /// Often met.
    Moyenne,
    /// Met at times.
    Faible,
}

impl Plausibilite {
    /// The word of files and of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Forte => "forte",
            Self::Moyenne => "moyenne",
            Self::Faible => "faible",
        }
    }

    /// Reads the word; `None` when it is none of the three.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Forte, Self::Moyenne, Self::Faible].into_iter().find(|p| p.as_str() == text)
    }
}

/// What a matrix proposes for a trade: plausible, never recorded before a professional confirms it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposition {
    /// The exposure, as it stands in the active version.
    pub agent: Coded,
    /// The trigger of follow-up that it carries.
    pub declencheur: Option<String>,
    /// How plausible; `None` when the matrix does not say.
    pub plausibilite: Option<Plausibilite>,
    /// The matrix that proposes it.
    pub matrice: String,
    /// And its version.
    pub version: String,
}
