//! An edition: one year's statutory requirement as a value. Age band, basis, activity codes,
//! currency, code lists, the shape of the return and the checks all come from here.
//! This room holds types and lookups only; reading the files is `formats::edition_toml`.
//! The invariant: no rule anywhere names a year, it asks its edition.

mod activity;
mod authorities;
mod cohort;
mod measure;
mod shape;
mod uncertain;

pub use activity::{Activity, Duty, Group, Lapse, Needs, Participation};
pub use authorities::{Authorities, Authority, OUTSIDE_ENGLAND, UNKNOWN_AUTHORITY};
pub use cohort::{
    Codes, CohortStatus, LeavingByAge, Membership, OnRoll, ParticipationAge, Returning, TransferTo,
    UnknownActivity,
};
pub use measure::{Adjustment, AgeBand, AgeKind, Basis, Loss, Measure, Target};
pub use shape::{CheckRule, ElementName, Guarantee, NodeShape, Offer, XmlShape};
pub use uncertain::{Mark, Uncertain};

use crate::calendar::Day;
use crate::person::Field;
use std::collections::{BTreeMap, BTreeSet};

/// Codes with their labels, in code order.
pub type CodeList = BTreeMap<String, String>;

/// One edition of the management information requirement.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// The short name it is asked for by, such as `2019-20`.
    pub name: String,
    pub title: String,
    pub valid_from: Day,
    /// From when it also stands in for editions that could not be read; often `valid_from`.
    pub stands_in_from: Day,
    /// The last day it was in force, if it has ended.
    pub valid_to: Option<Day>,
    /// Who belongs in the monthly return.
    pub membership: Membership,
    /// Until which birthday somebody must take part in learning, by when they were born, the oldest first.
    pub participation_ages: Vec<ParticipationAge>,
    /// How the published figures are counted.
    pub measure: Measure,
    pub activities: BTreeMap<String, Activity>,
    /// The activities that are spent in custody, of any age.
    pub custody: BTreeSet<String>,
    /// What is returned of someone of whom nothing is known.
    pub unknown_activity: UnknownActivity,
    /// What is meant by being on a roll that names no activity.
    pub on_roll: OnRoll,
    pub cohort_statuses: BTreeMap<String, CohortStatus>,
    pub leaving: LeavingByAge,
    pub lists: CodeLists,
    pub guarantee: Guarantee,
    pub xml: XmlShape,
    /// The checks that apply, by code; a check that is not listed is not made.
    pub checks: BTreeMap<String, CheckRule>,
    /// Every value that is not certain, with its mark.
    pub uncertain: Vec<Uncertain>,
}

/// The plain code lists of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeLists {
    pub gender: CodeList,
    pub ethnicity: CodeList,
    pub level_of_need: CodeList,
    pub characteristic: CodeList,
    /// The characteristics that make up the department's "vulnerable group".
    pub vulnerable_group: CodeList,
    pub guarantee_year11: CodeList,
    pub guarantee_year12: CodeList,
    pub intended_destination: CodeList,
}

impl CodeLists {
    /// The list that a field's codes come from; `None` for a field that has none.
    pub const fn of(&self, field: Field) -> Option<&CodeList> {
        match field {
            Field::Sex => Some(&self.gender),
            Field::Ethnicity => Some(&self.ethnicity),
            Field::LevelOfNeed => Some(&self.level_of_need),
            Field::IntendedDestination => Some(&self.intended_destination),
            Field::GuaranteeYear11 => Some(&self.guarantee_year11),
            Field::GuaranteeYear12 => Some(&self.guarantee_year12),
            _ => None,
        }
    }
}

impl Edition {
    /// What the edition says of an activity code; `None` when it does not know the code.
    pub fn activity(&self, code: &str) -> Option<&Activity> {
        self.activities.get(code)
    }

    /// The group of an activity code; `None` when the edition does not know the code.
    pub fn group(&self, code: &str) -> Option<Group> {
        self.activity(code).map(|activity| activity.group)
    }

    /// Whether the code is one of the NEET activities, available or not.
    pub fn is_neet(&self, code: &str) -> bool {
        self.group(code).is_some_and(Group::is_neet)
    }

    /// Whether the code itself says that the situation is not known, in the compulsory years or after them.
    pub fn is_not_known(&self, code: &str) -> bool {
        let compulsory = || self.unknown_activity.compulsory == code;
        self.group(code).is_some_and(|group| group == Group::NotKnown || compulsory())
    }

    /// Whether an activity belongs to the compulsory years and somebody of this academic age has left them.
    ///
    /// Source: check 230.
    pub fn is_past_compulsory(&self, code: &str, age: i16) -> bool {
        self.group(code) == Some(Group::Compulsory) && age > self.membership.compulsory_age
    }

    /// The status of the primary cohort: that of everybody who is returned every month.
    pub fn primary_status(&self) -> &str {
        let mut statuses = self.cohort_statuses.values();
        let primary = statuses.find(|status| status.returning == Returning::EveryMonth);
        primary.map_or("", |status| status.code.as_str())
    }

    /// The cohort status in which somebody stands on a day: the one that was said, from its day on (one
    /// without a day has held for as long as we know), and the primary cohort where none was said or it
    /// had not begun.
    ///
    /// Source: meaning of the cohort statuses; whoever nobody has put elsewhere is returned every month.
    pub fn status_on<'a>(&'a self, said: Option<&'a str>, since: Option<Day>, day: Day) -> &'a str {
        let begun = since.is_none_or(|since| since <= day);
        let said = said.filter(|status| begun && !status.is_empty());
        said.unwrap_or_else(|| self.primary_status())
    }

    /// Whether somebody is tracked on a day and by us: of the primary cohort, and of no other authority's lead. Where
    /// nobody said whose they are, or whose the register is, they are ours.
    ///
    /// Shape: the status that was said with its day; the lead authority, and the register's own.
    /// Source: as [`Edition::status_on`]; the lead authority is the one that returns somebody.
    pub fn tracks(
        &self,
        (said, since): (Option<&str>, Option<Day>),
        (lead, own): (Option<&str>, Option<&str>),
        day: Day,
    ) -> bool {
        let lead = lead.filter(|lead| !lead.is_empty());
        let ours = lead.zip(own).is_none_or(|(lead, own)| lead == own);
        ours && self.status_on(said, since, day) == self.primary_status()
    }

    /// Until which birthday somebody born on a day must take part in learning; `None` where they need not.
    pub fn participation_age(&self, born: Day) -> Option<i16> {
        let ages = self.participation_ages.iter().rev();
        ages.filter(|row| row.born_from <= born).map(|row| row.age).next()
    }

    /// The codes for what a file does not name.
    pub fn codes(&self) -> Codes<'_> {
        Codes {
            on_roll: &self.on_roll,
            unknown: &self.unknown_activity,
            compulsory_age: self.membership.compulsory_age,
            activities: &self.activities,
        }
    }

    pub fn check(&self, code: &str) -> Option<&CheckRule> {
        self.checks.get(code)
    }
}

/// All editions that the binary carries, in order of their first day.
#[derive(Clone, Debug, Default)]
pub struct Editions(Vec<Edition>);

impl Editions {
    pub fn new(mut editions: Vec<Edition>) -> Self {
        editions.sort_by_key(|edition| edition.valid_from);
        Self(editions)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Edition> {
        self.0.iter()
    }

    pub fn named(&self, name: &str) -> Option<&Edition> {
        self.0.iter().find(|edition| edition.name == name)
    }

    /// The edition for a day: the newest that was in force or stood in by then, or the oldest of
    /// all for a day before any. Not every year's requirement could be read.
    pub fn on(&self, day: Day) -> Option<&Edition> {
        let begun = self.0.iter().rev().find(|edition| edition.stands_in_from <= day);
        begun.or_else(|| self.0.first())
    }

    /// The edition to read a file by: that of its period end, else the newest with its root name.
    pub fn for_file(&self, root: &str, period_end: Option<Day>) -> Option<&Edition> {
        let by_root = || self.0.iter().rev().find(|edition| edition.xml.root == root);
        period_end.and_then(|day| self.on(day)).or_else(by_root).or_else(|| self.0.last())
    }
}
