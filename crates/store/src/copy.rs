//! Moving a site between engines, row by row, with proof of equality; backup and restore stand on it.

use std::path::Path;

use base::Clock;
use sha2::{Digest as _, Sha256};

use crate::{
    Column, Db, MigrateError, Row, StoreError, Table, Tx, Value, migrations::tables_in_order, schema::Schema,
};

/// What a copy moved and proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyReport {
    /// One entry per table, in the order of the copy.
    pub tables: Vec<TableCopied>,
}

/// One table, equal on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableCopied {
    /// Its name.
    pub name: String,
    /// Rows on each side.
    pub rows: u64,
    /// SHA-256 of all rows in key order, the same on each side.
    pub sha256: String,
}

/// Why a copy was given up. The target keeps nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The target already holds data.
    #[error("the target already holds {rows} rows in table `{table}`: copy into an empty database")]
    TargetNotEmpty {
        /// The table found with rows.
        table: String,
        /// How many.
        rows: i64,
    },
    /// The two sides are not at the same version of the schema.
    #[error(
        "the source is at version {source_version} and the target at {target_version}: run `tronc migrate` on the source first"
    )]
    VersionsDiffer {
        /// Schema version of the source.
        source_version: i64,
        /// Schema version of the target.
        target_version: i64,
    },
    /// A row changed on the way: the copy must not be used.
    #[error("table `{0}` is not the same on both sides after the copy: the target must not be used")]
    NotEqual(String),
    /// The target could not be prepared.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file of a backup already exists.
    #[error("`{0}` already exists: a backup never overwrites a file")]
    FileExists(String),
}

/// Rows held in memory at once; documents are the large ones.
const BATCH: i64 = 500;

impl Db {
    /// Copies everything into another, empty database and proves both equal. `progress` is told each table.
    pub async fn copy_to(
        &self,
        target: &Self,
        clock: &dyn Clock,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<CopyReport, CopyError> {
        let target_version = target.migrate(clock).await?.version;
        let source_version = self.schema_version().await?;
        if source_version != target_version {
            return Err(CopyError::VersionsDiffer { source_version, target_version });
        }
        let schema = Schema::read(self).await?;
        let tables: Vec<&Table> =
            tables_in_order().iter().filter_map(|n| schema.tables.iter().find(|t| &t.name == n)).collect();
        // One view of the source for the whole copy; one transaction on the target: all or nothing.
        let mut from = self.read().await?;
        let mut to = target.begin().await?;
        for table in &tables {
            let rows = count(&mut to, table).await?;
            if rows > 0 {
                return Err(CopyError::TargetNotEmpty { table: table.name.clone(), rows });
            }
        }
        let mut report = CopyReport { tables: Vec::new() };
        for table in &tables {
            let (rows, sha256) = copy_table(&mut from, &mut to, table).await?;
            let (_, proof) = digest_table(&mut to, table).await?;
            if proof != sha256 {
                return Err(CopyError::NotEqual(table.name.clone()));
            }
            progress(&table.name, rows);
            report.tables.push(TableCopied { name: table.name.clone(), rows, sha256 });
        }
        to.commit().await?;
        Ok(report)
    }

    /// Writes a backup into a new SQLite file while others work.
    pub async fn backup(&self, file: &Path, clock: &dyn Clock) -> Result<(), CopyError> {
        if file.exists() {
            return Err(CopyError::FileExists(file.display().to_string()));
        }
        if self.engine_name() == "sqlite" {
            return Ok(self.vacuum_into(file).await?);
        }
        let target = Self::open(&crate::DatabaseUrl::Sqlite(file.to_owned()))
            .await
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        self.copy_to(&target, clock, &mut |_, _| {}).await?;
        target.close().await;
        Ok(())
    }

    /// Row counts and SHA-256 of each table, to compare two sites.
    pub async fn digest(&self) -> Result<CopyReport, StoreError> {
        let schema = Schema::read(self).await?;
        let mut tx = self.read().await?;
        let mut report = CopyReport { tables: Vec::new() };
        for name in tables_in_order() {
            let Some(table) = schema.tables.iter().find(|t| t.name == name) else { continue };
            let (rows, sha256) = digest_table(&mut tx, table).await?;
            report.tables.push(TableCopied { name, rows, sha256 });
        }
        Ok(report)
    }
}

async fn count(tx: &mut Tx, table: &Table) -> Result<i64, StoreError> {
    let rows =
        tx.run_all("copy::count", &format!("select count(*) as n from {}", table.name), Vec::new()).await?;
    rows.first().map_or(Ok(0), |r| r.get("n"))
}

/// Reads one batch after the last key seen. Table and column names come from the migrations.
async fn batch(tx: &mut Tx, table: &Table, after: &[Value]) -> Result<Vec<Row>, StoreError> {
    let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let key = table.key.join(", ");
    let mut text = format!("select {} from {}", columns.join(", "), table.name);
    if !after.is_empty() {
        let marks: Vec<String> = (1..=after.len()).map(|i| format!("${i}")).collect();
        text.push_str(&format!(" where ({key}) > ({})", marks.join(", ")));
    }
    text.push_str(&format!(" order by {key} limit {BATCH}"));
    tx.run_all("copy::batch", &text, after.to_vec()).await
}

fn values(row: &Row, columns: &[Column]) -> Result<Vec<Value>, StoreError> {
    columns
        .iter()
        .map(|c| {
            Ok(match c.kind.as_str() {
                "bigint" => Value::Int(row.get(&c.name)?),
                "boolean" => Value::Bool(row.get(&c.name)?),
                "double precision" => Value::Real(row.get(&c.name)?),
                "bytea" => Value::Bytes(row.get(&c.name)?),
                _ => Value::Text(row.get(&c.name)?),
            })
        })
        .collect()
}

fn feed(hasher: &mut Sha256, values: &[Value]) {
    let mut put = |tag: u8, bytes: &[u8]| {
        hasher.update([tag]);
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    for value in values {
        match value {
            Value::Text(Some(v)) => put(1, v.as_bytes()),
            Value::Int(Some(v)) => put(2, &v.to_le_bytes()),
            Value::Bool(Some(v)) => put(3, &[u8::from(*v)]),
            Value::Real(Some(v)) => put(4, &v.to_bits().to_le_bytes()),
            Value::Bytes(Some(v)) => put(5, v),
            _ => put(0, &[]),
        }
    }
}

fn last_key(table: &Table, values: &[Value]) -> Vec<Value> {
    table
        .key
        .iter()
        .filter_map(|k| table.columns.iter().position(|c| &c.name == k).and_then(|i| values.get(i).cloned()))
        .collect()
}

async fn copy_table(from: &mut Tx, to: &mut Tx, table: &Table) -> Result<(u64, String), StoreError> {
    let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let (mut rows, mut hasher, mut after) = (0, Sha256::new(), Vec::new());
    loop {
        let read = batch(from, table, &after).await?;
        if read.is_empty() {
            return Ok((rows, base::hex(&hasher.finalize())));
        }
        let mut block = Vec::with_capacity(read.len());
        for row in &read {
            let row = values(row, &table.columns)?;
            feed(&mut hasher, &row);
            block.push(row);
        }
        if let Some(last) = block.last() {
            after = last_key(table, last);
        }
        rows += block.len() as u64;
        to.insert_rows(&table.name, &columns, block).await?;
    }
}

async fn digest_table(tx: &mut Tx, table: &Table) -> Result<(u64, String), StoreError> {
    let (mut rows, mut hasher, mut after) = (0, Sha256::new(), Vec::new());
    loop {
        let read = batch(tx, table, &after).await?;
        if read.is_empty() {
            return Ok((rows, base::hex(&hasher.finalize())));
        }
        for row in &read {
            let row = values(row, &table.columns)?;
            feed(&mut hasher, &row);
            after = last_key(table, &row);
            rows += 1;
        }
    }
}
