//! Times a fit of 15,000 rows by 80 columns, 100,000 scores and one explanation, on made-up
//! numbers; built for release it fails where one takes longer than promised. Run with
//! `cargo run --release -p risk --example speed`.

#![expect(clippy::print_stdout, reason = "an example speaks on standard output")]
#![expect(clippy::disallowed_methods, reason = "a stopwatch is the point of this example")]

use risk::bootstrap::Draws;
use risk::explain::Explainer;
use risk::words::Words;
use risk::{Column, FitOptions, Model, Table, Training};
use std::time::Instant;

fn table(rows: usize, columns: usize, seed: u64) -> Table {
    let mut draws = Draws::new(seed, 0);
    let mut number = || (draws.below(2000) as f64) / 1000.0 - 1.0;
    let column = |at| Column::numbers(&format!("x{at}"), (0..rows).map(|_| number()).collect());
    Table::new((0..columns).map(column).collect()).expect("columns of one length")
}

fn outcomes(table: &Table) -> Vec<Option<bool>> {
    let mut draws = Draws::new(99, 0);
    let pull = |row| table.columns().iter().take(10).filter_map(|c| c.number(row)).sum::<f64>();
    (0..table.rows())
        .map(|row| {
            Some(draws.below(1000) as f64 / 1000.0 < risk::logistic::logistic(pull(row) - 2.5))
        })
        .collect()
}

/// Seconds since then, which may be no more than promised.
fn took(what: &str, start: Instant, promised: f64) {
    let seconds = start.elapsed().as_secs_f64();
    println!("{what}: {seconds:.4} s of {promised} s");
    assert!(cfg!(debug_assertions) || seconds <= promised, "{what} took {seconds} s");
}

fn main() {
    let small = table(15_000, 80, 1);
    let target = outcomes(&small);
    let inputs: Vec<String> = small.columns().iter().map(|column| column.name.clone()).collect();
    let groups: Vec<u32> = (0..15_000).collect();
    let rows: Vec<usize> = (0..15_000).collect();
    let training = Training {
        table: &small,
        inputs: &inputs,
        target: &target,
        groups: &groups,
        rows: &rows,
        points: None,
    };
    let start = Instant::now();
    let model = Model::fit(&training, &FitOptions::default()).expect("two classes, many columns");
    took("fit 15,000 x 80, ridge chosen", start, 2.0);
    println!("ridge {:?}", model.penalty);

    let large = table(100_000, 80, 2);
    let rows: Vec<usize> = (0..100_000).collect();
    let start = Instant::now();
    let chances = model.probabilities(&large, &rows, None).expect("same columns");
    took("score 100,000", start, 1.0);
    assert!(chances.len() == 100_000, "one chance for each row");

    let words = Words::default();
    let explainer = Explainer::new(&model, &large, None, &words).expect("same columns");
    let start = Instant::now();
    let explanation = explainer.explain(77);
    took("explain one", start, 0.005);
    println!(
        "{} reasons, first: {}",
        explanation.reasons.len(),
        explanation.reasons.first().map_or("", |r| &r.sentence)
    );
}
