//! Local authority codes with the days on which each was in use. Codes are text: leading zeros
//! matter. Codes 000 to 003 are places outside England and 004 is not known.

use crate::calendar::Day;
use std::collections::BTreeMap;

/// Abroad, Wales, Scotland, elsewhere in the United Kingdom.
pub const OUTSIDE_ENGLAND: [&str; 4] = ["000", "001", "002", "003"];
/// The authority is not known.
pub const UNKNOWN_AUTHORITY: &str = "004";

/// One authority code and the time it was valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    pub code: String,
    pub name: String,
    pub valid_from: Option<Day>,
    /// The last day on which the code was valid.
    pub valid_to: Option<Day>,
    /// False for the codes of places outside England and for "not known".
    pub england: bool,
}

impl Authority {
    /// Days: both ends inclusive; an open end is valid for ever.
    pub fn valid_on(&self, day: Day) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }
}

/// The table of authorities, looked up by code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authorities(BTreeMap<String, Authority>);

impl Authorities {
    pub fn new(rows: impl IntoIterator<Item = Authority>) -> Self {
        Self(rows.into_iter().map(|row| (row.code.clone(), row)).collect())
    }

    pub fn get(&self, code: &str) -> Option<&Authority> {
        self.0.get(code)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Authority> {
        self.0.values()
    }

    /// An English authority whose code was in use on `day`.
    pub fn in_england(&self, code: &str, day: Day) -> bool {
        self.get(code).is_some_and(|row| row.england && row.valid_on(day))
    }

    /// An English authority, or one of the codes for elsewhere and not known.
    pub fn anywhere(&self, code: &str, day: Day) -> bool {
        self.get(code).is_some_and(|row| row.valid_on(day))
    }

    /// An English code that was ever in use: an old school keeps the number it was given.
    pub fn ever_in_england(&self, code: &str) -> bool {
        self.get(code).is_some_and(|row| row.england)
    }
}
