//! The life of a term over the versions of its list, and what a recorded value has become.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
};

use base::{Coded, Date, Instant};
use store::{StoreError, Tx, args};
use terminologie::Nature;

use crate::{concept, locales};

store::statements! {
    EDITIONS = "select version, chargee_le, publiee_le, depart, active from livraison where thesaurus_id = $1";
    LIFE = "select version, label, actif, parent, nature from concept where thesaurus_id = $1 and code = $2";
    INACTIVE = "select c.code, c.version, c.actif from concept c where c.thesaurus_id = $1 and c.code in
        (select d.code from concept d join livraison l on l.thesaurus_id = d.thesaurus_id and l.version = d.version
            where d.thesaurus_id = $1 and l.active and not d.actif)";
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

/// One version of a list, as its place among the others is told.
struct Edition {
    version: String,
    issued: Option<Date>,
    loaded: Instant,
    starter: bool,
    active: bool,
}

impl Edition {
    /// The day since which it says what it says.
    fn day(&self) -> Date {
        self.issued.unwrap_or_else(|| self.loaded.day())
    }
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
/// Versions follow each other by the day of issue where all have one, else by their names where all begin with a
/// year, else in the order they were loaded: an old delivery may be loaded late. `version` is the one that the term is
/// read in: the codes of starter versions mean something else than the editor's, so each kind is told without the other.
pub async fn life(tx: &mut Tx, list: &str, version: &str, code: &str) -> Result<Vec<LifeStep>, StoreError> {
    let mut states: HashMap<String, State> = HashMap::new();
    for row in tx.all(LIFE, args![list, code]).await? {
        let state = State {
            label: row.get("label")?,
            active: row.get("actif")?,
            parent: row.get("parent")?,
            declared: row.get::<Option<String>>("nature")?.as_deref().and_then(Nature::parse),
        };
        states.insert(row.get("version")?, state);
    }
    let editions = editions(tx, list).await?;
    let starter = editions.iter().any(|e| e.version == version && e.starter);
    Ok(steps(&comparable(editions, starter), &states))
}

/// Since when each term that the version in use no longer offers has been so: the day of the first of the versions, up
/// to that one, that have said it without a break.
pub(crate) async fn inactive_since(tx: &mut Tx, list: &str) -> Result<Vec<(String, Date)>, StoreError> {
    let mut states: BTreeMap<String, HashMap<String, bool>> = BTreeMap::new();
    for row in tx.all(INACTIVE, args![list]).await? {
        states.entry(row.get("code")?).or_default().insert(row.get("version")?, row.get("actif")?);
    }
    let editions = editions(tx, list).await?;
    let starter = editions.iter().any(|e| e.active && e.starter);
    let editions = comparable(editions, starter);
    let in_use = editions.iter().position(|e| e.active).map_or(0, |i| i + 1);
    let since = |states: &HashMap<String, bool>| {
        let said = editions[..in_use].iter().rev().map_while(|e| match states.get(&e.version) {
            Some(true) => None,
            Some(false) => Some(Some(e.day())),
            // A version without the term offers it no more than the others.
            None => Some(None),
        });
        said.flatten().last()
    };
    Ok(states.iter().filter_map(|(code, states)| Some((code.clone(), since(states)?))).collect())
}

/// The versions of a list, one after the other.
async fn editions(tx: &mut Tx, list: &str) -> Result<Vec<Edition>, StoreError> {
    let mut editions = Vec::new();
    for row in tx.all(EDITIONS, args![list]).await? {
        editions.push(Edition {
            version: row.get("version")?,
            issued: row.get("publiee_le")?,
            loaded: row.get("chargee_le")?,
            starter: row.get("depart")?,
            active: row.get("active")?,
        });
    }
    in_order(&mut editions);
    Ok(editions)
}

/// Those whose codes may be compared: the starter versions, or the editor's.
fn comparable(mut editions: Vec<Edition>, starter: bool) -> Vec<Edition> {
    editions.retain(|e| e.starter == starter);
    in_order(&mut editions);
    editions
}

fn in_order(editions: &mut [Edition]) {
    let year = |e: &Edition| e.version.get(..4).is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
    if editions.iter().all(|e| e.issued.is_some()) {
        editions.sort_by(|a, b| a.issued.cmp(&b.issued).then_with(|| natural(&a.version, &b.version)));
    } else if editions.iter().all(year) {
        editions.sort_by(|a, b| natural(&a.version, &b.version));
    } else {
        editions.sort_by(|a, b| a.loaded.cmp(&b.loaded).then_with(|| natural(&a.version, &b.version)));
    }
}

/// The order of names in which numbers count as numbers: `V0.10` comes after `V0.2`.
fn natural(a: &str, b: &str) -> Ordering {
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

/// Runs of digits, without their leading zeros so that the longer is the greater, and other characters one by one.
fn parts(name: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let end = if first.is_ascii_digit() {
            rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (part, after) = rest.split_at(end);
        if first.is_ascii_digit() {
            let number = part.trim_start_matches('0');
            parts.push((number.len() + 1, number));
        } else {
            parts.push((0, part));
        }
        rest = after;
    }
    parts
}

fn steps(editions: &[Edition], states: &HashMap<String, State>) -> Vec<LifeStep> {
    let mut steps = Vec::new();
    let mut before: Option<&State> = None;
    for edition in editions {
        let term = states.get(&edition.version);
        let declared = term.and_then(|t| t.declared);
        let mut happened = |event| steps.push(LifeStep { version: edition.version.clone(), declared, event });
        match (before, term) {
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
        before = term;
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
    /// Recorded with a starter list, where the editor's own list has come since: its codes mean something else, and
    /// nothing may be said of this one.
    Replaced,
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
            Self::Deleted => Some("Absent de la version en service".into()),
            Self::Replaced => Some("Liste de départ, remplacée depuis par une liste officielle".into()),
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
        let kept = locales::kept(tx, &value.thesaurus, &value.code).await?;
        return Ok(if kept.is_some() { Today::Local } else { Today::LocalWithdrawn });
    }
    let editions = editions(tx, &value.thesaurus).await?;
    let Some(in_use) = editions.iter().find(|e| e.active) else { return Ok(Today::Unknown) };
    if !in_use.starter && editions.iter().any(|e| e.starter && e.version == value.version) {
        return Ok(Today::Replaced);
    }
    let version = &in_use.version;
    Ok(match concept(tx, &value.thesaurus, version, &value.code).await? {
        None => Today::Deleted,
        Some(term) if !term.active => Today::Inactive(term.label),
        Some(term) if term.label != value.label => Today::Relabelled(term.label),
        Some(_) => Today::Same,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other_as_people_count() {
        let mut names = ["2023.V0.10", "2023.V0.2", "2024", "2023.V0.2b", "2023.V00.3", "2023"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["2023", "2023.V0.2", "2023.V0.2b", "2023.V00.3", "2023.V0.10", "2024"]);
    }
}
