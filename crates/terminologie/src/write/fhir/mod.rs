//! FHIR R4 resources: the code system, its value set of offered terms, the map between two versions, the bundle.

mod names;
mod resources;
mod shape;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;

pub use resources::{concept_map, fhir_bundle, value_set};

use super::{ATTRIBUTE, DEF, WriteError, address, below, no_control, said, whole};
use crate::{Release, Term};
use names::{computer_name, resource_id};
use shape::{
    CodeSystem, Coding, Concept, Definition, Designation, Head, Identifier, Property, PropertyValue,
};

/// The release as a FHIR R4 `CodeSystem`.
///
/// Terms are listed flat in their order; the tree is in the property `parent`, repeated where a term has several,
/// the principal one first. Properties: `inactive` and `status` (inactive terms only), `nature`, `level`,
/// `references`, `risqueParticulier`, `risqueVip`, `declencheur`, `remarque`, `groupe`, then one for each delivered
/// column, whose title is the property's description. Synonyms are designations, in their order. The flags are the
/// delivered texts, which a boolean would lose.
///
/// # Errors
/// When the release is not whole; when a code has blanks that the type `code` forbids (at an end, two in a row, or
/// other than the plain one): the error names it, and nothing is trimmed; when a text holds a control character;
/// when the list's address is not a URI.
pub fn code_system(release: &Release) -> Result<Value, WriteError> {
    value(&system(release)?)
}

/// The code system as a file.
pub(super) fn code_system_file(release: &Release) -> Result<Vec<u8>, WriteError> {
    pretty(&system(release)?)
}

/// JSON with one member a line: two releases can be compared by eye.
fn pretty(resource: &impl Serialize) -> Result<Vec<u8>, WriteError> {
    let mut bytes = serde_json::to_vec_pretty(resource).map_err(|e| WriteError::Refused(e.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn value(resource: &impl Serialize) -> Result<Value, WriteError> {
    serde_json::to_value(resource).map_err(|e| WriteError::Refused(e.to_string()))
}

/// What FHIR asks of a release before any resource is made of it.
fn checked(release: &Release) -> Result<(), WriteError> {
    whole(release)?;
    no_control(release)?;
    let address = address(release);
    if !address.contains(':') || address.contains(char::is_whitespace) || address.contains('|') {
        return Err(WriteError::Address(address));
    }
    match release.terms.iter().find(|t| !is_code(&t.code)) {
        Some(term) => Err(WriteError::CodeBlanks { code: term.code.clone() }),
        None => Ok(()),
    }
}

/// The type `code`: no blank but single plain ones, inside.
fn is_code(text: &str) -> bool {
    text.split(' ').all(|word| !word.is_empty() && !word.contains(char::is_whitespace))
}

fn system(release: &Release) -> Result<CodeSystem<'_>, WriteError> {
    checked(release)?;
    let columns = Columns::of(&release.terms);
    let concept: Vec<Concept<'_>> = release.terms.iter().map(|t| concept(t, &columns)).collect();
    let mut head = head(release, "CodeSystem", address(release), "");
    head.identifier.extend(said(release.facts.oid.as_ref()).map(|oid| Identifier {
        // FHIR's own name for identifiers that are URIs.
        system: "urn:ietf:rfc:3986",
        value: format!("urn:oid:{oid}"),
    }));
    Ok(CodeSystem {
        head,
        case_sensitive: true,
        value_set: set_address(release),
        hierarchy_meaning: release.terms.iter().any(|t| !t.parents.is_empty()).then_some("is-a"),
        content: "complete",
        count: concept.len(),
        property: definitions(&columns),
        concept,
    })
}

/// What every resource of a release says first; `about` tells it from the code system.
fn head<'a>(release: &'a Release, kind: &'static str, url: String, about: &str) -> Head<'a> {
    let facts = &release.facts;
    let text = |text: &'a str| Some(text).filter(|t| !t.trim().is_empty());
    Head {
        resource_type: kind,
        id: resource_id(&[&facts.id, &release.version, about]),
        language: "fr",
        url,
        identifier: Vec::new(),
        version: text(&release.version),
        name: computer_name(&[&facts.id, about]),
        title: text(&facts.title),
        status: "active",
        experimental: false,
        date: release.issued.map(|day| day.to_string()),
        publisher: text(&facts.manager),
        description: text(&facts.source),
        copyright: text(&facts.licence),
    }
}

/// The address of the value set of the offered terms.
fn set_address(release: &Release) -> String {
    below(&address(release), "actifs")
}

/// The properties that carry delivered columns: their code, by title.
struct Columns<'a> {
    titles: Vec<&'a str>,
    codes: HashMap<&'a str, String>,
}

impl<'a> Columns<'a> {
    fn of(terms: &'a [Term]) -> Self {
        let mut columns = Self { titles: Vec::new(), codes: HashMap::new() };
        for (title, _) in terms.iter().flat_map(|t| &t.attributes) {
            if !columns.codes.contains_key(title.as_str()) {
                columns.titles.push(title);
                columns.codes.insert(title, format!("colonne-{}", columns.titles.len()));
            }
        }
        columns
    }
}

fn definitions<'a>(columns: &Columns<'a>) -> Vec<Definition<'a>> {
    let known = |base: &str, code: &str, kind, about| Definition {
        code: code.to_owned(),
        uri: format!("{base}{code}"),
        description: Some(about),
        kind,
    };
    let standard = |code, kind, about| known("http://hl7.org/fhir/concept-properties#", code, kind, about);
    let own = |code, kind, about| known(DEF, code, kind, about);
    let mut properties = vec![
        standard("parent", "code", "Terme supérieur, le principal en premier"),
        standard("inactive", "boolean", "Terme conservé qui n'est plus proposé"),
        standard("status", "code", "retired pour un terme inactif"),
        own("nature", "code", "Nature de la modification depuis la version précédente"),
        own("level", "string", "Nom du niveau"),
        own("references", "string", "Références réglementaires"),
        own("risqueParticulier", "string", "Risque particulier, texte livré"),
        own("risqueVip", "string", "Risque générant une visite d'information et de prévention, texte livré"),
        own("declencheur", "string", "Déclencheur du suivi"),
        own("remarque", "string", "Remarque"),
        own("groupe", "string", "Groupe de termes"),
    ];
    properties.extend(columns.titles.iter().map(|title| Definition {
        code: columns.codes[title].clone(),
        uri: ATTRIBUTE.to_owned(),
        description: Some(*title).filter(|t| !t.is_empty()),
        kind: "string",
    }));
    properties
}

fn concept<'a>(term: &'a Term, columns: &Columns<'a>) -> Concept<'a> {
    let code =
        |name: &str, code: &'a str| Property { code: name.to_owned(), value: PropertyValue::Code(code) };
    let string =
        |name: &str, text: &'a str| Property { code: name.to_owned(), value: PropertyValue::String(text) };
    let mut property: Vec<Property<'a>> = term.parents.iter().map(|p| code("parent", p)).collect();
    if !term.active {
        property.push(Property { code: "inactive".to_owned(), value: PropertyValue::Boolean(true) });
        property.push(code("status", "retired"));
    }
    property.extend(term.nature.map(|n| code("nature", n.as_str())));
    let texts = [
        ("level", &term.level),
        ("references", &term.references),
        ("risqueParticulier", &term.special_risk),
        ("risqueVip", &term.vip_risk),
        ("declencheur", &term.trigger),
        ("remarque", &term.remark),
    ];
    property.extend(texts.into_iter().filter_map(|(name, text)| Some(string(name, said(text.as_ref())?))));
    property.extend(term.groups.iter().filter(|g| !g.trim().is_empty()).map(|g| string("groupe", g)));
    let delivered = term.attributes.iter().filter(|(_, text)| !text.trim().is_empty());
    property.extend(delivered.map(|(title, text)| string(&columns.codes[title.as_str()], text)));
    Concept {
        code: &term.code,
        display: &term.label,
        definition: said(term.description.as_ref()),
        designation: term
            .synonyms
            .iter()
            .filter(|s| !s.trim().is_empty())
            .map(|value| Designation { language: "fr", used_as: SYNONYM, value })
            .collect(),
        property,
    }
}

/// The use that FHIR names for synonyms (value set `designation-use`).
const SYNONYM: Coding =
    Coding { system: "http://snomed.info/sct", code: "900000000000013009", display: "Synonym" };
