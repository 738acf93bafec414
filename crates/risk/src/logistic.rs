//! Logistic regression with a quadratic penalty, solved to the last digits by Newton's
//! method with step halving. What the columns mean is elsewhere (`encoding`). Invariant: the
//! objective never rises from one step to the next.

use crate::linalg::{Cholesky, Matrix, axpy};
use rayon::prelude::*;

/// What is minimised: the weighted sum of log losses plus half the sum of
/// `penalty * (coefficient - centre)^2`. The intercept, where wanted, is a column of ones
/// with penalty nought.
pub struct Problem<'a> {
    pub matrix: &'a Matrix,
    /// 0 or 1 for each row.
    pub target: &'a [f64],
    /// How much each row counts; all ones for a plain fit.
    pub weights: &'a [f64],
    pub penalty: &'a [f64],
    pub centre: &'a [f64],
}

pub struct Solution {
    pub coefficients: Vec<f64>,
    /// Inverse of the penalised Hessian at the solution is read from this.
    pub hessian: Cholesky,
    pub log_odds: Vec<f64>,
    pub steps: usize,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Unsolved {
    #[error("Two columns say the same and nothing penalises them, so no single answer exists.")]
    Singular,
    #[error("The fit did not settle in {0} steps.")]
    NoEnd(usize),
}

const MOST_STEPS: usize = 100;

/// Numerically safe 1 / (1 + exp(-x)).
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// ln(1 + exp(x)) - y x: the log loss of log-odds `x` against outcome `y`.
pub fn log_loss(x: f64, y: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p() - y * x
}

/// How near the bottom a fit must come, as what the objective can still fall by, against its
/// size. At `TO_THE_LAST_DIGIT` the step itself is around 1e-12 and one more would only move
/// rounding noise.
pub const TO_THE_LAST_DIGIT: f64 = 1e-20;

/// Solves to the last digit. Errors: a singular system, or no convergence in 100 steps.
pub fn solve(problem: &Problem<'_>, start: Vec<f64>) -> Result<Solution, Unsolved> {
    solve_to(TO_THE_LAST_DIGIT, problem, start)
}

/// Errors: as `solve`.
pub fn solve_to(
    nearness: f64,
    problem: &Problem<'_>,
    start: Vec<f64>,
) -> Result<Solution, Unsolved> {
    let mut beta = start;
    let mut log_odds = problem.matrix.times(&beta);
    let mut objective = problem.objective(&beta, &log_odds);
    for steps in 1..=MOST_STEPS {
        let (gradient, hessian) = problem.derivatives(&beta, &log_odds);
        let hessian = Cholesky::of(&hessian, beta.len()).ok_or(Unsolved::Singular)?;
        let step = hessian.solve(&gradient);
        let decrement: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
        // Half the decrement is how far the objective can still fall.
        if decrement <= nearness * (1.0 + objective.abs()) {
            return Ok(Solution { coefficients: beta, hessian, log_odds, steps });
        }
        let reached = problem.descend(&beta, &step, objective, decrement);
        (beta, log_odds, objective) = match reached {
            Some(next) => next,
            // No step length lowers the objective: rounding is all that is left.
            None => return Ok(Solution { coefficients: beta, hessian, log_odds, steps }),
        };
    }
    Err(Unsolved::NoEnd(MOST_STEPS))
}

impl Problem<'_> {
    fn objective(&self, beta: &[f64], log_odds: &[f64]) -> f64 {
        let rows = log_odds.iter().zip(self.target).zip(self.weights);
        let loss: f64 = rows.map(|((x, y), w)| w * log_loss(*x, *y)).sum();
        loss + 0.5 * self.pulls(beta).map(|(p, away)| p * away * away).sum::<f64>()
    }

    fn pulls<'a>(&'a self, beta: &'a [f64]) -> impl Iterator<Item = (f64, f64)> + 'a {
        beta.iter().zip(self.centre).zip(self.penalty).map(|((b, c), p)| (*p, b - c))
    }

    fn derivatives(&self, beta: &[f64], log_odds: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let rows = log_odds.par_iter().zip(self.target).zip(self.weights);
        let (residuals, curves): (Vec<f64>, Vec<f64>) = rows
            .map(|((x, y), w)| {
                let p = logistic(*x);
                (w * (p - y), w * p * (1.0 - p))
            })
            .unzip();
        let (mut hessian, mut gradient) = self.matrix.gram(&curves, &residuals);
        for (g, (p, away)) in gradient.iter_mut().zip(self.pulls(beta)) {
            *g += p * away;
        }
        let diagonal = hessian.iter_mut().step_by(beta.len() + 1);
        for (h, p) in diagonal.zip(self.penalty) {
            *h += p;
        }
        (gradient, hessian)
    }

    /// The first of the full, half, quarter ... steps that lowers the objective.
    fn descend(
        &self,
        beta: &[f64],
        step: &[f64],
        objective: f64,
        decrement: f64,
    ) -> Option<(Vec<f64>, Vec<f64>, f64)> {
        let mut length = 1.0;
        // Near the end the objective is flat to rounding, and the full Newton step is still
        // the better answer; so a rise within rounding is accepted there.
        let slack = if decrement < 1e-9 { 1e-12 * objective.abs() } else { 0.0 };
        for _ in 0..40 {
            let mut next = beta.to_vec();
            axpy(&mut next, -length, step);
            let log_odds = self.matrix.times(&next);
            let reached = self.objective(&next, &log_odds);
            if reached <= objective + slack {
                return Some((next, log_odds, reached));
            }
            length /= 2.0;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(x: &[f64], y: &[f64], penalty: f64) -> Vec<f64> {
        let cells = x.iter().flat_map(|v| [1.0, *v]).collect();
        let matrix = Matrix::new(2, cells);
        let weights = vec![1.0; y.len()];
        let problem = Problem {
            matrix: &matrix,
            target: y,
            weights: &weights,
            penalty: &[0.0, penalty],
            centre: &[0.0, 0.0],
        };
        solve(&problem, vec![0.0; 2]).expect("solvable").coefficients
    }

    #[test]
    fn a_two_by_two_table_has_its_known_answer() {
        // 3 of 4 and 1 of 4: log odds ratio is ln 9 and the intercept ln(1/3).
        let x = [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0];
        let y = [1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0];
        let b = fit(&x, &y, 0.0);
        assert!((b[0] + 3f64.ln()).abs() < 1e-12, "{b:?}");
        assert!((b[1] - 9f64.ln()).abs() < 1e-12, "{b:?}");
    }

    #[test]
    fn separation_is_held_by_the_penalty_and_refused_without_it() {
        let x = [-1.0, -1.0, 1.0, 1.0];
        let y = [0.0, 0.0, 1.0, 1.0];
        let b = fit(&x, &y, 1.0);
        // At the answer the slope equals the sum of residuals times x.
        let pull: f64 = x.iter().zip(&y).map(|(x, y)| (y - logistic(b[0] + b[1] * x)) * x).sum();
        assert!((pull - b[1]).abs() < 1e-12);
    }

    #[test]
    fn extreme_log_odds_stay_finite() {
        assert_eq!(logistic(-800.0), 0.0);
        assert_eq!(logistic(800.0), 1.0);
        assert_eq!(log_loss(800.0, 1.0), 0.0);
        assert_eq!(log_loss(-800.0, 1.0), 800.0);
    }
}
