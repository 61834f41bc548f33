//! Which terms stand elsewhere in the order of a list.

use std::collections::HashSet;

use super::breach::{Breach, BreachKind, Rule};
use crate::{Term, diff::Severity};

/// More than this share of the terms out of place, in percent: the list is in another order, said once.
const NAMED_UP_TO: usize = 10;
/// Fewer are always named.
const ALWAYS_NAMED: usize = 20;

/// Names the terms to put back so that all the others are in order, the fewest there can be. `sequence` holds, for
/// each row that is checked, the place of its term in `reference`.
pub(super) fn order(reference: &[Term], sequence: &[(&Term, usize)], out: &mut Vec<Breach>) {
    let places: Vec<usize> = sequence.iter().map(|(_, place)| *place).collect();
    let kept = longest_rise(&places);
    let moved = places.len() - kept.len();
    if moved == 0 {
        return;
    }
    if moved > ALWAYS_NAMED && moved * 100 > places.len() * NAMED_UP_TO {
        out.push(Breach::new(Rule::E2, Severity::Error, None, BreachKind::OrderLost { terms: moved }));
        return;
    }
    let kept: HashSet<usize> = kept.into_iter().collect();
    let present: HashSet<usize> = places.iter().copied().collect();
    for (at, (term, place)) in sequence.iter().enumerate().filter(|(at, _)| !kept.contains(at)) {
        let before =
            (0..*place).rev().find(|p| present.contains(p)).map_or("", |p| reference[p].code.as_str());
        let found = at.checked_sub(1).map_or("", |a| reference[places[a]].code.as_str());
        out.push(
            Breach::error(Rule::E2, term, BreachKind::OrderChanged)
                .coded(&reference[*place].code)
                .expecting(before)
                .finding(found),
        );
    }
}

/// Positions of a longest rising run of numbers (patience sorting).
fn longest_rise(numbers: &[usize]) -> Vec<usize> {
    // For each length, the position of the smallest number that ends a rise of that length.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| numbers[end] < *number);
        before.push(length.checked_sub(1).map(|l| ends[l]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut rise = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        rise.push(at);
        next = before[at];
    }
    rise.reverse();
    rise
}
