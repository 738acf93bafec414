//! When two texts say the same: folding case, dashes, quotes and spaces, and counting shared words.

/// Lower case words of letters and digits, one space between, everything else gone.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '’' | '‘') && !out.ends_with(' ') && !out.is_empty() {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Units: 0 to 1, the shared words over all words of both.
pub(super) fn likeness(one: &str, other: &str) -> f64 {
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        folded(text).split(' ').map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    let all = one.union(&other).count();
    if all == 0 {
        return 0.0;
    }
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    count(one.intersection(&other).count()) / count(all)
}

/// Whether one word is the other with one letter added, lost or swapped inside it. The first letter
/// and the last two must agree, so that plurals and endings are not taken for slips.
pub(super) fn slip(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let front = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let back = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let shorter = one.len().min(other.len());
    one.len().abs_diff(other.len()) == 1 && front >= 2 && back >= 2 && front + back >= shorter
}
