//! Value set, concept map and bundle.

use std::collections::HashMap;

use serde_json::Value;

use super::super::{WriteError, address, below, percent};
use super::names::{computer_name, entry_address, resource_id};
use super::shape::{
    Bundle, Compose, ConceptMap, Element, Entry, Group, Head, Include, Resource, Target, ValueSet,
};
use super::{checked, head, pretty, set_address, system, value};
use crate::{Release, Term};

/// The value set of the terms that a release offers, by rule and not by list (`compose.inactive` false).
///
/// # Errors
/// Those of [`code_system`](super::code_system).
pub fn value_set(release: &Release) -> Result<Value, WriteError> {
    value(&offered(release)?)
}

fn offered(release: &Release) -> Result<ValueSet<'_>, WriteError> {
    checked(release)?;
    let head = head(release, "ValueSet", set_address(release), "actifs");
    let version = head.version;
    let include = [Include { system: address(release), version }];
    Ok(ValueSet { head, compose: Compose { inactive: false, include } })
}

/// The map from one version of a list to another: every code of `before`, to itself where it is still there, to
/// its new codes where `recoded` (old code, new code) gives some, to nothing (`unmatched`) where it is gone. The
/// equivalence is `equal` under the same code and label, `equivalent` otherwise. It serves queries; data are never
/// rewritten with it (publisher agreement, E5).
///
/// # Errors
/// Those of [`code_system`](super::code_system), for either release.
pub fn concept_map(
    before: &Release,
    after: &Release,
    recoded: &[(String, String)],
) -> Result<Value, WriteError> {
    checked(before)?;
    checked(after)?;
    let now: HashMap<&str, &Term> = after.terms.iter().map(|t| (t.code.as_str(), t)).collect();
    let mut new_codes: HashMap<&str, Vec<&str>> = HashMap::new();
    for (old, new) in recoded {
        new_codes.entry(old).or_default().push(new);
    }
    let element: Vec<Element<'_>> = before
        .terms
        .iter()
        .map(|term| {
            let own = [term.code.as_str()];
            let codes = new_codes.get(term.code.as_str()).map_or(own.as_slice(), Vec::as_slice);
            let mut target: Vec<Target<'_>> =
                codes.iter().filter_map(|code| now.get(code)).map(|found| equivalence(term, found)).collect();
            if target.is_empty() {
                target.push(Target { code: None, display: None, equivalence: "unmatched" });
            }
            Element { code: &term.code, display: &term.label, target }
        })
        .collect();
    let (id, since) = (&after.facts.id, "depuis");
    let url = below(&address(after), &format!("{since}:{}", percent(&before.version)));
    let head = Head {
        id: resource_id(&[id, &after.version, since, &before.version]),
        name: computer_name(&[id, since, &before.version]),
        ..head(after, "ConceptMap", url, since)
    };
    let version =
        |release| Some(release).map(|r: &Release| r.version.as_str()).filter(|v| !v.trim().is_empty());
    let group = Group {
        source: address(before),
        source_version: version(before),
        target: address(after),
        target_version: version(after),
        element,
    };
    // A group without elements is none.
    let group = Some(group).filter(|g| !g.element.is_empty()).into_iter().collect();
    value(&ConceptMap { head, group })
}

fn equivalence<'a>(before: &Term, after: &'a Term) -> Target<'a> {
    let same = before.code == after.code && before.label == after.label;
    Target {
        code: Some(&after.code),
        display: Some(&after.label),
        equivalence: if same { "equal" } else { "equivalent" },
    }
}

/// A bundle of resources: for each release its code system and its value set, then the maps that [`concept_map`]
/// made. Each entry's address depends on what the entry is, so the same releases give the same bytes.
///
/// # Errors
/// Those of [`code_system`](super::code_system), for the first release that has one.
pub fn fhir_bundle(releases: &[Release], maps: &[Value]) -> Result<Vec<u8>, WriteError> {
    let mut entry = Vec::with_capacity(releases.len() * 2 + maps.len());
    for release in releases {
        let system = system(release)?;
        entry.push(Entry { full_url: of_head(&system.head), resource: Resource::System(system) });
        let set = offered(release)?;
        entry.push(Entry { full_url: of_head(&set.head), resource: Resource::Set(set) });
    }
    for map in maps {
        let text = |name: &str| map[name].as_str().unwrap_or_default();
        let full_url = entry_address(&[text("resourceType"), text("url"), text("version"), text("id")]);
        entry.push(Entry { full_url, resource: Resource::Made(map) });
    }
    pretty(&Bundle { resource_type: "Bundle", kind: "collection", entry })
}

fn of_head(head: &Head<'_>) -> String {
    entry_address(&[head.resource_type, &head.url, head.version.unwrap_or_default(), &head.id])
}
