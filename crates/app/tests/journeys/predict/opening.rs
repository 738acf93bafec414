//! The yearly update as a winter opens: the level follows how many of those with a chance were NEET at the end of
//! October, as known by then, before any month that counts.

use app::predict::train::{Began, Opening};
use app::predict::{due, paper, registers, score, train, watch};
use app::{Clock, Context};
use domain::access::Scope;
use domain::prediction::{Point, State};
use domain::status::Spell;
use jiff::civil::date;
use store::people::{self, Moment, Write};
use store::{changes, predictors};
use testkit::{each_engine, sqlite};

use super::{in_use, keeper, town};

/// Of some of a run it is told that they learn or are NEET from September on, confirmed in October, at the clock of
/// `ctx`.
async fn told(ctx: &Context, run: i64, of: fn(usize) -> bool, is_neet: fn(usize) -> bool) {
    let mut tx = ctx.db.begin().await.unwrap();
    let scored = predictors::scored(&mut tx, &Scope::everyone(), run).await.unwrap();
    let ids: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let loaded = people::load(&mut tx, &ids, Moment::Now).await.unwrap();
    let stands = |(at, one): (usize, &people::Loaded)| {
        if !of(at) {
            return one.record.clone();
        }
        let spell = Spell::new(if is_neet(at) { "619" } else { "230" }, date(2025, 9, 2));
        let spells = vec![Spell { verified: Some(date(2025, 10, 10)), ..spell }];
        domain::person::PersonRecord { spells, ..one.record.clone() }
    };
    let after: Vec<_> = loaded.iter().enumerate().map(stands).collect();
    let each = loaded.iter().zip(&after).enumerate().filter(|(at, _)| of(*at));
    let writes: Vec<Write<'_>> = each.map(|(_, (before, after))| Write { before, after }).collect();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    people::write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
}

/// Puts in use what `fitted` would be had as many been NEET by the end of October as came in the whole winter. A town
/// of this size has too few of them to tell by itself.
async fn whose_october_tells(ctx: &Context, fitted: &train::Kept) -> i64 {
    assert_eq!(fitted.content.opening, Opening::TellsNothing, "too few to say");
    let opening = Opening::Tells(Began { shift: 0.0, known: 1.0 });
    let content = train::Content { opening, ..fitted.content.clone() };
    let text = serde_json::to_string(&content).unwrap();
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "predictor", None, None, None).await.unwrap();
    let names = (fitted.point.name(), fitted.target.name(), fitted.day);
    let id = predictors::add(&mut tx, change, names, ("october", &text)).await.unwrap();
    tx.commit().await.unwrap();
    for state in [State::Tested, State::Operational] {
        train::sign(ctx, &keeper(), id, (state, "A. Owner", "accepted")).await.unwrap();
    }
    id
}

/// One in five is NEET at the end of October: that sets the level, and is due. That everybody was is told two days too
/// late, and counts for nothing.
#[tokio::test]
async fn a_level_is_set_as_the_winter_opens_by_what_was_known_then() {
    each_engine(async |register| {
        let (jo, point) = (keeper(), Point::Autumn);
        let ctx = town(&register.db, 1_800).await;
        let at = |text: &str| {
            let clock = Clock::Fixed(text.parse().unwrap());
            Context::seeded(register.db.clone(), None, clock, 1)
        };
        let fitted = in_use(&ctx).await;
        let used = whose_october_tells(&ctx, &fitted).await;
        let ran = score::run(&ctx, &jo, point).await.unwrap();
        assert_eq!((ran.day, ran.predictor), (date(2024, 11, 15), used));
        told(&at("2025-10-20T12:00:00Z"), ran.run, |_| true, |at| at.is_multiple_of(5)).await;
        let october = at("2025-10-31T12:00:00Z");
        assert!(due::waiting(&october).await.unwrap().levels_due.is_empty(), "it is not over");
        told(&at("2025-11-02T12:00:00Z"), ran.run, |_| true, |_| true).await;

        let later = at("2025-11-03T12:00:00Z");
        assert_eq!(due::waiting(&later).await.unwrap().levels_due.len(), 1, "{}", register.engine);
        let (levelled, shift) = watch::update_level(&later, &jo, point, "A. Owner").await.unwrap();
        assert!(levelled > used && shift > 0.0, "{shift}");
        assert!(due::waiting(&later).await.unwrap().levels_due.is_empty());
        let log = registers::log(&later, &jo).await.unwrap();
        let entry = log.iter().find(|entry| entry.title.starts_with("Level update of P1")).unwrap();
        assert!(
            entry
                .content
                .contains("NEET at the end of October 2025, as known then (known then of 100 %"),
            "{entry:?}"
        );
        let again = score::run_on(&later, &jo, point, ran.day).await.unwrap();
        let mut tx = later.db.begin_read().await.unwrap();
        let scored = predictors::scored(&mut tx, &Scope::everyone(), again.run).await.unwrap();
        let chances: Vec<f64> = scored.iter().map(|one| one.score.chance).collect();
        let mean = chances.iter().sum::<f64>() / chances.len() as f64;
        assert!((mean - 0.2).abs() < 0.01, "{}: {mean}", register.engine);
    })
    .await;
}

/// By the end of October it is known of three in five where they stand, and of everybody in the year before: a file
/// came late, and the share of NEET among those who are known tells nothing of the others.
#[tokio::test]
async fn a_file_that_comes_after_october_moves_no_level_and_makes_none_due() {
    each_engine(async |register| {
        let (jo, point) = (keeper(), Point::Autumn);
        let ctx = town(&register.db, 1_800).await;
        let at = |text: &str| {
            let clock = Clock::Fixed(text.parse().unwrap());
            Context::seeded(register.db.clone(), None, clock, 1)
        };
        let fitted = in_use(&ctx).await;
        let used = whose_october_tells(&ctx, &fitted).await;
        let ran = score::run(&ctx, &jo, point).await.unwrap();
        let is_neet = |at: usize| at.is_multiple_of(5);
        told(&at("2025-10-20T12:00:00Z"), ran.run, |at| at % 5 < 3, is_neet).await;
        told(&at("2025-11-04T12:00:00Z"), ran.run, |at| at % 5 >= 3, is_neet).await;
        let later = at("2025-11-05T12:00:00Z");
        assert!(due::waiting(&later).await.unwrap().levels_due.is_empty(), "{}", register.engine);
        let refused = watch::update_level(&later, &jo, point, "A. Owner").await.unwrap_err();
        let why = "The end of October 2025 sets no level either: known then of 60 % of those with a chance, and of \
                   100 %";
        assert!(refused.to_string().contains(why), "{refused}");
        let in_use = watch::in_use(&later, &jo).await.unwrap();
        assert!(in_use.iter().all(|(one, _)| one.id == used && one.content.updates.is_empty()));
    })
    .await;
}

/// In a small council too few are NEET by the end of October for it to tell: nothing is due by it, and nothing is set.
#[tokio::test]
async fn an_october_with_too_few_neet_makes_no_level_due() {
    let register = sqlite().await;
    let (jo, point) = (keeper(), Point::Autumn);
    let ctx = town(&register.db, 1_800).await;
    let at = |text: &str| {
        let clock = Clock::Fixed(text.parse().unwrap());
        Context::seeded(register.db.clone(), None, clock, 1)
    };
    let fitted = in_use(&ctx).await;
    whose_october_tells(&ctx, &fitted).await;
    let ran = score::run(&ctx, &jo, point).await.unwrap();
    told(&at("2025-10-20T12:00:00Z"), ran.run, |_| true, |at| at < 15).await;
    let later = at("2025-11-01T12:00:00Z");
    assert!(due::waiting(&later).await.unwrap().levels_due.is_empty());
    let refused = watch::update_level(&later, &jo, point, "A. Owner").await.unwrap_err();
    assert!(refused.to_string().contains("too few were NEET by then"), "{refused}");
}

/// One that was fitted before levels were set as winters open has to be fitted again for it, and its page says so.
#[tokio::test]
async fn a_predictor_of_before_says_that_no_october_sets_its_level() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_200).await;
    let fitted = in_use(&ctx).await;
    let mut content = serde_json::to_value(&fitted.content).unwrap();
    content.as_object_mut().unwrap().remove("opening").unwrap();
    let content: train::Content = serde_json::from_value(content).unwrap();
    assert_eq!(content.opening, Opening::NotAsked);
    let old = train::Kept { content, ..fitted.clone() };
    let told = |kept: &train::Kept| paper::cannot(kept).iter().any(|words| words == paper::UNASKED);
    assert!(told(&old) && !told(&fitted));
}
