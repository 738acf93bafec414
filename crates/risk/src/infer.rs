//! Telling numbers from names in a column of text, and saying how it was decided. The
//! decision is returned with the column so that an analyst can disagree. Invariant: a cell
//! that could not be read becomes "not known" and is counted, never a zero.

use crate::table::{Column, Kind, Values};
use serde::Serialize;
use std::collections::BTreeSet;

/// How a column was read.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Reading {
    pub column: String,
    pub kind: Kind,
    pub known: usize,
    pub not_known: usize,
    /// Different known values.
    pub distinct: usize,
    /// Cells of a number column that held something else, read as not known.
    pub unreadable: usize,
}

/// Words that mean "nothing was recorded", compared without case.
const BLANKS: [&str; 6] = ["na", "n/a", "nan", "null", "?", "#n/a"];

/// A cell's text, or none when it says that nothing is known.
pub fn known(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let blank = cell.is_empty() || BLANKS.iter().any(|word| cell.eq_ignore_ascii_case(word));
    (!blank).then_some(cell)
}

/// A finite number, written with a point or a comma, with or without a percent sign.
pub fn number(cell: &str) -> Option<f64> {
    let plain = cell.strip_suffix('%').unwrap_or(cell).trim_end();
    let value = plain.parse::<f64>().or_else(|_| decimal_comma(plain)).ok()?;
    value.is_finite().then_some(value)
}

fn decimal_comma(text: &str) -> Result<f64, std::num::ParseFloatError> {
    // A single comma is a decimal mark; two or more would be a list or thousands.
    if text.matches(',').count() == 1 { text.replace(',', ".").parse() } else { "x".parse() }
}

/// Reads a column whose kind is not known: numbers when nearly all known cells are numbers.
pub fn column<'a>(name: &str, cells: impl Iterator<Item = &'a str> + Clone) -> (Column, Reading) {
    let numbers: Vec<f64> = cells.clone().map(as_number).collect();
    let known_cells = cells.clone().filter(|cell| known(cell).is_some()).count();
    let readable = numbers.iter().filter(|value| !value.is_nan()).count();
    // A stray word in a long column of measurements is a mistake; in a short list of codes
    // it is a code, so only columns with many different numbers forgive strays.
    let distinct = distinct_numbers(&numbers);
    let strays = known_cells - readable;
    let forgiving = distinct > 20 && strays * 20 <= known_cells;
    if strays == 0 || forgiving {
        as_numbers(name, numbers, known_cells)
    } else {
        as_levels(name, cells)
    }
}

/// Reads a column whose kind is already decided, for scoring with a stored model.
pub fn column_of_kind<'a>(
    name: &str,
    kind: Kind,
    cells: impl Iterator<Item = &'a str> + Clone,
) -> (Column, Reading) {
    match kind {
        Kind::Number => {
            let known_cells = cells.clone().filter(|cell| known(cell).is_some()).count();
            as_numbers(name, cells.map(as_number).collect(), known_cells)
        }
        Kind::Category => as_levels(name, cells),
    }
}

fn as_number(cell: &str) -> f64 {
    known(cell).and_then(number).unwrap_or(f64::NAN)
}

fn distinct_numbers(values: &[f64]) -> usize {
    let bits: BTreeSet<u64> = values
        .iter()
        .filter(|value| !value.is_nan())
        .map(|value| (value + 0.0).to_bits())
        .collect();
    bits.len()
}

fn as_numbers(name: &str, values: Vec<f64>, known_cells: usize) -> (Column, Reading) {
    let readable = values.iter().filter(|value| !value.is_nan()).count();
    let reading = Reading {
        column: name.to_owned(),
        kind: Kind::Number,
        known: readable,
        not_known: values.len() - readable,
        distinct: distinct_numbers(&values),
        unreadable: known_cells - readable,
    };
    (Column::numbers(name, values), reading)
}

fn as_levels<'a>(name: &str, cells: impl Iterator<Item = &'a str> + Clone) -> (Column, Reading) {
    let column = Column::levels(name, cells.map(known));
    let Values::Levels { names, codes } = &column.values else {
        return (column.clone(), as_numbers(name, Vec::new(), 0).1);
    };
    let known = codes.iter().filter(|code| **code != crate::table::NOT_KNOWN).count();
    let reading = Reading {
        column: name.to_owned(),
        kind: Kind::Category,
        known,
        not_known: codes.len() - known,
        distinct: names.len(),
        unreadable: 0,
    };
    (column, reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_gaps() {
        let (column, reading) = column("age", ["16", " 17 ", "", "NA"].into_iter());
        assert_eq!((reading.kind, reading.not_known), (Kind::Number, 2));
        assert_eq!(column.number(1), Some(17.0));
        let (_, reading) = super::column("band", ["0-10%", "10-20", "?"].into_iter());
        assert_eq!((reading.kind, reading.distinct, reading.not_known), (Kind::Category, 2, 1));
    }

    #[test]
    fn a_stray_word_among_measurements_is_not_known_and_counted() {
        let cells: Vec<String> =
            (0..100).map(|n| if n == 50 { "absent".into() } else { n.to_string() }).collect();
        let (column, reading) = column("rate", cells.iter().map(String::as_str));
        assert_eq!((reading.kind, reading.unreadable), (Kind::Number, 1));
        assert_eq!(column.number(50), None);
    }

    #[test]
    fn percent_and_decimal_comma() {
        for (text, value) in
            [("18%", Some(18.0)), ("3,5", Some(3.5)), ("1,2,3", None), ("inf", None)]
        {
            assert_eq!(number(text), value, "{text}");
        }
    }
}
