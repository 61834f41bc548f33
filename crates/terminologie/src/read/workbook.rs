//! Workbooks: their sheets as rows of texts, and the sheet that holds a list.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use base::fold;
use calamine::{DataRef, Dimensions, Reader as _, Xlsx, XlsxError};

use super::columns::Columns;
use super::table::{Cell, Kind, Row, Table};
use super::tree::Builder;
use super::{FindingKind, Layout, Limits, ReadError, Reading, archive, liste, tep};

/// Wider than any list.
const MOST_COLUMNS: usize = 256;
/// A workbook with more sheets is no list.
const MOST_SHEETS: usize = 20;
/// Rows among which the titles stand: a name, an address, a date may come before.
pub(super) const PREAMBLE: usize = 30;
/// Merged blocks told of one by one; beyond, the sheet is a page and not a list.
const MOST_MERGED: usize = 200;

/// A sheet, without its blank rows.
pub(super) struct Sheet {
    pub(super) name: String,
    pub(super) rows: Vec<Row>,
    merged: Vec<Dimensions>,
}

impl Sheet {
    /// The row of titles that `recognise` knows, and what it makes of it.
    pub(super) fn header<T>(&self, recognise: impl Fn(&[String]) -> Option<T>) -> Option<(usize, T)> {
        self.rows.iter().take(PREAMBLE).enumerate().find_map(|(i, row)| Some((i, recognise(&titles(row))?)))
    }

    /// The rows below a header.
    pub(super) fn table(self, header: usize) -> Table {
        let mut rows = self.rows;
        let below = rows.split_off((header + 1).min(rows.len()));
        let header = rows.get(header).map(titles).unwrap_or_default();
        Table { header, rows: below, exact: false }
    }

    /// Tells the merged cells, by their line and their range.
    pub(super) fn tell_merged(&self, mut tell: impl FnMut(usize, FindingKind)) {
        for block in self.merged.iter().take(MOST_MERGED) {
            tell(block.start.0 as usize + 1, FindingKind::MergedCells(range(block)));
        }
    }
}

fn titles(row: &Row) -> Vec<String> {
    row.cells.iter().map(|c| c.text.clone()).collect()
}

/// The range as a spreadsheet shows it (`B3:B7`).
fn range(block: &Dimensions) -> String {
    let name = |(row, column): (u32, u32)| {
        let (mut letters, mut left) = (Vec::new(), column + 1);
        while left > 0 {
            // A remainder of 26 is a letter.
            letters.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
            left = (left - 1) / 26;
        }
        format!("{}{}", letters.iter().rev().collect::<String>(), row + 1)
    };
    format!("{}:{}", name(block.start), name(block.end))
}

/// Reads a list from a workbook; without a layout, that of the TEP is recognised by its segments.
pub(super) fn read(bytes: &[u8], layout: Option<Layout>, limits: Limits) -> Result<Reading, ReadError> {
    let mut sheets = open(bytes, limits)?;
    let mut build = Builder::new(limits);
    if layout == Some(Layout::Tep) || (layout.is_none() && tep::is_tep(&sheets)) {
        if sheets.len() <= tep::SHEET {
            return Err(ReadError::Unrecognised);
        }
        let sheet = sheets.remove(tep::SHEET);
        tell_others(&sheets, |row, kind| build.find(row, "", kind));
        sheet.tell_merged(|row, kind| build.find(row, "", kind));
        return tep::read(sheet, build);
    }
    let found: Vec<(usize, usize)> = sheets
        .iter()
        .enumerate()
        .filter_map(|(i, sheet)| Some((i, sheet.header(Columns::detect)?.0)))
        .collect();
    // A change sheet may have a code and a label too, and may come first.
    let list = found.iter().find(|(i, _)| !tells_changes(&sheets[*i].name)).or(found.first());
    let Some((at, header)) = list.copied() else {
        return Err(ReadError::UnknownLayout { headers: first_titles(&sheets) });
    };
    let sheet = sheets.remove(at);
    tell_others(&sheets, |row, kind| build.find(row, "", kind));
    sheet.tell_merged(|row, kind| build.find(row, "", kind));
    liste::read(&sheet.table(header), build)
}

/// Whether a workbook is in the layout of the TEP, or holds a plain list.
pub(super) fn detect(bytes: &[u8]) -> Option<Layout> {
    let sheets = open(bytes, Limits::default()).ok()?;
    Some(if tep::is_tep(&sheets) { Layout::Tep } else { Layout::Classeur })
}

fn tells_changes(name: &str) -> bool {
    let name = fold(name);
    ["modif", "changement", "evolution", "historique"].iter().any(|word| name.contains(word))
}

/// Names the sheets that are not read.
pub(super) fn tell_others(sheets: &[Sheet], mut tell: impl FnMut(usize, FindingKind)) {
    for sheet in sheets.iter().filter(|s| !s.rows.is_empty()) {
        tell(1, FindingKind::OtherSheet(sheet.name.clone()));
    }
}

/// The first row of each sheet, to say what was found.
pub(super) fn first_titles(sheets: &[Sheet]) -> Vec<String> {
    sheets.iter().filter_map(|s| s.rows.first()).flat_map(titles).filter(|t| !t.is_empty()).take(40).collect()
}

/// Every sheet of a workbook.
pub(super) fn open(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        // The reader of the former kind believes the dimensions that a sheet declares and reserves the memory.
        return Err(ReadError::OldWorkbook);
    }
    archive::measure_workbook(bytes, limits.decompressed)?;
    // The library may panic on a forged file (a range whose end comes before its start): such a file is damaged.
    // Nothing is shared with it that could be left half written.
    catch_unwind(AssertUnwindSafe(|| sheets(bytes, limits)))
        .unwrap_or_else(|_| Err(ReadError::Damaged("classeur".into())))
}

fn damaged(error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => ReadError::Password,
        other => ReadError::Damaged(other.to_string()),
    }
}

fn sheets(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let names: Vec<String> = book.sheet_names().into_iter().take(MOST_SHEETS).collect();
    let mut left = Left { cells: limits.cells, bytes: limits.decompressed };
    let mut sheets = Vec::new();
    for name in names {
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut rows: Vec<Row> = Vec::new();
        match book.worksheet_cells_reader(&name) {
            Ok(mut cells) => {
                while let Some(record) = cells.next_cell_with_formula_metadata().map_err(|e| damaged(&e))? {
                    let cell = cell(&record.value, record.formula.is_some());
                    put(&mut rows, record.pos, cell, &mut left, limits)?;
                }
            }
            // A sheet of pictures or charts has no cells: the list is elsewhere.
            Err(XlsxError::NotAWorksheet(_)) => {}
            Err(error) => return Err(damaged(&error)),
        }
        sheets.push(Sheet { name, rows, merged });
    }
    Ok(sheets)
}

/// What may still be read.
struct Left {
    cells: usize,
    bytes: u64,
}

fn put(
    rows: &mut Vec<Row>,
    (row, column): (u32, u32),
    cell: Cell,
    left: &mut Left,
    limits: Limits,
) -> Result<(), ReadError> {
    let (line, column) = (row as usize + 1, column as usize);
    if (cell.text.is_empty() && cell.kind == Kind::Text) || column >= MOST_COLUMNS {
        return Ok(());
    }
    if rows.last().is_none_or(|r| r.line != line) {
        if rows.len() >= limits.rows + PREAMBLE {
            return Err(ReadError::TooManyRows { limit: limits.rows });
        }
        rows.push(Row { line, cells: Vec::new() });
    }
    let Some(row) = rows.last_mut() else { return Ok(()) };
    // The blank cells before this one take room too.
    let new = (column + 1).saturating_sub(row.cells.len());
    left.cells = left.cells.checked_sub(new).ok_or(ReadError::TooManyCells { limit: limits.cells })?;
    // A text shared by many cells is held once in the file, and once in each cell here.
    let enough = left.bytes.checked_sub(cell.text.len() as u64);
    left.bytes = enough.ok_or(ReadError::TooMuchText { limit: limits.decompressed })?;
    if new > 0 {
        row.cells.resize(column + 1, Cell::default());
    }
    row.cells[column] = cell;
    Ok(())
}

/// A cell as a text: whole numbers without decimals, days as `2027-01-31`.
fn cell(data: &DataRef<'_>, formula: bool) -> Cell {
    let (text, kind) = match data {
        DataRef::String(text) | DataRef::DurationIso(text) | DataRef::DateTimeIso(text) => {
            (text.clone(), Kind::Text)
        }
        DataRef::SharedString(text) => ((*text).to_owned(), Kind::Text),
        DataRef::Int(n) => (n.to_string(), Kind::Number),
        DataRef::Float(n) => (n.to_string(), Kind::Number),
        DataRef::Bool(yes) => (if *yes { "oui" } else { "non" }.to_owned(), Kind::Text),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            (format!("{year:04}-{month:02}-{day:02}"), Kind::Number)
        }
        DataRef::DateTime(at) => (at.to_string(), Kind::Number),
        DataRef::Error(error) => (error.to_string(), Kind::Fault),
        DataRef::Empty => (String::new(), if formula { Kind::NoValue } else { Kind::Text }),
    };
    Cell {
        text,
        kind: if formula && matches!(kind, Kind::Text | Kind::Number) { Kind::Formula } else { kind },
    }
}

#[cfg(test)]
mod tests;
