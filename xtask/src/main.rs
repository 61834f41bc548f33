//! The project's own tool: `cargo xtask COMMAND`. One file per command; nothing here is part of the product.

mod assets;
mod bench;
mod chargement;
mod check;
mod counts;
mod demo;
mod etranger;
mod measure;
mod migration;
mod needs;
mod postgres;
mod recette;
mod test;
mod watch;
mod workspace;

use std::process::ExitCode;

use workspace::Workspace;

/// What a command ends with: nothing, or one English sentence that says what went wrong.
type Outcome = Result<(), String>;

struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&Workspace, &[String]) -> Outcome,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "demo",
        arguments: "[ARGS]",
        summary: "build the product and start its demonstration service (ARGS go to `tronc demo`)",
        run: demo::run,
    },
    Command {
        name: "test",
        arguments: "[--fast] [NEXTEST ARGS]",
        summary: "install what is missing, then run every test: SQLite, PostgreSQL, browser (--fast: SQLite alone)",
        run: test::run,
    },
    Command {
        name: "check",
        arguments: "[--rules]",
        summary: "formatting, lints and the house rules (--rules: the house rules alone, a second)",
        run: check::run,
    },
    Command {
        name: "recette",
        arguments: "[ID|CHAPTER ...]",
        summary: "run the proofs of the acceptance grid, write the results back, print the rates",
        run: recette::run,
    },
    Command {
        name: "watch",
        arguments: "[CRATE|demo]",
        summary: "on each change: check everything, or test CRATE, or rebuild and restart the demonstration",
        run: watch::run,
    },
    Command {
        name: "new-migration",
        arguments: "NAME [--pair]",
        summary: "start the next numbered migration (--pair: one text per engine)",
        run: migration::run,
    },
    Command {
        name: "bench",
        arguments: "[NAME]",
        summary: "run a measure of xtask/benches.toml under its printed environment (no NAME: list them)",
        run: bench::run,
    },
    Command {
        name: "etranger",
        arguments: "",
        summary: "have the formats that the product writes read by programs of others (Python, in its own folder)",
        run: etranger::run_all,
    },
    Command {
        name: "measure",
        arguments: "web xs|s|m | thesaurus [BINARY]",
        summary: "time the pages of a demonstration beside a constant answer, or loading real nomenclatures",
        run: measure::run,
    },
    Command {
        name: "assets",
        arguments: "",
        summary: "take from npm what the pages embed, with checksums",
        run: assets::run,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("xtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(args: &[String]) -> Outcome {
    let Some((name, rest)) = args.split_first() else {
        print_help();
        return Ok(());
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        print_help();
        return Ok(());
    }
    let command = COMMANDS
        .iter()
        .find(|command| command.name == name)
        .ok_or_else(|| format!("unknown command `{name}`; `cargo xtask help` lists them"))?;
    (command.run)(&Workspace::open()?, rest)
}

fn print_help() {
    println!("cargo xtask COMMAND\n");
    for command in COMMANDS {
        println!("  {:<36}{}", format!("{} {}", command.name, command.arguments), command.summary);
    }
    println!("\nBuilds go to CARGO_TARGET_DIR, by default tronc/target in the user's cache folder.");
}
