//! Events written in the transaction of the act that causes them, and carried out afterwards, at least once.

use base::{IdSource, Instant};

use crate::{StoreError, Tx, args};

crate::statements! {
    ENQUEUE = "insert into outbox (id, le, sorte, charge, essais) values ($1, $2, $3, $4, 0)";
    CLAIM = "select id, sorte, charge, essais from outbox where fait_le is null and essais < 20 order by id limit $1";
    DONE = "update outbox set fait_le = $2 where id = $1";
    FAILED = "update outbox set essais = essais + 1, erreur = $2 where id = $1";
}

/// Something that happened and that another context reacts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its identifier.
    pub id: String,
    /// What happened (`visite.signee`…).
    pub sorte: String,
    /// Identifiers only, as JSON: never personal data.
    pub charge: String,
    /// How many times it was tried in vain.
    pub essais: i64,
}

/// Adds an event to the current transaction.
pub async fn enqueue(
    tx: &mut Tx,
    ids: &dyn IdSource,
    at: Instant,
    sorte: &str,
    charge: &str,
) -> Result<(), StoreError> {
    tx.execute(ENQUEUE, args![ids.next(at.as_millis()), at, sorte, charge]).await?;
    Ok(())
}

/// The oldest events not yet carried out. One process at a time carries them out.
pub async fn claim(tx: &mut Tx, limit: i64) -> Result<Vec<Event>, StoreError> {
    tx.all(CLAIM, args![limit])
        .await?
        .iter()
        .map(|r| {
            Ok(Event {
                id: r.get("id")?,
                sorte: r.get("sorte")?,
                charge: r.get("charge")?,
                essais: r.get("essais")?,
            })
        })
        .collect()
}

/// Notes in the transaction of the reaction that the event is dealt with: both or neither.
pub async fn done(tx: &mut Tx, id: &str, at: Instant) -> Result<(), StoreError> {
    tx.execute(DONE, args![id, at]).await?;
    Ok(())
}

/// Notes a failed try; after twenty the event waits for a person.
pub async fn failed(tx: &mut Tx, id: &str, error: &str) -> Result<(), StoreError> {
    tx.execute(FAILED, args![id, error]).await?;
    Ok(())
}
