//! `waymark risk report`: fit on folds, predict what each fit did not see, and say how well
//! it went: predictions.csv, metrics.json, report.html, and charts each with its table. Invariant: nothing about
//! a test row, the ridge included, is chosen with that row or its person in sight.

use super::folds::{Plan, SplitArgs};
use super::source::Source;
use super::{DataArgs, challenger, charts, csv_cell, page, tables, write, write_json};
use crate::commands::{Outcome, Result, Wrong};
use crate::output::{self, Format};
use risk::Training;
use risk::calibration::{Band, bands};
use risk::crossfit::{self, Fitted, Split};
use risk::encoding::{LeftOut, Unseen};
use risk::evaluation::{self, Candidate, GroupLine, Line, Run, Settings, Truth};
use risk::importance::{self, Given, Loss};
use risk::measures::{ListLength, Ranked};
use risk::model::{FitOptions, Recalibration};
use risk::promotion::Verdict;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// The column to be predicted.
    #[arg(long, value_name = "COL")]
    target: String,
    #[command(flatten)]
    split: SplitArgs,
    /// The ridge (lambda, which is 1/C) instead of one chosen inside each training set.
    #[arg(long, value_name = "LAMBDA", allow_negative_numbers = true)]
    penalty: Option<f64>,
    /// The column of most recent status, to be compared with as a rule of its own.
    #[arg(long, value_name = "COL")]
    status: Option<String>,
    /// Columns to show results by, beside those that speak of a protected characteristic.
    #[arg(long, value_name = "COLS", value_delimiter = ',')]
    groups: Vec<String>,
    /// How long the list is: a number of rows, or a share such as 10%.
    #[arg(long, value_name = "LENGTHS", value_delimiter = ',', default_value = "10%,20%")]
    list: Vec<String>,
    /// Resampled sets of people behind each interval.
    #[arg(long, value_name = "N", default_value_t = 200)]
    bootstrap: u64,
    /// Also fit boosted stumps and tell whether the rule of promotion would let them speak; over 1,000 outcomes.
    #[arg(long)]
    challenger: bool,
}

#[derive(Serialize)]
pub struct Told {
    pub cannot: Vec<String>,
    pub task: String,
    pub target: String,
    pub positive: String,
    pub rows: usize,
    pub outcomes: usize,
    pub people: usize,
    pub outcome_not_known: usize,
    pub how: String,
    pub notes: Vec<String>,
    pub suspected_leaks: Vec<risk::leaks::Leak>,
    pub unknown_levels: Vec<Unseen>,
    pub protected_inputs: Vec<(String, &'static str)>,
    pub inputs: Vec<risk::infer::Reading>,
    /// Columns that the first fit could not use, and why.
    pub left_out: Vec<LeftOut>,
    pub penalties: Vec<f64>,
    /// The correction of each fit, where there is one.
    pub recalibrations: Vec<Recalibration>,
    pub models: Vec<Line>,
    pub calibration: Vec<Band>,
    pub gain: Vec<(f64, f64)>,
    pub groups: Vec<GroupLine>,
    pub fairness: Vec<String>,
    pub permutation: Vec<Loss>,
    pub ablation: Vec<Loss>,
    /// The reasons of those on the first list of the first repeat, and how many they are.
    pub reasons: Vec<Given>,
    pub listed: usize,
    pub challenger: Option<Verdict>,
}

const SEED: u64 = 1;

impl Args {
    pub fn run(self) -> Result {
        let file = self.split.fold_file(self.data.id.as_deref())?;
        let id = self.data.id.as_deref().or(file.as_ref().map(|file| file.id.as_str()));
        let never: Vec<&str> = self.split.time.as_deref().into_iter().collect();
        let source = Source::to_learn_from(&self.data, &self.target, id, &never)?;
        let suspected_leaks = source.refuse_leaks()?;
        let plan = self.split.plan(&source, file.as_ref())?;
        if self.challenger {
            challenger::refuse_few(&source)?;
        }
        let settings = self.settings()?;
        let refused = |error: crossfit::SplitError| Wrong::Refused(error.to_string());
        let training = source.training();
        let plain = crossfit::run(&training, &plan.splits, &super::fit::options(self.penalty))
            .map_err(refused)?;
        let fitted = match plan.newer.as_slice() {
            [] => plain.clone(),
            newer => {
                crossfit::recalibrate(&training, &plan.splits, newer, &plain).map_err(refused)?
            }
        };
        let out = &self.data.out;
        write(out, "predictions.csv", predictions(&plan, &fitted).as_bytes())?;
        let candidates = self.candidates(&source, &plan, &fitted, &plain)?;
        let told =
            self.measured(&source, &plan, &fitted, &candidates, &settings, suspected_leaks)?;
        write_json(out, "metrics.json", &told)?;
        draw(out, &told)?;
        write(out, "report.html", page::html(&told).as_bytes())?;
        match self.data.format {
            Format::Json => output::json(&told),
            Format::Text | Format::Csv => {
                page::lines(&told).iter().for_each(|line| output::line(line));
                output::line(&format!("Written: {}.", out.join("report.html").display()));
            }
        }
        Ok(Outcome::Done)
    }

    fn settings(&self) -> std::result::Result<Settings, Wrong> {
        let length = |text: &String| match text.strip_suffix('%') {
            Some(share) => {
                let share = share.trim().parse::<f64>().ok()?;
                (share > 0.0 && share <= 100.0).then_some(ListLength::Share(share / 100.0))
            }
            None => text.trim().parse().ok().filter(|rows| *rows > 0).map(ListLength::Rows),
        };
        let read = |text: &String| {
            let why = format!(
                "--list takes a number of rows or a share such as 10%, above nought and at most 100%, not \"{text}\"."
            );
            length(text).ok_or(Wrong::Usage(why))
        };
        let lists = self.list.iter().map(read).collect::<std::result::Result<_, _>>()?;
        Ok(Settings { lists, seed: SEED, replicates: self.bootstrap })
    }

    /// The model first, then what it must beat.
    fn candidates(
        &self,
        source: &Source,
        plan: &Plan,
        fitted: &[Fitted],
        plain: &[Fitted],
    ) -> std::result::Result<Vec<Candidate>, Wrong> {
        let mut all = vec![candidate("model", source, &plan.splits, fitted)];
        if !plan.newer.is_empty() {
            all.push(candidate("model as fitted", source, &plan.splits, plain));
        }
        let mut rival = |name: &str, training: Training<'_>| {
            let fits = crossfit::run(&training, &plan.splits, &FitOptions::default())
                .map_err(|error| Wrong::Refused(format!("{name}: {error}")))?;
            all.push(candidate(name, source, &plan.splits, &fits));
            Ok::<(), Wrong>(())
        };
        if source.points.is_some() {
            rival("points", Training { inputs: &[], ..source.training() })?;
        }
        if let Some(status) = &self.status {
            source.cells.wanted(status, "--status")?;
            // The target and the id are no columns of the table that a fit reads.
            if source.table.column(status).is_none() {
                let why = format!(
                    "--status wants another column than the target or the id, not \"{status}\"."
                );
                return Err(Wrong::Usage(why));
            }
            let inputs = [status.clone()];
            rival(
                "most recent status",
                Training { inputs: &inputs, points: None, ..source.training() },
            )?;
        }
        if self.challenger {
            let chances = challenger::chances(source, plan)?;
            all.push(candidate_of(challenger::NAME, source, &plan.splits, &chances));
        }
        Ok(all)
    }

    fn measured(
        &self,
        source: &Source,
        plan: &Plan,
        fitted: &[Fitted],
        candidates: &[Candidate],
        settings: &Settings,
        suspected_leaks: Vec<risk::leaks::Leak>,
    ) -> std::result::Result<Told, Wrong> {
        let truth = Truth { target: &source.target, groups: &source.groups, people: source.people };
        let (chances, outcomes) = pooled(candidates, source);
        let columns = self.group_columns(source)?;
        let of_groups =
            |model| evaluation::by_group(model, &source.table, &columns, &truth, settings);
        let groups = candidates.first().map(of_groups).unwrap_or_default();
        let first = settings.lists.first().copied().unwrap_or(ListLength::Share(0.1));
        let stumps = candidates.iter().find(|other| other.name == challenger::NAME);
        let verdict = candidates.first().zip(stumps);
        let (permutation, ablation) = importances(source, plan, fitted)?;
        let (splits, fits) = first_repeat(plan, fitted);
        let (reasons, listed) = importance::reasons_given(&source.training(), splits, fits, first)
            .map_err(|error| Wrong::Refused(error.to_string()))?;
        let known: Vec<bool> = source.target.iter().flatten().copied().collect();
        let mut told = Told {
            cannot: Vec::new(),
            task: plan.task.clone(),
            target: self.target.clone(),
            positive: source.positive.clone(),
            rows: known.len(),
            outcomes: known.iter().filter(|outcome| **outcome).count(),
            people: source.people,
            outcome_not_known: source.target.len() - known.len(),
            how: plan.how.clone(),
            notes: source.notes.iter().chain(&plan.notes).cloned().collect(),
            suspected_leaks,
            unknown_levels: unknown_levels(source, plan, fitted),
            protected_inputs: source.protected(),
            inputs: source
                .readings
                .iter()
                .filter(|r| source.inputs.contains(&r.column))
                .cloned()
                .collect(),
            left_out: fitted.first().map(|f| f.model.encoding.left_out.clone()).unwrap_or_default(),
            penalties: fitted.iter().filter_map(|fit| fit.model.penalty).collect(),
            recalibrations: fitted.iter().filter_map(|fit| fit.model.recalibration).collect(),
            models: evaluation::scoreboard(candidates, &truth, settings),
            calibration: bands(&chances, &outcomes),
            gain: Ranked::new(&chances, &outcomes).gain(&vec![1.0; outcomes.len()]),
            fairness: page::fairness(&groups),
            groups,
            permutation,
            ablation,
            reasons,
            listed,
            challenger: verdict.and_then(|pair| challenger::verdict(source, pair, &columns, first)),
        };
        told.cannot = page::cannot(&told);
        Ok(told)
    }

    fn group_columns(&self, source: &Source) -> std::result::Result<Vec<String>, Wrong> {
        let mut columns: Vec<String> = source
            .table
            .columns()
            .iter()
            .filter(|column| {
                risk::words::protected(&column.name).is_some_and(|kind| kind != "name or note")
            })
            .map(|column| column.name.clone())
            .collect();
        for name in &self.groups {
            source.cells.wanted(name, "--groups")?;
            if !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        Ok(columns)
    }
}

/// Each chart with the table it is drawn from.
fn draw(out: &std::path::Path, told: &Told) -> std::result::Result<(), Wrong> {
    for (name, chart, table) in [
        (
            "calibration",
            charts::calibration(&told.calibration),
            tables::calibration(&told.calibration),
        ),
        ("gain", charts::gain(&told.gain), tables::gain(&told.gain)),
        ("fairness", charts::fairness(&told.groups), tables::fairness(&told.groups)),
        (
            "reasons",
            charts::reasons(&told.reasons, told.listed),
            tables::reasons(&told.reasons, told.listed),
        ),
    ] {
        write(out, &format!("{name}.svg"), chart.as_bytes())?;
        write(out, &format!("{name}.csv"), table.as_bytes())?;
    }
    Ok(())
}

/// One line for each predicted row, whether or not its outcome is known.
fn predictions(plan: &Plan, fitted: &[Fitted]) -> String {
    let mut text = "task,repeat,row,fold,p\n".to_owned();
    for (split, fit) in plan.splits.iter().zip(fitted) {
        let (task, repeat, fold) =
            (csv_cell(&plan.task), csv_cell(&split.repeat), csv_cell(&split.fold));
        for (row, p) in split.test.iter().zip(&fit.chances) {
            text.push_str(&format!("{task},{repeat},{row},{fold},{p}\n"));
        }
    }
    text
}

/// The chances of rows with a known outcome, one run for each repeat.
fn candidate(name: &str, source: &Source, splits: &[Split], fitted: &[Fitted]) -> Candidate {
    let chances: Vec<Vec<f64>> = fitted.iter().map(|fit| fit.chances.clone()).collect();
    candidate_of(name, source, splits, &chances)
}

fn candidate_of(name: &str, source: &Source, splits: &[Split], chances: &[Vec<f64>]) -> Candidate {
    let mut runs: BTreeMap<&str, Run> = BTreeMap::new();
    for (split, chances) in splits.iter().zip(chances) {
        let run = runs
            .entry(&split.repeat)
            .or_insert_with(|| Run { rows: Vec::new(), chances: Vec::new() });
        for (row, chance) in split.test.iter().zip(chances) {
            if source.target.get(*row).copied().flatten().is_some() {
                run.rows.push(*row);
                run.chances.push(*chance);
            }
        }
    }
    Candidate { name: name.to_owned(), runs: runs.into_values().collect() }
}

fn pooled(candidates: &[Candidate], source: &Source) -> (Vec<f64>, Vec<bool>) {
    let runs = candidates.first().into_iter().flat_map(|model| &model.runs);
    let outcome = |row: &usize| source.target.get(*row) == Some(&Some(true));
    runs.flat_map(|run| run.chances.iter().copied().zip(run.rows.iter().map(outcome))).unzip()
}

fn unknown_levels(source: &Source, plan: &Plan, fitted: &[Fitted]) -> Vec<Unseen> {
    let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (split, fit) in plan.splits.iter().zip(fitted) {
        for unseen in fit.model.encoding.unseen(&source.table, &split.test) {
            let most = found.entry((unseen.column, unseen.level)).or_default();
            *most = unseen.rows.max(*most);
        }
    }
    found.into_iter().map(|((column, level), rows)| Unseen { column, level, rows }).collect()
}

fn first_repeat<'a>(plan: &'a Plan, fitted: &'a [Fitted]) -> (&'a [Split], &'a [Fitted]) {
    let first = plan.splits.first().map(|split| &split.repeat);
    let count = plan.splits.iter().take_while(|split| Some(&split.repeat) == first).count();
    (plan.splits.get(..count).unwrap_or(&[]), fitted.get(..count).unwrap_or(&[]))
}

/// Columns that matter most to the first repeat, and what is lost by doing without them.
fn importances(
    source: &Source,
    plan: &Plan,
    fitted: &[Fitted],
) -> std::result::Result<(Vec<Loss>, Vec<Loss>), Wrong> {
    let (splits, fitted) = first_repeat(plan, fitted);
    let training = source.training();
    let permutation = importance::permutation(&training, splits, fitted, SEED)
        .map_err(|error| Wrong::Refused(error.to_string()))?;
    let mut sets: Vec<(String, Vec<String>)> = permutation
        .iter()
        .filter(|loss| source.inputs.contains(&loss.what))
        .take(8)
        .map(|loss| (loss.what.clone(), vec![loss.what.clone()]))
        .collect();
    let protected: BTreeSet<String> = source.protected().into_iter().map(|p| p.0).collect();
    if !protected.is_empty() {
        let all: Vec<String> = protected.into_iter().collect();
        sets.push((
            format!("all that speak of a protected characteristic: {}", all.join(", ")),
            all,
        ));
    }
    // Without a set that is every input there would be nothing to fit.
    sets.retain(|(_, columns)| columns.len() < source.inputs.len());
    let ablation = importance::ablation(&training, splits, fitted, &sets)
        .map_err(|error| Wrong::Refused(error.to_string()))?;
    Ok((permutation, ablation))
}
