//! Tests of the comparison.

mod changes;
mod natures;
mod recoding;

use super::*;

fn term(code: &str, label: &str, parent: &str) -> Term {
    Term {
        code: code.into(),
        label: label.into(),
        parents: if parent.is_empty() { vec![] } else { vec![parent.into()] },
        active: true,
        ..Term::default()
    }
}

fn with(term: Term, edit: impl FnOnce(&mut Term)) -> Term {
    let mut term = term;
    edit(&mut term);
    term
}

/// A short list: two families of three terms.
fn list() -> Vec<Term> {
    vec![
        term("P", "Agents physiques", ""),
        term("P1", "Bruit continu", "P"),
        term("P2", "Vibrations du corps entier", "P"),
        term("P3", "Rayonnements optiques", "P"),
        term("C", "Agents chimiques", ""),
        term("C1", "Poussières de bois", "C"),
        term("C2", "Solvants organiques", "C"),
    ]
}

fn edited(code: &str, edit: impl FnOnce(&mut Term)) -> Vec<Term> {
    let mut terms = list();
    edit(terms.iter_mut().find(|t| t.code == code).unwrap());
    terms
}

/// The only change there is.
fn only(differences: &Differences) -> &What {
    assert_eq!(differences.changes.len(), 1, "{:?}", differences.changes);
    &differences.changes[0].what
}

fn kinds_of_findings(d: &Differences) -> Vec<(Severity, &FindingKind)> {
    d.findings.iter().map(|f| (f.severity, &f.kind)).collect()
}

/// Every code of the list written otherwise.
fn recoded() -> Vec<Term> {
    let new = |code: &str| format!("TEP-{}", code.to_lowercase());
    list()
        .into_iter()
        .map(|t| Term { code: new(&t.code), parents: t.parents.iter().map(|p| new(p)).collect(), ..t })
        .collect()
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Small lists that often share codes and labels.
    fn terms() -> impl Strategy<Value = Vec<Term>> {
        let one = (0..12u8, 0..6u8, proptest::option::of(0..12u8), any::<bool>()).prop_map(
            |(code, label, parent, active)| Term {
                code: format!("c{code}"),
                label: format!("Libellé {label}"),
                parents: parent.map(|p| format!("c{p}")).into_iter().collect(),
                active,
                ..Term::default()
            },
        );
        proptest::collection::vec(one, 0..14)
    }

    proptest! {
        #[test]
        fn every_code_of_either_list_is_accounted_for(before in terms(), after in terms()) {
            let d = diff(&before, &after);
            let codes = |terms: &[Term]| terms.iter().map(|t| t.code.clone()).collect::<BTreeSet<_>>();
            let (old, new) = (codes(&before), codes(&after));
            prop_assert_eq!(d.counts.only_before, old.difference(&new).count());
            prop_assert_eq!(d.counts.only_after, new.difference(&old).count());
            let whole = d.recodification.as_ref();
            let gone = d.count(Kind::Deleted) + whole.map_or(0, |w| w.unmatched_before.len());
            let came = d.count(Kind::New) + whole.map_or(0, |w| w.unmatched_after.len());
            let pairs = d.count(Kind::Recoded) + whole.map_or(0, |w| w.pairs.len());
            let kept = d.changes.iter().filter(|c| matches!(&c.what, What::Recoded(r) if r.kept)).count()
                + whole.map_or(0, |w| w.pairs.iter().filter(|p| p.kept).count());
            prop_assert_eq!(gone + pairs - kept, d.counts.only_before);
            prop_assert_eq!(came + pairs, d.counts.only_after);
            for code in d.codes_touched() {
                prop_assert!(old.contains(code));
            }
        }

        #[test]
        fn no_difference_means_the_same_terms(before in terms()) {
            prop_assert!(diff(&before, &before).is_empty());
        }
    }
}
