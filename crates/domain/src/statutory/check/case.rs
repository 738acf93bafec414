//! One record as the checks see it: its text, and what follows from it by the edition.

use super::file_finding;
use crate::calendar::{Day, academic_age, parse_day};
use crate::edition::{Activity, Authorities, Edition, TransferTo};
use crate::finding::Finding;
use crate::statutory::record::{Field, Header, ReturnRecord};
use std::collections::BTreeSet;

/// What the header says that the records are checked against.
pub struct Sender {
    pub databases: BTreeSet<String>,
    pub authorities: BTreeSet<String>,
    pub period_end: Option<Day>,
}

impl Sender {
    pub fn new(header: &Header) -> Self {
        let trimmed = |list: &[String]| list.iter().map(|text| text.trim().to_owned()).collect();
        Self {
            databases: trimmed(&header.database_ids),
            authorities: trimmed(&header.source_las),
            period_end: header.period_end.as_deref().map(str::trim).and_then(parse_day),
        }
    }
}

pub struct Case<'a> {
    pub record: &'a ReturnRecord,
    pub edition: &'a Edition,
    pub authorities: &'a Authorities,
    pub sender: &'a Sender,
    /// The day by which ages and codes are judged: the period end.
    pub period_end: Option<Day>,
    pub born: Option<Day>,
    pub academic_age: Option<i16>,
    pub activity: Option<&'a Activity>,
}

impl<'a> Case<'a> {
    pub fn new(
        record: &'a ReturnRecord,
        edition: &'a Edition,
        authorities: &'a Authorities,
        sender: &'a Sender,
    ) -> Self {
        let born = record.day(Field::Dob);
        let period_end = sender.period_end;
        Self {
            record,
            edition,
            authorities,
            sender,
            period_end,
            born,
            academic_age: born.zip(period_end).map(|(born, day)| academic_age(born, day)),
            activity: record.text(Field::ActivityCode).and_then(|code| edition.activity(code)),
        }
    }

    /// A field's text; an empty element counts as missing.
    pub fn text(&self, field: Field) -> Option<&'a str> {
        self.record.text(field)
    }

    pub fn day(&self, field: Field) -> Option<Day> {
        self.record.day(field)
    }

    pub fn missing(&self, field: Field) -> bool {
        self.text(field).is_none()
    }

    /// Whether a flag says yes.
    pub fn yes(&self, field: Field) -> bool {
        self.text(field) == Some("Y")
    }

    /// The text of a flag that is neither Y nor N.
    pub fn not_a_flag(&self, field: Field) -> Option<&'a str> {
        self.text(field).filter(|text| !matches!(*text, "Y" | "N"))
    }

    pub fn status(&self) -> Option<&'a str> {
        self.text(Field::CohortStatus)
    }

    pub fn transfer_to(&self) -> TransferTo {
        let status = self.status().and_then(|code| self.edition.cohort_statuses.get(code));
        status.map_or(TransferTo::None, |status| status.transfer_to)
    }

    /// Whether the cohort status is one of those that a check's rule names.
    pub fn status_among(&self, check: &str) -> bool {
        let named = self.edition.check(check).map(|rule| &rule.statuses);
        self.status().zip(named).is_some_and(|(status, named)| named.contains(status))
    }

    /// The number that goes with a check in this edition.
    pub fn limit(&self, check: &str) -> Option<i16> {
        self.edition.check(check).and_then(|rule| rule.limit)
    }

    /// Whether a code is an English authority, in use at the period end.
    pub fn english(&self, code: &str) -> bool {
        self.period_end.is_none_or(|day| self.authorities.in_england(code, day))
    }

    /// Whether a code is an authority, a place outside England, or not known.
    pub fn anywhere(&self, code: &str) -> bool {
        self.period_end.is_none_or(|day| self.authorities.anywhere(code, day))
    }
}

/// What has been found so far.
#[derive(Default)]
pub struct Findings {
    pub list: Vec<Finding>,
    /// Reasons to turn the file away, without repeats, in order of appearance.
    reasons: Vec<String>,
}

impl Findings {
    /// Raises a check on a record if the edition makes that check; `detail` is what was found.
    ///
    /// The detail is never a name, an address or a date of birth: findings travel further than
    /// records do.
    pub fn raise(&mut self, case: &Case<'_>, check: &str, field: Field, detail: Option<&str>) {
        self.raise_at(case, check, field.element(), detail);
    }

    /// Raises a check on an element that is not a single field.
    pub fn raise_at(&mut self, case: &Case<'_>, check: &str, field: &str, detail: Option<&str>) {
        let Some(rule) = case.edition.check(check) else { return };
        self.list.push(Finding {
            code: check.to_owned(),
            priority: rule.priority,
            young_persons_id: case.text(Field::YoungPersonsId).map(str::to_owned),
            field: field.to_owned(),
            message: sentence(&rule.says, detail),
            line: case.record.line,
        });
    }

    /// Raises a check when it holds.
    pub fn when(&mut self, holds: bool, case: &Case<'_>, check: &str, field: Field) {
        if holds {
            self.raise(case, check, field, None);
        }
    }

    /// Raises a check with the text that is wrong, when there is one.
    pub fn wrong(&mut self, text: Option<&str>, case: &Case<'_>, check: &str, field: Field) {
        if let Some(text) = text {
            self.raise(case, check, field, Some(text));
        }
    }

    /// The whole file would be turned away.
    pub fn reject(&mut self, reason: &str) {
        if !self.reasons.iter().any(|known| known == reason) {
            self.reasons.push(reason.to_owned());
        }
    }

    /// The same, for a fault that has no number of its own.
    pub fn reject_file(&mut self, field: &str, reason: &str) {
        self.list.push(file_finding(field, reason));
        self.reject(reason);
    }

    /// Adds what was found elsewhere, behind what is here.
    pub fn append(&mut self, more: Findings) {
        more.reasons.iter().for_each(|reason| self.reject(reason));
        self.list.extend(more.list);
    }

    pub fn rejections(&self) -> Vec<String> {
        self.reasons.clone()
    }
}

fn sentence(says: &str, detail: Option<&str>) -> String {
    let mut letters = says.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let detail = detail.map(|text| {
        let text: String = text.chars().filter(|letter| !letter.is_control()).take(40).collect();
        format!(": {text}")
    });
    format!("{first}{}{}.", letters.as_str(), detail.unwrap_or_default())
}
