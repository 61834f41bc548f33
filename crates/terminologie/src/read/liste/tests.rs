use super::*;
use crate::read::{Finding, FindingKind, ReadError, Reading, Reason};

fn read(text: &str) -> Reading {
    crate::read::read(text.as_bytes(), None, Limits::default()).unwrap()
}

fn refused(text: &[u8]) -> ReadError {
    crate::read::read(text, None, Limits::default()).unwrap_err()
}

fn parents(reading: &Reading) -> Vec<(&str, Option<&str>)> {
    reading.terms.iter().map(|t| (t.code.as_str(), t.parents.first().map(String::as_str))).collect()
}

#[test]
fn a_list_of_the_product_is_read_with_all_its_columns() {
    let r = read(
        "code;libelle;parent;synonymes;declencheur;remarque\nE1;Agents;;;;\nE2;\"Plomb; et composés\";E1;Pb | saturnisme;plomb;R4624-23\n",
    );
    assert_eq!((r.rows, r.integrated), (2, 2));
    assert_eq!(r.terms[1].label, "Plomb; et composés");
    assert_eq!(r.terms[1].parents, ["E1"]);
    assert_eq!(r.terms[1].synonyms, ["Pb", "saturnisme"]);
    assert_eq!(r.terms[1].trigger.as_deref(), Some("plomb"));
    assert_eq!(r.terms[0].remark, None);
    assert!(r.findings.is_empty() && r.rejected.is_empty());
}

#[test]
fn without_a_parent_column_the_longest_known_beginning_of_the_code_is_above() {
    let r = read("code,libelle\n01,Agriculture\n01.1,Cultures\n01.11Z,Céréales\n02,Bois\n");
    assert_eq!(parents(&r), [("01", None), ("01.1", Some("01")), ("01.11Z", Some("01.1")), ("02", None)]);
}

#[test]
fn levels_in_columns_become_terms_once_each_nearest_first() {
    let r = read(
        "code;libelle;groupe;groupe_libelle;section;section_libelle\n11Z;Blé;1;Grains;A;Champs\n12Z;Riz;1;Grains;A;Champs\n21Z;Bois;2;Forêts;A;CHAMPS\n",
    );
    assert_eq!((r.rows, r.integrated, r.terms.len()), (3, 3, 6));
    assert_eq!(
        parents(&r),
        [
            ("A", None),
            ("1", Some("A")),
            ("11Z", Some("1")),
            ("12Z", Some("1")),
            ("2", Some("A")),
            ("21Z", Some("2"))
        ]
    );
    assert_eq!(r.findings, [Finding { row: 4, code: "A".into(), kind: FindingKind::OtherLabel }]);
}

#[test]
fn rows_read_are_rows_integrated_and_rows_rejected_with_a_reason() {
    let r = read("code;libelle;parent\na;Un;\n;Sans code;\na;Encore;\nb;;\nc;Trois\nd;Quatre;zz\n");
    assert_eq!((r.rows, r.integrated, r.rejected.len()), (6, 2, 4));
    let reasons: Vec<_> = r.rejected.iter().map(|r| (r.row, r.reason.clone())).collect();
    assert_eq!(
        reasons,
        [
            (3, Reason::EmptyCode),
            (4, Reason::DuplicateCode { first: 2 }),
            (5, Reason::EmptyLabel),
            (6, Reason::Columns { found: 2, expected: 3 }),
        ]
    );
    assert_eq!(
        r.findings,
        [Finding { row: 7, code: "d".into(), kind: FindingKind::OrphanParent("zz".into()) }]
    );
    assert_eq!(parents(&r), [("a", None), ("d", None)]);
}

#[test]
fn suspicious_signs_are_reported_and_kept() {
    use FindingKind::{CurlyApostrophe, DoubleBlank, NoBreakSpace, OuterBlanks};
    let r = read("code;libelle\na; Sel \nb;L\u{2019}eau\nc;Un  deux\nd;Fin\u{a0}!\n");
    let kinds: Vec<_> = r.findings.iter().map(|f| f.kind.clone()).collect();
    assert_eq!(kinds, [OuterBlanks, CurlyApostrophe, DoubleBlank, NoBreakSpace]);
    assert_eq!(r.terms[0].label, " Sel ");
    assert_eq!(r.terms[1].label, "L\u{2019}eau");
}

#[test]
fn a_frozen_term_is_kept_but_no_longer_offered() {
    let r = read("code;libelle;statut\n1;Un;Validé\n2;Deux;Gelé\n3;Trois;Bizarre\n");
    assert_eq!(r.terms.iter().map(|t| t.active).collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(r.findings[0].kind, FindingKind::UnknownStatus("Bizarre".into()));
}

#[test]
fn a_cycle_is_refused_and_named() {
    let text = b"code;libelle;parent\nx;X;a\na;A;c\nb;B;a\nc;C;b\n";
    let ReadError::Cycle { codes } = refused(text) else { panic!() };
    assert_eq!(codes, ["a", "c", "b"]);
    assert!(matches!(refused(b"code;libelle;parent\na;A;a\n"), ReadError::Cycle { .. }));
}

#[test]
fn too_many_rows_too_many_bytes_and_too_many_levels_are_refused() {
    let tight = Limits { bytes: 60, rows: 2, depth: 2, ..Limits::default() };
    let with = |text: &str| crate::read::read(text.as_bytes(), None, tight).unwrap_err();
    assert!(matches!(with("code;libelle\n1;a\n2;b\n3;c\n"), ReadError::TooManyRows { limit: 2 }));
    assert!(matches!(with(&"x".repeat(61)), ReadError::TooLarge { bytes: 61, limit: 60 }));
    let deep = Limits { rows: 9, ..tight };
    let deep = crate::read::read(b"code;libelle\n1;a\n12;b\n123;c\n", None, deep).unwrap_err();
    assert!(matches!(deep, ReadError::TooDeep { limit: 2, .. }), "{deep:?}");
}

#[test]
fn a_file_from_an_old_workbook_is_read_and_reported() {
    let r = crate::read::read(b"\xEF\xBB\xBFcode;libelle\na;ok\n", None, Limits::default()).unwrap();
    assert_eq!(r.terms[0].code, "a");
    let r = crate::read::read(b"code;libell\xE9\na;L\x92\x9Cuvre \xE0 3 \x80\n", None, Limits::default())
        .unwrap();
    assert_eq!(r.terms[0].label, "L’œuvre à 3 €");
    assert_eq!(r.findings[0].kind, FindingKind::Windows1252);
    assert!(matches!(refused(b"code;libelle\na;\xE9\x81\n"), ReadError::NotText { line: 2 }));
    assert!(matches!(refused(b"code;libelle\na;\0\n"), ReadError::NotText { line: 2 }));
}

#[test]
fn a_quotation_mark_left_open_is_refused_rather_than_swallowing_rows() {
    for text in ["a;\"A\nb;B\nc;C\n", "a;\"A\nb;\"B\"\nc;C\n", "a;\"A", "a;\"A\"b\nb;B\n"] {
        let refused = refused(format!("code;libelle\n{text}").as_bytes());
        assert!(matches!(refused, ReadError::OpenQuote { line: 2 }), "{text}: {refused:?}");
    }
}

#[test]
fn a_line_break_and_quotation_marks_inside_a_label_are_kept() {
    let r =
        read("code;libelle\na;\"Sur deux\nlignes\"\nb;\"Dit \"\"le bon\"\"\"\nc;Un \"mot\"\r\nd;\"\"\"x\"\n");
    let labels: Vec<_> = r.terms.iter().map(|t| t.label.as_str()).collect();
    assert_eq!(labels, ["Sur deux\nlignes", "Dit \"le bon\"", "Un \"mot\"", "\"x"]);
    assert_eq!(r.findings, [Finding { row: 2, code: "a".into(), kind: FindingKind::LineBreak }]);
}

#[test]
fn an_unknown_header_is_refused_with_its_names() {
    let ReadError::UnknownLayout { headers } = refused(b"valeur;nom\n1;a\n") else { panic!() };
    assert_eq!(headers, ["valeur", "nom"]);
    assert!(matches!(refused(b""), ReadError::Nothing { rows: 0 }));
    assert!(matches!(refused(b"code;libelle\n;a\n"), ReadError::Nothing { rows: 1 }));
}

#[test]
fn delivered_columns_without_a_field_become_attributes_in_their_order() {
    let r = read("Code;Libellé;Code COMET;;Ancien code\nA;Un;C1; ;\nB;Deux;;x;Z9\n");
    assert_eq!(r.terms[0].attributes, [("Code COMET".into(), "C1".into())]);
    assert_eq!(
        r.terms[1].attributes,
        [("colonne 4".into(), "x".into()), ("Ancien code".into(), "Z9".into())]
    );
}

#[test]
fn codes_in_level_columns_hang_each_term_on_the_nearest_that_is_there() {
    let r = read(
        "Classe;Sous classe;Code;Libellé\n;;1;Un\n1;11;11;Onze\n1;11;111;Cent onze\n1;12;121;Cent vingt et un\n9;91;911;Seul\n",
    );
    assert_eq!(
        parents(&r),
        [("1", None), ("11", Some("1")), ("111", Some("11")), ("121", Some("1")), ("911", None)]
    );
    let told: Vec<_> = r.findings.iter().map(|f| (f.row, f.kind.clone())).collect();
    assert_eq!(
        told,
        [
            (5, FindingKind::MissingParent { missing: "12".into(), above: "1".into() }),
            (6, FindingKind::OrphanParent("91".into())),
        ]
    );
}

#[test]
fn labels_in_level_columns_lead_to_the_right_namesake() {
    let r = read(
        "Niveau 1;Niveau 2;Niveau 3;Code\nAgents;;;A\nAgents;Autres;;A9\nLieux;;;L\nLieux;Autres;;L9\nLieux;Autres;Quai;L91\n",
    );
    assert_eq!(
        parents(&r),
        [("A", None), ("A9", Some("A")), ("L", None), ("L9", Some("L")), ("L91", Some("L9"))]
    );
    assert_eq!(r.terms[4].label, "Quai");
}

#[test]
fn an_outline_hangs_each_term_on_the_last_one_of_a_higher_level() {
    let r = read(
        "Code;Niveau 1;Niveau 2;Niveau 3\nA;Agents;;\nA1;;Plomb;\nA2;;Zinc;\nA21;;;Oxyde\nB;Bois;;\nB1;;Chêne;\n",
    );
    assert_eq!(
        parents(&r),
        [
            ("A", None),
            ("A1", Some("A")),
            ("A2", Some("A")),
            ("A21", Some("A2")),
            ("B", None),
            ("B1", Some("B"))
        ]
    );
}

#[test]
fn level_columns_that_name_no_term_are_kept_as_attributes() {
    let r = read("Classe;Code;Libellé\nVaccins vivants;V1;BCG\nVaccins inertes;V2;DTP\n");
    assert_eq!(parents(&r), [("V1", None), ("V2", None)]);
    assert_eq!(r.terms[0].attributes, [("Classe".into(), "Vaccins vivants".into())]);
    assert!(r.findings.is_empty());
}

#[test]
fn mere_identifiers_make_no_tree() {
    assert_eq!(parents(&read("id;libelle\nid-2;Un\nid-22;Deux\n")), [("id-2", None), ("id-22", None)]);
}

#[test]
fn a_term_may_stand_under_several_others_and_a_long_circle_is_found() {
    let r = read("code;libelle;parent\na;A;\nb;B;\nc;C;a | b\n");
    assert_eq!(r.terms[2].parents, ["a", "b"]);
    let refused = refused(b"code;libelle;parent\na;A;\nb;B;a | d\nc;C;a | b\nd;D;c\n");
    assert_eq!(refused, ReadError::Cycle { codes: vec!["b".into(), "d".into(), "c".into()] });
}

#[test]
fn a_chain_and_a_fan_of_the_largest_size_are_walked_once() {
    let mut text = String::from("code;libelle;parent\n0;x;\n");
    for i in 1..60_000 {
        text.push_str(&format!("{i};x;{}\n", i - 1));
    }
    let refused = refused(text.as_bytes());
    assert_eq!(refused, ReadError::TooDeep { code: "32".into(), limit: 32 });
    let mut text = String::from("code;libelle;parent\n0;x;\n");
    for i in 1..60_000 {
        text.push_str(&format!("{i};x;0\n"));
    }
    assert_eq!(read(&text).terms.len(), 60_000);
}
