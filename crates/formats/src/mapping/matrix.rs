//! How the months of a matrix stand in its columns, what its states mean, and what is made up for a
//! research file that names nobody.

use domain::calendar::{Month, month_named};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The months and states of a matrix.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Their column that numbers the people.
    pub id: String,
    /// How a month's heading is written: `Mon` or `mm` for the month, `yyyy` or `yy` for the year,
    /// everything else as it stands. `Mon.yy` reads `Jul.93`.
    pub heading: String,
    /// The first month, as `YYYY-MM`. The columns must run on from it without a gap; a year of two
    /// digits is told by it.
    pub first_month: String,
    /// Their state -> our activity code.
    pub states: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_up: Option<MadeUp>,
}

/// What is invented for a file without names and dates of birth. It identifies nobody.
///
/// Shape: in the texts `{id}` is the row's number and `{digits}` the same in words, since names
/// that differ by one letter would be taken for misspellings of each other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MadeUp {
    pub given_name: String,
    pub family_name: String,
    /// The first possible day of birth, `YYYY-MM-DD`.
    pub born_from: String,
    /// Days over which dates of birth are spread by the row's number.
    pub born_within_days: u16,
}

impl MadeUp {
    /// A text with the number put in.
    pub(crate) fn filled(text: &str, id: &str) -> String {
        const WORDS: [&str; 10] =
            ["Nought", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"];
        let digit = |letter: char| letter.to_digit(10).and_then(|digit| WORDS.get(digit as usize));
        let words: Vec<&str> = id.chars().filter_map(digit).copied().collect();
        text.replace("{id}", id).replace("{digits}", &words.join("-"))
    }
}

impl Matrix {
    /// The month of a heading; `None` where the heading is not written as a month's is.
    ///
    /// Shape: a year of two digits falls into the hundred years that begin ten before `near`.
    pub(crate) fn month_of(&self, heading: &str, near: Month) -> Option<Month> {
        let (mut rest, mut pattern) = (heading.trim(), self.heading.as_str());
        let (mut year, mut month) = (None, None);
        while !pattern.is_empty() {
            if let Some(after) = pattern.strip_prefix("Mon") {
                let (name, left) = split(rest, 3)?;
                month = Some(month_named(name)?);
                (pattern, rest) = (after, left);
            } else if let Some(after) = pattern.strip_prefix("mm") {
                let (number, left) = digits(rest, 2)?;
                month = Some(i8::try_from(number).ok()?);
                (pattern, rest) = (after, left);
            } else if let Some(after) = pattern.strip_prefix("yyyy") {
                let (number, left) = digits(rest, 4)?;
                year = Some(number);
                (pattern, rest) = (after, left);
            } else if let Some(after) = pattern.strip_prefix("yy") {
                let (number, left) = digits(rest, 2)?;
                let from = near.year() - 10;
                year = Some(from + (number - from).rem_euclid(100));
                (pattern, rest) = (after, left);
            } else {
                let letter = pattern.chars().next()?;
                rest = rest.strip_prefix(letter)?;
                pattern = pattern.strip_prefix(letter)?;
            }
        }
        if rest.is_empty() { Month::new(year?, month?) } else { None }
    }
}

fn split(text: &str, at: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at..)?))
}

fn digits(text: &str, count: usize) -> Option<(i16, &str)> {
    let (number, rest) = split(text, count)?;
    let whole = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((whole.then(|| number.parse().ok())??, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_as_months() {
        let near: Month = "1993-07".parse().unwrap();
        let rows = [
            ("Mon.yy", "Jul.93", Some("1993-07")),
            ("Mon.yy", "Jun.05", Some("2005-06")),
            ("Mon.yy", "weight", None),
            ("Mon.yy", "Jul.933", None),
            ("yyyy-mm", "1999-12", Some("1999-12")),
            ("yyyy-mm", "1999-13", None),
            ("m_mm/yyyy", "m_01/1994", Some("1994-01")),
            ("Mon yyyy", "Mai 1994", None),
        ];
        for (heading, text, wanted) in rows {
            let matrix = Matrix { heading: heading.into(), ..Matrix::default() };
            let wanted = wanted.map(|month| month.parse().unwrap());
            assert_eq!(matrix.month_of(text, near), wanted, "{heading} {text}");
        }
        assert_eq!(MadeUp::filled("Mvad {digits} ({id})", "120"), "Mvad One-Two-Nought (120)");
    }
}
