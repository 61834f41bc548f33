//! What must hold of any XML before it is understood.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::ReadError;

/// Deeper than any nomenclature; readers of RDF search the namespaces of every level.
const MOST_LEVELS: usize = 100;
/// More attributes than any element of a nomenclature; some readers compare each with every other.
const MOST_ATTRIBUTES: usize = 100;

/// Looks at XML once: no entity declared, no depth nor width that would make a reader slow, whole to its end. Gives
/// the name of its first element, without prefix.
pub(super) fn look(text: &str) -> Result<String, ReadError> {
    // No reader here fetches anything, but one of them expands the entities of a DOCTYPE, wherever it stands.
    if text.as_bytes().windows(9).any(|w| w.eq_ignore_ascii_case(b"<!doctype")) {
        return Err(ReadError::Entities);
    }
    let mut reader = Reader::from_str(text);
    let (mut root, mut depth) = (None, 0usize);
    loop {
        match reader.read_event().map_err(damaged)? {
            Event::Start(element) => {
                depth += 1;
                note(&element, depth, &mut root)?;
            }
            Event::Empty(element) => note(&element, depth + 1, &mut root)?,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) => return Err(ReadError::Entities),
            Event::Eof => break,
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
    }
    if depth > 0 {
        return Err(ReadError::Damaged("fin du fichier XML".into()));
    }
    root.ok_or_else(|| ReadError::Damaged("aucun élément XML".into()))
}

/// The name of the first element, without prefix, whatever follows.
pub(super) fn root(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        if rest.starts_with("!--") {
            rest = &rest[rest.find("-->")?..];
        } else if !rest.starts_with(['?', '!']) {
            let name = rest.split(|c: char| c.is_whitespace() || "/><".contains(c)).next()?;
            return Some(name.rsplit(':').next().unwrap_or(name));
        }
    }
}

fn note(element: &BytesStart<'_>, depth: usize, root: &mut Option<String>) -> Result<(), ReadError> {
    if depth > MOST_LEVELS || element.attributes_raw().matches('=').count() > MOST_ATTRIBUTES {
        return Err(ReadError::Damaged("éléments XML trop imbriqués ou trop larges".into()));
    }
    root.get_or_insert_with(|| element.local_name().as_ref().to_owned());
    Ok(())
}

/// The reader's own words say where the XML breaks.
pub(super) fn damaged(error: impl std::fmt::Display) -> ReadError {
    ReadError::Damaged(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_refused_wherever_they_are_declared() {
        let laughs =
            r#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;">]><a>&m;</a>"#;
        let external = r#"<!doctype a SYSTEM "file:///etc/hostname"><a/>"#;
        let late = r#"<a><!DOCTYPE a [<!ENTITY l "lol">]><b>&l;</b></a>"#;
        for text in [laughs, external, late] {
            assert_eq!(look(text), Err(ReadError::Entities), "{text}");
        }
    }

    #[test]
    fn xml_is_whole_or_refused() {
        assert_eq!(look("<x:a xmlns:x='u'><b c='d'/></x:a>").unwrap(), "a");
        assert_eq!(root("<?xml version='1.0'?>\n<!-- <b> -->\n<x:a xmlns:x='u'"), Some("a"));
        for text in ["", "<a><b></b>", "<a", "<a></b>", "texte"] {
            assert!(matches!(look(text), Err(ReadError::Damaged(_))), "{text}");
        }
    }

    #[test]
    fn xml_too_deep_or_too_wide_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(101), "</a>".repeat(101));
        let wide = " a=''".repeat(101);
        for text in [deep, format!("<a{wide}/>")] {
            assert!(matches!(look(&text), Err(ReadError::Damaged(_))));
        }
    }
}
