//! Single values as partners write them, read into a declaration: the same for tables and for XML.
//! What cannot be right gets a remark in words.

use crate::dates::{DateOrder, read_date};
use crate::limits::short;
use domain::identifiers::{
    TEMPORARY_ULN, check_ukprn, check_uln, check_upn, normalise_postcode, split_laestab,
};
use domain::intake::{Declaration, RowRefused};
use domain::person::{Address, Field};

fn compact(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// A unique pupil number; one with a wrong check letter is left out, since it may be another's.
pub(crate) fn upn(text: &str, said: &mut Declaration) {
    let upn = compact(text);
    match check_upn(&upn) {
        Ok(()) => said.particulars.set(Field::Upn, upn),
        Err(fault) => said.remarks.push(format!("The UPN {} was not used: {fault}.", short(&upn))),
    }
}

/// A unique learner number; the temporary one names nobody and is left out.
pub(crate) fn uln(text: &str, said: &mut Declaration) {
    let uln = compact(text);
    let uln = uln.strip_suffix(".0").unwrap_or(&uln);
    match check_uln(uln) {
        Ok(()) if uln == TEMPORARY_ULN => {
            said.remarks.push("The ULN is the temporary one, which names nobody.".to_owned());
        }
        Ok(()) => said.particulars.set(Field::Uln, uln.to_owned()),
        Err(_) if uln.contains("E+") => said.remarks.push(format!(
            "The ULN {} was cut short by a spreadsheet; format the column as text and save again.",
            short(uln)
        )),
        Err(fault) => said.remarks.push(format!("The ULN {} was not used: {fault}.", short(uln))),
    }
}

/// A day of birth as the statutory files write one, year first.
pub(crate) fn born(name: &str, text: &str, said: &mut Declaration) {
    match read_date(text, DateOrder::Ymd) {
        Ok(born) => said.particulars.set(Field::DateOfBirth, born.to_string()),
        Err(fault) => said.remarks.push(format!("{name}: {} {fault}.", short(text))),
    }
}

/// The return's letter for a sex; another word is kept as written, for the edition to judge.
pub(crate) fn sex(text: &str, said: &mut Declaration) {
    let letter = match text.trim().to_lowercase().as_str() {
        "m" | "male" | "boy" => "M",
        "f" | "female" | "girl" => "F",
        "u" | "unknown" | "not known" => "U",
        "w" | "withheld" | "prefer not to say" => "W",
        _ => {
            said.remarks.push(format!("Sex: {} is not a known code.", short(text)));
            text
        }
    };
    said.particulars.set(Field::Sex, letter.to_owned());
}

/// The school census tells Travellers of Irish heritage apart, the return does not.
///
/// Source: code lists of the census (WIRT) and of the return (YP27), which has WROM alone; that the one stands
/// for the other there is not stated.
pub(crate) fn ethnicity(text: &str, said: &mut Declaration) {
    let mut code = text.trim().to_uppercase();
    if code == "WIRT" {
        said.remarks.push(
            "Ethnicity: WIRT (Traveller of Irish heritage) was taken as WROM, since the return has no code of \
             its own."
                .to_owned(),
        );
        "WROM".clone_into(&mut code);
    }
    said.particulars.set(Field::Ethnicity, code);
}

/// A yes or no.
pub(crate) fn flag(text: &str, field: Field, said: &mut Declaration) {
    match text.trim().to_lowercase().as_str() {
        "y" | "yes" | "true" | "1" => said.particulars.set(field, "Y".to_owned()),
        "n" | "no" | "false" | "0" => said.particulars.set(field, "N".to_owned()),
        _ => {
            said.remarks.push(format!("{}: {} is neither yes nor no.", field.label(), short(text)))
        }
    }
}

/// A school's provision for special needs, as the two flags of the return.
///
/// Shape: E a plan, S the older statement; K support, A and P its older names; N none.
pub(crate) fn sen_provision(text: &str, said: &mut Declaration) {
    let (plan, support) = match text.trim().to_uppercase().as_str() {
        "E" | "S" | "EHCP" | "EHC PLAN" => ("Y", "N"),
        "K" | "A" | "P" | "SEN SUPPORT" => ("N", "Y"),
        "N" | "NONE" | "NO SEN" => ("N", "N"),
        _ => {
            said.remarks.push(format!("SEN provision: {} is not a known code.", short(text)));
            return;
        }
    };
    said.particulars.set(Field::Send, plan.to_owned());
    said.particulars.set(Field::SenSupport, support.to_owned());
}

/// An address with its postcode in one way of writing; `None` when nothing of it was said.
pub(crate) fn address(
    mut address: Address,
    postcode: &str,
    remarks: &mut Vec<String>,
) -> Option<Address> {
    address.postcode = match normalise_postcode(postcode) {
        Ok(postcode) => postcode,
        Err(_) if postcode.trim().is_empty() => String::new(),
        Err(_) => {
            remarks.push(format!("{} is not a postcode of this country.", short(postcode)));
            postcode.trim().to_owned()
        }
    };
    let nothing = address.same_place(&Address::default());
    (!nothing).then_some(address)
}

/// Flat, house, street and locality as lines of an address.
pub(crate) fn lines_of_bs7666(saon: &str, paon: &str, street: &str, locality: &str) -> [String; 4] {
    let house = format!("{} {}", paon.trim(), street.trim());
    let mut filled = [saon, &house, locality]
        .map(|line| line.trim().to_owned())
        .into_iter()
        .filter(|l| !l.is_empty());
    [(); 4].map(|()| filled.next().unwrap_or_default())
}

/// A school's seven digits, from `887/4199`, `887 4199` or `8874199`.
pub(crate) fn establishment(text: &str, remarks: &mut Vec<String>) -> Option<String> {
    let number: String = compact(text);
    match split_laestab(&number) {
        Ok((authority, school)) => Some(format!("{authority}{school}")),
        Err(fault) => {
            remarks.push(format!("The DfE number {} was not used: {fault}.", short(text)));
            None
        }
    }
}

pub(crate) fn ukprn(text: &str, remarks: &mut Vec<String>) -> Option<String> {
    let number = compact(text);
    match check_ukprn(&number) {
        Ok(()) => Some(number),
        Err(fault) => {
            remarks.push(format!("The UKPRN {} was not used: {fault}.", short(text)));
            None
        }
    }
}

/// Whether a declaration names somebody at all: by a number, or by a family name.
pub(crate) fn names_somebody(said: Declaration) -> Result<Declaration, RowRefused> {
    let fields = [Field::Upn, Field::Uln, Field::FamilyName];
    if said.ypid.is_some() || fields.iter().any(|field| said.particulars.get(*field).is_some()) {
        return Ok(said);
    }
    let mut reason =
        "The row names nobody: no family name and no number that can be right.".to_owned();
    for remark in &said.remarks {
        reason.push(' ');
        reason.push_str(remark);
    }
    Err(RowRefused { row: said.row, raw: said.raw, reason })
}

/// The level of the highest qualification held or aimed for: `entry`, `1` to `8`.
///
/// Source: Regulated Qualifications Framework, entry level to level 8 (gov.uk, "What qualification levels
/// mean").
pub(crate) fn education_level(text: &str, said: &mut Declaration) {
    let plain: String =
        text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let bare = plain.strip_prefix("level").or_else(|| plain.strip_prefix('l')).unwrap_or(&plain);
    match bare {
        "entry" | "entrylevel" | "e" => {
            said.particulars.set(Field::EducationLevel, "entry".to_owned());
        }
        level if matches!(level.as_bytes(), [b'1'..=b'8']) => {
            said.particulars.set(Field::EducationLevel, level.to_owned());
        }
        _ => said.remarks.push(format!("Educational level: {} is no level.", short(text))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(read: impl Fn(&mut Declaration)) -> Declaration {
        let mut said = Declaration::default();
        read(&mut said);
        said
    }

    #[test]
    fn numbers_that_cannot_be_right_are_told_and_left_out() {
        for (text, wanted, remarks) in
            [(" h887400009001 ", Some("H887400009001"), 0), ("A887400009001", None, 1)]
        {
            let said = after(|said| upn(text, said));
            assert_eq!((said.particulars.get(Field::Upn), said.remarks.len()), (wanted, remarks));
        }
        for (text, wanted, remarks) in [
            ("1000000019", Some("1000000019"), 0),
            ("1000000019.0", Some("1000000019"), 0),
            ("9999999999", None, 1),
            ("1.00E+09", None, 1),
        ] {
            let said = after(|said| uln(text, said));
            assert_eq!((said.particulars.get(Field::Uln), said.remarks.len()), (wanted, remarks));
        }
        let mut remarks = Vec::new();
        assert_eq!(establishment("887/4199", &mut remarks).as_deref(), Some("8874199"));
        assert_eq!(establishment("4199", &mut remarks), None);
        assert_eq!(ukprn("1000 3674", &mut remarks).as_deref(), Some("10003674"));
        assert_eq!(remarks.len(), 1);
    }

    #[test]
    fn provision_is_two_flags() {
        for (text, send, support) in [
            ("E", Some("Y"), Some("N")),
            ("k", Some("N"), Some("Y")),
            ("N", Some("N"), Some("N")),
            ("Q", None, None),
        ] {
            let said = after(|said| sen_provision(text, said));
            assert_eq!(said.particulars.get(Field::Send), send, "{text}");
            assert_eq!(said.particulars.get(Field::SenSupport), support, "{text}");
        }
    }

    #[test]
    fn addresses_are_lines() {
        assert_eq!(
            lines_of_bs7666("Flat 2", "14", "High Street", ""),
            ["Flat 2", "14 High Street", "", ""]
        );
        let mut remarks = Vec::new();
        assert_eq!(address(Address::default(), " ", &mut remarks), None);
        let read = address(Address::default(), "me44tr", &mut remarks).unwrap();
        assert_eq!(read.postcode, "ME4 4TR");
        assert_eq!(
            address(Address::default(), "nowhere", &mut remarks).unwrap().postcode,
            "nowhere"
        );
        assert_eq!(remarks.len(), 1);
    }

    #[test]
    fn levels_are_entry_and_one_to_eight() {
        for (text, level) in [
            ("Level 3", Some("3")),
            ("L2", Some("2")),
            ("entry level", Some("entry")),
            ("8", Some("8")),
            ("9", None),
            ("GCSE", None),
        ] {
            let mut said = Declaration::default();
            education_level(text, &mut said);
            assert_eq!(said.particulars.get(Field::EducationLevel), level, "{text}");
            assert_eq!(said.remarks.is_empty(), level.is_some(), "{text}");
        }
    }
}
