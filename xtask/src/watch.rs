//! `watch`: looks at the sources each second and answers a change at once.

use std::fs;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::workspace::{self, Workspace, files_under};
use crate::{Outcome, assets};

const WATCHED: &[&str] = &["crates", "droit", "nomenclatures", "assets/css", "assets/js"];
const PERIOD: Duration = Duration::from_secs(1);

/// Enough to see that something was written, added or removed.
type State = (Option<SystemTime>, usize);

fn watch(ws: &Workspace, subject: Option<&str>) -> Outcome {
    assets::provide_assets(ws)?;
    let mut demo = Demo(None);
    loop {
        let state = look(ws);
        let answer = match subject {
            None => workspace::run(ws.cargo().args(["check", "--workspace", "--all-targets"])),
            Some("demo") => ws.build_tronc().and_then(|()| demo.restart(ws)),
            Some(room) => workspace::run(ws.cargo().args(["nextest", "run", "--package", room])),
        };
        match answer {
            Ok(()) => println!("watch: ok"),
            Err(message) => println!("watch: {message}"),
        }
        while look(ws) == state {
            thread::sleep(PERIOD);
        }
    }
}

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    match args {
        [] => watch(ws, None),
        [subject] => watch(ws, Some(subject)),
        _ => Err("watch takes one crate, or `demo`, or nothing".to_owned()),
    }
}

fn look(ws: &Workspace) -> State {
    let files: Vec<_> = WATCHED.iter().flat_map(|folder| files_under(&ws.root.join(folder))).collect();
    let newest = files.iter().filter_map(|path| fs::metadata(path).ok()?.modified().ok()).max();
    (newest, files.len())
}

/// The product as last started; stopped when replaced.
struct Demo(Option<Child>);

impl Demo {
    fn restart(&mut self, ws: &Workspace) -> Outcome {
        self.stop();
        let child = ws
            .program(ws.tronc())
            .arg("demo")
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", ws.tronc().display()))?;
        self.0 = Some(child);
        Ok(())
    }

    /// Asked politely, by the only way that std leaves: the product closes its database and its connections.
    fn stop(&mut self) {
        let Some(mut child) = self.0.take() else { return };
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            // Already gone is the only other case.
            let _ = child.kill();
        }
        let _ = child.wait();
    }
}
