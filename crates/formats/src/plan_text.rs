//! Reads a strategy from the text of its own printed layout: sections, a key, a group's terms, and
//! one table an aim, whose cells each begin a line with a tab. It goes by structure, never by line
//! numbers. A text that is not such a document is refused with its line; what is merely odd is read
//! as it stands and reported. Personal names are left out unless they are asked for.

mod build;
mod cells;
mod rows;
mod sections;
mod terms;

use domain::plan::{Oddity, Plan, oddities, spelling_variants};
use sections::Document;

/// Why a text is not a plan, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ReadError {
    /// From 1; the last line when something is missing at the end.
    pub line: u32,
    pub what: String,
}

impl ReadError {
    fn at(line: u32, what: impl Into<String>) -> ReadError {
        ReadError { line, what: what.into() }
    }
}

/// Whether personal names in the source are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    LeaveOut,
    Keep,
}

/// What a file said.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub plan: Plan,
    pub warnings: Vec<Oddity>,
}

/// A plan that people wrote is far smaller than any of these.
const MOST_BYTES: usize = 4 << 20;
const MOST_LINES: usize = 50_000;
const LONGEST_LINE: usize = 20_000;

/// Reads a whole document.
///
/// Errors: the first line at which the text stops being a plan. Nothing is half read.
pub fn read(bytes: &[u8], names: Names) -> Result<Read, ReadError> {
    let lines = lines(bytes)?;
    let document = Document::find(&lines)?;
    let build::Built { plan, odd: mut warnings, places } = build::plan(&document, names)?;
    warnings.extend(oddities(&plan).into_iter().map(|mut oddity| {
        let label = oddity.place.split([',', ';']).next().unwrap_or_default();
        oddity.line = oddity.line.or_else(|| places.get(label).copied());
        oddity
    }));
    // Names would look like slips, and a warning must not repeat one.
    let prose = lines.iter().filter(|line| !document.may_name_people(line.number));
    warnings.extend(spelling_variants(prose.map(|line| (line.number, line.text))));
    Ok(Read { plan, warnings })
}

/// A line of the file; numbers count from 1.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    number: u32,
    text: &'a str,
}

fn lines(bytes: &[u8]) -> Result<Vec<Line<'_>>, ReadError> {
    if bytes.len() > MOST_BYTES {
        let what = format!("the file is larger than {} MB", MOST_BYTES >> 20);
        return Err(ReadError::at(1, what));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        ReadError::at(count(before), "this is not text in UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let last = text.rsplit('\n').next().unwrap_or_default();
    if !last.trim().is_empty() {
        let what = "the file stops in the middle of a line and may be cut off; if it is whole, end it \
                    with a line break";
        return Err(ReadError::at(count(bytes), what));
    }
    let mut lines = Vec::new();
    for (number, text) in (1_u32..).zip(text.lines()) {
        // A printed page's end says nothing of the plan.
        let text = text.trim_matches('\u{c}');
        if lines.len() == MOST_LINES {
            return Err(ReadError::at(number, "the file has too many lines for a plan"));
        }
        if text.len() > LONGEST_LINE {
            return Err(ReadError::at(number, "the line is too long for a plan"));
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(ReadError::at(number, "the line holds characters that are not text"));
        }
        lines.push(Line { number, text });
    }
    Ok(lines)
}

fn count(before: &[u8]) -> u32 {
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    u32::try_from(breaks + 1).unwrap_or(u32::MAX)
}
