//! The common language on both engines: deliveries, releases, matrices, integrity, usage, search, pages.
#![expect(clippy::unwrap_used, reason = "a test stops where something unexpected comes back")]

mod deliveries;
mod earlier;
mod guards;
mod integrity;
mod local_values;
mod matrices;
mod pages;
mod real;
mod releases;
mod screens;
mod search;
mod starter;
mod tampering;
mod usages;

use std::path::PathBuf;

use base::{Clock as _, Coded};
use store::{Db, Tx};
use thesaurus::{Delivery, Liste, LoadError, LoadReport, Nature, load, load_starter};

fn liste(id: &str) -> Liste {
    Liste {
        id: id.into(),
        titre: format!("Liste {id}"),
        nature: Nature::Externe,
        gestionnaire: "Éditeur".into(),
        source: "Fichier d'essai".into(),
        licence: "Libre".into(),
    }
}

fn delivery(list: &str, version: &str, content: impl AsRef<[u8]>) -> Delivery {
    Delivery::new(liste(list), version, format!("{list}.csv"), content.as_ref())
}

async fn loaded(db: &Db, delivery: &Delivery) -> Result<LoadReport, LoadError> {
    let mut tx = db.begin().await?;
    let report = load(&mut tx, testkit::clock().now(), delivery).await?;
    tx.commit().await?;
    Ok(report)
}

async fn started(db: &Db) -> Vec<LoadReport> {
    let mut tx = db.begin().await.unwrap();
    let reports = load_starter(&mut tx, testkit::clock().now()).await.unwrap();
    tx.commit().await.unwrap();
    reports
}

async fn reading(db: &Db) -> Tx {
    db.read().await.unwrap()
}

/// Where the real nomenclatures are, when they are at hand.
fn shared_root() -> PathBuf {
    std::env::var_os("TRONC_SHARED_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"), PathBuf::from)
}

/// A file of the real nomenclatures, where they are at hand.
fn shared(path: &str) -> Option<Vec<u8>> {
    std::fs::read(shared_root().join(path)).ok()
}

async fn metier(tx: &mut Tx, code: &str) -> Coded {
    thesaurus::coded(tx, "professions", code).await.unwrap().unwrap()
}

testkit::on_both_engines! {
    async fn every_statement_prepares(t) {
        let mut tx = t.db.begin().await.unwrap();
        for sql in thesaurus::STATEMENTS.iter().flat_map(|s| s.iter()) {
            tx.prepare(*sql).await.unwrap_or_else(|e| panic!("{}: {e}", sql.name));
        }
    }
}
