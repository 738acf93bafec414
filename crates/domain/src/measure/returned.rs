//! A month's figures counted from the records of its return, so that the figures say what the file says.
//! The rules are those of [`Standing`]; what lapsed and who leads is as the record has it.

use super::{Counts, Standing};
use crate::calendar::Day;
use crate::edition::{Basis, Edition};
use crate::statutory::record::{Field, ReturnRecord};

/// Counts the standings of a return's records at its period end.
///
/// Shape: `authority` is our own; where nobody has said which it is, nobody is another's.
/// Source: as [`Standing`].
pub fn count_returned(
    records: &[ReturnRecord],
    edition: &Edition,
    authority: Option<&str>,
    period_end: Day,
) -> Counts {
    let mut counts = Counts::default();
    for record in records {
        if let Some(standing) = standing(record, edition, authority, period_end) {
            counts.add(standing, 1);
        }
    }
    counts
}

fn standing(
    record: &ReturnRecord,
    edition: &Edition,
    authority: Option<&str>,
    period_end: Day,
) -> Option<Standing> {
    let measure = &edition.measure;
    if !measure.age.contains(record.day(Field::Dob)?, period_end) {
        return None;
    }
    if !measure.statuses.contains(record.text(Field::CohortStatus).unwrap_or("")) {
        return Some(Standing::OtherStatus);
    }
    let theirs = record.text(match measure.basis {
        Basis::Residence => Field::LeadLea,
        Basis::PlaceOfStudy => Field::EducatedLea,
    });
    if authority.zip(theirs).is_some_and(|(ours, theirs)| ours != theirs) {
        return Some(Standing::Elsewhere);
    }
    let Some(code) = record.text(Field::ActivityCode) else {
        return Some(Standing::NoActivity);
    };
    let (current, lapsed) = Standing::of_code(code, edition);
    // What the record says to have lapsed has by its period end.
    let last = match record.text(Field::CurrencyLapsed) {
        Some("Y") => period_end.yesterday().unwrap_or(period_end),
        _ => period_end,
    };
    let last = current.current_until(lapsed, last, record.day(Field::Dob), edition);
    Some(if last < period_end { lapsed } else { current })
}
