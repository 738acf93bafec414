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
    let matches =
        CommandLine::command().try_get_matches().unwrap_or_else(|wrong| not_understood(&wrong));
    let asks_json = asks_json(&matches);
    let line = CommandLine::from_arg_matches(&matches).unwrap_or_else(|wrong| wrong.exit());
    match line.command.run() {
        Ok(_) if output::lost() => ExitCode::from(commands::BROKEN),
        Ok(outcome) => outcome.into(),
        Err(wrong) => {
            if asks_json {
                output::json(&wrong.document());
            }
            output::complain(&wrong.to_string());
            wrong.into()
        }
    }
}

/// A line that is no command: which format it asks for can only be told from its words. What asks for help
/// or the version is answered in text.
fn not_understood(wrong: &clap::Error) -> ! {
    let words: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let asked = words.windows(2).any(|pair| pair == ["--format", "json"])
        || words.iter().any(|word| word == "--format=json");
    if asked && wrong.use_stderr() {
        let sentence = wrong.render().to_string();
        output::json(&commands::Wrong::Usage(sentence.trim().to_owned()).document());
    }
    wrong.exit()
}

/// Whether the command that was named is to answer a document.
fn asks_json(matches: &ArgMatches) -> bool {
    match matches.subcommand() {
        Some((_, deeper)) => asks_json(deeper),
        // By its word: the formats of one command are not those of another.
        None => {
            let said = matches.try_get_raw("format").ok().flatten();
            said.is_some_and(|mut words| words.any(|word| word == "json"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Command;

    /// The commands that do something, by their words.
    fn leaves(command: &Command, words: &[String], all: &mut Vec<(String, Command)>) {
        let deeper: Vec<&Command> =
            command.get_subcommands().filter(|one| !one.is_hide_set()).collect();
        if deeper.is_empty() {
            return all.push((words.join(" "), command.clone()));
        }
        for one in deeper {
            let words = [words, &[one.get_name().to_owned()]].concat();
            leaves(one, &words, all);
        }
    }

    #[test]
    fn every_command_takes_a_register_and_a_format() {
        let mut all = Vec::new();
        let mut command = CommandLine::command();
        command.build();
        leaves(&command, &[], &mut all);
        assert!(all.len() > 40, "{}", all.len());
        for (words, command) in all.iter().filter(|(words, _)| !words.contains("help")) {
            let takes = |name: &str| command.get_arguments().find(|one| one.get_id() == name);
            for name in ["home", "database_url"] {
                assert!(takes(name).is_some(), "waymark {words} does not take {name}");
            }
            // What serves pages answers for as long as it runs.
            let formats = takes("format").map(|one| one.get_possible_values());
            let json = formats.is_some_and(|all| all.iter().any(|one| one.get_name() == "json"));
            assert!(json || words == "serve", "waymark {words} has no --format json");
        }
    }
}
