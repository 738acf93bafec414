//! Tables on their way out: exact CSV for machines, workbooks whose cells are typed and never formulas.
//! What stands beside the rows (who, when, why) is a sheet of its own, so that rows stay rows.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Text(String),
    Count(i64),
    /// Units: percent.
    Percent(f64),
    /// Units: those that its column is named for.
    Number(f64),
    /// Not said, or too few to say.
    Empty,
}

/// One table.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

/// For machines: every value exactly as it is, nothing put before it, percentages with every digit.
pub fn csv(sheet: &Sheet) -> Result<Vec<u8>, String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&sheet.columns).map_err(|e| e.to_string())?;
    for row in &sheet.rows {
        out.write_record(row.iter().map(text)).map_err(|e| e.to_string())?;
    }
    out.into_inner().map_err(|e| e.to_string())
}

/// A value as words.
pub(crate) fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Percent(number) | Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

/// A workbook: the tables, and a first sheet of what is to be known of them.
///
/// Shape: no formula, link, name, comment or hidden sheet is ever written. The same tables give the
/// same bytes.
pub fn workbook(about: &[(String, String)], sheets: &[Sheet]) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    // The moment of writing is in `about`; the file itself carries none, so that it can be hashed.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(|e| e.to_string())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let first = book.add_worksheet();
    first.set_name("About").map_err(|e| e.to_string())?;
    for (row, (what, words)) in (0_u32..).zip(about) {
        first.write_string(row, 0, what).map_err(|e| e.to_string())?;
        first.write_string(row, 1, words).map_err(|e| e.to_string())?;
    }
    // Spreadsheets keep "History" for themselves.
    let mut names: Vec<String> = ["about", "history"].map(str::to_owned).to_vec();
    for sheet in sheets {
        let name = unique(&sheet.name, &mut names);
        let page = book.add_worksheet();
        page.set_name(&name).map_err(|e| e.to_string())?;
        fill(page, sheet).map_err(|e| e.to_string())?;
    }
    book.save_to_buffer().map_err(|e| e.to_string())
}

/// A name that a sheet may have: 31 letters, none of a few, not twice.
fn unique(name: &str, names: &mut Vec<String>) -> String {
    let barred =
        |c: char| c.is_control() || matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let bare: String = name.chars().map(|c| if barred(c) { ' ' } else { c }).take(27).collect();
    let bare = bare.trim().to_owned();
    let bare = if bare.is_empty() { "Table".to_owned() } else { bare };
    let taken = |name: &str, names: &[String]| names.contains(&name.to_lowercase());
    let found = (1_usize..)
        .map(|n| if n == 1 { bare.clone() } else { format!("{bare} {n}") })
        .find(|name| !taken(name, names))
        .unwrap_or(bare);
    names.push(found.to_lowercase());
    found
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let (bold, tenths) = (Format::new().set_bold(), Format::new().set_num_format("0.0"));
    page.set_freeze_panes(1, 0)?;
    for (column, name) in (0_u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, column, name, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(&sheet.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) => page.write_string(row, column, text)?,
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "counts of people are far below 2^53"
                )]
                Cell::Count(count) => page.write_number(row, column, *count as f64)?,
                Cell::Percent(number) | Cell::Number(number) => {
                    page.write_number_with_format(row, column, *number, &tenths)?
                }
                Cell::Empty => page,
            };
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::{Data, Reader, Xlsx};
    use std::io::{Cursor, Read};

    fn sheet(name: &str) -> Sheet {
        Sheet {
            name: name.to_owned(),
            columns: vec!["ward".to_owned(), "cohort".to_owned(), "percent".to_owned()],
            rows: vec![
                vec![Cell::Text("=1+1".to_owned()), Cell::Count(41), Cell::Percent(6.625)],
                vec![Cell::Text("Luton, \"old\"".to_owned()), Cell::Count(3), Cell::Empty],
            ],
        }
    }

    #[test]
    fn machines_get_exact_values() {
        let bytes = csv(&sheet("a")).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text, "ward,cohort,percent\n=1+1,41,6.625\n\"Luton, \"\"old\"\"\",3,\n");
    }

    #[test]
    fn a_table_may_be_called_anything() {
        let long = "long ".repeat(40);
        let names = ["History", "a\u{1}b\nc", "=1+1", "'", long.as_str()];
        let bytes = workbook(&[], &names.map(sheet)).unwrap();
        let book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let cut = "long long long long long lo";
        assert_eq!(book.sheet_names(), ["About", "History 2", "a b c", "=1+1", "Table", cut]);
    }

    #[test]
    fn cells_are_typed_and_nothing_is_a_formula() {
        let about = [("Serial".to_owned(), "7".to_owned())];
        let tables = [sheet("NEET: by ward"), sheet("NEET: by ward")];
        let bytes = workbook(&about, &tables).unwrap();
        assert_eq!(bytes, workbook(&about, &tables).unwrap(), "the same tables, the same bytes");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
        assert_eq!(book.sheet_names(), ["About", "NEET  by ward", "NEET  by ward 2"]);
        let range = book.worksheet_range("NEET  by ward").unwrap();
        assert_eq!(range.get_value((1, 0)), Some(&Data::String("=1+1".to_owned())));
        assert_eq!(range.get_value((1, 1)), Some(&Data::Float(41.0)));
        assert_eq!(range.get_value((1, 2)), Some(&Data::Float(6.625)));
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for at in 0..zip.len() {
            let mut part = zip.by_index(at).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            for never in ["<f>", "hidden", "definedName", "hyperlink", "externalLink", "vmlDrawing"]
            {
                assert!(!text.contains(never), "part {at} holds {never}");
            }
        }
    }
}
