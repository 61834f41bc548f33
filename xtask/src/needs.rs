//! What the tests need beside Rust: found, installed where this user may install, or told how to get.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Outcome;
use crate::workspace::{Workspace, find, is_root, run};

/// A program that the workspace does not build itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Need {
    Nextest,
    Node,
    Postgres,
    Chromium,
}

impl Need {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Nextest => "cargo-nextest",
            Self::Node => "Node.js with npm",
            Self::Postgres => "a PostgreSQL server",
            Self::Chromium => "Chromium",
        }
    }

    /// Debian's packages, in the order to try them; none for what cargo installs.
    fn packages(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Nextest => &[],
            // Some sources of Node.js bring npm in the same package, and refuse Debian's npm beside it.
            Self::Node => &[&["nodejs", "npm"], &["nodejs"]],
            Self::Postgres => &[&["postgresql"]],
            Self::Chromium => &[&["chromium"]],
        }
    }

    /// What a person types to get it.
    pub(crate) fn how(self) -> String {
        match self.packages().first() {
            None => "cargo install cargo-nextest --locked".to_owned(),
            Some(packages) => format!("apt-get install {} (as root, on Debian)", packages.join(" ")),
        }
    }

    /// The program, or for PostgreSQL the folder of its programs.
    pub(crate) fn find(self) -> Option<PathBuf> {
        match self {
            Self::Nextest => find("cargo-nextest"),
            Self::Node => find("npm").and_then(|_| find("node")),
            Self::Postgres => postgres_programs(),
            Self::Chromium => ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(find),
        }
    }
}

/// Debian keeps the server's programs out of the PATH, one folder per version: the newest one that is whole.
fn postgres_programs() -> Option<PathBuf> {
    let whole = |folder: &PathBuf| ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| whole(folder))
        .collect();
    versions.sort();
    versions
        .pop()
        .map(|(_, folder)| folder)
        .or_else(|| find("postgres")?.parent().map(Path::to_path_buf).filter(whole))
}

/// Installs what is missing where that is possible; gives back what is still missing.
pub(crate) fn provide(ws: &Workspace, needs: &[Need]) -> Vec<Need> {
    let missing = |needs: &[Need]| -> Vec<Need> {
        needs.iter().copied().filter(|need| need.find().is_none()).collect()
    };
    let before = missing(needs);
    let by_apt = before.iter().any(|need| !need.packages().is_empty());
    if by_apt && is_root() && find("apt-get").is_some() {
        report(run(ws.program("apt-get").args(["update", "--quiet"])));
        for need in &before {
            // The first list that installs is enough.
            let _ = need.packages().iter().any(|packages| report(apt_install(ws, packages)));
        }
    }
    if before.contains(&Need::Nextest) {
        report(run(ws.cargo().args(["install", "cargo-nextest", "--locked"])));
    }
    let after = missing(&before);
    for need in &after {
        println!("missing: {}; to get it: {}", need.label(), need.how());
    }
    after
}

fn apt_install(ws: &Workspace, packages: &[&str]) -> Outcome {
    println!("installing {}", packages.join(" "));
    // Run level 1: Debian then leaves the packaged PostgreSQL service stopped; the tests start their own.
    run(ws
        .program("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages))
}

/// A failed installation is said and passed over: what is still missing is told at the end.
fn report(outcome: Outcome) -> bool {
    outcome.inspect_err(|message| eprintln!("xtask: {message}")).is_ok()
}
