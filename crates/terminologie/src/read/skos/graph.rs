//! A graph in memory, by subject.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use oxrdf::{NamedOrBlankNode, Term as Object, Triple};
use oxrdfxml::RdfXmlParser;
use oxttl::TurtleParser;

use super::super::{Limits, ReadError, xml};
use super::{RDF, is_french};

/// What a file writes relative to itself is said of.
const BASE: &str = "urn:tronc-commun:fichier";

/// What is said of one subject, in the order of the file.
pub(super) struct Node {
    /// Its address; that of a blank one begins with `_:`.
    pub(super) iri: String,
    /// Predicate and address.
    links: Vec<(Rc<str>, String)>,
    /// Predicate, text, language (empty: none).
    texts: Vec<(Rc<str>, String, String)>,
}

impl Node {
    /// Whether the subject is of a class.
    pub(super) fn is_a(&self, vocabulary: &str, class: &str) -> bool {
        self.links(RDF, "type").any(|iri| iri.strip_prefix(vocabulary) == Some(class))
    }

    /// What a predicate links to.
    pub(super) fn links(&self, vocabulary: &str, name: &str) -> impl Iterator<Item = &str> {
        let wanted = move |predicate: &str| predicate.strip_prefix(vocabulary) == Some(name);
        self.links.iter().filter(move |(predicate, _)| wanted(predicate)).map(|(_, iri)| iri.as_str())
    }

    /// The texts of the predicates of a vocabulary: name, text, language.
    pub(super) fn said(&self, vocabulary: &str) -> impl Iterator<Item = (&str, &str, &str)> {
        self.texts.iter().filter_map(move |(predicate, text, language)| {
            Some((predicate.strip_prefix(vocabulary)?, text.as_str(), language.as_str()))
        })
    }

    /// The first text of a predicate, whatever its language.
    pub(super) fn text(&self, vocabulary: &str, name: &str) -> Option<&str> {
        self.said(vocabulary).find(|(n, ..)| *n == name).map(|(_, text, _)| text)
    }

    /// Whether a predicate says any text.
    pub(super) fn has(&self, vocabulary: &str, name: &str) -> bool {
        self.text(vocabulary, name).is_some()
    }

    /// The text of a predicate in French, else without language, else the first one; with its language.
    pub(super) fn french(&self, vocabulary: &str, name: &str) -> Option<(&str, &str)> {
        let all =
            || self.said(vocabulary).filter(|(n, ..)| *n == name).map(|(_, text, language)| (text, language));
        let tagged = |(_, language): &(&str, &str)| is_french(language) && !language.is_empty();
        all()
            .find(tagged)
            .or_else(|| all().find(|(_, language)| language.is_empty()))
            .or_else(|| all().next())
    }
}

/// Every subject, in the order of the file.
#[derive(Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    places: HashMap<String, usize>,
    predicates: HashSet<Rc<str>>,
    triples: usize,
}

impl Graph {
    /// Reads Turtle or RDF/XML, recognised by what it begins with.
    pub(super) fn read(text: &str, limits: Limits) -> Result<Self, ReadError> {
        let mut graph = Self::default();
        if is_xml(text) {
            let root = xml::look(text)?;
            // RDF/XML may be a single described node; the documents of terminologies all begin with `rdf:RDF`.
            if root != "RDF" {
                return Err(ReadError::OtherXml { found: root });
            }
            let parser = RdfXmlParser::new().with_base_iri(BASE).map_err(xml::damaged)?;
            for triple in parser.for_slice(text.as_bytes()) {
                graph.take(triple.map_err(xml::damaged)?, limits)?;
            }
        } else {
            let parser = TurtleParser::new().with_base_iri(BASE).map_err(xml::damaged)?;
            for triple in parser.for_slice(text.as_bytes()) {
                graph.take(triple.map_err(xml::damaged)?, limits)?;
            }
        }
        Ok(graph)
    }

    fn take(&mut self, triple: Triple, limits: Limits) -> Result<(), ReadError> {
        self.triples += 1;
        if self.triples > limits.cells {
            return Err(ReadError::TooManyCells { limit: limits.cells });
        }
        let subject = match triple.subject {
            NamedOrBlankNode::NamedNode(node) => node.into_string(),
            NamedOrBlankNode::BlankNode(node) => format!("_:{}", node.as_str()),
        };
        let predicate = if let Some(known) = self.predicates.get(triple.predicate.as_str()) {
            Rc::clone(known)
        } else {
            let name: Rc<str> = triple.predicate.as_str().into();
            self.predicates.insert(Rc::clone(&name));
            name
        };
        let place = if let Some(place) = self.places.get(&subject) {
            *place
        } else {
            self.places.insert(subject.clone(), self.nodes.len());
            self.nodes.push(Node { iri: subject, links: Vec::new(), texts: Vec::new() });
            self.nodes.len() - 1
        };
        let node = &mut self.nodes[place];
        match triple.object {
            Object::NamedNode(object) => node.links.push((predicate, object.into_string())),
            Object::BlankNode(object) => node.links.push((predicate, format!("_:{}", object.as_str()))),
            Object::Literal(literal) => {
                let language = literal.language().unwrap_or_default().to_ascii_lowercase();
                node.texts.push((predicate, literal.value().to_owned(), language));
            }
        }
        Ok(())
    }

    /// The members of an RDF list.
    pub(super) fn list(&self, from: &str) -> Vec<&str> {
        let (mut members, mut seen) = (Vec::new(), HashSet::new());
        let mut place = self.places.get(from);
        while let Some(at) = place.filter(|at| seen.insert(**at)) {
            let node = &self.nodes[*at];
            members.extend(node.links(RDF, "first"));
            place = node.links(RDF, "rest").next().and_then(|next| self.places.get(next));
        }
        members
    }
}

/// Whether a text is XML and not Turtle, whose first sign may be `<` too.
pub(in super::super) fn is_xml(text: &str) -> bool {
    let mut signs = text.trim_start().trim_start_matches('\u{feff}').chars();
    signs.next() == Some('<')
        && match signs.next() {
            Some('?' | '!') => true,
            // `<http://…>` is an address, `<rdf:RDF` an element.
            Some(_) => {
                let name: String = text.trim_start()[1..]
                    .chars()
                    .take_while(|c| !c.is_whitespace() && !"/><".contains(*c))
                    .collect();
                !matches!(name.split_once(':'), Some(("http" | "https" | "urn" | "file", _)))
            }
            None => false,
        }
}
