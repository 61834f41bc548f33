//! The integrity of a release, before it is published.

use std::collections::{HashMap, HashSet};

use super::breach::{Breach, BreachKind, Rule};
use crate::{
    Release, Term,
    diff::{ALIKE_FROM, FindingKind, Severity, What, diff, likeness},
};

/// What a release breaks: SKOS integrity (one label, distinct from the synonyms, no term under itself), codes and labels
/// that tell terms apart, a tree that holds; and, given the release before, what was published keeps its meaning.
///
/// Natures are compared only where the release declares any.
pub fn integrity(release: &Release, before: Option<&Release>) -> Vec<Breach> {
    let terms = &release.terms;
    let mut out = Vec::new();
    let mut index: HashMap<&str, usize> = HashMap::with_capacity(terms.len());
    for (i, term) in terms.iter().enumerate() {
        let first = *index.entry(&term.code).or_insert(i);
        if first != i && !term.code.is_empty() {
            let kind = BreachKind::CodeRepeated { first: terms[first].row };
            out.push(Breach::error(Rule::Codes, term, kind).finding(&*term.label));
        }
    }
    for term in terms {
        alone(term, &mut out);
        above(term, terms, &index, &mut out);
    }
    siblings(terms, &mut out);
    cycles(terms, &index, &mut out);
    if let Some(before) = before {
        history(before, release, &index, &mut out);
    }
    out
}

fn alone(term: &Term, out: &mut Vec<Breach>) {
    if term.code.trim().is_empty() {
        out.push(Breach::error(Rule::Codes, term, BreachKind::EmptyCode).finding(&*term.label));
    }
    if term.label.trim().is_empty() {
        out.push(Breach::error(Rule::Labels, term, BreachKind::EmptyLabel));
    }
    if term.synonyms.contains(&term.label) {
        out.push(Breach::error(Rule::S13, term, BreachKind::LabelAmongSynonyms).finding(&*term.label));
    }
    let mut seen = HashSet::new();
    for synonym in term.synonyms.iter().filter(|s| !seen.insert(s.as_str())) {
        out.push(Breach::warning(Rule::Labels, term, BreachKind::SynonymRepeated).finding(synonym));
    }
}

fn above(term: &Term, terms: &[Term], index: &HashMap<&str, usize>, out: &mut Vec<Breach>) {
    let mut seen = HashSet::new();
    for parent in &term.parents {
        if !seen.insert(parent) {
            out.push(Breach::warning(Rule::Tree, term, BreachKind::ParentRepeated).finding(parent));
            continue;
        }
        match index.get(parent.as_str()) {
            None => out.push(Breach::error(Rule::Tree, term, BreachKind::Orphan).finding(parent)),
            Some(&p) if term.active && !terms[p].active => {
                out.push(Breach::warning(Rule::Tree, term, BreachKind::ActiveUnderInactive).finding(parent));
            }
            Some(_) => {}
        }
    }
}

/// Active terms side by side that say the same. Two identical labels under one term are an error; at the root, where
/// flat lists have homonyms (communes), or when only accents or typography tell them apart, they deserve a look.
fn siblings(terms: &[Term], out: &mut Vec<Breach>) {
    let mut seen: HashMap<(&str, String), &Term> = HashMap::new();
    for term in terms.iter().filter(|t| t.active && !t.label.trim().is_empty()) {
        let places: Vec<&str> = if term.parents.is_empty() {
            vec![""]
        } else {
            term.parents.iter().map(String::as_str).collect()
        };
        let mut told = HashSet::new();
        for place in places {
            let other = *seen.entry((place, base::fold(&term.label))).or_insert(term);
            if other.code != term.code && told.insert(&other.code) {
                let identical = other.label == term.label && !place.is_empty();
                let severity = if identical { Severity::Error } else { Severity::Warning };
                let kind = BreachKind::SameLabel { other: other.code.clone() };
                out.push(Breach::new(Rule::Labels, severity, Some(term), kind).finding(&*term.label));
            }
        }
    }
}

/// Each cycle once, at the term where it was met.
fn cycles(terms: &[Term], index: &HashMap<&str, usize>, out: &mut Vec<Breach>) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Unseen,
        Open,
        Done,
    }
    let mut state = vec![State::Unseen; terms.len()];
    for start in 0..terms.len() {
        // The path from `start`, each term with the parent to climb next.
        let mut path: Vec<(usize, usize)> = Vec::new();
        if state[start] == State::Unseen {
            state[start] = State::Open;
            path.push((start, 0));
        }
        while let Some((at, next)) = path.last_mut() {
            let Some(parent) = terms[*at].parents.get(*next) else {
                state[*at] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&p) = index.get(parent.as_str()) else { continue };
            match state[p] {
                State::Unseen => {
                    state[p] = State::Open;
                    path.push((p, 0));
                }
                State::Open => {
                    let codes: Vec<&str> = path
                        .iter()
                        .skip_while(|(i, _)| *i != p)
                        .map(|(i, _)| terms[*i].code.as_str())
                        .chain([terms[p].code.as_str()])
                        .collect();
                    out.push(
                        Breach::error(Rule::Tree, &terms[p], BreachKind::Cycle).finding(codes.join(" < ")),
                    );
                }
                State::Done => {}
            }
        }
    }
}

fn history(before: &Release, release: &Release, index: &HashMap<&str, usize>, out: &mut Vec<Breach>) {
    let differences = diff(&before.terms, &release.terms);
    let at = |code: &str| index.get(code).map(|&i| &release.terms[i]);
    let remarks: HashMap<&str, Option<&str>> =
        before.terms.iter().map(|t| (t.code.as_str(), t.remark.as_deref())).collect();
    let mut reused = HashSet::new();
    for finding in &differences.findings {
        if matches!(finding.kind, FindingKind::CodeReused { .. }) {
            reused.insert(finding.code.as_str());
        }
        let Some(term) = at(&finding.code) else { continue };
        // A remark of its own justifies a new label as well as a nature does.
        let remarked =
            term.remark.is_some() && remarks.get(term.code.as_str()) != Some(&term.remark.as_deref());
        if finding.kind == FindingKind::RelabelledUndeclared && remarked {
            continue;
        }
        out.push(Breach::new(
            Rule::History,
            finding.severity,
            Some(term),
            BreachKind::Declared(finding.kind.clone()),
        ));
    }
    for change in &differences.changes {
        match (&change.what, at(&change.code)) {
            (What::Deleted { was_active: true }, _) => out.push(
                Breach::new(Rule::History, Severity::Warning, None, BreachKind::DeletedWhileActive)
                    .coded(&change.code)
                    .expecting(&*change.label),
            ),
            (What::Relabelled(label), Some(term)) if !reused.contains(change.code.as_str()) => {
                let likeness = likeness(&label.old, &label.new);
                if likeness < ALIKE_FROM {
                    out.push(
                        Breach::warning(Rule::History, term, BreachKind::Unlike { likeness })
                            .expecting(&*label.old)
                            .finding(&*label.new),
                    );
                }
            }
            _ => {}
        }
    }
}
