//! Partners' lists that are matched with the register without being imported: what each kind speaks of,
//! and what being on it means. Invariant: a list changes nothing by itself; its differences are work.

use crate::agreement::Flow;
use crate::calendar::{Day, actual_age};
use crate::edition::{Edition, Group};
use crate::person::PersonRecord;
use crate::status::spell_on;

macro_rules! lists {
    ($( $variant:ident $name:literal $label:literal $flow:ident $characteristic:expr, $restricted:literal; )*) => {
        /// A kind of list.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ListKind { $( $variant, )* }

        impl ListKind {
            pub const ALL: &'static [ListKind] = &[ $( ListKind::$variant, )* ];

            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            pub const fn label(self) -> &'static str {
                match self { $( Self::$variant => $label, )* }
            }

            /// What a sharing agreement calls it.
            pub const fn flow(self) -> Flow {
                match self { $( Self::$variant => Flow::$flow, )* }
            }

            /// The characteristic that everybody on it has.
            /// Source: code list of characteristics, 2015 and later editions.
            pub const fn characteristic(self) -> Option<&'static str> {
                match self { $( Self::$variant => $characteristic, )* }
            }

            /// Whether only those who reach restricted records may look at it.
            pub const fn restricted(self) -> bool {
                match self { $( Self::$variant => $restricted, )* }
            }

            pub fn from_name(name: &str) -> Option<ListKind> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }
    };
}

lists! {
    Population "population" "All young people, the council's own list" Population None, false;
    LookedAfter "looked-after" "Looked after children" LookedAfter Some("110"), false;
    LiveBirths "live-births" "Live births: teenage parents" LiveBirths Some("120"), true;
    YouthOffending "youth-offending" "Youth offending team" PartnerList Some("170"), true;
    Gifted "gifted" "Gifted and talented" PartnerList None, false;
    Claimants "claimants" "Jobcentre claimants" Claimants None, false;
    Other "other" "Another partner's list" PartnerList None, false;
}

/// Ages of job seekers whom the Jobcentre and the council support together.
/// Source: strategy action 1.10, young people of 18 and 19.
pub const CLAIMANT_AGES: std::ops::RangeInclusive<i16> = 18..=19;

/// Whether the register has somebody seeking work at an age at which the Jobcentre should know them: NEET
/// and available. Whether they claim a benefit is not the register's to know, which is what is compared.
pub fn may_claim(record: &PersonRecord, edition: &Edition, day: Day) -> bool {
    let of_age = record
        .particulars
        .date_of_birth()
        .is_some_and(|born| CLAIMANT_AGES.contains(&actual_age(born, day)));
    let seeks = spell_on(&record.spells, day)
        .is_some_and(|spell| edition.group(&spell.code) == Some(Group::NeetAvailable));
    of_age && seeks
}
