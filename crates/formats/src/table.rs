//! One way to read rows, whether they come as text with separators or as a workbook. A row at a
//! time goes to the caller, so that a file of any allowed length needs little memory. What the
//! columns mean is `mapping`'s; here are only cells, and every limit is kept here.

mod delimited;
mod header;
mod unpack;
mod workbook;

pub use delimited::ends_quoted;
pub use header::{Header, plain};

use crate::encoding::{Encoding, decode};
use crate::limits::{CELL_BYTES, COLUMNS, FILE_BYTES, ROWS, check_size, refuse_at};
use crate::sniff::{Looks, looks_like, wrong_kind};
use delimited::Delimited;
use domain::calendar::Day;
use domain::intake::FileRefused;
use std::borrow::Cow;
use std::ops::ControlFlow;
use workbook::Workbook;

/// One cell, its surrounding blanks cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    /// A date that the workbook itself holds as a date, so that no order is in doubt.
    Day(Day),
}

impl Cell {
    pub(crate) fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// The cell as one reads it; a date as `YYYY-MM-DD`.
    pub fn shown(&self) -> Cow<'_, str> {
        match self {
            Self::Empty => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Day(day) => Cow::Owned(day.to_string()),
        }
    }
}

/// What the sender told about the file itself.
#[derive(Clone, Debug, Default)]
pub struct Source<'a> {
    pub encoding: Option<Encoding>,
    /// The sheet of a workbook; the first that is seen and has headings when not told.
    pub sheet: Option<&'a str>,
}

/// Takes one row: its number in the file from 1, and its cells.
pub type TakeRow<'a> = dyn FnMut(u32, &[Cell]) -> Result<ControlFlow<()>, FileRefused> + 'a;

/// An opened table, whose rows can be read from the start as often as needed.
pub struct Table<'a> {
    body: Body<'a>,
    /// How the file was read, in sentences.
    pub notes: Vec<String>,
}

enum Body<'a> {
    Text(Delimited<'a>),
    Book(Box<Workbook<'a>>),
}

impl<'a> Table<'a> {
    /// Errors: a file that is no table, too large, damaged, or in another encoding than told.
    pub fn open(bytes: &'a [u8], source: &Source<'_>) -> Result<Self, FileRefused> {
        check_size(bytes.len() as u64, FILE_BYTES)?;
        match looks_like(bytes) {
            Looks::Text => {
                let decoded = decode(bytes, source.encoding)?;
                let text = Delimited::new(decoded.text);
                let notes = vec![decoded.note, text.note()];
                Ok(Self { body: Body::Text(text), notes })
            }
            Looks::Zip => {
                let mut book = Workbook::open(bytes, source.sheet)?;
                let notes = book.notes()?;
                Ok(Self { body: Body::Book(Box::new(book)), notes })
            }
            looks => Err(wrong_kind(looks, "a table (CSV or XLSX)")),
        }
    }

    /// Hands over every row that holds something, from the first, until the caller breaks off.
    ///
    /// Errors: the caller's own, a limit passed, or a file that breaks off in the middle.
    pub fn each_row(&mut self, take: &mut TakeRow<'_>) -> Result<(), FileRefused> {
        let mut rows = 0;
        let mut counted = |row: u32, cells: &[Cell]| {
            if cells.iter().all(Cell::is_empty) {
                return Ok(ControlFlow::Continue(()));
            }
            rows += 1;
            check_row(row, rows, cells)?;
            take(row, cells)
        };
        match &mut self.body {
            Body::Text(text) => text.each_row(&mut counted),
            Body::Book(book) => book.each_row(&mut counted),
        }
    }

    /// Goes on to a workbook's next sheet; after the last one back to the first, and `false`.
    fn next_sheet(&mut self) -> bool {
        let Body::Book(book) = &mut self.body else { return false };
        let went_on = book.next_sheet();
        // That it is damaged is told as it is read.
        self.notes = book.notes().unwrap_or_default();
        went_on
    }

    /// Whether the file may have been cut off: text whose last line has no end.
    pub(crate) fn last_line_is_open(&self) -> bool {
        matches!(&self.body, Body::Text(text) if text.last_line_is_open())
    }
}

fn check_row(row: u32, rows: u32, cells: &[Cell]) -> Result<(), FileRefused> {
    if rows > ROWS {
        return Err(refuse_at(
            row,
            format!("Row {row} is beyond the {ROWS} rows that one file may have. Split the file."),
        ));
    }
    if cells.len() > COLUMNS {
        return Err(refuse_at(
            row,
            format!("Row {row} has {} columns; at most {COLUMNS} are taken.", cells.len()),
        ));
    }
    let long = |cell: &Cell| matches!(cell, Cell::Text(text) if text.len() > CELL_BYTES);
    match cells.iter().position(long) {
        Some(at) => Err(refuse_at(
            row,
            format!(
                "Row {row}, column {} holds more than {} KB of text. A quotation mark that is \
                 never closed may be the cause.",
                at + 1,
                CELL_BYTES >> 10
            ),
        )),
        None => Ok(()),
    }
}
