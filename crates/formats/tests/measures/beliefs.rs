//! What was believed when months ended: one pass over what was replaced and what stands, against the register read
//! anew as it was known at each month's end.

use super::{EDITIONS, asked, edition, record, span, spell};
use domain::cohort::{Builder, Cohort, Particular, Stamp, Stay};
use domain::measure::*;
use domain::person::{ChangeId, Field, PersonRecord};
use domain::status::Spell;
use proptest::prelude::*;

/// From which change something was known, and from which no longer.
type Held = (i64, Option<i64>);

/// What was said of one person.
#[derive(Clone, Debug)]
struct Life {
    said: Vec<(Held, PersonRecord)>,
    did: Vec<(Held, Spell)>,
}

fn life() -> impl Strategy<Value = Life> {
    let said = proptest::collection::vec(record(), 1..4);
    let changes = proptest::collection::btree_set(0i64..40, 4);
    let did = (spell(), 0i64..40, proptest::option::of(1i64..20));
    (said, changes, any::<bool>(), proptest::collection::vec(did, 0..8)).prop_map(
        |(said, changes, stays, did)| {
            let changes: Vec<i64> = changes.into_iter().collect();
            let last = said.len() - 1;
            let held = |at: usize| {
                let ended = (at < last || !stays).then(|| changes[at + 1]);
                (changes[at], ended)
            };
            Life {
                said: said.into_iter().enumerate().map(|(at, one)| (held(at), one)).collect(),
                did: did
                    .into_iter()
                    .map(|(spell, made, more)| ((made, more.map(|more| made + more)), spell))
                    .collect(),
            }
        },
    )
}

fn held_at((made, ended): Held, change: i64) -> bool {
    made <= change && ended.is_none_or(|ended| ended > change)
}

fn particular(id: i64, made: i64, record: &PersonRecord) -> Particular<'_> {
    let said = |field| record.particulars.get(field);
    Particular {
        id,
        born: record.particulars.date_of_birth(),
        status: said(Field::CohortStatus),
        status_since: record.particulars.date(Field::StatusSince),
        lead_la: said(Field::LeadLa),
        educated_la: said(Field::EducatedLa),
        made,
        ..Particular::default()
    }
}

fn stay(made: i64, spell: &Spell) -> Stay<'_> {
    Stay {
        code: &spell.code,
        provider: None,
        start: spell.start,
        end: spell.end,
        base: spell.verified,
        review: spell.review,
        predicted_end: spell.predicted_end,
        lapse_stated: spell.lapse_stated,
        lapsed_stated: spell.lapsed_stated,
        stated_on: spell.stated_on,
        made,
    }
}

fn known_at(lives: &[Life], change: i64) -> Cohort {
    let mut builder = Builder::default();
    for (id, life) in (1..).zip(lives) {
        for (held, record) in life.said.iter().filter(|(held, _)| held_at(*held, change)) {
            builder.person(particular(id, held.0, record));
        }
        for (held, spell) in life.did.iter().filter(|(held, _)| held_at(*held, change)) {
            builder.spell(id, stay(held.0, spell));
        }
    }
    builder.finish()
}

/// The history of what is known at a change, with everything that was replaced until then.
fn recalled(lives: &[Life], now: &Cohort, (span, months): (Span, &[i64]), last: i64) -> History {
    let months = months.iter().copied().map(ChangeId).collect();
    let mut history = HistoryBuilder::new(now, span, months);
    let until = |(_, ended): Held| ended.filter(|ended| *ended <= last);
    for (id, life) in (1..).zip(lives) {
        for (held, record) in &life.said {
            if let Some(ended) = until(*held) {
                history.person(ended, particular(id, held.0, record));
            }
        }
    }
    for (id, life) in (1..).zip(lives) {
        for (held, spell) in &life.did {
            if let Some(ended) = until(*held) {
                history.spell(id, ended, stay(held.0, spell));
            }
        }
    }
    history.finish()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn beliefs_are_what_each_month_read_by_itself_says(
        lives in proptest::collection::vec(life(), 1..12), span in span(),
        steps in proptest::collection::vec(0i64..4, 31), later in 0i64..30,
        name in proptest::sample::select(&EDITIONS[..]),
    ) {
        let mut last = 0;
        let months: Vec<i64> = span
            .iter()
            .zip(steps)
            .map(|(_, step)| {
                last += step;
                last
            })
            .collect();
        let last = last + later;
        let (now, edition) = (known_at(&lives, last), edition(name));
        let history = recalled(&lives, &now, (span, &months), last);
        let beliefs = Beliefs::new(&history, asked(&now, edition, span));
        for (month, known) in span.iter().zip(months) {
            let then = known_at(&lives, known);
            let mut alone = vec![None; now.len()];
            walk(asked(&then, edition, Span::one(month)), |p, segments| {
                if let Some(row) = now.row_of(then.people.id[p]) {
                    alone[row] = segments.last().map(|segment| segment.standing);
                }
            });
            let number = Stamp::month_number(month);
            let found: Vec<_> = (0..now.len()).map(|row| beliefs.of(number, row)).collect();
            prop_assert_eq!(found, alone, "{}", month);
        }
        let before = Stamp::month_number(span.first()) - 1;
        prop_assert_eq!(beliefs.of(before, 0), None, "nobody asked");
    }
}
