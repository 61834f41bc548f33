//! `recette`: the acceptance grid, run. Results come from the proofs and from nothing else.

mod edit;
mod grid;
mod rate;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use grid::{Critere, Grille, Resultat};

use crate::counts;
use crate::needs::Need;
use crate::test::{POSTGRES_VARIABLE, Server, browser_environment};
use crate::workspace::{Heard, Workspace, listen, read, today, write};
use crate::{Outcome, assets};

const GRID: &str = "recette/grille.toml";
/// Where the browser tests are: a proof that names it needs the product built.
const BROWSER_TESTS: &str = "tests/navigateur";

/// What one command gave.
struct Proof {
    /// Why it proves nothing; nothing when it passed.
    failure: Option<String>,
    lasted: Duration,
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    let path = ws.root.join(GRID);
    let mut text = read(&path)?;
    let grid = Grille::from_toml(&text)?;
    let chosen = grid.select(args)?;

    let proofs = prove(ws, &chosen)?;
    let date = today()?;
    for critere in &chosen {
        text = match proofs.get(critere.commande.as_str()) {
            Some(proof) => {
                let (resultat, note) = critere.after(proof.failure.as_deref());
                println!("{:<6}{:<12}{:>7.1} s", critere.id, resultat.word(), proof.lasted.as_secs_f64());
                let millis = proof.lasted.as_millis().to_string();
                edit::set(
                    &text,
                    &critere.id,
                    &[
                        ("resultat", edit::quoted(resultat.word())),
                        ("date", edit::quoted(&date)),
                        ("duree_ms", millis),
                        ("note", edit::quoted(&note)),
                    ],
                )?
            }
            // Without a proof a criterion is absent, whatever the file was made to say.
            None if critere.by_hand() => {
                println!("{:<6}absent: it has no proof", critere.id);
                let cleared =
                    [("resultat", edit::quoted(Resultat::Absent.word())), ("date", edit::quoted(""))];
                edit::set(&text, &critere.id, &cleared)?
            }
            None => text,
        };
    }
    let grid = Grille::from_toml(&text)?;
    write(&path, &text)?;
    update_readme(ws, &grid)?;
    println!("\n{}", rate::summary(&grid));
    let broken = proofs.values().filter(|proof| proof.failure.is_some()).count();
    if broken > 0 {
        return Err(format!("proofs failed: {broken}; their criteria are absent"));
    }
    Ok(())
}

/// Whether the grid can be read, says nothing impossible, and nothing that its proofs did not say.
pub(crate) fn verify(ws: &Workspace) -> Result<Vec<String>, String> {
    let grid = Grille::from_toml(&read(&ws.root.join(GRID))?)?;
    let by_hand = grid.criteres.iter().filter(|critere| critere.by_hand());
    Ok(by_hand
        .map(|critere| format!("{GRID}: the result of {} was not written by its proof", critere.id))
        .collect())
}

/// Runs each distinct command once, with the servers that the tests expect.
fn prove<'a>(ws: &Workspace, chosen: &[&'a Critere]) -> Result<BTreeMap<&'a str, Proof>, String> {
    let mut asked: BTreeMap<&str, Vec<&Critere>> = BTreeMap::new();
    for critere in chosen.iter().filter(|critere| !critere.commande.is_empty()) {
        asked.entry(&critere.commande).or_default().push(critere);
    }
    let mut proofs = BTreeMap::new();
    if asked.is_empty() {
        return Ok(proofs);
    }
    assets::provide_assets(ws)?;
    let mut missing = Vec::new();
    let server = Server::provide(&mut missing);
    for part in missing {
        println!("without {part}");
    }
    let chromium = Need::Chromium.find();
    if asked.keys().any(|command| command.contains(BROWSER_TESTS)) {
        ws.build_tronc()?;
    }
    for (command, criteria) in asked {
        println!("$ {command}");
        let mut shell = ws.program("sh");
        shell.args(["-c", command]);
        if let Some(server) = &server {
            shell.env(POSTGRES_VARIABLE, server.url());
        }
        if let Some(chromium) = &chromium {
            shell.envs(browser_environment(ws, chromium.clone()));
        }
        let start = Instant::now();
        let heard = listen(&mut shell, false)?;
        let lasted = start.elapsed();
        let by_test = criteria.iter().any(|critere| critere.by_test());
        let failure = failure(&heard, by_test);
        if let Some(reason) = &failure {
            println!("{}\n{reason}", last_lines(&heard.text, 20));
        }
        proofs.insert(command, Proof { failure, lasted });
    }
    Ok(proofs)
}

/// A proof by test must have run a test: a filter that no longer matches proves nothing. Another proof (a measure, a
/// piece that exists) may be any command, but if a test runner spoke it must have run something too.
fn failure(heard: &Heard, by_test: bool) -> Option<String> {
    let counts = counts::any(&heard.text);
    if !heard.success {
        let failed = counts.map_or(0, |counts| counts.failed);
        return Some(match failed {
            0 => "la commande échoue".to_owned(),
            1 => "1 test échoue".to_owned(),
            _ => format!("{failed} tests échouent"),
        });
    }
    match counts {
        Some(counts) if counts.ran() == 0 => Some("aucun test exécuté".to_owned()),
        None if by_test => Some("aucun test exécuté".to_owned()),
        _ => None,
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

/// The table of the README stands between two marks; without the marks the README is left alone.
fn update_readme(ws: &Workspace, grid: &Grille) -> Outcome {
    let path = ws.root.join("README.md");
    if !path.is_file() {
        return Ok(());
    }
    let text = read(&path)?;
    match edit::between(&text, "<!-- recette:debut -->", "<!-- recette:fin -->", &rate::table(grid)) {
        Some(new) if new != text => write(&path, new),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(success: bool, text: &str) -> Heard {
        Heard { success, text: text.to_owned() }
    }

    #[test]
    fn a_proof_by_test_that_runs_no_test_proves_nothing() {
        assert!(failure(&heard(true, "done"), true).is_some());
        assert!(failure(&heard(true, "Summary [ 0.0s] 0 tests run: 0 passed, 9 skipped"), false).is_some());
        assert!(failure(&heard(true, "p95 0.2 s"), false).is_none());
        assert!(failure(&heard(true, "Summary [ 0.1s] 1 test run: 1 passed, 9 skipped"), true).is_none());
    }

    #[test]
    fn a_command_that_fails_proves_nothing_whatever_it_says() {
        let said = failure(&heard(false, "Summary [ 0.1s] 3 tests run: 1 passed, 2 failed, 0 skipped"), true);
        assert_eq!(said.as_deref(), Some("2 tests échouent"));
    }
}
