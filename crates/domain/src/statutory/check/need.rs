//! Checks on support: level of need, plans and SEN support, individual characteristics.
//!
//! Source: NCCIS management information requirement, Appendix D, the checks of 2015-16 and 2019-20 as
//! practised, with the rule changes announced for 2020-21 (docs/sources: nccis-2015, nccis-2019, nccis-2020).

use super::case::{Case, Findings};
use crate::statutory::record::Field;

/// The characteristic of a pregnancy.
const PREGNANCY: &str = "180";
const MALE: &str = "M";

/// 100, 101.
pub fn level(case: &Case<'_>, found: &mut Findings) {
    let field = Field::LevelOfNeedCode;
    found.when(case.missing(field), case, "100", field);
    let list = &case.edition.lists.level_of_need;
    found.wrong(case.text(field).filter(|code| !list.contains_key(*code)), case, "101", field);
}

/// 102, 103, 303, 304, 306.
pub fn send(case: &Case<'_>, found: &mut Findings) {
    for (not_a_flag, missing, field) in
        [("102", "103", Field::SendFlag), ("304", "303", Field::SenSupportFlag)]
    {
        found.wrong(case.not_a_flag(field), case, not_a_flag, field);
        found.when(case.missing(field), case, missing, field);
    }
    let both = case.yes(Field::SendFlag) && case.yes(Field::SenSupportFlag);
    found.when(both, case, "306", Field::SenSupportFlag);
}

/// 104, 260.
pub fn characteristics(case: &Case<'_>, found: &mut Findings) {
    let list = &case.edition.lists.characteristic;
    let codes = || case.record.characteristics.iter().map(|code| code.trim());
    for code in codes().filter(|code| !list.contains_key(*code)) {
        found.raise_at(case, "104", "CharacteristicCode", Some(code));
    }
    if codes().any(|code| code == PREGNANCY) && case.text(Field::Gender) == Some(MALE) {
        found.raise_at(case, "260", "CharacteristicCode", None);
    }
}
