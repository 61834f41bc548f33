//! The parameters of an operation: after the question mark, or in a `Parameters` resource.

use base::Date;
use serde_json::{Map, Value, json};

use crate::outcome::Outcome;

/// Which names the answer speaks with. Both releases are understood in what is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// FHIR R4 (4.0.1).
    R4,
    /// FHIR R5 (5.0.0).
    R5,
}

/// A code of a system, as it is asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Coding {
    /// The address of its system.
    pub(crate) system: Option<String>,
    /// The version of that system.
    pub(crate) version: Option<String>,
    /// The code.
    pub(crate) code: String,
    /// The label that the caller holds for it.
    pub(crate) display: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum Input {
    /// A text after the question mark.
    Query(String),
    /// A `value[x]`.
    Value(Value),
    /// A whole resource.
    Resource(Value),
}

/// What was asked, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Inputs(Vec<(String, Input)>);

impl Inputs {
    /// Reads `a=1&b=2`; a name without a value says nothing.
    pub(crate) fn from_query(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(
            pairs
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.into_owned(), Input::Query(value.into_owned())))
                .collect(),
        )
    }

    /// Adds a `Parameters` resource, or the resource that stands for its only parameter (`valueSet` for a
    /// `ValueSet`).
    pub(crate) fn add_body(&mut self, body: &[u8]) -> Result<(), Outcome> {
        let body: Value = serde_json::from_slice(body).map_err(|e| {
            Outcome::invalid(format!(
                "Le corps de la demande n'est pas un texte JSON lisible (ligne {}, colonne {}).",
                e.line(),
                e.column()
            ))
        })?;
        match body.get("resourceType").and_then(Value::as_str) {
            Some("Parameters") => {}
            Some("ValueSet") => {
                self.0.push(("valueSet".into(), Input::Resource(body)));
                return Ok(());
            }
            _ => {
                return Err(Outcome::invalid("Le corps de la demande doit être une ressource Parameters."));
            }
        }
        let Some(parameters) = body.get("parameter") else { return Ok(()) };
        let parameters = parameters
            .as_array()
            .ok_or_else(|| Outcome::invalid("Parameters.parameter doit être une liste."))?;
        for parameter in parameters {
            self.0.push(read_parameter(parameter)?);
        }
        Ok(())
    }

    /// Adds what stands after a question mark.
    pub(crate) fn add_query(&mut self, query: &str) {
        self.0.extend(Self::from_query(query).0);
    }

    /// The texts that came after a question mark, in their order.
    pub(crate) fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(name, input)| match input {
            Input::Query(text) => Some((name.as_str(), text.as_str())),
            Input::Value(_) | Input::Resource(_) => None,
        })
    }

    /// Whether one of these names is there.
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(n, _)| names.contains(&n.as_str()))
    }

    /// Refuses what this server does not do: to ignore it would answer another question.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<(), Outcome> {
        match names.iter().find(|n| self.has_any(&[n])) {
            Some(name) => Err(Outcome::not_supported(format!(
                "Le paramètre «\u{a0}{name}\u{a0}» n'est pas pris en charge."
            ))),
            None => Ok(()),
        }
    }

    fn only(&self, name: &str) -> Result<Option<&Input>, Outcome> {
        let mut all = self.0.iter().filter(|(n, _)| n == name);
        let first = all.next().map(|(_, v)| v);
        if all.next().is_some() {
            return Err(Outcome::invalid(format!(
                "Le paramètre «\u{a0}{name}\u{a0}» est donné plusieurs fois."
            )));
        }
        Ok(first)
    }

    /// A text, an address or a code.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, Outcome> {
        match self.only(name)? {
            None => Ok(None),
            Some(Input::Query(text) | Input::Value(Value::String(text))) => Ok(Some(text)),
            Some(_) => Err(Outcome::bad_value(name, "un texte")),
        }
    }

    /// The same, which must be there.
    pub(crate) fn needed(&self, name: &str) -> Result<&str, Outcome> {
        self.text(name)?.ok_or_else(|| Outcome::missing(name))
    }

    /// Every text given under a name.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&str>, Outcome> {
        self.0
            .iter()
            .filter(|(n, _)| n == name)
            .map(|(_, input)| match input {
                Input::Query(text) | Input::Value(Value::String(text)) => Ok(text.as_str()),
                _ => Err(Outcome::bad_value(name, "un texte")),
            })
            .collect()
    }

    /// A yes or no.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Outcome> {
        match self.only(name)? {
            None => Ok(None),
            Some(Input::Value(Value::Bool(flag))) => Ok(Some(*flag)),
            Some(Input::Query(text)) if text == "true" => Ok(Some(true)),
            Some(Input::Query(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(Outcome::bad_value(name, "true ou false")),
        }
    }

    /// A number from nought.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Outcome> {
        let read = match self.only(name)? {
            None => return Ok(None),
            Some(Input::Query(text)) => text.parse().ok(),
            Some(Input::Value(value)) => value.as_u64().and_then(|n| usize::try_from(n).ok()),
            Some(Input::Resource(_)) => None,
        };
        // FHIR's integers have 31 bits.
        read.filter(|n| *n <= 0x7fff_ffff)
            .map(Some)
            .ok_or_else(|| Outcome::bad_value(name, "un nombre entier, zéro ou plus,"))
    }

    /// A day: a moment counts for its day, a month or a year for its last one.
    pub(crate) fn day(&self, name: &str) -> Result<Option<Date>, Outcome> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let wrong = || Outcome::bad_value(name, "une date (2026, 2026-11 ou 2026-11-24)");
        let read = |text: &str| text.parse::<Date>().map_err(|_| wrong());
        let day = match (text.len(), text.split_once('T')) {
            (4, _) => read(&format!("{text}-12-31"))?,
            (7, _) => read(&format!("{text}-01"))?.last_of_month(),
            (10, None) => read(text)?,
            (_, Some((day, _))) => read(day)?,
            _ => return Err(wrong()),
        };
        Ok(Some(day))
    }

    /// A whole resource of this type.
    pub(crate) fn resource(&self, name: &str, kind: &str) -> Result<Option<&Value>, Outcome> {
        match self.only(name)? {
            None => Ok(None),
            Some(Input::Resource(resource)) if resource["resourceType"] == kind => Ok(Some(resource)),
            Some(_) => Err(Outcome::bad_value(name, &format!("une ressource {kind}"))),
        }
    }

    /// A `Coding`.
    pub(crate) fn coding(&self, name: &str) -> Result<Option<Coding>, Outcome> {
        match self.only(name)? {
            None => Ok(None),
            Some(Input::Value(Value::Object(coding))) => read_coding(name, coding).map(Some),
            Some(_) => Err(Outcome::bad_value(name, "un Coding, dans une ressource Parameters,")),
        }
    }

    /// The codings of a `CodeableConcept`.
    pub(crate) fn codings(&self, name: &str) -> Result<Option<Vec<Coding>>, Outcome> {
        let wrong = || Outcome::bad_value(name, "un CodeableConcept, dans une ressource Parameters,");
        match self.only(name)? {
            None => Ok(None),
            Some(Input::Value(Value::Object(concept))) => {
                let codings = concept.get("coding").and_then(Value::as_array).ok_or_else(wrong)?;
                let read = |c: &Value| read_coding(name, c.as_object().ok_or_else(wrong)?);
                codings.iter().map(read).collect::<Result<_, _>>().map(Some)
            }
            Some(_) => Err(wrong()),
        }
    }
}

fn read_parameter(parameter: &Value) -> Result<(String, Input), Outcome> {
    let name = parameter
        .get("name")
        .and_then(Value::as_str)
        .ok_or_else(|| Outcome::invalid("Un paramètre de la ressource Parameters n'a pas de nom."))?;
    let object = parameter.as_object().into_iter().flatten();
    let mut values = object.filter(|(key, _)| key.starts_with("value") || *key == "resource");
    let (first, more) = (values.next(), values.next());
    match (first, more) {
        (Some((key, value)), None) if key == "resource" => {
            Ok((name.to_owned(), Input::Resource(value.clone())))
        }
        (Some((_, value)), None) => Ok((name.to_owned(), Input::Value(value.clone()))),
        _ => Err(Outcome::invalid(format!(
            "Le paramètre «\u{a0}{name}\u{a0}» doit avoir une valeur et une seule."
        ))),
    }
}

fn read_coding(name: &str, coding: &Map<String, Value>) -> Result<Coding, Outcome> {
    let text = |key: &str| match coding.get(key) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(Outcome::bad_value(&format!("{name}.{key}"), "un texte")),
    };
    Ok(Coding {
        system: text("system")?,
        version: text("version")?,
        code: text("code")?.ok_or_else(|| Outcome::missing(&format!("{name}.code")))?,
        display: text("display")?,
    })
}

/// A `Parameters` resource being written.
#[derive(Debug, Default)]
pub(crate) struct Answer(Vec<Value>);

impl Answer {
    /// Adds a value: `answer.value("display", "valueString", "Plomb")`.
    pub(crate) fn value(&mut self, name: &str, kind: &str, value: impl Into<Value>) {
        self.0.push(part(name, kind, value));
    }

    /// Adds a parameter made of parts.
    pub(crate) fn parts(&mut self, name: &str, parts: Vec<Value>) {
        self.0.push(json!({ "name": name, "part": Value::Array(parts) }));
    }

    /// The resource.
    pub(crate) fn json(self) -> Value {
        json!({ "resourceType": "Parameters", "parameter": self.0 })
    }
}

/// One part of a parameter.
pub(crate) fn part(name: &str, kind: &str, value: impl Into<Value>) -> Value {
    let mut part = Map::new();
    part.insert("name".into(), name.into());
    part.insert(kind.into(), value.into());
    Value::Object(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Result<Inputs, Outcome> {
        let mut inputs = Inputs::default();
        inputs.add_body(text.as_bytes()).map(|()| inputs)
    }

    #[test]
    fn the_same_question_is_read_from_an_address_and_from_a_resource() {
        let query = Inputs::from_query("url=urn%3Ax&activeOnly=true&count=20&property=a&property=b&vide=");
        let body = body(
            r#"{"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"urn:x"},
            {"name":"activeOnly","valueBoolean":true},{"name":"count","valueInteger":20},
            {"name":"property","valueCode":"a"},{"name":"property","valueCode":"b"}]}"#,
        )
        .unwrap();
        for inputs in [query, body] {
            assert_eq!(inputs.text("url"), Ok(Some("urn:x")));
            assert_eq!(inputs.flag("activeOnly"), Ok(Some(true)));
            assert_eq!(inputs.number("count"), Ok(Some(20)));
            assert_eq!(inputs.texts("property"), Ok(vec!["a", "b"]));
            assert_eq!(inputs.text("vide"), Ok(None));
            assert!(inputs.text("property").is_err(), "given twice");
            assert!(inputs.flag("url").is_err() && inputs.number("url").is_err());
            assert_eq!(inputs.needed("code").unwrap_err().code, "required");
        }
    }

    #[test]
    fn a_code_with_blanks_is_kept_as_it_is() {
        assert_eq!(Inputs::from_query("display=+Plomb+").text("display"), Ok(Some(" Plomb ")));
    }

    #[test]
    fn a_body_that_cannot_be_read_says_why() {
        for text in [
            "",
            "{",
            "[]",
            "{}",
            r#"{"resourceType":"Patient"}"#,
            r#"{"resourceType":"Parameters","parameter":{}}"#,
            r#"{"resourceType":"Parameters","parameter":[{"valueCode":"a"}]}"#,
            r#"{"resourceType":"Parameters","parameter":[{"name":"a"}]}"#,
            r#"{"resourceType":"Parameters","parameter":[{"name":"a","valueCode":"a","valueString":"b"}]}"#,
            r#"{"resourceType":"Parameters","parameter":["a"]}"#,
        ] {
            assert_eq!(body(text).unwrap_err().status, 400, "{text}");
        }
        assert_eq!(body(r#"{"resourceType":"Parameters"}"#), Ok(Inputs::default()));
        let deep = "[".repeat(100_000);
        assert_eq!(body(&deep).unwrap_err().status, 400);
    }

    #[test]
    fn codings_and_resources_are_read_from_a_body_only() {
        let inputs = body(
            r#"{"resourceType":"Parameters","parameter":[
            {"name":"coding","valueCoding":{"system":"s","code":"c","display":"d"}},
            {"name":"codeableConcept","valueCodeableConcept":{"coding":[{"code":"a"},{"code":"b"}]}},
            {"name":"vide","valueCoding":{"system":"s"}},
            {"name":"valueSet","resource":{"resourceType":"ValueSet"}}]}"#,
        )
        .unwrap();
        let coding = inputs.coding("coding").unwrap().unwrap();
        assert_eq!((coding.system.as_deref(), coding.code.as_str()), (Some("s"), "c"));
        assert_eq!(inputs.codings("codeableConcept").unwrap().unwrap().len(), 2);
        assert!(inputs.coding("vide").is_err() && inputs.coding("codeableConcept").is_err());
        assert!(inputs.resource("valueSet", "ValueSet").unwrap().is_some());
        assert!(inputs.resource("valueSet", "CodeSystem").is_err());
        assert!(Inputs::from_query("coding=s|c").coding("coding").is_err());
    }

    #[test]
    fn a_month_counts_for_its_last_day() {
        let day = |text: &str| Inputs::from_query(&format!("date={text}")).day("date");
        assert_eq!(day("2026"), Ok(Some(Date::constant(2026, 12, 31))));
        assert_eq!(day("2026-02"), Ok(Some(Date::constant(2026, 2, 28))));
        assert_eq!(day("2026-11-24"), Ok(Some(Date::constant(2026, 11, 24))));
        assert_eq!(day("2026-11-24T10:00:00%2B01:00"), Ok(Some(Date::constant(2026, 11, 24))));
        for wrong in ["hier", "2026-13", "24/11/2026", "2026-02-30"] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
