//! What became of a delivery, row by row.

use crate::layout::Reading;

/// What became of a delivery. Rows read are rows integrated and rows rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadReport {
    /// The list or the matrix.
    pub id: String,
    /// The version.
    pub version: String,
    /// Rows read below the header.
    pub rows: usize,
    /// Rows integrated.
    pub integrated: usize,
    /// Terms or cells made: more than rows where a file holds its levels in columns.
    pub concepts: usize,
    /// Rows left out, each with its reason.
    pub rejected: Vec<Rejected>,
    /// What deserves a look, without having been changed.
    pub findings: Vec<Finding>,
    /// These very bytes were loaded before: nothing changed.
    pub already_loaded: bool,
    /// Whether this version is the one offered at entry.
    pub active: bool,
}

/// A row left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Line of the file; the header is line 1.
    pub row: usize,
    /// Its code, if it has one.
    pub code: String,
    /// Why.
    pub reason: Reason,
}

/// Why a row was left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Nothing in the column of codes.
    #[error("the code is empty")]
    EmptyCode,
    /// Nothing in the column of labels.
    #[error("the label is empty")]
    EmptyLabel,
    /// The code stands in an earlier row.
    #[error("the code is already on line {first}")]
    DuplicateCode {
        /// Line of the first.
        first: usize,
    },
    /// The row has not as many columns as the header.
    #[error("{found} columns where the header has {expected}")]
    Columns {
        /// Columns of the row.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
}

impl Reason {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::EmptyCode => "Le code est vide.".into(),
            Self::EmptyLabel => "Le libellé est vide.".into(),
            Self::DuplicateCode { first } => format!("Le code figure déjà à la ligne\u{a0}{first}."),
            Self::Columns { found, expected } => {
                format!("La ligne compte {found}\u{a0}colonnes, l'en-tête en compte {expected}.")
            }
        }
    }
}

/// Something to look at. Nothing was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Line of the file.
    pub row: usize,
    /// The term.
    pub code: String,
    /// What was seen.
    pub kind: FindingKind,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum FindingKind {
    /// The term above is not in the file: the term stands at the root.
    #[error("its parent `{0}` is not in the file")]
    OrphanParent(String),
    /// A level above bears another label in an earlier row, which is kept.
    #[error("a level has another label on an earlier line")]
    OtherLabel,
    /// A status that is neither active nor inactive: the term is offered.
    #[error("unknown status `{0}`")]
    UnknownStatus(String),
    /// Blanks at an end.
    #[error("blanks at an end")]
    OuterBlanks,
    /// Two blanks in a row.
    #[error("two blanks in a row")]
    DoubleBlank,
    /// A no-break space.
    #[error("a no-break space")]
    NoBreakSpace,
    /// A line break inside the text.
    #[error("a line break inside the text")]
    LineBreak,
    /// A curly apostrophe.
    #[error("a curly apostrophe")]
    CurlyApostrophe,
    /// The file is in Windows-1252.
    #[error("the file is in Windows-1252")]
    Windows1252,
    /// A cell of a matrix names a code that its list does not have.
    #[error("`{0}` is not in its list")]
    Unresolved(String),
    /// A plausibility that is none of the three words: the cell leaves it open.
    #[error("unknown plausibility `{0}`")]
    UnknownPlausibility(String),
}

impl FindingKind {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::OrphanParent(p) => {
                format!(
                    "Le terme supérieur «\u{a0}{p}\u{a0}» n'est pas dans le fichier, le terme est placé à la racine."
                )
            }
            Self::OtherLabel => {
                "Ce niveau porte un autre libellé sur une ligne précédente, qui est gardé.".into()
            }
            Self::UnknownStatus(s) => {
                format!("Le statut «\u{a0}{s}\u{a0}» est inconnu, le terme est proposé.")
            }
            Self::OuterBlanks => "Le texte commence ou finit par une espace.".into(),
            Self::DoubleBlank => "Le texte contient deux espaces de suite.".into(),
            Self::NoBreakSpace => "Le texte contient une espace insécable.".into(),
            Self::LineBreak => "Le texte s'étend sur plusieurs lignes.".into(),
            Self::CurlyApostrophe => "Le texte contient une apostrophe courbe.".into(),
            Self::Windows1252 => "Le fichier est en Windows-1252.".into(),
            Self::Unresolved(code) => format!("Le code «\u{a0}{code}\u{a0}» n'est pas dans sa liste."),
            Self::UnknownPlausibility(p) => format!("La plausibilité «\u{a0}{p}\u{a0}» est inconnue."),
        }
    }
}

/// The report of a reading that has changed nothing yet.
pub(crate) fn report(id: &str, version: &str, reading: &Reading) -> LoadReport {
    LoadReport {
        id: id.to_owned(),
        version: version.to_owned(),
        rows: reading.rows,
        integrated: reading.integrated,
        concepts: reading.terms.len(),
        rejected: reading.rejected.clone(),
        findings: reading.findings.clone(),
        already_loaded: false,
        active: false,
    }
}
