//! Finding the row of headings, which may stand under a title and a date, and what can be wrong
//! with it. A heading is compared by its letters and digits only.

use super::{Cell, Table};
use crate::limits::{refuse, short};
use domain::intake::FileRefused;
use std::ops::ControlFlow;

/// How far down the headings are looked for.
const LOOKED_AT: usize = 30;

/// How many cells a row of a cover or of notes fills at most: what something is, and its value.
const NOTED: usize = 2;

/// The headings of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The row they stand in, from 1.
    pub row: u32,
    /// As written; empty where a column has none.
    pub names: Vec<String>,
}

/// A heading with only its letters and digits, in small letters: `Date_of Birth` and `DateOfBirth`
/// are the same.
pub fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Header {
    fn of(row: u32, cells: &[Cell]) -> Self {
        Self { row, names: cells.iter().map(|cell| cell.shown().into_owned()).collect() }
    }

    /// Headings that stand over more than one column, each once.
    pub fn repeated(&self) -> Vec<&str> {
        let mut seen = std::collections::BTreeSet::new();
        let mut repeated: Vec<&str> = self
            .names
            .iter()
            .filter(|name| !name.is_empty() && !seen.insert(plain(name)))
            .map(String::as_str)
            .collect();
        repeated.dedup_by_key(|name| plain(name));
        repeated
    }

    /// What a column is called in a report.
    pub fn name(&self, at: usize) -> String {
        match self.names.get(at).filter(|name| !name.is_empty()) {
            Some(name) => short(name),
            None => format!("column {} (no heading)", letters(at)),
        }
    }
}

/// A column's letters as a spreadsheet shows them, from 0: A, B … Z, AA.
fn letters(at: usize) -> String {
    let mut left = at + 1;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + u8::try_from(left % 26).unwrap_or(0)));
        left /= 26;
    }
    letters.iter().rev().collect()
}

impl Table<'_> {
    /// The first rows with several cells, for somebody to choose the headings from.
    ///
    /// Shape: at most thirty rows, as the file has them.
    pub fn top(&mut self) -> Result<Vec<(u32, Vec<Cell>)>, FileRefused> {
        let mut top = Vec::new();
        self.each_row(&mut |row, cells| {
            top.push((row, cells.to_vec()));
            let enough = top.len() >= LOOKED_AT;
            Ok(if enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(top)
    }

    /// The row near the top in which most headings are known. A workbook that begins with a cover or notes is
    /// read from the first sheet that is seen and has such a row; a sheet that may be a list is not passed over,
    /// since one behind it may be last year's.
    ///
    /// Shape: `known` says how many of a row's cells are known as headings; the first row with the
    /// most wins, and `least` are needed.
    /// Errors: no such row; the sentence names what was found in the sheet that may be a list, which is read from
    /// then on, or else in the first.
    pub fn header(
        &mut self,
        known: &dyn Fn(&Header) -> usize,
        least: usize,
    ) -> Result<Header, FileRefused> {
        let mut first: Option<FileRefused> = None;
        loop {
            let none = match self.header_here(known, least)? {
                Ok(header) => return Ok(header),
                Err(none) => none,
            };
            if self.may_be_a_list()? {
                return Err(none);
            }
            let told = first.take().unwrap_or(none);
            if !self.next_sheet() {
                return Err(told);
            }
            first = Some(told);
        }
    }

    /// Whether a row near the top of the sheet that is read fills more cells than a cover's or a note's.
    fn may_be_a_list(&mut self) -> Result<bool, FileRefused> {
        let filled = |cells: &[Cell]| cells.iter().filter(|cell| !cell.is_empty()).count();
        Ok(self.top()?.iter().any(|(_, cells)| filled(cells) > NOTED))
    }

    /// Of the sheet that is read. Errors: the inner one says that there is no such row.
    fn header_here(
        &mut self,
        known: &dyn Fn(&Header) -> usize,
        least: usize,
    ) -> Result<Result<Header, FileRefused>, FileRefused> {
        let mut best: Option<(usize, Header)> = None;
        let mut first: Option<Header> = None;
        for (row, cells) in self.top()? {
            let header = Header::of(row, &cells);
            let count = known(&header);
            if best.as_ref().is_none_or(|(most, _)| count > *most) {
                best = Some((count, header.clone()));
            }
            first = first.or(Some(header));
        }
        Ok(match (best, first) {
            (Some((count, header)), _) if count >= least => Ok(header),
            (_, Some(first)) => Err(no_headings(&first)),
            _ => Err(refuse("The file holds no rows.")),
        })
    }
}

fn no_headings(first: &Header) -> FileRefused {
    let names: Vec<String> = first.names.iter().take(8).map(|name| short(name)).collect();
    FileRefused {
        sentence: format!(
            "No row of headings was found among the first {LOOKED_AT} rows. The first row holds: {}.",
            names.join(", ")
        ),
        row: Some(first.row),
        telling_may_help: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Source;

    #[test]
    fn headings_stand_under_a_title() {
        let file = b"Roll of Example Academy\n\nas at,2 October\nUPN,Surname,UPN,\nH887400009001,Lake,,x\n";
        let mut table = Table::open(file, &Source::default()).unwrap();
        let known = |header: &Header| header.names.iter().filter(|n| plain(n) == "upn").count();
        let header = table.header(&known, 1).unwrap();
        assert_eq!((header.row, header.repeated()), (4, vec!["UPN"]));
        assert_eq!(header.name(3), "column D (no heading)");
        assert_eq!(
            (letters(25), letters(26), letters(701)),
            ("Z".into(), "AA".into(), "ZZ".into())
        );
        let refused = table.header(&known, 3).unwrap_err();
        assert_eq!(refused.row, Some(1));
        assert!(refused.sentence.contains("Roll of Example Academy"), "{refused}");
    }
}
