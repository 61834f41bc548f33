//! `ConceptMap/$translate`: the code of another version of the same list. For queries across versions only: nothing
//! that was recorded is ever rewritten with it (publisher agreement, E5).

use std::collections::HashMap;

use serde_json::{Value, json};
use terminologie::{Release, diff, write};

use crate::{
    canonical,
    outcome::Outcome,
    parameters::{Answer, Flavour, part},
};

/// The correspondence from one version of a list to another.
#[derive(Debug)]
pub(crate) struct CodeMap {
    url: String,
    system: String,
    versions: (String, String),
    forward: HashMap<String, Vec<Match>>,
    backward: HashMap<String, Vec<Match>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    code: String,
    display: String,
    equivalence: String,
}

/// The resource `ConceptMap`, from what differs between two versions: the same code, or the code that took its place.
pub(crate) fn resource(before: &Release, after: &Release) -> Result<Value, Outcome> {
    let differences = diff::diff(&before.terms, &after.terms);
    let whole = differences.recodification.iter().flat_map(|r| &r.pairs);
    let single = differences.changes.iter().filter_map(|c| match &c.what {
        diff::What::Recoded(recoding) => Some(recoding),
        _ => None,
    });
    let recoded: Vec<(String, String)> =
        whole.chain(single).map(|r| (r.old.clone(), r.new.clone())).collect();
    let mut resource = write::concept_map(before, after, &recoded).map_err(|e| Outcome::unwritable(&e))?;
    resource["url"] = canonical::map_of(&after.facts.id, &before.version, &after.version).into();
    Ok(resource)
}

impl CodeMap {
    /// The map that the resource is.
    pub(crate) fn between(before: &Release, after: &Release) -> Result<Self, Outcome> {
        let resource = resource(before, after)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut map = Self {
            url: text(&resource["url"]),
            system: canonical::system_of(&after.facts),
            versions: (before.version.clone(), after.version.clone()),
            forward: HashMap::new(),
            backward: HashMap::new(),
        };
        for element in resource["group"][0]["element"].as_array().into_iter().flatten() {
            for target in element["target"].as_array().into_iter().flatten() {
                let equivalence = text(&target["equivalence"]);
                let ahead = Match {
                    code: text(&target["code"]),
                    display: text(&target["display"]),
                    equivalence: equivalence.clone(),
                };
                let back =
                    Match { code: text(&element["code"]), display: text(&element["display"]), equivalence };
                map.backward.entry(ahead.code.clone()).or_default().push(back);
                map.forward.entry(text(&element["code"])).or_default().push(ahead);
            }
        }
        // Where nothing took the place of a code, nothing leads back to it.
        map.backward.remove("");
        Ok(map)
    }

    /// The answer for one code: of the first version, or of the second one when `reverse`. Nothing found is an answer.
    pub(crate) fn answer(&self, code: &str, reverse: bool, flavour: Flavour) -> Value {
        let (from, to, codes) = if reverse {
            (&self.versions.1, &self.versions.0, &self.backward)
        } else {
            (&self.versions.0, &self.versions.1, &self.forward)
        };
        let found = codes.get(code).map_or(&[][..], Vec::as_slice);
        let mut answer = Answer::default();
        let matched = found.iter().any(|m| m.equivalence != "unmatched");
        answer.value("result", "valueBoolean", matched);
        if !matched {
            let why = match found.is_empty() {
                true if reverse => format!(
                    "Aucun code de la version {to} ne correspond au code «\u{a0}{code}\u{a0}» de la version {from}."
                ),
                true => format!("Le code «\u{a0}{code}\u{a0}» n'existe pas dans la version {from}."),
                false => format!(
                    "Le code «\u{a0}{code}\u{a0}» de la version {from} n'a pas de correspondance dans la version {to}."
                ),
            };
            answer.value("message", "valueString", why);
        }
        for found in found {
            match flavour {
                // In R5 what has no counterpart is no match (ConceptMap.group.element.noMap).
                Flavour::R5 if found.equivalence == "unmatched" => {}
                Flavour::R5 => answer.parts(
                    "match",
                    vec![
                        part("relationship", "valueCode", relationship(&found.equivalence)),
                        self.concept(found, to),
                        part("originMap", "valueUri", self.url.as_str()),
                    ],
                ),
                Flavour::R4 => {
                    let mut parts = vec![part("equivalence", "valueCode", found.equivalence.as_str())];
                    if !found.code.is_empty() {
                        parts.push(self.concept(found, to));
                    }
                    parts.push(part("source", "valueUri", self.url.as_str()));
                    answer.parts("match", parts);
                }
            }
        }
        answer.json()
    }

    fn concept(&self, found: &Match, version: &str) -> Value {
        let coding = json!({ "system": self.system, "version": version, "code": found.code, "display": found.display });
        part("concept", "valueCoding", coding)
    }
}

/// The answer for a code that the map named is not about.
pub(crate) fn outside(code: &str) -> Value {
    let mut answer = Answer::default();
    answer.value("result", "valueBoolean", false);
    let why = format!(
        "La table de correspondance demandée ne part pas du système et de la version du code «\u{a0}{code}\u{a0}»."
    );
    answer.value("message", "valueString", why);
    answer.json()
}

/// R5's word for an equivalence of R4. Maps between versions say `equal` or `equivalent`, which R5 does not tell apart
/// and which read the same in both directions.
fn relationship(equivalence: &str) -> &'static str {
    match equivalence {
        "equal" | "equivalent" => "equivalent",
        _ => "related-to",
    }
}

#[cfg(test)]
mod tests {
    use terminologie::{Facts, Term};

    use super::*;

    fn release(version: &str, terms: &[(&str, &str)]) -> Release {
        let term = |(code, label): &(&str, &str)| Term {
            code: (*code).into(),
            label: (*label).into(),
            active: true,
            ..Term::default()
        };
        Release {
            facts: Facts { id: "agents".into(), title: "Agents".into(), ..Facts::default() },
            version: version.into(),
            issued: None,
            terms: terms.iter().map(term).collect(),
        }
    }

    fn map() -> CodeMap {
        let before = release("1", &[("A", "Plomb"), ("B", "Zinc"), ("C", "Étain"), ("D", "Cadmium")]);
        let after =
            release("2", &[("A", "Plomb"), ("B", "Zinc et composés"), ("C2", "Étain"), ("E", "Nickel")]);
        CodeMap::between(&before, &after).unwrap()
    }

    /// Result, then the words and codes of the matches.
    fn said(code: &str, reverse: bool, flavour: Flavour) -> (bool, Vec<(String, String)>) {
        let answer = map().answer(code, reverse, flavour);
        let parameters = answer["parameter"].as_array().unwrap();
        let matches = parameters.iter().filter(|p| p["name"] == "match");
        let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
        let read = |m: &Value| (text(&m["part"][0]["valueCode"]), text(&m["part"][1]["valueCoding"]["code"]));
        (parameters[0]["valueBoolean"] == true, matches.map(read).collect())
    }

    fn one(word: &str, code: &str) -> (bool, Vec<(String, String)>) {
        (true, vec![(word.to_owned(), code.to_owned())])
    }

    #[test]
    fn the_same_code_a_new_label_and_a_new_code() {
        assert_eq!(said("A", false, Flavour::R4), one("equal", "A"));
        assert_eq!(said("B", false, Flavour::R4), one("equivalent", "B"));
        assert_eq!(said("C", false, Flavour::R4), one("equivalent", "C2"));
        assert_eq!(said("C2", true, Flavour::R4), one("equivalent", "C"));
        assert_eq!(said("A", false, Flavour::R5), one("equivalent", "A"));
    }

    #[test]
    fn what_has_no_counterpart_is_an_answer_and_no_error() {
        assert_eq!(said("D", false, Flavour::R4), (false, vec![("unmatched".into(), String::new())]));
        assert_eq!(said("D", false, Flavour::R5), (false, Vec::new()));
        for (code, reverse) in [("Z", false), ("E", true), ("Z", true), ("", true)] {
            assert_eq!(said(code, reverse, Flavour::R4), (false, Vec::new()), "{code}");
        }
    }

    #[test]
    fn a_match_names_the_version_it_is_in() {
        let answer = map().answer("C2", true, Flavour::R5);
        let parts = &answer["parameter"][1]["part"];
        assert_eq!(parts[1]["valueCoding"]["version"], "1");
        assert_eq!(parts[2]["valueUri"], "urn:tronc-commun:correspondance:agents:1:2");
    }
}
