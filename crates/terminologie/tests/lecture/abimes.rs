//! Files that are too large, cut, spoilt or made to harm: read in part or refused, quickly, never a panic.

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use terminologie::read::{Layout, Limits, ReadError, detect, read, read_matrix};

#[test]
fn un_fichier_de_deux_cent_mille_lignes_est_refuse_aussitot() {
    let mut text = String::from("code;libelle\n");
    for i in 0..200_000 {
        text.push_str(&format!("C{i};Terme {i}\n"));
    }
    let start = std::time::Instant::now();
    let refused = read(text.as_bytes(), None, Limits::default());
    assert_eq!(refused, Err(ReadError::TooManyRows { limit: 100_000 }));
    assert!(start.elapsed().as_secs() < 5);
}

/// Files of each kind, to be cut and spoilt.
fn samples() -> Vec<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in (0u32..).zip([["code", "libelle"], ["A", "Un"], ["A1", "Deux"]]) {
        for (c, text) in (0u16..).zip(row) {
            sheet.write_string(r, c, text).expect("a workbook in memory");
        }
    }
    vec![
        b"code;libelle;parent;synonymes\nA;\"Un\";;x | y\nA1;Deux;A;\n".to_vec(),
        br#"{"resourceType":"CodeSystem","concept":[{"code":"A","display":"Un","concept":[{"code":"B","display":"D"}]}]}"#.to_vec(),
        br#"<?xml version="1.0"?><RetrieveValueSetResponse xmlns="urn:ihe:iti:svs:2008"><ValueSet id="1"><ConceptList><Concept code="A" displayName="Un"/></ConceptList></ValueSet></RetrieveValueSetResponse>"#.to_vec(),
        b"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<urn:a> a skos:Concept ; skos:notation \"A\" ; skos:prefLabel \"Un\"@fr .\n".to_vec(),
        br#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:Concept rdf:about="urn:a"><skos:notation>A</skos:notation><skos:prefLabel>Un</skos:prefLabel></skos:Concept></rdf:RDF>"#.to_vec(),
        book.save_to_buffer().expect("a workbook in memory"),
    ]
}

/// Each of these asks for far more time or memory than it has bytes.
#[test]
fn un_petit_fichier_ne_demande_jamais_beaucoup() {
    let title = "t".repeat(1_000_000);
    let mut long = format!("code;libelle;{title}\n");
    let mut same = String::from("code;libelle\n");
    let mut children = String::from(r#"{"resourceType":"CodeSystem","concept":["#);
    for i in 0..50_000 {
        long.push_str(&format!("{i};x;y\n"));
        same.push_str(&format!("{}{i:05};x\n", "0".repeat(400)));
        children.push_str("{},");
    }
    children.push_str("{}]}");
    let start = std::time::Instant::now();
    assert!(matches!(read(long.as_bytes(), None, Limits::default()), Err(ReadError::TooMuchText { .. })));
    assert_eq!(read(same.as_bytes(), None, Limits::default()).unwrap().terms.len(), 50_000);
    let tight = Limits { cells: 10_000, ..Limits::default() };
    assert_eq!(read(children.as_bytes(), None, tight), Err(ReadError::TooManyCells { limit: 10_000 }));
    let code = format!("code;libelle\n{};x\n", "9".repeat(1_000_000));
    assert_eq!(read(code.as_bytes(), None, Limits::default()), Err(ReadError::Nothing { rows: 1 }));
    let mut synonyms = String::new();
    for i in 0..100_000 {
        synonyms.push_str(&format!("\"s{i}\","));
    }
    let graph = format!(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<urn:a> a skos:Concept ; skos:prefLabel \"a\" ; skos:altLabel {synonyms} \"fin\" ."
    );
    assert_eq!(read(graph.as_bytes(), None, Limits::default()).unwrap().terms[0].synonyms.len(), 100_001);
    assert!(start.elapsed().as_secs() < 30);
}

#[test]
fn un_fichier_tronque_de_chaque_format_est_refuse_ou_lu_en_partie() {
    for (i, sample) in samples().iter().enumerate() {
        assert!(read(sample, None, Limits::default()).is_ok(), "{i}");
        // Text between separators may end after any row; each other format knows its own end.
        let from = if i == 0 { sample.len() } else { 1 };
        for cut in (from..sample.len()).step_by(7) {
            let whole = String::from_utf8_lossy(&sample[cut..]).trim().is_empty();
            assert!(whole || read(&sample[..cut], None, Limits::default()).is_err(), "{i} {cut}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn n_importe_quels_octets_sont_lus_ou_refuses(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for layout in Layout::ALL.into_iter().map(Some).chain([None]) {
            let _ = read(&bytes, layout, Limits::default());
        }
        let _ = (detect(&bytes), read_matrix(&bytes, Limits::default()));
    }

    #[test]
    fn n_importe_quel_texte_est_lu_ou_refuse(text in "[;\"<>&@{}\\[\\]: a|\\n\\r\tàcode]{0,200}") {
        for layout in Layout::ALL.into_iter().map(Some).chain([None]) {
            let _ = read(text.as_bytes(), layout, Limits::default());
        }
    }

    #[test]
    fn un_fichier_abime_est_lu_ou_refuse(which in 0usize..6, at in any::<prop::sample::Index>(), with in any::<u8>(), cut in any::<bool>()) {
        let mut bytes = samples().swap_remove(which);
        let at = at.index(bytes.len());
        bytes[at] = with;
        if cut {
            bytes.drain(..at);
        }
        for layout in Layout::ALL.into_iter().map(Some).chain([None]) {
            let _ = read(&bytes, layout, Limits::default());
        }
        let _ = read_matrix(&bytes, Limits::default());
    }
}
