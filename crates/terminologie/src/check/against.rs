//! Another vendor's export, against a release: the breaches of the publisher agreement that a file can show.
//!
//! E1 (offered as a whole), E2 (nothing changed), E3 (nothing older, nothing foreign), E8 ("autre" is no term). What
//! becomes of past data (E4, E5), links added to the lists (E6), incidents (E7) and notices to users (E9) leave no
//! trace in such a file.

use std::collections::{HashMap, HashSet};

use super::{
    breach::{Breach, BreachKind, Rule},
    order::order,
    parts::{fields, label, lists, parents, texts},
};
use crate::{
    Release, Term,
    diff::{Field, Severity, pairs, typographic},
};

/// Compares an export with the release that it should be.
pub fn against(export: &[Term], release: &Release) -> Vec<Breach> {
    against_since(export, release, &[])
}

/// The same, with older releases at hand, the latest first: a term that is offered though the list no longer has it is
/// then told from one that it never had.
pub fn against_since(export: &[Term], release: &Release, former: &[&Release]) -> Vec<Breach> {
    let reference = &release.terms;
    let names = Names::new(reference, export);
    let tree =
        !reference.iter().any(|t| !t.parents.is_empty()) || export.iter().any(|t| !t.parents.is_empty());
    let held = held(export);
    let mut out = Vec::new();
    if !tree {
        out.push(Breach::new(Rule::E2, Severity::Error, None, BreachKind::TreeLost));
    }
    // The latest version of each code: the first that names it.
    let mut versions: HashMap<&str, &str> = HashMap::new();
    for release in former {
        for term in &release.terms {
            versions.entry(&term.code).or_insert(&release.version);
        }
    }
    let mut lines: HashMap<&str, usize> = HashMap::new();
    let mut reached = vec![false; reference.len()];
    let mut sequence = Vec::with_capacity(export.len());
    for term in export {
        if let Some(&first) = lines.get(term.code.as_str()) {
            out.push(Breach::error(Rule::E2, term, BreachKind::CodeRepeated { first }).finding(&*term.label));
            continue;
        }
        lines.insert(&term.code, term.row);
        let Some(i) = names.place(&term.code) else {
            if term.active {
                out.push(stranger(term, &versions));
            }
            continue;
        };
        let expected = &reference[i];
        reached[i] = true;
        sequence.push((term, i));
        if expected.code != term.code {
            out.push(
                Breach::error(Rule::E2, term, BreachKind::CodeChanged)
                    .coded(&expected.code)
                    .texts(&*expected.code, &*term.code),
            );
        }
        label(expected, term, &mut out);
        match (expected.active, term.active) {
            (true, false) => out.push(
                Breach::error(Rule::E1, term, BreachKind::NotOffered)
                    .coded(&expected.code)
                    .expecting(&*expected.label),
            ),
            (false, true) => out.push(
                Breach::error(Rule::E3, term, BreachKind::InactiveOffered)
                    .coded(&expected.code)
                    .finding(&*term.label),
            ),
            _ => {}
        }
        if tree {
            let above: Vec<&str> = term
                .parents
                .iter()
                .map(|p| names.place(p).map_or(p.as_str(), |i| reference[i].code.as_str()))
                .collect();
            parents(expected, term, &above, &mut out);
        }
        fields(expected, term, |f| held.contains(&f), &mut out);
    }
    order(reference, &sequence, &mut out);
    for (i, term) in reference.iter().enumerate() {
        if term.active && !reached[i] {
            let mut breach = Breach::error(Rule::E1, term, BreachKind::Missing).expecting(&*term.label);
            breach.row = 0;
            out.push(breach);
        }
    }
    out
}

/// Which fields the export holds at all: a column that it leaves out is not one that it alters. Levels are left to
/// the tree, remarks and groups to whoever exports.
fn held(export: &[Term]) -> HashSet<Field> {
    let compared =
        [Field::Synonyms, Field::Description, Field::References, Field::SpecialRisk, Field::VipRisk];
    export
        .iter()
        .flat_map(|t| {
            let texts = texts(t).into_iter().filter(|(_, text)| text.is_some()).map(|(field, _)| field);
            texts.chain(lists(t).into_iter().filter(|(_, list)| !list.is_empty()).map(|(field, _)| field))
        })
        .filter(|f| compared.contains(f))
        .collect()
}

fn stranger(term: &Term, versions: &HashMap<&str, &str>) -> Breach {
    let breach = if let Some(version) = versions.get(term.code.as_str()) {
        Breach::error(Rule::E3, term, BreachKind::FormerOffered { version: (*version).to_owned() })
    } else if matches!(base::words(&term.label).first().map(String::as_str), Some("autre" | "autres")) {
        Breach::error(Rule::E8, term, BreachKind::OtherMadeTerm)
    } else {
        Breach::error(Rule::E3, term, BreachKind::ForeignOffered)
    };
    breach.finding(&*term.label)
}

/// Which term of the reference a code of the export stands for.
struct Names<'a> {
    own: HashMap<&'a str, usize>,
    other: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    fn new(reference: &'a [Term], export: &'a [Term]) -> Self {
        let mut own = HashMap::with_capacity(reference.len());
        for (i, term) in reference.iter().enumerate() {
            own.entry(term.code.as_str()).or_insert(i);
        }
        // A code that is there stands for itself, whatever else resembles it.
        let given: HashSet<&str> = export.iter().map(|t| t.code.as_str()).collect();
        let mut other: HashMap<&str, usize> = pairs(reference, export)
            .into_iter()
            .filter(|(old, _)| !given.contains(old))
            .filter_map(|(old, new)| Some((new, *own.get(old)?)))
            .collect();

        // What is left: codes that differ by their writing (capitals, points, a zero that a spreadsheet dropped).
        let paired: HashSet<usize> = other.values().copied().collect();
        let mut written: HashMap<String, Option<usize>> = HashMap::new();
        for (code, &i) in own.iter().filter(|(code, i)| !given.contains(*code) && !paired.contains(i)) {
            written.entry(bare(code)).and_modify(|known| *known = None).or_insert(Some(i));
        }
        let mut strangers: HashMap<String, Vec<&str>> = HashMap::new();
        for code in given.iter().filter(|c| !own.contains_key(*c) && !other.contains_key(*c)) {
            strangers.entry(bare(code)).or_default().push(code);
        }
        for (key, codes) in strangers {
            if let ([code], Some(Some(i))) = (codes.as_slice(), written.get(&key)) {
                other.insert(code, *i);
            }
        }
        Self { own, other }
    }

    fn place(&self, code: &str) -> Option<usize> {
        self.own.get(code).or_else(|| self.other.get(code)).copied()
    }
}

/// A code without its writing: `01.1A` and `1.1a` are one.
fn bare(code: &str) -> String {
    let dense = typographic(code).replace(' ', "");
    let short = dense.trim_start_matches('0');
    if short.is_empty() { dense } else { short.to_owned() }
}
