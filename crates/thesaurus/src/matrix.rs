//! Loading a matrix: which exposures are plausible in which trades.

use std::collections::{HashMap, HashSet};

use base::fold;
use store::{Tx, args};

use crate::{
    Finding, FindingKind, Limits, LoadError, LoadReport, Plausibilite, Reason, Rejected,
    layout::Table,
    load::{check_name, sha256},
};

store::statements! {
    LOADED = "select sha256, active from matrice where id = $1 and version = $2";
    RETIRE = "update matrice set active = false where id = $1 and active";
    KEEP = "insert into matrice
        (id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets, active)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)";
    CODES = "select code from concept where thesaurus_id = $1 and version = $2";
}

const COLUMNS: &[&str] = &["matrice_id", "version", "rang", "metier_code", "cible_code", "plausibilite"];

/// A matrix as it is delivered: trade, target, plausibility.
#[derive(Debug, Clone)]
pub struct MatrixDelivery {
    /// Its identifier.
    pub id: String,
    /// What it proposes: `exposition`.
    pub genre: String,
    /// Its version.
    pub version: String,
    /// The list of trades and the version that it refers to.
    pub metiers: (String, String),
    /// The list of targets and the version that it refers to.
    pub cibles: (String, String),
    /// The bytes of the file.
    pub octets: Vec<u8>,
    /// How much it may hold.
    pub limits: Limits,
}

/// Loads a matrix into the caller's transaction, under the rules of [`crate::load`]. Cells whose codes are not in
/// their lists are kept and reported; they propose nothing.
pub async fn load_matrix(tx: &mut Tx, delivery: &MatrixDelivery) -> Result<LoadReport, LoadError> {
    let (id, version) = (&delivery.id, &delivery.version);
    check_name(id)?;
    check_name(version)?;
    let sha256 = sha256(&delivery.octets);
    let loaded = tx.one(LOADED, args![id, version]).await?;
    if let Some(row) = &loaded
        && row.get::<String>("sha256")? != sha256
    {
        return Err(LoadError::VersionTaken { id: id.clone(), version: version.clone() });
    }
    let metiers = codes(tx, &delivery.metiers).await?;
    let cibles = codes(tx, &delivery.cibles).await?;
    let mut reading = read_cells(delivery)?;
    for (row, cell) in &reading.kept {
        for (code, list) in [(&cell.metier, &metiers), (&cell.cible, &cibles)] {
            if !list.contains(code) {
                let kind = FindingKind::Unresolved(code.clone());
                reading.findings.push(Finding { row: *row, code: code.clone(), kind });
            }
        }
    }
    let report = LoadReport {
        id: id.clone(),
        version: version.clone(),
        rows: reading.kept.len() + reading.rejected.len(),
        integrated: reading.kept.len(),
        concepts: reading.kept.len(),
        rejected: reading.rejected,
        findings: reading.findings,
        already_loaded: loaded.is_some(),
        active: match &loaded {
            Some(row) => row.get("active")?,
            None => true,
        },
    };
    if loaded.is_some() {
        return Ok(report);
    }
    tx.execute(RETIRE, args![id]).await?;
    tx.execute(
        KEEP,
        args![
            id,
            version,
            &delivery.genre,
            &delivery.metiers.0,
            &delivery.metiers.1,
            &delivery.cibles.0,
            &delivery.cibles.1,
            sha256,
            delivery.octets.clone(),
        ],
    )
    .await?;
    let rows = reading.kept.into_iter().zip(1i64..).map(|((_, cell), rank)| {
        args![id, version, rank, cell.metier, cell.cible, cell.plausibilite.map(Plausibilite::as_str)]
    });
    tx.insert_many("matrice_cellule", COLUMNS, rows).await?;
    Ok(report)
}

async fn codes(tx: &mut Tx, (list, version): &(String, String)) -> Result<HashSet<String>, LoadError> {
    let rows = tx.all(CODES, args![list, version]).await?;
    if rows.is_empty() {
        return Err(LoadError::ListMissing { id: list.clone(), version: version.clone() });
    }
    rows.iter().map(|r| r.get("code").map_err(LoadError::from)).collect()
}

#[derive(Debug, PartialEq, Eq)]
struct Cell {
    metier: String,
    cible: String,
    plausibilite: Option<Plausibilite>,
}

#[derive(Debug)]
struct Cells {
    kept: Vec<(usize, Cell)>,
    rejected: Vec<Rejected>,
    findings: Vec<Finding>,
}

fn read_cells(delivery: &MatrixDelivery) -> Result<Cells, LoadError> {
    let table = Table::read(&delivery.octets, delivery.limits)?;
    let place = |name: &str| table.header.iter().position(|h| fold(h) == name);
    let (Some(metier), Some(cible), plausibilite) = (place("metier"), place("cible"), place("plausibilite"))
    else {
        return Err(LoadError::UnknownLayout { headers: table.header });
    };
    let mut read = Cells { kept: Vec::new(), rejected: Vec::new(), findings: Vec::new() };
    let mut first = HashMap::new();
    for (row, cells) in table.rows {
        let mut reject =
            |code: &str, reason| read.rejected.push(Rejected { row, code: code.to_owned(), reason });
        if cells.len() != table.header.len() {
            reject("", Reason::Columns { found: cells.len(), expected: table.header.len() });
        } else if cells[metier].trim().is_empty() || cells[cible].trim().is_empty() {
            reject(&cells[metier], Reason::EmptyCode);
        } else if let Some(first) = first.insert((cells[metier].clone(), cells[cible].clone()), row) {
            reject(&cells[metier], Reason::DuplicateCode { first });
        } else {
            let word = plausibilite.map_or("", |p| cells[p].as_str());
            let known = Plausibilite::parse(word);
            if known.is_none() && !word.is_empty() {
                let kind = FindingKind::UnknownPlausibility(word.to_owned());
                read.findings.push(Finding { row, code: cells[metier].clone(), kind });
            }
            let cell =
                Cell { metier: cells[metier].clone(), cible: cells[cible].clone(), plausibilite: known };
            read.kept.push((row, cell));
        }
    }
    if read.kept.is_empty() {
        return Err(LoadError::Nothing { rows: read.rejected.len() });
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(text: &str) -> MatrixDelivery {
        MatrixDelivery {
            id: "meep".into(),
            genre: "exposition".into(),
            version: "1".into(),
            metiers: ("professions".into(), "1".into()),
            cibles: ("expositions".into(), "1".into()),
            octets: text.into(),
            limits: Limits::default(),
        }
    }

    #[test]
    fn each_row_of_a_matrix_is_a_cell_or_is_rejected_with_its_reason() {
        let read = read_cells(&matrix(
            "metier;cible;plausibilite\nP1;E1;forte\nP1;E1;faible\n;E2;forte\nP2;E1;sûre\nP3;E3;\n",
        ))
        .unwrap();
        assert_eq!(read.kept.len(), 3);
        assert_eq!(read.kept[0].1.plausibilite, Some(Plausibilite::Forte));
        assert_eq!(read.kept[2].1.plausibilite, None);
        let reasons: Vec<_> = read.rejected.into_iter().map(|r| (r.row, r.reason)).collect();
        assert_eq!(reasons, [(3, Reason::DuplicateCode { first: 2 }), (4, Reason::EmptyCode)]);
        assert_eq!(read.findings.len(), 1);
        assert_eq!(read.findings[0].kind, FindingKind::UnknownPlausibility("sûre".into()));
    }

    #[test]
    fn a_file_that_is_no_matrix_is_refused() {
        assert!(matches!(read_cells(&matrix("code;libelle\na;A\n")), Err(LoadError::UnknownLayout { .. })));
        assert!(matches!(read_cells(&matrix("metier;cible\n;\n")), Err(LoadError::Nothing { rows: 1 })));
    }
}
