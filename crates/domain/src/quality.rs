//! How complete the records are: what is looked for in each, of whom it is asked, and which part of a
//! record it tells of. Whoever does not see that part is not told the share.
//!
//! Invariant: a share counts those who have the fact of those of whom it is asked; nobody else is in it.

use crate::access::Part;
use crate::calendar::{Day, year_group};
use crate::edition::Edition;
use crate::measure::Standing;
use crate::person::{Field, NOT_OBTAINED, Particulars};
use crate::status::{Spell, lapsed_on, spell_on};

/// The school year in which what comes after school is asked for.
const LAST_COMPULSORY: i16 = 11;

/// Something that a complete record has.
///
/// Source: strategy action 1.3 (groups are identified and recorded accurately); the return's own fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fact {
    Upn,
    Uln,
    /// The postcode of the day's address is one that the look-up knows.
    Postcode,
    Ethnicity,
    /// Somebody has said whether there is a plan or support, yes or no.
    Send,
    /// A way to reach them or their parent or carer.
    Contact,
    /// What somebody in Year 11 intends to do.
    IntendedDestination,
    /// What they do on the day is on record and was confirmed in time.
    Current,
}

/// A record on a day.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    pub particulars: &'a Particulars,
    /// Spells that hold on the day.
    pub spells: &'a [Spell],
    /// Whether the day's address has a ward.
    pub placed: bool,
    pub edition: &'a Edition,
    pub day: Day,
}

impl Fact {
    pub const ALL: &'static [Fact] = &[
        Fact::Upn,
        Fact::Uln,
        Fact::Postcode,
        Fact::Ethnicity,
        Fact::Send,
        Fact::Contact,
        Fact::IntendedDestination,
        Fact::Current,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Fact::Upn => "upn",
            Fact::Uln => "uln",
            Fact::Postcode => "postcode",
            Fact::Ethnicity => "ethnicity",
            Fact::Send => "send",
            Fact::Contact => "contact",
            Fact::IntendedDestination => "intended-destination",
            Fact::Current => "current",
        }
    }

    pub fn from_name(name: &str) -> Option<Fact> {
        Fact::ALL.iter().copied().find(|fact| fact.name() == name)
    }

    /// As the head of a column.
    pub const fn label(self) -> &'static str {
        match self {
            Fact::Upn => "UPN",
            Fact::Uln => "ULN",
            Fact::Postcode => "Postcode matched",
            Fact::Ethnicity => "Ethnicity",
            Fact::Send => "SEND known",
            Fact::Contact => "Contact details",
            Fact::IntendedDestination => "Intended destination, Year 11",
            Fact::Current => "Activity current",
        }
    }

    /// What those lack who do not have it, to follow "without".
    pub const fn lacking(self) -> &'static str {
        match self {
            Fact::Upn => "a unique pupil number",
            Fact::Uln => "a unique learner number",
            Fact::Postcode => "a postcode that is matched to a ward",
            Fact::Ethnicity => "an ethnicity",
            Fact::Send => "a word on special educational needs",
            Fact::Contact => "a phone number or email address, their own or their parent’s",
            Fact::IntendedDestination => "an intended destination in Year 11",
            Fact::Current => "an activity that was confirmed in time",
        }
    }

    /// The part of a record that it tells of.
    pub const fn part(self) -> Part {
        match self {
            Fact::Upn | Fact::Uln | Fact::Ethnicity => Part::Identity,
            Fact::Postcode => Part::Addresses,
            Fact::Send => Part::Need,
            Fact::Contact => Part::ContactDetails,
            Fact::IntendedDestination => Part::Guarantee,
            Fact::Current => Part::ActivityElsewhere,
        }
    }

    /// Whether the record has it; `None` where it is not asked of this person.
    pub fn held(self, seen: &Seen<'_>) -> Option<bool> {
        let p = seen.particulars;
        let said = |field| p.get(field).is_some();
        Some(match self {
            Fact::Upn => said(Field::Upn),
            Fact::Uln => said(Field::Uln),
            Fact::Postcode => seen.placed,
            Fact::Ethnicity => p.get(Field::Ethnicity).is_some_and(|code| code != NOT_OBTAINED),
            Fact::Send => said(Field::Send) || said(Field::SenSupport),
            Fact::Contact => [Field::Phone, Field::Email, Field::ParentPhone].into_iter().any(said),
            Fact::IntendedDestination => {
                let born = p.date_of_birth()?;
                if year_group(born, seen.day) != LAST_COMPULSORY {
                    return None;
                }
                said(Field::IntendedDestination)
            }
            Fact::Current => spell_on(seen.spells, seen.day).is_some_and(|spell| {
                !Standing::of_code(&spell.code, seen.edition).0.is_not_known()
                    && !lapsed_on(spell, seen.edition, seen.day)
            }),
        })
    }
}
