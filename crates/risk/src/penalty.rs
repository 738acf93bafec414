//! How strong the ridge should be, chosen on training rows only by leaving out one person at
//! a time. Each left-out prediction is worked out from the one full fit by a Newton step, so
//! no folds are drawn and no luck is involved. Invariant: all rows of one person leave together.

#![expect(clippy::indexing_slicing, reason = "numeric kernel; groups index rows of the matrix")]

use crate::linalg::{Cholesky, Matrix, axpy, dot};
use crate::logistic::{Problem, Solution, Unsolved, log_loss, logistic, solve_to};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A person with more rows than this has them left out one by one: a block that large is a
/// school or a year, and its exact removal would cost more than the fit.
const LARGEST_BLOCK: usize = 40;
/// Half-decades from strongest to weakest. Units: multiples of the log loss of one row.
const GRID: [f64; 10] = [3000.0, 1000.0, 300.0, 100.0, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1];

/// Strengths are compared by losses that differ from the third digit on, so a fit within a
/// millionth of its bottom is near enough; the fit that is kept is solved to the last digit.
const NEAR_ENOUGH: f64 = 1e-8;

/// One strength tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    pub penalty: f64,
    /// Mean log loss of rows predicted without their person.
    pub loss: f64,
}

/// Rows that leave together. Shape: every row of the matrix in exactly one block.
pub fn blocks(groups: &[u32]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by_key(|row| groups[*row]);
    let together = order.chunk_by(|a, b| groups[*a] == groups[*b]);
    together
        .flat_map(|block| {
            let size = if block.len() > LARGEST_BLOCK { 1 } else { block.len() };
            block.chunks(size).map(<[usize]>::to_vec)
        })
        .collect()
}

/// Chooses the ridge: from strong to weak, stopping once two weaker ones have done worse, then
/// a parabola through the best three. `shape` says how much of the ridge each term feels, on
/// top of the problem's own penalties, which stay.
/// Errors: as `solve`.
pub fn choose(
    problem: &Problem<'_>,
    shape: &[f64],
    blocks: &[Vec<usize>],
) -> Result<(f64, Vec<Tried>), Unsolved> {
    let mut tried: Vec<Tried> = Vec::new();
    let mut start = problem.centre.to_vec();
    for penalty in GRID {
        let (loss, solution) = left_out_loss(problem, shape, penalty, blocks, start)?;
        start = solution.coefficients;
        tried.push(Tried { penalty, loss });
        if worse_twice(&tried) {
            break;
        }
    }
    Ok((lowest(&tried), tried))
}

fn worse_twice(tried: &[Tried]) -> bool {
    let best = tried.iter().map(|t| t.loss).fold(f64::INFINITY, f64::min);
    tried.len() > 2 && tried.iter().rev().take(2).all(|t| t.loss > best)
}

/// The lowest point of the parabola through the best tried strength and its neighbours.
fn lowest(tried: &[Tried]) -> f64 {
    let by_loss = |a: &usize, b: &usize| tried[*a].loss.total_cmp(&tried[*b].loss);
    let best = (0..tried.len()).min_by(by_loss).unwrap_or(0);
    if best == 0 || best + 1 >= tried.len() {
        return tried[best].penalty;
    }
    let point = |i: usize| (tried[i].penalty.ln(), tried[i].loss);
    let ((x0, y0), (x1, y1), (x2, y2)) = (point(best - 1), point(best), point(best + 1));
    let (left, right) = ((x1 - x0) * (y1 - y2), (x1 - x2) * (y1 - y0));
    let bottom = x1 - 0.5 * ((x1 - x0) * left - (x1 - x2) * right) / (left - right);
    if bottom.is_finite() { bottom.clamp(x2, x0).exp() } else { x1.exp() }
}

fn left_out_loss(
    problem: &Problem<'_>,
    shape: &[f64],
    strength: f64,
    blocks: &[Vec<usize>],
    start: Vec<f64>,
) -> Result<(f64, Solution), Unsolved> {
    let penalty: Vec<f64> =
        shape.iter().zip(problem.penalty).map(|(s, fixed)| s * strength + fixed).collect();
    let problem = Problem { penalty: &penalty, ..*problem };
    let solution = solve_to(NEAR_ENOUGH, &problem, start)?;
    let inverse = solution.hessian.inverse();
    let losses: Vec<f64> = blocks
        .par_iter()
        .with_min_len(64)
        .map(|block| block_loss(&problem, &solution.log_odds, &inverse, block))
        .collect();
    let weight: f64 = problem.weights.iter().sum();
    Ok((losses.iter().sum::<f64>() / weight, solution))
}

/// Loss of one person's rows, predicted after a Newton step without them:
/// log-odds + A (I - W A)^-1 r, where A = Z H^-1 Z', r = weight * (p - y), W the curvatures.
fn block_loss(problem: &Problem<'_>, log_odds: &[f64], inverse: &[f64], block: &[usize]) -> f64 {
    let a = leverage(problem.matrix, inverse, block);
    let size = block.len();
    let p: Vec<f64> = block.iter().map(|row| logistic(log_odds[*row])).collect();
    let residual = |k: usize| problem.weights[block[k]] * (p[k] - problem.target[block[k]]);
    let curve = |k: usize| (problem.weights[block[k]] * p[k] * (1.0 - p[k])).max(1e-300);
    // Dividing by W keeps the system symmetric: (W^-1 - A) u = W^-1 r.
    let system: Vec<f64> = (0..size * size)
        .map(|at| if at / size == at % size { 1.0 / curve(at / size) } else { 0.0 } - a[at])
        .collect();
    let right: Vec<f64> = (0..size).map(|k| residual(k) / curve(k)).collect();
    // Without a ridge a person can be the only support of a coefficient; then nothing can be
    // said without them, which is the worst loss a strength can have.
    let Some(factored) = Cholesky::of(&system, size) else { return f64::INFINITY };
    let moved = factored.solve(&right);
    let rows = block.iter().enumerate().map(|(k, row)| {
        let without = log_odds[*row] + dot(&a[k * size..(k + 1) * size], &moved);
        problem.weights[*row] * log_loss(without, problem.target[*row])
    });
    rows.sum()
}

fn leverage(matrix: &Matrix, inverse: &[f64], block: &[usize]) -> Vec<f64> {
    let width = matrix.width();
    let mut a = vec![0.0; block.len() * block.len()];
    let mut through = vec![0.0; width];
    for (k, row) in block.iter().enumerate() {
        through.fill(0.0);
        for (j, z) in matrix.row(*row).iter().enumerate() {
            axpy(&mut through, *z, &inverse[j * width..(j + 1) * width]);
        }
        for (l, other) in block.iter().enumerate() {
            a[k * block.len() + l] = dot(&through, matrix.row(*other));
        }
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logistic::solve;

    /// The short cut must agree with really fitting without each person.
    #[test]
    fn leaving_one_out_by_formula_is_close_to_leaving_one_out_in_truth() {
        let n = 60;
        let noise = |i: usize, k: usize| (((i * 31 + k * 17) * 7919) % 101) as f64 / 50.0 - 1.0;
        let cells = (0..n).flat_map(|i| [1.0, noise(i, 1), noise(i, 2)]).collect();
        let matrix = Matrix::new(3, cells);
        let target: Vec<f64> = (0..n).map(|i| f64::from(noise(i, 1) + noise(i, 3) > 0.3)).collect();
        let weights = vec![1.0; n];
        let (shape, centre) = ([0.0, 1.0, 1.0], [0.0; 3]);
        let problem = Problem {
            matrix: &matrix,
            target: &target,
            weights: &weights,
            penalty: &[0.0; 3],
            centre: &centre,
        };
        let groups: Vec<u32> = (0..n).map(|i| u32::try_from(i / 3).expect("small")).collect();
        let blocks = blocks(&groups);
        let (quick, _) = left_out_loss(&problem, &shape, 1.0, &blocks, vec![0.0; 3]).expect("fits");
        let mut slow = 0.0;
        for block in &blocks {
            let weights: Vec<f64> = (0..n).map(|i| f64::from(!block.contains(&i))).collect();
            let without = Problem { weights: &weights, penalty: &shape, ..problem };
            let fit = solve(&without, vec![0.0; 3]).expect("fits");
            slow += block.iter().map(|i| log_loss(fit.log_odds[*i], target[*i])).sum::<f64>();
        }
        let slow = slow / n as f64;
        assert!((quick - slow).abs() < 0.002, "{quick} by formula, {slow} in truth");
    }
}
