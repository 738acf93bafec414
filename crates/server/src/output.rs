//! The only door to standard output and standard error. Commands say what to print, this
//! module prints it; print macros are denied everywhere else so that `--format json` can
//! promise one document and nothing more. A reader that hangs up early is not an error; a disk that has no
//! room for the answer is.

use clap::ValueEnum;
use serde::Serialize;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether some of the answer is not where it was to go.
static LOST: AtomicBool = AtomicBool::new(false);

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
    let written = write_line(&mut io::stdout().lock(), text);
    // The other end may have closed (`waymark ... | head`); there is nobody left to tell.
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
        && !LOST.swap(true, Ordering::Relaxed)
    {
        complain(&format!("The answer could not be written to its end: {error}."));
    }
}

/// Whether some of the answer was lost on its way. It was complained of.
pub fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
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
    let _ = write_line(&mut io::stderr().lock(), sentence);
}

/// Where the program's log goes: standard error, an event a line.
pub fn log() -> OneLine<io::Stderr> {
    OneLine(io::stderr())
}

/// Each text that is written is one line, whatever it holds: what an event quotes, such as a form that could
/// not be read, begins no line of its own and moves nobody's cursor. The log writes an event at a time.
pub struct OneLine<W>(W);

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let text = text.strip_suffix('\n').unwrap_or(&text);
        let tame = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
        writeln!(self.0, "{}", text.chars().map(tame).collect::<String>())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn write_line(out: &mut impl Write, text: &str) -> io::Result<()> {
    writeln!(out, "{text}").and_then(|()| out.flush())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_of_the_log_cannot_be_forged() {
        let kept = Kept::default();
        let writer = kept.clone();
        let log = tracing_subscriber::fmt().with_ansi(false);
        let log = log.with_writer(move || OneLine(writer.clone())).finish();
        tracing::subscriber::with_default(log, || {
            let cause = "x\r\n2026-01-09T10:00:00Z ERROR waymark: all is lost\u{1b}[2J\u{85}";
            tracing::warn!(%cause, "a form could not be read");
            tracing::warn!(?cause, "and another");
        });
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.lines().all(|line| !line.contains(char::is_control)), "{text}");
        assert!(
            text.lines().all(|line| line.contains("all is lost")),
            "nothing is left out: {text}"
        );
    }
}
