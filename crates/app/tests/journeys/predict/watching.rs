//! What is watched month by month: shifts, levels, groups, what is due, and what follows.

use app::Context;
use app::predict::{due, holdout, lists, registers, score, train, watch};
use app::{Clock, demo::foresight};
use domain::access::Scope;
use domain::calendar::Month;
use domain::person::Field;
use domain::prediction::{Fact, Point, State, Target};
use domain::status::Spell;
use jiff::civil::date;
use store::people::{self, Moment, Write};
use store::predictors::{self, Score};
use store::{analysis, changes};
use testkit::{each_engine, sqlite};

use super::{chance_of, in_use, keeper, run_by, set, town};

/// How the newest list of the autumn was made.
pub(super) async fn way_of_newest(ctx: &Context) -> String {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let runs = predictors::runs(&mut tx).await.unwrap().into_iter();
    let runs = runs.filter(|run| run.point == Point::Autumn.name());
    runs.max_by_key(|run| (run.day, run.id)).unwrap().way
}

/// A watch that was killed between what it saw and the list leaves the model's: the next hour makes it anew.
async fn a_list_that_a_kill_left_is_made_anew(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    let left =
        "UPDATE predictor_run SET way = 'model' WHERE id = (SELECT MAX(id) FROM predictor_run)";
    assert_eq!(tx.run(left, &[]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    due::run_due(ctx).await.unwrap();
    assert_eq!(way_of_newest(ctx).await, "points");
}

/// The winter of 2024 to 2025 is met by a table whose level was set on the winter before, and which has seen nothing of
/// it. NEET rose by three quarters, as published: that is alarmed, and nothing else is. What it writes is dated as of
/// today, since what was known on a day goes by that.
#[tokio::test]
async fn a_winter_of_another_level_is_alarmed_for_that_and_nothing_else() {
    let register = sqlite().await;
    let (db, ctx) = (&register.db, &town(&register.db, 4_000).await);
    let clock = Clock::Fixed("2024-02-15T12:00:00Z".parse().unwrap());
    let early = Context::seeded(db.clone(), None, clock, 1);
    let mut tx = db.begin_read().await.unwrap();
    let before = changes::latest(&mut tx).await.unwrap().0;
    drop(tx);
    let (point, target) = (Point::Autumn, Target::CountMonths);
    let asked = train::Asked { point, target, with_area: false, places: Some(60) };
    let fitted = train::train(&early, &keeper(), &asked).await.unwrap();
    let years: Vec<_> = fitted.content.years.iter().map(|year| year.on).collect();
    assert_eq!(years, [date(2021, 11, 15), date(2022, 11, 15)], "what had closed");
    let sign = async |state| {
        train::sign(&early, &keeper(), fitted.id, (state, "A. Owner", "accepted")).await.unwrap();
    };
    sign(State::Tested).await;
    sign(State::Operational).await;
    score::run_on(&early, &keeper(), point, date(2023, 11, 15)).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    let dated = format!("UPDATE change SET at = '{}' WHERE id > {before}", ctx.now());
    assert!(tx.run(&dated, &[]).await.unwrap() > 0);
    tx.commit().await.unwrap();
    let mut alarms = Vec::new();
    for (year, number) in [(2024, 11), (2024, 12), (2025, 1)] {
        let over = Month::new(year, number).unwrap();
        let seen = watch::month(ctx, &keeper(), point, over).await.unwrap();
        let level = seen.level.expect("it expects something of each month");
        assert!(level.observed as f64 > level.expected, "{over}: {level:?}");
        alarms.extend(seen.alarms);
    }
    let of_level = |alarm: &String| alarm.contains("were expected and");
    assert!(!alarms.is_empty() && alarms.iter().all(of_level), "{alarms:?}");
}

/// Ten points less attendance, told with the lists of a month, is alarmed when that month is watched.
#[tokio::test]
async fn a_shift_is_alarmed_within_a_month_and_a_quiet_month_is_not() {
    let register = sqlite().await;
    let ctx = town(&register.db, 4_000).await;
    foresight(&ctx).await.unwrap();
    let month = |year, number| Month::new(year, number).unwrap();
    let used = watch::in_use(&ctx, &keeper()).await.unwrap().remove(0).0;
    let odds = |name: &str| {
        let found = used.content.local.iter().find(|local| local.factor == name);
        found.unwrap_or_else(|| panic!("{name}")).odds
    };
    let missed = odds("Attendance").ratio.expect("enough to say");
    assert!(1.0 < missed.within.low && missed.within.low < missed.value, "{missed:?}");
    let grades = odds("Five good GCSEs, English and maths").ratio.expect("enough to say");
    assert!(grades.value < grades.within.high && grades.within.high < 1.0, "{grades:?}");
    assert_eq!(odds("Permanent exclusion").ratio, None, "too few to say");
    let shown = watch::watched(&ctx, &keeper(), used.id).await.unwrap();
    let told: Vec<_> = shown.iter().map(|seen| (seen.month.as_str(), seen.alarms.len())).collect();
    assert_eq!(told, [("2025-02", 0)], "what a fresh demonstration shows: {shown:?}");
    assert!(!shown[0].drift.is_empty() && shown[0].level.is_none() && !shown[0].fallen_back);
    let mut tx = ctx.db.begin().await.unwrap();
    let at = "2025-02-20T12:00:00.000000Z";
    // Recorded in February for the pupils of Year 11, as their schools' lists would have it.
    let change = changes::latest_at(&mut tx, at).await.unwrap();
    let (first, last) = domain::prediction::births((15, 15), date(2025, 2, 28));
    let whole = Scope::everyone();
    let pupils = analysis::born(&mut tx, &whole, Moment::Now, (first, last)).await.unwrap();
    let known = analysis::facts(&mut tx, &pupils, Moment::After(change)).await.unwrap();
    let worse = |(person, facts): (&i64, &Vec<Fact>)| {
        let last = facts.iter().rfind(|f| f.field == "sessions")?;
        let extra = Fact { value: "140/56/20".into(), from: date(2025, 1, 6), ..last.clone() };
        Some((*person, Fact { to: Some(date(2025, 2, 14)), ..extra }))
    };
    let facts: Vec<_> = known.iter().filter_map(worse).collect();
    analysis::add(&mut tx, change, &set("attendance", 1), &facts).await.unwrap();
    tx.commit().await.unwrap();
    let loud = watch::month(&ctx, &keeper(), Point::Autumn, month(2025, 2)).await.unwrap();
    assert!(loud.alarms.iter().any(|a| a.starts_with("attendance in the last")), "{loud:?}");
    assert!(loud.fallen_back, "attendance and what hangs on it: two alarms: {:?}", loud.alarms);
    let log = registers::log(&ctx, &keeper()).await.unwrap();
    assert!(log.iter().any(|entry| entry.title.starts_with("Alarms of predictor")), "{log:?}");
    assert_eq!(way_of_newest(&ctx).await, "points", "the list in use is made anew at once");
    a_list_that_a_kill_left_is_made_anew(&ctx).await;
    let unheard = lists::set_places(&ctx, &keeper(), "Nowhere", 9).await.unwrap_err();
    assert!(unheard.to_string().contains("Nowhere"), "{unheard}");
    let school = lists::teams(&ctx, &keeper()).await.unwrap().remove(1);
    lists::set_places(&ctx, &keeper(), &school.name, 3).await.unwrap();
    let teams = lists::teams(&ctx, &keeper()).await.unwrap();
    let places: Vec<usize> = teams.iter().take(3).map(|team| team.places).collect();
    assert_eq!((teams[0].name.as_str(), places), ("", vec![25, 3, 25]), "each has its own");
    let of = lists::Asked { school: school.name, ..lists::Asked::default() };
    let list = lists::list(&ctx, &keeper(), Point::Autumn, &of).await.unwrap().unwrap();
    assert_eq!((list.places, list.listed.len()), (3, 3));
    let asked = lists::Asked { places: Some(30), ..lists::Asked::default() };
    let list = lists::list(&ctx, &keeper(), Point::Autumn, &asked).await.unwrap().unwrap();
    let truth = &list.how_true;
    assert!(truth.contains("every 10") && truth.contains("made by points at present"), "{truth}");
    let used = &watch::in_use(&ctx, &keeper()).await.unwrap()[0].0;
    let evidence = used.content.evidence.as_ref().unwrap();
    assert_eq!((evidence.gain.len(), evidence.points_gain.len()), (101, 101));
    let told = |of: &app::predict::by_group::OfGroup| {
        let figures = ["auc", "average_precision", "brier", "log_loss", "calibration_intercept"];
        figures.iter().all(|name| of.figures.get(*name).is_some_and(|f| f.interval.is_some()))
    };
    assert!(evidence.ranking.iter().any(told), "{:?}", evidence.ranking);
}

/// In a year of a small town no fact is alarmed by chance, though the hundred or so pupils of Year 11 differ
/// from those of the year before in every one. What stops being sent is no chance.
#[tokio::test]
async fn a_year_of_a_small_town_alarms_nothing_by_chance() {
    let register = sqlite().await;
    let ctx = town(&register.db, 900).await;
    in_use(&ctx).await;
    for back in 1..=12 {
        let over = Month::new(2025, 3).unwrap().plus(-back);
        let seen = watch::month(&ctx, &keeper(), Point::Autumn, over).await.unwrap();
        assert!(seen.then > 60 && seen.now < 200, "{over}: {} {}", seen.then, seen.now);
        let by_chance = |alarm: &&String| !alarm.contains("not known for");
        let alarms: Vec<&String> = seen.alarms.iter().filter(by_chance).collect();
        assert!(alarms.is_empty(), "{over}: {alarms:?}");
    }
}

/// Who comes of those that a run spoke of, by place and record.
type Comes = fn((usize, &people::Loaded)) -> bool;

/// Everybody of the autumn of 2023 is given the same chance, and whoever is meant of them was NEET.
async fn run_of(ctx: &Context, given: (i64, f64), meant: Comes) {
    run_made(ctx, &ctx.now(), given, meant).await;
}

/// The same, worked out at an instant.
async fn run_made(ctx: &Context, at: &str, (predictor, chance): (i64, f64), meant: Comes) {
    let on = date(2023, 11, 15);
    let mut tx = ctx.db.begin().await.unwrap();
    let rows = app::predict::rows::rows(ctx, &mut tx, Point::Autumn, on).await.unwrap();
    let loaded = people::load(&mut tx, &rows.people, Moment::Now).await.unwrap();
    let became = |code: &str, one: &people::Loaded| {
        let spell = Spell::new(code, date(2024, 9, 2));
        let spells = vec![Spell { verified: Some(date(2025, 3, 1)), ..spell }];
        domain::person::PersonRecord { spells, ..one.record.clone() }
    };
    let after: Vec<_> = loaded
        .iter()
        .enumerate()
        .map(|(at, one)| became(if meant((at, one)) { "619" } else { "230" }, one))
        .collect();
    let writes: Vec<Write<'_>> =
        loaded.iter().zip(&after).map(|(before, after)| Write { before, after }).collect();
    let scores: Vec<Score> = loaded.iter().map(|one| chance_of(one.person, chance)).collect();
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    people::write(&mut tx, change, &writes).await.unwrap();
    let run = run_by(predictor, (Point::Autumn, on, date(2024, 5, 15)));
    predictors::add_run(&mut tx, change, &run, (rows.as_known, &scores)).await.unwrap();
    tx.commit().await.unwrap();
}

fn girl((_, one): (usize, &people::Loaded)) -> bool {
    one.record.particulars.get(Field::Sex) == Some("F")
}

/// As many come as were expected, but of the girls all and of the boys none: the level is quiet, the gap is
/// not. The same number spread over everybody alarms nothing.
#[tokio::test]
async fn a_gap_between_groups_is_alarmed_though_the_level_is_right_and_none_is_not() {
    let ways: [(Comes, bool); 2] = [(girl, true), (|(at, _)| at % 2 == 0, false)];
    for (meant, gap) in ways {
        let register = sqlite().await;
        let ctx = town(&register.db, 1_500).await;
        let fitted = in_use(&ctx).await;
        run_of(&ctx, (fitted.id, 0.5), meant).await;
        let january = Month::new(2025, 1).unwrap();
        let seen = watch::month(&ctx, &keeper(), Point::Autumn, january).await.unwrap();
        let ratio = seen.level.as_ref().and_then(|level| level.ratio()).unwrap();
        assert!((0.8..=1.25).contains(&ratio), "{ratio}");
        let told: Vec<&String> =
            seen.alarms.iter().filter(|alarm| alarm.contains("differs between groups")).collect();
        assert!(seen.groups.iter().any(|(name, ..)| name == "sex"), "{:?}", seen.groups);
        let of_sex = told.iter().any(|alarm| alarm.contains("groups of sex"));
        assert_eq!((of_sex, seen.alarms.is_empty()), (gap, !gap), "{:?}", seen.alarms);
    }
}

/// Chances that are worked out again once the outcomes are known were nobody's list: what people went by is judged.
#[tokio::test]
async fn a_run_that_nobody_went_by_is_not_the_one_that_is_judged() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_500).await;
        let fitted = in_use(&ctx).await;
        let half: Comes = |(at, _)| at % 2 == 0;
        run_made(&ctx, "2023-11-16T09:00:00.000000Z", (fitted.id, 0.5), half).await;
        run_made(&ctx, &ctx.now(), (fitted.id, 0.9), half).await;
        let january = Month::new(2025, 1).unwrap();
        let seen = watch::month(&ctx, &keeper(), Point::Autumn, january).await.unwrap();
        let ratio = seen.level.and_then(|level| level.ratio()).unwrap();
        assert!((0.8..=1.25).contains(&ratio), "{}: {ratio}", register.engine);
    })
    .await;
}

/// A level that is wrong, and wrong for one group more than for the other, is alarmed; the owner is told
/// where decisions are kept and at home; setting the level mends it.
#[tokio::test]
async fn a_wrong_level_and_a_gap_between_groups_are_alarmed_and_the_level_is_mended() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_500).await;
    let fitted = in_use(&ctx).await;
    run_of(&ctx, (fitted.id, 0.9), girl).await;
    let january = Month::new(2025, 1).unwrap();
    let seen = watch::month(&ctx, &keeper(), Point::Autumn, january).await.unwrap();
    let level = seen.level.unwrap();
    assert!(level.expected > 1.25 * level.observed as f64, "{level:?}");
    let alarmed = |words: &str| seen.alarms.iter().any(|alarm| alarm.contains(words));
    assert!(alarmed("were expected and"), "{:?}", seen.alarms);
    assert!(alarmed("differs between groups of sex"), "{:?} {:?}", seen.alarms, seen.groups);
    let (places, share) = seen.precision.expect("the target has closed");
    let within = seen.precision_within.unwrap();
    assert!(places == 20 && within.low <= share && share <= within.high, "{within:?}");
    assert!(seen.in_month.is_some_and(|(places, _)| places == 20), "{:?}", seen.in_month);
    assert!(seen.fallen_back);
    let waiting = due::waiting(&ctx).await.unwrap();
    assert_eq!((waiting.alarmed, waiting.fallen_back), (1, true));
    let notice = &waiting.notices[0];
    assert!(notice.starts_with("For A. Owner, who signed for predictor"), "{notice}");
    assert!(notice.contains("January 2025: ") && notice.contains("by points until"), "{notice}");
    an_old_month_stops_nothing(&ctx).await;
    quiet_months_lift_nothing(&ctx, fitted.id).await;

    assert!(watch::update_level(&ctx, &keeper(), Point::Autumn, " ").await.is_err());
    let (id, shift) =
        watch::update_level(&ctx, &keeper(), Point::Autumn, "A. Owner").await.unwrap();
    assert!(shift < 0.0 && id > fitted.id, "{shift}");
    let used = watch::in_use(&ctx, &keeper()).await.unwrap();
    assert_eq!(used.iter().map(|(p, back)| (p.id, *back)).collect::<Vec<_>>(), [(id, false)]);
    assert_eq!(used[0].0.content.updates, [(ctx.today(), shift)]);
    let log = registers::log(&ctx, &keeper()).await.unwrap();
    assert!(log.iter().any(|entry| entry.title.starts_with("Level update of P1")), "{log:?}");
    assert_eq!(due::waiting(&ctx).await.unwrap().alarmed, 0, "the new one has shown none");
}

/// Months without a target of their own show nothing, and what stopped the list still stands.
async fn quiet_months_lift_nothing(ctx: &Context, predictor: i64) {
    for month in ["2025-02", "2025-03"] {
        let quiet = watch::Seen { month: month.to_owned(), ..watch::Seen::default() };
        let text = serde_json::to_string(&quiet).unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let change =
            changes::begin(&mut tx, &ctx.now(), "watched", None, None, None).await.unwrap();
        predictors::watch(&mut tx, change, (predictor, month), (0, &text)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let waiting = due::waiting(ctx).await.unwrap();
    assert_eq!((waiting.alarmed, waiting.fallen_back), (1, true));
    assert!(waiting.notices[0].contains("by points until"), "{:?}", waiting.notices);
}

/// November was as wrong, but two later months have been watched since: it is kept, and stops no list.
async fn an_old_month_stops_nothing(ctx: &Context) {
    for (year, number) in [(2024, 12), (2024, 11)] {
        let over = Month::new(year, number).unwrap();
        let seen = watch::month(ctx, &keeper(), Point::Autumn, over).await.unwrap();
        assert!(seen.alarms.len() > 1, "{over}: {:?}", seen.alarms);
        let (places, share) = seen.in_month.expect("each month tells of the list by itself");
        let within = seen.in_month_within.unwrap();
        assert!(places == 20 && within.low <= share && share <= within.high, "{over}: {within:?}");
        assert_eq!(seen.precision, None, "{over}: the last month has not closed");
        assert_eq!(seen.fallen_back, number == 12, "{over}");
    }
    let log = registers::log(ctx, &keeper()).await.unwrap();
    let told = |month: &str| log.iter().any(|entry| entry.title.ends_with(month));
    assert!(told("in January 2025") && told("in December 2024") && !told("in November 2024"));
}

/// A year after it was set, the level is due: said once in the log, and at home to whoever signed, until somebody
/// sets it.
#[tokio::test]
async fn a_level_falls_due_after_a_year_and_is_set_by_whoever_answers_for_it() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_200).await;
    let fitted = in_use(&ctx).await;
    let ran = score::run(&ctx, &keeper(), Point::Autumn).await.unwrap();
    let at = |text: &str| {
        let clock = Clock::Fixed(text.parse().unwrap());
        Context::seeded(register.db.clone(), None, clock, 1)
    };
    let early = at("2026-03-13T06:00:00Z");
    assert!(due::waiting(&early).await.unwrap().levels_due.is_empty(), "not a year yet");
    let later = at("2026-03-14T06:00:00Z");
    for _ in 0..2 {
        due::run_due(&later).await.unwrap();
    }
    let title = format!("Level of predictor {} is due, 14 March 2025", fitted.id);
    let log = registers::log(&later, &keeper()).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.title == title).count(), 1, "{log:?}");
    let due = due::waiting(&later).await.unwrap().levels_due;
    assert!(due.len() == 1 && due[0].starts_with("For A. Owner, who signed"), "{due:?}");
    let used = watch::in_use(&later, &keeper()).await.unwrap();
    assert_eq!(used[0].0.content.updates, [], "nobody has answered for it yet");
    let unknown = watch::update_level(&later, &keeper(), Point::Autumn, "A. Owner").await;
    assert!(unknown.is_err(), "the months are over, and of nobody is anything known");
    // Of January nobody knows, so December tells.
    let spell = Spell::new("230", date(2025, 9, 1));
    let (verified, end) = (Some(date(2026, 1, 9)), Some(date(2026, 1, 9)));
    one_in_ten_became_neet(&later, ran.run, &Spell { verified, end, ..spell }).await;
    watch::update_level(&later, &keeper(), Point::Autumn, "A. Owner").await.unwrap();
    assert!(due::waiting(&later).await.unwrap().levels_due.is_empty());
}

/// Everybody of a run is known of by one spell, of which one in ten was NEET.
pub(super) async fn one_in_ten_became_neet(ctx: &Context, run: i64, spell: &Spell) {
    let mut tx = ctx.db.begin().await.unwrap();
    let scored = predictors::scored(&mut tx, &Scope::everyone(), run).await.unwrap();
    let ids: Vec<i64> = scored.iter().map(|one| one.score.person).collect();
    let loaded = people::load(&mut tx, &ids, Moment::Now).await.unwrap();
    let now = |(at, one): (usize, &people::Loaded)| {
        let code = if at % 10 == 0 { "619" } else { "230" }.to_owned();
        let spells = vec![Spell { code, ..spell.clone() }];
        domain::person::PersonRecord { spells, ..one.record.clone() }
    };
    let after: Vec<_> = loaded.iter().enumerate().map(now).collect();
    let writes: Vec<Write<'_>> =
        loaded.iter().zip(&after).map(|(before, after)| Write { before, after }).collect();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    people::write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
}

/// The newest outcomes set the level, so that the same month is met by what is expected of it.
#[tokio::test]
async fn after_an_update_as_many_are_expected_as_came() {
    let register = sqlite().await;
    let ctx = town(&register.db, 1_500).await;
    in_use(&ctx).await;
    let on = date(2023, 11, 15);
    score::run_on(&ctx, &keeper(), Point::Autumn, on).await.unwrap();
    watch::update_level(&ctx, &keeper(), Point::Autumn, "A. Owner").await.unwrap();
    score::run_on(&ctx, &keeper(), Point::Autumn, on).await.unwrap();
    let january = Month::new(2025, 1).unwrap();
    let seen = watch::month(&ctx, &keeper(), Point::Autumn, january).await.unwrap();
    let ratio = seen.level.and_then(|level| level.ratio()).unwrap();
    assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
}

/// The lot is kept with the chance: a setting changed later changes nobody's, and when the months have
/// closed both sides are told.
#[tokio::test]
async fn whoever_was_held_out_stays_so_and_what_became_of_them_is_told() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_200).await;
        let fitted = in_use(&ctx).await;
        let on = date(2023, 11, 15);
        lists::set_places(&ctx, &keeper(), "", 20).await.unwrap();
        holdout::set(&ctx, &keeper(), 40).await.unwrap();
        let ran = score::run_on(&ctx, &keeper(), Point::Autumn, on).await.unwrap();
        lists::set_places(&ctx, &keeper(), "", 20).await.unwrap();
        assert_eq!(holdout::of_100(&ctx, &keeper()).await.unwrap(), 40, "a setting of its own");
        holdout::set(&ctx, &keeper(), 0).await.unwrap();
        assert!(holdout::set(&ctx, &keeper(), 51).await.is_err());
        let mut tx = ctx.db.begin_read().await.unwrap();
        let scored = predictors::scored(&mut tx, &Scope::everyone(), ran.run).await.unwrap();
        drop(tx);
        let held = scored.iter().filter(|one| one.score.held_out).count();
        assert!(held * 5 > scored.len() && held * 5 < scored.len() * 3, "{held}");
        let told = holdout::outcomes(&ctx, &keeper(), fitted.id).await.unwrap();
        assert_eq!(told.len(), 1, "{told:?}");
        let (held, listed) = (told[0].held_out, told[0].listed);
        assert_eq!((told[0].day, listed.people), (on, 20));
        assert!(held.people > 3 && held.known <= held.people && held.happened <= held.known);
        assert!(listed.within.is_some_and(|within| within.low <= within.high));
        let by = "A. Owner";
        let (id, _) = watch::update_level(&ctx, &keeper(), Point::Autumn, by).await.unwrap();
        let under_new = holdout::outcomes(&ctx, &keeper(), id).await.unwrap();
        assert_eq!(under_new, told, "a new level leaves no lot behind");
        let again = score::run_on(&ctx, &keeper(), Point::Autumn, on).await.unwrap();
        let mut tx = ctx.db.begin_read().await.unwrap();
        let none = predictors::scored(&mut tx, &Scope::everyone(), again.run).await.unwrap();
        assert!(none.iter().all(|one| !one.score.held_out), "{}", register.engine);
        drop(tx);
        assert!(holdout::outcomes(&ctx, &keeper(), id).await.unwrap().is_empty());
    })
    .await;
}

/// A month is watched once when it is over, from that in which the predictor came into use.
#[tokio::test]
async fn the_watch_of_a_month_falls_due_once() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_200).await;
        let fitted = in_use(&ctx).await;
        assert_eq!(due::run_due(&ctx).await.unwrap(), 0, "March is not over");
        assert_eq!(due::waiting(&ctx).await.unwrap(), due::Waiting::default());
        let at = |text: &str| {
            let clock = Clock::Fixed(text.parse().unwrap());
            Context::seeded(register.db.clone(), None, clock, 1)
        };
        let first = at("2025-04-01T06:00:00Z");
        assert_eq!(due::waiting(&first).await.unwrap().unwatched, 0, "the night is not over");
        let later = at("2025-05-02T06:00:00Z");
        assert_eq!(due::waiting(&later).await.unwrap().unwatched, 2);
        assert_eq!(due::run_due(&later).await.unwrap(), 2);
        assert_eq!(due::run_due(&later).await.unwrap(), 0, "{}", register.engine);
        assert_eq!(due::waiting(&later).await.unwrap().unwatched, 0);
        let seen = watch::watched(&later, &keeper(), fitted.id).await.unwrap();
        let months: Vec<&str> = seen.iter().map(|seen| seen.month.as_str()).collect();
        assert_eq!(months, ["2025-04", "2025-03"]);
    })
    .await;
}
