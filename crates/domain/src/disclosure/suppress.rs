//! Tables of exact counts that go to a partner: small counts are left out, and with them as many others as
//! it takes for nobody to work them out from the sums.
//!
//! Invariant: what is let go leaves at least [`LEAST`] possible values for every count that was left out as
//! small; the attack on published tables says so, and a breakdown that it finds wanting is not let go.

#![expect(
    clippy::indexing_slicing,
    reason = "places are those of the table's own rows and columns"
)]

use super::{LEAST, System};

/// Counts by row and column; the sums are taken here.
///
/// Whoever gets the table knows how many people each column holds, and so everybody. How many each row
/// holds is told where it is not small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    rows: Vec<Vec<u64>>,
    columns: usize,
}

/// Which counts are left out, by row; the last of each row is its sum.
pub type LeftOut = Vec<Vec<bool>>;

impl Exact {
    /// Shape: as many counts in each row; `None` where they are not.
    pub fn new(rows: &[Vec<u64>]) -> Option<Self> {
        let columns = rows.first()?.len();
        let rows = rows.iter().map(|row| {
            (row.len() == columns).then(|| row.iter().copied().chain([row.iter().sum()]).collect())
        });
        Some(Self { rows: rows.collect::<Option<_>>()?, columns })
    }

    /// What has to be left out so that no count from 1 up to, not including, `least` is told or found out.
    ///
    /// Shape: `None` where nothing but leaving out all of it would do.
    pub fn suppress(&self, least: u64) -> Option<LeftOut> {
        let small = |of: u64| (1..least).contains(&of);
        let mut out: LeftOut =
            self.rows.iter().map(|row| row.iter().map(|of| small(*of)).collect()).collect();
        while self.hide_more(&mut out, least)? {}
        self.stands(&out, least).then_some(out)
    }

    /// Leaves out one more count of each line whose sum would give one away; whether there was any.
    fn hide_more(&self, out: &mut LeftOut, least: u64) -> Option<bool> {
        let mut more = false;
        for column in 0..=self.columns {
            let line: Vec<(usize, usize)> = (0..self.rows.len()).map(|row| (row, column)).collect();
            let hidden = line.iter().filter(|(row, column)| out[*row][*column]);
            let (many, people) = hidden
                .fold((0, 0), |(n, sum), (row, column)| (n + 1, sum + self.rows[*row][*column]));
            if many == 1 || (many > 0 && people < least) {
                self.hide_one(&line, out)?;
                more = true;
            }
        }
        for row in 0..self.rows.len() {
            let line: Vec<(usize, usize)> =
                (0..=self.columns).map(|column| (row, column)).collect();
            if line.iter().filter(|(row, column)| out[*row][*column]).count() == 1 {
                self.hide_one(&line, out)?;
                more = true;
            }
        }
        Some(more)
    }

    /// Leaves out the smallest count of a line that is still told, one of nobody last.
    fn hide_one(&self, line: &[(usize, usize)], out: &mut LeftOut) -> Option<()> {
        let told = line.iter().filter(|(row, column)| !out[*row][*column]);
        let (row, column) = told.min_by_key(|(row, column)| match self.rows[*row][*column] {
            0 => (1, 0),
            people => (0, people),
        })?;
        out[*row][*column] = true;
        Some(())
    }

    /// Whether every small count keeps enough possible values against all that is told.
    fn stands(&self, out: &LeftOut, least: u64) -> bool {
        let (mut system, mut truth) = (System::default(), Vec::new());
        let whole = |of: u64| i64::try_from(of).unwrap_or(i64::MAX);
        let everybody: u64 = self.rows.iter().filter_map(|row| row.last()).sum();
        let numbers: Vec<Vec<usize>> = self
            .rows
            .iter()
            .zip(out)
            .map(|(row, out)| {
                let number = |(of, out): (&u64, &bool)| {
                    truth.push(whole(*of));
                    match out {
                        true => system.unknown(0, whole(everybody)),
                        false => system.unknown(whole(*of), whole(*of)),
                    }
                };
                row.iter().zip(out).map(number).collect()
            })
            .collect();
        for row in &numbers {
            if let Some((sum, parts)) = row.split_last() {
                system.sums(*sum, parts);
            }
        }
        for column in 0..=self.columns {
            let all = self.rows.iter().map(|row| row[column]).sum();
            truth.push(whole(all));
            let sum = system.unknown(whole(all), whole(all));
            system.sums(sum, &numbers.iter().map(|row| row[column]).collect::<Vec<_>>());
        }
        system.narrow()
            && self.rows.iter().zip(&numbers).all(|(row, numbers)| {
                let mut small = row.iter().zip(numbers).filter(|(of, _)| (1..least).contains(*of));
                small.all(|(of, number)| {
                    system.attack(*number, whole(*of), LEAST, &truth).possible >= LEAST
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(rows: &[Vec<u64>], least: u64) -> Option<Vec<Vec<Option<u64>>>> {
        let out = Exact::new(rows)?.suppress(least)?;
        let with_sum = |row: &Vec<u64>| [row.clone(), vec![row.iter().sum()]].concat();
        let one = |(row, out): (&Vec<u64>, &Vec<bool>)| {
            with_sum(row).into_iter().zip(out).map(|(of, out)| (!out).then_some(of)).collect()
        };
        Some(rows.iter().zip(&out).map(one).collect())
    }

    #[test]
    fn a_small_count_takes_its_neighbours_with_it() {
        // Girls and boys at school, in work, NEET: two girls in work.
        let rows = [vec![40, 35], vec![2, 12], vec![9, 14]];
        let found = told(&rows, 5).unwrap();
        assert_eq!(found[0], [Some(40), Some(35), Some(75)]);
        assert!(found[1][0].is_none() && found[2][0].is_none(), "{found:?}");
        assert!(found[1][1].is_none() || found[1][2].is_none(), "{found:?}");
        // Nothing small: all of it.
        assert!(
            told(&[vec![40, 35], vec![9, 14]], 5).unwrap().iter().flatten().all(Option::is_some)
        );
        // One destination of one person, and all others nobody: nothing can stand beside it.
        assert_eq!(told(&[vec![1], vec![0]], 5), None);
        assert_eq!(told(&[vec![1]], 5), None);
        assert_eq!(Exact::new(&[vec![1, 2], vec![3]]), None);
    }

    proptest! {
        /// No small count is told, and no sum leaves one alone; that nothing else gives one away is what
        /// `stands` attacks before anything is let go.
        #[test]
        fn no_small_count_is_told(
            rows in prop::collection::vec(
                prop::collection::vec(prop_oneof![Just(0_u64), 1..5_u64, 5..40_u64], 3), 2..6),
        ) {
            if let Some(found) = told(&rows, 5) {
                for row in &found {
                    prop_assert!(row.iter().flatten().all(|of| !(1..5).contains(of)), "{found:?}");
                    let hidden = row.iter().filter(|of| of.is_none()).count();
                    prop_assert!(hidden != 1, "the sum gives it away: {found:?}");
                }
                for column in 0..=3 {
                    let hidden = found.iter().filter(|row| row[column].is_none()).count();
                    prop_assert!(hidden != 1, "the sum gives it away: {found:?}");
                }
            }
        }
    }
}
