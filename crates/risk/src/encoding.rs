//! From columns to numbers a regression can use, learned on training rows only: numbers are
//! standardised, names become one indicator each, and "not known" is a level of its own.
//! Fitting is elsewhere. Invariant: a name never seen in training adds nothing to the
//! log-odds, and is reported rather than guessed at.

use crate::linalg::Matrix;
use crate::table::{Column, Kind, NOT_KNOWN, Table, Values};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Levels with fewer training rows than this share one indicator.
const RARE: usize = 5;
/// A number column with at most this many whole values, unevenly spaced, is also read as codes.
const MOST_CODES: usize = 60;
/// Numbers spread over less than this part of their mean differ only in digits that sums do not keep.
const TOO_FINE: f64 = 1e-12;
/// A name column with more different values than this share of its rows is an identifier.
const IDENTIFIER_SHARE: f64 = 0.5;

/// One number in the design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    pub column: String,
    pub part: Part,
    /// Mean of the encoded term over the training rows; contributions are measured from it.
    pub mean: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Part {
    /// (value - centre) * scale, nought when not known.
    Number { centre: f64, scale: f64 },
    /// `scale` when the value is this level, else nought.
    Level { level: String, scale: f64 },
    /// `scale` when the value is one of the rare levels, else nought.
    Rare { levels: Vec<String>, scale: f64 },
    /// `scale` when nothing is known, else nought.
    Missing { scale: f64 },
}

/// A column that is not used, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub column: String,
    pub why: String,
}

/// The learned encoding. Shape: one `Term` per column of the design.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoding {
    pub inputs: Vec<(String, Kind)>,
    pub terms: Vec<Term>,
    pub left_out: Vec<LeftOut>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EncodingError {
    #[error("The data lack {} that the model reads: {}.", columns(.0.len()), .0.join(", "))]
    MissingColumns(Vec<String>),
    #[error("Column \"{0}\" holds names where the model was fitted on numbers, or the reverse.")]
    WrongKind(String),
}

fn columns(count: usize) -> &'static str {
    if count == 1 { "a column" } else { "columns" }
}

/// A value that training never showed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unseen {
    pub column: String,
    pub level: String,
    pub rows: usize,
}

impl Encoding {
    /// Learns from `rows` of the named columns of `table`; other rows are not looked at.
    pub fn learn(table: &Table, inputs: &[String], rows: &[usize]) -> Self {
        let mut encoding = Self { inputs: Vec::new(), terms: Vec::new(), left_out: Vec::new() };
        for column in inputs.iter().filter_map(|name| table.column(name)) {
            match learn_column(column, rows) {
                Ok(terms) => {
                    encoding.inputs.push((column.name.clone(), column.kind()));
                    encoding.terms.extend(terms);
                }
                Err(why) => {
                    let why = why.to_owned();
                    encoding.left_out.push(LeftOut { column: column.name.clone(), why });
                }
            }
        }
        encoding
    }

    /// Errors: columns that the model reads are missing or of the other kind.
    pub fn check(&self, table: &Table) -> Result<(), EncodingError> {
        let lacks = |(name, _): &&(String, Kind)| table.column(name).is_none();
        let missing: Vec<String> = self.inputs.iter().filter(lacks).map(|i| i.0.clone()).collect();
        if !missing.is_empty() {
            return Err(EncodingError::MissingColumns(missing));
        }
        let differs =
            |(name, kind): &&(String, Kind)| table.column(name).is_some_and(|c| c.kind() != *kind);
        match self.inputs.iter().find(differs) {
            Some((name, _)) => Err(EncodingError::WrongKind(name.clone())),
            None => Ok(()),
        }
    }

    /// The design of some rows. Shape: rows x terms, without an intercept.
    /// Errors: as `check`.
    pub fn design(&self, table: &Table, rows: &[usize]) -> Result<Matrix, EncodingError> {
        self.check(table)?;
        let width = self.terms.len();
        let readers = self.readers(table);
        let mut cells = vec![0.0; rows.len() * width];
        let filled = cells.par_chunks_mut(width.max(1)).zip(rows);
        filled.with_min_len(256).for_each(|(line, row)| {
            for (cell, reader) in line.iter_mut().zip(&readers) {
                *cell = reader.read(*row);
            }
        });
        Ok(Matrix::new(width, cells))
    }

    /// One reader for each term, in order. Columns must have been checked.
    pub fn readers<'a>(&self, table: &'a Table) -> Vec<Reader<'a>> {
        let by_name: BTreeMap<&str, &Column> =
            table.columns().iter().map(|column| (column.name.as_str(), column)).collect();
        let unseen: BTreeMap<&str, Vec<u32>> =
            by_name.iter().map(|(name, column)| (*name, self.unseen_codes(column))).collect();
        let bind = |term: &Term| {
            let name = term.column.as_str();
            let column = by_name.get(name)?;
            Some(Reader::new(term, column, unseen.get(name)?))
        };
        self.terms.iter().filter_map(bind).collect()
    }

    fn unseen_codes(&self, column: &Column) -> Vec<u32> {
        let Values::Levels { names, .. } = &column.values else { return Vec::new() };
        let new = self.new_names(&column.name, names);
        codes(names, |name| new.contains(name))
    }

    fn new_names<'a>(&self, column: &str, names: &'a [String]) -> BTreeSet<&'a str> {
        let known: BTreeSet<&str> = self.known_levels(column).collect();
        names.iter().map(String::as_str).filter(|name| !known.contains(name)).collect()
    }

    fn known_levels<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a str> {
        let terms = self.terms.iter().filter(move |term| term.column == column);
        terms
            .flat_map(|term| match &term.part {
                Part::Level { level, .. } => std::slice::from_ref(level),
                Part::Rare { levels, .. } => levels.as_slice(),
                Part::Number { .. } | Part::Missing { .. } => &[],
            })
            .map(String::as_str)
    }

    /// Number columns and how many of `rows` lie further out in them than any of `learnt` training rows can
    /// have: of n numbers none is more than the root of n spreads from their mean.
    pub fn far_out(&self, table: &Table, rows: &[usize], learnt: usize) -> Vec<(String, usize)> {
        let furthest = count(learnt).sqrt() * (1.0 + 1e-9);
        let far = |term: &Term| {
            let Part::Number { centre, scale } = term.part else { return None };
            let column = table.column(&term.column)?;
            let beyond = |row: &&usize| {
                column.number(**row).is_some_and(|v| ((v - centre) * scale).abs() > furthest)
            };
            let found = rows.iter().filter(beyond).count();
            (found > 0).then(|| (term.column.clone(), found))
        };
        self.terms.iter().filter_map(far).collect()
    }

    /// Levels in `rows` that training never showed, with how many rows hold each.
    pub fn unseen(&self, table: &Table, rows: &[usize]) -> Vec<Unseen> {
        let mut found = Vec::new();
        for (name, _) in self.inputs.iter().filter(|input| input.1 == Kind::Category) {
            let Some(Column { values: Values::Levels { names, codes }, .. }) = table.column(name)
            else {
                continue;
            };
            let new = self.new_names(name, names);
            let counts = tally(names.len(), codes, rows);
            for (level, rows) in names.iter().zip(counts).filter(|(_, rows)| *rows > 0) {
                if new.contains(level.as_str()) {
                    found.push(Unseen { column: name.clone(), level: level.clone(), rows });
                }
            }
        }
        found
    }
}

/// One term bound to one column, with any name already turned into its code.
pub struct Reader<'a> {
    column: &'a Column,
    part: Bound,
    average: f64,
}

enum Bound {
    Number {
        centre: f64,
        scale: f64,
    },
    Code {
        value: f64,
        scale: f64,
    },
    Codes {
        values: Vec<f64>,
        scale: f64,
    },
    /// Codes of the level itself, and codes of levels that training never showed.
    Level {
        codes: Vec<u32>,
        new: Vec<u32>,
        scale: f64,
    },
    Missing {
        scale: f64,
    },
}

impl<'a> Reader<'a> {
    fn new(term: &Term, column: &'a Column, new: &[u32]) -> Self {
        let level_of = |codes, scale| Bound::Level { codes, new: new.to_vec(), scale };
        let part = match (&term.part, &column.values) {
            (Part::Number { centre, scale }, _) => Bound::Number { centre: *centre, scale: *scale },
            (Part::Missing { scale }, _) => Bound::Missing { scale: *scale },
            (Part::Level { level, scale }, Values::Levels { names, .. }) => {
                level_of(codes(names, |name| name == level), *scale)
            }
            (Part::Rare { levels, scale }, Values::Levels { names, .. }) => {
                level_of(codes(names, |name| levels.iter().any(|l| l == name)), *scale)
            }
            (Part::Level { level, scale }, Values::Numbers(_)) => {
                Bound::Code { value: level.parse().unwrap_or(f64::NAN), scale: *scale }
            }
            (Part::Rare { levels, scale }, Values::Numbers(_)) => Bound::Codes {
                values: levels.iter().filter_map(|level| level.parse().ok()).collect(),
                scale: *scale,
            },
        };
        Self { column, part, average: term.mean }
    }

    /// The encoded value in a row.
    pub fn read(&self, row: usize) -> f64 {
        match (&self.part, &self.column.values) {
            (Bound::Level { codes, new, scale }, Values::Levels { codes: cells, .. }) => {
                let cell = cells.get(row).copied().unwrap_or(NOT_KNOWN);
                if new.contains(&cell) { self.average } else { on(codes.contains(&cell), *scale) }
            }
            (Bound::Missing { scale }, Values::Levels { codes, .. }) => {
                on(codes.get(row).is_none_or(|code| *code == NOT_KNOWN), *scale)
            }
            (part, Values::Numbers(values)) => {
                let value = values.get(row).copied().unwrap_or(f64::NAN);
                match part {
                    Bound::Number { .. } if value.is_nan() => 0.0,
                    Bound::Number { centre, scale } => (value - centre) * scale,
                    Bound::Code { value: code, scale } => on(value == *code, *scale),
                    Bound::Codes { values, scale } => on(values.contains(&value), *scale),
                    Bound::Missing { scale } => on(value.is_nan(), *scale),
                    Bound::Level { .. } => self.average,
                }
            }
            _ => self.average,
        }
    }
}

fn on(yes: bool, scale: f64) -> f64 {
    if yes { scale } else { 0.0 }
}

fn codes(names: &[String], wanted: impl Fn(&str) -> bool) -> Vec<u32> {
    let found = names.iter().enumerate().filter(|(_, name)| wanted(name));
    found.filter_map(|(code, _)| u32::try_from(code).ok()).collect()
}

/// How many of `rows` hold each code.
fn tally(names: usize, codes: &[u32], rows: &[usize]) -> Vec<usize> {
    let mut counts = vec![0; names];
    for code in rows.iter().filter_map(|row| codes.get(*row)) {
        if let Some(seen) = usize::try_from(*code).ok().and_then(|code| counts.get_mut(code)) {
            *seen += 1;
        }
    }
    counts
}

fn learn_column(column: &Column, rows: &[usize]) -> Result<Vec<Term>, &'static str> {
    let parts = match &column.values {
        Values::Numbers(values) => number_parts(values, rows)?,
        Values::Levels { names, codes } => name_parts(names, codes, rows)?,
    };
    let terms = parts.into_iter().map(|part| {
        let mut term = Term { column: column.name.clone(), part, mean: 0.0 };
        let reader = Reader::new(&term, column, &[]);
        let total: f64 = rows.iter().map(|row| reader.read(*row)).sum();
        term.mean = total / count(rows.len());
        term
    });
    Ok(terms.collect())
}

fn count(n: usize) -> f64 {
    n as f64
}

fn number_parts(values: &[f64], rows: &[usize]) -> Result<Vec<Part>, &'static str> {
    let known: Vec<f64> =
        rows.iter().filter_map(|row| values.get(*row).copied()).filter(|v| !v.is_nan()).collect();
    if known.is_empty() {
        return Err("nothing is known in it");
    }
    let centre = known.iter().sum::<f64>() / count(known.len());
    let spread = known.iter().map(|v| (v - centre).powi(2)).sum::<f64>() / count(known.len());
    if !spread.is_finite() {
        return Err("its numbers are too large to be reckoned with");
    }
    let missing = missing_part(known.len(), rows.len());
    // By the numbers themselves: the mean of many equal ones can miss them by a rounding.
    let varies = known.iter().any(|value| Some(value) != known.first());
    if varies && spread.sqrt() <= TOO_FINE * centre.abs().max(f64::MIN_POSITIVE.sqrt()) {
        return Err("its numbers differ by too little to be reckoned with");
    }
    if !varies && missing.is_none() {
        return Err("it never varies");
    }
    let mut parts = Vec::new();
    if varies {
        parts.push(Part::Number { centre, scale: 1.0 / spread.sqrt() });
        parts.extend(code_parts(&known));
    }
    parts.extend(missing);
    Ok(parts)
}

/// Whole numbers on an uneven scale (course 33, 171, 9003) are usually codes, so each frequent
/// one gets an indicator beside the straight line; the ridge decides how far to believe them.
fn code_parts(known: &[f64]) -> Vec<Part> {
    let mut tally: BTreeMap<i64, usize> = BTreeMap::new();
    for value in known {
        if value.fract() != 0.0 || value.abs() > 1e9 {
            return Vec::new();
        }
        *tally.entry(*value as i64).or_default() += 1;
        if tally.len() > MOST_CODES {
            return Vec::new();
        }
    }
    if tally.len() < 3 || evenly_spaced(&tally) {
        return Vec::new();
    }
    let tally = tally.into_iter().map(|(code, rows)| (code.to_string(), rows)).collect();
    level_parts(tally, known.len())
}

/// Whether the values fill at least half of the scale they step along.
fn evenly_spaced(tally: &BTreeMap<i64, usize>) -> bool {
    let values: Vec<i64> = tally.keys().copied().collect();
    let gaps = || values.iter().zip(values.iter().skip(1)).map(|(a, b)| b - a);
    let step = gaps().fold(0, greatest_common_divisor);
    let places = gaps().sum::<i64>() / step.max(1) + 1;
    places <= 2 * i64::try_from(values.len()).unwrap_or(i64::MAX)
}

fn greatest_common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

fn name_parts(names: &[String], codes: &[u32], rows: &[usize]) -> Result<Vec<Part>, &'static str> {
    let counts = tally(names.len(), codes, rows);
    let tally: Vec<(String, usize)> =
        names.iter().cloned().zip(counts).filter(|(_, rows)| *rows > 0).collect();
    let known: usize = tally.iter().map(|(_, rows)| rows).sum();
    if known == 0 {
        return Err("nothing is known in it");
    }
    if tally.len() > 20 && count(tally.len()) > IDENTIFIER_SHARE * count(known) {
        return Err(
            "nearly every row has a name of its own, so it identifies people or is free text",
        );
    }
    let missing = missing_part(known, rows.len());
    if tally.len() == 1 && missing.is_none() {
        return Err("it never varies");
    }
    let mut parts = level_parts(tally, known);
    parts.extend(missing);
    Ok(parts)
}

/// One indicator for each frequent level and one for all rare ones together.
fn level_parts(tally: Vec<(String, usize)>, known: usize) -> Vec<Part> {
    let counts: Vec<usize> = tally.iter().map(|(_, rows)| *rows).collect();
    let scale = level_scale(&counts, known);
    let (rare, frequent): (Vec<_>, Vec<_>) = tally.into_iter().partition(|(_, rows)| *rows < RARE);
    let mut parts: Vec<Part> =
        frequent.into_iter().map(|(level, _)| Part::Level { level, scale }).collect();
    if !rare.is_empty() {
        parts
            .push(Part::Rare { levels: rare.into_iter().map(|(level, _)| level).collect(), scale });
    }
    parts
}

/// One scale for all levels of a column, so that a ridge pulls on two levels exactly as it
/// would on one standardised 0/1 number, and harder on a rare level than on a common one.
fn level_scale(counts: &[usize], known: usize) -> f64 {
    let alike: f64 = counts.iter().map(|rows| (count(*rows) / count(known)).powi(2)).sum();
    (1.0 / (1.0 - alike).max(0.02)).sqrt()
}

fn missing_part(known: usize, rows: usize) -> Option<Part> {
    let share = 1.0 - count(known) / count(rows);
    // A gap in a handful of rows must not earn a large effect, so its scale is capped.
    let spread = (share * (1.0 - share)).sqrt().max(0.2);
    (known < rows && known > 0).then(|| Part::Missing { scale: 1.0 / spread })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learn(column: Column) -> Encoding {
        let rows: Vec<usize> = (0..column.len()).collect();
        let name = column.name.clone();
        Encoding::learn(&Table::new(vec![column]).expect("one column"), &[name], &rows)
    }

    #[test]
    fn numbers_are_standardised_and_gaps_are_a_level() {
        let table = Table::new(vec![Column::numbers("x", vec![1.0, 3.0, f64::NAN])]).expect("one");
        let encoding = Encoding::learn(&table, &["x".into()], &[0, 1, 2]);
        let design = encoding.design(&table, &[0, 1, 2]).expect("same table");
        assert_eq!(design.row(0), [-1.0, 0.0]);
        assert_eq!(design.row(1), [1.0, 0.0]);
        assert_eq!(design.row(2)[0], 0.0);
        assert!(design.row(2)[1] > 0.0);
    }

    #[test]
    fn a_name_never_seen_is_reported() {
        let train = Column::levels("s", ["a", "b", "c", "a", "b", "c"].into_iter().map(Some));
        let encoding = learn(train);
        let later = Column::levels("s", ["a", "z", "z"].into_iter().map(Some));
        let later = Table::new(vec![later]).expect("one");
        let unseen = encoding.unseen(&later, &[0, 1, 2]);
        assert_eq!(unseen, [Unseen { column: "s".into(), level: "z".into(), rows: 2 }]);
    }

    #[test]
    fn useless_columns_are_left_out_with_a_reason() {
        let names: Vec<String> = (0..100).map(|n| format!("person {n}")).collect();
        let cells = names.iter().map(|name| Some(name.as_str()));
        assert!(learn(Column::levels("who", cells)).left_out[0].why.contains("identifies"));
        assert!(learn(Column::numbers("c", vec![2.0; 9])).left_out[0].why.contains("never varies"));
    }

    #[test]
    fn whether_numbers_vary_is_asked_of_the_numbers() {
        // The mean of these is not quite the number, whose rounding would pass for a spread.
        for same in [1e20 / 3.0, 0.1, 7e-200] {
            let found = learn(Column::numbers("x", vec![same; 331]));
            assert!(found.left_out[0].why.contains("never varies"), "{same} {found:?}");
        }
        for unit in [1e-30, 1e-12, 1.0, 1e30] {
            let values = [1.0, 2.0, 4.0, 4.0].map(|value| value * unit).to_vec();
            assert_eq!(learn(Column::numbers("x", values)).terms.len(), 1, "in units of {unit}");
        }
        for values in [[1e-200, 2e-200, 4e-200], [1.0, 1.0 + 4e-16, 1.0 - 4e-16]] {
            let found = learn(Column::numbers("x", values.to_vec()));
            assert!(found.left_out[0].why.contains("too little"), "{values:?} {found:?}");
        }
    }

    #[test]
    fn a_number_beyond_every_row_learnt_from_is_told() {
        let encoding = learn(Column::numbers("x", (0..100).map(f64::from).collect()));
        let of = |value: f64| Table::new(vec![Column::numbers("x", vec![value])]).expect("one");
        assert_eq!(encoding.far_out(&of(300.0), &[0], 100), []);
        assert_eq!(encoding.far_out(&of(-1e300), &[0], 100), [("x".to_owned(), 1)]);
        assert_eq!(encoding.far_out(&of(f64::NAN), &[0], 100), []);
        // One row in a hundred stands out as far as a row can, and is itself within what was learnt.
        let alone: Vec<f64> = (0..100).map(|n| f64::from(u8::from(n == 0))).collect();
        let column = Column::numbers("x", alone);
        let table = Table::new(vec![column.clone()]).expect("one");
        assert_eq!(learn(column).far_out(&table, &[0], 100), []);
    }

    #[test]
    fn uneven_whole_numbers_are_codes_and_even_ones_are_not() {
        let codes = [33.0, 171.0, 9003.0].repeat(6);
        assert_eq!(learn(Column::numbers("course", codes)).terms.len(), 4);
        let months = [12.0, 18.0, 24.0, 30.0].repeat(6);
        assert_eq!(learn(Column::numbers("month", months)).terms.len(), 1);
    }

    #[test]
    fn a_missing_column_is_named() {
        let encoding = learn(Column::numbers("x", vec![1.0, 2.0]));
        let other = Table::new(vec![Column::numbers("y", vec![1.0])]).expect("one");
        let error = encoding.check(&other).expect_err("x is not there");
        assert_eq!(error.to_string(), "The data lack a column that the model reads: x.");
    }
}
