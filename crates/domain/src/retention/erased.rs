//! What a list destroyed, as a text that is kept outside the database: a backup that is brought back knows
//! nothing of what went after it was made, and what went has to go again.
//!
//! It names nobody: numbers, and for each a mark over when it was made. Numbers are given out anew after a
//! backup came back; the mark keeps somebody new from being taken for who went.

use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::Category;

const ORIGIN: &str = "waymark erasures 1";

/// One list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    pub list: i64,
    /// The hash over the list with what became of each line.
    pub proof: String,
    /// The day on which it was carried out.
    pub day: Date,
    pub salt: String,
    pub things: Vec<Thing>,
}

/// One thing that went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thing {
    pub category: Category,
    pub subject: i64,
    pub mark: String,
}

/// What tells a thing from another that gets its number later. `made` is the instant it was made.
pub fn mark(salt: &str, category: Category, subject: i64, made: &str) -> String {
    let said = format!("{salt}\n{}\n{subject}\n{made}", category.name());
    let hash = Sha256::digest(said.as_bytes());
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

impl Erased {
    /// The text that is signed, with its closing newline.
    pub fn text(&self) -> String {
        let Erased { list, proof, day, salt, things } = self;
        let mut text = format!("{ORIGIN}\nlist {list}\nproof {proof}\nday {day}\nsalt {salt}\n");
        for Thing { category, subject, mark } in things {
            text.push_str(&format!("{} {subject} {mark}\n", category.name()));
        }
        text
    }

    /// Reads the text again; `None` where it is not what [`Erased::text`] writes.
    pub fn read(words: &str) -> Option<Erased> {
        let mut lines = words.lines();
        if lines.next()? != ORIGIN {
            return None;
        }
        let mut said = |name: &str| Some(lines.next()?.strip_prefix(name)?.trim().to_owned());
        let (list, proof) = (said("list ")?.parse().ok()?, said("proof ")?);
        let (day, salt) = (said("day ")?.parse().ok()?, said("salt ")?);
        let thing = |line: &str| {
            let mut parts = line.split(' ');
            let category = Category::from_name(parts.next()?)?;
            let (subject, mark) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
            parts.next().is_none().then_some(Thing { category, subject, mark })
        };
        let things = lines.map(thing).collect::<Option<Vec<_>>>()?;
        let erased = Erased { list, proof, day, salt, things };
        (erased.text() == words).then_some(erased)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_it_was_written_and_nothing_else_is() {
        let thing = |category, subject| Thing {
            category,
            subject,
            mark: mark("s", category, subject, "2025-01-01T00:00:00.000000Z"),
        };
        let erased = Erased {
            list: 7,
            proof: "ab".to_owned(),
            day: jiff::civil::date(2025, 3, 2),
            salt: "s".to_owned(),
            things: vec![thing(Category::Record, 12), thing(Category::ReturnFile, 3)],
        };
        assert_eq!(Erased::read(&erased.text()), Some(erased.clone()));
        for wrong in ["", "waymark erasures 1\n", &erased.text().replace("record", "recor")] {
            assert_eq!(Erased::read(wrong), None, "{wrong}");
        }
        assert_eq!(Erased::read(&format!("{}x", erased.text())), None);
    }

    #[test]
    fn a_mark_tells_things_apart_that_have_one_number() {
        let at = |made| mark("s", Category::Record, 12, made);
        assert_eq!(at("2025").len(), 32);
        assert_ne!(at("2025"), at("2026"));
        assert_ne!(at("2025"), mark("t", Category::Record, 12, "2025"));
        assert_ne!(at("2025"), mark("s", Category::ContactNotes, 12, "2025"));
    }
}
