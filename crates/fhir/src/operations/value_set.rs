//! `ValueSet/$expand`, `$validate-code`.

use serde_json::{Map, Value};

use super::{LENIENT, codings};
use crate::{
    canonical,
    library::Library,
    ops::{
        compose::{Compose, Hit, Portion, Rule, Selection, Source},
        expand, validate,
    },
    outcome::Outcome,
    parameters::{Coding, Inputs},
    resources::{Entry, What, imprint},
    view::View,
};

/// The value set that a request is about, with its address: `url`, `valueSet`, or the instance.
fn compose(instance: Option<&Entry>, inputs: &Inputs) -> Result<(Compose, Map<String, Value>), Outcome> {
    inputs.refuse(&["context", "contextDirection", "exclude-system"])?;
    if let Some(entry) = instance {
        let rule = if entry.what == What::Offered { Rule::Active } else { Rule::All };
        let system = canonical::own_system(&entry.of.liste.id);
        let source = Source { system, version: Some(entry.of.version.clone()), asked_as: None };
        return Ok((Compose::of(Portion { source, rule }), Map::new()));
    }
    match (inputs.text("url")?, inputs.resource("valueSet", "ValueSet")?) {
        (Some(_), Some(_)) => {
            Err(Outcome::invalid("La demande donne à la fois «\u{a0}url\u{a0}» et «\u{a0}valueSet\u{a0}»."))
        }
        (None, None) => Err(Outcome::missing("url")),
        (Some(url), None) => {
            let mut portion = canonical::value_set(url).ok_or_else(|| Outcome::unknown_value_set(url))?;
            if portion.source.version.is_none() {
                portion.source.version = inputs.text("valueSetVersion")?.map(str::to_owned);
            }
            let mut head = Map::new();
            head.insert("url".into(), canonical::split(url).0.into());
            Ok((Compose::of(portion), head))
        }
        (None, Some(resource)) => {
            let mut head = resource.as_object().cloned().unwrap_or_default();
            head.retain(|name, _| matches!(name.as_str(), "url" | "version" | "name" | "title" | "status"));
            Ok((Compose::read(resource)?, head))
        }
    }
}

/// The versions that a request sets for the systems of a value set.
struct Pins(Vec<(String, String)>);

impl Pins {
    fn read(inputs: &Inputs, name: &str) -> Result<Self, Outcome> {
        let read = |text: &str| match canonical::split(text) {
            (system, Some(version)) => Ok((system.to_owned(), version.to_owned())),
            _ => Err(Outcome::bad_value(name, "une adresse suivie de |version")),
        };
        inputs.texts(name)?.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    fn of(&self, system: &str) -> Option<&str> {
        self.0.iter().find(|(s, _)| s == system).map(|(_, version)| version.as_str())
    }
}

/// The definition with the release of each of its systems.
async fn select(
    library: &mut Library<'_>,
    compose: Compose,
    inputs: &Inputs,
    wanted: Option<(&str, &str)>,
) -> Result<Selection, Outcome> {
    let day = inputs.day("date")?;
    let force = Pins::read(inputs, "force-system-version")?;
    let default = Pins::read(inputs, "system-version")?;
    let check = Pins::read(inputs, "check-system-version")?;
    let mut views = Vec::new();
    for source in compose.sources() {
        let asked = wanted.filter(|(system, _)| *system == source.system).map(|(_, version)| version);
        let version = force
            .of(&source.system)
            .or(source.version.as_deref())
            .or(asked)
            .or_else(|| default.of(&source.system))
            .or_else(|| check.of(&source.system));
        let view = library.resolve(&source.system, version, day).await.map_err(|outcome| {
            match &source.asked_as {
                Some(url) if outcome == Outcome::unknown_system(&source.system) => {
                    Outcome::unknown_value_set(url)
                }
                _ => outcome,
            }
        })?;
        if let Some(must) = check.of(&source.system).filter(|v| *v != view.version()) {
            return Err(Outcome::wrong_version(view.system(), view.version(), must));
        }
        views.push(view);
    }
    Ok(Selection::new(compose, views))
}

/// `ValueSet/$validate-code`.
pub(crate) async fn validate_in_value_set(
    library: &mut Library<'_>,
    instance: Option<&Entry>,
    inputs: &Inputs,
) -> Result<Value, Outcome> {
    let lenient = inputs.flag(LENIENT)?.unwrap_or(false);
    let (compose, _) = compose(instance, inputs)?;
    let codings = codings(inputs, "system", "systemVersion")?;
    let infer = inputs.flag("inferSystem")?.unwrap_or(false);
    if codings.iter().any(|c| c.system.is_none() && !infer) {
        return Err(Outcome::missing("system"));
    }
    let wanted = match codings.as_slice() {
        [one] => one.system.as_deref().zip(one.version.as_deref()),
        _ => None,
    };
    let selection = select(library, compose, inputs, wanted).await?;
    let hits = selection.hits()?;
    let active_only = inputs.flag("activeOnly")?.unwrap_or(false);
    let verdicts = codings.iter().map(|coding| in_selection(&selection, &hits, coding, active_only, lenient));
    let verdict = validate::best(verdicts.collect()).ok_or_else(|| Outcome::missing("code"))?;
    Ok(verdict.json())
}

fn in_selection(
    selection: &Selection,
    hits: &[Hit],
    coding: &Coding,
    active_only: bool,
    lenient: bool,
) -> validate::Verdict {
    let named = |view: &View| {
        let system = coding.system.as_deref().map(|s| canonical::split(s).0);
        system.is_none_or(|s| canonical::is_called(&view.release().facts, s))
    };
    let found = hits.iter().find(|(view, place)| {
        let view = &selection.views()[*view];
        view.terms()[*place].code == coding.code && named(view)
    });
    let outside = || {
        format!(
            "Le code «\u{a0}{}\u{a0}»{} n'appartient pas au jeu de valeurs.",
            coding.code,
            coding.system.as_ref().map(|s| format!(" de «\u{a0}{s}\u{a0}»")).unwrap_or_default()
        )
    };
    let Some(hit) = found else {
        let Some(view) = selection.views().iter().find(|v| named(v) && v.place(&coding.code).is_some())
        else {
            return validate::Verdict::wrong(outside());
        };
        let mut verdict = validate::code(view, coding, lenient);
        verdict.refuse(outside());
        return verdict;
    };
    let view = &selection.views()[hit.0];
    let mut verdict = validate::code(view, coding, lenient);
    if active_only && !selection.active(*hit) {
        verdict.refuse(outside());
    }
    if let Some(version) = coding.version.as_deref().filter(|v| *v != view.version()) {
        verdict.refuse(format!(
            "Le jeu de valeurs porte sur la version {}, non sur la version {version}.",
            view.version()
        ));
    }
    verdict
}

/// `ValueSet/$expand`. `search` answers what was typed for the whole of an active list.
pub(crate) async fn expand(
    library: &mut Library<'_>,
    instance: Option<&Entry>,
    inputs: &Inputs,
    search: &thesaurus::Search,
    now: base::Instant,
) -> Result<Value, Outcome> {
    let (compose, mut head) = compose(instance, inputs)?;
    let asked = expand::Asked {
        filter: inputs.text("filter")?.map(str::to_owned),
        offset: inputs.number("offset")?,
        count: inputs.number("count")?,
        active_only: inputs.flag("activeOnly")?.unwrap_or(false),
        designations: inputs.flag("includeDesignations")?.unwrap_or(false),
        flat: inputs.flag("excludeNested")?.unwrap_or(false),
        properties: inputs.texts("property")?.into_iter().map(str::to_owned).collect(),
    };
    let definition = inputs.resource("valueSet", "ValueSet")?.and_then(|v| v.get("compose")).cloned();
    let with_definition = inputs.flag("includeDefinition")?.unwrap_or(false);
    let question = format!("{compose:?}");
    let selection = select(library, compose, inputs, None).await?;
    let ranked = ranked(library, &selection, &asked, search).await?;
    let found = expand::find(&selection, &asked, ranked)?;
    let mut expansion = expand::expansion(&selection, &asked, &found)?;
    // The same for every page of one question on the same versions.
    let versions: Vec<(&str, &str)> = selection.views().iter().map(|v| (v.system(), v.version())).collect();
    let question = format!("{question} {versions:?} {:?} {}", asked.filter, asked.active_only);
    expansion["identifier"] = format!("urn:tronc-commun:expansion:{}", &imprint(&question)[..32]).into();
    expansion["timestamp"] = now.to_string().into();
    if let Some(view) = selection.whole().filter(|_| definition.is_none()) {
        let facts = &view.release().facts;
        head.entry("url").or_insert_with(|| canonical::values_of(facts).into());
        head.insert("version".into(), view.version().into());
        head.insert("title".into(), facts.title.as_str().into());
    }
    head.insert("resourceType".into(), "ValueSet".into());
    head.entry("status").or_insert_with(|| "active".into());
    if let Some(definition) = definition.filter(|_| with_definition) {
        head.insert("compose".into(), definition);
    }
    head.insert("expansion".into(), expansion);
    Ok(Value::Object(head))
}

/// What the search of the entry answers, best first, when it knows that list in that version.
async fn ranked(
    library: &mut Library<'_>,
    selection: &Selection,
    asked: &expand::Asked,
    search: &thesaurus::Search,
) -> Result<Option<Vec<usize>>, Outcome> {
    let (Some(typed), Some(view)) = (&asked.filter, selection.whole()) else { return Ok(None) };
    let index = search.current(library.tx).await?;
    let list = &view.release().facts.id;
    if index.version(list) != Some(view.version()) {
        return Ok(None);
    }
    let found = index.search(list, typed, expand::ANSWERS)?;
    Ok(Some(found.iter().filter_map(|f| view.place(&f.code)).collect()))
}
