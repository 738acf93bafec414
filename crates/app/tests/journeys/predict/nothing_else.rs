//! A chance changes no status and starts no action: over every table of the register, whatever is done with the
//! predictor, in whatever order and town, writes to the predictor's own tables and the audit, and to nothing else.

use std::collections::{BTreeMap, BTreeSet};

use app::demo::{DAY, Plan, build};
use app::predict::{due, holdout, lists, paper, registers, score, train, watch};
use app::{Clock, Context, Wrong};
use domain::calendar::Month;
use domain::prediction::{Choice, Point, State};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use store::{Db, organisations};
use testkit::{contents, each_engine};

use super::{keeper, town};

/// What the predictor may write to. A change is the unit in which anything is written, and the counter gives its
/// numbers.
const OWN: [&str; 11] = [
    "predictor",
    "predictor_state",
    "predictor_run",
    "predictor_score",
    "predictor_watch",
    "predictor_entry",
    "support_choice",
    "audit",
    "change",
    "counter",
    "setting",
];

/// Something that there is to do with the predictor of a point.
#[derive(Clone, Copy, Debug)]
enum Doing {
    Fit {
        with_area: bool,
        places: Option<usize>,
    },
    /// The newest predictor.
    Sign(State),
    Papers,
    HoldOut(u64),
    /// Works chances out, so many turns of the point ago.
    Score(usize),
    List(Option<usize>),
    /// Of the first on the list.
    Look,
    Decide(Option<Choice>),
    Places(usize),
    Gifted,
    /// The month so many before this.
    Watch(i32),
    SetLevel,
    Write,
    /// What falls due in so many days.
    Wait(i32),
}

async fn done(ctx: &Context, point: Point, doing: Doing) -> Result<(), Wrong> {
    let jo = keeper();
    match doing {
        Doing::Fit { with_area, places } => {
            let asked = train::Asked { point, target: point.target(), with_area, places };
            train::train(ctx, &jo, &asked).await.map(drop)
        }
        Doing::Sign(state) => match train::all(ctx, &jo).await?.first() {
            Some(newest) => train::sign(ctx, &jo, newest.id, (state, "A. Owner", "accepted")).await,
            None => Ok(()),
        },
        Doing::Papers => match train::all(ctx, &jo).await?.first() {
            Some(newest) => paper::of(ctx, &jo, newest.id).await.map(drop),
            None => Ok(()),
        },
        Doing::HoldOut(of_100) => holdout::set(ctx, &jo, of_100).await,
        Doing::Score(back) => {
            let mut on = point.newest(ctx.today());
            for _ in 0..back {
                on = point.before(on);
            }
            score::run_on(ctx, &jo, point, on).await.map(drop)
        }
        Doing::List(places) => {
            let asked = lists::Asked { places, ..lists::Asked::default() };
            lists::file(ctx, &jo, point, &asked).await.map(drop)
        }
        Doing::Look | Doing::Decide(_) => {
            let list = lists::list(ctx, &jo, point, &lists::Asked::default()).await?;
            let Some(first) = list.and_then(|list| Some(list.listed.first()?.person)) else {
                return Ok(());
            };
            match doing {
                Doing::Decide(choice) => {
                    lists::choose(ctx, &jo, first, (choice, "Has a mentor")).await
                }
                _ => lists::of_person(ctx, &jo, first).await.map(drop),
            }
        }
        Doing::Places(places) => lists::set_places(ctx, &jo, "", places).await,
        Doing::Gifted => lists::gifted(ctx, &jo).await.map(drop),
        Doing::Watch(back) => {
            let over = Month::of(ctx.today()).plus(-back);
            watch::month(ctx, &jo, point, over).await.map(drop)
        }
        Doing::SetLevel => watch::update_level(ctx, &jo, point, "A. Owner").await.map(drop),
        Doing::Write => registers::write_log(ctx, &jo, "A supplier", "Looked at").await,
        Doing::Wait(days) => {
            let day = ctx.today().saturating_add(jiff::ToSpan::days(days));
            let clock = Clock::Fixed(format!("{day}T06:00:00Z").parse().unwrap());
            let later = Context::seeded(ctx.db.clone(), None, clock, 1);
            due::run_due(&later).await?;
            due::waiting(&later).await.map(drop)
        }
    }
}

/// Digests by column, with the settings that are not the predictor's own by name.
async fn kept(db: &Db) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = contents(db)
        .await
        .into_iter()
        .map(|(column, digest)| (column, digest.to_string()))
        .collect();
    let mut tx = db.begin_read().await.unwrap();
    let settings = organisations::settings(&mut tx, "").await.unwrap().into_iter();
    let others = settings.filter(|(name, _)| !name.starts_with("support "));
    all.extend(others.map(|(name, value)| (format!("setting {name}.value"), value)));
    all
}

/// The tables in which anything differs.
fn changed<'a>(
    before: &'a BTreeMap<String, String>,
    after: &'a BTreeMap<String, String>,
) -> BTreeSet<&'a str> {
    let differs = |column: &&String| before.get(*column) != after.get(*column);
    let columns = before.keys().chain(after.keys()).filter(differs);
    columns.filter_map(|column| Some(column.split_once('.')?.0)).collect()
}

/// Does it and says what was written to. What is refused has written nothing.
async fn wrote(ctx: &Context, point: Point, doing: Doing) -> Result<BTreeSet<String>, Wrong> {
    let before = kept(&ctx.db).await;
    let result = done(ctx, point, doing).await;
    let after = kept(&ctx.db).await;
    let changed: BTreeSet<String> =
        changed(&before, &after).into_iter().map(str::to_owned).collect();
    let others: Vec<&String> = changed.iter().filter(|t| !OWN.contains(&t.as_str())).collect();
    assert!(others.is_empty(), "{doing:?} of {point:?} wrote to {others:?}");
    match &result {
        Ok(()) => {}
        Err(Wrong::Refused(_)) => {
            assert!(changed.is_empty(), "{doing:?} of {point:?} was refused and wrote {changed:?}");
        }
        Err(broken) => panic!("{doing:?} of {point:?}: {broken}"),
    }
    result.map(|()| changed)
}

/// Brings a predictor into use.
const IN_USE: [Doing; 3] = [
    Doing::Fit { with_area: true, places: Some(15) },
    Doing::Sign(State::Tested),
    Doing::Sign(State::Operational),
];

/// In a town large enough for it nothing is refused, and each writes what it is there for.
#[tokio::test]
async fn everything_that_can_be_done_with_a_chance_is_done_and_nothing_else() {
    let doings = [
        (Doing::HoldOut(10), "setting"),
        (Doing::Score(1), "predictor_score"),
        (Doing::Score(0), "predictor_run"),
        (Doing::Papers, ""),
        (Doing::List(Some(12)), "audit"),
        (Doing::Look, "audit"),
        (Doing::Decide(Some(Choice::Supported)), "support_choice"),
        (Doing::Decide(None), "change"),
        (Doing::Places(12), "setting"),
        (Doing::Gifted, "audit"),
        (Doing::Watch(1), "predictor_watch"),
        (Doing::SetLevel, "predictor"),
        (Doing::Write, "predictor_entry"),
        (Doing::Wait(20), "predictor_watch"),
        (Doing::Sign(State::Withdrawn), "predictor_state"),
    ];
    each_engine(async |register| {
        let ctx = town(&register.db, 1_013).await;
        let begun = IN_USE.into_iter().zip(["predictor", "predictor_state", "predictor_state"]);
        for (doing, table) in begun.chain(doings) {
            let written = wrote(&ctx, Point::Autumn, doing).await;
            let written = written.unwrap_or_else(|wrong| panic!("{doing:?}: {wrong}"));
            assert!(table.is_empty() || written.contains(table), "{doing:?}: {written:?}");
        }
    })
    .await;
}

fn doings() -> impl Strategy<Value = Doing> {
    let places = || prop::option::of(1..40_usize);
    prop_oneof![
        (any::<bool>(), places()).prop_map(|(with_area, places)| Doing::Fit { with_area, places }),
        select(State::ALL.to_vec()).prop_map(Doing::Sign),
        Just(Doing::Papers),
        (0..=60_u64).prop_map(Doing::HoldOut),
        (0..4_usize).prop_map(Doing::Score),
        places().prop_map(Doing::List),
        Just(Doing::Look),
        prop::option::of(select(Choice::ALL.to_vec())).prop_map(Doing::Decide),
        (0..30_usize).prop_map(Doing::Places),
        Just(Doing::Gifted),
        (-1..14_i32).prop_map(Doing::Watch),
        Just(Doing::SetLevel),
        Just(Doing::Write),
        (0..400_i32).prop_map(Doing::Wait),
    ]
}

/// Towns of any size and seed, and whatever is done in them in any order.
#[test]
fn whatever_is_done_with_a_chance_nothing_else_changes() {
    let config =
        Config { cases: 4, max_shrink_iters: 12, failure_persistence: None, ..Config::default() };
    let towns = (120..400_usize, any::<u64>(), select(Point::ALL.to_vec()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let one = |((people, seed, point), doings): ((usize, u64, Point), Vec<Doing>)| {
        runtime.block_on(each_engine(async |register| {
            let evening = format!("{DAY}T18:00:00Z").parse().unwrap();
            let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(evening), 1);
            build(&ctx, &Plan { people, seed, ..Plan::default() }).await.unwrap();
            for doing in IN_USE.into_iter().chain([Doing::Score(0)]).chain(doings.iter().copied()) {
                // In a small town much is refused, which is judged there.
                wrote(&ctx, point, doing).await.ok();
            }
        }));
        Ok(())
    };
    let some = prop::collection::vec(doings(), 4..10);
    TestRunner::new(config).run(&(towns, some), one).unwrap();
}
