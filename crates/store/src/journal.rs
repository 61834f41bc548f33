//! The journal's table: who did what to which record, when, why, and with what outcome.
//!
//! Lines are only ever added. The guard decides and writes; nobody else does.

use base::{IdSource, Instant};

use crate::{Row, StoreError, Tx, args};

crate::statements! {
    WRITE = "insert into journal (id, le, acteur_id, acteur_nom, role, acte, finalite, objet, objet_id, resultat, motif, avant, apres)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    ABOUT = "select le, acteur_id, acteur_nom, role, acte, finalite, objet, objet_id, resultat, motif, avant, apres
        from journal where objet = $1 and objet_id = $2 order by id desc limit $3";
}

/// Whether the act was allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was, and took place in the same transaction.
    Permis,
    /// It was not, and nothing was shown or changed.
    Refuse,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Permis => "permis",
            Self::Refuse => "refuse",
        }
    }
}

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalLine {
    /// When.
    pub le: Instant,
    /// The account that acted.
    pub acteur_id: String,
    /// Its name on that day.
    pub acteur_nom: String,
    /// Its role on that day.
    pub role: String,
    /// What was done (`lire_dossier`, `signer_visite`…).
    pub acte: String,
    /// Why (`prise_en_charge`, `gestion`…).
    pub finalite: String,
    /// Kind of record (`salarie`, `adherent`…).
    pub objet: String,
    /// Which record.
    pub objet_id: String,
    /// Allowed or refused.
    pub resultat: Outcome,
    /// Reason of a refusal, or motive given.
    pub motif: Option<String>,
    /// State before a change, as JSON.
    pub avant: Option<String>,
    /// State after a change, as JSON.
    pub apres: Option<String>,
}

/// Adds a line, in the transaction of the act itself.
pub async fn write(tx: &mut Tx, ids: &dyn IdSource, line: &JournalLine) -> Result<(), StoreError> {
    tx.execute(
        WRITE,
        args![
            ids.next(line.le.as_millis()),
            line.le,
            &line.acteur_id,
            &line.acteur_nom,
            &line.role,
            &line.acte,
            &line.finalite,
            &line.objet,
            &line.objet_id,
            line.resultat.as_str(),
            line.motif.as_ref(),
            line.avant.as_ref(),
            line.apres.as_ref(),
        ],
    )
    .await?;
    Ok(())
}

/// The last lines about one record, latest first.
pub async fn lines_about(
    tx: &mut Tx,
    objet: &str,
    objet_id: &str,
    limit: i64,
) -> Result<Vec<JournalLine>, StoreError> {
    tx.all(ABOUT, args![objet, objet_id, limit]).await?.iter().map(line).collect()
}

fn line(row: &Row) -> Result<JournalLine, StoreError> {
    Ok(JournalLine {
        le: row.get("le")?,
        acteur_id: row.get("acteur_id")?,
        acteur_nom: row.get("acteur_nom")?,
        role: row.get("role")?,
        acte: row.get("acte")?,
        finalite: row.get("finalite")?,
        objet: row.get("objet")?,
        objet_id: row.get("objet_id")?,
        resultat: if row.get::<String>("resultat")? == "permis" { Outcome::Permis } else { Outcome::Refuse },
        motif: row.get("motif")?,
        avant: row.get("avant")?,
        apres: row.get("apres")?,
    })
}
