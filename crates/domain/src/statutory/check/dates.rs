//! Checks on the order of dates. A date that is missing or malformed is the affair of other
//! checks; here it is simply not compared.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::calendar::AcademicYear;
use crate::edition::Group;
use crate::statutory::record::Field;

/// Whether both dates are there and the first is later.
fn later(case: &Case<'_>, first: Field, second: Field) -> bool {
    case.day(first).zip(case.day(second)).is_some_and(|(first, second)| first > second)
}

/// 237, 242, 256, 305: start, then ascertained, then verified, none after the period end.
pub fn order(case: &Case<'_>, found: &mut Findings) {
    let (start, ascertained, verified) =
        (Field::StartDate, Field::DateAscertained, Field::DateVerified);
    found.when(later(case, ascertained, verified), case, "237", ascertained);
    found.when(later(case, start, ascertained), case, "242", ascertained);
    found.when(later(case, start, verified), case, "256", verified);
    let ahead = case.day(verified).zip(case.period_end).is_some_and(|(day, end)| day > end);
    found.when(ahead, case, "305", verified);
}

/// 238, 257, 258: nothing runs past the predicted end.
pub fn ends(case: &Case<'_>, found: &mut Findings) {
    let end = Field::PredictedEndDate;
    found.when(later(case, Field::DueToLapseDate, end), case, "238", Field::DueToLapseDate);
    found.when(later(case, Field::ReviewDate, end), case, "257", Field::ReviewDate);
    found.wrong(case.text(end).filter(|_| case.day(end).is_none()), case, "258", end);
}

/// 909: an activity of compulsory age began, or was verified, in this academic year.
pub fn academic_year(case: &Case<'_>, found: &mut Findings) {
    let Some(period_end) = case.period_end else { return };
    if case.activity.is_none_or(|activity| activity.group != Group::Compulsory) {
        return;
    }
    let first = AcademicYear::of(period_end).first_day();
    let fresh = [Field::StartDate, Field::DateVerified]
        .into_iter()
        .any(|field| case.day(field).is_some_and(|day| day >= first));
    found.when(!fresh, case, "909", Field::DateVerified);
}
