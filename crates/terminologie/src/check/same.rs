//! What is kept, against what was delivered.

use std::collections::HashMap;

use super::{
    breach::{Breach, BreachKind, Part, Rule},
    order::order,
    parts::{altered, attributes, fields, label, parents},
};
use crate::{Nature, Term, diff::Severity};

/// Compares the terms kept in a database with those of the delivered file: every difference, to the byte, by the code
/// of its term. Nothing differs when nothing was tampered with.
pub fn same(delivered: &[Term], kept: &[Term]) -> Vec<Breach> {
    let mut out = Vec::new();
    let mut place: HashMap<&str, usize> = HashMap::with_capacity(delivered.len());
    for (i, term) in delivered.iter().enumerate() {
        place.entry(&term.code).or_insert(i);
    }
    let mut seen = vec![false; delivered.len()];
    let mut sequence = Vec::with_capacity(kept.len());
    for term in kept {
        let Some(&i) = place.get(term.code.as_str()) else {
            out.push(Breach::error(Rule::E2, term, BreachKind::Added).finding(&*term.label));
            continue;
        };
        let expected = &delivered[i];
        if std::mem::replace(&mut seen[i], true) {
            out.push(Breach::error(Rule::E2, term, BreachKind::CodeRepeated { first: expected.row }));
            continue;
        }
        sequence.push((term, i));
        if expected != term {
            compare(expected, term, &mut out);
        }
    }
    order(delivered, &sequence, &mut out);
    for (i, term) in delivered.iter().enumerate() {
        if !seen[i] && place.get(term.code.as_str()) == Some(&i) {
            let breach = Breach::new(Rule::E2, Severity::Error, Some(term), BreachKind::Missing);
            out.push(breach.expecting(&*term.label));
        }
    }
    out
}

fn compare(expected: &Term, term: &Term, out: &mut Vec<Breach>) {
    label(expected, term, out);
    let places: Vec<&str> = term.parents.iter().map(String::as_str).collect();
    parents(expected, term, &places, out);
    if expected.active != term.active {
        let status = |t: &Term| if t.active { "actif" } else { "inactif" };
        out.push(altered(expected, term, Part::Status).expecting(status(expected)).finding(status(term)));
    }
    if expected.nature != term.nature {
        let nature = |t: &Term| t.nature.map_or("", Nature::label);
        out.push(altered(expected, term, Part::Nature).expecting(nature(expected)).finding(nature(term)));
    }
    fields(expected, term, |_| true, out);
    attributes(expected, term, out);
    if expected.row != term.row {
        out.push(
            altered(expected, term, Part::Row)
                .expecting(expected.row.to_string())
                .finding(term.row.to_string()),
        );
    }
}
