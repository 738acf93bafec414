//! Words by which a list fills a cell of which it knows nothing. Whoever sends them has not said that what is
//! known is wrong.
//!
//! Source: what lists of schools, colleges and other systems hold in such cells; code lists of gender (U
//! unknown), of ethnicity (NOBT not obtained) and of intended destinations (611 not obtained), and the postcode of an
//! address that is not known.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Address, Field, Particulars};
use crate::identifiers::UNKNOWN_POSTCODE;

/// An ethnicity that says that nobody has asked yet. A refusal is an answer.
pub const NOT_OBTAINED: &str = "NOBT";
const SEX_UNKNOWN: &str = "U";
/// An intention that nobody has asked of yet. Undecided is an answer.
const INTENTION_NOT_OBTAINED: &str = "611";
/// Nobody whom the register may hold is older. Units: years.
const OLDEST: i16 = 100;

const WORDS: &[&str] = &[
    "na",
    "nil",
    "none",
    "notapplicable",
    "notavailable",
    "notgiven",
    "notknown",
    "notobtained",
    "notprovided",
    "notrecorded",
    "null",
    "tba",
    "tbc",
    "unknown",
    "withheld",
];

/// Whether a value only says that nothing is known. Null and Na are names, so of a given or family name it is told
/// by how it is written: no letter at all, or "N/A" and the "#N/A" of a look-up that failed.
pub fn says_nothing(field: Field, value: &str) -> bool {
    match field {
        Field::GivenName | Field::FamilyName => {
            plain(value).is_empty() || (value.contains(['/', '#']) && is_filler(value))
        }
        Field::Sex => value == SEX_UNKNOWN || is_filler(value),
        Field::Ethnicity => value == NOT_OBTAINED || is_filler(value),
        Field::IntendedDestination => value == INTENTION_NOT_OBTAINED || is_filler(value),
        _ => is_filler(value),
    }
}

/// Why a day of birth cannot be right on a day; `None` where it can, and where it is no day at all.
pub fn impossible_birth(text: &str, day: Date) -> Option<&'static str> {
    match text.parse::<Date>().ok()? {
        born if born > day => Some("lies ahead"),
        born if born < day.saturating_sub(OLDEST.years()) => Some("is more than a century ago"),
        _ => None,
    }
}

impl Particulars {
    /// Whether a value that was said would take the place of a better one.
    pub fn knows_better(&self, field: Field, said: &str, day: Date) -> bool {
        let Some(known) = self.get(field) else { return false };
        let can_be =
            |text: &str| text.parse::<Date>().is_ok() && impossible_birth(text, day).is_none();
        let worse = field == Field::DateOfBirth && can_be(known) && !can_be(said);
        worse || (says_nothing(field, said) && !says_nothing(field, known))
    }
}

impl Address {
    /// Whether it only says that nobody knows where.
    pub fn says_nothing(&self) -> bool {
        let words = self.lines.iter().chain([&self.town, &self.county]);
        let nowhere = self.postcode == UNKNOWN_POSTCODE || is_filler(&self.postcode);
        nowhere && words.into_iter().all(|text| is_filler(text))
    }

    /// Whether the other is the same place told with less: the postcode alone, or without it the first line and no
    /// line that is not known. Many flats are "Flat 1".
    pub fn told_with_less(&self, other: &Address) -> bool {
        if other.lines.iter().chain([&other.town]).all(|text| is_filler(text)) {
            return other.postcode == self.postcode;
        }
        let ([known, ..], [told, ..]) = (&self.lines, &other.lines);
        let town = is_filler(&other.town) || plain(&other.town) == plain(&self.town);
        let begins = !is_filler(told) && plain(told) == plain(known);
        // A list may tell the town as a line.
        let is_known = |line: &String| {
            let mut lines = self.lines.iter().chain([&self.town, &self.county]);
            is_filler(line) || lines.any(|one| plain(one) == plain(line))
        };
        is_filler(&other.postcode) && town && begins && other.lines.iter().all(is_known)
    }
}

fn is_filler(text: &str) -> bool {
    let plain = plain(text);
    plain.is_empty() || WORDS.contains(&plain.as_str())
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn what_fills_a_cell_says_nothing() {
        for text in ["", "-", "N/A", "n.a.", "#N/A", "Unknown", "not known", "TBC", "NULL"] {
            assert!(says_nothing(Field::Phone, text), "{text}");
        }
        for (field, text) in [
            (Field::Phone, "07700 900178"),
            (Field::FamilyName, "Null"),
            (Field::FamilyName, "Smith/Jones"),
            (Field::GivenName, "Na"),
            (Field::MiddleName, "Rose"),
            (Field::Sex, "W"),
            (Field::Ethnicity, "REFU"),
            (Field::Ethnicity, "WBRI"),
            (Field::IntendedDestination, "111"),
            (Field::IntendedDestination, "511"),
        ] {
            assert!(!says_nothing(field, text), "{text}");
        }
        for text in ["-", "N/A", "#N/A", "n/a"] {
            assert!(says_nothing(Field::FamilyName, text), "{text}");
            assert!(says_nothing(Field::GivenName, text), "{text}");
        }
        for text in ["-", "None", "N/A", "#N/A", "null"] {
            assert!(says_nothing(Field::MiddleName, text), "{text}");
        }
        assert!(says_nothing(Field::Sex, "U") && says_nothing(Field::Ethnicity, "NOBT"));
        assert!(says_nothing(Field::IntendedDestination, "611"));
    }

    #[test]
    fn every_line_that_is_told_of_a_place_agrees() {
        let at = |lines: [&str; 4], town: &str, postcode: &str| Address {
            lines: lines.map(String::from),
            town: town.to_owned(),
            postcode: postcode.to_owned(),
            ..Address::default()
        };
        let known = at(["Flat 1", "Oak House", "", ""], "Chatham", "ME4 6UQ");
        for (lines, town) in [
            (["Flat 1", "Oak House", "", ""], "Chatham"),
            (["FLAT 1,", "-", "oak house", ""], ""),
            (["Flat 1", "N/A", "", ""], "Chatham"),
            (["Flat 1", "Oak House", "Chatham", ""], ""),
        ] {
            assert!(known.told_with_less(&at(lines, town, "")), "{lines:?}");
        }
        for (lines, town) in [
            (["Flat 1", "Elm House", "", ""], "Chatham"),
            (["Flat 1", "Oak House", "Rochester", ""], ""),
            (["Flat 1", "Oak House", "", ""], "Rochester"),
            (["Oak House", "", "", ""], "Chatham"),
            (["-", "Oak House", "", ""], "Chatham"),
        ] {
            assert!(!known.told_with_less(&at(lines, town, "")), "{lines:?}");
        }
    }

    #[test]
    fn a_birth_date_is_a_day_that_has_been_and_not_long_ago() {
        let day = date(2026, 1, 9);
        for text in ["2099-11-17", "2026-01-10", "1900-01-01"] {
            assert!(impossible_birth(text, day).is_some(), "{text}");
        }
        for text in ["2011-11-17", "1979-11-17", "2026-01-09", "17/11/2011"] {
            assert_eq!(impossible_birth(text, day), None, "{text}");
        }
        let known = Particulars::default().with(Field::DateOfBirth, "2011-11-17");
        for text in ["2099-11-17", "1900-01-01", "17/11/2011", "-"] {
            assert!(known.knows_better(Field::DateOfBirth, text, day), "{text}");
        }
        assert!(!known.knows_better(Field::DateOfBirth, "2011-11-07", day));
        let named = known.with(Field::FamilyName, "Khan").with(Field::MiddleName, "Rose");
        assert!(named.knows_better(Field::FamilyName, "#N/A", day));
        assert!(named.knows_better(Field::MiddleName, "None", day));
        let worse = Particulars::default().with(Field::DateOfBirth, "2099-11-17");
        assert!(!worse.knows_better(Field::DateOfBirth, "2011-11-17", day));
    }
}
