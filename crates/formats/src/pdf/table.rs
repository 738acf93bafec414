//! Tables: every cell as tall as its words, rows kept whole, the head again on every page.

use super::flow::{BRAND, Drawn, Flow, INK, INNER, LEFT, MUTED, RULE, WASH, colour_of};
use super::{Cell, Table};
use krilla::tagging::{TableHeaderScope, Tag};

const SIZE: f32 = 8.5;
const LEAD: f32 = 11.5;
const PAD: f32 = 5.0;
/// A row of more lines is cut, with a word that says so; no cell of ours is as long as a page.
const MOST_LINES: usize = 40;

struct Columns(Vec<(f32, f32)>);

pub(super) fn table(flow: &mut Flow<'_>, table: &Table) {
    let all: f32 = table.columns.iter().map(|(_, share)| share).sum();
    let mut x = LEFT;
    let mut columns = Vec::new();
    for (_, share) in &table.columns {
        let width = INNER * share / all.max(f32::EPSILON);
        columns.push((x, width));
        x += width;
    }
    let columns = Columns(columns);
    let node = flow.node(Tag::Table, None);
    if !table.caption.is_empty() {
        let caption = flow.node(Tag::Caption, Some(node));
        flow.need(70.0);
        flow.words(caption, LEFT, INNER, (9.0, true, INK), 13.0, &table.caption);
        flow.y += 2.0;
    }
    let head = flow.node(Tag::TR, Some(node));
    heads(flow, table, &columns, Some(head));
    for row in &table.rows {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(&columns.0)
            .map(|(cell, (_, width))| lines(flow, cell, width - 2.0 * PAD))
            .collect();
        let tall = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "at most forty lines")]
        let height = tall as f32 * LEAD + PAD;
        if flow.need(height) {
            heads(flow, table, &columns, None);
        }
        let tr = flow.node(Tag::TR, Some(node));
        let top = flow.y;
        for (place, ((cell, lines), at)) in row.iter().zip(&cells).zip(&columns.0).enumerate() {
            let of = match place {
                0 => flow.node(Tag::TH(TableHeaderScope::Row), Some(tr)),
                _ => flow.node(Tag::TD, Some(tr)),
            };
            draw(flow, of, (cell, lines), (at.0, top), place == 0);
        }
        flow.y = top + height;
        let under = vec![(LEFT, flow.y), (LEFT + INNER, flow.y)];
        flow.draw(None, Drawn::Line { points: under, width: 0.5, colour: RULE, dash: false });
    }
    flow.y += 10.0;
}

/// The head; only the first is read out.
fn heads(flow: &mut Flow<'_>, table: &Table, columns: &Columns, of: Option<usize>) {
    let top = flow.y;
    flow.draw(None, Drawn::Rect { at: (LEFT, top), size: (INNER, 17.0), colour: WASH });
    for ((name, _), (x, _)) in table.columns.iter().zip(&columns.0) {
        let node = of.map(|tr| flow.node(Tag::TH(TableHeaderScope::Column), Some(tr)));
        flow.text(node, (x + PAD, top + 11.5), (8.0, true, MUTED), &format!("{name} "));
    }
    flow.y = top + 17.0;
    let under = vec![(LEFT, flow.y), (LEFT + INNER, flow.y)];
    flow.draw(None, Drawn::Line { points: under, width: 1.0, colour: BRAND, dash: false });
}

fn lines(flow: &Flow<'_>, cell: &Cell, width: f32) -> Vec<String> {
    let (text, width) = match cell {
        Cell::Words(words) => (words, width),
        Cell::Mark(_, words) => (words, width - 12.0),
    };
    let mut lines = flow.faces.lines(false, SIZE, text, width.max(10.0));
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines.push("(and more)".to_owned());
    }
    lines
}

fn draw(
    flow: &mut Flow<'_>,
    of: usize,
    (cell, lines): (&Cell, &[String]),
    (x, top): (f32, f32),
    head: bool,
) {
    let (x, colour) = match cell {
        Cell::Words(_) => (x + PAD, INK),
        Cell::Mark(mark, _) => {
            flow.mark(*mark, (x + PAD, top + PAD), 8.5);
            (x + PAD + 12.0, colour_of(*mark))
        }
    };
    let bold = matches!(cell, Cell::Mark(..))
        || (head && lines.len() == 1 && lines.iter().all(|l| l.len() < 6));
    let mut y = top + PAD + 7.5;
    for line in lines {
        flow.text(Some(of), (x, y), (SIZE, bold, colour), &format!("{line} "));
        y += LEAD;
    }
}
