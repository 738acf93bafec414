//! The table as the first sheet of an XLSX file. Cells are streamed, since a sheet's own statement of
//! its size may be a lie.

use super::cells::{LONGEST_CELL, MOST_ROWS, Numbered, unfit};
use super::rows::{COLUMNS, TableRefused};
use calamine::{Data, DataRef, Reader, Xlsx};
use rust_xlsxwriter::{Format, Workbook};
use std::collections::BTreeMap;
use std::io::Cursor;

const MOST_BYTES: usize = 8 << 20;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<Numbered>, TableRefused> {
    let whole = |row: u32, what: &str| TableRefused::one(row, what);
    if bytes.len() > MOST_BYTES {
        return Err(whole(1, "the file is too large for a plan"));
    }
    let broken = |_| whole(1, "this is not a workbook that can be read");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let name = book.sheet_names().first().cloned();
    let name = name.ok_or_else(|| whole(1, "the workbook has no sheet"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut total = 0_usize;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let number = row.saturating_add(1);
        let text = words(cell.get_value());
        if text.is_empty() {
            continue;
        }
        total = total.saturating_add(text.len());
        let at = usize::try_from(column).unwrap_or(usize::MAX);
        if at >= 100 || rows.len() > MOST_ROWS || text.len() > LONGEST_CELL || total > MOST_BYTES {
            return Err(whole(number, "the sheet is too large for a plan"));
        }
        let held = rows.entry(number).or_default();
        held.resize(held.len().max(at + 1), String::new());
        if let Some(place) = held.get_mut(at) {
            *place = text;
        }
    }
    match rows.iter().find_map(|(number, cells)| unfit(*number, cells)) {
        Some(error) => Err(TableRefused { rows: vec![error] }),
        None => Ok(rows.into_iter().collect()),
    }
}

fn words(value: &DataRef<'_>) -> String {
    match Data::from(value.clone()) {
        Data::String(text) => text,
        Data::Empty | Data::Error(_) => String::new(),
        other => other.to_string(),
    }
}

pub(super) fn write(rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet();
    let fail = |e: rust_xlsxwriter::XlsxError| e.to_string();
    sheet.set_name("Plan").map_err(fail)?;
    sheet.set_freeze_panes(1, 0).map_err(fail)?;
    for (column, name) in (0_u16..).zip(COLUMNS) {
        sheet.write_string_with_format(0, column, name, &bold).map_err(fail)?;
    }
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            // Written as text always, so no cell is ever a formula, a number or a date.
            sheet.write_string(row, column, cell).map_err(fail)?;
        }
    }
    book.save_to_buffer().map_err(fail)
}
