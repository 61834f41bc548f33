//! Part by part: one term against the term it should be.

use super::breach::{Breach, BreachKind, By, Part, Rule};
use crate::{Term, diff::Field};

/// The optional texts of a term.
pub(super) fn texts(term: &Term) -> [(Field, Option<&str>); 7] {
    [
        (Field::Level, term.level.as_deref()),
        (Field::Description, term.description.as_deref()),
        (Field::References, term.references.as_deref()),
        (Field::SpecialRisk, term.special_risk.as_deref()),
        (Field::VipRisk, term.vip_risk.as_deref()),
        (Field::Trigger, term.trigger.as_deref()),
        (Field::Remark, term.remark.as_deref()),
    ]
}

/// The lists of texts of a term.
pub(super) fn lists(term: &Term) -> [(Field, &[String]); 2] {
    [(Field::Synonyms, &term.synonyms), (Field::Groups, &term.groups)]
}

pub(super) fn label(expected: &Term, found: &Term, out: &mut Vec<Breach>) {
    if expected.label != found.label {
        let part = Part::Label { by: By::of(&expected.label, &found.label) };
        out.push(altered(expected, found, part).texts(&*expected.label, &*found.label));
    }
}

pub(super) fn parents(expected: &Term, found: &Term, places: &[&str], out: &mut Vec<Breach>) {
    if !expected.parents.iter().map(String::as_str).eq(places.iter().copied()) {
        out.push(
            altered(expected, found, Part::Parents)
                .expecting(expected.parents.join(", "))
                .finding(found.parents.join(", ")),
        );
    }
}

/// The optional texts and the lists that `wanted` chooses.
pub(super) fn fields(expected: &Term, found: &Term, wanted: impl Fn(Field) -> bool, out: &mut Vec<Breach>) {
    for ((field, old), (_, new)) in texts(expected).into_iter().zip(texts(found)) {
        if old != new && wanted(field) {
            let part = Part::Field { field, column: None };
            out.push(altered(expected, found, part).texts(old.unwrap_or_default(), new.unwrap_or_default()));
        }
    }
    for ((field, old), (_, new)) in lists(expected).into_iter().zip(lists(found)) {
        if old != new && wanted(field) {
            let part = Part::Field { field, column: None };
            out.push(altered(expected, found, part).texts(old.join(" | "), new.join(" | ")));
        }
    }
}

/// The columns that the product has no field for.
pub(super) fn attributes(expected: &Term, found: &Term, out: &mut Vec<Breach>) {
    if expected.attributes == found.attributes {
        return;
    }
    let mut titles: Vec<&str> = Vec::new();
    for (title, _) in expected.attributes.iter().chain(&found.attributes) {
        if !titles.contains(&title.as_str()) {
            titles.push(title);
        }
    }
    let known = out.len();
    for title in titles {
        let of = |t: &Term| -> Vec<String> {
            t.attributes.iter().filter(|(name, _)| name == title).map(|(_, text)| text.clone()).collect()
        };
        let (old, new) = (of(expected), of(found));
        if old != new {
            let part = Part::Field { field: Field::Attribute, column: Some(title.to_owned()) };
            out.push(altered(expected, found, part).texts(old.join(" | "), new.join(" | ")));
        }
    }
    if out.len() == known {
        // The same columns and texts, in another order.
        let order =
            |t: &Term| t.attributes.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>().join(" | ");
        let part = Part::Field { field: Field::Attribute, column: None };
        out.push(altered(expected, found, part).texts(order(expected), order(found)));
    }
}

pub(super) fn altered(expected: &Term, found: &Term, part: Part) -> Breach {
    Breach::error(Rule::E2, found, BreachKind::Altered { part }).coded(&expected.code)
}
