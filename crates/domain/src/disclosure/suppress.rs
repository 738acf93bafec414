//! Tables of exact counts that go to a partner: small counts are left out, and with them as many others as
//! it takes for nobody to work them out from the sums.
//!
//! Invariant: what is let go leaves at least [`LEAST`] possible values for every count that was left out as
//! small, or as what a whole group has in common; the attack on published tables says so, and a breakdown that it finds wanting is not let go.

#![expect(
    clippy::indexing_slicing,
    reason = "places are those of the table's own rows and columns"
)]

use super::{LEAST, System, is_whole};

/// Counts by row and column; the sums are taken here.
///
/// Whoever gets the table knows how many people each column holds, and so everybody. How many each row
/// holds is told where it is not small, or where somebody else settled that it is ([`Exact::under`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact {
    rows: Vec<Vec<u64>>,
    columns: usize,
    /// Which sums of rows are left out, where that is settled already.
    settled: Option<Vec<bool>>,
    /// Columns of which nothing is said.
    shut: Vec<bool>,
    /// Whether the last row counts all who are of none of the others ([`Exact::under`]).
    rest: bool,
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
        let rows = rows.collect::<Option<_>>()?;
        Some(Self { rows, columns, settled: None, shut: vec![false; columns], rest: false })
    }

    /// The same under sums of which it is settled which are left out, where the last row counts all who are
    /// of none of the others. A column of fewer than `least` people is shut: how many they are is known, and
    /// so any of its counts would tell of single people. So is one that has nobody in the last row: what is
    /// true of all of a group would be told of each in it.
    #[must_use]
    pub fn under(self, left_out: &[bool], least: u64) -> Self {
        let shut = |column| self.people(column) < least || self.all_alike(column);
        let shut = (0..self.columns).map(shut).collect();
        Self { settled: Some(left_out.to_vec()), shut, rest: true, ..self }
    }

    pub(super) const fn columns(&self) -> usize {
        self.columns
    }

    /// Whether the sums of its rows are one column of another.
    pub(super) fn adds_up_to(&self, other: &Self, column: usize) -> bool {
        self.rows.len() == other.rows.len()
            && self.rows.iter().zip(&other.rows).all(|(row, of)| row[self.columns] == of[column])
    }

    fn people(&self, column: usize) -> u64 {
        self.rows.iter().map(|row| row[column]).sum()
    }

    /// Whether nobody of a column is in the last row.
    fn all_alike(&self, column: usize) -> bool {
        let rest = self.rows.last().map_or(0, |row| row[column]);
        let people = self.people(column);
        is_whole(people - rest, people)
    }

    /// Whether a count is one that nobody may find out: of a few people, or that nobody of a column is of none
    /// of the rows that say something.
    fn tells(&self, row: usize, column: usize, least: u64) -> bool {
        let rest = self.rest && row + 1 == self.rows.len();
        (1..least).contains(&self.rows[row][column]) || (rest && self.all_alike(column))
    }

    /// What has to be left out so that no count from 1 up to, not including, `least` is told or found out.
    ///
    /// Shape: `None` where nothing but leaving out all of it would do.
    pub fn suppress(&self, least: u64) -> Option<LeftOut> {
        let out = self.hide(least)?;
        stand(&[Told { table: self, out: &out, inside: None }], least).then_some(out)
    }

    /// What has to be left out for the sums to give nothing away; whether it stands is [`stand`]'s to say.
    pub(super) fn hide(&self, least: u64) -> Option<LeftOut> {
        self.hide_beside(&[], least)
    }

    /// The same, where some is left out already.
    pub(super) fn hide_beside(&self, hidden: &[Vec<bool>], least: u64) -> Option<LeftOut> {
        let hidden = |row: usize, column: usize| {
            hidden.get(row).and_then(|row| row.get(column)).copied().unwrap_or(false)
        };
        let small = |of: u64| (1..least).contains(&of);
        let one = |(number, row): (usize, &Vec<u64>)| -> Vec<bool> {
            let out = |(column, of): (usize, &u64)| match (&self.settled, column == self.columns) {
                (Some(settled), true) => settled.get(number).copied().unwrap_or(true),
                (_, true) => small(*of),
                // Where nobody is in the whole row, everybody knows that of each part of it.
                (_, false) => {
                    small(*of)
                        || (self.shut[column] && row[self.columns] > 0)
                        || hidden(number, column)
                }
            };
            row.iter().enumerate().map(out).collect()
        };
        let mut out: LeftOut = self.rows.iter().enumerate().map(one).collect();
        while self.hide_more(&mut out, least)? {}
        Some(out)
    }

    /// Leaves out one more count of each line whose sum would give one away; whether there was any.
    fn hide_more(&self, out: &mut LeftOut, least: u64) -> Option<bool> {
        let mut more = false;
        let columns = match self.settled {
            Some(_) => 0..self.columns,
            None => 0..self.columns + 1,
        };
        for column in columns.filter(|column| self.shut.get(*column) != Some(&true)) {
            let line: Vec<(usize, usize)> = (0..self.rows.len()).map(|row| (row, column)).collect();
            if self.gives_away(&line, out, least) {
                self.hide_one(&line, out)?;
                more = true;
            }
        }
        for row in 0..self.rows.len() {
            let cells: Vec<(usize, usize)> = (0..self.columns).map(|at| (row, at)).collect();
            let hidden = cells.iter().filter(|(row, column)| out[*row][*column]).count();
            let gives_away = match (out[row][self.columns], self.rows[row][self.columns]) {
                (true, _) => hidden == 0,
                (false, 0) => hidden == 1,
                (false, _) => self.gives_away(&cells, out, least),
            };
            let sum = (row, self.columns);
            let own = self.settled.is_none().then_some(sum);
            if gives_away {
                self.hide_one(&[cells, own.into_iter().collect()].concat(), out)?;
                more = true;
            }
        }
        Some(more)
    }

    /// Whether the sum of a line tells one count that is left out, or a few people of several.
    fn gives_away(&self, line: &[(usize, usize)], out: &LeftOut, least: u64) -> bool {
        let hidden = line.iter().filter(|(row, column)| out[*row][*column]);
        let (many, people) =
            hidden.fold((0, 0), |(n, sum), (row, column)| (n + 1, sum + self.rows[*row][*column]));
        many == 1 || (many > 0 && people < least)
    }

    /// Leaves out the smallest count of a line that is still told, one of nobody last. Where it is told that
    /// nobody is in a whole row, leaving out a part of it would hide nothing.
    fn hide_one(&self, line: &[(usize, usize)], out: &mut LeftOut) -> Option<()> {
        let empty = |row: usize| self.settled.is_some() && self.rows[row][self.columns] == 0;
        let told = line.iter().filter(|(row, column)| !out[*row][*column] && !empty(*row));
        let (row, column) = told.min_by_key(|(row, column)| match self.rows[*row][*column] {
            0 => (1, 0),
            people => (0, people),
        })?;
        out[*row][*column] = true;
        Some(())
    }
}

/// A table with what is told of it.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub table: &'a Exact,
    pub out: &'a LeftOut,
    /// A table before it in whose columns its own lie, and in which of them each of its own does.
    pub inside: Option<(usize, &'a [usize])>,
}

/// What is known of several tables of the same people, which have the same sums of rows.
#[derive(Default)]
struct Known {
    system: System,
    truth: Vec<i64>,
    /// Of each row.
    sums: Vec<usize>,
    /// Of each table, by row and column.
    tables: Vec<Vec<Vec<usize>>>,
    /// The counts that nobody may find out, and how many values must stay possible for each.
    small: Vec<(usize, usize)>,
}

fn whole(of: u64) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

impl Known {
    fn count(&mut self, of: u64, most: Option<u64>) -> usize {
        self.truth.push(whole(of));
        match most {
            Some(most) => self.system.unknown(0, whole(most)),
            None => self.system.unknown(whole(of), whole(of)),
        }
    }

    /// The sums of the rows, which all tables have.
    fn sums(&mut self, Told { table, out, .. }: Told<'_>, least: u64) {
        let everybody: u64 = table.rows.iter().filter_map(|row| row.last()).sum();
        for (row, out) in table.rows.iter().zip(out) {
            let of = row[table.columns];
            let sum = self.count(of, out[table.columns].then_some(everybody));
            self.sums.push(sum);
            self.small.extend((1..least).contains(&of).then_some((sum, LEAST)));
        }
        let all = self.count(everybody, None);
        self.system.sums(all, &self.sums);
    }

    fn table(&mut self, told: Told<'_>, least: u64) {
        let Told { table, out, inside } = told;
        if self.sums.is_empty() {
            self.sums(told, least);
        }
        let mut rows = Vec::with_capacity(table.rows.len());
        for (number, (row, out)) in table.rows.iter().zip(out).enumerate() {
            let mut cells = Vec::with_capacity(table.columns);
            for column in 0..table.columns {
                let people = table.people(column);
                let cell = self.count(row[column], out[column].then_some(people));
                // Of one or two people there are no three numbers to be had.
                let enough = match table.shut[column] {
                    true => LEAST.min(usize::try_from(people + 1).unwrap_or(LEAST)),
                    false => LEAST,
                };
                self.small.extend(table.tells(number, column, least).then_some((cell, enough)));
                cells.push(cell);
            }
            rows.push(cells);
        }
        for column in 0..table.columns {
            let people = self.count(table.people(column), None);
            let cells: Vec<usize> = rows.iter().map(|row| row[column]).collect();
            self.system.sums(people, &cells);
        }
        for (number, row) in rows.iter().enumerate() {
            match inside {
                None => self.system.sums(self.sums[number], row),
                // What lies in one column of the other table adds up to that.
                Some((other, columns)) => {
                    for (column, of) in self.tables[other][number].iter().enumerate() {
                        let lies = row.iter().zip(columns).filter(|(_, lies)| **lies == column);
                        let parts: Vec<usize> = lies.map(|(cell, _)| *cell).collect();
                        self.system.sums(*of, &parts);
                    }
                }
            }
        }
        self.tables.push(rows);
    }
}

/// Whether every small count keeps enough possible values against all that is told in several tables of the
/// same people.
///
/// Shape: the same rows in each.
pub(super) fn stand(tables: &[Told<'_>], least: u64) -> bool {
    let mut known = Known::default();
    for told in tables {
        known.table(*told, least);
    }
    known.system.narrow()
        && known.small.iter().all(|(number, enough)| {
            let truth = known.truth.get(*number).copied().unwrap_or_default();
            known.system.attack(*number, truth, *enough, &known.truth).possible >= *enough
        })
}

/// Which counts are left out of some that stand by themselves under their sum, which is known; all of them
/// where nothing less would do.
pub fn alone(counts: &[u64], least: u64) -> Vec<bool> {
    let rows: Vec<Vec<u64>> = counts.iter().map(|of| vec![*of]).collect();
    let exact = Exact::new(&rows).and_then(|exact| exact.suppress(least));
    exact.map_or_else(
        || vec![true; counts.len()],
        |out| out.iter().map(|row| row.contains(&true)).collect(),
    )
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
