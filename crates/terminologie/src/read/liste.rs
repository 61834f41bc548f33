//! A table of terms, one a row, whatever file it came from.

use std::collections::HashMap;

use super::columns::{Columns, Field};
use super::table::{Kind, Row, Table};
use super::tree::Builder;
use super::{FindingKind, Limits, ReadError, Reading, Reason, words};
use crate::{Nature, Term};

/// Title of the attribute that keeps a cell of synonyms as it was delivered, where its separators had to be guessed.
const RAW_SYNONYMS: &str = "synonymes (texte délivré)";

/// Reads a table whose header is recognised.
pub(super) fn read(table: &Table, mut build: Builder) -> Result<Reading, ReadError> {
    let Some(columns) = Columns::detect(&table.header) else {
        return Err(ReadError::UnknownLayout { headers: table.header.iter().take(40).cloned().collect() });
    };
    let mut levels = Levels::default();
    for row in &table.rows {
        if table.exact && row.cells.len() != table.header.len() {
            let reason = Reason::Columns { found: row.cells.len(), expected: table.header.len() };
            build.reject(row.line, row.text(columns.code()), reason)?;
            continue;
        }
        if let Some(reason) = unreadable(row, &columns) {
            build.reject(row.line, row.text(columns.code()), reason)?;
            continue;
        }
        let mut term = term(row, &columns, &mut build);
        let known = build.known(&term.code).is_some();
        if columns.at(Field::Parent).is_none() && !known {
            if !columns.pairs.is_empty() && !term.code.trim().is_empty() && !term.label.trim().is_empty() {
                term.parents.extend(levels_above(row, &columns.pairs, &mut build)?);
            }
            levels.note(row, &columns, &mut term);
        }
        let code = term.code.clone();
        if build.add(term)? {
            look_at_cell(row, columns.code(), &code, &mut build);
        } else if !known {
            levels.forget();
        }
    }
    if columns.at(Field::Parent).is_none() && columns.pairs.is_empty() {
        if !columns.levels.is_empty() {
            levels.attach(&columns, &table.header, &mut build);
        } else if !columns.plain_codes {
            build.attach_by_prefix();
        }
    }
    build.finish()
}

/// Reads delimited text.
pub(super) fn read_text(text: &str, windows_1252: bool, limits: Limits) -> Result<Reading, ReadError> {
    let table = Table::of_text(text, limits)?;
    let mut build = Builder::new(limits);
    if windows_1252 {
        build.find(1, "", FindingKind::Windows1252);
    }
    read(&table, build)
}

/// A code or a label that a workbook does not hold.
fn unreadable(row: &Row, columns: &Columns) -> Option<Reason> {
    [Some(columns.code()), columns.at(Field::Label)].into_iter().flatten().find_map(|at| match row.kind(at) {
        Kind::NoValue => Some(Reason::NoValue),
        Kind::Fault => Some(Reason::CellError(row.text(at).to_owned())),
        Kind::Text | Kind::Number | Kind::Formula => None,
    })
}

/// Tells what is odd in the cells of a row that was kept.
pub(super) fn look_at_cell(row: &Row, code_at: usize, code: &str, build: &mut Builder) {
    if row.kind(code_at) == Kind::Number {
        build.find(row.line, code, FindingKind::NumericCode);
    }
    if row.cells.iter().any(|c| matches!(c.kind, Kind::Formula | Kind::NoValue)) {
        build.find(row.line, code, FindingKind::Formula);
    }
}

/// The synonyms of a cell; the cell itself joins the attributes where its separators had to be guessed.
pub(super) fn synonyms(cell: String, attributes: &mut Vec<(String, String)>) -> Vec<String> {
    let (synonyms, guessed) = words::synonyms(&cell);
    if guessed {
        attributes.push((RAW_SYNONYMS.into(), cell));
    }
    synonyms
}

fn term(row: &Row, columns: &Columns, build: &mut Builder) -> Term {
    let optional = |field| {
        columns.at(field).map(|c| row.text(c)).filter(|text| !text.trim().is_empty()).map(str::to_owned)
    };
    let code = row.text(columns.code()).to_owned();
    let label = match columns.at(Field::Label) {
        Some(at) => row.text(at).to_owned(),
        // The label stands in the column of its own level, the deepest that is filled.
        None => {
            columns.levels.iter().rev().map(|l| row.text(*l)).find(|t| !t.is_empty()).unwrap_or("").to_owned()
        }
    };
    let mut attributes: Vec<(String, String)> = columns
        .others
        .iter()
        .filter(|(at, _)| !row.text(*at).trim().is_empty())
        .map(|(at, title)| (title.clone(), row.text(*at).to_owned()))
        .collect();
    let synonyms = match optional(Field::Synonyms) {
        Some(cell) if columns.own => words::split(&cell),
        Some(cell) => synonyms(cell, &mut attributes),
        None => Vec::new(),
    };
    let mut change =
        Change::read(row.line, &code, optional(Field::Status).as_deref(), optional(Field::Nature), build);
    if columns.own {
        // Written here: the status is what the release says.
        change.active = optional(Field::Status).is_none_or(|s| words::status(&s).unwrap_or(true));
    }
    attributes.extend(change.unknown);
    let listed = |text: Option<String>| match text {
        Some(text) if columns.own || text.contains(words::SEPARATOR) => words::split(&text),
        text => text.into_iter().collect(),
    };
    Term {
        code,
        label,
        parents: listed(optional(Field::Parent)),
        active: change.active,
        nature: change.nature,
        level: optional(Field::Level),
        synonyms,
        description: optional(Field::Description),
        references: optional(Field::References),
        special_risk: optional(Field::SpecialRisk),
        vip_risk: optional(Field::VipRisk),
        trigger: optional(Field::Trigger),
        remark: optional(Field::Remark),
        groups: listed(optional(Field::Groups)),
        attributes,
        row: row.line,
    }
}

/// What the columns of status and of nature say.
///
/// A row declared deleted is kept, inactive, with its nature: the editor still delivers it, and the differences of two
/// versions then say what was declared and what was found. A row declared inactivated or deleted is never offered,
/// whatever its status says.
pub(super) struct Change {
    pub(super) active: bool,
    pub(super) nature: Option<Nature>,
    /// Words that were not understood, under the title of their field.
    pub(super) unknown: Vec<(String, String)>,
}

impl Change {
    pub(super) fn read(
        row: usize,
        code: &str,
        status: Option<&str>,
        nature: Option<String>,
        build: &mut Builder,
    ) -> Self {
        let mut unknown = Vec::new();
        let active = status.map(|s| (s, words::status(s)));
        if let Some((text, None)) = active {
            build.find(row, code, FindingKind::UnknownStatus(text.to_owned()));
            unknown.push(("statut".to_owned(), text.to_owned()));
        }
        let declared = nature.as_deref().and_then(words::nature);
        if let Some(text) = nature.filter(|text| declared.is_none() && !words::says_no_change(text)) {
            build.find(row, code, FindingKind::UnknownNature(text.clone()));
            unknown.push(("nature de la modification".to_owned(), text));
        }
        let active = active.and_then(|(_, known)| known);
        let ended = matches!(declared, Some(Nature::Inactive | Nature::Supprime));
        if ended && active == Some(true) {
            build.find(row, code, FindingKind::StatusAgainstNature);
        }
        Self { active: !ended && active.unwrap_or(true), nature: declared, unknown }
    }
}

/// Makes the levels above a row into terms the first time they are met; gives the nearest one.
fn levels_above(
    row: &Row,
    pairs: &[(usize, usize)],
    build: &mut Builder,
) -> Result<Option<String>, ReadError> {
    let mut above: Option<String> = None;
    for (code, label) in pairs.iter().rev() {
        let (code, label) = (row.text(*code), row.text(*label));
        if code.trim().is_empty() {
            continue;
        }
        if let Some(known) = build.known(code) {
            if known.label != label {
                build.find(row.line, code, FindingKind::OtherLabel);
            }
        } else {
            build.add_level(Term {
                code: code.to_owned(),
                label: label.to_owned(),
                parents: above.into_iter().collect(),
                active: true,
                row: row.line,
                ..Term::default()
            })?;
        }
        above = Some(code.to_owned());
    }
    Ok(above)
}

/// The cells of the levels above a term, the highest first, its own left out.
struct Way {
    code: String,
    /// Which of the level columns they stand in.
    levels: Vec<usize>,
    cells: Vec<String>,
}

/// The level columns of each row, resolved once every row is known.
#[derive(Default)]
struct Levels {
    /// The way to each term.
    paths: Vec<Way>,
    /// In an outline, the last code met at each level.
    outline: Vec<Option<String>>,
}

impl Levels {
    fn note(&mut self, row: &Row, columns: &Columns, term: &mut Term) {
        if columns.levels.is_empty() {
            return;
        }
        let filled: Vec<(usize, &str)> =
            columns.levels.iter().map(|l| row.text(*l)).enumerate().filter(|(_, t)| !t.is_empty()).collect();
        let own = |text: &str| text == term.code || text == term.label;
        let depth = filled.last().map_or(0, |(depth, _)| *depth);
        let above =
            filled.iter().take(filled.len() - usize::from(filled.last().is_some_and(|(_, t)| own(t))));
        let (levels, cells): (Vec<usize>, Vec<String>) =
            above.map(|(level, text)| (*level, (*text).to_owned())).unzip();
        // An outline: the only cell filled is the term itself, under the last one of a higher level.
        if cells.is_empty() {
            self.outline.truncate(depth);
            term.parents.extend(self.outline.iter().rev().flatten().next().cloned());
            self.outline.resize(depth, None);
            self.outline.push(Some(term.code.clone()));
        }
        self.paths.push(Way { code: term.code.clone(), levels, cells });
    }

    /// The last row noted was not kept.
    fn forget(&mut self) {
        self.paths.pop();
    }

    /// Hangs each term on the nearest of its levels that is a term, known by its code or by the labels that lead to
    /// it. Where no row finds any, the columns hold something else than the tree and become attributes.
    fn attach(self, columns: &Columns, header: &[String], build: &mut Builder) {
        let mut by_path: HashMap<Vec<String>, String> = HashMap::new();
        for way in &self.paths {
            if let Some(term) = build.known(&way.code) {
                let whole = way.cells.iter().cloned().chain([term.label.clone()]).collect();
                by_path.entry(whole).or_insert_with(|| way.code.clone());
            }
        }
        let resolve = |path: &[String], build: &Builder| {
            let last = path.last()?;
            build.known(last).map(|t| t.code.clone()).or_else(|| by_path.get(path).cloned())
        };
        let mut found = Vec::with_capacity(self.paths.len());
        for way in &self.paths {
            let above = (1..=way.cells.len()).rev().find_map(|n| Some((n, resolve(&way.cells[..n], build)?)));
            found.push((way, above.filter(|(_, above)| *above != way.code)));
        }
        let outlined = build.reading.terms.iter().any(|t| !t.parents.is_empty());
        let nothing = !outlined && found.iter().all(|(_, above)| above.is_none());
        let titles: Vec<&String> = columns.levels.iter().filter_map(|l| header.get(*l)).collect();
        let place: HashMap<String, usize> =
            build.reading.terms.iter().enumerate().map(|(i, t)| (t.code.clone(), i)).collect();
        for (way, above) in found {
            let Some(at) = place.get(&way.code) else { continue };
            let (row, code) = (build.reading.terms[*at].row, way.code.as_str());
            if nothing {
                let kept = way.levels.iter().zip(&way.cells);
                let kept = kept.filter_map(|(l, text)| Some(((*titles.get(*l)?).clone(), text.clone())));
                build.reading.terms[*at].attributes.extend(kept);
                continue;
            }
            let missing =
                way.cells.last().filter(|_| above.as_ref().is_none_or(|(n, _)| *n < way.cells.len()));
            match (above, missing) {
                (Some((_, above)), Some(missing)) => {
                    let kind = FindingKind::MissingParent { missing: missing.clone(), above: above.clone() };
                    build.find(row, code, kind);
                    build.reading.terms[*at].parents.push(above);
                }
                (Some((_, above)), None) => build.reading.terms[*at].parents.push(above),
                (None, Some(missing)) => build.find(row, code, FindingKind::OrphanParent(missing.clone())),
                (None, None) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests;
