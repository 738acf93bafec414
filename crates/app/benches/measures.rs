//! How long one month's measure by ward takes for 150,000 people with ten spells each: from SQLite with
//! nothing kept, from the kept cohort, and for 36 months. Prints a table; asserts nothing about time. The file
//! was just written by the same program, and so the system may hold it in memory: no figure here is of a file
//! that nobody has read.
//! Run with `script/bench-measures 0 [PEOPLE]`.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark tells the time")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark may stop where it stands"
)]

use app::measures::{Months, Question, figures};
use app::{Clock, Context};
use domain::access::Scope;
use domain::measure::{Asked, Cut, DEFINITIONS, Span, tally_all};
use jiff::{ToSpan, civil::date};
use std::time::Instant;
use store::cohort::{Narrow, whole};
use store::people::Moment;
use store::{Tx, Value, changes};

/// A plain sequence of numbers, so that every run has the same town.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from((self.0 >> 33) % limit).unwrap()
    }
}

#[tokio::main]
async fn main() {
    let people = std::env::args().find_map(|text| text.parse::<i64>().ok()).unwrap_or(150_000);
    let register = testkit::sqlite().await;
    let began = Instant::now();
    let mut tx = register.db.begin().await.unwrap();
    fill(&mut tx, people).await;
    tx.commit().await.unwrap();
    println!("{people} people, {} spells, made in {:.1?}", people * 10, began.elapsed());
    let context = || Context::new(register.db.clone(), None, Clock::on(date(2026, 2, 1)));
    let month = |text: &str| text.parse().unwrap();
    let one =
        Question { by: vec![Cut::Ward], ..Question::new("neet", Months::One(month("2026-01"))) };
    let years = Question {
        by: vec![Cut::Ward, Cut::Sex],
        ..Question::new("neet", Months::Period(month("2023-02"), month("2026-01")))
    };
    let plain = context();
    time("one month by ward, nothing kept", &plain, &one).await;
    time("one month by ward, once more", &plain, &one).await;
    let kept = context();
    kept.measures.keep();
    time("one month by ward, loading all", &kept, &one).await;
    time("one month by ward, kept", &kept, &one).await;
    time("36 months by ward and sex, kept", &kept, &years).await;
    let right = Question {
        measure: "accuracy".to_owned(),
        months: Months::Period(month("2025-01"), month("2026-01")),
        ..one
    };
    time("accuracy by ward, 13 months", &plain, &right).await;
    everything(&register.db, people).await;
}

/// Every measure by every single cut for 36 months, from the file on.
async fn everything(db: &store::Db, people: i64) {
    let edition = formats::reference::editions().named("2020-21").unwrap();
    let lead = DEFINITIONS.iter().map(|d| d.lookback(edition)).max().unwrap();
    let last: domain::calendar::Month = "2026-01".parse().unwrap();
    let span = Span::new(last.plus(-35 - i32::try_from(lead).unwrap()), last);
    let began = Instant::now();
    let mut tx = db.begin_read().await.unwrap();
    let days = Some((span.first().last_day(), last.last_day()));
    let age = &edition.measure.age;
    let born = Some((age.births(span.first().last_day()).0, age.births(last.last_day()).1));
    let narrow = Narrow { born, days, people: None };
    let cohort = whole(&mut tx, Moment::Now, &narrow).await.unwrap();
    let loaded = began.elapsed();
    let cuts: Vec<&[Cut]> = Cut::ALL.chunks(1).collect();
    let (basis, within) = (edition.measure.basis, None);
    let asked =
        Asked { cohort: &cohort, edition, basis, authority: None, span, within, believed: None };
    let tables = tally_all(asked, &cuts, lead);
    let all = began.elapsed();
    println!(
        "every measure by every cut, 36 months: loaded in {loaded:.1?}, with the count {all:.1?}, {} tables",
        tables.len()
    );
    println!("{people} people, read from SQLite again: {all:.2?}; promised are 3 s for 150,000");
}

async fn time(what: &str, ctx: &Context, question: &Question) {
    let began = Instant::now();
    let seen = figures(ctx, &Scope::everyone(), question).await.unwrap();
    let took = began.elapsed();
    println!("{what:<34} {took:>10.1?}  cohort {}", seen.total.cohort.whole());
}

/// A change a month, so that what was known when a month ended was not all that is known now.
async fn changes_of_months(tx: &mut Tx) -> Vec<i64> {
    let mut known = Vec::new();
    for n in 0..41 {
        let day = date(2022, 9, 28).saturating_add(n.months());
        let at = format!("{day}T09:00:00.000000Z");
        known.push(changes::begin(tx, &at, "demo", None, None, None).await.unwrap().0);
    }
    known
}

const SAID: [&str; 9] = [
    "fact",
    "person",
    "date_of_birth",
    "cohort_status",
    "sex",
    "lead_la",
    "given_key",
    "family_key",
    "made",
];

async fn fill(tx: &mut Tx, people: i64) {
    let known = changes_of_months(tx).await;
    let change = known[0];
    let heard = |start: jiff::civil::Date| {
        let months = (start.year() - 2022) * 12 + i16::from(start.month()) - 9;
        known[usize::try_from(months).unwrap().min(known.len() - 1)]
    };
    let codes = ["110", "210", "230", "310", "330", "530", "619", "640", "810", "220"];
    let mut numbers = Numbers(7);
    let (mut fact, text) = (0, |text: &str| Value::Text(text.to_owned()));
    for from in (1..=people).step_by(5_000) {
        let (mut who, mut said, mut homes, mut spells) = (vec![], vec![], vec![], vec![]);
        for id in from..(from + 5_000).min(people + 1) {
            let born = date(2006, 9, 1).saturating_add(numbers.below(2_550).days());
            who.push(vec![id.into(), format!("887{id:010}").into(), change.into()]);
            fact += 1;
            let sex = if numbers.below(2) == 0 { "F" } else { "M" };
            said.push(vec![
                fact.into(),
                id.into(),
                born.into(),
                text("P"),
                text(sex),
                text("887"),
                text("b"),
                text("a"),
                change.into(),
            ]);
            fact += 1;
            let ward = format!("E0500{:04}", numbers.below(24));
            let mut home: Vec<Value> = vec![fact.into(), id.into()];
            home.extend((0..7).map(|_| text("")));
            home.extend([ward.into(), change.into()]);
            homes.push(home);
            let mut start = date(2022, 9, 1);
            for n in 0..10 {
                fact += 1;
                let next = start.saturating_add((60 + numbers.below(120)).days());
                let end = (n < 9).then(|| next.yesterday().unwrap());
                let code = codes[usize::try_from(numbers.below(10)).unwrap()];
                spells.push(vec![
                    fact.into(),
                    id.into(),
                    text(code),
                    start.into(),
                    start.into(),
                    end.into(),
                    heard(start).into(),
                ]);
                start = next;
            }
        }
        tx.insert("young_person", &["id", "ypid", "made"], &who).await.unwrap();
        tx.insert("particulars", &SAID, &said).await.unwrap();
        let columns = [
            "fact", "person", "line1", "line2", "line3", "line4", "town", "county", "postcode",
            "ward", "made",
        ];
        tx.insert("address", &columns, &homes).await.unwrap();
        let columns = ["fact", "person", "code", "start_day", "verified", "end_day", "made"];
        tx.insert("spell", &columns, &spells).await.unwrap();
    }
}
