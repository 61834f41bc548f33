//! A release from its draft to the services that subscribe, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

mod abonnement;
mod brouillon;
mod ecrans;
mod flux;
mod hostile;
mod outils;
mod publier;

testkit::on_both_engines! {
    async fn every_statement_prepares(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in publication::STATEMENTS.iter().flat_map(|s| s.iter()) {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }
}
