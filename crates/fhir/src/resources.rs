//! The resources of this server: each version of each list as a `CodeSystem` and two `ValueSet`s (all codes, codes
//! offered at entry), each step from a version to the next as a `ConceptMap`.

use base::hex;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use terminologie::{Facts, Release, write};
use thesaurus::ListSummary;

use crate::{
    canonical,
    library::Library,
    ops::{compose::Rule, translate},
    outcome::Outcome,
};

/// Signs of an identifier (FHIR, type `id`).
const ID: usize = 64;

/// A type of resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A list in one version.
    CodeSystem,
    /// Codes of one version.
    ValueSet,
    /// From one version to another.
    ConceptMap,
}

impl Kind {
    /// Every type.
    pub(crate) const ALL: [Self; 3] = [Self::CodeSystem, Self::ValueSet, Self::ConceptMap];

    /// Its name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::CodeSystem => "CodeSystem",
            Self::ValueSet => "ValueSet",
            Self::ConceptMap => "ConceptMap",
        }
    }

    /// Reads the name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// How much of a resource is wanted (parameter `_summary`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it (`false`, `data`: no resource here has a narrative).
    Whole,
    /// What says which one it is (`true`).
    Summary,
    /// What no resource can lack (`text`).
    Least,
}

/// One resource, before it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its identifier.
    pub(crate) id: String,
    /// The version of the list it is about.
    pub(crate) of: ListSummary,
    /// What it is.
    pub(crate) what: What,
}

/// What a resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// The list itself.
    Codes,
    /// All its codes.
    Values,
    /// Its codes offered at entry.
    Offered,
    /// Its codes seen from this other version.
    From(Box<ListSummary>),
}

/// Every resource of a type. Correspondences lead from each version to the one loaded after it; with `every_pair`,
/// from any version to any other.
pub(crate) fn entries(kind: Kind, lists: &[Vec<ListSummary>], every_pair: bool) -> Vec<Entry> {
    let from = |before: &ListSummary| What::From(Box::new(before.clone()));
    let mut entries = Vec::new();
    for versions in lists {
        for (i, of) in versions.iter().enumerate() {
            let whats = match kind {
                Kind::CodeSystem => vec![What::Codes],
                Kind::ValueSet => vec![What::Values, What::Offered],
                Kind::ConceptMap if every_pair => versions.iter().filter(|v| *v != of).map(from).collect(),
                // The latest loaded comes first.
                Kind::ConceptMap => versions.get(i + 1).map(from).into_iter().collect(),
            };
            entries.extend(whats.into_iter().map(|what| Entry {
                id: id_of(of, &what),
                of: of.clone(),
                what,
            }));
        }
    }
    entries
}

fn id_of(of: &ListSummary, what: &What) -> String {
    let (list, version) = (of.liste.id.as_str(), of.version.as_str());
    match what {
        What::Codes | What::Values => resource_id(&[list, version]),
        What::Offered => resource_id(&[list, version, "actifs"]),
        What::From(before) => resource_id(&[list, &before.version, "vers", version]),
    }
}

/// List and versions joined by dots, where that is an identifier and where the first dot ends the name of the list;
/// otherwise followed by an imprint.
fn resource_id(parts: &[&str]) -> String {
    let whole = parts.join(".");
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if whole.chars().all(legal) && whole.len() <= ID && !parts[0].contains('.') {
        return whole;
    }
    let mut id: String = whole.chars().map(|c| if legal(c) { c } else { '-' }).take(ID - 17).collect();
    id.push('-');
    id.push_str(&imprint(&parts.join("\0"))[..16]);
    id
}

/// The SHA-256 of a text, in hexadecimal.
pub(crate) fn imprint(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

impl Entry {
    /// Whether this resource is known under an address, with or without a version.
    pub(crate) fn is_at(&self, facts: &Facts, url: &str) -> bool {
        let (address, version) = canonical::split(url);
        if version.is_some_and(|v| v != self.of.version) {
            return false;
        }
        match &self.what {
            What::Codes => canonical::is_called(facts, address),
            What::Values | What::Offered => canonical::value_set(address).is_some_and(|portion| {
                let wanted = if self.what == What::Values { Rule::All } else { Rule::Active };
                portion.rule == wanted && canonical::is_called(facts, &portion.source.system)
            }),
            What::From(before) => {
                canonical::own_map(address) == Some((&facts.id, &before.version, &self.of.version))
            }
        }
    }

    /// How many codes the whole resource lists.
    pub(crate) fn weight(&self) -> usize {
        let terms = |v: &ListSummary| usize::try_from(v.termes).unwrap_or(0);
        match &self.what {
            What::Codes => terms(&self.of),
            What::Values | What::Offered => 0,
            What::From(before) => terms(before),
        }
    }

    /// The resource.
    pub(crate) async fn json(&self, library: &mut Library<'_>, extent: Extent) -> Result<Value, Outcome> {
        let facts = library.facts(&self.of).await?;
        let (list, version) = (&self.of.liste.id, &self.of.version);
        let absent = || Outcome::unexpected("a version that is listed could not be read");
        let head = |v: &ListSummary| Release {
            facts: (*facts).clone(),
            version: v.version.clone(),
            issued: v.publiee_le,
            terms: Vec::new(),
        };
        let written = match (&self.what, extent) {
            (What::Codes, Extent::Whole) => {
                let view = library.view(list, version).await?.ok_or_else(absent)?;
                write::code_system(view.release())
            }
            (What::Codes, _) => write::code_system(&head(&self.of)),
            (What::Values | What::Offered, _) => write::value_set(&head(&self.of)),
            (What::From(before), Extent::Whole) => {
                let before = library.view(list, &before.version).await?.ok_or_else(absent)?;
                let after = library.view(list, version).await?.ok_or_else(absent)?;
                return translate::resource(before.release(), after.release()).map(|r| self.named(r, extent));
            }
            (What::From(before), _) => {
                return translate::resource(&head(before), &head(&self.of)).map(|r| self.named(r, extent));
            }
        };
        let mut resource = written.map_err(|e| Outcome::unwritable(&e))?;
        match self.what {
            What::Codes => {
                // FHIR means by it the value set of all codes, which the offered ones are not.
                resource["valueSet"] = canonical::values_of(&facts).into();
                resource["count"] = self.of.termes.into();
            }
            What::Values => {
                resource["url"] = canonical::values_of(&facts).into();
                resource["name"] = resource["name"].as_str().map(|n| n.replace("Actifs", "Valeurs")).into();
                resource["compose"]["inactive"] = true.into();
            }
            What::Offered | What::From(_) => {}
        }
        Ok(self.named(resource, extent))
    }

    /// Under its own identifier, and cut to what was asked.
    fn named(&self, mut resource: Value, extent: Extent) -> Value {
        resource["id"] = self.id.as_str().into();
        let Some(members) = resource.as_object_mut().filter(|_| extent != Extent::Whole) else {
            return resource;
        };
        match extent {
            Extent::Whole => {}
            Extent::Summary => {
                members.retain(|name, _| {
                    !matches!(
                        name.as_str(),
                        "concept" | "compose" | "group" | "description" | "copyright" | "purpose"
                    )
                });
            }
            Extent::Least => members
                .retain(|name, _| matches!(name.as_str(), "resourceType" | "id" | "status" | "content")),
        }
        resource["meta"] = json!({ "tag": [{
            "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED"
        }] });
        resource
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_to_their_alphabet_and_stay_distinct() {
        assert_eq!(resource_id(&["expositions", "2023.V0.1"]), "expositions.2023.V0.1");
        let odd = [
            resource_id(&["liste_a", "1"]),
            resource_id(&["liste-a", "1"]),
            resource_id(&["a.b", "c"]),
            resource_id(&["a", "b.c"]),
            resource_id(&[&"l".repeat(60), &"v".repeat(60)]),
        ];
        for (i, id) in odd.iter().enumerate() {
            assert!(
                id.len() <= ID && id.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c)),
                "{id}"
            );
            assert!(!odd[..i].contains(id), "{id}");
        }
    }
}
