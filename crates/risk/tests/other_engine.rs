//! The same fit by another hand: linfa's logistic regression, given our design and our ridge, must say
//! the same chances. It stops at a gradient of its own, so the last digits are its business, not ours.

use linfa::prelude::*;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use risk::bootstrap::Draws;
use risk::logistic::logistic;
use risk::model::Penalty;
use risk::{Column, FitOptions, Model, Table, Training};

const ROWS: usize = 700;

/// Three numbers, a name of five levels and a number with gaps; the outcome follows some of them.
fn made_up() -> (Table, Vec<Option<bool>>) {
    let mut draws = Draws::new(41, 0);
    let mut unit = || draws.below(10_000) as f64 / 10_000.0;
    let numbers: Vec<Vec<f64>> = (0..4).map(|_| (0..ROWS).map(|_| unit()).collect()).collect();
    let names = ["a", "b", "c", "d", "e"];
    let level: Vec<usize> = (0..ROWS).map(|_| (unit() * 5.0) as usize % 5).collect();
    let gaps: Vec<f64> = (0..ROWS).map(|at| if at % 6 == 0 { f64::NAN } else { unit() }).collect();
    let of = |column: usize, row: usize| numbers.get(column).and_then(|c| c.get(row)).copied();
    let outcome = |row: usize| {
        let at = |column| of(column, row).unwrap_or(0.0);
        let shift = level.get(row).map_or(0.0, |level| *level as f64 * 0.3);
        let pull = 2.0 * at(0) - 1.5 * at(1) + shift - 2.0;
        Some(at(3) < logistic(pull))
    };
    let target: Vec<Option<bool>> = (0..ROWS).map(outcome).collect();
    let mut columns: Vec<Column> = numbers
        .iter()
        .take(3)
        .enumerate()
        .map(|(at, values)| Column::numbers(&format!("x{at}"), values.clone()))
        .collect();
    columns.push(Column::levels("level", level.iter().map(|at| names.get(*at).copied())));
    columns.push(Column::numbers("gaps", gaps));
    (Table::new(columns).expect("columns of one length"), target)
}

#[test]
fn linfa_says_the_same_chances() {
    let (table, target) = made_up();
    let inputs: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
    let groups: Vec<u32> = (0..).take(ROWS).collect();
    let rows: Vec<usize> = (0..ROWS).collect();
    let training = Training {
        table: &table,
        inputs: &inputs,
        target: &target,
        groups: &groups,
        rows: &rows,
        points: None,
    };
    for ridge in [1.0, 10.0, 33.3] {
        let options = FitOptions { penalty: Penalty::Fixed(ridge) };
        let ours = Model::fit(&training, &options).expect("two classes");
        let chances = ours.probabilities(&table, &rows, None).expect("the same table");
        let design = ours.encoding.design(&table, &rows).expect("the same table");
        let cells: Vec<f64> = rows.iter().flat_map(|row| design.row(*row).to_vec()).collect();
        let x = Array2::from_shape_vec((ROWS, design.width()), cells).expect("rows by terms");
        let y: Array1<bool> = target.iter().map(|outcome| *outcome == Some(true)).collect();
        let theirs = LogisticRegression::default()
            .alpha(ridge)
            .with_intercept(true)
            .max_iterations(5_000)
            .gradient_tolerance(1e-9)
            .fit(&Dataset::new(x.clone(), y))
            .expect("linfa fits");
        // Which of the two outcomes its chance is of is its own choice; its verdicts tell.
        let said = theirs.predict_probabilities(&x);
        let verdicts = theirs.predict(&x);
        let flipped = said.iter().zip(&verdicts).any(|(p, yes)| (*p > 0.5) != *yes);
        let said = said.mapv(|p| if flipped { 1.0 - p } else { p });
        let furthest =
            said.iter().zip(&chances).map(|(a, b)| (a - b).abs()).fold(0.0_f64, f64::max);
        println!("ridge {ridge}: furthest apart {furthest:.1e}");
        assert!(furthest < 1e-6, "ridge {ridge}: {furthest}");
    }
}
