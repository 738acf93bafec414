//! The same fit by an exact solver of another make: chances of scikit-learn's newton-cholesky, written down by
//! exact/make.py, must be ours within a millionth.

use risk::model::Penalty;
use risk::{Column, FitOptions, Model, Table, Training};
use std::path::Path;

fn columns() -> Vec<(String, Vec<f64>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exact/made_up.csv");
    let mut reader = csv::Reader::from_path(path).expect("the fixture");
    let names = reader.headers().expect("names").clone();
    let mut columns: Vec<(String, Vec<f64>)> =
        names.iter().map(|name| (name.to_owned(), Vec::new())).collect();
    for record in reader.records() {
        for ((_, column), cell) in columns.iter_mut().zip(&record.expect("a whole line")) {
            column.push(cell.parse().expect("a number"));
        }
    }
    columns
}

/// Two inputs say nearly the same, one is rare, and the weakest ridge hardly holds them.
#[test]
fn chances_are_those_of_an_exact_solver_within_a_millionth() {
    let all = columns();
    let of = |name: &str| {
        all.iter().find(|column| column.0 == name).map(|c| c.1.clone()).expect("a column")
    };
    let inputs = ["a", "b", "c", "flag"].map(str::to_owned);
    let read = inputs.iter().map(|name| Column::numbers(name, of(name))).collect();
    let table = Table::new(read).expect("even columns");
    let target: Vec<Option<bool>> = of("y").iter().map(|y| Some(*y == 1.0)).collect();
    let rows: Vec<usize> = (0..table.rows()).collect();
    assert_eq!(rows.len(), 240);
    let training = Training {
        table: &table,
        inputs: &inputs,
        target: &target,
        groups: &[],
        rows: &rows,
        points: None,
    };
    for (ridge, name) in [(0.1, "p_0.1"), (3.0, "p_3"), (33.0, "p_33")] {
        let options = FitOptions { penalty: Penalty::Fixed(ridge) };
        let model = Model::fit(&training, &options).expect("two classes");
        let ours = model.probabilities(&table, &rows, None).expect("the same table");
        let apart = ours.iter().zip(of(name)).map(|(p, exact)| (p - exact).abs());
        let furthest = apart.fold(0.0_f64, f64::max);
        println!("ridge {ridge}: furthest from the exact solver {furthest:.1e}");
        assert!(furthest < 1e-6, "ridge {ridge}: {furthest}");
    }
}
