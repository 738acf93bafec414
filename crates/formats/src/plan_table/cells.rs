//! The table as CSV: UTF-8, commas, quoted where needed.

use super::rows::{COLUMNS, RowError, TableRefused};

const MOST_BYTES: usize = 8 << 20;
pub(super) const MOST_ROWS: usize = 20_000;
pub(super) const LONGEST_CELL: usize = 20_000;

/// A row of the file with its number, from 1 for the header.
pub(super) type Numbered = (u32, Vec<String>);

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Numbered>, TableRefused> {
    let whole = |row: u32, what: &str| TableRefused::one(row, what);
    if bytes.len() > MOST_BYTES {
        return Err(whole(1, "the file is too large for a plan"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| whole(1, "this is not text in UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (number, record) in (1_u32..).zip(reader.records()) {
        let record = record.map_err(|_| whole(number, "the row cannot be read"))?;
        if rows.len() > MOST_ROWS {
            return Err(whole(number, "the file has too many rows for a plan"));
        }
        let cells: Vec<String> = record.iter().map(unguarded).collect();
        if let Some(error) = unfit(number, &cells) {
            return Err(TableRefused { rows: vec![error] });
        }
        rows.push((number, cells));
    }
    Ok(rows)
}

/// Why the cells of a row cannot be a plan's.
pub(super) fn unfit(row: u32, cells: &[String]) -> Option<RowError> {
    let what = if cells.iter().any(|cell| cell.len() > LONGEST_CELL) {
        "a cell is too long"
    } else if cells.iter().any(|cell| cell.chars().any(|c| c.is_control() && c != '\n')) {
        "a cell holds characters that are not text"
    } else if cells.len() > 100 {
        "the row has too many cells"
    } else {
        return None;
    };
    Some(RowError { row, what: what.to_owned() })
}

pub(super) fn write(rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(|e| e.to_string())?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| guarded(cell))).map_err(|e| e.to_string())?;
    }
    writer.into_inner().map_err(|e| e.to_string())
}

/// A spreadsheet runs a cell that begins like a formula; an apostrophe makes it words. One that is
/// there already gets another, so that taking one away always gives the cell back.
pub(super) fn guarded(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn unguarded(cell: &str) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\'', '\t', '\r']) => rest.to_owned(),
        _ => cell.to_owned(),
    }
}
