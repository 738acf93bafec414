//! The plainest form of the count, for columns that come resolved already: spells of which no two
//! of a person overlap, the cell of each person, and the day each spell lapses.
//!
//! A spell enters a row of months at one place and leaves it at another, and lapses at a third: three
//! additions whatever the number of months. The three counts lie side by side in one number, so that
//! each addition moves all of them; differences may borrow from a neighbour, sums along the months
//! give it back. People are dealt to the processors in equal parts, and whole numbers add up the same
//! in any order.
//!
//! Source: the definitions of cohort, NEET and not known, as in [`super::Standing`].

#![expect(clippy::indexing_slicing, reason = "every place is made by the tables of this file")]

use rayon::prelude::*;
use std::ops::Range;

/// What a code counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Outside the denominator, lapsed or not.
    Outside,
    /// In the cohort, and not known once it has lapsed.
    Counted,
    Neet,
    NotKnown,
}

/// Spells as columns, those of a person together and in order of people.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The cell of each person.
    pub cells: &'a [u32],
    /// The person of each spell, rising.
    pub person: &'a [u32],
    pub code: &'a [u16],
    /// Units: days on one scale. The spell holds from `start` up to, not including, `end`.
    pub start: &'a [i16],
    pub end: &'a [i16],
    /// The last day on which the spell is current.
    pub lapse: &'a [i16],
}

/// Counts of one cell in one month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Three {
    pub cohort: u32,
    pub neet: u32,
    pub not_known: u32,
}

const LANE: u32 = 21;
/// The most spells of a part, so that no count outgrows its lane.
const MOST: usize = (1 << LANE) - 1;
const COHORT: u64 = 1;
const NEET: u64 = 1 << LANE;
const NOT_KNOWN: u64 = 1 << (2 * LANE);
const CODES: usize = 1 << 10;
const DAYS: usize = 1 << 16;

/// For each day, the first of the days of count that is not before it, and the first that is after it.
struct Places {
    from: Vec<u8>,
    after: Vec<u8>,
}

fn slot(day: i16) -> usize {
    usize::from(day.cast_unsigned() ^ 0x8000)
}

impl Places {
    fn new(counted: &[i16]) -> Self {
        let place = |before: &dyn Fn(i16, i16) -> bool| {
            let day =
                |at: usize| i16::try_from(i64::try_from(at).unwrap_or(0) - 32_768).unwrap_or(0);
            let all = (0..DAYS).map(|at| counted.partition_point(|c| before(*c, day(at))));
            all.map(|place| u8::try_from(place).unwrap_or(u8::MAX)).collect::<Vec<u8>>()
        };
        Self { from: place(&|count, day| count < day), after: place(&|count, day| count <= day) }
    }
}

/// What a code adds on entering, and what it adds on lapsing.
fn weights(class: Class) -> (u64, u64) {
    match class {
        Class::Outside => (0, 0),
        Class::Counted => (COHORT, NOT_KNOWN),
        Class::Neet => (COHORT + NEET, NOT_KNOWN),
        Class::NotKnown => (COHORT + NOT_KNOWN, 0),
    }
}

/// Counts every cell on every day of count.
///
/// Shape: by cell, then day of count; `counted` rises and has at most 254 days; codes are below 1024;
/// columns of spells are equally long. A NEET spell that lapses stays NEET and is not known as well, as
/// where the peer's columns say so; editions in which NEET lapses are counted by [`super::tally`].
/// Source: as the module.
pub fn count_columns(
    columns: Columns<'_>,
    cells: usize,
    counted: &[i16],
    class: impl Fn(u16) -> Class,
) -> Vec<Three> {
    let places = Places::new(counted);
    let mut by_code = vec![(0, 0); CODES];
    for (code, slot) in (0..).zip(&mut by_code) {
        *slot = weights(class(code));
    }
    let parts = parts(columns.person);
    let step = counted.len() + 1;
    let tables: Vec<Vec<u64>> = parts
        .into_par_iter()
        .map(|part| one(columns, part, (cells, step), &places, &by_code))
        .collect();
    let mut out = vec![Three::default(); cells * counted.len()];
    let months = counted.len();
    out.par_chunks_mut(months.max(1)).enumerate().for_each(|(cell, row)| {
        for table in &tables {
            let mut now = 0_u64;
            for (three, step) in row.iter_mut().zip(&table[cell * step..]) {
                now = now.wrapping_add(*step);
                let lane = |n: u32| u32::try_from((now >> (n * LANE)) & MOST as u64).unwrap_or(0);
                three.cohort += lane(0);
                three.neet += lane(1);
                three.not_known += lane(2);
            }
        }
    });
    out
}

/// Equal parts of the spells that no person lies across: one a processor, more where lanes would overflow.
fn parts(person: &[u32]) -> Vec<Range<usize>> {
    let people = person.last().map_or(0, |last| *last as usize + 1);
    let wanted = rayon::current_num_threads().max(people.div_ceil(MOST)).max(1);
    let mut bounds = vec![0];
    for n in 1..=wanted {
        let mut at = person.len() * n / wanted;
        while at > 0 && at < person.len() && person[at] == person[at - 1] {
            at += 1;
        }
        bounds.push(at.max(bounds[n - 1]));
    }
    bounds.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

fn one(
    columns: Columns<'_>,
    part: Range<usize>,
    (cells, step): (usize, usize),
    places: &Places,
    by_code: &[(u64, u64)],
) -> Vec<u64> {
    let mut table = vec![0_u64; cells * step];
    let by_code: &[(u64, u64); CODES] = by_code.try_into().expect("as many as there are codes");
    let from: &[u8; DAYS] = places.from.as_slice().try_into().expect("one for each day");
    let after: &[u8; DAYS] = places.after.as_slice().try_into().expect("one for each day");
    let person = &columns.person[part.clone()];
    let rest = columns.code[part.clone()].iter().zip(&columns.start[part.clone()]);
    let rest = rest.zip(&columns.end[part.clone()]).zip(&columns.lapse[part]);
    let (mut last, mut row) = (u32::MAX, 0);
    for (person, (((code, start), end), lapse)) in person.iter().zip(rest) {
        if *person != last {
            last = *person;
            row = columns.cells[last as usize] as usize * step;
        }
        let months = &mut table[row..row + step];
        let (enter, lapsed) = by_code[usize::from(*code) & (CODES - 1)];
        let begins = from[slot(*start)];
        // A day of count on the last day still holds, since `end` is not included.
        let ends = from[slot(*end)].max(begins);
        let lapses = after[slot(*lapse)].clamp(begins, ends);
        let mut add =
            |at: u8, by: u64| months[usize::from(at)] = months[usize::from(at)].wrapping_add(by);
        add(begins, enter);
        add(lapses, lapsed);
        add(ends, 0_u64.wrapping_sub(enter.wrapping_add(lapsed)));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(code: u16) -> Class {
        match code {
            710 => Class::Outside,
            619 | 640 => Class::Neet,
            810 => Class::NotKnown,
            _ => Class::Counted,
        }
    }

    type Row = (u16, i16, i16, i16);

    /// The sentence itself: each spell asked on each day.
    fn plain(cells: &[u32], rows: &[Vec<Row>], counted: &[i16], cell: u32, at: usize) -> Three {
        let day = counted[at];
        let mut three = Three::default();
        for (mine, spells) in cells.iter().zip(rows) {
            for (code, start, end, lapse) in spells {
                if *mine != cell || *start > day || *end <= day || class(*code) == Class::Outside {
                    continue;
                }
                let by_code = class(*code) == Class::NotKnown;
                three.cohort += 1;
                three.neet += u32::from(class(*code) == Class::Neet);
                three.not_known += u32::from(by_code || *lapse < day);
            }
        }
        three
    }

    proptest! {
        #[test]
        fn three_additions_count_what_asking_every_day_counts(
            rows in proptest::collection::vec(proptest::collection::vec(
                (proptest::sample::select(vec![210, 619, 640, 710, 810]), -50i16..400, -50i16..400, -50i16..400), 0..6),
                0..40),
            days in proptest::collection::btree_set(-40i16..380, 1..12),
        ) {
            let counted: Vec<i16> = days.into_iter().collect();
            let cells: Vec<u32> = (0..rows.len()).map(|n| (n % 3) as u32).collect();
            let flat: Vec<(u32, Row)> =
                (0..).zip(&rows).flat_map(|(p, spells)| spells.iter().map(move |s| (p, *s))).collect();
            let person: Vec<u32> = flat.iter().map(|row| row.0).collect();
            let code: Vec<u16> = flat.iter().map(|row| row.1.0).collect();
            let start: Vec<i16> = flat.iter().map(|row| row.1.1).collect();
            let end: Vec<i16> = flat.iter().map(|row| row.1.2).collect();
            let lapse: Vec<i16> = flat.iter().map(|row| row.1.3).collect();
            let columns = Columns {
                cells: &cells, person: &person, code: &code, start: &start, end: &end, lapse: &lapse,
            };
            let seen = count_columns(columns, 3, &counted, class);
            for cell in 0..3_u32 {
                for at in 0..counted.len() {
                    let expected = plain(&cells, &rows, &counted, cell, at);
                    prop_assert_eq!(seen[cell as usize * counted.len() + at], expected);
                }
            }
        }
    }
}
