//! The direction of the arrows, from the manifests as cargo reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

use crate::workspace::{Workspace, capture};

/// `xtask/arrows.toml`, groups unfolded.
pub(crate) struct House {
    rooms: BTreeMap<String, BTreeSet<String>>,
    only: BTreeMap<String, Vec<String>>,
    pub(crate) sql: SqlRule,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HouseFile {
    groups: BTreeMap<String, Vec<String>>,
    rooms: BTreeMap<String, Vec<String>>,
    only: BTreeMap<String, Vec<String>>,
    sql: SqlRule,
}

/// Who may name tables that are not its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SqlRule {
    pub(crate) anywhere: Vec<String>,
    pub(crate) readers: Vec<String>,
    pub(crate) readers_under: String,
}

/// A crate of the workspace, as far as the rules look.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    #[serde(default)]
    pub(crate) metadata: Option<serde_json::Value>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) rename: Option<String>,
    pub(crate) kind: Option<String>,
    path: Option<PathBuf>,
}

/// The crates of the workspace with their direct dependencies; no network, no dependency read.
pub(crate) fn packages(ws: &Workspace) -> Result<Vec<Package>, String> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let json = capture(ws.cargo().args(["metadata", "--format-version", "1", "--no-deps", "--offline"]))?;
    let metadata: Metadata =
        serde_json::from_str(&json).map_err(|error| format!("cargo metadata: {error}"))?;
    Ok(metadata.packages)
}

impl House {
    pub(crate) fn from_toml(text: &str) -> Result<Self, String> {
        let file: HouseFile = toml::from_str(text).map_err(|error| format!("xtask/arrows.toml: {error}"))?;
        let mut rooms = BTreeMap::new();
        for (room, uses) in &file.rooms {
            let mut unfolded = BTreeSet::new();
            for name in uses {
                match file.groups.get(name) {
                    Some(members) => unfolded.extend(members.iter().cloned()),
                    None => _ = unfolded.insert(name.clone()),
                }
            }
            if let Some(unknown) = unfolded.iter().find(|name| !file.rooms.contains_key(*name)) {
                return Err(format!("xtask/arrows.toml: {room} leans on {unknown}, which is no room"));
            }
            rooms.insert(room.clone(), unfolded);
        }
        Ok(Self { rooms, only: file.only, sql: file.sql })
    }

    pub(crate) fn knows(&self, room: &str) -> bool {
        self.rooms.contains_key(room)
    }

    /// Manifests that lean where the house does not let them.
    pub(crate) fn arrows(&self, packages: &[Package]) -> Vec<String> {
        let mut offences = Vec::new();
        for package in packages {
            let Some(allowed) = self.rooms.get(&package.name) else {
                offences.push(format!("{}: no such room in xtask/arrows.toml", package.name));
                continue;
            };
            for dependency in package.dependencies.iter().filter(|dependency| dependency.path.is_some()) {
                let for_tests = dependency.name == "testkit" && dependency.kind.as_deref() == Some("dev");
                if !for_tests && !allowed.contains(&dependency.name) {
                    offences
                        .push(format!("{} -> {} is no arrow of the house", package.name, dependency.name));
                }
            }
        }
        offences
    }

    /// Manifests that name a dependency kept for other rooms.
    pub(crate) fn links(&self, packages: &[Package]) -> Vec<String> {
        let mut offences = Vec::new();
        for package in packages {
            for dependency in &package.dependencies {
                for (pattern, rooms) in &self.only {
                    if covers(pattern, &dependency.name) && !rooms.contains(&package.name) {
                        offences.push(format!(
                            "{} names {}, kept for {}",
                            package.name,
                            dependency.name,
                            rooms.join(", ")
                        ));
                    }
                }
            }
        }
        offences
    }
}

fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn house() -> House {
        House::from_toml(include_str!("../../arrows.toml")).unwrap()
    }

    fn package(name: &str, dependencies: &[(&str, Option<&str>, bool)]) -> Package {
        Package {
            name: name.to_owned(),
            manifest_path: PathBuf::new(),
            dependencies: dependencies
                .iter()
                .map(|(name, kind, ours)| Dependency {
                    name: (*name).to_owned(),
                    rename: None,
                    kind: kind.map(str::to_owned),
                    path: ours.then(PathBuf::new),
                })
                .collect(),
            metadata: None,
        }
    }

    #[test]
    fn an_arrow_that_climbs_is_named() {
        let climbing = package("salaries", &[("adherents", None, true), ("suivi", None, true)]);
        assert_eq!(house().arrows(&[climbing]), ["salaries -> suivi is no arrow of the house"]);
    }

    #[test]
    fn testkit_is_for_tests_alone() {
        assert!(house().arrows(&[package("suivi", &[("testkit", Some("dev"), true)])]).is_empty());
        assert_eq!(house().arrows(&[package("suivi", &[("testkit", None, true)])]).len(), 1);
    }

    #[test]
    fn a_room_that_nobody_planned_is_named() {
        assert_eq!(house().arrows(&[package("utils", &[])]).len(), 1);
    }

    #[test]
    fn only_papers_links_typst_and_its_kin() {
        assert_eq!(house().links(&[package("dossier", &[("typst-pdf", None, false)])]).len(), 1);
        assert!(house().links(&[package("papers", &[("typst-pdf", None, false)])]).is_empty());
    }

    #[test]
    fn the_plan_itself_has_no_circle() {
        let house = house();
        let mut left: BTreeMap<_, _> = house.rooms.clone();
        while let Some(room) = left.iter().find(|(_, uses)| uses.iter().all(|used| !left.contains_key(used)))
        {
            let room = room.0.clone();
            left.remove(&room);
        }
        assert!(left.is_empty(), "in a circle: {:?}", left.keys());
    }
}
