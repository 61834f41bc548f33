//! Breaches in words: French for the screen, English for the command line.

use std::fmt;

use super::breach::{Breach, BreachKind};
use crate::diff::quoted;

impl Breach {
    /// What a person reads, the term and the line aside.
    pub fn sentence(&self) -> String {
        let expected = self.expected.as_deref().unwrap_or_default();
        let found = self.found.as_deref().unwrap_or_default();
        let mut text = match &self.kind {
            BreachKind::Missing => format!("Le terme {} manque.", quoted(expected)),
            BreachKind::NotOffered => format!("Le terme {} n'est pas proposé à la saisie.", quoted(expected)),
            BreachKind::InactiveOffered => {
                format!("Le terme inactif {} est proposé à la saisie.", quoted(found))
            }
            BreachKind::FormerOffered { version } => format!(
                "Le terme {} a quitté la liste après la version {version}, il est pourtant proposé à la saisie.",
                quoted(found)
            ),
            BreachKind::ForeignOffered => {
                format!(
                    "Le terme {} n'appartient pas à la liste, il est pourtant proposé à la saisie.",
                    quoted(found)
                )
            }
            BreachKind::OtherMadeTerm => format!(
                "L'entrée «\u{a0}autre\u{a0}» est devenue le terme {}, au lieu d'un texte libre.",
                quoted(found)
            ),
            BreachKind::CodeChanged => format!("Le code {} est devenu {}.", quoted(expected), quoted(found)),
            BreachKind::CodeRepeated { first: 0 } => "Le code figure plusieurs fois.".into(),
            BreachKind::CodeRepeated { first } => format!("Le code figure déjà à la ligne\u{a0}{first}."),
            BreachKind::Altered { part } => {
                format!("{}\u{a0}: {} au lieu de {}.", part.label(), shown(found), shown(expected))
            }
            BreachKind::TreeLost => "L'arborescence manque\u{a0}: aucun terme n'a de terme supérieur.".into(),
            BreachKind::OrderChanged => match (expected, found) {
                ("", after) => format!("Le terme vient après {} au lieu de venir en tête.", quoted(after)),
                (before, "") => format!("Le terme vient en tête au lieu de venir après {}.", quoted(before)),
                (before, after) => {
                    format!(
                        "Le terme vient après {} au lieu de venir après {}.",
                        quoted(after),
                        quoted(before)
                    )
                }
            },
            BreachKind::OrderLost { terms } => {
                format!(
                    "L'ordre de la liste n'est pas gardé\u{a0}: {terms}\u{a0}termes ne sont pas à leur place."
                )
            }
            BreachKind::Added => format!("Le terme {} n'a jamais été livré.", quoted(found)),
            BreachKind::EmptyCode => format!("Le terme {} n'a pas de code.", quoted(found)),
            BreachKind::EmptyLabel => "Le libellé est vide.".into(),
            BreachKind::LabelAmongSynonyms => {
                format!("Le libellé {} figure aussi parmi ses synonymes.", quoted(found))
            }
            BreachKind::SynonymRepeated => format!("Le synonyme {} figure plusieurs fois.", quoted(found)),
            BreachKind::SameLabel { other } => format!(
                "Le libellé {} est aussi celui du terme actif {}, placé au même endroit.",
                quoted(found),
                quoted(other)
            ),
            BreachKind::Orphan => format!("Le terme supérieur {} n'est pas dans la liste.", quoted(found)),
            BreachKind::Cycle => format!("Le terme se retrouve sous lui-même\u{a0}: {found}."),
            BreachKind::ParentRepeated => {
                format!("Le terme supérieur {} est nommé deux fois.", quoted(found))
            }
            BreachKind::ActiveUnderInactive => {
                format!("Le terme est actif, mais le terme supérieur {} est inactif.", quoted(found))
            }
            BreachKind::DeletedWhileActive => {
                format!("Le terme {} est supprimé sans avoir été inactivé d'abord.", quoted(expected))
            }
            BreachKind::Unlike { .. } => format!(
                "Le libellé {} devient {}, qui lui ressemble peu. Si le sens change, inactivez le terme et créez-en un \
                 autre.",
                quoted(expected),
                quoted(found)
            ),
            BreachKind::Declared(kind) => kind.sentence(),
            BreachKind::NothingChanged => "Rien ne change par rapport à la version précédente.".into(),
        };
        if let Some(spot) = &self.spot {
            text.push(' ');
            text.push_str(&spot.sentence());
        }
        text
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() { "rien".into() } else { quoted(text) }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule.id(), self.severity.as_str())?;
        if self.row > 0 {
            write!(f, " line {}", self.row)?;
        }
        if !self.code.is_empty() {
            write!(f, " `{}`", self.code)?;
        }
        f.write_str(": ")?;
        match &self.kind {
            BreachKind::Missing => f.write_str("the term is missing"),
            BreachKind::NotOffered => f.write_str("the term is not offered"),
            BreachKind::InactiveOffered => f.write_str("an inactive term is offered"),
            BreachKind::FormerOffered { version } => {
                write!(f, "offered, though it left the list after version {version}")
            }
            BreachKind::ForeignOffered => f.write_str("offered, though it is not in the list"),
            BreachKind::OtherMadeTerm => f.write_str("\"autre\" made a term"),
            BreachKind::CodeChanged => f.write_str("code changed"),
            BreachKind::CodeRepeated { first: 0 } => f.write_str("code repeated"),
            BreachKind::CodeRepeated { first } => write!(f, "code repeated, first on line {first}"),
            BreachKind::Altered { part } => write!(f, "{} altered", part.english()),
            BreachKind::TreeLost => f.write_str("the tree is missing"),
            BreachKind::OrderChanged => f.write_str("out of order"),
            BreachKind::OrderLost { terms } => write!(f, "the order is lost, {terms} terms out of place"),
            BreachKind::Added => f.write_str("never delivered"),
            BreachKind::EmptyCode => f.write_str("the code is empty"),
            BreachKind::EmptyLabel => f.write_str("the label is empty"),
            BreachKind::LabelAmongSynonyms => f.write_str("the label is among the synonyms"),
            BreachKind::SynonymRepeated => f.write_str("synonym repeated"),
            BreachKind::SameLabel { other } => write!(f, "same label as the active term `{other}` beside it"),
            BreachKind::Orphan => f.write_str("its parent is not in the list"),
            BreachKind::Cycle => f.write_str("stands under itself"),
            BreachKind::ParentRepeated => f.write_str("parent repeated"),
            BreachKind::ActiveUnderInactive => f.write_str("active under an inactive parent"),
            BreachKind::DeletedWhileActive => f.write_str("deleted while active"),
            BreachKind::Unlike { likeness } => {
                write!(f, "the new label has little in common with the old one ({likeness} %)")
            }
            BreachKind::Declared(kind) => kind.fmt(f),
            BreachKind::NothingChanged => f.write_str("nothing differs from the version before"),
        }?;
        match (&self.expected, &self.found) {
            (Some(expected), Some(found)) => write!(f, ": expected `{expected}`, found `{found}`")?,
            (Some(expected), None) => write!(f, ": expected `{expected}`")?,
            (None, Some(found)) => write!(f, ": found `{found}`")?,
            (None, None) => {}
        }
        match &self.spot {
            Some(spot) => write!(f, " ({spot})"),
            None => Ok(()),
        }
    }
}
