//! What a measure is: a set counted over another, how far it looks back and over which months it is
//! stated. Ages, basis, exclusions and averaging months come from the edition it is asked under; the
//! measures themselves are listed in `catalogue`.
//!
//! Source: stated with each measure.

use super::{Counts, DEFINITIONS, Mark, Percent, Set, Span};
use crate::calendar::{Day, Month};
use crate::edition::{Edition, Editions};

/// Over which months a measure is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The months asked for; averaged where they hold the edition's averaging months.
    AsAsked,
    /// Only over the edition's averaging months; a single month is not the measure.
    Averaging,
}

/// What a measure's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// The numerator as a percentage of the denominator.
    Percent,
    /// A sum of months a person.
    Months,
    /// A sum of spells a person.
    Spells,
}

impl Unit {
    /// What follows the number on a page.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Percent => "%",
            Self::Months => "months",
            Self::Spells => "spells a person",
        }
    }
}

/// How far back a measure looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// Only at the count itself.
    None,
    /// At the count before.
    OneCount,
    /// At every count since a person reached the ages counted.
    SinceReachingAges,
}

/// Which way a measure's figure should go.
///
/// Source: our own reading of each measure; where none can be told a figure is held against no target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Fewer,
    More,
    Neither,
}

impl Direction {
    /// Which are better, in a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fewer => "fewer",
            Self::More => "more",
            Self::Neither => "neither",
        }
    }

    /// Whether a figure has come to a line, where there is a way to it: exactly the line has.
    pub fn reached(self, now: f64, line: f64) -> Option<bool> {
        match self {
            Self::Fewer => Some(now <= line),
            Self::More => Some(now >= line),
            Self::Neither => None,
        }
    }
}

/// One measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub name: &'static str,
    pub title: &'static str,
    /// The definition in words, without what the edition adds.
    pub words: &'static str,
    pub numerator: Set,
    pub denominator: Set,
    pub unit: Unit,
    pub past: Past,
    pub period: Period,
    /// Asked under the edition that carries a target, whatever the month.
    pub needs_target: bool,
    pub direction: Direction,
    pub source: &'static str,
}

/// The measure of that name.
pub fn named(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.name == name)
}

impl Definition {
    /// The same measure as one of which fewer is better.
    pub(super) const fn fewer(self) -> Self {
        Self { direction: Direction::Fewer, ..self }
    }

    /// The same measure as one of which more is better.
    pub(super) const fn more(self) -> Self {
        Self { direction: Direction::More, ..self }
    }

    /// The measure's value as a fraction: a share of its denominator, or a mean.
    ///
    /// Errors: of nobody where the measure needs an adjustment that the edition does not have.
    pub fn share(&self, counts: &Counts, edition: &Edition) -> Percent {
        if self.numerator == Set::AdjustedNeet {
            let adjusted = edition.measure.adjustment.map(|a| counts.adjusted_neet(a));
            return adjusted.unwrap_or_default();
        }
        self.people(counts)
    }

    /// The people behind the value, without any adjustment.
    pub fn people(&self, counts: &Counts) -> Percent {
        Percent { of: self.numerator.count(counts), all: self.denominator.count(counts) }
    }

    /// Units: the measure's own. `None` of nobody.
    pub fn value(&self, share: Percent) -> Option<f64> {
        let percent = share.value();
        if self.unit == Unit::Percent { percent } else { percent.map(|percent| percent / 100.0) }
    }

    /// As shown: one decimal, halves up; `z` of nobody.
    ///
    /// Source: as [`Percent::tenths`].
    pub fn shown(&self, share: Percent) -> String {
        if self.unit == Unit::Percent {
            return share.shown();
        }
        Percent { of: share.of, all: share.all * 100 }.shown()
    }

    /// Counts before the first one shown that the measure needs. Units: months.
    pub fn lookback(&self, edition: &Edition) -> u32 {
        let age = &edition.measure.age;
        match self.past {
            Past::None => 0,
            Past::OneCount => 1,
            Past::SinceReachingAges => (i32::from(age.max - age.min) + 1).unsigned_abs() * 12,
        }
    }

    /// Whether it is counted from what was believed when each month ended, beside what is known now.
    pub fn asks_what_was_believed(&self) -> bool {
        self.numerator == Set::Marked(Mark::Accurate)
    }

    /// The edition it is counted under when nobody names one: that in force on the last day of the
    /// span, or the newest with a target where the measure needs one.
    pub fn edition<'a>(&self, editions: &'a Editions, span: Span) -> Option<&'a Edition> {
        if self.needs_target {
            return editions.iter().filter(|edition| edition.measure.target.is_some()).last();
        }
        editions.on(span.last().last_day())
    }

    /// The months to count when one month is asked: itself, or the count months that hold it, or the
    /// newest before it. Count months are counted once the last of them has ended; until then the
    /// newest that have.
    pub fn span(&self, edition: &Edition, month: Month, today: Day) -> Span {
        if self.period == Period::AsAsked {
            return Span::one(month);
        }
        let around = (0..12)
            .find_map(|back| months_around(edition, month.plus(-back)))
            .unwrap_or(Span::one(month));
        let ended = Month::of(today).plus(-1);
        if around.last() <= ended {
            return around;
        }
        self.stated_over(edition, Span::one(ended))
    }

    /// The months to count where those up to a month are asked and none to come: as they were asked, or, where
    /// the measure is only stated over the count months and they do not hold them all, the newest that do.
    pub fn stated_over(&self, edition: &Edition, asked: Span) -> Span {
        if self.period == Period::AsAsked || !averaging_months(edition, asked).is_empty() {
            return asked;
        }
        (0..24)
            .filter_map(|back| months_around(edition, asked.last().plus(-back)))
            .find(|span| span.last() <= asked.last())
            .unwrap_or(asked)
    }
}

/// The edition's averaging months that a month belongs to, from the first to the last of them.
fn months_around(edition: &Edition, month: Month) -> Option<Span> {
    let months = &edition.measure.months;
    let place = months.iter().position(|number| *number == month.number())?;
    let before = i32::try_from(place).ok()?;
    let after = i32::try_from(months.len() - place).ok()? - 1;
    Some(Span::new(month.plus(-before), month.plus(after)))
}

/// The newest run of the edition's averaging months that lies wholly within the span, as places
/// in it; empty when there is none.
///
/// Source: mean of December, January and February now, of November, December and January before.
pub fn averaging_months(edition: &Edition, span: Span) -> Vec<u32> {
    let all: Vec<Month> = span.iter().collect();
    let wanted = &edition.measure.months;
    let runs = |months: &&[Month]| {
        months.iter().zip(wanted).all(|(month, number)| month.number() == *number)
            && months.first().zip(months.last()).is_some_and(|(first, last)| {
                usize::try_from(last.months_since(*first)).is_ok_and(|n| n + 1 == wanted.len())
            })
    };
    let Some(at) = all.windows(wanted.len().max(1)).rposition(|months| runs(&months)) else {
        return Vec::new();
    };
    (at..at + wanted.len()).filter_map(|place| u32::try_from(place).ok()).collect()
}
