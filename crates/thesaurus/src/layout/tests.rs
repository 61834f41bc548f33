use super::*;

fn read(text: &str) -> Reading {
    read_list(text.as_bytes(), Limits::default()).unwrap()
}

fn refused(text: &[u8]) -> LoadError {
    read_list(text, Limits::default()).unwrap_err()
}

fn parents(reading: &Reading) -> Vec<(&str, Option<&str>)> {
    reading.terms.iter().map(|t| (t.code.as_str(), t.parent.as_deref())).collect()
}

#[test]
fn a_list_of_the_product_is_read_with_all_its_columns() {
    let r = read(
        "code;libelle;parent;synonymes;declencheur;remarque\nE1;Agents;;;;\nE2;\"Plomb; et composés\";E1;Pb | saturnisme;plomb;R4624-23\n",
    );
    assert_eq!((r.rows, r.integrated), (2, 2));
    assert_eq!(r.terms[1].label, "Plomb; et composés");
    assert_eq!(r.terms[1].parent.as_deref(), Some("E1"));
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
    let LoadError::Cycle { codes } = refused(text) else { panic!() };
    assert_eq!(codes, ["a", "c", "b"]);
    assert!(matches!(refused(b"code;libelle;parent\na;A;a\n"), LoadError::Cycle { .. }));
}

#[test]
fn too_many_rows_too_many_bytes_and_too_many_levels_are_refused() {
    let tight = Limits { bytes: 60, rows: 2, depth: 2 };
    let with = |text: &str| read_list(text.as_bytes(), tight).unwrap_err();
    assert!(matches!(with("code;libelle\n1;a\n2;b\n3;c\n"), LoadError::TooManyRows { limit: 2 }));
    assert!(matches!(with(&"x".repeat(61)), LoadError::TooLarge { bytes: 61, limit: 60 }));
    let deep = Limits { rows: 9, ..tight };
    let deep = read_list(b"code;libelle\n1;a\n12;b\n123;c\n", deep).unwrap_err();
    assert!(matches!(deep, LoadError::TooDeep { limit: 2, .. }), "{deep:?}");
}

#[test]
fn a_file_from_an_old_workbook_is_read_and_reported() {
    let r = read_list(b"\xEF\xBB\xBFcode;libelle\na;ok\n", Limits::default()).unwrap();
    assert_eq!(r.terms[0].code, "a");
    let r = read_list(b"code;libell\xE9\na;L\x92\x9Cuvre \xE0 3 \x80\n", Limits::default()).unwrap();
    assert_eq!(r.terms[0].label, "L’œuvre à 3 €");
    assert_eq!(r.findings[0].kind, FindingKind::Windows1252);
    assert!(matches!(refused(b"code;libelle\na;\xE9\x81\n"), LoadError::NotText { line: 2 }));
    assert!(matches!(refused(b"PK\x03\x04\0\0"), LoadError::NotText { line: 1 }));
}

#[test]
fn a_quotation_mark_left_open_is_refused_rather_than_swallowing_rows() {
    for text in ["a;\"A\nb;B\nc;C\n", "a;\"A\nb;\"B\"\nc;C\n", "a;\"A", "a;\"A\"b\nb;B\n"] {
        let refused = refused(format!("code;libelle\n{text}").as_bytes());
        assert!(matches!(refused, LoadError::OpenQuote { line: 2 }), "{text}: {refused:?}");
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
    let LoadError::UnknownLayout { headers } = refused(b"id;nom\n1;a\n") else { panic!() };
    assert_eq!(headers, ["id", "nom"]);
    assert!(matches!(refused(b""), LoadError::Nothing { rows: 0 }));
    assert!(matches!(refused(b"code;libelle\n;a\n"), LoadError::Nothing { rows: 1 }));
}
