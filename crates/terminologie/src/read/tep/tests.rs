use rust_xlsxwriter::Workbook;

use super::super::{Layout, Limits, Rejected, read};
use super::*;
use crate::Nature;

/// A row of the layout: eight segments, code, label, then other cells by column.
fn row(book: &mut Workbook, line: u32, segments: [&str; 8], code: &str, label: &str, more: &[(u16, &str)]) {
    let sheet = book.worksheet_from_index(SHEET).unwrap();
    let own = [(9, code), (21, label)];
    let cells = (1u16..).zip(segments).chain(own).chain(more.iter().copied());
    for (column, text) in cells.filter(|(_, text)| !text.is_empty()) {
        match text.strip_prefix('#') {
            Some(number) => sheet.write_number(line, column, number.parse::<f64>().unwrap()).unwrap(),
            None => sheet.write_string(line, column, text).unwrap(),
        };
    }
}

fn book() -> Workbook {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Présentation").unwrap().write_string(0, 0, "Notice").unwrap();
    let sheet = book.add_worksheet().set_name("TEP").unwrap();
    for (column, title) in [(0u16, "ID"), (9, "Code"), (10, "Ancien code"), (21, "Libellé"), (25, "Statut")]
    {
        sheet.write_string(0, column, title).unwrap();
    }
    book
}

#[test]
fn the_tree_of_the_tep_comes_from_its_segments() {
    let mut book = book();
    let b = &mut book;
    row(b, 1, ["C", "", "", "", "", "", "", ""], "C", "Agent chimique", &[(25, "#1"), (0, "#7")]);
    row(b, 2, ["C", "A", "", "", "", "", "", ""], "CA", "Métaux", &[]);
    row(
        b,
        3,
        ["C", "A", "#1", "", "", "", "", ""],
        "CA01",
        "Plomb",
        &[(18, "Pb\nSaturne"), (19, "Métal lourd")],
    );
    row(
        b,
        4,
        ["C", "A", "01", "x", "", "#3", "", ""],
        "CA01x03",
        "Oxyde",
        &[(22, "Nouvel item"), (10, "P3")],
    );
    row(b, 5, ["D", "B", "02", "", "", "", "", ""], "DB02", "Sans classe", &[(25, "#0")]);
    row(b, 6, ["C", "A", "03", "", "", "", "", ""], "", "Sans code", &[]);
    row(b, 7, ["C", "A", "04", "", "", "", "", ""], "CA4", "Autre code", &[]);
    let r = read(&book.save_to_buffer().unwrap(), None, Limits::default()).unwrap();
    let terms: Vec<_> = r
        .terms
        .iter()
        .map(|t| (t.code.as_str(), t.parents.first().map_or("", String::as_str), t.level.as_deref().unwrap()))
        .collect();
    assert_eq!(
        terms,
        [
            ("C", "", "Classe"),
            ("CA", "C", "Sous Classe"),
            ("CA01", "CA", "Niveau 1"),
            ("CA01x03", "CA01", "Niveau 4"),
            ("DB02", "", "Niveau 1"),
            ("CA4", "CA", "Niveau 1"),
        ]
    );
    assert_eq!((r.rows, r.integrated), (7, 6));
    assert_eq!(r.rejected, [Rejected { row: 7, code: String::new(), reason: Reason::EmptyCode }]);
    assert_eq!(r.terms[2].synonyms, ["Pb", "Saturne"]);
    assert_eq!(r.terms[2].description.as_deref(), Some("Métal lourd"));
    assert_eq!(r.terms[3].nature, Some(Nature::Nouveau));
    assert_eq!(r.terms[3].attributes, [("Ancien code".into(), "P3".into())]);
    assert_eq!(r.terms[0].attributes, [("ID".into(), "7".into())]);
    assert!(r.terms[0].active && !r.terms[4].active);
    let told: Vec<_> = r.findings.iter().map(|f| (f.row, f.kind.clone())).collect();
    assert_eq!(
        told,
        [
            (1, FindingKind::OtherSheet("Présentation".into())),
            (8, FindingKind::OtherSegments("CA04".into())),
            (5, FindingKind::MissingParent { missing: "CA01x".into(), above: "CA01".into() }),
            (6, FindingKind::OrphanParent("DB".into())),
        ][..]
    );
}

#[test]
fn a_workbook_of_one_sheet_is_no_tep() {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "code").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(read(&bytes, Some(Layout::Tep), Limits::default()).unwrap_err(), ReadError::Unrecognised);
}
