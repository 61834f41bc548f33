//! Addresses: of lists, of their value sets, of the correspondences of their versions.

use terminologie::Facts;

use crate::ops::{
    compose::{Portion, Rule, Source},
    filter::{Filter, Op},
};

const THESAURUS: &str = "urn:tronc-commun:thesaurus:";
const VALUES: &str = "urn:tronc-commun:valeurs:";
const MAP: &str = "urn:tronc-commun:correspondance:";
/// FHIR's own way to name the value set of all codes of a system.
const ALL_CODES: &str = "?fhir_vs";
const UNDER: &str = "=isa/";
/// The value set of the codes offered at entry stands under its list's address.
const OFFERED: [&str; 2] = ["/actifs", ":actifs"];

/// Splits `address|version`.
pub(crate) fn split(canonical: &str) -> (&str, Option<&str>) {
    match canonical.split_once('|') {
        Some((address, version)) if !version.is_empty() => (address, Some(version)),
        Some((address, _)) => (address, None),
        None => (canonical, None),
    }
}

/// The address under which a list is given.
pub(crate) fn system_of(facts: &Facts) -> String {
    facts.url.clone().unwrap_or_else(|| own_system(&facts.id))
}

/// The address that every list has, whatever its editor calls it.
pub(crate) fn own_system(list: &str) -> String {
    format!("{THESAURUS}{list}")
}

/// The address of the value set of all codes of a list.
pub(crate) fn values_of(facts: &Facts) -> String {
    match &facts.url {
        Some(url) => format!("{url}{ALL_CODES}"),
        None => format!("{VALUES}{}", facts.id),
    }
}

/// The address of the correspondence from one version of a list to another.
pub(crate) fn map_of(list: &str, from: &str, to: &str) -> String {
    format!("{MAP}{list}:{from}:{to}")
}

/// The list that an address of ours names outright.
pub(crate) fn own_list(system: &str) -> Option<&str> {
    system.strip_prefix(THESAURUS)
}

/// List, first and second version of a correspondence. No name holds a colon.
pub(crate) fn own_map(url: &str) -> Option<(&str, &str, &str)> {
    let mut parts = url.strip_prefix(MAP)?.split(':');
    let found = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(found)
}

/// The value set that an address names: all codes of a list (`urn:tronc-commun:valeurs:…`, `…?fhir_vs`), those at and
/// under one of them (`…?fhir_vs=isa/CODE`), those offered at entry (`…/actifs`, `…:actifs`). `None` when the address
/// names no value set.
pub(crate) fn value_set(canonical: &str) -> Option<Portion> {
    let (address, version) = split(canonical);
    let offered = OFFERED.iter().find_map(|end| address.strip_suffix(end));
    let (base, rule) = match (address.split_once(ALL_CODES), offered) {
        (Some((base, "")), _) => (base, Rule::All),
        (Some((base, question)), _) => {
            let code = question.strip_prefix(UNDER).filter(|code| !code.is_empty())?;
            (
                base,
                Rule::Filters(vec![Filter { property: "concept".into(), op: Op::IsA, value: code.into() }]),
            )
        }
        (None, Some(base)) => (base, Rule::Active),
        (None, None) => (address.strip_prefix(VALUES).map(|_| address)?, Rule::All),
    };
    let system = base.strip_prefix(VALUES).map_or_else(|| base.to_owned(), own_system);
    Some(Portion {
        source: Source { system, version: version.map(str::to_owned), asked_as: Some(canonical.to_owned()) },
        rule,
    })
}

/// Whether a list is known under this address: its editor's, its object identifier, or ours.
pub(crate) fn is_called(facts: &Facts, system: &str) -> bool {
    facts.url.as_deref() == Some(system)
        || own_list(system) == Some(facts.id.as_str())
        || facts.oid.as_deref().is_some_and(|oid| system.strip_prefix("urn:oid:") == Some(oid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_set_is_named_in_two_ways() {
        let system = |url: &str| value_set(url).map(|p| (p.source.system, p.source.version, p.rule));
        let all = |system: &str| Some((system.to_owned(), None, Rule::All));
        assert_eq!(system("urn:tronc-commun:valeurs:naf"), all("urn:tronc-commun:thesaurus:naf"));
        assert_eq!(system("http://e/naf?fhir_vs"), all("http://e/naf"));
        let (_, version, _) = system("http://e/naf?fhir_vs|2008").unwrap();
        assert_eq!(version.as_deref(), Some("2008"));
        let (_, _, rule) = system("http://e/naf?fhir_vs=isa/01.1").unwrap();
        let under = Filter { property: "concept".into(), op: Op::IsA, value: "01.1".into() };
        assert_eq!(rule, Rule::Filters(vec![under]));
        let offered = |system: &str| Some((system.to_owned(), None, Rule::Active));
        assert_eq!(system("http://e/naf/actifs"), offered("http://e/naf"));
        assert_eq!(
            system("urn:tronc-commun:thesaurus:naf:actifs"),
            offered("urn:tronc-commun:thesaurus:naf")
        );
        assert_eq!(system("http://e/naf"), None);
        assert_eq!(system("http://e/naf?fhir_vs=refset"), None);
        assert_eq!(system("http://e/naf?fhir_vs=isa/"), None);
    }

    #[test]
    fn a_correspondence_names_a_list_and_two_versions() {
        assert_eq!(own_map(&map_of("naf", "2003", "rev2")), Some(("naf", "2003", "rev2")));
        assert_eq!(own_map("urn:tronc-commun:correspondance:naf:2003"), None);
        assert_eq!(own_map("urn:tronc-commun:correspondance:naf:1:2:3"), None);
        assert_eq!(split("urn:x|2"), ("urn:x", Some("2")));
        assert_eq!(split("urn:x|"), ("urn:x", None));
    }
}
