//! What the town's youth service runs and who takes part in it, as its list of the demonstration's day has
//! them: so that programmes can be seen on a record and in its story.
//!
//! Invariant: its chance is a stream of its own, so that the rest of the town is as it was.

use super::chance::Chance;
use domain::calendar::{Day, actual_age, year_group};
use domain::person::{ChangeId, Engagement};
use jiff::ToSpan;
use jiff::civil::date;
use store::Tx;
use store::people::{self, Moment, Write};

use crate::context::Wrong;

/// The stream of chance; those of people are numbered from 1,000 on.
const STREAM: u64 = 500;
/// The programme of the summer holidays.
const SUMMER: &str = "PAYP summer activities";
/// What goes on through the year, an evening or a weekend at a time.
const CLUBS: &[&str] = &[
    "Boxing club, Luton",
    "Music studio, Chatham",
    "Outdoor award, Rochester",
    "Youth forum",
    "Girls' football, Gillingham",
];
/// The kind of both.
const YOUTH: &str = "youth";
/// What pupils do instead of some of their school, with its kind.
const ALTERNATIVE: &[(&str, &str)] = &[
    ("Motor vehicle workshop, Gillingham", "college-14-16"),
    ("Building skills, Strood", "work-based"),
    ("Fresh start, Chatham", "engagement"),
];
/// The stream by which pupils come to those, so that the rest is as it was.
const ALTERNATIVES: u64 = 501;
/// Ages whom the service works with.
const AGES: std::ops::RangeInclusive<i16> = 13..=19;

/// Writes what these people take part in; the same seed and day give each the same part.
pub async fn take_part(
    tx: &mut Tx,
    change: ChangeId,
    known: &[i64],
    (seed, day, source): (u64, Day, &str),
) -> Result<(), Wrong> {
    let mut chance = Chance::stream(seed, STREAM);
    let mut other = Chance::stream(seed, ALTERNATIVES);
    let before = people::load(tx, known, Moment::Now).await?;
    let mut after = Vec::with_capacity(before.len());
    for one in &before {
        let mut record = one.record.clone();
        let parts = parts(&mut chance, day, source);
        let alternative = alternative(&mut other, day, source);
        let born = record.particulars.date_of_birth();
        if born.is_some_and(|born| AGES.contains(&actual_age(born, day))) {
            record.engagements.extend(parts);
            let at_school = born.is_some_and(|born| year_group(born, day) <= 11);
            record.engagements.extend(alternative.filter(|_| at_school));
            record.engagements.sort();
        }
        after.push(record);
    }
    let pairs = before.iter().zip(&after);
    let writes: Vec<Write<'_>> = pairs.map(|(before, after)| Write { before, after }).collect();
    people::write(tx, change, &writes).await?;
    Ok(())
}

/// Three of five came in the summer, and most to a club since; not everybody who comes engages.
fn parts(chance: &mut Chance, day: Day, source: &str) -> Vec<Engagement> {
    let engaged = |chance: &mut Chance| match chance.unit() {
        share if share < 0.7 => Some(true),
        share if share < 0.9 => Some(false),
        _ => None,
    };
    let mut all = Vec::new();
    let (first, last) = summer_before(day);
    if chance.yes(0.6) {
        all.push(Engagement {
            programme: SUMMER.to_owned(),
            from: first + chance.between(0, 7).days(),
            to: Some(last),
            engaged: engaged(chance),
            source: source.to_owned(),
            kind: Some(YOUTH.to_owned()),
        });
    }
    if all.is_empty() || chance.yes(0.7) {
        let from = day - chance.between(30, 150).days();
        let over = chance.yes(0.3);
        all.push(Engagement {
            programme: (*chance.pick(CLUBS)).to_owned(),
            from,
            to: over.then(|| from + 28.days()),
            engaged: engaged(chance),
            source: source.to_owned(),
            kind: Some(YOUTH.to_owned()),
        });
    }
    all
}

/// One of five learns elsewhere for a part of the week.
fn alternative(chance: &mut Chance, day: Day, source: &str) -> Option<Engagement> {
    let ((programme, kind), back) = (*chance.pick(ALTERNATIVE), chance.between(30, 150));
    chance.yes(0.2).then(|| Engagement {
        programme: programme.to_owned(),
        from: day - back.days(),
        to: None,
        engaged: Some(true),
        source: source.to_owned(),
        kind: Some(kind.to_owned()),
    })
}

/// First and last day of the newest summer programme that is over.
fn summer_before(day: Day) -> (Day, Day) {
    let of = |year: i16| (date(year, 7, 22), date(year, 8, 29));
    let this = of(day.year());
    if this.1 < day { this } else { of(day.year() - 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_one_of_the_reference_data() {
        let kinds = ALTERNATIVE.iter().map(|(_, kind)| *kind).chain([YOUTH]);
        for kind in kinds {
            let known = formats::reference::programme_kind(kind).map(|known| known.name.as_str());
            assert_eq!(known, Some(kind));
        }
    }

    #[test]
    fn nobody_takes_part_in_what_is_yet_to_come() {
        for day in [date(2025, 3, 14), date(2024, 8, 29), date(2024, 9, 1), date(2024, 2, 29)] {
            let mut chance = Chance::stream(7, STREAM);
            for part in (0..500).flat_map(|_| parts(&mut chance, day, "Youth service")) {
                assert!(part.from < day, "{part:?}");
                assert!(part.to.is_none_or(|to| part.from <= to && to < day), "{part:?}");
            }
        }
    }
}
