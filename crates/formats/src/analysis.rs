//! Sets for the analysis store: attendance, the school census, suspensions, exam results, Key Stages 2
//! and 4, and what youth justice, the Family Intervention Project, the Children's Fund and early help
//! hold. Rows become dated facts; whose they are is the journey's.
//!
//! Invariant: sex, ethnicity, religion, names beyond those that find the person, and notes are not read,
//! whatever columns a file has.

mod grades;
mod sessions;
mod sets;

pub use sets::{CENSUS_ROW, Column, SETS, Set};

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use domain::calendar::Day;
use domain::intake::FileRefused;
use domain::person::fold;
use domain::prediction::Fact;

use crate::dates::{DateOrder, read_date};
use crate::limits::refuse;
use crate::table::{Cell, Header, Source, Table, plain};

/// One row of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The row in the file, from 1.
    pub row: u32,
    /// Ways to find the person, the surest first: UPN, ULN, or name and day of birth folded together.
    pub keys: Vec<String>,
    /// The row of the census's table of pupils that it is of, where it names its pupil by that alone.
    pub of_row: Option<String>,
    /// What the row says, or why it cannot be taken.
    pub facts: Result<Vec<Fact>, String>,
}

/// What a set said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    pub lines: Vec<Line>,
    /// Columns that were not read, as written.
    pub unread: Vec<String>,
    /// First and last day that the set speaks of.
    pub days: Option<(Day, Day)>,
}

/// A row's cells by our names for its columns.
struct Told<'a> {
    cells: BTreeMap<&'static str, String>,
    sender: &'a str,
    as_of: Option<Day>,
}

impl Told<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.cells.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Whether the set has the column, whatever stands in it here.
    fn has(&self, name: &str) -> bool {
        self.cells.contains_key(name)
    }

    fn wanted(&self, name: &str) -> Result<&str, String> {
        self.get(name).ok_or_else(|| format!("nothing stands under {name}"))
    }

    fn day(&self, name: &str) -> Result<Option<Day>, String> {
        let read =
            |text: &str| read_date(text, DateOrder::Dmy).map_err(|wrong| format!("{name} {wrong}"));
        self.get(name).map(read).transpose()
    }

    fn day_or_as_of(&self, name: &str) -> Result<Day, String> {
        self.day(name)?.or(self.as_of).ok_or_else(|| format!("nothing stands under {name}"))
    }

    fn number(&self, name: &str) -> Result<Option<f64>, String> {
        let read = |text: &str| {
            let number = text.trim_end_matches('%').trim().parse::<f64>();
            number
                .ok()
                .filter(|n| n.is_finite() && *n >= 0.0)
                .ok_or_else(|| format!("{name} holds no number"))
        };
        self.get(name).map(read).transpose()
    }

    fn yes(&self, name: &str) -> Option<bool> {
        let text = self.get(name)?.to_lowercase();
        Some(matches!(text.as_str(), "y" | "yes" | "true" | "1" | "t"))
    }

    fn fact(&self, field: &str, value: impl Into<String>, from: Day, to: Option<Day>) -> Fact {
        let (field, value) = (field.to_owned(), value.into());
        Fact { field, value, from, to, source: self.sender.to_owned(), ..Fact::default() }
    }

    /// The row of the census's table of pupils, as it is remembered: which table, and its number there.
    fn row(&self) -> Option<String> {
        let of =
            |column: &sets::Column| Some(format!("{} {}", column.name, self.get(column.name)?));
        sets::ROWS.iter().find_map(of)
    }

    fn keys(&self) -> Vec<String> {
        let upper = |text: &str| text.to_uppercase().replace(' ', "");
        let numbers = ["upn", "uln"].into_iter().filter_map(|name| self.get(name)).map(upper);
        let mut keys: Vec<String> = numbers.collect();
        let born = self.day("dob").ok().flatten();
        if let (Some(given), Some(family), Some(born)) =
            (self.get("forename"), self.get("surname"), born)
        {
            keys.push(format!("{} {} {born}", fold(given), fold(family)));
        }
        keys
    }
}

/// What the sender told about a set.
#[derive(Clone, Debug, Default)]
pub struct Options<'a> {
    pub sender: &'a str,
    /// Our column by its name, and the file's heading for it.
    pub mapping: BTreeMap<String, String>,
    /// The day the set is true of, where its rows do not say.
    pub as_of: Option<Day>,
}

/// Reads a set.
///
/// Errors: a file that is no table, or lacks a column without which its rows say nothing.
pub fn read(set: &Set, bytes: &[u8], options: &Options<'_>) -> Result<Read, FileRefused> {
    let mut table = Table::open(bytes, &Source::default())?;
    let place_of = |header: &Header, column: &Column| {
        let told = options.mapping.get(column.name).map(|heading| plain(heading));
        header.names.iter().position(|heading| {
            let heading = plain(heading);
            match &told {
                Some(told) => heading == *told,
                None => column.called(&heading),
            }
        })
    };
    let known =
        |header: &Header| set.columns().filter(|column| place_of(header, column).is_some()).count();
    let header = table.header(&known, 2)?;
    let places: Vec<(&'static str, usize)> = set
        .columns()
        .filter_map(|column| Some((column.name, place_of(&header, column)?)))
        .collect();
    if let Some(lost) = set.lacks(&|name| places.iter().any(|(known, _)| *known == name)) {
        let there: Vec<&str> =
            header.names.iter().map(String::as_str).filter(|n| !n.is_empty()).collect();
        return Err(refuse(format!(
            "The set has no column for {lost}. Its columns are: {}. Say which one it is.",
            there.join(", ")
        )));
    }
    let mut read = Read {
        unread: header
            .names
            .iter()
            .enumerate()
            .filter(|(at, name)| !name.is_empty() && places.iter().all(|(_, place)| place != at))
            .map(|(_, name)| name.clone())
            .collect(),
        ..Read::default()
    };
    table.each_row(&mut |row, cells| {
        if row > header.row {
            let line = line(set, row, cells, (&places, options));
            read.lines.push(line);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    match set.kind {
        "exams" => read.lines = grades::by_person(read.lines),
        "census-attendance" => read.lines = sessions::by_pupil(read.lines),
        _ => {}
    }
    read.days = days(&read.lines);
    Ok(read)
}

type Bound<'a> = (&'a [(&'static str, usize)], &'a Options<'a>);

fn line(set: &Set, row: u32, cells: &[Cell], (places, options): Bound<'_>) -> Line {
    let cell = |(name, at): &(&'static str, usize)| {
        Some((*name, cells.get(*at)?.shown().trim().to_owned()))
    };
    let told = Told {
        cells: places.iter().filter_map(cell).collect(),
        sender: options.sender,
        as_of: options.as_of,
    };
    let keys = told.keys();
    let of_row = told.row().filter(|_| set.of_census && keys.is_empty());
    let facts = match keys.is_empty() && of_row.is_none() {
        true => Err("nothing says whose row it is".to_owned()),
        false => sets::facts(set.kind, &told),
    };
    Line { row, keys, of_row, facts }
}

fn days(lines: &[Line]) -> Option<(Day, Day)> {
    let facts = || lines.iter().filter_map(|line| line.facts.as_ref().ok()).flatten();
    let first = facts().map(|fact| fact.from).min()?;
    let last = facts().map(|fact| fact.to.unwrap_or(fact.from)).max()?;
    Some((first, last))
}
