//! Plain letters out of whatever was typed: case, accents, apostrophes and punctuation are taken
//! away so that spelling can be compared. What lives here is only about characters; what a name
//! means is in `names`. The one invariant: `plain` of a plain text is that text.

use std::hash::{BuildHasherDefault, Hasher};
use unicode_normalization::UnicodeNormalization;

/// Lower-case letters and digits in words divided by one space; accents and apostrophes dropped.
pub(crate) fn plain(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    if raw.is_ascii() {
        raw.chars().for_each(|c| push_plain(&mut out, c));
    } else {
        raw.nfd().for_each(|c| push_plain(&mut out, c));
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_plain(out: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c),
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        '\'' | '’' | '‘' | '`' | '.' => {}
        _ if c.is_ascii() => push_gap(out),
        'ł' | 'Ł' => out.push('l'),
        'ø' | 'Ø' => out.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'ı' => out.push('i'),
        'ß' => out.push_str("ss"),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'þ' | 'Þ' => out.push_str("th"),
        // A combining mark is an accent that decomposition has set free.
        _ if unicode_normalization::char::is_combining_mark(c) => {}
        _ if c.is_alphanumeric() => out.extend(c.to_lowercase()),
        _ => push_gap(out),
    }
}

fn push_gap(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// A quick, fixed hash: the same on every machine and in every run, so results never depend on it.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let state = 0x243f_6a88_85a3_08d3_u64 ^ bytes.len() as u64;
    let (words, rest) = bytes.as_chunks();
    let state = words.iter().fold(state, |state, word| mix(state, u64::from_le_bytes(*word)));
    match rest {
        [] => state,
        rest => mix(state, rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))),
    }
}

/// Folds one word into a running hash.
pub(crate) fn mix(state: u64, word: u64) -> u64 {
    let wide = u128::from(state ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xa076_1d64_78bd_642f_u128;
    ((wide >> 64) as u64) ^ (wide as u64)
}

/// The hasher of our maps: keys are our own hashes or short texts.
#[derive(Default)]
pub(crate) struct Quick(u64);

pub(crate) type QuickMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Quick>>;

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0, hash(bytes));
    }
    fn write_u8(&mut self, _: u8) {}
    fn write_u32(&mut self, word: u32) {
        self.0 = mix(self.0, u64::from(word));
    }
    fn write_u64(&mut self, word: u64) {
        self.0 = mix(self.0, word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_away_what_typing_adds() {
        for (raw, want) in [
            ("O'Neill", "oneill"),
            ("  Anne-Marie ", "anne marie"),
            ("ZOË", "zoe"),
            ("Radosław", "radoslaw"),
            ("St. John", "st john"),
            ("--", ""),
            ("Ștefan", "stefan"),
        ] {
            assert_eq!(plain(raw), want, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn is_settled_after_one_pass(raw in "\\PC{0,24}") {
            let once = plain(&raw);
            prop_assert_eq!(plain(&once), once);
        }
    }
}
