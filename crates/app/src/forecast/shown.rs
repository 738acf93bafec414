//! A forecast as pages and commands show it.

use serde::Serialize;

/// What might be done, or counted otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// Of those not known, how many in a hundred are found from next month on.
    pub found_percent: u32,
    /// Places that people who are NEET now take up at once.
    pub places: u32,
}

impl WhatIf {
    pub(super) fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// A level with its interval. Units: percent, and people.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    pub percent: f64,
    pub low: f64,
    pub high: f64,
    pub people: f64,
}

/// The three figures.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Level {
    pub neet: Interval,
    pub not_known: Interval,
    pub neet_not_known: Interval,
    pub cohort: f64,
}

/// A month, seen or foretold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthAhead {
    pub month: String,
    /// Already counted: its interval is the figure itself.
    pub seen: bool,
    pub level: Level,
    /// With what might be done; nothing where nothing was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<Level>,
}

/// How forecasts of one kind did on months held out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trial {
    /// `month-ahead` or `count-months`.
    pub of: &'static str,
    /// `neet`, `not-known` or `neet-not-known`.
    pub measure: &'static str,
    /// Months ahead; for the count months, up to their last.
    pub ahead: String,
    pub forecasts: usize,
    /// Units: percentage points.
    pub error_points: f64,
    pub no_change_points: f64,
    pub last_year_points: f64,
    /// Over the forecasts that have a year before.
    pub error_beside_points: f64,
    pub with_last_year: usize,
    pub gain_on_no_change_percent: f64,
    pub gain_on_last_year_percent: f64,
    pub beats_both: bool,
    pub interval_held: usize,
    pub intervals: usize,
}

/// The back-test as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tested {
    pub first_origin: String,
    pub last_origin: String,
    pub trials: Vec<Trial>,
}

/// The whole forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ahead {
    pub edition: String,
    /// The month whose end is the newest that is known.
    pub origin: String,
    pub history_from: String,
    /// The year that was, and the months ahead.
    pub months: Vec<MonthAhead>,
    /// The next count months together: counts averaged, then divided.
    pub count_months: Vec<String>,
    pub winter: MonthAhead,
    pub level_percent: u32,
    pub what_if: WhatIf,
    /// Of those found who had been not known: how many in a hundred were NEET.
    pub found_are_neet_percent: f64,
    pub tested: Tested,
}
