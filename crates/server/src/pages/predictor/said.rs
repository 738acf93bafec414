//! How the pages of the predictor say what the engine and its papers say for machines.

use domain::calendar::{Day, shown};
use domain::prediction::{AUDITED, group_in_words};

/// Of the engine's "expected over observed"; `predictor/words.html` explains it.
pub(super) const EXPECTED: &str = "Expected for each one that came";

/// A text whose days, written as 2025-03-14, are written for people.
pub(super) fn days(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(from.len());
        let (piece, after) = from.split_at(end);
        out.push_str(before);
        match piece.parse::<Day>() {
            Ok(day) if piece.len() == "2025-03-14".len() => out.push_str(&shown(day)),
            _ => out.push_str(piece),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

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
    fn days_are_written_for_people_and_other_numbers_left() {
        for (text, told) in [
            ("2025-03-14", "14 March 2025"),
            (
                "2021-11-15: 346 young people; 0.42 [-0.1, 0.9]",
                "15 November 2021: 346 young people; 0.42 [-0.1, 0.9]",
            ),
            ("version 2025-99-14, 20250314 and 12-16", "version 2025-99-14, 20250314 and 12-16"),
            ("set on 2024-01-31", "set on 31 January 2024"),
        ] {
            assert_eq!(days(text), told);
        }
    }

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
