//! Reads a file's rows in a child process of the same binary, with limited memory and time.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use domain::intake::{FileFacts, FileRefused, Row};
use formats::Kind;
use formats::relay::{self, Said};

use super::receive::Options;

/// Memory a reading process may take.
pub const MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// What its allocator may lay by at a time: a sixteenth of that memory. It reads a bare number as bytes.
pub const LAID_BY: [(&str, &str); 1] = [("MIMALLOC_ARENA_RESERVE", "64MiB")];
/// Processor time it may take.
pub const CPU_SECONDS_MAX: u64 = 120;
/// The longest line it may answer with.
pub(super) const LINE_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Where files are read.
#[derive(Clone, Debug)]
pub enum Reader {
    /// In a child process: this program, which must know the command `read-file`.
    Child(PathBuf),
    /// In this process, for tests of the journeys around it.
    Here,
}

/// Told of every row; breaks off what need not be read further.
pub type Take<'a> = &'a mut dyn FnMut(Row) -> ControlFlow<()>;

/// How the reading of a file ended: what it says of itself, or in a sentence why it cannot be taken.
pub type Ended = Result<FileFacts, FileRefused>;

/// Reads all rows in order. Nothing read counts when the file is refused in the end.
///
/// Errors: the reading itself could not be done; the file may be good.
pub fn read(
    reader: &Reader,
    kind: Kind,
    file: &File,
    options: &Options,
    take: Take<'_>,
) -> io::Result<Ended> {
    let mut file = file.try_clone()?;
    file.rewind()?;
    match reader {
        Reader::Child(program) => read_in_child(program, kind, file, options, take),
        Reader::Here => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(read_here(kind, &bytes, options, take))
        }
    }
}

/// What the child does: reads, and relays every row as a line.
pub fn relay_file(
    kind: Kind,
    bytes: &[u8],
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut broken = None;
    let ended = read_here(kind, bytes, options, &mut |row| match writeln!(
        out,
        "{}",
        relay::write(&Said::Row(row))
    ) {
        Ok(()) => ControlFlow::Continue(()),
        Err(e) => {
            broken = Some(e);
            ControlFlow::Break(())
        }
    });
    match broken {
        Some(e) => Err(e),
        None => writeln!(out, "{}", relay::write(&Said::Done(ended))),
    }
}

fn read_here(kind: Kind, bytes: &[u8], options: &Options, take: Take<'_>) -> Ended {
    let read_options = file_options(options)?;
    let mut go_on = true;
    formats::read(kind, bytes, &read_options, &mut |row| {
        go_on = go_on && take(row).is_continue();
    })
}

/// The options as the readers know them.
pub(super) fn file_options(options: &Options) -> Result<formats::Options, FileRefused> {
    let told = formats::Options::from_words(
        options.encoding.as_deref(),
        options.date_order.as_deref(),
        options.mapping.as_deref(),
    )?;
    Ok(formats::Options { as_of: options.as_of, ..told })
}

impl Options {
    /// Whether a file can be read as these options say, whatever is in it; otherwise why not.
    pub fn check(&self) -> Result<(), String> {
        file_options(self).map(drop).map_err(|refused| refused.sentence)
    }
}

/// Starts this program again as the process that reads, the file on its standard input.
pub(super) fn child(
    program: &Path,
    kind: Kind,
    file: File,
    options: &Options,
    more: &[&str],
) -> io::Result<Child> {
    let options = serde_json::to_string(options)?;
    Command::new(program)
        .args(["read-file", kind.name(), "--options", &options])
        .args(more)
        .env_clear()
        .envs(LAID_BY)
        .stdin(Stdio::from(file))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

fn read_in_child(
    program: &Path,
    kind: Kind,
    file: File,
    options: &Options,
    take: Take<'_>,
) -> io::Result<Ended> {
    let mut child = child(program, kind, file, options, &[])?;
    let Some(output) = child.stdout.take() else {
        return Err(io::Error::other("the reading process has no output"));
    };
    let mut lines = BufReader::new(output);
    let ended = loop {
        let mut line = String::new();
        match (&mut lines).take(LINE_BYTES_MAX).read_line(&mut line) {
            Ok(0) | Err(_) => break None,
            Ok(_) => {}
        }
        match relay::read(line.trim_end()) {
            Some(Said::Row(row)) => {
                if take(row).is_break() {
                    break None;
                }
            }
            Some(Said::Done(done)) => break Some(done),
            Some(Said::Layout(_)) | None => break None,
        }
    };
    let _ = child.kill();
    let _ = child.wait();
    Ok(ended.unwrap_or_else(|| Err(beyond_limits())))
}

/// A child that ended before the file did ran into its limits.
pub(super) fn beyond_limits() -> FileRefused {
    FileRefused {
        sentence:
            "The file could not be read to its end: it asks for more memory or time than any \
                   real file needs."
                .to_owned(),
        row: None,
        telling_may_help: false,
    }
}
