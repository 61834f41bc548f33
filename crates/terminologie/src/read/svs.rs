//! Nomenclatures of the *Agence du numérique en santé*, in IHE SVS XML (thesauri, C3).

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use super::tree::Builder;
use super::xml::{damaged, look};
use super::{FindingKind, Limits, ReadError, Reading, words};
use crate::Term;

/// Attributes of a concept that are kept under their own name.
const KEPT: [&str; 3] = ["dateValid", "dateMaj", "dateFin"];

/// Reads one value set. A concept whose `dateFin` holds something is inactive; its other designations are synonyms.
pub(super) fn read(text: &str, windows_1252: bool, limits: Limits) -> Result<Reading, ReadError> {
    let root = look(text)?;
    if !is_svs(&root) {
        return Err(ReadError::OtherXml { found: root });
    }
    let mut build = Builder::new(limits);
    if windows_1252 {
        build.find(1, "", FindingKind::Windows1252);
    }
    let mut reader = Reader::from_str(text);
    let (mut line, mut counted) = (1usize, 0usize);
    let mut sets = 0;
    loop {
        let event = reader.read_event().map_err(damaged)?;
        // The line on which the element ends: an element of the real files may take nine.
        let at = usize::try_from(reader.buffer_position()).unwrap_or(counted).min(text.len());
        line += text.as_bytes()[counted..at].split(|b| *b == b'\n').count() - 1;
        counted = at;
        match event {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                "ValueSet" => {
                    sets += 1;
                    if sets > 1 {
                        return Err(ReadError::SeveralLists);
                    }
                    announce(&element, &mut build)?;
                }
                "Concept" => {
                    let raw = element.attributes_raw().matches('\n').count();
                    let term = concept(&element, line - raw, &build)?;
                    build.add(term)?;
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    build.finish()
}

/// The two first elements that such a file may have.
pub(super) fn is_svs(root: &str) -> bool {
    matches!(root, "RetrieveValueSetResponse" | "RetrieveMultipleValueSetsResponse" | "ValueSet")
}

/// The attributes of an element by their local names, to the byte once references are read; blank ones left out.
fn attributes(element: &BytesStart<'_>) -> Result<Vec<(String, String)>, ReadError> {
    let mut found = Vec::new();
    // The comparison of each attribute with every other is left out: `look` bounded them.
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(damaged)?;
        if !value.trim().is_empty() {
            found.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
        }
    }
    Ok(found)
}

fn announce(element: &BytesStart<'_>, build: &mut Builder) -> Result<(), ReadError> {
    let attributes = attributes(element)?;
    let get = |names: &[&str]| {
        names.iter().find_map(|n| attributes.iter().find(|(name, _)| name == n)).map(|(_, v)| v.clone())
    };
    let announced = &mut build.reading.announced;
    announced.oid = get(&["id"]).map(|id| id.strip_prefix("urn:oid:").map_or(id.clone(), str::to_owned));
    announced.url = get(&["urlFichier"]);
    announced.version = get(&["version", "dateMaj", "revisionDate"]);
    announced.title = get(&["description", "displayName"]);
    Ok(())
}

fn concept(element: &BytesStart<'_>, row: usize, build: &Builder) -> Result<Term, ReadError> {
    let mut term = Term { active: true, row, ..Term::default() };
    let mut others = [None, None];
    for (name, value) in attributes(element)? {
        match name.as_str() {
            "code" => term.code = value,
            "displayName" => term.label = value,
            "longDesignation" => others[0] = Some(value),
            "shortDesignation" => others[1] = Some(value),
            "descriptionMetier" => term.description = Some(value),
            "statut" | "status" => term.active &= words::status(&value).unwrap_or(true),
            // The system of the list itself says nothing; another one does.
            "codeSystem" if build.reading.announced.oid.as_ref() == Some(&value) => {}
            "codeSystemName" | "codeSystemVersion" | "codeSystem" => term.attributes.push((name, value)),
            name if KEPT.contains(&name) => {
                term.active &= name != "dateFin";
                term.attributes.push((name.to_owned(), value));
            }
            _ => term.attributes.push((name, value)),
        }
    }
    for synonym in others.into_iter().flatten() {
        if synonym != term.label && !term.synonyms.contains(&synonym) {
            term.synonyms.push(synonym);
        }
    }
    Ok(term)
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Reason, Rejected};
    use super::*;

    fn file(concepts: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<RetrieveValueSetResponse xmlns=\"urn:ihe:iti:svs:2008\">\n<ValueSet id=\"1.2.3\" displayName=\"TRE_X.tabs\" description=\"Essai\" dateMaj=\"20270101000000\" urlFichier=\"urn:x\">\n<ConceptList>\n{concepts}</ConceptList></ValueSet></RetrieveValueSetResponse>"
        )
    }

    fn read(text: &str) -> Result<Reading, ReadError> {
        super::super::read(text.as_bytes(), None, Limits::default())
    }

    #[test]
    fn an_ended_concept_is_kept_and_no_longer_offered() {
        let r = read(&file(
            "<Concept code=\"M\" codeSystem=\"1.2.3\" dateFin=\"\" dateMaj=\"2007\" displayName=\"Monsieur\" longDesignation=\"Monsieur\" shortDesignation=\"M.\"/>\n<Concept code=\"X\"\n displayName=\"L&apos;&#233;t&#xE9; &amp; l&#10;hiver\"\n codeSystem=\"9\" dateFin=\"2016\"/>\n<Concept code=\"\" displayName=\"a\"/>\n<Concept code=\"M\" displayName=\"b\"/>\n",
        ))
        .unwrap();
        assert_eq!((r.rows, r.integrated), (4, 2));
        assert_eq!(r.announced.oid.as_deref(), Some("1.2.3"));
        assert_eq!(r.announced.title.as_deref(), Some("Essai"));
        assert_eq!(r.announced.version.as_deref(), Some("20270101000000"));
        assert_eq!(r.terms[0].synonyms, ["M."]);
        assert_eq!(r.terms[0].attributes, [("dateMaj".into(), "2007".into())]);
        assert_eq!(r.terms[1].label, "L'été & l\nhiver");
        assert!(r.terms[0].active && !r.terms[1].active);
        assert_eq!((r.terms[0].row, r.terms[1].row), (5, 6));
        assert_eq!(
            r.rejected,
            [
                Rejected { row: 9, code: String::new(), reason: Reason::EmptyCode },
                Rejected { row: 10, code: "M".into(), reason: Reason::DuplicateCode { first: 5 } },
            ]
        );
    }

    #[test]
    fn other_xml_is_refused_by_its_name() {
        let refused = |text: &str| super::super::read(text.as_bytes(), Some(Layout::Svs), Limits::default());
        assert_eq!(refused("<html><p/></html>").unwrap_err(), ReadError::OtherXml { found: "html".into() });
        assert!(matches!(read(&file("<Concept code=\"M\"")[..200]), Err(ReadError::Damaged(_))));
        let twice = "<R><ValueSet/><ValueSet/></R>".replace('R', "RetrieveMultipleValueSetsResponse");
        assert_eq!(read(&twice).unwrap_err(), ReadError::SeveralLists);
    }

    #[test]
    fn an_entity_that_nobody_declared_is_refused() {
        let refused = read(&file("<Concept code=\"M\" displayName=\"&lol;\"/>"));
        assert!(matches!(refused, Err(ReadError::Damaged(_))));
    }
}
