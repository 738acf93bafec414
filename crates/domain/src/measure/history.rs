//! What the register knew over some months: each row once, with the months at whose end it was known. The rows that
//! stand come from today's cohort, so that only those that were replaced are read for it.
//!
//! Invariant: row `p` of the history's people is `versions[p]`, somebody as they were known over some months; how
//! they were known when a month ended is in one such row at most.

#![expect(clippy::indexing_slicing, reason = "versions and rows are numbers of one history")]

use super::Span;
use crate::cohort::{Builder, Cohort, Particular, Stamp, Stay};
use crate::person::ChangeId;

/// Months of a span by their place in it; the second is not included.
type Months = (u32, u32);

/// Somebody as they were known over some months.
#[derive(Clone, Copy, Debug)]
pub(super) struct Version {
    /// Their row in today's cohort.
    pub of: usize,
    pub known: Months,
    /// What was said of the same person and added before it.
    before: Option<usize>,
}

/// People and their spells as they were known over some months.
#[derive(Clone, Debug)]
pub struct History {
    pub(super) span: Span,
    pub(super) cohort: Cohort,
    pub(super) versions: Vec<Version>,
    /// By row of the spells: the months whose end it covers and at whose end it was known.
    pub(super) covered: Vec<Months>,
    /// How many people there are in today's cohort.
    pub(super) people: usize,
}

/// A history while what was replaced arrives: people first, then spells.
pub struct HistoryBuilder<'a> {
    now: &'a Cohort,
    span: Span,
    changes: Vec<ChangeId>,
    rows: Builder,
    versions: Vec<Version>,
    /// By row of today's cohort: what was added last of the person.
    newest: Vec<usize>,
    covered: Vec<Months>,
}

impl<'a> HistoryBuilder<'a> {
    /// Shape: `changes` are the last ones known at the end of each month of the span, in order of months, and none
    /// of them is later than the moment at which `now` was read.
    pub fn new(now: &'a Cohort, span: Span, changes: Vec<ChangeId>) -> Self {
        let mut rows = Builder::default();
        let stands = |(of, made): (usize, &i64)| {
            rows.copy_person(number(of), &now.people, of);
            Version { of, known: known(&changes, *made, None), before: None }
        };
        let versions = now.people.made.iter().enumerate().map(stands).collect();
        let newest = (0..now.len()).collect();
        Self { now, span, changes, rows, versions, newest, covered: Vec::new() }
    }

    /// Somebody as they were known until a change that has come since.
    pub fn person(&mut self, ended: i64, row: Particular<'_>) {
        let Some(of) = self.now.row_of(row.id) else { return };
        let known = known(&self.changes, row.made, Some(ended));
        if known.0 < known.1 {
            let version = self.versions.len();
            self.rows.person(Particular { id: number(version), ..row });
            self.versions.push(Version { of, known, before: Some(self.newest[of]) });
            self.newest[of] = version;
        }
    }

    /// A spell as it was known until a change that has come since.
    pub fn spell(&mut self, person: i64, ended: i64, row: Stay<'_>) {
        let Some(of) = self.now.row_of(person) else { return };
        let end = row.end.map_or(Stamp::NEVER, Stamp::of);
        let covers = covers(self.span, Stamp::of(row.start), end);
        let covered = both(covers, known(&self.changes, row.made, Some(ended)));
        let mut next = Some(self.newest[of]);
        while let Some(version) = next {
            let Version { known, before, .. } = self.versions[version];
            let here = both(covered, known);
            if here.0 < here.1 {
                self.rows.spell(number(version), row);
                self.covered.push(here);
            }
            next = before;
        }
    }

    /// The history, with what stands.
    pub fn finish(self) -> History {
        let Self { now, span, changes, mut rows, versions, mut covered, .. } = self;
        let spells = &now.spells;
        for (version, one) in versions.iter().enumerate() {
            for row in spells.of.of(one.of) {
                let covers = covers(span, spells.start[row], spells.end[row]);
                let here = both(both(covers, known(&changes, spells.made[row], None)), one.known);
                if here.0 < here.1 {
                    rows.copy_spell(number(version), spells, row);
                    covered.push(here);
                }
            }
        }
        let (cohort, order) = rows.finish_in_order();
        let covered = order.iter().map(|row| covered[*row as usize]).collect();
        History { span, cohort, versions, covered, people: now.len() }
    }
}

/// Versions are the people of the history's cohort, by their own number.
fn number(version: usize) -> i64 {
    i64::try_from(version).expect("fewer versions than a whole number counts")
}

/// The months whose end is from one day to another, both inclusive.
fn covers(span: Span, start: Stamp, end: Stamp) -> Months {
    (span.from_day(start), span.after_day(end))
}

/// The months at whose end a row was known: from the change that made it until the one that ended it.
fn known(changes: &[ChangeId], made: i64, ended: Option<i64>) -> Months {
    let before = |change: i64| changes.partition_point(|known| known.0 < change);
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    (place(before(made)), place(ended.map_or(changes.len(), before)))
}

fn both(one: Months, other: Months) -> Months {
    (one.0.max(other.0), one.1.min(other.1))
}
