//! Matrices: which exposures or tasks are plausible in which trades.

use std::collections::HashMap;

use base::fold;

use super::table::{Kind, Row, Table, decode};
use super::{
    Finding, FindingKind, Limits, ReadError, Reason, Rejected, check_size, is_workbook, words, workbook,
};
use crate::{Cell, Plausibility, PossibleProfession, Reference};

/// What a matrix file gives. Rows read are rows integrated and rows rejected, both tabs together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatrixReading {
    /// Rows read below the headers.
    pub rows: usize,
    /// Rows integrated.
    pub integrated: usize,
    /// The cells, in their order.
    pub cells: Vec<Cell>,
    /// The trades possibly concerned (second tab), in their order.
    pub possible: Vec<PossibleProfession>,
    /// Rows left out, each with its reason.
    pub rejected: Vec<Rejected>,
    /// What deserves a look, without having been changed.
    pub findings: Vec<Finding>,
}

/// Reads a matrix: delimited text (`metier`, `cible`, `plausibilite`), or a workbook with its two tabs, the exposures
/// or tasks and the trades possibly concerned (thesauri, A6).
pub fn read_matrix(bytes: &[u8], limits: Limits) -> Result<MatrixReading, ReadError> {
    check_size(bytes, limits)?;
    if is_workbook(bytes) {
        return read_workbook(bytes, limits);
    }
    let mut reading = MatrixReading::default();
    let (text, windows_1252) = decode(bytes)?;
    if windows_1252 {
        reading.find(1, "", FindingKind::Windows1252);
    }
    let table = Table::of_text(&text, limits)?;
    let Some(columns) = CellColumns::detect(&table.header) else {
        return Err(ReadError::UnknownLayout { headers: table.header });
    };
    reading.read_cells(&table, &columns);
    reading.finish()
}

/// The first tab whose titles are those of cells, the first whose titles are those of trades possibly concerned.
fn read_workbook(bytes: &[u8], limits: Limits) -> Result<MatrixReading, ReadError> {
    let mut sheets = workbook::open(bytes, limits)?;
    let mut reading = MatrixReading::default();
    // Looked for first: this tab may have a column of codes too.
    let possible = sheets
        .iter()
        .enumerate()
        .find_map(|(i, sheet)| Some((i, sheet.header(PossibleColumns::detect)?)))
        .map(|(i, found)| (sheets.remove(i), found));
    let cells =
        sheets.iter().enumerate().find_map(|(i, sheet)| Some((i, sheet.header(CellColumns::detect)?)));
    let Some((at, (header, columns))) = cells else {
        return Err(ReadError::UnknownLayout { headers: workbook::first_titles(&sheets) });
    };
    let sheet = sheets.remove(at);
    workbook::tell_others(&sheets, |row, kind| reading.find(row, "", kind));
    sheet.tell_merged(|row, kind| reading.find(row, "", kind));
    reading.read_cells(&sheet.table(header), &columns);
    if let Some((sheet, (header, columns))) = possible {
        sheet.tell_merged(|row, kind| reading.find(row, "", kind));
        reading.read_possible(&sheet.table(header), &columns);
    }
    if reading.rows > limits.rows {
        return Err(ReadError::TooManyRows { limit: limits.rows });
    }
    reading.finish()
}

/// Titles of a tab that both tabs share.
struct Profession {
    code: Option<usize>,
    label: Option<usize>,
    comet: Option<usize>,
}

impl Profession {
    fn detect(names: &[String]) -> Self {
        let find = |titles: &[&str]| titles.iter().find_map(|t| names.iter().position(|n| n == t));
        Self {
            code: find(&[
                "metier",
                "code metier",
                "code profession",
                "code pcs",
                "code pcs ese",
                "pcs",
                "pcs ese",
            ]),
            label: find(&[
                "profession",
                "libelle profession",
                "libelle metier",
                "metier libelle",
                "libelle pcs",
            ]),
            comet: find(&["code comet", "comet"]),
        }
    }

    fn known(&self) -> bool {
        self.code.or(self.label).or(self.comet).is_some()
    }

    /// The trade of a row: its PCS code, else its COMET code.
    fn of(&self, row: &Row) -> Reference {
        let text = |at: Option<usize>| at.map_or("", |c| row.text(c));
        let pcs = text(self.code);
        let code = if pcs.trim().is_empty() { text(self.comet) } else { pcs };
        Reference { code: code.to_owned(), label: text(self.label).to_owned() }
    }
}

/// Columns of the first tab.
struct CellColumns {
    profession: Profession,
    target_code: Option<usize>,
    target_label: Option<usize>,
    plausibility: Option<usize>,
    nature: Option<usize>,
}

impl CellColumns {
    fn detect(header: &[String]) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|h| fold(h)).collect();
        let find = |titles: &[&str]| titles.iter().find_map(|t| names.iter().position(|n| n == t));
        let columns = Self {
            profession: Profession::detect(&names),
            target_code: find(&["cible", "code cible", "code exposition", "code tep", "code tache", "code"]),
            target_label: find(&[
                "cible libelle",
                "exposition",
                "libelle exposition",
                "libelle tep",
                "tache",
                "libelle tache",
                "libelle",
            ]),
            plausibility: find(&["plausibilite"]),
            nature: find(&["nature de la modification", "nature de modification", "nature"]),
        };
        let target = columns.target_code.or(columns.target_label).is_some();
        (columns.profession.known() && target).then_some(columns)
    }
}

/// Columns of the second tab.
struct PossibleColumns {
    profession: Profession,
    possible: usize,
    pcs: Option<usize>,
    comet: Option<usize>,
}

impl PossibleColumns {
    fn detect(header: &[String]) -> Option<Self> {
        let names: Vec<String> = header.iter().map(|h| fold(h)).collect();
        let find = |titles: &[&str]| titles.iter().find_map(|t| names.iter().position(|n| n == t));
        let possible = find(&[
            "profession possiblement concernee",
            "professions possiblement concernees",
            "libelle profession possiblement concernee",
            "profession possible",
            "metier possible",
        ])?;
        let mut profession = Profession::detect(&names);
        // Here the COMET code is that of the other trade.
        let comet = profession.comet.take();
        let pcs =
            find(&["code pcs", "code pcs ese", "pcs", "pcs ese"]).filter(|p| profession.code != Some(*p));
        profession.known().then_some(Self { profession, possible, pcs, comet })
    }
}

impl MatrixReading {
    fn find(&mut self, row: usize, code: &str, kind: FindingKind) {
        self.findings.push(Finding { row, code: code.to_owned(), kind });
    }

    fn reject(&mut self, row: usize, code: &str, reason: Reason) {
        self.rows += 1;
        self.rejected.push(Rejected { row, code: code.to_owned(), reason });
    }

    fn read_cells(&mut self, table: &Table, columns: &CellColumns) {
        let mut first: HashMap<(Reference, Reference), usize> = HashMap::new();
        for row in &table.rows {
            let text = |at: Option<usize>| at.map_or("", |c| row.text(c));
            if table.exact && row.cells.len() != table.header.len() {
                let reason = Reason::Columns { found: row.cells.len(), expected: table.header.len() };
                self.reject(row.line, "", reason);
                continue;
            }
            let profession = columns.profession.of(row);
            if let Some(reason) = unreadable(row) {
                self.reject(row.line, &profession.code, reason);
                continue;
            }
            let target = Reference {
                code: text(columns.target_code).to_owned(),
                label: text(columns.target_label).to_owned(),
            };
            if unnamed(&profession) || unnamed(&target) {
                self.reject(row.line, &profession.code, Reason::EmptyCode);
                continue;
            }
            let key = (profession.clone(), target.clone());
            if let Some(first) = first.get(&key) {
                self.reject(row.line, &profession.code, Reason::DuplicateCode { first: *first });
                continue;
            }
            first.insert(key, row.line);
            let word = text(columns.plausibility);
            let plausibility = Plausibility::parse(&fold(word));
            if plausibility.is_none() && !matches!(fold(word).as_str(), "" | "non precise" | "non precisee") {
                self.find(row.line, &profession.code, FindingKind::UnknownPlausibility(word.to_owned()));
            }
            let word = text(columns.nature);
            let nature = words::nature(word);
            if nature.is_none() && !words::says_no_change(word) {
                self.find(row.line, &profession.code, FindingKind::UnknownNature(word.to_owned()));
            }
            self.look_at_signs(row, &profession.code);
            self.rows += 1;
            self.integrated += 1;
            self.cells.push(Cell { profession, target, plausibility, nature, row: row.line });
        }
    }

    fn read_possible(&mut self, table: &Table, columns: &PossibleColumns) {
        let mut first: HashMap<(Reference, Vec<String>), usize> = HashMap::new();
        for row in &table.rows {
            let optional =
                |at: Option<usize>| at.map(|c| row.text(c).to_owned()).filter(|text| !text.trim().is_empty());
            let profession = columns.profession.of(row);
            let label = row.text(columns.possible).to_owned();
            let (pcs, comet) = (optional(columns.pcs), optional(columns.comet));
            if let Some(reason) = unreadable(row) {
                self.reject(row.line, &profession.code, reason);
            } else if unnamed(&profession) {
                self.reject(row.line, "", Reason::EmptyCode);
            } else if label.trim().is_empty() && pcs.is_none() && comet.is_none() {
                self.reject(row.line, &profession.code, Reason::EmptyLabel);
            } else {
                let codes = [&pcs, &comet].map(|c| c.clone().unwrap_or_default());
                let key = (profession.clone(), [&[label.clone()][..], &codes].concat());
                if let Some(first) = first.get(&key) {
                    let reason = Reason::DuplicateCode { first: *first };
                    self.reject(row.line, &profession.code, reason);
                    continue;
                }
                first.insert(key, row.line);
                self.look_at_signs(row, &profession.code);
                self.rows += 1;
                self.integrated += 1;
                self.possible.push(PossibleProfession { profession, label, pcs, comet, row: row.line });
            }
        }
    }

    fn look_at_signs(&mut self, row: &Row, code: &str) {
        let mut kinds: Vec<FindingKind> = row.cells.iter().flat_map(|c| words::signs(&c.text)).collect();
        if row.cells.iter().any(|c| c.kind == Kind::Formula) {
            kinds.push(FindingKind::Formula);
        }
        kinds.sort();
        kinds.dedup();
        for kind in kinds {
            self.find(row.line, code, kind);
        }
    }

    fn finish(self) -> Result<Self, ReadError> {
        if self.cells.is_empty() { Err(ReadError::Nothing { rows: self.rows }) } else { Ok(self) }
    }
}

fn unnamed(reference: &Reference) -> bool {
    reference.code.trim().is_empty() && reference.label.trim().is_empty()
}

fn unreadable(row: &Row) -> Option<Reason> {
    row.cells.iter().find_map(|cell| match cell.kind {
        Kind::NoValue => Some(Reason::NoValue),
        Kind::Fault => Some(Reason::CellError(cell.text.clone())),
        Kind::Text | Kind::Number | Kind::Formula => None,
    })
}

#[cfg(test)]
mod tests;
