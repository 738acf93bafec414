//! From a file to what a fit may look at: which column is the outcome, which rows are one
//! person's, what is left as inputs, and how each column was read. Invariant: the id, the
//! target, excluded columns and a points column are never among the inputs.

use super::cells::Cells;
use super::outcome::{Outcomes, outcomes};
use super::{DataArgs, read_toml};
use crate::commands::Wrong;
use formats::dates::{DateOrder, read_date};
use rayon::prelude::*;
use risk::infer::{self, Reading};
use risk::leaks::{self, Leak};
use risk::points::PointsTable;
use risk::table::{Kind, Table};
use risk::words::Words;
use risk::{Model, Training};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub struct Source {
    pub cells: Cells,
    /// Every column of the file but the target and the id.
    pub table: Table,
    pub readings: Vec<Reading>,
    pub inputs: Vec<String>,
    pub target: Vec<Option<bool>>,
    /// What counts as "yes" in the target.
    pub positive: String,
    pub groups: Vec<u32>,
    pub people: usize,
    pub points: Option<Vec<f64>>,
    pub words: Words,
    pub all_rows: Vec<usize>,
    /// What whoever reads the figures has to know of the file.
    pub notes: Vec<String>,
}

impl Source {
    /// Reads a file to learn from. `also_never` names further columns that are no inputs.
    /// Errors: wrong names, an unclear target.
    pub fn to_learn_from(
        args: &DataArgs,
        target: &str,
        id: Option<&str>,
        also_never: &[&str],
    ) -> Result<Self, Wrong> {
        let cells = Cells::load(&args.data)?;
        let (target_column, excluded) =
            (cells.wanted(target, "the target")?, excluded(args, &cells)?);
        if id == Some(target) {
            return Err(Wrong::Usage(format!(
                "\"{target}\" cannot be both the target and the id."
            )));
        }
        let Outcomes { positive, known, mut notes } = outcomes(target, target_column, args)?;
        let People { groups, people, notes: nameless } = people(&cells, id)?;
        notes.extend(nameless);
        let apart = |name: &&String| name.as_str() != target && Some(name.as_str()) != id;
        let names: Vec<String> = cells.names.iter().filter(apart).cloned().collect();
        let (table, readings) = table(&cells, &names, &BTreeMap::new())?;
        let points = points(args.points.as_deref(), &table)?;
        if cells.names.iter().any(String::is_empty) {
            notes.push("The first column has no name and is not used.".to_owned());
        }
        let input = |name: &&String| {
            !name.is_empty()
                && !excluded.contains(*name)
                && args.points.as_ref() != Some(*name)
                && !also_never.contains(&name.as_str())
        };
        let (dates, inputs): (Vec<String>, Vec<String>) =
            names.iter().filter(input).cloned().partition(|name| holds_dates(&cells, &table, name));
        notes.extend(dates.iter().map(|name| undated(name)));
        notes.extend(numbering(&inputs, &table));
        let words = words(args.words.as_deref())?;
        let all_rows = (0..cells.rows).collect();
        Ok(Self {
            cells,
            table,
            readings,
            inputs,
            target: known,
            positive,
            groups,
            people,
            points,
            words,
            all_rows,
            notes,
        })
    }

    /// Reads a file to be scored: each column as the model was taught to read it.
    pub fn to_score(args: &DataArgs, model: &Model) -> Result<Self, Wrong> {
        let cells = Cells::load(&args.data)?;
        let kinds: BTreeMap<String, Kind> = model.encoding.inputs.iter().cloned().collect();
        let by_column = args.points.as_deref().is_none_or(|points| !points.ends_with(".toml"));
        let points_column = args.points.as_deref().filter(|_| by_column);
        let read = |name: &&String| {
            !by_column || kinds.contains_key(*name) || points_column == Some(name.as_str())
        };
        let names: Vec<String> = cells.names.iter().filter(read).cloned().collect();
        let (table, readings) = table(&cells, &names, &kinds)?;
        let People { groups, people, notes } = people(&cells, args.id.as_deref())?;
        let points = points(args.points.as_deref(), &table)?;
        Ok(Self {
            table,
            readings,
            inputs: kinds.into_keys().collect(),
            target: Vec::new(),
            positive: String::new(),
            groups,
            people,
            points,
            words: words(args.words.as_deref())?,
            all_rows: (0..cells.rows).collect(),
            cells,
            notes,
        })
    }

    pub fn training(&self) -> Training<'_> {
        Training {
            table: &self.table,
            inputs: &self.inputs,
            target: &self.target,
            groups: &self.groups,
            rows: &self.all_rows,
            points: self.points.as_deref(),
        }
    }

    /// Refuses columns that give the outcome away; returns those merely suspected.
    pub fn refuse_leaks(&self) -> Result<Vec<Leak>, Wrong> {
        let found = leaks::find(&self.table, &self.inputs, &self.target, &self.all_rows);
        let (certain, suspected): (Vec<_>, Vec<_>) = found.into_iter().partition(|l| l.certain);
        if certain.is_empty() {
            return Ok(suspected);
        }
        let each: Vec<String> =
            certain.iter().map(|leak| format!("\"{}\" ({})", leak.column, leak.how)).collect();
        let names: Vec<&str> = certain.iter().map(|leak| leak.column.as_str()).collect();
        Err(Wrong::Refused(format!(
            "The outcome leaks: {} predicts it perfectly, so it was most likely recorded after \
             the outcome or is the outcome. Leave it out with --exclude \"{}\".",
            each.join(" and "),
            names.join(",")
        )))
    }

    /// Columns among the inputs that speak of a protected characteristic, and of which.
    pub fn protected(&self) -> Vec<(String, &'static str)> {
        let kind = |name: &String| Some((name.clone(), risk::words::protected(name)?));
        self.inputs.iter().filter_map(kind).collect()
    }
}

fn excluded(args: &DataArgs, cells: &Cells) -> Result<BTreeSet<String>, Wrong> {
    let mut names = BTreeSet::new();
    for given in &args.exclude {
        // A column's own name may hold a comma, so the whole is tried before its parts.
        if cells.column(given).is_some() {
            names.insert(given.clone());
            continue;
        }
        for name in given.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            cells.wanted(name, "--exclude")?;
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

/// Whether every known cell of a column of names is a date. Each date would be a name of its own, which no
/// later file has again.
fn holds_dates(cells: &Cells, table: &Table, name: &str) -> bool {
    let named = table.column(name).is_some_and(|column| column.kind() == Kind::Category);
    let Some(column) = cells.column(name).filter(|_| named) else { return false };
    let mut known = column.iter().filter_map(infer::known).peekable();
    known.peek().is_some() && known.all(is_date)
}

fn is_date(cell: &str) -> bool {
    [DateOrder::Dmy, DateOrder::Mdy].into_iter().any(|order| read_date(cell, order).is_ok())
}

fn undated(name: &str) -> String {
    format!("{name} holds dates and is not used; give an age or a number of days in its place.")
}

/// Inputs that number the rows, which whoever gave no id has most likely overlooked.
fn numbering(inputs: &[String], table: &Table) -> Vec<String> {
    let columns = inputs.iter().filter_map(|name| table.column(name));
    let numbers = columns.filter(|column| infer::numbers_rows(column));
    let note = |column: &risk::Column| {
        format!(
            "{0} is another whole number in every row and is read as a fact; if it numbers people, \
             name it with --id {0}.",
            column.name
        )
    };
    numbers.map(note).collect()
}

struct People {
    /// A number for each row's person, in order of first appearance.
    groups: Vec<u32>,
    people: usize,
    notes: Vec<String>,
}

/// Each row a person of its own without an id; a row whose id is empty is nobody else's either.
fn people(cells: &Cells, id: Option<&str>) -> Result<People, Wrong> {
    let column = id.map(|id| cells.wanted(id, "the id")).transpose()?;
    let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
    let (mut groups, mut next, mut without) = (Vec::with_capacity(cells.rows), 0, 0);
    for row in 0..cells.rows {
        let name = column.map_or("", |column| column.get(row).trim());
        let known = numbers.get(name).copied();
        groups.push(known.unwrap_or(next));
        if known.is_none() {
            if name.is_empty() {
                without += 1;
            } else {
                numbers.insert(name, next);
            }
            next += 1;
        }
    }
    let notes = match id {
        Some(id) if without > 0 => {
            vec![format!("{without} rows have no {id}; each is taken for a person of its own.")]
        }
        _ => Vec::new(),
    };
    Ok(People { groups, people: usize::try_from(next).unwrap_or(usize::MAX), notes })
}

fn table(
    cells: &Cells,
    names: &[String],
    kinds: &BTreeMap<String, Kind>,
) -> Result<(Table, Vec<Reading>), Wrong> {
    let read = |name: &String| {
        let column = cells.column(name)?;
        Some(match kinds.get(name) {
            Some(kind) => infer::column_of_kind(name, *kind, column.iter()),
            None => infer::column(name, column.iter()),
        })
    };
    let (columns, readings) =
        names.par_iter().filter_map(read).collect::<Vec<_>>().into_iter().unzip();
    let table = Table::new(columns).map_err(|error| Wrong::Refused(error.to_string()))?;
    Ok((table, readings))
}

fn points(given: Option<&str>, table: &Table) -> Result<Option<Vec<f64>>, Wrong> {
    let Some(given) = given else { return Ok(None) };
    if let Some(column) = table.column(given) {
        let number = |row| column.number(row).unwrap_or(f64::NAN);
        let points: Vec<f64> = (0..table.rows()).map(number).collect();
        if points.iter().all(|points| points.is_nan()) {
            let why = format!("--points names \"{given}\", which holds no numbers.");
            return Err(Wrong::Usage(why));
        }
        return Ok(Some(points));
    }
    if !Path::new(given).exists() {
        let why = format!("--points names neither a column nor a file: \"{given}\".");
        return Err(Wrong::Usage(why));
    }
    let points: PointsTable = read_toml(Path::new(given))?;
    points.score_rows(table).map(Some).map_err(|error| Wrong::Refused(error.to_string()))
}

fn words(path: Option<&Path>) -> Result<Words, Wrong> {
    path.map_or(Ok(Words::default()), read_toml)
}
