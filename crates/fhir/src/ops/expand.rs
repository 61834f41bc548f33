//! `ValueSet/$expand`: the codes of a value set, whole or by pages, as they are or those that answer what is typed.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{
    compose::{Hit, Selection},
    lookup,
};
use crate::{outcome::Outcome, view::View};

/// Above so many codes, a value set is given by pages only, and no page has more.
pub(crate) const LARGEST: usize = 10_000;
/// So many answers of a search can be paged through; nobody reads further.
pub(crate) const ANSWERS: usize = 1_000;
/// A tree deeper than this is given flat: a reader of JSON must not run out of stack.
const DEEPEST: usize = 32;

/// What is asked of an expansion.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// What was typed.
    pub(crate) filter: Option<String>,
    /// Codes to pass over.
    pub(crate) offset: Option<usize>,
    /// Codes to give at most.
    pub(crate) count: Option<usize>,
    /// Only what may be chosen at entry.
    pub(crate) active_only: bool,
    /// With other ways to say each term.
    pub(crate) designations: bool,
    /// One level, whatever the tree.
    pub(crate) flat: bool,
    /// Properties wanted beside each code (R5).
    pub(crate) properties: Vec<String>,
}

/// The codes that answer, before they are cut into pages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// In their order.
    pub(crate) hits: Vec<Hit>,
    /// Whether there may be more than these.
    pub(crate) limited: bool,
}

/// Finds the codes. `ranked` is what the search of the entry answers for the whole of an active list, best first;
/// other value sets are searched word by word.
pub(crate) fn find(
    selection: &Selection,
    asked: &Asked,
    ranked: Option<Vec<usize>>,
) -> Result<Found, Outcome> {
    let mut limited = false;
    let mut hits = match (&asked.filter, ranked) {
        (Some(_), Some(ranked)) => {
            limited = ranked.len() >= ANSWERS;
            ranked.into_iter().map(|place| (0, place)).collect()
        }
        (Some(typed), None) => {
            let mut places: Vec<Vec<usize>> = vec![Vec::new(); selection.views().len()];
            for (view, place) in selection.hits()? {
                places[view].push(place);
            }
            let answers = places.into_iter().enumerate();
            answers
                .flat_map(|(i, places)| {
                    selection.views()[i].filtered(places, typed).into_iter().map(move |place| (i, place))
                })
                .collect()
        }
        (None, _) => selection.hits()?,
    };
    if asked.active_only || selection.active_only() {
        hits.retain(|hit| selection.active(*hit));
    }
    Ok(Found { hits, limited })
}

/// The `ValueSet.expansion`, without its identifier and moment.
pub(crate) fn expansion(selection: &Selection, asked: &Asked, found: &Found) -> Result<Value, Outcome> {
    let total = found.hits.len();
    if asked.count.is_none() && total > LARGEST {
        return Err(Outcome::too_costly(total, LARGEST));
    }
    let offset = asked.offset.unwrap_or(0).min(total);
    let count = asked.count.unwrap_or(LARGEST).min(LARGEST);
    let page = &found.hits[offset..total.min(offset.saturating_add(count))];
    let paged = asked.offset.is_some() || asked.count.is_some();
    let contains = if asked.flat || paged || asked.filter.is_some() {
        lines(selection, asked, page)?.into_iter().map(Value::Object).collect()
    } else {
        nested(selection, asked, page)?
    };
    let mut expansion = Map::new();
    if !found.limited {
        expansion.insert("total".into(), total.into());
    }
    if paged {
        expansion.insert("offset".into(), asked.offset.unwrap_or(0).into());
    }
    expansion.insert("parameter".into(), parameters(selection, asked, found));
    if !contains.is_empty() {
        expansion.insert("contains".into(), Value::Array(contains));
    }
    Ok(Value::Object(expansion))
}

/// What the expansion was made with, the versions first.
fn parameters(selection: &Selection, asked: &Asked, found: &Found) -> Value {
    let mut parameters = Vec::new();
    let mut used: Vec<String> =
        selection.views().iter().map(|v| format!("{}|{}", v.system(), v.version())).collect();
    used.sort_unstable();
    used.dedup();
    parameters.extend(used.into_iter().map(|v| json!({ "name": "version", "valueUri": v })));
    if let Some(filter) = &asked.filter {
        parameters.push(json!({ "name": "filter", "valueString": filter }));
    }
    for (name, number) in [("offset", asked.offset), ("count", asked.count)] {
        if let Some(number) = number {
            parameters.push(json!({ "name": name, "valueInteger": number }));
        }
    }
    for (name, flag) in [
        ("activeOnly", asked.active_only),
        ("includeDesignations", asked.designations),
        ("excludeNested", asked.flat),
        ("limitedExpansion", found.limited),
    ] {
        if flag {
            parameters.push(json!({ "name": name, "valueBoolean": true }));
        }
    }
    parameters.push(json!({ "name": "displayLanguage", "valueCode": lookup::LANGUAGE }));
    Value::Array(parameters)
}

/// One line for each code.
fn lines(selection: &Selection, asked: &Asked, hits: &[Hit]) -> Result<Vec<Map<String, Value>>, Outcome> {
    let mut lines: Vec<Map<String, Value>> = hits.iter().map(|hit| line(selection, *hit)).collect();
    if !asked.designations && asked.properties.is_empty() {
        return Ok(lines);
    }
    for (i, view) in selection.views().iter().enumerate() {
        let mine: Vec<usize> = (0..hits.len()).filter(|at| hits[*at].0 == i).collect();
        let places: Vec<usize> = mine.iter().map(|at| hits[*at].1).collect();
        for (at, concept) in mine.into_iter().zip(lookup::concepts(view, &places)?) {
            if asked.designations && !concept.designations.is_empty() {
                lines[at].insert("designation".into(), concept.designations.into());
            }
            let wanted = |p: &&Value| asked.properties.iter().any(|w| p["code"] == **w);
            let wanted: Vec<Value> =
                concept.properties.iter().filter(wanted).map(property_extension).collect();
            if !wanted.is_empty() {
                lines[at].insert("extension".into(), wanted.into());
            }
        }
    }
    Ok(lines)
}

fn line(selection: &Selection, (view, place): Hit) -> Map<String, Value> {
    let view: &View = &selection.views()[view];
    let term = &view.terms()[place];
    let mut line = Map::new();
    line.insert("system".into(), view.system().into());
    if !term.active {
        line.insert("inactive".into(), true.into());
    }
    line.insert("version".into(), view.version().into());
    line.insert("code".into(), term.code.as_str().into());
    line.insert("display".into(), term.label.as_str().into());
    line
}

/// A property in an R4 expansion: the extension that R5 defines for it.
fn property_extension(property: &Value) -> Value {
    let mut parts = vec![json!({ "url": "code", "valueCode": property["code"] })];
    let value = property.as_object().into_iter().flatten().find(|(name, _)| name.starts_with("value"));
    if let Some((name, value)) = value {
        let mut part = Map::new();
        part.insert("url".into(), "value".into());
        part.insert(name.clone(), value.clone());
        parts.push(Value::Object(part));
    }
    json!({ "url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property",
        "extension": parts })
}

/// The codes under the nearest of the codes above them that is there too. A tree too deep is given flat.
fn nested(selection: &Selection, asked: &Asked, hits: &[Hit]) -> Result<Vec<Value>, Outcome> {
    let at: HashMap<Hit, usize> = hits.iter().enumerate().map(|(i, hit)| (*hit, i)).collect();
    let mut under: Vec<Vec<usize>> = vec![Vec::new(); hits.len()];
    let mut roots = Vec::new();
    for (i, hit) in hits.iter().enumerate() {
        match above(selection, &at, *hit) {
            Some(parent) if parent != i => under[parent].push(i),
            _ => roots.push(i),
        }
    }
    let mut lines: Vec<Option<Map<String, Value>>> =
        lines(selection, asked, hits)?.into_iter().map(Some).collect();
    // From the leaves up: each line is taken into its parent once its own children are in it.
    let mut order: Vec<(usize, usize)> = roots.iter().map(|i| (*i, 1)).collect();
    let mut next = 0;
    while let Some((i, depth)) = order.get(next).copied() {
        if depth > DEEPEST {
            return Ok(lines.into_iter().flatten().map(Value::Object).collect());
        }
        order.extend(under[i].iter().map(|child| (*child, depth + 1)));
        next += 1;
    }
    for (i, _) in order.iter().rev() {
        let children: Vec<Value> =
            under[*i].iter().filter_map(|child| lines[*child].take()).map(Value::Object).collect();
        if let Some(line) = lines[*i].as_mut().filter(|_| !children.is_empty()) {
            line.insert("contains".into(), Value::Array(children));
        }
    }
    // What a damaged tree leaves unreached stands at the end: nothing is lost.
    let mut all: Vec<Value> = roots.iter().filter_map(|i| lines[*i].take()).map(Value::Object).collect();
    all.extend(lines.into_iter().flatten().map(Value::Object));
    Ok(all)
}

/// The nearest code above, along the principal parents, that is among the codes given.
fn above(selection: &Selection, at: &HashMap<Hit, usize>, (view, place): Hit) -> Option<usize> {
    let mut seen = vec![place];
    let mut place = place;
    loop {
        place = *selection.views()[view].parents(place).first()?;
        if let Some(found) = at.get(&(view, place)) {
            return Some(*found);
        }
        if seen.contains(&place) {
            return None;
        }
        seen.push(place);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{canonical, ops::compose::Compose, view::sample};

    fn selection(url: &str) -> Selection {
        let compose = Compose::of(canonical::value_set(url).unwrap());
        Selection::new(compose, vec![Arc::new(sample())])
    }

    fn expanded(url: &str, asked: &Asked) -> Value {
        let selection = selection(url);
        let found = find(&selection, asked, None).unwrap();
        expansion(&selection, asked, &found).unwrap()
    }

    fn codes(contains: &Value) -> Vec<&str> {
        contains.as_array().into_iter().flatten().filter_map(|c| c["code"].as_str()).collect()
    }

    #[test]
    fn the_whole_list_is_given_as_its_tree_unless_it_is_asked_flat() {
        let tree = expanded("s?fhir_vs", &Asked::default());
        assert_eq!(tree["total"], 7);
        assert_eq!(codes(&tree["contains"]), ["A", "B", "C"]);
        let metals = &tree["contains"][0]["contains"][0];
        assert_eq!((metals["code"].as_str(), codes(&metals["contains"])), (Some("A1"), vec!["A11", "A12"]));
        assert_eq!(metals["contains"][1]["inactive"], true);
        assert_eq!(codes(&tree["contains"][1]["contains"]), ["B1"], "under its principal parent");
        let flat = expanded("s?fhir_vs", &Asked { flat: true, ..Asked::default() });
        assert_eq!(codes(&flat["contains"]), ["A", "A1", "A11", "A12", "B", "B1", "C"]);
    }

    #[test]
    fn pages_follow_each_other_without_gap_nor_overlap() {
        let mut all = Vec::new();
        for offset in [0, 3, 6, 9] {
            let asked = Asked { offset: Some(offset), count: Some(3), ..Asked::default() };
            let page = expanded("s?fhir_vs", &asked);
            assert_eq!((&page["total"], &page["offset"]), (&json!(7), &json!(offset)));
            all.extend(codes(&page["contains"]).into_iter().map(str::to_owned));
        }
        assert_eq!(all, ["A", "A1", "A11", "A12", "B", "B1", "C"]);
        let none = expanded("s?fhir_vs", &Asked { count: Some(0), ..Asked::default() });
        assert_eq!((&none["total"], none.get("contains")), (&json!(7), None), "how many, and nothing else");
    }

    #[test]
    fn a_filter_and_the_active_codes_alone() {
        let asked = Asked { filter: Some("plomb".into()), active_only: true, ..Asked::default() };
        let found = expanded("s?fhir_vs", &asked);
        assert_eq!((codes(&found["contains"]), &found["total"]), (vec!["A11", "B1"], &json!(2)));
        let active = Asked { active_only: true, flat: true, ..Asked::default() };
        assert!(!codes(&expanded("s?fhir_vs", &active)["contains"]).contains(&"A12"));
        let under = Asked { filter: Some("plomb".into()), ..Asked::default() };
        assert_eq!(codes(&expanded("s?fhir_vs=isa/B", &under)["contains"]), ["B1"]);
    }

    #[test]
    fn a_subtree_stands_under_what_is_left_of_its_parents() {
        let tree = expanded("s?fhir_vs=isa/A1", &Asked::default());
        assert_eq!(codes(&tree["contains"]), ["A1", "B1"]);
        assert_eq!(codes(&tree["contains"][0]["contains"]), ["A11", "A12"]);
    }

    #[test]
    fn what_the_entry_search_ranks_keeps_its_order() {
        let selection = selection("s?fhir_vs");
        let asked = Asked { filter: Some("x".into()), count: Some(2), ..Asked::default() };
        let found = find(&selection, &asked, Some(vec![5, 2, 0])).unwrap();
        let answer = expansion(&selection, &asked, &found).unwrap();
        assert_eq!((codes(&answer["contains"]), &answer["total"]), (vec!["B1", "A11"], &json!(3)));
        let many = find(&selection, &asked, Some(vec![0; ANSWERS])).unwrap();
        let answer = expansion(&selection, &asked, &many).unwrap();
        assert_eq!(answer.get("total"), None, "an unknown total is not given");
        assert!(answer["parameter"].as_array().unwrap().iter().any(|p| p["name"] == "limitedExpansion"));
    }

    #[test]
    fn a_damaged_tree_loses_no_code() {
        let mut release = sample().release().clone();
        release.terms[0].parents = vec!["A1".into()];
        let compose = Compose::of(canonical::value_set("s?fhir_vs").unwrap());
        let selection = Selection::new(compose, vec![Arc::new(View::new(release))]);
        let asked = Asked::default();
        let found = find(&selection, &asked, None).unwrap();
        let answer = expansion(&selection, &asked, &found).unwrap();
        let text = answer.to_string();
        for code in ["A", "A1", "A11", "A12", "B", "B1", "C"] {
            assert!(text.contains(&format!("\"code\":\"{code}\"")), "{code}");
        }
    }
}
