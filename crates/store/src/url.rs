//! Where a database is.

use std::path::{Path, PathBuf};

/// The address of a database: a SQLite file or a PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file, made when it does not exist.
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/name`, as given.
    Postgres(String),
}

/// The address is in neither of the two forms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a database address: give `sqlite:PATH` or `postgres://user@host:port/name`")]
pub struct UrlError(String);

impl DatabaseUrl {
    /// Reads `sqlite:PATH`, `sqlite://PATH`, `postgres://…` or `postgresql://…`.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        match path {
            Some(path) if !path.is_empty() => Ok(Self::Sqlite(PathBuf::from(path))),
            _ => Err(UrlError(text.to_owned())),
        }
    }

    /// The embedded database of a data directory.
    pub fn in_dir(dir: &Path) -> Self {
        Self::Sqlite(dir.join("tronc.sqlite"))
    }
}

impl std::fmt::Display for DatabaseUrl {
    /// Without the password, so that it may be logged.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                match rest.rsplit_once('@') {
                    Some((who, place)) => {
                        let user = who.split(':').next().unwrap_or(who);
                        write!(f, "{scheme}://{user}@{place}")
                    }
                    None => write!(f, "{scheme}://{rest}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read_and_others_refused() {
        assert_eq!(DatabaseUrl::parse("sqlite:/var/x.db"), Ok(DatabaseUrl::Sqlite("/var/x.db".into())));
        assert!(matches!(DatabaseUrl::parse("postgresql://a@b/c"), Ok(DatabaseUrl::Postgres(_))));
        for bad in ["", "sqlite:", "mysql://a/b", "/var/x.db"] {
            assert!(DatabaseUrl::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let url = DatabaseUrl::parse("postgres://me:s3cret@host:5432/base").unwrap();
        assert_eq!(url.to_string(), "postgres://me@host:5432/base");
    }
}
