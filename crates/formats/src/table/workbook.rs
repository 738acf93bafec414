//! Rows of an XLSX sheet, streamed cell by cell. The size that a sheet states for itself is only
//! compared and told: a file of 1.4 KB can state a thousand million cells.

use super::unpack::{check, damaged};
use super::{Cell, TakeRow};
use crate::limits::{COLUMNS, ROWS, refuse, refuse_at, short};
use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use domain::calendar::Day;
use domain::intake::FileRefused;
use std::io::Cursor;

pub(super) struct Workbook<'a> {
    book: Xlsx<Cursor<&'a [u8]>>,
    /// The sheets that may be meant: the one that was told, or all of cells that are seen.
    sheets: Vec<String>,
    /// Which of them is read.
    at: usize,
}

impl<'a> Workbook<'a> {
    /// Opens the sheet of that name, or the first that is seen.
    pub(super) fn open(bytes: &'a [u8], wanted: Option<&str>) -> Result<Self, FileRefused> {
        check(bytes)?;
        let book = Xlsx::new(Cursor::new(bytes)).map_err(|_| not_a_workbook())?;
        let names = book.sheet_names();
        let sheets = match wanted {
            None => holding_cells(&book, &names),
            Some(wanted) => {
                let named = names.iter().find(|name| name.eq_ignore_ascii_case(wanted));
                vec![named.cloned().ok_or_else(|| no_such_sheet(wanted, &names))?]
            }
        };
        if sheets.is_empty() {
            return Err(not_a_workbook());
        }
        Ok(Self { book, sheets, at: 0 })
    }

    /// Goes on to the next sheet that may be meant; after the last one back to the first, and `false`.
    pub(super) fn next_sheet(&mut self) -> bool {
        self.at = (self.at + 1) % self.sheets.len();
        self.at > 0
    }

    fn sheet(&self) -> String {
        self.sheets.get(self.at).cloned().unwrap_or_default()
    }

    /// Which sheet is read, where there are several, and what it states.
    pub(super) fn notes(&mut self) -> Result<Vec<String>, FileRefused> {
        let sheets = self.book.sheet_names().len();
        let which =
            format!("The workbook has {sheets} sheets; “{}” was read.", short(&self.sheet()));
        let which = (sheets > 1).then_some(which);
        Ok(which.into_iter().chain(self.stated_size()?).collect())
    }

    /// A sentence when the sheet states more rows or columns than a file may have.
    fn stated_size(&mut self) -> Result<Option<String>, FileRefused> {
        let sheet = self.sheet();
        let cells = self.book.worksheet_cells_reader(&sheet).map_err(sheet_broken)?;
        let (rows, columns) = cells.dimensions().end;
        let too_many = rows >= ROWS || columns as usize >= COLUMNS;
        Ok(too_many.then(|| {
            format!(
                "The sheet states {} rows and {} columns; only the cells that it truly has were read.",
                u64::from(rows) + 1,
                u64::from(columns) + 1
            )
        }))
    }

    pub(super) fn each_row(&mut self, take: &mut TakeRow<'_>) -> Result<(), FileRefused> {
        let sheet = self.sheet();
        let mut reader = self.book.worksheet_cells_reader(&sheet).map_err(sheet_broken)?;
        let mut cells: Vec<Cell> = Vec::new();
        let mut current = 0;
        while let Some(cell) = reader.next_cell().map_err(|_| cut_off(current))? {
            let (at, column) = cell.get_position();
            let row = at.saturating_add(1);
            if row != current {
                if row < current {
                    return Err(refuse_at(row, format!("Row {row} stands after row {current}.")));
                }
                if take(current, &cells)?.is_break() {
                    return Ok(());
                }
                cells.clear();
                current = row;
            }
            let value = read_cell(cell.get_value());
            if value.is_empty() {
                continue;
            }
            place(row, column as usize, value, &mut cells)?;
        }
        take(current, &cells).map(|_| ())
    }
}

/// Sheets of cells. What is hidden is not meant while anything is seen: a school's old list stands so, and would
/// be read where the headings of the new one are not known.
fn holding_cells(book: &Xlsx<Cursor<&[u8]>>, names: &[String]) -> Vec<String> {
    let of_cells = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
    let mut sheets: Vec<_> = of_cells.collect();
    if sheets.iter().any(|sheet| sheet.visible == SheetVisible::Visible) {
        sheets.retain(|sheet| sheet.visible == SheetVisible::Visible);
    }
    match sheets.is_empty() {
        true => names.to_vec(),
        false => sheets.into_iter().map(|sheet| sheet.name.clone()).collect(),
    }
}

fn place(row: u32, column: usize, value: Cell, cells: &mut Vec<Cell>) -> Result<(), FileRefused> {
    if row > ROWS + 1_000 {
        return Err(refuse_at(
            row,
            format!("Row {row} holds something, beyond the {ROWS} rows that one file may have."),
        ));
    }
    if column >= COLUMNS {
        return Err(refuse_at(
            row,
            format!(
                "Row {row} holds something in column {}; at most {COLUMNS} are taken.",
                column + 1
            ),
        ));
    }
    if cells.len() <= column {
        cells.resize(column + 1, Cell::Empty);
    }
    if let Some(slot) = cells.get_mut(column) {
        *slot = value;
    }
    Ok(())
}

fn read_cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty | DataRef::Error(_) => Cell::Empty,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Text(number_text(*number)),
        DataRef::Bool(yes) => Cell::Text(if *yes { "Y" } else { "N" }.to_owned()),
        DataRef::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            day_of(year, month, day)
                .map_or_else(|| Cell::Text(number_text(moment.as_f64())), Cell::Day)
        }
        DataRef::DateTime(moment) => Cell::Text(number_text(moment.as_f64())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::text(text),
    }
}

fn day_of(year: u16, month: u8, day: u8) -> Option<Day> {
    let (year, month, day) = (year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?);
    Day::new(year, month, day).ok().filter(|day| day.year() >= 1900)
}

/// A number as one types it: a whole one without a point, so that identifiers stay what they are.
fn number_text(number: f64) -> String {
    format!("{number}")
}

fn not_a_workbook() -> FileRefused {
    refuse("This is a zip archive, but not a workbook (.xlsx) that can be read.")
}

fn sheet_broken(error: XlsxError) -> FileRefused {
    match error {
        XlsxError::NotAWorksheet(_) => {
            refuse("The first sheet holds no cells (a chart, perhaps). Say which sheet to read.")
                .until_told()
        }
        _ => damaged(),
    }
}

fn cut_off(row: u32) -> FileRefused {
    let next = row.saturating_add(1);
    refuse_at(next, format!("The sheet is damaged or was cut off after row {row}."))
}

fn no_such_sheet(wanted: &str, names: &[String]) -> FileRefused {
    let known: Vec<String> = names.iter().take(20).map(|name| short(name)).collect();
    refuse(format!("The workbook has no sheet “{}”. It has: {}.", short(wanted), known.join(", ")))
        .until_told()
}
