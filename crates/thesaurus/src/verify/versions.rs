//! One version, of a list or of a matrix, against its bytes.

use store::{Row, StoreError, Tx, args};
use terminologie::{
    Cell, Term,
    read::{ReadError, Reading, read_matrix},
};

use super::{VerifyReport, checked::Checked};
use crate::{
    load::{Facts, count, sha256},
    matrix::{self, CELL_COLUMNS, Codes, MatrixFacts, POSSIBLE_COLUMNS},
    read::{NO_LIMITS, again},
    starter,
    terms::{self, term_columns},
};

/// The migration since which whole terms and cells are kept.
const WHOLE: i64 = 2;

store::statements! {
    DELIVERY = "select thesaurus_id as id, version, fichier, sha256, octets, lignes, integrees, termes, depart, chargee_le,
            titre, nature, gestionnaire, source, licence, url, oid, disposition, publiee_le, manifeste, cle, bordereau
        from livraison where thesaurus_id = $1 and version = $2";
    TERMS = concat!("select ", term_columns!(), " from concept where thesaurus_id = $1 and version = $2 order by rang");
    MATRIX = "select id, version, fichier, sha256, octets, genre, metiers_thesaurus, metiers_version, cibles_thesaurus,
            cibles_version, titre, gestionnaire, source, licence, chargee_le, depart, cellules, possibles, manifeste, cle, bordereau
        from matrice where id = $1 and version = $2";
    CELLS = "select rang, metier_code, cible_code, plausibilite, metier_resolu, cible_resolue, metier_label, cible_label,
            nature, ligne
        from matrice_cellule where matrice_id = $1 and version = $2 order by rang";
    POSSIBLE = "select rang, metier_code, metier_label, metier_resolu, label, pcs, comet, possible_resolu, ligne
        from matrice_metier_possible where matrice_id = $1 and version = $2 order by rang";
}

pub(super) async fn list(
    tx: &mut Tx,
    mut checked: Checked,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let key = || args![&checked.id, &checked.version];
    let Some(row) = tx.one(DELIVERY, key()).await? else { return Ok(()) };
    let rows = tx.all(TERMS, key()).await?;
    report.lists += 1;
    report.terms += rows.len();
    let octets: Vec<u8> = row.get("octets")?;
    let kept = facts(&row)?;
    checked.receipt(&row, &kept)?;
    let found = sha256(&octets);
    checked.same(None, "octets (SHA-256)", Some(kept.sha256.clone()), Some(found.clone()));
    if kept.depart
        && let Some(own) = starter::list_file(&checked.id, &checked.version)
    {
        checked.same(None, "octets (SHA-256)", Some(sha256(&own)), Some(found));
    }
    checked.seal(&kept.fichier, &octets, kept.manifeste.as_deref(), kept.cle.as_deref());
    let before = kept.disposition.is_none();
    if before {
        loaded_before(tx, &mut checked, "disposition", &kept.chargee_le).await?;
    }
    match read_again(octets, kept.disposition.clone()).await? {
        Err(error) => checked.say(None, "octets", Some("the delivery".into()), Some(error.to_string())),
        Ok(reading) => {
            for (field, expected, found) in [
                ("lignes", count(reading.rows), kept.lignes),
                ("integrees", count(reading.integrated), kept.integrees),
                ("termes", count(reading.terms.len()), kept.termes),
            ] {
                checked.same(None, field, Some(expected.to_string()), Some(found.to_string()));
            }
            let terms: Vec<Term> =
                if before { reading.terms.iter().map(terms::as_before).collect() } else { reading.terms };
            let expected = terms.iter().zip(1i64..).map(|(term, rank)| {
                (term.code.clone(), terms::row(&checked.id, &checked.version, rank, term))
            });
            let expected: Vec<_> = expected.collect();
            checked.rows("terme", "code", terms::COLUMNS, &expected, &rows)?;
        }
    }
    report.faults.append(&mut checked.faults);
    Ok(())
}

fn facts(row: &Row) -> Result<Facts, StoreError> {
    Ok(Facts {
        id: row.get("id")?,
        version: row.get("version")?,
        fichier: row.get("fichier")?,
        sha256: row.get("sha256")?,
        lignes: row.get("lignes")?,
        integrees: row.get("integrees")?,
        termes: row.get("termes")?,
        depart: row.get("depart")?,
        chargee_le: row.get("chargee_le")?,
        titre: row.get("titre")?,
        nature: row.get("nature")?,
        gestionnaire: row.get("gestionnaire")?,
        source: row.get("source")?,
        licence: row.get("licence")?,
        url: row.get("url")?,
        oid: row.get("oid")?,
        disposition: row.get("disposition")?,
        publiee_le: row.get("publiee_le")?,
        manifeste: row.get("manifeste")?,
        cle: row.get("cle")?,
    })
}

pub(super) async fn matrix(
    tx: &mut Tx,
    mut checked: Checked,
    report: &mut VerifyReport,
) -> Result<(), StoreError> {
    let key = || args![&checked.id, &checked.version];
    let Some(row) = tx.one(MATRIX, key()).await? else { return Ok(()) };
    let cells = tx.all(CELLS, key()).await?;
    let possible = tx.all(POSSIBLE, key()).await?;
    report.matrices += 1;
    report.cells += cells.len();
    let octets: Vec<u8> = row.get("octets")?;
    let kept = matrix_facts(&row)?;
    checked.receipt(&row, &kept)?;
    let found = sha256(&octets);
    checked.same(None, "octets (SHA-256)", Some(kept.sha256.clone()), Some(found.clone()));
    if kept.depart
        && let Some(own) = starter::matrix_file(&checked.id, &checked.version)
    {
        checked.same(None, "octets (SHA-256)", Some(sha256(&own)), Some(found));
    }
    checked.seal(&kept.fichier, &octets, kept.manifeste.as_deref(), kept.cle.as_deref());
    // Names of files were not kept then.
    let before = kept.fichier.is_empty();
    if before {
        loaded_before(tx, &mut checked, "fichier", &kept.chargee_le).await?;
    }
    let metiers = codes(tx, &kept.metiers_thesaurus, &kept.metiers_version).await?;
    let cibles = codes(tx, &kept.cibles_thesaurus, &kept.cibles_version).await?;
    match off_thread(move || read_matrix(&octets, NO_LIMITS)).await? {
        Err(error) => checked.say(None, "octets", Some("the delivery".into()), Some(error.to_string())),
        Ok(mut reading) => {
            if before {
                reading.possible.clear();
            }
            let of = |n: usize| Some(count(n).to_string());
            checked.same(None, "cellules", of(reading.cells.len()), Some(kept.cellules.to_string()));
            checked.same(None, "possibles", of(reading.possible.len()), Some(kept.possibles.to_string()));
            let written: Vec<Cell> =
                if before { reading.cells.iter().map(matrix::as_before).collect() } else { reading.cells };
            let expected: Vec<_> = written
                .iter()
                .zip(1i64..)
                .map(|(c, rank)| {
                    let row = matrix::cell_row(&checked.id, &checked.version, rank, c, &metiers, &cibles);
                    (rank.to_string(), row)
                })
                .collect();
            checked.rows("cellule", "rang", CELL_COLUMNS, &expected, &cells)?;
            let expected: Vec<_> = reading
                .possible
                .iter()
                .zip(1i64..)
                .map(|(p, rank)| {
                    (rank.to_string(), matrix::possible_row(&checked.id, &checked.version, rank, p, &metiers))
                })
                .collect();
            checked.rows("métier possible", "rang", POSSIBLE_COLUMNS, &expected, &possible)?;
        }
    }
    report.faults.append(&mut checked.faults);
    Ok(())
}

/// Only what stood in the base before migration 0002 may lack what was not kept then: from anything later, it was taken
/// away.
async fn loaded_before(
    tx: &mut Tx,
    checked: &mut Checked,
    field: &str,
    chargee_le: &str,
) -> Result<(), StoreError> {
    let whole_since = tx.migrated_at(WHOLE).await?.map(|at| at.to_string()).unwrap_or_default();
    if chargee_le >= whole_since.as_str() {
        checked.say(None, field, Some("the one it was loaded with".into()), None);
    }
    Ok(())
}

/// Reading takes seconds for the largest deliveries: others are served meanwhile.
async fn off_thread<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(job).await.map_err(|e| StoreError::Unavailable(e.to_string()))
}

async fn read_again(
    octets: Vec<u8>,
    layout: Option<String>,
) -> Result<Result<Reading, ReadError>, StoreError> {
    off_thread(move || again(&octets, layout.as_deref())).await
}

/// The codes of a version; none when it is not there, and then nothing resolves.
async fn codes(tx: &mut Tx, list: &str, version: &str) -> Result<Codes, StoreError> {
    match matrix::codes(tx, &(list.to_owned(), version.to_owned())).await {
        Ok(codes) => Ok(codes),
        Err(crate::LoadError::Store(error)) => Err(error),
        Err(_) => Ok(Codes::default()),
    }
}

fn matrix_facts(row: &Row) -> Result<MatrixFacts, StoreError> {
    Ok(MatrixFacts {
        id: row.get("id")?,
        version: row.get("version")?,
        fichier: row.get("fichier")?,
        sha256: row.get("sha256")?,
        genre: row.get("genre")?,
        metiers_thesaurus: row.get("metiers_thesaurus")?,
        metiers_version: row.get("metiers_version")?,
        cibles_thesaurus: row.get("cibles_thesaurus")?,
        cibles_version: row.get("cibles_version")?,
        titre: row.get("titre")?,
        gestionnaire: row.get("gestionnaire")?,
        source: row.get("source")?,
        licence: row.get("licence")?,
        chargee_le: row.get("chargee_le")?,
        depart: row.get("depart")?,
        cellules: row.get("cellules")?,
        possibles: row.get("possibles")?,
        manifeste: row.get("manifeste")?,
        cle: row.get("cle")?,
    })
}
