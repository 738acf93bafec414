//! The little linear algebra that ridge regression needs: a row-major matrix, its weighted
//! Gram matrix, and Cholesky. Invariant: sums run in a fixed order, by fixed blocks of rows,
//! so that the number of threads never changes a bit.

#![expect(clippy::indexing_slicing, reason = "numeric kernels; every index is bounded by the loop")]

use rayon::prelude::*;

/// Rows summed by one task. Fixed, because the order of summing decides the last bits.
const BLOCK: usize = 1024;

/// Shape: `rows` x `width`, row after row.
#[derive(Clone, Debug)]
pub struct Matrix {
    width: usize,
    cells: Vec<f64>,
}

impl Matrix {
    pub fn new(width: usize, cells: Vec<f64>) -> Self {
        assert!(width == 0 || cells.len().is_multiple_of(width), "whole rows only");
        Self { width, cells }
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn rows(&self) -> usize {
        self.cells.len().checked_div(self.width).unwrap_or(0)
    }

    pub fn row(&self, index: usize) -> &[f64] {
        &self.cells[index * self.width..(index + 1) * self.width]
    }

    /// Each row times one vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.cells.par_chunks(self.width.max(1)).map(|row| dot(row, vector)).collect()
    }

    /// The weighted Gram matrix and the weighted column sums: sum of w z z' and sum of r z.
    /// Shape: `width` x `width` (full, symmetric) and `width`.
    pub fn gram(&self, weights: &[f64], residuals: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let width = self.width;
        let parts: Vec<(Vec<f64>, Vec<f64>)> = self
            .cells
            .par_chunks((BLOCK * width).max(1))
            .zip(weights.par_chunks(BLOCK))
            .zip(residuals.par_chunks(BLOCK))
            .map(|((rows, weights), residuals)| block_gram(width, rows, weights, residuals))
            .collect();
        let mut gram = vec![0.0; width * width];
        let mut sums = vec![0.0; width];
        for (part_gram, part_sums) in &parts {
            add(&mut gram, part_gram);
            add(&mut sums, part_sums);
        }
        for i in 0..width {
            for j in 0..i {
                gram[i * width + j] = gram[j * width + i];
            }
        }
        (gram, sums)
    }
}

fn block_gram(
    width: usize,
    rows: &[f64],
    weights: &[f64],
    residuals: &[f64],
) -> (Vec<f64>, Vec<f64>) {
    let mut gram = vec![0.0; width * width];
    let mut sums = vec![0.0; width];
    let mut quads = rows.chunks_exact(4 * width).zip(weights.chunks_exact(4));
    for (four, w) in &mut quads {
        four_rows(&mut gram, width, four, w);
    }
    let done = weights.len() / 4 * 4;
    for (row, w) in rows[done * width..].chunks_exact(width).zip(&weights[done..]) {
        for j in 0..width {
            axpy(&mut gram[j * width + j..(j + 1) * width], w * row[j], &row[j..]);
        }
    }
    for (row, r) in rows.chunks_exact(width).zip(residuals) {
        axpy(&mut sums, *r, row);
    }
    (gram, sums)
}

/// Four rows at once, so that each cell of the Gram matrix is loaded a quarter as often.
fn four_rows(gram: &mut [f64], width: usize, four: &[f64], w: &[f64]) {
    let (a, rest) = four.split_at(width);
    let (b, rest) = rest.split_at(width);
    let (c, d) = rest.split_at(width);
    for j in 0..width {
        let (p, q, r, s) = (w[0] * a[j], w[1] * b[j], w[2] * c[j], w[3] * d[j]);
        // Indicator columns are mostly nought; skipping them is what makes them cheap.
        if p == 0.0 && q == 0.0 && r == 0.0 && s == 0.0 {
            continue;
        }
        let line = &mut gram[j * width + j..(j + 1) * width];
        let cells = a[j..].iter().zip(&b[j..]).zip(&c[j..]).zip(&d[j..]);
        for (g, (((a, b), c), d)) in line.iter_mut().zip(cells) {
            *g += p * a + q * b + r * c + s * d;
        }
    }
}

pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four running sums let the processor overlap additions; their order is fixed.
    let mut sums = [0.0; 4];
    let (fours, rest) = (a.chunks_exact(4), a.chunks_exact(4).remainder());
    for (x, y) in fours.zip(b.chunks_exact(4)) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    let start = a.len() - rest.len();
    let tail: f64 = rest.iter().zip(&b[start..]).map(|(x, y)| x * y).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + tail
}

pub fn axpy(to: &mut [f64], factor: f64, from: &[f64]) {
    if factor != 0.0 {
        for (t, f) in to.iter_mut().zip(from) {
            *t += factor * f;
        }
    }
}

fn add(to: &mut [f64], from: &[f64]) {
    for (t, f) in to.iter_mut().zip(from) {
        *t += f;
    }
}

/// A symmetric positive definite matrix, factored.
pub struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Errors: none is returned when the matrix is not positive definite.
    pub fn of(matrix: &[f64], size: usize) -> Option<Self> {
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let known = dot(&lower[i * size..i * size + j], &lower[j * size..j * size + j]);
                let rest = matrix[i * size + j] - known;
                lower[i * size + j] = if i != j {
                    rest / lower[j * size + j]
                } else if rest > 0.0 && rest.is_finite() {
                    rest.sqrt()
                } else {
                    return None;
                };
            }
        }
        Some(Self { size, lower })
    }

    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (n, l) = (self.size, &self.lower);
        let mut x = right.to_vec();
        for i in 0..n {
            x[i] = (x[i] - dot(&l[i * n..i * n + i], &x[..i])) / l[i * n + i];
        }
        for i in (0..n).rev() {
            x[i] /= l[i * n + i];
            let (xi, row) = (x[i], &l[i * n..i * n + i]);
            axpy(&mut x[..i], -xi, row);
        }
        x
    }

    /// The inverse, full and row-major.
    pub fn inverse(&self) -> Vec<f64> {
        let n = self.size;
        let unit = |i: usize| {
            let mut e = vec![0.0; n];
            e[i] = 1.0;
            self.solve(&e)
        };
        (0..n).into_par_iter().flat_map_iter(unit).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gram_matches_the_plain_sum_for_every_remainder() {
        for rows in [1, 3, 4, 7, 1023, 1024, 1030] {
            let cells: Vec<f64> = (0..rows * 3).map(|i| ((i * 7919) % 13) as f64 - 6.0).collect();
            let weights: Vec<f64> = (0..rows).map(|i| 1.0 + (i % 3) as f64).collect();
            let matrix = Matrix::new(3, cells.clone());
            let (gram, sums) = matrix.gram(&weights, &weights);
            for i in 0..3 {
                let plain: f64 = (0..rows).map(|r| weights[r] * cells[r * 3 + i]).sum();
                assert_eq!(sums[i], plain);
                for j in 0..3 {
                    let plain: f64 =
                        (0..rows).map(|r| weights[r] * cells[r * 3 + i] * cells[r * 3 + j]).sum();
                    assert_eq!(gram[i * 3 + j], plain, "{rows} rows, {i} {j}");
                }
            }
        }
    }

    #[test]
    fn cholesky_solves_and_refuses() {
        let a = [4.0, 2.0, 2.0, 3.0];
        let c = Cholesky::of(&a, 2).expect("positive definite");
        let x = c.solve(&[10.0, 8.0]);
        assert!((x[0] - 1.75).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
        assert!((c.inverse()[3] - 0.5).abs() < 1e-12);
        assert!(Cholesky::of(&[1.0, 2.0, 2.0, 1.0], 2).is_none());
    }
}
