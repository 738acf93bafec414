//! Which of several dated rows holds at each month end: of those that cover it, the one that
//! began last. The rule is that of `status::spell_on` and of the address lived at.

use super::Span;
use crate::cohort::Stamp;
use std::ops::Range;

/// Months `from` up to, not including, `to`, and the row that holds then; `None` where none does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub from: u32,
    pub to: u32,
    pub row: Option<u32>,
}

/// Fills `pieces` with the rows that hold, in order of months, without gaps from 0 to the end.
///
/// Shape: `rows` are in order of their first day; where two began together the later one holds.
#[expect(clippy::indexing_slicing, reason = "the rows are those of the columns")]
pub fn resolve(
    rows: Range<usize>,
    starts: &[Stamp],
    ends: &[Stamp],
    span: Span,
    pieces: &mut Vec<Piece>,
) {
    let months = |row: usize| (span.from_day(starts[row]), span.after_day(ends[row]));
    resolve_months(rows, months, span, pieces);
}

/// As [`resolve`], of rows that hold from one month up to, not including, another.
pub fn resolve_months(
    rows: Range<usize>,
    months: impl Fn(usize) -> (u32, u32),
    span: Span,
    pieces: &mut Vec<Piece>,
) {
    pieces.clear();
    for row in rows {
        let (from, to) = months(row);
        if from >= to {
            continue;
        }
        let piece = Piece { from, to, row: u32::try_from(row).ok() };
        if pieces.last().is_none_or(|last| last.to <= from) {
            pieces.push(piece);
        } else {
            lay_over(pieces, piece);
        }
    }
    fill_gaps(pieces, span.months());
}

/// Puts a piece on top of the others, which keep what sticks out on either side.
fn lay_over(pieces: &mut Vec<Piece>, top: Piece) {
    let below = std::mem::take(pieces);
    let left = |p: &Piece| Piece { to: p.to.min(top.from), ..*p };
    let right = |p: &Piece| Piece { from: p.from.max(top.to), ..*p };
    pieces.extend(below.iter().map(left).filter(|p| p.from < p.to));
    pieces.push(top);
    pieces.extend(below.iter().map(right).filter(|p| p.from < p.to));
}

fn fill_gaps(pieces: &mut Vec<Piece>, months: u32) {
    let mut reached = 0;
    let mut at = 0;
    while let Some(piece) = pieces.get(at).copied() {
        if piece.from > reached {
            pieces.insert(at, Piece { from: reached, to: piece.from, row: None });
            at += 1;
        }
        reached = piece.to;
        at += 1;
    }
    if reached < months {
        pieces.push(Piece { from: reached, to: months, row: None });
    }
}
