//! What tests share: a fresh database on either engine, a clock that stands still, seeded identifiers.

mod personne;
mod postgres;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use base::{Date, FixedClock, SeededIds};
use store::{DatabaseUrl, Db};

pub use personne::{Answer, Person, altered_label, centre, guard, refusal_is_journalled, starter_lists};
pub use postgres::postgres_base_url;
/// For [`on_both_engines!`].
#[doc(hidden)]
pub use tokio;

/// The day on which tests take place unless they say otherwise: a Tuesday.
pub const TODAY: Date = jiff::civil::date(2026, 11, 24);

/// A migrated, empty database that goes away with the value.
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its address.
    pub url: DatabaseUrl,
    dir: TempDir,
}

impl TestDb {
    /// A folder of this test's own.
    pub fn dir(&self) -> &Path {
        &self.dir.0
    }
}

/// A folder removed with the value.
pub struct TempDir(PathBuf);

impl TempDir {
    /// Makes a new empty folder.
    ///
    /// # Panics
    /// When the system's temporary folder cannot be written.
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("tronc-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let dir = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&dir).expect("the temporary folder cannot be written");
        Self(dir)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Default for TempDir {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Nothing depends on it: the system empties its temporary folder anyway.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A fresh SQLite database.
///
/// # Panics
/// When it cannot be made.
pub async fn sqlite() -> TestDb {
    let dir = TempDir::new();
    let url = DatabaseUrl::in_dir(dir.path());
    migrated(url, dir).await
}

/// A fresh PostgreSQL database on the run's server.
///
/// # Panics
/// When no server was started or it refuses.
pub async fn postgres() -> TestDb {
    let dir = TempDir::new();
    migrated(empty_postgres().await, dir).await
}

/// A PostgreSQL database without any table.
///
/// # Panics
/// When no server was started or it refuses.
pub async fn empty_postgres() -> DatabaseUrl {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let base = postgres_base_url();
    let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let pool = sqlx::PgPool::connect(&base).await.expect("the test server does not answer");
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&pool)
        .await
        .expect("the test server refuses a new database");
    pool.close().await;
    let (server, _) = base.rsplit_once('/').expect("the server's address ends with a database");
    DatabaseUrl::parse(&format!("{server}/{name}")).expect("a valid address")
}

async fn migrated(url: DatabaseUrl, dir: TempDir) -> TestDb {
    let db = Db::open(&url).await.expect("the test database opens");
    db.migrate(clock().as_ref()).await.expect("the migrations apply");
    TestDb { db, url, dir }
}

/// The tests' clock: stands at nine o'clock on [`TODAY`].
pub fn clock() -> Arc<FixedClock> {
    Arc::new(FixedClock::at(TODAY))
}

/// Identifiers that repeat from run to run.
pub fn ids() -> Arc<SeededIds> {
    Arc::new(SeededIds::new(2026))
}

/// Writes one test per engine: `on_both_engines! { async fn a_row_comes_back(t) { … } }`, where `t` is a
/// [`TestDb`].
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($t:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;

            async fn story($t: &$crate::TestDb) $body

            #[$crate::tokio::test(crate = "::testkit::tokio")]
            async fn sqlite() {
                story(&$crate::sqlite().await).await;
            }

            #[$crate::tokio::test(crate = "::testkit::tokio")]
            async fn postgres() {
                story(&$crate::postgres().await).await;
            }
        }
    )*};
}
