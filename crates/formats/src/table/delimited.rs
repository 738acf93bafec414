//! Rows of a text file with separators. The separator is told from the top of the file; quotation
//! marks are as in every CSV. A mark that is never closed swallows the lines after it, so a cell
//! that holds whole rows is refused rather than believed.

use super::{Cell, TakeRow};
use crate::limits::refuse_at;
use domain::intake::FileRefused;
use std::borrow::Cow;

/// How many rows at the top are looked at to tell the separator.
const LOOKED_AT: usize = 30;

pub(super) struct Delimited<'a> {
    text: Cow<'a, str>,
    separator: u8,
}

impl<'a> Delimited<'a> {
    pub(super) fn new(text: Cow<'a, str>) -> Self {
        let separator = told_separator(&text);
        Self { text, separator }
    }

    pub(super) fn note(&self) -> String {
        let name = match self.separator {
            b';' => "semicolons",
            b'\t' => "tabs",
            _ => "commas",
        };
        format!("Its columns are separated by {name}.")
    }

    pub(super) fn last_line_is_open(&self) -> bool {
        !self.text.ends_with(['\n', '\r'])
    }

    pub(super) fn each_row(&self, take: &mut TakeRow<'_>) -> Result<(), FileRefused> {
        let mut reader = reader(&self.text, self.separator);
        let mut record = csv::StringRecord::new();
        let mut cells: Vec<Cell> = Vec::new();
        let mut lines = LineCount::new(&self.text);
        let (mut widest, mut began) = (0, 0);
        loop {
            let more = reader.read_record(&mut record).map_err(|error| {
                let line = lines.up_to(reader.position().byte());
                refuse_at(line, format!("Line {line} could not be read: {error}."))
            })?;
            if !more {
                return self.check_end(lines.line, began);
            }
            began = record.position().map_or(0, csv::Position::byte);
            let row = lines.up_to(began);
            self.check_quotes(row, widest, &record)?;
            widest = widest.max(record.len());
            cells.clear();
            cells.extend(record.iter().map(|field| Cell::text(without_formula(field))));
            if take(row, &cells)?.is_break() {
                return Ok(());
            }
        }
    }

    /// A file that was cut off inside quotation marks is half a file: its last row is not what was meant.
    fn check_end(&self, row: u32, began: u64) -> Result<(), FileRefused> {
        let last = usize::try_from(began).ok().and_then(|at| self.text.get(at..)).unwrap_or("");
        if !ends_quoted(last, char::from(self.separator)) {
            return Ok(());
        }
        Err(refuse_at(
            row,
            format!(
                "The quotation mark that opens in line {row} is never closed: the file may be cut off."
            ),
        ))
    }

    fn check_quotes(
        &self,
        row: u32,
        widest: usize,
        record: &csv::StringRecord,
    ) -> Result<(), FileRefused> {
        let separator = char::from(self.separator);
        let most = widest.saturating_sub(1).max(4);
        let swallowed =
            |field: &&str| field.contains('\n') && field.matches(separator).count() >= most;
        match record.iter().find(swallowed) {
            Some(_) => Err(refuse_at(
                row,
                format!("The quotation mark that opens in line {row} is never closed."),
            )),
            None => Ok(()),
        }
    }
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// The separator under which some row near the top has the most cells that hold something.
fn told_separator(text: &str) -> u8 {
    let widest = |separator: u8| {
        reader(text, separator)
            .records()
            .take(LOOKED_AT)
            .map_while(Result::ok)
            .map(|record| record.iter().filter(|field| !field.trim().is_empty()).count())
            .max()
            .unwrap_or(0)
    };
    let mut best = (b',', widest(b','));
    for separator in [b';', b'\t'] {
        let width = widest(separator);
        if width > best.1 {
            best = (separator, width);
        }
    }
    best.0
}

/// Whether a row's text ends before a quotation mark is closed. Two marks inside a quoted cell are one of
/// its signs; a mark inside a bare cell is a sign like any other.
pub fn ends_quoted(row: &str, separator: char) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Start,
        Bare,
        Quoted,
        Closed,
    }
    let end = row.chars().fold(At::Start, |at, sign| match (at, sign) {
        (At::Start | At::Closed, '"') => At::Quoted,
        (At::Quoted, '"') => At::Closed,
        (At::Quoted, _) => At::Quoted,
        (_, '\n' | '\r') => At::Start,
        (_, sign) if sign == separator => At::Start,
        _ => At::Bare,
    });
    end == At::Quoted
}

/// `="0012"` is how a spreadsheet is made to keep leading zeros; the text inside is meant.
fn without_formula(field: &str) -> &str {
    field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(field)
}

/// Lines counted from the text itself, since blank lines before a record are skipped unseen.
struct LineCount<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u32,
}

impl<'a> LineCount<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1 }
    }

    /// The line of the first byte at or after `byte` that is no line break.
    fn up_to(&mut self, byte: u64) -> u32 {
        let target = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.bytes.get(self.at) {
            let is_break = matches!(next, b'\n' | b'\r');
            if self.at >= target && !is_break {
                break;
            }
            // Old Macintosh files end lines with a carriage return alone.
            let lone_return = *next == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n');
            self.line = self.line.saturating_add(u32::from(*next == b'\n' || lone_return));
            self.at += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ops::ControlFlow;

    fn rows(text: &str) -> Result<Vec<(u32, Vec<String>)>, FileRefused> {
        let mut all = Vec::new();
        Delimited::new(Cow::Borrowed(text)).each_row(&mut |row, cells| {
            all.push((row, cells.iter().map(|cell| cell.shown().into_owned()).collect()));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    #[test]
    fn a_file_cut_off_inside_quotation_marks_is_refused() {
        for cut in
            ["a,b\n1,\"Lakeland,Zoe\n", "a,b\n1,\"", "a,b\n1,\"x \"\"y\"\"", "a,b\n1,\"x \"\""]
        {
            let refused = rows(cut).unwrap_err();
            assert!(refused.to_string().contains("opens in line 2"), "{cut}: {refused}");
        }
        for whole in ["a,b\n1,\"x\"\"y\"", "a,b\n1,5\" pipe", "a,b\n1,\"\"", "a,b\n1,\"x\"\n", ""] {
            assert!(rows(whole).is_ok(), "{whole}");
        }
    }

    #[test]
    fn separators_quotes_and_lines() {
        for text in
            ["a,b\n\n1,\"x\ny\"\r\n2,z", "a;b\n\n1;\"x\ny\"\r\n2;z", "a\tb\n\n1\t\"x\ny\"\r\n2\tz"]
        {
            let all = rows(text).unwrap();
            let numbers: Vec<u32> = all.iter().map(|row| row.0).collect();
            assert_eq!(numbers, [1, 3, 5], "{text}");
            assert_eq!(all[1].1, ["1", "x\ny"], "{text}");
        }
        assert_eq!(rows("a,b\rc,d\r").unwrap()[1], (2, vec!["c".into(), "d".into()]));
        assert_eq!(rows("n\n=\"0012\"\n").unwrap()[1].1, ["0012"]);
    }

    #[test]
    fn an_open_quotation_mark_is_named() {
        let text = "a,b,c,d,e\n1,2,3,4,5\n1,\"2,3,4,5\n1,2,3,4,5\n1,2,3,4,5\n";
        assert_eq!(rows(text).unwrap_err().row, Some(3));
    }
}
