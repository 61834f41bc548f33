//! `check`: what a reviewer would otherwise have to remember. Each rule prints one line, and the lines that offend it.

mod arrows;
mod sources;
mod sql;
mod texts;
mod upkeep;

use arrows::House;

use crate::workspace::{self, Workspace, read};
use crate::{Outcome, assets, recette};

/// What a rule found: offences fail the check, warnings do not.
#[derive(Default)]
pub(crate) struct Findings {
    offences: Vec<String>,
    warnings: Vec<String>,
    /// Why the rule could not be held here.
    skipped: Option<String>,
}

impl Findings {
    fn of(offences: Vec<String>) -> Self {
        Self { offences, ..Self::default() }
    }

    fn skipped(reason: impl Into<String>) -> Self {
        Self { skipped: Some(reason.into()), ..Self::default() }
    }
}

/// Counts what failed while the rules are printed one by one.
#[derive(Default)]
struct Board {
    posted: u32,
    failed: u32,
}

impl Board {
    fn post(&mut self, rule: &str, findings: Result<Findings, String>) {
        let findings = findings.unwrap_or_else(|message| Findings::of(vec![message]));
        let word = match (&findings.skipped, findings.offences.is_empty(), findings.warnings.is_empty()) {
            (Some(_), _, _) => "skipped",
            (None, false, _) => "FAILED",
            (None, true, false) => "warning",
            (None, true, true) => "ok",
        };
        println!("{word:<8} {rule}");
        for line in findings.offences.iter().chain(&findings.warnings).chain(&findings.skipped) {
            println!("           {line}");
        }
        self.posted += 1;
        self.failed += u32::from(word == "FAILED");
    }
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    let rules_only = match args {
        [] => false,
        [option] if option == "--rules" => true,
        _ => return Err("check takes only --rules".to_owned()),
    };
    let house = House::from_toml(&read(&ws.root.join("xtask/arrows.toml"))?)?;
    let packages = arrows::packages(ws)?;
    let texts = texts::all(ws)?;
    let rust = sources::all(ws)?;

    let mut board = Board::default();
    board.post("arrows run down only", Ok(Findings::of(house.arrows(&packages))));
    board.post("dear dependencies stay in their room", Ok(Findings::of(house.links(&packages))));
    board.post(
        "no room's SQL names another's tables",
        sql::foreign_tables(ws, &house, &rust).map(Findings::of),
    );
    board.post("raw HTML is written in ui alone", Ok(Findings::of(sources::raw_html(&rust))));
    board.post("files fit in one mind", Ok(sources::sizes(&rust)));
    board.post("every dependency is used", upkeep::unused_dependencies(ws, &packages, &rust));
    board.post("every snapshot has its test", Ok(Findings::of(upkeep::orphan_snapshots(ws))));
    board.post("nothing left to do in the sources", Ok(Findings::of(texts::left_to_do(&texts))));
    board.post("no registry host, no path of one machine", Ok(Findings::of(texts::hosts_and_paths(&texts))));
    board.post("the acceptance grid is well formed", recette::verify(ws).map(Findings::of));
    board.post("no known advisory", upkeep::advisories(ws));
    if !rules_only {
        let fmt = workspace::run(ws.cargo().args(["fmt", "--all", "--", "--check"]));
        board.post("formatting", fmt.map(|()| Findings::default()));
        // ui embeds what this brings; without it nothing above ui compiles.
        let clippy = assets::provide_assets(ws).and_then(|()| {
            workspace::run(ws.cargo().args([
                "clippy",
                "--workspace",
                "--all-targets",
                "--",
                "--deny",
                "warnings",
            ]))
        });
        board.post("lints", clippy.map(|()| Findings::default()));
    }
    match board {
        Board { failed: 0, .. } => Ok(()),
        Board { failed, posted } => Err(format!("rules broken: {failed} of {posted}")),
    }
}
