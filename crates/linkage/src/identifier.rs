//! Unique pupil numbers and unique learner numbers: their shape, their check characters, and how
//! two of them differ. A number whose check fails is kept, since it may still be the same slip in
//! both lists, but it is weaker evidence that two people differ.

use crate::{levels::identifier, similar::one_slip};

const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// An identifier of up to 15 letters and digits; the last byte says whether its check holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Identifier(u128);

impl Identifier {
    /// Source: Department for Education, guide to UPNs: a permanent UPN is a check letter and
    /// twelve digits, a temporary one ends in a letter.
    pub(crate) fn upn(raw: &str) -> Self {
        Self::read(raw, upn_holds)
    }

    /// Source: Learning Records Service: ten digits, the last a check digit.
    pub(crate) fn uln(raw: &str) -> Self {
        // 9999999999 means "not known yet" and is shared by many people.
        Self::read(raw, uln_holds).filter(|id| id.text() != "9999999999")
    }

    fn read(raw: &str, holds: impl Fn(&[u8]) -> bool) -> Self {
        let mut bytes = [0_u8; 16];
        let mut length = 0;
        let kept = raw.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_uppercase());
        for (slot, byte) in bytes.iter_mut().take(15).zip(kept) {
            *slot = byte;
            length += 1;
        }
        let good = bytes.get(..length).is_some_and(|kept| length > 0 && holds(kept));
        // The same character throughout (000…, XXX…) fills a box and names nobody, and so does a word (UNKNOWN, N/A).
        let kept = bytes.get(..length).unwrap_or_default();
        let filler =
            kept.iter().all(|b| Some(b) == kept.first()) || !kept.iter().any(u8::is_ascii_digit);
        if let Some(flag) = bytes.last_mut() {
            *flag = u8::from(good);
        }
        if filler { Self::default() } else { Self(u128::from_be_bytes(bytes)) }
    }

    fn filter(self, keep: impl Fn(&Self) -> bool) -> Self {
        if keep(&self) { self } else { Self::default() }
    }

    pub(crate) fn given(self) -> bool {
        self.0 != 0
    }
    pub(crate) fn holds(self) -> bool {
        self.0 & 1 == 1
    }
    /// Both halves folded, for a blocking key.
    pub(crate) fn folded(self) -> u64 {
        (self.0 >> 64) as u64 ^ (self.0 as u64).rotate_left(29)
    }
    pub(crate) fn text(self) -> String {
        let bytes = self.0.to_be_bytes();
        bytes.iter().take(15).take_while(|b| **b != 0).map(|b| char::from(*b)).collect()
    }

    /// How well two identifiers agree, as a level of [`identifier`].
    pub(crate) fn compare(self, other: Self) -> u8 {
        if !self.given() || !other.given() {
            return identifier::MISSING;
        }
        if self == other {
            return identifier::EXACT;
        }
        let apart = (self.0 ^ other.0) >> 8;
        // Two sound numbers always differ in two characters or more, by design of the check.
        let both_hold = self.holds() && other.holds();
        if !both_hold && (apart.count_ones() <= 12 || self.length() != other.length()) {
            let (a, b) = (self.0.to_be_bytes(), other.0.to_be_bytes());
            if let (Some(a), Some(b)) = (a.get(..self.length()), b.get(..other.length()))
                && one_slip(a, b)
            {
                return identifier::SLIP;
            }
        }
        if both_hold { identifier::DIFFERENT } else { identifier::DIFFERENT_UNSOUND }
    }

    fn length(self) -> usize {
        let gap = (self.0 >> 8).trailing_zeros() / 8;
        15_usize.saturating_sub(gap as usize)
    }
}

fn letter_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        _ => LETTERS.iter().position(|l| *l == byte).and_then(|at| u32::try_from(at).ok()),
    }
}

fn upn_holds(bytes: &[u8]) -> bool {
    let [check, rest @ ..] = bytes else { return false };
    let [middle @ .., _] = rest else { return false };
    if rest.len() != 12 || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum = (2..)
        .zip(rest)
        .try_fold(0, |sum, (weight, byte)| Some(sum + weight * letter_value(*byte)?));
    sum.and_then(|sum: u32| LETTERS.get((sum % 23) as usize)) == Some(check)
}

fn uln_holds(bytes: &[u8]) -> bool {
    let [base @ .., check] = bytes else { return false };
    if base.len() != 9 || !bytes.iter().all(u8::is_ascii_digit) || base.first() == Some(&b'0') {
        return false;
    }
    let sum: u32 =
        (2..=10).rev().zip(base).map(|(weight, byte)| weight * u32::from(byte - b'0')).sum();
    let left = sum % 11;
    left != 0 && 10 - left == u32::from(check - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_upns() {
        for good in
            ["B801200005001", "R674123101121", "H887400009001", "X887400009002", "U88740000900A"]
        {
            assert!(Identifier::upn(good).holds(), "{good}");
        }
        for bad in [
            "B801200005002",
            "I801200005001",
            "B80120000500",
            "B8012000050011",
            "BX01200005001",
            "",
        ] {
            assert!(!Identifier::upn(bad).holds(), "{bad}");
        }
    }

    #[test]
    fn checks_ulns() {
        for good in ["1000000019", "1000000027", "1234567899"] {
            assert!(Identifier::uln(good).holds(), "{good}");
        }
        for bad in ["1000000018", "0000000000", "100000001", "ABCDEFGHIJ"] {
            assert!(!Identifier::uln(bad).holds(), "{bad}");
        }
        assert!(!Identifier::uln("9999999999").given());
        for filler in ["0000000000000", "UNKNOWN", "N/A", "not known", "TBC", "-"] {
            assert!(!Identifier::upn(filler).given(), "{filler}");
        }
        assert!(Identifier::upn("A0").given(), "what has a digit is somebody's, however short");
    }

    #[test]
    fn sees_how_two_differ() {
        for (a, b, want) in [
            ("H887400009001", "h 8874 0000 9001", identifier::EXACT),
            ("H887400009001", "H887400009011", identifier::SLIP),
            ("H887400009001", "H88740000901", identifier::SLIP),
            ("H887400009001", "X887400009002", identifier::DIFFERENT),
            ("H887400009001", "X887411119003", identifier::DIFFERENT_UNSOUND),
            ("H887400009001", "", identifier::MISSING),
        ] {
            let (x, y) = (Identifier::upn(a), Identifier::upn(b));
            assert_eq!((x.compare(y), y.compare(x)), (want, want), "{a} {b}");
        }
    }
}
