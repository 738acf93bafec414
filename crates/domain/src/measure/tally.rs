//! Counts by cell and month in one pass over the people and their spells.
//!
//! A standing that begins at one month end and stops before another adds one at the first place of
//! a row and takes one away at the second; sums along the row give every month at once, whatever
//! their number. Marks are counted the same way. The months of a row lie together, so that both places
//! are mostly fetched at once: a country's cells are far more than a processor keeps near. Whole numbers add up alike in any order, so what two
//! processors count is what one counts.

#![expect(clippy::indexing_slicing, reason = "cells are numbers this table gave out")]

use super::walk::Walker;
use super::{Asked, CUTS_MOST, Counts, Cut, Keys, Mark, Marked, Segment, Span, Standing};
use rayon::prelude::*;
use std::collections::HashMap;
use std::ops::Range;

/// Standings, then marks.
const CHANNELS: usize = Standing::COUNT + Mark::COUNT;

/// Counts by cell and month.
#[derive(Clone, Debug)]
pub struct Tally {
    pub span: Span,
    /// The key of each cell: one number a cut, meant by `Cut::value`.
    pub keys: Vec<Vec<u32>>,
    /// By cell, then channel, then month.
    counts: Vec<i32>,
}

impl Tally {
    /// The counts of a cell in the month at this place of the span.
    pub fn counts(&self, cell: usize, month: u32) -> Counts {
        let mut counts = Counts::default();
        let row = row(self.span.months());
        let cell = self.counts.get(cell * CHANNELS * row..).unwrap_or_default();
        let mut at_month = cell
            .chunks_exact(row)
            .map(|months| months.get(month as usize).map_or(0, |n| u64::from(n.unsigned_abs())));
        for (standing, people) in Standing::ALL.iter().zip(&mut at_month) {
            counts.add(*standing, people);
        }
        for (mark, sum) in Mark::ALL.iter().zip(at_month) {
            counts.mark(*mark, sum);
        }
        counts
    }
}

/// Places of a channel's row: one a month, and one after the last.
fn row(months: u32) -> usize {
    months as usize + 1
}

/// The most cells that are found by a table of all keys; more are found by hashing.
const DENSE: usize = 1 << 20;

/// Finds the number of a cell by its key.
struct Cells {
    radix: Vec<usize>,
    dense: Vec<u32>,
    sparse: HashMap<u128, u32>,
    keys: Vec<Vec<u32>>,
}

impl Cells {
    fn new(asked: Asked<'_>, cuts: &[Cut]) -> Self {
        let radix: Vec<usize> = cuts.iter().map(|cut| cut.values(asked.cohort)).collect();
        let all = radix.iter().try_fold(1_usize, |all, n| all.checked_mul(*n));
        let dense = all.filter(|all| *all <= DENSE).map_or_else(Vec::new, |all| vec![0; all]);
        Self { radix, dense, sparse: HashMap::new(), keys: Vec::new() }
    }

    fn number(&mut self, key: &[u32]) -> usize {
        let place =
            key.iter().zip(&self.radix).fold(0_u128, |p, (k, n)| p * *n as u128 + u128::from(*k));
        let slot = match usize::try_from(place).ok().and_then(|place| self.dense.get_mut(place)) {
            Some(slot) => slot,
            None => self.sparse.entry(place).or_insert(0),
        };
        if *slot == 0 {
            self.keys.push(key.to_vec());
            *slot = u32::try_from(self.keys.len()).expect("fewer cells than people");
        }
        *slot as usize - 1
    }
}

/// Months in which one person is in one cell. `to` is not included.
struct Part {
    from: u32,
    to: u32,
    key: [u32; CUTS_MOST],
    /// Where the cell lies; found when something is first counted in it.
    place: Option<usize>,
}

/// One table while it is counted.
struct Table<'a> {
    keys: Keys<'a>,
    cells: Cells,
    /// The cells of the person who is being counted.
    parts: Vec<Part>,
    /// Changes from month to month, by cell, then channel, then month.
    steps: Vec<i32>,
    span: Span,
    lead: u32,
    row: usize,
}

impl<'a> Table<'a> {
    fn new(asked: Asked<'a>, cuts: &'a [Cut], lead: u32) -> Self {
        let row = row(asked.span.months() - lead);
        let mut cells = Cells::new(asked, cuts);
        let mut steps = Vec::new();
        if cuts.is_empty() {
            cells.number(&[]);
            steps.resize(CHANNELS * row, 0);
        }
        let keys = Keys::new(asked, cuts);
        Self { keys, cells, parts: Vec::new(), steps, span: asked.span, lead, row }
    }

    fn person(&mut self, p: usize, segments: &[Segment], marked: &[Marked]) {
        self.keys.read(p, segments);
        self.parts.clear();
        self.keys.each((0, self.span.months()), &mut |from, to, found: &[u32]| {
            let mut key = [0; CUTS_MOST];
            key[..found.len()].copy_from_slice(found);
            self.parts.push(Part { from, to, key, place: None });
        });
        for segment in segments {
            self.add((segment.from, segment.to), 0, segment.standing as usize, 1);
        }
        for mark in marked {
            let channel = Standing::COUNT + mark.mark as usize;
            self.add((mark.from, mark.to), mark.back, channel, i32::from(mark.weight));
        }
    }

    fn add(&mut self, (from, to): (u32, u32), back: u8, channel: usize, by: i32) {
        let Self { cells, parts, steps, lead, row, .. } = self;
        if to <= *lead {
            return;
        }
        let back = u32::from(back);
        let (first, end) = (from.max(*lead) - back, to - back);
        for part in parts {
            let (from, to) = (part.from.max(first), part.to.min(end));
            if from >= to {
                continue;
            }
            let size = CHANNELS * *row;
            let place = *part.place.get_or_insert_with(|| {
                let cell = cells.number(&part.key[..cells.radix.len()]);
                if steps.len() <= cell * size {
                    steps.resize((cell + 1) * size, 0);
                }
                cell * size
            });
            let months = &mut steps[place + channel * *row..][..*row];
            months[(from + back - *lead) as usize] += by;
            months[(to + back - *lead) as usize] -= by;
        }
    }

    /// Adds what another processor counted of other people.
    fn plus(&mut self, other: &Self) {
        let size = CHANNELS * self.row;
        for (key, theirs) in other.cells.keys.iter().zip(other.steps.chunks_exact(size)) {
            let cell = self.cells.number(key);
            if self.steps.len() <= cell * size {
                self.steps.resize((cell + 1) * size, 0);
            }
            let mine = &mut self.steps[cell * size..(cell + 1) * size];
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
    }

    /// Sums the changes along the months.
    fn finish(self, span: Span) -> Tally {
        let mut counts = self.steps;
        for months in counts.chunks_exact_mut(self.row) {
            let mut now = 0;
            for step in months {
                now += *step;
                *step = now;
            }
        }
        Tally { span, keys: self.cells.keys, counts }
    }
}

/// Counts everybody of the ages asked, by every combination of the cuts' values.
///
/// Shape: `cuts` at most eight; cells in the order they were met. Without cuts there is one cell.
pub fn tally(asked: Asked<'_>, cuts: &[Cut]) -> Tally {
    tally_all(asked, &[cuts], 0).pop().expect("as many tables as were asked for")
}

/// Counts several tables of the same people at once, leaving out the `lead` first months, which are only
/// looked back at.
///
/// Shape: a tally for each of `tables`, in their order.
pub fn tally_all(asked: Asked<'_>, tables: &[&[Cut]], lead: u32) -> Vec<Tally> {
    let lead = lead.min(asked.span.months() - 1);
    let walker = Walker::new(asked);
    let new = || tables.iter().map(|cuts| Table::new(asked, cuts, lead)).collect::<Vec<_>>();
    let counted = if tables.len() < 2 * rayon::current_num_threads() {
        by_people(&walker, asked.cohort.len(), new)
    } else {
        by_tables(&walker, asked.cohort.len(), new())
    };
    let span =
        Span::new(asked.span.first().plus(i32::try_from(lead).unwrap_or(0)), asked.span.last());
    counted.into_par_iter().map(|table| table.finish(span)).collect()
}

/// Fewer people than this are not worth dealing out.
const SHARE: usize = 2_000;

/// Each processor takes a share of the people and fills tables of its own, which are then added up.
fn by_people<'a>(
    walker: &Walker<'a>,
    people: usize,
    new: impl Fn() -> Vec<Table<'a>> + Sync,
) -> Vec<Table<'a>> {
    let shares = rayon::current_num_threads().min(people / SHARE).max(1);
    let share = |n: usize| people * n / shares..people * (n + 1) / shares;
    let filled: Vec<Vec<Table<'a>>> = (0..shares)
        .into_par_iter()
        .map(|n| {
            let mut tables = new();
            walker.each(share(n), |p, segments, marked| {
                tables.iter_mut().for_each(|table| table.person(p, segments, marked));
            });
            tables
        })
        .collect();
    filled
        .into_iter()
        .reduce(|mut all, more| {
            all.iter_mut().zip(&more).for_each(|(table, more)| table.plus(more));
            all
        })
        .unwrap_or_default()
}

/// People walked at a time, and by one processor at a time.
const BLOCK: usize = 1 << 14;
const PART: usize = 1 << 9;

/// What was walked of some people.
#[derive(Default)]
struct Walked {
    /// Row of the person, and where their segments and marks end.
    people: Vec<(usize, usize, usize)>,
    segments: Vec<Segment>,
    marked: Vec<Marked>,
}

/// People are walked once, in blocks; then each table takes the whole block, so that tables of many
/// cells are in memory once.
fn by_tables<'a>(walker: &Walker<'a>, people: usize, mut tables: Vec<Table<'a>>) -> Vec<Table<'a>> {
    for block in (0..people).step_by(BLOCK) {
        let end = (block + BLOCK).min(people);
        let parts: Vec<Range<usize>> =
            (block..end).step_by(PART).map(|from| from..(from + PART).min(end)).collect();
        let walked: Vec<Walked> =
            parts.into_par_iter().map(|part| walk_part(walker, part)).collect();
        tables.par_iter_mut().for_each(|table| {
            for part in &walked {
                let (mut segment, mut mark) = (0, 0);
                for (p, segments, marks) in &part.people {
                    table.person(
                        *p,
                        &part.segments[segment..*segments],
                        &part.marked[mark..*marks],
                    );
                    (segment, mark) = (*segments, *marks);
                }
            }
        });
    }
    tables
}

fn walk_part(walker: &Walker<'_>, part: Range<usize>) -> Walked {
    let mut walked = Walked::default();
    walker.each(part, |p, segments, marked| {
        walked.segments.extend_from_slice(segments);
        walked.marked.extend_from_slice(marked);
        walked.people.push((p, walked.segments.len(), walked.marked.len()));
    });
    walked
}
