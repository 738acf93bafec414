//! The group that meets over a plan: its seats by organisation and post, its meetings, and the plans
//! beside this one. A person's name is held only where somebody asked for it.

use crate::calendar::{Day, month_named};
use jiff::civil::Weekday;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub purpose: String,
    /// The boards it reports to, as its terms say.
    pub relationships: String,
    pub objectives: Vec<String>,
    pub seats: Vec<Seat>,
    pub meetings: Vec<Meeting>,
}

/// A place in the group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The organisation that fills it.
    pub body: String,
    /// The post, where the source gives one.
    pub post: Option<String>,
    pub sitting: Sitting,
    /// Only when names were asked for.
    pub person: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sitting {
    /// The source names somebody, whether or not the name was kept.
    Named,
    ToBeConfirmed,
    Vacant,
}

impl Sitting {
    pub fn word(self) -> &'static str {
        match self {
            Sitting::Named => "named",
            Sitting::ToBeConfirmed => "to be confirmed",
            Sitting::Vacant => "vacant",
        }
    }

    pub fn read(word: &str) -> Option<Sitting> {
        [Sitting::Named, Sitting::ToBeConfirmed, Sitting::Vacant]
            .into_iter()
            .find(|sitting| sitting.word() == word)
    }
}

/// A meeting as printed. The weekday is kept because it may contradict the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meeting {
    pub day: Day,
    pub weekday: Option<Weekday>,
}

impl Meeting {
    /// Reads `Friday 8th May 2009`; the weekday may be missing.
    pub fn read(text: &str) -> Option<Meeting> {
        let words = super::folded(text);
        let mut parts = words.split(' ').peekable();
        let weekday = parts.peek().and_then(|word| weekday(word));
        if weekday.is_some() {
            parts.next();
        }
        let day = parts.next().and_then(super::by_when::ordinal)?;
        let month = parts.next().and_then(month_named)?;
        let year = parts.next().and_then(super::by_when::year)?;
        if parts.next().is_some() {
            return None;
        }
        let day = Day::new(year, month, i8::try_from(day).ok()?).ok()?;
        Some(Meeting { day, weekday })
    }

    /// The weekday that the day really was, when the printed one contradicts it.
    pub fn contradiction(&self) -> Option<(Weekday, Weekday)> {
        let said = self.weekday?;
        let real = self.day.weekday();
        (said != real).then_some((said, real))
    }
}

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "Monday"),
    (Weekday::Tuesday, "Tuesday"),
    (Weekday::Wednesday, "Wednesday"),
    (Weekday::Thursday, "Thursday"),
    (Weekday::Friday, "Friday"),
    (Weekday::Saturday, "Saturday"),
    (Weekday::Sunday, "Sunday"),
];

pub(super) fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(weekday, _)| *weekday == day).map_or("", |(_, name)| name)
}

fn weekday(word: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(_, name)| name.eq_ignore_ascii_case(word)).map(|(day, _)| *day)
}

/// A plan that this one fits with, and the indicators it is measured by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParentPlan {
    pub title: String,
    /// As `NI 75` or `PSA 14`, repeats kept as the source repeats them.
    pub indicators: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_was_not_that_weekday_is_known() {
        let wrong = Meeting::read("Friday 8th May 2008").unwrap();
        assert_eq!(wrong.contradiction(), Some((Weekday::Friday, Weekday::Thursday)));
        assert_eq!(Meeting::read("Friday 8th May 2009").unwrap().contradiction(), None);
        for not_a_day in ["Friday", "8th May", "Friday 31st June 2009", "8 May 2009 noon"] {
            assert_eq!(Meeting::read(not_a_day), None, "{not_a_day}");
        }
    }
}
