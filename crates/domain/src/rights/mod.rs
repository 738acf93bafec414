//! What young people, or a parent for them, may ask of us about what we hold: to see it, to have it put
//! right, to object, to have its use stopped. When an answer is due, which step may follow which, and
//! what is taken out of a pack before it is given.
//!
//! Source: UK GDPR articles 12(3) and 12A (one month; the clock stands while identity or meaning is asked
//! for), 15, 16, 18, 21; Data Protection Act 2018 schedules 2 and 3 (others' data, serious harm).
//! Gathering and keeping are elsewhere. Invariant: a request is judged by its steps alone.

mod pack;
mod removal;

pub use pack::{COPIES, Pack, Row, Section, speaks_of_others};
pub use removal::{Removal, Why, without};

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::calendar::shown;
use crate::consent::Speaker;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Right {
    Access,
    Correction,
    Objection,
    Restriction,
}

impl Right {
    pub const ALL: &'static [Right] =
        &[Right::Access, Right::Correction, Right::Objection, Right::Restriction];

    pub const fn name(self) -> &'static str {
        match self {
            Right::Access => "access",
            Right::Correction => "correction",
            Right::Objection => "objection",
            Right::Restriction => "restriction",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Right::Access => "To see what we hold",
            Right::Correction => "To have something put right",
            Right::Objection => "To object to what we do with it",
            Right::Restriction => "To have its use stopped",
        }
    }

    pub fn from_name(name: &str) -> Option<Right> {
        Right::ALL.iter().copied().find(|right| right.name() == name)
    }

    /// What saying yes does, as the page tells it beforehand.
    pub const fn granting(self) -> &'static str {
        match self {
            Right::Access => "The pack has been given to them",
            Right::Correction => "The record has been put right",
            Right::Objection | Right::Restriction => {
                "Stop using the record: it is kept, but in no list, file or prediction of ours. Only the monthly return to the Department for Education, which is a duty in law, still tells of them"
            }
        }
    }

    /// Whether a yes stops the use of the record until it is lifted.
    pub const fn stops_use(self) -> bool {
        matches!(self, Right::Objection | Right::Restriction)
    }
}

/// What was done about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// We asked who they are or what they mean: the clock stops.
    Paused,
    Resumed,
    Granted,
    Refused,
    /// A stop that a yes brought has ended.
    Lifted,
}

impl Step {
    pub const ALL: &'static [Step] =
        &[Step::Paused, Step::Resumed, Step::Granted, Step::Refused, Step::Lifted];

    pub const fn name(self) -> &'static str {
        match self {
            Step::Paused => "paused",
            Step::Resumed => "resumed",
            Step::Granted => "granted",
            Step::Refused => "refused",
            Step::Lifted => "lifted",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Step::Paused => "We asked them something; the clock stops",
            Step::Resumed => "They answered; the clock goes on",
            Step::Granted => "Said yes",
            Step::Refused => "Said no",
            Step::Lifted => "The stop has ended",
        }
    }

    pub fn from_name(name: &str) -> Option<Step> {
        Step::ALL.iter().copied().find(|step| step.name() == name)
    }
}

/// A step as taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub step: Step,
    /// Why, in the words of whoever took it.
    pub words: String,
    pub day: Date,
    pub by: String,
}

/// One request with its steps, oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: i64,
    pub person: i64,
    pub right: Right,
    pub by: Speaker,
    /// What they asked for, in their words.
    pub words: String,
    pub received: Date,
    pub steps: Vec<Taken>,
}

/// When an answer is due, and why then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub by: Date,
    /// Units: days from the day judged until `by`; negative when it is late.
    pub days_left: i32,
    pub paused_since: Option<Date>,
    pub reasons: Vec<String>,
}

impl Request {
    /// The answer, once there is one.
    pub fn answer(&self) -> Option<&Taken> {
        self.steps.iter().find(|taken| matches!(taken.step, Step::Granted | Step::Refused))
    }

    /// Whether the record's use stands stopped by this request.
    pub fn stops_use(&self) -> bool {
        self.right.stops_use()
            && self.answer().is_some_and(|answer| answer.step == Step::Granted)
            && !self.steps.iter().any(|taken| taken.step == Step::Lifted)
    }

    /// Whether no chance may be worked out because of this request: while the use of the record stands
    /// stopped, and while an objection, or a wish to have the use stopped, has no answer yet.
    ///
    /// Source: UK GDPR articles 18(1)(d) and 21(1): processing rests until the grounds are weighed.
    pub fn stops_prediction(&self) -> bool {
        self.stops_use() || (self.right.stops_use() && self.answer().is_none())
    }

    /// When the answer is due, as judged on a day. Days: the due day itself is in time.
    ///
    /// Source: UK GDPR article 12(3): one month, the corresponding day of the next month or its last.
    /// Differs: a due day on a weekend is not moved to the next working day, so that nobody is late.
    pub fn due(&self, today: Date) -> Due {
        let (paused, paused_since) = self.paused(today);
        let month = self.received.saturating_add(1.month());
        let by = month.saturating_add(Span::new().days(paused));
        let mut reasons = vec![format!("one month from {}", shown(self.received))];
        if paused > 0 {
            reasons.push(format!("{paused} days while we waited for them"));
        }
        let days_left = today.until(by).map_or(0, |span| span.get_days());
        Due { by, days_left, paused_since, reasons }
    }

    /// Days for which the clock stood, and since when it stands now.
    fn paused(&self, today: Date) -> (i32, Option<Date>) {
        let (mut days, mut since) = (0, None);
        let between =
            |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days().max(0));
        for taken in &self.steps {
            match (taken.step, since) {
                (Step::Paused, None) => since = Some(taken.day),
                (Step::Paused, Some(_)) | (Step::Lifted, _) | (_, None) => {}
                (_, Some(from)) => {
                    days += between(from, taken.day);
                    since = None;
                }
            }
        }
        (days + since.map_or(0, |from| between(from, today)), since)
    }

    /// Steps that may be taken now.
    pub fn open_steps(&self) -> Vec<Step> {
        Step::ALL.iter().copied().filter(|step| self.may(*step).is_ok()).collect()
    }

    /// Whether a step may follow.
    ///
    /// Errors: the sentence that says why not.
    pub fn may(&self, step: Step) -> Result<(), &'static str> {
        let paused = self.steps.last().is_some_and(|taken| taken.step == Step::Paused);
        match (step, self.answer().is_some()) {
            (Step::Lifted, _) if self.stops_use() => Ok(()),
            (Step::Lifted, _) => Err("Nothing is stopped by this request."),
            (_, true) => Err("This request has its answer."),
            (Step::Paused, _) if paused => Err("The clock stands already."),
            (Step::Resumed, _) if !paused => Err("The clock is running."),
            _ => Ok(()),
        }
    }
}

/// What has to be mended before a request can be kept.
pub fn check(words: &str, received: Date, today: Date) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    if words.trim().is_empty() {
        wrong.push(("words", "Write what they asked for, in their words"));
    }
    if received > today {
        wrong.push(("received", "The day it came cannot be after today"));
    }
    wrong
}

#[cfg(test)]
mod tests;
