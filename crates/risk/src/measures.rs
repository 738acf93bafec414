//! How well chances rank and how true they are, for weighted rows, with ties shared fairly.
//! Intervals come from `bootstrap`. Invariant: rows with equal chances are never told apart,
//! so the order of a file cannot move a figure.

use crate::calibration::{self, Case};
use serde::{Deserialize, Serialize};

/// Units: as named. A measure that has no answer on these rows is none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    pub auc: Option<f64>,
    pub average_precision: Option<f64>,
    pub brier: Option<f64>,
    pub log_loss: Option<f64>,
    pub calibration_slope: Option<f64>,
    /// The shift of log-odds that would make expected equal observed.
    pub calibration_intercept: Option<f64>,
    pub expected_over_observed: Option<f64>,
    pub lists: Vec<ListMeasures>,
}

/// What a list of the highest chances would catch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListMeasures {
    pub list: String,
    /// Share of those listed to whom it happened.
    pub precision: Option<f64>,
    /// Share of those to whom it happened who were listed.
    pub recall: Option<f64>,
    /// Share of those to whom it did not happen who were listed.
    pub false_alarms: Option<f64>,
    /// Share of all rows listed.
    pub listed: Option<f64>,
}

/// How long a list is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ListLength {
    Share(f64),
    Rows(usize),
}

impl ListLength {
    pub fn label(self) -> String {
        match self {
            Self::Share(share) => format!("top {}%", crate::table::plain_number(100.0 * share)),
            Self::Rows(rows) => format!("top {rows}"),
        }
    }

    /// Rows on the list, of `rows`; may fall between two whole numbers.
    pub fn rows_of(self, rows: usize) -> f64 {
        self.of(rows as f64)
    }

    fn of(self, total: f64) -> f64 {
        match self {
            Self::Share(share) => share * total,
            Self::Rows(rows) => (rows as f64).min(total),
        }
    }
}

/// Chances with their outcomes, sorted once so that many weightings can be measured.
pub struct Ranked {
    /// (chance, outcome, place in the caller's rows), highest chance first.
    cases: Vec<(f64, f64, usize)>,
}

/// Running totals down the ranking, one for each distinct chance.
#[derive(Clone, Copy, Default)]
struct Depth {
    yes: f64,
    no: f64,
}

impl Ranked {
    /// Shape: `chances` and `outcomes` alike; weights given later are in the same order.
    pub fn new(chances: &[f64], outcomes: &[bool]) -> Self {
        let cases = chances.iter().zip(outcomes).enumerate();
        let mut cases: Vec<(f64, f64, usize)> =
            cases.map(|(at, (p, y))| (*p, f64::from(u8::from(*y)), at)).collect();
        cases.sort_by(|a, b| b.0.total_cmp(&a.0));
        Self { cases }
    }

    pub fn measure(&self, weights: &[f64], lists: &[ListLength]) -> Measures {
        let depths = self.depths(weights);
        let total = depths.last().copied().unwrap_or_default();
        let sum = |part: &dyn Fn(f64, f64) -> f64| -> f64 {
            self.weighted(weights).map(|(p, y, w)| w * part(p, y)).sum()
        };
        let all = total.yes + total.no;
        let cases = || {
            self.weighted(weights).map(|(p, outcome, weight)| Case {
                log_odds: log_odds(p),
                outcome,
                weight,
            })
        };
        Measures {
            auc: auc(&depths, total),
            average_precision: average_precision(&depths, total),
            brier: ratio(sum(&|p, y| (p - y) * (p - y)), all),
            log_loss: ratio(
                sum(&|p, y| -(if y > 0.5 { p } else { 1.0 - p }).max(1e-300).ln()),
                all,
            ),
            calibration_slope: calibration::line(cases()).map(|line| line.slope),
            calibration_intercept: calibration::shift(cases()),
            expected_over_observed: ratio(sum(&|p, _| p), total.yes),
            lists: lists.iter().map(|length| self.list(*length, &depths, total)).collect(),
        }
    }

    /// Only the area under the curve, for importance and for paired draws.
    pub fn auc(&self, weights: &[f64]) -> Option<f64> {
        let depths = self.depths(weights);
        auc(&depths, depths.last().copied().unwrap_or_default())
    }

    /// Share of all outcomes caught by a list of each share, hundredth by hundredth: the gain chart.
    pub fn gain(&self, weights: &[f64]) -> Vec<(f64, f64)> {
        let depths = self.depths(weights);
        let total = depths.last().copied().unwrap_or_default();
        let points = (0..=100).map(|step| f64::from(step) / 100.0);
        points
            .filter_map(|share| {
                let caught = self.list(ListLength::Share(share), &depths, total).recall?;
                Some((share, caught))
            })
            .collect()
    }

    fn weighted<'a>(
        &'a self,
        weights: &'a [f64],
    ) -> impl Iterator<Item = (f64, f64, f64)> + Clone + 'a {
        let weight = |at: usize| weights.get(at).copied().unwrap_or(0.0);
        let all = self.cases.iter().map(move |(p, y, at)| (*p, *y, weight(*at)));
        all.filter(|case| case.2 > 0.0)
    }

    fn depths(&self, weights: &[f64]) -> Vec<Depth> {
        let mut depths: Vec<Depth> = Vec::with_capacity(self.cases.len());
        let (mut running, mut last) = (Depth::default(), f64::NAN);
        for (p, y, w) in self.weighted(weights) {
            if p.total_cmp(&last).is_ne() && !last.is_nan() {
                depths.push(running);
            }
            running.yes += w * y;
            running.no += w * (1.0 - y);
            last = p;
        }
        depths.push(running);
        depths
    }

    fn list(&self, length: ListLength, depths: &[Depth], total: Depth) -> ListMeasures {
        let wanted = length.of(total.yes + total.no);
        let mut caught = total;
        let mut before = Depth::default();
        for depth in depths {
            let reached = depth.yes + depth.no;
            if reached >= wanted {
                // The list ends inside a tie: each of the tied counts for its share.
                let tied = reached - before.yes - before.no;
                let part = if tied > 0.0 { (wanted - before.yes - before.no) / tied } else { 0.0 };
                let between = |low: f64, high: f64| low + part * (high - low);
                caught =
                    Depth { yes: between(before.yes, depth.yes), no: between(before.no, depth.no) };
                break;
            }
            before = *depth;
        }
        ListMeasures {
            list: length.label(),
            precision: ratio(caught.yes, caught.yes + caught.no),
            recall: ratio(caught.yes, total.yes),
            false_alarms: ratio(caught.no, total.no),
            listed: ratio(caught.yes + caught.no, total.yes + total.no),
        }
    }
}

/// Chances are kept off 0 and 1 so that their log-odds exist.
pub fn log_odds(p: f64) -> f64 {
    let p = p.clamp(1e-15, 1.0 - 1e-15);
    (p / (1.0 - p)).ln()
}

fn ratio(top: f64, bottom: f64) -> Option<f64> {
    (bottom > 0.0).then(|| top / bottom)
}

fn auc(depths: &[Depth], total: Depth) -> Option<f64> {
    let mut area = 0.0;
    let mut before = Depth::default();
    for depth in depths {
        area += (depth.no - before.no) * (depth.yes + before.yes) / 2.0;
        before = *depth;
    }
    ratio(area, total.yes * total.no)
}

fn average_precision(depths: &[Depth], total: Depth) -> Option<f64> {
    let mut area = 0.0;
    let mut before = 0.0;
    for depth in depths.iter().filter(|depth| depth.yes + depth.no > 0.0) {
        area += (depth.yes - before) * depth.yes / (depth.yes + depth.no);
        before = depth.yes;
    }
    ratio(area, total.yes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("a value");
        assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
    }

    #[test]
    fn a_small_ranking_has_its_known_measures() {
        // scikit-learn 1.9: roc_auc 0.75, average precision 0.8333..., brier 0.1575.
        let ranked = Ranked::new(&[0.1, 0.4, 0.35, 0.8], &[false, false, true, true]);
        let found = ranked.measure(&[1.0; 4], &[ListLength::Rows(1), ListLength::Share(0.75)]);
        near(found.auc, 0.75);
        near(found.average_precision, 0.833_333_333_333);
        near(found.brier, (0.01 + 0.16 + 0.4225 + 0.04) / 4.0);
        near(found.expected_over_observed, 1.65 / 2.0);
        near(found.lists[0].precision, 1.0);
        near(found.lists[1].precision, 2.0 / 3.0);
        near(found.lists[1].false_alarms, 0.5);
    }

    #[test]
    fn ties_are_shared() {
        let ranked = Ranked::new(&[0.5; 4], &[true, false, false, false]);
        let found = ranked.measure(&[1.0; 4], &[ListLength::Rows(1)]);
        near(found.auc, 0.5);
        near(found.lists[0].precision, 0.25);
        near(found.lists[0].recall, 0.25);
    }

    #[test]
    fn a_weight_of_two_is_the_row_twice() {
        let once = Ranked::new(&[0.2, 0.7, 0.6], &[false, true, false]);
        let twice = Ranked::new(&[0.2, 0.7, 0.6, 0.6], &[false, true, false, false]);
        let lists = [ListLength::Share(0.5)];
        assert_eq!(once.measure(&[1.0, 1.0, 2.0], &lists), twice.measure(&[1.0; 4], &lists));
    }

    #[test]
    fn one_class_has_no_ranking() {
        let found = Ranked::new(&[0.2, 0.7], &[false, false]).measure(&[1.0; 2], &[]);
        assert_eq!((found.auc, found.average_precision), (None, None));
    }
}
