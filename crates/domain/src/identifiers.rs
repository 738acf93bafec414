//! Numbers that name people and places, and whether they can be right: UPN, ULN, UKPRN,
//! establishment number, postcode. Each check answers with the reason when it says no.
//! A number that passes is well formed; whether it is this person's is another matter.

mod postcode;

pub use postcode::{NotAPostcode, UNKNOWN_POSTCODE, normalise_postcode, postcode_shaped};

/// Letters of a UPN by value; I, O and S are never used.
const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Why a number cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NotValid {
    #[error("it has {found} characters instead of {wanted}")]
    Length { wanted: usize, found: usize },
    #[error("it holds a character that may not stand there")]
    Character,
    #[error("its first character is not {0}")]
    First(&'static str),
    #[error("its check letter should be {0}")]
    CheckLetter(char),
    #[error("its check digit should be {0}")]
    CheckDigit(u8),
    #[error("no number with these nine digits is issued")]
    NeverIssued,
}

fn length(text: &str, wanted: usize) -> Result<(), NotValid> {
    let found = text.chars().count();
    if found == wanted { Ok(()) } else { Err(NotValid::Length { wanted, found }) }
}

fn digits(text: &str, wanted: usize) -> Result<(), NotValid> {
    length(text, wanted)?;
    if text.bytes().all(|byte| byte.is_ascii_digit()) { Ok(()) } else { Err(NotValid::Character) }
}

/// Whether a unique pupil number, permanent or temporary, has its right check letter.
///
/// Shape: capitals, no spaces. A letter, eleven digits, and a digit (permanent) or a letter
/// (temporary). Source: the department's guide to UPNs; weights 2 to 13, modulus 23.
pub fn check_upn(upn: &str) -> Result<(), NotValid> {
    length(upn, 13)?;
    let value = |byte: u8| UPN_LETTERS.iter().position(|letter| *letter == byte);
    let mut bytes = upn.bytes();
    let first = bytes.next().filter(|byte| value(*byte).is_some()).ok_or(NotValid::Character)?;
    let mut sum = 0;
    for (at, byte) in bytes.enumerate() {
        let digit = byte.is_ascii_digit().then(|| usize::from(byte - b'0'));
        let letter = if at == 11 { value(byte) } else { None };
        sum += digit.or(letter).ok_or(NotValid::Character)? * (at + 2);
    }
    match UPN_LETTERS.get(sum % 23) {
        Some(wanted) if *wanted != first => Err(NotValid::CheckLetter(char::from(*wanted))),
        _ => Ok(()),
    }
}

/// The ULN that a provider gives while it waits for the real one.
pub const TEMPORARY_ULN: &str = "9999999999";

/// Whether a unique learner number has its right check digit.
///
/// Shape: ten digits from 1000000000. The temporary number passes, since it is lawful in a file;
/// it names nobody, so it must never be used to match. Source: learner number rules, modulus 11.
pub fn check_uln(uln: &str) -> Result<(), NotValid> {
    digits(uln, 10)?;
    if uln == TEMPORARY_ULN {
        return Ok(());
    }
    if uln.starts_with('0') {
        return Err(NotValid::First("1 to 9"));
    }
    let values = || uln.bytes().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = values().take(9).zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    match (sum % 11, values().next_back()) {
        (0, _) => Err(NotValid::NeverIssued),
        (rest, Some(last)) if last != 10 - rest => {
            Err(NotValid::CheckDigit(u8::try_from(10 - rest).unwrap_or(0)))
        }
        _ => Ok(()),
    }
}

/// Whether a UK provider reference number is eight digits that begin with 1.
pub fn check_ukprn(ukprn: &str) -> Result<(), NotValid> {
    digits(ukprn, 8)?;
    if ukprn.starts_with('1') { Ok(()) } else { Err(NotValid::First("1")) }
}

/// An establishment number as authority code and number, from `8874199` or `887/4199`.
///
/// Errors: when it is not seven digits. Whether the authority exists is for the table of codes.
pub fn split_laestab(number: &str) -> Result<(&str, &str), NotValid> {
    if let Some((authority, school)) = number.split_once('/') {
        digits(authority, 3)?;
        digits(school, 4)?;
        return Ok((authority, school));
    }
    digits(number, 7)?;
    Ok(number.split_at(3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn upns_by_their_check_letter() {
        let rows = [
            ("B801200005001", Ok(())),
            ("R674123101121", Ok(())),
            ("H887400009001", Ok(())),
            ("X887400009002", Ok(())),
            ("U88740000900A", Ok(())),
            ("A887400009001", Err(NotValid::CheckLetter('H'))),
            ("H88740000900", Err(NotValid::Length { wanted: 13, found: 12 })),
            ("I887400009001", Err(NotValid::Character)),
            ("h887400009001", Err(NotValid::Character)),
            ("H8874000A9001", Err(NotValid::Character)),
            ("U88740000900S", Err(NotValid::Character)),
            ("", Err(NotValid::Length { wanted: 13, found: 0 })),
        ];
        for (upn, wanted) in rows {
            assert_eq!(check_upn(upn), wanted, "{upn}");
        }
    }

    #[test]
    fn ulns_by_their_check_digit() {
        let rows = [
            ("1000000019", Ok(())),
            ("1000000027", Ok(())),
            ("1234567899", Ok(())),
            (TEMPORARY_ULN, Ok(())),
            ("1000000018", Err(NotValid::CheckDigit(9))),
            ("0000000019", Err(NotValid::First("1 to 9"))),
            ("100000001", Err(NotValid::Length { wanted: 10, found: 9 })),
            ("10000000l9", Err(NotValid::Character)),
        ];
        for (uln, wanted) in rows {
            assert_eq!(check_uln(uln), wanted, "{uln}");
        }
    }

    #[test]
    fn providers_and_schools_by_their_shape() {
        assert_eq!(check_ukprn("10003674"), Ok(()));
        assert_eq!(check_ukprn("20003674"), Err(NotValid::First("1")));
        assert_eq!(split_laestab("8874199"), Ok(("887", "4199")));
        assert_eq!(split_laestab("887/4199"), Ok(("887", "4199")));
        assert!(split_laestab("887419").is_err() && split_laestab("88741é9").is_err());
    }

    proptest! {
        #[test]
        fn one_wrong_digit_never_passes(body in 100_000_000u64..999_999_999, at in 1usize..9, to in 0u8..10) {
            let good = (0..10).map(|last| format!("{body}{last}")).find(|uln| check_uln(uln).is_ok());
            if let Some(good) = good {
                let mut bytes = good.clone().into_bytes();
                bytes[at] = b'0' + to;
                let other = String::from_utf8(bytes).unwrap();
                prop_assert!(other == good || check_uln(&other).is_err());
            }
        }

        #[test]
        fn any_text_is_answered(text in ".{0,16}") {
            let _ = (check_upn(&text), check_uln(&text), check_ukprn(&text), split_laestab(&text));
        }
    }
}
