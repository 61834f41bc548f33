//! `new-migration`: the next number, a name, and a head that says what the file owes the house.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::workspace::{Workspace, write};

const FOLDER: &str = "crates/store/migrations";

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    let pair = args.iter().any(|argument| argument == "--pair");
    let names: Vec<&String> = args.iter().filter(|argument| *argument != "--pair").collect();
    let [name] = names[..] else {
        return Err("say one name: `cargo xtask new-migration NAME [--pair]`".to_owned());
    };
    for path in create(&ws.root.join(FOLDER), name, pair)? {
        println!("{FOLDER}/{path}");
    }
    Ok(())
}

/// Writes the new file, or the pair, and gives back their names.
fn create(folder: &Path, name: &str, pair: bool) -> Result<Vec<String>, String> {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("`{name}`: a migration is named in lower case, digits and underscores"));
    }
    fs::create_dir_all(folder).map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let number = 1 + last_number(folder)?;
    let engines: &[&str] = if pair { &[".sqlite", ".postgres"] } else { &[""] };
    let mut written = Vec::new();
    for engine in engines {
        let file = format!("{number:04}_{name}{engine}.sql");
        write(&folder.join(&file), head(number, name))?;
        written.push(file);
    }
    Ok(written)
}

fn last_number(folder: &Path) -> Result<u32, String> {
    let entries =
        fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    Ok(entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.split_once('_')?.0.parse().ok())
        .max()
        .unwrap_or(0))
}

fn head(number: u32, name: &str) -> String {
    format!(
        "-- {number:04} {name}: one line on what changes and why.\n\
         -- Never edited once released. Each table is preceded by the room that owns it: \"owner: room\".\n\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_follow_one_another_and_pairs_share_theirs() {
        let folder = std::env::temp_dir().join(format!("xtask-migration-{}", std::process::id()));
        assert_eq!(create(&folder, "depart", false).unwrap(), ["0001_depart.sql"]);
        assert_eq!(
            create(&folder, "index", true).unwrap(),
            ["0002_index.sqlite.sql", "0002_index.postgres.sql"]
        );
        assert_eq!(create(&folder, "suite", false).unwrap(), ["0003_suite.sql"]);
        assert!(create(&folder, "Créneaux", false).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
