//! Checks on the activity itself: its code, what it requires of the person, currency, where it
//! takes place, and the destination intended.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::calendar::birthday;
use crate::edition::{Group, Needs};
use crate::identifiers::{check_ukprn, split_laestab};
use crate::statutory::record::Field;

/// 200, 201, 229, 230.
pub fn code(case: &Case<'_>, found: &mut Findings) {
    let field = Field::ActivityCode;
    found.when(case.missing(field), case, "200", field);
    let Some(activity) = case.activity else {
        found.wrong(case.text(field), case, "201", field);
        return;
    };
    let Some(age) = case.academic_age else { return };
    let compulsory = activity.group == Group::Compulsory;
    let last = case.edition.membership.compulsory_age;
    found.wrong(case.text(field).filter(|_| !compulsory && age <= last), case, "229", field);
    let too_old = |code: &&str| case.edition.is_past_compulsory(code, age);
    found.wrong(case.text(field).filter(too_old), case, "230", field);
}

/// 202, 203, 243, 259, 262: dates that an activity must have.
pub fn required(case: &Case<'_>, found: &mut Findings) {
    for (check, field) in [("202", Field::StartDate), ("203", Field::DateAscertained)] {
        found.when(case.day(field).is_none(), case, check, field);
    }
    let Some(activity) = case.activity else { return };
    for (check, field, wanted) in [
        ("243", Field::DueToLapseDate, activity.lapse_required),
        ("259", Field::PredictedEndDate, activity.end_date_required),
        ("262", Field::ReviewDate, activity.review_required),
    ] {
        found.when(wanted && case.missing(field), case, check, field);
    }
}

/// 233 to 236, 253 to 255: what must be true of the person for this activity.
pub fn needs(case: &Case<'_>, found: &mut Findings) {
    for need in case.activity.iter().flat_map(|activity| &activity.needs) {
        match need {
            Needs::Characteristic { code, check } => {
                if !case.record.characteristics.iter().any(|held| held.trim() == code) {
                    found.raise_at(case, check, "CharacteristicCode", Some(code));
                }
            }
            Needs::Send { check } => {
                found.when(!case.yes(Field::SendFlag), case, check, Field::SendFlag);
            }
            Needs::Age { from, check } => {
                let start = case.day(Field::StartDate).zip(case.born);
                let early = start.is_some_and(|(start, born)| start < birthday(born, *from));
                found.when(early, case, check, Field::StartDate);
            }
        }
    }
}

/// 220, 221, 231, 232, 244. A date equal to the period end agrees with either flag.
pub fn currency(case: &Case<'_>, found: &mut Findings) {
    let (flag, date) = (Field::CurrencyLapsed, Field::DueToLapseDate);
    found.when(case.missing(flag), case, "220", flag);
    found.wrong(case.not_a_flag(flag), case, "221", flag);
    let Some(due) = case.day(date) else {
        found.wrong(case.text(date), case, "244", date);
        return;
    };
    let Some(period_end) = case.period_end else { return };
    found.when(case.yes(flag) && due > period_end, case, "231", flag);
    found.when(case.text(flag) == Some("N") && due < period_end, case, "232", flag);
}

/// 228, 39.
pub fn establishment(case: &Case<'_>, found: &mut Findings) {
    let field = Field::EstablishmentNumber;
    let valid = |number: &str| {
        let split = split_laestab(number).ok().filter(|_| number.len() == 7);
        split.is_some_and(|(authority, _)| case.anywhere(authority))
    };
    found.wrong(case.text(field).filter(|number| !valid(number)), case, "228", field);
    let field = Field::UkProviderReferenceNumber;
    let wrong = |number: &&str| check_ukprn(number).is_err();
    found.wrong(case.text(field).filter(wrong), case, "39", field);
}

/// 301, 302. Asked of those in their last compulsory year.
pub fn destination(case: &Case<'_>, found: &mut Findings) {
    let field = Field::IntendedDestinationYr11;
    let last_year = case.academic_age == Some(case.edition.membership.compulsory_age);
    found.when(last_year && case.missing(field), case, "301", field);
    let list = &case.edition.lists.intended_destination;
    found.wrong(case.text(field).filter(|code| !list.contains_key(*code)), case, "302", field);
}
