//! The only door to standard output and standard error. Commands say what to print, this
//! module prints it; print macros are denied everywhere else so that `--format json` can
//! promise one document and nothing more. A reader that hangs up early is not an error.

use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write};

/// How a command shows its result. Flatten or embed as `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Words and tables for people.
    #[default]
    Text,
    /// Exactly one JSON document.
    Json,
    /// Comma separated, for commands that make a table.
    Csv,
}

/// One line for people on standard output.
pub fn line(text: &str) {
    write_line(&mut io::stdout().lock(), text);
}

/// One JSON document, indented, with a closing newline.
pub fn json(document: &impl Serialize) {
    match serde_json::to_string_pretty(document) {
        Ok(text) => line(&text),
        Err(error) => complain(&format!("The result could not be written as JSON: {error}.")),
    }
}

/// One clear sentence on standard error.
pub fn complain(sentence: &str) {
    write_line(&mut io::stderr().lock(), sentence);
}

fn write_line(out: &mut impl Write, text: &str) {
    // The other end may have closed (`waymark ... | head`); there is nobody left to tell.
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
