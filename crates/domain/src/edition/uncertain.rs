//! How sure we are of a value in an edition, and where it came from.

/// How a value is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Read in a source.
    Source,
    /// Inferred from a source.
    Inferred,
    /// Own knowledge, not seen in a source.
    Known,
    /// Weak: to be confirmed before anyone relies on it.
    Weak,
}

impl Mark {
    /// The mark as printed: S, I, K or ?.
    pub fn letter(self) -> char {
        match self {
            Self::Source => 'S',
            Self::Inferred => 'I',
            Self::Known => 'K',
            Self::Weak => '?',
        }
    }

    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "S" => Some(Self::Source),
            "I" => Some(Self::Inferred),
            "K" => Some(Self::Known),
            "?" => Some(Self::Weak),
            _ => None,
        }
    }
}

/// A value that carries a mark, with its biography.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncertain {
    /// Where in the edition the value stands, as dotted keys.
    pub path: String,
    /// The value as the file has it.
    pub value: String,
    pub mark: Mark,
    pub source: String,
    pub note: String,
}
