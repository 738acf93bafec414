//! The table of one aim as rows: an outcome's own row, and rows that add an action to it.

use super::ReadError;
use super::cells::Cell;
use domain::calendar::Day;
use domain::plan::{Label, Meeting, Oddity, OddityKind, Rating, folded};

/// One row of seven columns.
pub(super) struct Row {
    pub line: u32,
    /// On the first row of an outcome.
    pub head: Option<Head>,
    pub action: String,
    pub action_rating: Rating,
    pub outcome_rating: Rating,
}

pub(super) struct Head {
    pub label: Label,
    pub title: String,
    pub by_when: String,
    pub lead: String,
    pub additional: String,
}

const COLUMNS: [&str; 6] =
    ["planned outcomes", "by when", "lead", "additional responsibilities", "actions", "rag"];
/// Outcome, by when, lead, additional, action, its rating, the outcome's rating.
const WIDTH: usize = 7;
/// Where the printed row merges its ratings into the action, these are left.
const NARROWEST: usize = 5;

/// The table's day and its rows.
pub(super) fn rows(
    aim: u16,
    start: u32,
    cells: &[Cell],
    odd: &mut Vec<Oddity>,
) -> Result<(Day, Vec<Row>), ReadError> {
    let (head, body) = cells.split_at_checked(COLUMNS.len()).ok_or_else(|| {
        ReadError::at(start, format!("the table of aim {aim} has no row of column names"))
    })?;
    for (cell, column) in head.iter().zip(COLUMNS) {
        if !folded(&cell.text).starts_with(column) {
            let what = format!("the column '{column}' is missing from the table of aim {aim}");
            return Err(ReadError::at(cell.line, what));
        }
    }
    let line = head.last().map_or(start, |cell| cell.line);
    let day = head.last().and_then(|cell| rated_on(&cell.text)).ok_or_else(|| {
        ReadError::at(line, "the column of ratings does not say of which day they are")
    })?;
    Ok((day, body_rows(aim, body, odd)?))
}

/// `RAG Rating 16 Jul 09` is of that day.
fn rated_on(text: &str) -> Option<Day> {
    let words = folded(text);
    let from = words.find(|c: char| c.is_ascii_digit())?;
    Meeting::read(words.get(from..)?).map(|meeting| meeting.day)
}

fn body_rows(aim: u16, cells: &[Cell], odd: &mut Vec<Oddity>) -> Result<Vec<Row>, ReadError> {
    let mut rows: Vec<Row> = Vec::new();
    let mut rest = cells;
    while let Some(first) = rest.first() {
        let width = width(aim, rest);
        let (taken, left) = rest.split_at(width);
        rest = left;
        if taken.iter().all(|cell| cell.words().is_empty()) {
            let sentence = "A row of the table is empty.";
            let place = format!("aim {aim}");
            odd.push(Oddity::new(OddityKind::EmptyRow, place, sentence).at(first.line));
            continue;
        }
        let row = match label(first.words()) {
            Some((label, title)) => outcome_row(aim, label, title, taken, odd)?,
            None => further_row(taken, rows.is_empty())?,
        };
        rows.push(row);
    }
    if rows.is_empty() {
        let line = cells.first().map_or(1, |cell| cell.line);
        return Err(ReadError::at(line, format!("the table of aim {aim} has no outcomes")));
    }
    Ok(rows)
}

/// Cells up to the row's full width, or to the next outcome's label where the row is shorter.
fn width(aim: u16, cells: &[Cell]) -> usize {
    let next = cells.iter().take(WIDTH).skip(1).position(|cell| {
        cell.after_gap && label(cell.words()).is_some_and(|(label, _)| label.aim == aim)
    });
    next.map_or(cells.len().min(WIDTH), |at| at + 1)
}

/// `3.11 Young people ...` gives the label and the title.
fn label(text: &str) -> Option<(Label, &str)> {
    let (label, title) = text.split_once(char::is_whitespace)?;
    Some((label.trim_end_matches('.').parse().ok()?, title.trim()))
}

fn outcome_row(
    aim: u16,
    label: Label,
    title: &str,
    cells: &[Cell],
    odd: &mut Vec<Oddity>,
) -> Result<Row, ReadError> {
    let line = cells.first().map_or(0, |cell| cell.line);
    if label.aim != aim {
        return Err(ReadError::at(line, format!("outcome {label} stands under aim {aim}")));
    }
    if cells.len() < NARROWEST {
        let what = format!(
            "the row of outcome {label} ends after {} cells; it needs at least {NARROWEST}",
            cells.len()
        );
        return Err(ReadError::at(line, what));
    }
    if cells.len() < WIDTH {
        let ratings = cells.len() - NARROWEST;
        let sentence = format!(
            "The row of {label} has {ratings} of its two ratings; what is not there is unrated."
        );
        odd.push(Oddity::new(OddityKind::ShortRow, label.to_string(), sentence).at(line));
    }
    let words = |at: usize| cells.get(at).map_or("", Cell::words).to_owned();
    let head = Head {
        label,
        title: title.to_owned(),
        by_when: words(1),
        lead: words(2),
        additional: words(3),
    };
    finish(line, Some(head), cells)
}

fn further_row(cells: &[Cell], first: bool) -> Result<Row, ReadError> {
    let line = cells.first().map_or(0, |cell| cell.line);
    if let Some(cell) = cells.iter().take(4).find(|cell| !cell.words().is_empty()) {
        let what = "a row that only adds an action has words before the action, and no outcome's \
                    label";
        return Err(ReadError::at(cell.line, what));
    }
    if first {
        return Err(ReadError::at(line, "an action stands before any outcome"));
    }
    if cells.len() < WIDTH {
        let what = format!("the row ends after {} of its {WIDTH} cells", cells.len());
        return Err(ReadError::at(line, what));
    }
    finish(line, None, cells)
}

fn finish(line: u32, head: Option<Head>, cells: &[Cell]) -> Result<Row, ReadError> {
    let rating = |at: usize| -> Result<Rating, ReadError> {
        let Some(cell) = cells.get(at) else { return Ok(Rating::Unrated) };
        Rating::read(cell.words()).ok_or_else(|| {
            let shown: String = cell.words().chars().take(40).collect();
            let what = format!("'{shown}' is not a rating: G, A, R, Not yet started or nothing");
            ReadError::at(cell.line, what)
        })
    };
    let action = cells.get(4).map_or("", Cell::words).to_owned();
    let (action_rating, outcome_rating) = (rating(5)?, rating(6)?);
    if action.is_empty() && action_rating != Rating::Unrated {
        return Err(ReadError::at(line, "an action is rated whose words are missing"));
    }
    Ok(Row { line, head, action, action_rating, outcome_rating })
}
