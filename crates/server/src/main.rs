//! The one binary, `waymark`: it reads the command line, runs one command and turns the
//! result into an exit code. Nothing else happens here; each command lives in `commands/`.
//! Invariant: every way out goes through `output`, so that a broken pipe is never a crash.

mod api;
mod charts;
mod commands;
mod http;
mod output;
mod pages;
mod wiring;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use output::Format;
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Waymark: one register of young people, currency kept, the monthly return out.
#[derive(Parser)]
#[command(name = "waymark", version, max_term_width = 100)]
struct CommandLine {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    let matches = CommandLine::command().get_matches();
    let asks_json = asks_json(&matches);
    let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|wrong| wrong.exit());
    match line.command.run() {
        Ok(outcome) => outcome.into(),
        Err(wrong) => {
            if let Some(document) = wrong.document().filter(|_| asks_json) {
                output::json(&document);
            }
            output::complain(&wrong.to_string());
            wrong.into()
        }
    }
}

/// Whether the command that was named is to answer a document.
fn asks_json(matches: &ArgMatches) -> bool {
    match matches.subcommand() {
        Some((_, deeper)) => asks_json(deeper),
        None => matches!(matches.try_get_one("format"), Ok(Some(Format::Json))),
    }
}
