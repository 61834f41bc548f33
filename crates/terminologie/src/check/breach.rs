//! A rule broken: which, where, what was expected, what was found.

use serde::{Serialize, Serializer};

use super::spot::Spot;
use crate::{
    Term,
    diff::{Field, FindingKind, Severity, typographic},
};

/// The rules. `E…` are those of the publisher agreement of November 2011, `S13` the one of the SKOS reference; the
/// others are what a federation owes to those who record with its lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Offer the list as a whole and as the privileged entry.
    E1,
    /// Change neither spelling, syntax, tree, case nor code.
    E2,
    /// Add neither older tables nor other lists at entry.
    E3,
    /// Allow the entry "autre", which is never a term of its own.
    E8,
    /// Label and synonyms of a term are disjoint.
    S13,
    /// A code is there, once.
    Codes,
    /// A label is there, and tells its term from the others.
    Labels,
    /// The tree holds together.
    Tree,
    /// What was published before keeps its meaning.
    History,
}

impl Rule {
    /// Its identifier.
    pub fn id(self) -> &'static str {
        match self {
            Self::E1 => "E1",
            Self::E2 => "E2",
            Self::E3 => "E3",
            Self::E8 => "E8",
            Self::S13 => "S13",
            Self::Codes => "codes",
            Self::Labels => "libelles",
            Self::Tree => "arborescence",
            Self::History => "historique",
        }
    }

    /// What it asks, for a person.
    pub fn label(self) -> &'static str {
        match self {
            Self::E1 => "Proposer le thésaurus en entier, comme entrée privilégiée",
            Self::E2 => "Ne changer ni orthographe, ni syntaxe, ni arborescence, ni casse, ni code",
            Self::E3 => "N'ajouter à la saisie ni anciennes tables ni autres thésaurus",
            Self::E8 => "Permettre l'entrée «\u{a0}autre\u{a0}», qui n'est jamais un terme",
            Self::S13 => "Libellé et synonymes d'un terme sont distincts (SKOS)",
            Self::Codes => "Chaque terme a un code, et un seul terme l'a",
            Self::Labels => "Chaque terme a un libellé qui le distingue",
            Self::Tree => "L'arborescence se tient",
            Self::History => "Ce qui a été publié garde son sens",
        }
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.id())
    }
}

/// One breach of one rule by one term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Breach {
    /// The rule.
    pub rule: Rule,
    /// An error forbids to publish, and is a breach beyond doubt; a warning deserves a look.
    pub severity: Severity,
    /// Line of the file that is checked; 0 when the term is not in it or was read from no file.
    pub row: usize,
    /// The term, by its code in the list of reference, or in the checked one when only that one has it. Empty for
    /// the list as a whole.
    pub code: String,
    /// What happened.
    #[serde(flatten)]
    pub kind: BreachKind,
    /// What should be there, where that can be said.
    pub expected: Option<String>,
    /// What is there.
    pub found: Option<String>,
    /// Where the two begin to differ, when both are texts.
    pub spot: Option<Spot>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "breach", rename_all = "snake_case")]
pub enum BreachKind {
    /// A term in force is not there.
    Missing,
    /// A term in force is there, inactive.
    NotOffered,
    /// An inactive term is offered.
    InactiveOffered,
    /// A term of an older version is offered.
    FormerOffered {
        /// The latest version that has it.
        version: String,
    },
    /// A term of no version is offered.
    ForeignOffered,
    /// A term was made out of "autre".
    OtherMadeTerm,
    /// A term is there under another code.
    CodeChanged,
    /// A code is there again.
    CodeRepeated {
        /// Line of the first.
        first: usize,
    },
    /// A part of a term is not what it should be.
    Altered {
        /// Which part.
        part: Part,
    },
    /// No term has a term above, though the list is a tree.
    TreeLost,
    /// A term stands elsewhere in the order of the list.
    OrderChanged,
    /// Too many terms stand elsewhere to name them: the order is another one.
    OrderLost {
        /// How many stand elsewhere.
        terms: usize,
    },
    /// A term that was never delivered.
    Added,
    /// No code.
    EmptyCode,
    /// No label.
    EmptyLabel,
    /// The label is one of the synonyms.
    LabelAmongSynonyms,
    /// A synonym is there twice.
    SynonymRepeated,
    /// Another active term under the same one has the same label.
    SameLabel {
        /// Its code.
        other: String,
    },
    /// The term above is not in the list.
    Orphan,
    /// The term stands, in the end, under itself.
    Cycle,
    /// The term above is named twice.
    ParentRepeated,
    /// The term is offered under one that is not.
    ActiveUnderInactive,
    /// A term is gone that was still offered: it was not inactivated first.
    DeletedWhileActive,
    /// The new label has little in common with the old one.
    Unlike {
        /// How alike the two are, from 0 to 100.
        likeness: u8,
    },
    /// The declared nature and the change do not agree, or the code changed meaning.
    Declared(FindingKind),
    /// Nothing differs from the version before.
    NothingChanged,
}

/// A part of a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum Part {
    /// Its label.
    Label {
        /// By what it differs.
        by: By,
    },
    /// The terms above.
    Parents,
    /// Whether it is offered.
    Status,
    /// Its declared nature.
    Nature,
    /// Its line.
    Row,
    /// Something else.
    Field {
        /// Which field.
        field: Field,
        /// Title of the column, where the product has no field for it.
        column: Option<String>,
    },
}

/// By what a label differs, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// Blanks only.
    Blanks,
    /// Case only.
    Case,
    /// Punctuation, apostrophes and hyphens included; blanks and case may differ too.
    Punctuation,
    /// Accents and ligatures; all of the above may differ too.
    Accents,
    /// Words.
    Wording,
}

impl By {
    pub(super) fn of(expected: &str, found: &str) -> Self {
        let dense =
            |t: &str| t.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect::<String>();
        if dense(expected) == dense(found) {
            Self::Blanks
        } else if expected.to_lowercase() == found.to_lowercase() {
            Self::Case
        } else if typographic(expected) == typographic(found) {
            Self::Punctuation
        } else if base::fold(expected) == base::fold(found) {
            Self::Accents
        } else {
            Self::Wording
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Blanks => "espaces",
            Self::Case => "casse",
            Self::Punctuation => "ponctuation",
            Self::Accents => "accents",
            Self::Wording => "mots",
        }
    }
}

impl Part {
    /// What a person reads.
    pub fn label(&self) -> String {
        match self {
            Self::Label { by } => format!("Libellé ({})", by.label()),
            Self::Parents => "Terme supérieur".into(),
            Self::Status => "Statut".into(),
            Self::Nature => "Nature de la modification".into(),
            Self::Row => "Numéro de ligne".into(),
            Self::Field { field, column } => column.clone().unwrap_or_else(|| field.label().into()),
        }
    }

    pub(super) fn english(&self) -> &str {
        match self {
            Self::Label { .. } => "label",
            Self::Parents => "parent",
            Self::Status => "status",
            Self::Nature => "nature",
            Self::Row => "row",
            Self::Field { field, column } => column.as_deref().unwrap_or(field.as_str()),
        }
    }
}

impl Breach {
    pub(super) fn new(rule: Rule, severity: Severity, term: Option<&Term>, kind: BreachKind) -> Self {
        Self {
            rule,
            severity,
            row: term.map_or(0, |t| t.row),
            code: term.map(|t| t.code.clone()).unwrap_or_default(),
            kind,
            expected: None,
            found: None,
            spot: None,
        }
    }

    pub(super) fn error(rule: Rule, term: &Term, kind: BreachKind) -> Self {
        Self::new(rule, Severity::Error, Some(term), kind)
    }

    pub(super) fn warning(rule: Rule, term: &Term, kind: BreachKind) -> Self {
        Self::new(rule, Severity::Warning, Some(term), kind)
    }

    pub(super) fn coded(mut self, code: &str) -> Self {
        code.clone_into(&mut self.code);
        self
    }

    pub(super) fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    pub(super) fn finding(mut self, found: impl Into<String>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Both texts, and where they begin to differ.
    pub(super) fn texts(mut self, expected: impl Into<String>, found: impl Into<String>) -> Self {
        let (expected, found) = (expected.into(), found.into());
        self.spot = Spot::between(&expected, &found);
        self.expected = Some(expected);
        self.found = Some(found);
        self
    }

    /// A draft that is the version it starts from: publishing it would say nothing.
    pub fn nothing_changed() -> Self {
        Self::new(Rule::History, Severity::Error, None, BreachKind::NothingChanged)
    }

    /// Whether it is more than a warning.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
