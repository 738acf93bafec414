//! Cells of a printed table: each begins a line with a tab and runs until the next one.

use super::{Line, ReadError};

/// A cell's words on one line, and where it began.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub line: u32,
    pub text: String,
    /// Whether an empty line stands before it, as before every new row.
    pub after_gap: bool,
}

impl Cell {
    /// The words; a lone bullet is nothing.
    pub fn words(&self) -> &str {
        self.text.trim_matches(|c: char| c.is_whitespace() || c == '·' || c == '•')
    }
}

/// Collects the cells of a part.
///
/// Errors: words before the first cell, which belong to no column.
pub(super) fn cells(lines: &[Line<'_>]) -> Result<Vec<Cell>, ReadError> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut gap = true;
    for line in lines {
        if let Some(text) = line.text.strip_prefix('\t') {
            let text = joined("", text);
            cells.push(Cell { line: line.number, text, after_gap: gap });
        } else if !line.text.trim().is_empty() {
            let Some(cell) = cells.last_mut() else {
                let what = "words stand here that belong to no column";
                return Err(ReadError::at(line.number, what));
            };
            cell.text = joined(&cell.text, line.text);
        }
        gap = line.text.trim().is_empty() && !line.text.starts_with('\t');
    }
    Ok(cells)
}

/// Words with one space between them.
fn joined(before: &str, more: &str) -> String {
    let words = before.split_whitespace().chain(more.split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}
