use rust_xlsxwriter::{Format, Formula, Workbook, Worksheet};

use super::super::Reason;
use super::*;
use crate::Nature;

fn rows(sheet: &mut Worksheet, from: u32, rows: &[&[&str]]) {
    for (r, row) in (from..).zip(rows) {
        for (c, text) in (0u16..).zip(*row) {
            if !text.is_empty() {
                sheet.write_string(r, c, *text).unwrap();
            }
        }
    }
}

fn read_book(mut book: Workbook) -> Result<Reading, ReadError> {
    super::super::read(&book.save_to_buffer().unwrap(), None, Limits::default())
}

#[test]
fn a_delivery_workbook_is_read_by_its_titles_and_its_change_sheet_is_named() {
    let mut book = Workbook::new();
    rows(
        book.add_worksheet().set_name("Modifications 2027").unwrap(),
        0,
        &[&["Code", "Libellé", "Ancien libellé"], &["A1", "Plomb", "Saturne"]],
    );
    rows(
        book.add_worksheet().set_name("Thésaurus").unwrap(),
        0,
        &[
            &["Thésaurus des essais"],
            &[],
            &[
                "N° de ligne",
                "Code",
                "Niveau 1",
                "Niveau 2",
                "Libellé",
                "Nature de la modification",
                "Statut",
                "Synonymes",
                "Code COMET",
            ],
            &["1", "A", "Agents", "", "Agents", "", "actif", "", ""],
            &["2", "A1", "Agents", "Plomb", "Plomb", "Libellé modifié", "Actif", "Pb ; saturne", "C7"],
            &["3", "A2", "Agents", "Zinc ", "Zinc ", "suppression", "inactif", "", ""],
            &["4", "A3", "Agents", "Or", "Or", "inactivation", "actif", "", ""],
            &["5", "A4", "Absents", "Fer", "Fer", "déplacé", "?", "", ""],
        ],
    );
    let r = read_book(book).unwrap();
    assert_eq!((r.rows, r.integrated), (5, 5));
    let parents: Vec<_> = r.terms.iter().map(|t| t.parents.first().map(String::as_str)).collect();
    assert_eq!(parents, [None, Some("A"), Some("A"), Some("A"), None]);
    assert_eq!(r.terms.iter().map(|t| t.row).collect::<Vec<_>>(), [4, 5, 6, 7, 8]);
    assert_eq!(r.terms[1].nature, Some(Nature::LibelleModifie));
    assert_eq!(r.terms[1].synonyms, ["Pb", "saturne"]);
    assert_eq!(
        r.terms[1].attributes,
        [
            ("N° de ligne".into(), "2".into()),
            ("Code COMET".into(), "C7".into()),
            ("synonymes (texte délivré)".into(), "Pb ; saturne".into()),
        ]
    );
    assert_eq!(r.terms[2].label, "Zinc ");
    assert_eq!(r.terms[2].nature, Some(Nature::Supprime));
    assert_eq!(r.terms.iter().map(|t| t.active).collect::<Vec<_>>(), [true, true, false, false, true]);
    let kinds: Vec<_> = r.findings.iter().map(|f| (f.row, f.kind.clone())).collect();
    assert_eq!(
        kinds,
        [
            (1, FindingKind::OtherSheet("Modifications 2027".into())),
            (6, FindingKind::OuterBlanks),
            (7, FindingKind::StatusAgainstNature),
            (8, FindingKind::UnknownStatus("?".into())),
            (8, FindingKind::UnknownNature("déplacé".into())),
            (8, FindingKind::OrphanParent("Absents".into())),
        ]
    );
}

#[test]
fn numbers_formulas_errors_and_merged_cells_are_told_and_nothing_is_filled() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    rows(sheet, 0, &[&["Code", "Libellé", "Statut", "Remarque"]]);
    sheet.write_number(1, 0, 1).unwrap();
    sheet.write_string(1, 1, "Un").unwrap();
    sheet.write_string(2, 0, "02").unwrap();
    sheet.write_formula(2, 1, Formula::new("=B2&\"bis\"").set_result("Unbis")).unwrap();
    sheet.write_string(4, 0, "04").unwrap();
    sheet.write_formula(4, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(5, 0, "05").unwrap();
    sheet.merge_range(5, 1, 6, 1, "Cinq et six", &Format::new()).unwrap();
    sheet.write_string(6, 0, "06").unwrap();
    sheet.write_string(8, 0, " 08").unwrap();
    sheet.write_string(8, 1, "  Huit\u{a0}").unwrap();
    let r = read_book(book).unwrap();
    let terms: Vec<_> = r.terms.iter().map(|t| (t.code.as_str(), t.label.as_str())).collect();
    assert_eq!(terms, [("1", "Un"), ("02", "Unbis"), ("05", "Cinq et six"), (" 08", "  Huit\u{a0}")]);
    assert_eq!(r.rows, r.integrated + r.rejected.len());
    let reasons: Vec<_> = r.rejected.iter().map(|r| (r.row, r.reason.clone())).collect();
    assert_eq!(reasons, [(5, Reason::CellError("#DIV/0!".into())), (7, Reason::EmptyLabel)]);
    let told: Vec<_> = r.findings.iter().map(|f| (f.row, f.kind.clone())).collect();
    for expected in [
        (6, FindingKind::MergedCells("B6:B7".into())),
        (2, FindingKind::NumericCode),
        (3, FindingKind::Formula),
        (9, FindingKind::OuterBlanks),
        (9, FindingKind::NoBreakSpace),
        (9, FindingKind::DoubleBlank),
    ] {
        assert!(told.contains(&expected), "{expected:?} {told:?}");
    }
}

#[test]
fn a_workbook_that_cannot_be_opened_is_refused_with_what_to_do() {
    let read = |bytes: &[u8]| super::super::read(bytes, None, Limits::default()).unwrap_err();
    assert_eq!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), ReadError::OldWorkbook);
    assert!(matches!(read(b"PK\x03\x04...."), ReadError::Damaged(_)));
    let mut book = Workbook::new();
    rows(book.add_worksheet(), 0, &[&["code", "libelle"], &["A", "a"]]);
    let bytes = book.save_to_buffer().unwrap();
    for cut in (0..bytes.len()).step_by(97) {
        let refused = super::super::read(&bytes[..cut], None, Limits::default());
        assert!(refused.is_err(), "{cut}");
    }
    let tight = Limits { decompressed: 100, ..Limits::default() };
    assert_eq!(super::super::read(&bytes, None, tight).unwrap_err(), ReadError::Bomb { limit: 100 });
    let mut book = Workbook::new();
    rows(book.add_worksheet(), 0, &[&["valeur", "autre"], &["A", "a"]]);
    assert_eq!(
        read_book(book).unwrap_err(),
        ReadError::UnknownLayout { headers: vec!["valeur".into(), "autre".into()] }
    );
}

#[test]
fn a_workbook_of_too_many_rows_is_refused() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    rows(sheet, 0, &[&["code", "libelle"]]);
    for r in 1..200 {
        sheet.write_number(r, 0, r).unwrap();
        sheet.write_string(r, 1, "x").unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let tight = Limits { rows: 100, ..Limits::default() };
    assert_eq!(super::super::read(&bytes, None, tight).unwrap_err(), ReadError::TooManyRows { limit: 100 });
}

/// An archive of parts as they are, whose directory announces other sizes where `lies` says so.
fn archive(parts: &[(&str, &str)], lies: Option<u32>) -> Vec<u8> {
    let crc = |bytes: &[u8]| {
        !bytes.iter().fold(!0u32, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |c, _| (c >> 1) ^ (0xEDB8_8320 & (c & 1).wrapping_neg()))
        })
    };
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap();
        let said = lies.unwrap_or(size);
        let name_length = u16::try_from(name.len()).unwrap();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc(text.as_bytes()).to_le_bytes());
        common.extend(size.to_le_bytes());
        common.extend(said.to_le_bytes());
        common.extend(name_length.to_le_bytes());
        common.extend([0, 0]);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.bytes().chain(text.bytes()));
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.bytes());
    }
    let count = u16::try_from(parts.len()).unwrap().to_le_bytes();
    let at = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    let length = u32::try_from(directory.len()).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend([length, at].concat());
    bytes.extend([0, 0]);
    bytes
}

const RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook whose sheet holds these cells under a header.
fn forged(before: &str, cells: &str, strings: &str, lies: Option<u32>) -> Result<Reading, ReadError> {
    let sheet = format!(
        r#"{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c><c r="B1" t="inlineStr"><is><t>libelle</t></is></c></row>{cells}</sheetData></worksheet>"#
    );
    let parts = [
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    super::super::read(&archive(&parts, lies), None, Limits::default())
}

const NO_STRINGS: &str = "<sst/>";

#[test]
fn a_formula_saved_without_its_value_is_left_out_with_its_reason() {
    let cells = r#"<row r="2"><c r="A2"><v>7</v></c><c r="B2"><f>C2</f></c></row><row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve"> A </t></is></c><c r="B3" t="str"><f>C3</f><v>Un</v></c></row>"#;
    let r = forged("", cells, NO_STRINGS, None).unwrap();
    assert_eq!((r.rejected[0].row, r.rejected[0].reason.clone()), (2, Reason::NoValue));
    assert_eq!((r.terms[0].code.as_str(), r.terms[0].label.as_str()), (" A ", "Un"));
}

#[test]
fn blanks_at_the_ends_of_shared_texts_are_kept() {
    let cells = r#"<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c></row>"#;
    let strings = r#"<sst><si><t>A</t></si><si><r><t xml:space="preserve">  Deux</t></r><r><t xml:space="preserve"> mots </t></r></si></sst>"#;
    assert_eq!(forged("", cells, strings, None).unwrap().terms[0].label, "  Deux mots ");
}

#[test]
fn the_entities_of_a_workbook_are_never_expanded() {
    let laughs = r#"<!DOCTYPE worksheet [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let cells = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>&b;</t></is></c><c r="B2" t="inlineStr"><is><t>x</t></is></c></row>"#;
    let read = forged(laughs, cells, NO_STRINGS, None);
    assert!(read.as_ref().map_or(true, |r| !r.terms[0].code.contains("lol")), "{read:?}");
}

#[test]
fn a_forged_workbook_is_damaged_and_nothing_more() {
    let cells = r#"<row r="2"><c r="A2"><v>7</v></c><c r="B2"><v>8</v></c></row>"#;
    assert!(forged("", cells, NO_STRINGS, None).is_ok());
    // Sizes that lie, either way.
    for lie in [1, 4_000_000_000] {
        let refused = forged("", cells, NO_STRINGS, Some(lie));
        assert!(matches!(refused, Err(ReadError::Damaged(_) | ReadError::Bomb { .. })), "{refused:?}");
    }
    // Texts that claim memory: the reader would reserve it.
    for claimed in [2_000_000_000, 100_000_000_000_000, u64::MAX] {
        let refused = forged("", cells, &format!("<sst uniqueCount=\"{claimed}\"/>"), None);
        assert!(matches!(refused, Err(ReadError::Damaged(_))), "{refused:?}");
    }
    let refused = forged("<dimension ref=\"B9:A1\"/>", cells, NO_STRINGS, None);
    assert!(matches!(refused, Err(ReadError::Damaged(_))), "{refused:?}");
}

#[test]
fn ranges_are_named_as_a_spreadsheet_does() {
    let block = |start, end| Dimensions { start, end };
    assert_eq!(range(&block((0, 0), (6, 25))), "A1:Z7");
    assert_eq!(range(&block((1, 26), (1, 702))), "AA2:AAA2");
}
