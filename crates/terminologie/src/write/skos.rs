//! SKOS, in Turtle and in RDF/XML: the same graph.
//!
//! What SKOS has no word for goes under the product's own prefix. A graph has no order and holds a statement once:
//! where the order counts, or where SKOS forbids an alternative label equal to the preferred one (S13), an own
//! property keeps the delivered texts as they were.

use std::collections::HashMap;
use std::io;

use oxrdf::vocab::{rdf, xsd};
use oxrdf::{Literal, LiteralRef, NamedNode, NamedNodeRef, TermRef, TripleRef};
use oxrdfxml::RdfXmlSerializer;
use oxttl::TurtleSerializer;

use super::words::join;
use super::{DEF, WriteError, address, below, no_control, percent, said, whole};
use crate::{Nature, Release, Term};

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const DCT: &str = "http://purl.org/dc/terms/";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
const ADMS: &str = "http://www.w3.org/ns/adms#";
/// The European register of statuses that adms:status points to.
const DEPRECATED: &str = "http://purl.org/adms/status/Deprecated";
const PREFIXES: [(&str, &str); 7] = [
    ("skos", SKOS),
    ("dct", DCT),
    ("dc", DC),
    ("owl", OWL),
    ("adms", ADMS),
    ("tc", DEF),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"),
];

/// The release as SKOS in Turtle.
pub(super) fn turtle(release: &Release) -> Result<Vec<u8>, WriteError> {
    let graph = Graph::new(release)?;
    let mut serializer = TurtleSerializer::new();
    for (prefix, iri) in PREFIXES {
        serializer = serializer.with_prefix(prefix, iri).map_err(refused)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    graph.describe(&mut |triple| writer.serialize_triple(triple)).map_err(refused)?;
    writer.finish().map_err(refused)
}

/// The release as SKOS in RDF/XML.
pub(super) fn rdf_xml(release: &Release) -> Result<Vec<u8>, WriteError> {
    let graph = Graph::new(release)?;
    let mut serializer = RdfXmlSerializer::new();
    for (prefix, iri) in PREFIXES {
        serializer = serializer.with_prefix(prefix, iri).map_err(refused)?;
    }
    let mut writer = serializer.for_writer(Vec::new());
    graph.describe(&mut |triple| writer.serialize_triple(triple)).map_err(refused)?;
    let written = writer.finish().map_err(refused)?;
    // A raw carriage return would be read as a line feed (XML 1.0, 2.11). The writer puts none outside the texts.
    let mut bytes = Vec::with_capacity(written.len());
    for byte in written {
        if byte == b'\r' {
            bytes.extend_from_slice(b"&#xD;");
        } else {
            bytes.push(byte);
        }
    }
    Ok(bytes)
}

fn refused(e: impl std::fmt::Display) -> WriteError {
    WriteError::Refused(e.to_string())
}

struct Graph<'a> {
    release: &'a Release,
    address: String,
    scheme: NamedNode,
    /// Address of each term, by code.
    nodes: HashMap<&'a str, NamedNode>,
    /// Codes right below each code, in the delivered order.
    below: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Graph<'a> {
    fn new(release: &'a Release) -> Result<Self, WriteError> {
        whole(release)?;
        no_control(release)?;
        let address = address(release);
        let node = |iri: String| NamedNode::new(&iri).map_err(|_| WriteError::Address(address.clone()));
        let scheme = node(address.clone())?;
        let mut nodes = HashMap::with_capacity(release.terms.len());
        let mut under: HashMap<&str, Vec<&str>> = HashMap::new();
        for term in &release.terms {
            nodes.insert(term.code.as_str(), node(below(&address, &percent(&term.code)))?);
            for parent in &term.parents {
                let children = under.entry(parent).or_default();
                if children.last() != Some(&term.code.as_str()) {
                    children.push(&term.code);
                }
            }
        }
        Ok(Self { release, scheme, nodes, below: under, address })
    }

    fn describe(&self, emit: &mut dyn FnMut(TripleRef<'_>) -> io::Result<()>) -> io::Result<()> {
        self.scheme(&mut About { subject: self.scheme.as_ref(), emit })?;
        for (rank, term) in self.release.terms.iter().enumerate() {
            self.concept(
                rank + 1,
                term,
                &mut About { subject: self.nodes[term.code.as_str()].as_ref(), emit },
            )?;
        }
        for (name, codes) in self.groups() {
            // A bare colon never stands in an encoded code: no collection has the address of a term.
            let iri = below(&self.address, &format!("groupe:{}", percent(name)));
            let node = NamedNode::new_unchecked(iri);
            let about = &mut About { subject: node.as_ref(), emit };
            about.node(rdf::TYPE, iri_of(SKOS, "Collection").as_ref())?;
            about.french(SKOS, "prefLabel", name)?;
            for code in codes {
                about.node(iri_of(SKOS, "member").as_ref(), self.nodes[code].as_ref())?;
            }
        }
        Ok(())
    }

    fn scheme(&self, about: &mut About<'_, '_>) -> io::Result<()> {
        let facts = &self.release.facts;
        about.node(rdf::TYPE, iri_of(SKOS, "ConceptScheme").as_ref())?;
        about.plain(DEF, "identifiant", &facts.id)?;
        about.french(DCT, "title", &facts.title)?;
        about.plain(DCT, "publisher", &facts.manager)?;
        about.plain(DCT, "source", &facts.source)?;
        about.plain(DCT, "license", &facts.licence)?;
        if let Some(oid) = said(facts.oid.as_ref()) {
            about.plain(DCT, "identifier", &format!("urn:oid:{oid}"))?;
        }
        about.plain(OWL, "versionInfo", &self.release.version)?;
        if let Some(day) = self.release.issued {
            about.typed(DCT, "issued", &day.to_string(), xsd::DATE)?;
        }
        for root in self.release.terms.iter().filter(|t| t.parents.is_empty()) {
            about.node(iri_of(SKOS, "hasTopConcept").as_ref(), self.nodes[root.code.as_str()].as_ref())?;
        }
        Ok(())
    }

    fn concept(&self, rank: usize, term: &Term, about: &mut About<'_, '_>) -> io::Result<()> {
        about.node(rdf::TYPE, iri_of(SKOS, "Concept").as_ref())?;
        about.plain(SKOS, "notation", &term.code)?;
        about.french(SKOS, "prefLabel", &term.label)?;
        about.node(iri_of(SKOS, "inScheme").as_ref(), self.scheme.as_ref())?;
        about.typed(DEF, "rang", &rank.to_string(), xsd::INTEGER)?;
        self.place(term, about)?;
        labels(term, about)?;
        if let Some(level) = said(term.level.as_ref()) {
            about.plain(DC, "type", level)?;
        }
        if !term.active {
            about.typed(OWL, "deprecated", "true", xsd::BOOLEAN)?;
            about.node(iri_of(ADMS, "status").as_ref(), NamedNodeRef::new_unchecked(DEPRECATED))?;
        }
        if let Some(nature) = term.nature {
            about.plain(DEF, "nature", nature.as_str())?;
            about.french(SKOS, "changeNote", Nature::label(nature))?;
        }
        about.french(SKOS, "definition", said(term.description.as_ref()).unwrap_or_default())?;
        about.french(SKOS, "scopeNote", said(term.remark.as_ref()).unwrap_or_default())?;
        about.french(DCT, "references", said(term.references.as_ref()).unwrap_or_default())?;
        for (name, text) in [
            ("remarque", &term.remark),
            ("risqueParticulier", &term.special_risk),
            ("risqueVip", &term.vip_risk),
            ("declencheur", &term.trigger),
        ] {
            about.plain(DEF, name, said(text.as_ref()).unwrap_or_default())?;
        }
        if term.groups.len() > 1 {
            about.plain(DEF, "groupes", &join(&term.groups))?;
        }
        if !term.attributes.is_empty() {
            let texts = term.attributes.iter().flat_map(|(title, text)| [title, text]);
            about.plain(DEF, "attributs", &join(texts))?;
        }
        Ok(())
    }

    fn place(&self, term: &Term, about: &mut About<'_, '_>) -> io::Result<()> {
        for (i, parent) in term.parents.iter().enumerate() {
            if !term.parents[..i].contains(parent) {
                about.node(iri_of(SKOS, "broader").as_ref(), self.nodes[parent.as_str()].as_ref())?;
            }
        }
        if term.parents.len() > 1 {
            about.plain(DEF, "parents", &join(&term.parents))?;
        }
        for child in self.below.get(term.code.as_str()).into_iter().flatten() {
            about.node(iri_of(SKOS, "narrower").as_ref(), self.nodes[child].as_ref())?;
        }
        if term.parents.is_empty() {
            about.node(iri_of(SKOS, "topConceptOf").as_ref(), self.scheme.as_ref())?;
        }
        Ok(())
    }

    /// Groups in the order of their first term, with their terms.
    fn groups(&self) -> Vec<(&'a str, Vec<&'a str>)> {
        let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for term in &self.release.terms {
            for name in term.groups.iter().filter(|g| !g.trim().is_empty()) {
                let place = *places.entry(name).or_insert_with(|| {
                    groups.push((name, Vec::new()));
                    groups.len() - 1
                });
                if groups[place].1.last() != Some(&term.code.as_str()) {
                    groups[place].1.push(&term.code);
                }
            }
        }
        groups
    }
}

/// Synonyms as alternative labels, each once and never the preferred one (S13); their order and what was left out
/// in an own property.
fn labels(term: &Term, about: &mut About<'_, '_>) -> io::Result<()> {
    let synonyms: Vec<&String> = term.synonyms.iter().filter(|s| !s.trim().is_empty()).collect();
    for (i, synonym) in synonyms.iter().enumerate() {
        if **synonym != term.label && !synonyms[..i].contains(synonym) {
            about.french(SKOS, "altLabel", synonym)?;
        }
    }
    if synonyms.len() > 1 || synonyms.iter().any(|s| **s == term.label) {
        about.plain(DEF, "synonymes", &join(&synonyms))?;
    }
    Ok(())
}

/// The address of a word of a vocabulary.
fn iri_of(vocabulary: &str, name: &str) -> NamedNode {
    // The vocabularies above are absolute and the names plain letters.
    NamedNode::new_unchecked(format!("{vocabulary}{name}"))
}

/// What is said of one subject. Empty texts are not said.
struct About<'s, 'e> {
    subject: NamedNodeRef<'s>,
    emit: &'e mut dyn FnMut(TripleRef<'_>) -> io::Result<()>,
}

impl About<'_, '_> {
    fn node(&mut self, predicate: NamedNodeRef<'_>, object: NamedNodeRef<'_>) -> io::Result<()> {
        (self.emit)(TripleRef::new(self.subject, predicate, TermRef::NamedNode(object)))
    }

    fn literal(&mut self, vocabulary: &str, name: &str, literal: LiteralRef<'_>) -> io::Result<()> {
        if literal.value().is_empty() {
            return Ok(());
        }
        let predicate = iri_of(vocabulary, name);
        (self.emit)(TripleRef::new(self.subject, predicate.as_ref(), TermRef::Literal(literal)))
    }

    fn plain(&mut self, vocabulary: &str, name: &str, text: &str) -> io::Result<()> {
        self.literal(vocabulary, name, LiteralRef::new_simple_literal(text))
    }

    fn french(&mut self, vocabulary: &str, name: &str, text: &str) -> io::Result<()> {
        // `fr` is a well-formed language tag.
        let literal = Literal::new_language_tagged_literal_unchecked(text, "fr");
        self.literal(vocabulary, name, literal.as_ref())
    }

    fn typed(&mut self, vocabulary: &str, name: &str, text: &str, kind: NamedNodeRef<'_>) -> io::Result<()> {
        self.literal(vocabulary, name, LiteralRef::new_typed_literal(text, kind))
    }
}
