//! What a meeting's pack says, in whatever form it is printed. It is put together for people outside the
//! register: figures with few people behind them hold no value here, and nobody's name is in it.

use super::{AgendaItem, Counts, Rating, Trend};
use crate::calendar::Day;

#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    pub plan: String,
    pub group: String,
    pub meeting: Day,
    pub made: Day,
    /// The day that ratings are held against.
    pub since: Day,
    pub agenda: Vec<AgendaItem>,
    pub counts: Counts,
    pub before: Counts,
    pub aims: Vec<PackAim>,
    pub moved: Vec<PackMoved>,
    pub figures: Vec<PackFigure>,
    pub exceptions: Vec<PackException>,
    /// Decisions due, papers, open actions and so on, those without lines left out.
    pub lists: Vec<PackList>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PackAim {
    pub number: u16,
    pub title: String,
    pub rating: Rating,
    pub why: String,
    pub outcomes: Vec<PackOutcome>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PackOutcome {
    pub label: String,
    pub title: String,
    pub lead: String,
    pub by_when: String,
    pub rating: Rating,
    pub trend: Trend,
    /// The day it was rated.
    pub rated: Option<Day>,
    pub proposed: Rating,
}

/// A rating that moved, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct PackMoved {
    pub outcome: String,
    /// An action's words; the outcome itself where empty.
    pub action: String,
    pub was: Rating,
    pub is: Rating,
    pub why: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PackFigure {
    pub words: String,
    pub outcome: String,
    pub unit: String,
    /// No value where there are too few to say.
    pub points: Vec<(Day, Option<f64>)>,
    pub course: [(Day, f64); 2],
    pub proposed: Rating,
    pub analysis: Vec<String>,
    pub source: String,
}

/// An outcome that the meeting should look at, with every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackException {
    pub outcome: String,
    pub rating: Rating,
    pub reasons: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackList {
    pub title: String,
    /// Words, state, and what else is said.
    pub lines: Vec<(String, String, String)>,
}
