//! Counts by cell and month in one pass over the people and their spells.
//!
//! A standing that begins at one month end and stops before another adds one at the first place of
//! a row and takes one away at the second; sums along the row give every month at once, whatever
//! their number.

#![expect(clippy::indexing_slicing, reason = "cells are numbers this table gave out")]

use super::{Asked, Counts, Cut, Keys, Segment, Span, Standing, walk};
use std::collections::HashMap;

/// Counts by cell and month.
#[derive(Clone, Debug)]
pub struct Tally {
    pub span: Span,
    /// The key of each cell: one number a cut, meant by `Cut::value`.
    pub keys: Vec<Vec<u32>>,
    /// By cell, then month, then standing.
    counts: Vec<u32>,
}

impl Tally {
    /// The counts of a cell in the month at this place of the span.
    pub fn counts(&self, cell: usize, month: u32) -> Counts {
        let mut counts = Counts::default();
        let from = (cell * self.span.months() as usize + month as usize) * Standing::COUNT;
        let row = self.counts.get(from..from + Standing::COUNT).unwrap_or_default();
        for (standing, people) in Standing::ALL.iter().zip(row) {
            counts.add(*standing, u64::from(*people));
        }
        counts
    }
}

/// The most cells that are found by a table of all keys; more are found by hashing.
const DENSE: usize = 1 << 20;

/// Finds the number of a cell by its key.
struct Cells {
    radix: Vec<usize>,
    dense: Vec<u32>,
    sparse: HashMap<u128, u32>,
    keys: Vec<Vec<u32>>,
}

impl Cells {
    fn new(asked: Asked<'_>, cuts: &[Cut]) -> Self {
        let radix: Vec<usize> = cuts.iter().map(|cut| cut.values(asked.cohort)).collect();
        let all = radix.iter().try_fold(1_usize, |all, n| all.checked_mul(*n));
        let dense = all.filter(|all| *all <= DENSE).map_or_else(Vec::new, |all| vec![0; all]);
        Self { radix, dense, sparse: HashMap::new(), keys: Vec::new() }
    }

    fn number(&mut self, key: &[u32]) -> usize {
        let place =
            key.iter().zip(&self.radix).fold(0_u128, |p, (k, n)| p * *n as u128 + u128::from(*k));
        let slot = match usize::try_from(place).ok().and_then(|place| self.dense.get_mut(place)) {
            Some(slot) => slot,
            None => self.sparse.entry(place).or_insert(0),
        };
        if *slot == 0 {
            self.keys.push(key.to_vec());
            *slot = u32::try_from(self.keys.len()).expect("fewer cells than people");
        }
        *slot as usize - 1
    }
}

/// Counts everybody of the ages asked, by every combination of the cuts' values.
///
/// Shape: `cuts` at most eight; cells in the order they were met. Without cuts there is one cell.
pub fn tally(asked: Asked<'_>, cuts: &[Cut]) -> Tally {
    let months = asked.span.months() as usize;
    let row = (months + 1) * Standing::COUNT;
    let mut cells = Cells::new(asked, cuts);
    let mut steps: Vec<i32> = Vec::new();
    if cuts.is_empty() {
        cells.number(&[]);
        steps.resize(row, 0);
    }
    let mut keys = Keys::new(asked, cuts);
    walk(asked, |p, segments| {
        keys.read(p);
        for segment in segments {
            keys.each(*segment, &mut |part: Segment, key: &[u32]| {
                let cell = cells.number(key);
                if steps.len() <= cell * row {
                    steps.resize((cell + 1) * row, 0);
                }
                let at = |month: u32| {
                    cell * row + month as usize * Standing::COUNT + part.standing as usize
                };
                steps[at(part.from)] += 1;
                steps[at(part.to)] -= 1;
            });
        }
    });
    Tally { span: asked.span, keys: cells.keys, counts: sums(&steps, months) }
}

/// Running sums along each cell's months.
fn sums(steps: &[i32], months: usize) -> Vec<u32> {
    let mut counts = Vec::with_capacity(steps.len());
    for cell in steps.chunks_exact((months + 1) * Standing::COUNT) {
        let mut now = [0_i32; Standing::COUNT];
        for month in cell.chunks_exact(Standing::COUNT).take(months) {
            for (now, step) in now.iter_mut().zip(month) {
                *now += step;
            }
            counts.extend(now.iter().map(|n| n.unsigned_abs()));
        }
    }
    counts
}
