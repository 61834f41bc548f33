//! Numbered migrations, one text for both engines unless a suffixed pair exists, applied at start.
//!
//! A file is `NNNN_name.sql`, or `NNNN_name.sqlite.sql` and `NNNN_name.postgres.sql`. Applied files are
//! never edited: their checksum is kept and compared.

use base::{Clock, Instant};
use sha2::{Digest as _, Sha256};
use sqlx::AssertSqlSafe;

use crate::{Db, Sql, StoreError, Tx, args, tx::Inner};

#[derive(rust_embed::RustEmbed)]
#[folder = "migrations/"]
struct Files;

crate::statements! {
    CREATE = "create table if not exists migration (
        version bigint primary key, name text not null, sha256 text not null, applied_at text not null)";
    APPLIED = "select version, name, sha256 from migration order by version";
    RECORD = "insert into migration (version, name, sha256, applied_at) values ($1, $2, $3, $4)";
}

/// What a run of the migrations did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Names of the migrations applied now, in order.
    pub applied: Vec<String>,
    /// The version of the schema afterwards.
    pub version: i64,
}

/// Why a database was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later program has migrated this database.
    #[error(
        "this database is at version {found}, this program knows up to {known}: install the newer program; nothing was changed"
    )]
    Newer {
        /// Version found in the database.
        found: i64,
        /// Last version this program knows.
        known: i64,
    },
    /// A migration was edited after it was applied.
    #[error(
        "migration {0} was applied in another form: this program does not belong to this database; nothing was changed"
    )]
    Altered(String),
    /// The database refused; the failed migration left nothing behind.
    #[error("migration {name} failed: {source}")]
    Failed {
        /// The migration.
        name: String,
        /// What the database said.
        source: StoreError,
    },
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Migration {
    version: i64,
    name: String,
    text: String,
    sha256: String,
}

/// The migrations for one engine, in order.
fn all(engine: &str) -> Vec<Migration> {
    let suffix = if engine == "sqlite" { ".sqlite" } else { ".postgres" };
    let mut found: Vec<Migration> = Files::iter()
        .filter_map(|file| {
            let stem = file.strip_suffix(".sql")?;
            let own = stem.strip_suffix(suffix);
            if own.is_none() && (stem.ends_with(".sqlite") || stem.ends_with(".postgres")) {
                return None;
            }
            let name = own.unwrap_or(stem).to_owned();
            let version = name.split('_').next()?.parse().ok()?;
            let text = String::from_utf8(Files::get(&file)?.data.into_owned()).ok()?;
            let sha256 = base::hex(&Sha256::digest(text.as_bytes()));
            Some(Migration { version, name, text: for_engine(&text, engine), sha256 })
        })
        .collect();
    found.sort_by_key(|m| m.version);
    found
}

/// On PostgreSQL every text column compares by bytes, as SQLite's do: sorting, ranges and prefix searches
/// then mean the same on both, whatever the server's language.
fn for_engine(text: &str, engine: &str) -> String {
    if engine == "sqlite" {
        return text.to_owned();
    }
    text.lines()
        .map(|line| {
            let line = if line.trim_start().starts_with("--") { "" } else { line };
            // A column is `  name text …`: its type is the second word.
            match line.trim_start().split_once(" text") {
                Some((name, rest)) if !name.contains(' ') && !rest.starts_with(char::is_alphanumeric) => {
                    format!("  {name} text collate \"C\"{rest}")
                }
                _ => line.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

impl Db {
    /// Brings the schema to this program's version, each migration in a transaction of its own.
    pub async fn migrate(&self, clock: &dyn Clock) -> Result<Migrated, MigrateError> {
        let migrations = all(self.engine_name());
        let known = migrations.last().map_or(0, |m| m.version);
        let mut tx = self.begin().await?;
        tx.execute(CREATE, Vec::new()).await?;
        let applied = tx.all(APPLIED, Vec::new()).await?;
        tx.commit().await?;
        let mut last = 0;
        for row in &applied {
            last = row.get::<i64>("version")?;
            if let Some(m) = migrations.iter().find(|m| m.version == last)
                && m.sha256 != row.get::<String>("sha256")?
            {
                return Err(MigrateError::Altered(m.name.clone()));
            }
        }
        if last > known {
            return Err(MigrateError::Newer { found: last, known });
        }
        let mut done = Vec::new();
        for m in migrations.iter().filter(|m| m.version > last) {
            let mut tx = self.begin().await?;
            apply(&mut tx, m, clock.now())
                .await
                .map_err(|source| MigrateError::Failed { name: m.name.clone(), source })?;
            tx.commit().await?;
            done.push(m.name.clone());
        }
        Ok(Migrated { applied: done, version: known })
    }

    /// The version of the schema found, without changing anything; 0 for an empty database.
    pub async fn schema_version(&self) -> Result<i64, StoreError> {
        const LAST: Sql =
            Sql { name: "migrations::LAST", text: "select max(version) as version from migration" };
        if !crate::schema::Schema::read(self).await?.tables.iter().any(|t| t.name == "migration") {
            return Ok(0);
        }
        let mut tx = self.read().await?;
        Ok(tx
            .one(LAST, Vec::new())
            .await?
            .map(|r| r.get::<Option<i64>>("version"))
            .transpose()?
            .flatten()
            .unwrap_or(0))
    }
}

async fn apply(tx: &mut Tx, m: &Migration, at: Instant) -> Result<(), StoreError> {
    // Several statements in one text: the only place where this is allowed.
    let script = sqlx::raw_sql(AssertSqlSafe(m.text.clone()));
    match &mut tx.inner {
        Inner::Sqlite(t) => script.execute(&mut **t).await.map(|_| ()),
        Inner::Postgres(t) => script.execute(&mut **t).await.map(|_| ()),
    }
    .map_err(|e| StoreError::from_sqlx("migration", e))?;
    tx.execute(RECORD, args![m.version, m.name.as_str(), m.sha256.as_str(), at]).await?;
    Ok(())
}

/// Names of the tables in the order of their creation, which respects foreign keys.
pub(crate) fn tables_in_order() -> Vec<String> {
    let mut names = Vec::new();
    for m in all("sqlite") {
        for line in m.text.lines() {
            if let Some(rest) = line.trim().strip_prefix("create table ") {
                let name: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                names.push(name);
            }
        }
    }
    names
}

/// A trigger as its migration makes it.
pub(crate) struct Trigger {
    pub(crate) name: String,
    /// What follows `create trigger`, without the last semicolon.
    pub(crate) text: String,
    /// The body of its function; empty on SQLite, where the text says everything.
    pub(crate) routine: String,
}

/// The triggers that the migrations make on an engine.
pub(crate) fn triggers(engine: &str) -> Vec<Trigger> {
    let end = if engine == "sqlite" { "\nend;" } else { ";" };
    let mut found = Vec::new();
    let mut routines: Vec<(String, String)> = Vec::new();
    for m in all(engine) {
        for part in m.text.split("\ncreate function ").skip(1) {
            let (name, rest) = part.split_once('(').unwrap_or_default();
            routines.push((name.to_owned(), rest.split("$$").nth(1).unwrap_or_default().to_owned()));
        }
        for part in m.text.split("\ncreate trigger ").skip(1) {
            let at = part.find(end).unwrap_or(part.len());
            let text =
                if engine == "sqlite" { format!("{}\nend", &part[..at]) } else { part[..at].to_owned() };
            let name = text.split_whitespace().next().unwrap_or_default().to_owned();
            let calls = |function: &str| text.ends_with(&format!("execute function {function}()"));
            let routine = routines.iter().find(|(name, _)| calls(name)).map(|(_, body)| body.clone());
            found.push(Trigger { name, text, routine: routine.unwrap_or_default() });
        }
    }
    found
}
