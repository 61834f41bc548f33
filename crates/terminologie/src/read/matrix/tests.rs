use rust_xlsxwriter::Workbook;

use super::*;
use crate::Nature;

fn read(text: &str) -> Result<MatrixReading, ReadError> {
    read_matrix(text.as_bytes(), Limits::default())
}

fn reference(code: &str, label: &str) -> Reference {
    Reference { code: code.into(), label: label.into() }
}

fn sheet(book: &mut Workbook, name: &str, rows: &[&[&str]]) {
    let sheet = book.add_worksheet().set_name(name).unwrap();
    for (r, row) in (0u32..).zip(rows) {
        for (c, text) in (0u16..).zip(*row) {
            sheet.write_string(r, c, *text).unwrap();
        }
    }
}

#[test]
fn each_row_of_a_matrix_is_a_cell_or_is_rejected_with_its_reason() {
    let r = read("metier;cible;plausibilite\nP1;E1;forte\nP1;E1;faible\n;E2;forte\nP2;E1;sûre\nP3;E3;\n")
        .unwrap();
    assert_eq!((r.rows, r.integrated, r.cells.len()), (5, 3, 3));
    assert_eq!(r.cells[0].plausibility, Some(Plausibility::Forte));
    assert_eq!(r.cells[2].plausibility, None);
    let reasons: Vec<_> = r.rejected.into_iter().map(|r| (r.row, r.reason)).collect();
    assert_eq!(reasons, [(3, Reason::DuplicateCode { first: 2 }), (4, Reason::EmptyCode)]);
    assert_eq!(r.findings.len(), 1);
    assert_eq!(r.findings[0].kind, FindingKind::UnknownPlausibility("sûre".into()));
}

#[test]
fn a_file_that_is_no_matrix_is_refused() {
    assert!(matches!(read("code;libelle\na;A\n"), Err(ReadError::UnknownLayout { .. })));
    assert_eq!(read("metier;cible\n;\n").unwrap_err(), ReadError::Nothing { rows: 1 });
}

#[test]
fn the_two_tabs_of_a_workbook_are_read_in_any_order() {
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "Professions concernées",
        &[
            &["Code profession", "Profession", "Profession possiblement concernée", "Code PCS", "Code COMET"],
            &["621a", "Maçon", "Carreleur", "621b", ""],
            &["621a", "Maçon", "Tailleur de pierre", "", "C12"],
            &["621a", "Maçon", "", "", ""],
            &["621a", "Maçon", "Carreleur", "621b", ""],
        ],
    );
    sheet(
        &mut book,
        "Expositions",
        &[
            &["MEEP 2027"],
            &["Code PCS", "Code COMET", "Profession", "Code TEP", "Libellé TEP", "Nature de la modification"],
            &["621a", "", "Maçon", "AB01", "Ciment", "Nouvel item"],
            &["", "C12", "Tailleur de pierre", "", "Silice", ""],
            &["621a", "", "Maçon", "AB02", " Bruit ", "déplacé"],
            &["621a", "", "Maçon", "", "", ""],
        ],
    );
    sheet(&mut book, "Lisez-moi", &[&["Notes"]]);
    let r = read_matrix(&book.save_to_buffer().unwrap(), Limits::default()).unwrap();
    assert_eq!((r.rows, r.integrated, r.cells.len(), r.possible.len()), (8, 5, 3, 2));
    assert_eq!(r.cells[0].profession, reference("621a", "Maçon"));
    assert_eq!((r.cells[0].nature, r.cells[0].row), (Some(Nature::Nouveau), 3));
    assert_eq!(r.cells[1].profession, reference("C12", "Tailleur de pierre"));
    assert_eq!(r.cells[1].target, reference("", "Silice"));
    assert_eq!(r.cells[2].target, reference("AB02", " Bruit "));
    assert_eq!(r.possible[0].pcs.as_deref(), Some("621b"));
    assert_eq!(r.possible[1].comet.as_deref(), Some("C12"));
    let kinds: Vec<_> = r.findings.iter().map(|f| (f.row, f.kind.clone())).collect();
    assert_eq!(
        kinds,
        [
            (1, FindingKind::OtherSheet("Lisez-moi".into())),
            (5, FindingKind::UnknownNature("déplacé".into())),
            (5, FindingKind::OuterBlanks),
        ]
    );
    let reasons: Vec<_> = r.rejected.into_iter().map(|r| (r.row, r.reason)).collect();
    assert_eq!(
        reasons,
        [(6, Reason::EmptyCode), (4, Reason::EmptyLabel), (5, Reason::DuplicateCode { first: 2 })]
    );
}
