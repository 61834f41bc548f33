//! The product's own table: the same columns for the CSV form, the workbook and the tabulated text.

use super::words::{ACTIVE, COLUMNS, INACTIVE, join};
use super::{WriteError, said, whole};
use crate::{Nature, Release, Term};

/// Titles of the columns, and one row of texts for each term.
pub(super) struct Table {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn of(release: &Release) -> Self {
        let titles = titles(&release.terms);
        let header = COLUMNS.into_iter().chain(titles.iter().copied()).map(str::to_owned).collect();
        let rows = release.terms.iter().map(|t| row(t, &titles)).collect();
        Self { header, rows }
    }
}

fn row(term: &Term, titles: &[&str]) -> Vec<String> {
    let text = |text: &Option<String>| said(text.as_ref()).unwrap_or_default().to_owned();
    let mut cells = vec![
        term.code.clone(),
        term.label.clone(),
        join(&term.parents),
        text(&term.level),
        term.nature.map_or_else(String::new, |n| Nature::label(n).to_owned()),
        status(term).to_owned(),
        join(term.synonyms.iter().filter(|s| !s.trim().is_empty())),
        text(&term.references),
        text(&term.special_risk),
        text(&term.vip_risk),
        text(&term.description),
        text(&term.trigger),
        text(&term.remark),
        join(term.groups.iter().filter(|g| !g.trim().is_empty())),
    ];
    cells.extend(attribute_cells(term, titles));
    cells
}

/// The word of a term's status.
pub(super) fn status(term: &Term) -> &'static str {
    if term.active { ACTIVE } else { INACTIVE }
}

/// The titles of the attributes' columns: each term's own titles are found there in their order, repeated where a
/// term repeats them.
pub(super) fn titles(terms: &[Term]) -> Vec<&str> {
    let mut columns: Vec<&str> = Vec::new();
    for term in terms {
        let mut from = 0;
        for (title, _) in &term.attributes {
            let place =
                columns[from..].iter().position(|c| c == title).map_or(from, |further| from + further);
            if columns.get(place).is_none_or(|c| c != title) {
                columns.insert(place, title);
            }
            from = place + 1;
        }
    }
    columns
}

/// A term's cells under those titles.
pub(super) fn attribute_cells(term: &Term, titles: &[&str]) -> Vec<String> {
    let mut cells = vec![String::new(); titles.len()];
    let mut from = 0;
    for (title, text) in &term.attributes {
        // The titles were gathered from the same terms: each one is found.
        let Some(further) = titles[from..].iter().position(|c| c == title) else { continue };
        text.clone_into(&mut cells[from + further]);
        from += further + 1;
    }
    cells
}

/// The table as delimited text, in UTF-8, with Unix line ends; texts that hold a separator, a quotation mark or a
/// line break are quoted, every other one is written to the byte.
pub(super) fn delimited(release: &Release, separator: u8) -> Result<Vec<u8>, WriteError> {
    whole(release)?;
    let table = Table::of(release);
    delimited_rows(&table.header, &table.rows, separator)
}

pub(super) fn delimited_rows(
    header: &[String],
    rows: &[Vec<String>],
    separator: u8,
) -> Result<Vec<u8>, WriteError> {
    let refused = |e: &dyn std::fmt::Display| WriteError::Refused(e.to_string());
    let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
    writer.write_record(header).map_err(|e| refused(&e))?;
    for row in rows {
        writer.write_record(row).map_err(|e| refused(&e))?;
    }
    writer.into_inner().map_err(|e| refused(&e))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(titles: &[&str]) -> Term {
        Term {
            code: "A".into(),
            label: "Plomb".into(),
            active: true,
            attributes: titles.iter().enumerate().map(|(i, t)| ((*t).to_owned(), i.to_string())).collect(),
            ..Term::default()
        }
    }

    #[test]
    fn the_columns_hold_each_term_s_titles_in_its_own_order() {
        let terms = [term(&["x", "y"]), term(&["y", "x"]), term(&["x", "x"]), term(&[])];
        let titles = titles(&terms);
        for term in &terms {
            let cells = attribute_cells(term, &titles);
            let back: Vec<(String, String)> = titles
                .iter()
                .zip(cells)
                .filter(|(_, text)| !text.is_empty())
                .map(|(title, text)| ((*title).to_owned(), text))
                .collect();
            assert_eq!(back, term.attributes);
        }
        assert_eq!(titles, ["x", "y", "x"]);
    }
}
