use super::super::{Layout, Reason};
use super::*;
use crate::Nature;

fn read(text: &str) -> Result<Reading, ReadError> {
    super::super::read(text.as_bytes(), None, Limits::default())
}

fn parents(reading: &Reading) -> Vec<(&str, Vec<&str>)> {
    reading.terms.iter().map(|t| (t.code.as_str(), t.parents.iter().map(String::as_str).collect())).collect()
}

#[test]
fn a_code_system_is_read_with_its_tree_its_designations_and_its_properties() {
    let r = read(
        r#"{"resourceType":"CodeSystem","url":"urn:x","version":"3","title":"Essai","text":{"status":"generated"},
        "identifier":[{"system":"urn:ietf:rfc:3986","value":"urn:oid:1.2.3"}],
        "property":[{"code":"colonne-1","uri":"urn:tronc-commun:def:attribut","description":"Code COMET"}],
        "concept":[
         {"code":"A","display":"Agents","concept":[
           {"code":"A1","display":"Plomb","definition":"Métal","designation":[
              {"use":{"code":"LibelleCourt"},"value":"Plomb"},{"language":"fr","value":"Pb"},
              {"language":"en","value":"Lead"}],
            "property":[{"code":"risqueParticulier","valueBoolean":true},{"code":"nature","valueCode":"nouveau"},
              {"code":"level","valueString":"Classe"},{"code":"colonne-1","valueString":"C9"},
              {"code":"poids","valueDecimal":2.50},{"code":"groupe","valueString":"Métaux"}]}]},
         {"code":"B","display":"Autres","property":[{"code":"child","valueCode":"A1"},
              {"code":"inactive","valueBoolean":false}]},
         {"code":"C","display":"Fini","property":[{"code":"parent","valueCode":"B"},{"code":"inactive","valueBoolean":true}]},
         {"code":"D","display":"Fini aussi","property":[{"code":"dateFin","valueDateTime":"2020-01-01"}]},
         {"code":"E","display":"Retiré","property":[{"code":"status","valueCode":"retired"}]},
         {"display":"Sans code"}]}"#,
    )
    .unwrap();
    assert_eq!((r.rows, r.integrated), (7, 6));
    assert_eq!(r.announced.oid.as_deref(), Some("1.2.3"));
    assert_eq!(
        parents(&r),
        [
            ("A", vec![]),
            ("A1", vec!["A", "B"]),
            ("B", vec![]),
            ("C", vec!["B"]),
            ("D", vec![]),
            ("E", vec![])
        ]
    );
    let lead = &r.terms[1];
    assert_eq!(lead.synonyms, ["Pb"]);
    assert_eq!(lead.special_risk.as_deref(), Some("oui"));
    assert_eq!(lead.nature, Some(Nature::Nouveau));
    assert_eq!(lead.groups, ["Métaux"]);
    let attributes: Vec<(&str, &str)> =
        lead.attributes.iter().map(|(t, v)| (t.as_str(), v.as_str())).collect();
    assert_eq!(attributes, [("designation@en", "Lead"), ("Code COMET", "C9"), ("poids", "2.5")]);
    assert_eq!(r.terms.iter().map(|t| t.active).collect::<Vec<_>>(), [true, true, true, false, false, false]);
    assert_eq!(r.rejected[0].reason, Reason::EmptyCode);
}

#[test]
fn another_resource_is_refused_by_its_name() {
    for (text, name) in [
        (r#"{"resourceType":"ValueSet","compose":{"include":[{"concept":[1]}]}}"#, "ValueSet"),
        (r#"{"resourceType":"Bundle","entry":[]}"#, "Bundle"),
        (r#"{"a":1}"#, "JSON"),
        ("[1,2]", "JSON"),
    ] {
        let refused = super::super::read(text.as_bytes(), Some(Layout::Fhir), Limits::default());
        assert_eq!(refused.unwrap_err(), ReadError::OtherJson { found: name.into() });
    }
}

#[test]
fn broken_json_a_circle_and_endless_nesting_are_refused() {
    assert!(matches!(
        read(r#"{"resourceType":"CodeSystem","concept":[{"code":"#),
        Err(ReadError::Damaged(_))
    ));
    let nested = format!("{{\"resourceType\":\"CodeSystem\",\"x\":{}", "[".repeat(1_000_000));
    assert!(matches!(read(&nested), Err(ReadError::Damaged(_))));
    let circle = r#"{"resourceType":"CodeSystem","concept":[
        {"code":"A","display":"a","property":[{"code":"parent","valueCode":"B"}]},
        {"code":"B","display":"b","property":[{"code":"parent","valueCode":"A"}]}]}"#;
    assert_eq!(read(circle).unwrap_err(), ReadError::Cycle { codes: vec!["A".into(), "B".into()] });
}
