//! What every report here is: counts by row and column, figures beside them, and the rule for who is not told of few.

use std::collections::BTreeMap;

use domain::disclosure::{Exact, FEW, LeftOut, alone};
use serde::Serialize;

/// A column, by its name in files and its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Head {
    pub name: &'static str,
    pub label: &'static str,
}

/// One row. Nothing stands where it is not told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Empty where it is of nobody's: no provider was named, no adviser has them.
    pub key: String,
    pub label: String,
    pub cells: Vec<Option<u64>>,
    pub all: Option<u64>,
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

/// The rows by their labels, those of nobody last, with everybody before them where the reader is told all of it.
pub(super) fn rows(found: &Counted, told: bool) -> (Option<Row>, Vec<Row>) {
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
    let label = |key: &str| found.labels.get(key).cloned().unwrap_or_else(|| key.to_owned());
    let mut all: Vec<(&str, String, Vec<u64>)> =
        counts.into_iter().map(|(key, cells)| (key, label(key), cells)).collect();
    // They stand by their keys already, those of nobody first.
    all.sort_by(|a, b| match found.by_key {
        true => a.0.cmp(b.0),
        false => (a.0.is_empty(), &a.1).cmp(&(b.0.is_empty(), &b.1)),
    });
    let cells: Vec<Vec<u64>> = all.iter().map(|(_, _, cells)| cells.clone()).collect();
    let out = if told { vec![vec![false; width + 1]; all.len()] } else { left_out(&cells) };
    let none = || vec![None; found.beside.len()];
    let rows = all.into_iter().zip(out).map(|((key, label, cells), out)| {
        let figures = found.figures.get(key).filter(|_| told).cloned();
        row((key, label), &cells, &out, figures.unwrap_or_else(none))
    });
    let rows = rows.collect();
    let everybody = told.then(|| {
        let about = ("", "Everybody".to_owned());
        row(about, &whole, &vec![false; width + 1], found.whole.clone())
    });
    (everybody, rows)
}

fn row((key, label): (&str, String), cells: &[u64], out: &[bool], beside: Vec<Option<f64>>) -> Row {
    let told = |at: usize, people: u64| {
        let hidden = out.get(at).copied().unwrap_or(true);
        (!hidden).then_some(people)
    };
    Row {
        key: key.to_owned(),
        label,
        all: told(cells.len(), cells.iter().sum()),
        cells: cells.iter().enumerate().map(|(at, people)| told(at, *people)).collect(),
        beside,
    }
}

/// What may not be told: by row, its cells and then their sum.
fn left_out(cells: &[Vec<u64>]) -> LeftOut {
    let sums: Vec<u64> = cells.iter().map(|row| row.iter().sum()).collect();
    let width = cells.first().map_or(0, Vec::len);
    if let [only] = cells {
        // One row is a list under its sum.
        let few = sums.iter().any(|sum| (1..FEW).contains(sum));
        let mut out = if few { vec![true; width] } else { alone(only, FEW) };
        out.push(few);
        return vec![out];
    }
    Exact::new(cells).and_then(|exact| exact.suppress(FEW)).unwrap_or_else(|| {
        // No breakdown stands: the rows' sums, as far as they go.
        let sums = alone(&sums, FEW);
        sums.into_iter().map(|out| [vec![true; width], vec![out]].concat()).collect()
    })
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
    fn whoever_sees_people_is_told_all_of_it_and_nobodys_row_comes_last() {
        let (whole, rows) = rows(&counted(&[("", [1, 0, 0]), ("x", [2, 0, 7])]), true);
        let whole = whole.unwrap();
        assert_eq!((whole.cells, whole.all), (vec![Some(3), Some(0), Some(7)], Some(10)));
        assert_eq!(whole.beside, [Some(1.5)]);
        let labels: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["An organisation", ""]);
        assert_eq!((rows[0].all, rows[0].beside.as_slice()), (Some(9), &[Some(2.5)][..]));
        assert_eq!(rows[1].beside, [None]);
    }

    #[test]
    fn others_are_told_no_count_that_is_few_or_gives_one_away() {
        let (whole, one) = rows(&counted(&[("x", [2, 8, 7])]), false);
        assert!(whole.is_none());
        assert_eq!(one[0].all, Some(17));
        assert_eq!(one[0].cells[0], None);
        assert!(one[0].cells.iter().filter(|cell| cell.is_none()).count() > 1, "{one:?}");
        assert_eq!(one[0].beside, [None]);
        let (_, few) = rows(&counted(&[("x", [2, 1, 0])]), false);
        assert_eq!((few[0].all, few[0].cells.clone()), (None, vec![None; 3]));
        let (_, two) = rows(&counted(&[("x", [2, 30, 40]), ("y", [20, 30, 40])]), false);
        let mut told = two.iter().flat_map(|row| &row.cells).flatten();
        assert!(told.all(|people| *people >= FEW), "{two:?}");
    }
}
