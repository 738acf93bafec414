//! Two records of one person put together, and taken apart again later without losing what was edited in
//! between. Invariant: every entry of either record is in the merged one, but what only filled a place that the
//! other tells of; and `split` right after `merge` gives back exactly the two records that went in.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::edition::UnknownActivity;
use crate::intake::{same_place, sort};
use crate::person::{Address, Characteristic, Engagement, Field, FormerName, PersonRecord};
use crate::status::Spell;

/// Where a flag says yes on either record it says yes on the merged one: nobody loses a protection.
const PROTECTIONS: [Field; 2] = [Field::Restricted, Field::ProtectedAddress];

/// The record that is left when `gone` is merged into `kept` on `day`.
///
/// Shape: a field is the kept record's, the other's where the kept one has none or `prefer` names it; what
/// belongs to another field comes from the same record as that one.
/// Names, addresses, characteristics and spells of both are there; of two that are open the later one
/// stays open, and "not known" gives way to what is told. The identifier of the other stays as the previous identifier.
pub fn merge(
    kept: &PersonRecord,
    gone: &PersonRecord,
    prefer: &BTreeSet<Field>,
    (day, unknown): (Date, &UnknownActivity),
) -> PersonRecord {
    let mut merged = kept.clone();
    let comes = |field: Field| {
        let (mine, theirs) = (kept.particulars.get(field), gone.particulars.get(field));
        let protects = PROTECTIONS.contains(&field) && theirs == Some("Y");
        theirs.is_some() && (mine.is_none() || protects || prefer.contains(&field))
    };
    for field in Field::ALL.iter().copied() {
        let wanted = prefer.contains(&field) && gone.particulars.get(field).is_some();
        if wanted || comes(field.belongs_to().unwrap_or(field)) {
            merged.particulars.set(field, gone.particulars.get(field).map(str::to_owned));
        }
    }
    if merged.particulars.get(Field::PreviousYpid).is_none() && !gone.ypid.is_empty() {
        merged.particulars.set(Field::PreviousYpid, gone.ypid.clone());
    }
    names(&mut merged, kept, gone);
    addresses(&mut merged.addresses, &gone.addresses, day);
    characteristics(&mut merged.characteristics, &gone.characteristics);
    merged.spells = told(&kept.spells, &gone.spells, unknown);
    spells(&mut merged.spells, &told(&gone.spells, &kept.spells, unknown));
    engagements(&mut merged.engagements, &gone.engagements);
    let more = gone.benefits.iter().filter(|mark| !kept.benefits.contains(mark));
    merged.benefits.extend(more.cloned());
    merged.benefits.sort();
    sort(&mut merged);
    merged
}

fn names(merged: &mut PersonRecord, kept: &PersonRecord, gone: &PersonRecord) {
    let current = |record: &PersonRecord| FormerName {
        given: record.particulars.get(Field::GivenName).unwrap_or("").to_owned(),
        family: record.particulars.get(Field::FamilyName).unwrap_or("").to_owned(),
        source: "a record of the same person".to_owned(),
    };
    let now = current(merged);
    let mut all = gone.former_names.clone();
    all.extend([current(kept), current(gone)]);
    for name in all {
        let same = |n: &FormerName| (&n.given, &n.family) == (&name.given, &name.family);
        let nameless = name.given.is_empty() && name.family.is_empty();
        if !nameless && !same(&now) && !merged.former_names.iter().any(same) {
            merged.former_names.push(name);
        }
    }
}

fn addresses(merged: &mut Vec<Address>, gone: &[Address], day: Date) {
    for theirs in gone {
        if merged.iter().any(|a| address_key(a) == address_key(theirs)) {
            continue;
        }
        let mut theirs = theirs.clone();
        for open in merged.iter_mut().filter(|a| a.to.is_none()) {
            if theirs.to.is_some() {
                break;
            }
            if open.same_place(&theirs) || theirs.from <= open.from {
                theirs.to = Some(eve(open.from.unwrap_or(day), theirs.from));
            } else {
                open.to = Some(eve(theirs.from.unwrap_or(day), open.from));
            }
        }
        merged.push(theirs);
    }
}

fn characteristics(merged: &mut Vec<Characteristic>, gone: &[Characteristic]) {
    for theirs in gone {
        if !merged.iter().any(|c| characteristic_key(c) == characteristic_key(theirs)) {
            merged.push(theirs.clone());
        }
    }
}

fn engagements(merged: &mut Vec<Engagement>, gone: &[Engagement]) {
    for theirs in gone {
        if !merged.iter().any(|one| one.key() == theirs.key()) {
            merged.push(theirs.clone());
        }
    }
}

/// One record's spells without what only filled a place that the other tells of, as it gives way to a start that a
/// file tells. A stay that ended since it was last confirmed is over, and what follows it stands.
fn told(ours: &[Spell], theirs: &[Spell], unknown: &UnknownActivity) -> Vec<Spell> {
    let goes_on = theirs.iter().any(|s| s.end.is_none());
    let over = |told: &Spell| {
        let ended = |end| told.start <= end && told.verified <= Some(end);
        ours.iter().any(|s| s.end.is_some_and(ended) && same_place(s, told))
    };
    let takes = |told: &&Spell, day: Date| {
        goes_on && told.holds_on(day) && !told.only_fills(unknown) && !over(told)
    };
    let gives_way = |s: &Spell| {
        theirs.iter().filter(|told| takes(told, s.start)).any(|told| s.gives_way_to(told, unknown))
    };
    ours.iter().filter(|s| !gives_way(s)).cloned().collect()
}

fn spells(merged: &mut Vec<Spell>, gone: &[Spell]) {
    for theirs in gone {
        if let Some(same) = merged.iter_mut().find(|s| spell_key(s) == spell_key(theirs)) {
            *same = told_twice(same, theirs);
            continue;
        }
        // Of two that began on one day and go on, the kept record's does.
        let beside = merged.iter().any(|s| s.end.is_none() && s.start == theirs.start);
        let end = theirs.end.or(beside.then_some(theirs.start));
        merged.push(Spell { end, ..theirs.clone() });
    }
    let open: Vec<Date> = merged.iter().filter(|s| s.end.is_none()).map(|s| s.start).collect();
    for spell in merged.iter_mut().filter(|s| s.end.is_none()) {
        let next = open.iter().copied().filter(|start| *start > spell.start).min();
        spell.end = next.map(|next| eve(next, Some(spell.start)));
    }
}

/// The same spell in both: whoever confirmed it last knows it best, but for an end that came after that.
fn told_twice(mine: &Spell, theirs: &Spell) -> Spell {
    let (best, other) =
        if theirs.verified > mine.verified { (theirs, mine) } else { (mine, theirs) };
    let ended = other.end.filter(|end| best.verified <= Some(*end));
    Spell { end: best.end.or(ended), ..best.clone() }
}

/// The day before `next`, but not before `from`.
fn eve(next: Date, from: Option<Date>) -> Date {
    let eve = next.yesterday().unwrap_or(next);
    from.map_or(eve, |from| eve.max(from))
}

fn address_key(a: &Address) -> (Option<Date>, &[String; 4], &str, &str) {
    (a.from, &a.lines, &a.town, &a.postcode)
}

fn characteristic_key(c: &Characteristic) -> (&str, Option<Date>) {
    (&c.code, c.from)
}

fn spell_key(s: &Spell) -> (&str, Date) {
    (&s.code, s.start)
}

fn name_key(n: &FormerName) -> (&str, &str) {
    (&n.given, &n.family)
}

/// What two records become when a merge is taken back, and what was edited in between.
///
/// Shape: `kept` and `gone` as they were before, `after` the merge, and `now`. What stands as the merge
/// left it goes back to what each record said. What was edited since stays edited, on the record from
/// which the merged value had come; what was added since stays on the kept one. The sentences name both.
pub fn split(
    kept: &PersonRecord,
    gone: &PersonRecord,
    after: &PersonRecord,
    now: &PersonRecord,
) -> (PersonRecord, PersonRecord, Vec<String>) {
    let (mut first, mut second) = (kept.clone(), gone.clone());
    let mut notes = Vec::new();
    for field in Field::ALL.iter().copied() {
        let (was, is) = (after.particulars.get(field), now.particulars.get(field));
        if was == is {
            continue;
        }
        let theirs = kept.particulars.get(field) != was && gone.particulars.get(field) == was;
        let side = if theirs { &mut second } else { &mut first };
        side.particulars.set(field, is.map(str::to_owned));
        let whose = if theirs { "the other record" } else { "the record that was kept" };
        notes.push(format!("{} was changed since and stays with {whose}", field.label()));
    }
    macro_rules! part {
        ($list:ident, $key:expr, $what:expr) => {
            let lists = (&kept.$list[..], &gone.$list[..], &after.$list[..], &now.$list[..]);
            (first.$list, second.$list) = apart(lists, $key, $what, &mut notes);
        };
    }
    part!(former_names, name_key, "a former name");
    part!(addresses, address_key, "an address");
    part!(characteristics, characteristic_key, "a characteristic");
    part!(spells, spell_key, "an activity");
    part!(engagements, Engagement::key, "a youth programme");
    // Marks are of values: each record has back those it had.
    (first.benefits, second.benefits) = (kept.benefits.clone(), gone.benefits.clone());
    sort(&mut first);
    sort(&mut second);
    (first, second, notes)
}

/// A list of both records taken apart by the entries' keys.
fn apart<'a, T: Clone + PartialEq, K: PartialEq + 'a>(
    (kept, gone, after, now): (&'a [T], &'a [T], &'a [T], &'a [T]),
    key: impl Fn(&'a T) -> K,
    what: &str,
    notes: &mut Vec<String>,
) -> (Vec<T>, Vec<T>) {
    let same = |list: &'a [T], one: &'a T| list.iter().find(|x| key(x) == key(one));
    let side = |before: &'a [T]| -> Vec<T> {
        let back = before.iter().filter_map(|mine| match (same(after, mine), same(now, mine)) {
            (Some(was), Some(is)) if was != is => Some(is.clone()),
            // Somebody took it away since.
            (Some(_), None) => None,
            _ => Some(mine.clone()),
        });
        back.collect()
    };
    let (mut first, second) = (side(kept), side(gone));
    for new in now.iter().filter(|one| same(after, one).is_none()) {
        notes.push(format!("{what} was added since and stays with the record that was kept"));
        first.push(new.clone());
    }
    let edited = now.iter().filter(|is| same(after, is).is_some_and(|was| was != *is)).count();
    if edited > 0 {
        notes.push(format!("{what} was changed since and stays changed"));
    }
    // What neither record had and the merge made (a name become former) stands only if it was edited.
    for made in now.iter().filter(|is| same(after, is).is_some_and(|was| was != *is)) {
        if same(kept, made).is_none() && same(gone, made).is_none() {
            first.push(made.clone());
        }
    }
    (first, second)
}

#[cfg(test)]
mod tests;
