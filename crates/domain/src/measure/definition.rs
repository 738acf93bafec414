//! The measures, as data. A measure names a set of standings; whom it is counted over, on which
//! basis and over which months comes from the edition it is asked under.

use super::{Counts, Percent, Span, Standing};
use crate::calendar::Month;
use crate::edition::{Edition, Editions};

/// The standings in a numerator, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numerator {
    Neet,
    NotKnown,
    NeetOrNotKnown,
    Eet,
    Participating,
}

impl Numerator {
    pub const fn holds(self, standing: Standing) -> bool {
        match self {
            Self::Neet => standing.is_neet(),
            Self::NotKnown => standing.is_not_known(),
            Self::NeetOrNotKnown => standing.is_neet() || standing.is_not_known(),
            Self::Eet => standing.is_eet(),
            Self::Participating => standing.participates(),
        }
    }
}

/// Over which months a measure is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// The months asked for; averaged where they hold the edition's averaging months.
    AsAsked,
    /// Only over the edition's averaging months; a single month is not the measure.
    Averaging,
}

/// One measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    pub name: &'static str,
    pub title: &'static str,
    /// The definition in words, without what the edition adds.
    pub words: &'static str,
    pub numerator: Numerator,
    pub period: Period,
    /// Asked under the edition that carries a target, whatever the month.
    pub needs_target: bool,
    pub source: &'static str,
}

/// Every measure.
///
/// Source: stated with each.
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        name: "neet",
        title: "Not in education, employment or training",
        words: "People recorded as NEET whose record is current, of the cohort.",
        numerator: Numerator::Neet,
        period: Period::AsAsked,
        needs_target: false,
        source: "DfE NEET and participation figures by local authority, methodology",
    },
    Definition {
        name: "not-known",
        title: "Activity not known",
        words: "People recorded as not known, people without a record for the day and people whose record has lapsed, of the cohort.",
        numerator: Numerator::NotKnown,
        period: Period::AsAsked,
        needs_target: false,
        source: "DfE NEET and participation figures by local authority, methodology",
    },
    Definition {
        name: "neet-not-known",
        title: "NEET or activity not known",
        words: "People who are NEET and people whose activity is not known, together, of the cohort.",
        numerator: Numerator::NeetOrNotKnown,
        period: Period::AsAsked,
        needs_target: false,
        source: "DfE NEET and participation figures by local authority, methodology (headline since 2016)",
    },
    Definition {
        name: "eet",
        title: "In education, employment or training",
        words: "People in education, employment, training or re-engagement whose record is current, of the cohort.",
        numerator: Numerator::Eet,
        period: Period::AsAsked,
        needs_target: false,
        source: "NCCIS management information requirement, Appendix E",
    },
    Definition {
        name: "participation",
        title: "Participating in education and training",
        words: "People in full-time or part-time education, an apprenticeship, work-based learning, employment with study or other training whose record is current, of the cohort. A gap year, re-engagement and an agreed start do not count.",
        numerator: Numerator::Participating,
        period: Period::AsAsked,
        needs_target: false,
        source: "DfE participation figures by local authority, methodology (types of participation)",
    },
    Definition {
        name: "psa2-neet",
        title: "NEET, mean of the three count months",
        words: "The mean number of people who are NEET in the three count months, of the mean number of all people of the ages counted. Custody and asylum are outside; the adjusted variant, which assumes a share of lapsed records to be NEET, is stated apart.",
        numerator: Numerator::Neet,
        period: Period::Averaging,
        needs_target: true,
        source: "14-19 strategy of 2009, p. 18 and 19; definition of National Indicator 117, 2008",
    },
];

/// The measure of that name.
pub fn named(name: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|definition| definition.name == name)
}

impl Definition {
    /// The measure's share of the cohort.
    pub fn percent(&self, counts: &Counts) -> Percent {
        let numerator = self.numerator;
        Percent { of: counts.within(|s| numerator.holds(s)), all: counts.cohort() }
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
    /// newest before it.
    pub fn span(&self, edition: &Edition, month: Month) -> Span {
        match self.period {
            Period::AsAsked => Span::one(month),
            Period::Averaging => (0..12)
                .find_map(|back| months_around(edition, month.plus(-back)))
                .unwrap_or(Span::one(month)),
        }
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
