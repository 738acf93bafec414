//! What is asked of a figure, and how its words become an edition, a span of months and a measure.

use crate::{Context, Wrong};
use domain::calendar::{Day, Month};
use domain::edition::{Basis, Edition};
use domain::measure::{CUTS_MOST, Cut, Definition, Span, named};
use domain::statutory::month_end;
use formats::reference::editions;

/// The months asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Months {
    /// One month, or the count months it belongs to where the measure is only stated over those.
    One(Month),
    /// From one to another, both inclusive.
    Period(Month, Month),
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub measure: String,
    pub months: Months,
    /// By name; the one in force on the last day where nobody says.
    pub edition: Option<String>,
    /// The edition's own where nobody says.
    pub basis: Option<Basis>,
    /// Every combination of these is a cell.
    pub by: Vec<Cut>,
    /// Count what was recorded by the end of this day in England.
    pub known_on: Option<Day>,
}

impl Question {
    /// A measure for one month, with nothing else asked.
    pub fn new(measure: &str, months: Months) -> Self {
        Self {
            measure: measure.to_owned(),
            months,
            edition: None,
            basis: None,
            by: Vec::new(),
            known_on: None,
        }
    }
}

/// A question whose words were all understood.
#[derive(Clone, Copy)]
pub(super) struct Meant {
    pub definition: &'static Definition,
    pub edition: &'static Edition,
    pub basis: Basis,
    pub span: Span,
}

/// Asked of what is handed on: a month is counted on its last day, and a figure of one that has not come would be read
/// as if it had.
///
/// Errors: refused where the month is not over.
pub fn is_over(ctx: &Context, month: Month) -> Result<(), Wrong> {
    match month_end::is_over(month.last_day(), ctx.today()) {
        true => Ok(()),
        false => Err(Wrong::refused(format!(
            "{} is not over yet, so it is not counted here. Choose a month before it.",
            month.words()
        ))),
    }
}

/// The most months one question may ask for, so that no request can ask for a thousand years.
const MONTHS_MOST: u32 = 240;

impl Question {
    /// Errors: refused with the names that exist when a measure or edition is not known, and when
    /// the months are the wrong way round or too many.
    pub(super) fn meant(&self, today: Day) -> Result<Meant, Wrong> {
        let definition = named(&self.measure).ok_or_else(|| {
            let names: Vec<_> = domain::measure::DEFINITIONS.iter().map(|d| d.name).collect();
            let asked = &self.measure;
            Wrong::refused(format!("No measure is called {asked}; there are {}.", names.join(", ")))
        })?;
        if self.by.len() > CUTS_MOST {
            return Err(Wrong::refused("A figure can be cut by at most eight things at once."));
        }
        let asked = match self.months {
            Months::One(month) => Span::one(month),
            Months::Period(first, last) if first <= last => Span::new(first, last),
            Months::Period(first, last) => {
                return Err(Wrong::refused(format!(
                    "The period ends ({last}) before it begins ({first})."
                )));
            }
        };
        if asked.months() > MONTHS_MOST {
            return Err(Wrong::refused(format!("A period has at most {MONTHS_MOST} months.")));
        }
        let edition = match &self.edition {
            Some(name) => editions().named(name).ok_or_else(|| {
                let names: Vec<_> = editions().iter().map(|e| e.name.as_str()).collect();
                Wrong::refused(format!(
                    "No edition is called {name}; there are {}.",
                    names.join(", ")
                ))
            })?,
            None => definition
                .edition(editions(), asked)
                .ok_or_else(|| Wrong::Failed("No edition is known at all.".into()))?,
        };
        let span = match self.months {
            Months::One(month) => definition.span(edition, month, today),
            Months::Period(..) => asked,
        };
        let basis = self.basis.unwrap_or(edition.measure.basis);
        Ok(Meant { definition, edition, basis, span })
    }

    /// The last day that is counted, as far as it can be told before anything is: that of the last count month where
    /// the measure is stated over those.
    ///
    /// Errors: refused as the figure itself is.
    pub(crate) fn last_day(&self, today: Day) -> Result<Day, Wrong> {
        Ok(self.meant(today)?.span.last().last_day())
    }
}
