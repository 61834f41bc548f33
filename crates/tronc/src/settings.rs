//! The settings in force and where each comes from.

use std::path::PathBuf;

use store::{DatabaseUrl, UrlError};

use crate::cli::Place;

/// Where the data is.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) data_dir: PathBuf,
    pub(crate) data_dir_from: &'static str,
    pub(crate) database: DatabaseUrl,
    pub(crate) database_from: &'static str,
}

impl Settings {
    /// From the command line and the environment; `default_name` is the folder under the user's data folder.
    pub(crate) fn read(place: &Place, default_name: &str) -> Result<Self, UrlError> {
        let (data_dir, data_dir_from) = match &place.data_dir {
            Some(dir) => (dir.clone(), "--data-dir or TRONC_DATA_DIR"),
            None => (user_data_dir().join(default_name), "default"),
        };
        let (database, database_from) = match &place.database_url {
            Some(url) => (DatabaseUrl::parse(url)?, "--database-url or TRONC_DATABASE_URL"),
            None => (DatabaseUrl::in_dir(&data_dir), "data directory"),
        };
        Ok(Self { data_dir, data_dir_from, database, database_from })
    }
}

/// `$XDG_DATA_HOME`, else `~/.local/share`, else the present folder.
fn user_data_dir() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME")
        .or_else(|| set("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(|| PathBuf::from("."))
}
