//! The fields that are compared and the steps of agreement of each, with their words. A level is a
//! small number; 0 always means "missing on one side" and 1 always means "exactly the same".
//! The order of the constants is the order of belief: agreeing wholly never speaks less for a match, and
//! differing never more, than a level between them. Of the levels between, those of one kind keep their
//! order too ([`Field::nearer_first`]); two of different kinds, a typing slip and a like sound, may change
//! places as counts say.

/// What is compared.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Forename,
    Surname,
    NameOrder,
    Birth,
    Postcode,
    Upn,
    Uln,
    Sex,
    School,
}

pub(crate) const FIELDS: usize = 9;
pub(crate) const LEVELS: usize = 16;

impl Field {
    /// All fields, in the order in which they are shown.
    pub const ALL: [Self; FIELDS] = [
        Self::Forename,
        Self::Surname,
        Self::NameOrder,
        Self::Birth,
        Self::Postcode,
        Self::Upn,
        Self::Uln,
        Self::Sex,
        Self::School,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Self::Forename => "Forename",
            Self::Surname => "Surname",
            Self::NameOrder => "Name order",
            Self::Birth => "Date of birth",
            Self::Postcode => "Postcode",
            Self::Upn => "UPN",
            Self::Uln => "ULN",
            Self::Sex => "Sex",
            Self::School => "School",
        }
    }

    /// The words of each level, by its number.
    pub fn levels(self) -> &'static [&'static str] {
        match self {
            Self::Forename | Self::Surname => &NAME_WORDS,
            Self::NameOrder => {
                &["not known", "the usual way round", "forename and surname swapped"]
            }
            Self::Birth => &BIRTH_WORDS,
            Self::Postcode => &POSTCODE_WORDS,
            Self::Upn | Self::Uln => &IDENTIFIER_WORDS,
            Self::Sex => &["missing", "the same", "different"],
            Self::School => &["missing", "the same", "much alike", "different"],
        }
    }

    /// Runs of levels between the same and different, each plainly nearer than the one after it.
    pub fn nearer_first(self) -> &'static [&'static [u8]] {
        match self {
            Self::Forename | Self::Surname => {
                &[&[name::CLOSE, name::NEAR, name::FAINT], &[name::PART, name::PART_NEAR]]
            }
            Self::Birth => &[&[birth::MONTH_OF_YEAR, birth::YEAR]],
            Self::Postcode => &[&[postcode::SECTOR, postcode::DISTRICT, postcode::AREA]],
            Self::Upn | Self::Uln => &[&[identifier::SLIP, identifier::DIFFERENT_UNSOUND]],
            Self::NameOrder | Self::Sex | Self::School => &[],
        }
    }

    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// Levels of a forename or a surname.
pub(crate) mod name {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const EXACT: u8 = 1;
    pub(crate) const SLIP: u8 = 2;
    pub(crate) const SOUND: u8 = 3;
    pub(crate) const KIN: u8 = 4;
    pub(crate) const CLOSE: u8 = 5;
    pub(crate) const PART: u8 = 6;
    pub(crate) const PART_NEAR: u8 = 7;
    pub(crate) const NEAR: u8 = 8;
    pub(crate) const INITIAL: u8 = 9;
    pub(crate) const FAINT: u8 = 10;
    pub(crate) const DIFFERENT: u8 = 11;
}

const NAME_WORDS: [&str; 12] = [
    "missing",
    "the same",
    "one typing slip apart",
    "sounds the same",
    "a short or other form of it",
    "spelt almost alike",
    "one is a part of the other",
    "one part the same or nearly",
    "spelt much alike",
    "an initial that fits",
    "a little alike",
    "different",
];

pub(crate) mod order {
    pub(crate) const STRAIGHT: u8 = 1;
    pub(crate) const SWAPPED: u8 = 2;
}

pub(crate) mod birth {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const EXACT: u8 = 1;
    pub(crate) const SWAPPED: u8 = 2;
    pub(crate) const SLIP: u8 = 3;
    pub(crate) const NEW_YEAR: u8 = 4;
    pub(crate) const DAY_AND_MONTH: u8 = 5;
    pub(crate) const MONTH_OF_YEAR: u8 = 6;
    pub(crate) const YEAR: u8 = 7;
    pub(crate) const NEXT_YEAR: u8 = 8;
    pub(crate) const DIFFERENT: u8 = 9;
}

const BIRTH_WORDS: [&str; 10] = [
    "missing",
    "the same",
    "day and month swapped",
    "one digit apart",
    "one is 1 January of the same year",
    "same day and month, other year",
    "same month of the same year",
    "same year",
    "a year apart",
    "different",
];

pub(crate) mod postcode {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const EXACT: u8 = 1;
    pub(crate) const SLIP: u8 = 2;
    pub(crate) const SECTOR: u8 = 3;
    pub(crate) const DISTRICT: u8 = 4;
    pub(crate) const AREA: u8 = 5;
    pub(crate) const DIFFERENT: u8 = 6;
}

const POSTCODE_WORDS: [&str; 7] = [
    "missing",
    "the same",
    "one typing slip apart",
    "same sector",
    "same district",
    "same area",
    "elsewhere",
];

pub(crate) mod identifier {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const EXACT: u8 = 1;
    pub(crate) const SLIP: u8 = 2;
    pub(crate) const DIFFERENT_UNSOUND: u8 = 3;
    pub(crate) const DIFFERENT: u8 = 4;
}

const IDENTIFIER_WORDS: [&str; 5] = [
    "missing",
    "the same",
    "one typing slip apart",
    "different, but a check character is wrong",
    "different, and both check characters are right",
];

pub(crate) mod sex {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const SAME: u8 = 1;
    pub(crate) const DIFFERENT: u8 = 2;
}

pub(crate) mod school {
    pub(crate) const MISSING: u8 = 0;
    pub(crate) const SAME: u8 = 1;
    pub(crate) const ALIKE: u8 = 2;
    pub(crate) const DIFFERENT: u8 = 3;
}

/// The levels of one pair, four bits a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Pattern(u64);

impl Pattern {
    #[must_use]
    pub(crate) fn with(self, field: Field, level: u8) -> Self {
        Self(self.0 | u64::from(level) << (4 * field.index()))
    }
    /// As if a field had not been compared.
    #[must_use]
    pub(crate) fn without(self, field: Field) -> Self {
        Self(self.0 & !(0xf_u64 << (4 * field.index())))
    }
    pub(crate) fn level(self, field: Field) -> u8 {
        ((self.0 >> (4 * field.index())) & 0xf) as u8
    }
}

/// A level's number from its place in a table of levels.
pub(crate) fn level(place: usize) -> u8 {
    u8::try_from(place).unwrap_or(u8::MAX)
}
