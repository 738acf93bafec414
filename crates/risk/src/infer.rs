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

/// In fewer rows whole numbers may all differ by luck.
const NUMBERED: usize = 50;

/// Words that mean "nothing was recorded", compared without case.
const BLANKS: [&str; 9] = ["na", "n/a", "nan", "null", "?", "#n/a", "<na>", ".", "-"];

/// A cell's text, or none when it says that nothing is known.
pub fn known(cell: &str) -> Option<&str> {
    let cell = cell.trim();
    let blank = cell.is_empty() || BLANKS.iter().any(|word| cell.eq_ignore_ascii_case(word));
    (!blank).then_some(cell)
}

/// What a comma inside a number is. A column has one answer: "1,234" alone could be either.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comma {
    Thousands,
    Decimal,
}

impl Comma {
    /// Commas are thousands where every one of the column stands before three digits, as English files
    /// write them; a single comma elsewhere in the column is a decimal mark.
    fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut with = cells.filter_map(known).filter(|cell| cell.contains(','));
        if with.all(is_grouped) { Self::Thousands } else { Self::Decimal }
    }
}

fn is_grouped(cell: &str) -> bool {
    let plain = cell.trim_end_matches('%').trim_end().trim_start_matches(['-', '+']);
    let whole = plain.split_once('.').map_or(plain, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len())
        && digits(first)
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3 && digits(group))
}

/// A finite number, with or without a percent sign.
fn number(cell: &str, comma: Comma) -> Option<f64> {
    let plain = cell.strip_suffix('%').unwrap_or(cell).trim_end();
    let value = match comma {
        _ if !plain.contains(',') => plain.parse::<f64>(),
        Comma::Thousands => plain.replace(',', "").parse(),
        // Two or more would be a list.
        Comma::Decimal if plain.matches(',').count() > 1 => return None,
        Comma::Decimal => plain.replace(',', ".").parse(),
    };
    value.ok().filter(|value| value.is_finite())
}

/// "inf", "-Infinity" or a number past the largest that a computer holds.
fn is_endless(cell: &str) -> bool {
    cell.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// Reads a column whose kind is not known: numbers when nearly all known cells are numbers.
pub fn column<'a>(name: &str, cells: impl Iterator<Item = &'a str> + Clone) -> (Column, Reading) {
    let numbers = numbers(cells.clone());
    let known_cells = cells.clone().filter(|cell| known(cell).is_some()).count();
    let readable = numbers.iter().filter(|value| !value.is_nan()).count();
    // A stray word in a long column of measurements is a mistake; in a short list of codes
    // it is a code, so only columns with many different numbers forgive strays.
    let distinct = distinct_numbers(&numbers);
    // A number without end is no name: beside numbers it is one that cannot be used.
    let endless = cells.clone().filter_map(known).filter(|cell| is_endless(cell)).count();
    let strays = known_cells - readable - if readable > 0 { endless } else { 0 };
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
            as_numbers(name, numbers(cells), known_cells)
        }
        Kind::Category => as_levels(name, cells),
    }
}

fn numbers<'a>(cells: impl Iterator<Item = &'a str> + Clone) -> Vec<f64> {
    let comma = Comma::of(cells.clone());
    let read = |cell| known(cell).and_then(|cell| number(cell, comma)).unwrap_or(f64::NAN);
    cells.map(read).collect()
}

/// Whether a column numbers its rows as identifiers do: a known whole number in each, all different.
/// Measurements of many rows agree here and there.
pub fn numbers_rows(column: &Column) -> bool {
    let Values::Numbers(values) = &column.values else { return false };
    let whole = values.iter().all(|value| value.fract() == 0.0);
    whole && values.len() >= NUMBERED && distinct_numbers(values) == values.len()
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
    fn a_number_without_end_is_not_known_and_makes_no_names_of_the_rest() {
        let (column, reading) = column("rate", ["inf", "1", "2", "-Infinity", "1e999"].into_iter());
        assert_eq!((reading.kind, reading.known, reading.unreadable), (Kind::Number, 2, 3));
        assert_eq!((column.number(0), column.number(1)), (None, Some(1.0)));
        let (_, reading) = super::column("word", ["inf", "sup", "inf"].into_iter());
        assert_eq!(reading.kind, Kind::Category, "words stay words");
    }

    #[test]
    fn numbers_of_rows_are_told_from_measurements() {
        let of = |value: fn(i32) -> f64| Column::numbers("x", (0..60).map(value).collect());
        assert!(numbers_rows(&of(|n| f64::from(n * n + 1_000))));
        assert!(!numbers_rows(&of(|n| f64::from(n % 59))), "two agree");
        assert!(!numbers_rows(&of(|n| f64::from(n) / 7.0)), "no whole numbers");
        let few = Column::numbers("x", (0..20).map(f64::from).collect());
        assert!(!numbers_rows(&few), "too few to say");
    }

    #[test]
    fn a_comma_is_one_thing_in_one_column() {
        let read = |cells: &[&'static str]| numbers(cells.iter().copied());
        assert_eq!(read(&["18%", "3,5", "1,234"]), [18.0, 3.5, 1.234]);
        assert_eq!(
            read(&["1,234", "950", "12,345.6", "-1,000"]),
            [1234.0, 950.0, 12345.6, -1000.0]
        );
        assert_eq!(read(&["0,125"]), [0.125], "no thousands begin with a nought");
        assert!(read(&["1,2,3", "inf", "1e999"]).iter().all(|value| value.is_nan()));
    }

    #[test]
    fn marks_of_other_programs_say_that_nothing_is_known() {
        for cell in ["", " ", ".", "-", "<NA>", "NaN", "#N/A", "Null", "?"] {
            assert_eq!(known(cell), None, "{cell}");
        }
        // "None" is an answer in many lists: no plan, no exclusion.
        assert!(["none", "0", "unknown", "-1"].iter().all(|cell| known(cell).is_some()));
    }
}
