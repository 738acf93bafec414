//! Taking a change back without losing what came after it: a three-way merge of records.

use crate::person::{Field, PersonRecord};

/// What a person's record becomes when a change is taken back, and what later work was kept.
///
/// Shape: `before` the change, `after` it, and `now`. A field that still stands as the change left it
/// goes back; a field that somebody has touched since stays and is named in the answer. Names,
/// addresses, activities and youth programmes each go back or stay as a whole, characteristics code by code.
pub fn undo(
    before: &PersonRecord,
    after: &PersonRecord,
    now: &PersonRecord,
) -> (PersonRecord, Vec<String>) {
    let mut merged = now.clone();
    let mut kept: Vec<String> = Vec::new();
    for field in Field::ALL.iter().copied() {
        let (was, became, is) = (
            before.particulars.get(field),
            after.particulars.get(field),
            now.particulars.get(field),
        );
        if was == became {
            continue;
        }
        if is == became {
            merged.particulars.set(field, was.map(str::to_owned));
        } else {
            kept.push(format!("{} was changed later and stays", field.label().to_lowercase()));
        }
    }
    whole(
        "former names",
        &before.former_names,
        &after.former_names,
        &mut merged.former_names,
        &mut kept,
    );
    whole("the address", &before.addresses, &after.addresses, &mut merged.addresses, &mut kept);
    whole("the activity", &before.spells, &after.spells, &mut merged.spells, &mut kept);
    whole(
        "youth programmes",
        &before.engagements,
        &after.engagements,
        &mut merged.engagements,
        &mut kept,
    );
    whole(
        "where values came from",
        &before.benefits,
        &after.benefits,
        &mut merged.benefits,
        &mut kept,
    );
    for gone in after.characteristics.iter().filter(|c| !before.characteristics.contains(c)) {
        match merged.characteristics.iter().position(|c| c == gone) {
            Some(at) => {
                merged.characteristics.remove(at);
            }
            None => kept.push(format!("characteristic {} was changed later and stays", gone.code)),
        }
    }
    for back in before.characteristics.iter().filter(|c| !after.characteristics.contains(c)) {
        if !merged.characteristics.iter().any(|c| c.code == back.code && c.to.is_none()) {
            merged.characteristics.push(back.clone());
        }
    }
    super::plan::sort(&mut merged);
    (merged, kept)
}

fn whole<T: PartialEq + Clone>(
    what: &str,
    before: &[T],
    after: &[T],
    merged: &mut Vec<T>,
    kept: &mut Vec<String>,
) {
    if before == after {
        return;
    }
    if *merged == after {
        *merged = before.to_vec();
    } else {
        kept.push(format!("{what} was changed later and stays"));
    }
}
