//! Counts by cell and month in one pass over the people and their spells.
//!
//! A standing that begins at one month end and stops before another adds one at the first place of
//! a row and takes one away at the second; sums along the row give every month at once, whatever
//! their number. Marks are counted the same way. While counting, the months of a channel lie together, so
//! that both places are mostly fetched at once: a country's cells are more than a processor keeps near.
//! Whole numbers add up alike in any order, so what two processors count is what one counts.

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
    /// By cell, then month, then channel.
    counts: Vec<u32>,
}

impl Tally {
    /// The counts of a cell in the month at this place of the span.
    pub fn counts(&self, cell: usize, month: u32) -> Counts {
        let mut counts = Counts::default();
        let from = (cell * self.span.months() as usize + month as usize) * CHANNELS;
        let row = self.counts.get(from..from + CHANNELS).unwrap_or_default();
        for (standing, people) in Standing::ALL.iter().zip(row) {
            counts.add(*standing, u64::from(*people));
        }
        for (mark, sum) in Mark::ALL.iter().zip(row.iter().skip(Standing::COUNT)) {
            counts.mark(*mark, u64::from(*sum));
        }
        counts
    }
}

/// Places of a channel's row: one a month, and one after the last.
const fn row(months: u32) -> usize {
    months as usize + 1
}

/// A change at one place of a cell. What is taken away is added as its complement.
#[derive(Clone, Copy)]
struct Step {
    place: u32,
    by: u32,
}

impl Step {
    fn undoes(self, other: Self) -> bool {
        self.place == other.place && self.by.wrapping_add(other.by) == 0
    }

    fn add_to(self, cell: &mut [u32]) {
        let slot = &mut cell[self.place as usize];
        *slot = slot.wrapping_add(self.by);
    }
}

/// Where a change lies in a cell.
#[derive(Clone, Copy)]
struct Layout {
    months: u32,
    /// Months at the beginning that are only looked back at.
    lead: u32,
    row: usize,
}

impl Layout {
    fn new(span: Span, lead: u32) -> Self {
        Self { months: span.months(), lead, row: row(span.months() - lead) }
    }

    /// Places of a cell.
    fn size(self) -> usize {
        CHANNELS * self.row
    }

    /// One change where the months begin, one where they have ended.
    fn steps(self, (from, to): (u32, u32), channel: usize, by: u32) -> [Step; 2] {
        let row = channel * self.row;
        let place = |month: u32| u32::try_from(row).unwrap_or(u32::MAX) + month - self.lead;
        [Step { place: place(from), by }, Step { place: place(to), by: by.wrapping_neg() }]
    }

    /// What a person adds who is in one cell all the time, as most are in most tables: the same to each.
    ///
    /// What ends where the same goes on, as from one spell to the next, changes nothing and is left out, as is what
    /// ends after the last month.
    fn whole(self, segments: &[Segment], marked: &[Marked], steps: &mut Vec<Step>) {
        let first = steps.len();
        for counted in counted(segments, marked) {
            let from = counted.from.max(self.lead);
            if from >= counted.to {
                continue;
            }
            let [begun, ended] = self.steps((from, counted.to), counted.channel, counted.by);
            match steps[first..].last() {
                Some(last) if last.undoes(begun) => _ = steps.pop(),
                _ => steps.push(begun),
            }
            if counted.to < self.months {
                steps.push(ended);
            }
        }
    }
}

/// Months in which somebody counts in a channel. `to` is not included.
struct Counted {
    from: u32,
    to: u32,
    channel: usize,
    by: u32,
    /// As of a mark.
    back: u32,
}

fn counted(segments: &[Segment], marked: &[Marked]) -> impl Iterator<Item = Counted> {
    let standings = segments.iter().map(|segment| Counted {
        from: segment.from,
        to: segment.to,
        channel: segment.standing as usize,
        by: 1,
        back: 0,
    });
    let marks = marked.iter().map(|mark| Counted {
        from: mark.from,
        to: mark.to,
        channel: Standing::COUNT + mark.mark as usize,
        by: u32::from(mark.weight),
        back: u32::from(mark.back),
    });
    standings.chain(marks)
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

impl Part {
    /// Where its cell lies, which is made where nobody was counted in it before.
    fn cell(&mut self, cells: &mut Cells, steps: &mut Vec<u32>, layout: Layout) -> usize {
        *self.place.get_or_insert_with(|| {
            let place = cells.number(&self.key[..cells.radix.len()]) * layout.size();
            if steps.len() <= place {
                steps.resize(place + layout.size(), 0);
            }
            place
        })
    }
}

/// One table while it is counted.
struct Table<'a> {
    keys: Keys<'a>,
    cells: Cells,
    /// The cells of the person who is being counted.
    parts: Vec<Part>,
    /// Changes from month to month, by cell, then channel, then month.
    steps: Vec<u32>,
    layout: Layout,
}

impl<'a> Table<'a> {
    fn new(asked: Asked<'a>, cuts: &'a [Cut], layout: Layout) -> Self {
        let mut cells = Cells::new(asked, cuts);
        let mut steps = Vec::new();
        if cuts.is_empty() {
            cells.number(&[]);
            steps.resize(layout.size(), 0);
        }
        Self { keys: Keys::new(asked, cuts), cells, parts: Vec::new(), steps, layout }
    }

    /// Counts one person; `whole` is what they add to a cell in which they are all the time. Where there is one, its
    /// place is given and nothing counted yet.
    fn person(
        &mut self,
        p: usize,
        segments: &[Segment],
        marked: &[Marked],
        whole: &[Step],
    ) -> Option<usize> {
        if whole.is_empty() {
            return None;
        }
        self.keys.read(p, segments);
        self.parts.clear();
        self.keys.each((0, self.layout.months), &mut |from, to, found: &[u32]| {
            let mut key = [0; CUTS_MOST];
            key[..found.len()].copy_from_slice(found);
            self.parts.push(Part { from, to, key, place: None });
        });
        let Self { cells, parts, steps, layout, .. } = self;
        if let [part] = parts.as_mut_slice()
            && (part.from, part.to) == (0, layout.months)
        {
            return Some(part.cell(cells, steps, *layout));
        }
        for counted in counted(segments, marked).filter(|counted| counted.to > layout.lead) {
            let back = counted.back;
            let (first, end) = (counted.from.max(layout.lead) - back, counted.to - back);
            for part in parts.iter_mut() {
                let (from, to) = (part.from.max(first), part.to.min(end));
                if from < to {
                    let place = part.cell(cells, steps, *layout);
                    let cell = &mut steps[place..place + layout.size()];
                    for step in layout.steps((from + back, to + back), counted.channel, counted.by)
                    {
                        step.add_to(cell);
                    }
                }
            }
        }
        None
    }

    fn add(&mut self, place: usize, whole: &[Step]) {
        let cell = &mut self.steps[place..place + self.layout.size()];
        whole.iter().for_each(|step| step.add_to(cell));
    }

    /// Counts a block of people. In a table of more cells than a processor keeps near, those of a cell are counted
    /// one after another, so that it is fetched once for all of them.
    fn block(&mut self, block: &[Walked]) {
        let mut later = Vec::new();
        for part in block {
            let [mut segment, mut mark, mut step] = [0; 3];
            for (p, [segments, marks, steps]) in &part.people {
                let (segments_of, marks_of, whole) = (
                    &part.segments[segment..*segments],
                    &part.marked[mark..*marks],
                    &part.whole[step..*steps],
                );
                match self.person(*p, segments_of, marks_of, whole) {
                    Some(place) if self.steps.len() < NEAR => self.add(place, whole),
                    Some(place) => later.push((place, whole)),
                    None => {}
                }
                [segment, mark, step] = [*segments, *marks, *steps];
            }
        }
        later.sort_unstable_by_key(|(place, _)| *place);
        later.into_iter().for_each(|(place, whole)| self.add(place, whole));
    }

    /// Adds what another processor counted of other people.
    fn plus(&mut self, other: &Self) {
        let size = self.layout.size();
        for (key, theirs) in other.cells.keys.iter().zip(other.steps.chunks_exact(size)) {
            let cell = self.cells.number(key);
            if self.steps.len() <= cell * size {
                self.steps.resize((cell + 1) * size, 0);
            }
            let mine = &mut self.steps[cell * size..(cell + 1) * size];
            for (mine, theirs) in mine.iter_mut().zip(theirs) {
                *mine = mine.wrapping_add(*theirs);
            }
        }
    }

    fn finish(self, span: Span) -> Tally {
        Tally { span, keys: self.cells.keys, counts: sums(self.steps, self.layout.row) }
    }
}

/// Running sums along the months of each channel, turned so that the channels of a month lie together. They take
/// the place of the changes: a country's cells are too many to find room for twice.
fn sums(mut cells: Vec<u32>, row: usize) -> Vec<u32> {
    let (before, after) = (row * CHANNELS, (row - 1) * CHANNELS);
    let all = cells.len() / before;
    let mut steps = vec![0; before];
    for cell in 0..all {
        steps.copy_from_slice(&cells[cell * before..(cell + 1) * before]);
        let counts = &mut cells[cell * after..(cell + 1) * after];
        for (channel, months) in steps.chunks_exact(row).enumerate() {
            let mut now = 0_u32;
            for (step, counts) in months.iter().zip(counts.chunks_exact_mut(CHANNELS)) {
                now = now.wrapping_add(*step);
                counts[channel] = now;
            }
        }
    }
    cells.truncate(all * after);
    cells
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
    let (walker, layout) = (Walker::new(asked), Layout::new(asked.span, lead));
    let new = || tables.iter().map(|cuts| Table::new(asked, cuts, layout)).collect::<Vec<_>>();
    let counted = if tables.len() < 2 * rayon::current_num_threads() {
        by_people((&walker, layout), asked.cohort.len(), new)
    } else {
        by_tables((&walker, layout), asked.cohort.len(), new())
    };
    let span =
        Span::new(asked.span.first().plus(i32::try_from(lead).unwrap_or(0)), asked.span.last());
    counted.into_par_iter().with_max_len(1).map(|table| table.finish(span)).collect()
}

/// Fewer people than this are not worth dealing out.
const SHARE: usize = 2_000;

/// Each processor takes a share of the people and fills tables of its own, which are then added up.
fn by_people<'a>(
    (walker, layout): (&Walker<'a>, Layout),
    people: usize,
    new: impl Fn() -> Vec<Table<'a>> + Sync,
) -> Vec<Table<'a>> {
    let shares = rayon::current_num_threads().min(people / SHARE).max(1);
    let share = |n: usize| people * n / shares..people * (n + 1) / shares;
    let filled: Vec<Vec<Table<'a>>> = (0..shares)
        .into_par_iter()
        .map(|n| {
            let (mut tables, mut whole) = (new(), Vec::new());
            walker.each(share(n), |p, segments, marked| {
                whole.clear();
                layout.whole(segments, marked, &mut whole);
                for table in &mut tables {
                    if let Some(place) = table.person(p, segments, marked, &whole) {
                        table.add(place, &whole);
                    }
                }
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

/// Places of cells that a processor keeps near.
const NEAR: usize = 1 << 19;

/// People walked at a time, of a country more, and by one processor at a time.
const BLOCK: usize = 1 << 14;
const PART: usize = 1 << 9;

/// What was walked of some people.
#[derive(Default)]
struct Walked {
    /// Row of the person, and where their segments, marks and changes end.
    people: Vec<(usize, [usize; 3])>,
    segments: Vec<Segment>,
    marked: Vec<Marked>,
    whole: Vec<Step>,
}

/// People are walked once, in blocks; then each table takes the whole block, so that tables of many
/// cells are in memory once.
fn by_tables<'a>(
    (walker, layout): (&Walker<'a>, Layout),
    people: usize,
    mut tables: Vec<Table<'a>>,
) -> Vec<Table<'a>> {
    let size = BLOCK.max(people / 16);
    for block in (0..people).step_by(size) {
        let end = (block + size).min(people);
        let parts: Vec<Range<usize>> =
            (block..end).step_by(PART).map(|from| from..(from + PART).min(end)).collect();
        let walked: Vec<Walked> =
            parts.into_par_iter().map(|part| walk_part(walker, layout, part)).collect();
        // One at a time: those of many cells take long and lie together.
        tables.par_iter_mut().with_max_len(1).for_each(|table| table.block(&walked));
    }
    tables
}

fn walk_part(walker: &Walker<'_>, layout: Layout, part: Range<usize>) -> Walked {
    let mut walked = Walked::default();
    walker.each(part, |p, segments, marked| {
        walked.segments.extend_from_slice(segments);
        walked.marked.extend_from_slice(marked);
        layout.whole(segments, marked, &mut walked.whole);
        let ends = [walked.segments.len(), walked.marked.len(), walked.whole.len()];
        walked.people.push((p, ends));
    });
    walked
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn two_changes_count_what_asking_every_month_counts(
            lead in 0u32..6,
            standings in proptest::collection::vec((0u32..12, 1u32..6, 0..Standing::COUNT), 0..8),
            marks in proptest::collection::vec((1u32..12, 1u32..6, 0..Mark::COUNT, 1u16..9, 0u8..2), 0..8),
        ) {
            let span = Span::new("2024-01".parse().unwrap(), "2024-12".parse().unwrap());
            let to = |from: u32, months: u32| (from + months).min(span.months());
            let segments: Vec<Segment> = standings.iter().map(|(from, months, standing)| Segment {
                from: *from, to: to(*from, *months), standing: Standing::ALL[*standing], spell: None,
            }).collect();
            let marked: Vec<Marked> = marks.iter().map(|(from, months, mark, weight, back)| Marked {
                from: *from, to: to(*from, *months), mark: Mark::ALL[*mark], weight: *weight, back: *back, spell: None,
            }).collect();
            let layout = Layout::new(span, lead);
            let mut whole = Vec::new();
            layout.whole(&segments, &marked, &mut whole);
            let mut cell = vec![0; layout.size()];
            whole.iter().for_each(|step| step.add_to(&mut cell));
            let tally = Tally { span: Span::new(span.first().plus(lead as i32), span.last()), keys: Vec::new(),
                counts: sums(cell, layout.row) };
            for month in lead..span.months() {
                let mut plain = Counts::default();
                for segment in segments.iter().filter(|s| (s.from..s.to).contains(&month)) {
                    plain.add(segment.standing, 1);
                }
                for mark in marked.iter().filter(|m| (m.from..m.to).contains(&month)) {
                    plain.mark(mark.mark, u64::from(mark.weight));
                }
                prop_assert_eq!(tally.counts(0, month - lead), plain);
            }
        }
    }
}
