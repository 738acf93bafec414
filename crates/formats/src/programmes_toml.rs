//! The kinds of programme that somebody may take part in, as the reference data has them. An unknown word is an error.

use domain::edition::Mark;
use domain::tracking::ProgrammeKind;
use serde::Deserialize;

/// Why a text is no such list, in one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ProgrammesFault(pub String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(rename = "kind")]
    kinds: Vec<RawKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawKind {
    name: String,
    label: String,
    mark: String,
    source: String,
}

/// The list as shipped.
pub const SHIPPED: &str = include_str!("../../../reference/programmes.toml");

/// Reads a list, in the order of the text.
///
/// Errors: marks that mean nothing, two kinds of one name or label.
pub fn read(text: &str) -> Result<Vec<ProgrammeKind>, ProgrammesFault> {
    let raw: Raw = toml::from_str(text).map_err(|e| ProgrammesFault(e.to_string()))?;
    let mut all: Vec<ProgrammeKind> = Vec::new();
    for kind in raw.kinds {
        let wrong = |what: &str| ProgrammesFault(format!("kind {}: {what}", kind.name));
        let mark = Mark::of_list(&kind.mark).ok_or_else(|| wrong("the mark is S, I or K"))?;
        if all.iter().any(|other| other.name == kind.name || other.label == kind.label) {
            return Err(wrong("it is there twice"));
        }
        all.push(ProgrammeKind {
            source: format!("{} ({})", kind.source, mark.words()),
            name: kind.name,
            label: kind.label,
        });
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::{programme_kind, programme_kinds};

    const ONE: &str = "[[kind]]\nname = \"a\"\nlabel = \"A\"\nmark = \"K\"\nsource = \"B\"\n";

    #[test]
    fn the_shipped_kinds_are_named_by_name_or_label() {
        assert_eq!(read(SHIPPED).unwrap(), programme_kinds());
        let named = |word: &str| programme_kind(word).map(|kind| kind.name.as_str());
        assert_eq!(named("pupil-referral-unit"), Some("pupil-referral-unit"));
        assert_eq!(named(" HOME tuition "), Some("home-tuition"));
        assert_eq!(named("college-14-16"), Some("college-14-16"));
        assert_eq!((named("a choir"), named("")), (None, None));
    }

    #[test]
    fn a_slip_is_refused_by_name() {
        let fault = |text: &str| read(text).unwrap_err().to_string();
        assert!(read(ONE).is_ok());
        assert_eq!(fault(&ONE.replace("\"K\"", "\"Z\"")), "kind a: the mark is S, I or K");
        assert_eq!(fault(&format!("{ONE}{ONE}")), "kind a: it is there twice");
        assert!(fault(&ONE.replace("label", "title")).contains("title"));
    }
}
