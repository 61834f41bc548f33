//! What can go wrong between the program and its database.

/// A failed statement or transaction.
///
/// Contexts turn [`StoreError::Conflict`] into a refusal of their own; the rest is the unexpected: it is
/// logged once, where it reaches the person as one opaque sentence.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique or foreign key refused the change.
    #[error("the database refused the change: {0}")]
    Conflict(String),
    /// A trigger of the database refused: what was delivered never changes, whoever asks.
    #[error("{0}")]
    Unalterable(String),
    /// The database does not answer, is full or is locked for too long.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A value read is not of the expected form.
    #[error("column `{column}` does not hold {expected}")]
    Column {
        /// Name of the column.
        column: String,
        /// What was expected.
        expected: &'static str,
    },
    /// Anything else, with the name of the statement.
    #[error("statement {statement}: {source}")]
    Unexpected {
        /// Name of the statement.
        statement: &'static str,
        /// What the driver said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// How the triggers of migration 0003 begin their sentence, on both engines.
const UNALTERABLE: &str = "a harmonised list never changes";

impl StoreError {
    pub(crate) fn from_sqlx(statement: &'static str, error: sqlx::Error) -> Self {
        if let Some(db) = error.as_database_error() {
            if db.is_unique_violation() || db.is_foreign_key_violation() || db.is_check_violation() {
                return Self::Conflict(format!("{statement}: {}", db.message()));
            }
            let message = db.message();
            if message.starts_with(UNALTERABLE) {
                return Self::Unalterable(message.to_owned());
            }
            if ["database is locked", "disk is full", "unable to open", "readonly"]
                .iter()
                .any(|m| message.contains(m))
            {
                return Self::Unavailable(message.to_owned());
            }
        }
        match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Self::Unavailable(error.to_string())
            }
            other => Self::Unexpected { statement, source: Box::new(other) },
        }
    }
}

/// A database that cannot be opened, with what the person at the command line can do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or file cannot be written.
    #[error("cannot write `{path}`: {reason}; choose another place with --data-dir or change its rights")]
    NotWritable {
        /// The file or directory.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file is there but is not a sound SQLite database.
    #[error(
        "`{path}` is not a readable database ({reason}); restore a backup with `tronc restore FILE`, nothing was changed"
    )]
    Broken {
        /// The file.
        path: String,
        /// What SQLite said.
        reason: String,
    },
    /// The server does not answer or refuses.
    #[error("cannot connect to {url}: {reason}; check the address with `tronc doctor`")]
    Server {
        /// The address, without its password.
        url: String,
        /// What the server or the system said.
        reason: String,
    },
}
