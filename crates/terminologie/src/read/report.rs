//! What became of a delivery, row by row.

use crate::Term;

/// What a file gives. Rows read are rows integrated and rows rejected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Rows read below the header.
    pub rows: usize,
    /// Rows integrated.
    pub integrated: usize,
    /// The terms, in their order: more than rows where a file holds its levels in columns.
    pub terms: Vec<Term>,
    /// Rows left out, each with its reason.
    pub rejected: Vec<Rejected>,
    /// What deserves a look, without having been changed.
    pub findings: Vec<Finding>,
    /// What the file says of the list itself, where its layout says anything.
    pub announced: Announced,
}

/// What a file says of the list and version that it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Announced {
    /// Its title.
    pub title: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its canonical address.
    pub url: Option<String>,
    /// Its object identifier.
    pub oid: Option<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Reason {
    /// Nothing in the column of codes.
    #[error("the code is empty")]
    EmptyCode,
    /// Nothing in the column of labels.
    #[error("the label is empty")]
    EmptyLabel,
    /// More signs than any code has.
    #[error("the code has more than {limit} bytes")]
    LongCode {
        /// What is accepted.
        limit: usize,
    },
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
    /// A formula of a workbook saved without its value, in the column of codes or of labels.
    #[error("a formula has no value")]
    NoValue,
    /// An error of the workbook (`#REF!`) in the column of codes or of labels.
    #[error("the cell holds the error `{0}`")]
    CellError(String),
}

impl Reason {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::EmptyCode => "Le code est vide.".into(),
            Self::EmptyLabel => "Le libellé est vide.".into(),
            Self::LongCode { limit } => format!("Le code dépasse {limit}\u{a0}octets."),
            Self::DuplicateCode { first } => format!("Le code figure déjà à la ligne\u{a0}{first}."),
            Self::Columns { found, expected } => {
                format!("La ligne compte {found}\u{a0}colonnes, l'en-tête en compte {expected}.")
            }
            Self::NoValue => {
                "Une formule est enregistrée sans sa valeur. Ouvrez le classeur, laissez-le se calculer, puis enregistrez-le.".into()
            }
            Self::CellError(error) => {
                format!("La cellule contient l'erreur «\u{a0}{error}\u{a0}». Corrigez sa formule.")
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
    /// The term right above is not in the file: the term hangs on the nearest one that is.
    #[error("its parent `{missing}` is not in the file, it hangs on `{above}`")]
    MissingParent {
        /// What is missing.
        missing: String,
        /// What it hangs on.
        above: String,
    },
    /// The segments of its levels make another code.
    #[error("its segments make the code `{0}`")]
    OtherSegments(String),
    /// A nature of the change that is none of the four: kept as an attribute.
    #[error("unknown nature of the change `{0}`")]
    UnknownNature(String),
    /// The row is declared inactivated or deleted, and active: it is not offered.
    #[error("the nature of the change and the status contradict each other")]
    StatusAgainstNature,
    /// The cell is a number of the workbook.
    #[error("the code is a number in the workbook: leading zeros may be lost")]
    NumericCode,
    /// The value that a formula had when the workbook was saved.
    #[error("a formula: its last value is taken")]
    Formula,
    /// Merged cells: the value stands in the first one only.
    #[error("cells {0} are merged: only the first one holds the value")]
    MergedCells(String),
    /// Another sheet, which is no part of the list.
    #[error("the sheet `{0}` is not read")]
    OtherSheet(String),
    /// The concept has no notation: the end of its address stands for it.
    #[error("no notation: the end of its address is taken as the code")]
    CodeFromAddress,
    /// The concept has several preferred labels in French: the first one is taken.
    #[error("several preferred labels in one language")]
    SeveralLabels,
    /// The concept has no label in French.
    #[error("no label in French: the one in `{0}` is taken")]
    OtherLanguage(String),
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
            Self::MissingParent { missing, above } => format!(
                "Le terme supérieur «\u{a0}{missing}\u{a0}» n'est pas dans le fichier, le terme est rattaché à «\u{a0}{above}\u{a0}»."
            ),
            Self::OtherSegments(code) => format!(
                "Les segments de ses niveaux donnent le code «\u{a0}{code}\u{a0}», celui de la cellule est gardé."
            ),
            Self::UnknownNature(n) => {
                format!(
                    "La nature de modification «\u{a0}{n}\u{a0}» est inconnue, elle est gardée telle quelle."
                )
            }
            Self::StatusAgainstNature => {
                "Le terme est déclaré inactivé ou supprimé, et actif. Il n'est pas proposé.".into()
            }
            Self::NumericCode => {
                "Le code est un nombre dans le classeur, ses zéros de tête ont pu être perdus.".into()
            }
            Self::Formula => "La cellule est une formule, sa dernière valeur est prise.".into(),
            Self::MergedCells(range) => {
                format!("Les cellules {range} sont fusionnées, seule la première porte la valeur.")
            }
            Self::OtherSheet(name) => format!("La feuille «\u{a0}{name}\u{a0}» n'est pas lue."),
            Self::CodeFromAddress => {
                "Le concept n'a pas de notation, la fin de son adresse sert de code.".into()
            }
            Self::SeveralLabels => {
                "Le concept a plusieurs libellés dans la même langue, le premier est pris.".into()
            }
            Self::OtherLanguage(language) => {
                format!(
                    "Le concept n'a pas de libellé en français, celui en «\u{a0}{language}\u{a0}» est pris."
                )
            }
        }
    }
}
