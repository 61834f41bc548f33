//! The parts of the resources, in the order of the standard. Texts are borrowed: a list of forty thousand terms is
//! written without being copied.

use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Head<'a> {
    pub(super) resource_type: &'static str,
    pub(super) id: String,
    pub(super) language: &'static str,
    pub(super) url: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) identifier: Vec<Identifier>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<&'a str>,
    pub(super) status: &'static str,
    pub(super) experimental: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) copyright: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Identifier {
    pub(super) system: &'static str,
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeSystem<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    pub(super) case_sensitive: bool,
    pub(super) value_set: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hierarchy_meaning: Option<&'static str>,
    pub(super) content: &'static str,
    pub(super) count: usize,
    pub(super) property: Vec<Definition<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) concept: Vec<Concept<'a>>,
}

#[derive(Serialize)]
pub(super) struct Definition<'a> {
    pub(super) code: String,
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<&'a str>,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Concept<'a> {
    pub(super) code: &'a str,
    pub(super) display: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) definition: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) designation: Vec<Designation<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) property: Vec<Property<'a>>,
}

#[derive(Serialize)]
pub(super) struct Designation<'a> {
    pub(super) language: &'static str,
    #[serde(rename = "use")]
    pub(super) used_as: Coding,
    pub(super) value: &'a str,
}

#[derive(Serialize)]
pub(super) struct Coding {
    pub(super) system: &'static str,
    pub(super) code: &'static str,
    pub(super) display: &'static str,
}

#[derive(Serialize)]
pub(super) struct Property<'a> {
    pub(super) code: String,
    #[serde(flatten)]
    pub(super) value: PropertyValue<'a>,
}

#[derive(Serialize)]
pub(super) enum PropertyValue<'a> {
    #[serde(rename = "valueCode")]
    Code(&'a str),
    #[serde(rename = "valueString")]
    String(&'a str),
    #[serde(rename = "valueBoolean")]
    Boolean(bool),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValueSet<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    pub(super) compose: Compose<'a>,
}

#[derive(Serialize)]
pub(super) struct Compose<'a> {
    pub(super) inactive: bool,
    pub(super) include: [Include<'a>; 1],
}

#[derive(Serialize)]
pub(super) struct Include<'a> {
    pub(super) system: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ConceptMap<'a> {
    #[serde(flatten)]
    pub(super) head: Head<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) group: Vec<Group<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group<'a> {
    pub(super) source: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source_version: Option<&'a str>,
    pub(super) target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) target_version: Option<&'a str>,
    pub(super) element: Vec<Element<'a>>,
}

#[derive(Serialize)]
pub(super) struct Element<'a> {
    pub(super) code: &'a str,
    pub(super) display: &'a str,
    pub(super) target: Vec<Target<'a>>,
}

#[derive(Serialize)]
pub(super) struct Target<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) display: Option<&'a str>,
    pub(super) equivalence: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bundle<'a> {
    pub(super) resource_type: &'static str,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'a> {
    pub(super) full_url: String,
    pub(super) resource: Resource<'a>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Resource<'a> {
    System(CodeSystem<'a>),
    Set(ValueSet<'a>),
    Made(&'a serde_json::Value),
}
