//! What part each closed year has in judging the newest of them.
//!
//! Invariant: only what was known by the judged day speaks. A year whose outcome closed on that day or later is
//! neither learnt from nor levelled on, and nobody is learnt from and judged.

use std::collections::BTreeSet;

use domain::calendar::Day;
use domain::prediction::Outcome;

use super::train::{Closed, Data};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    LearntFrom,
    /// The newest that had closed by the judged day.
    LevelSetOn,
    /// Both, where it is the only one that had closed.
    LearntAndLevelled,
    /// Its outcome was still open on the judged day.
    TooLate,
    JudgedOn,
}

impl Part {
    pub const fn words(self) -> &'static str {
        match self {
            Self::LearntFrom => "learnt from",
            Self::LevelSetOn => "level set on",
            Self::LearntAndLevelled => "learnt from and level set on",
            Self::TooLate => "closed too late for the judging; in the fit that is used",
            Self::JudgedOn => "judged on",
        }
    }

    pub const fn teaches(self) -> bool {
        matches!(self, Self::LearntFrom | Self::LearntAndLevelled)
    }

    pub const fn levels(self) -> bool {
        matches!(self, Self::LevelSetOn | Self::LearntAndLevelled)
    }
}

/// Whether a year, by the words that are kept of it, had a say in the judging.
pub(super) fn had_a_say(words: &str) -> bool {
    let with = [Part::LearntFrom, Part::LevelSetOn, Part::LearntAndLevelled];
    with.iter().any(|part| part.words() == words)
}

/// Shape: one for each year, the oldest first.
pub(super) fn of(sets: &[Closed]) -> Vec<Part> {
    let years: Vec<(Day, Day)> = sets.iter().map(|set| (set.on, set.closes)).collect();
    parts(&years)
}

/// Shape: `years` tells of each the day as known on which and the day on which its outcome closed.
fn parts(years: &[(Day, Day)]) -> Vec<Part> {
    let Some(((on, _), earlier)) = years.split_last() else { return Vec::new() };
    let known = earlier.partition_point(|(_, closes)| closes < on);
    let part = |at: usize| match known {
        _ if at == earlier.len() => Part::JudgedOn,
        _ if at >= known => Part::TooLate,
        1 => Part::LearntAndLevelled,
        _ if at + 1 == known => Part::LevelSetOn,
        _ => Part::LearntFrom,
    };
    (0..years.len()).map(part).collect()
}

/// What became of those who are learnt from, by the same rule as [`sides`].
pub(super) fn learnt_from(sets: &[Closed]) -> Vec<&Outcome> {
    let judged: BTreeSet<i64> =
        sets.last().into_iter().flat_map(|set| &set.rows.people).copied().collect();
    let taught = sets.iter().zip(of(sets)).filter(|(_, part)| part.teaches());
    let each = taught.flat_map(|(set, _)| set.rows.people.iter().zip(&set.outcomes));
    each.filter(|(person, _)| !judged.contains(*person)).map(|(_, outcome)| outcome).collect()
}

/// Rows that are learnt from, that the level is set on, and that are judged.
pub(super) fn sides(data: &Data, parts: &[Part]) -> (Vec<usize>, Vec<usize>, Vec<usize>) {
    let rows = |wanted: fn(Part) -> bool| -> Vec<usize> {
        let years = data.years.iter().zip(parts).filter(|(_, part)| wanted(**part));
        years.flat_map(|(rows, _)| rows).copied().collect()
    };
    let test = rows(|part| part == Part::JudgedOn);
    let judged: BTreeSet<u32> =
        test.iter().filter_map(|row| data.people.get(*row)).copied().collect();
    let mut learnt = rows(Part::teaches);
    learnt.retain(|row| data.people.get(*row).is_none_or(|person| !judged.contains(person)));
    (learnt, rows(Part::levels), test)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::prediction::{Point, Target};
    use jiff::civil::date;
    use risk::Table;

    fn turns(point: Point, target: Target, days: &[Day]) -> Vec<Part> {
        let year = |on: &Day| (*on, target.closes(point, *on));
        parts(&days.iter().map(year).collect::<Vec<_>>())
    }

    #[test]
    fn a_year_that_was_still_open_on_the_judged_day_has_no_part() {
        use Part::{JudgedOn, LearntAndLevelled, LearntFrom, LevelSetOn, TooLate};
        let autumns = [2020, 2021, 2022, 2023].map(|year| date(year, 11, 15));
        let of = |days: &[Day]| turns(Point::Autumn, Target::CountMonths, days);
        // The winter of 2022's Year 11 ended in January 2024, after the autumn that is judged.
        assert_eq!(of(&autumns), [LearntFrom, LevelSetOn, TooLate, JudgedOn]);
        assert_eq!(of(&autumns[1..]), [LearntAndLevelled, TooLate, JudgedOn]);
        assert_eq!(of(&autumns[2..]), [TooLate, JudgedOn]);
        assert_eq!(of(&autumns[3..]), [JudgedOn]);
        assert!(of(&[]).is_empty());
        // Two years of NEET leave nothing to learn from but what lies three years back.
        let long = |days: &[Day]| turns(Point::Autumn, Target::LongNeet, days);
        assert_eq!(long(&autumns), [LearntAndLevelled, TooLate, TooLate, JudgedOn]);
        assert_eq!(long(&autumns[1..]), [TooLate, TooLate, JudgedOn]);
        let septembers = [2022, 2023, 2024].map(|year| date(year, 9, 30));
        assert_eq!(
            turns(Point::September, Target::CountMonths, &septembers),
            [LearntFrom, LevelSetOn, JudgedOn]
        );
        // What closes at the end of the judged day itself was not known on it.
        let months = [date(2024, 5, 31), date(2024, 8, 31), date(2024, 11, 30)];
        assert_eq!(
            turns(Point::Monthly, Target::LeftLearning, &months),
            [LearntAndLevelled, TooLate, JudgedOn]
        );
    }

    #[test]
    fn rows_go_where_their_year_does_and_nobody_judged_is_learnt_from() {
        let people = vec![1, 2, 3, 4, 5, 6, 1, 7];
        let rows = people.len();
        let data = Data {
            table: Table::default(),
            groups_table: Table::default(),
            target: vec![Some(false); rows],
            outcomes: vec![Outcome::DidNot; rows],
            count: rows,
            points: vec![0.0; rows],
            years: (0..4).map(|year| vec![2 * year, 2 * year + 1]).collect(),
            inputs: Vec::new(),
            people,
        };
        let parts = [Part::LearntFrom, Part::LevelSetOn, Part::TooLate, Part::JudgedOn];
        assert_eq!(sides(&data, &parts), (vec![1], vec![2, 3], vec![6, 7]));
        let parts = [Part::LearntAndLevelled, Part::TooLate, Part::TooLate, Part::JudgedOn];
        assert_eq!(sides(&data, &parts), (vec![1], vec![0, 1], vec![6, 7]));
    }

    /// Somebody who is judged tells nothing of the years before, also where nobody else had the outcome there.
    #[test]
    fn who_is_judged_counts_for_nothing_that_is_learnt() {
        use Outcome::{DidNot, Happened};
        let year = |on: Day, people: Vec<i64>, outcomes: Vec<Outcome>| {
            let (cells, groups, set_aside) = (Vec::new(), Vec::new(), 0);
            let as_known = domain::person::ChangeId(1);
            let rows = super::super::rows::Rows { people, cells, groups, as_known, set_aside };
            let closes = Target::CountMonths.closes(Point::September, on);
            Closed { on, closes, rows, outcomes, months: Vec::new(), stood: None }
        };
        let sets = |of_both: i64| {
            let before = year(date(2023, 9, 30), vec![1, of_both], vec![DidNot, Happened]);
            [before, year(date(2024, 9, 30), vec![2, 3], vec![DidNot, Happened])]
        };
        assert_eq!(learnt_from(&sets(4)), [&DidNot, &Happened]);
        assert_eq!(learnt_from(&sets(3)), [&DidNot], "a register with too little to learn from");
    }
}
