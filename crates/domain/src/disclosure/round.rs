//! Rounding, and what a reader learns from a rounded number.

/// How counts are made public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Every cell and every margin to the nearest ten on its own. The house's own rule.
    Tens,
    /// One to seven as a star, others to the nearest five. Known here only to be attacked.
    StarFives,
    /// As it is. Known here only to be attacked.
    Bare,
}

/// A count as the public sees it; `None` is a star.
///
/// Source: rounding to ten without stars leaves three or more values in all 13,720 two-by-two tables
/// tried; one to seven starred and the rest to five is recovered exactly in some.
pub fn published(rule: Rule, count: i64) -> Option<i64> {
    match rule {
        Rule::Tens => Some((count + 5).div_euclid(10) * 10),
        Rule::StarFives if (1..=7).contains(&count) => None,
        Rule::StarFives => Some((count + 2).div_euclid(5) * 5),
        Rule::Bare => Some(count),
    }
}

/// The least and the greatest count that are published as this.
pub(super) fn behind(rule: Rule, shown: Option<i64>) -> (i64, i64) {
    match (rule, shown) {
        (Rule::Tens, Some(shown)) => ((shown - 5).max(0), shown + 4),
        (Rule::StarFives, None) => (1, 7),
        (Rule::StarFives, Some(0)) => (0, 0),
        // Below eight it would have been a star.
        (Rule::StarFives, Some(shown)) => ((shown - 2).max(8), shown + 2),
        (Rule::Bare, Some(shown)) => (shown, shown),
        (Rule::Tens | Rule::Bare, None) => (0, i64::from(i32::MAX)),
    }
}

/// A rounded count in words: nought is one symbol for nobody and for very few.
pub fn shown(rounded: i64) -> String {
    if rounded == 0 { "under 5 or none".to_owned() } else { rounded.to_string() }
}

/// A percentage for the public, made of the rounded numbers alone.
///
/// Whole numbers below a denominator of 4,000, one decimal from there on; nothing where the
/// denominator is under 30, where the count rounds to nought, or where everybody has the property.
pub fn percent_shown(of: i64, all: i64) -> Option<String> {
    if all < 30 || of == 0 || of >= all {
        return None;
    }
    Some(match all >= 4_000 {
        true => {
            let tenths = (of * 2_000 + all) / (2 * all);
            format!("{}.{}", tenths / 10, tenths % 10)
        }
        false => ((of * 200 + all) / (2 * all)).to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_a_number_is_exactly_what_rounds_to_it() {
        for rule in [Rule::Tens, Rule::StarFives, Rule::Bare] {
            for count in 0..200 {
                let (low, high) = behind(rule, published(rule, count));
                assert!((low..=high).contains(&count), "{rule:?} {count}");
                for other in low..=high {
                    assert_eq!(
                        published(rule, other),
                        published(rule, count),
                        "{rule:?} {count} {other}"
                    );
                }
                assert!(low == 0 || published(rule, low - 1) != published(rule, count));
                assert_ne!(published(rule, high + 1), published(rule, count), "{rule:?} {count}");
            }
        }
    }

    #[test]
    fn percentages_are_of_what_is_shown_and_never_of_few() {
        assert_eq!(percent_shown(490, 7_410).as_deref(), Some("6.6"));
        assert_eq!(percent_shown(20, 310).as_deref(), Some("6"));
        for (of, all) in [(0, 300), (10, 20), (300, 300), (310, 300)] {
            assert_eq!(percent_shown(of, all), None, "{of} of {all}");
        }
        assert_eq!((shown(0), shown(10)), ("under 5 or none".into(), "10".into()));
    }
}
