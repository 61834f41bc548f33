use super::super::{Layout, Reason};
use super::*;

const PREFIXES: &str = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix dct: <http://purl.org/dc/terms/> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n@prefix tc: <urn:tronc-commun:def:> .\n@prefix : <urn:x:> .\n";

fn read(text: &str) -> Result<Reading, ReadError> {
    super::super::read(text.as_bytes(), None, Limits::default())
}

fn turtle(body: &str) -> Result<Reading, ReadError> {
    read(&format!("{PREFIXES}{body}"))
}

fn codes(reading: &Reading) -> Vec<&str> {
    reading.terms.iter().map(|t| t.code.as_str()).collect()
}

fn kinds(reading: &Reading) -> Vec<FindingKind> {
    reading.findings.iter().map(|f| f.kind.clone()).collect()
}

#[test]
fn a_thesaurus_in_turtle_is_read_whole() {
    let r = turtle(
        r#"
:s a skos:ConceptScheme ; dct:title "Essai"@fr ; owl:versionInfo "2027" ; dct:identifier "urn:oid:1.2.3" .
:b a skos:Concept ; skos:notation "B" ; skos:prefLabel "Bruit"@fr, "Noise"@en ; skos:altLabel "vacarme"@fr, "din"@en ;
   skos:hiddenLabel "bruis"@fr ; skos:broader :a, :c ; skos:definition "Son gênant"@fr ; skos:scopeNote "Voir R4431"@fr ;
   dct:references "R4431-1" ; skos:changeNote "Nouvel item"@fr ; tc:rang 2 ; tc:risqueVip "X" .
:a a skos:Concept ; skos:notation "A" ; skos:prefLabel "Agents" ; skos:narrower :d ; tc:rang 1 ; skos:topConceptOf :s .
:c a skos:Concept ; skos:notation "C" ; skos:prefLabel "Cadre"@fr-FR ; owl:deprecated true .
:d a skos:Concept ; skos:notation "D" ; skos:prefLabel " Divers"@fr .
:g a skos:Collection ; skos:prefLabel "Choisis"@fr ; skos:member :b, :d .
:o a skos:OrderedCollection ; skos:memberList (:d :a) .
"#,
    )
    .unwrap();
    assert_eq!(codes(&r), ["A", "B", "C", "D"]);
    assert_eq!(r.announced.title.as_deref(), Some("Essai"));
    assert_eq!(r.announced.version.as_deref(), Some("2027"));
    assert_eq!(r.announced.url.as_deref(), Some("urn:x:s"));
    assert_eq!(r.announced.oid.as_deref(), Some("1.2.3"));
    let b = &r.terms[1];
    assert_eq!((b.label.as_str(), b.parents.clone()), ("Bruit", vec!["A".to_owned(), "C".to_owned()]));
    assert_eq!(b.synonyms, ["vacarme", "bruis"]);
    assert_eq!(b.description.as_deref(), Some("Son gênant"));
    assert_eq!(b.remark.as_deref(), Some("Voir R4431"));
    assert_eq!(b.references.as_deref(), Some("R4431-1"));
    assert_eq!(b.vip_risk.as_deref(), Some("X"));
    assert_eq!(b.nature, Some(Nature::Nouveau));
    assert_eq!(b.groups, ["Choisis"]);
    assert_eq!(b.attributes, [("altLabel@en".into(), "din".into()), ("prefLabel@en".into(), "Noise".into())]);
    assert!(!r.terms[2].active && r.terms[3].active);
    assert_eq!(r.terms[3].parents, ["A"]);
    assert_eq!(r.terms[3].groups, ["Choisis", "o"]);
    assert_eq!(kinds(&r), [FindingKind::OuterBlanks]);
}

#[test]
fn what_is_odd_in_a_graph_is_told() {
    let r = turtle(
        r#"
:a a skos:Concept ; skos:prefLabel "Sans notation"@fr .
<http://exemple.invalid/t/E%20> a skos:Concept ; skos:prefLabel "Seulement"@de .
:c a skos:Concept ; skos:notation "c" ; skos:prefLabel "Un"@fr, "Deux"@fr ; skos:broader :absent .
:d a skos:Concept ; skos:notation "c" ; skos:prefLabel "Encore"@fr .
:e a skos:Concept ; skos:notation "e" .
"#,
    )
    .unwrap();
    assert_eq!(codes(&r), ["E%20", "a", "c"]);
    assert_eq!(r.terms[2].label, "Un");
    assert_eq!(
        kinds(&r),
        [
            FindingKind::CodeFromAddress,
            FindingKind::OtherLanguage("de".into()),
            FindingKind::CodeFromAddress,
            FindingKind::SeveralLabels,
            FindingKind::OrphanParent("absent".into()),
        ]
    );
    let reasons: Vec<_> = r.rejected.iter().map(|r| r.reason.clone()).collect();
    assert_eq!(reasons, [Reason::DuplicateCode { first: 3 }, Reason::EmptyLabel]);
    assert_eq!(r.rows, r.integrated + r.rejected.len());
}

#[test]
fn the_owl_publication_of_the_tep_is_read_by_its_classes() {
    let r = read(
        r#"<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"
 xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:dc="http://purl.org/dc/elements/1.1/">
<owl:Ontology rdf:about="urn:tep"/>
<owl:Class rdf:about="urn:tep/X1"><rdfs:subClassOf rdf:resource="urn:tep/X"/>
 <rdfs:subClassOf><owl:Restriction/></rdfs:subClassOf>
 <skos:notation>X1</skos:notation><rdfs:label>L'agent &#8217; un</rdfs:label><skos:altLabel>un; premier</skos:altLabel><dc:type>Sous Classe</dc:type></owl:Class>
<owl:Class rdf:about="urn:tep/X"><skos:notation>X</skos:notation><rdfs:label>Agents</rdfs:label><rdfs:subClassOf rdf:resource="http://www.w3.org/2002/07/owl#Thing"/></owl:Class>
</rdf:RDF>"#,
    )
    .unwrap();
    assert_eq!(codes(&r), ["X", "X1"]);
    assert_eq!(r.terms[1].parents, ["X"]);
    assert_eq!(r.terms[1].level.as_deref(), Some("Sous Classe"));
    assert_eq!(r.terms[1].synonyms, ["un", "premier"]);
    assert_eq!(r.terms[1].label, "L'agent \u{2019} un");
    assert_eq!(r.announced.url.as_deref(), Some("urn:tep"));
    assert_eq!(kinds(&r), [FindingKind::CurlyApostrophe]);
}

#[test]
fn a_graph_that_is_no_thesaurus_is_refused() {
    assert_eq!(turtle(":a skos:prefLabel \"x\" .").unwrap_err(), ReadError::NoConcept);
    assert!(matches!(turtle(":a a skos:Concept ; skos:prefLabel \"x"), Err(ReadError::Damaged(_))));
    assert!(matches!(turtle(":a a inconnu:Concept ."), Err(ReadError::Damaged(_))));
    let circle = ":a a skos:Concept ; skos:prefLabel \"a\" ; skos:broader :b . :b a skos:Concept ; skos:prefLabel \"b\" ; skos:broader :a .";
    assert_eq!(turtle(circle).unwrap_err(), ReadError::Cycle { codes: vec!["a".into(), "b".into()] });
    let html = super::super::read(b"<html><p/></html>", Some(Layout::Skos), Limits::default());
    assert_eq!(html.unwrap_err(), ReadError::OtherXml { found: "html".into() });
}

#[test]
fn entities_are_never_expanded() {
    let mut text = String::from("<?xml version=\"1.0\"?><!DOCTYPE rdf:RDF [<!ENTITY a0 \"lol\">");
    for i in 1..30 {
        text.push_str(&format!("<!ENTITY a{i} \"&a{0};&a{0};&a{0};&a{0};&a{0};\">", i - 1));
    }
    text.push_str("]><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">&a29;</rdf:RDF>");
    assert_eq!(read(&text).unwrap_err(), ReadError::Entities);
}
