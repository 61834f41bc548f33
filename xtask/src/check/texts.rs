//! Rules on every text file of the repository, whatever its language.

use std::path::PathBuf;

use crate::check::sources::words;
use crate::workspace::{Workspace, capture};

/// A text file: its path from the root, and what it says.
pub(crate) type Text = (PathBuf, String);

/// What git keeps or would keep, as far as it reads as text. The lock files name registries by their nature.
pub(crate) fn all(ws: &Workspace) -> Result<Vec<Text>, String> {
    let list = capture(ws.program("git").args(["ls-files", "--cached", "--others", "--exclude-standard"]))?;
    let lock = |path: &&str| path.ends_with("Cargo.lock") || path.ends_with("package-lock.json");
    Ok(list
        .lines()
        .filter(|path| !lock(path))
        .filter_map(|path| Some((PathBuf::from(path), std::fs::read_to_string(ws.root.join(path)).ok()?)))
        .collect())
}

/// Marks of unfinished work, in sources: what is open belongs in an issue. The words are spelled in two halves, here and
/// below, so that this file obeys what it checks.
pub(crate) fn left_to_do(texts: &[Text]) -> Vec<String> {
    let marks =
        [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("to", "do!"), concat!("un", "implemented!")];
    let sources = ["rs", "toml", "js", "mjs", "css", "sql", "sh", "typ", "md"];
    offences(texts, |path, line| {
        let source = path.extension().is_none_or(|found| sources.iter().any(|known| found == *known));
        let found = |mark: &&str| match mark.strip_suffix('!') {
            Some(name) => words(line).any(|word| word == name) && line.contains(*mark) && line.contains("!("),
            None => words(line).any(|word| word == *mark),
        };
        source && marks.iter().any(found)
    })
}

/// The repository says where nothing is fetched from, and knows no machine.
pub(crate) fn hosts_and_paths(texts: &[Text]) -> Vec<String> {
    let unwanted = [
        concat!("crates", ".io"),
        concat!("registry.", "npmjs"),
        concat!("npmjs", ".com"),
        concat!("pypi", ".org"),
        concat!("python", "hosted.org"),
        concat!("deb.", "debian.org"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
    ];
    offences(texts, |_, line| unwanted.iter().any(|name| line.contains(name)))
}

fn offences(texts: &[Text], wrong: impl Fn(&PathBuf, &str) -> bool) -> Vec<String> {
    texts
        .iter()
        .flat_map(|(path, text)| {
            text.lines()
                .enumerate()
                .filter(|(_, line)| wrong(path, line))
                .map(|(index, line)| format!("{}:{}: {}", path.display(), index + 1, line.trim()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, line: &str) -> [Text; 1] {
        [(PathBuf::from(path), line.to_owned())]
    }

    #[test]
    fn a_mark_of_unfinished_work_is_a_whole_word() {
        let mark = concat!("TO", "DO");
        assert_eq!(left_to_do(&text("a.rs", &format!("x // {mark}: later"))).len(), 1);
        assert_eq!(left_to_do(&text("a.rs", concat!("to", "do!(\"later\")"))).len(), 1);
        assert!(left_to_do(&text("a.rs", &format!("METHO{mark} S"))).is_empty());
        assert!(left_to_do(&text("noms.csv", mark)).is_empty());
    }

    #[test]
    fn a_registry_is_not_named() {
        assert_eq!(hosts_and_paths(&text("README.md", concat!("see crates", ".io"))).len(), 1);
        assert!(hosts_and_paths(&text("README.md", "see crates/store")).is_empty());
    }
}
