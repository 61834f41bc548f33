//! Natures that are declared, against what happened.

use super::*;

#[test]
fn a_code_that_changes_meaning_is_an_error() {
    // Another label, under another term.
    let d =
        diff(&list(), &edited("C1", |t| (t.label, t.parents) = ("Travail de nuit".into(), vec!["P".into()])));
    assert!(matches!(kinds_of_findings(&d)[..], [(Severity::Error, FindingKind::CodeReused { .. })]));
    // Another label, and the old one now stands under another code.
    let mut after = edited("C1", |t| t.label = "Ciments".into());
    after.push(term("C3", "Poussières de bois", "C"));
    let d = diff(&list(), &after);
    assert!(matches!(kinds_of_findings(&d)[..], [(Severity::Error, FindingKind::CodeReused { .. })]));
    // A close label under another term, or a far one in place, is no proof.
    let d = diff(
        &list(),
        &edited("C1", |t| (t.label, t.parents) = ("Poussières de bois durs".into(), vec!["P".into()])),
    );
    assert!(d.findings.is_empty());
    let d = diff(&list(), &edited("C1", |t| t.label = "Ciments".into()));
    assert!(d.findings.is_empty());
}

/// The list with one term edited and its nature declared; another term declares one too, so that natures are owed.
fn declared(code: &str, nature: Option<Nature>, edit: impl FnOnce(&mut Term)) -> Differences {
    let mut after = edited(code, |t| {
        t.nature = nature;
        edit(t);
    });
    after.push(with(term("C3", "Ciments", "C"), |t| t.nature = Some(Nature::Nouveau)));
    diff(&list(), &after)
}

#[test]
fn natures_that_say_what_happened_raise_nothing() {
    for d in [
        declared("C1", Some(Nature::LibelleModifie), |t| t.label.push('s')),
        declared("C1", Some(Nature::Inactive), |t| t.active = false),
        declared("C1", None, |_| {}),
    ] {
        assert!(d.findings.is_empty(), "{:?}", d.findings);
        assert!(d.natures_declared);
    }
}

#[test]
fn natures_that_contradict_the_list_are_errors_and_those_that_lack_are_warnings() {
    use FindingKind as F;
    use Severity::{Error, Warning};
    let relabel = |t: &mut Term| t.label.push('s');
    let cases = [
        (
            declared("C1", Some(Nature::Nouveau), |_| {}),
            Error,
            F::NewButExisted { label: "Poussières de bois".into() },
        ),
        (declared("C1", Some(Nature::Supprime), |_| {}), Error, F::DeletedButThere { active: true }),
        (
            declared("C1", Some(Nature::Supprime), |t| t.active = false),
            Warning,
            F::DeletedButThere { active: false },
        ),
        (declared("C1", Some(Nature::Inactive), |_| {}), Error, F::InactivatedButActive),
        (declared("C1", Some(Nature::LibelleModifie), |_| {}), Warning, F::LabelUnchanged),
        (declared("C1", None, relabel), Warning, F::RelabelledUndeclared),
        (declared("C1", None, |t| t.active = false), Warning, F::InactivatedUndeclared),
    ];
    for (d, severity, kind) in cases {
        assert_eq!(kinds_of_findings(&d), [(severity, &kind)]);
    }
    let mut after = list();
    after.push(term("C3", "Ciments", "C"));
    after.push(with(term("C4", "Chaux", "C"), |t| t.nature = Some(Nature::Nouveau)));
    assert_eq!(kinds_of_findings(&diff(&list(), &after)), [(Warning, &F::NewUndeclared)]);
}

#[test]
fn a_delivery_without_natures_owes_none() {
    let d = diff(&list(), &edited("C1", |t| t.active = false));
    assert!(!d.natures_declared && d.findings.is_empty());
    assert_eq!(d.nature_of("C1"), Some(Nature::Inactive), "it is computed instead");
}

#[test]
fn errors_come_before_warnings() {
    let mut after = list();
    after[1].label.push('s');
    after[5].nature = Some(Nature::Nouveau);
    let d = diff(&list(), &after);
    assert_eq!(d.findings.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["C1", "P1"]);
}
