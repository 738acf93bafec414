//! Names as people carry them, and the folded form that lists are searched and compared by.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name once used: the register remembers it, since partners' lists may still carry it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FormerName {
    pub given: String,
    pub family: String,
    /// Where we know it from, in words ("school roll", "recorded by an adviser").
    pub source: String,
}

/// A name folded for comparison: no case, no accents, no hyphens, apostrophes or spaces.
///
/// Shape: only lower-case letters and digits; may be empty.
pub fn fold(name: &str) -> String {
    name.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn folds_case_accents_and_joiners() {
        for (name, folded) in [
            ("O'Neill", "oneill"),
            ("Smith-Jones", "smithjones"),
            ("Zoë", "zoe"),
            ("  Mc Donald ", "mcdonald"),
            ("ŁUKASZ", "łukasz"),
            ("", ""),
        ] {
            assert_eq!(fold(name), folded, "{name}");
        }
    }
}
