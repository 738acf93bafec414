//! Checks on who the person is: numbers, names, gender, ethnicity, age, cohort status.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::statutory::record::Field;

fn thirteen_long(text: &str) -> bool {
    text.chars().count() == 13
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// 1, 903, 30, 37, 38.
pub fn identifiers(case: &Case<'_>, found: &mut Findings) {
    let id = case.text(Field::YoungPersonsId).unwrap_or_default();
    found.when(!thirteen_long(id), case, "1", Field::YoungPersonsId);
    let ours = id.get(..3).is_some_and(|prefix| case.sender.databases.contains(prefix));
    found.when(!ours && !id.is_empty(), case, "903", Field::YoungPersonsId);

    let strict = case.edition.check("30").is_some_and(|rule| rule.strict);
    let wrong_uln =
        |uln: &&str| !(uln.len() == 10 && all_digits(uln)) || (strict && uln.starts_with('0'));
    let uln = case.text(Field::UniqueLearnerNo).filter(wrong_uln);
    found.wrong(uln, case, "30", Field::UniqueLearnerNo);

    for (check, field) in [("37", Field::PreviousYpidIdentifier), ("38", Field::UniquePupilNumber)]
    {
        found.wrong(case.text(field).filter(|text| !thirteen_long(text)), case, check, field);
    }
}

/// 2, 3.
pub fn names(case: &Case<'_>, found: &mut Findings) {
    for (check, field) in [("2", Field::GivenName), ("3", Field::FamilyName)] {
        found.when(case.missing(field), case, check, field);
    }
}

/// 4 to 7.
pub fn gender_and_ethnicity(case: &Case<'_>, found: &mut Findings) {
    let lists = &case.edition.lists;
    for (missing, unlisted, field, list) in
        [("4", "5", Field::Gender, &lists.gender), ("6", "7", Field::Ethnicity, &lists.ethnicity)]
    {
        found.when(case.missing(field), case, missing, field);
        found.wrong(
            case.text(field).filter(|code| !list.contains_key(*code)),
            case,
            unlisted,
            field,
        );
    }
}

/// 8, 9, 10, 33, 40. Ages are academic ages at the period end.
///
/// Differs: a date of birth that is no date is taken as missing, since no age follows from it.
pub fn birth_and_age(case: &Case<'_>, found: &mut Findings) {
    found.when(case.born.is_none(), case, "8", Field::Dob);
    let Some(age) = case.academic_age else { return };
    let over = case.limit("9").is_some_and(|limit| age > limit) && !case.status_among("9");
    found.when(over, case, "9", Field::Dob);
    found.when(case.limit("10").is_some_and(|limit| age < limit), case, "10", Field::Dob);
    for check in ["33", "40"] {
        let reached = case.limit(check).is_some_and(|limit| age >= limit);
        let without = reached && !case.yes(Field::SendFlag) && !case.status_among(check);
        found.when(without, case, check, Field::SendFlag);
    }
}

/// 11. A status that is not in the list fails the file and is found with its parts.
pub fn cohort_status(case: &Case<'_>, found: &mut Findings) {
    found.when(case.status().is_none(), case, "11", Field::CohortStatus);
}

/// 29, 36.
pub fn youth_contract(case: &Case<'_>, found: &mut Findings) {
    let flag = Field::YouthContractIndicator;
    found.wrong(case.not_a_flag(flag), case, "36", flag);
    let undated = case.yes(flag) && case.day(Field::YouthContractStartDate).is_none();
    found.when(undated, case, "29", Field::YouthContractStartDate);
}
