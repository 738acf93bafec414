//! Finds the parts of the document by their headings: the strategy, the group's terms, the plan.

use super::{Line, ReadError};
use domain::plan::folded;

/// The parts, each without its heading.
pub(super) struct Document<'a> {
    pub strategy: &'a [Line<'a>],
    pub terms: &'a [Line<'a>],
    pub plan: &'a [Line<'a>],
    /// The words of the plan's heading.
    pub heading: &'a str,
    pub group_heading: &'a str,
    pub last_line: u32,
}

/// A heading such as `Section 2: The Group - Terms of Reference ____`.
struct Heading<'a> {
    at: usize,
    number: u16,
    words: &'a str,
}

impl<'a> Document<'a> {
    pub fn find(lines: &'a [Line<'a>]) -> Result<Document<'a>, ReadError> {
        let last_line = lines.last().map_or(1, |line| line.number);
        let headings: Vec<Heading<'_>> =
            lines.iter().enumerate().filter_map(|(at, line)| heading(at, line.text)).collect();
        let find = |number: u16, what: &str| {
            headings.iter().find(|h| h.number == number).ok_or_else(|| {
                ReadError::at(last_line, format!("there is no 'Section {number}:' with {what}"))
            })
        };
        let strategy = find(1, "the strategy")?;
        let terms = find(2, "the group's terms of reference")?;
        let plan = find(3, "the action plan")?;
        if !(strategy.at < terms.at && terms.at < plan.at) {
            let line = lines.get(plan.at).map_or(1, |line| line.number);
            return Err(ReadError::at(line, "the sections are not in the order 1, 2, 3"));
        }
        let part = |from: usize, to: usize| lines.get(from + 1..to).unwrap_or_default();
        Ok(Document {
            strategy: part(strategy.at, terms.at),
            terms: part(terms.at, plan.at),
            plan: part(plan.at, lines.len()),
            heading: plan.words,
            group_heading: terms.words,
            last_line,
        })
    }

    /// Only the terms of reference name people.
    pub fn may_name_people(&self, line: u32) -> bool {
        let first = self.terms.first().map_or(u32::MAX, |line| line.number);
        let last = self.terms.last().map_or(0, |line| line.number);
        (first..=last).contains(&line)
    }
}

fn heading(at: usize, text: &str) -> Option<Heading<'_>> {
    let (number, words) = text.strip_prefix("Section ")?.split_once(':')?;
    let words = words.trim_matches(|c: char| c == '_' || c.is_whitespace());
    Some(Heading { at, number: number.trim().parse().ok()?, words })
}

/// `Aim 2: Title` or `Aim2:` with the title on the next line: the number and what follows the colon.
pub(super) fn aim_heading(text: &str) -> Option<(u16, &str)> {
    let (number, title) = text.strip_prefix("Aim")?.split_once(':')?;
    Some((number.trim().parse().ok()?, title.trim()))
}

/// The aims that the strategy promises, with their lines.
pub(super) fn promised_aims<'a>(strategy: &[Line<'a>]) -> Vec<(u32, u16, &'a str)> {
    let mut found = Vec::new();
    for (at, line) in strategy.iter().enumerate() {
        if let Some((number, title)) = aim_heading(line.text) {
            let below = strategy.iter().skip(at + 1).map(|l| l.text.trim()).find(|t| !t.is_empty());
            let title = if title.is_empty() { below.unwrap_or("") } else { title };
            found.push((line.number, number, title));
        }
    }
    found
}

/// The text of a line without its bullet and spaces; none when it has no bullet.
pub(super) fn bullet(text: &str) -> Option<&str> {
    let text = text.trim().strip_prefix(['·', '•'])?;
    Some(text.trim())
}

/// Lines after one that begins with `start` (folded), up to the next short line that ends in a colon.
pub(super) fn under<'a>(lines: &'a [Line<'a>], start: &str) -> &'a [Line<'a>] {
    let Some(at) = lines.iter().position(|l| folded(l.text).starts_with(start)) else { return &[] };
    let rest = lines.get(at + 1..).unwrap_or_default();
    let end = rest.iter().position(|l| ends_the_part(l.text)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}

fn ends_the_part(text: &str) -> bool {
    bullet(text).is_none() && text.trim_end().ends_with(':')
}
