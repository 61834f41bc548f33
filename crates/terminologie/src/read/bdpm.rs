//! The public base of medicines (*base de données publique des médicaments*): twelve fields between tabs, no header.

use base::fold;

use super::table::{Separated, rows};
use super::tree::Builder;
use super::{FindingKind, Limits, ReadError, Reading, Reason};
use crate::Term;

/// Titles of the fields after the code and the name, as the base documents them.
const FIELDS: [&str; 10] = [
    "forme pharmaceutique",
    "voies d'administration",
    "statut administratif de l'autorisation",
    "type de procédure d'autorisation",
    "état de commercialisation",
    "date d'autorisation",
    "statut de la base",
    "numéro de l'autorisation européenne",
    "titulaires",
    "surveillance renforcée",
];
/// Where the administrative status stands among them.
const STATUS: usize = 2;

/// Whether a first line is one of this base: a code of eight digits, then eleven fields.
pub(super) fn is_bdpm(first_line: &str) -> bool {
    let mut fields = first_line.trim_end_matches(['\r', '\n']).split('\t');
    fields.next().is_some_and(|cis| cis.len() == 8 && cis.bytes().all(|b| b.is_ascii_digit()))
        && fields.count() == FIELDS.len() + 1
}

/// Reads the base. A medicine is offered while its authorisation is active.
pub(super) fn read(text: &str, windows_1252: bool, limits: Limits) -> Result<Reading, ReadError> {
    let mut build = Builder::new(limits);
    if windows_1252 {
        build.find(1, "", FindingKind::Windows1252);
    }
    for row in rows(text, Separated::ByTabs, limits)? {
        if row.cells.len() != FIELDS.len() + 2 {
            let reason = Reason::Columns { found: row.cells.len(), expected: FIELDS.len() + 2 };
            build.reject(row.line, row.text(0), reason)?;
            continue;
        }
        let attributes = FIELDS
            .iter()
            .enumerate()
            .map(|(i, title)| ((*title).to_owned(), row.text(i + 2).to_owned()))
            .filter(|(_, text)| !text.trim().is_empty())
            .collect();
        build.add(Term {
            code: row.text(0).to_owned(),
            label: row.text(1).to_owned(),
            active: fold(row.text(STATUS + 2)) == "autorisation active",
            attributes,
            row: row.line,
            ..Term::default()
        })?;
    }
    build.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_medicine_whose_authorisation_ended_is_kept_and_no_longer_offered() {
        let line = |cis: &str, status: &str| {
            format!(
                "{cis}\tESSAI \"5\" mg, comprimé\tcomprimé\torale\t{status}\tp\tc\t01/01/2001\t\t\t X\tNon\n"
            )
        };
        let text =
            line("60000001", "Autorisation active") + &line("60000002", "Autorisation abrogée") + "6\tx\n";
        assert!(is_bdpm(text.lines().next().unwrap()));
        assert!(!is_bdpm("code\tlibelle"));
        let r = super::super::read(text.as_bytes(), None, Limits::default()).unwrap();
        assert_eq!((r.rows, r.integrated), (3, 2));
        assert_eq!(r.terms[0].label, "ESSAI \"5\" mg, comprimé");
        assert_eq!(r.terms.iter().map(|t| t.active).collect::<Vec<_>>(), [true, false]);
        assert_eq!(r.rejected[0].reason, Reason::Columns { found: 2, expected: 12 });
    }
}
