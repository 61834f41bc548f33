//! Typed differences of two lists of terms: what is new, relabelled, inactivated, reactivated, deleted, moved,
//! recoded, or changed in its metadata; and where the natures that a delivery declares do not say the same.

mod change;
mod finding;
mod recode;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde::{Deserialize, Serialize};

pub use change::{Change, Evidence, Field, Kind, LabelChange, MetadataChange, Recoding, What};
pub use finding::{Finding, FindingKind, Severity};
pub use recode::{Recodification, reissued};
pub(crate) use {
    change::quoted,
    text::{ALIKE_FROM, likeness, typographic},
};

use crate::{Nature, Term};

/// Where each code stands; the first, when a list has a code twice.
type Index<'a> = HashMap<&'a str, usize>;

/// All that differs between two lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differences {
    /// How many of each.
    pub counts: Counts,
    /// The list was recoded as a whole: one change, whose pairs and codes without counterpart are in no other one.
    pub recodification: Option<Recodification>,
    /// The changes, in the order of the newer list; the deleted terms last, in the order of the older one.
    pub changes: Vec<Change>,
    /// Where declared natures and changes do not agree, in the order of the newer list, the errors first. Natures
    /// speak of the version right before: between versions further apart, only `CodeReused` means something.
    pub findings: Vec<Finding>,
    /// Whether the newer list declares any nature.
    pub natures_declared: bool,
    /// The nature that each changed code should declare.
    computed_natures: BTreeMap<String, Nature>,
}

/// Figures of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Terms of the older list.
    pub before: usize,
    /// Terms of the newer list.
    pub after: usize,
    /// Codes in both.
    pub common: usize,
    /// Codes of the older list only, recoded or not.
    pub only_before: usize,
    /// Codes of the newer list only, recoded or not.
    pub only_after: usize,
    /// Changes of each kind; a kind that does not occur is not there.
    pub kinds: BTreeMap<Kind, usize>,
    /// Among the new labels, those that differ by case, punctuation and blanks only.
    pub only_typographic: usize,
}

impl Differences {
    /// Whether the two lists say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.recodification.is_none()
    }

    /// How many changes of one kind.
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.kinds.get(&kind).copied().unwrap_or_default()
    }

    /// Codes of the older list that a change touches, a whole recodification included: whoever has records under one
    /// of them is concerned.
    pub fn codes_touched(&self) -> BTreeSet<&str> {
        let whole = self.recodification.iter().flat_map(|r| {
            r.pairs.iter().map(|p| p.old.as_str()).chain(r.unmatched_before.iter().map(String::as_str))
        });
        self.changes.iter().filter_map(|c| c.was.as_deref()).chain(whole).collect()
    }

    /// The nature that each changed code should declare, see [`Differences::nature_of`].
    pub fn natures(&self) -> BTreeMap<&str, Nature> {
        self.computed_natures.iter().map(|(code, nature)| (code.as_str(), *nature)).collect()
    }

    /// The nature that a code should declare, deleted ones included: what a delivery workbook holds. `None` when
    /// none of the four says what happened to it.
    pub fn nature_of(&self, code: &str) -> Option<Nature> {
        self.computed_natures.get(code).copied()
    }
}

/// One nature a code, the heaviest: a new or ended term before a new label.
fn natures(changes: &[Change], whole: Option<&Recodification>) -> BTreeMap<String, Nature> {
    fn recoded(natures: &mut BTreeMap<String, Nature>, r: &Recoding) {
        natures.insert(r.new.clone(), Nature::Nouveau);
        natures.insert(r.old.clone(), if r.kept { Nature::Inactive } else { Nature::Supprime });
    }
    let mut natures = BTreeMap::new();
    for change in changes {
        if let What::Recoded(r) = &change.what {
            recoded(&mut natures, r);
        } else if let Some(nature) = change.kind().nature() {
            let kept = natures.entry(change.code.clone()).or_insert(nature);
            if *kept == Nature::LibelleModifie {
                *kept = nature;
            }
        }
    }
    if let Some(whole) = whole {
        whole.pairs.iter().for_each(|pair| recoded(&mut natures, pair));
        natures.extend(whole.unmatched_before.iter().map(|c| (c.clone(), Nature::Supprime)));
        natures.extend(whole.unmatched_after.iter().map(|c| (c.clone(), Nature::Nouveau)));
    }
    natures
}

/// Compares two lists. Where one holds a code twice, its first row counts. Order of rows is no difference here:
/// [`check`](crate::check) looks at it.
pub fn diff(before: &[Term], after: &[Term]) -> Differences {
    let (old, new) = (index(before), index(after));
    let pairing = recode::pairing(before, after, &old, &new);
    let mut run = Run { after: &new, pairing: &pairing, changes: Vec::new() };
    let mut findings = Vec::new();
    let mut suspects = Vec::new();
    let owed = after.iter().any(|t| t.nature.is_some());
    let (mut common, mut only_after, mut unmatched_after) = (0, 0, Vec::new());

    for (j, term) in after.iter().enumerate() {
        if new.get(term.code.as_str()) != Some(&j) {
            continue;
        }
        if let Some(&i) = old.get(term.code.as_str()) {
            common += 1;
            let was = &before[i];
            let moved = run.compare(was, term);
            finding::natures(Some(was), term, owed, &mut findings);
            suspects.extend(finding::suspect(was, term, moved));
            continue;
        }
        only_after += 1;
        if let Some((code, evidence)) = pairing.old_of.get(term.code.as_str()).copied() {
            let was = &before[old[code]];
            if !pairing.whole {
                let recoding = recoding(was, term, evidence, &new);
                run.push(Some(was), term, What::Recoded(recoding));
            }
            run.compare(was, term);
            finding::natures(None, term, false, &mut findings);
        } else {
            if pairing.whole {
                unmatched_after.push(term.code.clone());
            } else {
                run.push(None, term, What::New);
            }
            finding::natures(None, term, owed && !pairing.whole, &mut findings);
        }
    }

    let gone: Vec<&Term> = before
        .iter()
        .enumerate()
        .filter(|&(i, t)| old.get(t.code.as_str()) == Some(&i) && !new.contains_key(t.code.as_str()))
        .map(|(_, t)| t)
        .collect();
    let only_before = gone.len();
    let mut unmatched_before = Vec::new();
    for term in gone.into_iter().filter(|t| !pairing.new_of.contains_key(t.code.as_str())) {
        if pairing.whole {
            unmatched_before.push(term.code.clone());
        } else {
            let what = What::Deleted { was_active: term.active };
            run.changes.push(Change {
                code: term.code.clone(),
                was: Some(term.code.clone()),
                label: term.label.clone(),
                declared: None,
                what,
            });
        }
    }
    let changes = run.changes;

    finding::reused(&suspects, after, &mut findings);
    let row_of = |f: &Finding| new.get(f.code.as_str()).copied();
    findings.sort_by_key(|f| (f.severity, row_of(f)));

    let recodification = pairing.whole.then(|| Recodification {
        pairs: after
            .iter()
            .enumerate()
            .filter(|&(j, t)| new.get(t.code.as_str()) == Some(&j))
            .filter_map(|(_, t)| {
                let (code, evidence) = pairing.old_of.get(t.code.as_str()).copied()?;
                Some(recoding(&before[old[code]], t, evidence, &new))
            })
            .collect(),
        unmatched_before,
        unmatched_after,
        form_before: recode::main_form(before.iter().map(|t| t.code.as_str())),
        form_after: recode::main_form(after.iter().map(|t| t.code.as_str()).filter(|c| !old.contains_key(c))),
    });

    let mut counts = Counts {
        before: before.len(),
        after: after.len(),
        common,
        only_before,
        only_after,
        ..Counts::default()
    };
    for change in &changes {
        *counts.kinds.entry(change.kind()).or_default() += 1;
        if let What::Relabelled(label) = &change.what {
            counts.only_typographic += usize::from(label.only_typographic);
        }
    }
    let computed_natures = natures(&changes, recodification.as_ref());
    Differences { counts, recodification, changes, findings, natures_declared: owed, computed_natures }
}

/// Codes of `reference` and the codes that took their place in `other`, where the two can be paired.
pub(crate) fn pairs<'a>(reference: &'a [Term], other: &'a [Term]) -> Vec<(&'a str, &'a str)> {
    let (old, new) = (index(reference), index(other));
    recode::pairing(reference, other, &old, &new).new_of.into_iter().collect()
}

fn index(terms: &[Term]) -> Index<'_> {
    let mut index = HashMap::with_capacity(terms.len());
    for (i, term) in terms.iter().enumerate() {
        index.entry(term.code.as_str()).or_insert(i);
    }
    index
}

fn recoding(was: &Term, term: &Term, evidence: Evidence, after: &Index<'_>) -> Recoding {
    Recoding {
        old: was.code.clone(),
        new: term.code.clone(),
        label: term.label.clone(),
        kept: after.contains_key(was.code.as_str()),
        evidence,
    }
}

struct Run<'r, 'a> {
    after: &'r Index<'a>,
    pairing: &'r recode::Pairing<'a>,
    changes: Vec<Change>,
}

impl Run<'_, '_> {
    fn push(&mut self, was: Option<&Term>, term: &Term, what: What) {
        self.changes.push(Change {
            code: term.code.clone(),
            was: was.map(|t| t.code.clone()),
            label: term.label.clone(),
            declared: term.nature,
            what,
        });
    }

    /// Everything but the code of a term that both lists hold; whether it moved.
    fn compare(&mut self, was: &Term, term: &Term) -> bool {
        if was.label != term.label {
            let what = What::Relabelled(LabelChange {
                old: was.label.clone(),
                new: term.label.clone(),
                only_typographic: typographic(&was.label) == typographic(&term.label),
            });
            self.push(Some(was), term, what);
        }
        match (was.active, term.active) {
            // The old code of a pair, kept inactive: its whole list was recoded, and that is told once.
            (true, false) if self.pairing.whole && self.pairing.new_of.contains_key(term.code.as_str()) => {}
            (true, false) => self.push(Some(was), term, What::Inactivated),
            (false, true) => self.push(Some(was), term, What::Reactivated),
            _ => {}
        }
        let moved = self.moved(was, term);
        if moved {
            let what = What::Moved { old: was.parents.clone(), new: term.parents.clone() };
            self.push(Some(was), term, what);
        }
        for change in metadata(was, term) {
            self.push(Some(was), term, What::Metadata(change));
        }
        moved
    }

    /// A term stays in place when the terms above are the same ones, under their new codes if they were recoded.
    fn moved(&self, was: &Term, term: &Term) -> bool {
        if was.parents == term.parents {
            return false;
        }
        let known =
            |p: &String| self.pairing.new_of.contains_key(p.as_str()) || self.after.contains_key(p.as_str());
        // In a list recoded as a whole, a place whose term has no counterpart cannot be compared.
        if self.pairing.whole && !was.parents.iter().all(known) {
            return false;
        }
        let places = was.parents.iter().map(|p| self.pairing.new_of.get(p.as_str()).copied().unwrap_or(p));
        !places.eq(term.parents.iter().map(String::as_str))
    }
}

/// What differs beside code, label, status, nature, place and line.
fn metadata(was: &Term, term: &Term) -> Vec<MetadataChange> {
    let mut changes = Vec::new();
    let texts = [
        (Field::Level, &was.level, &term.level),
        (Field::Description, &was.description, &term.description),
        (Field::References, &was.references, &term.references),
        (Field::SpecialRisk, &was.special_risk, &term.special_risk),
        (Field::VipRisk, &was.vip_risk, &term.vip_risk),
        (Field::Trigger, &was.trigger, &term.trigger),
        (Field::Remark, &was.remark, &term.remark),
    ];
    for (field, old, new) in texts {
        if old != new {
            let (removed, added) = (old.iter().cloned().collect(), new.iter().cloned().collect());
            changes.push(MetadataChange { field, column: None, removed, added });
        }
    }
    for (field, old, new) in
        [(Field::Synonyms, &was.synonyms, &term.synonyms), (Field::Groups, &was.groups, &term.groups)]
    {
        if old != new {
            let (removed, added) = (missing(old, new), missing(new, old));
            changes.push(MetadataChange { field, column: None, removed, added });
        }
    }
    if was.attributes != term.attributes {
        let titles = was.attributes.iter().chain(&term.attributes).map(|(title, _)| title.as_str());
        let mut seen = HashSet::new();
        for title in titles.filter(|t| seen.insert(*t)) {
            let of = |t: &Term| -> Vec<String> {
                t.attributes.iter().filter(|(name, _)| name == title).map(|(_, text)| text.clone()).collect()
            };
            let (old, new) = (of(was), of(term));
            if old != new {
                let (removed, added) = (missing(&old, &new), missing(&new, &old));
                let column = Some(title.to_owned());
                changes.push(MetadataChange { field: Field::Attribute, column, removed, added });
            }
        }
    }
    changes
}

/// The texts of `these` that `those` lack, as often as they lack them.
fn missing(these: &[String], those: &[String]) -> Vec<String> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for text in those {
        *left.entry(text).or_default() += 1;
    }
    these
        .iter()
        .filter(|text| match left.get_mut(text.as_str()) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        })
        .cloned()
        .collect()
}
