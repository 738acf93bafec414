//! Laying one edition file over the one it extends: what is removed goes first, then tables merge
//! key by key and everything else is replaced.

use super::EditionError;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// One file as text gave it.
pub struct Source {
    pub file: String,
    pub name: String,
    table: Table,
}

/// A file with everything it inherits, and its biography apart, the newest first.
pub struct Whole {
    pub table: Table,
    pub biography: Vec<Entry>,
}

/// A biography as written, with whether it stands in the file itself.
pub struct Entry {
    pub table: Value,
    pub own: bool,
}

pub fn parse(file: &str, text: &str) -> Result<Source, EditionError> {
    let table: Table = text
        .parse()
        .map_err(|error| EditionError::NotToml { file: file.into(), source: Box::new(error) })?;
    let name = table.get("name").and_then(Value::as_str).unwrap_or(file).to_owned();
    Ok(Source { file: file.into(), name, table })
}

pub fn resolve(source: &Source, by_name: &BTreeMap<&str, &Source>) -> Result<Whole, EditionError> {
    chain(source, by_name)?
        .into_iter()
        .rev()
        .try_fold(Whole { table: Table::new(), biography: Vec::new() }, |whole, layer| {
            lay_over(whole, layer)
        })
}

/// The file, the one it extends, and so on to the oldest.
fn chain<'a>(
    source: &'a Source,
    by_name: &BTreeMap<&str, &'a Source>,
) -> Result<Vec<&'a Source>, EditionError> {
    let mut chain = vec![source];
    let mut current = source;
    while let Some(parent) = current.table.get("extends").and_then(Value::as_str) {
        let file = current.file.clone();
        current = by_name
            .get(parent)
            .copied()
            .ok_or_else(|| EditionError::NoParent { file: file.clone(), parent: parent.into() })?;
        if chain.iter().any(|seen| seen.name == current.name) {
            return Err(EditionError::Circle { file, parent: parent.into() });
        }
        chain.push(current);
    }
    Ok(chain)
}

fn lay_over(below: Whole, layer: &Source) -> Result<Whole, EditionError> {
    let Whole { mut table, mut biography } = below;
    let mut own = layer.table.clone();
    own.remove("extends");
    // A layer says itself for which time it holds; it never takes that from the one below.
    table.remove("valid_to");
    table.remove("stands_in_from");
    for path in own.remove("remove").as_ref().and_then(Value::as_array).into_iter().flatten() {
        let path = path.as_str().unwrap_or_default();
        remove(&mut table, path).ok_or_else(|| EditionError::NoSuchPath {
            file: layer.file.clone(),
            path: path.into(),
        })?;
    }
    biography.iter_mut().for_each(|entry| entry.own = false);
    let entries = own.remove("biography").and_then(|value| value.as_array().cloned());
    let entries = entries.unwrap_or_default().into_iter();
    biography.splice(0..0, entries.map(|table| Entry { table, own: true }));
    merge(&mut table, own);
    Ok(Whole { table, biography })
}

fn remove(table: &mut Table, path: &str) -> Option<Value> {
    match path.split_once('.') {
        None => table.remove(path),
        Some((head, rest)) => remove(table.get_mut(head)?.as_table_mut()?, rest),
    }
}

fn merge(below: &mut Table, above: Table) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Table(inner)), Value::Table(over)) => merge(inner, over),
            (_, value) => {
                below.insert(key, value);
            }
        }
    }
}
