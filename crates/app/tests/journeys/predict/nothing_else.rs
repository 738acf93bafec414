//! A chance changes no status and starts no action: over every table of the register, fitting, signing, working out,
//! listing, looking and watching write to the predictor's own tables and the audit, and to nothing else.

use std::collections::BTreeSet;

use app::predict::{due, holdout, lists, paper, registers, score, train, watch};
use app::{Clock, Context};
use domain::calendar::Month;
use domain::prediction::{Choice, Point, State};
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

/// Everything that there is to do with the predictor of a point, one thing after the other.
async fn everything(ctx: &Context, point: Point) {
    let asked = train::Asked { point, target: point.target(), with_area: true, places: Some(15) };
    let fitted = train::train(ctx, &keeper(), &asked).await.unwrap();
    for state in [State::Tested, State::Operational] {
        train::sign(ctx, &keeper(), fitted.id, (state, "A. Owner", "accepted")).await.unwrap();
    }
    paper::of(ctx, &keeper(), fitted.id).await.unwrap();
    holdout::set(ctx, &keeper(), 10).await.unwrap();
    let on = point.before(point.before(point.newest(ctx.today())));
    score::run_on(ctx, &keeper(), point, on).await.unwrap();
    score::run(ctx, &keeper(), point).await.unwrap();
    let listed = lists::list(ctx, &keeper(), point, &lists::Asked::default()).await.unwrap();
    if let Some(one) = listed.as_ref().and_then(|list| list.listed.first()) {
        lists::of_person(ctx, &keeper(), one.person).await.unwrap();
        let known = (Some(Choice::Supported), "Has a mentor");
        lists::choose(ctx, &keeper(), one.person, known).await.unwrap();
        lists::set_places(ctx, &keeper(), "", 12).await.unwrap();
    }
    lists::gifted(ctx, &keeper()).await.unwrap();
    for back in 1..=3 {
        let over = Month::of(ctx.today()).plus(-back);
        watch::month(ctx, &keeper(), point, over).await.unwrap();
    }
    let _ = watch::update_level(ctx, &keeper(), point, "A. Owner").await;
    registers::write_log(ctx, &keeper(), "A supplier", "Looked at").await.unwrap();
    let clock = Clock::Fixed("2026-04-02T06:00:00Z".parse().unwrap());
    let later = Context::seeded(ctx.db.clone(), None, clock, 1);
    due::run_due(&later).await.unwrap();
    due::waiting(&later).await.unwrap();
}

/// The towns are drawn by size, and each is asked about another point.
#[tokio::test]
async fn whatever_is_done_with_a_chance_nothing_else_changes() {
    for (size, point) in [
        (1_013, Point::Autumn),
        (1_187, Point::Spring),
        (907, Point::September),
        (1_051, Point::Monthly),
    ] {
        each_engine(async |register| {
            let ctx = town(&register.db, size).await;
            let before = contents(&register.db).await;
            everything(&ctx, point).await;
            let after = contents(&register.db).await;
            let changed: BTreeSet<&str> = after
                .iter()
                .filter(|(column, digest)| before.get(*column) != Some(*digest))
                .filter_map(|(column, _)| Some(column.split_once('.')?.0))
                .collect();
            let others: Vec<&&str> = changed.iter().filter(|table| !OWN.contains(table)).collect();
            assert!(others.is_empty(), "{} {point:?}: {others:?}", register.engine);
            for table in ["predictor_score", "predictor_watch", "support_choice"] {
                let asked =
                    table != "support_choice" || matches!(point, Point::Autumn | Point::Monthly);
                assert!(!asked || changed.contains(table), "{point:?}: {table} was written to");
            }
        })
        .await;
    }
}
