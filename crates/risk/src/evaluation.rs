//! The scoreboard: every model on the same rows, with intervals over people, against each
//! other and by group. Charts and words are elsewhere. Invariant: every model is measured on
//! exactly the same rows and the same resampled people.

use crate::bootstrap::{Interval, interval, replicates};
use crate::measures::{ListLength, Measures, Ranked};
use crate::table::{Column, Table};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Fewer outcomes than this and a figure is "too few to say".
pub const ENOUGH: usize = 20;

/// Chances of one repeat. Shape: `rows` and `chances` alike.
#[derive(Clone, Debug)]
pub struct Run {
    pub rows: Vec<usize>,
    pub chances: Vec<f64>,
}

/// A model under test: one run for each repeat, on the same rows as every other model.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub name: String,
    pub runs: Vec<Run>,
}

/// Who and what the rows are. Shape: one entry for each row of the table.
#[derive(Clone, Copy)]
pub struct Truth<'a> {
    pub target: &'a [Option<bool>],
    pub groups: &'a [u32],
    pub people: usize,
}

#[derive(Clone, Debug)]
pub struct Settings {
    pub lists: Vec<ListLength>,
    pub seed: u64,
    pub replicates: u64,
}

/// A figure with its 95% interval over people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    pub value: Option<f64>,
    pub interval: Option<Interval>,
}

pub type Figures = BTreeMap<String, Figure>;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Line {
    pub model: String,
    /// Means over the repeats.
    pub figures: Figures,
    /// The first model's figures less this one's, on the same resampled people.
    pub first_is_better_by: Option<Figures>,
}

/// Measures every candidate. The first is the one the others are compared with.
pub fn scoreboard(candidates: &[Candidate], truth: &Truth<'_>, settings: &Settings) -> Vec<Line> {
    let ranked: Vec<Vec<(Ranked, &[usize])>> =
        candidates.iter().map(|candidate| ranked(candidate, truth)).collect();
    let measure = |weights: &[f64]| -> Vec<Vec<(String, Option<f64>)>> {
        ranked.iter().map(|runs| mean_figures(runs, weights, &settings.lists)).collect()
    };
    let whole = measure(&vec![1.0; truth.groups.len()]);
    let drawn = replicates(truth.groups, truth.people, settings.seed, settings.replicates, measure);
    let figure_at = |model: usize, at: usize, against: Option<usize>| {
        let pick = |all: &Vec<Vec<(String, Option<f64>)>>| {
            let value = |m: usize| all.get(m).and_then(|f| f.get(at)).and_then(|f| f.1);
            match against {
                Some(first) => Some(value(first)? - value(model)?),
                None => value(model),
            }
        };
        Figure { value: pick(&whole), interval: interval(drawn.iter().map(pick)) }
    };
    let line = |(model, candidate): (usize, &Candidate)| {
        let names = || whole.get(model).into_iter().flatten().map(|figure| &figure.0).enumerate();
        let figures = |against: Option<usize>| -> Figures {
            names().map(|(at, name)| (name.clone(), figure_at(model, at, against))).collect()
        };
        Line {
            model: candidate.name.clone(),
            figures: figures(None),
            first_is_better_by: (model > 0).then(|| figures(Some(0))),
        }
    };
    candidates.iter().enumerate().map(line).collect()
}

fn outcomes(rows: &[usize], truth: &Truth<'_>) -> Vec<bool> {
    rows.iter().map(|row| truth.target.get(*row).copied().flatten().unwrap_or(false)).collect()
}

fn ranked<'a>(candidate: &'a Candidate, truth: &Truth<'_>) -> Vec<(Ranked, &'a [usize])> {
    let rank = |run: &'a Run| {
        (Ranked::new(&run.chances, &outcomes(&run.rows, truth)), run.rows.as_slice())
    };
    candidate.runs.iter().map(rank).collect()
}

fn mean_figures(
    runs: &[(Ranked, &[usize])],
    weights: &[f64],
    lists: &[ListLength],
) -> Vec<(String, Option<f64>)> {
    let each: Vec<Vec<(String, Option<f64>)>> = runs
        .iter()
        .map(|(ranked, rows)| {
            let weight = |row: &usize| weights.get(*row).copied().unwrap_or(0.0);
            let weights: Vec<f64> = rows.iter().map(weight).collect();
            figures(&ranked.measure(&weights, lists))
        })
        .collect();
    let names = each.first().into_iter().flatten().map(|figure| figure.0.clone());
    names
        .enumerate()
        .map(|(at, name)| {
            let values = each.iter().map(|run| run.get(at).and_then(|figure| figure.1));
            (name, mean(values))
        })
        .collect()
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values.flatten() {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

/// The measures by name, in a fixed order.
pub fn figures(measures: &Measures) -> Vec<(String, Option<f64>)> {
    let whole = [
        ("auc", measures.auc),
        ("average_precision", measures.average_precision),
        ("brier", measures.brier),
        ("log_loss", measures.log_loss),
        ("calibration_slope", measures.calibration_slope),
        ("calibration_intercept", measures.calibration_intercept),
        ("expected_over_observed", measures.expected_over_observed),
    ];
    let mut all: Vec<(String, Option<f64>)> =
        whole.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for list in &measures.lists {
        for (what, value) in [
            ("precision", list.precision),
            ("recall", list.recall),
            ("false_alarms", list.false_alarms),
        ] {
            all.push((format!("{what} {}", list.list), value));
        }
    }
    all
}

/// What one list does to one group.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GroupLine {
    pub column: String,
    pub group: String,
    pub list: String,
    pub rows: usize,
    pub outcomes: usize,
    /// Set when there are too few outcomes for the figures to mean anything.
    pub too_few_to_say: bool,
    pub figures: Figures,
}

/// Figures by group, the list being the same one list for everybody.
pub fn by_group(
    candidate: &Candidate,
    table: &Table,
    columns: &[String],
    truth: &Truth<'_>,
    settings: &Settings,
) -> Vec<GroupLine> {
    let mut lines = Vec::new();
    for column in columns.iter().filter_map(|name| table.column(name)) {
        let labels = labels(column);
        for list in &settings.lists {
            lines.extend(column_lines(candidate, column, &labels, *list, truth, settings));
        }
    }
    lines
}

/// The group of each row: the name, the number where there are few, else its third.
fn labels(column: &Column) -> Vec<String> {
    let plain: Vec<String> = (0..column.len()).map(|row| column.group(row)).collect();
    let mut numbers: Vec<f64> = (0..column.len()).filter_map(|row| column.number(row)).collect();
    let different: std::collections::BTreeSet<&String> = plain.iter().collect();
    if numbers.is_empty() || different.len() <= 12 {
        return plain;
    }
    numbers.sort_by(f64::total_cmp);
    let cut = |third: usize| numbers.get(numbers.len() * third / 3).copied().unwrap_or(f64::NAN);
    let (low, high) = (cut(1), cut(2));
    let third = |row: usize| match column.number(row) {
        None => column.group(row),
        Some(value) if value < low => format!("under {}", crate::table::plain_number(low)),
        Some(value) if value < high => "middle third".to_owned(),
        Some(_) => format!("{} and over", crate::table::plain_number(high)),
    };
    (0..column.len()).map(third).collect()
}

/// Sums for one group in one weighting: listed, outcomes, both, chances, rows.
#[derive(Clone, Copy, Default)]
struct Sums {
    rows: f64,
    yes: f64,
    listed: f64,
    caught: f64,
    expected: f64,
}

fn column_lines(
    candidate: &Candidate,
    column: &Column,
    labels: &[String],
    list: ListLength,
    truth: &Truth<'_>,
    settings: &Settings,
) -> Vec<GroupLine> {
    let mut names: Vec<&String> = labels.iter().collect();
    names.sort();
    names.dedup();
    let group_of: Vec<usize> =
        labels.iter().map(|label| names.binary_search(&label).unwrap_or(usize::MAX)).collect();
    let listed: Vec<Vec<f64>> = candidate.runs.iter().map(|run| listed(run, list)).collect();
    let measure = |weights: &[f64]| -> Vec<Sums> {
        let mut sums = vec![Sums::default(); names.len()];
        for (run, listed) in candidate.runs.iter().zip(&listed) {
            for ((row, chance), on_list) in run.rows.iter().zip(&run.chances).zip(listed) {
                let weight = weights.get(*row).copied().unwrap_or(0.0);
                let yes = truth.target.get(*row).copied().flatten() == Some(true);
                let place = group_of.get(*row).and_then(|group| sums.get_mut(*group));
                if let Some(sum) = place {
                    sum.add(weight, yes, *on_list, *chance);
                }
            }
        }
        sums
    };
    let whole = measure(&vec![1.0; truth.groups.len()]);
    let drawn = replicates(truth.groups, truth.people, settings.seed, settings.replicates, measure);
    let runs = candidate.runs.len().max(1);
    let line = |(group, name): (usize, &&String)| {
        let sums = whole.get(group).copied().unwrap_or_default();
        let outcomes = (sums.yes / runs as f64).round() as usize;
        let enough = outcomes >= ENOUGH;
        let figure = |at: usize| {
            let pick = |all: &Vec<Sums>| all.get(group).and_then(|sums| sums.ratios().get(at)?.1);
            let drawn = interval(drawn.iter().map(pick));
            Figure { value: pick(&whole).filter(|_| enough), interval: drawn.filter(|_| enough) }
        };
        GroupLine {
            column: column.name.clone(),
            group: (*name).clone(),
            list: list.label(),
            rows: (sums.rows / runs as f64).round() as usize,
            outcomes,
            too_few_to_say: !enough,
            figures: (sums.ratios().iter().enumerate())
                .map(|(at, (what, _))| ((*what).to_owned(), figure(at)))
                .collect(),
        }
    };
    names.iter().enumerate().map(line).collect()
}

impl Sums {
    fn add(&mut self, weight: f64, yes: bool, on_list: f64, chance: f64) {
        let yes = if yes { weight } else { 0.0 };
        self.rows += weight;
        self.yes += yes;
        self.listed += weight * on_list;
        self.caught += yes * on_list;
        self.expected += weight * chance;
    }

    fn ratios(&self) -> [(&'static str, Option<f64>); 6] {
        let ratio = |top: f64, bottom: f64| (bottom > 0.0).then(|| top / bottom);
        [
            ("rate", ratio(self.yes, self.rows)),
            ("listed", ratio(self.listed, self.rows)),
            ("precision", ratio(self.caught, self.listed)),
            ("recall", ratio(self.caught, self.yes)),
            ("false_alarms", ratio(self.listed - self.caught, self.rows - self.yes)),
            ("expected_over_observed", ratio(self.expected, self.yes)),
        ]
    }
}

/// How much of each row is on the list: 1, 0, or a share where the list ends inside a tie.
fn listed(run: &Run, list: ListLength) -> Vec<f64> {
    let wanted = list.rows_of(run.rows.len());
    let mut sorted = run.chances.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let last = (wanted.ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    let edge = sorted.get(last).copied().unwrap_or(f64::INFINITY);
    let above = sorted.iter().filter(|chance| **chance > edge).count() as f64;
    let tied = sorted.iter().filter(|chance| **chance == edge).count() as f64;
    let share = if tied > 0.0 { ((wanted - above) / tied).clamp(0.0, 1.0) } else { 0.0 };
    let part = |chance: &f64| match chance.total_cmp(&edge) {
        std::cmp::Ordering::Greater => 1.0,
        std::cmp::Ordering::Equal => share,
        std::cmp::Ordering::Less => 0.0,
    };
    run.chances.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings { lists: vec![ListLength::Share(0.25)], seed: 1, replicates: 40 }
    }

    fn candidate(name: &str, chances: Vec<f64>) -> Candidate {
        let rows = (0..chances.len()).collect();
        Candidate { name: name.into(), runs: vec![Run { rows, chances }] }
    }

    #[test]
    fn a_model_against_itself_differs_by_nought() {
        let chances: Vec<f64> = (0..80).map(|i| f64::from((i * 37) % 80) / 100.0 + 0.05).collect();
        let target: Vec<Option<bool>> = (0..80).map(|i| Some(i % 3 == 0)).collect();
        let groups: Vec<u32> = (0..80).map(|i| i / 2).collect();
        let truth = Truth { target: &target, groups: &groups, people: 40 };
        let pair = [candidate("a", chances.clone()), candidate("b", chances)];
        let board = scoreboard(&pair, &truth, &settings());
        assert_eq!(board[0].figures, board[1].figures);
        let differences = board[1].first_is_better_by.as_ref().expect("compared");
        assert!(differences.values().all(|figure| figure.value.is_none_or(|value| value == 0.0)));
    }

    #[test]
    fn groups_share_one_list_and_small_ones_say_nothing() {
        // Forty of each group; the list of twenty goes wholly to group "b".
        let chances: Vec<f64> = (0..80).map(|i| if i < 40 { 0.1 } else { 0.2 }).collect();
        let target: Vec<Option<bool>> = (0..80).map(|i| Some((40..65).contains(&i))).collect();
        let groups: Vec<u32> = (0..80).collect();
        let truth = Truth { target: &target, groups: &groups, people: 80 };
        let names = (0..80).map(|i| Some(if i < 40 { "a" } else { "b" }));
        let table = Table::new(vec![Column::levels("g", names)]).expect("one column");
        let lines = by_group(&candidate("m", chances), &table, &["g".into()], &truth, &settings());
        assert!(lines[0].too_few_to_say && lines[0].figures["recall"].value.is_none());
        assert_eq!(lines[1].figures["listed"].value, Some(0.5));
        assert_eq!(lines[1].figures["recall"].value, Some(0.5));
    }
}
