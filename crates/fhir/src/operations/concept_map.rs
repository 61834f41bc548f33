//! `ConceptMap/$translate`.

use serde_json::Value;

use super::two_codes;
use crate::{
    canonical,
    library::Library,
    ops::translate,
    outcome::Outcome,
    parameters::{Coding, Flavour, Inputs},
    resources::{Entry, What},
};

/// The inputs of `$translate` that name a code, in R4 and R5, of the source and of the target.
const CODES: [&str; 9] = [
    "code",
    "coding",
    "codeableConcept",
    "sourceCode",
    "sourceCoding",
    "sourceCodeableConcept",
    "targetCode",
    "targetCoding",
    "targetCodeableConcept",
];
const FROM_TARGET: [&str; 3] = ["targetCode", "targetCoding", "targetCodeableConcept"];
/// Names that only R5 has: who uses one reads an answer of R5.
const R5_NAMES: [&str; 9] = [
    "sourceCode",
    "sourceCoding",
    "sourceCodeableConcept",
    "targetCode",
    "targetCoding",
    "targetCodeableConcept",
    "sourceScope",
    "targetScope",
    "targetSystem",
];
const SOURCES: &[&str] = &["source", "sourceScope"];
const TARGETS: &[&str] = &["target", "targetScope", "targetsystem", "targetSystem"];

/// `ConceptMap/$translate`. Lists are mapped from one of their versions to another: the version of the code is needed,
/// and the other one is the version offered at entry unless it is named (`targetsystem=ADDRESS|VERSION`).
pub(crate) async fn translate(
    library: &mut Library<'_>,
    instance: Option<&Entry>,
    inputs: &Inputs,
    flavour: Flavour,
) -> Result<Value, Outcome> {
    inputs.refuse(&["conceptMap", "dependency"])?;
    let given: Vec<&str> = CODES.into_iter().filter(|name| inputs.has_any(&[name])).collect();
    let name = match given.as_slice() {
        [] => return Err(Outcome::missing("code")),
        [one] => *one,
        _ => return Err(two_codes()),
    };
    let reverse = inputs.flag("reverse")?.unwrap_or(false) || FROM_TARGET.contains(&name);
    let flavour = if inputs.has_any(&R5_NAMES) { Flavour::R5 } else { flavour };
    let codings = match (inputs.text("version")?, name) {
        (_, name) if name.ends_with("odeableConcept") => inputs.codings(name)?.unwrap_or_default(),
        (_, name) if name.ends_with("oding") => inputs.coding(name)?.into_iter().collect(),
        (version, name) => vec![Coding {
            system: inputs.text("system")?.map(str::to_owned),
            version: version.map(str::to_owned),
            code: inputs.needed(name)?.to_owned(),
            display: None,
        }],
    };
    let addressed = match instance {
        Some(Entry { of, what: What::From(before), .. }) => {
            Some((of.liste.id.clone(), before.version.clone(), of.version.clone()))
        }
        _ => match inputs.text("url")? {
            Some(url) => {
                let known =
                    canonical::own_map(canonical::split(url).0).ok_or_else(|| Outcome::unknown_map(url))?;
                Some((known.0.to_owned(), known.1.to_owned(), known.2.to_owned()))
            }
            None => None,
        },
    };
    // Of a concept in several systems, the first coding of a list that is known here.
    let mut chosen = None;
    for coding in &codings {
        let list = match &coding.system {
            Some(system) => library.list_at(canonical::split(system).0).await?,
            None => addressed.as_ref().map(|(list, ..)| list.clone()),
        };
        if let Some(list) = list {
            chosen = Some((coding, list));
            break;
        }
    }
    let Some((coding, list)) = chosen else {
        return Err(match codings.first() {
            Some(Coding { system: Some(system), .. }) => Outcome::unknown_system(system),
            Some(_) => Outcome::missing("system"),
            None => Outcome::missing(name),
        });
    };
    let (from, to) = match addressed {
        Some((mapped, from, to)) => {
            let own = if reverse { &to } else { &from };
            let other = coding.version.as_deref().filter(|v| v != own);
            if mapped != list || other.is_some() {
                return Ok(translate::outside(&coding.code));
            }
            (from, to)
        }
        None => versions(library, inputs, coding, &list, reverse).await?,
    };
    let map = library.map(&list, &from, &to).await?.ok_or_else(|| {
        Outcome::unknown_map(&format!("«\u{a0}{list}\u{a0}», de la version {from} à la version {to}"))
    })?;
    Ok(map.answer(&coding.code, reverse, flavour))
}

/// The versions that a code is to be carried between when no map is named: first and second version of the map.
async fn versions(
    library: &mut Library<'_>,
    inputs: &Inputs,
    coding: &Coding,
    list: &str,
    reverse: bool,
) -> Result<(String, String), Outcome> {
    let (own_names, other_names) = if reverse { (TARGETS, SOURCES) } else { (SOURCES, TARGETS) };
    let piped = coding.system.as_deref().and_then(|s| canonical::split(s).1).map(str::to_owned);
    let own = match coding.version.clone().or(piped) {
        Some(version) => version,
        None => scope(library, inputs, own_names, list).await?.ok_or_else(|| Outcome::missing("version"))?,
    };
    let other = match scope(library, inputs, other_names, list).await? {
        Some(version) => version,
        None => library.offered(list).await?.ok_or_else(|| Outcome::unknown_system(list))?,
    };
    for version in [&own, &other] {
        if library.view(list, version).await?.is_none() {
            return Err(Outcome::unknown_version(&canonical::own_system(list), version));
        }
    }
    Ok(if reverse { (other, own) } else { (own, other) })
}

/// The version that a scope names. Scopes are systems or value sets; one of another list has no map.
async fn scope(
    library: &mut Library<'_>,
    inputs: &Inputs,
    names: &[&str],
    list: &str,
) -> Result<Option<String>, Outcome> {
    let mut found = None;
    for name in names {
        let Some(scope) = inputs.text(name)? else { continue };
        let (address, version) = canonical::value_set(scope).map_or_else(
            || {
                let (address, version) = canonical::split(scope);
                (address.to_owned(), version.map(str::to_owned))
            },
            |portion| (portion.source.system, portion.source.version),
        );
        match library.list_at(&address).await? {
            None => return Err(Outcome::unknown_system(&address)),
            Some(other) if other != list => {
                return Err(Outcome::unknown_map(&format!(
                    "de «\u{a0}{list}\u{a0}» à «\u{a0}{other}\u{a0}»"
                )));
            }
            Some(_) => found = found.or(version),
        }
    }
    Ok(found)
}
