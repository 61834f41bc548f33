//! Rows and columns, whatever they were read from; and delimited text.

use std::borrow::Cow;

use super::{Limits, ReadError};

/// Rows under a header.
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Whether every row must have as many cells as the header: text between separators, not a workbook.
    pub(super) exact: bool,
}

/// A row and its line in the file, from 1.
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// The text of a cell; nothing beyond the last one.
    pub(super) fn text(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |c| c.text.as_str())
    }

    /// What the cell is made of.
    pub(super) fn kind(&self, column: usize) -> Kind {
        self.cells.get(column).map_or(Kind::Text, |c| c.kind)
    }
}

/// A cell as text, to the byte.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) kind: Kind,
}

/// What a cell of a workbook was made of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Text,
    Number,
    /// A formula, with the value that it had.
    Formula,
    /// A formula without value.
    NoValue,
    /// An error, such as `#REF!`.
    Fault,
}

/// Wider than any list.
const MOST_COLUMNS: usize = 256;

/// How text is separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separated {
    /// By the sign met most often in the first line, with quotation marks.
    AsItsHeaderIs,
    /// By tabs, where a quotation mark is a sign like any other.
    ByTabs,
}

/// The rows of a text, the header among them.
pub(super) fn rows(text: &str, separated: Separated, limits: Limits) -> Result<Vec<Row>, ReadError> {
    let delimiter = match separated {
        Separated::ByTabs => b'\t',
        Separated::AsItsHeaderIs => {
            let first = text.lines().next().unwrap_or("");
            // The semicolon when there is none.
            [b'\t', b',', b';']
                .into_iter()
                .max_by_key(|d| first.bytes().filter(|b| b == d).count())
                .unwrap_or(b';')
        }
    };
    let quoting = separated == Separated::AsItsHeaderIs;
    if quoting {
        refuse_open_quotes(text, delimiter)?;
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(quoting)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut rows, mut record) = (Vec::new(), csv::StringRecord::new());
    let (mut line, mut counted, mut cells) = (1usize, 0usize, 0usize);
    while reader.read_record(&mut record).map_err(|_| ReadError::NotText { line })? {
        // The reader's own line numbers are late by one after a carriage return: they are counted here, up to the
        // first character of the row.
        let bytes = text.as_bytes();
        let at = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(counted);
        let at = at + bytes[at..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        line += bytes[counted..at].split(|b| *b == b'\n').count() - 1;
        counted = at;
        // The header is a row too.
        if rows.len() > limits.rows {
            return Err(ReadError::TooManyRows { limit: limits.rows });
        }
        cells += record.len();
        if cells > limits.cells || record.len() > MOST_COLUMNS {
            return Err(ReadError::TooManyCells { limit: limits.cells });
        }
        let cells = record.iter().map(|text| Cell { text: text.to_owned(), kind: Kind::Text }).collect();
        rows.push(Row { line, cells });
    }
    Ok(rows)
}

impl Table {
    /// Rows of text, the first of them the header.
    pub(super) fn of_text(text: &str, limits: Limits) -> Result<Self, ReadError> {
        let mut rows = rows(text, Separated::AsItsHeaderIs, limits)?;
        if rows.is_empty() {
            return Err(ReadError::Nothing { rows: 0 });
        }
        let header = rows.remove(0).cells.into_iter().map(|c| c.text).collect();
        Ok(Self { header, rows, exact: true })
    }
}

/// Refuses a quotation mark left open: a reader would swallow the rows that follow into one label. A quoted
/// field must be closed, and be followed by a separator or the end of its row.
fn refuse_open_quotes(text: &str, delimiter: u8) -> Result<(), ReadError> {
    let mut bytes = text.bytes().peekable();
    let mut line = 1;
    let mut at_field_start = true;
    while let Some(byte) = bytes.next() {
        if byte == b'"' && at_field_start {
            let opened = line;
            loop {
                match bytes.next() {
                    Some(b'"') if bytes.peek() == Some(&b'"') => drop(bytes.next()),
                    Some(b'"') => break,
                    Some(b'\n') => line += 1,
                    Some(_) => {}
                    None => return Err(ReadError::OpenQuote { line: opened }),
                }
            }
            if bytes.peek().is_some_and(|b| *b != delimiter && !matches!(b, b'\n' | b'\r')) {
                return Err(ReadError::OpenQuote { line: opened });
            }
            at_field_start = false;
        } else {
            line += usize::from(byte == b'\n');
            at_field_start = byte == delimiter || byte == b'\n';
        }
    }
    Ok(())
}

/// The text of a file, and whether it was in Windows-1252.
pub(super) fn decode(bytes: &[u8]) -> Result<(Cow<'_, str>, bool), ReadError> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(ReadError::Utf16);
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let not_text = |at: usize| ReadError::NotText { line: body[..at].split(|b| *b == b'\n').count() };
    // A zero byte is found in workbooks, archives and UTF-16, never in a list.
    if let Some(at) = body.iter().position(|b| *b == 0) {
        return Err(if at <= 1 && body.len() > 3 { ReadError::Utf16 } else { not_text(at) });
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok((Cow::Borrowed(text), false));
    }
    let mut text = String::with_capacity(body.len() + body.len() / 8);
    for (at, byte) in body.iter().enumerate() {
        text.push(windows_1252(*byte).ok_or_else(|| not_text(at))?);
    }
    Ok((Cow::Owned(text), true))
}

/// The 27 characters that Windows-1252 puts where Latin-1 has control codes; the rest is Latin-1. Five places
/// are empty. A table of the standard's own size: the encoding crate knows forty encodings more.
fn windows_1252(byte: u8) -> Option<char> {
    const HIGH: [u16; 32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,
        0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0, 0x017E, 0x0178,
    ];
    match byte {
        0x80..=0x9F => char::from_u32(HIGH[usize::from(byte - 0x80)].into()).filter(|c| *c != '\0'),
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        rows(text, Separated::AsItsHeaderIs, Limits::default()).unwrap().iter().map(|r| r.line).collect()
    }

    #[test]
    fn lines_are_those_of_the_editor_whatever_ends_them() {
        assert_eq!(lines("a;b\nc;d\n\ne;f\n"), [1, 2, 4]);
        assert_eq!(lines("a;b\r\nc;d\r\n\"e\r\nf\";g\r\nh;i\r\n"), [1, 2, 3, 5]);
    }

    #[test]
    fn text_of_another_encoding_is_refused_as_such() {
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain("code;libelle\n".encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&utf16).unwrap_err(), ReadError::Utf16);
        assert_eq!(decode(&utf16[2..]).unwrap_err(), ReadError::Utf16);
        assert_eq!(decode(b"a;b\nc;\0\n").unwrap_err(), ReadError::NotText { line: 2 });
        assert_eq!(decode(b"a;b\nc;\x81\n").unwrap_err(), ReadError::NotText { line: 2 });
    }

    #[test]
    fn a_row_of_separators_alone_is_no_way_to_fill_the_memory() {
        let refused = rows(&";".repeat(300), Separated::AsItsHeaderIs, Limits::default());
        assert!(matches!(refused, Err(ReadError::TooManyCells { .. })));
        let tight = Limits { cells: 5, ..Limits::default() };
        let refused = rows("a;b\nc;d\ne;f\n", Separated::AsItsHeaderIs, tight);
        assert!(matches!(refused, Err(ReadError::TooManyCells { limit: 5 })));
    }
}
