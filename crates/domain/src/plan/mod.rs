//! A strategy as values: aims, outcomes and actions with dated ratings, the group that meets, its
//! seats and its days, the plans beside it. Ids are ours and never the printed labels, since a
//! document may print one label twice. Nothing here reads a file; whatever a plan said is held as it
//! was said, and what we make of it stands beside it.

mod agenda;
mod answering;
mod by_when;
mod compare;
mod counted;
mod course;
mod evaluation;
mod finding;
mod group;
mod lead;
mod links;
mod mark;
mod oddity;
mod pack;
mod proposed;
mod rating;
mod register;
mod roll_up;
mod seating;
mod similar;
mod written;

pub use agenda::{AgendaItem, Matters, agenda};
pub use answering::{Handover, answers_for, leading, same_organisation};
pub use by_when::{ByWhen, When};
pub use compare::{Change, carry_ids, diff};
pub use counted::{COUNTERS, Counter, Every, born_for_year_11, counter, opens};
pub use course::{Better, Course, CourseProposal, CourseRule, Point, propose};
pub use evaluation::{LEVELS, Score, framework, level, score};
pub use finding::{SINCE, known_since};
pub use group::{Group, Meeting, ParentPlan, Seat, Sitting};
pub use lead::{Lead, LeadKind, Succession, organisations};
pub use links::{in_a_circle, link_references, resolve};
pub use mark::{Cell, Mark, Marks, Trend, seen};
pub use oddity::{Oddity, OddityKind, oddities, spelling_variants};
pub use pack::{Pack, PackAim, PackException, PackFigure, PackList, PackMoved, PackOutcome};
pub use proposed::{Proposed, confirm_by, is_overdue};
pub use rating::{Counts, KeyEntry, Rating, standard_key};
pub use register::{LineRefused, REGISTERS, Register, register};
pub use roll_up::{Confirmed, RatingRefused, RollUpRule, Suggestion, confirm, suggest};
pub use seating::{MemberLine, Seated, review_by, seating};
pub use similar::folded;
pub use written::{Looked, analysis, exceptions};

use crate::calendar::Day;
use std::collections::BTreeMap;
use std::fmt;

/// The first and last year that a title such as `Our Plan 2026-2029` says.
pub fn years_in(title: &str) -> Option<(i16, i16)> {
    title.split(' ').find_map(|word| {
        let (from, to) = word.split_once(['-', '–'])?;
        let year = |text: &str| text.parse().ok().filter(|year| (1900..2200).contains(year));
        Some((year(from)?, year(to)?))
    })
}

/// Our number of an outcome; it survives relabelling and new versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutcomeId(pub i64);

/// Our number of an action; the same action under several outcomes has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActionId(pub i64);

/// The printed number of an outcome, such as 3.11; not unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    pub aim: u16,
    pub number: u16,
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.aim, self.number)
    }
}

impl std::str::FromStr for Label {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (aim, number) = text.split_once('.').ok_or(())?;
        let part = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            if plain { digits.parse().map_err(|_| ()) } else { Err(()) }
        };
        Ok(Label { aim: part(aim)?, number: part(number)? })
    }
}

/// One version of a plan with its ratings on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub title: String,
    /// First and last year, when the title says them.
    pub years: Option<(i16, i16)>,
    /// The day the ratings are of.
    pub rated_on: Day,
    pub key: Vec<KeyEntry>,
    pub actions: BTreeMap<ActionId, Action>,
    pub aims: Vec<Aim>,
    pub parents: Vec<ParentPlan>,
    pub group: Group,
}

/// A core aim, in the plan's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Aim {
    pub number: u16,
    pub title: String,
    pub outcomes: Vec<Outcome>,
}

/// What shall be true one day, with the actions that lead there.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub id: OutcomeId,
    pub label: Label,
    pub title: String,
    pub by_when: ByWhen,
    pub lead: Lead,
    /// The organisations with additional responsibilities, as the plan writes them.
    pub additional: String,
    pub rating: Rating,
    pub lines: Vec<Line>,
}

/// One filled place in the column of actions: which action, and how this place rates it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub action: ActionId,
    pub rating: Rating,
}

/// What the words in the column of actions are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActionKind {
    Action,
    /// Words that stand where actions are still to be written.
    Placeholder,
    /// Words that send the reader to other outcomes, the likeliest first.
    See {
        label: Label,
        outcomes: Vec<OutcomeId>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    pub text: String,
    pub kind: ActionKind,
}

/// An action with every place it stands in and the one rating it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedAction {
    pub id: ActionId,
    pub places: Vec<(OutcomeId, Label, Rating)>,
    /// The most cautious of the ratings given, until its lead settles a conflict.
    pub rating: Rating,
    pub conflict: bool,
}

impl Plan {
    /// Every outcome in the plan's order.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.aims.iter().flat_map(|aim| &aim.outcomes)
    }

    pub fn outcome(&self, id: OutcomeId) -> Option<&Outcome> {
        self.outcomes().find(|outcome| outcome.id == id)
    }

    /// Ratings of every filled place in the column of actions, placeholders and references included.
    pub fn action_ratings(&self) -> Counts {
        self.outcomes().flat_map(|o| &o.lines).map(|line| line.rating).collect()
    }

    pub fn outcome_ratings(&self) -> Counts {
        self.outcomes().map(|outcome| outcome.rating).collect()
    }

    /// Every action once, with the places that share it.
    pub fn shared(&self) -> Vec<SharedAction> {
        let mut places: BTreeMap<ActionId, Vec<(OutcomeId, Label, Rating)>> = BTreeMap::new();
        for outcome in self.outcomes() {
            for line in &outcome.lines {
                let place = (outcome.id, outcome.label, line.rating);
                places.entry(line.action).or_default().push(place);
            }
        }
        places.into_iter().map(|(id, places)| shared(id, places)).collect()
    }

    /// The roll-up of one outcome's actions. References and placeholders say nothing of progress.
    pub fn suggest_outcome(&self, outcome: &Outcome) -> Suggestion {
        suggest(outcome.lines.iter().filter(|line| self.counts(line)).map(|line| line.rating))
    }

    /// The roll-up of an aim's outcomes, by the ratings they have.
    pub fn suggest_aim(&self, aim: &Aim) -> Suggestion {
        suggest(aim.outcomes.iter().map(|outcome| outcome.rating))
    }

    fn counts(&self, line: &Line) -> bool {
        self.actions.get(&line.action).is_some_and(|action| action.kind == ActionKind::Action)
    }
}

fn shared(id: ActionId, places: Vec<(OutcomeId, Label, Rating)>) -> SharedAction {
    let rating = places.iter().map(|(.., rating)| *rating).max().unwrap_or(Rating::Unrated);
    let conflict = places.iter().any(|(.., other)| *other != rating);
    SharedAction { id, places, rating, conflict }
}

#[cfg(test)]
mod tests;
