//! A fitted model: the encoding, the coefficients and how they were come by, in a form that
//! can be written down and read by eye. Fitting chooses its rung by how much history there is.
//! Invariant: a model scores the same row to the same bits wherever it is read back.

use crate::bootstrap::{self, Interval};
use crate::calibration::{self, Case};
use crate::encoding::{Encoding, EncodingError, Reader};
use crate::linalg::Matrix;
use crate::logistic::{Problem, Solution, Unsolved, logistic, solve};
use crate::measures::log_odds;
use crate::penalty::{self, Tried};
use crate::table::Table;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// What a fit may look at.
#[derive(Clone, Copy)]
pub struct Training<'a> {
    pub table: &'a Table,
    pub inputs: &'a [String],
    /// One for each row of the table; none where the outcome is not known.
    pub target: &'a [Option<bool>],
    /// The person behind each row of the table; rows of one person are kept together.
    pub groups: &'a [u32],
    /// The rows to learn from; rows with no known outcome are passed over.
    pub rows: &'a [usize],
    /// A points score for each row of the table, towards which a short history is shrunk.
    pub points: Option<&'a [f64]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Penalty {
    /// Chosen on the training rows.
    #[default]
    Chosen,
    /// Given. Units: lambda in sum of log losses + lambda/2 * sum of squares, which is 1/C.
    Fixed(f64),
}

#[derive(Clone, Copy, Debug, Default)]
pub struct FitOptions {
    pub penalty: Penalty,
}

/// How much of the answer comes from local history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// Fewer than 10 outcomes: points at their assumed worth; the chance is not yet local.
    PointsAlone,
    /// Fewer than 25: points calibrated to the local rate.
    PointsCalibrated,
    /// Points, with the facts allowed to pull away from them: from 25 outcomes on. From 100 on it is the same
    /// fit, in which the ridge chosen on the rows has let go of the points as far as they deserve.
    ///
    /// Differs: `prediction.md` chooses the ridge forward in time from 100 on; here by leaving out one
    /// person at a time, since a short history has no year to spare.
    ShrunkToPoints,
    /// No points were given.
    Ridge,
}

/// The pull of the points score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointsTerm {
    /// Log-odds for each point.
    pub coefficient: f64,
    /// Mean points of the training rows.
    pub mean: f64,
}

/// A later correction of level and spread, from newer outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    pub intercept: f64,
    pub slope: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    pub encoding: Encoding,
    pub intercept: f64,
    /// One for each term of the encoding.
    pub coefficients: Vec<f64>,
    pub points: Option<PointsTerm>,
    pub recalibration: Option<Recalibration>,
    pub rung: Rung,
    /// The ridge used; none when only points are in play.
    pub penalty: Option<f64>,
    pub tried: Vec<Tried>,
    pub rows: usize,
    pub outcomes: usize,
}

#[derive(Debug, thiserror::Error, PartialEq)]
pub enum FitError {
    #[error("No row has a known outcome to learn from.")]
    NoRows,
    #[error("All {rows} rows have the same outcome ({}), so there is nothing to tell apart.", yes_no(*.outcome))]
    OneClass { rows: usize, outcome: bool },
    #[error("No column is left to learn from{}.", .0.as_deref().map_or(String::new(), |why| format!(": {why}")))]
    NoInputs(Option<String>),
    #[error("The penalty must be a number above nought, not {0}.")]
    Penalty(f64),
    #[error(transparent)]
    Unsolved(#[from] Unsolved),
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    #[error("The model was fitted on points, and none were given.")]
    NoPoints,
    #[error(
        "The newer outcomes do not come oftener where the chances are higher, so no level or spread \
         makes the chances true; fit again."
    )]
    NotRising,
}

fn yes_no(outcome: bool) -> &'static str {
    if outcome { "yes" } else { "no" }
}

/// Outcomes are counted as the rarer of yes and no, which is what a fit can learn from.
/// Fewer than this and points stand at their assumed worth.
const LOCAL_RATE: usize = 10;
/// Fewer than this and only points speak.
const LOCAL_FACTS: usize = 25;
/// What one point is assumed to add to the log-odds before there is history, and how sure
/// that is (a precision). Assumed from published contrasts; a fit overrules it.
const POINT_WORTH: f64 = 0.4;
const POINT_SURE: f64 = 1.0 / (0.3 * 0.3);
/// Fewer of the rarer outcome than this say nothing of the spread of the chances, only of their level.
const SPREAD: usize = 50;
/// Rows scored by one task.
const LINES_AT_ONCE: usize = 1024;
/// So sure that no data move it.
const HELD: f64 = 1e9;

impl Rung {
    pub fn of(outcomes: usize, has_points: bool) -> Self {
        match (has_points, outcomes) {
            (false, _) => Self::Ridge,
            (true, n) if n < LOCAL_RATE => Self::PointsAlone,
            (true, n) if n < LOCAL_FACTS => Self::PointsCalibrated,
            (true, _) => Self::ShrunkToPoints,
        }
    }

    fn uses_facts(self) -> bool {
        matches!(self, Self::ShrunkToPoints | Self::Ridge)
    }
}

impl Model {
    /// Fits on the training rows only.
    /// Errors: no rows, one class, no usable column, or a system without an answer.
    pub fn fit(training: &Training<'_>, options: &FitOptions) -> Result<Self, FitError> {
        let known = |row: &usize| training.target.get(*row).copied().flatten();
        let rows: Vec<usize> =
            training.rows.iter().copied().filter(|row| known(row).is_some()).collect();
        let target: Vec<bool> = rows.iter().filter_map(known).collect();
        let outcomes = count_outcomes(&target)?;
        let rung = Rung::of(outcomes.min(rows.len() - outcomes), training.points.is_some());
        let inputs = if rung.uses_facts() { training.inputs } else { &[] };
        let encoding = Encoding::learn(training.table, inputs, &rows);
        if rung == Rung::Ridge && encoding.terms.is_empty() {
            let whys = encoding.left_out.iter().map(|out| format!("{}, {}", out.column, out.why));
            let whys = whys.collect::<Vec<_>>().join("; ");
            return Err(FitError::NoInputs(Some(whys).filter(|whys| !whys.is_empty())));
        }
        let design = Design::new(training, &encoding, &rows, &target, rung)?;
        let (penalty, tried, solution) = design.fit(options)?;
        let leading = design.leading();
        let mean = design.points_mean;
        Ok(Self {
            coefficients: solution.coefficients.iter().skip(leading).copied().collect(),
            intercept: solution.coefficients.first().copied().unwrap_or(0.0),
            points: mean.map(|mean| PointsTerm {
                coefficient: solution.coefficients.get(1).copied().unwrap_or(0.0),
                mean,
            }),
            penalty: rung.uses_facts().then_some(penalty),
            recalibration: None,
            encoding,
            rung,
            tried,
            rows: rows.len(),
            outcomes,
        })
    }

    /// Whether what was read back can be a model: a coefficient for each term, and every number finite. A
    /// file cut short by hand would otherwise score as if the lost terms were nought.
    pub fn is_whole(&self) -> bool {
        let numbers = self.coefficients.iter().chain(std::iter::once(&self.intercept));
        let pull = self.points.is_none_or(|p| p.coefficient.is_finite() && p.mean.is_finite());
        let level = self.recalibration.is_none_or(|fix| {
            fix.intercept.is_finite() && fix.slope.is_finite() && fix.slope > 0.0
        });
        let whole = numbers.into_iter().all(|n| n.is_finite()) && pull && level;
        self.coefficients.len() == self.encoding.terms.len() && whole
    }

    /// The points at their assumed worth, where no outcome is known yet: `rate` is an assumed share, given
    /// to whoever has the mean number of points.
    ///
    /// Source: the same worth of a point as [`Rung::PointsAlone`] has.
    pub fn of_points(rate: f64, mean: f64) -> Self {
        let encoding = Encoding { inputs: Vec::new(), terms: Vec::new(), left_out: Vec::new() };
        Self {
            encoding,
            intercept: log_odds(rate),
            coefficients: Vec::new(),
            points: Some(PointsTerm { coefficient: POINT_WORTH, mean }),
            recalibration: None,
            rung: Rung::PointsAlone,
            penalty: None,
            tried: Vec::new(),
            rows: 0,
            outcomes: 0,
        }
    }

    /// Intervals of the coefficients: the same encoding and ridge, fitted again on resampled
    /// people. Shape: one for each term.
    /// Errors: as `fit`.
    pub fn intervals(
        &self,
        training: &Training<'_>,
        seed: u64,
        count: u64,
    ) -> Result<Vec<Option<Interval>>, FitError> {
        let known = |row: &usize| training.target.get(*row).copied().flatten();
        let rows: Vec<usize> =
            training.rows.iter().copied().filter(|row| known(row).is_some()).collect();
        let target: Vec<bool> = rows.iter().filter_map(known).collect();
        let design = Design::new(training, &self.encoding, &rows, &target, self.rung)?;
        let strength = self.penalty.unwrap_or(1.0);
        let start: Vec<f64> = std::iter::once(self.intercept)
            .chain(self.points.map(|term| term.coefficient))
            .chain(self.coefficients.iter().copied())
            .collect();
        let people = design.groups.iter().max().map_or(0, |most| *most as usize + 1);
        let refit = |weights: &[f64]| design.solve(weights, strength, start.clone()).ok();
        let fits = bootstrap::replicates(&design.groups, people, seed, count, refit);
        let of = |term: usize| {
            let place = design.leading() + term;
            let value = |fit: &Option<Solution>| fit.as_ref()?.coefficients.get(place).copied();
            bootstrap::interval(fits.iter().map(value))
        };
        Ok((0..self.coefficients.len()).map(of).collect())
    }

    /// The same model with its level and spread set right on the given rows, of which it should have
    /// learnt none; as `recalibrated`. A model that was set right before stays so: what is said is of
    /// its chances as they stand.
    /// Errors: no rows, one class, columns or points missing, or outcomes that do not rise with the chances.
    pub fn recalibrated_on(&self, training: &Training<'_>) -> Result<Self, FitError> {
        let known = |row: &usize| Some((*row, training.target.get(*row).copied().flatten()?));
        let (rows, outcomes): (Vec<usize>, Vec<bool>) =
            training.rows.iter().filter_map(known).unzip();
        count_outcomes(&outcomes)?;
        let chances = self.probabilities(training.table, &rows, training.points)?;
        self.recalibrated(&chances, &outcomes).ok_or(FitError::NotRising)
    }

    /// The same model with its level and spread set right on newer outcomes; with fewer than
    /// 50 of the rarer outcome only the level is touched. None when the outcomes have no answer, or
    /// when they fall where the chances rise: turned round, the model would list the wrong people.
    pub fn recalibrated(&self, chances: &[f64], outcomes: &[bool]) -> Option<Self> {
        let case = |(p, y): (&f64, &bool)| Case {
            log_odds: log_odds(*p),
            outcome: f64::from(u8::from(*y)),
            weight: 1.0,
        };
        let cases = chances.iter().zip(outcomes).map(case);
        let yes = outcomes.iter().filter(|outcome| **outcome).count();
        let newer = if yes.min(outcomes.len() - yes) >= SPREAD {
            calibration::line(cases).filter(|line| line.slope > 0.0)?
        } else {
            Recalibration { intercept: calibration::shift(cases)?, slope: 1.0 }
        };
        let older = self.recalibration.unwrap_or(Recalibration { intercept: 0.0, slope: 1.0 });
        let recalibration = Some(Recalibration {
            intercept: newer.intercept + newer.slope * older.intercept,
            slope: newer.slope * older.slope,
        });
        Some(Self { recalibration, ..self.clone() })
    }

    /// Log-odds of some rows. `points` is for each row of the table.
    /// Errors: columns or points that the model reads are missing.
    pub fn log_odds(
        &self,
        table: &Table,
        rows: &[usize],
        points: Option<&[f64]>,
    ) -> Result<Vec<f64>, FitError> {
        self.encoding.check(table)?;
        let readers = self.encoding.readers(table);
        let lines: Vec<f64> = rows
            .par_chunks(LINES_AT_ONCE)
            .flat_map_iter(|rows| self.lines(&readers, rows))
            .collect();
        let pulls = self.points_pull(rows, points)?;
        Ok(lines
            .into_iter()
            .zip(pulls)
            .map(|(line, pull)| self.corrected(self.intercept + line + pull))
            .collect())
    }

    /// Errors: as `log_odds`.
    pub fn probabilities(
        &self,
        table: &Table,
        rows: &[usize],
        points: Option<&[f64]>,
    ) -> Result<Vec<f64>, FitError> {
        Ok(self.log_odds(table, rows, points)?.into_iter().map(logistic).collect())
    }

    /// Term by term down a short run of rows, so that each column is read in order.
    fn lines(&self, readers: &[Reader<'_>], rows: &[usize]) -> Vec<f64> {
        let mut sums = vec![0.0; rows.len()];
        for (reader, coefficient) in readers.iter().zip(&self.coefficients) {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum += coefficient * reader.read(*row);
            }
        }
        sums
    }

    fn points_pull(&self, rows: &[usize], points: Option<&[f64]>) -> Result<Vec<f64>, FitError> {
        let Some(term) = self.points else { return Ok(vec![0.0; rows.len()]) };
        let points = points.ok_or(FitError::NoPoints)?;
        let away = |row: &usize| away(points.get(*row).copied(), term.mean);
        Ok(rows.iter().map(|row| term.coefficient * away(row)).collect())
    }

    fn corrected(&self, log_odds: f64) -> f64 {
        self.recalibration.map_or(log_odds, |fix| fix.intercept + fix.slope * log_odds)
    }
}

/// How far a points score is from the mean; nought when it is not known.
pub(crate) fn away(points: Option<f64>, mean: f64) -> f64 {
    points.filter(|points| points.is_finite()).map_or(0.0, |points| points - mean)
}

pub(crate) fn count_outcomes(target: &[bool]) -> Result<usize, FitError> {
    let outcomes = target.iter().filter(|outcome| **outcome).count();
    match (target.len(), outcomes) {
        (0, _) => Err(FitError::NoRows),
        (rows, 0) => Err(FitError::OneClass { rows, outcome: false }),
        (rows, outcomes) if rows == outcomes => Err(FitError::OneClass { rows, outcome: true }),
        _ => Ok(outcomes),
    }
}

/// The numbers of one fit: a column of ones, perhaps one of points, then the terms.
struct Design {
    matrix: Matrix,
    target: Vec<f64>,
    groups: Vec<u32>,
    points_mean: Option<f64>,
    rung: Rung,
}

impl Design {
    fn new(
        training: &Training<'_>,
        encoding: &Encoding,
        rows: &[usize],
        target: &[bool],
        rung: Rung,
    ) -> Result<Self, FitError> {
        let facts = encoding.design(training.table, rows)?;
        let points_mean = training.points.map(|points| {
            let known = rows.iter().filter_map(|row| points.get(*row)).filter(|p| p.is_finite());
            let (sum, count) = known.fold((0.0, 0.0), |(sum, count), p| (sum + p, count + 1.0));
            if count > 0.0 { sum / count } else { 0.0 }
        });
        let leading = 1 + usize::from(points_mean.is_some());
        let mut cells = Vec::with_capacity(rows.len() * (leading + facts.width()));
        for (index, row) in rows.iter().enumerate() {
            cells.push(1.0);
            if let (Some(mean), Some(points)) = (points_mean, training.points) {
                cells.push(away(points.get(*row).copied(), mean));
            }
            if facts.width() > 0 {
                cells.extend_from_slice(facts.row(index));
            }
        }
        let group = |row: &usize| training.groups.get(*row).copied().unwrap_or(u32::MAX);
        Ok(Self {
            matrix: Matrix::new(leading + facts.width(), cells),
            target: target.iter().map(|outcome| f64::from(u8::from(*outcome))).collect(),
            groups: rows.iter().map(group).collect(),
            points_mean,
            rung,
        })
    }

    fn leading(&self) -> usize {
        1 + usize::from(self.points_mean.is_some())
    }

    fn fit(&self, options: &FitOptions) -> Result<(f64, Vec<Tried>, Solution), FitError> {
        let Pull { shape, fixed, centre } = self.pull();
        let weights = vec![1.0; self.target.len()];
        let problem = Problem {
            matrix: &self.matrix,
            target: &self.target,
            weights: &weights,
            penalty: &fixed,
            centre: &centre,
        };
        let (strength, tried) = match options.penalty {
            Penalty::Fixed(given) if given > 0.0 && given.is_finite() => (given, Vec::new()),
            Penalty::Fixed(given) => return Err(FitError::Penalty(given)),
            Penalty::Chosen if self.matrix.width() == self.leading() => (1.0, Vec::new()),
            Penalty::Chosen => penalty::choose(&problem, &shape, &penalty::blocks(&self.groups))?,
        };
        let solution = self.solve(&weights, strength, centre.clone())?;
        Ok((strength, tried, solution))
    }

    fn solve(&self, weights: &[f64], strength: f64, start: Vec<f64>) -> Result<Solution, Unsolved> {
        let Pull { shape, fixed, centre } = self.pull();
        let penalty: Vec<f64> = shape.iter().zip(&fixed).map(|(s, f)| s * strength + f).collect();
        let (matrix, target) = (&self.matrix, self.target.as_slice());
        solve(&Problem { matrix, target, weights, penalty: &penalty, centre: &centre }, start)
    }

    fn pull(&self) -> Pull {
        let (width, leading) = (self.matrix.width(), self.leading());
        let at_points = |value: f64| {
            let points = self.points_mean.map(|_| 1);
            (0..width).map(|i| if Some(i) == points { value } else { 0.0 }).collect()
        };
        let sure = if self.rung == Rung::PointsAlone { HELD } else { POINT_SURE };
        Pull {
            shape: (0..width).map(|i| f64::from(u8::from(i >= leading))).collect(),
            fixed: at_points(sure),
            centre: at_points(POINT_WORTH),
        }
    }
}

/// Where the coefficients are pulled, and how hard: `fixed` always, `shape` times the ridge.
struct Pull {
    shape: Vec<f64>,
    fixed: Vec<f64>,
    centre: Vec<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    fn table() -> Table {
        let x = (0..40).map(|i| f64::from((i * 7) % 11)).collect();
        Table::new(vec![Column::numbers("x", x)]).expect("one column")
    }

    fn training<'a>(
        table: &'a Table,
        inputs: &'a [String],
        target: &'a [Option<bool>],
        rows: &'a [usize],
        points: Option<&'a [f64]>,
    ) -> Training<'a> {
        Training { table, inputs, target, groups: &[], rows, points }
    }

    #[test]
    fn one_class_and_no_rows_are_refused_in_words() {
        let (table, inputs, rows) = (table(), ["x".to_owned()], [0, 1, 2]);
        let all_no = vec![Some(false); 40];
        let error =
            Model::fit(&training(&table, &inputs, &all_no, &rows, None), &FitOptions::default());
        let text = error.expect_err("one class").to_string();
        assert_eq!(
            text,
            "All 3 rows have the same outcome (no), so there is nothing to tell apart."
        );
        let none = vec![None; 40];
        let error =
            Model::fit(&training(&table, &inputs, &none, &rows, None), &FitOptions::default());
        assert_eq!(error.expect_err("nothing known"), FitError::NoRows);
    }

    #[test]
    fn the_ladder_follows_the_outcomes() {
        for (outcomes, points, rung) in [
            (9, true, Rung::PointsAlone),
            (10, true, Rung::PointsCalibrated),
            (24, true, Rung::PointsCalibrated),
            (25, true, Rung::ShrunkToPoints),
            (5000, true, Rung::ShrunkToPoints),
            (9, false, Rung::Ridge),
        ] {
            assert_eq!(Rung::of(outcomes, points), rung, "{outcomes} {points}");
        }
    }

    #[test]
    fn without_an_outcome_points_speak_at_an_assumed_rate() {
        let (table, points) = (table(), [1.0, 3.0, 6.0]);
        let model = Model::of_points(0.04, 3.0);
        let p = model.probabilities(&table, &[0, 1, 2], Some(&points)).expect("points are given");
        assert!((p[1] - 0.04).abs() < 1e-12, "{p:?}");
        assert!(p[0] < p[1] && p[1] < p[2], "{p:?}");
        assert_eq!((model.rung, model.outcomes), (Rung::PointsAlone, 0));
    }

    #[test]
    fn few_outcomes_leave_the_order_to_the_points() {
        let (table, inputs, rows) = (table(), ["x".to_owned()], (0..40).collect::<Vec<_>>());
        let points: Vec<f64> = (0..40).map(|i| f64::from(i % 5)).collect();
        let target: Vec<Option<bool>> = (0..40).map(|i| Some(i % 9 == 0)).collect();
        let training = training(&table, &inputs, &target, &rows, Some(&points));
        let model = Model::fit(&training, &FitOptions::default()).expect("fits");
        assert_eq!(model.rung, Rung::PointsAlone);
        let term = model.points.expect("points are in play");
        assert!((term.coefficient - POINT_WORTH).abs() < 1e-6);
        let p = model.probabilities(&table, &rows, Some(&points)).expect("same table");
        let mean = p.iter().sum::<f64>() / 40.0;
        assert!((mean - 5.0 / 40.0).abs() < 1e-6, "level follows the data: {mean}");
    }
}
