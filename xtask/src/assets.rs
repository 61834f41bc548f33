//! `assets`: what the pages and the browser tests take from npm, by the lock file and without running anything.
//!
//! Build scripts never call npm: the crate that embeds these files only checks that they are there.

use std::fmt::Write as _;
use std::fs;

use sha2::{Digest, Sha256};

use crate::Outcome;
use crate::needs::{Need, provide};
use crate::workspace::{self, Workspace, read, write};

/// File inside `node_modules`, name in `assets/dist`. What only the browser tests use stays in `node_modules`.
const WANTED: &[(&str, &str)] = &[("htmx.org/dist/htmx.min.js", "htmx.min.js")];

pub(crate) fn provide_assets(ws: &Workspace) -> Outcome {
    let assets = ws.root.join("assets");
    let (dist, modules) = (assets.join("dist"), assets.join("node_modules"));
    let mut stamp = sha256(read(&assets.join("package-lock.json"))?.as_bytes());
    for (from, to) in WANTED {
        // Write to a String cannot fail.
        let _ = write!(stamp, "\n{from} {to}");
    }
    let stamp_file = dist.join(".stamp");
    let complete = WANTED.iter().all(|(_, to)| dist.join(to).is_file())
        && modules.join(".package-lock.json").is_file()
        && fs::read_to_string(&stamp_file).is_ok_and(|found| found == stamp);
    if complete {
        return Ok(());
    }
    if !provide(ws, &[Need::Node]).is_empty() {
        return Err(format!("the pages' assets need {}: {}", Need::Node.label(), Need::Node.how()));
    }
    println!("assets: npm ci");
    workspace::run(ws.program("npm").current_dir(&assets).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]))?;
    fs::create_dir_all(&dist).map_err(|error| format!("cannot make {}: {error}", dist.display()))?;
    let mut checksums = String::new();
    for (from, to) in WANTED {
        let source = modules.join(from);
        let bytes =
            fs::read(&source).map_err(|error| format!("cannot read {}: {error}", source.display()))?;
        write(&dist.join(to), &bytes)?;
        let _ = writeln!(checksums, "{}  {to}", sha256(&bytes));
    }
    write(&dist.join("checksums.txt"), checksums)?;
    write(&stamp_file, stamp)
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    if let Some(unknown) = args.first() {
        return Err(format!("assets takes no argument, not `{unknown}`"));
    }
    provide_assets(ws)?;
    println!("assets/dist is up to date");
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_the_one_that_sha256sum_prints() {
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
