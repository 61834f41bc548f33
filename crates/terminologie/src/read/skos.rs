//! SKOS in Turtle or RDF/XML, and the OWL publication of the TEP (thesauri, A4 and C1).

mod graph;

use std::collections::{HashMap, HashSet};

pub(super) use graph::is_xml;
use graph::{Graph, Node};

use super::tree::Builder;
use super::{FindingKind, Limits, ReadError, Reading, words};
use crate::write::DEF;
use crate::{Nature, Term};

const SKOS: &str = "http://www.w3.org/2004/02/skos/core#";
const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const OWL: &str = "http://www.w3.org/2002/07/owl#";
const DCT: &str = "http://purl.org/dc/terms/";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const ADMS: &str = "http://www.w3.org/ns/adms#";

/// Reads a graph. Concepts come in the order of our own property `rang`, the others after them by notation: RDF has no
/// order. Rows are places in that order, from 1.
pub(super) fn read(text: &str, windows_1252: bool, limits: Limits) -> Result<Reading, ReadError> {
    let graph = Graph::read(text, limits)?;
    let mut build = Builder::new(limits);
    if windows_1252 {
        build.find(1, "", FindingKind::Windows1252);
    }
    announce(&graph, &mut build);
    let mut concepts: Vec<Concept<'_>> = graph.nodes.iter().filter_map(Concept::of).collect();
    if concepts.is_empty() {
        return Err(ReadError::NoConcept);
    }
    concepts.sort_by(|a, b| {
        let rank = |c: &Concept<'_>| c.rank.unwrap_or(u64::MAX);
        rank(a).cmp(&rank(b)).then_with(|| a.code.cmp(&b.code)).then_with(|| a.node.iri.cmp(&b.node.iri))
    });
    let codes: HashMap<&str, &str> =
        concepts.iter().map(|c| (c.node.iri.as_str(), c.code.as_str())).collect();
    let mut above: HashMap<&str, Vec<&str>> = HashMap::new();
    for concept in &concepts {
        for below in concept.node.links(SKOS, "narrower") {
            above.entry(below).or_default().push(&concept.code);
        }
    }
    let groups = groups(&graph, limits)?;
    for (i, concept) in concepts.iter().enumerate() {
        let (mut term, findings) = concept.term(i + 1);
        let mut known = HashSet::new();
        for iri in concept.node.links(SKOS, "broader").chain(concept.node.links(RDFS, "subClassOf")) {
            // A blank class is a restriction, a foreign one is the root of all things.
            let outside = iri.starts_with("_:") || iri.starts_with(OWL);
            let code = codes.get(iri).copied().unwrap_or_else(|| last_segment(iri));
            if !outside && known.insert(code) {
                term.parents.push(code.to_owned());
            }
        }
        let said_above = above.get(concept.node.iri.as_str()).into_iter().flatten();
        term.parents.extend(said_above.filter(|code| known.insert(code)).map(|code| (*code).to_owned()));
        reorder(&mut term.parents, concept.node.text(DEF, "parents"));
        let names = groups.get(concept.node.iri.as_str()).into_iter().flatten();
        term.groups = names.map(|name| (*name).to_owned()).collect();
        reorder(&mut term.groups, concept.node.text(DEF, "groupes"));
        let code = term.code.clone();
        if build.add(term)? {
            for kind in findings {
                build.find(i + 1, &code, kind);
            }
        }
    }
    build.finish()
}

/// Puts texts in the order that our own property says, repetitions included, where it says the same texts.
fn reorder(texts: &mut Vec<String>, said: Option<&str>) {
    let Some(said) = said.map(words::split) else { return };
    let (before, after): (HashSet<&String>, HashSet<&String>) =
        (texts.iter().collect(), said.iter().collect());
    if before == after {
        *texts = said;
    }
}

fn announce(graph: &Graph, build: &mut Builder) {
    let scheme = graph.nodes.iter().find(|n| n.is_a(SKOS, "ConceptScheme"));
    let Some(scheme) = scheme.or_else(|| graph.nodes.iter().find(|n| n.is_a(OWL, "Ontology"))) else {
        return;
    };
    let announced = &mut build.reading.announced;
    announced.url = Some(scheme.iri.clone()).filter(|iri| !iri.starts_with("_:"));
    announced.title = [(DCT, "title"), (DC, "title"), (SKOS, "prefLabel"), (RDFS, "label")]
        .into_iter()
        .find_map(|(vocabulary, name)| scheme.french(vocabulary, name).map(|(text, _)| text.to_owned()));
    announced.version = scheme.text(OWL, "versionInfo").map(str::to_owned);
    announced.oid =
        scheme.text(DCT, "identifier").and_then(|id| id.strip_prefix("urn:oid:")).map(str::to_owned);
}

/// Names of the collections that hold each concept, in the order of the graph.
fn groups(graph: &Graph, limits: Limits) -> Result<HashMap<&str, Vec<&str>>, ReadError> {
    let mut groups: HashMap<&str, Vec<&str>> = HashMap::new();
    let collections =
        graph.nodes.iter().filter(|n| n.is_a(SKOS, "Collection") || n.is_a(SKOS, "OrderedCollection"));
    let mut members = 0;
    for collection in collections {
        let name = collection.french(SKOS, "prefLabel").map(|(text, _)| text);
        let name = name.unwrap_or_else(|| last_segment(&collection.iri));
        let listed = collection.links(SKOS, "memberList").flat_map(|list| graph.list(list));
        for member in collection.links(SKOS, "member").chain(listed) {
            // Several collections may share one long list.
            members += 1;
            if members > limits.cells {
                return Err(ReadError::TooManyCells { limit: limits.cells });
            }
            let names = groups.entry(member).or_default();
            if names.last() != Some(&name) {
                names.push(name);
            }
        }
    }
    Ok(groups)
}

fn last_segment(iri: &str) -> &str {
    iri.trim_end_matches(['/', '#']).rsplit(['/', '#', ':']).next().unwrap_or(iri)
}

/// A node that is a term.
struct Concept<'g> {
    node: &'g Node,
    code: String,
    rank: Option<u64>,
    /// Published as a class: its synonyms share one cell.
    class: bool,
    noted: bool,
}

impl<'g> Concept<'g> {
    fn of(node: &'g Node) -> Option<Self> {
        let class = node.is_a(OWL, "Class") && !node.iri.starts_with("_:") && node.has(RDFS, "label");
        if !class && !node.is_a(SKOS, "Concept") {
            return None;
        }
        let notation = node.text(SKOS, "notation").filter(|n| !n.trim().is_empty());
        let code = notation.unwrap_or_else(|| last_segment(&node.iri)).to_owned();
        let rank = node.text(DEF, "rang").and_then(|r| r.parse().ok());
        Some(Self { node, code, rank, class, noted: notation.is_some() })
    }

    fn term(&self, row: usize) -> (Term, Vec<FindingKind>) {
        let node = self.node;
        let mut findings = Vec::new();
        if !self.noted {
            findings.push(FindingKind::CodeFromAddress);
        }
        let label = self.label(&mut findings);
        let french = |vocabulary, name| node.french(vocabulary, name).map(|(text, _)| text.to_owned());
        let own = |name| node.text(DEF, name).map(str::to_owned);
        let mut attributes = Vec::new();
        let mut term = Term {
            code: self.code.clone(),
            label,
            active: !ended(node),
            level: node.text(DC, "type").or_else(|| node.text(DCT, "type")).map(str::to_owned),
            description: french(SKOS, "definition"),
            references: french(DCT, "references"),
            special_risk: own("risqueParticulier"),
            vip_risk: own("risqueVip"),
            trigger: own("declencheur"),
            remark: own("remarque").or_else(|| french(SKOS, "scopeNote")),
            row,
            ..Term::default()
        };
        let change = own("nature").or_else(|| french(SKOS, "changeNote"));
        term.nature = change.as_deref().and_then(|text| Nature::parse(text).or_else(|| words::nature(text)));
        if let Some(note) = change.filter(|_| term.nature.is_none()) {
            attributes.push(("changeNote".to_owned(), note));
        }
        let mut seen = HashSet::new();
        for (name, text, language) in
            node.said(SKOS).filter(|(name, ..)| matches!(*name, "altLabel" | "hiddenLabel"))
        {
            if !is_french(language) {
                attributes.push((format!("{name}@{language}"), text.to_owned()));
            } else if self.class {
                let (synonyms, guessed) = words::synonyms(text);
                term.synonyms.extend(synonyms);
                if guessed {
                    attributes.push((name.to_owned(), text.to_owned()));
                }
            } else if seen.insert(text) {
                term.synonyms.push(text.to_owned());
            }
        }
        if let Some(said) = node.text(DEF, "synonymes").map(words::split) {
            let whole: HashSet<&String> = said.iter().collect();
            if term.synonyms.iter().all(|s| whole.contains(s)) {
                term.synonyms = said;
            }
        }
        for (name, text, language) in node.said(SKOS).filter(|(name, ..)| {
            matches!(*name, "prefLabel" | "example" | "note" | "editorialNote" | "historyNote" | "definition")
        }) {
            let taken = text == term.label || term.description.as_deref() == Some(text);
            if !taken {
                let title = if is_french(language) { name.to_owned() } else { format!("{name}@{language}") };
                attributes.push((title, text.to_owned()));
            }
        }
        if let Some(said) = node.text(DEF, "attributs").map(words::split) {
            let pairs = said.chunks_exact(2).map(|pair| (pair[0].clone(), pair[1].clone()));
            attributes.extend(pairs.filter(|(_, text)| !text.trim().is_empty()));
        }
        term.attributes = attributes;
        (term, findings)
    }

    /// The preferred label in French, else without language, else in the first language there is.
    fn label(&self, findings: &mut Vec<FindingKind>) -> String {
        for (vocabulary, name) in [(SKOS, "prefLabel"), (RDFS, "label")] {
            let Some((text, language)) = self.node.french(vocabulary, name) else { continue };
            let same = self.node.said(vocabulary).filter(|(n, _, l)| *n == name && *l == language);
            if same.count() > 1 {
                findings.push(FindingKind::SeveralLabels);
            }
            if !is_french(language) {
                findings.push(FindingKind::OtherLanguage(language.to_owned()));
            }
            return text.to_owned();
        }
        String::new()
    }
}

/// In French, or in no language at all.
fn is_french(language: &str) -> bool {
    language.is_empty() || language == "fr" || language.starts_with("fr-")
}

fn ended(node: &Node) -> bool {
    let deprecated = node.text(OWL, "deprecated").is_some_and(|t| matches!(t, "true" | "1"));
    let status = node.links(ADMS, "status").map(last_segment).chain(node.text(ADMS, "status"));
    let mut status = status.map(str::to_ascii_lowercase);
    deprecated
        || status
            .any(|s| matches!(s.as_str(), "deprecated" | "withdrawn" | "inactive" | "inactif" | "retired"))
}

#[cfg(test)]
mod tests;
