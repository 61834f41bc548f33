//! What piles up unseen: dependencies nobody uses, snapshots nobody writes, versions with a known flaw.

use std::path::{Path, PathBuf};

use crate::check::Findings;
use crate::check::arrows::Package;
use crate::check::sources::Source;
use crate::workspace::{Workspace, files_under, find, has_extension, listen, read};

/// By cargo-machete where it is installed, else by looking for each dependency's name in its crate's code. Both honour
/// `ignored` in `[package.metadata.cargo-machete]`, for a dependency named only for its features.
pub(crate) fn unused_dependencies(
    ws: &Workspace,
    packages: &[Package],
    sources: &[Source],
) -> Result<Findings, String> {
    if find("cargo-machete").is_some() {
        let heard = listen(ws.program("cargo-machete").arg("--with-metadata"), false)?;
        let lines = heard.text.lines().map(str::to_owned).collect();
        return Ok(if heard.success { Findings::default() } else { Findings::of(lines) });
    }
    Ok(Findings::of(packages.iter().filter_map(|package| unused(ws, package, sources)).collect()))
}

fn unused(ws: &Workspace, package: &Package, sources: &[Source]) -> Option<String> {
    let folder = ws.relative(package.manifest_path.parent().unwrap_or(Path::new(""))).to_path_buf();
    let own: Vec<&Source> = sources.iter().filter(|source| source.path.starts_with(&folder)).collect();
    let ignored = package.metadata.as_ref().map(|metadata| &metadata["cargo-machete"]["ignored"]);
    let is_ignored = |name: &str| {
        ignored.and_then(|list| list.as_array()).is_some_and(|list| list.iter().any(|entry| entry == name))
    };
    let idle: Vec<&str> = package
        .dependencies
        .iter()
        .filter(|dependency| !is_ignored(&dependency.name))
        .filter(|dependency| {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_");
            !own.iter().any(|source| source.words().any(|(_, word)| word == name))
        })
        .map(|dependency| dependency.name.as_str())
        .collect();
    (!idle.is_empty()).then(|| format!("{} names and does not use: {}", package.name, idle.join(", ")))
}

/// A snapshot says in its head which test file wrote it; when that file is gone, nobody compares it any more.
pub(crate) fn orphan_snapshots(ws: &Workspace) -> Vec<String> {
    let snapshots: Vec<PathBuf> = ["crates", "xtask", "tests"]
        .iter()
        .flat_map(|folder| files_under(&ws.root.join(folder)))
        .filter(|path| has_extension(path, "snap"))
        .collect();
    snapshots
        .iter()
        .filter_map(|path| {
            let text = read(path).ok()?;
            let source = text
                .lines()
                .skip(1)
                .take_while(|line| *line != "---")
                .find_map(|line| line.strip_prefix("source: "));
            let name = ws.relative(path).display();
            match source.map(|source| source.trim().trim_matches('"')) {
                None => Some(format!("{name}: says no source")),
                Some(source) if !ws.root.join(source).is_file() => Some(format!("{name}: {source} is gone")),
                Some(_) => None,
            }
        })
        .collect()
}

/// Held only against a database that is already here: a check never fetches.
pub(crate) fn advisories(ws: &Workspace) -> Result<Findings, String> {
    let database = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")))
        .map(|home| home.join("advisory-db"));
    let Some(database) = database.filter(|folder| folder.is_dir()) else {
        return Ok(Findings::skipped("no advisory database in the cargo folder"));
    };
    if find("cargo-audit").is_none() {
        return Ok(Findings::skipped("cargo-audit is not installed"));
    }
    let heard = listen(ws.cargo().args(["audit", "--no-fetch", "--db"]).arg(database), false)?;
    let lines = heard.text.lines().map(str::to_owned).collect();
    Ok(if heard.success { Findings::default() } else { Findings::of(lines) })
}
