//! Reading a delivered file: text, columns, tree. Pure: nothing here knows the database.

use std::collections::{HashMap, HashSet};

use base::fold;

use crate::{Finding, FindingKind, LoadError, Reason, Rejected};

/// How much a delivery may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Rows below the header.
    pub rows: usize,
    /// Levels of the tree.
    pub depth: usize,
}

impl Default for Limits {
    /// Well above the largest list in use (38,000 communes, 16,000 diseases).
    fn default() -> Self {
        Self { bytes: 32 * 1024 * 1024, rows: 100_000, depth: 32 }
    }
}

/// Where the columns stand and where the tree comes from, recognised by the names in the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    code: usize,
    label: usize,
    tree: TreeFrom,
    synonyms: Option<usize>,
    trigger: Option<usize>,
    remark: Option<usize>,
    status: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum TreeFrom {
    /// A column holds the code of the term above (the product's own lists, Insee's PCS).
    Parent(usize),
    /// Each level above has its two columns, code and label, the nearest level first (Insee's NAF with its
    /// hierarchy).
    Levels(Vec<(usize, usize)>),
    /// Only codes: the term above has the longest code that begins this one (Insee's NAF, all levels).
    Prefix,
}

impl Layout {
    /// Recognises the columns; a header that fits no known layout is refused with the names it holds.
    pub fn detect(header: &[String]) -> Result<Self, LoadError> {
        let names: Vec<String> = header.iter().map(|h| fold(h)).collect();
        let find = |wanted: &[&str]| names.iter().position(|n| wanted.contains(&n.as_str()));
        let (Some(code), Some(label)) = (find(&["code"]), find(&["libelle"])) else {
            return Err(LoadError::UnknownLayout { headers: header.to_vec() });
        };
        let levels: Vec<(usize, usize)> = names
            .iter()
            .enumerate()
            .filter(|(i, name)| *i != code && *i != label && !name.is_empty())
            .filter_map(|(i, name)| Some((i, names.iter().position(|n| *n == format!("{name} libelle"))?)))
            .collect();
        let tree = match find(&["parent", "code parent"]) {
            Some(parent) => TreeFrom::Parent(parent),
            None if levels.is_empty() => TreeFrom::Prefix,
            None => TreeFrom::Levels(levels),
        };
        Ok(Self {
            code,
            label,
            tree,
            synonyms: find(&["synonymes"]),
            trigger: find(&["declencheur"]),
            remark: find(&["remarque"]),
            status: find(&["statut"]),
        })
    }
}

/// A term as it was read, before it has a list and a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) parent: Option<String>,
    pub(crate) active: bool,
    pub(crate) synonyms: Vec<String>,
    pub(crate) trigger: Option<String>,
    pub(crate) remark: Option<String>,
    row: usize,
}

/// What a file gives.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) rows: usize,
    pub(crate) integrated: usize,
    pub(crate) terms: Vec<Term>,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) findings: Vec<Finding>,
}

impl Reading {
    fn find(&mut self, row: usize, code: &str, kind: FindingKind) {
        self.findings.push(Finding { row, code: code.to_owned(), kind });
    }

    fn reject(&mut self, row: usize, code: &str, reason: Reason) {
        self.rejected.push(Rejected { row, code: code.to_owned(), reason });
    }
}

/// Reads a list.
pub(crate) fn read_list(bytes: &[u8], limits: Limits) -> Result<Reading, LoadError> {
    let table = Table::read(bytes, limits)?;
    let layout = Layout::detect(&table.header)?;
    let mut reading = Reading { rows: table.rows.len(), ..Reading::default() };
    if table.windows_1252 {
        reading.find(1, "", FindingKind::Windows1252);
    }
    let mut known: HashMap<String, usize> = HashMap::new();
    for (row, cells) in &table.rows {
        if cells.len() != table.header.len() {
            let reason = Reason::Columns { found: cells.len(), expected: table.header.len() };
            reading.reject(*row, cells.get(layout.code).map_or("", String::as_str), reason);
            continue;
        }
        let code = &cells[layout.code];
        if code.trim().is_empty() {
            reading.reject(*row, "", Reason::EmptyCode);
            continue;
        }
        if cells[layout.label].trim().is_empty() {
            reading.reject(*row, code, Reason::EmptyLabel);
            continue;
        }
        if let Some(first) = known.get(code) {
            let first = reading.terms[*first].row;
            reading.reject(*row, code, Reason::DuplicateCode { first });
            continue;
        }
        let parent = match &layout.tree {
            TreeFrom::Parent(column) => Some(cells[*column].clone()).filter(|p| !p.is_empty()),
            TreeFrom::Levels(levels) => levels_above(*row, cells, levels, &mut known, &mut reading),
            TreeFrom::Prefix => None,
        };
        let optional =
            |column: Option<usize>| column.map(|c| cells[c].clone()).filter(|v| !v.trim().is_empty());
        let active = status(*row, code, optional(layout.status), &mut reading);
        look_at_signs(*row, code, code, &mut reading);
        look_at_signs(*row, code, &cells[layout.label], &mut reading);
        known.insert(code.clone(), reading.terms.len());
        reading.integrated += 1;
        reading.terms.push(Term {
            code: code.clone(),
            label: cells[layout.label].clone(),
            parent,
            active,
            synonyms: optional(layout.synonyms).map_or_else(Vec::new, |s| {
                s.split(" | ").filter(|s| !s.trim().is_empty()).map(str::to_owned).collect()
            }),
            trigger: optional(layout.trigger),
            remark: optional(layout.remark),
            row: *row,
        });
    }
    if reading.terms.is_empty() {
        return Err(LoadError::Nothing { rows: reading.rows });
    }
    if layout.tree == TreeFrom::Prefix {
        attach_by_prefix(&mut reading.terms);
    }
    detach_orphans(&mut reading);
    refuse_cycles(&reading.terms, limits.depth)?;
    Ok(reading)
}

/// Makes the levels above a row into terms the first time they are met; gives the nearest one.
fn levels_above(
    row: usize,
    cells: &[String],
    levels: &[(usize, usize)],
    known: &mut HashMap<String, usize>,
    reading: &mut Reading,
) -> Option<String> {
    let mut above: Option<String> = None;
    for (code, label) in levels.iter().rev() {
        let (code, label) = (&cells[*code], &cells[*label]);
        if code.trim().is_empty() {
            continue;
        }
        if let Some(place) = known.get(code) {
            if reading.terms[*place].label != *label {
                reading.find(row, code, FindingKind::OtherLabel);
            }
        } else {
            look_at_signs(row, code, label, reading);
            known.insert(code.clone(), reading.terms.len());
            reading.terms.push(Term {
                code: code.clone(),
                label: label.clone(),
                parent: above.clone(),
                active: true,
                synonyms: Vec::new(),
                trigger: None,
                remark: None,
                row,
            });
        }
        above = Some(code.clone());
    }
    above
}

/// Whether the row's status lets the term be chosen. A frozen code stays readable and is no longer offered.
fn status(row: usize, code: &str, status: Option<String>, reading: &mut Reading) -> bool {
    let Some(status) = status else { return true };
    match fold(&status).as_str() {
        "actif" | "active" | "valide" | "1" => true,
        "inactif" | "inactive" | "gele" | "0" => false,
        _ => {
            reading.find(row, code, FindingKind::UnknownStatus(status));
            true
        }
    }
}

/// Blanks and apostrophes that betray a text retouched on its way. Reported, never mended.
fn look_at_signs(row: usize, code: &str, text: &str, reading: &mut Reading) {
    if text.trim() != text {
        reading.find(row, code, FindingKind::OuterBlanks);
    }
    if text.contains("  ") {
        reading.find(row, code, FindingKind::DoubleBlank);
    }
    if text.contains(['\u{a0}', '\u{202f}']) {
        reading.find(row, code, FindingKind::NoBreakSpace);
    }
    if text.contains(['\n', '\r']) {
        reading.find(row, code, FindingKind::LineBreak);
    }
    if text.contains('\u{2019}') {
        reading.find(row, code, FindingKind::CurlyApostrophe);
    }
}

fn attach_by_prefix(terms: &mut [Term]) {
    let codes: HashSet<String> = terms.iter().map(|t| t.code.clone()).collect();
    for term in terms {
        term.parent = term
            .code
            .char_indices()
            .rev()
            .map(|(end, _)| &term.code[..end])
            .find(|prefix| codes.contains(*prefix))
            .map(str::to_owned);
    }
}

fn detach_orphans(reading: &mut Reading) {
    let codes: HashSet<String> = reading.terms.iter().map(|t| t.code.clone()).collect();
    let mut orphans = Vec::new();
    for term in &mut reading.terms {
        if let Some(parent) = term.parent.take_if(|p| !codes.contains(p)) {
            orphans.push(Finding {
                row: term.row,
                code: term.code.clone(),
                kind: FindingKind::OrphanParent(parent),
            });
        }
    }
    reading.findings.extend(orphans);
}

fn refuse_cycles(terms: &[Term], depth: usize) -> Result<(), LoadError> {
    let at: HashMap<&str, usize> = terms.iter().enumerate().map(|(i, t)| (t.code.as_str(), i)).collect();
    let above: Vec<Option<usize>> =
        terms.iter().map(|t| t.parent.as_deref().and_then(|p| at.get(p)).copied()).collect();
    // Depth of each term whose way to a root was walked already.
    let mut depths: Vec<Option<usize>> = vec![None; terms.len()];
    for start in 0..terms.len() {
        let mut way: Vec<usize> = Vec::new();
        let mut on_the_way = HashSet::new();
        let mut place = Some(start);
        while let Some(p) = place.filter(|p| depths[*p].is_none()) {
            if !on_the_way.insert(p) {
                let from = way.iter().position(|w| *w == p).unwrap_or(0);
                return Err(LoadError::Cycle {
                    codes: way[from..].iter().map(|w| terms[*w].code.clone()).collect(),
                });
            }
            way.push(p);
            place = above[p];
        }
        let mut level = place.and_then(|p| depths[p]).unwrap_or(0);
        for p in way.into_iter().rev() {
            level += 1;
            if level > depth {
                return Err(LoadError::TooDeep { code: terms[p].code.clone(), limit: depth });
            }
            depths[p] = Some(level);
        }
    }
    Ok(())
}

/// A delimited file in memory: its header and its rows with their line numbers.
pub(crate) struct Table {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<(usize, Vec<String>)>,
    pub(crate) windows_1252: bool,
}

impl Table {
    /// Reads a file separated by semicolons, commas or tabs, in UTF-8 or Windows-1252.
    pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Self, LoadError> {
        if bytes.len() > limits.bytes {
            return Err(LoadError::TooLarge { bytes: bytes.len(), limit: limits.bytes });
        }
        let (text, windows_1252) = decode(bytes)?;
        let first = text.lines().next().unwrap_or("");
        // The sign met most often in the header; the semicolon when there is none.
        let delimiter = [b'\t', b',', b';']
            .into_iter()
            .max_by_key(|d| first.bytes().filter(|b| b == d).count())
            .unwrap_or(b';');
        refuse_open_quotes(&text, delimiter)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut header = None;
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        loop {
            let line = usize::try_from(reader.position().line()).unwrap_or(usize::MAX);
            if !reader.read_record(&mut record).map_err(|_| LoadError::NotText { line })? {
                break;
            }
            let line = record.position().map_or(line, |p| usize::try_from(p.line()).unwrap_or(usize::MAX));
            let cells: Vec<String> = record.iter().map(str::to_owned).collect();
            if header.is_none() {
                header = Some(cells);
            } else if rows.len() == limits.rows {
                return Err(LoadError::TooManyRows { limit: limits.rows });
            } else {
                rows.push((line, cells));
            }
        }
        let header = header.ok_or(LoadError::Nothing { rows: 0 })?;
        Ok(Self { header, rows, windows_1252 })
    }
}

/// Refuses a quotation mark left open: a reader would swallow the rows that follow into one label. A quoted
/// field must be closed, and be followed by a separator or the end of its row.
fn refuse_open_quotes(text: &str, delimiter: u8) -> Result<(), LoadError> {
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
                    None => return Err(LoadError::OpenQuote { line: opened }),
                }
            }
            if bytes.peek().is_some_and(|b| *b != delimiter && !matches!(b, b'\n' | b'\r')) {
                return Err(LoadError::OpenQuote { line: opened });
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
fn decode(bytes: &[u8]) -> Result<(String, bool), LoadError> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let not_text = |at: usize| LoadError::NotText { line: body[..at].split(|b| *b == b'\n').count() };
    // A zero byte is found in workbooks, archives and UTF-16, never in a list.
    if let Some(at) = body.iter().position(|b| *b == 0) {
        return Err(not_text(at));
    }
    if let Ok(text) = std::str::from_utf8(body) {
        return Ok((text.to_owned(), false));
    }
    let mut text = String::with_capacity(body.len() + body.len() / 8);
    for (at, byte) in body.iter().enumerate() {
        text.push(windows_1252(*byte).ok_or_else(|| not_text(at))?);
    }
    Ok((text, true))
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
mod tests;
