//! Units of work.

use std::pin::Pin;

use sqlx::{
    AssertSqlSafe, Postgres, Sqlite, Transaction, postgres::PgArguments, query::Query,
    sqlite::SqliteArguments,
};

use crate::{Row, Sql, StoreError, Value};

/// A transaction. Dropped without [`Tx::commit`], it leaves nothing behind.
pub struct Tx {
    pub(crate) inner: Inner,
}

pub(crate) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Arguments of one multi-row insert; both engines accept well over this many.
const ARGUMENTS_PER_INSERT: usize = 16_000;

impl Tx {
    /// All rows of a statement.
    pub async fn all(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.run_all(sql.name, sql.text, args).await
    }

    /// The first row, if there is one.
    pub async fn one(&mut self, sql: Sql, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Runs a statement and tells how many rows it touched.
    pub async fn execute(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64, StoreError> {
        self.run(sql.name, sql.text, args).await
    }

    /// Inserts many rows, several hundred per statement. The names come from the program, never from data.
    ///
    /// Boxed, and the rows gathered first: an iterator that borrows would not let the caller change threads.
    pub fn insert_many<'a>(
        &'a mut self,
        table: &'static str,
        columns: &'a [&'static str],
        rows: impl IntoIterator<Item = Vec<Value>>,
    ) -> Pin<Box<dyn Future<Output = Result<u64, StoreError>> + Send + 'a>> {
        let rows: Vec<Vec<Value>> = rows.into_iter().collect();
        Box::pin(self.insert_rows(table, columns, rows))
    }

    /// The same, for names read from the schema.
    pub(crate) async fn insert_rows(
        &mut self,
        table: &str,
        columns: &[&str],
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, StoreError> {
        let per_statement = (ARGUMENTS_PER_INSERT / columns.len().max(1)).clamp(1, 400);
        let mut rows = rows.into_iter().peekable();
        let mut written = 0;
        while rows.peek().is_some() {
            let block: Vec<Vec<Value>> = rows.by_ref().take(per_statement).collect();
            let text = insert_text(table, columns, block.len(), matches!(self.inner, Inner::Sqlite(_)));
            written += self.run("insert", &text, block.into_iter().flatten().collect()).await?;
        }
        Ok(written)
    }

    pub(crate) async fn run_all(
        &mut self,
        name: &'static str,
        text: &str,
        args: Vec<Value>,
    ) -> Result<Vec<Row>, StoreError> {
        // The texts come from the named constants, from `Select` (static fragments) and from this crate.
        let safe = AssertSqlSafe(text.to_owned());
        match &mut self.inner {
            Inner::Sqlite(tx) => bind_sqlite(sqlx::query(safe), args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Sqlite).collect()),
            Inner::Postgres(tx) => bind_postgres(sqlx::query(safe), args)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(Row::Postgres).collect()),
        }
        .map_err(|e| StoreError::from_sqlx(name, e))
    }

    pub(crate) async fn run(
        &mut self,
        name: &'static str,
        text: &str,
        args: Vec<Value>,
    ) -> Result<u64, StoreError> {
        let safe = AssertSqlSafe(text.to_owned());
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                bind_sqlite(sqlx::query(safe), args).execute(&mut **tx).await.map(|r| r.rows_affected())
            }
            Inner::Postgres(tx) => {
                bind_postgres(sqlx::query(safe), args).execute(&mut **tx).await.map(|r| r.rows_affected())
            }
        }
        .map_err(|e| StoreError::from_sqlx(name, e))
    }

    /// Prepares a statement without running it: a mistake in it shows at once.
    pub async fn prepare(&mut self, sql: Sql) -> Result<(), StoreError> {
        use sqlx::{Executor as _, SqlSafeStr as _};
        let text = AssertSqlSafe(sql.text).into_sql_str();
        match &mut self.inner {
            Inner::Sqlite(tx) => (&mut **tx).prepare(text).await.map(|_| ()),
            Inner::Postgres(tx) => (&mut **tx).prepare(text).await.map(|_| ()),
        }
        .map_err(|e| StoreError::from_sqlx(sql.name, e))
    }

    /// Makes the work durable: when this returns, it survives a power cut.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await,
            Inner::Postgres(tx) => tx.commit().await,
        }
        .map_err(|e| StoreError::from_sqlx("commit", e))
    }
}

fn bind_sqlite(
    mut query: Query<'_, Sqlite, SqliteArguments>,
    args: Vec<Value>,
) -> Query<'_, Sqlite, SqliteArguments> {
    for arg in args {
        query = match arg {
            Value::Text(v) => query.bind(v),
            Value::Int(v) => query.bind(v),
            Value::Bool(v) => query.bind(v),
            Value::Real(v) => query.bind(v),
            Value::Bytes(v) => query.bind(v),
        };
    }
    query
}

fn bind_postgres(
    mut query: Query<'_, Postgres, PgArguments>,
    args: Vec<Value>,
) -> Query<'_, Postgres, PgArguments> {
    for arg in args {
        query = match arg {
            Value::Text(v) => query.bind(v),
            Value::Int(v) => query.bind(v),
            Value::Bool(v) => query.bind(v),
            Value::Real(v) => query.bind(v),
            Value::Bytes(v) => query.bind(v),
        };
    }
    query
}

/// SQLite finds a numbered `$n` by walking the list of its names, which is quadratic over thousands of
/// arguments: there the marks are bare.
fn insert_text(table: &str, columns: &[&str], rows: usize, bare: bool) -> String {
    let mut text = format!("insert into {table} ({}) values ", columns.join(", "));
    let mut argument = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            argument += 1;
            if column > 0 {
                text.push_str(", ");
            }
            if bare {
                text.push('?');
            } else {
                text.push('$');
                text.push_str(&argument.to_string());
            }
        }
        text.push(')');
    }
    text
}
