//! `demo`: the product with its demonstration service, from a bare clone to a page.

use std::os::unix::process::CommandExt;

use crate::workspace::Workspace;
use crate::{Outcome, assets};

pub(crate) fn run(ws: &Workspace, args: &[String]) -> Outcome {
    assets::provide_assets(ws)?;
    ws.build_tronc()?;
    // Takes the place of this process: the terminal's signals reach the product itself.
    let error = ws.program(ws.tronc()).arg("demo").args(args).exec();
    Err(format!("cannot start {}: {error}", ws.tronc().display()))
}
