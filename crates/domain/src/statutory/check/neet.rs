//! Checks on the day since when someone is NEET.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::calendar::birthday;
use crate::statutory::record::Field;

/// 224, 225, 226, 251.
pub fn start(case: &Case<'_>, found: &mut Findings) {
    let field = Field::NeetStartDate;
    let neet = case.activity.is_some_and(|activity| activity.group.is_neet());
    let given = case.day(field);
    found.when(neet && given.is_none(), case, "224", field);
    // A code that the edition does not know may be NEET for all we can tell; 201 speaks for it.
    let surely_not = case.activity.is_some() && !neet;
    found.when(surely_not && !case.missing(field), case, "226", field);
    let Some(since) = given else { return };
    found.when(case.day(Field::StartDate).is_some_and(|start| since > start), case, "225", field);
    let youngest = case.limit("251").zip(case.born).map(|(age, born)| birthday(born, age));
    found.when(youngest.is_some_and(|day| since < day), case, "251", field);
}
