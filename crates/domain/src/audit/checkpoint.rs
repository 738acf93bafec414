//! What is signed every hour: how many rows there were and the hash of the last, as lines of text in the
//! manner of the C2SP checkpoint (origin, size, head, then lines of our own).

use super::chain::{Hash, from_text, hash_of, text};

const ORIGIN: &str = "waymark audit chain 1";

/// The state of the chain at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Counts from 1 without gaps.
    pub number: i64,
    /// The number of the last row.
    pub size: i64,
    /// The hash of that row.
    pub head: Hash,
    /// UTC, RFC 3339.
    pub at: String,
    /// The hash of the text of the checkpoint before.
    pub before: Option<Hash>,
}

impl Checkpoint {
    /// The text that is signed, with its closing newline.
    pub fn text(&self) -> String {
        let before = self.before.as_ref().map_or_else(|| "none".to_owned(), text);
        format!(
            "{ORIGIN}\n{}\n{}\nnumber {}\nat {}\nbefore {before}\n",
            self.size,
            text(&self.head),
            self.number,
            self.at
        )
    }

    /// Reads the text again; `None` where it is not what [`Checkpoint::text`] writes.
    pub fn read(words: &str) -> Option<Checkpoint> {
        let mut lines = words.lines();
        let origin = lines.next()?;
        let (size, head) = (lines.next()?.parse().ok()?, from_text(lines.next()?)?);
        let number = lines.next()?.strip_prefix("number ")?.parse().ok()?;
        let at = lines.next()?.strip_prefix("at ")?.to_owned();
        let before = match lines.next()?.strip_prefix("before ")? {
            "none" => None,
            hash => Some(from_text(hash)?),
        };
        let found = Checkpoint { number, size, head, at, before };
        (origin == ORIGIN && found.text() == words).then_some(found)
    }

    /// The hash that the next checkpoint names.
    pub fn hash(&self) -> Hash {
        hash_of(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_reads_back_and_nothing_else_does() {
        let first = Checkpoint {
            number: 1,
            size: 12,
            head: hash_of("row"),
            at: "2025-11-24T12:00:00.000000Z".to_owned(),
            before: None,
        };
        let second = Checkpoint { number: 2, before: Some(first.hash()), ..first.clone() };
        for one in [&first, &second] {
            assert_eq!(Checkpoint::read(&one.text()).as_ref(), Some(one));
        }
        for wrong in ["", "waymark audit chain 1\n12\n", &first.text().replace("12\n", "012\n")] {
            assert_eq!(Checkpoint::read(wrong), None, "{wrong}");
        }
        assert_eq!(Checkpoint::read(&format!("{}more\n", first.text())), None);
    }
}
