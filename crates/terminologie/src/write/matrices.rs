//! Matrices: the workbook of two tabs, and its first tab as a table.

use super::table::delimited_rows;
use super::workbook::{Sheet, book};
use super::{WriteError, said};
use crate::{Matrix, MatrixKind, Nature};

/// Writes a matrix as the workbook of two tabs of the profession: exposures or tasks of each trade, then the trades
/// that are possibly concerned.
///
/// # Errors
/// When a text or the number of rows exceeds what a workbook holds.
pub fn matrix(matrix: &Matrix) -> Result<Vec<u8>, WriteError> {
    let (name, code, label) = match matrix.kind {
        MatrixKind::Exposition => ("Expositions", "Code exposition", "Exposition"),
        MatrixKind::Tache => ("Tâches", "Code tâche", "Tâche"),
    };
    let header = ["Code profession", "Profession", code, label, "Plausibilité", "Nature de la modification"]
        .map(str::to_owned);
    let possible_header =
        ["Code profession", "Profession", "Profession possiblement concernée", "Code PCS", "Code COMET"]
            .map(str::to_owned);
    let rows: Vec<Vec<String>> =
        matrix.cells.iter().map(|c| cell(c, c.nature.map_or("", Nature::label))).collect();
    let possible: Vec<Vec<String>> = matrix
        .possible
        .iter()
        .map(|p| {
            let text = |text: &Option<String>| said(text.as_ref()).unwrap_or_default().to_owned();
            vec![
                p.profession.code.clone(),
                p.profession.label.clone(),
                p.label.clone(),
                text(&p.pcs),
                text(&p.comet),
            ]
        })
        .collect();
    let widths = [16, 50, 16, 60, 14, 24];
    book(
        &matrix.facts.title,
        None,
        &[
            Sheet { name, header: &header, widths: &widths, rows: &rows, numbers: &[] },
            Sheet {
                name: "Professions concernées",
                header: &possible_header,
                widths: &[16, 50, 50, 12, 12],
                rows: &possible,
                numbers: &[],
            },
        ],
    )
}

/// Writes the cells of a matrix as a table separated by semicolons: `metier`, `metier_libelle`, `cible`,
/// `cible_libelle`, `plausibilite`, `nature`. The trades possibly concerned are only in the workbook.
///
/// # Errors
/// When the writer refuses it.
pub fn matrix_csv(matrix: &Matrix) -> Result<Vec<u8>, WriteError> {
    let header =
        ["metier", "metier_libelle", "cible", "cible_libelle", "plausibilite", "nature"].map(str::to_owned);
    let rows: Vec<Vec<String>> =
        matrix.cells.iter().map(|c| cell(c, c.nature.map_or("", Nature::label))).collect();
    delimited_rows(&header, &rows, b';')
}

fn cell(cell: &crate::Cell, nature: &str) -> Vec<String> {
    vec![
        cell.profession.code.clone(),
        cell.profession.label.clone(),
        cell.target.code.clone(),
        cell.target.label.clone(),
        cell.plausibility.map_or_else(String::new, |p| p.as_str().to_owned()),
        nature.to_owned(),
    ]
}
