//! A record of another system's return as facts that a register can hold. What it states of
//! currency is kept beside the facts, so that the same return can be written out again; text that
//! is no date or no flag is left out here and stays visible to the checks.
//!
//! Source: the return's own elements (docs/sources: nccis-2015, nccis-2019).

use super::assemble::{GuaranteeAnswer, Subject};
use super::record::{Field, ReturnRecord};
use crate::calendar::Day;
use crate::status::Spell;

/// The facts of a record in a return for a period.
///
/// Shape: `assemble::assemble` of the answer, for the same period end, gives back every element of
/// a well-formed record, but for elements that are empty and the order of characteristics.
pub fn subject(record: &ReturnRecord, period_end: Day) -> Subject {
    let text = |field| record.text(field).map(str::to_owned);
    let flag = |field| flag(record, field);
    Subject {
        young_persons_id: text(Field::YoungPersonsId).unwrap_or_default(),
        cohort_status: text(Field::CohortStatus).unwrap_or_default(),
        given_name: text(Field::GivenName),
        middle_name: text(Field::MiddleName),
        family_name: text(Field::FamilyName),
        address_lines: [
            text(Field::AddressLine1),
            text(Field::AddressLine2),
            text(Field::AddressLine3),
            text(Field::AddressLine4),
        ],
        town: text(Field::Town),
        county: text(Field::County),
        postcode: text(Field::Postcode),
        gender: text(Field::Gender),
        born: record.day(Field::Dob),
        ethnicity: text(Field::Ethnicity),
        lead_la: text(Field::LeadLea),
        educated_la: text(Field::EducatedLea),
        transferred_to: text(Field::TransferredToLaCode),
        la_at_year11: text(Field::LeaCodeAtYear11),
        uln: text(Field::UniqueLearnerNo),
        upn: text(Field::UniquePupilNumber),
        guarantee_indicator: flag(Field::GuaranteeStatusIndicator),
        youth_contract: flag(Field::YouthContractIndicator),
        youth_contract_start: record.day(Field::YouthContractStartDate),
        previous_id: text(Field::PreviousYpidIdentifier),
        guarantee_year11: guarantee(
            text(Field::Year11GuaranteeStatus),
            text(Field::Year11LeaCode),
            period_end,
        ),
        guarantee_year12: guarantee(
            text(Field::Year12GuaranteeStatus),
            text(Field::Year12LeaCode),
            period_end,
        ),
        level_of_need: text(Field::LevelOfNeedCode),
        send: flag(Field::SendFlag),
        sen_support: flag(Field::SenSupportFlag),
        characteristics: record.characteristics.iter().map(|code| code.trim().into()).collect(),
        spells: spell(record, period_end).into_iter().collect(),
        intended_destination: text(Field::IntendedDestinationYr11),
        intended_destination_year12: text(Field::IntendedDestinationYr12),
        intended_destination_year13: text(Field::IntendedDestinationYr13),
    }
}

/// The activity of a record as a spell that goes on; `None` without a code or a start date.
pub fn spell(record: &ReturnRecord, period_end: Day) -> Option<Spell> {
    let code = record.text(Field::ActivityCode)?;
    let start = record.day(Field::StartDate)?;
    let text = |field| record.text(field).map(str::to_owned);
    Some(Spell {
        establishment_number: text(Field::EstablishmentNumber),
        establishment_name: text(Field::EstablishmentName),
        ukprn: text(Field::UkProviderReferenceNumber),
        ascertained: record.day(Field::DateAscertained),
        verified: record.day(Field::DateVerified),
        review: record.day(Field::ReviewDate),
        predicted_end: record.day(Field::PredictedEndDate),
        neet_start: record.day(Field::NeetStartDate),
        lapse_stated: record.day(Field::DueToLapseDate),
        lapsed_stated: flag(record, Field::CurrencyLapsed),
        stated_on: Some(period_end),
        ..Spell::new(code, start)
    })
}

fn flag(record: &ReturnRecord, field: Field) -> Option<bool> {
    match record.text(field)? {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    }
}

fn guarantee(status: Option<String>, la: Option<String>, on: Day) -> Option<GuaranteeAnswer> {
    let given = status.is_some() || la.is_some();
    given.then_some(GuaranteeAnswer { status, la, stated_on: Some(on) })
}
