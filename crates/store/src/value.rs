//! The bridge between the program's types and the columns of both engines.

use base::{Coded, Date, Instant};
use sqlx::Row as _;

use crate::StoreError;

/// An argument of a statement. An absent value keeps its kind: PostgreSQL needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, days, moments, identifiers, codes.
    Text(Option<String>),
    /// Whole numbers and money in cents.
    Int(Option<i64>),
    /// True or false.
    Bool(Option<bool>),
    /// Measured values.
    Real(Option<f64>),
    /// Files and documents.
    Bytes(Option<Vec<u8>>),
}

macro_rules! from {
    ($variant:ident: $($t:ty => |$v:ident| $make:expr;)*) => {$(
        impl From<$t> for Value { fn from($v: $t) -> Self { Self::$variant(Some($make)) } }
        impl From<Option<$t>> for Value { fn from(v: Option<$t>) -> Self { Self::$variant(v.map(|$v| $make)) } }
    )*};
}
from! { Text:
    String => |v| v;
    &str => |v| v.to_owned();
    &String => |v| v.clone();
    Date => |v| v.to_string();
    Instant => |v| v.to_string();
}
from! { Int: i64 => |v| v; }
from! { Bool: bool => |v| v; }
// Adding nought makes a negative nought positive: PostgreSQL keeps its sign and SQLite does not.
from! { Real: f64 => |v| v + 0.0; }
from! { Bytes: Vec<u8> => |v| v; }

impl Value {
    /// The four columns of a coded value, in the order thesaurus, version, code, label.
    pub fn coded(value: Option<&Coded>) -> [Self; 4] {
        [
            value.map(|c| c.thesaurus.as_str()).into(),
            value.map(|c| c.version.as_str()).into(),
            value.map(|c| c.code.as_str()).into(),
            value.map(|c| c.label.as_str()).into(),
        ]
    }
}

/// One row of an answer. Columns are read by name.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(sqlx::sqlite::SqliteRow),
    /// From PostgreSQL.
    Postgres(sqlx::postgres::PgRow),
}

impl Row {
    /// Reads a column.
    pub fn get<T: FromColumn>(&self, column: &str) -> Result<T, StoreError> {
        T::from_column(self, column)
    }

    /// Reads the four columns `{prefix}thesaurus`, `{prefix}version`, `{prefix}code`, `{prefix}label`.
    pub fn coded(&self, prefix: &str) -> Result<Option<Coded>, StoreError> {
        let Some(code) = self.get::<Option<String>>(&format!("{prefix}code"))? else { return Ok(None) };
        Ok(Some(Coded {
            thesaurus: self.get(&format!("{prefix}thesaurus"))?,
            version: self.get(&format!("{prefix}version"))?,
            code,
            label: self.get(&format!("{prefix}label"))?,
        }))
    }
}

/// A type that a column can be read into.
pub trait FromColumn: Sized {
    /// Reads the column of that name.
    fn from_column(row: &Row, column: &str) -> Result<Self, StoreError>;
}

macro_rules! native {
    ($($t:ty, $what:literal;)*) => {$(
        impl FromColumn for Option<$t> {
            fn from_column(row: &Row, column: &str) -> Result<Self, StoreError> {
                let read = match row {
                    Row::Sqlite(r) => r.try_get::<Self, _>(column),
                    Row::Postgres(r) => r.try_get::<Self, _>(column),
                };
                read.map_err(|_| StoreError::Column { column: column.to_owned(), expected: $what })
            }
        }
        impl FromColumn for $t {
            fn from_column(row: &Row, column: &str) -> Result<Self, StoreError> {
                Option::<$t>::from_column(row, column)?
                    .ok_or_else(|| StoreError::Column { column: column.to_owned(), expected: $what })
            }
        }
    )*};
}
native! {
    String, "text";
    i64, "a whole number";
    bool, "true or false";
    f64, "a number";
    Vec<u8>, "bytes";
}

macro_rules! textual {
    ($($t:ty, $what:literal, $read:expr;)*) => {$(
        impl FromColumn for Option<$t> {
            fn from_column(row: &Row, column: &str) -> Result<Self, StoreError> {
                let Some(text) = Option::<String>::from_column(row, column)? else { return Ok(None) };
                let read: fn(&str) -> Option<$t> = $read;
                read(&text)
                    .map(Some)
                    .ok_or_else(|| StoreError::Column { column: column.to_owned(), expected: $what })
            }
        }
        impl FromColumn for $t {
            fn from_column(row: &Row, column: &str) -> Result<Self, StoreError> {
                Option::<$t>::from_column(row, column)?
                    .ok_or_else(|| StoreError::Column { column: column.to_owned(), expected: $what })
            }
        }
    )*};
}
textual! {
    Date, "a day (AAAA-MM-JJ)", |t| t.parse().ok();
    Instant, "a moment (ISO-8601)", Instant::parse;
}
