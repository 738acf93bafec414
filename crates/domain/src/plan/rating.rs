//! The marks of a plan: red, amber, green, not started, and unrated, which is the absence of a mark
//! and never a mark of its own. The words of the key are data, because every plan writes its own.

/// How something stands on a day. Ordered from the least to the most cause for concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    Unrated,
    Green,
    NotStarted,
    Amber,
    Red,
}

impl Rating {
    pub const ALL: [Rating; 5] =
        [Rating::Green, Rating::Amber, Rating::Red, Rating::NotStarted, Rating::Unrated];

    /// The stable word for tables, files and the database.
    pub fn word(self) -> &'static str {
        match self {
            Rating::Green => "green",
            Rating::Amber => "amber",
            Rating::Red => "red",
            Rating::NotStarted => "not started",
            Rating::Unrated => "unrated",
        }
    }

    /// As a sentence says it: the words of the badge beside it, since a colour's name alone says nothing.
    pub fn said(self) -> &'static str {
        match self {
            Rating::Green => "on track",
            Rating::Amber => "slow or blocked",
            Rating::Red => "not on track",
            Rating::NotStarted => "not started",
            Rating::Unrated => "not rated",
        }
    }

    /// Reads a mark as people write it: a letter, a word, in any case; nothing is unrated.
    ///
    /// Errors: `None` for any other text, which is then refused by whoever asked.
    pub fn read(text: &str) -> Option<Rating> {
        let folded = super::folded(text);
        Some(match folded.as_str() {
            "" | "unrated" | "not rated" => Rating::Unrated,
            "g" | "green" => Rating::Green,
            "a" | "amber" => Rating::Amber,
            "r" | "red" => Rating::Red,
            "not started" | "not yet started" => Rating::NotStarted,
            _ => return None,
        })
    }
}

/// One line of a plan's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    pub rating: Rating,
    pub mark: String,
    pub wording: String,
}

/// The key for a plan that brings none, in our own words.
pub fn standard_key() -> Vec<KeyEntry> {
    [
        (Rating::Green, "G", "Going as planned"),
        (Rating::Amber, "A", "Moving, with delay or obstacles"),
        (Rating::Red, "R", "Off course; the result is in doubt"),
    ]
    .into_iter()
    .map(|(rating, mark, wording)| KeyEntry { rating, mark: mark.into(), wording: wording.into() })
    .collect()
}

/// How many of each mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub green: usize,
    pub amber: usize,
    pub red: usize,
    pub not_started: usize,
    pub unrated: usize,
}

impl Counts {
    pub fn total(self) -> usize {
        self.green + self.amber + self.red + self.not_started + self.unrated
    }

    pub fn rated(self) -> usize {
        self.total() - self.unrated
    }
}

impl FromIterator<Rating> for Counts {
    fn from_iter<I: IntoIterator<Item = Rating>>(ratings: I) -> Self {
        let mut counts = Counts::default();
        for rating in ratings {
            let place = match rating {
                Rating::Green => &mut counts.green,
                Rating::Amber => &mut counts.amber,
                Rating::Red => &mut counts.red,
                Rating::NotStarted => &mut counts.not_started,
                Rating::Unrated => &mut counts.unrated,
            };
            *place += 1;
        }
        counts
    }
}
