//! The ladder from points to local history, rung by rung, and the setting right of level and spread.

#![expect(clippy::indexing_slicing, reason = "a test may stop at a wrong index")]

use risk::logistic::logistic;
use risk::model::{FitError, Penalty, PointsTerm, Rung};
use risk::{Column, FitOptions, Model, Table, Training};

/// What one point is taken to add to the log-odds before there is history.
const ASSUMED: f64 = 0.4;

fn training<'a>(
    table: &'a Table,
    inputs: &'a [String],
    target: &'a [Option<bool>],
    rows: &'a [usize],
    points: Option<&'a [f64]>,
) -> Training<'a> {
    Training { table, inputs, target, groups: &[], rows, points }
}

/// People with points of nought to four and two facts, the second of which the points know nothing of.
/// Each outcome comes to the same share of like people at every size, so that sizes can be compared.
fn history(rows: usize) -> (Table, Vec<f64>, Vec<Option<bool>>) {
    let points: Vec<f64> = (0..rows).map(|i| ((i * 3) % 5) as f64).collect();
    let fact: Vec<f64> = (0..rows).map(|i| ((i * 7) % 11) as f64).collect();
    let mut draws = risk::bootstrap::Draws::new(3, 0);
    let chance = |i: usize| logistic(0.4 * points[i] + 0.5 * (fact[i] - 5.0) - 2.5);
    let target =
        (0..rows).map(|i| Some((draws.below(1_000_000) as f64) < 1e6 * chance(i))).collect();
    let table = Table::new(vec![Column::numbers("x", fact)]).expect("one column");
    (table, points, target)
}

/// A history cut off where so many outcomes are known.
fn after(outcomes: usize) -> Model {
    let (table, points, target) = history(20_000);
    let mut seen = 0;
    let enough = |outcome: &&Option<bool>| {
        seen += usize::from(**outcome == Some(true));
        seen <= outcomes
    };
    let rows: Vec<usize> = (0..target.iter().take_while(enough).count()).collect();
    let inputs = ["x".to_owned()];
    let training = training(&table, &inputs, &target, &rows, Some(&points));
    let model = Model::fit(&training, &FitOptions::default()).expect("fits");
    assert_eq!(model.outcomes, outcomes);
    model
}

#[test]
fn each_rung_fits_what_it_says() {
    let worth = |model: &Model| model.points.expect("points are in play").coefficient;
    // 9 outcomes: the assumed worth to the last digit, no facts. 10 and 24: the worth moves.
    let alone = after(9);
    assert_eq!((alone.rung, alone.penalty), (Rung::PointsAlone, None));
    assert!((worth(&alone) - ASSUMED).abs() < 1e-6 && alone.coefficients.is_empty());
    for outcomes in [10, 24] {
        let model = after(outcomes);
        assert_eq!((model.rung, model.penalty), (Rung::PointsCalibrated, None));
        assert!((worth(&model) - ASSUMED).abs() > 1e-3 && model.coefficients.is_empty());
    }
    // From 25 on facts come in beside points, under a ridge that was tried out on the rows.
    let facts = [25, 100, 1_000].map(after);
    for model in &facts {
        assert_eq!((model.rung, model.coefficients.len()), (Rung::ShrunkToPoints, 1));
        assert!(model.tried.len() > 2 && worth(model) > 0.0, "{model:?}");
    }
    // The true pull of the fact is 0.5 for each of its units: nearer and nearer with more outcomes.
    let pull = |model: &Model| match model.encoding.terms[0].part {
        risk::encoding::Part::Number { scale, .. } => model.coefficients[0] * scale,
        _ => panic!("a number"),
    };
    let short = facts.each_ref().map(|model| (pull(model) - 0.5).abs());
    assert!(short[1] < 0.15 && short[2] < 0.05, "{short:?}");
    let bare = |model: &Model| (worth(model) - 0.4).abs();
    assert!(bare(&facts[2]) < 0.08, "a thousand outcomes know what a point is worth");
}

/// The stronger the ridge, the more is left to the points: none of the fact, and a worth of its own.
#[test]
fn the_ridge_pulls_towards_the_points_and_not_towards_nought() {
    let (table, points, target) = history(400);
    let (inputs, rows) = (["x".to_owned()], (0..400).collect::<Vec<_>>());
    let training = training(&table, &inputs, &target, &rows, Some(&points));
    let fit = |penalty| {
        Model::fit(&training, &FitOptions { penalty: Penalty::Fixed(penalty) }).expect("fits")
    };
    let pulls: Vec<f64> =
        [1.0, 100.0, 10_000.0].map(|ridge| fit(ridge).coefficients[0].abs()).to_vec();
    assert!(pulls[0] > 2.0 * pulls[1] && pulls[1] > 20.0 * pulls[2], "{pulls:?}");
    let points_only =
        Model::fit(&Training { inputs: &[], ..training }, &FitOptions::default()).expect("fits");
    let worth = |model: &Model| model.points.expect("points are in play").coefficient;
    assert!((worth(&fit(1e9)) - worth(&points_only)).abs() < 1e-4);
    assert!(worth(&points_only) > 0.2, "{}", worth(&points_only));
}

/// Chances that are twice as sure as they should be, at the wrong level, come true once set right.
#[test]
fn level_and_spread_are_set_right_on_newer_outcomes() {
    let (table, points, target) = history(20_000);
    let (inputs, all) = (["x".to_owned()], (0..20_000).collect::<Vec<usize>>());
    let (learn, rest) = all.split_at(5_000);
    let (newer, later) = rest.split_at(5_000);
    let training = training(&table, &inputs, &target, learn, Some(&points));
    let good = Model::fit(&training, &FitOptions::default()).expect("fits");
    let mut off = good.clone();
    off.intercept = 2.0 * off.intercept + 3.0;
    off.coefficients.iter_mut().for_each(|coefficient| *coefficient *= 2.0);
    off.points = off.points.map(|p| PointsTerm { coefficient: 2.0 * p.coefficient, ..p });
    let on = |model: &Model, rows: &[usize]| {
        model.probabilities(&table, rows, Some(&points)).expect("same table")
    };
    let measured = |model: &Model| {
        let truth: Vec<bool> = later.iter().map(|row| target[*row] == Some(true)).collect();
        let ranked = risk::measures::Ranked::new(&on(model, later), &truth);
        let found = ranked.measure(&vec![1.0; later.len()], &[]);
        (found.calibration_slope.expect("both"), found.expected_over_observed.expect("both"))
    };
    let before = measured(&off);
    assert!(before.0 < 0.7 && before.1 > 1.3, "{before:?}");
    let newer_rows = Training { rows: newer, ..training };
    let right = off.recalibrated_on(&newer_rows).expect("an answer");
    let after = measured(&right);
    assert!((after.0 - 1.0).abs() < 0.15 && (after.1 - 1.0).abs() < 0.1, "{after:?}");
    assert_eq!(right, off.recalibrated_on(&newer_rows).expect("an answer"), "the same bits");
    // Said again it says the same, and what is written down keeps it.
    let twice = right.recalibrated_on(&newer_rows).expect("an answer");
    let (once, twice) = (right.recalibration.expect("set"), twice.recalibration.expect("set"));
    assert!((once.slope - twice.slope).abs() < 1e-9, "{once:?} {twice:?}");
    assert!((once.intercept - twice.intercept).abs() < 1e-9, "{once:?} {twice:?}");
    let read: Model =
        serde_json::from_str(&serde_json::to_string(&right).expect("writes")).expect("reads");
    assert_eq!(on(&read, later), on(&right, later));
    // With few outcomes only the level moves.
    let few = off.recalibrated_on(&Training { rows: &newer[..100], ..training });
    assert_eq!(few.expect("an answer").recalibration.expect("set").slope, 1.0);
    // Chances that fall where outcomes rise are not turned round.
    let mut wrong = good;
    wrong.coefficients.iter_mut().for_each(|coefficient| *coefficient *= -1.0);
    assert_eq!(wrong.recalibrated_on(&newer_rows), Err(FitError::NotRising));
    let one = vec![Some(false); 20_000];
    let silent = off.recalibrated_on(&Training { target: &one, ..newer_rows });
    assert!(matches!(silent, Err(FitError::OneClass { .. })), "{silent:?}");
}
