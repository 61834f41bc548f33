//! The life of a term over the versions of its list, and what a recorded value has become.

use base::{Coded, Instant};
use store::{StoreError, Tx, args};
use terminologie::Nature;

use crate::{concept, locales, read::active_version};

store::statements! {
    LIFE = "select l.version, l.chargee_le, l.publiee_le, c.code, c.label, c.actif, c.parent, c.nature
        from livraison l left join concept c
            on c.thesaurus_id = l.thesaurus_id and c.version = l.version and c.code = $2
        where l.thesaurus_id = $1
        order by l.chargee_le, l.version";
}

/// What happened to a term in one version of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LifeStep {
    /// The version.
    pub version: String,
    /// The nature that its delivery declares for the term, where it declares one.
    pub declared: Option<Nature>,
    /// What happened, compared with the version before.
    pub event: LifeEvent,
}

/// What happened to a term between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LifeEvent {
    /// It came in, or came back, under this label.
    Entered {
        /// The label.
        label: String,
        /// Whether it could be chosen at once.
        active: bool,
    },
    /// The label was replaced.
    Relabelled {
        /// The label before.
        from: String,
        /// The label since.
        to: String,
    },
    /// It may no longer be chosen.
    Inactivated,
    /// It may be chosen again.
    Reactivated,
    /// It stands elsewhere in the tree: the codes right above, before and since; `None` at the root.
    Moved {
        /// Where it stood.
        from: Option<String>,
        /// Where it stands.
        to: Option<String>,
    },
    /// It went out: this version no longer has it.
    Left,
}

struct Held {
    version: String,
    issued: Option<String>,
    loaded: Instant,
    term: Option<State>,
}

struct State {
    label: String,
    active: bool,
    parent: Option<String>,
    declared: Option<Nature>,
}

/// The life of a term: in which version it came, how its label, its status and its place changed, in which it went
/// out (grid, 15.1). Empty when no version has this code.
///
/// Versions follow each other by the day of issue where all have one, else by the year their names begin with where
/// all do, else in the order they were loaded: an old delivery may be loaded late.
pub async fn life(tx: &mut Tx, list: &str, code: &str) -> Result<Vec<LifeStep>, StoreError> {
    let mut held = Vec::new();
    for row in tx.all(LIFE, args![list, code]).await? {
        let term = match row.get::<Option<String>>("label")? {
            None => None,
            Some(label) => Some(State {
                label,
                active: row.get("actif")?,
                parent: row.get("parent")?,
                declared: row.get::<Option<String>>("nature")?.as_deref().and_then(Nature::parse),
            }),
        };
        held.push(Held {
            version: row.get("version")?,
            issued: row.get("publiee_le")?,
            loaded: row.get("chargee_le")?,
            term,
        });
    }
    in_order(&mut held);
    Ok(steps(&held))
}

fn in_order(held: &mut [Held]) {
    let year = |h: &Held| h.version.get(..4).is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
    if held.iter().all(|h| h.issued.is_some()) {
        held.sort_by(|a, b| (&a.issued, &a.version).cmp(&(&b.issued, &b.version)));
    } else if held.iter().all(year) {
        held.sort_by(|a, b| a.version.cmp(&b.version));
    } else {
        held.sort_by(|a, b| (a.loaded, &a.version).cmp(&(b.loaded, &b.version)));
    }
}

fn steps(held: &[Held]) -> Vec<LifeStep> {
    let mut steps = Vec::new();
    let mut before: Option<&State> = None;
    for version in held {
        let declared = version.term.as_ref().and_then(|t| t.declared);
        let mut happened = |event| steps.push(LifeStep { version: version.version.clone(), declared, event });
        match (before, &version.term) {
            (None, None) => {}
            (None, Some(now)) => {
                happened(LifeEvent::Entered { label: now.label.clone(), active: now.active });
            }
            (Some(_), None) => happened(LifeEvent::Left),
            (Some(then), Some(now)) => {
                if then.label != now.label {
                    happened(LifeEvent::Relabelled { from: then.label.clone(), to: now.label.clone() });
                }
                match (then.active, now.active) {
                    (true, false) => happened(LifeEvent::Inactivated),
                    (false, true) => happened(LifeEvent::Reactivated),
                    _ => {}
                }
                if then.parent != now.parent {
                    happened(LifeEvent::Moved { from: then.parent.clone(), to: now.parent.clone() });
                }
            }
        }
        before = version.term.as_ref();
    }
    steps
}

/// What a recorded value has become in the version that is active today. The record itself never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Today {
    /// The same code under the same label.
    Same,
    /// The same code under this label.
    Relabelled(String),
    /// Still in the list, under this label, and no longer offered.
    Inactive(String),
    /// The active version no longer has this code.
    Deleted,
    /// The list has no active version here.
    Unknown,
    /// The author's own words: there is no term to compare with.
    Typed,
    /// A value of the service's own, still offered.
    Local,
    /// A value of the service's own, withdrawn since.
    LocalWithdrawn,
}

impl Today {
    /// What a person reads beside the label of the day; `None` when nothing has changed.
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::Same | Self::Typed | Self::Local => None,
            Self::Relabelled(label) => Some(format!("Libellé d'aujourd'hui\u{a0}: {label}")),
            Self::Inactive(label) => Some(format!("Inactif aujourd'hui, sous le libellé\u{a0}: {label}")),
            Self::Deleted => Some("Supprimé de la version active".into()),
            Self::Unknown => Some("Cette liste n'est pas chargée".into()),
            Self::LocalWithdrawn => Some("Valeur locale retirée depuis".into()),
        }
    }
}

/// What a recorded value has become (grid, 15.2).
pub async fn today(tx: &mut Tx, value: &Coded) -> Result<Today, StoreError> {
    if value.is_autre() {
        return Ok(Today::Typed);
    }
    if value.is_local() {
        let offered = locales::offered(tx, &value.thesaurus, &value.code).await?;
        return Ok(if offered.is_some() { Today::Local } else { Today::LocalWithdrawn });
    }
    let Some(version) = active_version(tx, &value.thesaurus).await? else { return Ok(Today::Unknown) };
    Ok(match concept(tx, &value.thesaurus, &version, &value.code).await? {
        None => Today::Deleted,
        Some(term) if !term.active => Today::Inactive(term.label),
        Some(term) if term.label != value.label => Today::Relabelled(term.label),
        Some(_) => Today::Same,
    })
}
