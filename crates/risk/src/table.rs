//! Columns of values, the only shape in which data enter this crate. Reading files and
//! deciding what a person may see are elsewhere. Invariant: every column of a table has the
//! same number of rows, and "not known" is a value of its own, never a zero.

use serde::{Deserialize, Serialize};

/// The code of a level that is not known.
pub const NOT_KNOWN: u32 = u32::MAX;

/// What one column holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers; NaN means not known.
    Numbers(Vec<f64>),
    /// Names and, for each row, the index of its name; `NOT_KNOWN` where there is none.
    Levels { names: Vec<String>, codes: Vec<u32> },
}

/// Whether a column is read as a number or as a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Number,
    Category,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Values,
}

impl Column {
    pub fn numbers(name: &str, values: Vec<f64>) -> Self {
        Self { name: name.to_owned(), values: Values::Numbers(values) }
    }

    /// Names in order of the alphabet, so that the order of rows never moves a coefficient.
    pub fn levels<'a>(name: &str, cells: impl Iterator<Item = Option<&'a str>> + Clone) -> Self {
        let mut names: Vec<&str> = cells.clone().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let codes = cells.map(|cell| cell.map_or(NOT_KNOWN, |text| position(&names, text)));
        let codes = codes.collect();
        let names = names.into_iter().map(str::to_owned).collect();
        Self { name: name.to_owned(), values: Values::Levels { names, codes } }
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(values) => values.len(),
            Values::Levels { codes, .. } => codes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn kind(&self) -> Kind {
        match self.values {
            Values::Numbers(_) => Kind::Number,
            Values::Levels { .. } => Kind::Category,
        }
    }

    /// The number in a row; none when not known or not a number.
    pub fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            Values::Numbers(values) => values.get(row).copied().filter(|value| !value.is_nan()),
            Values::Levels { .. } => None,
        }
    }

    pub fn is_known(&self, row: usize) -> bool {
        match &self.values {
            Values::Numbers(_) => self.number(row).is_some(),
            Values::Levels { codes, .. } => codes.get(row).is_some_and(|code| *code != NOT_KNOWN),
        }
    }

    /// The group of a row by this column: its value in words, or that nobody knows.
    pub fn group(&self, row: usize) -> String {
        self.text(row).unwrap_or_else(|| "not known".to_owned())
    }

    /// The value in a row as a person would read it; none when not known.
    pub fn text(&self, row: usize) -> Option<String> {
        match &self.values {
            Values::Numbers(_) => self.number(row).map(plain_number),
            Values::Levels { names, codes } => {
                let code = usize::try_from(*codes.get(row)?).ok()?;
                names.get(code).cloned()
            }
        }
    }
}

fn position(names: &[&str], text: &str) -> u32 {
    names
        .binary_search(&text)
        .ok()
        .and_then(|index| u32::try_from(index).ok())
        .expect("the names were collected from these same cells")
}

/// A number with at most three decimals and no trailing zeros; by its power of ten where it would fill a line.
pub fn plain_number(value: f64) -> String {
    if value.abs() >= 1e15 {
        return format!("{value:e}");
    }
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Columns of equal length.
#[derive(Clone, Debug, Default)]
pub struct Table {
    columns: Vec<Column>,
    rows: usize,
}

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TableError {
    #[error("Column \"{name}\" has {found} rows where the others have {expected}.")]
    Ragged { name: String, found: usize, expected: usize },
    #[error("Column \"{0}\" appears twice.")]
    Twice(String),
}

impl Table {
    /// Errors: columns of different lengths, or two of one name.
    pub fn new(columns: Vec<Column>) -> Result<Self, TableError> {
        let rows = columns.first().map_or(0, Column::len);
        let mut seen = std::collections::BTreeSet::new();
        for column in &columns {
            if column.len() != rows {
                let (name, found) = (column.name.clone(), column.len());
                return Err(TableError::Ragged { name, found, expected: rows });
            }
            if !seen.insert(column.name.as_str()) {
                return Err(TableError::Twice(column.name.clone()));
            }
        }
        Ok(Self { columns, rows })
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_sorted_and_gaps_kept() {
        let column = Column::levels("status", [Some("work"), None, Some("FE")].into_iter());
        assert_eq!(column.text(0).as_deref(), Some("work"));
        assert_eq!(column.text(1), None);
        let Values::Levels { names, codes } = column.values else { panic!("levels") };
        assert_eq!(names, ["FE", "work"]);
        assert_eq!(codes, [1, NOT_KNOWN, 0]);
    }

    #[test]
    fn ragged_and_doubled_columns_are_refused() {
        let a = Column::numbers("a", vec![1.0]);
        let b = Column::numbers("b", vec![1.0, 2.0]);
        assert!(matches!(Table::new(vec![a.clone(), b]), Err(TableError::Ragged { .. })));
        assert!(matches!(Table::new(vec![a.clone(), a]), Err(TableError::Twice(_))));
    }

    #[test]
    fn numbers_read_plainly() {
        for (value, text) in
            [(0.333_333, "0.333"), (4.0, "4"), (-0.0, "0"), (12.50, "12.5"), (-1e300, "-1e300")]
        {
            assert_eq!(plain_number(value), text);
        }
    }
}
