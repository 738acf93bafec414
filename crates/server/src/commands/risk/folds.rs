//! Which rows are learnt from and which predicted: from a fold file, from a column of time, or
//! dealt by ourselves. Invariant: no person is on both sides of a split.

use super::cells::Cells;
use super::source::Source;
use crate::commands::Wrong;
use formats::dates::{DateOrder, read_date};
use risk::crossfit::{self, Split};
use risk::infer;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(clap::Args, Clone, Debug)]
pub struct SplitArgs {
    /// Folds to use: columns task, repeat, the id column, fold.
    #[arg(long, value_name = "FILE")]
    folds: Option<PathBuf>,
    /// Which task of the fold file to use; may be left out when it holds one.
    #[arg(long, value_name = "T", requires = "folds")]
    task: Option<String>,
    /// A column that orders rows in time, for --train-to and --test-from. Never an input.
    #[arg(long, value_name = "COL", requires = "test_from")]
    pub time: Option<String>,
    /// Learn only from rows up to this time; by default all before --test-from.
    #[arg(long, value_name = "VALUE", requires = "time")]
    train_to: Option<String>,
    /// Predict only rows from this time on.
    #[arg(long, value_name = "VALUE", requires = "time")]
    test_from: Option<String>,
    /// Set level and spread right on rows from this time up to --test-from, which are then not learnt from.
    #[arg(long, value_name = "VALUE", requires = "time")]
    recalibrate_from: Option<String>,
}

/// A fold file, read before the data because it names the id column.
pub struct FoldFile {
    cells: Cells,
    pub id: String,
    task: String,
}

pub struct Plan {
    pub task: String,
    pub splits: Vec<Split>,
    /// For each split, the rows that set its level and spread right; none at all where nothing does.
    pub newer: Vec<Vec<usize>>,
    pub how: String,
    pub notes: Vec<String>,
}

impl SplitArgs {
    /// Errors: no such file, columns missing, or a task that is not there.
    pub fn fold_file(&self, id: Option<&str>) -> Result<Option<FoldFile>, Wrong> {
        let Some(path) = &self.folds else { return Ok(None) };
        let cells = Cells::load(path)?;
        cells.wanted("fold", "the folds")?;
        let own = ["task", "repeat", "fold"];
        let others: Vec<&String> =
            cells.names.iter().filter(|name| !own.contains(&name.as_str())).collect();
        let id = match (id, others.as_slice()) {
            (Some(id), _) => {
                cells.wanted(id, "the id in the fold file")?;
                id.to_owned()
            }
            (None, [only]) => (*only).clone(),
            (None, _) => {
                let why = format!("Say with --id which column of {} is the id.", path.display());
                return Err(Wrong::Usage(why));
            }
        };
        let task = self.task_of(&cells, path)?;
        Ok(Some(FoldFile { cells, id, task }))
    }

    fn task_of(&self, cells: &Cells, path: &Path) -> Result<String, Wrong> {
        let Some(column) = cells.column("task") else {
            return Ok(self.task.clone().unwrap_or_default());
        };
        let tasks: BTreeSet<&str> = column.iter().collect();
        let list = || tasks.iter().copied().collect::<Vec<_>>().join(", ");
        match &self.task {
            Some(task) if tasks.contains(task.as_str()) => Ok(task.clone()),
            Some(task) => Err(Wrong::Usage(format!(
                "{} has no task \"{task}\"; it has: {}.",
                path.display(),
                list()
            ))),
            None if tasks.len() == 1 => Ok(list()),
            None => {
                Err(Wrong::Usage(format!("Say with --task which of these to use: {}.", list())))
            }
        }
    }

    /// Errors: no row to learn from or to predict.
    pub fn plan(&self, source: &Source, file: Option<&FoldFile>) -> Result<Plan, Wrong> {
        let mut plan = match file {
            Some(file) => given(file, source)?,
            None if self.time.is_some() => whole(source),
            None => dealt(source),
        };
        if let (Some(time), Some(from)) = (&self.time, &self.test_from) {
            self.by_time(source, time, from, file.is_some(), &mut plan)?;
        }
        let empty = |split: &&Split| split.train.is_empty() || split.test.is_empty();
        if let Some(split) = plan.splits.iter().find(empty) {
            return Err(Wrong::Refused(format!(
                "Repeat {}, fold {} leaves {} rows to learn from and {} to predict.",
                split.repeat,
                split.fold,
                split.train.len(),
                split.test.len()
            )));
        }
        if let Some(at) = plan.newer.iter().position(Vec::is_empty) {
            let split = plan.splits.get(at);
            let (repeat, fold) =
                split.map(|s| (s.repeat.as_str(), s.fold.as_str())).unwrap_or_default();
            return Err(Wrong::Refused(format!(
                "Repeat {repeat}, fold {fold} leaves no rows to set level and spread right on, from \
                 --recalibrate-from up to --test-from."
            )));
        }
        Ok(plan)
    }

    fn by_time(
        &self,
        source: &Source,
        time: &str,
        from: &str,
        folded: bool,
        plan: &mut Plan,
    ) -> Result<(), Wrong> {
        let column = source.cells.wanted(time, "--time")?;
        let order = |row: &usize, value: &str| compare(column.get(*row), value);
        let begun = self.recalibrate_from.as_deref();
        let dated = |row: &usize| infer::known(column.get(*row)).is_some();
        let early = |row: &usize| {
            let learnt = match &self.train_to {
                Some(to) => order(row, to).is_le(),
                None => order(row, from).is_lt(),
            };
            dated(row) && learnt && begun.is_none_or(|begun| order(row, begun).is_lt())
        };
        let newer = |row: &usize| {
            let begun = begun.is_some_and(|begun| order(row, begun).is_ge());
            dated(row) && begun && order(row, from).is_lt()
        };
        let mut seen_twice = 0;
        for split in &mut plan.splits {
            if begun.is_some() {
                plan.newer.push(split.train.iter().copied().filter(newer).collect());
            }
            split.train.retain(early);
            split.test.retain(|row| dated(row) && order(row, from).is_ge());
            if !folded {
                let used = split.train.iter().chain(plan.newer.last().into_iter().flatten());
                let learnt: BTreeSet<Option<&u32>> =
                    used.map(|row| source.groups.get(*row)).collect();
                let before = split.test.len();
                split.test.retain(|row| !learnt.contains(&source.groups.get(*row)));
                seen_twice += before - split.test.len();
            }
        }
        plan.how = format!("{}; forward in time: predicted from {time} {from} on", plan.how);
        if let Some(begun) = begun {
            plan.how = format!("{}, level and spread set right from {begun} on", plan.how);
        }
        let undated = source.all_rows.iter().filter(|row| !dated(row)).count();
        if undated > 0 {
            plan.notes.push(format!(
                "{undated} rows have no {time} and were neither learnt from nor predicted."
            ));
        }
        if seen_twice > 0 {
            plan.notes.push(format!(
                "{seen_twice} later rows belong to people who were learnt from and were left out."
            ));
        }
        Ok(())
    }
}

/// Numbers by size, dates by time (2/9/2024 is in September), anything else by the alphabet.
fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let (a, b) = (a.trim(), b.trim());
    if let (Ok(a), Ok(b)) = (a.parse::<f64>(), b.parse::<f64>()) {
        return a.total_cmp(&b);
    }
    let day = |text| read_date(text, DateOrder::Dmy);
    match (day(a), day(b)) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

fn whole(source: &Source) -> Plan {
    let rows = source.all_rows.clone();
    let split = Split { repeat: "0".into(), fold: "0".into(), train: rows.clone(), test: rows };
    let how = "one split".to_owned();
    Plan { task: String::new(), splits: vec![split], newer: Vec::new(), how, notes: Vec::new() }
}

fn dealt(source: &Source) -> Plan {
    Plan {
        task: String::new(),
        splits: crossfit::deal(&source.groups, &source.target, 5, 2, 1),
        newer: Vec::new(),
        how: "five folds of people, dealt twice".to_owned(),
        notes: vec![
            "People were dealt into folds at random, which flatters a model: a later year is \
             always harder. Use --time and --test-from to judge forward in time."
                .to_owned(),
        ],
    }
}

type FoldOf<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>;

/// Person to fold, for each repeat of the task.
fn read_folds(file: &FoldFile) -> Result<FoldOf<'_>, Wrong> {
    let cells = &file.cells;
    let (id, fold) = (cells.wanted(&file.id, "the id")?, cells.wanted("fold", "the folds")?);
    let (task, repeat) = (cells.column("task"), cells.column("repeat"));
    let mut repeats: FoldOf<'_> = BTreeMap::new();
    for row in 0..cells.rows {
        if task.is_some_and(|task| task.get(row) != file.task) {
            continue;
        }
        let people = repeats.entry(repeat.map_or("0", |repeat| repeat.get(row))).or_default();
        let (person, fold) = (id.get(row).trim(), fold.get(row).trim());
        // Nobody in particular, or a person who was dealt into no fold.
        if person.is_empty() || fold.is_empty() {
            continue;
        }
        if people.insert(person, fold).is_some_and(|other| other != fold) {
            return Err(Wrong::Refused(format!(
                "The fold file puts {} {person} into two folds of one repeat.",
                file.id
            )));
        }
    }
    Ok(repeats)
}

fn given(file: &FoldFile, source: &Source) -> Result<Plan, Wrong> {
    let ids = source.cells.wanted(&file.id, "the id that the folds go by")?;
    let mut splits = Vec::new();
    let known: BTreeSet<&str> = ids.iter().map(str::trim).collect();
    let (mut unplaced, mut absent) = (BTreeSet::new(), BTreeSet::new());
    let mut repeats: Vec<_> = read_folds(file)?.into_iter().collect();
    repeats.sort_by(|a, b| compare(a.0, b.0));
    for (repeat, people) in repeats {
        let mut folds: Vec<&str> = people.values().copied().collect();
        folds.sort_by(|a, b| compare(a, b));
        folds.dedup();
        let fold_of: Vec<Option<&str>> =
            ids.iter().map(|id| people.get(id.trim()).copied()).collect();
        absent.extend(people.keys().copied().filter(|person| !known.contains(person)));
        unplaced.extend((0..fold_of.len()).filter(|row| fold_of.get(*row) == Some(&None)));
        // "train" and numbers below nought mark rows that are learnt from and never predicted.
        let tested = |fold: &&&str| **fold != "train" && !fold.starts_with('-');
        for fold in folds.iter().filter(tested) {
            let side = |test: bool| {
                let here =
                    |(_, of): &(usize, &Option<&str>)| of.is_some_and(|of| (of == *fold) == test);
                fold_of.iter().enumerate().filter(here).map(|(row, _)| row).collect()
            };
            let (train, test) = (side(false), side(true));
            splits.push(Split { repeat: repeat.into(), fold: (*fold).into(), train, test });
        }
    }
    // A person who is in the fold file but not in the data leaves a hole, not an error.
    splits.retain(|split| !split.test.is_empty());
    if splits.is_empty() {
        let why = format!("No {} of the data is in the fold file.", file.id);
        return Err(Wrong::Refused(why));
    }
    let mut notes = Vec::new();
    if !unplaced.is_empty() {
        let rows = unplaced.len();
        notes.push(format!(
            "{rows} rows are in no fold and were neither learnt from nor predicted."
        ));
    }
    if !absent.is_empty() {
        notes.push(format!("{} people of the fold file are not in the data.", absent.len()));
    }
    let how = format!("the given folds, {} fits", splits.len());
    Ok(Plan { task: file.task.clone(), splits, newer: Vec::new(), how, notes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cmp::Ordering;

    #[test]
    fn time_is_compared_as_numbers_as_dates_or_as_text() {
        assert_eq!(compare("9", "36"), Ordering::Less);
        assert_eq!(compare("2013J", "2014B"), Ordering::Less);
        assert_eq!(compare("30/09/2023", "02/09/2024"), Ordering::Less, "a year before");
        assert_eq!(compare("2023-11-15", "15/11/2023"), Ordering::Equal);
        assert_eq!(compare("2022/23", "2023/24"), Ordering::Less);
    }
}
