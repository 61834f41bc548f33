//! What is written, read again: nothing is lost, whatever the texts hold.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

#[path = "ecriture/aller_retour.rs"]
mod aller_retour;
#[path = "ecriture/classeurs.rs"]
mod classeurs;
#[path = "ecriture/etranger.rs"]
mod etranger;

use std::fs;
use std::path::{Path, PathBuf};

use base::Date;
use terminologie::read::{Limits, read};
use terminologie::write::{
    Format, WriteError, code_system, concept_map, delivery, fhir_bundle, matrix, release, value_set,
};
use terminologie::{
    Cell, Facts, Matrix, MatrixKind, Nature, Plausibility, PossibleProfession, Reference, Release, Term,
};

fn read_list(path: &Path) -> Option<Release> {
    let terms = read(&fs::read(path).unwrap(), None, Limits::default()).ok()?.terms;
    Some(list_of(&path.file_stem().unwrap().to_string_lossy(), terms))
}

fn list_of(id: &str, terms: Vec<Term>) -> Release {
    Release {
        facts: Facts { id: id.into(), title: id.into(), ..Facts::default() },
        version: "2027".into(),
        issued: Some(Date::constant(2026, 12, 15)),
        terms,
    }
}

/// The product's own starter lists.
fn starter_lists() -> Vec<Release> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir("../../nomenclatures").unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "csv"));
    paths.sort();
    // The matrices among them are no lists.
    let lists: Vec<Release> = paths.iter().filter_map(|p| read_list(p)).collect();
    assert!(lists.len() > 10, "{}", lists.len());
    lists
}

/// A real nomenclature, where the machine has it.
fn shared(path: &str) -> Option<PathBuf> {
    let root =
        std::env::var_os("TRONC_SHARED_DATA").map_or_else(|| "../../../shared/data".into(), PathBuf::from);
    Some(root.join(path)).filter(|p| p.exists())
}

fn term(code: &str, label: &str, parents: &[&str]) -> Term {
    Term {
        code: code.into(),
        label: label.into(),
        parents: parents.iter().map(|p| (*p).into()).collect(),
        active: true,
        ..Term::default()
    }
}

/// A list with something of everything.
fn exemple() -> Release {
    let some = |text: &str| Some(text.to_owned());
    let mut terms = vec![
        term("A1", "Agents chimiques", &[]),
        Term {
            synonyms: vec!["Pb".into(), "saturnisme | céruse".into(), "Plomb; minium".into(), "Plomb".into()],
            description: some("Métal lourd.\nSes composés aussi\u{a0}; \"tous\"."),
            references: some("R4624-23, I 2°"),
            special_risk: some("oui"),
            vip_risk: some("non"),
            trigger: some("plomb"),
            remark: some("=1+1"),
            level: some("Niveau 1"),
            nature: Some(Nature::LibelleModifie),
            groups: vec!["Métaux".into(), "Reprotoxiques".into()],
            attributes: vec![
                ("Code COMET".into(), "12".into()),
                ("statut".into(), "vérifié".into()),
                ("Code COMET".into(), "13".into()),
            ],
            ..term("A1.01", "Plomb", &["A1"])
        },
        Term {
            active: false,
            nature: Some(Nature::Inactive),
            groups: vec!["Métaux".into()],
            synonyms: vec!["@cadmium".into()],
            ..term("A1 02/é", "-Cadmium <&>", &["A1"])
        },
        Term {
            attributes: vec![("Autre".into(), "texte".into()), ("Code COMET".into(), " 14".into())],
            synonyms: vec!["Bois\r\nexotique".into()],
            ..term("0B", "Poussières de bois ", &["A1.01", "A1"])
        },
    ];
    for (i, term) in terms.iter_mut().enumerate() {
        term.row = i + 2;
    }
    Release {
        facts: Facts {
            id: "exemple".into(),
            title: "Liste d'exemple".into(),
            manager: "Projet Tronc commun".into(),
            source: "Écrite pour ces tests".into(),
            licence: "EUPL 1.2".into(),
            url: None,
            oid: Some("1.2.250.1.999".into()),
        },
        version: "2027".into(),
        issued: Some(Date::constant(2026, 12, 15)),
        terms,
    }
}

fn suivante() -> Release {
    let mut next = exemple();
    next.version = "2028".into();
    next.terms[1].label = "Plomb et composés".into();
    next.terms[1].synonyms.push("Pb(II)".into());
    next.terms[3].parents = vec!["A1".into()];
    next.terms.remove(2);
    next.terms.push(term("C1", "Bruit", &[]));
    for term in &mut next.terms {
        term.nature = None;
    }
    next
}

fn matrice() -> Matrix {
    let reference = |code: &str, label: &str| Reference { code: code.into(), label: label.into() };
    Matrix {
        facts: Facts { id: "meep".into(), title: "Matrice d'exemple".into(), ..Facts::default() },
        kind: MatrixKind::Exposition,
        version: "2027".into(),
        cells: vec![
            Cell {
                profession: reference("632a", "Maçon"),
                target: reference("A1.01", "Plomb"),
                plausibility: Some(Plausibility::Faible),
                nature: Some(Nature::Nouveau),
                row: 2,
            },
            Cell {
                profession: reference("632a", "Maçon"),
                target: reference("", "Bruit; +90 dB"),
                row: 3,
                ..Cell::default()
            },
        ],
        possible: vec![PossibleProfession {
            profession: reference("632a", "Maçon"),
            label: "Maçon-fumiste".into(),
            comet: Some("0042".into()),
            row: 2,
            ..PossibleProfession::default()
        }],
    }
}

fn json(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn la_meme_liste_donne_les_memes_octets() {
    for format in Format::ALL {
        assert_eq!(Format::parse(format.as_str()), Some(format));
        assert_eq!(release(&exemple(), format), release(&exemple(), format), "{}", format.as_str());
    }
    assert_eq!(delivery(&suivante(), Some(&exemple())), delivery(&suivante(), Some(&exemple())));
    assert_eq!(matrix(&matrice()), matrix(&matrice()));
}

#[test]
fn une_liste_qui_n_est_pas_entiere_n_est_pas_ecrite() {
    let mut release = exemple();
    release.terms[0].code = " ".into();
    refused(&release, &WriteError::EmptyCode { rank: 1 });

    let mut release = exemple();
    release.terms[3].label = String::new();
    refused(&release, &WriteError::EmptyLabel { code: "0B".into() });

    let mut release = exemple();
    release.terms[3].code = "A1".into();
    refused(&release, &WriteError::DuplicateCode { code: "A1".into() });

    let mut release = exemple();
    release.terms[3].parents = vec!["Z9".into()];
    refused(&release, &WriteError::UnknownParent { code: "0B".into(), parent: "Z9".into() });
}

fn refused(incomplete: &Release, error: &WriteError) {
    for format in Format::ALL {
        assert_eq!(release(incomplete, format).as_ref(), Err(error), "{}", format.as_str());
    }
    assert_eq!(delivery(incomplete, None).as_ref(), Err(error));
    assert!(!error.sentence().is_empty());
}

#[test]
fn un_code_que_fhir_refuse_est_nomme_et_jamais_corrige() {
    for code in [" A1", "A1 ", "A  1", "A\u{a0}1", "A\n1"] {
        let mut release = exemple();
        release.terms[0] = term(code, "Agents chimiques", &[]);
        release.terms.truncate(1);
        assert_eq!(code_system(&release), Err(WriteError::CodeBlanks { code: code.into() }));
        assert!(terminologie::write::release(&release, Format::Csv).is_ok());
    }
}

#[test]
fn un_caractere_de_controle_n_est_ecrit_que_dans_une_table() {
    let mut release = exemple();
    release.terms[1].description = Some("plomb\u{b}minium".into());
    let expected = WriteError::Control { code: "A1.01".into(), sign: 0xB };
    for format in [Format::SkosTurtle, Format::SkosRdfXml, Format::Fhir, Format::Svs] {
        assert_eq!(terminologie::write::release(&release, format), Err(expected.clone()));
    }
    for format in [Format::Csv, Format::Tabule, Format::Xlsx] {
        assert!(terminologie::write::release(&release, format).is_ok());
    }
}

#[test]
fn la_table_suit_un_ordre_fixe_et_garde_les_textes_a_l_octet() {
    let csv = String::from_utf8(release(&exemple(), Format::Csv).unwrap()).unwrap();
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "code;libelle;parent;niveau;nature;statut;synonymes;references;risque_particulier;risque_vip;description;declencheur;remarque;groupes;Autre;Code COMET;statut;Code COMET"
    );
    assert_eq!(lines.next().unwrap(), "A1;Agents chimiques;;;;actif;;;;;;;;;;;;");
    // A label that begins with a minus sign stays as it is; a bar inside a synonym is doubled.
    assert!(csv.contains("\nA1 02/é;-Cadmium <&>;A1;;Inactivation;inactif;@cadmium;"), "{csv}");
    assert!(csv.contains("\"Pb | saturnisme || céruse | Plomb; minium | Plomb\""), "{csv}");
    assert!(csv.contains(";=1+1;"), "{csv}");
    let tab = String::from_utf8(release(&exemple(), Format::Tabule).unwrap()).unwrap();
    assert!(tab.starts_with("code\tlibelle\tparent\t"));
}

#[test]
fn skos_ne_donne_jamais_le_libelle_comme_synonyme() {
    let turtle = String::from_utf8(release(&exemple(), Format::SkosTurtle).unwrap()).unwrap();
    assert!(turtle.contains("skos:altLabel \"Pb\"@fr"), "{turtle}");
    assert!(!turtle.contains("skos:altLabel \"Plomb\"@fr"), "{turtle}");
    assert!(
        turtle.contains("tc:synonymes \"Pb | saturnisme || céruse | Plomb; minium | Plomb\""),
        "{turtle}"
    );
    // Two codes never meet in one address.
    assert!(turtle.contains("<urn:tronc-commun:thesaurus:exemple:A1%2002%2F%C3%A9>"), "{turtle}");
    assert!(turtle.contains("owl:deprecated true") || turtle.contains("owl:deprecated \"true\""), "{turtle}");
}

#[test]
fn les_ressources_fhir_disent_l_arbre_les_inactifs_et_les_colonnes() {
    let system = code_system(&exemple()).unwrap();
    assert_eq!(system["url"], "urn:tronc-commun:thesaurus:exemple");
    assert_eq!(system["identifier"][0]["value"], "urn:oid:1.2.250.1.999");
    assert_eq!(system["count"], 4);
    assert_eq!(system["hierarchyMeaning"], "is-a");
    let lead = &system["concept"][1];
    assert_eq!(lead["designation"][3]["value"], "Plomb");
    let property = |concept: &serde_json::Value, code: &str, kind: &str| -> Vec<String> {
        let all = concept["property"].as_array().unwrap();
        all.iter().filter(|p| p["code"] == code).map(|p| p[kind].to_string()).collect()
    };
    assert_eq!(property(&system["concept"][3], "parent", "valueCode"), ["\"A1.01\"", "\"A1\""]);
    assert_eq!(property(&system["concept"][2], "inactive", "valueBoolean"), ["true"]);
    assert_eq!(property(lead, "groupe", "valueString"), ["\"Métaux\"", "\"Reprotoxiques\""]);
    assert_eq!(property(lead, "colonne-1", "valueString"), ["\"12\"", "\"13\""]);
    let set = value_set(&exemple()).unwrap();
    assert_eq!(set["compose"]["inactive"], false);
    assert_eq!(set["compose"]["include"][0]["version"], "2027");
}

#[test]
fn la_table_de_passage_entre_versions_ne_devine_rien() {
    let recoded = [("A1 02/é".to_owned(), "C1".to_owned())];
    let targets = |map: &serde_json::Value| -> Vec<String> {
        let elements = map["group"][0]["element"].as_array().unwrap();
        elements
            .iter()
            .map(|e| format!("{} {} {}", e["code"], e["target"][0]["code"], e["target"][0]["equivalence"]))
            .collect()
    };
    let map = concept_map(&exemple(), &suivante(), &[]).unwrap();
    assert_eq!(
        targets(&map),
        [
            r#""A1" "A1" "equal""#,
            r#""A1.01" "A1.01" "equivalent""#,
            r#""A1 02/é" null "unmatched""#,
            r#""0B" "0B" "equal""#,
        ]
    );
    let map = concept_map(&exemple(), &suivante(), &recoded).unwrap();
    assert_eq!(targets(&map)[2], r#""A1 02/é" "C1" "equivalent""#);
    assert_eq!(map["group"][0]["sourceVersion"], "2027");
    assert_eq!(map["group"][0]["targetVersion"], "2028");
}

#[test]
fn le_lot_fhir_tient_deux_versions_sans_adresse_commune() {
    let map = concept_map(&exemple(), &suivante(), &[]).unwrap();
    let bundle = json(&fhir_bundle(&[exemple(), suivante()], &[map]).unwrap());
    let entries = bundle["entry"].as_array().unwrap();
    let kinds: Vec<&str> = entries.iter().map(|e| e["resource"]["resourceType"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CodeSystem", "ValueSet", "CodeSystem", "ValueSet", "ConceptMap"]);
    for name in ["fullUrl", "resource"] {
        let mut seen: Vec<String> = entries
            .iter()
            .map(|e| if name == "fullUrl" { e[name].to_string() } else { e[name]["id"].to_string() })
            .collect();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 5, "{seen:?}");
    }
}

#[test]
fn svs_dit_l_inactivite_par_la_date_de_fin() {
    let xml = String::from_utf8(release(&exemple(), Format::Svs).unwrap()).unwrap();
    assert!(
        xml.contains(r#"<Concept code="A1 02/é" codeSystem="1.2.250.1.999" dateFin="20261215000000" dateMaj="20261215000000" dateValid="20261215000000" displayName="-Cadmium &lt;&amp;&gt;" longDesignation="@cadmium""#),
        "{xml}"
    );
    assert!(xml.contains(r#"longDesignation="Bois&#13;&#10;exotique""#), "{xml}");
    let mut undated = exemple();
    undated.issued = None;
    let error = WriteError::Undated { code: "A1 02/é".into() };
    assert_eq!(release(&undated, Format::Svs), Err(error));
}
