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

    /// The same of a list that is relied on as it is shipped, where nothing may be weak.
    pub fn of_list(text: &str) -> Option<Self> {
        Self::from_text(text).filter(|mark| *mark != Self::Weak)
    }

    pub const fn words(self) -> &'static str {
        match self {
            Self::Source => "read in a source",
            Self::Inferred => "inferred from a source",
            Self::Known => "known from practice, not read in a source",
            Self::Weak => "to be confirmed",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_is_relied_on_holds_nothing_weak() {
        let read = |text: &str| Mark::of_list(text).map(Mark::words);
        assert_eq!(read("I"), Some("inferred from a source"));
        assert_eq!((read("?"), read("s")), (None, None));
        assert_eq!(Mark::from_text("?"), Some(Mark::Weak));
    }
}
