//! `CodeSystem/$lookup`: all that is known of a code. Inactive codes are found: old records hold them.

use serde_json::{Map, Value, json};
use terminologie::{Release, Term, write};

use crate::{
    outcome::Outcome,
    parameters::{Answer, Flavour, part},
    view::View,
};

/// The language of every label.
pub(crate) const LANGUAGE: &str = "fr";

/// A term as the resource `CodeSystem` has it.
#[derive(Debug, Default)]
pub(crate) struct Concept {
    /// What it means.
    pub(crate) definition: Option<Value>,
    /// Other ways to say it.
    pub(crate) designations: Vec<Value>,
    /// Its properties, `inactive`, `parent` and `child` always among them.
    pub(crate) properties: Vec<Value>,
}

/// One term, see [`concepts`].
pub(crate) fn concept(view: &View, place: usize) -> Result<Concept, Outcome> {
    Ok(concepts(view, &[place])?.pop().unwrap_or_default())
}

/// Some terms, written by the writer of whole lists: a property has the same name here and there.
pub(crate) fn concepts(view: &View, places: &[usize]) -> Result<Vec<Concept>, Outcome> {
    let written = write::code_system(&part_of(view, places)).map_err(|e| Outcome::unwritable(&e))?;
    let Some(Value::Array(written)) = written.get("concept") else { return Ok(Vec::new()) };
    // The first one only carries the titles of the columns.
    Ok(written.iter().skip(1).zip(places).map(|(concept, place)| read(view, *place, concept)).collect())
}

/// The definitions of the properties of a list.
fn definitions(view: &View) -> Result<Vec<Value>, Outcome> {
    let mut written = write::code_system(&part_of(view, &[])).map_err(|e| Outcome::unwritable(&e))?;
    match written["property"].take() {
        Value::Array(definitions) => Ok(definitions),
        _ => Ok(Vec::new()),
    }
}

/// A release of these terms without their tree, after one term that has every delivered column: the codes of columns
/// follow their order in the whole list.
fn part_of(view: &View, places: &[usize]) -> Release {
    let mut code = String::from("colonnes");
    while view.place(&code).is_some() {
        code.push('-');
    }
    let columns = view.columns().iter().map(|title| (title.clone(), String::new())).collect();
    let carrier = Term { label: code.clone(), code, attributes: columns, ..Term::default() };
    let terms = places.iter().map(|p| Term { parents: Vec::new(), ..view.terms()[*p].clone() });
    Release {
        facts: view.release().facts.clone(),
        version: view.version().to_owned(),
        issued: view.release().issued,
        terms: std::iter::once(carrier).chain(terms).collect(),
    }
}

fn read(view: &View, place: usize, written: &Value) -> Concept {
    let list = |name: &str| written[name].as_array().cloned().unwrap_or_default();
    let code = |p: &usize| view.terms()[*p].code.as_str();
    let mut properties = vec![json!({ "code": "inactive", "valueBoolean": !view.terms()[place].active })];
    for (name, places) in [("parent", view.parents(place)), ("child", view.children(place))] {
        properties.extend(places.iter().map(|p| json!({ "code": name, "valueCode": code(p) })));
    }
    properties.extend(list("property").into_iter().filter(|p| p["code"] != "inactive"));
    Concept { definition: written.get("definition").cloned(), designations: list("designation"), properties }
}

/// The answer for one code. Without `wanted`, everything; with it, those properties (`designation`, `definition` and
/// the properties of the list).
pub(crate) fn answer(view: &View, code: &str, wanted: &[&str], flavour: Flavour) -> Result<Value, Outcome> {
    let place = view.place(code).ok_or_else(|| Outcome::unknown_code(view.system(), view.version(), code))?;
    let term = &view.terms()[place];
    let concept = concept(view, place)?;
    let asked = |name: &str| wanted.is_empty() || wanted.contains(&name);
    let mut answer = Answer::default();
    answer.value("name", "valueString", view.release().facts.title.as_str());
    answer.value("version", "valueString", view.version());
    answer.value("display", "valueString", term.label.as_str());
    answer.value("code", "valueCode", term.code.as_str());
    answer.value("system", "valueUri", view.system());
    if let Some(definition) = concept.definition.filter(|_| asked("definition")) {
        match flavour {
            Flavour::R5 => answer.value("definition", "valueString", definition),
            Flavour::R4 => answer.parts(
                "property",
                vec![part("code", "valueCode", "definition"), part("value", "valueString", definition)],
            ),
        }
    }
    if asked("designation") {
        for designation in &concept.designations {
            answer.parts("designation", designation_parts(designation));
        }
    }
    let definitions = definitions(view)?;
    for property in concept.properties.iter().filter(|p| p["code"].as_str().is_some_and(asked)) {
        let about = definitions.iter().find(|d| d["code"] == property["code"]);
        answer.parts("property", property_parts(property, about));
    }
    Ok(answer.json())
}

fn designation_parts(designation: &Value) -> Vec<Value> {
    [("language", "valueCode"), ("use", "valueCoding"), ("value", "valueString")]
        .into_iter()
        .filter_map(|(name, kind)| Some(part(name, kind, designation.get(name)?.clone())))
        .collect()
}

fn property_parts(property: &Value, definition: Option<&Value>) -> Vec<Value> {
    let mut parts = vec![part("code", "valueCode", property["code"].clone())];
    let none = Map::new();
    let value = property.as_object().unwrap_or(&none).iter().find(|(name, _)| name.starts_with("value"));
    if let Some((kind, value)) = value {
        parts.push(part("value", kind, value.clone()));
    }
    if let Some(about) = definition.and_then(|d| d.get("description")) {
        parts.push(part("description", "valueString", about.clone()));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    fn parameters(answer: &Value, name: &str) -> Vec<Value> {
        let all = answer["parameter"].as_array().unwrap().iter();
        all.filter(|p| p["name"] == name).cloned().collect()
    }

    /// Code and value of each property.
    fn properties(answer: &Value) -> Vec<(String, String)> {
        let text = |part: &Value| {
            let value = part.as_object().unwrap().iter().find(|(k, _)| k.starts_with("value")).unwrap().1;
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        };
        parameters(answer, "property").iter().map(|p| (text(&p["part"][0]), text(&p["part"][1]))).collect()
    }

    #[test]
    fn a_code_gives_its_label_its_synonyms_and_its_place() {
        let answer = answer(&sample(), "A11", &[], Flavour::R4).unwrap();
        assert_eq!(parameters(&answer, "display")[0]["valueString"], "Plomb et composés");
        assert_eq!(parameters(&answer, "version")[0]["valueString"], "2027");
        let synonyms = parameters(&answer, "designation");
        assert_eq!(synonyms.len(), 2);
        assert_eq!(synonyms[0]["part"][2]["valueString"], "Saturnisme");
        let properties = properties(&answer);
        for expected in [("inactive", "false"), ("parent", "A1"), ("definition", "Le métal et ses sels.")] {
            assert!(
                properties.contains(&(expected.0.into(), expected.1.into())),
                "{expected:?} in {properties:?}"
            );
        }
    }

    #[test]
    fn an_inactive_code_is_found_and_says_so() {
        let answer = answer(&sample(), "A12", &["inactive"], Flavour::R4).unwrap();
        assert_eq!(properties(&answer), [("inactive".into(), "true".into())]);
    }

    #[test]
    fn only_the_properties_wanted_come_back() {
        let found = answer(&sample(), "A1", &["child"], Flavour::R4).unwrap();
        let children: Vec<String> = properties(&found).into_iter().map(|(_, v)| v).collect();
        assert_eq!(children, ["A11", "A12", "B1"]);
        let r5 = answer(&sample(), "A11", &["definition"], Flavour::R5).unwrap();
        assert_eq!(parameters(&r5, "definition")[0]["valueString"], "Le métal et ses sels.");
        assert!(parameters(&r5, "designation").is_empty());
        assert_eq!(answer(&sample(), "Z", &[], Flavour::R4).unwrap_err().status, 404);
    }

    #[test]
    fn a_delivered_column_keeps_the_code_it_has_in_the_whole_list() {
        let mut release = sample().release().clone();
        release.terms[0].attributes = vec![("Note".into(), "x".into())];
        release.terms[2].attributes = vec![("Famille".into(), "métal".into())];
        let answer = answer(&View::new(release), "A11", &["colonne-2"], Flavour::R4).unwrap();
        assert_eq!(properties(&answer), [("colonne-2".into(), "métal".into())]);
        assert_eq!(parameters(&answer, "property")[0]["part"][2]["valueString"], "Famille");
    }
}
