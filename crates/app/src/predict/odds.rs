//! What each factor of the register goes with here: odds of the outcome with it over those without, among
//! the council's own young people of years that have closed. It stands beside what is published.
//! Invariant: a person is counted once, by their newest row; who is not known on either count is left out.

use risk::odds::{Odds, odds};
use risk::points::{Indicator, PointsTable, Window};
use serde::{Deserialize, Serialize};

use super::registers::{Factor, When};
use super::train::Data;

/// A factor with its own figures. Kept with the predictor whose years they are of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Local {
    pub factor: String,
    /// What was counted as having it, in words.
    pub holds: String,
    pub published: String,
    pub odds: Odds,
}

impl Local {
    /// "3.10 [2.05, 4.70]; 120 with it, 900 without", or that there are too few.
    pub fn words(&self) -> String {
        let Some(ratio) = self.odds.ratio else { return "too few to say".to_owned() };
        format!(
            "{:.2} [{:.2}, {:.2}]; {} with it, {} without",
            ratio.value,
            ratio.within.low,
            ratio.within.high,
            self.odds.with.rows,
            self.odds.without.rows
        )
    }
}

/// Of every factor that says what counts as having it.
pub(super) fn local(data: &Data, factors: &[Factor]) -> Vec<Local> {
    let rows = newest_of_each(data);
    let of = |factor: &Factor| {
        let table = counting(factor, factor.when.as_ref()?);
        let holds = |row: usize| {
            let score = table.score_row(&data.table, row);
            score.not_known.is_empty().then_some(!score.counted.is_empty())
        };
        let pairs = rows.iter().filter_map(|(row, came)| Some((holds(*row)?, *came)));
        Some(Local {
            factor: factor.name.clone(),
            holds: factor.holds.clone(),
            published: factor.published.clone(),
            odds: odds(pairs),
        })
    };
    factors.iter().filter_map(of).collect()
}

/// A table of one indicator, so that a factor is read as a points table would read it.
fn counting(factor: &Factor, when: &When) -> PointsTable {
    let indicator = Indicator {
        name: factor.name.clone(),
        points: 1.0,
        field: factor.fact.clone(),
        window: Window::Current,
        group: None,
        at_least: when.at_least,
        below: when.below,
        is: when.is.clone(),
        condition: String::new(),
        held_in: String::new(),
    };
    PointsTable {
        name: factor.name.clone(),
        version: String::new(),
        source: String::new(),
        bands: Vec::new(),
        indicators: vec![indicator],
    }
}

/// The newest row with a known outcome of each person. Years stand in order of time.
fn newest_of_each(data: &Data) -> Vec<(usize, bool)> {
    let mut newest = std::collections::BTreeMap::new();
    for (row, (person, outcome)) in data.people.iter().zip(&data.target).enumerate() {
        if let Some(came) = outcome {
            newest.insert(*person, (row, *came));
        }
    }
    newest.into_values().collect()
}
