//! The tables of imports: what came in, and every refusal, so that it can be found again.

use base::Instant;
use store::{Row, StoreError, Tx, args};

use crate::{Compte, Refus};

/// What is imported, for the day when there are several sorts.
const SORTE: &str = "salaries";

store::statements! {
    INSERT = "insert into import_lot (id, sorte, fichier, sha256, le, auteur_id, lignes, integrees, inchangees, refusees)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    FIRST_OF = "select id, fichier, le, auteur_id, lignes, integrees, inchangees, refusees
        from import_lot where sorte = $1 and sha256 = $2 order by le, id limit 1";
    LOTS = "select id, fichier, le, auteur_id, lignes, integrees, inchangees, refusees
        from import_lot order by le desc, id desc limit $1 offset $2";
    COUNT = "select count(*) as n from import_lot";
    LOT = "select id, fichier, le, auteur_id, lignes, integrees, inchangees, refusees from import_lot where id = $1";
    REFUS = "select ligne, colonne, valeur, raison from import_refus where lot_id = $1 order by ligne, rang limit $2 offset $3";
    COUNT_REFUS = "select count(*) as n from import_refus where lot_id = $1";
}

/// A past import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its identifier.
    pub id: String,
    /// Name of the file.
    pub fichier: String,
    /// When.
    pub le: Instant,
    /// The account that did it.
    pub auteur_id: String,
    /// Rows read.
    pub lignes: i64,
    /// Rows that added or changed something.
    pub integrees: i64,
    /// Rows that said what was known.
    pub inchangees: i64,
    /// Rows refused.
    pub refusees: i64,
}

pub(crate) async fn insert(
    tx: &mut Tx,
    id: &str,
    fichier: &str,
    sha256: &str,
    le: Instant,
    auteur_id: &str,
    compte: &Compte,
) -> Result<(), StoreError> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let row = args![
        id,
        SORTE,
        fichier,
        sha256,
        le,
        auteur_id,
        count(compte.lignes),
        count(compte.integrees),
        count(compte.inchangees),
        count(compte.refusees),
    ];
    tx.execute(INSERT, row).await?;
    let columns = ["lot_id", "ligne", "rang", "colonne", "valeur", "raison"];
    let rows: Vec<_> = compte
        .refus
        .iter()
        .enumerate()
        .map(|(rank, r)| args![id, r.ligne, count(rank), &r.colonne, &r.valeur, &r.raison])
        .collect();
    tx.insert_many("import_refus", &columns, rows).await?;
    Ok(())
}

/// The first import of these very bytes.
pub(crate) async fn first_of(tx: &mut Tx, sha256: &str) -> Result<Option<Lot>, StoreError> {
    tx.one(FIRST_OF, args![SORTE, sha256]).await?.as_ref().map(read).transpose()
}

/// One page of past imports, latest first, and how many there are.
pub async fn lots(tx: &mut Tx, page: i64, per_page: i64) -> Result<(Vec<Lot>, i64), StoreError> {
    let total = tx.one(COUNT, args![]).await?.map_or(Ok(0), |r| r.get("n"))?;
    let rows = tx.all(LOTS, args![per_page, (page.max(1) - 1) * per_page]).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, total))
}

/// One past import.
pub async fn lot(tx: &mut Tx, id: &str) -> Result<Option<Lot>, StoreError> {
    tx.one(LOT, args![id]).await?.as_ref().map(read).transpose()
}

/// One page of the refusals of an import, in the order of its rows, and how many there are.
pub async fn refus(
    tx: &mut Tx,
    lot: &str,
    page: i64,
    per_page: i64,
) -> Result<(Vec<Refus>, i64), StoreError> {
    let total = tx.one(COUNT_REFUS, args![lot]).await?.map_or(Ok(0), |r| r.get("n"))?;
    let rows = tx.all(REFUS, args![lot, per_page, (page.max(1) - 1) * per_page]).await?;
    let read = |r: &Row| {
        Ok(Refus {
            ligne: r.get("ligne")?,
            colonne: r.get("colonne")?,
            valeur: r.get("valeur")?,
            raison: r.get("raison")?,
        })
    };
    Ok((rows.iter().map(read).collect::<Result<_, StoreError>>()?, total))
}

fn read(r: &Row) -> Result<Lot, StoreError> {
    Ok(Lot {
        id: r.get("id")?,
        fichier: r.get("fichier")?,
        le: r.get("le")?,
        auteur_id: r.get("auteur_id")?,
        lignes: r.get("lignes")?,
        integrees: r.get("integrees")?,
        inchangees: r.get("inchangees")?,
        refusees: r.get("refusees")?,
    })
}
