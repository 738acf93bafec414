//! What is due in every school year, as the reference data has it. An unknown word is an error.

use domain::calendar::parse_day;
use domain::edition::Mark;
use domain::tracking::Yearly;
use serde::Deserialize;

/// Why a text is no such list, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TrackingFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "entry")]
    entries: Vec<RawEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEntry {
    name: String,
    title: String,
    due: String,
    owner: String,
    mark: String,
    source: String,
}

/// The list as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/tracking.toml");

/// Reads a list, in the order of the text.
///
/// Errors: days that are none, marks that mean nothing, two entries of one name.
pub fn read(text: &str) -> Result<Vec<Yearly>, TrackingFault> {
    let raw: Raw = toml::from_str(text).map_err(|e| TrackingFault(e.to_string()))?;
    let mut all: Vec<Yearly> = Vec::new();
    for entry in raw.entries {
        let wrong = |what: &str| TrackingFault(format!("entry {}: {what}", entry.name));
        // Any leap year, so that 29 February is a day.
        let day = parse_day(&format!("2024-{}", entry.due));
        let day = day.ok_or_else(|| wrong("due is no month and day, like 09-30"))?;
        let mark = Mark::of_list(&entry.mark).ok_or_else(|| wrong("the mark is S, I or K"))?;
        if all.iter().any(|other| other.name == entry.name) {
            return Err(wrong("it is there twice"));
        }
        all.push(Yearly {
            source: format!("{} ({})", entry.source, mark.words()),
            name: entry.name,
            title: entry.title,
            month: day.month(),
            day: day.day(),
            owner: entry.owner,
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[[entry]]\nname = \"a\"\ntitle = \"A\"\n\
        due = \"09-30\"\nowner = \"Us\"\nmark = \"S\"\nsource = \"B\"\n";

    #[test]
    fn the_shipped_list_is_read_and_covers_the_year() {
        let all = read(SHIPPED).unwrap();
        let due = |name: &str| {
            let one = all.iter().find(|one| one.name == name).unwrap();
            (one.month, one.day)
        };
        assert_eq!(due("september-guarantee"), (9, 30));
        assert_eq!(due("activity-survey-day"), (11, 1));
        assert_eq!(due("school-year-end"), (8, 31));
        assert!(all.iter().all(|one| !one.owner.is_empty() && !one.source.is_empty()));
    }

    #[test]
    fn a_slip_is_an_error() {
        assert_eq!(read(ONE).unwrap().len(), 1);
        for (from, to) in
            [("09-30", "09-31"), ("09-30", "30 September"), ("\"S\"", "\"X\""), ("owner", "owned")]
        {
            assert!(read(&ONE.replace(from, to)).is_err(), "{to}");
        }
        assert!(read(&format!("{ONE}{ONE}")).unwrap_err().0.contains("twice"));
    }
}
