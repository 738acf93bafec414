//! Who was NEET before: how often of late, and who has only just come back and may not stay. What is watched for how
//! long is reference data.

use super::{Spell, lapsed_on, spell_on};
use crate::calendar::Day;
use crate::edition::{Edition, Group};
use jiff::ToSpan;

/// For how long it is watched that somebody was NEET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Being NEET more than once within so many months is a history of dropping out. Units: months.
    pub repeat_months: i32,
    /// After so many months back in education, employment or training somebody has settled in. Units: months.
    pub settling_months: i32,
}

/// How somebody's days of being NEET lie behind them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NeetPast {
    /// Times they were NEET within the months looked back, with now where they are.
    pub times: u32,
    /// The months looked back.
    pub months: i32,
    /// The first day back after being NEET, and the last on which they are settling in; nothing where they are not.
    pub settling: Option<(Day, Day)>,
}

impl NeetPast {
    /// Whether it is a history of dropping out.
    pub const fn is_repeat(self) -> bool {
        self.times > 1
    }

    /// The history in words; nothing where there is none.
    pub fn words(self) -> Option<String> {
        let Self { times, months, .. } = self;
        self.is_repeat().then(|| format!("NEET {times} times in the last {months} months"))
    }
}

/// What somebody's spells say of it on a day.
///
/// A time of being NEET ends with the first activity in education, employment or training after it, so that moving
/// between NEET codes, or not being known for a while, makes no second one. It counts where that return, or the day
/// itself, lies within the months looked back. Whoever is back is settling in, from the day of the return on, while
/// they stay in education, employment or training as far as anybody knows: what has lapsed counts as not known.
///
/// Days: `day` is looked back from; both days of `settling` are included. Shape: spells in any order.
/// Source: 14-19 strategy of 2009, paragraph 23 (those with a history of dropping out, helped to remain engaged); what
/// a return is, as in the measure of recurrence.
pub fn neet_past(spells: &[Spell], edition: &Edition, day: Day, watch: Watch) -> NeetPast {
    let is_eet = |spell: &Spell| edition.group(&spell.code).is_some_and(Group::is_eet);
    // One that never held, since another began with it, was nothing that anybody did.
    let held = |spell: &&Spell| spell.start <= day && spell_on(spells, spell.start) == Some(*spell);
    let mut held: Vec<&Spell> = spells.iter().filter(held).collect();
    held.sort_by_key(|spell| spell.start);
    let from = day.saturating_sub(watch.repeat_months.months());
    let (mut times, mut is_open, mut back) = (0, false, None);
    for spell in held {
        if edition.is_neet(&spell.code) {
            (is_open, back) = (true, None);
        } else if is_open && is_eet(spell) {
            times += u32::from(spell.start > from);
            (is_open, back) = (false, Some(spell.start));
        }
    }
    let stays =
        spell_on(spells, day).is_some_and(|now| is_eet(now) && !lapsed_on(now, edition, day));
    let settling = back.filter(|_| stays).and_then(|first| {
        let settled = first.saturating_add(watch.settling_months.months());
        let last = settled.yesterday().unwrap_or(settled);
        (day <= last).then_some((first, last))
    });
    NeetPast { times: times + u32::from(is_open), months: watch.repeat_months, settling }
}
