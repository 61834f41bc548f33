//! What this server does: `CapabilityStatement` and `TerminologyCapabilities`.

use base::Date;
use serde_json::{Value, json};

use crate::{
    bundle,
    library::Library,
    ops::{expand, lookup},
    outcome::Outcome,
    resources::Kind,
};

/// The release of FHIR that the resources follow.
const FHIR: &str = "4.0.1";

/// The operations of a type, with FHIR's own definition of each.
pub(crate) fn operations(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::CodeSystem => &["lookup", "validate-code", "subsumes"],
        Kind::ValueSet => &["expand", "validate-code"],
        Kind::ConceptMap => &["translate"],
    }
}

fn head(kind: &str, service: &str, today: Date, base: &str) -> Value {
    json!({
        "resourceType": kind,
        "language": lookup::LANGUAGE,
        "url": format!("{base}/metadata"),
        "name": "TroncCommun",
        "title": "Serveur de terminologies Tronc commun",
        "status": "active",
        "date": today.to_string(),
        "publisher": service,
        "kind": "instance",
        "software": { "name": "Tronc commun", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": format!("Terminologies de {service}"), "url": base },
    })
}

/// The statement of capabilities.
pub(crate) fn statement(service: &str, today: Date, base: &str) -> Value {
    let mut statement = head("CapabilityStatement", service, today, base);
    statement["instantiates"] = json!(["http://hl7.org/fhir/CapabilityStatement/terminology-server"]);
    statement["fhirVersion"] = FHIR.into();
    statement["format"] = json!(["application/fhir+json", "json"]);
    let search: Vec<Value> =
        bundle::PARAMETERS.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect();
    let resources: Vec<Value> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let operations: Vec<Value> = operations(kind)
                .iter()
                .map(|name| {
                    let of = kind.as_str();
                    json!({ "name": name,
                        "definition": format!("http://hl7.org/fhir/OperationDefinition/{of}-{name}") })
                })
                .collect();
            json!({
                "type": kind.as_str(),
                "interaction": [{ "code": "read" }, { "code": "search-type" }],
                "versioning": "no-version",
                "searchParam": search,
                "operation": operations,
            })
        })
        .collect();
    statement["rest"] = json!([{
        "mode": "server",
        "security": { "description": "Session de Tronc commun, par cookie." },
        "resource": resources,
    }]);
    statement
}

/// The lists and versions that operations answer for.
pub(crate) async fn terminology(
    library: &mut Library<'_>,
    service: &str,
    today: Date,
    base: &str,
) -> Result<Value, Outcome> {
    let mut systems = Vec::new();
    for versions in library.all().await? {
        let Some(shown) = versions.iter().find(|v| v.active).or(versions.first()) else { continue };
        let address = crate::canonical::system_of(&*library.facts(shown).await?);
        let versions: Vec<Value> = versions
            .iter()
            .map(|v| json!({ "code": v.version, "isDefault": v.active, "compositional": false, "language": [lookup::LANGUAGE] }))
            .collect();
        systems.push(json!({ "uri": address, "version": versions, "subsumption": true }));
    }
    let mut capabilities = head("TerminologyCapabilities", service, today, base);
    if !systems.is_empty() {
        capabilities["codeSystem"] = systems.into();
    }
    let parameters: Vec<Value> = [
        ("url", ""),
        ("valueSet", "compose : include, exclude, concept, filter, valueSet"),
        ("valueSetVersion", ""),
        ("filter", "débuts de mots dans le libellé et les synonymes, fautes de frappe admises sur les listes en vigueur"),
        ("date", ""),
        ("offset", ""),
        ("count", ""),
        ("activeOnly", ""),
        ("includeDesignations", ""),
        ("includeDefinition", ""),
        ("excludeNested", ""),
        ("displayLanguage", "fr seulement"),
        ("system-version", ""),
        ("force-system-version", ""),
        ("check-system-version", ""),
        ("property", ""),
    ]
    .into_iter()
    .map(|(name, about)| {
        let mut parameter = json!({ "name": name });
        if !about.is_empty() {
            parameter["documentation"] = about.into();
        }
        parameter
    })
    .collect();
    capabilities["expansion"] = json!({
        "hierarchical": true,
        "paging": true,
        "incomplete": true,
        "parameter": parameters,
        "textFilter": format!(
            "Débuts de mots, sans égard à la casse ni aux accents ; {} réponses au plus. Sans filtre, {} codes au plus en une fois.",
            expand::ANSWERS, expand::LARGEST
        ),
    });
    capabilities["codeSearch"] = "all".into();
    capabilities["validateCode"] = json!({ "translations": false });
    capabilities["translation"] = json!({ "needsMap": true });
    Ok(capabilities)
}
