//! Codes that take the place of others.

use super::*;

#[test]
fn a_term_that_comes_back_under_another_code_in_the_same_place_is_recoded() {
    let d = diff(&list(), &edited("C1", |t| t.code = "C9".into()));
    let What::Recoded(r) = only(&d) else { panic!() };
    assert_eq!(
        (r.old.as_str(), r.new.as_str(), r.kept, r.evidence),
        ("C1", "C9", false, Evidence::LabelAndPlace)
    );
    assert_eq!((d.counts.only_before, d.counts.only_after), (1, 1));
    assert_eq!(d.codes_touched(), BTreeSet::from(["C1"]));
    assert_eq!(d.nature_of("C1"), Some(Nature::Supprime));
    assert_eq!(d.nature_of("C9"), Some(Nature::Nouveau));
}

#[test]
fn an_old_code_kept_inactive_beside_its_new_code_is_recoded_too() {
    let mut after = edited("C1", |t| t.active = false);
    after.push(term("C9", "Poussières de bois", "C"));
    let d = diff(&list(), &after);
    let kinds: Vec<(&str, Kind)> = d.changes.iter().map(|c| (c.code.as_str(), c.kind())).collect();
    assert_eq!(kinds, [("C1", Kind::Inactivated), ("C9", Kind::Recoded)]);
    assert_eq!(d.nature_of("C1"), Some(Nature::Inactive));
    assert_eq!(reissued(&after)[0].new, "C9");
    assert!(reissued(&list()).is_empty());
}

#[test]
fn the_same_label_elsewhere_in_the_tree_or_twice_is_no_recoding() {
    let elsewhere = edited("C1", |t| (t.code, t.parents) = ("P9".into(), vec!["P".into()]));
    let d = diff(&list(), &elsewhere);
    assert_eq!((d.count(Kind::New), d.count(Kind::Deleted), d.count(Kind::Recoded)), (1, 1, 0));
    let mut twice = edited("C1", |t| t.code = "C8".into());
    twice.push(term("C9", "Poussières de bois", "C"));
    let d = diff(&list(), &twice);
    assert_eq!((d.count(Kind::New), d.count(Kind::Deleted), d.count(Kind::Recoded)), (2, 1, 0));
}

#[test]
fn a_family_recoded_with_all_its_terms_does_not_move_them() {
    let mut after = list();
    for t in after.iter_mut().filter(|t| t.code.starts_with('C')) {
        t.code = t.code.replace('C', "CH");
        t.parents.iter_mut().for_each(|p| *p = "CH".into());
    }
    let d = diff(&list(), &after);
    assert_eq!((d.count(Kind::Recoded), d.changes.len()), (3, 3));
    assert!(d.recodification.is_none(), "most of the list kept its codes");
}

#[test]
fn a_family_recoded_above_terms_that_keep_their_codes_does_not_move_them() {
    let mut after = edited("C", |t| t.code = "K".into());
    after.iter_mut().filter(|t| t.parents == ["C"]).for_each(|t| t.parents = vec!["K".into()]);
    let d = diff(&list(), &after);
    assert!(matches!(only(&d), What::Recoded(_)));
}

#[test]
fn a_list_whose_codes_all_change_is_one_recodification() {
    let mut after = recoded();
    after.push(term("TEP-c3", "Ciments", "TEP-c"));
    let before = [list(), vec![term("C4", "Amiante", "C")]].concat();
    let d = diff(&before, &after);
    assert!(d.changes.is_empty(), "{:?}", d.changes);
    let whole = d.recodification.as_ref().unwrap();
    assert_eq!(whole.pairs.len(), 7);
    assert_eq!(
        (whole.unmatched_before.as_slice(), whole.unmatched_after.as_slice()),
        (&["C4".to_owned()][..], &["TEP-c3".to_owned()][..])
    );
    assert_eq!((whole.form_before.as_str(), whole.form_after.as_str()), ("A9", "AAA-a9"));
    assert_eq!(d.codes_touched().len(), 8, "whoever recorded anything is concerned");
    assert_eq!(d.nature_of("P1"), Some(Nature::Supprime));
    assert_eq!(d.nature_of("TEP-c3"), Some(Nature::Nouveau));
    assert!(whole.sentence().contains("7 codes correspondent, 1 anciens et 1 nouveaux"));
}

#[test]
fn within_a_recodification_a_unique_label_pairs_wherever_it_stands_and_the_rest_still_shows() {
    let mut after = recoded();
    let wood = after.iter_mut().find(|t| t.code == "TEP-c1").unwrap();
    wood.parents = vec!["TEP-p".into()];
    wood.label = "POUSSIÈRES DE BOIS".into();
    wood.special_risk = Some("oui".into());
    let d = diff(&list(), &after);
    let whole = d.recodification.as_ref().unwrap();
    assert_eq!(whole.pairs.iter().find(|p| p.new == "TEP-c1").unwrap().evidence, Evidence::Typography);
    let kinds: Vec<Kind> = d.changes.iter().map(Change::kind).collect();
    assert_eq!(kinds, [Kind::Relabelled, Kind::Moved, Kind::Metadata]);
    assert_eq!(d.changes[0].was.as_deref(), Some("C1"));
}

#[test]
fn two_lists_that_have_nothing_in_common_are_no_recodification() {
    let other: Vec<Term> = (0..7).map(|n| term(&format!("Z{n}"), &format!("Tâche {n}"), "")).collect();
    let d = diff(&list(), &other);
    assert!(d.recodification.is_none());
    assert_eq!((d.count(Kind::New), d.count(Kind::Deleted)), (7, 7));
}

#[test]
fn within_a_recodification_terms_pair_under_a_term_that_itself_moved() {
    let before = [
        list(),
        vec![
            term("P9", "Autres", "P"),
            term("C9", "Autres", "C"),
            term("X", "Axe", ""),
            term("D", "Axe bis", ""),
        ],
    ]
    .concat();
    let mut after: Vec<Term> = before
        .iter()
        .map(|t| Term {
            code: format!("n{}", t.code),
            parents: t.parents.iter().map(|p| format!("n{p}")).collect(),
            ..t.clone()
        })
        .collect();
    // Both families go under the axis: only their labels pair them, then the terms that bear one label follow.
    after[0].parents = vec!["nX".into()];
    after[4].parents = vec!["nX".into()];
    let d = diff(&before, &after);
    let whole = d.recodification.as_ref().unwrap();
    let evidence = |new: &str| whole.pairs.iter().find(|p| p.new == new).map(|p| p.evidence);
    assert_eq!(evidence("nC"), Some(Evidence::Label));
    assert_eq!((evidence("nP9"), whole.pairs.len()), (Some(Evidence::LabelAndPlace), 11));
    assert_eq!(
        d.changes.iter().map(|c| c.code.as_str()).collect::<Vec<_>>(),
        ["nP", "nC"],
        "the others stayed in place"
    );
}

#[test]
fn within_a_recodification_a_place_without_counterpart_is_no_move() {
    let mut after = recoded();
    after[4].label = "Produits et substances".into();
    let d = diff(&list(), &after);
    let whole = d.recodification.as_ref().unwrap();
    assert_eq!((whole.pairs.len(), whole.unmatched_before.as_slice()), (6, &["C".to_owned()][..]));
    assert!(d.changes.is_empty(), "{:?}", d.changes);
}

#[test]
fn within_a_recodification_new_codes_owe_no_nature() {
    let mut after = recoded();
    after[0].nature = Some(Nature::Nouveau);
    after.push(term("TEP-c3", "Ciments", "TEP-c"));
    assert!(diff(&list(), &after).findings.is_empty());
}

#[test]
fn two_codes_replaced_in_a_list_of_two_are_told_one_by_one() {
    let before = [term("A", "Oui", ""), term("B", "Non", "")];
    let d = diff(&before, &[term("1", "Oui", ""), term("2", "Non", "")]);
    assert!(d.recodification.is_none());
    assert_eq!((d.count(Kind::Recoded), d.changes.len()), (2, 2));
}

#[test]
fn a_few_common_labels_do_not_make_a_recodification() {
    let numbered = |prefix: &str| -> Vec<Term> {
        (0..50).map(|n| term(&format!("{prefix}{n}"), &format!("{prefix} numéro {n}"), "")).collect()
    };
    let (mut before, mut after) = (numbered("Tâche"), numbered("Outil"));
    for (i, label) in ["Oui", "Non", "Sans objet"].into_iter().enumerate() {
        before[i].label = label.into();
        after[i].label = label.into();
    }
    // A label that stands elsewhere is taken for nothing once the recodification is discarded.
    before[9].label = "Ailleurs".into();
    after[9] = term("Outil9", "Ailleurs", "Outil8");
    let d = diff(&before, &after);
    assert!(d.recodification.is_none());
    assert_eq!((d.count(Kind::Recoded), d.count(Kind::New), d.count(Kind::Deleted)), (3, 47, 47));
}
