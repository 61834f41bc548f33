//! What a comparison finds, typed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Nature;

/// The kinds of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The code is new.
    New,
    /// Same code, other label.
    Relabelled,
    /// No longer offered.
    Inactivated,
    /// Offered again.
    Reactivated,
    /// The code is in the list no more.
    Deleted,
    /// Under other terms. Not one of the delivered natures: always computed.
    Moved,
    /// Same meaning, other code.
    Recoded,
    /// Synonyms, description, references, flags, level, groups or other columns.
    Metadata,
}

impl Kind {
    /// Every kind, in the order of change lists.
    pub const ALL: [Self; 8] = [
        Self::New,
        Self::Relabelled,
        Self::Inactivated,
        Self::Reactivated,
        Self::Deleted,
        Self::Moved,
        Self::Recoded,
        Self::Metadata,
    ];

    /// The word of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Relabelled => "relabelled",
            Self::Inactivated => "inactivated",
            Self::Reactivated => "reactivated",
            Self::Deleted => "deleted",
            Self::Moved => "moved",
            Self::Recoded => "recoded",
            Self::Metadata => "metadata",
        }
    }

    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::New => "Nouvel item",
            Self::Relabelled => "Modification du libellé",
            Self::Inactivated => "Inactivation",
            Self::Reactivated => "Réactivation",
            Self::Deleted => "Suppression",
            Self::Moved => "Déplacement",
            Self::Recoded => "Changement de code",
            Self::Metadata => "Métadonnées",
        }
    }

    /// The delivered nature that says the same, where one of the four does.
    pub fn nature(self) -> Option<Nature> {
        match self {
            Self::New => Some(Nature::Nouveau),
            Self::Relabelled => Some(Nature::LibelleModifie),
            Self::Inactivated => Some(Nature::Inactive),
            Self::Deleted => Some(Nature::Supprime),
            Self::Reactivated | Self::Moved | Self::Recoded | Self::Metadata => None,
        }
    }
}

/// One change of one term. A term may have several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its code: in the newer list, or in the older one when it is deleted.
    pub code: String,
    /// Its code in the older list; `None` for a new term.
    pub was: Option<String>,
    /// Its label: in the newer list, or in the older one when it is deleted.
    pub label: String,
    /// The nature that the newer list declares for the term, where it declares one.
    pub declared: Option<Nature>,
    /// What changed.
    #[serde(flatten)]
    pub what: What,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum What {
    /// The code is new.
    New,
    /// Same term, other label.
    Relabelled(LabelChange),
    /// No longer offered.
    Inactivated,
    /// Offered again.
    Reactivated,
    /// In the list no more.
    Deleted {
        /// Whether it was still offered: the agreement has a term inactivated first.
        was_active: bool,
    },
    /// Under other terms.
    Moved {
        /// Codes of the terms above, in the older list.
        old: Vec<String>,
        /// Codes of the terms above, in the newer list.
        new: Vec<String>,
    },
    /// Same meaning, other code.
    Recoded(Recoding),
    /// Something else than code, label, status and place.
    Metadata(MetadataChange),
}

/// A label and the one that replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelChange {
    /// The label until then.
    pub old: String,
    /// The label from then on.
    pub new: String,
    /// Whether they differ by case, punctuation and blanks only. An accent or a ligature is more than that.
    pub only_typographic: bool,
}

/// A code and the one that takes its place, deduced: a label and a place that pair one to one. Never used to rewrite
/// what was recorded (publisher agreement, E5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recoding {
    /// The code until then.
    pub old: String,
    /// The code from then on.
    pub new: String,
    /// The label in the newer list.
    pub label: String,
    /// Whether the old code stays in the list, inactive.
    pub kept: bool,
    /// What the pairing rests on.
    pub evidence: Evidence,
}

/// What the pairing of two codes rests on, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The same label under the same term.
    LabelAndPlace,
    /// Labels that differ by case, punctuation and blanks only, under the same term.
    TypographyAndPlace,
    /// The same label, found once in each list, elsewhere in the tree: only within a whole recodification.
    Label,
    /// Labels that differ by case, punctuation and blanks only, found once in each list, elsewhere in the tree: only
    /// within a whole recodification.
    Typography,
}

impl Evidence {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::LabelAndPlace => "même libellé, même place",
            Self::TypographyAndPlace => "même libellé à la typographie près, même place",
            Self::Label => "même libellé, autre place",
            Self::Typography => "même libellé à la typographie près, autre place",
        }
    }
}

/// The parts of a term beside its code, label, status and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The name of its level.
    Level,
    /// Its synonyms.
    Synonyms,
    /// Its description.
    Description,
    /// Its regulatory references.
    References,
    /// The flag "risque particulier".
    SpecialRisk,
    /// The flag of exposures that change the information and prevention visit.
    VipRisk,
    /// The trigger of follow-up.
    Trigger,
    /// The delivered remark.
    Remark,
    /// The groups it belongs to.
    Groups,
    /// Another column, named beside.
    Attribute,
}

impl Field {
    /// What a person reads.
    pub fn label(self) -> &'static str {
        match self {
            Self::Level => "Niveau",
            Self::Synonyms => "Synonymes",
            Self::Description => "Description",
            Self::References => "Références réglementaires",
            Self::SpecialRisk => "Risque particulier",
            Self::VipRisk => "Risque générant une VIP",
            Self::Trigger => "Déclencheur de suivi",
            Self::Remark => "Remarque",
            Self::Groups => "Groupes",
            Self::Attribute => "Autre colonne",
        }
    }

    /// The word of files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Synonyms => "synonyms",
            Self::Description => "description",
            Self::References => "references",
            Self::SpecialRisk => "special_risk",
            Self::VipRisk => "vip_risk",
            Self::Trigger => "trigger",
            Self::Remark => "remark",
            Self::Groups => "groups",
            Self::Attribute => "attribute",
        }
    }
}

/// A change of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataChange {
    /// Which field.
    pub field: Field,
    /// Title of the column, for a column that the product has no field for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is there no more. A text that was replaced stands here.
    pub removed: Vec<String>,
    /// What is there since. Both empty: the same texts in another order.
    pub added: Vec<String>,
}

impl What {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::New => Kind::New,
            Self::Relabelled(_) => Kind::Relabelled,
            Self::Inactivated => Kind::Inactivated,
            Self::Reactivated => Kind::Reactivated,
            Self::Deleted { .. } => Kind::Deleted,
            Self::Moved { .. } => Kind::Moved,
            Self::Recoded(_) => Kind::Recoded,
            Self::Metadata(_) => Kind::Metadata,
        }
    }
}

impl Change {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.what.kind()
    }

    /// What a person reads beside the term.
    pub fn sentence(&self) -> String {
        match &self.what {
            What::New => "Nouveau terme.".into(),
            What::Relabelled(l) => {
                let how = if l.only_typographic {
                    " Seules la casse, la ponctuation ou les espaces changent."
                } else {
                    ""
                };
                format!("Le libellé {} devient {}.{how}", quoted(&l.old), quoted(&l.new))
            }
            What::Inactivated => "Le terme n'est plus proposé à la saisie, il reste lisible.".into(),
            What::Reactivated => "Le terme est de nouveau proposé à la saisie.".into(),
            What::Deleted { .. } => {
                "Le terme ne figure plus dans la liste, il reste lisible dans les versions précédentes."
                    .into()
            }
            What::Moved { old, new } => format!("Le terme passe {} {}.", from(old), to(new)),
            What::Recoded(r) => {
                let kept = if r.kept { " L'ancien code reste lisible, inactif." } else { "" };
                format!("Le code {} devient {}.{kept}", quoted(&r.old), quoted(&r.new))
            }
            What::Metadata(m) => m.sentence(),
        }
    }
}

impl MetadataChange {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        let name = self.column.as_deref().unwrap_or(self.field.label());
        let list = |texts: &[String]| texts.iter().map(|t| quoted(t)).collect::<Vec<_>>().join(", ");
        match (self.removed.as_slice(), self.added.as_slice()) {
            ([], []) => format!("{name}\u{a0}: l'ordre change."),
            ([], added) => format!("{name}\u{a0}: ajout de {}.", list(added)),
            (removed, []) => format!("{name}\u{a0}: retrait de {}.", list(removed)),
            ([old], [new]) => format!("{name}\u{a0}: {} devient {}.", quoted(old), quoted(new)),
            (removed, added) => {
                format!("{name}\u{a0}: ajout de {}, retrait de {}.", list(added), list(removed))
            }
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.code)?;
        match &self.what {
            What::New => write!(f, "new `{}`", self.label),
            What::Relabelled(l) => {
                write!(f, "relabelled `{}` to `{}`", l.old, l.new)?;
                if l.only_typographic { f.write_str(" (typography only)") } else { Ok(()) }
            }
            What::Inactivated => write!(f, "inactivated `{}`", self.label),
            What::Reactivated => write!(f, "reactivated `{}`", self.label),
            What::Deleted { .. } => write!(f, "deleted `{}`", self.label),
            What::Moved { old, new } => {
                let place = |codes: &[String]| match codes {
                    [] => "the root".to_owned(),
                    codes => codes.join(", "),
                };
                write!(f, "moved from {} to {}", place(old), place(new))
            }
            What::Recoded(r) => write!(f, "recoded, was {}", r.old),
            What::Metadata(m) => {
                f.write_str(m.column.as_deref().unwrap_or(m.field.as_str()))?;
                for text in &m.removed {
                    write!(f, " -`{text}`")?;
                }
                for text in &m.added {
                    write!(f, " +`{text}`")?;
                }
                if m.removed.is_empty() && m.added.is_empty() { f.write_str(" reordered") } else { Ok(()) }
            }
        }
    }
}

pub(crate) fn quoted(text: &str) -> String {
    format!("«\u{a0}{text}\u{a0}»")
}

fn codes(codes: &[String]) -> String {
    codes.iter().map(|c| quoted(c)).collect::<Vec<_>>().join(", ")
}

fn from(parents: &[String]) -> String {
    if parents.is_empty() { "de la racine".into() } else { format!("de {}", codes(parents)) }
}

fn to(parents: &[String]) -> String {
    if parents.is_empty() { "à la racine".into() } else { format!("à {}", codes(parents)) }
}
