//! Workbooks: sheets of texts, headed, frozen under their header.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::table::Table;
use super::{WriteError, whole};
use crate::Release;

/// UTF-16 units of a cell.
const CELL: usize = 32_767;
/// Rows of a sheet.
const ROWS: usize = 1_048_576;
/// Columns of a sheet.
const COLUMNS: usize = 16_384;

/// A sheet to write: the widths are in characters, the last one serves the columns that follow.
pub(super) struct Sheet<'a> {
    pub(super) name: &'a str,
    pub(super) header: &'a [String],
    pub(super) widths: &'a [u16],
    /// Texts; [`Sheet::numbers`] says which columns are written as numbers.
    pub(super) rows: &'a [Vec<String>],
    pub(super) numbers: &'a [usize],
}

/// Writes sheets in their order.
///
/// Every text goes in as a text, whatever its first sign: a label that begins with `=`, `+`, `-` or `@` is never a
/// formula. The date that a workbook must carry is the release's, or the first day of 2000: the hour of the clock
/// would change the bytes.
pub(super) fn book(
    title: &str,
    issued: Option<base::Date>,
    sheets: &[Sheet<'_>],
) -> Result<Vec<u8>, WriteError> {
    for sheet in sheets {
        sheet.fits()?;
    }
    write(title, issued, sheets).map_err(|e| WriteError::Refused(e.to_string()))
}

impl Sheet<'_> {
    fn fits(&self) -> Result<(), WriteError> {
        let (rows, columns) = (self.rows.len() + 1, self.header.len());
        if rows > ROWS || columns > COLUMNS {
            return Err(WriteError::TooMany { sheet: self.name.to_owned(), rows, columns });
        }
        let texts = || self.header.iter().chain(self.rows.iter().flatten());
        if let Some(text) = texts().find(|t| is_ambiguous(t)) {
            return Err(WriteError::Refused(format!("no workbook can hold {text:?}")));
        }
        match texts().map(|t| units(t)).find(|length| *length > CELL) {
            Some(length) => Err(WriteError::TooLong { sheet: self.name.to_owned(), length, limit: CELL }),
            None => Ok(()),
        }
    }
}

/// Whether a text holds `_x`, four hexadecimal digits, then a control character: a workbook writes such a character as
/// `_xHHHH_`, and with what stands before it would be read as another one.
fn is_ambiguous(text: &str) -> bool {
    text.match_indices("_x").any(|(at, _)| {
        let mut signs = text[at + 2..].chars();
        signs.by_ref().take(4).filter(char::is_ascii_hexdigit).count() == 4
            && signs.next().is_some_and(|c| c < ' ' && !matches!(c, '\t' | '\n'))
    })
}

/// UTF-16 units of a text, counted only where the bytes could be too many.
fn units(text: &str) -> usize {
    if text.len() <= CELL { text.len() } else { text.encode_utf16().count() }
}

fn write(title: &str, issued: Option<base::Date>, sheets: &[Sheet<'_>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let (year, month, day) = issued
        .filter(|d| d.year() >= 1900)
        .and_then(|d| Some((d.year().try_into().ok()?, d.month().try_into().ok()?, d.day().try_into().ok()?)))
        .unwrap_or((2000, 1, 1));
    let date = ExcelDateTime::from_ymd(year, month, day)?;
    // The properties hold 255 characters.
    let title: String = title.chars().take(200).collect();
    workbook.set_properties(&DocProperties::new().set_title(title).set_creation_datetime(&date));
    let bold = Format::new().set_bold();
    for sheet in sheets {
        let page = workbook.add_worksheet();
        page.set_name(sheet.name)?;
        for (column, text) in (0_u16..).zip(sheet.header) {
            page.write_string_with_format(0, column, text, &bold)?;
            let width = sheet.widths.get(usize::from(column)).or(sheet.widths.last()).copied();
            page.set_column_width(column, width.unwrap_or(20))?;
        }
        for (row, cells) in (1_u32..).zip(sheet.rows) {
            for (column, text) in (0_u16..).zip(cells).filter(|(_, text)| !text.is_empty()) {
                match text.parse::<u32>() {
                    Ok(number) if sheet.numbers.contains(&usize::from(column)) => {
                        page.write_number(row, column, number)?
                    }
                    _ => page.write_string(row, column, text)?,
                };
            }
        }
        page.set_freeze_panes(1, 0)?;
        if let (Ok(last_row), Some(Ok(last_column))) =
            (u32::try_from(sheet.rows.len()), sheet.header.len().checked_sub(1).map(u16::try_from))
        {
            page.autofilter(0, 0, last_row, last_column)?;
        }
    }
    workbook.save_to_buffer()
}

/// The product's own table, on one sheet.
pub(super) fn release(release: &Release) -> Result<Vec<u8>, WriteError> {
    whole(release)?;
    let mut table = Table::of(release);
    // A cell that holds nothing is no title: a workbook would lose the column.
    for (i, title) in table.header.iter_mut().enumerate().filter(|(_, t)| t.trim().is_empty()) {
        *title = format!("colonne {}", i + 1);
    }
    let sheet = Sheet {
        name: "Termes",
        header: &table.header,
        widths: &[14, 60, 14, 16, 24, 10, 40],
        rows: &table.rows,
        numbers: &[],
    };
    book(&release.facts.title, release.issued, &[sheet])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_a_workbook_would_read_otherwise_is_refused() {
        assert!(is_ambiguous("_x0041\r"));
        assert!(!is_ambiguous("_x000D_"));
        assert!(!is_ambiguous("_x004\r"));
        assert!(!is_ambiguous("_x0041 \r"));
    }
}
