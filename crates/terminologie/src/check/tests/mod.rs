//! Tests of the checks.

mod against;
mod integrity;
mod same;

use super::{Breach, Spot};
use crate::{Release, Term};

fn term(row: usize, code: &str, label: &str, parent: &str) -> Term {
    Term {
        code: code.into(),
        label: label.into(),
        parents: if parent.is_empty() { vec![] } else { vec![parent.into()] },
        active: true,
        row,
        ..Term::default()
    }
}

fn release() -> Release {
    let mut terms = vec![
        term(2, "0P", "Agents physiques", ""),
        term(3, "0P1", "Bruit d'impact", "0P"),
        term(4, "0P2", "Vibrations du corps entier", "0P"),
        term(5, "0P3", "Rayonnements optiques", "0P"),
        term(6, "0C", "Agents chimiques", ""),
        term(7, "0C1", "Poussières de bois", "0C"),
        term(8, "0C2", "Solvants organiques", "0C"),
        term(9, "0C3", "Éthers de glycol", "0C"),
    ];
    terms[7].active = false;
    terms[5].synonyms = vec!["Sciure".into()];
    terms[5].special_risk = Some("Oui".into());
    Release { version: "2027".into(), terms, ..Release::default() }
}

fn edited(code: &str, edit: impl FnOnce(&mut Term)) -> Vec<Term> {
    let mut terms = release().terms;
    edit(terms.iter_mut().find(|t| t.code == code).unwrap());
    terms
}

fn one(mut breaches: Vec<Breach>) -> Breach {
    assert_eq!(breaches.len(), 1, "{breaches:#?}");
    breaches.remove(0)
}

fn ids(breaches: &[Breach]) -> Vec<(&str, &str)> {
    breaches.iter().map(|b| (b.rule.id(), b.code.as_str())).collect()
}

mod properties {
    use proptest::prelude::*;

    use super::*;
    use crate::check::same;

    proptest! {
        #[test]
        fn the_order_names_as_few_terms_as_it_takes(order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle()) {
            let terms: Vec<Term> = (0..12).map(|n| term(n + 2, &format!("K{n:02}"), &format!("T{n}"), "")).collect();
            let kept: Vec<Term> = order.iter().map(|&n| terms[n].clone()).collect();
            let moved = same(&terms, &kept).len();
            // The longest rise, tried the long way.
            let mut best = vec![1usize; order.len()];
            for i in 0..order.len() {
                for j in 0..i {
                    if order[j] < order[i] {
                        best[i] = best[i].max(best[j] + 1);
                    }
                }
            }
            prop_assert_eq!(moved, order.len() - best.iter().max().unwrap());
        }

        #[test]
        fn a_spot_is_where_the_bytes_part(a in "[a-eé’ ]{0,8}", b in "[a-eé’ ]{0,8}") {
            match Spot::between(&a, &b) {
                None => prop_assert_eq!(a, b),
                Some(spot) => {
                    prop_assert_eq!(&a.as_bytes()[..spot.byte], &b.as_bytes()[..spot.byte]);
                    prop_assert_ne!(a.as_bytes().get(spot.byte), b.as_bytes().get(spot.byte));
                }
            }
        }
    }
}
