//! The department's checks on a return. Which of them apply, with which priority and limit, is
//! said by the edition; what each looks at is said here, one small function a theme.
//! Records are taken one at a time, so that a return of any length can be checked as it is read.

mod activity;
mod case;
mod dates;
mod file;
mod guarantee;
mod need;
mod neet;
mod person;
mod place;

use super::record::{Header, Node, Return, ReturnRecord};
use crate::edition::{Authorities, Edition};
use crate::finding::{Finding, Priority};
use case::{Case, Findings, Sender};

/// The code of a finding about the file itself, for which the department has no number.
pub const FILE: &str = "file";

/// What the checks found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub edition: String,
    pub records: usize,
    /// Why the file as a whole would be turned away; empty when it would not.
    pub rejections: Vec<String>,
    /// In the order of the file; those about the whole file first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// A report on nothing yet, for a file of which nothing could be read.
    pub fn empty(edition: &Edition) -> Self {
        let edition = edition.name.clone();
        Self { edition, records: 0, rejections: Vec::new(), findings: Vec::new() }
    }

    pub fn file_rejected(&self) -> bool {
        !self.rejections.is_empty()
    }

    /// The report of a file that could not be read to its end.
    ///
    /// Shape: `reason` is the reader's sentence.
    pub fn unreadable(mut self, reason: &str) -> Self {
        self.findings.insert(0, file_finding("XML", reason));
        self.rejections.insert(0, reason.to_owned());
        self
    }
}

fn file_finding(field: &str, message: &str) -> Finding {
    Finding {
        code: FILE.into(),
        priority: Priority::Serious,
        young_persons_id: None,
        field: field.into(),
        message: message.into(),
        line: None,
    }
}

/// Checks a return record by record.
pub struct Checker<'a> {
    edition: &'a Edition,
    authorities: &'a Authorities,
    sender: Sender,
    seen: file::Seen,
    findings: Findings,
    records: usize,
}

impl<'a> Checker<'a> {
    /// Begins with the header, which is checked at once.
    pub fn new(edition: &'a Edition, authorities: &'a Authorities, header: &Header) -> Self {
        let mut findings = Findings::default();
        let sender = Sender::new(header);
        file::header(header, authorities, &sender, &mut findings);
        let seen = file::Seen::default();
        Self { edition, authorities, sender, seen, findings, records: 0 }
    }

    /// Checks one record, by itself and against those before it.
    pub fn record(&mut self, record: &ReturnRecord) {
        let alone = self.alone(record);
        self.take(record, alone);
    }

    /// Checks one record by itself; many can be checked at once.
    ///
    /// Source: Appendix D of the requirement, as held in a practitioner's checker.
    pub fn alone(&self, record: &ReturnRecord) -> Alone {
        let case = self.case(record);
        let mut found = Findings::default();
        for (part, themes) in THEMES {
            // A part that must be there and is not has failed the file; nothing more is asked of it.
            if part.is_none_or(|part| record.has_node(part)) {
                themes.iter().for_each(|theme| theme(&case, &mut found));
            }
        }
        Alone(found)
    }

    /// Takes up what was found of a record and checks it against those before it.
    ///
    /// Shape: every record of the file once, in its order.
    pub fn take(&mut self, record: &ReturnRecord, Alone(found): Alone) {
        self.records += 1;
        self.findings.append(found);
        let case = Case::new(record, self.edition, self.authorities, &self.sender);
        self.seen.record(&case, &mut self.findings);
    }

    fn case<'b>(&'b self, record: &'b ReturnRecord) -> Case<'b> {
        Case::new(record, self.edition, self.authorities, &self.sender)
    }

    pub fn finish(self) -> Report {
        Report {
            edition: self.edition.name.clone(),
            records: self.records,
            rejections: self.findings.rejections(),
            findings: self.findings.list,
        }
    }
}

/// What was found of one record by itself.
pub struct Alone(Findings);

type Theme = fn(&Case<'_>, &mut Findings);

/// The themes in order, with the part of the record without which they are not asked.
const THEMES: &[(Option<Node>, &[Theme])] = &[
    (None, &[file::parts]),
    (
        Some(Node::PersonalDetails),
        &[
            person::identifiers,
            person::names,
            person::gender_and_ethnicity,
            person::birth_and_age,
            person::cohort_status,
            person::youth_contract,
            place::lead,
            place::educated,
            place::transfer,
            place::address,
        ],
    ),
    (None, &[guarantee::statuses, guarantee::owed, guarantee::ages]),
    (None, &[need::level, need::send, need::characteristics]),
    (
        Some(Node::Activity),
        &[
            activity::code,
            activity::required,
            activity::needs,
            activity::currency,
            activity::establishment,
            dates::order,
            dates::ends,
            dates::academic_year,
            neet::start,
        ],
    ),
    (None, &[activity::destination]),
];

/// Checks a whole return that is in memory.
pub fn check(whole: &Return, edition: &Edition, authorities: &Authorities) -> Report {
    let mut checker = Checker::new(edition, authorities, &whole.header);
    whole.records.iter().for_each(|record| checker.record(record));
    checker.finish()
}
