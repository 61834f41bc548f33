//! What each command does.

/// Prints one line. When nobody reads any more (`tronc … | head`), the program ends quietly.
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        if writeln!(std::io::stdout(), $($arg)*).is_err() {
            std::process::exit(0);
        }
    }};
}

mod data;
mod doctor;
mod federation;
mod lists;
mod serve;
mod setup;
mod thesaurus;

use std::{error::Error, sync::Arc};

use base::{RandomIds, SystemClock};
use clap::CommandFactory as _;
use guard::Guard;
use store::Db;

use crate::{
    cli::{Cli, Command, Config, Droit, Import, Place},
    settings::Settings,
};

/// An error told in one English line.
pub(crate) type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Runs one command.
pub(crate) async fn run(cli: Cli) -> Outcome {
    let place = cli.place;
    match cli.command {
        Command::Serve(options) => serve::serve(&place, &options).await,
        Command::Demo(options) => serve::demo(&place, &options).await,
        Command::Doctor => doctor::run(&place).await,
        Command::Config(Config::Check) => doctor::config(&place),
        Command::Migrate => data::migrate(&place).await,
        Command::CopyDatabase { from, to } => data::copy(&from, &to, place.json).await,
        Command::Backup { file } => data::backup(&place, &file).await,
        Command::Restore { file } => data::restore(&place, &file).await,
        Command::Service(command) => setup::service(&place, command).await,
        Command::User(command) => setup::user(&place, command).await,
        Command::Thesaurus(command) => thesaurus::run(&place, command).await,
        Command::Federation(command) => federation::run(&place, command).await,
        Command::Import(Import::Salaries { file, centre, dry_run }) => {
            lists::import(&place, &file, centre.as_deref(), dry_run).await
        }
        Command::Droit(Droit::Explain { facts, at }) => lists::explain(&facts, at),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tronc", &mut std::io::stdout());
            Ok(())
        }
    }
}

/// Opens the database in force, brought to this program's version.
pub(crate) async fn open(settings: &Settings) -> Result<Guard, Box<dyn Error + Send + Sync>> {
    let db = Db::open(&settings.database).await?;
    db.migrate(&SystemClock).await?;
    Ok(Guard::new(db, Arc::new(SystemClock), Arc::new(RandomIds)))
}

/// The same, from the command line's place.
pub(crate) async fn open_place(place: &Place) -> Result<Guard, Box<dyn Error + Send + Sync>> {
    open(&Settings::read(place, "tronc")?).await
}

/// Prints one value as JSON.
pub(crate) fn print_json(value: &serde_json::Value) {
    say!("{value:#}");
}
