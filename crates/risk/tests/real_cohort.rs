//! The goals on a real cohort: ranking, level and little history, on the folds every model is
//! judged on. The data may not be copied into the project, so they are read from beside it.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop at a wrong index, and must say what it skipped and what it saw"
)]

use risk::bootstrap::Draws;
use risk::crossfit::{self, Split};
use risk::evaluation::{Candidate, Run, Settings, Truth, scoreboard};
use risk::explain::Explainer;
use risk::infer;
use risk::measures::{ListLength, Ranked};
use risk::model::Penalty;
use risk::words::Words;
use risk::{FitOptions, Model, Table, Training};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

struct Cohort {
    table: Table,
    inputs: Vec<String>,
    target: Vec<Option<bool>>,
    groups: Vec<u32>,
    /// Points in the manner of a council's table, for comparison.
    points: Vec<f64>,
    /// Points in the manner of those published with the folds; see [`PUBLISHED`].
    published: Vec<f64>,
}

fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/prediction");
    let found = [root, PathBuf::from("../../../shared/data/prediction")];
    let there = found.into_iter().find(|path| path.join("mvad_T1.csv").exists());
    if there.is_none() {
        println!("SKIPPED: ../shared/data/prediction is not beside the project");
    }
    there
}

fn columns(path: &Path) -> BTreeMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("readable");
    let names: Vec<String> = reader.headers().expect("names").iter().map(str::to_owned).collect();
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (column, cell) in columns.iter_mut().zip(&record.expect("a whole line")) {
            column.push(cell.to_owned());
        }
    }
    names.into_iter().zip(columns).collect()
}

fn cohort(folder: &Path, task: &str) -> Cohort {
    let mut columns = columns(&folder.join(format!("mvad_{task}.csv")));
    let people = columns.remove("person").expect("an id");
    let outcome = columns.remove("y").expect("a target");
    let read = |(name, cells): (&String, &Vec<String>)| {
        infer::column(name, cells.iter().map(String::as_str)).0
    };
    let table = Table::new(columns.iter().map(read).collect()).expect("even columns");
    let number = |name: &str, row| table.column(name).and_then(|c| c.number(row)).unwrap_or(0.0);
    let points = |row| {
        2.0 * f64::from(number("h_now_joblessness", row) > 0.0)
            + f64::from(number("h_jobless_last6", row) >= 1.0)
            + f64::from(number("h_jobless_spells", row) >= 2.0)
            + 2.0 * f64::from(number("gcse5eq", row) == 0.0)
            + f64::from(number("funemp", row) > 0.0)
    };
    let published = |row| {
        let no = |name: &str| f64::from(number(name, row) == 0.0);
        f64::from(number("h_now_joblessness", row) > 0.0)
            + 2.0 * f64::from(number("h_jobless_last6", row) >= 1.0)
            + f64::from(number("h_jobless_spells", row) >= 2.0)
            + no("gcse5eq")
            + no("Grammar")
            + no("livboth")
            + f64::from(number("funemp", row) > 0.0)
    };
    Cohort {
        inputs: table.columns().iter().map(|column| column.name.clone()).collect(),
        target: outcome.iter().map(|cell| Some(cell == "1")).collect(),
        groups: people.iter().map(|id| id.parse().expect("a number")).collect(),
        points: (0..table.rows()).map(points).collect(),
        published: (0..table.rows()).map(published).collect(),
        table,
    }
}

fn splits(folder: &Path, task: &str, cohort: &Cohort, repeats: usize) -> Vec<Split> {
    let folds = columns(&folder.join("mvad_folds.csv"));
    let cell = |name: &str, row: usize| folds[name][row].as_str();
    let mut of: BTreeMap<(usize, u32), usize> = BTreeMap::new();
    for row in (0..folds["task"].len()).filter(|row| cell("task", *row) == task) {
        let number = |name| cell(name, row).parse::<usize>().expect("a number");
        of.insert(
            (number("repeat"), u32::try_from(number("person")).expect("small")),
            number("fold"),
        );
    }
    let side = |repeat, fold, test| {
        let here = |row: &usize| (of[&(repeat, cohort.groups[*row])] == fold) == test;
        (0..cohort.groups.len()).filter(here).collect()
    };
    (0..repeats)
        .flat_map(|repeat| (0..5).map(move |fold| (repeat, fold)))
        .map(|(repeat, fold)| Split {
            repeat: repeat.to_string(),
            fold: fold.to_string(),
            train: side(repeat, fold, false),
            test: side(repeat, fold, true),
        })
        .collect()
}

impl Cohort {
    fn training(&self) -> Training<'_> {
        Training {
            table: &self.table,
            inputs: &self.inputs,
            target: &self.target,
            groups: &self.groups,
            rows: &[],
            points: None,
        }
    }
}

fn candidate(training: &Training<'_>, splits: &[Split]) -> Candidate {
    let fitted = crossfit::run(training, splits, &FitOptions::default()).expect("fits");
    let runs = splits.chunks(5).zip(fitted.chunks(5)).map(|(splits, fits)| Run {
        rows: splits.iter().flat_map(|split| split.test.clone()).collect(),
        chances: fits.iter().flat_map(|fit| fit.chances.clone()).collect(),
    });
    Candidate { name: String::new(), runs: runs.collect() }
}

/// The area under the curve, and the precision in the top tenth, of the points rule that was measured with the folds.
/// Which facts it counts is not told. `Cohort::published` was found by trying integer weights until its figures came out,
/// also those of the tasks not tried here; others come as near, and all of them count exam passes no higher than the rest.
/// The points here give passes and being jobless now two points instead of one, being jobless of late one instead of two,
/// and leave out school and home. They rank better on both tasks (0.805 on T3) by those weights, not by a fact that the
/// others lack, so the lead over them is the smaller one.
///
/// Source: `prediction.md` section 4.
const PUBLISHED: [(f64, f64, &str); 2] = [(0.681, 0.459, "T1"), (0.798, 0.488, "T3")];

#[test]
fn the_goals_hold_on_the_given_folds() {
    let Some(folder) = folder() else { return };
    for (task, least_auc, most_brier) in [("T1", 0.728, 0.1068), ("T3", 0.841, 0.0575)] {
        let cohort = cohort(&folder, task);
        let splits = splits(&folder, task, &cohort, 10);
        let training = cohort.training();
        let alone = |points| Training { inputs: &[], points: Some(points), ..training };
        let rules = [alone(&cohort.points), alone(&cohort.published)];
        let [ours, published] = rules.map(|rule| candidate(&rule, &splits));
        let all = [candidate(&training, &splits), ours, published];
        let truth = Truth { target: &cohort.target, groups: &cohort.groups, people: 713 };
        let tenth = ListLength::Share(0.1);
        let settings = Settings { lists: vec![tenth], seed: 1, replicates: 100 };
        let board = scoreboard(&all, &truth, &settings);
        let value = |name: &str| board[0].figures[name].value.expect("a value");
        let (auc, brier, slope) = (value("auc"), value("brier"), value("calibration_slope"));
        let of = |rule: usize, name: &str| board[rule].figures[name].value.expect("a value");
        let lead = |rule: usize| board[rule].first_is_better_by.as_ref().expect("compared")["auc"];
        let (told_auc, told_precision, _) =
            PUBLISHED.into_iter().find(|p| p.2 == task).expect("measured");
        let precision = format!("precision {}", tenth.label());
        println!("{task}: AUC {auc:.4} Brier {brier:.4} slope {slope:.3}");
        for (rule, name) in [(1, "the points here"), (2, "points as published")] {
            println!(
                "{task}: {name}: AUC {:.4}, precision in the top tenth {:.3}; the model leads by, paired: {:?}",
                of(rule, "auc"),
                of(rule, &precision),
                lead(rule)
            );
        }
        let near = |found: f64, told: f64, by: f64| (found - told).abs() < by;
        assert!(near(of(2, "auc"), told_auc, 0.003), "{task}: not the published rule");
        assert!(near(of(2, &precision), told_precision, 0.01), "{task}: not the published rule");
        assert!(auc >= least_auc && brier <= most_brier, "{task}: {auc} {brier}");
        assert!((0.85..=1.15).contains(&slope), "{task}: {slope}");
        // On T1 a hundred outcomes cannot show a lead of this size, as its specification says.
        if task == "T3" {
            for (rule, least) in [(1, 0.03), (2, 0.04)] {
                let lead = lead(rule);
                assert!(lead.value.expect("a value") >= least, "{lead:?}");
                assert!(lead.interval.expect("drawn").low > 0.0, "{lead:?}");
            }
        }
    }
}

/// The chances of repeat 0, fold 0 that scikit-learn's exact solver gave for the same ridge; see exact/make.py.
#[test]
fn chances_of_a_fold_are_those_of_an_exact_solver() {
    let Some(folder) = folder() else { return };
    let cohort = cohort(&folder, "T1");
    let split = splits(&folder, "T1", &cohort, 1).swap_remove(0);
    let options = FitOptions { penalty: Penalty::Fixed(1.0 / 0.03) };
    let fitted = crossfit::run(&cohort.training(), std::slice::from_ref(&split), &options);
    let chances = fitted.expect("fits").swap_remove(0).chances;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exact/t1_fold_0.csv");
    let exact = columns(&path);
    let rows: Vec<usize> = exact["row"].iter().map(|row| row.parse().expect("a row")).collect();
    assert_eq!(rows, split.test, "the same rows in the same order");
    let apart = exact["p"]
        .iter()
        .zip(&chances)
        .map(|(exact, p)| (exact.parse::<f64>().expect("a chance") - p).abs());
    let furthest = apart.fold(0.0_f64, f64::max);
    println!("T1, fold 0: furthest from the exact solver {furthest:.1e}");
    assert!(furthest < 1e-6, "{furthest}");
}

/// With few outcomes the fit must not lose to the points it starts from.
#[test]
fn little_history_never_costs_much_against_the_points() {
    let Some(folder) = folder() else { return };
    let cohort = cohort(&folder, "T3");
    for outcomes in [10, 25, 50, 100, 200] {
        let mut differences = Vec::new();
        for draw in 0..20 {
            let (train, test) = few(&cohort, outcomes, draw);
            let training =
                Training { rows: &train, points: Some(&cohort.points), ..cohort.training() };
            let model = Model::fit(&training, &FitOptions::default()).expect("fits");
            let chances = model.probabilities(&cohort.table, &test, Some(&cohort.points));
            let truth: Vec<bool> =
                test.iter().map(|row| cohort.target[*row] == Some(true)).collect();
            let auc =
                |p: &[f64]| Ranked::new(p, &truth).auc(&vec![1.0; truth.len()]).expect("both");
            let points: Vec<f64> = test.iter().map(|row| cohort.points[*row]).collect();
            differences.push(auc(&chances.expect("same table")) - auc(&points));
        }
        let mean = differences.iter().sum::<f64>() / differences.len() as f64;
        let won = differences.iter().filter(|d| **d > 0.0).count();
        println!("{outcomes} outcomes: {mean:+.4} AUC against the points, ahead in {won} of 20");
        let least = if outcomes >= 100 { 0.015 } else { -0.005 };
        assert!(mean >= least, "{outcomes} outcomes: {mean}");
    }
}

/// People in an order of luck: the last three in ten are held out, the first are learnt from
/// until enough outcomes are known.
fn few(cohort: &Cohort, outcomes: usize, draw: u64) -> (Vec<usize>, Vec<usize>) {
    let mut people: Vec<u32> = (1..=712).collect();
    Draws::new(5, draw).shuffle(&mut people);
    let place: BTreeMap<u32, usize> = people.into_iter().enumerate().map(|(i, p)| (p, i)).collect();
    let mut rows: Vec<usize> = (0..cohort.groups.len()).collect();
    rows.sort_by_key(|row| place[&cohort.groups[*row]]);
    let cut = rows.iter().position(|row| place[&cohort.groups[*row]] >= 498).expect("held out");
    let (learn, test) = rows.split_at(cut);
    let mut seen = 0;
    let enough = |row: &&usize| {
        let before = seen;
        seen += usize::from(cohort.target[**row] == Some(true));
        before < outcomes
    };
    (learn.iter().take_while(enough).copied().collect(), test.to_vec())
}

#[test]
fn explanations_add_up_and_threads_change_no_bit() {
    let Some(folder) = folder() else { return };
    let cohort = cohort(&folder, "T3");
    let rows: Vec<usize> = (0..cohort.table.rows()).collect();
    let training = Training { rows: &rows, points: Some(&cohort.points), ..cohort.training() };
    let fit = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| Model::fit(&training, &FitOptions::default()).expect("fits"))
    };
    let model = fit(1);
    assert_eq!(model, fit(3), "one thread and three");
    let read: Model =
        serde_json::from_str(&serde_json::to_string(&model).expect("writes")).expect("reads");
    assert_eq!(model, read, "written down and read back");
    let words = Words::default();
    let explainer =
        Explainer::new(&model, &cohort.table, Some(&cohort.points), &words).expect("same table");
    let log_odds = model.log_odds(&cohort.table, &rows, Some(&cohort.points)).expect("same table");
    for (row, log_odds) in rows.iter().zip(log_odds) {
        let told = explainer.explain(*row);
        let sum = told.base + told.contributions.iter().map(|part| part.log_odds).sum::<f64>();
        assert!((sum - log_odds).abs() < 1e-9, "row {row}: {sum} {log_odds}");
        assert!(told.reasons.len() <= 4);
    }
}
