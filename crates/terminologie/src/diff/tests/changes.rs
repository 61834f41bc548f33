//! What changes in a term.

use super::*;

#[test]
fn a_list_does_not_differ_from_itself() {
    let d = diff(&list(), &list());
    assert!(d.is_empty() && d.findings.is_empty() && d.natures().is_empty());
    assert_eq!((d.counts.common, d.counts.only_before, d.counts.only_after), (7, 0, 0));
}

#[test]
fn a_new_a_relabelled_an_inactivated_and_a_deleted_term_are_told_apart() {
    let mut after = list();
    after.push(term("P4", "Champs électromagnétiques", "P"));
    after[1].label = "Bruit continu ou impulsionnel".into();
    after[2].active = false;
    after.remove(3);
    let d = diff(&list(), &after);
    let seen: Vec<(&str, Kind)> = d.changes.iter().map(|c| (c.code.as_str(), c.kind())).collect();
    assert_eq!(
        seen,
        [("P1", Kind::Relabelled), ("P2", Kind::Inactivated), ("P4", Kind::New), ("P3", Kind::Deleted)]
    );
    assert_eq!(
        d.natures(),
        BTreeMap::from([
            ("P1", Nature::LibelleModifie),
            ("P2", Nature::Inactive),
            ("P3", Nature::Supprime),
            ("P4", Nature::Nouveau)
        ])
    );
    assert_eq!(d.codes_touched(), BTreeSet::from(["P1", "P2", "P3"]));
    assert_eq!(d.changes[3].what, What::Deleted { was_active: true });
}

#[test]
fn a_term_offered_again_is_reactivated_which_is_none_of_the_four_natures() {
    let d = diff(&edited("P1", |t| t.active = false), &list());
    assert_eq!(only(&d), &What::Reactivated);
    assert_eq!(d.nature_of("P1"), None);
}

#[test]
fn a_term_under_another_family_is_moved_and_keeps_its_code() {
    let d = diff(&list(), &edited("C1", |t| t.parents = vec!["P".into()]));
    assert_eq!(only(&d), &What::Moved { old: vec!["C".into()], new: vec!["P".into()] });
    assert_eq!(d.changes[0].sentence(), "Le terme passe de «\u{a0}C\u{a0}» à «\u{a0}P\u{a0}».");
    let d = diff(&list(), &edited("C1", |t| t.parents.clear()));
    assert_eq!(d.changes[0].sentence(), "Le terme passe de «\u{a0}C\u{a0}» à la racine.");
}

#[test]
fn another_case_is_typography_and_another_accent_is_another_label() {
    let d = diff(&list(), &edited("C1", |t| t.label = "POUSSIÈRES, DE  BOIS".into()));
    assert_eq!(d.counts.only_typographic, 1);
    let d = diff(&list(), &edited("C1", |t| t.label = "Poussieres de bois".into()));
    assert_eq!((d.count(Kind::Relabelled), d.counts.only_typographic), (1, 0));
}

#[test]
fn a_term_may_change_in_several_ways_at_once() {
    let d = diff(
        &list(),
        &edited("C1", |t| {
            t.label = "Poussières de bois durs".into();
            t.parents = vec!["P".into()];
            t.active = false;
            t.synonyms = vec!["Sciure".into()];
        }),
    );
    let kinds: Vec<Kind> = d.changes.iter().map(Change::kind).collect();
    assert_eq!(kinds, [Kind::Relabelled, Kind::Inactivated, Kind::Moved, Kind::Metadata]);
    assert_eq!(d.nature_of("C1"), Some(Nature::Inactive), "the heaviest nature is the one declared");
    assert_eq!(d.codes_touched().len(), 1);
}

#[test]
fn every_part_of_a_term_that_changes_is_named() {
    type Edit = fn(&mut Term);
    let edits: [(Field, Edit); 9] = [
        (Field::Level, |t| t.level = Some("Niveau 2".into())),
        (Field::Description, |t| t.description = Some("d".into())),
        (Field::References, |t| t.references = Some("r".into())),
        (Field::SpecialRisk, |t| t.special_risk = Some("oui".into())),
        (Field::VipRisk, |t| t.vip_risk = Some("oui".into())),
        (Field::Trigger, |t| t.trigger = Some("bois".into())),
        (Field::Remark, |t| t.remark = Some("m".into())),
        (Field::Synonyms, |t| t.synonyms.push("s".into())),
        (Field::Groups, |t| t.groups.push("g".into())),
    ];
    for (field, edit) in edits {
        let forth = diff(&list(), &edited("C1", edit));
        let What::Metadata(change) = only(&forth) else { panic!("{field:?}") };
        assert_eq!((change.field, change.added.len(), change.removed.len()), (field, 1, 0));
        let back = diff(&edited("C1", edit), &list());
        let What::Metadata(change) = only(&back) else { panic!("{field:?}") };
        assert_eq!((change.field, change.added.len(), change.removed.len()), (field, 0, 1));
    }
}

#[test]
fn synonyms_added_and_removed_are_listed_and_a_new_order_is_seen() {
    let before = edited("C1", |t| t.synonyms = vec!["a".into(), "b".into()]);
    let d = diff(&before, &edited("C1", |t| t.synonyms = vec!["b".into(), "c".into(), "d".into()]));
    let What::Metadata(m) = only(&d) else { panic!() };
    assert_eq!(
        (m.removed.as_slice(), m.added.as_slice()),
        (&["a".to_owned()][..], &["c".into(), "d".into()][..])
    );
    assert_eq!(
        d.changes[0].sentence(),
        "Synonymes\u{a0}: ajout de «\u{a0}c\u{a0}», «\u{a0}d\u{a0}», retrait de «\u{a0}a\u{a0}»."
    );
    let d = diff(&before, &edited("C1", |t| t.synonyms = vec!["b".into(), "a".into()]));
    assert_eq!(d.changes[0].sentence(), "Synonymes\u{a0}: l'ordre change.");
}

#[test]
fn a_column_that_the_product_does_not_know_is_compared_under_its_title() {
    let before =
        edited("C1", |t| t.attributes = vec![("CAS".into(), "1".into()), ("Voie".into(), "x".into())]);
    let d = diff(
        &before,
        &edited("C1", |t| t.attributes = vec![("CAS".into(), "2".into()), ("Voie".into(), "x".into())]),
    );
    let What::Metadata(m) = only(&d) else { panic!() };
    assert_eq!((m.field, m.column.as_deref()), (Field::Attribute, Some("CAS")));
    assert_eq!(d.changes[0].sentence(), "CAS\u{a0}: «\u{a0}1\u{a0}» devient «\u{a0}2\u{a0}».");
}

#[test]
fn the_line_of_a_term_is_no_difference() {
    assert!(diff(&list(), &edited("C1", |t| t.row = 12)).is_empty());
}

#[test]
fn a_cycle_an_orphan_and_a_repeated_code_do_not_stop_the_comparison() {
    let mut odd = list();
    odd[0].parents = vec!["P1".into()];
    odd[4].parents = vec!["ABSENT".into()];
    odd.push(term("P1", "Doublon", ""));
    let d = diff(&list(), &odd);
    assert_eq!((d.count(Kind::Moved), d.changes.len()), (2, 2), "the first row of a repeated code counts");
    let mut renamed = odd.clone();
    for t in &mut renamed {
        t.code.push('x');
    }
    assert_eq!(diff(&odd, &renamed).counts.only_after, 7);
}

#[test]
fn a_comparison_gives_the_same_bytes_each_time() {
    let mut after = recoded();
    after[2].label.push('s');
    let written = || serde_json::to_string(&diff(&list(), &after)).unwrap();
    assert!((0..20).all(|_| written() == written()));
    let json: serde_json::Value = serde_json::from_str(
        &serde_json::to_string(&diff(&list(), &edited("C1", |t| t.label.push('s')))).unwrap(),
    )
    .unwrap();
    assert_eq!(json["changes"][0]["kind"], "relabelled");
    assert_eq!(json["changes"][0]["new"], "Poussières de boiss");
    assert_eq!(json["counts"]["kinds"]["relabelled"], 1);
}

#[test]
fn labels_are_compared_without_their_typography_and_likeness_is_a_share() {
    assert_eq!(typographic("  L’Élève,\u{a0}(dit) “X” "), "l élève dit x");
    assert_eq!(likeness("Bruit", "BRUIT"), 100);
    assert_eq!(likeness("Bruit", "xyz"), 0);
    assert_eq!(likeness("a", "b"), 0);
    assert_eq!(likeness("aa", "aaaaa"), 40, "each pair of letters counts once");
    assert!(likeness("Chirurgiens dentistes (libéraux ou salariés)", "Chirurgiens dentistes") >= ALIKE_FROM);
}

#[test]
fn each_kind_has_its_word_and_each_change_its_sentence() {
    let words: BTreeSet<&str> = Kind::ALL.iter().map(|k| k.as_str()).collect();
    let labels: BTreeSet<&str> = Kind::ALL.iter().map(|k| k.label()).collect();
    assert_eq!((words.len(), labels.len()), (8, 8));
    let mut after = edited("C1", |t| {
        t.label = "Bois".into();
        t.parents = vec!["P".into()];
        t.synonyms.push("s".into());
    });
    after[1].active = false;
    after[2].code = "P9".into();
    after.remove(3);
    after.push(term("C3", "Ciments", "C"));
    for change in &diff(&list(), &after).changes {
        assert!(change.sentence().ends_with('.') && change.to_string().starts_with(&change.code), "{change}");
    }
}
