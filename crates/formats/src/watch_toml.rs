//! For how long it is watched that somebody was NEET, as the reference data has it. An unknown word is an error.

use domain::edition::Mark;
use domain::status::Watch;
use serde::Deserialize;

/// Why a text says no such thing, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WatchFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    repeat: RawSpan,
    settling: RawSpan,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSpan {
    months: i32,
    mark: String,
    source: String,
}

/// The file as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/neet-watch.toml");

/// Reads a watch.
///
/// Errors: spans of no month or of more than ten years, marks that mean nothing, values without a source.
pub fn read(text: &str) -> Result<Watch, WatchFault> {
    let raw: Raw = toml::from_str(text).map_err(|e| WatchFault(e.to_string()))?;
    for (name, span) in [("repeat", &raw.repeat), ("settling", &raw.settling)] {
        let wrong = |what: &str| Err(WatchFault(format!("{name}: {what}")));
        if !(1..=120).contains(&span.months) {
            return wrong("months is a number from 1 to 120");
        }
        if Mark::of_list(&span.mark).is_none() {
            return wrong("the mark is S, I or K");
        }
        if span.source.trim().is_empty() {
            return wrong("it has no source");
        }
    }
    Ok(Watch { repeat_months: raw.repeat.months, settling_months: raw.settling.months })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_file_is_read_and_a_slip_is_an_error() {
        let shipped = read(SHIPPED).unwrap();
        assert_eq!((shipped.repeat_months, shipped.settling_months), (24, 3));
        for (from, to) in [
            ("months = 3", "months = 0"),
            ("months = 3", "months = 121"),
            ("months = 3", "month = 3"),
            ("mark = \"K\"", "mark = \"X\""),
            ("[settling]", "[settled]"),
        ] {
            assert!(read(&SHIPPED.replace(from, to)).is_err(), "{to}");
        }
    }
}
