//! A forecast as pages and commands show it.

use domain::measure::tenths;
use serde::Serialize;

/// What might be done, or counted otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WhatIf {
    /// Of those not known, how many in a hundred are found from next month on.
    pub found_percent: u32,
    /// Places that people who are NEET now take up at once.
    pub places: u32,
    /// The edition by whose rules it is counted instead, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<&'static str>,
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

/// How much of the forecast of the count months is one way's. Units: percent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Weighed {
    pub way: &'static str,
    pub neet_percent: f64,
    pub not_known_percent: f64,
}

/// The back-test as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tested {
    pub first_origin: String,
    pub last_origin: String,
    pub trials: Vec<Trial>,
}

/// The edition whose rules were asked for beside the forecast's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Under {
    pub edition: String,
    /// Its own next count months, in words: what `winter` says with its rules is their mean.
    pub winter: String,
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
    /// What the forecast of the count months is made of, by how each way has done in this register; nothing once one of
    /// them has been counted, since each of the others is then foretold by itself.
    pub weighed: Vec<Weighed>,
    pub level_percent: u32,
    pub what_if: WhatIf,
    /// Whose rules the what-if is counted by, where they are not the forecast's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<Under>,
    /// Of those found who had been not known: how many in a hundred were NEET.
    pub found_are_neet_percent: f64,
    pub tested: Tested,
}

impl Ahead {
    /// With what another edition's forecast says of the same months, and of its own count months, as the
    /// what-if: that is made of the other edition's people, rates and count months, not of these moved.
    pub(super) fn beside(mut self, other: Self, what_if: WhatIf) -> Self {
        let said = |month: &MonthAhead| Some(month.what_if.unwrap_or(month.level));
        for (month, theirs) in self.months.iter_mut().zip(&other.months) {
            month.what_if = said(theirs);
        }
        self.winter.what_if = said(&other.winter);
        self.under = Some(Under { edition: other.edition, winter: other.winter.month });
        self.found_are_neet_percent = other.found_are_neet_percent;
        Self { what_if, ..self }
    }

    /// What the question changes of the count months, in words; nothing where nothing was asked.
    pub fn what_words(&self) -> String {
        let Some(other) = &self.winter.what_if else { return String::new() };
        let mut asked = Vec::new();
        if self.what_if.found_percent > 0 {
            asked.push(format!(
                "{} in 100 of those not known are found ({:.0} in 100 of people found in the last year were NEET)",
                self.what_if.found_percent, self.found_are_neet_percent
            ));
        }
        if self.what_if.places > 0 {
            asked.push(format!("{} people who are NEET now take up a place", self.what_if.places));
        }
        let asked = asked.join(" and ");
        let opening = match (self.rule(), asked.is_empty()) {
            (Some(rule), true) => rule,
            (Some(rule), false) => format!("{rule}, if {asked}"),
            (None, _) => format!("If {asked}"),
        };
        let plain = &self.winter.level;
        format!(
            "{opening}: NEET {} % instead of {} %, not known {} % instead of {} %, together {} % instead of {} %.",
            tenths(other.neet.percent),
            tenths(plain.neet.percent),
            tenths(other.not_known.percent),
            tenths(plain.not_known.percent),
            tenths(other.neet_not_known.percent),
            tenths(plain.neet_not_known.percent)
        )
    }

    /// What the forecast of the count months is made of, in words.
    pub fn weighed_words(&self) -> String {
        if self.weighed.is_empty() {
            return String::new();
        }
        let of = |one: &Weighed| {
            format!(
                "{} (NEET {:.0} %, not known {:.0} %)",
                one.way, one.neet_percent, one.not_known_percent
            )
        };
        let ways: Vec<String> = self.weighed.iter().map(of).collect();
        format!("The forecast of {} is made of: {}.", self.winter.month, ways.join("; "))
    }

    /// The other edition's rule that was asked for, and its count months where they are others.
    fn rule(&self) -> Option<String> {
        let Under { edition, winter } = self.under.as_ref()?;
        Some(match *winter == self.winter.month {
            true => format!("Under the {edition} edition's rule"),
            false => format!("Under the {edition} edition's rule (its count months are {winter})"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(words: &str, percent: f64, what_if: Option<f64>) -> MonthAhead {
        let level = |percent: f64| {
            let of = |percent| Interval { percent, low: percent, high: percent, people: percent };
            Level {
                neet: of(percent),
                not_known: of(1.0),
                neet_not_known: of(percent),
                cohort: 9.0,
            }
        };
        MonthAhead {
            month: words.to_owned(),
            seen: false,
            level: level(percent),
            what_if: what_if.map(level),
        }
    }

    fn ahead(edition: &str, winter: MonthAhead) -> Ahead {
        Ahead {
            edition: edition.to_owned(),
            origin: "2025-10".to_owned(),
            history_from: "2023-10".to_owned(),
            months: vec![MonthAhead { month: "2025-11".to_owned(), ..winter.clone() }],
            count_months: Vec::new(),
            winter,
            weighed: vec![Weighed {
                way: "no change",
                neet_percent: 99.6,
                not_known_percent: 40.0,
            }],
            level_percent: 90,
            what_if: WhatIf::default(),
            under: None,
            found_are_neet_percent: 25.0,
            tested: Tested::default(),
        }
    }

    #[test]
    fn another_editions_rule_stands_beside_the_forecast_and_is_told_with_its_count_months() {
        let base = || ahead("new", month("December to February", 5.0, None));
        let rule = WhatIf { edition: Some("old"), ..WhatIf::default() };
        let found = base().beside(ahead("old", month("November to January", 6.0, None)), rule);
        assert_eq!(found.edition, "new");
        assert!((found.months[0].level.neet.percent - 5.0).abs() < 1e-9, "the forecast stays");
        assert!((found.months[0].what_if.unwrap().neet.percent - 6.0).abs() < 1e-9);
        assert_eq!(
            found.what_words(),
            "Under the old edition's rule (its count months are November to January): NEET 6.0 % instead of 5.0 %, \
             not known 1.0 % instead of 1.0 %, together 6.0 % instead of 5.0 %."
        );
        let both = WhatIf { places: 20, ..rule };
        let other = ahead("old", month("December to February", 6.0, Some(4.0)));
        let said = base().beside(other, both).what_words();
        assert!(
            said.starts_with(
                "Under the old edition's rule, if 20 people who are NEET now take up a place: NEET 4.0 %"
            ),
            "{said}"
        );
        assert_eq!(base().what_words(), "");
        let weighed = "The forecast of December to February is made of: no change (NEET 100 %, not known 40 %).";
        assert_eq!(base().weighed_words(), weighed);
        assert_eq!(Ahead { weighed: Vec::new(), ..base() }.weighed_words(), "", "it has begun");
    }
}
