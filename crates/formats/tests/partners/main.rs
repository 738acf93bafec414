//! Partners' files, good, ugly and hostile, through the one door that the product uses.

#![cfg(test)]

mod hostile;
mod matrix;
mod moves;
mod records;
mod rolls;
mod survives;
mod workbooks;

use domain::intake::{ActivitySaid, Declaration, FileFacts, FileRefused, Row, RowRefused};
use domain::person::Field;
use formats::mapping::Mapping;
use formats::{Kind, Options, read};
use std::path::PathBuf;

/// A file of `testdata`.
fn golden(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn mapped(name: &str) -> Options {
    let text = String::from_utf8(golden(name)).unwrap();
    Options { mapping: Some(Mapping::from_toml(&text).unwrap()), ..Options::default() }
}

/// A file's people, its refused rows and what it says of itself.
struct Taken {
    people: Vec<Declaration>,
    refused: Vec<RowRefused>,
    facts: FileFacts,
}

fn try_take(kind: Kind, bytes: &[u8], options: &Options) -> Result<Taken, FileRefused> {
    let (mut people, mut refused) = (Vec::new(), Vec::new());
    let facts = read(kind, bytes, options, &mut |row| match row {
        Row::Person(said) => people.push(*said),
        Row::Refused(row) => refused.push(row),
    })?;
    Ok(Taken { people, refused, facts })
}

fn take(kind: Kind, bytes: &[u8], options: &Options) -> Taken {
    try_take(kind, bytes, options).unwrap_or_else(|refused| panic!("{refused}"))
}

fn refusal(kind: Kind, bytes: &[u8], options: &Options) -> FileRefused {
    match try_take(kind, bytes, options) {
        Ok(taken) => panic!("taken with {} people", taken.people.len()),
        Err(refused) => refused,
    }
}

/// The fields a declaration says something about, as `column=text`.
fn said(declaration: &Declaration) -> String {
    let field = |field: &Field| {
        let text = declaration.particulars.get(*field)?;
        Some(format!("{}={text}", field.column()))
    };
    Field::ALL.iter().filter_map(field).collect::<Vec<_>>().join(" ")
}

/// Activities in short.
fn doing(declaration: &Declaration) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let day = |day: &Option<jiff::civil::Date>| day.map_or("-".into(), |day| day.to_string());
    let one = |activity: &ActivitySaid| match activity {
        ActivitySaid::Current(spell) => format!("current {} {}", spell.code, spell.start),
        ActivitySaid::OnRoll { code, provider, since, until } => {
            let number = word(&provider.establishment_number);
            format!("on roll {} {number} {} {}", word(code), day(since), day(until))
        }
        ActivitySaid::Started { code, provider, start, predicted_end } => {
            let number = provider.establishment_number.clone().or(provider.ukprn.clone());
            format!("started {} {} {start} {}", word(code), word(&number), day(predicted_end))
        }
        ActivitySaid::Left { end, reason, moved_on, .. } => {
            format!("left {end} {} {}", word(reason), word(moved_on))
        }
        ActivitySaid::History(spells) => {
            let spell = |spell: &domain::status::Spell| {
                format!("{} {}..{}", spell.code, spell.start, day(&spell.end))
            };
            spells.iter().map(spell).collect::<Vec<_>>().join(", ")
        }
    };
    declaration.activities.iter().map(one).collect()
}
