//! The count done the long way: each person, each spell, one day. Nothing here is shared with the count
//! in one pass but the rules themselves, so that one can be held against the other.

use super::{Asked, Counts, Mark, Standing};
use crate::calendar::Day;
use crate::cohort::Stamp;

/// Counts everybody's standing on the last day of the span, without any of the shortcuts.
///
/// Source: as [`Standing`]; the spell that counts is the one that covers the day and began last.
pub fn count_again(asked: Asked<'_>) -> Counts {
    let mut counts = Counts::default();
    for p in 0..asked.cohort.len() {
        let within = asked.within.is_none_or(|within| within.get(p).copied().unwrap_or(false));
        if within && let Some(standing) = standing(asked, p, asked.span.last().last_day()) {
            counts.add(standing, 1);
        }
    }
    counts
}

fn standing(asked: Asked<'_>, p: usize, day: Day) -> Option<Standing> {
    let born = asked.cohort.people.born.get(p)?.day()?;
    asked.edition.measure.age.contains(born, day).then(|| standing_on(asked, p, day).0)
}

/// What one person counts as on a day, whatever their age, with the row of the spell that says so.
///
/// Source: as the module.
pub fn standing_on(asked: Asked<'_>, p: usize, day: Day) -> (Standing, Option<usize>) {
    let (people, measure) = (&asked.cohort.people, &asked.edition.measure);
    let since = people.status_since.get(p).and_then(|since| since.day());
    let status = asked.edition.status_on(Some(people.status.text(p)), since, day);
    if !measure.statuses.contains(status) {
        return (Standing::OtherStatus, None);
    }
    if asked.elsewhere(p) {
        return (Standing::Elsewhere, None);
    }
    let spells = &asked.cohort.spells;
    let covers = |row: &usize| {
        let bound = |column: &[Stamp]| column.get(*row).copied();
        let day = Stamp::of(day);
        bound(&spells.start).is_some_and(|start| start <= day)
            && bound(&spells.end).is_some_and(|end| end >= day)
    };
    let Some(row) = spells.of.of(p).rev().find(covers) else {
        return (Standing::NoActivity, None);
    };
    let code = spells.code.text(row);
    let (current, lapsed) = Standing::of_code(code, asked.edition);
    let last = spells.clock(row).last_current_day(asked.edition.activity(code));
    let born = people.born.get(p).and_then(|born| born.day());
    let last = current.current_until(lapsed, last, born, asked.edition);
    (if last < day { lapsed } else { current }, Some(row))
}

/// The same marks counted from the list of people rather than from the table.
///
/// Source: as the module.
pub fn marks_again(asked: Asked<'_>) -> Counts {
    let last = asked.span.months() - 1;
    let mut counts = Counts::default();
    super::walk_marked(asked, |_, segments, marked| {
        for segment in segments.iter().filter(|s| (s.from..s.to).contains(&last)) {
            counts.add(segment.standing, 1);
        }
        for mark in Mark::ALL {
            let now = marked.iter().filter(|m| m.mark == *mark && (m.from..m.to).contains(&last));
            counts.mark(*mark, now.map(|m| u64::from(m.weight)).sum());
        }
    });
    counts
}
