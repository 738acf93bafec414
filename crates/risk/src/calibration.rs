//! Whether chances come true: slope, intercept, and the table behind the calibration chart.
//! Also the correction of level and spread from newer outcomes. Invariant: a perfectly
//! calibrated set of chances has slope 1 and intercept 0.

use crate::logistic::logistic;
use crate::model::Recalibration;
use serde::{Deserialize, Serialize};

/// One outcome (1 or 0), its log-odds, and how much it counts.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub log_odds: f64,
    pub outcome: f64,
    pub weight: f64,
}

/// The logistic regression of the outcome on the log-odds. None when it has no answer: one
/// class, or all chances alike, or chances that split the outcomes perfectly.
pub fn line(cases: impl Iterator<Item = Case> + Clone) -> Option<Recalibration> {
    let (mut a, mut b) = (0.0, 1.0);
    for _ in 0..50 {
        let mut sums = [0.0; 5];
        for case in cases.clone() {
            let p = logistic(a + b * case.log_odds);
            let (r, w) = (case.weight * (case.outcome - p), case.weight * p * (1.0 - p));
            let x = case.log_odds;
            let parts = [r, r * x, w, w * x, w * x * x];
            for (sum, part) in sums.iter_mut().zip(parts) {
                *sum += part;
            }
        }
        let [g0, g1, h00, h01, h11] = sums;
        let determinant = h00 * h11 - h01 * h01;
        if determinant.is_nan() || determinant <= 1e-10 * h00 * h11 {
            return None;
        }
        let (da, db) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
        // Far steps are cut short: beyond two units the quadratic picture no longer holds.
        let cut = (2.0 / da.abs().max(db.abs())).min(1.0);
        (a, b) = (a + cut * da, b + cut * db);
        if a.abs().max(b.abs()) > 100.0 {
            return None;
        }
        if da.abs().max(db.abs()) < 1e-10 {
            return Some(Recalibration { intercept: a, slope: b });
        }
    }
    None
}

/// The shift that makes as many expected as observed, the slope being left alone.
pub fn shift(cases: impl Iterator<Item = Case> + Clone) -> Option<f64> {
    let mut a = 0.0;
    for _ in 0..50 {
        let (mut g, mut h) = (0.0, 0.0);
        for case in cases.clone() {
            let p = logistic(a + case.log_odds);
            g += case.weight * (case.outcome - p);
            h += case.weight * p * (1.0 - p);
        }
        if h.is_nan() || h <= 0.0 {
            return None;
        }
        let step = (g / h).clamp(-2.0, 2.0);
        a += step;
        if a.abs() > 100.0 {
            return None;
        }
        if step.abs() < 1e-12 {
            return Some(a);
        }
    }
    None
}

/// A band of like chances and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    pub rows: usize,
    pub expected: f64,
    pub observed: f64,
}

/// Ten bands of equal size, lowest chance first; fewer when there are few rows.
pub fn bands(chances: &[f64], outcomes: &[bool]) -> Vec<Band> {
    let mut cases: Vec<(f64, bool)> =
        chances.iter().copied().zip(outcomes.iter().copied()).collect();
    // Outcomes break ties, so that the order of the rows never moves a band.
    cases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let bands = (cases.len() / 20).clamp(1, 10);
    let edge = |band: usize| band * cases.len() / bands;
    (0..bands)
        .filter_map(|band| cases.get(edge(band)..edge(band + 1)))
        .filter(|slice| !slice.is_empty())
        .map(|slice| Band {
            rows: slice.len(),
            expected: slice.iter().map(|case| case.0).sum::<f64>() / slice.len() as f64,
            observed: slice.iter().filter(|case| case.1).count() as f64 / slice.len() as f64,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases(table: &[(f64, usize, usize)]) -> Vec<Case> {
        let mut all = Vec::new();
        for (log_odds, yes, no) in table {
            let case = |outcome| Case { log_odds: *log_odds, outcome, weight: 1.0 };
            all.extend(std::iter::repeat_n(case(1.0), *yes));
            all.extend(std::iter::repeat_n(case(0.0), *no));
        }
        all
    }

    #[test]
    fn true_chances_have_slope_one_and_no_shift() {
        let all = cases(&[(-(3f64.ln()), 25, 75), (3f64.ln(), 75, 25)]);
        let line = line(all.iter().copied()).expect("two groups");
        assert!((line.slope - 1.0).abs() < 1e-9 && line.intercept.abs() < 1e-9);
        assert!(shift(all.iter().copied()).expect("two classes").abs() < 1e-9);
    }

    #[test]
    fn doubled_log_odds_have_slope_a_half() {
        let all = cases(&[(-2.0 * 3f64.ln(), 25, 75), (2.0 * 3f64.ln(), 75, 25)]);
        assert!((line(all.iter().copied()).expect("two groups").slope - 0.5).abs() < 1e-9);
    }

    #[test]
    fn what_has_no_answer_gives_none() {
        assert!(line(cases(&[(0.5, 10, 10)]).into_iter()).is_none(), "all alike");
        assert!(line(cases(&[(-1.0, 0, 10), (1.0, 10, 0)]).into_iter()).is_none(), "separated");
        assert!(shift(cases(&[(-1.0, 0, 10)]).into_iter()).is_none(), "one class");
    }
}
