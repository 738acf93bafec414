//! How finely what people do may be told to somebody who does not see it of a person.
//!
//! A count that may be told by itself may still tell another: eleven girls less ten girls of Year 13 is
//! one girl of Year 12. So nothing is judged by itself. Whoever is told little is told sums of the cells
//! of one table, [`joined`] from the cuts in a fixed order, and only where each of its cells might be
//! told; and of what people do they are told sums of classes that do not overlap, each of which might be.
//! Whatever is then added up or taken away is a sum of counts that are none of them few.
//!
//! Invariant: two tables told to the same reader, of one month or of two, are sums of the finer of them.

use super::few;
use crate::measure::{Counts, Cut, Definition, Set, Standing, Unit};

/// The order in which cuts are joined. Those that a school's reader may have; others are not told.
const ORDER: [Cut; 6] =
    [Cut::School, Cut::Consortium, Cut::YearGroup, Cut::Sex, Cut::EducationLevel, Cut::Ethnicity];

/// The cuts of the table that a table by these is a sum of: all up to the last of them. `None` where one
/// has no place in the order, and so is not told.
pub fn joined(by: &[Cut]) -> Option<Vec<Cut>> {
    let mut last = None;
    for cut in by {
        // An academic age is a year group by another name.
        let cut = if *cut == Cut::Age { Cut::YearGroup } else { *cut };
        last = last.max(Some(ORDER.iter().position(|one| *one == cut)?));
    }
    ORDER.get(..last.map_or(0, |last| last + 1)).map(<[Cut]>::to_vec)
}

/// The classes that may be told: nothing but the cohort, or EET, NEET and not known, each as one class or
/// further apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grain {
    pub standings: bool,
    /// Not known by code and by lapse apart.
    pub reasons: bool,
    /// Participating and other education, employment or training apart.
    pub participation: bool,
    /// Every kind of participation apart.
    pub kinds: bool,
}

type Class = fn(Standing) -> bool;

const STANDINGS: [Class; 3] = [Standing::is_eet, Standing::is_neet, Standing::is_not_known];
const REASONS: [Class; 2] = [Standing::is_not_known_by_code, Standing::is_lapsed];
const PARTICIPATION: [Class; 2] =
    [Standing::participates, |one| one.is_eet() && !one.participates()];
const KINDS: [Class; 6] = [
    |one| matches!(one, Standing::FullTimeEducation),
    |one| matches!(one, Standing::PartTimeEducation),
    |one| matches!(one, Standing::Apprenticeship),
    |one| matches!(one, Standing::WorkBasedLearning),
    |one| matches!(one, Standing::EmploymentWithStudy),
    |one| matches!(one, Standing::OtherTraining),
];

impl Grain {
    /// The finest classes none of which is few in any of the rows: one month's cells of one table.
    ///
    /// Shape: `least` people; a row without anybody is few.
    pub fn of(rows: &[Counts], least: u64) -> Self {
        let is_few = |row: &Counts, class: &Class| {
            few(least, Unit::Percent, (row.within(class), row.cohort()), 1)
        };
        let told =
            |classes: &[Class]| !rows.iter().any(|row| classes.iter().any(|one| is_few(row, one)));
        let standings = told(&STANDINGS);
        let participation = standings && told(&PARTICIPATION);
        Self {
            standings,
            reasons: standings && told(&REASONS),
            participation,
            kinds: participation && told(&KINDS),
        }
    }

    /// What may be told of several months together: what may be told of each.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            standings: self.standings && other.standings,
            reasons: self.reasons && other.reasons,
            participation: self.participation && other.participation,
            kinds: self.kinds && other.kinds,
        }
    }

    /// Whether a measure may be told: what it counts, and what it counts it of, are sums of the classes. A
    /// measure of moves, contacts or the duty overlaps with them, and is not.
    pub fn tells(self, measure: &Definition) -> bool {
        measure.unit == Unit::Percent
            && self.is_sum(measure.numerator)
            && self.is_sum(measure.denominator)
    }

    fn is_sum(self, set: Set) -> bool {
        let together = |one: Standing, other: Standing| {
            self.class(one) != self.class(other) || set.takes(one) == set.takes(other)
        };
        // The adjusted figure holds a share of each kind of lapsed record.
        set.marks().is_empty()
            && set != Set::AdjustedNeet
            && Standing::ALL
                .iter()
                .all(|one| Standing::ALL.iter().all(|other| together(*one, *other)))
    }

    /// The class of a standing, by a number that means nothing by itself.
    fn class(self, one: Standing) -> usize {
        let apart =
            |finer: bool, as_finer: usize, whole: usize| if finer { as_finer } else { whole };
        match one {
            one if !one.in_cohort() => 0,
            _ if !self.standings => 1,
            one if one.is_neet() => 2,
            one if one.is_lapsed() => apart(self.reasons, 4, 3),
            one if one.is_not_known() => 3,
            one if one.participates() && self.kinds => 10 + one as usize,
            one if one.participates() => 5,
            _ => apart(self.participation, 6, 5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FEW, FEW_OF_ALL};
    use super::*;
    use crate::disclosure::{LEAST, System};
    use crate::measure::named;
    use proptest::prelude::*;

    fn counts([eet, neet, not_known]: [u64; 3]) -> Counts {
        let mut counts = Counts::default();
        counts.add(Standing::FullTimeEducation, eet);
        counts.add(Standing::NeetAvailable, neet);
        counts.add(Standing::LapsedEet, not_known);
        counts
    }

    #[test]
    fn a_table_is_joined_from_all_cuts_before_its_last() {
        let rows: [(&[Cut], Option<usize>); 6] = [
            (&[], Some(0)),
            (&[Cut::School], Some(1)),
            (&[Cut::Age], Some(3)),
            (&[Cut::Sex, Cut::School], Some(4)),
            (&[Cut::Ethnicity], Some(6)),
            (&[Cut::Sex, Cut::Ward], None),
        ];
        for (by, cuts) in rows {
            assert_eq!(joined(by).map(|all| all.len()), cuts, "{by:?}");
        }
    }

    #[test]
    fn a_measure_is_told_where_it_is_a_sum_of_classes_that_are_told() {
        let told = |grain: Grain, name: &str| grain.tells(named(name).unwrap());
        let whole = Grain { standings: true, ..Grain::default() };
        let reasons = Grain { reasons: true, ..whole };
        let parts = Grain { participation: true, ..whole };
        let kinds = Grain { kinds: true, ..parts };
        for (name, grains) in [
            ("neet", [false, true, true, true, true]),
            ("neet-not-known", [false, true, true, true, true]),
            ("not-known-lapsed", [false, false, true, false, false]),
            ("currency", [false, false, true, false, false]),
            ("participation", [false, false, false, true, true]),
            ("eet-apprenticeship", [false, false, false, false, true]),
            ("engaged-learning", [false, false, false, false, true]),
            // These overlap with what people do, or are no whole numbers of people.
            ("adjusted-neet", [false; 5]),
            ("ever-neet", [false; 5]),
            ("duty-met", [false; 5]),
            ("neet-joiners", [false; 5]),
            ("neet-months-since-contact", [false; 5]),
        ] {
            let found = [Grain::default(), whole, reasons, parts, kinds].map(|g| told(g, name));
            assert_eq!(found, grains, "{name}");
        }
    }

    #[test]
    fn two_tables_that_differ_by_one_person_are_not_both_told() {
        // Girls of Year 12 and 13, boys of Year 12 and 13: one girl of Year 12, who is NEET.
        let cells = [[0, 1, 0], [40, 20, 12], [30, 15, 11], [25, 12, 14]].map(counts);
        let sum = |of: [usize; 2]| {
            let mut sum = cells[of[0]];
            sum.plus(&cells[of[1]]);
            sum
        };
        let by_sex = [sum([0, 1]), sum([2, 3])];
        let by_year = [sum([0, 2]), sum([1, 3])];
        // Each by itself holds nothing few, and the girls less those of Year 13 are the one.
        assert!(Grain::of(&by_sex, FEW).standings && Grain::of(&by_year, FEW).standings);
        assert!(!Grain::of(&cells, FEW).standings, "so the second of them is not told");
    }

    /// What a reader may know of one cell: how many people it holds, and how many of each class.
    struct Told {
        system: System,
        /// By the cells of school year, sex and a third thing that is never told; by class.
        unknown: Vec<[usize; 3]>,
        truth: Vec<i64>,
    }

    fn whole(of: u64) -> i64 {
        i64::try_from(of).unwrap()
    }

    /// The reader knows everybody on the roll, so the size of each cell, and every table that is told.
    fn told(cells: &[[u64; 3]]) -> Told {
        let mut told = Told { system: System::default(), unknown: Vec::new(), truth: Vec::new() };
        for cell in cells {
            let all = whole(cell.iter().sum());
            let parts = cell.map(|of| told.add(0, all, whole(of)));
            told.unknown.push(parts);
            told.sum(all, &parts);
        }
        let sums = |groups: fn(usize) -> usize, many: usize| -> Vec<Counts> {
            let mut sums = vec![Counts::default(); many];
            for (at, cell) in cells.iter().enumerate() {
                sums[groups(at)].plus(&counts(*cell));
            }
            sums
        };
        // Year by sex by the third thing, in that order.
        let whole_roll: fn(usize) -> usize = |_| 0;
        let year: fn(usize) -> usize = |at| at / 4;
        let sex: fn(usize) -> usize = |at| at / 2 % 2;
        let both: fn(usize) -> usize = |at| at / 2;
        let told_by = |groups: fn(usize) -> usize, many: usize, least: u64| {
            Grain::of(&sums(groups, many), least).standings
        };
        // A table by sex is a sum of the one by year and sex, and judged as that.
        let by_both = told_by(both, 4, FEW);
        for (groups, many, is_told) in [
            (whole_roll, 1, told_by(whole_roll, 1, FEW_OF_ALL)),
            (year, 2, told_by(year, 2, FEW)),
            (sex, 2, by_both),
            (both, 4, by_both),
        ] {
            for (group, sum) in sums(groups, many).iter().enumerate().filter(|_| is_told) {
                let members: Vec<[usize; 3]> = told
                    .unknown
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| groups(*at) == group)
                    .map(|(_, parts)| *parts)
                    .collect();
                for (class, of) in [sum.eet(), sum.neet(), sum.not_known()].into_iter().enumerate()
                {
                    let parts: Vec<usize> = members.iter().map(|parts| parts[class]).collect();
                    told.sum(whole(of), &parts);
                }
            }
        }
        told
    }

    impl Told {
        fn add(&mut self, low: i64, high: i64, truth: i64) -> usize {
            self.truth.push(truth);
            self.system.unknown(low, high)
        }

        fn sum(&mut self, all: i64, parts: &[usize]) {
            let sum = self.add(all, all, all);
            self.system.sums(sum, parts);
        }
    }

    /// Years by sexes by a third thing: few people in some, many in others.
    fn rolls() -> impl Strategy<Value = Vec<[u64; 3]>> {
        let few = prop_oneof![Just(0_u64), 0..4_u64, 8..30_u64];
        let many = (20..80_u64, few.clone(), few).prop_map(|(eet, neet, lost)| [eet, neet, lost]);
        let hardly_any = (0..3_u64, 0..2_u64, 0..2_u64).prop_map(|(a, b, c)| [a, b, c]);
        prop::collection::vec(prop_oneof![3 => many, 1 => hardly_any], 8)
    }

    proptest! {
        /// Attacked with every table told and everything known of the roll, no count of a cell that is
        /// not told itself is found out.
        #[test]
        fn what_is_told_gives_no_cell_away(cells in rolls()) {
            let mut told = told(&cells);
            prop_assert!(told.system.narrow(), "the truth satisfies what is told");
            let groups: [fn(usize) -> usize; 3] = [|at| at / 4, |at| at / 2 % 2, |at| at / 2];
            let people = |at: usize| cells[at].iter().sum::<u64>();
            // Where a group is told of, so is each cell of it but for what those beside may be: all of it where
            // nobody is, all but one where one is.
            let beside = |at: usize| {
                let of = |group: &fn(usize) -> usize| {
                    let others = (0..8).filter(|other| *other != at && group(*other) == group(at));
                    others.map(people).sum::<u64>()
                };
                groups.iter().map(of).min().unwrap_or(0)
            };
            for (at, (cell, parts)) in cells.iter().zip(&told.unknown).enumerate() {
                let (people, beside) = (people(at), beside(at));
                let enough = LEAST.min(usize::try_from(people.min(beside) + 1).unwrap());
                for (of, part) in cell.iter().zip(parts) {
                    let found = told.system.attack(*part, whole(*of), enough, &told.truth);
                    prop_assert!(found.possible >= enough, "{cells:?}: {of} of {people}: {found:?}");
                }
            }
        }
    }
}
