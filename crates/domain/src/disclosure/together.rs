//! Several tables of the same people that go out together, as the breakdowns of a pack: each is suppressed
//! under the same sums, and attacked beside those that say something of it.
//!
//! Which those are: tables under sums that are all told, none of whose groups lie in another's, say nothing of
//! each other, since whatever one of them may be, each of the others may be anything that it may be by itself.
//! A ward lies in a locality, and so what is told of a locality and of its other wards is what the ward has:
//! the wards are suppressed under the sums of each locality, and attacked beside the localities.
//!
//! Invariant: of all that is let go, no count from 1 up to, not including, `least` is told, none is what one
//! told count leaves of another, nothing is said that is true of all of a group, and each keeps [`super::LEAST`] possible values.

use super::suppress::{Exact, LeftOut, Told, alone, stand};

/// A table under the common sums. Its last row counts all who are of none of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// Counts by row and column; each row adds up to its sum.
    pub rows: Vec<Vec<u64>>,
    pub inside: Option<Inside>,
}

/// That the groups of a table lie in those of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inside {
    /// The number of the other, which is before it and lies in none itself.
    pub table: usize,
    /// In which column of the other each column lies.
    pub columns: Vec<usize>,
}

/// What may be told of tables under the same sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Together {
    /// Which sums of rows are left out.
    pub sums: Vec<bool>,
    /// By table, row and column; `None` of a table that may not be told at all.
    pub tables: Vec<Option<LeftOut>>,
}

/// A table that may be told.
struct Kept {
    /// Its number among all.
    number: usize,
    exact: Exact,
    out: LeftOut,
    inside: Option<Inside>,
}

/// Finds what has to be left out.
///
/// Shape: `sums` by row; each table has as many rows, whose counts add up to them.
pub fn together(sums: &[u64], tables: &[Breakdown], least: u64) -> Together {
    let left_out = alone(sums, least);
    let mut kept: Vec<Kept> = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        let outer = table.inside.as_ref().map(|inside| inside.table);
        let outer = outer.and_then(|outer| kept.iter().find(|other| other.number == outer));
        // Inside one that is not told at all it is a table as any other.
        let inside = table.inside.clone().filter(|_| outer.is_some());
        let Some(exact) = Exact::new(&table.rows).map(|exact| exact.under(&left_out, least)) else {
            continue;
        };
        let out = match (&inside, outer) {
            (Some(inside), Some(outer)) => {
                hide_inside((&table.rows, &exact), (inside, outer), least)
            }
            _ => exact.hide(least),
        };
        let Some(out) = out else { continue };
        let judged = Kept { number, exact, out, inside };
        if stands(&kept, &judged, left_out.contains(&true), least) {
            kept.push(judged);
        }
    }
    let of = |number| kept.iter().find(|one| one.number == number).map(|one| one.out.clone());
    Together { tables: (0..tables.len()).map(of).collect(), sums: left_out }
}

/// Whether a table stands beside those that say something of it: all before it where a sum is left out, else
/// the one that it lies in.
fn stands(kept: &[Kept], judged: &Kept, sum_is_out: bool, least: u64) -> bool {
    let outer = judged.inside.as_ref().map(|inside| inside.table);
    let beside = kept.iter().filter(|one| sum_is_out || Some(one.number) == outer);
    let all: Vec<&Kept> = beside.chain([judged]).collect();
    let told = all.iter().map(|one| Told {
        table: &one.exact,
        out: &one.out,
        inside: one.inside.as_ref().and_then(|inside| {
            let at = all.iter().position(|other| other.number == inside.table)?;
            Some((at, inside.columns.as_slice()))
        }),
    });
    stand(&told.collect::<Vec<_>>(), least)
}

/// What has to be left out of a table whose columns lie in those of another, so that neither what is told of
/// each of these nor the common sums give anything away. `None` where the columns do not add up to them.
fn hide_inside(
    (rows, whole): (&[Vec<u64>], &Exact),
    (inside, outer): (&Inside, &Kept),
    least: u64,
) -> Option<LeftOut> {
    let parts: Vec<Part> = (0..outer.exact.columns())
        .map(|column| Part::of(rows, (inside, outer), column, least))
        .collect::<Option<_>>()?;
    // The parts first: what hides one of them then lies beside it, and hides it from the common sums too.
    let mut out: LeftOut = rows.iter().map(|row| vec![false; row.len()]).collect();
    loop {
        let mut more = out.clone();
        parts.iter().for_each(|part| part.hide(&mut more, least));
        more = whole.hide_beside(&more, least)?;
        if more == out {
            return Some(out);
        }
        out = more;
    }
}

/// The columns of a table that lie in one column of another, under what is told of that.
struct Part {
    columns: Vec<usize>,
    exact: Exact,
}

impl Part {
    fn of(
        rows: &[Vec<u64>],
        (inside, outer): (&Inside, &Kept),
        column: usize,
        least: u64,
    ) -> Option<Self> {
        let lie = inside.columns.iter().enumerate().filter(|(_, lies)| **lies == column);
        let columns: Vec<usize> = lie.map(|(at, _)| at).collect();
        let pick = |row: &Vec<u64>| columns.iter().filter_map(|at| row.get(*at)).copied().collect();
        let part: Vec<Vec<u64>> = rows.iter().map(pick).collect();
        let settled: Vec<bool> =
            outer.out.iter().map(|row| row.get(column).copied().unwrap_or(true)).collect();
        let exact = Exact::new(&part)?.under(&settled, least);
        exact.adds_up_to(&outer.exact, column).then_some(Self { columns, exact })
    }

    /// Leaves out what has to be for these columns; all of them where nothing less would do.
    fn hide(&self, out: &mut LeftOut, least: u64) {
        let own = |row: &Vec<bool>| -> Vec<bool> {
            self.columns.iter().map(|at| row.get(*at).copied().unwrap_or(true)).collect()
        };
        let before: LeftOut = out.iter().map(own).collect();
        let hidden = self.exact.hide_beside(&before, least);
        for (number, row) in out.iter_mut().enumerate() {
            for (place, at) in self.columns.iter().enumerate() {
                let is_out = hidden.as_ref().is_none_or(|hidden| {
                    hidden.get(number).and_then(|row| row.get(place)).copied().unwrap_or(true)
                });
                if let Some(slot) = row.get_mut(*at) {
                    *slot |= is_out;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(rows: Vec<Vec<u64>>) -> Breakdown {
        Breakdown { rows, inside: None }
    }

    fn lying(rows: Vec<Vec<u64>>, table: usize, columns: &[usize]) -> Breakdown {
        Breakdown { rows, inside: Some(Inside { table, columns: columns.to_vec() }) }
    }

    /// A count that a reader has by one subtraction: what is told of a line, taken from its sum.
    fn left_over(line: &[(u64, bool)], sum: u64) -> Option<u64> {
        let told: u64 = line.iter().filter(|(_, out)| !out).map(|(of, _)| of).sum();
        line.iter().any(|(_, out)| *out).then(|| sum - told)
    }

    #[test]
    fn a_small_school_tells_its_sums_and_no_girl_in_it() {
        // NEET, not known, all others; girls and boys, then Year 12, 13 and one of Year 14.
        let by_sex = plain(vec![vec![2, 7], vec![6, 5], vec![40, 50]]);
        let by_year = plain(vec![vec![5, 4, 0], vec![5, 5, 1], vec![50, 40, 0]]);
        let found = together(&[9, 11, 90], &[by_sex, by_year], 5);
        assert_eq!(found.sums, [false; 3]);
        let sex = found.tables[0].as_ref().unwrap();
        assert!(sex[0][0] && sex[0][1], "two girls, and so the boys: {sex:?}");
        if let Some(year) = &found.tables[1] {
            assert!((0..3).all(|row| year[row][2]), "one of Year 14: {year:?}");
        }
        // Three NEET in all: their sum is left out, and with it another.
        let small = plain(vec![vec![3, 0], vec![6, 5], vec![40, 50]]);
        let found = together(&[3, 11, 90], &[small], 5);
        assert!(found.sums[0] && found.sums.iter().filter(|out| **out).count() > 1);
    }

    /// What is said of all of a group is said of each in it: every girl is NEET, and all but a known few of
    /// everybody's NEET are boys' and others'.
    #[test]
    fn a_group_that_is_all_alike_is_not_what_the_others_leave() {
        for girls in [6, 12, 40] {
            let sex = plain(vec![vec![girls, 20, 30], vec![0, 10, 15], vec![0, 70, 80]]);
            let found = together(&[girls + 50, 25, 150], &[sex], 5);
            assert_eq!(found.sums, [false; 3]);
            let Some(sex) = &found.tables[0] else { continue };
            for row in sex {
                assert!(row[0], "nothing is said of them: {sex:?}");
                assert!(row[1..3].iter().any(|out| *out), "nor by the others: {sex:?}");
            }
        }
        // NEET or not known, all of them.
        let sex = plain(vec![vec![7, 20, 30], vec![5, 10, 15], vec![0, 70, 80]]);
        let found = together(&[57, 30, 150], &[sex], 5);
        assert!(found.tables[0].as_ref().is_none_or(|sex| sex.iter().all(|row| row[0])));
    }

    /// A locality of 52 NEET in three wards, of which one has two; the smallest ward of all lies elsewhere.
    #[test]
    fn a_ward_is_not_what_its_locality_leaves_of_the_others() {
        let localities = plain(vec![vec![52, 31, 40], vec![30, 30, 30], vec![318, 139, 330]]);
        let wards = vec![
            vec![2, 20, 30, 6, 25, 40],
            vec![10, 10, 10, 15, 15, 30],
            vec![88, 110, 120, 59, 80, 330],
        ];
        let lies = [0, 0, 0, 1, 1, 2];
        let sums = [123, 90, 787];
        let apart = together(&sums, &[localities.clone(), plain(wards.clone())], 5);
        let neet = |found: &Together| found.tables[1].as_ref().unwrap()[0].clone();
        assert!(neet(&apart)[3], "what hides two of the first is a ward of the second locality");
        let found = together(&sums, &[localities.clone(), lying(wards.clone(), 0, &lies)], 5);
        assert_eq!(neet(&found)[..4], [true, true, false, false]);
        assert!(found.tables[0].as_ref().unwrap().iter().flatten().all(|out| !out));
        // Wards that do not add up to their localities are not told at all.
        let elsewhere = lying(wards, 0, &[0, 0, 1, 1, 1, 2]);
        assert_eq!(together(&sums, &[localities, elsewhere], 5).tables[1], None);
    }

    fn small(of: u64) -> bool {
        (1..5).contains(&of)
    }

    fn line<'a>(cells: impl Iterator<Item = (&'a u64, &'a bool)>) -> Vec<(u64, bool)> {
        cells.map(|(of, out)| (*of, *out)).collect()
    }

    proptest! {
        /// Whatever the people, nothing small is told, and neither the sum of a row, nor how many are in a
        /// column, nor what is told of the locality that wards lie in, less what is told beside it, leaves
        /// something small.
        #[test]
        fn nothing_small_is_had_by_subtraction(
            people in prop::collection::vec((0..3_usize, 0..2_usize, 0..6_usize), 1..140),
        ) {
            let count = |of: &dyn Fn(&(usize, usize, usize)) -> bool| {
                people.iter().filter(|one| of(one)).count() as u64
            };
            let sums: Vec<u64> = (0..3).map(|row| count(&|one| one.0 == row)).collect();
            let table = |columns: usize, of: fn(&(usize, usize, usize)) -> usize| -> Vec<Vec<u64>> {
                let cell = |row, at| count(&|one| one.0 == row && of(one) == at);
                (0..3).map(|row| (0..columns).map(|at| cell(row, at)).collect()).collect()
            };
            let lies = [0, 0, 0, 1, 1, 2];
            let tables = [
                plain(table(2, |one| one.1)),
                plain(table(3, |one| [0, 0, 0, 1, 1, 2][one.2])),
                lying(table(6, |one| one.2), 1, &lies),
            ];
            let found = together(&sums, &tables, 5);
            for (sum, out) in sums.iter().zip(&found.sums) {
                prop_assert!(*out || !small(*sum));
            }
            for (told, out) in tables.iter().zip(&found.tables) {
                let Some(out) = out else { continue };
                for (row, cells) in told.rows.iter().enumerate() {
                    let line = line(cells.iter().zip(&out[row]));
                    prop_assert!(line.iter().all(|(of, out)| *out || !small(*of)));
                    if !found.sums[row] {
                        prop_assert!(!left_over(&line, sums[row]).is_some_and(small), "{found:?}");
                    }
                }
                for column in 0..told.rows[0].len() {
                    let in_column = |row: &Vec<u64>| row[column];
                    let holds: u64 = told.rows.iter().map(in_column).sum();
                    let cells = told.rows.iter().map(|row| &row[column]);
                    let line = line(cells.zip(out.iter().map(|row| &row[column])));
                    // How many are in a column of few is known anyway, and nothing else is told of it.
                    let left = left_over(&line, holds).filter(|_| holds >= 5);
                    prop_assert!(!left.is_some_and(small), "{found:?}");
                }
            }
            let (Some(localities), Some(wards)) = (&found.tables[1], &found.tables[2]) else {
                return Ok(());
            };
            for row in 0..3 {
                for locality in (0..3).filter(|at| !localities[row][*at]) {
                    let inside = (0..6).filter(|ward| lies[*ward] == locality);
                    let line: Vec<(u64, bool)> =
                        inside.map(|ward| (tables[2].rows[row][ward], wards[row][ward])).collect();
                    let left = left_over(&line, tables[1].rows[row][locality]);
                    prop_assert!(!left.is_some_and(small), "{locality}: {found:?}");
                }
            }
        }
    }
}
