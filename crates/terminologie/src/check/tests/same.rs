//! What is kept, against what was delivered.

use super::{edited, one, release, term};
use crate::{
    Nature, Term,
    check::{BreachKind, By, Part, same},
    diff::Field,
};

#[test]
fn what_is_kept_as_delivered_raises_nothing() {
    assert!(same(&release().terms, &release().terms).is_empty());
}

#[test]
fn every_byte_of_every_label_that_is_tampered_with_is_found_and_named() {
    let delivered = release().terms;
    for (i, term) in delivered.iter().enumerate() {
        for (at, _) in term.label.char_indices() {
            let mut kept = delivered.clone();
            kept[i].label.insert(at, ' ');
            let breach = one(same(&delivered, &kept));
            assert_eq!((breach.code.as_str(), breach.row), (term.code.as_str(), term.row));
            assert!(breach.spot.is_some_and(|s| s.byte >= at));
        }
    }
}

#[test]
fn every_part_that_is_tampered_with_is_named() {
    type Edit = fn(&mut Term);
    let edits: [(Part, Edit); 15] = [
        (Part::Label { by: By::Wording }, |t| t.label.push('s')),
        (Part::Parents, |t| t.parents.push("0P".into())),
        (Part::Status, |t| t.active = false),
        (Part::Nature, |t| t.nature = Some(Nature::Nouveau)),
        (Part::Row, |t| t.row = 70),
        (Part::Field { field: Field::Level, column: None }, |t| t.level = Some("1".into())),
        (Part::Field { field: Field::Description, column: None }, |t| t.description = Some("1".into())),
        (Part::Field { field: Field::References, column: None }, |t| t.references = Some("1".into())),
        (Part::Field { field: Field::SpecialRisk, column: None }, |t| t.special_risk = None),
        (Part::Field { field: Field::VipRisk, column: None }, |t| t.vip_risk = Some("1".into())),
        (Part::Field { field: Field::Trigger, column: None }, |t| t.trigger = Some("1".into())),
        (Part::Field { field: Field::Remark, column: None }, |t| t.remark = Some("1".into())),
        (Part::Field { field: Field::Synonyms, column: None }, |t| t.synonyms.clear()),
        (Part::Field { field: Field::Groups, column: None }, |t| t.groups.push("g".into())),
        (Part::Field { field: Field::Attribute, column: Some("CAS".into()) }, |t| {
            t.attributes.push(("CAS".into(), "1".into()));
        }),
    ];
    for (part, edit) in edits {
        let breach = one(same(&release().terms, &edited("0C1", edit)));
        assert_eq!(
            (breach.code.as_str(), &breach.kind),
            ("0C1", &BreachKind::Altered { part: part.clone() })
        );
        assert!(breach.is_error() && breach.sentence().ends_with('.'), "{part:?}");
    }
}

#[test]
fn columns_in_another_order_are_found_too() {
    let in_order = |titles: [&str; 2]| {
        edited("0C1", |t| t.attributes = titles.iter().map(|n| ((*n).to_owned(), "x".to_owned())).collect())
    };
    let breach = one(same(&in_order(["CAS", "Voie"]), &in_order(["Voie", "CAS"])));
    assert_eq!(
        (breach.expected.as_deref(), breach.found.as_deref()),
        (Some("CAS | Voie"), Some("Voie | CAS"))
    );
}

#[test]
fn a_term_that_was_removed_added_doubled_or_moved_in_the_base_is_named() {
    let mut kept = release().terms;
    kept.remove(5);
    let breach = one(same(&release().terms, &kept));
    assert_eq!((breach.code.as_str(), &breach.kind, breach.row), ("0C1", &BreachKind::Missing, 7));
    kept.push(term(7, "0C1x", "Poussières de bois", "0C"));
    let breaches = same(&release().terms, &kept);
    assert_eq!(
        breaches.iter().map(|b| &b.kind).collect::<Vec<_>>(),
        [&BreachKind::Added, &BreachKind::Missing]
    );
    let mut kept = release().terms;
    kept.push(kept[0].clone());
    assert_eq!(one(same(&release().terms, &kept)).kind, BreachKind::CodeRepeated { first: 2 });
    let mut kept = release().terms;
    kept.swap(0, 1);
    assert_eq!(one(same(&release().terms, &kept)).kind, BreachKind::OrderChanged);
}
