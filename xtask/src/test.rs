//! `test`: the whole suite by one command, on a machine that has nothing but Rust.

use std::env;
use std::io::{IsTerminal, stderr};
use std::path::PathBuf;

use crate::counts::{self, Counts};
use crate::needs::{Need, provide};
use crate::postgres::Postgres;
use crate::workspace::{Workspace, files_under, listen};
use crate::{Outcome, assets};

/// By this variable the tests learn where the run's server is; `testkit` reads it.
pub(crate) const POSTGRES_VARIABLE: &str = "TRONC_TEST_POSTGRES";

/// What was run, in the order it was run.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    counts: Counts,
    /// Parts that could not run here, each with how to get what it lacks.
    missing: Vec<String>,
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    let fast = args.iter().any(|argument| argument == "--fast");
    let filters: Vec<&String> = args.iter().filter(|argument| *argument != "--fast").collect();
    // Whoever names tests wants those and no others.
    let browser = !fast && filters.is_empty();

    let mut needs = vec![Need::Nextest, Need::Node];
    if !fast {
        needs.push(Need::Postgres);
    }
    if browser {
        needs.push(Need::Chromium);
    }
    let missing = provide(ws, &needs);
    if missing.contains(&Need::Nextest) {
        return Err(format!("no test can run without {}: {}", Need::Nextest.label(), Need::Nextest.how()));
    }
    assets::provide_assets(ws)?;

    let mut report = Report {
        missing: missing.iter().map(|need| format!("{} ({})", need.label(), need.how())).collect(),
        ..Report::default()
    };
    let server = if fast { None } else { Server::provide(&mut report.missing) };
    rust_tests(ws, server.as_ref(), &filters, &mut report)?;
    if browser {
        browser_tests(ws, &missing, &mut report)?;
    }
    drop(server);
    report.close(fast)
}

/// The PostgreSQL of this run: our own, or one that the caller already keeps.
pub(crate) enum Server {
    Own(Postgres),
    Given(String),
}

impl Server {
    /// Nothing when no server can be had; a server that is there but does not start is added to `missing`.
    pub(crate) fn provide(missing: &mut Vec<String>) -> Option<Self> {
        if let Ok(url) = env::var(POSTGRES_VARIABLE)
            && !url.is_empty()
        {
            return Some(Self::Given(url));
        }
        match Postgres::start(&Need::Postgres.find()?) {
            Ok(server) => Some(Self::Own(server)),
            Err(message) => {
                missing.push(message);
                None
            }
        }
    }

    pub(crate) fn url(&self) -> String {
        match self {
            Self::Own(server) => server.url(),
            Self::Given(url) => url.clone(),
        }
    }
}

fn rust_tests(ws: &Workspace, server: Option<&Server>, filters: &[&String], report: &mut Report) -> Outcome {
    let mut nextest = ws.cargo();
    nextest.args(["nextest", "run"]);
    // cargo reads `--workspace --package x` as the whole workspace.
    if !filters.iter().any(|filter| filter.starts_with("-p") || filter.starts_with("--package")) {
        nextest.arg("--workspace");
    }
    match server {
        Some(server) => nextest.env(POSTGRES_VARIABLE, server.url()),
        None => nextest.args(["--profile", "sans-postgres"]),
    };
    if stderr().is_terminal() {
        nextest.args(["--color", "always"]);
    }
    let heard = listen(nextest.args(filters), true)?;
    report.add(counts::nextest(&heard.text), heard.success);
    Ok(())
}

/// The pages in a real browser, by Node's own runner; the product they drive is built first.
fn browser_tests(ws: &Workspace, missing: &[Need], report: &mut Report) -> Outcome {
    let tests = browser_test_files(ws);
    if tests.is_empty() {
        return Ok(());
    }
    let (Some(chromium), false) = (Need::Chromium.find(), missing.contains(&Need::Node)) else {
        report.counts.skipped += u32::try_from(tests.len()).unwrap_or(u32::MAX);
        report.lines.push(format!("browser tests: {} files skipped", tests.len()));
        return Ok(());
    };
    ws.build_tronc()?;
    let mut node = ws.program("node");
    node.args(["--test", "--test-reporter=spec"]).args(&tests).envs(browser_environment(ws, chromium));
    let heard = listen(&mut node, true)?;
    report.add(counts::node(&heard.text), heard.success);
    Ok(())
}

/// What the browser tests find in their environment.
pub(crate) fn browser_environment(ws: &Workspace, chromium: PathBuf) -> [(&'static str, PathBuf); 3] {
    [
        ("TRONC_BIN", ws.tronc()),
        ("CHROMIUM", chromium),
        // `require` looks there; a module's `import` does not, and goes through `createRequire`.
        ("NODE_PATH", ws.root.join("assets/node_modules")),
    ]
}

fn browser_test_files(ws: &Workspace) -> Vec<PathBuf> {
    let mut files = files_under(&ws.root.join("tests/navigateur"));
    files.retain(|path| {
        path.file_name()
            .and_then(|name| name.to_str())
            .is_some_and(|name| [".test.mjs", ".test.js", ".test.cjs"].iter().any(|end| name.ends_with(end)))
    });
    files
}

impl Report {
    /// A runner that fails without a count (it did not build, it died) is one failure.
    fn add(&mut self, closing: Option<counts::Closing>, success: bool) {
        let failed_before = self.counts.failed;
        if let Some(closing) = closing {
            self.counts += closing.counts;
            self.lines.extend(closing.lines);
        }
        if !success && self.counts.failed == failed_before {
            self.counts.failed += 1;
            self.lines.push("a runner stopped before its end; its messages are above".to_owned());
        }
    }

    fn close(&self, fast: bool) -> Outcome {
        println!();
        for line in &self.lines {
            println!("{line}");
        }
        if fast {
            println!("--fast: PostgreSQL and the browser were left out");
        }
        for missing in &self.missing {
            println!("skipped for want of {missing}");
        }
        let Counts { passed, failed, skipped } = self.counts;
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        if failed > 0 {
            return Err(format!("{failed} failed"));
        }
        if !self.missing.is_empty() && env::var("CI").is_ok_and(|value| value == "true") {
            return Err("in CI nothing may be skipped for want of a program".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_that_dies_without_a_count_is_a_failure() {
        let mut report = Report::default();
        report.add(None, false);
        assert_eq!(report.counts, Counts { passed: 0, failed: 1, skipped: 0 });
        assert!(report.close(true).is_err());
    }

    #[test]
    fn counted_failures_are_not_counted_twice() {
        let mut report = Report::default();
        report.add(counts::nextest("Summary [ 0.1s] 2 tests run: 1 passed, 1 failed, 0 skipped"), false);
        assert_eq!(report.counts, Counts { passed: 1, failed: 1, skipped: 0 });
    }
}
