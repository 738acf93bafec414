//! Why a chance is what it is: the log-odds taken apart by column, and the few largest parts
//! in plain words. Invariant: base plus contributions is the log-odds, within 1e-9.

use crate::encoding::Reader;
use crate::logistic::logistic;
use crate::model::{FitError, Model, away};
use crate::table::{Column, Table, plain_number};
use crate::words::{self, Words};
use serde::Serialize;
use std::collections::BTreeMap;

/// The name under which a points score is explained.
pub const POINTS: &str = "points";
/// Contributions under this many log-odds change a chance by less than a twentieth of itself
/// and are not worth a sentence.
const WORTH_SAYING: f64 = 0.05;
const MOST_REASONS: usize = 4;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contribution {
    pub column: String,
    /// As a person would read it; none when not known.
    pub value: Option<String>,
    /// Log-odds above (or below, when negative) the average of the training rows.
    pub log_odds: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    pub column: String,
    pub value: Option<String>,
    pub raises: bool,
    /// Whether a worker can act on it; none when nobody has said.
    pub can_act: Option<bool>,
    pub source: Option<String>,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    pub probability: f64,
    pub in_words: &'static str,
    pub log_odds: f64,
    /// Log-odds of a row that is average in every term.
    pub base: f64,
    /// Largest first.
    pub contributions: Vec<Contribution>,
    pub reasons: Vec<Reason>,
    /// Facts the model would read and does not have.
    pub missing: Vec<String>,
}

/// What a list needs of an explanation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Brief {
    pub log_odds: f64,
    pub reasons: Vec<Reason>,
    pub missing: Vec<String>,
}

/// A model bound to a table, ready to explain rows one by one.
pub struct Explainer<'a> {
    model: &'a Model,
    columns: BTreeMap<&'a str, &'a Column>,
    points: Option<&'a [f64]>,
    words: &'a Words,
    readers: Vec<Reader<'a>>,
    /// For each input column, in order: its name and the terms it owns.
    parts: Vec<(&'a str, std::ops::Range<usize>)>,
    base: f64,
}

impl<'a> Explainer<'a> {
    /// Errors: columns or points that the model reads are missing.
    pub fn new(
        model: &'a Model,
        table: &'a Table,
        points: Option<&'a [f64]>,
        words: &'a Words,
    ) -> Result<Self, FitError> {
        model.encoding.check(table)?;
        if model.points.is_some() && points.is_none() {
            return Err(FitError::NoPoints);
        }
        let terms = &model.encoding.terms;
        let mut ends: BTreeMap<&str, std::ops::Range<usize>> = BTreeMap::new();
        for (index, term) in terms.iter().enumerate() {
            ends.entry(&term.column).or_insert(index..index).end = index + 1;
        }
        let of = |name: &'a String| Some((name.as_str(), ends.get(name.as_str())?.clone()));
        let parts = model.encoding.inputs.iter().filter_map(|(name, _)| of(name)).collect();
        let at_mean: f64 = model.coefficients.iter().zip(terms).map(|(c, t)| c * t.mean).sum();
        let (shift, slope) = model.recalibration.map_or((0.0, 1.0), |r| (r.intercept, r.slope));
        let base = shift + slope * (model.intercept + at_mean);
        let columns = table.columns().iter().map(|column| (column.name.as_str(), column)).collect();
        Ok(Self {
            readers: model.encoding.readers(table),
            model,
            columns,
            points,
            words,
            parts,
            base,
        })
    }

    /// Units: log-odds of a row that is average in every term.
    pub fn base(&self) -> f64 {
        self.base
    }

    /// Units: log-odds. Shape: one for each input column, then one for points.
    pub fn contributions(&self, row: usize) -> Vec<(&'a str, f64)> {
        let slope = self.model.recalibration.map_or(1.0, |fix| fix.slope);
        let term = |index: usize| {
            let (reader, term) = (self.readers.get(index)?, self.model.encoding.terms.get(index)?);
            Some(self.model.coefficients.get(index)? * (reader.read(row) - term.mean))
        };
        let mut found: Vec<(&str, f64)> = self
            .parts
            .iter()
            .map(|(name, terms)| (*name, slope * terms.clone().filter_map(term).sum::<f64>()))
            .collect();
        if let (Some(pull), Some(points)) = (self.model.points, self.points) {
            let part = pull.coefficient * away(points.get(row).copied(), pull.mean);
            found.push((POINTS, slope * part));
        }
        found
    }

    pub fn explain(&self, row: usize) -> Explanation {
        let mut parts = self.contributions(row);
        let log_odds = self.base + parts.iter().map(|part| part.1).sum::<f64>();
        // Names break ties, so that equal parts come in the same order every time.
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(b.0)));
        let missing = parts.iter().filter(|part| !self.is_known(part.0, row));
        let telling = parts.iter().filter(|part| part.1.abs() >= WORTH_SAYING);
        let probability = logistic(log_odds);
        Explanation {
            probability,
            in_words: words::chance(probability),
            log_odds,
            base: self.base,
            reasons: telling.take(MOST_REASONS).map(|part| self.reason(*part, row)).collect(),
            missing: missing.map(|part| self.words.label(part.0)).collect(),
            contributions: parts
                .iter()
                .map(|(name, log_odds)| Contribution {
                    column: (*name).to_owned(),
                    value: self.value(name, row),
                    log_odds: *log_odds,
                })
                .collect(),
        }
    }

    /// The chance, the few largest parts and the gaps, without the whole working. For lists.
    pub fn brief(&self, row: usize) -> Brief {
        let mut parts = self.contributions(row);
        let log_odds = self.base + parts.iter().map(|part| part.1).sum::<f64>();
        let missing = parts.iter().filter(|part| !self.is_known(part.0, row));
        let missing = missing.map(|part| self.words.label(part.0)).collect();
        parts.retain(|part| part.1.abs() >= WORTH_SAYING);
        parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(b.0)));
        let reasons = parts.into_iter().take(MOST_REASONS);
        let reasons = reasons.map(|part| self.reason(part, row)).collect();
        Brief { log_odds, reasons, missing }
    }

    fn is_known(&self, column: &str, row: usize) -> bool {
        match (self.columns.get(column), self.points) {
            (Some(column), _) => column.is_known(row),
            (None, points) => points.and_then(|p| p.get(row)).is_some_and(|p| p.is_finite()),
        }
    }

    fn value(&self, column: &str, row: usize) -> Option<String> {
        match (self.columns.get(column), self.points) {
            (Some(column), _) => column.text(row),
            (None, Some(points)) => {
                points.get(row).copied().filter(|p| p.is_finite()).map(plain_number)
            }
            (None, None) => None,
        }
    }

    fn reason(&self, (column, part): (&str, f64), row: usize) -> Reason {
        let value = self.value(column, row);
        let raises = part > 0.0;
        let can_act = self.words.can_act(column);
        let what = self.words.label(column);
        let is = value.as_deref().map_or("is not known".to_owned(), |value| format!("is {value}"));
        let way = if raises { "raises" } else { "lowers" };
        let source = self.words.source(column).map(str::to_owned);
        let from = source.as_deref().map_or(String::new(), |source| format!(" ({source})"));
        let act = match can_act {
            Some(true) => "; a worker can act on it",
            Some(false) => "; it cannot be changed",
            None => "",
        };
        Reason {
            sentence: format!("{what} {is}{from}: {way} the chance{act}"),
            column: column.to_owned(),
            value,
            raises,
            can_act,
            source,
        }
    }
}
