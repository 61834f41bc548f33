//! A release before it is published.

use super::{edited, ids, one, release, term};
use crate::{
    Nature, Release, Term,
    check::{Breach, BreachKind, integrity},
    diff::{FindingKind, Severity},
};

fn checked(terms: Vec<Term>) -> Vec<Breach> {
    integrity(&Release { terms, ..Release::default() }, None)
}

#[test]
fn a_sound_release_may_be_published() {
    assert!(integrity(&release(), None).is_empty());
    assert!(integrity(&release(), Some(&release())).is_empty());
}

#[test]
fn a_term_without_code_or_label_or_with_a_code_already_given_stops_a_publication() {
    let breach = one(checked(edited("0P3", |t| t.code = " ".into())));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::EmptyCode, true));
    let breach = one(checked(edited("0P3", |t| t.label = "\u{a0}".into())));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::EmptyLabel, true));
    let breach = one(checked(edited("0P3", |t| t.code = "0P1".into())));
    assert_eq!((&breach.kind, breach.row), (&BreachKind::CodeRepeated { first: 3 }, 5));
    assert_eq!(breach.sentence(), "Le code figure déjà à la ligne\u{a0}3.");
}

#[test]
fn a_label_that_is_also_a_synonym_breaks_skos() {
    let breach = one(checked(edited("0C1", |t| t.synonyms.push("Poussières de bois".into()))));
    assert_eq!((breach.rule.id(), breach.is_error()), ("S13", true));
    let breach = one(checked(edited("0C1", |t| t.synonyms.push("Sciure".into()))));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::SynonymRepeated, false));
}

#[test]
fn two_active_terms_side_by_side_may_not_bear_one_label() {
    let breach = one(checked(edited("0C2", |t| t.label = "Poussières de bois".into())));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::SameLabel { other: "0C1".into() }, true));
    // Only typography tells them apart: to be looked at.
    let breach = one(checked(edited("0C2", |t| t.label = "POUSSIERES DE BOIS".into())));
    assert!(!breach.is_error());
    // Elsewhere in the tree, or inactive, it is another matter.
    assert!(checked(edited("0P1", |t| t.label = "Poussières de bois".into())).is_empty());
    assert!(checked(edited("0C3", |t| t.label = "Poussières de bois".into())).is_empty());
    // Homonyms of a flat list are known: communes have many.
    let flat = vec![term(2, "1", "Sainte-Colombe", ""), term(3, "2", "Sainte-Colombe", "")];
    assert!(!one(checked(flat)).is_error());
}

#[test]
fn a_tree_with_orphans_cycles_or_inactive_branches_is_named() {
    let breach = one(checked(edited("0C1", |t| t.parents = vec!["0X".into()])));
    assert_eq!((&breach.kind, breach.found.as_deref()), (&BreachKind::Orphan, Some("0X")));
    let breach = one(checked(edited("0C1", |t| t.parents.push("0C".into()))));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::ParentRepeated, false));
    let breaches = checked(edited("0C", |t| t.active = false));
    assert_eq!(ids(&breaches), [("arborescence", "0C1"), ("arborescence", "0C2")]);
    assert!(breaches.iter().all(|b| b.kind == BreachKind::ActiveUnderInactive && !b.is_error()));

    let breach = one(checked(edited("0C", |t| t.parents = vec!["0C1".into()])));
    assert_eq!((&breach.kind, breach.is_error()), (&BreachKind::Cycle, true));
    assert_eq!(breach.sentence(), "Le terme se retrouve sous lui-même\u{a0}: 0C < 0C1 < 0C.");
    let breach = one(checked(edited("0C1", |t| t.parents = vec!["0C1".into()])));
    assert_eq!(breach.found.as_deref(), Some("0C1 < 0C1"));
}

#[test]
fn a_cycle_behind_a_second_parent_is_found_once() {
    let mut terms = release().terms;
    terms[0].parents = vec!["0C1".into()];
    terms[5].parents = vec!["0C".into(), "0P1".into()];
    let breach = one(checked(terms));
    assert_eq!(breach.found.as_deref(), Some("0P < 0C1 < 0P1 < 0P"));
}

#[test]
fn a_chain_of_twenty_thousand_levels_does_not_break_the_check() {
    let terms = (0..20_000)
        .map(|n| {
            term(
                n + 2,
                &n.to_string(),
                &format!("T{n}"),
                &if n == 0 { String::new() } else { (n - 1).to_string() },
            )
        })
        .rev()
        .collect();
    assert!(checked(terms).is_empty());
}

fn since(terms: Vec<Term>) -> Vec<Breach> {
    integrity(&Release { terms, ..release() }, Some(&release()))
}

#[test]
fn a_term_is_inactivated_before_it_is_deleted() {
    let mut terms = release().terms;
    terms.pop();
    assert!(since(terms.clone()).is_empty(), "it was inactive");
    terms.pop();
    let breach = one(since(terms));
    assert_eq!(
        (&breach.kind, breach.is_error(), breach.code.as_str()),
        (&BreachKind::DeletedWhileActive, false, "0C2")
    );
}

#[test]
fn a_code_given_another_meaning_stops_a_publication_and_a_far_label_deserves_a_look() {
    let breach =
        one(since(edited("0C1", |t| (t.label, t.parents) = ("Travail de nuit".into(), vec!["0P".into()]))));
    assert!(breach.is_error());
    assert!(matches!(breach.kind, BreachKind::Declared(FindingKind::CodeReused { .. })));
    let breach = one(since(edited("0C1", |t| t.label = "Amiante".into())));
    assert!(matches!((&breach.kind, breach.severity), (BreachKind::Unlike { .. }, Severity::Warning)));
    assert!(since(edited("0C1", |t| t.label = "Poussières de bois durs".into())).is_empty());
}

#[test]
fn a_new_label_is_justified_by_its_nature_or_by_a_remark() {
    // Another term declares a nature: the list owes them.
    let with = |nature, remark: Option<&str>| {
        let mut terms = edited("0C1", |t| {
            t.label.push_str(" durs");
            (t.nature, t.remark) = (nature, remark.map(str::to_owned));
        });
        let mut new = term(10, "0C4", "Ciments", "0C");
        new.nature = Some(Nature::Nouveau);
        terms.push(new);
        since(terms)
    };
    let breach = one(with(None, None));
    assert_eq!(breach.kind, BreachKind::Declared(FindingKind::RelabelledUndeclared));
    assert!(with(Some(Nature::LibelleModifie), None).is_empty());
    assert!(with(None, Some("Groupe du 12 mars")).is_empty());
    let excused = with(Some(Nature::Inactive), Some("Groupe du 12 mars"));
    assert_eq!(
        one(excused).kind,
        BreachKind::Declared(FindingKind::InactivatedButActive),
        "a remark excuses no more"
    );
}

#[test]
fn a_draft_that_changes_nothing_is_not_worth_a_publication() {
    let breach = Breach::nothing_changed();
    assert!(breach.is_error() && breach.code.is_empty());
    assert_eq!(breach.to_string(), "historique error: nothing differs from the version before");
}
