//! The workbook of the *Thésaurus des expositions professionnelles*: second sheet, columns by their place, the tree by
//! segments of the code (thesauri, A4).

use std::collections::HashMap;

use super::liste::{self, Change};
use super::table::{Kind, Row};
use super::tree::Builder;
use super::workbook::{PREAMBLE, Sheet};
use super::{FindingKind, ReadError, Reading, Reason};
use crate::Term;

/// The sheet of the terms, from nought.
pub(super) const SHEET: usize = 1;

/// Names of the levels, from the class down; each has a column of segments, the first of them column 1.
const LEVELS: [&str; 8] =
    ["Classe", "Sous Classe", "Niveau 1", "Niveau 2", "Niveau 3", "Niveau 4", "Niveau 5", "Niveau 6"];
/// Columns whose segments are numbers of two digits, which workbooks turn into plain numbers.
const TWO_DIGITS: [usize; 3] = [3, 6, 7];
const CODE: usize = 9;
const SYNONYMS: usize = 18;
const DESCRIPTION: usize = 19;
const LABEL: usize = 21;
const NATURE: usize = 22;
const STATUS: usize = 25;

/// Whether a workbook is in this layout: on its second sheet, the codes are made of their segments.
pub(super) fn is_tep(sheets: &[Sheet]) -> bool {
    let Some(sheet) = sheets.get(SHEET) else { return false };
    let coded: Vec<&Row> =
        sheet.rows.iter().skip(1).take(PREAMBLE).filter(|r| !r.text(CODE).trim().is_empty()).collect();
    let made = coded.iter().filter(|r| code_of(&segments(r)) == r.text(CODE) && !r.text(LABEL).is_empty());
    !coded.is_empty() && made.count() * 2 > coded.len()
}

/// The segments of a row with their levels, blank ones left out.
fn segments(row: &Row) -> Vec<(usize, String)> {
    (0..LEVELS.len())
        .filter_map(|level| {
            let column = level + 1;
            let text = row.text(column);
            let number = TWO_DIGITS.contains(&column).then(|| text.trim().parse::<u8>().ok()).flatten();
            let segment = number.map_or_else(|| text.to_owned(), |n| format!("{n:02}"));
            (!segment.trim().is_empty()).then_some((level, segment))
        })
        .collect()
}

fn code_of(segments: &[(usize, String)]) -> String {
    segments.iter().map(|(_, segment)| segment.as_str()).collect()
}

/// Reads the sheet. A row without code is left out with its reason; a term whose row above is missing hangs on the
/// nearest that is there.
pub(super) fn read(sheet: Sheet, mut build: Builder) -> Result<Reading, ReadError> {
    let table = sheet.table(0);
    let read = [CODE, SYNONYMS, DESCRIPTION, LABEL, NATURE, STATUS];
    let width = table.rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let others: Vec<(usize, String)> = (0..width)
        .filter(|c| !read.contains(c) && !(1..=LEVELS.len()).contains(c))
        .map(|c| (c, table.header.get(c).cloned().unwrap_or_default()))
        .map(
            |(c, title)| if title.trim().is_empty() { (c, format!("colonne {}", c + 1)) } else { (c, title) },
        )
        .collect();
    let mut kept: Vec<(usize, Vec<(usize, String)>)> = Vec::new();
    let mut by_segments: HashMap<Vec<(usize, String)>, String> = HashMap::new();
    for row in &table.rows {
        let code = row.text(CODE).to_owned();
        if let Some(reason) = unreadable(row) {
            build.reject(row.line, &code, reason)?;
            continue;
        }
        let segments = segments(row);
        let term = term(row, &segments, &others, &mut build);
        let place = build.reading.terms.len();
        if !build.add(term)? {
            continue;
        }
        liste::look_at_cell(row, CODE, &code, &mut build);
        let made = code_of(&segments);
        if made != code {
            build.find(row.line, &code, FindingKind::OtherSegments(made));
        }
        by_segments.entry(segments.clone()).or_insert(code);
        kept.push((place, segments));
    }
    for (place, segments) in kept {
        let Some(nearest) = segments.len().checked_sub(1).filter(|n| *n > 0) else { continue };
        let found = (1..=nearest).rev().find_map(|n| Some((n, by_segments.get(&segments[..n])?.clone())));
        let (row, code) = (build.reading.terms[place].row, build.reading.terms[place].code.clone());
        let missing = code_of(&segments[..nearest]);
        match found {
            Some((n, above)) => {
                if n < nearest {
                    build.find(row, &code, FindingKind::MissingParent { missing, above: above.clone() });
                }
                build.reading.terms[place].parents.push(above);
            }
            None => build.find(row, &code, FindingKind::OrphanParent(missing)),
        }
    }
    build.finish()
}

fn unreadable(row: &Row) -> Option<Reason> {
    [CODE, LABEL].into_iter().find_map(|at| match row.kind(at) {
        Kind::NoValue => Some(Reason::NoValue),
        Kind::Fault => Some(Reason::CellError(row.text(at).to_owned())),
        Kind::Text | Kind::Number | Kind::Formula => None,
    })
}

fn term(row: &Row, segments: &[(usize, String)], others: &[(usize, String)], build: &mut Builder) -> Term {
    let optional = |column| Some(row.text(column).to_owned()).filter(|t: &String| !t.trim().is_empty());
    let code = row.text(CODE).to_owned();
    let mut attributes: Vec<(String, String)> = others
        .iter()
        .filter(|(column, _)| !row.text(*column).trim().is_empty())
        .map(|(column, title)| (title.clone(), row.text(*column).to_owned()))
        .collect();
    let synonyms = optional(SYNONYMS).map_or_else(Vec::new, |cell| liste::synonyms(cell, &mut attributes));
    let change = Change::read(row.line, &code, optional(STATUS).as_deref(), optional(NATURE), build);
    attributes.extend(change.unknown);
    Term {
        code,
        label: row.text(LABEL).to_owned(),
        active: change.active,
        nature: change.nature,
        level: segments.last().and_then(|(level, _)| LEVELS.get(*level)).map(|name| (*name).to_owned()),
        synonyms,
        description: optional(DESCRIPTION),
        attributes,
        row: row.line,
        ..Term::default()
    }
}

#[cfg(test)]
mod tests;
