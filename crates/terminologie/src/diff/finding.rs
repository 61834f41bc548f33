//! What a list declares of its changes, against what changed.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    change::quoted,
    text::{ALIKE_FROM, likeness, typographic},
};
use crate::{Nature, Term};

/// How serious.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The list contradicts itself or breaks the meaning of what was recorded.
    Error,
    /// To be looked at.
    Warning,
}

impl Severity {
    /// The word of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Error => "Erreur",
            Self::Warning => "À vérifier",
        }
    }
}

/// A term whose declared nature and whose change do not agree, or whose code changed meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How serious.
    pub severity: Severity,
    /// The code, in the newer list.
    pub code: String,
    /// Line of the newer file; 0 for a term read from no file.
    pub row: usize,
    /// What does not agree.
    #[serde(flatten)]
    pub kind: FindingKind,
}

/// What does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum FindingKind {
    /// The code now says something else.
    #[error("the code is used for another meaning: `{old}`, now `{new}`")]
    CodeReused {
        /// What it said.
        old: String,
        /// What it says.
        new: String,
        /// How alike the two are, from 0 to 100.
        likeness: u8,
    },
    /// Declared new, though the code was there.
    #[error("declared new, but the code existed: `{label}`")]
    NewButExisted {
        /// What it said.
        label: String,
    },
    /// Declared deleted, though the term is still there.
    #[error("declared deleted, but the term is still in the list")]
    DeletedButThere {
        /// Whether it is even offered.
        active: bool,
    },
    /// Declared inactivated, though the term is offered.
    #[error("declared inactivated, but the term is active")]
    InactivatedButActive,
    /// Declared relabelled, though the label is the same.
    #[error("declared relabelled, but the label is the same")]
    LabelUnchanged,
    /// The label changed, and no nature says so.
    #[error("the label changed without the nature that says so")]
    RelabelledUndeclared,
    /// The term is no longer offered, and no nature says so.
    #[error("the term was inactivated without the nature that says so")]
    InactivatedUndeclared,
    /// The term is new, and no nature says so.
    #[error("the term is new without the nature that says so")]
    NewUndeclared,
}

impl FindingKind {
    fn severity(&self) -> Severity {
        match self {
            Self::CodeReused { .. }
            | Self::NewButExisted { .. }
            | Self::DeletedButThere { active: true }
            | Self::InactivatedButActive => Severity::Error,
            Self::DeletedButThere { active: false }
            | Self::LabelUnchanged
            | Self::RelabelledUndeclared
            | Self::InactivatedUndeclared
            | Self::NewUndeclared => Severity::Warning,
        }
    }

    /// What a person reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::CodeReused { old, new, .. } => format!(
                "Le code est réutilisé pour un autre sens\u{a0}: il désignait {}, il désigne {}.",
                quoted(old),
                quoted(new)
            ),
            Self::NewButExisted { label } => {
                format!("Le terme est déclaré nouveau, mais son code existait déjà pour {}.", quoted(label))
            }
            Self::DeletedButThere { active: true } => {
                "Le terme est déclaré supprimé, mais il est encore proposé.".into()
            }
            Self::DeletedButThere { active: false } => {
                "Le terme est déclaré supprimé, mais il figure encore dans la liste.".into()
            }
            Self::InactivatedButActive => "Le terme est déclaré inactivé, mais son statut est actif.".into(),
            Self::LabelUnchanged => "Le libellé est déclaré modifié, mais il est identique.".into(),
            Self::RelabelledUndeclared => {
                "Le libellé a changé sans la nature «\u{a0}Modification du libellé\u{a0}».".into()
            }
            Self::InactivatedUndeclared => {
                "Le terme a été inactivé sans la nature «\u{a0}Inactivation\u{a0}».".into()
            }
            Self::NewUndeclared => "Le terme est nouveau sans la nature «\u{a0}Nouvel item\u{a0}».".into(),
        }
    }
}

impl Finding {
    pub(super) fn of(term: &Term, kind: FindingKind) -> Self {
        Self { severity: kind.severity(), code: term.code.clone(), row: term.row, kind }
    }
}

/// The nature of one term against what became of it. `old` is the term that had the same code. Only lists that
/// declare natures owe them (`owed`): a delivery without the column is allowed.
pub(super) fn natures(old: Option<&Term>, term: &Term, owed: bool, out: &mut Vec<Finding>) {
    let mut found = |kind| out.push(Finding::of(term, kind));
    match (old, term.nature) {
        (Some(old), Some(Nature::Nouveau)) => found(FindingKind::NewButExisted { label: old.label.clone() }),
        (_, Some(Nature::Supprime)) => found(FindingKind::DeletedButThere { active: term.active }),
        (_, Some(Nature::Inactive)) if term.active => found(FindingKind::InactivatedButActive),
        (Some(old), Some(Nature::LibelleModifie)) if old.label == term.label => {
            found(FindingKind::LabelUnchanged);
        }
        (None, nature) if owed && nature != Some(Nature::Nouveau) => found(FindingKind::NewUndeclared),
        _ => {}
    }
    let Some(old) = old.filter(|_| owed) else { return };
    if old.label != term.label && !matches!(term.nature, Some(Nature::LibelleModifie | Nature::Nouveau)) {
        found(FindingKind::RelabelledUndeclared);
    }
    if old.active && !term.active && !matches!(term.nature, Some(Nature::Inactive | Nature::Supprime)) {
        found(FindingKind::InactivatedUndeclared);
    }
}

/// A code that may have changed meaning: its label has little in common with the one it had.
pub(super) struct Suspect<'a> {
    pub(super) old: &'a Term,
    pub(super) term: &'a Term,
    /// Whether it also stands elsewhere in the tree.
    pub(super) moved: bool,
    likeness: u8,
}

/// Whether a relabelled code deserves the suspicion.
pub(super) fn suspect<'a>(old: &'a Term, term: &'a Term, moved: bool) -> Option<Suspect<'a>> {
    if old.label == term.label {
        return None;
    }
    let likeness = likeness(&old.label, &term.label);
    (likeness < ALIKE_FROM).then_some(Suspect { old, term, moved, likeness })
}

/// The suspects that stand elsewhere in the tree, or whose old label is now under another code: reused.
pub(super) fn reused(suspects: &[Suspect<'_>], after: &[Term], out: &mut Vec<Finding>) {
    if suspects.is_empty() {
        return;
    }
    let mut elsewhere: HashMap<String, Vec<&str>> =
        suspects.iter().map(|s| (typographic(&s.old.label), Vec::new())).collect();
    for term in after {
        if let Some(codes) = elsewhere.get_mut(&typographic(&term.label)) {
            codes.push(&term.code);
        }
    }
    for s in suspects {
        let codes = elsewhere.get(&typographic(&s.old.label));
        if s.moved || codes.is_some_and(|c| c.iter().any(|c| *c != s.term.code)) {
            out.push(Finding::of(
                s.term,
                FindingKind::CodeReused {
                    old: s.old.label.clone(),
                    new: s.term.label.clone(),
                    likeness: s.likeness,
                },
            ));
        }
    }
}
