//! Several tables of the same people that go out together, as the breakdowns of a pack: each is suppressed
//! under the same sums, and attacked beside those before it.
//!
//! Invariant: of all that is let go, no count from 1 up to, not including, `least` is told, none is what one
//! told count leaves of another, and each keeps [`super::LEAST`] possible values.

use super::suppress::{Exact, LeftOut, alone, stand};

/// What may be told of tables under the same sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// Which sums of rows are left out.
    pub sums: Vec<bool>,
    /// By table, row and column; `None` of a table that may not be told at all.
    pub tables: Vec<Option<LeftOut>>,
}

/// Finds what has to be left out.
///
/// Shape: `sums` by row; each table has as many rows, whose counts add up to them.
pub fn together(sums: &[u64], tables: &[Vec<Vec<u64>>], least: u64) -> Together {
    let left_out = alone(sums, least);
    let mut kept: Vec<(Exact, LeftOut)> = Vec::new();
    let mut told = Vec::new();
    for table in tables {
        let exact = Exact::new(table).map(|exact| exact.under(&left_out, least));
        let hidden = exact.and_then(|exact| Some((exact.hide(least)?, exact)));
        let stands = hidden.filter(|(out, exact)| {
            // Under sums that are all told, no table says anything of another.
            let beside: &[(Exact, LeftOut)] = if left_out.contains(&true) { &kept } else { &[] };
            let mut all: Vec<(&Exact, &LeftOut)> = beside.iter().map(|(e, o)| (e, o)).collect();
            all.push((exact, out));
            stand(&all, least)
        });
        told.push(stands.as_ref().map(|(out, _)| out.clone()));
        kept.extend(stands.map(|(out, exact)| (exact, out)));
    }
    Together { sums: left_out, tables: told }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A count that a reader has by one subtraction: what is told of a line, taken from its sum.
    fn left_over(line: &[(u64, bool)], sum: u64) -> Option<u64> {
        let told: u64 = line.iter().filter(|(_, out)| !out).map(|(of, _)| of).sum();
        line.iter().any(|(_, out)| *out).then(|| sum - told)
    }

    #[test]
    fn a_small_school_tells_its_sums_and_no_girl_in_it() {
        // NEET, not known, all others; girls and boys, then Year 12, 13 and one of Year 14.
        let by_sex = vec![vec![2, 7], vec![6, 5], vec![40, 50]];
        let by_year = vec![vec![5, 4, 0], vec![5, 5, 1], vec![50, 40, 0]];
        let found = together(&[9, 11, 90], &[by_sex, by_year], 5);
        assert_eq!(found.sums, [false; 3]);
        let sex = found.tables[0].as_ref().unwrap();
        assert!(sex[0][0] && sex[0][1], "two girls, and so the boys: {sex:?}");
        if let Some(year) = &found.tables[1] {
            assert!((0..3).all(|row| year[row][2]), "one of Year 14: {year:?}");
        }
        // Three NEET in all: their sum is left out, and with it another.
        let found = together(&[3, 11, 90], &[vec![vec![3, 0], vec![6, 5], vec![40, 50]]], 5);
        assert!(found.sums[0] && found.sums.iter().filter(|out| **out).count() > 1);
    }

    fn small(of: u64) -> bool {
        (1..5).contains(&of)
    }

    proptest! {
        /// Whatever the people, nothing small is told, and no sum less what is told beside it leaves
        /// something small.
        #[test]
        fn nothing_small_is_had_by_subtraction(
            people in prop::collection::vec((0..3_usize, 0..2_usize, 0..4_usize), 1..90),
        ) {
            let count = |of: &dyn Fn(&(usize, usize, usize)) -> bool| {
                people.iter().filter(|one| of(one)).count() as u64
            };
            let sums: Vec<u64> = (0..3).map(|row| count(&|one| one.0 == row)).collect();
            let table = |columns: usize, of: fn(&(usize, usize, usize)) -> usize| -> Vec<Vec<u64>> {
                let cell = |row, at| count(&|one| one.0 == row && of(one) == at);
                (0..3).map(|row| (0..columns).map(|at| cell(row, at)).collect()).collect()
            };
            let tables = [table(2, |one| one.1), table(4, |one| one.2)];
            let found = together(&sums, &tables, 5);
            for (sum, out) in sums.iter().zip(&found.sums) {
                prop_assert!(*out || !small(*sum));
            }
            for (rows, out) in tables.iter().zip(&found.tables) {
                let Some(out) = out else { continue };
                for (row, cells) in rows.iter().enumerate() {
                    let line: Vec<(u64, bool)> =
                        cells.iter().copied().zip(out[row].iter().copied()).collect();
                    prop_assert!(line.iter().all(|(of, out)| *out || !small(*of)));
                    if !found.sums[row] {
                        prop_assert!(!left_over(&line, sums[row]).is_some_and(small), "{found:?}");
                    }
                }
            }
        }
    }
}
