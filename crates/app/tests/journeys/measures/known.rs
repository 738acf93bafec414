//! Months as they were known: read together or from what was replaced, they are as each would be read alone.

use super::{person, save, town};
use app::{Clock, Context};
use domain::cohort::{Cohort, Stamp};
use domain::measure::{Asked, Beliefs, Span, walk};
use domain::person::{ChangeId, Characteristic, Field};
use domain::status::Spell;
use jiff::civil::date;
use store::changes;
use store::cohort::{self, Narrow};
use store::people::Moment;
use testkit::each_engine;

/// Everything of a cohort that days are read for, a line each, whatever the order in which words came.
fn rows(cohort: &Cohort) -> Vec<String> {
    let (people, traits, spells) = (&cohort.people, &cohort.traits, &cohort.spells);
    let one = |p: usize| {
        let born = (people.id[p], people.born[p], people.status_since[p]);
        let said = [&people.status, &people.sex, &people.lead_la, &people.send].map(|c| c.text(p));
        let held = traits.of.of(p).map(|row| (traits.code.text(row), traits.from[row]));
        let did = spells.of.of(p).map(|row| {
            let days = (spells.start[row], spells.end[row], spells.base[row], spells.review[row]);
            (spells.code.text(row), days)
        });
        format!("{born:?} {said:?} {:?} {:?}", held.collect::<Vec<_>>(), did.collect::<Vec<_>>())
    };
    (0..cohort.len()).map(one).collect()
}

/// A town of which more is said in November, January and February: of two people otherwise than before.
async fn town_over_time(ctx: &Context) {
    let mut first = town();
    first[0].1.characteristics.push(Characteristic {
        code: "110".to_owned(),
        from: Some(date(2025, 11, 5)),
        to: Some(date(2026, 1, 20)),
        source: String::new(),
    });
    let ids = save(ctx, "2025-11-10T10:00:00.000000Z", &first).await;
    let mut moved = person("E2", "M", "210");
    moved.particulars.set(Field::DateOfBirth, "2007-05-06".to_owned());
    moved
        .spells
        .insert(0, Spell { end: Some(date(2025, 12, 3)), ..Spell::new("619", date(2025, 9, 1)) });
    moved.spells[1].start = date(2025, 12, 4);
    let next = [(Some(ids[1]), moved), (None, person("E3", "U", "210"))];
    save(ctx, "2026-01-15T10:00:00.000000Z", &next).await;
    let mut gone = person("E2", "M", "210");
    gone.particulars.set(Field::CohortStatus, "E".to_owned());
    gone.particulars.set(Field::StatusSince, "2026-02-01".to_owned());
    save(ctx, "2026-02-15T10:00:00.000000Z", &[(Some(ids[1]), gone)]).await;
}

/// Months that are read together are those that would be read alone.
#[tokio::test]
async fn days_read_together_are_as_they_would_be_read_alone() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 3, 1)));
        town_over_time(&ctx).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let mut wanted = Vec::new();
        for day in [date(2025, 10, 31), date(2025, 11, 30), date(2026, 1, 31), date(2026, 2, 28)] {
            wanted.push((changes::latest_at(&mut tx, &ctx.end_of(day)).await.unwrap(), day));
        }
        let born = (date(2007, 9, 1), date(2009, 8, 31));
        let together = cohort::on_days(&mut tx, &wanted, born).await.unwrap();
        let mut sizes = Vec::new();
        for ((known, day), found) in wanted.into_iter().zip(together) {
            let narrow = Narrow { born: Some(born), days: Some((day, day)), people: None };
            let alone = cohort::whole(&mut tx, Moment::After(known), &narrow).await.unwrap();
            assert_eq!(rows(&found), rows(&alone), "{}, {day}", register.engine);
            sizes.push((found.len(), found.traits.from.len()));
        }
        // Nobody yet; all; one of another age and one more, the trait over; the first back.
        assert_eq!(sizes, [(0, 0), (8, 1), (8, 0), (9, 0)]);
    })
    .await;
}

/// Everybody of a cohort, as the council counts them.
fn of_all(cohort: &Cohort, span: Span) -> Asked<'_> {
    let edition = formats::reference::editions().named("2020-21").expect("a shipped edition");
    let (basis, authority) = (edition.measure.basis, Some("887"));
    Asked { cohort, edition, basis, authority, span, within: None, believed: None }
}

/// What was believed is the same from what was replaced and from every month read by itself.
#[tokio::test]
async fn beliefs_are_what_each_month_read_by_itself_says() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(date(2026, 3, 1)));
        town_over_time(&ctx).await;
        let span = Span::new("2025-10".parse().unwrap(), "2026-02".parse().unwrap());
        let days = Some((date(2025, 10, 31), date(2026, 2, 28)));
        let born = Some((date(2007, 9, 1), date(2009, 8, 31)));
        let narrow = Narrow { born, days, people: None };
        let mut tx = ctx.db.begin_read().await.unwrap();
        let mut ends = Vec::new();
        for month in span.iter() {
            let end = ctx.end_of(month.last_day());
            ends.push(changes::latest_at(&mut tx, &end).await.unwrap());
        }
        for (moment, last) in [(Moment::Now, ends[4]), (Moment::After(ends[3]), ends[3])] {
            let now = cohort::whole(&mut tx, moment, &narrow).await.unwrap();
            let known: Vec<ChangeId> = ends.iter().map(|end| last.min(*end)).collect();
            let asked = (span, known.clone());
            let history = cohort::history(&mut tx, (moment, &narrow), asked, &now).await.unwrap();
            let beliefs = Beliefs::new(&history, of_all(&now, span));
            let mut told = Vec::new();
            for (month, known) in span.iter().zip(known) {
                let then = cohort::whole(&mut tx, Moment::After(known), &narrow).await.unwrap();
                let mut alone = vec![None; now.len()];
                walk(of_all(&then, Span::one(month)), |p, segments| {
                    if let Some(row) = now.row_of(then.people.id[p]) {
                        alone[row] = segments.last().map(|segment| segment.standing);
                    }
                });
                let number = Stamp::month_number(month);
                let found: Vec<_> = (0..now.len()).map(|row| beliefs.of(number, row)).collect();
                assert_eq!(found, alone, "{}, {month}, {moment:?}", register.engine);
                told.push(found.iter().flatten().count() > 0);
            }
            assert_eq!(told, [false, true, true, true, true], "{}", register.engine);
        }
    })
    .await;
}
