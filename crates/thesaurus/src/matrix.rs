//! Loading a matrix: which exposures or tasks are plausible in which trades.

use std::collections::{HashMap, HashSet};

use base::Instant;
use serde::{Deserialize, Serialize};
use store::{Row, StoreError, Tx, Value, args};
use terminologie::{
    Cell, Facts, MatrixKind, Nature, Plausibility, PossibleProfession, Reference,
    read::{self, Finding, FindingKind, Limits, MatrixReading},
};

use crate::{
    LoadError, LoadReport, Seal,
    load::{check_name, count, sha256},
};

store::statements! {
    LOADED = "select sha256, active from matrice where id = $1 and version = $2";
    IN_USE = "select version from matrice where id = $1 and active";
    RETIRE = "update matrice set active = false where id = $1 and active";
    OFFER = "update matrice set active = true where id = $1 and version = $2";
    KEEP = "insert into matrice
        (id, version, genre, metiers_thesaurus, metiers_version, cibles_thesaurus, cibles_version, sha256, octets, active,
            titre, gestionnaire, source, licence, chargee_le, fichier, depart, cellules, possibles, manifeste, cle, bordereau)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, false, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
        on conflict (id, version) do nothing";
    CODES = "select code, label from concept where thesaurus_id = $1 and version = $2 order by rang";
}

/// The columns of a cell, in the order of [`cell_row`].
pub(crate) const CELL_COLUMNS: &[&str] = &[
    "matrice_id",
    "version",
    "rang",
    "metier_code",
    "cible_code",
    "plausibilite",
    "metier_resolu",
    "cible_resolue",
    "metier_label",
    "cible_label",
    "nature",
    "ligne",
];
/// Those of a trade possibly concerned, in the order of [`possible_row`].
pub(crate) const POSSIBLE_COLUMNS: &[&str] = &[
    "matrice_id",
    "version",
    "rang",
    "metier_code",
    "metier_label",
    "metier_resolu",
    "label",
    "pcs",
    "comet",
    "possible_resolu",
    "ligne",
];

/// A matrix as it is delivered: trade, target, plausibility, and the trades possibly concerned.
#[derive(Debug, Clone)]
pub struct MatrixDelivery {
    /// Its identifier, title, manager, source, licence.
    pub facts: Facts,
    /// What it proposes.
    pub genre: MatrixKind,
    /// Its version.
    pub version: String,
    /// The list of trades and the version that it refers to.
    pub metiers: (String, String),
    /// The list of targets and the version that it refers to.
    pub cibles: (String, String),
    /// The name of the file.
    pub fichier: String,
    /// The bytes of the file.
    pub octets: Vec<u8>,
    /// Whether it is one of the product's own, which give way to any official version.
    pub depart: bool,
    /// Whether this version proposes at once. Otherwise the one in use stays until [`crate::activate_matrix`].
    pub activate: bool,
    /// What came with it, when it is a signed publication; whoever loads it has checked the signature.
    pub seal: Option<Seal>,
    /// How much it may hold.
    pub limits: Limits,
}

/// A matrix that was read and found good, and that changed nothing yet.
#[derive(Debug)]
pub struct PreparedMatrix {
    delivery: MatrixDelivery,
    reading: MatrixReading,
    sha256: String,
}

/// Reads and checks a matrix whole, without the database, as [`crate::prepare`] does a list.
pub fn prepare_matrix(delivery: &MatrixDelivery) -> Result<PreparedMatrix, LoadError> {
    check_name(&delivery.facts.id)?;
    check_name(&delivery.version)?;
    let reading = read::read_matrix(&delivery.octets, delivery.limits)?;
    Ok(PreparedMatrix { delivery: delivery.clone(), reading, sha256: sha256(&delivery.octets) })
}

/// Loads a matrix into the caller's transaction: [`prepare_matrix`] and [`keep_matrix`] together.
pub async fn load_matrix(
    tx: &mut Tx,
    now: Instant,
    delivery: &MatrixDelivery,
) -> Result<LoadReport, LoadError> {
    keep_matrix(tx, now, prepare_matrix(delivery)?).await
}

/// Keeps a matrix that was prepared, under the rules of [`crate::keep`]. Trades and targets are looked for by code,
/// then by exact label, in the versions it refers to; cells that find nothing are kept and reported, and propose
/// nothing.
pub async fn keep_matrix(
    tx: &mut Tx,
    now: Instant,
    prepared: PreparedMatrix,
) -> Result<LoadReport, LoadError> {
    let PreparedMatrix { mut delivery, mut reading, sha256 } = prepared;
    let octets = std::mem::take(&mut delivery.octets);
    let (id, version) = (&delivery.facts.id, &delivery.version);
    let held = loaded(tx, id, version, &sha256).await?;
    let metiers = codes(tx, &delivery.metiers).await?;
    let cibles = codes(tx, &delivery.cibles).await?;
    let report = LoadReport {
        id: id.clone(),
        version: version.clone(),
        rows: reading.rows,
        integrated: reading.integrated,
        concepts: reading.cells.len() + reading.possible.len(),
        findings: unresolved(&reading, &metiers, &cibles),
        rejected: std::mem::take(&mut reading.rejected),
        already_loaded: held.is_some(),
        active: held.unwrap_or_default(),
    };
    if report.already_loaded {
        return Ok(report);
    }
    let facts = MatrixFacts::of(&delivery, &reading, sha256, now);
    let kept = tx
        .execute(
            KEEP,
            args![
                id,
                version,
                &facts.genre,
                &facts.metiers_thesaurus,
                &facts.metiers_version,
                &facts.cibles_thesaurus,
                &facts.cibles_version,
                &facts.sha256,
                octets,
                &facts.titre,
                &facts.gestionnaire,
                &facts.source,
                &facts.licence,
                now,
                &facts.fichier,
                facts.depart,
                facts.cellules,
                facts.possibles,
                facts.manifeste.as_ref(),
                facts.cle.as_ref(),
                // Texts and numbers only: writing them as JSON cannot fail.
                serde_json::to_string(&facts).unwrap_or_default(),
            ],
        )
        .await?;
    if kept == 0 {
        // Somebody loaded this version since it was looked for: it is there now.
        let active = loaded(tx, id, version, &facts.sha256).await?.unwrap_or_default();
        return Ok(LoadReport { already_loaded: true, active, ..report });
    }
    let cells =
        reading.cells.iter().zip(1i64..).map(|(c, rank)| cell_row(id, version, rank, c, &metiers, &cibles));
    tx.insert_many("matrice_cellule", CELL_COLUMNS, cells).await?;
    let possible =
        reading.possible.iter().zip(1i64..).map(|(p, rank)| possible_row(id, version, rank, p, &metiers));
    tx.insert_many("matrice_metier_possible", POSSIBLE_COLUMNS, possible).await?;
    let active = delivery.activate && (!delivery.depart || tx.one(IN_USE, args![id]).await?.is_none());
    if active {
        offer(tx, id, version).await?;
    }
    Ok(LoadReport { active, ..report })
}

/// Whether this version proposes, when it is loaded with these very bytes; `None` when it is not loaded.
async fn loaded(tx: &mut Tx, id: &str, version: &str, sha256: &str) -> Result<Option<bool>, LoadError> {
    let Some(row) = tx.one(LOADED, args![id, version]).await? else { return Ok(None) };
    if row.get::<String>("sha256")? == sha256 {
        Ok(Some(row.get("active")?))
    } else {
        Err(LoadError::VersionTaken { id: id.to_owned(), version: version.to_owned() })
    }
}

/// Makes a version that is loaded the one that proposes.
pub(crate) async fn offer(tx: &mut Tx, id: &str, version: &str) -> Result<(), StoreError> {
    tx.execute(RETIRE, args![id]).await?;
    tx.execute(OFFER, args![id, version]).await?;
    Ok(())
}

/// What a matrix says of itself and what became of it: fixed when it is loaded, compared ever after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MatrixFacts {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) fichier: String,
    pub(crate) sha256: String,
    pub(crate) genre: String,
    pub(crate) metiers_thesaurus: String,
    pub(crate) metiers_version: String,
    pub(crate) cibles_thesaurus: String,
    pub(crate) cibles_version: String,
    pub(crate) titre: String,
    pub(crate) gestionnaire: String,
    pub(crate) source: String,
    pub(crate) licence: String,
    pub(crate) chargee_le: String,
    pub(crate) depart: bool,
    pub(crate) cellules: i64,
    pub(crate) possibles: i64,
    pub(crate) manifeste: Option<String>,
    pub(crate) cle: Option<String>,
}

impl MatrixFacts {
    fn of(delivery: &MatrixDelivery, reading: &MatrixReading, sha256: String, now: Instant) -> Self {
        Self {
            id: delivery.facts.id.clone(),
            version: delivery.version.clone(),
            fichier: delivery.fichier.clone(),
            sha256,
            genre: delivery.genre.as_str().to_owned(),
            metiers_thesaurus: delivery.metiers.0.clone(),
            metiers_version: delivery.metiers.1.clone(),
            cibles_thesaurus: delivery.cibles.0.clone(),
            cibles_version: delivery.cibles.1.clone(),
            titre: delivery.facts.title.clone(),
            gestionnaire: delivery.facts.manager.clone(),
            source: delivery.facts.source.clone(),
            licence: delivery.facts.licence.clone(),
            chargee_le: now.to_string(),
            depart: delivery.depart,
            cellules: count(reading.cells.len()),
            possibles: count(reading.possible.len()),
            manifeste: delivery.seal.as_ref().map(|s| s.manifeste.clone()),
            cle: delivery.seal.as_ref().map(|s| s.cle.clone()),
        }
    }
}

/// The codes of a version, and its labels: a label that two terms share names neither.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    known: HashSet<String>,
    by_label: HashMap<String, Option<String>>,
}

impl Codes {
    /// From rows of `code` and `label`.
    fn of(rows: &[Row]) -> Result<Self, StoreError> {
        let mut codes = Self::default();
        for row in rows {
            let (code, label): (String, String) = (row.get("code")?, row.get("label")?);
            codes.by_label.entry(label).and_modify(|c| *c = None).or_insert_with(|| Some(code.clone()));
            codes.known.insert(code);
        }
        Ok(codes)
    }

    /// By code, then by exact label.
    fn find<'a>(&'a self, codes: impl IntoIterator<Item = &'a str>, label: &str) -> Option<&'a str> {
        codes
            .into_iter()
            .find_map(|code| self.known.get(code))
            .or_else(|| self.by_label.get(label)?.as_ref())
            .map(String::as_str)
    }

    fn resolve<'a>(&'a self, reference: &'a Reference) -> Option<&'a str> {
        self.find([reference.code.as_str()], &reference.label)
    }

    /// A trade absent from the PCS has a COMET code of its own, which is the closer of the two.
    fn resolve_possible<'a>(&'a self, possible: &'a PossibleProfession) -> Option<&'a str> {
        self.find(possible.comet.as_deref().into_iter().chain(possible.pcs.as_deref()), &possible.label)
    }
}

/// The codes of the version of a list that a matrix refers to.
pub(crate) async fn codes(tx: &mut Tx, (list, version): &(String, String)) -> Result<Codes, LoadError> {
    let rows = tx.all(CODES, args![list, version]).await?;
    if rows.is_empty() {
        return Err(LoadError::ListMissing { id: list.clone(), version: version.clone() });
    }
    Ok(Codes::of(&rows)?)
}

/// The findings of a reading, and what finds nothing in its lists.
fn unresolved(reading: &MatrixReading, metiers: &Codes, cibles: &Codes) -> Vec<Finding> {
    let mut findings = reading.findings.clone();
    let mut missing = |row: usize, code: &str, label: &str| {
        let named = if code.is_empty() { label } else { code };
        let kind = FindingKind::Unresolved(named.to_owned());
        findings.push(Finding { row, code: named.to_owned(), kind });
    };
    for cell in &reading.cells {
        for (reference, list) in [(&cell.profession, metiers), (&cell.target, cibles)] {
            if list.resolve(reference).is_none() {
                missing(cell.row, &reference.code, &reference.label);
            }
        }
    }
    for possible in &reading.possible {
        if metiers.resolve(&possible.profession).is_none() {
            missing(possible.row, &possible.profession.code, &possible.profession.label);
        }
        if metiers.resolve_possible(possible).is_none() {
            let code = possible.comet.as_deref().or(possible.pcs.as_deref()).unwrap_or_default();
            missing(possible.row, code, &possible.label);
        }
    }
    findings
}

/// A cell as its row, in the order of [`CELL_COLUMNS`].
pub(crate) fn cell_row(
    id: &str,
    version: &str,
    rank: i64,
    cell: &Cell,
    metiers: &Codes,
    cibles: &Codes,
) -> Vec<Value> {
    args![
        id,
        version,
        rank,
        &cell.profession.code,
        &cell.target.code,
        cell.plausibility.map(Plausibility::as_str),
        metiers.resolve(&cell.profession),
        cibles.resolve(&cell.target),
        &cell.profession.label,
        &cell.target.label,
        cell.nature.map(Nature::as_str),
        count(cell.row),
    ]
}

/// What is kept of a cell in a matrix loaded before whole cells were: codes and plausibility.
pub(crate) fn as_before(cell: &Cell) -> Cell {
    let code = |r: &Reference| Reference { code: r.code.clone(), label: String::new() };
    Cell {
        profession: code(&cell.profession),
        target: code(&cell.target),
        plausibility: cell.plausibility,
        ..Cell::default()
    }
}

/// A trade possibly concerned as its row, in the order of [`POSSIBLE_COLUMNS`].
pub(crate) fn possible_row(
    id: &str,
    version: &str,
    rank: i64,
    possible: &PossibleProfession,
    metiers: &Codes,
) -> Vec<Value> {
    args![
        id,
        version,
        rank,
        &possible.profession.code,
        &possible.profession.label,
        metiers.resolve(&possible.profession),
        &possible.label,
        possible.pcs.as_ref(),
        possible.comet.as_ref(),
        metiers.resolve_possible(possible),
        count(possible.row),
    ]
}
