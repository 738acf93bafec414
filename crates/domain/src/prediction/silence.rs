//! When the register's silence is "no". Nobody writes down that somebody is no carer, so "no" has to be read
//! from what was not written; but a record that nobody has looked at for years says nothing by its silence.
//!
//! The rule: silence is "no" where a source that would have told stands. That is
//! - a set that was loaded of the time and whose sender would have named the young person (`reach`), or
//! - the register itself, where the record was confirmed within the last twelve months: the monthly return
//!   asks for every characteristic of whomever it tells of, so whoever confirmed it went through them.
//!
//! Otherwise the fact is not known, which is a level of its own and never "no".

use crate::calendar::{Day, academic_age};
use crate::edition::Edition;
use crate::person::PersonRecord;

/// The newest day of a time on which what somebody does was begun, found out or confirmed. That nobody knows
/// where they are confirms nothing. Days: inclusive.
pub(super) fn confirmed(
    record: &PersonRecord,
    edition: &Edition,
    (first, last): (Day, Day),
) -> Option<Day> {
    let days = |spell: &crate::status::Spell| {
        [Some(spell.start), spell.ascertained, spell.verified].into_iter().flatten()
    };
    let known = record.spells.iter().filter(|spell| !edition.is_not_known(&spell.code));
    let told = known.filter(|spell| spell.start <= last).flat_map(days);
    told.filter(|day| (first..=last).contains(day)).max()
}

/// Whether somebody was of school age on a day, when nobody is NEET.
pub(super) fn before_sixteen(record: &PersonRecord, day: Day) -> bool {
    record.particulars.date_of_birth().is_some_and(|born| academic_age(born, day) < 16)
}
