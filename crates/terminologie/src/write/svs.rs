//! IHE SVS in the shape that the Agence du numérique en santé publishes.

use std::fmt::Write as _;

use super::{WriteError, address, no_control, said, whole};
use crate::{Release, Term};

/// What the layout says of a term beside its names: delivered columns of a list that was read from it.
const DELIVERED: [&str; 4] = ["dateFin", "dateMaj", "dateValid", "codeSystem"];

/// The release as a value set.
///
/// A term keeps its own `dateValid`, `dateMaj`, `dateFin` and `codeSystem` where it has them; otherwise they are the
/// day of the release and the list itself. A term is inactive by its end date alone. Of the synonyms the first is the long designation and the
/// second the short one; the label stands for those that are missing.
pub(super) fn write(release: &Release) -> Result<Vec<u8>, WriteError> {
    whole(release)?;
    no_control(release)?;
    let facts = &release.facts;
    let address = address(release);
    let id = said(facts.oid.as_ref()).unwrap_or(&address);
    let day = release
        .issued
        .map_or_else(String::new, |d| format!("{:04}{:02}{:02}000000", d.year(), d.month(), d.day()));
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<RetrieveValueSetResponse xmlns=\"urn:ihe:iti:svs:2008\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n    <ValueSet",
    );
    attributes(
        &mut xml,
        &[
            ("dateFin", ""),
            ("dateMaj", &day),
            ("dateValid", &day),
            ("description", &facts.title),
            ("displayName", &format!("{}.tabs", facts.id)),
            ("id", id),
            ("typeFichier", "TRE"),
            ("urlFichier", &address),
            ("version", &release.version),
        ],
    );
    xml.push_str(">\n        <ConceptList>\n");
    for term in &release.terms {
        concept(&mut xml, term, id, &day)?;
    }
    xml.push_str("        </ConceptList>\n    </ValueSet>\n</RetrieveValueSetResponse>\n");
    Ok(xml.into_bytes())
}

fn concept(xml: &mut String, term: &Term, system: &str, day: &str) -> Result<(), WriteError> {
    let delivered =
        |name: &str| term.attributes.iter().find(|(title, _)| title == name).map(|(_, text)| text.as_str());
    let [end, change, start, own_system] = DELIVERED.map(delivered);
    // What the term is counts more than a date that it was delivered with.
    let end = match end {
        _ if term.active => "",
        Some(end) => end,
        None if day.is_empty() => return Err(WriteError::Undated { code: term.code.clone() }),
        None => day,
    };
    let mut others = term.synonyms.iter().map(String::as_str);
    let long = others.next().unwrap_or(&term.label);
    let short = others.next().unwrap_or(&term.label);
    xml.push_str("            <Concept");
    attributes(
        xml,
        &[
            ("code", &term.code),
            ("codeSystem", own_system.unwrap_or(system)),
            ("dateFin", end),
            ("dateMaj", change.unwrap_or(day)),
            ("dateValid", start.unwrap_or(day)),
            ("displayName", &term.label),
            ("longDesignation", long),
            ("shortDesignation", short),
        ],
    );
    xml.push_str("/>\n");
    Ok(())
}

/// Attributes in their order. Line breaks and tabulations go in as references: a bare one would be read as a blank
/// (XML 1.0, 3.3.3).
fn attributes(xml: &mut String, pairs: &[(&str, &str)]) {
    for (name, text) in pairs {
        xml.push(' ');
        xml.push_str(name);
        xml.push_str("=\"");
        for sign in text.chars() {
            match sign {
                '&' => xml.push_str("&amp;"),
                '<' => xml.push_str("&lt;"),
                '>' => xml.push_str("&gt;"),
                '"' => xml.push_str("&quot;"),
                '\t' | '\n' | '\r' => {
                    // Writing to a String cannot fail.
                    let _ = write!(xml, "&#{};", u32::from(sign));
                }
                _ => xml.push(sign),
            }
        }
        xml.push('"');
    }
}
