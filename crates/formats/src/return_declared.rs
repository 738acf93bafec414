//! One record of another system's return as a declaration. Every element is kept as it was written,
//! so that the same return, written again for the same period end, is the same record for record.
//! What the register has no room for is remarked on, never dropped in silence.

use crate::limits::short;
use crate::said;
use domain::calendar::{Day, parse_day};
use domain::intake::{ActivitySaid, Declaration, Row};
use domain::person::{Address, Field as Particular, PersonRecord, says_nothing};
use domain::status::Spell;
use domain::statutory::record::{Field, Node, ReturnRecord};

/// Elements that are one field of a person.
const SCALARS: [(Field, Particular); 25] = [
    (Field::CohortStatus, Particular::CohortStatus),
    (Field::GivenName, Particular::GivenName),
    (Field::MiddleName, Particular::MiddleName),
    (Field::FamilyName, Particular::FamilyName),
    (Field::Gender, Particular::Sex),
    (Field::Dob, Particular::DateOfBirth),
    (Field::Ethnicity, Particular::Ethnicity),
    (Field::LeadLea, Particular::LeadLa),
    (Field::EducatedLea, Particular::EducatedLa),
    (Field::TransferredToLaCode, Particular::TransferredTo),
    (Field::LeaCodeAtYear11, Particular::LaAtYear11),
    (Field::UniqueLearnerNo, Particular::Uln),
    (Field::UniquePupilNumber, Particular::Upn),
    (Field::GuaranteeStatusIndicator, Particular::GuaranteeIndicator),
    (Field::YouthContractIndicator, Particular::YouthContract),
    (Field::YouthContractStartDate, Particular::YouthContractStart),
    (Field::PreviousYpidIdentifier, Particular::PreviousYpid),
    (Field::Year11GuaranteeStatus, Particular::GuaranteeYear11),
    (Field::Year11LeaCode, Particular::GuaranteeYear11La),
    (Field::Year12GuaranteeStatus, Particular::GuaranteeYear12),
    (Field::Year12LeaCode, Particular::GuaranteeYear12La),
    (Field::LevelOfNeedCode, Particular::LevelOfNeed),
    (Field::SendFlag, Particular::Send),
    (Field::SenSupportFlag, Particular::SenSupport),
    (Field::IntendedDestinationYr11, Particular::IntendedDestination),
];

/// Elements that are the address.
const ADDRESS: [Field; 7] = [
    Field::AddressLine1,
    Field::AddressLine2,
    Field::AddressLine3,
    Field::AddressLine4,
    Field::Town,
    Field::County,
    Field::Postcode,
];

/// The declaration of a record.
///
/// Shape: `row` counts records from 1. `period_end` is the return's, for which it stated its lapse
/// dates. A record without identifier, number and family name is refused.
pub fn declare(record: &ReturnRecord, period_end: Option<Day>, row: u32) -> Row {
    let mut said = Declaration {
        row,
        raw: raw(record),
        ypid: record.text(Field::YoungPersonsId).map(str::to_owned),
        ..Declaration::default()
    };
    for (field, particular) in SCALARS {
        if let Some(text) = record.text(field) {
            said.particulars.set(particular, text.to_owned());
        }
    }
    said.address = address(record);
    said.characteristics = Some(record.characteristics.clone());
    said.activities
        .extend(current(record, period_end, &mut said.remarks).map(ActivitySaid::Current));
    for field in [Field::IntendedDestinationYr12, Field::IntendedDestinationYr13] {
        if record.text(field).is_some() {
            said.remarks
                .push(format!("{} is not kept: it left the return in 2011.", field.element()));
        }
    }
    for field in [Field::Dob, Field::YouthContractStartDate] {
        if let Some(text) = record.text(field).filter(|text| parse_day(text).is_none()) {
            said.remarks.push(not_a_day(field, text));
        }
    }
    match said::names_somebody(said) {
        Ok(said) => Row::Person(Box::new(said)),
        Err(refused) => Row::Refused(refused),
    }
}

fn raw(record: &ReturnRecord) -> Vec<(String, String)> {
    let said = |field: &&Field| record.text(**field).is_some();
    let mut raw: Vec<(String, String)> = Field::ALL
        .iter()
        .filter(said)
        .map(|field| (path(*field), record.text(*field).unwrap_or_default().to_owned()))
        .collect();
    let codes = record.characteristics.iter();
    raw.extend(codes.map(|code| ("CharacteristicCode".to_owned(), code.clone())));
    raw
}

/// Takes out of a record what its return left out or said nothing of, though the register knew it already: the return
/// was sent so. What was learnt since stands.
///
/// Shape: `then` is the record as it stood once the return was taken over, `raw` the return's own as [`declare`]
/// keeps it.
pub fn as_sent(
    record: &mut PersonRecord,
    then: &PersonRecord,
    raw: &[(String, String)],
    period_end: Day,
) {
    let sent = read_again(raw);
    // Of a row that changed nothing only what it left out is kept.
    let all = !raw.iter().any(|(name, _)| name == ALL_ELSE);
    let listed = |field: Field| all || sent.get(field).is_some();
    for (field, particular) in scalars().filter(|(field, _)| listed(*field)) {
        let text = sent.text(field);
        let nothing = text.is_none_or(|text| says_nothing(particular, text));
        if nothing && record.particulars.get(particular) == then.particulars.get(particular) {
            record.particulars.set(particular, text.map(str::to_owned));
        }
    }
    if !ADDRESS.into_iter().any(listed) {
        return;
    }
    let home = address(&sent);
    let same = match (record.address_on(period_end), then.address_on(period_end)) {
        (Some(now), Some(then)) => now.same_place(then),
        (now, then) => now.is_none() && then.is_none(),
    };
    if same && home.as_ref().is_none_or(Address::says_nothing) {
        record.addresses = home.into_iter().collect();
    }
}

/// What a row of a return left out or said nothing of that the register knows, for a row that changes nothing: all that
/// [`as_sent`] reads of one. A council's every row may be such, so the rest is not kept.
///
/// Shape: as `raw`, begun by a line that says the rest is as it is known.
pub fn left_out(
    raw: &[(String, String)],
    known: &PersonRecord,
    period_end: Day,
) -> Vec<(String, String)> {
    let sent = read_again(raw);
    let mut left = vec![(ALL_ELSE.to_owned(), "as known".to_owned())];
    let said = |field: Field| (path(field), sent.text(field).unwrap_or_default().to_owned());
    for (field, particular) in scalars() {
        let text = sent.text(field);
        let nothing = text.is_none_or(|text| says_nothing(particular, text));
        if nothing && known.particulars.get(particular) != text {
            left.push(said(field));
        }
    }
    let home = address(&sent);
    let nowhere = home.as_ref().is_none_or(Address::says_nothing);
    let elsewhere = |at: &Address| home.as_ref().is_none_or(|home| !at.same_place(home));
    if nowhere && known.address_on(period_end).is_some_and(elsewhere) {
        left.extend(ADDRESS.into_iter().map(said));
    }
    left
}

/// The line by which what was left out is told from a whole row: no element is called so.
const ALL_ELSE: &str = "All else";

/// The elements that [`as_sent`] lays over. Who is in the return goes by the status, which no return leaves out.
fn scalars() -> impl Iterator<Item = (Field, Particular)> {
    SCALARS.into_iter().filter(|(field, _)| *field != Field::CohortStatus)
}

fn read_again(raw: &[(String, String)]) -> ReturnRecord {
    let mut sent = ReturnRecord::default();
    for field in Field::ALL {
        let name = path(*field);
        let text = raw.iter().find(|(other, _)| *other == name).map(|(_, text)| text.clone());
        *sent.slot(*field) = text;
    }
    sent
}

/// The element's name, with its year where two elements share one.
pub(crate) fn path(field: Field) -> String {
    match field.node() {
        Node::GuaranteeYear11 => format!("Year11{}", field.element()),
        Node::GuaranteeYear12 => format!("Year12{}", field.element()),
        _ => field.element().to_owned(),
    }
}

fn address(record: &ReturnRecord) -> Option<Address> {
    let text = |field: Field| record.text(field).unwrap_or_default().to_owned();
    let address = Address {
        lines: [
            text(Field::AddressLine1),
            text(Field::AddressLine2),
            text(Field::AddressLine3),
            text(Field::AddressLine4),
        ],
        town: text(Field::Town),
        county: text(Field::County),
        postcode: text(Field::Postcode),
        ..Address::default()
    };
    (!address.same_place(&Address::default())).then_some(address)
}

/// The current activity. One without a start date begins when it was first known, since losing the
/// activity would be worse; the remark says so.
fn current(
    record: &ReturnRecord,
    period_end: Option<Day>,
    remarks: &mut Vec<String>,
) -> Option<Spell> {
    let dates = [
        Field::StartDate,
        Field::DateAscertained,
        Field::DateVerified,
        Field::ReviewDate,
        Field::DueToLapseDate,
        Field::NeetStartDate,
        Field::PredictedEndDate,
    ];
    for field in dates {
        if let Some(text) = record.text(field).filter(|text| parse_day(text).is_none()) {
            remarks.push(not_a_day(field, text));
        }
    }
    let Some(code) = record.text(Field::ActivityCode) else {
        remarks.push("The record has no activity.".to_owned());
        return None;
    };
    let Some(start) = start(record, remarks) else {
        remarks.push(format!("The activity {} has no date and was not taken.", short(code)));
        return None;
    };
    let text = |field: Field| record.text(field).map(str::to_owned);
    let mut spell = Spell::new(code, start);
    spell.establishment_number = text(Field::EstablishmentNumber);
    spell.establishment_name = text(Field::EstablishmentName);
    spell.ukprn = text(Field::UkProviderReferenceNumber);
    spell.ascertained = record.day(Field::DateAscertained);
    spell.verified = record.day(Field::DateVerified);
    spell.review = record.day(Field::ReviewDate);
    spell.predicted_end = record.day(Field::PredictedEndDate);
    spell.neet_start = record.day(Field::NeetStartDate);
    spell.lapse_stated = record.day(Field::DueToLapseDate);
    spell.lapsed_stated = match record.text(Field::CurrencyLapsed) {
        Some("Y") => Some(true),
        Some("N") => Some(false),
        Some(other) => {
            remarks.push(format!("CurrencyLapsed: {} is neither Y nor N.", short(other)));
            None
        }
        None => None,
    };
    spell.stated_on = period_end;
    Some(spell)
}

fn start(record: &ReturnRecord, remarks: &mut Vec<String>) -> Option<Day> {
    if let Some(start) = record.day(Field::StartDate) {
        return Some(start);
    }
    let fields = [Field::DateAscertained, Field::DateVerified, Field::NeetStartDate];
    let (field, day) = fields.iter().find_map(|field| Some((field, record.day(*field)?)))?;
    remarks.push(format!("The activity has no start date; {} was taken for it.", field.element()));
    Some(day)
}

fn not_a_day(field: Field, text: &str) -> String {
    format!("{}: {} is not a date.", path(field), short(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn full() -> ReturnRecord {
        let mut record = ReturnRecord::default();
        for field in Field::ALL {
            let kind = path(*field);
            let text = match kind.as_str() {
                "DOB" => "2008-03-04".to_owned(),
                "CurrencyLapsed" => "Y".to_owned(),
                name if name.contains("Date") => "2025-10-02".to_owned(),
                name => format!("<{name}>"),
            };
            *record.slot(*field) = Some(text);
        }
        record.characteristics = vec!["210".into(), "110".into()];
        record
    }

    fn person(row: Row) -> Declaration {
        match row {
            Row::Person(said) => *said,
            Row::Refused(refused) => panic!("{}", refused.reason),
        }
    }

    #[test]
    fn every_element_is_kept_or_remarked_on() {
        let said = person(declare(&full(), Some(date(2025, 10, 31)), 7));
        let text = format!("{said:?}");
        for field in Field::ALL {
            let value = format!("<{}>", path(*field));
            let shown = said.raw.iter().any(|(name, _)| *name == path(*field));
            assert!(shown, "{value} in the raw row");
            let gone =
                matches!(field, Field::IntendedDestinationYr12 | Field::IntendedDestinationYr13);
            let kept = Declaration { raw: Vec::new(), ..said.clone() };
            let is_text = full().get(*field) == Some(value.as_str());
            assert!(!is_text || gone || format!("{kept:?}").contains(&value), "{value}\n{text}");
        }
        assert_eq!(said.remarks.len(), 2, "{:?}", said.remarks);
        assert_eq!(said.characteristics, Some(vec!["210".into(), "110".into()]));
        let Some(ActivitySaid::Current(spell)) = said.activities.first() else {
            panic!("no spell")
        };
        assert_eq!((spell.lapsed_stated, spell.stated_on), (Some(true), Some(date(2025, 10, 31))));
        assert_eq!(spell.lapse_stated, Some(date(2025, 10, 2)));
    }

    #[test]
    fn an_activity_is_not_lost_for_want_of_its_start() {
        let mut record = full();
        record.start_date = Some("02/10/2025".into());
        record.date_ascertained = Some("2025-10-05".into());
        let said = person(declare(&record, None, 1));
        let Some(ActivitySaid::Current(spell)) = said.activities.first() else {
            panic!("no spell")
        };
        assert_eq!(spell.start, date(2025, 10, 5));
        assert!(said.remarks.iter().any(|remark| remark.contains("DateAscertained was taken")));
    }

    /// What is kept of a row that changes nothing is enough to write it again as the whole row is.
    #[test]
    fn what_a_row_that_changes_nothing_left_out_is_kept_of_it() {
        let pairs = |said: &[(&str, &str)]| -> Vec<(String, String)> {
            said.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
        };
        let end = date(2019, 5, 31);
        let mut known = PersonRecord::default();
        known.particulars.set(Particular::GivenName, "Zoe".to_owned());
        known.particulars.set(Particular::Ethnicity, "WBRI".to_owned());
        known.particulars.set(Particular::Uln, "1000000019".to_owned());
        known.addresses = vec![Address { postcode: "ME4 4TR".to_owned(), ..Address::default() }];
        let less = pairs(&[("GivenName", "Zoe"), ("Ethnicity", "NOBT"), ("Postcode", "ZZ99 9ZZ")]);
        let kept = left_out(&less, &known, end);
        let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).take(3).collect();
        assert_eq!(names, [ALL_ELSE, "Ethnicity", "UniqueLearnerNo"]);
        let again = |raw: &[(String, String)]| {
            let mut record = known.clone();
            as_sent(&mut record, &known, raw, end);
            record
        };
        assert_eq!(again(&kept), again(&less));
        assert_ne!(again(&kept), known);
        let all = pairs(&[
            ("GivenName", "Zoe"),
            ("Ethnicity", "WBRI"),
            ("UniqueLearnerNo", "1000000019"),
            ("Postcode", "ME4 4TR"),
        ]);
        let kept = left_out(&all, &known, end);
        assert_eq!(kept, pairs(&[(ALL_ELSE, "as known")]), "of forty thousand rows no more");
        assert_eq!(again(&kept), known);
    }

    #[test]
    fn a_record_of_nobody_is_refused() {
        let Row::Refused(refused) = declare(&ReturnRecord::default(), None, 3) else {
            panic!("read")
        };
        assert_eq!(refused.row, 3);
    }
}
