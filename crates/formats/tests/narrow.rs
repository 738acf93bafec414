//! A return reads no more of the register than it needs: what it leaves unread would have changed
//! neither who is in it nor what is said of them.

use domain::calendar::Day;
use domain::person::{Field, PersonRecord};
use domain::status::Spell;
use domain::statutory::assemble::assemble;
use domain::statutory::leaving::Reported;
use domain::statutory::registered::{Asked, DECIDING, asks_history, subject};
use formats::reference::editions;
use jiff::ToSpan;
use jiff::civil::date;
use proptest::prelude::*;

const END: Day = date(2025, 1, 31);
const TOLD: &[&str] = &["P", "T", "G"];
const CODES: [&str; 9] = ["110", "210", "230", "310", "330", "540", "619", "640", "810"];

fn spell() -> impl Strategy<Value = Spell> {
    let days = (0i32..900, proptest::option::of(0i32..400), 0i32..60);
    let more = (proptest::option::weighted(0.2, 0i32..900), proptest::bool::weighted(0.1));
    (0..CODES.len(), days, more).prop_map(|(code, (start, long, late), (neet, stated))| {
        let first = date(2022, 12, 1);
        let start = first + start.days();
        Spell {
            end: long.map(|long| start + long.days()),
            ascertained: Some(start + late.days()),
            verified: (late % 2 == 0).then(|| start + late.days()),
            neet_start: neet.map(|neet| first + neet.days()),
            stated_on: stated.then_some(END),
            lapse_stated: stated.then(|| END + late.days()),
            ..Spell::new(CODES[code], start)
        }
    })
}

fn spells() -> impl Strategy<Value = Vec<Spell>> {
    proptest::collection::vec(spell(), 0..8).prop_map(|mut spells| {
        spells.sort_by(|a, b| (a.start, a).cmp(&(b.start, b)));
        spells
    })
}

fn some<T: Clone + std::fmt::Debug + 'static>(
    all: &'static [T],
) -> impl Strategy<Value = Option<T>> {
    proptest::option::of(proptest::sample::select(all))
}

prop_compose! {
    fn record()(
        born in proptest::option::of(0i32..7_000),
        status in some(&["P", "G", "T", "A", "M", "X", "Q"]),
        since in proptest::option::of(0i32..900),
        lead in some(&["887", "886"]),
        flags in (some(&["Y", "N"]), some(&["Y", "N"])),
        guarantee in (some(&["110", "159"]), some(&["110", "159"]), some(&["887"])),
        spells in spells(),
    ) -> PersonRecord {
        let mut record = PersonRecord { ypid: "8870000000001".into(), spells, ..Default::default() };
        let text = |day: Day| day.to_string();
        let fields = [
            (Field::DateOfBirth, born.map(|days| text(date(1998, 1, 1) + days.days()))),
            (Field::StatusSince, since.map(|days| text(date(2022, 12, 1) + days.days()))),
            (Field::CohortStatus, status.map(str::to_owned)),
            (Field::LeadLa, lead.map(str::to_owned)),
            (Field::GuaranteeIndicator, flags.0.map(str::to_owned)),
            (Field::Send, flags.1.map(str::to_owned)),
            (Field::GuaranteeYear11, guarantee.0.map(str::to_owned)),
            (Field::GuaranteeYear12, guarantee.1.map(str::to_owned)),
            (Field::GuaranteeYear12La, guarantee.2.map(str::to_owned)),
            (Field::GivenName, Some("Sam".to_owned())),
            (Field::Upn, Some("H887419920001".to_owned())),
        ];
        for (field, value) in fields {
            record.particulars.set(field, value);
        }
        record
    }
}

/// The record as it is read first: the deciding fields and what was stated for the period.
fn thin(record: &PersonRecord) -> PersonRecord {
    let mut thin = PersonRecord { ypid: record.ypid.clone(), ..PersonRecord::default() };
    for field in DECIDING {
        thin.particulars.set(*field, record.particulars.get(*field).map(str::to_owned));
    }
    thin.spells = record.spells.iter().filter(|s| s.stated_on == Some(END)).cloned().collect();
    thin
}

/// The record as it is read then: spells of the day, and all of them where that is asked for.
fn narrow(record: &PersonRecord, edition: &domain::edition::Edition) -> PersonRecord {
    let of_day = |s: &&Spell| s.holds_on(END) || s.stated_on == Some(END);
    let spells: Vec<Spell> = record.spells.iter().filter(of_day).cloned().collect();
    match asks_history(&spells, edition, END) {
        true => record.clone(),
        false => PersonRecord { spells, ..record.clone() },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn what_is_not_read_would_have_changed_nothing(
        record in record(),
        reported in proptest::option::of((0i64..20, proptest::sample::select(TOLD))),
        own in some(&["887"]),
    ) {
        let told: Vec<Reported> = reported
            .map(|(back, status)| Reported {
                period_end: (END - back.months()).last_of_month(),
                status: status.to_owned(),
            })
            .into_iter()
            .collect();
        for edition in editions().iter() {
            let asked = Asked { edition, period_end: END, own_la: own };
            let whole = subject(&record, &told, asked);
            let by_thin = subject(&thin(&record), &told, asked).err();
            prop_assert_eq!(whole.as_ref().err(), by_thin.as_ref(), "{}", &edition.name);
            if let Ok(whole) = whole {
                let narrow = subject(&narrow(&record, edition), &told, asked).unwrap();
                prop_assert_eq!(assemble(&whole, edition, END), assemble(&narrow, edition, END));
            }
        }
    }
}
