//! One link: the hash of a row together with the hash before it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first row.
pub const GENESIS: Hash = [0; 32];

/// One act, as it goes into the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    pub seq: i64,
    /// UTC, RFC 3339.
    pub at: &'a str,
    pub account: Option<i64>,
    pub act: &'a str,
    pub person: Option<i64>,
    pub purpose: &'a str,
    pub detail: &'a str,
}

/// The hash of a row after what came before.
///
/// Shape: every text is preceded by its length and every number has a fixed width, so that no two rows
/// are written alike.
pub fn link(before: &Hash, row: &Row<'_>) -> Hash {
    let mut sha = Sha256::new();
    sha.update(b"waymark audit row 1");
    sha.update(before);
    sha.update(row.seq.to_be_bytes());
    for number in [row.account, row.person] {
        sha.update([u8::from(number.is_some())]);
        sha.update(number.unwrap_or_default().to_be_bytes());
    }
    for words in [row.at, row.act, row.purpose, row.detail] {
        sha.update((words.len() as u64).to_be_bytes());
        sha.update(words.as_bytes());
    }
    sha.finalize().into()
}

/// The hash of a text of our own, such as a checkpoint.
pub fn hash_of(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// A hash as it is kept: base64 without padding, 43 characters.
pub fn text(hash: &Hash) -> String {
    STANDARD_NO_PAD.encode(hash)
}

/// A hash from how it is kept; `None` for anything else.
pub fn from_text(text: &str) -> Option<Hash> {
    STANDARD_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROW: Row<'_> = Row {
        seq: 7,
        at: "2025-11-24T12:00:00.000000Z",
        account: Some(3),
        act: "opened",
        person: None,
        purpose: "casework",
        detail: "whole record",
    };

    #[test]
    fn every_part_of_a_row_counts() {
        let whole = link(&GENESIS, &ROW);
        let others = [
            Row { seq: 8, ..ROW },
            Row { at: "2025-11-24T12:00:00.000001Z", ..ROW },
            Row { account: None, ..ROW },
            Row { account: Some(0), ..ROW },
            Row { account: None, person: Some(3), ..ROW },
            Row { person: Some(0), ..ROW },
            Row { act: "openedc", purpose: "asework", ..ROW },
            Row { purpose: "", ..ROW },
            Row { detail: "whole recor", ..ROW },
        ];
        for other in others {
            assert_ne!(link(&GENESIS, &other), whole, "{other:?}");
        }
        assert_ne!(link(&whole, &ROW), whole);
    }

    #[test]
    fn a_hash_is_kept_as_text_and_read_back() {
        // Source: FIPS 180-4, the example of one block for SHA-256.
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let hex: String = hash_of("abc").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, known);
        let hash = hash_of("something");
        assert_eq!(text(&hash).len(), 43);
        assert_eq!(from_text(&text(&hash)), Some(hash));
        for wrong in ["", "=", "AAAA", "not a hash"] {
            assert_eq!(from_text(wrong), None, "{wrong}");
        }
    }
}
