//! The workbooks, cell by cell.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use terminologie::write::{Format, WriteError, delivery, release};

use super::{exemple, suivante};

/// The rows of a sheet, header included, as texts.
fn sheet(bytes: Vec<u8>, name: &str) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let text = |cell: &Data| cell.to_string();
    book.worksheet_range(name).unwrap().rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn le_classeur_annuel_donne_lignes_niveaux_natures_et_changements() {
    let bytes = delivery(&suivante(), Some(&exemple())).unwrap();
    let terms = sheet(bytes.clone(), "Thésaurus");
    assert_eq!(
        terms[0][..12],
        [
            "Numéro de ligne",
            "Code",
            "Libellé",
            "Code parent",
            "Niveau",
            "Niveau 1",
            "Niveau 2",
            "Nature de la modification",
            "Statut",
            "Synonymes",
            "Références réglementaires",
            "Risque particulier",
        ]
    );
    // No nature is declared: it is computed. The synonyms have theirs.
    assert_eq!(
        terms[2][..9],
        [
            "2",
            "A1.01",
            "Plomb et composés",
            "A1",
            "Niveau 1",
            "Agents chimiques",
            "Plomb et composés",
            "Modification du libellé",
            "actif",
        ]
    );
    assert_eq!(terms[0][13], "Modification des synonymes");
    assert_eq!(terms[2][13], "Nouvel item");
    assert_eq!(terms[4][7], "Nouvel item");

    let changes = sheet(bytes.clone(), "Changements");
    let said: Vec<[&str; 5]> =
        changes[1..].iter().map(|r| [&r[0], &r[2], &r[3], &r[4], &r[5]].map(String::as_str)).collect();
    assert_eq!(
        said,
        [
            ["A1.01", "Plomb", "Plomb et composés", "", "Modification du libellé"],
            ["0B", "Poussières de bois ", "Poussières de bois ", "", ""],
            ["C1", "", "Bruit", "", "Nouvel item"],
            ["A1 02/é", "-Cadmium <&>", "", "", "Suppression"],
        ]
    );
    assert!(changes[2][6].contains("A1.01"), "{:?}", changes[2]);
    assert!(changes[1][7].contains("Pb(II)"), "{:?}", changes[1]);

    let facts = sheet(bytes, "Version");
    assert!(facts.contains(&vec!["Version précédente".to_owned(), "2027".to_owned()]));
    // The first version has nothing to be compared with.
    assert_eq!(sheet(delivery(&exemple(), None).unwrap(), "Changements").len(), 1);
}

#[test]
fn un_classeur_ne_tient_ni_formule_ni_texte_trop_long() {
    let mut list = exemple();
    list.terms[0].label = "=HYPERLINK(\"x\")".into();
    let bytes = release(&list, Format::Xlsx).unwrap();
    let mut book = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    assert!(book.worksheet_formula("Termes").unwrap().is_empty());
    assert_eq!(sheet(bytes, "Termes")[1][1], "=HYPERLINK(\"x\")");
    list.terms[0].description = Some("é".repeat(32_768));
    let error = WriteError::TooLong { sheet: "Termes".into(), length: 32_768, limit: 32_767 };
    assert_eq!(release(&list, Format::Xlsx), Err(error));
    assert!(release(&list, Format::Csv).is_ok());
}
