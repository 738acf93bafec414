//! Putting a person into the return: who belongs in it, and what their record says. The person's
//! facts come in as values; lapse date, currency flag and NEET start are worked out here by the
//! edition, for the period end, never for today.

use super::record::{Field, Header, Node, ReturnRecord};
use crate::calendar::{Day, Month, academic_age, year_group, year_of_age};
use crate::edition::{Edition, Returning};
use crate::status::{Spell, due_to_lapse, lapsed_on, neet_start, spell_on};

/// What the register knows of a person at a period end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub young_persons_id: String,
    /// As settled by `leaving::status_in_return`.
    pub cohort_status: String,
    pub given_name: Option<String>,
    pub middle_name: Option<String>,
    pub family_name: Option<String>,
    pub address_lines: [Option<String>; 4],
    pub town: Option<String>,
    pub county: Option<String>,
    pub postcode: Option<String>,
    pub gender: Option<String>,
    pub born: Option<Day>,
    pub ethnicity: Option<String>,
    pub lead_la: Option<String>,
    pub educated_la: Option<String>,
    pub transferred_to: Option<String>,
    pub la_at_year11: Option<String>,
    pub uln: Option<String>,
    pub upn: Option<String>,
    pub guarantee_indicator: Option<bool>,
    pub youth_contract: Option<bool>,
    pub youth_contract_start: Option<Day>,
    pub previous_id: Option<String>,
    pub guarantee_year11: Option<GuaranteeAnswer>,
    pub guarantee_year12: Option<GuaranteeAnswer>,
    pub level_of_need: Option<String>,
    pub send: Option<bool>,
    pub sen_support: Option<bool>,
    /// Written in code order, each once.
    pub characteristics: Vec<String>,
    /// All spells; the one that holds on the period end is returned.
    pub spells: Vec<Spell>,
    pub intended_destination: Option<String>,
    pub intended_destination_year12: Option<String>,
    pub intended_destination_year13: Option<String>,
}

/// The September Guarantee of one year.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuaranteeAnswer {
    pub status: Option<String>,
    pub la: Option<String>,
    /// The period end of the file that said so, for an answer moved in from another system.
    pub stated_on: Option<Day>,
}

/// Why someone belongs in the return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Belongs {
    /// In the last compulsory year.
    LastCompulsoryYear,
    Age,
    /// Older, with a current plan.
    Plan,
    /// For the September Guarantee alone.
    Guarantee,
    /// Told of once as they leave.
    Leaving,
}

/// Why someone does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum LeftOut {
    #[error("the date of birth is not known")]
    NoDateOfBirth,
    #[error("younger than the return asks for")]
    TooYoung,
    #[error("older than the return asks for")]
    TooOld,
    #[error("of an age at which only those with a current plan are returned")]
    NoPlan,
    #[error("the cohort status is never returned")]
    Status,
}

/// Whether someone belongs in the return for a period, and why.
///
/// Source: cohort by edition (Year 11, the ages tracked, older ones with a current plan).
pub fn belongs(subject: &Subject, edition: &Edition, period_end: Day) -> Result<Belongs, LeftOut> {
    let status = edition.cohort_statuses.get(&subject.cohort_status);
    match status.map(|status| status.returning) {
        None | Some(Returning::Never) => return Err(LeftOut::Status),
        Some(Returning::Once) => return Ok(Belongs::Leaving),
        Some(Returning::UntilGuaranteeCloses) => return Ok(Belongs::Guarantee),
        Some(Returning::EveryMonth) => {}
    }
    let born = subject.born.ok_or(LeftOut::NoDateOfBirth)?;
    belongs_by_age(born, subject.send == Some(true), edition, period_end)
}

/// Whether someone of the primary cohort belongs in the return by age, and why.
///
/// Shape: `plan` is a current education, health and care plan.
pub fn belongs_by_age(
    born: Day,
    plan: bool,
    edition: &Edition,
    period_end: Day,
) -> Result<Belongs, LeftOut> {
    let ages = &edition.membership;
    let age = academic_age(born, period_end);
    match age {
        _ if age < ages.min_age => Err(LeftOut::TooYoung),
        _ if age == ages.compulsory_age => Ok(Belongs::LastCompulsoryYear),
        _ if age <= ages.max_age => Ok(Belongs::Age),
        _ if ages.age_with_send.of(born, period_end) > ages.max_age_with_send => {
            Err(LeftOut::TooOld)
        }
        _ if plan => Ok(Belongs::Plan),
        _ => Err(LeftOut::NoPlan),
    }
}

/// A record, and whether its activity had to be assumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assembled {
    pub record: ReturnRecord,
    /// No spell holds on the period end, so "not known" was written: a record without an activity
    /// would fail the whole file.
    pub activity_assumed: bool,
}

/// The record of a person in the return for a period.
///
/// Shape: everything the register holds; the writer leaves out what the edition does not have.
pub fn assemble(subject: &Subject, edition: &Edition, period_end: Day) -> Assembled {
    let mut record = ReturnRecord::default();
    person(subject, &mut record);
    let due = subject.born.and_then(|born| {
        edition.guarantee.node_for(year_group(born, period_end), period_end.month())
    });
    for (node, answer, status, la) in [
        (
            Node::GuaranteeYear11,
            &subject.guarantee_year11,
            Field::Year11GuaranteeStatus,
            Field::Year11LeaCode,
        ),
        (
            Node::GuaranteeYear12,
            &subject.guarantee_year12,
            Field::Year12GuaranteeStatus,
            Field::Year12LeaCode,
        ),
    ] {
        let answer =
            answer.as_ref().filter(|held| due == Some(node) || held.stated_on == Some(period_end));
        set(&mut record, status, answer.and_then(|held| held.status.as_deref()));
        set(&mut record, la, answer.and_then(|held| held.la.as_deref()));
    }
    // An activity that another system stated for this very period is believed, whatever its start.
    let stated = || subject.spells.iter().find(|spell| spell.stated_on == Some(period_end));
    let held = spell_on(&subject.spells, period_end).or_else(stated);
    let assumed = held.is_none().then(|| assume(subject, edition, period_end));
    if let Some(spell) = held.or(assumed.as_ref()) {
        activity(spell, subject, edition, period_end, &mut record);
    }
    Assembled { record, activity_assumed: assumed.is_some() }
}

fn set(record: &mut ReturnRecord, field: Field, text: Option<&str>) {
    *record.slot(field) = text.filter(|text| !text.trim().is_empty()).map(str::to_owned);
}

fn flag(yes: bool) -> &'static str {
    if yes { "Y" } else { "N" }
}

fn person(subject: &Subject, record: &mut ReturnRecord) {
    let [line1, line2, line3, line4] = &subject.address_lines;
    let born = subject.born.map(|day| day.to_string());
    let contract_start = subject.youth_contract_start.map(|day| day.to_string());
    let texts = [
        (Field::GivenName, &subject.given_name),
        (Field::MiddleName, &subject.middle_name),
        (Field::FamilyName, &subject.family_name),
        (Field::AddressLine1, line1),
        (Field::AddressLine2, line2),
        (Field::AddressLine3, line3),
        (Field::AddressLine4, line4),
        (Field::Town, &subject.town),
        (Field::County, &subject.county),
        (Field::Postcode, &subject.postcode),
        (Field::Gender, &subject.gender),
        (Field::Dob, &born),
        (Field::Ethnicity, &subject.ethnicity),
        (Field::LeadLea, &subject.lead_la),
        (Field::EducatedLea, &subject.educated_la),
        (Field::TransferredToLaCode, &subject.transferred_to),
        (Field::LeaCodeAtYear11, &subject.la_at_year11),
        (Field::UniqueLearnerNo, &subject.uln),
        (Field::UniquePupilNumber, &subject.upn),
        (Field::YouthContractStartDate, &contract_start),
        (Field::PreviousYpidIdentifier, &subject.previous_id),
        (Field::LevelOfNeedCode, &subject.level_of_need),
        (Field::IntendedDestinationYr11, &subject.intended_destination),
        (Field::IntendedDestinationYr12, &subject.intended_destination_year12),
        (Field::IntendedDestinationYr13, &subject.intended_destination_year13),
    ];
    for (field, text) in texts {
        set(record, field, text.as_deref());
    }
    for (field, yes) in [
        (Field::GuaranteeStatusIndicator, subject.guarantee_indicator),
        (Field::YouthContractIndicator, subject.youth_contract),
        (Field::SendFlag, subject.send),
        (Field::SenSupportFlag, subject.sen_support),
    ] {
        set(record, field, yes.map(flag));
    }
    set(record, Field::YoungPersonsId, Some(&subject.young_persons_id));
    set(record, Field::CohortStatus, Some(&subject.cohort_status));
    record.characteristics.clone_from(&subject.characteristics);
    record.characteristics.sort();
    record.characteristics.dedup();
}

fn activity(
    spell: &Spell,
    subject: &Subject,
    edition: &Edition,
    period_end: Day,
    record: &mut ReturnRecord,
) {
    // What another system stated for this very period is said again as it was.
    let stated = spell.stated_on == Some(period_end);
    let due = if stated { spell.lapse_stated } else { due_to_lapse(spell, edition).day };
    let neet = || neet_start(&subject.spells, edition, period_end);
    let since = if stated { spell.neet_start } else { neet() };
    for (field, day) in [
        (Field::StartDate, Some(spell.start)),
        (Field::DateAscertained, spell.ascertained),
        (Field::DateVerified, spell.verified),
        (Field::ReviewDate, spell.review),
        (Field::DueToLapseDate, due),
        (Field::NeetStartDate, since),
        (Field::PredictedEndDate, spell.predicted_end),
    ] {
        set(record, field, day.map(|day| day.to_string()).as_deref());
    }
    set(record, Field::CurrencyLapsed, Some(flag(lapsed_on(spell, edition, period_end))));
    set(record, Field::ActivityCode, Some(&spell.code));
    for (field, text) in [
        (Field::EstablishmentNumber, &spell.establishment_number),
        (Field::EstablishmentName, &spell.establishment_name),
        (Field::UkProviderReferenceNumber, &spell.ukprn),
    ] {
        set(record, field, text.as_deref());
    }
}

/// Nothing is known on the day: "not known" from the day after the last spell, else from the first
/// day of the month.
fn assume(subject: &Subject, edition: &Edition, period_end: Day) -> Spell {
    let age = subject.born.map(|born| academic_age(born, period_end));
    let compulsory = age.is_some_and(|age| age <= edition.membership.compulsory_age);
    let unknown = &edition.unknown_activity;
    let code = if compulsory { &unknown.compulsory } else { &unknown.after };
    let ended = subject.spells.iter().filter_map(|spell| spell.end).filter(|end| *end < period_end);
    let after = ended.max().and_then(|end| end.tomorrow().ok());
    let start = after.unwrap_or(Month::of(period_end).first_day());
    // What they are thought to be in ends with the last compulsory year.
    let last_year = subject.born.filter(|_| compulsory);
    let predicted_end =
        last_year.map(|born| year_of_age(born, edition.membership.compulsory_age).last_day());
    Spell { ascertained: Some(start), predicted_end, ..Spell::new(code.clone(), start) }
}

/// The header of a return of our own.
pub fn header(
    edition: &Edition,
    database_ids: Vec<String>,
    source_las: Vec<String>,
    sent: Day,
    period_end: Day,
    supplier: (&str, &str),
) -> Header {
    Header {
        database_ids,
        source_las,
        date_of_send: Some(sent.to_string()),
        period_end: Some(period_end.to_string()),
        supplier_name: Some(supplier.0.to_owned()),
        supplier_xml_version: Some(supplier.1.to_owned()),
        xml_schema_version: Some(edition.xml.schema_version.clone()),
    }
}
