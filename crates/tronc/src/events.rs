//! Reactions of one context to what happened in another, carried out after the commit, at least once.

use std::time::Duration;

use guard::Guard;
use store::{Event, StoreError, Tx};

/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_millis(700);
/// How many events one round takes.
const ROUND: i64 = 50;

/// Carries events out until the program stops.
pub(crate) async fn run(guard: Guard) {
    loop {
        if let Err(error) = round(&guard).await {
            tracing::error!(%error, "events could not be read");
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Carries out what waits now; tells how many events were dealt with.
pub(crate) async fn round(guard: &Guard) -> Result<usize, StoreError> {
    let mut tx = guard.db().read().await?;
    let events = store::claim_events(&mut tx, ROUND).await?;
    drop(tx);
    let mut dealt_with = 0;
    for event in &events {
        let now = guard.clock().now();
        let mut tx = guard.db().begin().await?;
        match react(&mut tx, event, guard).await {
            Ok(()) => {
                store::event_done(&mut tx, &event.id, now).await?;
                tx.commit().await?;
                dealt_with += 1;
            }
            Err(error) => {
                drop(tx);
                tracing::warn!(%error, event = %event.id, "an event will be tried again");
                let mut tx = guard.db().begin().await?;
                store::event_failed(&mut tx, &event.id, &error.to_string()).await?;
                tx.commit().await?;
            }
        }
    }
    Ok(dealt_with)
}

async fn react(tx: &mut Tx, event: &Event, guard: &Guard) -> Result<(), StoreError> {
    let now = guard.clock().now();
    match event.sorte.as_str() {
        suivi::EVENEMENT_SIGNEE => agenda::visite_signee(tx, &suivi::VisiteId::new(&event.charge), now).await,
        salaries::EVENEMENT_MODIFIE => {
            suivi::recalculer(tx, &salaries::SalarieId::new(&event.charge), now).await
        }
        salaries::EVENEMENT_METIER_ABSENT => {
            let id = veille::DemandeId::new(guard.new_id());
            veille::recevoir_metier_absent(tx, &event.charge, id, now).await
        }
        _ => Ok(()),
    }
}
