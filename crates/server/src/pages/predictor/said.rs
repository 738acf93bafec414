//! How the pages of the predictor say what the engine and its papers say for machines.

use domain::prediction::{AUDITED, group_in_words};

/// Of the engine's "expected over observed"; `predictor/words.html` explains it.
pub(super) const EXPECTED: &str = "Expected for each one that came";

/// A line that begins with a group, as "sex M: 206 people", with the group in words.
pub(super) fn group(line: &str) -> String {
    let Some((head, figures)) = line.split_once(": ") else { return line.to_owned() };
    let named = AUDITED.iter().find_map(|column| {
        let group = head.strip_prefix(column)?.strip_prefix(' ')?;
        Some(group_in_words(column, group))
    });
    format!("{}: {figures}", named.unwrap_or_else(|| head.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_of_a_paper_is_told_in_words() {
        assert_eq!(group("sex M: 206 people"), "Male: 206 people");
        assert_eq!(
            group("looked after no: 3 people; recall: 2"),
            "Not looked after: 3 people; recall: 2"
        );
        assert_eq!(group("nothing to say"), "nothing to say");
    }
}
