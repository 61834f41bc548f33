//! `tronc`: the common information system of French inter-company occupational health services.
//!
//! The binary composes the rooms: settings, command line, routes, reactions between contexts. What a room does
//! stands in the room.

mod cli;
mod commands;
mod demo;
mod events;
mod rooms;
mod settings;
#[cfg(test)]
mod tests;
mod web;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
