//! Searching resources: `CodeSystem?url=…`, answered by a `Bundle`.

use base::fold;
use serde_json::{Value, json};
use terminologie::Facts;

use crate::{
    library::Library,
    outcome::Outcome,
    parameters::Inputs,
    resources::{Entry, Extent, Kind, entries},
};

/// Resources of a page, unless another number is asked for.
const ON_A_PAGE: usize = 20;
/// And at most.
const MOST_ON_A_PAGE: usize = 100;
/// A page of whole resources stops after so many codes, one resource at least.
const CODES_ON_A_PAGE: usize = 50_000;

/// What a search may ask, with its kind.
pub(crate) const PARAMETERS: [(&str, &str); 8] = [
    ("_id", "token"),
    ("url", "uri"),
    ("version", "token"),
    ("identifier", "token"),
    ("name", "string"),
    ("title", "string"),
    ("publisher", "string"),
    ("status", "token"),
];
/// What governs the form of an answer.
const RESULT: [&str; 5] = ["_summary", "_count", "_offset", "_format", "_pretty"];

/// The part of a resource's identity that a search compares.
struct Searched<'a> {
    entry: &'a Entry,
    facts: &'a Facts,
    resource: &'a Value,
}

/// How much of each resource is asked for; nothing of them for `count`.
pub(crate) fn extent(inputs: &Inputs) -> Result<Option<Extent>, Outcome> {
    match inputs.text("_summary")? {
        None | Some("false" | "data") => Ok(Some(Extent::Whole)),
        Some("true") => Ok(Some(Extent::Summary)),
        Some("text") => Ok(Some(Extent::Least)),
        Some("count") => Ok(None),
        Some(_) => Err(Outcome::bad_value("_summary", "true, false, text, data ou count")),
    }
}

/// The bundle of the resources that answer. `base` is the address of this server.
pub(crate) async fn search(
    library: &mut Library<'_>,
    kind: Kind,
    inputs: &Inputs,
    base: &str,
    strict: bool,
) -> Result<Value, Outcome> {
    let extent = extent(inputs)?;
    let wanted = conditions(inputs, strict)?;
    let all = library.all().await?;
    let every_pair = inputs.has_any(&["url", "_id"]);
    let mut found = Vec::new();
    let mut unwritable = Vec::new();
    for entry in entries(kind, &all, every_pair) {
        let facts = library.facts(&entry.of).await?;
        match entry.json(library, Extent::Summary).await {
            Ok(resource) => {
                let searched = Searched { entry: &entry, facts: &facts, resource: &resource };
                if wanted.iter().all(|condition| condition.holds(&searched)) {
                    found.push(entry);
                }
            }
            Err(outcome) => unwritable.push(outcome),
        }
    }
    let offset = inputs.number("_offset")?.unwrap_or(0);
    let count = inputs.number("_count")?.unwrap_or(ON_A_PAGE).min(MOST_ON_A_PAGE);
    let mut lines = Vec::new();
    let mut codes = 0;
    if let Some(extent) = extent {
        for entry in found.iter().skip(offset).take(count) {
            codes += if extent == Extent::Whole { entry.weight() } else { 0 };
            if codes > CODES_ON_A_PAGE && !lines.is_empty() {
                break;
            }
            let resource = entry.json(library, extent).await?;
            lines.push(json!({
                "fullUrl": format!("{base}/{}/{}", kind.as_str(), entry.id),
                "resource": resource,
                "search": { "mode": "match" }
            }));
        }
    }
    let asked = |from: usize| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(inputs.query().filter(|(name, _)| *name != "_offset"));
        if from > 0 {
            query.append_pair("_offset", &from.to_string());
        }
        format!("{base}/{}?{}", kind.as_str(), query.finish())
    };
    let mut links = vec![json!({ "relation": "self", "url": asked(offset) })];
    let next = offset + lines.len();
    if !lines.is_empty() && next < found.len() {
        links.push(json!({ "relation": "next", "url": asked(next) }));
    }
    let outcomes =
        unwritable.iter().map(|o| json!({ "resource": o.warning(), "search": { "mode": "outcome" } }));
    lines.extend(outcomes);
    let mut bundle =
        json!({ "resourceType": "Bundle", "type": "searchset", "total": found.len(), "link": links });
    if !lines.is_empty() {
        bundle["entry"] = lines.into();
    }
    Ok(bundle)
}

/// One parameter: any of its values is enough.
struct Condition<'a> {
    name: &'a str,
    modifier: Option<&'a str>,
    values: Vec<&'a str>,
}

/// The conditions of a search. What is not known is passed over, as FHIR has it, unless the caller asks for strictness.
fn conditions(inputs: &Inputs, strict: bool) -> Result<Vec<Condition<'_>>, Outcome> {
    let mut conditions = Vec::new();
    for (full, value) in inputs.query() {
        let (name, modifier) = full.split_once(':').map_or((full, None), |(name, m)| (name, Some(m)));
        let Some((_, kind)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
            if strict && !RESULT.contains(&name) {
                return Err(Outcome::not_supported(format!(
                    "Le critère de recherche «\u{a0}{name}\u{a0}» n'est pas pris en charge."
                )));
            }
            continue;
        };
        if modifier.is_some_and(|m| *kind != "string" || !matches!(m, "exact" | "contains")) {
            return Err(Outcome::not_supported(format!(
                "Le critère de recherche «\u{a0}{full}\u{a0}» n'est pas pris en charge."
            )));
        }
        conditions.push(Condition { name, modifier, values: value.split(',').collect() });
    }
    Ok(conditions)
}

impl Condition<'_> {
    fn holds(&self, searched: &Searched<'_>) -> bool {
        self.values.iter().any(|value| self.holds_for(searched, value))
    }

    fn holds_for(&self, searched: &Searched<'_>, value: &str) -> bool {
        let text = searched.resource[self.name].as_str().unwrap_or_default();
        match self.name {
            "_id" => searched.entry.id == value,
            "url" => searched.entry.is_at(searched.facts, value),
            "version" | "status" => text == value,
            "identifier" => {
                let (system, value) = value.split_once('|').map_or((None, value), |(s, v)| (Some(s), v));
                let identifiers = searched.resource["identifier"].as_array().into_iter().flatten();
                let mut same = identifiers
                    .filter(|i| system.is_none_or(|s| i["system"].as_str().unwrap_or_default() == s));
                same.any(|i| i["value"] == value)
            }
            _ => match self.modifier {
                Some("exact") => text == value,
                Some(_) => fold(text).contains(&fold(value)),
                None => fold(text).starts_with(&fold(value)),
            },
        }
    }
}
