//! The two databases behind one door: SQLite (a file, the default) and PostgreSQL, chosen by the URL.
//!
//! SQL is written once, in the part that both engines read the same way, as named constants declared with
//! [`statements!`]; a test prepares each of them on both engines. [`Value`] and [`Row`] are the only bridge.
//! What differs between the engines lives in this crate alone: opening, migrating, copying, backing up.

mod copy;
mod error;
mod journal;
mod migrations;
mod outbox;
mod schema;
mod select;
mod tx;
mod url;
mod value;

mod db;

pub use copy::{CopyError, CopyReport, TableCopied};
pub use db::Db;
pub use error::{OpenError, StoreError};
pub use journal::{JournalLine, Outcome, lines_about, write as write_journal};
pub use migrations::{MigrateError, Migrated};
pub use outbox::{Event, claim as claim_events, done as event_done, enqueue, failed as event_failed};
pub use schema::{Column, Schema, Table};
pub use select::Select;
pub use tx::Tx;
pub use url::{DatabaseUrl, UrlError};
pub use value::{FromColumn, Row, Value};

/// One named SQL statement, portable between the two engines, with `$1`, `$2`… for its arguments.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// Where it is declared, for error messages and the test that prepares every statement.
    pub name: &'static str,
    /// The text. Never built from values.
    pub text: &'static str,
}

/// Declares the statements of one module: `statements! { LOAD = "select …"; SAVE = "update …"; }`.
///
/// Makes one constant each and `ALL`, which the crate lists in its `STATEMENTS`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* const $name: $crate::Sql =
            $crate::Sql { name: concat!(module_path!(), "::", stringify!($name)), text: $text };)*
        /// Every statement of this module, for the test that prepares them on both engines.
        pub(crate) const ALL: &[$crate::Sql] = &[$($name),*];
    };
}

/// The arguments of a statement: `args![id.as_str(), day]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::Value::from($value)),*] };
}

/// Every statement of this crate.
pub const STATEMENTS: &[&[Sql]] = &[journal::ALL, migrations::ALL, outbox::ALL];
