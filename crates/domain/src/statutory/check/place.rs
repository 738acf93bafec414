//! Checks on places: the authorities of a person, a transfer between them, and the address.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::edition::{OUTSIDE_ENGLAND, TransferTo, UNKNOWN_AUTHORITY};
use crate::identifiers::postcode_shaped;
use crate::statutory::record::Field;

/// 14, 15, 26.
pub fn lead(case: &Case<'_>, found: &mut Findings) {
    let field = Field::LeadLea;
    found.when(case.missing(field), case, "14", field);
    let lead = case.text(field);
    found.wrong(lead.filter(|code| !case.english(code)), case, "15", field);
    let foreign = lead.filter(|code| !case.sender.authorities.contains(*code));
    found.wrong(foreign, case, "26", field);
}

/// 19, 24, 25. Places outside England, and not known, are allowed here.
pub fn educated(case: &Case<'_>, found: &mut Findings) {
    for (check, field) in [("19", Field::EducatedLea), ("24", Field::LeaCodeAtYear11)] {
        found.wrong(case.text(field).filter(|code| !case.anywhere(code)), case, check, field);
    }
    let differs = case
        .text(Field::LeaCodeAtYear11)
        .zip(case.text(Field::Year11LeaCode))
        .is_some_and(|(person, guarantee)| person != guarantee);
    found.when(differs, case, "25", Field::LeaCodeAtYear11);
}

/// 13, 34, 35, 41, 42.
///
/// Differs: check 34 speaks of "transferred" alone while check 35 expects a place outside England
/// for someone who left; read together, a status that allows such a place is not objected to.
/// That nobody knows where somebody went (41), or that they went nowhere (42), is wrong under any status.
pub fn transfer(case: &Case<'_>, found: &mut Findings) {
    let field = Field::TransferredToLaCode;
    let to = case.text(field);
    let Some(code) = to else {
        found.when(case.transfer_to() == TransferTo::English, case, "13", field);
        return;
    };
    let (check, fits) = match case.transfer_to() {
        TransferTo::None => ("34", false),
        TransferTo::OutsideEngland => ("35", OUTSIDE_ENGLAND.contains(&code)),
        TransferTo::English => ("35", case.english(code)),
    };
    found.wrong(to.filter(|_| !fits), case, check, field);
    found.wrong(to.filter(|_| code == UNKNOWN_AUTHORITY), case, "41", field);
    found.wrong(to.filter(|_| case.text(Field::LeadLea) == to), case, "42", field);
}

/// 31, 32, 43.
pub fn address(case: &Case<'_>, found: &mut Findings) {
    let parts = [
        Field::AddressLine1,
        Field::AddressLine2,
        Field::AddressLine3,
        Field::AddressLine4,
        Field::Town,
        Field::County,
    ];
    let none = parts.into_iter().all(|part| case.missing(part));
    found.when(none, case, "31", Field::AddressLine1);
    let postcode = case.text(Field::Postcode);
    found.when(postcode.is_none(), case, "32", Field::Postcode);
    let misshapen = postcode.is_some_and(|text| !postcode_shaped(text));
    found.when(misshapen, case, "43", Field::Postcode);
}
