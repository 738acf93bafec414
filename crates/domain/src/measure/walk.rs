//! One person's standings over a span of months. Counts and lists are both made from this walk.

#![expect(clippy::indexing_slicing, reason = "people, rows and codes are numbers of one cohort")]

use super::marks::{Marker, Room};
use super::resolve::{Piece, resolve, resolve_months};
use super::{Beliefs, History, Marked, Span, Standing};
use crate::calendar::Day;
use crate::cohort::{Cohort, Stamp};
use crate::edition::{Basis, Edition};
use std::ops::Range;

/// What a figure is asked of.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub cohort: &'a Cohort,
    pub edition: &'a Edition,
    pub basis: Basis,
    /// Our own authority, for the basis of study; people say it themselves where it is `None`.
    pub authority: Option<&'a str>,
    pub span: Span,
    /// Whom the reader may count, by row of the cohort; everybody where it is `None`.
    pub within: Option<&'a [bool]>,
    /// What was believed when each month ended, for the measure that needs it.
    pub believed: Option<&'a Beliefs>,
}

impl Asked<'_> {
    /// Whether the person is another authority's: by where they study, or by who leads on the record.
    /// Those of whom nobody has said it are ours.
    ///
    /// Source: the lead authority is the one of residence; a record that another leads on is not
    /// returned (`statutory::registered`).
    pub(super) fn elsewhere(&self, p: usize) -> bool {
        let people = &self.cohort.people;
        let lead = people.lead_la.text(p);
        let theirs = match self.basis {
            Basis::Residence => lead,
            Basis::PlaceOfStudy => people.educated_la.text(p),
        };
        let ours = self.authority.unwrap_or(lead);
        !theirs.is_empty() && !ours.is_empty() && theirs != ours
    }
}

/// Months in which a person's standing stays the same. `to` is not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub from: u32,
    pub to: u32,
    pub standing: Standing,
    /// The row of the spell that says so.
    pub spell: Option<u32>,
}

/// What of the question is the same for everybody.
struct Rules<'a> {
    asked: Asked<'a>,
    /// First and last day of birth by month.
    births: Vec<(Stamp, Stamp)>,
    /// Standings current and lapsed, by the cohort's number of the activity code.
    standings: Vec<(Standing, Standing)>,
    /// Whether a status that was said is counted once it has begun, by the cohort's number.
    statuses: Vec<bool>,
    /// Whether those are counted whose status had not begun.
    primary: bool,
}

impl<'a> Rules<'a> {
    fn new(asked: Asked<'a>) -> Self {
        let measure = &asked.edition.measure;
        let bounds = |(first, last)| (Stamp::of(first), Stamp::of(last));
        Self {
            births: asked.span.iter().map(|m| bounds(measure.age.births(m.last_day()))).collect(),
            standings: words(&asked.cohort.spells.code.words, |code| {
                Standing::of_code(code, asked.edition)
            }),
            statuses: words(&asked.cohort.people.status.words, |said| {
                measure.statuses.contains(asked.edition.status_on(Some(said), None, Day::MIN))
            }),
            primary: measure.statuses.contains(asked.edition.primary_status()),
            asked,
        }
    }

    /// The months in which the person is of the ages counted. Both bounds rise with the months.
    fn ages(&self, p: usize) -> (u32, u32) {
        let born = self.asked.cohort.people.born[p];
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let from = self.births.partition_point(|(_, last)| *last < born);
        let to = self.births.partition_point(|(first, _)| *first <= born);
        (index(from), index(to))
    }

    /// The months of the ages counted in two parts, before the person's status began and since, each
    /// with whether it is counted.
    fn by_status(&self, p: usize, from: u32, to: u32) -> [(u32, u32, bool); 2] {
        let people = &self.asked.cohort.people;
        let said = self.statuses[people.status.at(p) as usize];
        if said == self.primary {
            return [(from, to, said), (to, to, said)];
        }
        let begun = self.asked.span.from_day(people.status_since[p]).clamp(from, to);
        [(from, begun, self.primary), (begun, to, said)]
    }

    /// Fills the standings of one person; none outside the ages counted.
    fn standings(&self, p: usize, pieces: &mut Vec<Piece>, segments: &mut Vec<Segment>) {
        let (spells, span) = (&self.asked.cohort.spells, self.asked.span);
        let hold = |pieces: &mut Vec<Piece>| {
            resolve(spells.of.of(p), &spells.start, &spells.end, span, pieces);
        };
        self.standings_in(p, self.ages(p), hold, pieces, segments);
    }

    /// Fills the standings of one person in some months; `hold` finds the spells that hold.
    fn standings_in(
        &self,
        p: usize,
        (from, to): (u32, u32),
        hold: impl Fn(&mut Vec<Piece>),
        pieces: &mut Vec<Piece>,
        segments: &mut Vec<Segment>,
    ) {
        if from >= to {
            return;
        }
        for (from, to, counted) in self.by_status(p, from, to) {
            let standing = match counted {
                false => Standing::OtherStatus,
                true if self.asked.elsewhere(p) => Standing::Elsewhere,
                true => {
                    hold(pieces);
                    for piece in pieces.iter() {
                        let (from, to) = (piece.from.max(from), piece.to.min(to));
                        if from < to {
                            self.split(p, Piece { from, to, ..*piece }, segments);
                        }
                    }
                    continue;
                }
            };
            if from < to {
                segments.push(Segment { from, to, standing, spell: None });
            }
        }
    }

    /// Adds the segments of one piece: current, then lapsed.
    fn split(&self, p: usize, piece: Piece, segments: &mut Vec<Segment>) {
        let Piece { from, to, row } = piece;
        let mut add = |from: u32, to: u32, standing| {
            if from < to {
                segments.push(Segment { from, to, standing, spell: row });
            }
        };
        let Some(row) = row else {
            return add(from, to, Standing::NoActivity);
        };
        let spells = &self.asked.cohort.spells;
        let code = spells.code.at(row as usize);
        let (current, lapsed) = self.standings[code as usize];
        if current == lapsed {
            return add(from, to, current);
        }
        let activity = self.asked.edition.activity(spells.code.words.text(code));
        let last = spells.clock(row as usize).last_current_day(activity);
        let born = self.asked.cohort.people.born[p].day();
        let last = current.current_until(lapsed, last, born, self.asked.edition);
        let lapses = self.asked.span.after_day(Stamp::of(last)).clamp(from, to);
        add(from, lapses, current);
        add(lapses, to, lapsed);
    }
}

fn words<T>(words: &crate::cohort::Words, of: impl FnMut(&str) -> T) -> Vec<T> {
    words.iter().map(of).collect()
}

/// Walks people. Made once for a question, used by every processor.
pub(super) struct Walker<'a> {
    rules: Rules<'a>,
    marker: Marker<'a>,
}

impl<'a> Walker<'a> {
    pub fn new(asked: Asked<'a>) -> Self {
        Self { rules: Rules::new(asked), marker: Marker::new(asked) }
    }

    /// Gives the people of some rows of whom anything is counted, with their standings in order of
    /// months and their marks.
    pub fn each(&self, rows: Range<usize>, mut visit: impl FnMut(usize, &[Segment], &[Marked])) {
        let asked = self.rules.asked;
        let (mut pieces, mut segments, mut marked) = (Vec::new(), Vec::new(), Vec::new());
        let mut room = Room::default();
        for p in rows {
            if asked.within.is_some_and(|within| !within.get(p).copied().unwrap_or(false)) {
                continue;
            }
            segments.clear();
            marked.clear();
            self.rules.standings(p, &mut pieces, &mut segments);
            self.marker.mark(p, &segments, &mut room, &mut marked);
            if !(segments.is_empty() && marked.is_empty()) {
                visit(p, &segments, &marked);
            }
        }
    }
}

/// Gives every person of whom anything is counted, with their standings and marks.
///
/// Shape: `visit` gets the row of the person, segments that lie next to each other in order of months,
/// and marks in no order.
pub fn walk_marked(asked: Asked<'_>, visit: impl FnMut(usize, &[Segment], &[Marked])) {
    Walker::new(asked).each(0..asked.cohort.len(), visit);
}

/// Gives every person of the ages counted, with their standings in order of months.
///
/// Shape: `visit` gets the row of the person and segments that lie next to each other.
pub fn walk(asked: Asked<'_>, mut visit: impl FnMut(usize, &[Segment])) {
    walk_marked(asked, |p, segments, _| {
        if !segments.is_empty() {
            visit(p, segments);
        }
    });
}

/// Gives everybody of a history, where they were known to be of the ages counted, with their standings in the
/// months in which they were known so.
///
/// Shape: `asked` is of the cohort and the months of the history; `visit` gets the row in today's cohort, more than
/// once where what is said of somebody changed.
pub(super) fn walk_history(
    history: &History,
    asked: Asked<'_>,
    mut visit: impl FnMut(usize, &[Segment]),
) {
    let rules = Rules::new(asked);
    let spells = &asked.cohort.spells;
    let (mut pieces, mut segments) = (Vec::new(), Vec::new());
    for (p, version) in history.versions.iter().enumerate() {
        segments.clear();
        let hold = |pieces: &mut Vec<Piece>| {
            resolve_months(spells.of.of(p), |row| history.covered[row], asked.span, pieces);
        };
        let (ages, known) = (rules.ages(p), version.known);
        let months = (ages.0.max(known.0), ages.1.min(known.1));
        rules.standings_in(p, months, hold, &mut pieces, &mut segments);
        visit(version.of, &segments);
    }
}
