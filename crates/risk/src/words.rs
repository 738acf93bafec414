//! Chances and columns in plain words. The council's own wording comes as data; this file only
//! joins it. Invariant: a chance is never shown as a colour or a label, only as a frequency.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one column is spoken of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Wording {
    /// "months without work or learning in the last six".
    pub label: Option<String>,
    /// Whether a worker can do something about it; none when nobody has said.
    pub can_act: Option<bool>,
    /// Where the fact comes from: "school register".
    pub source: Option<String>,
}

/// Wordings by column name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub BTreeMap<String, Wording>);

impl Words {
    pub fn label(&self, column: &str) -> String {
        let told = self.0.get(column).and_then(|wording| wording.label.clone());
        told.unwrap_or_else(|| column.replace('_', " "))
    }

    pub fn can_act(&self, column: &str) -> Option<bool> {
        self.0.get(column).and_then(|wording| wording.can_act)
    }

    pub fn source(&self, column: &str) -> Option<&str> {
        self.0.get(column).and_then(|wording| wording.source.as_deref())
    }
}

/// Frequencies that people say, from rare to nearly sure, each with its chance.
const SAID: [(f64, &str); 12] = [
    (0.01, "about 1 in 100"),
    (0.02, "about 1 in 50"),
    (0.05, "about 1 in 20"),
    (0.1, "about 1 in 10"),
    (0.2, "about 1 in 5"),
    (0.3, "about 3 in 10"),
    (0.4, "about 2 in 5"),
    (0.5, "about 1 in 2"),
    (0.6, "about 3 in 5"),
    (0.7, "about 7 in 10"),
    (0.8, "about 4 in 5"),
    (0.9, "about 9 in 10"),
];

/// The nearest frequency that people say, near being measured in odds.
pub fn chance(probability: f64) -> &'static str {
    if probability.is_nan() {
        return "not known";
    }
    if probability < 0.007 {
        return "under 1 in 100";
    }
    if probability > 0.95 {
        return "more than 9 in 10";
    }
    let odds = |p: f64| (p / (1.0 - p)).ln();
    let far = |said: &(f64, &str)| (odds(said.0) - odds(probability)).abs();
    let nearest = SAID.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
    nearest.map_or("not known", |said| said.1)
}

/// Column names that speak of sex, ethnicity, religion, disability or another protected
/// characteristic, by the words in them. A guess to be shown, never a proof.
pub fn protected(column: &str) -> Option<&'static str> {
    const KINDS: [(&str, &[&str]); 8] = [
        ("sex", &["sex", "gender", "male", "female"]),
        (
            "ethnicity",
            &["ethnic", "ethnicity", "race", "nacionality", "nationality", "international"],
        ),
        ("religion", &["religion", "faith", "catholic", "protestant", "muslim", "christian"]),
        ("disability", &["disability", "disabled", "send", "sen", "ehcp", "special", "needs"]),
        ("age", &["age", "dob", "birth"]),
        ("pregnancy or family", &["pregnant", "marital", "parent"]),
        ("deprivation of the area", &["imd", "idaci", "deprivation"]),
        ("name or note", &["name", "forename", "surname", "note", "notes", "postcode", "upn"]),
    ];
    let column = column.to_lowercase();
    let mut words = column.split(|c: char| !c.is_alphanumeric());
    words.find_map(|word| KINDS.iter().find(|(_, known)| known.contains(&word)).map(|k| k.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_said_as_frequencies() {
        for (p, said) in [
            (0.001, "under 1 in 100"),
            (0.012, "about 1 in 100"),
            (0.19, "about 1 in 5"),
            (0.46, "about 1 in 2"),
            (0.97, "more than 9 in 10"),
            (f64::NAN, "not known"),
        ] {
            assert_eq!(chance(p), said, "{p}");
        }
    }

    #[test]
    fn protected_columns_are_noticed_by_whole_words() {
        for (name, kind) in [
            ("male", Some("sex")),
            ("imd_band", Some("deprivation of the area")),
            ("catholic", Some("religion")),
            ("Educational special needs", Some("disability")),
            ("h_longest_jobless", None),
            ("message_count", None),
        ] {
            assert_eq!(protected(name), kind, "{name}");
        }
    }
}
