//! Who belongs in the return, what each cohort status means for it, and whom the duty to take part holds.

use super::{Activity, AgeKind, Group};
use crate::calendar::Day;
use std::collections::BTreeMap;

/// Who an edition wants returned, by age at the period end: academic age but for `age_with_send`. Ages are inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Everyone of these ages.
    pub min_age: i16,
    pub max_age: i16,
    /// Those with a current plan stay until this age, of the kind that `age_with_send` says: 24 by age on the day
    /// is to the 25th birthday, by academic age to the end of the school year in which it falls.
    pub max_age_with_send: i16,
    pub age_with_send: AgeKind,
    /// The academic age of the last compulsory year, in which the compulsory codes are used.
    pub compulsory_age: i16,
}

/// The age until which the law asks those born from a day on to take part in learning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParticipationAge {
    pub born_from: Day,
    /// Units: years; the duty ends on this birthday.
    pub age: i16,
}

/// How long a person with a status goes on being returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Returning {
    EveryMonth,
    /// While the September Guarantee of their year is open.
    UntilGuaranteeCloses,
    /// In one return, and never again.
    Once,
    /// Not a status of the return at all; a file that carries it is rejected.
    Never,
}

/// Which authority codes may stand as the one transferred to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TransferTo {
    None,
    /// Required: another English authority.
    English,
    /// Allowed: one of the codes for a place outside England.
    OutsideEngland,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CohortStatus {
    pub code: String,
    pub label: String,
    pub returning: Returning,
    pub transfer_to: TransferTo,
    /// Told of at once, even while the person is on an open baseline of the guarantee.
    pub ends_guarantee: bool,
}

/// The statuses that age brings about by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeavingByAge {
    pub age_reached: String,
    /// For those whom only a plan had kept in; not every edition has it.
    pub plan_ceased: Option<String>,
}

/// The codes that say "not known", for those of compulsory age and for those past it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownActivity {
    pub compulsory: String,
    pub after: String,
}

/// The codes that being on a roll stands for: in the compulsory years, and after them by kind of provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnRoll {
    pub compulsory: String,
    pub school: String,
    pub college: String,
    pub other: String,
}

/// The codes for what a file does not name, and the academic age of the last compulsory year.
#[derive(Clone, Copy, Debug)]
pub struct Codes<'a> {
    pub on_roll: &'a OnRoll,
    pub unknown: &'a UnknownActivity,
    pub compulsory_age: i16,
    pub activities: &'a BTreeMap<String, Activity>,
}

impl Codes<'_> {
    /// Whether a provider that names somebody without an activity may mean the one of this code: it is something
    /// that is provided, and of the compulsory years only while they last. What the edition does not know may be.
    pub fn may_be_meant(&self, code: &str, compulsory: bool) -> bool {
        match self.activities.get(code).map(|activity| activity.group) {
            Some(Group::Compulsory) => compulsory && code != self.unknown.compulsory,
            Some(group) => group.is_eet(),
            None => true,
        }
    }
}
