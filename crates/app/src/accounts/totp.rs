//! The codes that a device and this program both reckon from a shared seed and the half-minute.
//!
//! Source: RFC 6238 with SHA-1, six digits and thirty seconds, as every authenticator has it; RFC 4226,
//! section 5.3, for the digits.

use ring::hmac;

const STEP_SECONDS: i64 = 30;
/// Half-minutes that a device's clock may be before or behind.
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The half-minute of an instant. Units: seconds since 1970 in, half-minutes out.
pub fn step_of(seconds: i64) -> i64 {
    seconds.div_euclid(STEP_SECONDS)
}

/// The six digits of one half-minute.
pub fn code(seed: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, seed);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let at = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let word = bytes.iter().skip(at).take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The half-minute whose code was typed, if it is near and newer than the last that was used.
pub fn matching(seed: &[u8], typed: &str, seconds: i64, last: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(char::is_ascii_digit).collect();
    let now = step_of(seconds);
    // Every near code is reckoned, whichever fits: how long it takes tells nothing.
    let near = (now - DRIFT..=now + DRIFT).map(|step| (step, same(&code(seed, step), &typed)));
    near.filter(|(step, fits)| *fits && *step > last).map(|(step, _)| step).max()
}

fn same(a: &str, b: &str) -> bool {
    let differences = a.bytes().zip(b.bytes()).fold(0, |seen, (a, b)| seen | (a ^ b));
    a.len() == b.len() && differences == 0
}

/// The seed as people type it into a device. Source: RFC 4648, section 6, without padding.
pub fn base32(seed: &[u8]) -> String {
    let (mut text, mut held, mut bits) = (String::new(), 0_u32, 0_u32);
    for byte in seed {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            let at = usize::try_from((held >> bits) & 31).unwrap_or(0);
            text.extend(BASE32.get(at).map(|letter| char::from(*letter)));
        }
    }
    if bits > 0 {
        let at = usize::try_from((held << (5 - bits)) & 31).unwrap_or(0);
        text.extend(BASE32.get(at).map(|letter| char::from(*letter)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // Source: RFC 6238, appendix B, the last six of eight digits.
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SEED, step_of(seconds)), wanted, "{seconds}");
        }
    }

    #[test]
    fn a_code_works_once_and_only_when_it_is_near() {
        let now = 1_234_567_890;
        let step = step_of(now);
        assert_eq!(matching(SEED, "005924", now, 0), Some(step));
        assert_eq!(matching(SEED, " 005 924 ", now, 0), Some(step), "as devices print it");
        assert_eq!(matching(SEED, "005924", now, step), None, "used");
        assert_eq!(matching(SEED, "005924", now + 30, 0), Some(step), "a slow typist");
        assert_eq!(matching(SEED, "005924", now + 60, 0), None, "too slow");
        assert_eq!(matching(SEED, "005925", now, 0), None);
        assert_eq!(matching(SEED, "", now, 0), None);
    }

    #[test]
    fn a_seed_is_spelt_as_devices_read_it() {
        assert_eq!(base32(SEED), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
    }
}
