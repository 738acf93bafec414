use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::{merge, split};
use crate::edition::UnknownActivity;
use crate::intake::sort;
use crate::person::{Address, Characteristic, Field, FormerName, Particulars, PersonRecord};
use crate::status::Spell;

const TODAY: Date = date(2026, 1, 9);

fn unknown() -> UnknownActivity {
    UnknownActivity { compulsory: "170".to_owned(), after: "810".to_owned() }
}

fn day() -> impl Strategy<Value = Date> {
    (2018_i16..2026, 1_i8..=12, 1_i8..=28).prop_map(|(y, m, d)| date(y, m, d))
}

fn spell() -> impl Strategy<Value = Spell> {
    (prop::sample::select(vec!["210", "230", "310", "610", "810"]), day(), prop::option::of(day()))
        .prop_map(|(code, start, end)| Spell {
            end: end.map(|end| end.max(start)),
            verified: Some(start),
            ..Spell::new(code, start)
        })
}

fn address() -> impl Strategy<Value = Address> {
    (
        prop::sample::select(vec!["ME7 1AB", "ME4 4EE", "ME8 0AA"]),
        prop::option::of(day()),
        any::<bool>(),
    )
        .prop_map(|(postcode, from, open)| Address {
            postcode: postcode.to_owned(),
            from,
            to: (!open).then_some(date(2026, 1, 1)),
            ..Address::default()
        })
}

/// A record whose entries differ by their keys, as the register's do.
fn record(ypid: &'static str) -> impl Strategy<Value = PersonRecord> {
    let fields = prop::collection::vec(
        (prop::sample::select(Field::ALL.to_vec()), prop::sample::select(vec!["Y", "N", "x", "y"])),
        0..8,
    );
    let code = prop::sample::select(vec!["110", "120", "130"]);
    (
        fields,
        prop::collection::vec(spell(), 0..4),
        prop::collection::vec(address(), 0..3),
        prop::collection::vec((code, day()), 0..3),
        prop::collection::vec(prop::sample::select(vec!["Shah", "Khan"]), 0..2),
    )
        .prop_map(move |(fields, spells, addresses, codes, former)| {
            let mut record = PersonRecord { ypid: ypid.to_owned(), ..PersonRecord::default() };
            for (field, value) in fields {
                record.particulars.set(field, value.to_owned());
            }
            for spell in spells {
                if !record.spells.iter().any(|s| super::spell_key(s) == super::spell_key(&spell)) {
                    record.spells.push(spell);
                }
            }
            for one in addresses {
                let key = super::address_key(&one);
                if !record.addresses.iter().any(|a| super::address_key(a) == key) {
                    record.addresses.push(one);
                }
            }
            for (code, from) in codes {
                let (code, source) = (code.to_owned(), "a partner".to_owned());
                let one = Characteristic { code, from: Some(from), to: None, source };
                if !record.characteristics.contains(&one) {
                    record.characteristics.push(one);
                }
            }
            for family in former {
                let name = |source: &str| FormerName {
                    given: "Amina".to_owned(),
                    family: family.to_owned(),
                    source: source.to_owned(),
                };
                if !record.former_names.iter().any(|n| n.family == family) {
                    record.former_names.push(name("school roll"));
                }
            }
            sort(&mut record);
            record
        })
}

proptest! {
    #[test]
    fn taken_apart_at_once_both_are_as_they_were(kept in record("1"), gone in record("2")) {
        let after = merge(&kept, &gone, &BTreeSet::new(), (TODAY, &unknown()));
        let (first, second, notes) = split(&kept, &gone, &after, &after);
        prop_assert_eq!(first, kept);
        prop_assert_eq!(second, gone);
        prop_assert_eq!(notes.len(), 0);
    }

    #[test]
    fn nothing_of_either_is_lost_in_the_merged_record(kept in record("1"), gone in record("2")) {
        let after = merge(&kept, &gone, &BTreeSet::new(), (TODAY, &unknown()));
        for one in [&kept, &gone] {
            for s in &one.spells {
                prop_assert!(after.spells.iter().any(|m| super::spell_key(m) == super::spell_key(s)));
            }
            for a in &one.addresses {
                let key = super::address_key(a);
                prop_assert!(after.addresses.iter().any(|m| super::address_key(m) == key));
            }
            for c in &one.characteristics {
                let key = super::characteristic_key(c);
                prop_assert!(after.characteristics.iter().any(|m| super::characteristic_key(m) == key));
            }
            // What belongs to another field stays or goes with that one.
            for field in Field::ALL.iter().filter(|field| field.belongs_to().is_none()) {
                prop_assert!(
                    one.particulars.get(*field).is_none() || after.particulars.get(*field).is_some()
                );
            }
        }
        for flag in super::PROTECTIONS {
            let either = kept.particulars.is_yes(flag) || gone.particulars.is_yes(flag);
            prop_assert!(!either || after.particulars.is_yes(flag));
        }
    }

    #[test]
    fn what_was_edited_since_is_on_one_of_the_two(
        kept in record("1"),
        gone in record("2"),
        field in prop::sample::select(Field::ALL.to_vec()),
        new in spell(),
        removed in any::<prop::sample::Index>(),
        verified in any::<prop::sample::Index>(),
    ) {
        let after = merge(&kept, &gone, &BTreeSet::new(), (TODAY, &unknown()));
        let mut now = after.clone();
        now.particulars.set(field, "edited since".to_owned());
        if !now.spells.is_empty() {
            let at = verified.index(now.spells.len());
            now.spells[at].verified_by = Some("edited since".to_owned());
        }
        if !now.characteristics.is_empty() {
            now.characteristics.remove(removed.index(now.characteristics.len()));
        }
        let added = !now.spells.iter().any(|s| super::spell_key(s) == super::spell_key(&new));
        if added {
            now.spells.push(new.clone());
        }
        sort(&mut now);
        let (first, second, notes) = split(&kept, &gone, &after, &now);
        prop_assert!(!notes.is_empty());
        let says = |r: &PersonRecord| r.particulars.get(field) == Some("edited since");
        prop_assert!(says(&first) || says(&second));
        let edited = |r: &PersonRecord| {
            r.spells.iter().any(|s| s.verified_by.as_deref() == Some("edited since"))
        };
        prop_assert!(after.spells.is_empty() || edited(&first) || edited(&second));
        prop_assert!(!added || first.spells.contains(&new));
        let left = |r: &PersonRecord| r.characteristics.len();
        let before = left(&kept) + left(&gone);
        prop_assert!(left(&first) + left(&second) <= before);
    }
}

#[test]
fn of_two_open_spells_the_later_stays_open() {
    let open = |code: &str, start: Date| Spell::new(code, start);
    let kept = PersonRecord {
        ypid: "1".to_owned(),
        spells: vec![open("210", date(2024, 9, 1))],
        ..PersonRecord::default()
    };
    let gone = PersonRecord {
        ypid: "2".to_owned(),
        spells: vec![open("610", date(2025, 3, 1))],
        ..PersonRecord::default()
    };
    let after = merge(&kept, &gone, &BTreeSet::new(), (TODAY, &unknown()));
    assert_eq!(after.spells[0].end, Some(date(2025, 2, 28)));
    assert_eq!((after.spells[1].code.as_str(), after.spells[1].end), ("610", None));
    assert_eq!(after.particulars.get(Field::PreviousYpid), Some("2"));
    assert_eq!(merge(&gone, &kept, &BTreeSet::new(), (TODAY, &unknown())).spells, after.spells);
}

/// As in a file: what nobody knows after a leaver is no news beside what the other record tells.
#[test]
fn not_known_gives_way_to_what_the_other_record_tells() {
    let stay = |code: &str, ukprn: &str, (start, end), verified| Spell {
        ukprn: Some(ukprn.to_owned()),
        verified: Some(verified),
        end,
        ..Spell::new(code, start)
    };
    let (september, october) = (date(2025, 9, 8), date(2025, 10, 1));
    let gap = Spell::new("810", date(2025, 10, 2));
    let college = stay("230", "10000001", (september, Some(october)), date(2025, 9, 20));
    let record = |ypid: &str, spells: Vec<Spell>| PersonRecord {
        ypid: ypid.to_owned(),
        spells,
        ..PersonRecord::default()
    };
    let left = record("1", vec![college.clone(), gap.clone()]);
    let told = |other: Vec<Spell>| {
        let other = record("2", other);
        let either = [(&left, &other), (&other, &left)].map(|(kept, gone)| {
            let after = merge(kept, gone, &BTreeSet::new(), (TODAY, &unknown()));
            let (first, second, notes) = split(kept, gone, &after, &after);
            assert_eq!((&first, &second, notes.len()), (kept, gone, 0));
            after.spells.iter().map(|s| (s.code.clone(), s.start, s.end)).collect::<Vec<_>>()
        });
        assert_eq!(either[0], either[1]);
        either[0].clone()
    };
    let one = |code: &str, start, end| (code.to_owned(), start, end);
    let stayed = one("230", september, Some(october));
    let filled = one("810", date(2025, 10, 2), None);
    // An apprenticeship from before the last day at college takes the place, one from later ends the gap.
    let work = |start| stay("310", "10000002", (start, None), start);
    let before = date(2025, 9, 29);
    assert_eq!(told(vec![work(before)]), [stayed.clone(), one("310", before, None)]);
    let later = date(2025, 10, 9);
    let until = one("810", date(2025, 10, 2), Some(date(2025, 10, 8)));
    assert_eq!(told(vec![work(later)]), [stayed.clone(), until, one("310", later, None)]);
    // That it is not known is news where somebody has said so.
    let asked = Spell { verified: Some(later), ..Spell::new("810", before) };
    assert_eq!(told(vec![asked]), [stayed.clone(), one("810", before, None)]);
    // The same stay, still open: over where it was confirmed before it ended, and not where it was since.
    let open = |verified| Spell { end: None, verified: Some(verified), ..college.clone() };
    assert_eq!(told(vec![open(date(2025, 9, 25))]), [stayed, filled]);
    assert_eq!(told(vec![open(date(2025, 10, 15))]), [one("230", september, None)]);
}

#[test]
fn what_belongs_to_a_field_comes_with_it() {
    let kept = PersonRecord {
        particulars: Particulars::default().with(Field::CohortStatus, "P"),
        ..PersonRecord::default()
    };
    let theirs = [
        (Field::CohortStatus, "T"),
        (Field::StatusSince, "2025-10-31"),
        (Field::TransferredTo, "886"),
        (Field::IntendedDestination, "330"),
        (Field::IntendedOn, "2025-11-14"),
    ];
    let gone = PersonRecord {
        particulars: theirs.iter().fold(Particulars::default(), |p, (f, v)| p.with(*f, v)),
        ..PersonRecord::default()
    };
    let stands = |prefer: &[Field]| {
        let prefer = prefer.iter().copied().collect();
        let merged = merge(&kept, &gone, &prefer, (TODAY, &unknown()));
        theirs.map(|(field, _)| merged.particulars.get(field).unwrap_or("-").to_owned()).join(" ")
    };
    assert_eq!(stands(&[]), "P - - 330 2025-11-14");
    assert_eq!(stands(&[Field::CohortStatus]), "T 2025-10-31 886 330 2025-11-14");
}
