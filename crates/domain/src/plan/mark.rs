//! Dated ratings as they stand on a day: one mark for each outcome and for each action under it. A
//! mark is never changed; a later one takes its place, and the number of the one that was seen tells
//! whether somebody else came first. Which marks there are is the store's memory, not decided here.

use super::{ActionId, OutcomeId, Plan, Rating};
use crate::calendar::Day;
use std::collections::BTreeMap;

/// What is rated: an outcome, or an action as it stands under one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    pub outcome: OutcomeId,
    pub action: Option<ActionId>,
}

impl Cell {
    pub fn outcome(outcome: OutcomeId) -> Cell {
        Cell { outcome, action: None }
    }

    pub fn action(outcome: OutcomeId, action: ActionId) -> Cell {
        Cell { outcome, action: Some(action) }
    }
}

/// A rating with its day, and who said it and why where a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Grows with every mark, so the number one has seen is a version.
    pub id: i64,
    pub on: Day,
    pub rating: Rating,
    pub by: Option<String>,
    pub reason: Option<String>,
    /// What was proposed when it was set.
    pub suggested: Option<Rating>,
    /// The proposal's own reason, in the words of its day.
    pub because: Option<String>,
}

impl Mark {
    /// Whether a person was asked and said otherwise than was proposed.
    pub fn differs(&self) -> bool {
        self.suggested
            .is_some_and(|suggested| suggested != self.rating && suggested != Rating::Unrated)
    }
}

/// Every mark that stands on a day.
pub type Marks = BTreeMap<Cell, Mark>;

/// The number of the mark that stands, 0 where there is none.
pub fn seen(marks: &Marks, cell: Cell) -> i64 {
    marks.get(&cell).map_or(0, |mark| mark.id)
}

impl Plan {
    /// Puts the marks of a day in the place of the ratings a document brought. What has no mark is
    /// unrated. Days: `rated_on` becomes the day of the newest mark.
    pub fn marked(&mut self, marks: &Marks) {
        let rating = |cell| marks.get(&cell).map_or(Rating::Unrated, |mark| mark.rating);
        for outcome in self.aims.iter_mut().flat_map(|aim| &mut aim.outcomes) {
            outcome.rating = rating(Cell::outcome(outcome.id));
            for line in &mut outcome.lines {
                line.rating = rating(Cell::action(outcome.id, line.action));
            }
        }
        if let Some(newest) = marks.values().map(|mark| mark.on).max() {
            self.rated_on = self.rated_on.max(newest);
        }
    }

    /// Every place an action stands in, so that a shared action is rated once and everywhere.
    pub fn places(&self, action: ActionId) -> Vec<Cell> {
        self.outcomes()
            .filter(|outcome| outcome.lines.iter().any(|line| line.action == action))
            .map(|outcome| Cell::action(outcome.id, action))
            .collect()
    }
}

/// Where a rating went since another day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    Better,
    Worse,
    Same,
    /// Rated now, not rated then.
    New,
    /// Nothing to compare.
    None,
}

impl Trend {
    /// Better is less cause for concern; begun is better than not begun, whatever its colour.
    pub fn between(was: Rating, is: Rating) -> Trend {
        use Rating::{NotStarted, Unrated};
        match (was, is) {
            (_, Unrated) => Trend::None,
            (Unrated, _) => Trend::New,
            (was, is) if was == is => Trend::Same,
            (NotStarted, Rating::Red) => Trend::Worse,
            (NotStarted, _) => Trend::Better,
            (_, NotStarted) => Trend::Worse,
            (was, is) if is < was => Trend::Better,
            _ => Trend::Worse,
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Trend::Better => "better",
            Trend::Worse => "worse",
            Trend::Same => "no change",
            Trend::New => "newly rated",
            Trend::None => "not rated",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Rating::{Amber, Green, NotStarted, Red, Unrated};

    #[test]
    fn a_trend_says_which_way_a_rating_went() {
        for (was, is, wanted) in [
            (Red, Amber, Trend::Better),
            (Amber, Green, Trend::Better),
            (Green, Amber, Trend::Worse),
            (NotStarted, Amber, Trend::Better),
            (NotStarted, Red, Trend::Worse),
            (Green, NotStarted, Trend::Worse),
            (Green, Green, Trend::Same),
            (Unrated, Red, Trend::New),
            (Red, Unrated, Trend::None),
        ] {
            assert_eq!(Trend::between(was, is), wanted, "{was:?} to {is:?}");
        }
    }

    #[test]
    fn a_person_differs_only_from_what_was_proposed() {
        let mark = |suggested| Mark {
            id: 1,
            on: jiff::civil::date(2026, 1, 8),
            rating: Amber,
            by: None,
            reason: None,
            suggested,
            because: None,
        };
        assert!(!mark(None).differs() && !mark(Some(Amber)).differs());
        assert!(!mark(Some(Unrated)).differs() && mark(Some(Green)).differs());
    }
}
