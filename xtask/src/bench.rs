//! `bench`: the measures of `xtask/benches.toml`, each under the environment it was taken in.

use std::fs;
use std::thread;

use serde::Deserialize;

use crate::Outcome;
use crate::workspace::{self, Workspace, capture, read, today};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Benches {
    #[serde(default)]
    bench: Vec<Bench>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bench {
    name: String,
    description: String,
    /// For `sh -c`, from the root of the repository.
    command: String,
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    let Benches { bench: benches } = toml::from_str(&read(&ws.root.join("xtask/benches.toml"))?)
        .map_err(|error| format!("xtask/benches.toml: {error}"))?;
    let [name] = args else {
        for bench in &benches {
            println!("  {:<20}{}", bench.name, bench.description);
        }
        println!("{} benches; `cargo xtask bench NAME` runs one", benches.len());
        return Ok(());
    };
    let bench = benches
        .iter()
        .find(|bench| bench.name == *name)
        .ok_or_else(|| format!("no bench `{name}`; `cargo xtask bench` lists them"))?;
    println!("{}: {}", bench.name, bench.description);
    println!("{}", environment(ws)?);
    workspace::run(ws.program("sh").args(["-c", &bench.command]))
}

/// A figure without its machine, its code and its day is worth nothing.
fn environment(ws: &Workspace) -> Result<String, String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            text.lines()
                .find_map(|line| Some(line.strip_prefix("model name")?.split_once(": ")?.1.to_owned()))
        })
        .unwrap_or_else(|| "unknown processor".to_owned());
    let commit = capture(ws.program("git").args(["describe", "--always", "--dirty"]))
        .map_or_else(|_| "no commit".to_owned(), |text| text.trim().to_owned());
    Ok(format!("{cores} cores, {cpu}; {commit}; {}", today()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_benches_is_well_formed() {
        let table: Benches = toml::from_str(include_str!("../benches.toml")).unwrap();
        for bench in &table.bench {
            assert!(!bench.name.contains(char::is_whitespace), "{}", bench.name);
            assert!(!bench.description.is_empty() && !bench.command.is_empty(), "{}", bench.name);
        }
    }
}
