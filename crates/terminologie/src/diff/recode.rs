//! Which codes took the place of which: pairs of a label and a place, one to one.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    hash::Hash,
};

use serde::{Deserialize, Serialize};

use super::{
    Index,
    change::{Evidence, Recoding},
    text::typographic,
};
use crate::Term;

/// Share of the smaller list, in percent, that may keep its codes in a whole recodification.
const STAYED_AT_MOST: usize = 10;
/// Share of the smaller list, in percent, that must pair for a whole recodification to be recognised; below it, the
/// two lists merely have nothing to do with each other.
const PAIRED_AT_LEAST: usize = 10;
/// Fewer pairs are told one by one.
const PAIRS_AT_LEAST: usize = 3;

/// A list whose codes were replaced as a whole: one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recodification {
    /// Old codes and new ones, in the order of the newer list.
    pub pairs: Vec<Recoding>,
    /// Codes of the older list that are gone and have no counterpart, in its order.
    pub unmatched_before: Vec<String>,
    /// Codes of the newer list that have no counterpart, in its order.
    pub unmatched_after: Vec<String>,
    /// The form that most codes had: `9` for a digit, `A` for a capital, `a` for a small letter.
    pub form_before: String,
    /// The form that most codes have.
    pub form_after: String,
}

impl Recodification {
    /// What a person reads.
    pub fn sentence(&self) -> String {
        let forms = if self.form_before == self.form_after {
            String::new()
        } else {
            format!(
                " La forme des codes passe de «\u{a0}{}\u{a0}» à «\u{a0}{}\u{a0}».",
                self.form_before, self.form_after
            )
        };
        format!(
            "Toute la liste change de codes\u{a0}: {} codes correspondent, {} anciens et {} nouveaux restent sans \
             correspondance.{forms}",
            self.pairs.len(),
            self.unmatched_before.len(),
            self.unmatched_after.len(),
        )
    }
}

/// The pairs, and whether they make one whole recodification.
pub(super) struct Pairing<'a> {
    /// Old code to new code.
    pub(super) new_of: HashMap<&'a str, &'a str>,
    /// New code to old code, with what says so.
    pub(super) old_of: HashMap<&'a str, (&'a str, Evidence)>,
    /// Whether the list was recoded as a whole.
    pub(super) whole: bool,
}

/// The terms of one list that may pair.
struct Side<'a> {
    terms: &'a [Term],
    candidates: Vec<usize>,
}

impl<'a> Side<'a> {
    fn label(&self, i: usize, exact: bool) -> Cow<'a, str> {
        let label = &self.terms[i].label;
        if exact { Cow::Borrowed(label) } else { Cow::Owned(typographic(label)) }
    }

    fn code(&self, i: usize) -> &'a str {
        &self.terms[i].code
    }

    /// The code of the principal term above; empty at the root.
    fn parent(&self, i: usize) -> &'a str {
        self.terms[i].parents.first().map_or("", String::as_str)
    }
}

/// How deep each term stands along its principal parents; a term of a cycle stands at the root.
fn depths(terms: &[Term], index: &Index<'_>) -> Vec<usize> {
    const UNKNOWN: usize = usize::MAX;
    const CLIMBING: usize = usize::MAX - 1;
    let mut depth = vec![UNKNOWN; terms.len()];
    for start in 0..terms.len() {
        let mut path = Vec::new();
        let mut at = Some(start);
        let mut below = loop {
            let Some(i) = at else { break 0 };
            match depth[i] {
                UNKNOWN => {
                    depth[i] = CLIMBING;
                    path.push(i);
                    at = terms[i].parents.first().and_then(|p| index.get(p.as_str()).copied());
                }
                CLIMBING => break 0,
                known => break known + 1,
            }
        };
        for i in path.into_iter().rev() {
            depth[i] = below;
            below += 1;
        }
    }
    depth
}

/// Pairs the codes that left with the codes that came. A code that left is absent from the newer list, or inactive
/// there for the first time.
pub(super) fn pairing<'a>(
    before: &'a [Term],
    after: &'a [Term],
    old: &Index<'a>,
    new: &Index<'a>,
) -> Pairing<'a> {
    let left: Vec<usize> = (0..before.len())
        .filter(|&i| old.get(before[i].code.as_str()) == Some(&i))
        .filter(|&i| match new.get(before[i].code.as_str()) {
            None => true,
            Some(&j) => before[i].active && !after[j].active,
        })
        .collect();
    let came: Vec<usize> = (0..after.len())
        .filter(|&j| new.get(after[j].code.as_str()) == Some(&j) && !old.contains_key(after[j].code.as_str()))
        .collect();
    let mut pairing = Pairing { new_of: HashMap::new(), old_of: HashMap::new(), whole: false };
    if left.is_empty() || came.is_empty() {
        return pairing;
    }
    let smaller = old.len().min(new.len());
    let stayed = old
        .iter()
        .filter(|&(code, &i)| before[i].active && new.get(code).is_some_and(|&j| after[j].active))
        .count();
    let left = Side { terms: before, candidates: left };
    let came = Side { terms: after, candidates: came };
    let depth = depths(before, old);
    pair_in_place(&left, &came, &depth, &mut pairing);
    if stayed * 100 <= smaller * STAYED_AT_MOST {
        let sure = (pairing.new_of.clone(), pairing.old_of.clone());
        pair_anywhere(&left, &came, &mut pairing);
        pair_in_place(&left, &came, &depth, &mut pairing);
        let paired = pairing.new_of.len();
        pairing.whole = paired >= PAIRS_AT_LEAST && paired * 100 >= smaller * PAIRED_AT_LEAST;
        if !pairing.whole {
            (pairing.new_of, pairing.old_of) = sure;
        }
    }
    pairing
}

/// Same label under the same term: from the root of the older list down, so that the pairs above are known.
fn pair_in_place<'a>(left: &Side<'a>, came: &Side<'a>, depth: &[usize], pairing: &mut Pairing<'a>) {
    let mut by_depth: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &i in &left.candidates {
        by_depth.entry(depth[i]).or_default().push(i);
    }
    let mut below: HashMap<&str, Vec<usize>> = HashMap::new();
    for &j in &came.candidates {
        below.entry(came.parent(j)).or_default().push(j);
    }
    for candidates in by_depth.values() {
        // Where each of them should be found, under the new code of the term above if it has one.
        let place = |i: usize| pairing.new_of.get(left.parent(i)).copied().unwrap_or(left.parent(i));
        let places: Vec<&str> = candidates.iter().map(|&i| place(i)).collect();
        let distinct: HashSet<&str> = places.iter().copied().collect();
        for (exact, evidence) in [(true, Evidence::LabelAndPlace), (false, Evidence::TypographyAndPlace)] {
            let found = one_to_one(
                candidates.iter().zip(&places).map(|(i, place)| (*i, *place)),
                distinct.iter().filter_map(|p| below.get(p)).flatten().map(|j| (*j, came.parent(*j))),
                |i, place| {
                    (!pairing.new_of.contains_key(left.code(i))).then(|| (left.label(i, exact), place))
                },
                |j, place| {
                    (!pairing.old_of.contains_key(came.code(j))).then(|| (came.label(j, exact), place))
                },
            );
            accept(left, came, found, evidence, pairing);
        }
    }
}

/// Same label, wherever it stands.
fn pair_anywhere<'a>(left: &Side<'a>, came: &Side<'a>, pairing: &mut Pairing<'a>) {
    for (exact, evidence) in [(true, Evidence::Label), (false, Evidence::Typography)] {
        let found = one_to_one(
            left.candidates.iter().map(|i| (*i, ())),
            came.candidates.iter().map(|j| (*j, ())),
            |i, ()| (!pairing.new_of.contains_key(left.code(i))).then(|| left.label(i, exact)),
            |j, ()| (!pairing.old_of.contains_key(came.code(j))).then(|| came.label(j, exact)),
        );
        accept(left, came, found, evidence, pairing);
    }
}

/// The indices whose key is found exactly once on each side.
fn one_to_one<P, K: Eq + Hash>(
    left: impl Iterator<Item = (usize, P)>,
    came: impl Iterator<Item = (usize, P)>,
    left_key: impl Fn(usize, P) -> Option<K>,
    came_key: impl Fn(usize, P) -> Option<K>,
) -> Vec<(usize, usize)> {
    #[derive(Default)]
    struct Seen {
        left: Option<usize>,
        lefts: usize,
        came: Option<usize>,
        cames: usize,
    }
    let mut seen: HashMap<K, Seen> = HashMap::new();
    for (i, place) in left {
        if let Some(key) = left_key(i, place) {
            let entry = seen.entry(key).or_default();
            entry.left = Some(i);
            entry.lefts += 1;
        }
    }
    for (j, place) in came {
        if let Some(key) = came_key(j, place)
            && let Some(entry) = seen.get_mut(&key)
        {
            entry.came = Some(j);
            entry.cames += 1;
        }
    }
    seen.into_values().filter(|s| s.lefts == 1 && s.cames == 1).filter_map(|s| s.left.zip(s.came)).collect()
}

fn accept<'a>(
    left: &Side<'a>,
    came: &Side<'a>,
    found: Vec<(usize, usize)>,
    evidence: Evidence,
    pairing: &mut Pairing<'a>,
) {
    for (i, j) in found {
        let (old, new) = (left.code(i), came.code(j));
        pairing.new_of.insert(old, new);
        pairing.old_of.insert(new, (old, evidence));
    }
}

/// Terms of one list that are inactive while their label stands, active, under one other code and the same term: a
/// recodification that the list itself remembers.
pub fn reissued(terms: &[Term]) -> Vec<Recoding> {
    let key = |i: usize| {
        let term: &Term = &terms[i];
        (term.label.as_str(), term.parents.first().map_or("", String::as_str))
    };
    let ended = (0..terms.len()).filter(|&i| !terms[i].active).map(|i| (i, ()));
    let offered = (0..terms.len()).filter(|&i| terms[i].active).map(|i| (i, ()));
    let mut found = one_to_one(ended, offered, |i, ()| Some(key(i)), |j, ()| Some(key(j)));
    found.sort_unstable();
    found
        .into_iter()
        .map(|(i, j)| Recoding {
            old: terms[i].code.clone(),
            new: terms[j].code.clone(),
            label: terms[j].label.clone(),
            kept: true,
            evidence: Evidence::LabelAndPlace,
        })
        .collect()
}

/// The form that most codes have, the first in alphabetical order among equals: `01.1A` has the form `99.9A`.
pub(super) fn main_form<'t>(codes: impl Iterator<Item = &'t str>) -> String {
    let mut forms: HashMap<String, usize> = HashMap::new();
    for code in codes {
        let form = code
            .chars()
            .map(|c| match c {
                '0'..='9' => '9',
                'A'..='Z' => 'A',
                'a'..='z' => 'a',
                other => other,
            })
            .collect();
        *forms.entry(form).or_default() += 1;
    }
    forms
        .into_iter()
        .max_by(|(a, n), (b, m)| n.cmp(m).then_with(|| b.cmp(a)))
        .map(|(f, _)| f)
        .unwrap_or_default()
}
