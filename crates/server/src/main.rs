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

use clap::Parser;
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
    let line = CommandLine::parse();
    match line.command.run() {
        Ok(outcome) => outcome.into(),
        Err(wrong) => {
            output::complain(&wrong.to_string());
            wrong.into()
        }
    }
}
