//! Tables have owners, written in the migrations; the SQL of a room names its own.

use std::collections::BTreeMap;

use crate::check::arrows::{House, SqlRule};
use crate::check::sources::{Source, is_test, words};
use crate::workspace::{Workspace, files_under, has_extension, read};

/// Table name to the rooms that own it.
type Owners = BTreeMap<String, Vec<String>>;

pub(crate) fn foreign_tables(
    ws: &Workspace,
    house: &House,
    sources: &[Source],
) -> Result<Vec<String>, String> {
    let mut owners = Owners::new();
    let mut offences = Vec::new();
    for path in files_under(&ws.root.join("crates/store/migrations")) {
        if has_extension(&path, "sql") {
            let name = ws.relative(&path).display().to_string();
            offences.extend(read_owners(&name, &read(&path)?, house, &mut owners));
        }
    }
    offences.extend(sources.iter().flat_map(|source| strangers(source, &owners, &house.sql)));
    Ok(offences)
}

/// Reads `-- owner: room` above each `create table`; gives back what is said wrong or not said.
fn read_owners(file: &str, text: &str, house: &House, owners: &mut Owners) -> Vec<String> {
    let mut offences = Vec::new();
    let mut announced: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if let Some(rooms) = line.trim().strip_prefix("-- owner:") {
            announced = words(rooms).map(str::to_owned).collect();
            for room in announced.iter().filter(|room| !house.knows(room)) {
                offences.push(format!("{file}:{}: {room} is no room", index + 1));
            }
        }
        if let Some(table) = created_table(line) {
            let rooms = std::mem::take(&mut announced);
            if rooms.is_empty() {
                offences.push(format!("{file}:{}: no `-- owner:` above table {table}", index + 1));
            }
            owners.insert(table, rooms);
        }
    }
    offences
}

/// The table that a line of a migration begins to create.
fn created_table(line: &str) -> Option<String> {
    let line = line.to_lowercase();
    let mut found = words(line.split("--").next()?).filter(|word| {
        !matches!(*word, "temp" | "temporary" | "unlogged" | "virtual" | "if" | "not" | "exists")
    });
    (found.next()? == "create" && found.next()? == "table").then(|| found.next().map(str::to_owned))?
}

/// Where a source names a table that its room does not own.
fn strangers(source: &Source, owners: &Owners, rule: &SqlRule) -> Vec<String> {
    let Some(room) = source.room() else { return Vec::new() };
    let inside = source.path.strip_prefix(format!("crates/{room}/src")).ok();
    if rule.anywhere.iter().any(|name| name == room) || inside.is_none_or(is_test) {
        return Vec::new();
    }
    let may_read = rule.readers.iter().any(|name| name == room)
        && inside.is_some_and(|path| {
            path.components()
                .any(|part| part.as_os_str().to_string_lossy().trim_end_matches(".rs") == rule.readers_under)
        });
    let mut offences = Vec::new();
    for (line, text) in &source.literals {
        for (table, writes) in named_tables(text) {
            let Some(rooms) = owners.get(&table) else { continue };
            if !rooms.iter().any(|owner| owner == room) && (writes || !may_read) {
                offences.push(format!(
                    "{}:{line}: {table} belongs to {}",
                    source.path.display(),
                    rooms.join(", ")
                ));
            }
        }
    }
    offences
}

/// Tables named in a text, and whether they are written: `from x`, `join x`, `into x`, `update x`, `delete from x`.
fn named_tables(text: &str) -> Vec<(String, bool)> {
    let lower = text.to_lowercase();
    let all: Vec<&str> = words(&lower).collect();
    all.windows(2)
        .enumerate()
        .filter_map(|(index, pair)| {
            let writes = match pair[0] {
                "from" => index > 0 && all[index - 1] == "delete",
                "join" => false,
                "into" | "update" => true,
                _ => return None,
            };
            Some((pair[1].to_owned(), writes))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::arrows::tests::house;

    fn owners() -> Owners {
        let mut owners = Owners::new();
        let text = "-- owner: salaries\ncreate table salarie (id text);\n-- owner: suivi\nCREATE TABLE IF NOT EXISTS visite (id text);\n";
        assert_eq!(read_owners("0001.sql", text, &house(), &mut owners), [] as [&str; 0]);
        owners
    }

    fn found(path: &str, text: &str) -> usize {
        strangers(&Source::new(path.into(), text), &owners(), &house().sql).len()
    }

    #[test]
    fn a_table_without_a_known_owner_is_named() {
        let said = read_owners(
            "0001.sql",
            "create table a (x text);\n-- owner: cave\ncreate table b (x text);",
            &house(),
            &mut Owners::new(),
        );
        assert_eq!(said, ["0001.sql:1: no `-- owner:` above table a", "0001.sql:2: cave is no room"]);
    }

    #[test]
    fn a_room_names_its_own_tables_and_no_other() {
        assert_eq!(found("crates/suivi/src/visite.rs", "const Q: &str = \"select 1 from visite\";"), 0);
        assert_eq!(
            found(
                "crates/suivi/src/visite.rs",
                "const Q: &str = \"select 1\n from visite v join salarie s\";"
            ),
            1
        );
        assert_eq!(found("crates/suivi/src/visite.rs", "// from salarie"), 0);
        assert_eq!(found("crates/store/src/copy.rs", "\"select * from salarie\""), 0);
        assert_eq!(found("crates/suivi/src/visite/tests.rs", "\"select * from salarie\""), 0);
    }

    #[test]
    fn figures_read_through_their_views_and_never_write() {
        assert_eq!(found("crates/stats/src/views/effectifs.rs", "\"select * from salarie\""), 0);
        assert_eq!(found("crates/stats/src/views.rs", "\"delete from salarie\""), 1);
        assert_eq!(found("crates/stats/src/mesure.rs", "\"select * from salarie\""), 1);
    }
}
