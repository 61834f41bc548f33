//! A request, read: method, address, headers, parameters.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, header, request::Parts},
};

use crate::{
    capability,
    outcome::Outcome,
    parameters::{Flavour, Inputs},
    resources::Kind,
};

/// Where every address of this room begins.
pub(crate) const BASE: &str = "/fhir";
/// The largest body that is accepted: a value set of some thousand codes.
const BODY_LIMIT: usize = 1024 * 1024;
const BODY_READ: usize = 4 * BODY_LIMIT;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Call {
    /// What the server does.
    Metadata,
    /// Resources of a type.
    Search(Kind),
    /// One resource, by its identifier.
    Read(Kind, String),
    /// An operation of a type, or of one resource.
    Operation(Kind, Option<String>, Operation),
}

/// An operation that some type has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    Lookup,
    ValidateCode,
    Subsumes,
    Expand,
    Translate,
}

impl Operation {
    /// The operation of that name, where the type has it.
    fn parse(kind: Kind, name: &str) -> Option<Self> {
        if !capability::operations(kind).contains(&name) {
            return None;
        }
        match name {
            "lookup" => Some(Self::Lookup),
            "validate-code" => Some(Self::ValidateCode),
            "subsumes" => Some(Self::Subsumes),
            "expand" => Some(Self::Expand),
            "translate" => Some(Self::Translate),
            _ => None,
        }
    }
}

/// What a method and an address ask.
pub(crate) fn call(method: &Method, path: &str) -> Result<Call, Outcome> {
    let path = decoded(path.strip_prefix(BASE).unwrap_or_default());
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    let reading = matches!(*method, Method::GET | Method::HEAD);
    let refused = || Outcome::method_not_allowed(method.as_str());
    let kind = |name: &str| Kind::parse(name).ok_or_else(Outcome::unknown_address);
    let operation =
        |kind: Kind, name: &str| Operation::parse(kind, name).ok_or_else(Outcome::unknown_address);
    let called = match segments.as_slice() {
        ["metadata"] => Call::Metadata,
        [of] => Call::Search(kind(of)?),
        [of, "_search"] => {
            let of = kind(of)?;
            return if *method == Method::POST { Ok(Call::Search(of)) } else { Err(refused()) };
        }
        [of, name] if name.starts_with('$') => {
            Call::Operation(kind(of)?, None, operation(kind(of)?, &name[1..])?)
        }
        [of, id] => Call::Read(kind(of)?, (*id).to_owned()),
        [of, id, name] if name.starts_with('$') => {
            Call::Operation(kind(of)?, Some((*id).to_owned()), operation(kind(of)?, &name[1..])?)
        }
        _ => return Err(Outcome::unknown_address()),
    };
    let sent = *method == Method::POST && matches!(called, Call::Operation(..));
    if reading || sent { Ok(called) } else { Err(refused()) }
}

/// Percent signs undone (`%24lookup`); what they do not make a text of stays as it is.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let pair = after.get(..2).and_then(|p| std::str::from_utf8(p).ok());
        let byte = pair.and_then(|p| u8::from_str_radix(p, 16).ok()).filter(|_| *first == b'%');
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| path.to_owned())
}

/// The parameters, wherever they stand.
pub(crate) async fn inputs(parts: &Parts, body: Body, call: &Call) -> Result<Inputs, Outcome> {
    let mut inputs = Inputs::from_query(parts.uri.query().unwrap_or_default());
    if parts.method != Method::POST {
        return Ok(inputs);
    }
    // Somewhat more is read than accepted: a caller who is still sending would not hear the refusal.
    let body = to_bytes(body, BODY_READ).await.map_err(|_| Outcome::too_long(BODY_LIMIT))?;
    if body.len() > BODY_LIMIT {
        return Err(Outcome::too_long(BODY_LIMIT));
    }
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap_or("?"));
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if let Call::Search(_) = call {
        if kind != "application/x-www-form-urlencoded" && !body.is_empty() {
            return Err(Outcome::unsupported_form());
        }
        let text = std::str::from_utf8(&body)
            .map_err(|_| Outcome::invalid("Le corps de la demande n'est pas un texte UTF-8."))?;
        inputs.add_query(text);
    } else if !body.is_empty() {
        if !is_json(&kind) {
            return Err(Outcome::unsupported_body());
        }
        inputs.add_body(&body)?;
    }
    Ok(inputs)
}

fn is_json(media: &str) -> bool {
    // After a question mark, a plus sign means a blank.
    matches!(
        media,
        "application/fhir+json" | "application/fhir json" | "application/json" | "text/json" | "json"
    )
}

/// Whether JSON is wanted, and of which release: `_format` before the header `Accept`.
pub(crate) fn flavour(headers: &HeaderMap, query: &str) -> Result<Flavour, Outcome> {
    let media = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let format = Inputs::from_query(query).text("_format")?.map(str::to_owned);
    let accept = headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    let ranges: Vec<&str> =
        accept.flat_map(|v| v.split(',')).map(str::trim).filter(|r| !r.is_empty()).collect();
    let acceptable = if let Some(format) = &format {
        is_json(&media(format))
    } else {
        let refused = |range: &str| {
            let quality = range.split(';').find_map(|p| p.trim().strip_prefix("q="));
            quality.is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|q| q <= 0.0))
        };
        let taken = |range: &&str| {
            let media = media(range);
            !refused(range) && (is_json(&media) || media == "*/*" || media == "application/*")
        };
        ranges.is_empty() || ranges.iter().any(taken)
    };
    if !acceptable {
        return Err(Outcome::not_acceptable());
    }
    let r5 = ranges
        .iter()
        .copied()
        .chain(format.as_deref())
        .any(|r| r.replace(' ', "").contains("fhirVersion=5.0"));
    Ok(if r5 { Flavour::R5 } else { Flavour::R4 })
}

/// The address of this server as the caller knows it.
pub(crate) fn base_address(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let scheme = if text("x-forwarded-proto") == "https" { "https" } else { "http" };
    let host = Some(text("host")).filter(|h| !h.is_empty()).unwrap_or("localhost");
    format!("{scheme}://{host}{BASE}")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn an_address_and_a_method_say_what_is_asked() {
        let get = |path: &str| call(&Method::GET, path);
        assert_eq!(get("/fhir/metadata"), Ok(Call::Metadata));
        assert_eq!(get("/fhir/CodeSystem/"), Ok(Call::Search(Kind::CodeSystem)));
        assert_eq!(get("/fhir/ValueSet/a.1"), Ok(Call::Read(Kind::ValueSet, "a.1".into())));
        let lookup = Call::Operation(Kind::CodeSystem, None, Operation::Lookup);
        assert_eq!(get("/fhir/CodeSystem/$lookup"), Ok(lookup.clone()));
        assert_eq!(get("/fhir/CodeSystem/%24lookup"), Ok(lookup.clone()));
        assert_eq!(call(&Method::POST, "/fhir/CodeSystem/$lookup"), Ok(lookup));
        let expand = Call::Operation(Kind::ValueSet, Some("a.1".into()), Operation::Expand);
        assert_eq!(get("/fhir/ValueSet/a.1/$expand"), Ok(expand));
        for path in [
            "/fhir",
            "/fhir/Patient",
            "/fhir/Patient/$everything",
            "/fhir/CodeSystem/$expand",
            "/fhir/CodeSystem/$lookups",
            "/fhir/CodeSystem/a/b/c",
            "/fhir/%ff",
        ] {
            assert_eq!(get(path).unwrap_err().status, 404, "{path}");
        }
        for (method, path) in [
            (Method::POST, "/fhir/metadata"),
            (Method::PUT, "/fhir/CodeSystem/a"),
            (Method::DELETE, "/fhir/CodeSystem/a"),
            (Method::POST, "/fhir/CodeSystem"),
            (Method::GET, "/fhir/CodeSystem/_search"),
        ] {
            assert_eq!(call(&method, path).unwrap_err().status, 405, "{method} {path}");
        }
    }

    #[test]
    fn json_is_given_to_whoever_takes_it() {
        let asked = |accept: &str, query: &str| {
            let mut headers = HeaderMap::new();
            if !accept.is_empty() {
                headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
            }
            flavour(&headers, query)
        };
        for accept in
            ["", "*/*", "application/fhir+json", "text/html, application/*;q=0.5", "application/json; q=0.1"]
        {
            assert_eq!(asked(accept, ""), Ok(Flavour::R4), "{accept}");
        }
        for accept in
            ["application/fhir+xml", "text/html", "application/json;q=0", "text/turtle, application/xml"]
        {
            assert_eq!(asked(accept, "").unwrap_err().status, 406, "{accept}");
        }
        assert_eq!(asked("application/fhir+json; fhirVersion=5.0", ""), Ok(Flavour::R5));
        assert_eq!(asked("application/fhir+xml", "_format=json"), Ok(Flavour::R4));
        assert_eq!(asked("", "_format=application/fhir+json"), Ok(Flavour::R4));
        assert_eq!(asked("*/*", "_format=xml").unwrap_err().status, 406);
    }
}
