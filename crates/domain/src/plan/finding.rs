//! Finding outcomes by words, as people remember them: another spelling, a figure for a word, a slip of
//! one letter, and the name a body or a scheme has had since. Nothing in the plan is changed by it.

use super::similar::{folded, slip};
use super::{Outcome, Plan};

/// A name as plans of 2009 have it, and what came after it.
///
/// Source: the successor bodies and schemes in England; both names are shown, neither is replaced.
pub const SINCE: [(&str, &str); 8] = [
    ("DCSF", "Department for Education"),
    ("Connexions", "the council's service for young people"),
    ("LSC", "Department for Education (funding)"),
    ("CAF", "early help assessment"),
    ("YOT", "youth justice service"),
    ("e2e", "study programme or traineeship"),
    ("Diploma", "T level"),
    ("JSA", "Universal Credit"),
];

/// The old names in a text, each with what came after it.
pub fn known_since(text: &str) -> Vec<(&'static str, &'static str)> {
    let words = folded(text);
    let has = |old: &str| words.split(' ').any(|word| word == folded(old));
    SINCE.into_iter().filter(|(old, _)| has(old)).collect()
}

impl Plan {
    /// Outcomes in which every word asked for is found, in the plan's order.
    pub fn find(&self, asked: &str) -> Vec<&Outcome> {
        let asked = spoken(&folded(asked));
        let wanted: Vec<&str> = asked.split(' ').filter(|word| !word.is_empty()).collect();
        let holds = |outcome: &&Outcome| {
            let text = spoken(&folded(&self.words_of(outcome)));
            !wanted.is_empty()
                && wanted.iter().all(|word| text.split(' ').any(|other| alike(word, other)))
        };
        self.outcomes().filter(holds).collect()
    }

    /// All that an outcome says, its actions and newer names included.
    fn words_of(&self, outcome: &Outcome) -> String {
        let mut all = format!(
            "{} {} {} {}",
            outcome.label, outcome.title, outcome.lead.said, outcome.additional
        );
        for action in outcome.lines.iter().filter_map(|line| self.actions.get(&line.action)) {
            all.push(' ');
            all.push_str(&action.text);
        }
        for (_, since) in known_since(&all) {
            all.push(' ');
            all.push_str(since);
        }
        all
    }
}

fn alike(asked: &str, other: &str) -> bool {
    const LONG: usize = 5;
    asked == other
        || (asked.len() >= LONG && (other.starts_with(asked) || slip(asked, other)))
        || (other.len() >= LONG && slip(other, asked))
}

/// `care2learn` and `care to learn` become the same words.
fn spoken(folded: &str) -> String {
    let word = |word: &str| {
        let apart = ['2', '4'].into_iter().find_map(|digit| {
            let (before, after) = word.split_once(digit)?;
            let letters = |part: &str| part.len() > 1 && part.chars().all(char::is_alphabetic);
            let said = if digit == '2' { "to" } else { "for" };
            (letters(before) && letters(after)).then(|| format!("{before} {said} {after}"))
        });
        apart.unwrap_or_else(|| word.to_owned())
    };
    folded.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_slips_and_later_names_are_found() {
        for (asked, other) in
            [("accuracy", "accurancy"), ("family", "famiuly"), ("apprentice", "apprenticeships")]
        {
            assert!(alike(asked, other), "{asked} {other}");
        }
        assert!(!alike("art", "arts") && !alike("college", "school"));
        assert_eq!(spoken("care2learn is well known"), "care to learn is well known");
        assert_eq!(spoken("help4all 2009 e2e"), "help for all 2009 e2e");
        assert_eq!(known_since("Weekly data to the DCSF"), [SINCE[0]]);
        assert!(known_since("nothing old here").is_empty());
    }
}
