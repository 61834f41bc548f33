//! Another vendor's export.

use super::{edited, ids, one, release, term};
use crate::{
    Release, Term,
    check::{Breach, BreachKind, By, Part, Rule, Spot, against, against_since},
    diff::Field,
};

#[test]
fn an_export_that_is_the_release_breaks_nothing() {
    assert!(against(&release().terms, &release()).is_empty());
}

#[test]
fn an_export_that_leaves_out_inactive_terms_and_optional_columns_breaks_nothing() {
    let mut export = release().terms;
    export.pop();
    for t in &mut export {
        t.synonyms.clear();
        t.special_risk = None;
        t.level = None;
    }
    assert!(against(&export, &release()).is_empty());
}

#[test]
fn one_blank_in_one_label_is_found_named_and_placed_to_the_byte() {
    let breach = one(against(&edited("0C1", |t| t.label = "Poussières\u{a0}de bois".into()), &release()));
    assert_eq!((breach.rule, breach.row, breach.code.as_str()), (Rule::E2, 7, "0C1"));
    assert_eq!(breach.kind, BreachKind::Altered { part: Part::Label { by: By::Blanks } });
    // "Poussières" takes 11 bytes.
    assert_eq!(breach.spot, Some(Spot { byte: 11, expected: Some(' '), found: Some('\u{a0}') }));
    assert_eq!(
        breach.sentence(),
        "Libellé (espaces)\u{a0}: «\u{a0}Poussières\u{a0}de bois\u{a0}» au lieu de «\u{a0}Poussières de bois\u{a0}». À l'octet\u{a0}11, U+00A0 (espace insécable) au lieu de U+0020 (espace)."
    );
    assert!(
        breach.to_string().starts_with("E2 error line 7 `0C1`: label altered: expected `Poussières de bois`")
    );
    assert!(breach.to_string().ends_with("(at byte 11, U+00A0 (no-break space) instead of U+0020 (space))"));
}

#[test]
fn labels_are_told_apart_by_blanks_case_punctuation_accents_and_words() {
    let cases = [
        ("Bruit d'impact ", By::Blanks),
        ("Bruit  d'impact", By::Blanks),
        ("BRUIT D'IMPACT", By::Case),
        ("Bruit d\u{2019}impact", By::Punctuation),
        ("Bruit d'impact.", By::Punctuation),
        ("Brüit d'impact", By::Accents),
        ("Bruit d'impacts", By::Wording),
        ("", By::Wording),
    ];
    for (label, by) in cases {
        let breach = one(against(&edited("0P1", |t| t.label = label.into()), &release()));
        assert_eq!(breach.kind, BreachKind::Altered { part: Part::Label { by } }, "{label}");
    }
}

#[test]
fn the_first_differing_byte_may_lie_inside_a_character_and_an_end_is_a_difference() {
    assert_eq!(Spot::between("é", "è"), Some(Spot { byte: 1, expected: Some('é'), found: Some('è') }));
    assert_eq!(Spot::between("ab", "a"), Some(Spot { byte: 1, expected: Some('b'), found: None }));
    assert_eq!(Spot::between("", "x"), Some(Spot { byte: 0, expected: None, found: Some('x') }));
    assert_eq!(Spot::between("même", "même"), None);
    assert_eq!(
        Spot::between("d'été", "d\u{2019}été").unwrap().sentence(),
        "À l'octet\u{a0}1, U+2019 (apostrophe courbe) au lieu de U+0027 (apostrophe droite)."
    );
    assert_eq!(
        Spot::between("ab", "a").unwrap().sentence(),
        "À l'octet\u{a0}1, la fin du texte au lieu de «\u{a0}b\u{a0}» (U+0062)."
    );
    assert_eq!(
        serde_json::to_string(&Spot::between("a b", "a\u{a0}b")).unwrap(),
        r#"{"byte":1,"expected":"U+0020","found":"U+00A0"}"#
    );
}

#[test]
fn a_term_in_force_that_is_missing_or_inactive_is_not_offered_as_the_agreement_asks() {
    let mut export = release().terms;
    export.remove(5);
    let breach = one(against(&export, &release()));
    assert_eq!((breach.rule, breach.row, &breach.kind), (Rule::E1, 0, &BreachKind::Missing));
    assert_eq!(breach.sentence(), "Le terme «\u{a0}Poussières de bois\u{a0}» manque.");
    let breach = one(against(&edited("0C1", |t| t.active = false), &release()));
    assert_eq!((breach.rule, &breach.kind), (Rule::E1, &BreachKind::NotOffered));
}

#[test]
fn inactive_former_and_foreign_terms_may_not_be_offered() {
    let breach = one(against(&edited("0C3", |t| t.active = true), &release()));
    assert_eq!((breach.rule, &breach.kind), (Rule::E3, &BreachKind::InactiveOffered));

    let mut export = release().terms;
    export.push(term(10, "0C9", "Amiante", "0C"));
    assert_eq!(one(against(&export, &release())).kind, BreachKind::ForeignOffered);
    let old = |version: &str| Release {
        version: version.into(),
        terms: vec![term(2, "0C9", "Amiante", "0C")],
        ..Release::default()
    };
    let (y2026, y2025) = (old("2026"), old("2025"));
    let breach = one(against_since(&export, &release(), &[&y2026, &y2025]));
    assert_eq!((breach.rule, breach.row), (Rule::E3, 10));
    assert_eq!(breach.kind, BreachKind::FormerOffered { version: "2026".into() });

    // Kept but not offered: that is what archiving is.
    export.last_mut().unwrap().active = false;
    assert!(against(&export, &release()).is_empty());
}

#[test]
fn autre_made_a_term_is_named_as_such() {
    for label in ["Autre", "Autres : colles", "AUTRE (à préciser)"] {
        let mut export = release().terms;
        export.push(term(10, "0C99", label, "0C"));
        let breach = one(against(&export, &release()));
        assert_eq!((breach.rule, &breach.kind), (Rule::E8, &BreachKind::OtherMadeTerm), "{label}");
    }
}

#[test]
fn a_code_written_otherwise_is_a_changed_code_and_not_a_missing_and_a_foreign_term() {
    // The zero that a spreadsheet drops, capitals, points: the tree below follows.
    let export: Vec<Term> = release()
        .terms
        .into_iter()
        .map(|t| Term {
            code: t.code.trim_start_matches('0').to_lowercase(),
            parents: t.parents.iter().map(|p| p.trim_start_matches('0').to_lowercase()).collect(),
            ..t
        })
        .collect();
    let breaches = against(&export, &release());
    assert_eq!(breaches.len(), 8, "{breaches:#?}");
    assert!(breaches.iter().all(|b| b.rule == Rule::E2 && b.kind == BreachKind::CodeChanged));
    assert_eq!((breaches[1].expected.as_deref(), breaches[1].found.as_deref()), (Some("0P1"), Some("p1")));
    // Another code and another label: only its writing tells.
    let breaches =
        against(&edited("0C1", |t| (t.code, t.label) = ("C1".into(), "Sciures".into())), &release());
    assert_eq!(ids(&breaches), [("E2", "0C1"), ("E2", "0C1")]);
    // Another code, the same label in the same place.
    let breach = one(against(&edited("0C1", |t| t.code = "XX".into()), &release()));
    assert_eq!((breach.code.as_str(), &breach.kind), ("0C1", &BreachKind::CodeChanged));
}

#[test]
fn a_true_code_stands_for_itself_whatever_resembles_it() {
    let mut export = edited("0C1", |t| t.active = false);
    export.push(term(10, "C1", "Poussières de bois", "0C"));
    let kinds: Vec<BreachKind> = against(&export, &release()).into_iter().map(|b| b.kind).collect();
    assert_eq!(kinds, [BreachKind::NotOffered, BreachKind::ForeignOffered]);
}

#[test]
fn a_code_that_is_there_twice_is_named_with_its_first_line() {
    let mut export = release().terms;
    export.push(term(10, "0C1", "Poussières", "0C"));
    let breach = one(against(&export, &release()));
    assert_eq!((breach.row, &breach.kind), (10, &BreachKind::CodeRepeated { first: 7 }));
}

#[test]
fn another_place_in_the_tree_is_a_breach_and_a_lost_tree_is_said_once() {
    let breach = one(against(&edited("0C1", |t| t.parents = vec!["0P".into()]), &release()));
    assert_eq!((breach.rule, &breach.kind), (Rule::E2, &BreachKind::Altered { part: Part::Parents }));
    assert_eq!(breach.sentence(), "Terme supérieur\u{a0}: «\u{a0}0P\u{a0}» au lieu de «\u{a0}0C\u{a0}».");
    let flat: Vec<Term> = release().terms.into_iter().map(|t| Term { parents: vec![], ..t }).collect();
    assert_eq!(one(against(&flat, &release())).kind, BreachKind::TreeLost);
    let root = one(against(&edited("0C1", |t| t.parents.clear()), &release()));
    assert!(root.sentence().contains("rien au lieu de"));
}

#[test]
fn a_term_out_of_order_is_named_with_the_ones_before_it() {
    let mut export = release().terms;
    let wood = export.remove(5);
    export.insert(2, wood);
    let breach = one(against(&export, &release()));
    assert_eq!((breach.code.as_str(), &breach.kind), ("0C1", &BreachKind::OrderChanged));
    assert_eq!((breach.expected.as_deref(), breach.found.as_deref()), (Some("0C"), Some("0P1")));
    let mut export = release().terms;
    let first = export.remove(0);
    export.push(first);
    assert_eq!(
        one(against(&export, &release())).sentence(),
        "Le terme vient après «\u{a0}0C3\u{a0}» au lieu de venir en tête."
    );
}

#[test]
fn a_list_in_another_order_is_said_once() {
    let terms: Vec<Term> =
        (0..100).map(|n| term(n + 2, &format!("K{n:03}"), &format!("Terme {n}"), "")).collect();
    let release = Release { terms: terms.clone(), ..Release::default() };
    let breach = one(against(&terms.into_iter().rev().collect::<Vec<_>>(), &release));
    assert_eq!(breach.kind, BreachKind::OrderLost { terms: 99 });
    assert!(breach.code.is_empty() && breach.row == 0);
}

#[test]
fn a_column_that_the_export_has_must_be_the_delivered_one() {
    let breach = one(against(&edited("0P1", |t| t.special_risk = Some("Oui".into())), &release()));
    let part = Part::Field { field: Field::SpecialRisk, column: None };
    assert_eq!((breach.code.as_str(), breach.kind), ("0P1", BreachKind::Altered { part }));
    let breach = one(against(&edited("0C1", |t| t.synonyms.push("Copeaux".into())), &release()));
    assert_eq!(
        (breach.expected.as_deref(), breach.found.as_deref()),
        (Some("Sciure"), Some("Sciure | Copeaux"))
    );
}

#[test]
fn every_kind_of_breach_a_vendor_may_commit_at_once_is_found() {
    let mut export = release().terms;
    export[1].label = "BRUIT D'IMPACT".into();
    export[2].active = false;
    export[5].parents = vec!["0P".into()];
    export[7].active = true;
    export.remove(3);
    export.push(term(10, "Z1", "Radon", ""));
    export.push(term(11, "Z2", "Autre", ""));
    let breaches = against(&export, &release());
    assert_eq!(
        ids(&breaches),
        [
            ("E2", "0P1"),
            ("E1", "0P2"),
            ("E2", "0C1"),
            ("E3", "0C3"),
            ("E3", "Z1"),
            ("E8", "Z2"),
            ("E1", "0P3")
        ]
    );
    assert!(breaches.iter().all(Breach::is_error));
    let json = serde_json::to_value(&breaches[0]).unwrap();
    assert_eq!((json["rule"].as_str(), json["breach"].as_str()), (Some("E2"), Some("altered")));
    assert_eq!(json["part"]["by"], "case");
}

#[test]
fn a_code_that_may_be_two_of_the_list_written_otherwise_is_taken_for_neither() {
    let release = Release {
        terms: vec![term(2, "01", "Bruit", ""), term(3, "1", "Chaleur", "")],
        ..Release::default()
    };
    let kinds: Vec<BreachKind> =
        against(&[term(2, "001", "Froid", "")], &release).into_iter().map(|b| b.kind).collect();
    assert_eq!(kinds, [BreachKind::ForeignOffered, BreachKind::Missing, BreachKind::Missing]);
}
