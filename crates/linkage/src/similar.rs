//! How alike two short texts are: Jaro-Winkler in f64 and "one slip of the keyboard apart".
//! Both are symmetric: swapping the two texts gives the same bits. Texts longer than 64 bytes are
//! compared by their first 64, which no name of ours reaches.
#![expect(
    clippy::indexing_slicing,
    reason = "every index is bounded by the lengths taken above it"
)]

pub(crate) const LONGEST: usize = 64;

/// Jaro-Winkler similarity from 0 to 1, the prefix bonus given from 0.7 on.
///
/// Source: Winkler 1990 (prefix scale 0.1, at most four letters).
pub fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let (a, b) = (&a[..a.len().min(LONGEST)], &b[..b.len().min(LONGEST)]);
    let jaro = jaro(a, b);
    if jaro <= 0.7 {
        return jaro;
    }
    let prefix = a.iter().zip(b).take(4).take_while(|(x, y)| x == y).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

fn jaro(a: &[u8], b: &[u8]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 1.0 } else { 0.0 };
    }
    let (mut taken_a, mut taken_b) = taken(a, b);
    let matches = taken_a.count_ones();
    if matches == 0 {
        return 0.0;
    }
    let mut out_of_place = 0_u32;
    while taken_a != 0 {
        let (i, j) = (taken_a.trailing_zeros() as usize, taken_b.trailing_zeros() as usize);
        out_of_place += u32::from(a[i] != b[j]);
        taken_a &= taken_a - 1;
        taken_b &= taken_b - 1;
    }
    let matches = f64::from(matches);
    let moved = f64::from(out_of_place / 2);
    let (la, lb) = (a.len() as f64, b.len() as f64);
    // The sum of the two shares is taken first so that swapping a and b gives the same bits.
    ((matches / la + matches / lb) + (matches - moved) / matches) / 3.0
}

/// The places of the letters that both have no farther apart than half the longer, each letter of `a` taking the
/// first of `b` that is free. One bit a place, so that a letter is sought at all of them at once.
fn taken(a: &[u8], b: &[u8]) -> (u64, u64) {
    let mut places = [0_u64; 256];
    for (j, y) in b.iter().enumerate() {
        places[usize::from(*y)] |= 1 << j;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let (mut near, mut free, mut taken_a) = (u64::MAX >> (63 - window), u64::MAX, 0_u64);
    for (i, x) in a.iter().enumerate() {
        let found = places[usize::from(*x)] & free & near;
        free ^= found & found.wrapping_neg();
        taken_a |= u64::from(found != 0) << i;
        near = near << 1 | u64::from(i < window);
    }
    (taken_a, !free)
}

/// One letter wrong, missing, added, or two neighbours swapped. Equal texts are not one slip apart.
pub fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let head = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[head..], &long[head..]);
    let tail = short.iter().rev().zip(long.iter().rev()).take_while(|(x, y)| x == y).count();
    let (short, long) = (&short[..short.len() - tail], &long[..long.len() - tail]);
    match (short, long) {
        ([], [_]) | ([_], [_]) => true,
        ([w, x], [y, z]) => w == z && x == y,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn knows_the_textbook_pairs() {
        let near = |a: &str, b: &str, want: f64| {
            let got = jaro_winkler(a.as_bytes(), b.as_bytes());
            assert!((got - want).abs() < 5e-4, "{a} {b} {got}");
        };
        near("martha", "marhta", 0.9611);
        near("dwayne", "duane", 0.84);
        near("dixon", "dicksonx", 0.8133);
        near("abc", "xyz", 0.0);
    }

    #[test]
    fn tells_one_slip_from_two() {
        for (a, b, want) in [
            ("smith", "smiht", true),
            ("smith", "smth", true),
            ("smith", "smitth", true),
            ("smith", "smyth", true),
            ("smith", "smith", false),
            ("smith", "smythe", false),
            ("ab", "ba", true),
            ("", "a", true),
        ] {
            assert_eq!(one_slip(a.as_bytes(), b.as_bytes()), want, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_rapidfuzz(a in "[a-e]{0,14}", b in "[a-e]{0,14}") {
            let ours = jaro_winkler(a.as_bytes(), b.as_bytes());
            let theirs = rapidfuzz::distance::jaro_winkler::similarity(a.bytes(), b.bytes());
            prop_assert!((ours - theirs).abs() < 1e-9, "{} {}", ours, theirs);
        }

        #[test]
        fn is_symmetric(a in "[a-e]{0,14}", b in "[a-e]{0,14}") {
            let there = jaro_winkler(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(one_slip(a.as_bytes(), b.as_bytes()), one_slip(b.as_bytes(), a.as_bytes()));
            prop_assert!((there - jaro_winkler(b.as_bytes(), a.as_bytes())).abs() < 1e-12);
        }
    }
}
