//! What every report here is: counts by row and column, and figures beside them.

use std::collections::BTreeMap;

use serde::Serialize;

/// A column, by its name in files and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    pub name: &'static str,
    pub label: &'static str,
}

/// One row. A figure is nothing where there is nobody to make it of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Empty where it is of nobody's: no provider was named, no adviser has them.
    pub key: String,
    pub label: String,
    pub cells: Vec<u64>,
    pub all: u64,
    pub beside: Vec<Option<f64>>,
}

/// One counted: whom it is about, where that is known, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub person: Option<i64>,
    pub row: String,
    pub column: usize,
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counted {
    /// What there is to say first.
    pub first: String,
    pub columns: Vec<Head>,
    pub beside: Vec<Head>,
    pub cases: Vec<Case>,
    /// Whether rows stand in the order of their keys, rather than of their labels.
    pub by_key: bool,
    /// Rows' labels by their keys; a row without one is called by its key.
    pub labels: BTreeMap<String, String>,
    /// What is told beside the counts of each row, and of everybody.
    pub figures: BTreeMap<String, Vec<Option<f64>>>,
    pub whole: Vec<Option<f64>>,
}

impl Counted {
    /// What a row is called.
    pub fn label(&self, key: &str) -> String {
        self.labels.get(key).cloned().unwrap_or_else(|| key.to_owned())
    }
}

/// What is told beside the counts of everybody.
pub(super) type Beside = Vec<Option<f64>>;

/// What is told beside the counts, of everybody and of each row.
pub(super) fn beside<T>(
    all: &[T],
    key: impl Fn(&T) -> String,
    figures: impl Fn(&[&T]) -> Beside,
) -> (Beside, BTreeMap<String, Beside>) {
    let mut rows: BTreeMap<String, Vec<&T>> = BTreeMap::new();
    for one in all {
        rows.entry(key(one)).or_default().push(one);
    }
    let everybody: Vec<&T> = all.iter().collect();
    let rows = rows.into_iter().map(|(key, of)| (key, figures(&of)));
    (figures(&everybody), rows.collect())
}

/// Everybody, and the rows by their labels, those of nobody last.
pub(super) fn rows(found: &Counted) -> (Row, Vec<Row>) {
    let width = found.columns.len();
    let mut counts: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
    let mut whole = vec![0; width];
    for case in &found.cases {
        let row = counts.entry(case.row.as_str()).or_insert_with(|| vec![0; width]);
        for cells in [row, &mut whole] {
            if let Some(cell) = cells.get_mut(case.column) {
                *cell += 1;
            }
        }
    }
    let mut all: Vec<(&str, String, Vec<u64>)> =
        counts.into_iter().map(|(key, cells)| (key, found.label(key), cells)).collect();
    // They stand by their keys already, those of nobody first.
    all.sort_by(|a, b| match found.by_key {
        true => a.0.cmp(b.0),
        false => (a.0.is_empty(), &a.1).cmp(&(b.0.is_empty(), &b.1)),
    });
    let none = || vec![None; found.beside.len()];
    let rows = all.into_iter().map(|(key, label, cells)| {
        row((key, label), cells, found.figures.get(key).cloned().unwrap_or_else(none))
    });
    let rows = rows.collect();
    (row(("", "Everybody".to_owned()), whole, found.whole.clone()), rows)
}

fn row((key, label): (&str, String), cells: Vec<u64>, beside: Vec<Option<f64>>) -> Row {
    Row { key: key.to_owned(), label, all: cells.iter().sum(), cells, beside }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(cells: &[(&str, [u64; 3])]) -> Counted {
        let head = |name| Head { name, label: name };
        let mut cases = Vec::new();
        for (row, counts) in cells {
            for (column, count) in counts.iter().enumerate() {
                let case = Case { person: Some(1), row: (*row).to_owned(), column };
                cases.extend(std::iter::repeat_n(case, usize::try_from(*count).unwrap()));
            }
        }
        Counted {
            columns: ["a", "b", "c"].map(head).to_vec(),
            beside: vec![head("share")],
            cases,
            labels: BTreeMap::from([("x".to_owned(), "An organisation".to_owned())]),
            figures: BTreeMap::from([("x".to_owned(), vec![Some(2.5)])]),
            whole: vec![Some(1.5)],
            ..Counted::default()
        }
    }

    #[test]
    fn what_is_told_beside_the_counts_is_of_everybody_and_of_each_row() {
        let all = [("x", 1.0), ("y", 2.0), ("x", 4.0)];
        let sum = |of: &[&(&str, f64)]| vec![Some(of.iter().map(|one| one.1).sum::<f64>())];
        let (whole, rows) = beside(&all, |one| one.0.to_owned(), sum);
        assert_eq!((whole, rows.len()), (vec![Some(7.0)], 2));
        assert_eq!((&rows["x"], &rows["y"]), (&vec![Some(5.0)], &vec![Some(2.0)]));
    }

    #[test]
    fn everybody_is_the_sum_and_nobodys_row_comes_last() {
        let (whole, rows) = rows(&counted(&[("", [1, 0, 0]), ("x", [2, 0, 7])]));
        assert_eq!((whole.cells, whole.all), (vec![3, 0, 7], 10));
        assert_eq!(whole.beside, [Some(1.5)]);
        let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["An organisation", ""]);
        assert_eq!((rows[0].all, rows[0].beside.as_slice()), (9, &[Some(2.5)][..]));
        assert_eq!(rows[1].beside, [None]);
    }
}
