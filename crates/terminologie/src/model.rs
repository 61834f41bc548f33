//! What a release holds.

use base::Date;
use serde::{Deserialize, Serialize};

/// What a delivery says happened to a term since the version before: exactly four (publisher agreement, 2011).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// A new item.
    Nouveau,
    /// The new label replaces the old one.
    LibelleModifie,
    /// No longer offered, kept with its history.
    Inactive,
    /// Absent from this version, kept in the old ones.
    Supprime,
}

impl Nature {
    /// Every nature, in the order of the agreement.
    pub const ALL: [Self; 4] = [Self::Nouveau, Self::LibelleModifie, Self::Inactive, Self::Supprime];

    /// The word of files and of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nouveau => "nouveau",
            Self::LibelleModifie => "libelle_modifie",
            Self::Inactive => "inactive",
            Self::Supprime => "supprime",
        }
    }

    /// Reads that word; deliveries write more freely, and their readers know how.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|n| n.as_str() == text)
    }

    /// What a person reads, and what the delivery workbooks hold.
    pub fn label(self) -> &'static str {
        match self {
            Self::Nouveau => "Nouvel item",
            Self::LibelleModifie => "Modification du libellé",
            Self::Inactive => "Inactivation",
            Self::Supprime => "Suppression",
        }
    }
}

/// One term of a release, byte for byte as it was delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// The code.
    pub code: String,
    /// The label.
    pub label: String,
    /// Codes of the terms right above, the principal one first; none at the root. The profession's own lists have
    /// one at most; others may have several.
    pub parents: Vec<String>,
    /// Whether it may be chosen at entry.
    pub active: bool,
    /// The nature that the delivery declares, where it declares one.
    pub nature: Option<Nature>,
    /// The name of its level (`Classe`, `Niveau 2`).
    pub level: Option<String>,
    /// Other ways to say it, in the delivered order.
    pub synonyms: Vec<String>,
    /// What the term means.
    pub description: Option<String>,
    /// Regulatory references, free text.
    pub references: Option<String>,
    /// The delivered flag "risque particulier" (article R4624-23): the text of the cell.
    pub special_risk: Option<String>,
    /// The delivered flag of exposures that change the information and prevention visit: the text of the cell.
    pub vip_risk: Option<String>,
    /// The trigger of follow-up, a code of `droit/suivi.toml`; only the product's own lists carry it.
    pub trigger: Option<String>,
    /// The delivered remark.
    pub remark: Option<String>,
    /// Groups that gather terms across the tree (SKOS collections), by name.
    pub groups: Vec<String>,
    /// Whatever else the delivery says of it: title of the column and text, in the delivered order, blanks left out.
    pub attributes: Vec<(String, String)>,
    /// Line of the file it was read from, from 1 (the header is a line); 0 for a term read from no file.
    pub row: usize,
}

/// What is known of a list beside its terms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Short, stable identifier (`expositions`).
    pub id: String,
    /// What a person reads.
    pub title: String,
    /// Who decides of its content.
    pub manager: String,
    /// Where this content comes from.
    pub source: String,
    /// Under which licence it may be used.
    pub licence: String,
    /// Its canonical address, where it has one (FHIR `url`, SKOS scheme).
    pub url: Option<String>,
    /// Its object identifier (`1.2.250.1…`), where it has one.
    pub oid: Option<String>,
}

/// One version of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The list.
    pub facts: Facts,
    /// The name of the version (`2027`, `2023.V0.1`).
    pub version: String,
    /// The day it was issued.
    pub issued: Option<Date>,
    /// Its terms, in the delivered order.
    pub terms: Vec<Term>,
}

/// How plausible an exposure or a task is in a trade. Matrices may leave it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plausibility {
    /// Usual in the trade.
    Forte,
    /// Often met.
    Moyenne,
    /// Met at times.
    Faible,
}

impl Plausibility {
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

/// What a matrix proposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatrixKind {
    /// Potential exposures of a trade (MEEP).
    Exposition,
    /// Potential tasks of a trade (METAP).
    Tache,
}

impl MatrixKind {
    /// The word of files and of the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exposition => "exposition",
            Self::Tache => "tache",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Exposition, Self::Tache].into_iter().find(|k| k.as_str() == text)
    }
}

/// How a matrix names a trade or a target: by code, by label, or both. Resolved by code first, then by exact label
/// in the same yearly version.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reference {
    /// The code; empty when only the label was delivered.
    pub code: String,
    /// The label as delivered; empty when only the code was.
    pub label: String,
}

/// One potential exposure or task of one trade.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The trade.
    pub profession: Reference,
    /// The exposure or the task.
    pub target: Reference,
    /// How plausible; `None` where the matrix does not say.
    pub plausibility: Option<Plausibility>,
    /// The nature of the change since the version before, where it is delivered.
    pub nature: Option<Nature>,
    /// Line of its sheet, from 1.
    pub row: usize,
}

/// A trade that a matrix thinks possibly concerned as well (second tab of the workbooks since 2017).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PossibleProfession {
    /// The trade of the matrix.
    pub profession: Reference,
    /// The other trade, as delivered.
    pub label: String,
    /// Its PCS code.
    pub pcs: Option<String>,
    /// Its COMET code, for trades absent from the PCS.
    pub comet: Option<String>,
    /// Line of its sheet, from 1.
    pub row: usize,
}

/// One version of a matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matrix {
    /// Its identifier, title, manager, source, licence.
    pub facts: Facts,
    /// What it proposes.
    pub kind: MatrixKind,
    /// Its version.
    pub version: String,
    /// Its cells, in the delivered order.
    pub cells: Vec<Cell>,
    /// Its second tab, in the delivered order.
    pub possible: Vec<PossibleProfession>,
}

/// Whether a text can name a list, a matrix or a version: letters without accents, digits, dots, hyphens and
/// underscores, 60 at most, beginning with a letter or a digit. Names stand in addresses and in names of files.
pub fn is_name(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}
