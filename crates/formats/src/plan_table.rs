//! A plan as a table, in CSV and XLSX: one row for each action of each outcome, so that a person can
//! work on it in a spreadsheet. What is written reads back equal. A table with any wrong row is refused
//! whole, with a sentence for every wrong row; cells that a spreadsheet could take for a formula are
//! guarded on the way out and read back as they were.

mod cells;
mod rows;
mod sheet;

pub use rows::{RowError, Table, TableRefused};

use domain::plan::Plan;

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Csv,
    Xlsx,
}

impl Kind {
    /// By its first bytes, else by its name; none for anything else.
    pub fn of(name: &str, bytes: &[u8]) -> Option<Kind> {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        if bytes.starts_with(b"PK\x03\x04") || ending.as_deref() == Some("xlsx") {
            return Some(Kind::Xlsx);
        }
        (ending.as_deref() == Some("csv")).then_some(Kind::Csv)
    }
}

/// Reads a table.
///
/// Errors: every row that is wrong, with its number in the file and why.
pub fn read(kind: Kind, bytes: &[u8]) -> Result<Table, TableRefused> {
    let cells = match kind {
        Kind::Csv => cells::read(bytes)?,
        Kind::Xlsx => sheet::read(bytes)?,
    };
    rows::table(&cells)
}

/// Writes a plan's table.
///
/// Errors: a plan larger than a spreadsheet's own limits.
pub fn write(kind: Kind, plan: &Plan) -> Result<Vec<u8>, String> {
    let cells = rows::cells(plan);
    match kind {
        Kind::Csv => cells::write(&cells),
        Kind::Xlsx => sheet::write(&cells),
    }
}
