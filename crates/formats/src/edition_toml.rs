//! Text to `Edition`: reads a reference file, lays it over the edition it extends, and refuses what
//! it does not understand. Unknown keys, unknown words and a biography of a value that is not there
//! are errors with the file's name, since a typing slip here would move a reported figure.

mod biography;
mod inherit;
mod raw;
mod words;

use domain::edition::{Authorities, Authority, Edition};
use std::collections::BTreeMap;

/// Why a reference file could not be understood.
#[derive(Debug, thiserror::Error)]
pub enum EditionError {
    #[error("{file}: this is not TOML: {source}")]
    NotToml { file: String, source: Box<toml::de::Error> },
    #[error("{file}: {source}")]
    Shape { file: String, source: Box<toml::de::Error> },
    #[error("{file}: it extends {parent}, which is not among the files read")]
    NoParent { file: String, parent: String },
    #[error("{file}: it extends itself, by way of {parent}")]
    Circle { file: String, parent: String },
    #[error("{file}: {path} is named but is not there")]
    NoSuchPath { file: String, path: String },
    #[error("{file}: {path}: {problem}")]
    Value { file: String, path: String, problem: String },
}

/// Reads a set of edition files, each with its name, in any order.
///
/// Errors: the first file that cannot be understood, and why.
pub fn read_editions(files: &[(&str, &str)]) -> Result<Vec<Edition>, EditionError> {
    let tables = files
        .iter()
        .map(|(file, text)| inherit::parse(file, text))
        .collect::<Result<Vec<_>, _>>()?;
    let by_name: BTreeMap<&str, &inherit::Source> =
        tables.iter().map(|source| (source.name.as_str(), source)).collect();
    tables.iter().map(|source| read_one(source, &by_name)).collect()
}

fn read_one(
    source: &inherit::Source,
    by_name: &BTreeMap<&str, &inherit::Source>,
) -> Result<Edition, EditionError> {
    let whole = inherit::resolve(source, by_name)?;
    let uncertain = biography::uncertain(&source.file, &whole)?;
    let raw: raw::RawEdition = toml::Value::Table(whole.table).try_into().map_err(|error| {
        EditionError::Shape { file: source.file.clone(), source: Box::new(error) }
    })?;
    words::edition(raw, uncertain).map_err(|(path, problem)| EditionError::Value {
        file: source.file.clone(),
        path,
        problem,
    })
}

/// Reads the table of authority codes.
pub fn read_authorities(file: &str, text: &str) -> Result<Authorities, EditionError> {
    let raw: raw::RawAuthorities = toml::from_str(text)
        .map_err(|error| EditionError::Shape { file: file.into(), source: Box::new(error) })?;
    let england = raw.england.into_iter().map(|row| (row, true));
    let elsewhere = raw.elsewhere.into_iter().map(|row| (row, false));
    let rows = england.chain(elsewhere).map(|((code, row), england)| {
        let day = |text: Option<String>| text.map(|text| words::day(&code, &text)).transpose();
        Ok(Authority {
            valid_from: day(row.from)?,
            valid_to: day(row.to)?,
            name: row.name,
            england,
            code: code.clone(),
        })
    });
    let rows = rows
        .collect::<Result<Vec<_>, words::Problem>>()
        .map_err(|(path, problem)| EditionError::Value { file: file.into(), path, problem })?;
    Ok(Authorities::new(rows))
}
