//! A person of the register as a subject of the return for a period: which facts hold on the
//! period end, with which status they stand in it, and why somebody does not. The loading is the
//! caller's; what earlier returns told of the person comes in as a value.

use super::assemble::{Belongs, GuaranteeAnswer, LeftOut, Subject, belongs, belongs_by_age};
use super::leaving::{NotReturned, Reported, StatusChange, leaving_by_age, status_in_return};
use crate::calendar::{Day, year_group};
use crate::edition::{Edition, Returning, TransferTo};
use crate::identifiers::UNKNOWN_POSTCODE;
use crate::person::{Address, Field, PersonRecord};
use crate::status::{Spell, spell_on};
use crate::statutory::record::Node;

/// Why somebody of the register is not in a return.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Absent {
    #[error(transparent)]
    Status(#[from] NotReturned),
    #[error(transparent)]
    Age(#[from] LeftOut),
    #[error("authority {0} leads on the record and returns it")]
    AnotherAuthority(String),
}

/// The return that people are asked about.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub edition: &'a Edition,
    pub period_end: Day,
    /// Our own authority. Where nobody has said which it is, nobody is left out for another's.
    pub own_la: Option<&'a str>,
}

/// The person as a subject of the return, or why they are not in it.
///
/// Shape: `told` is what returns that were sent for other periods said of the person. Somebody
/// whom another system's return for this very period brought in stays in it whatever the rules of
/// age, so that the return can be written out again as it was; statuses that are never returned
/// and leavers who were told of before stay out.
pub fn subject(
    record: &PersonRecord,
    told: &[Reported],
    asked: Asked<'_>,
) -> Result<Subject, Absent> {
    let Asked { edition, period_end, own_la } = asked;
    let mut subject = facts(record, period_end);
    let moved_in = stated_for(record, period_end);
    let status = status(record, &subject, told, asked, moved_in)?;
    let meant = edition.cohort_statuses.get(&status);
    let returning = meant.map(|status| status.returning);
    subject.cohort_status = status;
    if moved_in {
        return Ok(subject);
    }
    // Where somebody goes later is not known at this period's end.
    if meant.is_none_or(|status| status.transfer_to == TransferTo::None) {
        subject.transferred_to = None;
    }
    subject.lead_la = subject.lead_la.or_else(|| own_la.map(str::to_owned));
    if let (Some(own), Some(lead)) = (own_la, &subject.lead_la)
        && returning == Some(Returning::EveryMonth)
        && own != lead
    {
        return Err(Absent::AnotherAuthority(lead.clone()));
    }
    if belongs(&subject, edition, period_end)? == Belongs::Leaving && told.is_empty() {
        // Of whom no return ever told leaves it only who was of the ages that it tells of.
        let born = subject.born.ok_or(LeftOut::NoDateOfBirth)?;
        belongs_by_age(born, subject.send == Some(true), edition, period_end)?;
    }
    Ok(subject)
}

/// The fields by which [`subject`] says who is in a return: it gives the same answer on a record that
/// holds no others, where it has the spells that were stated for the period. All else fills the record.
pub const DECIDING: &[Field] = &[
    Field::DateOfBirth,
    Field::CohortStatus,
    Field::StatusSince,
    Field::LeadLa,
    Field::GuaranteeIndicator,
    Field::GuaranteeYear11,
    Field::GuaranteeYear11La,
    Field::GuaranteeYear12,
    Field::GuaranteeYear12La,
    Field::Send,
];

/// Whether the record of a return needs the spells before the period end as well: to say since when
/// somebody is NEET, or from when on nothing is known of them.
///
/// Shape: `spells` are those that hold on the period end or were stated for it.
/// Source: NEETStartDate is carried across NEET codes; an activity that is not known must be written.
pub fn asks_history(spells: &[Spell], edition: &Edition, period_end: Day) -> bool {
    let stated = || spells.iter().find(|spell| spell.stated_on == Some(period_end));
    let Some(spell) = spell_on(spells, period_end).or_else(stated) else { return true };
    let said = spell.stated_on == Some(period_end) || spell.neet_start.is_some();
    edition.is_neet(&spell.code) && !said
}

/// Puts back what was known of confirmations by the period end, for spells that were confirmed
/// again since: a return does not say what happened after its period.
///
/// Shape: `earlier` holds former knowledge of this person's spells, the newest last. A spell whose
/// only confirmation came later is returned as unconfirmed: that it held on the day is known, that
/// somebody had confirmed it by then is not so. It was ascertained when it was, even after the period.
/// What another system stated for this very period stays as it was stated.
/// Source: check 305 (verified after the period end); the verified date may be left out.
pub fn confirmed_by(spells: &mut [Spell], earlier: &[Spell], period_end: Day) {
    let late = |spell: &&mut Spell| {
        spell.verified.is_some_and(|day| day > period_end) && spell.stated_on != Some(period_end)
    };
    for spell in spells.iter_mut().filter(late) {
        let same = |known: &&Spell| {
            known.code == spell.code
                && known.start == spell.start
                && known.verified.is_some_and(|day| day <= period_end)
        };
        if let Some(known) = earlier.iter().rfind(same).cloned() {
            spell.verified = known.verified;
            spell.lapse_stated = known.lapse_stated;
            spell.lapsed_stated = known.lapsed_stated;
            spell.stated_on = known.stated_on;
        } else {
            spell.ascertained = spell.ascertained.or(spell.verified);
            (spell.verified, spell.verified_by, spell.verified_how) = (None, None, None);
        }
    }
}

/// Whether another system's return for this very period stated what the person does.
fn stated_for(record: &PersonRecord, period_end: Day) -> bool {
    record.spells.iter().any(|spell| spell.stated_on == Some(period_end))
}

fn status(
    record: &PersonRecord,
    subject: &Subject,
    told: &[Reported],
    asked: Asked<'_>,
    moved_in: bool,
) -> Result<String, NotReturned> {
    let Asked { edition, period_end, .. } = asked;
    let mut changes = Vec::new();
    if let Some(status) = record.particulars.get(Field::CohortStatus) {
        // A status without its day has been so for as long as we know.
        let from = record.particulars.date(Field::StatusSince).unwrap_or(Day::MIN);
        changes.push(StatusChange { status: status.to_owned(), from });
    }
    let returning = |change: &StatusChange| {
        edition.cohort_statuses.get(&change.status).map(|status| status.returning)
    };
    let open = match changes.first().and_then(returning) {
        Some(Returning::UntilGuaranteeCloses) if moved_in => true,
        _ => !moved_in && guarantee_open(record, subject, edition, period_end),
    };
    let began = changes.iter().filter(|change| change.from <= period_end);
    let primary = began.filter_map(returning).all(|how| how == Returning::EveryMonth);
    if let Some(born) = subject.born.filter(|_| primary && !moved_in) {
        let plan = subject.send == Some(true);
        changes.extend(leaving_by_age(born, plan, told, edition, period_end));
    }
    status_in_return(&changes, told, open, edition, period_end)
}

/// Whether they are on a baseline of the September Guarantee that is open at the period end: the
/// guarantee of their year is still asked for, and they were put on it.
fn guarantee_open(
    record: &PersonRecord,
    subject: &Subject,
    edition: &Edition,
    period_end: Day,
) -> bool {
    let month = period_end.month();
    let node =
        subject.born.and_then(|b| edition.guarantee.node_for(year_group(b, period_end), month));
    let answered = match node {
        Some(Node::GuaranteeYear11) => subject.guarantee_year11.is_some(),
        Some(Node::GuaranteeYear12) => subject.guarantee_year12.is_some(),
        _ => return false,
    };
    answered || record.particulars.is_yes(Field::GuaranteeIndicator)
}

/// The facts that hold on the period end; the status is left for the rules to settle.
fn facts(record: &PersonRecord, period_end: Day) -> Subject {
    let text = |field| record.particulars.get(field).map(str::to_owned);
    let flag = |field| match record.particulars.get(field)? {
        "Y" => Some(true),
        "N" => Some(false),
        _ => None,
    };
    let stated_on = stated_for(record, period_end).then_some(period_end);
    let answer = |status, la| {
        let (status, la) = (text(status), text(la));
        let given = status.is_some() || la.is_some();
        given.then_some(GuaranteeAnswer { status, la, stated_on })
    };
    let mut subject = Subject {
        young_persons_id: record.ypid.clone(),
        given_name: text(Field::GivenName),
        middle_name: text(Field::MiddleName),
        family_name: text(Field::FamilyName),
        gender: text(Field::Sex),
        born: record.particulars.date_of_birth(),
        ethnicity: text(Field::Ethnicity),
        lead_la: text(Field::LeadLa),
        educated_la: text(Field::EducatedLa),
        transferred_to: text(Field::TransferredTo),
        la_at_year11: text(Field::LaAtYear11),
        uln: text(Field::Uln),
        upn: text(Field::Upn),
        guarantee_indicator: flag(Field::GuaranteeIndicator),
        youth_contract: flag(Field::YouthContract),
        youth_contract_start: record.particulars.date(Field::YouthContractStart),
        previous_id: text(Field::PreviousYpid),
        guarantee_year11: answer(Field::GuaranteeYear11, Field::GuaranteeYear11La),
        guarantee_year12: answer(Field::GuaranteeYear12, Field::GuaranteeYear12La),
        level_of_need: text(Field::LevelOfNeed),
        send: flag(Field::Send),
        sen_support: flag(Field::SenSupport),
        characteristics: owned(&record.characteristics_on(period_end)),
        spells: record.spells.clone(),
        intended_destination: text(Field::IntendedDestination),
        ..Subject::default()
    };
    if let Some(address) = record.address_on(period_end) {
        lived_at(&mut subject, address, record.particulars.is_yes(Field::ProtectedAddress));
    }
    subject
}

fn owned(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

/// What stands in the return for an address that is told to nobody: a line so that it is not empty, and the
/// postcode of those of whom none is known.
const WITHHELD: &str = "Withheld";

/// Differs: the return asks for one line at least and a postcode (finding 31); of somebody who would be in
/// danger it gets neither, and the postcode that stands for an unknown one.
fn lived_at(subject: &mut Subject, address: &Address, protected: bool) {
    if protected {
        let [line1, ..] = &mut subject.address_lines;
        *line1 = Some(WITHHELD.to_owned());
        subject.postcode = Some(UNKNOWN_POSTCODE.to_owned());
        return;
    }
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    subject.address_lines = address.lines.each_ref().map(text);
    subject.town = text(&address.town);
    subject.county = text(&address.county);
    subject.postcode = text(&address.postcode);
}
