//! What a value set is made of: the part of `ValueSet.compose` that this server evaluates.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;

use super::filter::{self, Filter};
use crate::{canonical, outcome::Outcome, view::View};

/// A definition: what is taken in, what is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compose {
    /// Taken together.
    pub(crate) include: Vec<Include>,
    /// Taken away from these.
    pub(crate) exclude: Vec<Include>,
    /// Inactive codes are left out by the definition itself.
    pub(crate) active_only: bool,
}

/// Codes that fulfil all of these.
pub(crate) type Include = Vec<Portion>;

/// Some codes of one system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Portion {
    /// Where they come from.
    pub(crate) source: Source,
    /// Which ones.
    pub(crate) rule: Rule,
}

/// A system, as it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The address of the system.
    pub(crate) system: String,
    /// The version, where it is said.
    pub(crate) version: Option<String>,
    /// The address of the value set that led there, for the error that names it.
    pub(crate) asked_as: Option<String>,
}

/// Which codes of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// All of them.
    All,
    /// Those that may be chosen at entry.
    Active,
    /// These, in this order.
    Codes(Vec<String>),
    /// Those that pass every filter, in the delivered order.
    Filters(Vec<Filter>),
}

impl Compose {
    /// All that one portion holds.
    pub(crate) fn of(portion: Portion) -> Self {
        Self { include: vec![vec![portion]], ..Self::default() }
    }

    /// Reads the definition of a `ValueSet` resource.
    pub(crate) fn read(value_set: &Value) -> Result<Self, Outcome> {
        let compose = value_set.get("compose").ok_or_else(|| {
            Outcome::invalid(
                "Le jeu de valeurs transmis n'a pas de définition\u{a0}: ValueSet.compose manque.",
            )
        })?;
        let includes = |name: &str| -> Result<Vec<Include>, Outcome> {
            list(compose, name)?.iter().map(|i| read_include(i, name)).collect()
        };
        let read = Self {
            include: includes("include")?,
            exclude: includes("exclude")?,
            active_only: compose["inactive"] == false,
        };
        if read.include.is_empty() {
            return Err(Outcome::invalid("ValueSet.compose.include doit être une liste non vide."));
        }
        Ok(read)
    }

    /// Every system that it names.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        self.include.iter().chain(&self.exclude).flatten().map(|p| &p.source)
    }
}

fn list<'a>(object: &'a Value, name: &str) -> Result<&'a [Value], Outcome> {
    match object.get(name) {
        None => Ok(&[]),
        Some(Value::Array(list)) => Ok(list),
        Some(_) => Err(Outcome::invalid(format!(
            "ValueSet.compose\u{a0}: «\u{a0}{name}\u{a0}» doit être une liste."
        ))),
    }
}

/// A text that must be there.
pub(super) fn text<'a>(object: &'a Value, name: &str) -> Result<&'a str, Outcome> {
    object.get(name).and_then(Value::as_str).filter(|t| !t.is_empty()).ok_or_else(|| {
        Outcome::invalid(format!("ValueSet.compose\u{a0}: le texte «\u{a0}{name}\u{a0}» manque."))
    })
}

fn read_include(include: &Value, name: &str) -> Result<Include, Outcome> {
    let mut portions = Vec::new();
    if include.get("system").is_some() {
        let codes = list(include, "concept")?;
        let filters = list(include, "filter")?;
        let rule = match (codes.is_empty(), filters.is_empty()) {
            (true, true) => Rule::All,
            (false, true) => Rule::Codes(
                codes.iter().map(|c| text(c, "code").map(str::to_owned)).collect::<Result<_, _>>()?,
            ),
            (true, false) => Rule::Filters(filters.iter().map(Filter::read).collect::<Result<_, _>>()?),
            (false, false) => {
                return Err(Outcome::invalid(format!(
                    "ValueSet.compose.{name} ne peut avoir à la fois «\u{a0}concept\u{a0}» et «\u{a0}filter\u{a0}»."
                )));
            }
        };
        let (system, version) = canonical::split(text(include, "system")?);
        let version = include.get("version").and_then(Value::as_str).or(version).map(str::to_owned);
        let source = Source { system: system.to_owned(), version, asked_as: None };
        portions.push(Portion { source, rule });
    }
    for imported in list(include, "valueSet")? {
        let address = imported.as_str().unwrap_or_default();
        portions.push(canonical::value_set(address).ok_or_else(|| Outcome::unknown_value_set(address))?);
    }
    if portions.is_empty() {
        return Err(Outcome::invalid(format!(
            "ValueSet.compose.{name} doit nommer un système de codes ou un jeu de valeurs."
        )));
    }
    Ok(portions)
}

/// A code of a value set: which release, which place in it.
pub(crate) type Hit = (usize, usize);

/// A definition with the releases that its portions name, in the order of [`Compose::sources`].
#[derive(Debug)]
pub(crate) struct Selection {
    compose: Compose,
    views: Vec<Arc<View>>,
}

impl Selection {
    /// The definition and one release for each of its sources.
    pub(crate) fn new(compose: Compose, views: Vec<Arc<View>>) -> Self {
        Self { compose, views }
    }

    /// The releases.
    pub(crate) fn views(&self) -> &[Arc<View>] {
        &self.views
    }

    /// The release, when the value set is all of its codes, or all its active ones, and nothing else.
    pub(crate) fn whole(&self) -> Option<&Arc<View>> {
        let [include] = self.compose.include.as_slice() else { return None };
        let whole = matches!(include.as_slice(), [p] if matches!(p.rule, Rule::All | Rule::Active));
        (whole && self.compose.exclude.is_empty()).then(|| &self.views[0])
    }

    /// Whether the definition itself leaves out the inactive codes of every system.
    pub(crate) fn active_only(&self) -> bool {
        let whole_active = |i: &Include| i.iter().any(|p| p.rule == Rule::Active);
        self.compose.active_only || self.compose.include.iter().all(whole_active)
    }

    /// Its codes, each once, in the order of the definition, then of the delivery.
    pub(crate) fn hits(&self) -> Result<Vec<Hit>, Outcome> {
        if let Some(view) = self.whole() {
            // Nothing is there twice: forty thousand codes need no table.
            let active_only = self.active_only();
            let kept = |place: &usize| !active_only || view.terms()[*place].active;
            return Ok((0..view.terms().len()).filter(kept).map(|place| (0, place)).collect());
        }
        let mut at = 0;
        let mut taken = Vec::new();
        let mut known: HashSet<(&str, &str)> = HashSet::new();
        for include in &self.compose.include {
            for hit in self.include(include, at)? {
                let offered = !self.compose.active_only || self.active(hit);
                if offered && known.insert(self.key(hit)) {
                    taken.push(hit);
                }
            }
            at += include.len();
        }
        let mut left_out: HashSet<(&str, &str)> = HashSet::new();
        for exclude in &self.compose.exclude {
            left_out.extend(self.include(exclude, at)?.into_iter().map(|hit| self.key(hit)));
            at += exclude.len();
        }
        taken.retain(|hit| !left_out.contains(&self.key(*hit)));
        Ok(taken)
    }

    /// Whether the term may be chosen at entry.
    pub(crate) fn active(&self, (view, place): Hit) -> bool {
        self.views[view].terms()[place].active
    }

    fn key(&self, (view, place): Hit) -> (&str, &str) {
        let view = &self.views[view];
        (view.system(), &view.terms()[place].code)
    }

    fn include(&self, portions: &[Portion], at: usize) -> Result<Vec<Hit>, Outcome> {
        let mut hits: Option<Vec<Hit>> = None;
        for (i, portion) in portions.iter().enumerate() {
            let places = select(&self.views[at + i], &portion.rule)?;
            let found = places.into_iter().map(|place| (at + i, place));
            hits = Some(match hits {
                None => found.collect(),
                Some(before) => {
                    let also: HashSet<(&str, &str)> = found.map(|hit| self.key(hit)).collect();
                    before.into_iter().filter(|hit| also.contains(&self.key(*hit))).collect()
                }
            });
        }
        Ok(hits.unwrap_or_default())
    }
}

/// The places that a rule selects.
fn select(view: &View, rule: &Rule) -> Result<Vec<usize>, Outcome> {
    match rule {
        Rule::All => Ok((0..view.terms().len()).collect()),
        Rule::Active => Ok((0..view.terms().len()).filter(|i| view.terms()[*i].active).collect()),
        Rule::Codes(codes) => codes.iter().map(|c| filter::place(view, c)).collect(),
        Rule::Filters(filters) => {
            let mut kept = vec![true; view.terms().len()];
            for filter in filters {
                let passes = filter::passing(view, filter)?;
                kept.iter_mut().zip(passes).for_each(|(k, passes)| *k &= passes);
            }
            Ok((0..kept.len()).filter(|i| kept[*i]).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::view::sample;

    fn codes(compose: &Value) -> Result<Vec<String>, Outcome> {
        let compose = Compose::read(&json!({ "compose": compose }))?;
        let view = Arc::new(sample());
        let views = compose.sources().map(|_| Arc::clone(&view)).collect();
        let selection = Selection::new(compose, views);
        Ok(selection.hits()?.into_iter().map(|(_, p)| view.terms()[p].code.clone()).collect())
    }

    fn filtered(property: &str, op: &str, value: &str) -> Vec<String> {
        let filter = json!([{ "property": property, "op": op, "value": value }]);
        codes(&json!({ "include": [{ "system": "s", "filter": filter }] })).unwrap()
    }

    #[test]
    fn filters_follow_the_tree_and_the_properties() {
        assert_eq!(filtered("concept", "is-a", "A1"), ["A1", "A11", "A12", "B1"]);
        assert_eq!(filtered("concept", "descendent-of", "A1"), ["A11", "A12", "B1"]);
        assert_eq!(filtered("concept", "is-not-a", "A"), ["B", "C"]);
        assert_eq!(filtered("concept", "generalizes", "B1"), ["A", "A1", "B", "B1"]);
        assert_eq!(filtered("code", "in", "C, A"), ["A", "C"]);
        assert_eq!(filtered("parent", "=", "A1"), ["A11", "A12", "B1"]);
        assert_eq!(filtered("child", "exists", "false"), ["A11", "A12", "B1", "C"]);
        assert_eq!(filtered("inactive", "=", "true"), ["A12"]);
        assert_eq!(filtered("inactive", "not-in", "true").len(), 6);
        assert_eq!(filtered("display", "=", "Plomb et composés"), ["A11"]);
        assert!(filtered("level", "=", "Classe").is_empty());
    }

    #[test]
    fn includes_add_up_imports_intersect_and_excludes_take_away() {
        let under = |code: &str| json!({ "system": "s", "filter": [{ "property": "concept", "op": "is-a", "value": code }] });
        let two = json!({ "include": [{ "system": "s", "concept": [{ "code": "C" }, { "code": "A11" }] }, under("B"), under("A1")] });
        assert_eq!(codes(&two).unwrap(), ["C", "A11", "B", "B1", "A1", "A12"], "in order, each once");
        let imported = json!({ "include": [{ "system": "s", "filter": [{ "property": "concept", "op": "is-a", "value": "B" }],
            "valueSet": ["s?fhir_vs=isa/A"] }] });
        assert_eq!(codes(&imported).unwrap(), ["B1"]);
        let without = json!({ "include": [under("A")], "exclude": [under("B")], "inactive": false });
        assert_eq!(codes(&without).unwrap(), ["A", "A1", "A11"]);
    }

    #[test]
    fn a_definition_that_cannot_be_followed_says_why() {
        let status = |compose: Value| codes(&compose).unwrap_err().status.as_u16();
        assert_eq!(status(json!({})), 400);
        assert_eq!(status(json!({ "include": {} })), 400);
        assert_eq!(status(json!({ "include": [{}] })), 400);
        assert_eq!(status(json!({ "include": [{ "system": "s", "concept": [{ "code": "Z" }] }] })), 422);
        assert_eq!(status(json!({ "include": [{ "valueSet": ["http://e/inconnu"] }] })), 404);
        let filter = |p: &str, op: &str| json!({ "include": [{ "system": "s", "filter": [{ "property": p, "op": op, "value": "A" }] }] });
        assert_eq!(status(filter("concept", "regex")), 400);
        assert_eq!(status(filter("couleur", "=")), 400);
        assert_eq!(status(filter("display", "is-a")), 400);
        assert_eq!(Compose::read(&json!({})).unwrap_err().status, 400);
    }
}
