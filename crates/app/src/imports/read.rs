//! Reads a file's rows in a child process of the same binary, with limited memory and time.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use domain::intake::{FileFacts, FileRefused, Row};
use formats::Kind;
use formats::relay::{self, Said};

use super::receive::Options;

/// Memory a reading process may take.
pub const MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Processor time it may take.
pub const CPU_SECONDS_MAX: u64 = 120;
/// The longest line it may answer with.
const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Where files are read.
#[derive(Clone, Debug)]
pub enum Reader {
    /// In a child process: this program, which must know the command `read-file`.
    Child(PathBuf),
    /// In this process, for tests of the journeys around it.
    Here,
}

/// Reads all rows in order. A row that `take` refuses ends the reading with its error.
///
/// Errors: `FileRefused` says in a sentence why the file cannot be taken; nothing read so far counts.
pub fn read<E>(
    reader: &Reader,
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    take: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<Result<FileFacts, FileRefused>, E> {
    match reader {
        Reader::Here => read_here(kind, bytes, options, take),
        Reader::Child(program) => read_in_child(program, kind, bytes, options, take),
    }
}

/// What the child does: reads, and relays every row as a line.
pub fn relay_file(
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let mut broken = None;
    let ended = read_here(kind, bytes, options, &mut |row| {
        writeln!(out, "{}", relay::write(&Said::Row(row))).map_err(|e| broken = Some(e))
    });
    match (ended, broken) {
        (_, Some(e)) => Err(e),
        (Ok(done), None) => writeln!(out, "{}", relay::write(&Said::Done(done))),
        (Err(()), None) => Ok(()),
    }
}

fn read_here<E>(
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    take: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<Result<FileFacts, FileRefused>, E> {
    let read_options = match file_options(options) {
        Ok(read_options) => read_options,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut failed = None;
    let facts = formats::read(kind, bytes, &read_options, &mut |row| {
        if failed.is_none() {
            failed = take(row).err();
        }
    });
    match failed {
        Some(e) => Err(e),
        None => Ok(facts),
    }
}

/// The options as the readers know them.
fn file_options(options: &Options) -> Result<formats::Options, FileRefused> {
    let told = formats::Options::from_words(
        options.encoding.as_deref(),
        options.date_order.as_deref(),
        options.mapping.as_deref(),
    )?;
    Ok(formats::Options { as_of: options.as_of, ..told })
}

fn read_in_child<E>(
    program: &PathBuf,
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    take: &mut dyn FnMut(Row) -> Result<(), E>,
) -> Result<Result<FileFacts, FileRefused>, E> {
    let refused =
        |sentence: &str| Ok(Err(FileRefused { sentence: sentence.to_owned(), row: None }));
    let options = serde_json::to_string(options).unwrap_or_default();
    let child = Command::new(program)
        .args(["read-file", kind.name(), "--options", &options])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return refused("The process that reads files could not start.");
    };
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return refused("The process that reads files has no input or output.");
    };
    std::thread::scope(|scope| {
        // A child that stops reading closes the pipe; what it said before that is what counts.
        scope.spawn(move || {
            let _ = input.write_all(bytes);
        });
        let mut lines = BufReader::new(output);
        let ended = loop {
            let mut line = String::new();
            match (&mut lines).take(LINE_BYTES_MAX).read_line(&mut line) {
                Ok(0) | Err(_) => break None,
                Ok(_) => {}
            }
            match relay::read(line.trim_end()) {
                Some(Said::Row(row)) => {
                    if let Err(e) = take(row) {
                        let _ = child.kill();
                        let _ = child.wait();
                        return Err(e);
                    }
                }
                Some(Said::Done(done)) => break Some(done),
                None => break None,
            }
        };
        let _ = child.kill();
        let _ = child.wait();
        match ended {
            Some(done) => Ok(done),
            None => refused(
                "The file could not be read to its end: it asks for more memory or time than any real file needs.",
            ),
        }
    })
}
