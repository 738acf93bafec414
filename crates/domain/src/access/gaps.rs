//! What a partner could still tell of one of its own people: only of parts that the partner sees.
//!
//! Source: our own rule, from what the return asks of each year group.

use crate::access::{Actor, Part, Role, sees};
use crate::calendar::year_group;
use crate::person::{Field, PersonRecord};
use crate::status::spell_on;
use jiff::civil::Date;

/// Something that is not known and that the partner can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    BirthDate,
    IntendedDestination,
    SeptemberOffer,
    Activity,
}

impl Gap {
    pub const fn name(self) -> &'static str {
        match self {
            Gap::BirthDate => "date-of-birth",
            Gap::IntendedDestination => "intended-destination",
            Gap::SeptemberOffer => "september-offer",
            Gap::Activity => "activity",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Gap::BirthDate => "Date of birth",
            Gap::IntendedDestination => "Intended destination",
            Gap::SeptemberOffer => "September offer",
            Gap::Activity => "What they do now",
        }
    }

    /// Whether the young person counts as not known for it.
    pub const fn presses(self) -> bool {
        matches!(self, Gap::Activity)
    }
}

/// The gaps of one record, as the partner sees it.
pub fn gaps(actor: &Actor, record: &PersonRecord, today: Date) -> Vec<Gap> {
    let p = &record.particulars;
    let born = p.date_of_birth();
    let year = born.map(|day| year_group(day, today));
    let mut found = Vec::new();
    if born.is_none() {
        found.push(Gap::BirthDate);
    }
    let intends = sees(actor, Part::Guarantee).allowed && actor.role == Role::School;
    if year == Some(11) && intends && p.get(Field::IntendedDestination).is_none() {
        found.push(Gap::IntendedDestination);
    }
    if year == Some(11) && intends && p.get(Field::GuaranteeYear11).is_none() {
        found.push(Gap::SeptemberOffer);
    }
    let over = year.is_some_and(|year| year > 11);
    let known = spell_on(&record.spells, today).is_some();
    if !known && over && sees(actor, Part::ActivityHere).allowed {
        found.push(Gap::Activity);
    }
    found
}
