//! What a publication says of itself: the file that subscribers read before they load anything.

use base::Date;
use serde::{Deserialize, Serialize};
use terminologie::{Facts, MatrixKind};
use thesaurus::{Liste, Nature as Rang};

/// The file that says what a publication is; the manifest holds its digest like any other's.
pub(crate) const NOTICE: &str = "publication.json";

/// Whether a list or a matrix was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sorte {
    /// A list of terms.
    Liste,
    /// A matrix.
    Matrice,
}

impl Sorte {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Liste => "liste",
            Self::Matrice => "matrice",
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        if text == "matrice" { Self::Matrice } else { Self::Liste }
    }
}

/// What a publication is: what subscribers need to load it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notice {
    pub(crate) sorte: Sorte,
    pub(crate) facts: Facts,
    pub(crate) version: String,
    pub(crate) base: Option<String>,
    /// The day it was published.
    #[serde(default)]
    pub(crate) issued: Option<Date>,
    /// Where the list stands among the others.
    #[serde(default = "externe")]
    pub(crate) nature: Rang,
    /// The file to load.
    pub(crate) charger: String,
    /// For a matrix: what it proposes, and the lists and versions that it refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) matrice: Option<NoticeMatrice>,
}

fn externe() -> Rang {
    Rang::Externe
}

/// What a matrix refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeMatrice {
    pub(crate) genre: MatrixKind,
    pub(crate) metiers: (String, String),
    pub(crate) cibles: (String, String),
}

/// The list of a publication, as this installation names it.
pub(crate) fn liste_of(facts: &Facts, nature: Rang) -> Liste {
    Liste {
        id: facts.id.clone(),
        titre: facts.title.clone(),
        nature,
        gestionnaire: facts.manager.clone(),
        source: facts.source.clone(),
        licence: facts.licence.clone(),
    }
}
