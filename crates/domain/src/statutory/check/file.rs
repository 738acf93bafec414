//! Checks on the file as a whole: its header, the parts that every record must have, and people or
//! numbers that appear twice.

use super::case::{Case, Findings, Sender};
use crate::calendar::parse_day;
use crate::edition::{Authorities, Returning};
use crate::statutory::record::{Field, Header, Node};
use std::collections::{HashMap, HashSet};

/// Source: file rejection rules of a practitioner's checker.
pub fn header(header: &Header, authorities: &Authorities, sender: &Sender, found: &mut Findings) {
    let three_digits = |id: &String| id.len() == 3 && id.bytes().all(|b| b.is_ascii_digit());
    if sender.databases.is_empty() || !sender.databases.iter().all(three_digits) {
        let reason = "The header must give database identifiers of three digits.";
        found.reject_file("DatabaseId", reason);
    }
    let english = |code: &String| {
        sender.period_end.map_or_else(
            || authorities.ever_in_england(code),
            |day| authorities.in_england(code, day),
        )
    };
    if sender.authorities.is_empty() || !sender.authorities.iter().all(english) {
        let reason = "The header must give English authorities that existed at the period end.";
        found.reject_file("LEACode", reason);
    }
    if header.date_of_send.as_deref().map(str::trim).and_then(parse_day).is_none() {
        found.reject_file("DateOfSend", "The date of sending in the header is not a date.");
    }
    match sender.period_end {
        None => found.reject_file("PeriodEnd", "The period end in the header is not a date."),
        Some(day) if day != day.last_of_month() => found.reject_file(
            "PeriodEnd",
            "The period end in the header is not the last day of a month.",
        ),
        Some(_) => {}
    }
}

/// Parts without which the whole file fails.
pub fn parts(case: &Case<'_>, found: &mut Findings) {
    if !case.record.has_node(Node::PersonalDetails) {
        found.reject_file("PersonalDetails", "A record has no personal details.");
    }
    if !case.record.has_node(Node::Activity) {
        found.raise_at(case, "240", "Activities", None);
        found.reject("A record has no activity.");
    }
    let Some(status) = case.status() else { return };
    let known = case.edition.cohort_statuses.get(status);
    if known.is_none_or(|status| status.returning == Returning::Never) {
        found.raise(case, "904", Field::CohortStatus, Some(status));
        found.reject("A record has a cohort status that is not in the code list.");
    }
}

/// What earlier records said, to find what appears twice.
#[derive(Default)]
pub struct Seen {
    ids: HashSet<String>,
    /// Who holds a learner number.
    learners: HashMap<String, String>,
    /// Who has these names and this date of birth.
    people: HashMap<String, String>,
}

impl Seen {
    pub fn record(&mut self, case: &Case<'_>, found: &mut Findings) {
        let id = case.text(Field::YoungPersonsId).unwrap_or_default();
        if !case.status_among("902") && !id.is_empty() && !self.ids.insert(id.to_owned()) {
            found.raise(case, "902", Field::YoungPersonsId, None);
        }
        if let Some(uln) = case.text(Field::UniqueLearnerNo).filter(|_| !case.status_among("907")) {
            let holder = self.learners.entry(uln.to_owned()).or_insert_with(|| id.to_owned());
            if holder != id {
                found.raise(case, "907", Field::UniqueLearnerNo, None);
            }
        }
        if let Some(person) = who(case) {
            let first = self.people.entry(person).or_insert_with(|| id.to_owned());
            if first != id {
                found.raise(case, "908", Field::FamilyName, Some(first));
            }
        }
    }
}

fn who(case: &Case<'_>) -> Option<String> {
    let given = case.text(Field::GivenName)?;
    let family = case.text(Field::FamilyName)?;
    let born = case.text(Field::Dob)?;
    Some(format!("{}\n{}\n{born}", given.to_lowercase(), family.to_lowercase()))
}
