//! Points tables as data ("risk of NEET indicators"): what is counted, for how many points,
//! within which window, and what the total is called. A table can be scored on a row of
//! columns or, for any day, on dated facts. Invariant: a fact recorded after the day is not
//! read, and an indicator about which nothing is known is named, not scored as "no".

use crate::table::{Column, Table, Values};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsTable {
    pub name: String,
    pub version: String,
    /// Document the table was read from.
    pub source: String,
    /// Highest first.
    #[serde(rename = "band", default)]
    pub bands: Vec<Band>,
    #[serde(rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    pub name: String,
    pub at_least: f64,
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    pub name: String,
    pub points: f64,
    /// The column or kind of fact it reads.
    pub field: String,
    #[serde(default)]
    pub window: Window,
    /// Of indicators in one group only the dearest counts.
    #[serde(default)]
    pub group: Option<String>,
    /// Counts when the number is this or more.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// Counts when the number is less than this.
    #[serde(default)]
    pub below: Option<f64>,
    /// Counts when the value is one of these, compared without case.
    #[serde(default)]
    pub is: Vec<String>,
    /// What the table says in its own short form, and where the council holds it.
    #[serde(default)]
    pub condition: String,
    #[serde(default)]
    pub held_in: String,
}

/// Days: every window ends on the day of scoring and includes it, save the last academic year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// True on the day itself.
    #[default]
    Current,
    #[serde(rename = "past_6_months")]
    PastSixMonths,
    #[serde(rename = "past_12_months")]
    PastTwelveMonths,
    /// 1 September to 31 August of the academic year before the one the day falls in.
    LastAcademicYear,
    AnyTime,
}

/// Something known about a person, with the days it was true and the day it was written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub field: String,
    pub value: Value,
    /// Days: first and last on which it is true, inclusive; no last day means still true.
    pub from: Date,
    pub to: Option<Date>,
    pub recorded: Date,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Yes(bool),
    Number(f64),
    Text(String),
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PointsScore {
    pub total: f64,
    pub band: Option<String>,
    /// Indicators that counted, with their points.
    pub counted: Vec<(String, f64)>,
    /// Fields about which nothing is known.
    pub not_known: Vec<String>,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PointsError {
    #[error("The points table \"{table}\" reads columns the data lack: {}.", .columns.join(", "))]
    MissingColumns { table: String, columns: Vec<String> },
}

impl PointsTable {
    /// The points of every row of a table of columns; windows are taken as already applied.
    /// Errors: a column that an indicator reads is missing.
    pub fn score_rows(&self, table: &Table) -> Result<Vec<f64>, PointsError> {
        let fields: BTreeSet<&str> = self.indicators.iter().map(|i| i.field.as_str()).collect();
        let lacks = fields.iter().filter(|field| table.column(field).is_none());
        let columns: Vec<String> = lacks.map(|field| (*field).to_owned()).collect();
        if !columns.is_empty() {
            return Err(PointsError::MissingColumns { table: self.name.clone(), columns });
        }
        let cell = |row: usize, field: &str| table.column(field).and_then(|c| cell(c, row));
        Ok((0..table.rows()).map(|row| self.total(|field, _| cell(row, field)).total).collect())
    }

    /// The points of one row, with what counted; windows are taken as already applied.
    pub fn score_row(&self, table: &Table, row: usize) -> PointsScore {
        self.total(|field, _| table.column(field).and_then(|column| cell(column, row)))
    }

    /// The points of one person on one day. `covered` names the fields whose source was
    /// loaded: there, no fact means "no"; elsewhere it means "not known".
    pub fn score_on(&self, day: Date, facts: &[Fact], covered: &BTreeSet<String>) -> PointsScore {
        self.total(|field, window| {
            let (first, last) = window.days(day);
            let within = |fact: &&Fact| {
                fact.field == field
                    && fact.recorded <= day
                    && fact.from <= last
                    && fact.to.is_none_or(|to| to >= first)
            };
            let newest = facts.iter().filter(within).max_by_key(|fact| (fact.from, fact.recorded));
            match newest {
                Some(fact) => Some(fact.value.clone()),
                None => covered.contains(field).then_some(Value::Yes(false)),
            }
        })
    }

    fn total(&self, read: impl Fn(&str, Window) -> Option<Value>) -> PointsScore {
        let mut hits: Vec<&Indicator> = Vec::new();
        let mut not_known: BTreeSet<&str> = BTreeSet::new();
        for indicator in &self.indicators {
            match read(&indicator.field, indicator.window) {
                None => {
                    not_known.insert(&indicator.field);
                }
                Some(value) if indicator.counts(&value) => hits.push(indicator),
                Some(_) => {}
            }
        }
        let counted: Vec<(String, f64)> = hits
            .iter()
            .filter(|hit| !hits.iter().any(|other| other.outranks(hit)))
            .map(|hit| (hit.name.clone(), hit.points))
            .collect();
        let total = counted.iter().map(|(_, points)| points).sum();
        PointsScore {
            total,
            band: self.bands.iter().find(|band| total >= band.at_least).map(|b| b.name.clone()),
            counted,
            not_known: not_known.into_iter().map(str::to_owned).collect(),
        }
    }
}

impl Indicator {
    fn counts(&self, value: &Value) -> bool {
        let by_number = self.at_least.is_some() || self.below.is_some();
        match value {
            _ if !self.is.is_empty() => {
                let text = value.text();
                self.is.iter().any(|wanted| wanted.eq_ignore_ascii_case(&text))
            }
            Value::Number(number) if by_number => {
                self.at_least.is_none_or(|least| *number >= least)
                    && self.below.is_none_or(|most| *number < most)
            }
            _ if by_number => false,
            Value::Yes(yes) => *yes,
            Value::Number(number) => *number != 0.0,
            Value::Text(text) => ["yes", "y", "true"].iter().any(|w| w.eq_ignore_ascii_case(text)),
        }
    }

    fn outranks(&self, other: &Self) -> bool {
        self.group.is_some() && self.group == other.group && self.points > other.points
    }
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Yes(yes) => if *yes { "yes" } else { "no" }.to_owned(),
            Self::Number(number) => crate::table::plain_number(*number),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Window {
    /// Days: first and last, inclusive.
    fn days(self, day: Date) -> (Date, Date) {
        let back = |months: i32| day.saturating_sub(months.months()).saturating_add(1.day());
        match self {
            Self::Current => (day, day),
            Self::PastSixMonths => (back(6), day),
            Self::PastTwelveMonths => (back(12), day),
            Self::AnyTime => (Date::MIN, day),
            Self::LastAcademicYear => {
                let began = if day.month() >= 9 { day.year() } else { day.year() - 1 };
                (jiff::civil::date(began - 1, 9, 1), jiff::civil::date(began, 8, 31))
            }
        }
    }
}

fn cell(column: &Column, row: usize) -> Option<Value> {
    match column.values {
        Values::Numbers(_) => column.number(row).map(Value::Number),
        Values::Levels { .. } => column.text(row).map(Value::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn indicator(name: &str, points: f64, field: &str, window: Window) -> Indicator {
        Indicator {
            name: name.into(),
            points,
            field: field.into(),
            window,
            group: None,
            at_least: None,
            below: None,
            is: Vec::new(),
            condition: String::new(),
            held_in: String::new(),
        }
    }

    fn table() -> PointsTable {
        let attendance = |name: &str, points, at_least, below| Indicator {
            at_least,
            below,
            ..indicator(name, points, "attendance", Window::PastSixMonths)
        };
        let exclusion = |name: &str, points, field: &str| Indicator {
            group: Some("exclusion".into()),
            ..indicator(name, points, field, Window::LastAcademicYear)
        };
        PointsTable {
            name: "test".into(),
            version: "1".into(),
            source: "made for the test".into(),
            bands: vec![Band { name: "red".into(), at_least: 4.0, meaning: String::new() }],
            indicators: vec![
                attendance("85 to 90", 1.0, Some(85.0), Some(90.0)),
                attendance("under 85", 2.0, None, Some(85.0)),
                exclusion("permanent", 2.0, "permanent_exclusion"),
                exclusion("fixed term", 1.0, "suspension"),
                indicator("looked after", 2.0, "looked_after", Window::PastTwelveMonths),
            ],
        }
    }

    fn fact(field: &str, value: Value, from: Date, to: Option<Date>, recorded: Date) -> Fact {
        Fact { field: field.into(), value, from, to, recorded }
    }

    fn covered() -> BTreeSet<String> {
        ["attendance", "permanent_exclusion", "suspension", "looked_after"].map(Into::into).into()
    }

    #[test]
    fn attendance_falls_on_the_right_side_of_each_edge() {
        let day = date(2026, 3, 1);
        for (share, points) in [(95.0, 0.0), (90.0, 0.0), (89.9, 1.0), (85.0, 1.0), (84.9, 2.0)] {
            let facts = [fact("attendance", Value::Number(share), date(2026, 1, 5), None, day)];
            assert_eq!(table().score_on(day, &facts, &covered()).total, points, "{share}");
        }
    }

    #[test]
    fn the_dearest_of_a_group_counts_once_and_only_for_last_year() {
        let (day, then) = (date(2026, 3, 1), date(2025, 5, 5));
        let facts = [
            fact("permanent_exclusion", Value::Yes(true), then, Some(then), then),
            fact("suspension", Value::Yes(true), then, Some(then), then),
        ];
        let score = table().score_on(day, &facts, &covered());
        assert_eq!((score.total, score.counted.len()), (2.0, 1));
        assert_eq!(table().score_on(date(2026, 9, 1), &facts, &covered()).total, 0.0);
    }

    #[test]
    fn later_records_and_lapsed_windows_are_not_read() {
        let (from, to) = (date(2024, 1, 1), Some(date(2025, 3, 1)));
        let care = |recorded| [fact("looked_after", Value::Yes(true), from, to, recorded)];
        let on = |day, facts: &[Fact]| table().score_on(day, facts, &covered()).total;
        assert_eq!(on(date(2026, 2, 28), &care(from)), 2.0);
        assert_eq!(on(date(2026, 3, 2), &care(from)), 0.0, "left care over a year ago");
        assert_eq!(on(date(2026, 2, 28), &care(date(2026, 3, 1))), 0.0, "recorded later");
    }

    #[test]
    fn a_field_nobody_loaded_is_not_known() {
        let score = table().score_on(date(2026, 3, 1), &[], &BTreeSet::new());
        assert_eq!(score.total, 0.0);
        assert_eq!(score.not_known.len(), 4);
    }
}
