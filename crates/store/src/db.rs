//! Opening a database and beginning units of work.

use std::{path::Path, str::FromStr as _, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use tracing::log::LevelFilter;

use crate::{DatabaseUrl, OpenError, Sql, StoreError, Tx, tx::Inner};

/// A database, open. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    pub(crate) engine: Engine,
}

#[derive(Debug, Clone)]
pub(crate) enum Engine {
    /// One writer, so that two transactions never wait for each other inside SQLite, and several readers.
    Sqlite {
        write: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

const READERS: u32 = 4;
const CONNECTIONS: u32 = 16;
/// A statement slower than this is worth a line in the log (its text, never its values).
const SLOW: Duration = Duration::from_secs(1);

impl Db {
    /// Opens a database; a SQLite file is made when it is absent. Does not migrate.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, OpenError> {
        match url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path).await,
            DatabaseUrl::Postgres(text) => {
                let refused = |e: &dyn std::fmt::Display| OpenError::Server {
                    url: url.to_string(),
                    reason: e.to_string(),
                };
                let options = PgConnectOptions::from_str(text)
                    .map_err(|e| refused(&e))?
                    .application_name("tronc")
                    .log_statements(LevelFilter::Off)
                    .log_slow_statements(LevelFilter::Warn, SLOW);
                let pool = PgPoolOptions::new()
                    .max_connections(CONNECTIONS)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with(options)
                    .await
                    .map_err(|e| refused(&e))?;
                Ok(Self { engine: Engine::Postgres(pool) })
            }
        }
    }

    /// `"sqlite"` or `"postgresql"`.
    pub fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite { .. } => "sqlite",
            Engine::Postgres(_) => "postgresql",
        }
    }

    /// Begins a unit of work that may write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let begun = match &self.engine {
            // IMMEDIATE: a deferred transaction that reads and then writes fails at once when another wrote.
            Engine::Sqlite { write, .. } => write.begin_with("BEGIN IMMEDIATE").await.map(Inner::Sqlite),
            Engine::Postgres(pool) => pool.begin().await.map(Inner::Postgres),
        };
        begun.map(|inner| Tx { inner }).map_err(|e| StoreError::from_sqlx("begin", e))
    }

    /// Begins a unit of work that only reads, on one unchanging view of the data. For what touches no
    /// person's record: the others go through the guard, which writes its line.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let begun = match &self.engine {
            Engine::Sqlite { read, .. } => read.begin().await.map(Inner::Sqlite),
            Engine::Postgres(pool) => {
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map(Inner::Postgres)
            }
        };
        begun.map(|inner| Tx { inner }).map_err(|e| StoreError::from_sqlx("begin", e))
    }

    /// Makes a consistent copy of a SQLite database into a new file while others work.
    /// On PostgreSQL, see [`Db::copy_to`], which does the same row by row.
    pub(crate) async fn vacuum_into(&self, file: &Path) -> Result<(), StoreError> {
        let Engine::Sqlite { read, .. } = &self.engine else {
            return Err(StoreError::Unavailable("only SQLite copies itself into a file".into()));
        };
        let failed = |e| StoreError::from_sqlx("vacuum into", e);
        // A connection of its own: readers may not write, and the writer stays free meanwhile.
        let options = read.connect_options().as_ref().clone().pragma("query_only", "off");
        let mut connection = options.connect().await.map_err(failed)?;
        sqlx::query("vacuum into $1")
            .bind(file.display().to_string())
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        connection.close().await.map_err(failed)
    }

    /// Lets the engine look at the data after a large load, so that it plans queries well.
    pub async fn analyze(&self) -> Result<(), StoreError> {
        const ANALYZE: Sql = Sql { name: "analyze", text: "analyze" };
        let mut tx = self.begin().await?;
        tx.execute(ANALYZE, Vec::new()).await?;
        tx.commit().await
    }

    /// Closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Engine::Postgres(pool) => pool.close().await,
        }
    }
}

async fn open_sqlite(path: &Path) -> Result<Db, OpenError> {
    let shown = path.display().to_string();
    if let Some(dir) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        std::fs::create_dir_all(dir)
            .map_err(|e| OpenError::NotWritable { path: dir.display().to_string(), reason: e.to_string() })?;
    }
    std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|e| OpenError::NotWritable { path: shown.clone(), reason: e.to_string() })?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // FULL: what was acknowledged survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        .pragma("cache_size", "-65536")
        .pragma("temp_store", "memory")
        .log_statements(LevelFilter::Off)
        .log_slow_statements(LevelFilter::Warn, SLOW);
    let broken = |e: sqlx::Error| OpenError::Broken { path: shown.clone(), reason: e.to_string() };
    let write = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(30))
        .connect_with(options.clone())
        .await
        .map_err(broken)?;
    // The header is only read by the first statement: a damaged file must show now, not at the first visit.
    sqlx::query("select count(*) from sqlite_master").execute(&write).await.map_err(broken)?;
    let read = SqlitePoolOptions::new()
        .max_connections(READERS)
        .connect_with(options.pragma("query_only", "on"))
        .await
        .map_err(broken)?;
    Ok(Db { engine: Engine::Sqlite { write, read } })
}
