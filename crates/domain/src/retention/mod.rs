//! How long things are kept: rules as data, judged on a day, with the holds that always win.
//!
//! Reading the rules and destroying what is due are elsewhere. There is no national figure for these
//! records: every period is the council's own, and the rule carries the authority it was taken from.
//! Invariant: nothing is due before its period has passed whole, and nothing that is held is due.

mod erased;

pub use erased::{Erased, Thing, mark};

use jiff::Span;
use jiff::civil::Date;

use crate::calendar::birthday;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Everything about one young person.
    Record,
    /// The free text of contacts with them; the contact itself stays.
    ContactNotes,
    /// The bytes of a partner's file as it came.
    ReceivedFile,
    /// The bytes of a return that was frozen.
    ReturnFile,
    /// Everything about one young person whose date of birth nobody knows.
    UndatedRecord,
    /// Rows of a partner's file that belong to nobody on the register: held, refused or never taken in.
    UnmatchedRows,
    /// Rows of a list matched with the register that belong to nobody on it.
    ListStrangers,
    /// A provider's notice that was never matched with anybody.
    UnmatchedNotice,
}

impl Category {
    pub const ALL: &'static [Category] = &[
        Category::Record,
        Category::ContactNotes,
        Category::ReceivedFile,
        Category::ReturnFile,
        Category::UndatedRecord,
        Category::UnmatchedRows,
        Category::ListStrangers,
        Category::UnmatchedNotice,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Category::Record => "record",
            Category::ContactNotes => "contact-notes",
            Category::ReceivedFile => "received-file",
            Category::ReturnFile => "return-file",
            Category::UndatedRecord => "undated-record",
            Category::UnmatchedRows => "unmatched-rows",
            Category::ListStrangers => "list-strangers",
            Category::UnmatchedNotice => "unmatched-notice",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Category::Record => "Whole record of a young person",
            Category::ContactNotes => "Notes of contacts",
            Category::ReceivedFile => "File received from a partner",
            Category::ReturnFile => "File of a return",
            Category::UndatedRecord => "Whole record without a date of birth",
            Category::UnmatchedRows => "Rows of a file about nobody on the register",
            Category::ListStrangers => "Rows of a matched list about nobody on the register",
            Category::UnmatchedNotice => "Notice about nobody on the register",
        }
    }

    pub fn from_name(name: &str) -> Option<Category> {
        Category::ALL.iter().copied().find(|one| one.name() == name)
    }

    /// Whether it is about one young person, whose holds then count.
    pub const fn of_a_person(self) -> bool {
        matches!(self, Category::Record | Category::ContactNotes | Category::UndatedRecord)
    }
}

/// From when a period runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trigger {
    /// The birthday on which this age is reached.
    Birthday {
        age: i16,
    },
    LastContact,
    Received,
    PeriodEnd,
}

impl Trigger {
    pub const fn name(self) -> &'static str {
        match self {
            Trigger::Birthday { .. } => "birthday",
            Trigger::LastContact => "last-contact",
            Trigger::Received => "received",
            Trigger::PeriodEnd => "period-end",
        }
    }
}

/// What happens when the period has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Destroyed; only counts that name nobody stay.
    Destroy,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub id: String,
    pub category: Category,
    pub trigger: Trigger,
    /// Units: months after the trigger.
    pub months: i32,
    pub action: Action,
    /// Where the period comes from.
    pub authority: String,
}

impl Rule {
    /// The rule in one sentence.
    pub fn words(&self) -> String {
        let from = match self.trigger {
            Trigger::Birthday { age } => format!("their {age}{} birthday", ordinal(age)),
            Trigger::LastContact => "the last contact".to_owned(),
            Trigger::Received => "the day it came".to_owned(),
            Trigger::PeriodEnd => "the end of its period".to_owned(),
        };
        match self.months {
            0 => format!("Destroyed on {from}"),
            12 => format!("Destroyed one year after {from}"),
            months if months % 12 == 0 => {
                format!("Destroyed {} years after {from}", months / 12)
            }
            months => format!("Destroyed {months} months after {from}"),
        }
    }

    /// What it is about and what becomes of it.
    fn sentence(&self) -> String {
        let words = self.words().replacen("Destroyed", "destroyed", 1);
        format!("{}: {words}.", self.category.label())
    }
}

/// What makes an ordinal of a number: 21st, 12th.
fn ordinal(number: i16) -> &'static str {
    let teens = (11..=13).contains(&(number % 100));
    match number % 10 {
        1 if !teens => "st",
        2 if !teens => "nd",
        3 if !teens => "rd",
        _ => "th",
    }
}

/// What nothing destroys, since no rule names it.
pub fn without_a_rule(rules: &[Rule]) -> Vec<Category> {
    let named = |category: Category| rules.iter().any(|rule| rule.category == category);
    Category::ALL.iter().copied().filter(|category| !named(*category)).collect()
}

/// What would be otherwise if other rules were in force, a sentence for each rule, and what none of them names. None
/// where they say the same and name everything.
pub fn changes(now: &[Rule], then: &[Rule]) -> Vec<String> {
    let mut told = Vec::new();
    for rule in then {
        match now.iter().find(|other| other.id == rule.id) {
            None => told.push(format!("New. {}", rule.sentence())),
            Some(before) if before == rule => {}
            Some(before) if before.sentence() == rule.sentence() => {
                told.push(format!("On another word. {} {}", rule.sentence(), rule.authority));
            }
            Some(before) => {
                told.push(format!("Changed. {} Before: {}", rule.sentence(), before.sentence()));
            }
        }
    }
    let gone = now.iter().filter(|rule| !then.iter().any(|other| other.id == rule.id));
    told.extend(gone.map(|rule| format!("No longer. {}", rule.sentence())));
    let kept = without_a_rule(then).into_iter().map(Category::label);
    told.extend(kept.map(|what| format!("No rule. {what}: nothing destroys it.")));
    told
}

/// Why something is kept longer than its rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hold {
    /// Somebody's request about their data is open.
    Request,
    Claim,
    Inquiry,
    Safeguarding,
}

impl Hold {
    /// Those that somebody sets; a request holds by itself.
    pub const SET: &'static [Hold] = &[Hold::Claim, Hold::Inquiry, Hold::Safeguarding];

    pub const fn name(self) -> &'static str {
        match self {
            Hold::Request => "request",
            Hold::Claim => "claim",
            Hold::Inquiry => "inquiry",
            Hold::Safeguarding => "safeguarding",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Hold::Request => "their own request is open",
            Hold::Claim => "a claim or complaint",
            Hold::Inquiry => "an inquiry",
            Hold::Safeguarding => "safeguarding",
        }
    }

    pub fn from_name(name: &str) -> Option<Hold> {
        [Hold::Request].iter().chain(Hold::SET).copied().find(|hold| hold.name() == name)
    }
}

/// What a rule says of one thing on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Due {
        since: Date,
    },
    NotYet {
        on: Date,
    },
    Held {
        since: Date,
        by: Hold,
    },
    /// The day that the period runs from is not known.
    Unknown,
}

/// Judges one thing. `from` is the day of the trigger: the date of birth for a birthday.
pub fn judge(rule: &Rule, from: Option<Date>, holds: &[Hold], today: Date) -> Verdict {
    let Some(from) = from else { return Verdict::Unknown };
    let begins = match rule.trigger {
        Trigger::Birthday { age } => birthday(from, age),
        _ => from,
    };
    let on = begins.saturating_add(Span::new().months(rule.months));
    match (on <= today, holds.first()) {
        (false, _) => Verdict::NotYet { on },
        (true, Some(by)) => Verdict::Held { since: on, by: *by },
        (true, None) => Verdict::Due { since: on },
    }
}

/// Whether somebody may approve a list that somebody else drew, or rules that they put forward. Nobody approves their
/// own.
pub fn may_approve(made_by: i64, approver: i64) -> Result<(), &'static str> {
    match made_by == approver {
        true => Err("Somebody else must approve this: it comes from you."),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
