//! Young people and their spells as columns in memory: what figures are counted from.
//!
//! A cohort is what the register knew at one recorded moment, narrowed to the facts that a figure
//! or a cut can ask for; no names, no numbers that point outside. Rows of spells, homes and traits
//! lie together by person, in order of their first day.
//! Invariant: row `p` of every person column, and range `p` of every list, is the same person.

mod build;
mod column;
mod record;
mod stamp;

pub use build::{Allocation, Builder, Home, Particular, Stay, Trait};
pub use column::{Column, Words};
pub use stamp::Stamp;

use crate::status::Clock;
use std::ops::Range;

/// Which rows of a list belong to which person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<u32>);

impl Ranges {
    /// The rows of person `p`; none for a person that is not there.
    pub fn of(&self, p: usize) -> Range<usize> {
        let bound = |at: usize| self.0.get(at).map_or(0, |row| *row as usize);
        if p + 1 < self.0.len() { bound(p)..bound(p + 1) } else { 0..0 }
    }
}

/// One row a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    pub id: Vec<i64>,
    /// `Stamp::ALWAYS` where the date of birth is not known.
    pub born: Vec<Stamp>,
    pub status: Column,
    /// From when the status holds; `Stamp::ALWAYS` where it has for as long as we know.
    pub status_since: Vec<Stamp>,
    pub sex: Column,
    pub ethnicity: Column,
    pub level_of_need: Column,
    pub education_level: Column,
    pub send: Column,
    pub sen_support: Column,
    pub school: Column,
    pub consortium: Column,
    pub lead_la: Column,
    pub educated_la: Column,
    /// The status in the September Guarantee of the summer of Year 11 and of Year 12, and whose it is.
    pub guarantee_11: Column,
    pub guarantee_11_la: Column,
    pub guarantee_12: Column,
    pub guarantee_12_la: Column,
    /// The change from which all this is known; 0 where it was read from no register.
    pub made: Vec<i64>,
}

/// Where people lived. Days: both inclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Homes {
    pub of: Ranges,
    pub from: Vec<Stamp>,
    pub to: Vec<Stamp>,
    pub ward: Column,
    pub ward_2003: Column,
    pub lsoa: Column,
    pub decile: Column,
    pub locality: Column,
}

/// Individual characteristics and when they held. Days: both inclusive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    pub of: Ranges,
    pub from: Vec<Stamp>,
    pub to: Vec<Stamp>,
    pub code: Column,
}

/// Whose caseload people were on. Days: both inclusive; the account's number as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Advisers {
    pub of: Ranges,
    pub from: Vec<Stamp>,
    pub to: Vec<Stamp>,
    pub who: Column,
}

/// The days on which somebody spoke with the young person or their parent or carer, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contacts {
    pub of: Ranges,
    pub day: Vec<Stamp>,
}

/// What people did. Days: `start` and `end` inclusive; `Stamp::NEVER` while it goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spells {
    pub of: Ranges,
    pub code: Column,
    pub provider: Column,
    pub start: Vec<Stamp>,
    pub end: Vec<Stamp>,
    pub base: Vec<Stamp>,
    pub review: Vec<Stamp>,
    pub predicted_end: Vec<Stamp>,
    pub lapse_stated: Vec<Stamp>,
    pub stated_on: Vec<Stamp>,
    /// 0 nothing stated, 1 stated current, 2 stated lapsed.
    pub lapsed_stated: Vec<u8>,
    /// The change from which the row is known; 0 where it was read from no register.
    pub made: Vec<i64>,
}

impl Spells {
    /// The days that the currency of a row hangs on.
    pub fn clock(&self, row: usize) -> Clock {
        let day = |column: &[Stamp]| column.get(row).and_then(|stamp| stamp.day());
        Clock {
            base: day(&self.base).unwrap_or_default(),
            review: day(&self.review),
            predicted_end: day(&self.predicted_end),
            lapse_stated: day(&self.lapse_stated),
            lapsed_stated: match self.lapsed_stated.get(row) {
                Some(1) => Some(false),
                Some(2) => Some(true),
                _ => None,
            },
            stated_on: day(&self.stated_on),
        }
    }
}

/// The people of a register, as known at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cohort {
    pub people: People,
    pub homes: Homes,
    pub traits: Traits,
    pub spells: Spells,
    pub advisers: Advisers,
    pub contacts: Contacts,
}

impl Cohort {
    /// How many people there are.
    pub fn len(&self) -> usize {
        self.people.id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.people.id.is_empty()
    }

    /// The row of a person by their number.
    pub fn row_of(&self, id: i64) -> Option<usize> {
        self.people.id.binary_search(&id).ok()
    }
}
