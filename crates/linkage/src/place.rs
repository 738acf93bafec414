//! A postcode as one small number: up to five characters before the gap and three after it. Codes
//! of other countries are kept whole and take part as far as they agree.

use crate::{levels::postcode, similar::one_slip};

/// Outward part in the upper five bytes, inward in the lower three; 0 stands for not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Postcode(u64);

impl Postcode {
    /// Letters and digits only, upper case; what follows the eighth is left out.
    pub(crate) fn read(raw: &str) -> Self {
        let mut kept = [0_u8; 8];
        let mut length = 0;
        for (slot, byte) in kept.iter_mut().zip(raw.bytes().filter(u8::is_ascii_alphanumeric)) {
            *slot = byte.to_ascii_uppercase();
            length += 1;
        }
        let whole = u64::from_be_bytes(kept) >> (8 * (8 - length.max(1)));
        let whole = if length == 0 { 0 } else { whole };
        // A code too short to have an inward part is all outward.
        if length < 5 { Self(whole << 24) } else { Self(whole) }
    }

    pub(crate) fn given(self) -> bool {
        self.0 != 0
    }
    pub(crate) fn packed(self) -> u64 {
        self.0
    }
    pub(crate) fn outward(self) -> u64 {
        self.0 >> 24
    }
    fn sector(self) -> u64 {
        self.0 >> 16
    }
    fn has_inward(self) -> bool {
        self.0 & 0xff_ffff != 0
    }

    fn area(self) -> u64 {
        let outward = self.outward();
        let letters = outward.to_be_bytes().into_iter().filter(|b| *b != 0);
        letters.take_while(u8::is_ascii_alphabetic).fold(0, |area, b| (area << 8) | u64::from(b))
    }

    /// How well two postcodes agree, as a level of [`postcode`].
    pub(crate) fn compare(self, other: Self) -> u8 {
        if !self.given() || !other.given() {
            postcode::MISSING
        } else if self == other {
            postcode::EXACT
        } else if self.slip(other) {
            postcode::SLIP
        } else if self.has_inward() && self.sector() == other.sector() {
            postcode::SECTOR
        } else if self.outward() == other.outward() {
            postcode::DISTRICT
        } else if self.area() != 0 && self.area() == other.area() {
            postcode::AREA
        } else {
            postcode::DIFFERENT
        }
    }

    fn slip(self, other: Self) -> bool {
        // Most pairs differ in far more than three of eight bytes; those are settled without a loop.
        let apart = self.0 ^ other.0;
        let (a, b) = (self.letters(), other.letters());
        let same_length = a.1 == b.1;
        let changed = apart.to_be_bytes().iter().filter(|b| **b != 0).count();
        if same_length && changed > 2 {
            return false;
        }
        match (a.0.get(a.1..), b.0.get(b.1..)) {
            (Some(a), Some(b)) => one_slip(a, b),
            _ => false,
        }
    }

    /// The postcodes that differ from this one by a swap of two neighbouring characters.
    pub(crate) fn neighbours_swapped(self) -> impl Iterator<Item = Self> {
        (0..7).filter_map(move |at| {
            let [low, high] = [at, at + 1].map(|at| (self.0 >> (8 * at)) & 0xff);
            let bits = (low ^ high) << (8 * at);
            let other = Self(self.0 ^ bits ^ bits << 8);
            (low != 0 && high != 0 && low != high).then_some(other)
        })
    }

    fn letters(self) -> ([u8; 8], usize) {
        let whole = if self.has_inward() { self.0 } else { self.0 >> 24 };
        (whole.to_be_bytes(), (whole.leading_zeros() / 8) as usize)
    }
}

impl std::fmt::Display for Postcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (bytes, start) = self.letters();
        let text: String = bytes.iter().skip(start).map(|b| char::from(*b)).collect();
        match text.split_at_checked(text.len().saturating_sub(3)) {
            Some((outward, inward)) if self.has_inward() => write!(f, "{outward} {inward}"),
            _ => write!(f, "{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_how_two_postcodes_differ() {
        for (a, b, want) in [
            ("HD16 1YQ", "hd161yq", postcode::EXACT),
            ("HD16 1YQ", "HD16 1QY", postcode::SLIP),
            ("HD1 1YQ", "HD16 1YQ", postcode::SLIP),
            ("HD16 1YQ", "HD16 1AB", postcode::SECTOR),
            ("HD16 1YQ", "HD16 3AB", postcode::DISTRICT),
            ("HD16 1YQ", "HD3 3AB", postcode::AREA),
            ("HD16 1YQ", "LS3 3AB", postcode::DIFFERENT),
            ("4223", "4223", postcode::EXACT),
            ("4223", "4232", postcode::SLIP),
            ("4223", "", postcode::MISSING),
        ] {
            let (x, y) = (Postcode::read(a), Postcode::read(b));
            assert_eq!((x.compare(y), y.compare(x)), (want, want), "{a} {b}");
        }
        assert_eq!(Postcode::read("hd161yq").to_string(), "HD16 1YQ");
        assert_eq!(Postcode::read("4223").to_string(), "4223");
    }

    #[test]
    fn swaps_neighbours_and_nothing_else() {
        let swapped = |raw: &str| {
            let all = Postcode::read(raw).neighbours_swapped();
            all.map(|other| other.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(swapped("4550"), ["4505", "5450"]);
        assert_eq!(
            swapped("M4 2AB"),
            ["M4 2BA", "M4 A2B", "M2 4AB", "4M 2AB"],
            "one character on each side of the gap is swapped across it"
        );
        assert!(swapped("").is_empty());
        for other in Postcode::read("HD16 1YQ").neighbours_swapped() {
            assert_eq!(other.compare(Postcode::read("HD16 1YQ")), postcode::SLIP);
        }
    }
}
