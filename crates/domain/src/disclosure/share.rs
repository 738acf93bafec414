//! A share that is published by itself, beside no table that it could be attacked with: made of rounded counts
//! and of nothing else, and not told where it would say of few people, or of everybody in a group.
//!
//! Source: as [`percent_shown`] and [`may_tell_part`].

use super::few::may_tell_part;
use super::round::{Rule, percent_shown, published};

fn rounded((part, whole): (u64, u64)) -> Option<(i64, i64)> {
    let tens = |count: u64| published(Rule::Tens, i64::try_from(count).ok()?);
    may_tell_part(part, whole).then_some(())?;
    Some((tens(part)?, tens(whole)?))
}

/// A share as anybody may read it. Units: percent. `None` where it is not told.
pub fn share_published(share: (u64, u64)) -> Option<String> {
    let (part, whole) = rounded(share)?;
    percent_shown(part, whole)
}

/// How far one share lies over another, of those whom it is part of, as anybody may read it: from each share
/// in whole percent. `None` where either, or what lies between them, is not told.
///
/// Units: points.
pub fn gap_published(group: (u64, u64), everybody: (u64, u64)) -> Option<String> {
    let others = (everybody.0.saturating_sub(group.0), everybody.1.saturating_sub(group.1));
    let whole = |share: (u64, u64)| {
        let (part, all) = rounded(share)?;
        percent_shown(part, all)?;
        Some((part * 200 + all) / (2 * all))
    };
    // All others are everybody less the group, and so said with it.
    rounded(others)?;
    Some((whole(group)? - whole(everybody)?).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_of_rounded_counts_and_says_nothing_of_few_or_of_all() {
        for (share, told) in [
            // No decimal of fewer than 4,000.
            ((137, 2_046), Some("7")),
            ((296, 4_121), Some("7.3")),
            ((14, 200), Some("5")),
            // Four; all but four; nobody, which rounds as three do; everybody; of 24 people.
            ((4, 900), None),
            ((896, 900), None),
            ((0, 900), None),
            ((900, 900), None),
            ((10, 24), None),
        ] {
            assert_eq!(share_published(share).as_deref(), told, "{share:?}");
        }
    }

    #[test]
    fn a_gap_is_told_where_both_shares_and_that_of_the_others_are() {
        for (group, all, told) in [
            ((60, 400), (150, 3_000), Some("10")),
            ((20, 400), (240, 3_000), Some("-3")),
            ((3, 400), (150, 3_000), None),
            // All NEET but two are in the group; twenty people.
            ((148, 400), (150, 3_000), None),
            ((6, 20), (150, 3_000), None),
        ] {
            assert_eq!(gap_published(group, all).as_deref(), told, "{group:?}");
        }
    }
}
