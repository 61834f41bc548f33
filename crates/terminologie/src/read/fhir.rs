//! FHIR `CodeSystem` in JSON, R4 or R5 (thesauri, C1 and C3).

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::Number;

use super::tree::Builder;
use super::{FindingKind, Limits, ReadError, Reading, words};
use crate::Term;
use crate::write::ATTRIBUTE;

/// The use that says "synonym" in FHIR's own value set.
const SYNONYM: &str = "900000000000013009";

/// First what the resource is, skipping everything else.
#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "resourceType")]
    resource_type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CodeSystem {
    url: Option<String>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    version: Option<String>,
    name: Option<String>,
    title: Option<String>,
    #[serde(default)]
    property: Vec<Definition>,
    #[serde(default)]
    concept: Vec<Concept>,
}

#[derive(Deserialize)]
struct Identifier {
    value: Option<String>,
}

#[derive(Deserialize)]
struct Definition {
    code: Option<String>,
    uri: Option<String>,
    description: Option<String>,
}

#[derive(Deserialize)]
struct Concept {
    code: Option<String>,
    display: Option<String>,
    definition: Option<String>,
    #[serde(default)]
    designation: Vec<Designation>,
    #[serde(default)]
    property: Vec<Property>,
    #[serde(default, rename = "concept")]
    below: Vec<Concept>,
}

#[derive(Deserialize)]
struct Designation {
    language: Option<String>,
    r#use: Option<Coding>,
    value: Option<String>,
}

#[derive(Deserialize)]
struct Coding {
    code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Property {
    code: Option<String>,
    value_code: Option<String>,
    value_string: Option<String>,
    value_boolean: Option<bool>,
    value_integer: Option<Number>,
    value_decimal: Option<Number>,
    value_date_time: Option<String>,
    value_coding: Option<Coding>,
}

impl Property {
    fn text(self) -> Option<String> {
        self.value_code
            .or(self.value_string)
            .or(self.value_date_time)
            .or_else(|| self.value_coding?.code)
            .or_else(|| self.value_boolean.map(|yes| if yes { "oui" } else { "non" }.to_owned()))
            .or_else(|| self.value_integer.or(self.value_decimal).map(|n| n.to_string()))
            .filter(|text| !text.trim().is_empty())
    }
}

/// Reads a code system: the tree nested, in the property `parent` or in `child`; inactive by `inactive`, `status` or an
/// end date (`dateFin`, `retirementDate`). JSON has no lines worth the name: rows are places, from 1.
pub(super) fn read(text: &str, windows_1252: bool, limits: Limits) -> Result<Reading, ReadError> {
    let damaged = |e: serde_json::Error| ReadError::Damaged(format!("JSON, ligne {}", e.line()));
    let kind: Kind = match serde_json::from_str(text) {
        Ok(kind) => kind,
        Err(e) if e.is_data() => return Err(ReadError::OtherJson { found: "JSON".into() }),
        Err(e) => return Err(damaged(e)),
    };
    match kind.resource_type.as_deref() {
        Some("CodeSystem") => {}
        other => return Err(ReadError::OtherJson { found: other.unwrap_or("JSON").to_owned() }),
    }
    // No concept, designation nor property without its brace.
    if text.bytes().filter(|b| *b == b'{').nth(limits.cells).is_some() {
        return Err(ReadError::TooManyCells { limit: limits.cells });
    }
    let system: CodeSystem = serde_json::from_str(text).map_err(damaged)?;
    let mut build = Builder::new(limits);
    if windows_1252 {
        build.find(1, "", FindingKind::Windows1252);
    }
    build.reading.announced.oid = system
        .identifier
        .into_iter()
        .find_map(|identifier| Some(identifier.value?.strip_prefix("urn:oid:")?.to_owned()));
    build.reading.announced.url = system.url;
    build.reading.announced.version = system.version;
    build.reading.announced.title = system.title.or(system.name);
    let titles = system
        .property
        .into_iter()
        .filter(|d| d.uri.as_deref() == Some(ATTRIBUTE))
        .filter_map(|d| Some((d.code?, d.description.unwrap_or_default())))
        .collect();
    let mut walk = Walk { build, titles, place: 0, children: Vec::new() };
    for concept in system.concept {
        walk.concept(concept, None)?;
    }
    walk.finish()
}

struct Walk {
    build: Builder,
    /// Titles of the delivered columns, by code of property.
    titles: HashMap<String, String>,
    place: usize,
    /// Said from above: the term, one under it.
    children: Vec<(String, String)>,
}

impl Walk {
    /// As deep as the JSON, whose reader stops at 128 levels.
    fn concept(&mut self, concept: Concept, above: Option<&str>) -> Result<(), ReadError> {
        self.place += 1;
        let mut term = Term {
            code: concept.code.unwrap_or_default(),
            label: concept.display.unwrap_or_default(),
            parents: above.map(str::to_owned).into_iter().collect(),
            active: true,
            description: concept.definition.filter(|d| !d.trim().is_empty()),
            row: self.place,
            ..Term::default()
        };
        let mut seen = HashSet::from([term.label.clone()]);
        for designation in concept.designation {
            designate(&mut term, designation, &mut seen);
        }
        let mut parents: HashSet<String> = term.parents.iter().cloned().collect();
        for property in concept.property {
            self.property(&mut term, property, &mut parents);
        }
        let code = term.code.clone();
        let kept = self.build.add(term)?;
        // What hangs on a rejected concept hangs on the one above.
        let above = if kept { Some(code.as_str()) } else { above };
        concept.below.into_iter().try_for_each(|below| self.concept(below, above))
    }

    fn property(&mut self, term: &mut Term, property: Property, parents: &mut HashSet<String>) {
        let code = property.code.clone().unwrap_or_default();
        let negated = property.value_boolean == Some(false);
        let Some(text) = property.text() else { return };
        let place = self.place;
        let add = |slot: &mut Option<String>, text: String| match slot {
            Some(known) => known.push_str(&format!("\n{text}")),
            None => *slot = Some(text),
        };
        match code.as_str() {
            "parent" if parents.insert(text.clone()) => term.parents.push(text),
            "parent" => {}
            "child" => self.children.push((term.code.clone(), text)),
            "inactive" => term.active &= negated || text == "false",
            "status" => match words::status(&text) {
                Some(active) => term.active &= active,
                None => term.attributes.push((code, text)),
            },
            "dateFin" | "retirementDate" => {
                term.active = false;
                term.attributes.push((code, text));
            }
            "nature" => {
                term.nature = words::nature(&text);
                if term.nature.is_none() {
                    self.build.find(place, &term.code, FindingKind::UnknownNature(text.clone()));
                    term.attributes.push((code, text));
                }
            }
            "level" => add(&mut term.level, text),
            "references" => add(&mut term.references, text),
            "risqueParticulier" => add(&mut term.special_risk, text),
            "risqueVip" => add(&mut term.vip_risk, text),
            "declencheur" => add(&mut term.trigger, text),
            "remarque" => add(&mut term.remark, text),
            "groupe" => term.groups.push(text),
            _ => {
                let title = self.titles.get(&code).cloned().unwrap_or(code);
                term.attributes.push((title, text));
            }
        }
    }

    fn finish(mut self) -> Result<Reading, ReadError> {
        if !self.children.is_empty() {
            let mut above: HashMap<String, Vec<String>> = HashMap::new();
            for (parent, child) in self.children {
                above.entry(child).or_default().push(parent);
            }
            for term in &mut self.build.reading.terms {
                let Some(said) = above.remove(&term.code) else { continue };
                let mut known: HashSet<String> = term.parents.iter().cloned().collect();
                term.parents.extend(said.into_iter().filter(|parent| known.insert(parent.clone())));
            }
        }
        self.build.finish()
    }
}

/// Other designations in French are synonyms; in another language they are kept apart, under their language.
fn designate(term: &mut Term, designation: Designation, seen: &mut HashSet<String>) {
    let Some(text) = designation.value.filter(|v| !v.trim().is_empty()) else { return };
    match designation.language {
        Some(language) if !language.starts_with("fr") => {
            term.attributes.push((format!("designation@{language}"), text));
        }
        _ => {
            let said = designation.r#use.and_then(|u| u.code);
            let new = seen.insert(text.clone());
            if new || said.as_deref() == Some(SYNONYM) {
                term.synonyms.push(text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
