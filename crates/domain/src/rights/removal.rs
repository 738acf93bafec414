//! What is taken out of a pack: whole values or words in them. The text is gone, not covered.

/// Why something is taken out. Source: Data Protection Act 2018, schedule 2 paragraph 16, schedule 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Why {
    /// It is about somebody else, who has not agreed and could not reasonably be told of.
    Other,
    /// Telling would likely do serious harm.
    Harm,
    /// It would tell where somebody lives who is hidden from somebody.
    Protected,
}

impl Why {
    pub const ALL: &'static [Why] = &[Why::Other, Why::Harm, Why::Protected];

    pub const fn name(self) -> &'static str {
        match self {
            Why::Other => "other",
            Why::Harm => "harm",
            Why::Protected => "protected",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Why::Other => "It is about somebody else",
            Why::Harm => "Telling it could do serious harm",
            Why::Protected => "It would tell a protected address",
        }
    }

    pub fn from_name(name: &str) -> Option<Why> {
        Why::ALL.iter().copied().find(|why| why.name() == name)
    }

    /// What stands in its place.
    pub const fn mark(self) -> &'static str {
        match self {
            Why::Other => "[taken out: about somebody else]",
            Why::Harm | Why::Protected => "[taken out: the law lets us keep this back]",
        }
    }
}

/// One thing to take out: the words wherever they stand in an item, or all of it where there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The row's key in the pack.
    pub item: String,
    pub words: String,
    pub why: Why,
}

/// A text without the words, whatever their case, each place marked. No words take out everything.
pub fn without(text: &str, words: &str, why: Why) -> String {
    let words: Vec<char> = words.trim().chars().flat_map(char::to_lowercase).collect();
    if words.is_empty() {
        return match text.is_empty() {
            true => String::new(),
            false => why.mark().to_owned(),
        };
    }
    let mut kept = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match begins(rest, &words) {
            Some(after) => {
                kept.push_str(why.mark());
                rest = after;
            }
            None => {
                kept.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
    }
    kept
}

/// What follows the words where the text begins with them.
fn begins<'a>(text: &'a str, words: &[char]) -> Option<&'a str> {
    let mut wanted = words.iter();
    let mut at = 0;
    for c in text.chars() {
        if wanted.as_slice().is_empty() {
            break;
        }
        at += c.len_utf8();
        for lower in c.to_lowercase() {
            if wanted.next() != Some(&lower) {
                return None;
            }
        }
    }
    wanted.as_slice().is_empty().then(|| text.get(at..)).flatten()
}
