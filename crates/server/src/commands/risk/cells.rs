//! A delimited file as columns of text. What the text means is decided in the crate. Invariant:
//! every column has one cell for every row, and a file that breaks that is refused by line.

use super::bytes_of;
use crate::commands::Wrong;
use crate::commands::delimited::{Layout, layout};
use std::collections::BTreeSet;
use std::path::Path;

/// All cells of one column, end to end in one string.
#[derive(Default)]
pub struct TextColumn {
    text: String,
    ends: Vec<usize>,
}

impl TextColumn {
    fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    fn shorten(&mut self, rows: usize) {
        self.ends.truncate(rows);
        self.text.truncate(self.ends.last().copied().unwrap_or(0));
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| self.text.get(*start..*end).unwrap_or(""))
    }

    pub fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).unwrap_or(&0);
        let end = self.ends.get(row).unwrap_or(start);
        self.text.get(*start..*end).unwrap_or("")
    }
}

pub struct Cells {
    pub names: Vec<String>,
    columns: Vec<TextColumn>,
    pub rows: usize,
}

impl Cells {
    /// Errors: no such file, no table of text, no header, no rows, a name twice or empty, or a line of
    /// another length.
    pub fn load(path: &Path) -> Result<Self, Wrong> {
        let place = path.display();
        let mut bytes = bytes_of(path)?;
        let Layout { start, separator } =
            layout(&bytes).map_err(|wrong| Wrong::Refused(format!("{place} {wrong}")))?;
        bytes.drain(..start.min(bytes.len()));
        // UTF-8, or else Windows-1252, which English spreadsheets write.
        let decoded = formats::encoding::decode(&bytes, None)
            .map_err(|refused| Wrong::Refused(format!("{place}: {}", refused.sentence)))?;
        let text = decoded.text;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(true)
            .from_reader(text.as_bytes());
        let broken = |error: csv::Error| Wrong::Refused(format!("{place} does not read: {error}."));
        let names: Vec<String> =
            reader.headers().map_err(broken)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut columns: Vec<TextColumn> = names.iter().map(|_| TextColumn::default()).collect();
        let mut record = csv::StringRecord::new();
        let (mut rows, mut began) = (0, 0);
        while reader.read_record(&mut record).map_err(broken)? {
            for (column, cell) in columns.iter_mut().zip(&record) {
                column.push(cell);
            }
            rows += 1;
            began = record.position().map_or(0, csv::Position::byte);
        }
        // A file cut off inside quotation marks is half a file, whose last cell holds the rest.
        let last = usize::try_from(began).ok().and_then(|at| text.get(at..)).unwrap_or("");
        if formats::table::ends_quoted(last, char::from(separator)) {
            return Err(Wrong::Refused(format!(
                "{place}: a quotation mark in record {rows} is never closed; the file may be cut off."
            )));
        }
        let cells = Self { names, columns, rows }.only_typed();
        let cells = cells.map_err(|wrong| Wrong::Refused(format!("{place}: {wrong}")))?;
        if cells.rows == 0 {
            return Err(Wrong::Refused(format!("{place} holds no rows, only column names.")));
        }
        Ok(cells)
    }

    /// Without the empty columns that have no name and the empty rows at the end that a spreadsheet writes
    /// out. Rows keep their numbers, so an empty one in the middle stays.
    fn only_typed(mut self) -> Result<Self, String> {
        let blank = |cell: &str| cell.trim().is_empty();
        let empty: Vec<bool> = self.columns.iter().map(|column| column.iter().all(blank)).collect();
        check_names(&self.names, &empty)?;
        let named = self.names.into_iter().zip(self.columns).zip(empty);
        let kept = named
            .enumerate()
            .filter(|(at, ((name, _), empty))| !name.is_empty() || *at == 0 || !empty);
        (self.names, self.columns) = kept.map(|(_, (pair, _))| pair).unzip();
        let told = |row: &usize| !self.columns.iter().all(|column| blank(column.get(*row)));
        self.rows = (0..self.rows).rev().find(told).map_or(0, |last| last + 1);
        for column in &mut self.columns {
            column.shorten(self.rows);
        }
        Ok(self)
    }

    pub fn column(&self, name: &str) -> Option<&TextColumn> {
        let at = self.names.iter().position(|known| known == name)?;
        self.columns.get(at)
    }

    /// Errors: wrong use, naming the columns there are.
    pub fn wanted(&self, name: &str, what: &str) -> Result<&TextColumn, Wrong> {
        self.column(name).ok_or_else(|| {
            let there = self.names.join(", ");
            Wrong::Usage(format!("There is no column \"{name}\" for {what}; there are: {there}."))
        })
    }
}

/// `empty` says of each column whether it holds nothing.
fn check_names(names: &[String], empty: &[bool]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for (at, (name, empty)) in names.iter().zip(empty).enumerate() {
        if name.is_empty() && *empty && at > 0 {
            continue;
        }
        if name.is_empty() && names.len() > 1 && at > 0 {
            return Err(format!("column {} has no name in the first line.", at + 1));
        }
        if !seen.insert(name) {
            return Err(format!("two columns are called \"{name}\"."));
        }
    }
    if names.iter().all(String::is_empty) {
        return Err("the first line holds no column names.".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_file_and_another_alphabet_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        for (bytes, says) in [
            ("a,b\n1,2\n3,\"4\n5,6\n".as_bytes(), "record 2 is never closed"),
            ("a;b\n1;\"2\n".as_bytes(), "record 1 is never closed"),
            (b"PK\x03\x04 and more", "workbook"),
            (b"a,b\n", "holds no rows"),
        ] {
            std::fs::write(&path, bytes).unwrap();
            let wrong = Cells::load(&path).err().unwrap().to_string();
            assert!(wrong.contains(says), "{wrong}");
        }
        std::fs::write(&path, "sep=;\r\na;b\r\n1,5;2\r\n").unwrap();
        assert_eq!(Cells::load(&path).unwrap().column("a").unwrap().get(0), "1,5");
        std::fs::write(&path, "a,b\n1,\"2 \"\"x\"\"\"\n").unwrap();
        assert_eq!(Cells::load(&path).map(|cells| cells.rows).ok(), Some(1));
    }

    #[test]
    fn what_a_spreadsheet_adds_is_dropped_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "a,b,,\n1,2,,\n,,,\n3,,,\n,,,\n, ,,\n").unwrap();
        let cells = Cells::load(&path).unwrap();
        assert_eq!((cells.names.join(","), cells.rows), ("a,b".to_owned(), 3));
        assert_eq!(cells.column("a").unwrap().iter().collect::<Vec<_>>(), ["1", "", "3"]);
        for (text, says) in [("a,b,,\n1,2,,9\n", "column 4 has no name"), ("a,b\n,\n", "no rows")] {
            std::fs::write(&path, text).unwrap();
            let wrong = Cells::load(&path).err().unwrap().to_string();
            assert!(wrong.contains(says), "{wrong}");
        }
    }

    #[test]
    fn cells_are_found_by_row_and_in_order() {
        let mut column = TextColumn::default();
        ["a", "", "cde"].into_iter().for_each(|cell| column.push(cell));
        assert_eq!(column.iter().collect::<Vec<_>>(), ["a", "", "cde"]);
        assert_eq!((column.get(0), column.get(1), column.get(2)), ("a", "", "cde"));
    }
}
