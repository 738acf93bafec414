//! The biographies of an edition: which values are not certain, by path, with what the file says
//! of each. A star stands for every key at its place, so that one entry can speak for a column.

use super::EditionError;
use super::inherit::Whole;
use domain::edition::{Mark, Uncertain};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::{Table, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBiography {
    of: Vec<String>,
    mark: String,
    source: String,
    note: String,
}

/// Every marked value, the newest layer's word winning over an older one for the same value.
///
/// Errors: a path in the file's own biography that leads nowhere. An inherited path may have been
/// removed on the way, which is no fault.
pub fn uncertain(file: &str, whole: &Whole) -> Result<Vec<Uncertain>, EditionError> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in &whole.biography {
        let raw: RawBiography = entry
            .table
            .clone()
            .try_into()
            .map_err(|error| EditionError::Shape { file: file.into(), source: Box::new(error) })?;
        let mark = Mark::from_text(&raw.mark).ok_or_else(|| EditionError::Value {
            file: file.into(),
            path: "biography".into(),
            problem: format!("a mark is S, I, K or ?, not {}", raw.mark),
        })?;
        for path in &raw.of {
            let found = find(&whole.table, path);
            if found.is_empty() && entry.own {
                return Err(EditionError::NoSuchPath { file: file.into(), path: path.clone() });
            }
            all.extend(found.into_iter().filter(|(path, _)| seen.insert(path.clone())).map(
                |(path, value)| Uncertain {
                    path,
                    value,
                    mark,
                    source: raw.source.clone(),
                    note: raw.note.clone(),
                },
            ));
        }
    }
    all.retain(|value| value.mark != Mark::Source);
    all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

fn find(table: &Table, path: &str) -> Vec<(String, String)> {
    let (head, rest) = path.split_once('.').map_or((path, None), |(h, r)| (h, Some(r)));
    let keys = table.iter().filter(|(key, _)| head == "*" || *key == head);
    keys.flat_map(|(key, value)| match (rest, value) {
        (None, value) => vec![(key.clone(), show(value))],
        (Some(rest), Value::Table(inner)) => find(inner, rest)
            .into_iter()
            .map(|(path, value)| (format!("{key}.{path}"), value))
            .collect(),
        (Some(_), _) => Vec::new(),
    })
    .collect()
}

/// The value in one line; a large table by its keys, since its values are listed elsewhere.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Table(table) if table.len() > 6 || table.values().any(Value::is_table) => {
            table.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Table(table) => {
            let pairs = table.iter().map(|(key, value)| format!("{key} = {}", show(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
        Value::Array(values) => values.iter().map(show).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
