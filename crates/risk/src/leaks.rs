//! Columns that give the answer away. A column that splits the outcomes perfectly was almost
//! surely written down after the outcome, or is the outcome. Invariant: the verdict says how
//! the column was found out.

use crate::measures::Ranked;
use crate::table::{NOT_KNOWN, Table, Values};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leak {
    pub column: String,
    pub how: String,
    /// Whether chance alone could have done it on so few outcomes.
    pub certain: bool,
}

/// Fewer of the rarer outcome than this and a perfect split may be luck.
const ENOUGH: usize = 8;
/// A ranking this close to perfect is reported, though it does not stop a fit.
const SUSPECT: f64 = 0.98;

/// Looks at each input alone, on the rows with a known outcome.
pub fn find(
    table: &Table,
    inputs: &[String],
    target: &[Option<bool>],
    rows: &[usize],
) -> Vec<Leak> {
    let known: Vec<(usize, bool)> =
        rows.iter().filter_map(|row| Some((*row, target.get(*row).copied().flatten()?))).collect();
    let yes = known.iter().filter(|(_, outcome)| *outcome).count();
    let rarer = yes.min(known.len() - yes);
    if rarer == 0 {
        return Vec::new();
    }
    let columns = inputs.iter().filter_map(|name| table.column(name));
    columns
        .filter_map(|column| {
            let keys: Vec<(Option<u64>, bool)> =
                known.iter().map(|(row, outcome)| (key(&column.values, *row), *outcome)).collect();
            let ways = [splits(&keys), gaps(&column.values, &known), ranks(&column.values, &known)];
            // What one way can only suspect another may be sure of.
            let found = || ways.iter().flatten();
            let (how, perfect) = *found().find(|(_, perfect)| *perfect).or(found().next())?;
            let certain = perfect && rarer >= ENOUGH;
            Some(Leak { column: column.name.clone(), how: how.to_owned(), certain })
        })
        .collect()
}

/// A value as bits; none when not known.
fn key(values: &Values, row: usize) -> Option<u64> {
    match values {
        Values::Numbers(values) => {
            values.get(row).filter(|v| !v.is_nan()).map(|v| (v + 0.0).to_bits())
        }
        Values::Levels { codes, .. } => {
            codes.get(row).filter(|code| **code != NOT_KNOWN).map(|code| u64::from(*code))
        }
    }
}

/// Whether every value goes with one outcome only. Not known is a value too, since gaps can give the answer
/// away; where half or more is known, what is known is also looked at alone, since a few gaps hide nothing.
fn splits(keys: &[(Option<u64>, bool)]) -> Option<(&'static str, bool)> {
    let how = "each of its values goes with one outcome only";
    if parts(keys) {
        return Some((how, true));
    }
    let told: Vec<(Option<u64>, bool)> =
        keys.iter().copied().filter(|(key, _)| key.is_some()).collect();
    let yes = told.iter().filter(|(_, outcome)| *outcome).count();
    let rarer = yes.min(told.len() - yes);
    let found = rarer > 0 && told.len() * 2 >= keys.len() && parts(&told);
    found.then_some((how, rarer >= ENOUGH))
}

/// With enough rows to each value that this is not merely because nearly all values differ.
fn parts(keys: &[(Option<u64>, bool)]) -> bool {
    let mut seen: BTreeMap<Option<u64>, bool> = BTreeMap::new();
    let one =
        |(key, outcome): &(Option<u64>, bool)| *seen.entry(*key).or_insert(*outcome) == *outcome;
    keys.iter().all(one) && seen.len() * 5 <= keys.len()
}

/// Whether being written down at all goes with the outcome: most columns that give it away are filled in
/// only where it happened.
fn gaps(values: &Values, known: &[(usize, bool)]) -> Option<(&'static str, bool)> {
    let missing = |row: usize| match values {
        Values::Numbers(values) => values.get(row).is_none_or(|value| value.is_nan()),
        Values::Levels { codes, .. } => codes.get(row).is_none_or(|code| *code == NOT_KNOWN),
    };
    // How many are written down and not, of either outcome.
    let mut counts = [[0_usize; 2]; 2];
    for (row, outcome) in known {
        if let Some(count) = counts
            .get_mut(usize::from(*outcome))
            .and_then(|of| of.get_mut(usize::from(missing(*row))))
        {
            *count += 1;
        }
    }
    let [[no, no_missing], [yes, yes_missing]] = counts;
    let apart = |told: usize, missed: usize, other: usize, other_missed: usize| {
        (told >= ENOUGH && other == 0 && other_missed > 0).then_some(missed == 0)
    };
    let perfect = apart(yes, yes_missing, no, no_missing)
        .or_else(|| apart(no, no_missing, yes, yes_missing))?;
    match perfect {
        true => Some(("it is known of all with one outcome and of none with the other", true)),
        // A fact that only the one outcome has can be honest where it is told of few of them.
        false => Some(("it is known of nobody with one of the outcomes", false)),
    }
}

fn ranks(values: &Values, known: &[(usize, bool)]) -> Option<(&'static str, bool)> {
    let Values::Numbers(values) = values else { return None };
    let read = |(row, outcome): &(usize, bool)| Some((values.get(*row).copied()?, *outcome));
    let (numbers, outcomes): (Vec<f64>, Vec<bool>) =
        known.iter().filter_map(read).filter(|(value, _)| !value.is_nan()).unzip();
    if numbers.len() * 2 < known.len() {
        return None;
    }
    let auc = Ranked::new(&numbers, &outcomes).auc(&vec![1.0; numbers.len()])?;
    let strength = auc.max(1.0 - auc);
    if strength >= 1.0 {
        Some(("one cut through its numbers separates the outcomes completely", true))
    } else if strength >= SUSPECT {
        Some(("its numbers alone separate the outcomes almost completely", false))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Column;

    #[test]
    fn copies_of_the_outcome_are_found_and_honest_columns_are_not() {
        let target: Vec<Option<bool>> = (0..100_usize).map(|i| Some(i.is_multiple_of(4))).collect();
        let number = |f: &dyn Fn(usize) -> f64| (0..100).map(f).collect::<Vec<f64>>();
        let names = |i: usize| Some(if i.is_multiple_of(4) { "Dropout" } else { "Graduate" });
        let table = Table::new(vec![
            Column::numbers(
                "shifted",
                number(&|i| if i.is_multiple_of(4) { 900.0 + i as f64 } else { i as f64 }),
            ),
            Column::levels("status", (0..100).map(names)),
            Column::numbers("gap", number(&|i| if i.is_multiple_of(4) { f64::NAN } else { 1.0 })),
            Column::numbers("honest", number(&|i| (i % 7) as f64)),
            // Different numbers, filled in because it happened; the second not even always.
            Column::numbers(
                "days",
                number(&|i| if i.is_multiple_of(4) { i as f64 / 3.0 } else { f64::NAN }),
            ),
            Column::numbers(
                "letters",
                number(&|i| if i.is_multiple_of(8) { i as f64 / 3.0 } else { f64::NAN }),
            ),
            Column::numbers(
                "seldom",
                number(&|i| if i.is_multiple_of(5) { i as f64 / 3.0 } else { f64::NAN }),
            ),
            // A copy of the outcome and an honest name, both with gaps on either side.
            Column::levels(
                "copied",
                (0..100_usize).map(|i| names(i).filter(|_| !matches!(i % 20, 0 | 7))),
            ),
            Column::levels(
                "town",
                (0..100_usize).map(|i| (!i.is_multiple_of(5)).then_some(["A", "B", "C"][i % 3])),
            ),
        ])
        .expect("nine columns");
        let inputs: Vec<String> = table.columns().iter().map(|c| c.name.clone()).collect();
        let rows: Vec<usize> = (0..100).collect();
        let found = find(&table, &inputs, &target, &rows);
        let names: Vec<&str> = found.iter().map(|leak| leak.column.as_str()).collect();
        assert_eq!(names, ["shifted", "status", "gap", "days", "letters", "copied"]);
        let certain = |leak: &Leak| leak.certain == (leak.column != "letters");
        assert!(found.iter().all(certain), "{found:?}");
    }

    #[test]
    fn what_one_way_only_suspects_another_may_be_sure_of() {
        let target: Vec<Option<bool>> = (0..100).map(|i| Some(i < 10)).collect();
        let copy = |i: i32| match i {
            0..3 | 90..100 => f64::NAN,
            _ => f64::from(i < 10),
        };
        let table = Table::new(vec![Column::numbers("copy", (0..100).map(copy).collect())]);
        let rows: Vec<usize> = (0..100).collect();
        assert!(find(&table.expect("one column"), &["copy".into()], &target, &rows)[0].certain);
    }

    #[test]
    fn with_few_outcomes_a_perfect_split_is_only_suspected() {
        let target: Vec<Option<bool>> = (0..50).map(|i| Some(i < 3)).collect();
        let column = Column::numbers("x", (0..50).map(|i| f64::from(i < 3)).collect());
        let table = Table::new(vec![column]).expect("one column");
        let rows: Vec<usize> = (0..50).collect();
        assert!(!find(&table, &["x".into()], &target, &rows)[0].certain);
    }
}
