//! Why a chance is what it is, in words: each fact with its value, its day and its source. What points
//! counted is told fact by fact too, so that each goes to whoever may know it, and whoever may not learns nothing
//! from a sum.

use std::collections::BTreeMap;

use domain::calendar::Day;
use domain::prediction::{Cell, FEATURES, Value, named, reason, reason_called};
use risk::explain::{Explainer, POINTS};
use risk::table::Table;

use super::score::{Said, Told};
use super::train::Content;

/// Of what counts points, the first so many are told.
const MOST: usize = 4;

/// Facts that stand or fall with another that is named: their absence says nothing more.
const SHADOWS: [&str; 5] =
    ["attendance_change", "unauthorised", "suspension", "send_need", "neet_months"];

pub(super) struct Reading<'a> {
    pub content: &'a Content,
    pub explainer: &'a Explainer<'a>,
    pub table: &'a Table,
    /// Shape: as of rows.
    pub cells: &'a [Vec<Cell>],
    /// Names of organisations.
    pub names: &'a BTreeMap<String, String>,
    /// The day as of which the facts were read.
    pub on: Day,
}

impl Reading<'_> {
    pub fn told(&self, row: usize) -> Told {
        let weights: BTreeMap<&str, f64> = self.explainer.contributions(row).into_iter().collect();
        let mut reasons: Vec<Said> = Vec::new();
        for part in self.explainer.brief(row).reasons {
            if part.column == POINTS {
                let counted = self.of_points(row, &weights);
                reasons.retain(|said| counted.iter().all(|other| other.fact != said.fact));
                reasons.extend(counted);
                continue;
            }
            // A fact that points counted is told with them.
            if reasons.iter().any(|said| said.fact == part.column) {
                continue;
            }
            let weight = weights.get(part.column.as_str()).copied().unwrap_or(0.0);
            reasons.extend(self.of_fact(row, &part.column, weight, None));
        }
        // What points counted took the place of one reason, and may be several.
        reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
        reasons.truncate(MOST);
        Told { reasons, missing: self.missing(row) }
    }

    fn cell(&self, row: usize, name: &str) -> Option<&Cell> {
        let at = FEATURES.iter().position(|feature| feature.name == name)?;
        self.cells.get(row)?.get(at)
    }

    /// A fact as a reason, under the name by which points counted it where they did.
    fn of_fact(&self, row: usize, fact: &str, weight: f64, counted: Option<&str>) -> Option<Said> {
        let feature = named(fact)?;
        let mut cell = self.cell(row, fact)?.clone();
        if let Some(name) = cell.as_name().and_then(|id| self.names.get(id)) {
            cell.value = Value::Name(name.clone());
        }
        let said = match counted {
            Some(words) => reason_called(words, feature, &cell, weight > 0.0, self.on),
            None => reason(feature, &cell, weight > 0.0, self.on),
        };
        Some(Said {
            fact: said.feature.to_owned(),
            sentence: said.sentence,
            raises: said.raises,
            can_act: said.can_act,
            weight,
            whose: said.whose,
            involved: said.involved,
        })
    }

    /// What counted points, the most first, each with its part of what the points add to the chance and what
    /// the same fact adds beside them.
    fn of_points(&self, row: usize, weights: &BTreeMap<&str, f64>) -> Vec<Said> {
        let table = &self.content.table;
        let whole = weights.get(POINTS).copied().unwrap_or(0.0);
        let score = table.score_row(self.table, row);
        let (name, total) = (&table.name, score.total);
        let mut counted = score.counted.clone();
        counted.sort_by(|a, b| b.1.total_cmp(&a.1));
        let one = |(indicator, points): &(String, f64)| {
            let field = &table.indicators.iter().find(|known| known.name == *indicator)?.field;
            let part = points / total.max(1.0);
            let beside = weights.get(field.as_str()).copied().unwrap_or(0.0);
            let words = format!("{indicator} ({points} of {total} points of {name})");
            self.of_fact(row, field, whole * part + beside, Some(&words))
        };
        // A risk that counted lowers no chance: fewer of them than most have does.
        let told: Vec<Said> =
            counted.iter().filter_map(one).filter(|said| said.raises).take(MOST).collect();
        match told.is_empty() {
            true => vec![self.of_all_points(counted.len(), whole)],
            false => told,
        }
    }

    /// Points in one sentence, where none of what they count raises the chance by itself.
    fn of_all_points(&self, counted: usize, whole: f64) -> Said {
        let name = &self.content.table.name;
        let on = domain::calendar::shown(self.on);
        let raises = whole > 0.0;
        let sentence = match (counted, raises) {
            (0, true) => format!("Points of {name}: none counted on {on}, raises the chance"),
            (0, false) => format!("Points of {name}: none counted on {on}, lowers the chance"),
            (_, true) => format!("Points of {name}: more than most on {on}, raises the chance"),
            (_, false) => format!("Points of {name}: fewer than most on {on}, lowers the chance"),
        };
        let (fact, weight) = (POINTS.to_owned(), whole);
        Said { fact, sentence, raises, can_act: false, weight, whose: None, involved: false }
    }

    /// What the predictor would read and nobody has told.
    fn missing(&self, row: usize) -> Vec<String> {
        let asked = FEATURES
            .iter()
            .filter(|feature| self.content.reads(feature.name) && !SHADOWS.contains(&feature.name));
        let gone =
            |name: &str| self.cell(row, name).is_none_or(|cell| cell.value == Value::NotKnown);
        asked.filter(|feature| gone(feature.name)).map(|feature| feature.label.to_owned()).collect()
    }
}
