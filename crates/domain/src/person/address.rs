//! Where somebody lives, over time, and which ward and neighbourhood that is.

use jiff::civil::Date;

/// The statistical place of a postcode, with the vintage of the look-up that said so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Ward of the boundaries in force since May 2023 (GSS code).
    pub ward: Option<String>,
    /// Ward of the boundaries in force 2003 to 2023 (GSS code).
    pub ward_2003: Option<String>,
    /// Census 2021 lower layer super output area.
    pub lsoa: Option<String>,
    /// Index of Multiple Deprivation decile, 1 the most deprived tenth in England.
    pub deprivation_decile: Option<u8>,
    /// The council's own locality that the ward belongs to.
    pub locality: Option<String>,
    /// Look-up and release, for example "Code-Point Open 2025.4".
    pub vintage: Option<String>,
}

/// An address and the days it was lived at.
///
/// Days: `from` and `to` are both inclusive; `to` is `None` while it is current.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// Lines 1 to 4, town and county in the return's order, verbatim; empty where not given.
    pub lines: [String; 4],
    pub town: String,
    pub county: String,
    /// Upper case, one space before the last three characters, where it could be normalised.
    pub postcode: String,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub place: Place,
}

impl Address {
    /// Whether the two name the same place to live, whatever their days and look-ups.
    pub fn same_place(&self, other: &Address) -> bool {
        self.lines == other.lines
            && self.town == other.town
            && self.county == other.county
            && self.postcode == other.postcode
    }

    /// Whether it was lived at on `day`. Days: inclusive at both ends; an unknown start reaches back.
    pub fn covers(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}
