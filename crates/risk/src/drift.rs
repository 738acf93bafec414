//! Whether what a model reads still looks like what it learnt from: the population stability index and
//! the share not known, column by column. Invariant: a small sample is not called a drift for being
//! small; what chance alone would give is taken off first.

use crate::table::{Column, NOT_KNOWN, Table, Values};
use serde::{Deserialize, Serialize};

/// Over this an index is worth a look, and over the next it is an alarm.
/// Source: the usual reading of the index in credit scoring: .1 some, .25 a marked shift.
pub const WARN: f64 = 0.1;
pub const ALARM: f64 = 0.25;
/// A share not known that rises by more than this is an alarm.
pub const MISSING_ALARM: f64 = 0.1;
/// Bands of a number, by its tenths in training.
const BANDS: usize = 10;
/// Names beyond the commonest so many are one.
const MOST_NAMES: usize = 20;
/// No share counts as less, or its logarithm would be all that is seen.
const LEAST: f64 = 0.001;

/// What a column looked like in training.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    pub column: String,
    cuts: Cuts,
    /// Shares of the places of known values; they sum to 1.
    shares: Vec<f64>,
    pub missing: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Cuts {
    /// Upper ends of all bands but the last.
    Numbers(Vec<f64>),
    /// The last place is any other name.
    Names(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    pub rows: usize,
    pub shapes: Vec<Shape>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    pub column: String,
    /// The index less what chance alone would give; never under nought.
    pub index: f64,
    pub missing_then: f64,
    pub missing_now: f64,
    pub verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Steady,
    Warn,
    Alarm,
}

impl Reference {
    pub fn learn(table: &Table, inputs: &[String], rows: &[usize]) -> Self {
        let shapes = inputs.iter().filter_map(|name| table.column(name));
        Self { rows: rows.len(), shapes: shapes.map(|column| shape(column, rows)).collect() }
    }

    /// One line for each column that is still there; a column that is gone is all not known.
    pub fn compare(&self, table: &Table, rows: &[usize]) -> Vec<Drift> {
        self.shapes.iter().map(|shape| self.drift(shape, table, rows)).collect()
    }

    fn drift(&self, shape: &Shape, table: &Table, rows: &[usize]) -> Drift {
        let now = table.column(&shape.column).map(|column| shape.place_all(column, rows));
        let (counts, missing_now) = now.unwrap_or((Vec::new(), 1.0));
        let known: f64 = counts.iter().sum();
        let pairs = shape.shares.iter().zip(&counts);
        let raw: f64 = pairs
            .map(|(then, count)| {
                let (then, now) = (then.max(LEAST), (count / known.max(1.0)).max(LEAST));
                (now - then) * (now / then).ln()
            })
            .sum();
        let then_known = (self.rows as f64 * (1.0 - shape.missing)).max(1.0);
        let places = shape.shares.iter().filter(|share| **share > 0.0).count().max(1);
        let by_chance = (places - 1) as f64 * (1.0 / then_known + 1.0 / known.max(1.0));
        // Three times what chance gives on average is out of chance's reach.
        let index = if known < 1.0 || raw <= 3.0 * by_chance { 0.0 } else { raw - by_chance };
        let more_missing = missing_now - shape.missing > MISSING_ALARM;
        let verdict = if index > ALARM || more_missing {
            Verdict::Alarm
        } else if index > WARN {
            Verdict::Warn
        } else {
            Verdict::Steady
        };
        let column = shape.column.clone();
        Drift { column, index, missing_then: shape.missing, missing_now, verdict }
    }
}

impl Shape {
    /// How many rows are in each place, and the share not known.
    fn place_all(&self, column: &Column, rows: &[usize]) -> (Vec<f64>, f64) {
        let mut counts = vec![0.0; self.cuts.places()];
        let mut missing = 0.0;
        for row in rows {
            match self.cuts.place(column, *row).and_then(|place| counts.get_mut(place)) {
                Some(count) => *count += 1.0,
                None => missing += 1.0,
            }
        }
        (counts, missing / (rows.len() as f64).max(1.0))
    }
}

impl Cuts {
    fn places(&self) -> usize {
        match self {
            Self::Numbers(cuts) => cuts.len() + 1,
            Self::Names(names) => names.len() + 1,
        }
    }

    fn place(&self, column: &Column, row: usize) -> Option<usize> {
        match self {
            Self::Numbers(cuts) => {
                let value = column.number(row)?;
                Some(cuts.partition_point(|cut| *cut < value))
            }
            Self::Names(names) => {
                let text = column.text(row)?;
                Some(names.iter().position(|name| *name == text).unwrap_or(names.len()))
            }
        }
    }
}

fn shape(column: &Column, rows: &[usize]) -> Shape {
    let cuts = match &column.values {
        Values::Numbers(_) => Cuts::Numbers(tenths(column, rows)),
        Values::Levels { names, codes } => {
            let mut counts = vec![0_usize; names.len()];
            for code in rows.iter().filter_map(|row| codes.get(*row)).filter(|c| **c != NOT_KNOWN) {
                if let Some(count) = usize::try_from(*code).ok().and_then(|c| counts.get_mut(c)) {
                    *count += 1;
                }
            }
            let mut order: Vec<(usize, &String)> = counts.into_iter().zip(names).collect();
            order.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
            order.retain(|(count, _)| *count > 0);
            Cuts::Names(order.into_iter().take(MOST_NAMES).map(|(_, name)| name.clone()).collect())
        }
    };
    let mut shape = Shape { column: column.name.clone(), cuts, shares: Vec::new(), missing: 0.0 };
    let (counts, missing) = shape.place_all(column, rows);
    let known: f64 = counts.iter().sum();
    shape.shares = counts.iter().map(|count| count / known.max(1.0)).collect();
    shape.missing = missing;
    shape
}

fn tenths(column: &Column, rows: &[usize]) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().filter_map(|row| column.number(*row)).collect();
    values.sort_by(f64::total_cmp);
    let mut cuts: Vec<f64> =
        (1..BANDS).filter_map(|band| values.get(band * values.len() / BANDS).copied()).collect();
    cuts.dedup();
    // A cut at the largest value would leave an empty band above it.
    let last = values.last().copied();
    cuts.retain(|cut| Some(*cut) < last);
    cuts
}

/// What a closed month brought against what was expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Level {
    pub rows: usize,
    pub expected: f64,
    pub observed: usize,
    /// Variance of the number that would come if every chance were true.
    pub variance: f64,
}

/// Expected over observed must lie here. Source: the project's goal for calibration forward in time.
pub const LEVEL: std::ops::RangeInclusive<f64> = 0.8..=1.25;

impl Level {
    pub fn of(chances: &[f64], outcomes: &[bool]) -> Self {
        Self {
            rows: chances.len(),
            expected: chances.iter().sum(),
            observed: outcomes.iter().filter(|outcome| **outcome).count(),
            variance: chances.iter().map(|p| p * (1.0 - p)).sum(),
        }
    }

    /// None when nothing came.
    pub fn ratio(&self) -> Option<f64> {
        (self.observed > 0).then(|| self.expected / self.observed as f64)
    }

    /// Outside the range, and by more than chance would do once in a hundred months.
    pub fn alarm(&self) -> bool {
        let outside = self.ratio().is_none_or(|ratio| !LEVEL.contains(&ratio));
        let far = (self.observed as f64 - self.expected).abs();
        outside && far > 2.58 * self.variance.sqrt().max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bootstrap::Draws;

    fn attendance(rows: usize, shift: f64, stream: u64) -> Table {
        let mut draws = Draws::new(7, stream);
        // The sum of three even draws is near enough to a bell.
        let mut one = || (0..3).map(|_| draws.below(1000) as f64 / 1000.0).sum::<f64>();
        let values = (0..rows).map(|_| 80.0 + 12.0 * one() / 3.0 * 1.6 - shift).collect();
        Table::new(vec![Column::numbers("attendance", values)]).expect("one column")
    }

    #[test]
    fn ten_points_less_attendance_is_an_alarm_and_chance_alone_is_not() {
        let inputs = ["attendance".to_owned()];
        let rows: Vec<usize> = (0..3000).collect();
        let reference = Reference::learn(&attendance(3000, 0.0, 1), &inputs, &rows);
        let few: Vec<usize> = (0..120).collect();
        let verdict =
            |shift, stream| reference.compare(&attendance(120, shift, stream), &few)[0].verdict;
        assert_eq!(verdict(10.0, 2), Verdict::Alarm);
        let alarms = (3..203).filter(|stream| verdict(0.0, *stream) != Verdict::Steady).count();
        assert!(alarms < 4, "{alarms} false ones in 200 months of 120 people");
    }

    #[test]
    fn a_source_that_dries_up_is_an_alarm() {
        let rows: Vec<usize> = (0..200).collect();
        let table = |gap: usize| {
            let value = |row: usize| if row % 10 < gap { f64::NAN } else { row as f64 };
            Table::new(vec![Column::numbers("x", (0..200).map(value).collect())]).expect("one")
        };
        let reference = Reference::learn(&table(1), &["x".to_owned()], &rows);
        assert_eq!(reference.compare(&table(1), &rows)[0].verdict, Verdict::Steady);
        let later = &reference.compare(&table(5), &rows)[0];
        assert_eq!((later.verdict, later.missing_now), (Verdict::Alarm, 0.5));
        let names = Table::new(vec![Column::levels("y", [Some("a")].into_iter())]).expect("one");
        assert_eq!(
            reference.compare(&names, &[0])[0].verdict,
            Verdict::Alarm,
            "the column is gone"
        );
    }

    #[test]
    fn half_as_many_again_is_an_alarm_where_there_are_enough_to_say() {
        let level = |rows: usize, observed: usize| Level {
            rows,
            expected: rows as f64 * 0.05,
            observed,
            variance: rows as f64 * 0.05 * 0.95,
        };
        assert!(level(1000, 75).alarm());
        assert!(!level(1000, 55).alarm());
        assert!(!level(60, 5).alarm(), "three expected and five came is chance");
        assert!(level(1000, 25).alarm());
    }
}
