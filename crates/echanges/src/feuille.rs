//! Reading the cells of a file, whatever its kind: a workbook, or text between separators.

use std::io::Cursor;

use base::Date;
use calamine::{DataRef, Dimensions, Reader as _, Xlsx};
use terminologie::read::{ReadError, measure_workbook};

use crate::{ImportError, Limites, colonnes};

/// What a cell holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Cellule {
    #[default]
    Vide,
    Texte(String),
    Jour(Date),
    Nombre(f64),
}

impl Cellule {
    /// From text; blank text is nothing.
    pub(crate) fn of_text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() { Self::Vide } else { Self::Texte(text.to_owned()) }
    }

    /// As a person reads it: whole numbers without decimals, so that a NIR or a SIRET kept as a number is itself.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Vide => String::new(),
            Self::Texte(text) => text.clone(),
            Self::Jour(day) => base::date_numeric(*day),
            Self::Nombre(n) => n.to_string(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::Vide
    }
}

/// A row that holds something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ligne {
    /// Its number in the file, from 1.
    pub(crate) numero: i64,
    pub(crate) cellules: Vec<Cellule>,
}

impl Ligne {
    pub(crate) fn cellule(&self, column: usize) -> &Cellule {
        self.cellules.get(column).unwrap_or(&Cellule::Vide)
    }
}

/// The rows of one sheet.
pub(crate) type Feuille = Vec<Ligne>;

/// Wider than any list that a person has made.
const MOST_COLUMNS: usize = 256;
/// A workbook with more sheets is no list.
const MOST_SHEETS: usize = 20;
/// Rows before the first one of the list: titles, addresses, legends.
const PREAMBLE: usize = 100;

/// Reads every sheet of a file.
pub(crate) fn read(bytes: &[u8], limits: &Limites) -> Result<Vec<Feuille>, ImportError> {
    if bytes.len() > limits.octets {
        return Err(ImportError::TooLarge(bytes.len(), limits.octets));
    }
    match bytes {
        [] => Err(ImportError::Empty),
        [b'P', b'K', 3, 4, ..] => workbook(bytes, limits),
        // The signature of the former Excel files, which is that of encrypted ones too.
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Err(ImportError::OldExcel),
        _ => text(bytes, limits).map(|sheet| vec![sheet]),
    }
}

fn unreadable(error: &dyn std::fmt::Display) -> ImportError {
    ImportError::Unreadable(error.to_string())
}

fn workbook(bytes: &[u8], limits: &Limites) -> Result<Vec<Feuille>, ImportError> {
    measure_workbook(bytes, limits.decompresse).map_err(|error| match error {
        ReadError::Bomb { limit } => ImportError::Bomb(limit),
        broken => unreadable(&broken),
    })?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| unreadable(&e))?;
    let names: Vec<String> = book.sheet_names().into_iter().take(MOST_SHEETS).collect();
    let mut left = limits.cellules;
    let mut sheets = Vec::new();
    for name in names {
        // A sheet of pictures or charts has no cells: the list is elsewhere.
        let merged = book.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut sheet = Vec::new();
        if let Ok(mut cells) = book.worksheet_cells_reader(&name) {
            while let Some(cell) = cells.next_cell().map_err(|e| unreadable(&e))? {
                let (row, column) = cell.get_position();
                put(
                    &mut sheet,
                    i64::from(row) + 1,
                    column as usize,
                    value(cell.get_value()),
                    &mut left,
                    limits,
                )?;
            }
        }
        fill_merged(&mut sheet, &merged);
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn put(
    sheet: &mut Feuille,
    numero: i64,
    column: usize,
    cell: Cellule,
    left: &mut usize,
    limits: &Limites,
) -> Result<(), ImportError> {
    if cell.is_empty() || column >= MOST_COLUMNS {
        return Ok(());
    }
    *left = left.checked_sub(1).ok_or(ImportError::TooManyCells(limits.cellules))?;
    if sheet.last().is_none_or(|l| l.numero != numero) {
        if sheet.len() >= limits.lignes + PREAMBLE {
            return Err(ImportError::TooManyRows(limits.lignes));
        }
        sheet.push(Ligne { numero, cellules: Vec::new() });
    }
    if let Some(line) = sheet.last_mut() {
        if line.cellules.len() <= column {
            line.cellules.resize(column + 1, Cellule::Vide);
        }
        line.cellules[column] = cell;
    }
    Ok(())
}

fn value(data: &DataRef<'_>) -> Cellule {
    match data {
        DataRef::String(text) | DataRef::DurationIso(text) => Cellule::of_text(text),
        DataRef::SharedString(text) => Cellule::of_text(text),
        #[expect(clippy::cast_precision_loss, reason = "Excel itself keeps whole numbers as floating ones")]
        DataRef::Int(n) => Cellule::Nombre(*n as f64),
        DataRef::Float(n) => Cellule::Nombre(*n),
        DataRef::Bool(yes) => Cellule::of_text(if *yes { "oui" } else { "non" }),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let small = |n: u8| i8::try_from(n).unwrap_or(0);
            let date = Date::new(i16::try_from(year).unwrap_or(0), small(month), small(day));
            date.map_or_else(|_| Cellule::of_text(&at.to_string()), Cellule::Jour)
        }
        DataRef::DateTime(at) => Cellule::of_text(&at.to_string()),
        DataRef::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|d| d.parse().ok());
            day.map_or_else(|| Cellule::of_text(text), Cellule::Jour)
        }
        DataRef::Error(error) => Cellule::of_text(&error.to_string()),
        DataRef::Empty => Cellule::Vide,
    }
}

/// Cells merged downwards hold one value for several rows: each of them gets it.
fn fill_merged(sheet: &mut Feuille, merged: &[Dimensions]) {
    for block in merged.iter().filter(|b| b.start.1 == b.end.1 && b.end.0 > b.start.0) {
        let (from, to, column) =
            (i64::from(block.start.0) + 1, i64::from(block.end.0) + 1, block.start.1 as usize);
        let first = sheet.partition_point(|l| l.numero < from);
        let held = sheet.get(first).filter(|l| l.numero == from).map(|l| l.cellule(column).clone());
        let Some(held) = held.filter(|c| !c.is_empty() && column < MOST_COLUMNS) else { continue };
        for line in sheet[first..].iter_mut().take_while(|l| l.numero <= to) {
            if line.cellules.len() <= column {
                line.cellules.resize(column + 1, Cellule::Vide);
            }
            line.cellules[column] = held.clone();
        }
    }
}

fn text(bytes: &[u8], limits: &Limites) -> Result<Feuille, ImportError> {
    let text = decode(bytes)?;
    // The separator is the one under which titles are recognised.
    // Equals go to the last: the semicolon of French spreadsheets.
    let best = [b'\t', b',', b';'].into_iter().max_by_key(|separator| {
        let head: String = text.lines().take(colonnes::HEADER_WITHIN).flat_map(|l| [l, "\n"]).collect();
        let sheet = between(&head, *separator, &Limites::default()).unwrap_or_default();
        colonnes::find_header(&sheet).map_or(0, |(_, score)| score)
    });
    between(&text, best.unwrap_or(b';'), limits)
}

fn between(text: &str, separator: u8, limits: &Limites) -> Result<Feuille, ImportError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let (mut sheet, mut left) = (Vec::new(), limits.cellules);
    let (mut numero, mut counted) = (1i64, 0usize);
    for record in reader.records() {
        let record = record.map_err(|e| unreadable(&e))?;
        // The reader's own line numbers are late by one after a carriage return: they are counted here, up to the
        // first character of the row.
        let start = record.position().and_then(|p| usize::try_from(p.byte()).ok()).unwrap_or(counted);
        let breaks = text.as_bytes()[start..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let start = start + breaks;
        numero += text.as_bytes()[counted..start].iter().fold(0, |n, b| n + i64::from(*b == b'\n'));
        counted = start;
        for (column, cell) in record.iter().enumerate() {
            put(&mut sheet, numero, column, Cellule::of_text(cell), &mut left, limits)?;
        }
    }
    Ok(sheet)
}

/// The text of a file: UTF-8, UTF-16 with its mark as Excel writes "Unicode text", otherwise Windows-1252.
fn decode(bytes: &[u8]) -> Result<String, ImportError> {
    let binary = || ImportError::Unreadable("this is not text".into());
    if let [0xff, 0xfe, rest @ ..] = bytes {
        let units: Vec<u16> = rest.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
        return String::from_utf16(&units).map_err(|_| binary());
    }
    // Text holds no zero byte; files of other kinds nearly always do.
    if bytes.contains(&0) {
        return Err(binary());
    }
    Ok(match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => bytes.iter().map(|&b| windows_1252(b)).collect(),
    })
}

/// One byte of the Western code page of Windows; the five bytes that mean nothing there become a blank.
fn windows_1252(byte: u8) -> char {
    const FROM_80: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“',
        '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => FROM_80[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
        let sheet = read(bytes, &Limites::default()).unwrap().remove(0);
        sheet.iter().map(|l| l.cellules.iter().map(Cellule::text).collect()).collect()
    }

    #[test]
    fn a_text_is_read_in_any_of_its_forms() {
        let expected = [["Nom", "Prénom", "Date de naissance"], ["Œillet", "Zoé", "03/10/1995"]];
        let text = "Nom;Prénom;Date de naissance\r\nŒillet;Zoé;03/10/1995\r\n";
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let windows = b"Nom;Pr\xe9nom;Date de naissance\r\n\x8cillet;Zo\xe9;03/10/1995\r\n";
        for bytes in [
            text.as_bytes(),
            text.replace(';', ",").as_bytes(),
            text.replace(';', "\t").as_bytes(),
            format!("\u{feff}{text}").as_bytes(),
            &utf16,
            windows,
        ] {
            assert_eq!(cells(bytes), expected);
        }
    }

    #[test]
    fn rows_keep_their_number_and_blank_ones_are_left_out() {
        let sheet =
            read(b"Nom;Prenom\n;\n\n\"Le\nGoff\";Anne\nBa;Ali\n", &Limites::default()).unwrap().remove(0);
        assert_eq!(sheet.iter().map(|l| l.numero).collect::<Vec<_>>(), [1, 4, 6]);
    }

    #[test]
    fn limits_are_said() {
        let limits = Limites { octets: 20, ..Limites::default() };
        assert!(matches!(read(&[b'a'; 21], &limits), Err(ImportError::TooLarge(21, 20))));
        let limits = Limites { lignes: 3, ..Limites::default() };
        assert!(matches!(read("a\n".repeat(104).as_bytes(), &limits), Err(ImportError::TooManyRows(3))));
        let limits = Limites { cellules: 3, ..Limites::default() };
        assert!(matches!(read(b"a;b;c;d", &limits), Err(ImportError::TooManyCells(3))));
        assert!(matches!(read(b"", &limits), Err(ImportError::Empty)));
        assert!(matches!(read(b"\xd0\xcf\x11\xe0\xa1", &limits), Err(ImportError::OldExcel)));
        assert!(matches!(read(b"\x89PNG\0\0", &limits), Err(ImportError::Unreadable(_))));
        assert!(matches!(read(b"PK\x03\x04....", &limits), Err(ImportError::Unreadable(_))));
    }

    #[test]
    fn a_value_merged_downwards_holds_for_each_row() {
        let line = |numero, texts: &[&str]| Ligne {
            numero,
            cellules: texts.iter().map(|t| Cellule::of_text(t)).collect(),
        };
        let mut sheet =
            vec![line(1, &["t", "u"]), line(2, &["a", "b"]), line(3, &["", "c"]), line(4, &["d"])];
        fill_merged(&mut sheet, &[Dimensions { start: (1, 0), end: (2, 0) }]);
        assert_eq!(sheet[2].cellule(0).text(), "a");
        assert_eq!(sheet[3].cellule(0).text(), "d");
    }
}
