//! Which list stands: made anew by points when alarms stop it, whichever predictor made it; the newest day's, whatever
//! is worked out again; and none once its predictor is withdrawn. A register of points alone is watched as any other.

use app::predict::{due, lists, score, train, watch};
use app::{Clock, Context, rights};
use domain::access::{Role, Scope};
use domain::calendar::Month;
use domain::person::PersonId;
use domain::prediction::{Point, State, Target};
use domain::status::Spell;
use jiff::civil::date;
use store::{changes, predictors};
use testkit::each_engine;

use super::watching::{one_in_ten_became_neet, way_of_newest};
use super::{actor, chance_of, in_use, keeper, kept_run, town};

/// A list that was made before the level was set is under another number than the predictor that alarms.
#[tokio::test]
async fn alarms_after_a_new_level_make_the_list_that_stands_by_points() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_013).await;
        let fitted = in_use(&ctx).await;
        score::run_on(&ctx, &keeper(), Point::Autumn, date(2023, 11, 15)).await.unwrap();
        let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
        let by = "A. Owner";
        let (levelled, _) = watch::update_level(&ctx, &keeper(), Point::Autumn, by).await.unwrap();
        assert!(ran.predictor == fitted.id && levelled != fitted.id);
        assert_eq!(way_of_newest(&ctx).await, "model");
        let alarms = vec!["attendance has shifted".to_owned(), "absence has shifted".to_owned()];
        let month = "2025-02".to_owned();
        let seen = watch::Seen { month, alarms, fallen_back: true, ..watch::Seen::default() };
        let text = serde_json::to_string(&seen).unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let change =
            changes::begin(&mut tx, &ctx.now(), "watched", None, None, None).await.unwrap();
        predictors::watch(&mut tx, change, (levelled, "2025-02"), (2, &text)).await.unwrap();
        tx.commit().await.unwrap();
        due::run_due(&ctx).await.unwrap();
        assert_eq!(way_of_newest(&ctx).await, "points", "{}", register.engine);
        let asked = lists::Asked::default();
        let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
        assert_eq!((list.run.predictor, list.run.day), (levelled, ran.day));
    })
    .await;
}

/// Points alone, before any year had closed and after one had: the level is told, falls due, is set, and is then met.
#[tokio::test]
async fn points_alone_have_a_level_that_is_watched_and_set() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_200).await;
        let (point, target) = (Point::Autumn, Target::CountMonths);
        let asked = train::Asked { point, target, with_area: false, places: Some(20) };
        let on = |year, number| Month::new(year, number).unwrap();
        for (at, day, closed) in [
            ("2022-12-01T12:00:00Z", date(2022, 11, 15), 0),
            ("2024-02-15T12:00:00Z", date(2023, 11, 15), 2),
        ] {
            let clock = Clock::Fixed(at.parse().unwrap());
            let early = Context::seeded(register.db.clone(), None, clock, 1);
            let fitted = train::train(&early, &keeper(), &asked).await.unwrap();
            assert!(fitted.content.points_only && fitted.content.years.len() == closed, "{at}");
            for state in [State::Tested, State::Operational] {
                let word = (state, "A. Owner", "accepted");
                train::sign(&early, &keeper(), fitted.id, word).await.unwrap();
            }
            let ran = score::run(&early, &keeper(), point).await.unwrap();
            assert_eq!((ran.way.as_str(), ran.day), ("points", day));
            let winter = day.year() + 1;
            let spell = Spell::new("230", date(winter, 9, 2));
            let verified = Some(date(winter + 1, 3, 1));
            one_in_ten_became_neet(&ctx, ran.run, &Spell { verified, ..spell }).await;

            let november = watch::month(&ctx, &keeper(), point, on(winter, 11)).await.unwrap();
            assert!(november.in_month.is_some() && november.precision.is_none(), "{november:?}");
            assert_eq!(november.level.is_some(), closed > 0, "no year tells what a month holds");
            let january = watch::month(&ctx, &keeper(), point, on(winter + 1, 1)).await.unwrap();
            assert!(january.level.is_some() && january.precision.is_some(), "{january:?}");
            assert_eq!(due::waiting(&ctx).await.unwrap().levels_due.len(), 1, "{at}");
            watch::update_level(&ctx, &keeper(), point, "A. Owner").await.unwrap();
            assert!(due::waiting(&ctx).await.unwrap().levels_due.is_empty(), "{at}");
            let again = watch::month(&ctx, &keeper(), point, on(winter + 1, 1)).await.unwrap();
            let ratio = again.level.and_then(|level| level.ratio()).unwrap();
            assert!((ratio - 1.0).abs() < 0.02, "{} {at}: {ratio}", register.engine);
        }
    })
    .await;
}

/// A chance of somebody as known on a day before the newest, worked out after it.
async fn a_past_day(ctx: &Context, predictor: i64, person: i64) {
    let spoken = (Point::Autumn, date(2024, 10, 31), date(2025, 4, 30));
    kept_run(ctx, predictor, spoken, &[chance_of(person, 0.9)]).await;
}

/// Another of the same content comes into use a day after the first was withdrawn: the list of the first stays away, and
/// its own is shown once it is made.
async fn another_brings_nothing_back(ctx: &Context, fitted: &train::Kept) {
    let clock = Clock::Fixed("2025-03-15T12:00:00Z".parse().unwrap());
    let later = Context::seeded(ctx.db.clone(), None, clock, 1);
    let (jo, point) = (keeper(), fitted.point);
    let text = serde_json::to_string(&fitted.content).unwrap();
    let mut tx = later.db.begin().await.unwrap();
    let change =
        changes::begin(&mut tx, &later.now(), "predictor", None, None, None).await.unwrap();
    let names = (point.name(), fitted.target.name(), later.today());
    let id = predictors::add(&mut tx, change, names, ("another", &text)).await.unwrap();
    tx.commit().await.unwrap();
    for state in [State::Tested, State::Operational] {
        train::sign(&later, &jo, id, (state, "A. Owner", "accepted")).await.unwrap();
    }
    let asked = lists::Asked::default();
    assert!(lists::list(&later, &jo, point, &asked).await.unwrap().is_none());
    assert_eq!(lists::withdrawn(&later, &jo, point).await.unwrap(), None);
    let ran = score::run(&later, &jo, point).await.unwrap();
    let list = lists::list(&later, &jo, point, &asked).await.unwrap().unwrap();
    assert_eq!((list.run.id, list.run.predictor), (ran.run, id));
    let mut tx = later.db.begin_read().await.unwrap();
    let lives = predictors::lives(&mut tx).await.unwrap();
    assert_eq!(lives.iter().map(|life| life.id).collect::<Vec<_>>(), [id, fitted.id]);
    for life in lives {
        assert_eq!(life.point, point.name());
        assert_eq!(life.steps, predictors::states(&mut tx, life.id).await.unwrap());
    }
}

/// The newest day's list stands, though a past day was worked out after it; once the predictor is withdrawn nothing is
/// shown anywhere, and where it stood it is said by whom and why.
#[tokio::test]
async fn the_newest_day_stands_and_what_is_withdrawn_is_silent() {
    each_engine(async |register| {
        let (jo, point) = (keeper(), Point::Autumn);
        let ctx = town(&register.db, 1_013).await;
        let fitted = in_use(&ctx).await;
        let ran = score::run(&ctx, &jo, point).await.unwrap();
        let asked = lists::Asked::default();
        let list = lists::list(&ctx, &jo, point, &asked).await.unwrap().unwrap();
        let one = list.listed[0].person;
        a_past_day(&ctx, fitted.id, one).await;
        let list = lists::list(&ctx, &jo, point, &asked).await.unwrap().unwrap();
        assert_eq!((list.run.id, list.of > 1), (ran.run, true), "{}", register.engine);
        let page = lists::of_person(&ctx, &jo, one).await.unwrap();
        assert_eq!((page.given[0].run.id, page.given.len()), (ran.run, 2));
        assert!(page.given[0].words.is_some() && page.given[0].withdrawn.is_none());
        assert!(lists::teams(&ctx, &jo).await.unwrap().len() > 1);
        assert_eq!(lists::withdrawn(&ctx, &jo, point).await.unwrap(), None);

        let word = (State::Withdrawn, "B. Owner", "Schools were misled.");
        train::sign(&ctx, &jo, fitted.id, word).await.unwrap();
        assert!(lists::list(&ctx, &jo, point, &asked).await.unwrap().is_none());
        assert!(lists::file(&ctx, &jo, point, &asked).await.unwrap().is_none());
        assert_eq!(lists::teams(&ctx, &jo).await.unwrap().len(), 1, "everybody, and no list");
        let why = lists::withdrawn(&ctx, &jo, point).await.unwrap().unwrap();
        let told = format!(
            "Predictor {} was withdrawn on 14 March 2025 by B. Owner: Schools were misled. Its list is not shown.",
            fitted.id
        );
        assert_eq!(why, told);
        assert_eq!(lists::withdrawn(&ctx, &jo, Point::Spring).await.unwrap(), None, "never used");
        let page = lists::of_person(&ctx, &jo, one).await.unwrap();
        assert!(page.given.iter().all(|g| g.words.is_none() && g.reasons.is_empty()));
        assert_eq!(page.given[0].withdrawn.as_ref(), Some(&told));
        let adviser = actor(Role::Adviser, Scope::everyone());
        let (_, parts) = rights::held(&ctx, &adviser, PersonId(one)).await.unwrap();
        let words = parts.iter().flat_map(|part| &part.answers);
        assert!(words.clone().any(|words| words == "No chance of yours is in use now."));
        assert!(!words.clone().any(|words| words.starts_with("The chance is: ")));
        another_brings_nothing_back(&ctx, &fitted).await;
    })
    .await;
}

/// A predictor of the monthly point is in use, and somebody has a newer chance by it than that of the autumn.
async fn a_monthly_chance(ctx: &Context, fitted: &train::Kept, person: i64) -> i64 {
    let text = serde_json::to_string(&fitted.content).unwrap();
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "predictor", None, None, None).await.unwrap();
    let names = (Point::Monthly.name(), fitted.target.name(), ctx.today());
    let predictor = predictors::add(&mut tx, change, names, ("monthly", &text)).await.unwrap();
    tx.commit().await.unwrap();
    let spoken = (Point::Monthly, date(2025, 3, 13), date(2025, 6, 30));
    kept_run(ctx, predictor, spoken, &[chance_of(person, 0.2)]).await;
    for state in [State::Tested, State::Operational] {
        train::sign(ctx, &keeper(), predictor, (state, "A. Owner", "accepted")).await.unwrap();
    }
    predictor
}

/// Of two points the newer one's chance is shown, and once its predictor is withdrawn the other's, which stands.
#[tokio::test]
async fn a_chance_that_stands_is_shown_though_a_newer_one_was_withdrawn() {
    each_engine(async |register| {
        let jo = keeper();
        let ctx = town(&register.db, 1_013).await;
        let fitted = in_use(&ctx).await;
        let ran = score::run(&ctx, &jo, Point::Autumn).await.unwrap();
        let asked = lists::Asked::default();
        let list = lists::list(&ctx, &jo, Point::Autumn, &asked).await.unwrap().unwrap();
        let one = list.listed[0].person;
        let monthly = a_monthly_chance(&ctx, &fitted, one).await;
        let parted = async || lists::parted(lists::of_person(&ctx, &jo, one).await.unwrap().given);
        let (now, others, silent) = parted().await;
        assert_eq!(now.unwrap().run.predictor, monthly, "{}", register.engine);
        assert!(others.len() == 1 && others[0].words.is_some() && silent.is_none());

        let word = (State::Withdrawn, "B. Owner", "Schools were misled.");
        train::sign(&ctx, &jo, monthly, word).await.unwrap();
        let (now, others, silent) = parted().await;
        assert_eq!((now.unwrap().run.id, silent), (ran.run, None), "the list still names them");
        let newer = &others[0];
        assert!(newer.run.predictor == monthly && newer.words.is_none(), "{newer:?}");
        assert!(newer.withdrawn.is_some() && !newer.expired, "its last day is still to come");

        train::sign(&ctx, &jo, fitted.id, word).await.unwrap();
        let (now, others, silent) = parted().await;
        assert!(now.is_none() && others.len() == 2);
        assert!(silent.unwrap().starts_with(&format!("Predictor {monthly} was withdrawn")));
        let clock = Clock::Fixed("2026-03-15T12:00:00Z".parse().unwrap());
        let later = Context::seeded(register.db.clone(), None, clock, 1);
        let given = lists::of_person(&later, &jo, one).await.unwrap().given;
        assert!(given.iter().all(|one| one.expired && one.withdrawn.is_none()), "{given:?}");
    })
    .await;
}
