//! The tracking plan of a school year: what the reference data, the edition, agreements and a council's own
//! entries have due, judged by the register where it can be and by somebody's word where it cannot.

use crate::town::{self, actor};
use app::measures::{Stated, set_target};
use app::tracking::{self, Item, NewEntry, TrackingPlan};
use app::{Context, Wrong};
use domain::access::{Actor, Role};
use domain::calendar::AcademicYear;
use domain::tracking::State;
use jiff::civil::date;
use testkit::each_engine;

async fn plan(ctx: &Context, who: &Actor) -> TrackingPlan {
    tracking::plan(ctx, who, year()).await.unwrap()
}

fn year() -> AcademicYear {
    AcademicYear::of(date(2026, 1, 9))
}

fn item<'a>(plan: &'a TrackingPlan, key: &str) -> &'a Item {
    plan.items.iter().find(|item| item.key == key).unwrap()
}

fn entry(title: &str, day: i8, level: Option<f64>) -> NewEntry {
    NewEntry {
        title: title.to_owned(),
        due: Some(date(2025, 12, day)),
        owner: "Nico Farrow".to_owned(),
        measure: if level.is_some() { "not-known" } else { "" }.to_owned(),
        level_percent: level,
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Wrong>) -> String {
    match answer {
        Err(Wrong::Refused(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_year_begins_with_what_is_due_every_year_and_with_the_months_that_count() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        town::town(&ctx).await;
        let jo = actor(0, Role::DataManager);
        let found = plan(&ctx, &jo).await;
        assert_eq!(found.months.len(), 12);
        let counts: Vec<String> =
            found.months.iter().filter(|m| m.counts).map(|m| m.month.to_string()).collect();
        assert_eq!(counts, ["2025-12", "2026-01", "2026-02"]);
        assert!(found.items.is_sorted_by_key(|item| item.due));
        let guarantee = item(&found, "september-guarantee");
        assert_eq!(guarantee.due, date(2025, 9, 30));
        assert!(guarantee.state.is_late(), "nobody said that it is done");
        let december = item(&found, "return-2025-12");
        assert_eq!(december.state, State::Ahead { days: 22 }, "due by the end of January");
        assert!(!december.said);
        assert!(found.cliff.is_some() && found.months[0].lapsing.is_none());

        let due = (guarantee.key.as_str(), guarantee.due);
        tracking::say(&ctx, &jo, due, true).await.unwrap();
        tracking::say(&ctx, &jo, due, true).await.unwrap();
        let found = plan(&ctx, &jo).await;
        let said = item(&found, "september-guarantee");
        assert_eq!(said.state, State::Done { on: date(2026, 1, 9), late: true });
        assert_eq!(said.done_by.as_deref(), Some("the command line"));
        tracking::say(&ctx, &jo, due, false).await.unwrap();
        assert!(item(&plan(&ctx, &jo).await, "september-guarantee").state.is_late());
        let before = tracking::plan(&ctx, &jo, AcademicYear::starting(2024)).await.unwrap();
        assert!(before.cliff.is_none());
        assert_eq!(item(&before, "september-guarantee").due, date(2024, 9, 30));
    })
    .await;
}

#[tokio::test]
async fn a_councils_own_entries_are_judged_by_the_register_and_draw_the_plans_line() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        town::town(&ctx).await;
        let jo = actor(0, Role::DataManager);
        let target = Stated {
            measure: "not-known".to_owned(),
            level_percent: 50.0,
            by: "2025-10".to_owned(),
            owners: "Us".to_owned(),
            source: "Cabinet".to_owned(),
            ..Stated::default()
        };
        set_target(&ctx, &jo, &target).await.unwrap();
        let easy = tracking::add(&ctx, &jo, &entry("Nearly all known", 12, Some(100.0))).await;
        let easy = format!("own-{}", easy.unwrap());
        let word = tracking::add(&ctx, &jo, &entry("Letters sent", 1, None)).await.unwrap();
        let found = plan(&ctx, &jo).await;
        let held = item(&found, &easy);
        assert!(!held.said, "the register judges it");
        let december = found.months.iter().find(|m| m.month.to_string() == "2025-12").unwrap();
        match december.counted {
            Some(now) => assert_eq!(held.state, State::Met { now }),
            None => assert!(held.state.is_late(), "{held:?}"),
        }
        let planned: Vec<Option<f64>> = found.months.iter().take(5).map(|m| m.planned).collect();
        assert_eq!(planned, [None, Some(50.0), Some(75.0), Some(100.0), None]);
        let own = format!("own-{word}");
        assert!(item(&found, &own).state.is_late());
        tracking::say(&ctx, &jo, (&own, date(2025, 12, 1)), true).await.unwrap();
        assert!(item(&plan(&ctx, &jo).await, &own).state.is_done());
        refused(tracking::say(&ctx, &jo, (&easy, date(2025, 12, 12)), true).await);
        tracking::end(&ctx, &jo, word).await.unwrap();
        assert!(plan(&ctx, &jo).await.items.iter().all(|item| item.key != own));
        refused(tracking::end(&ctx, &jo, word).await);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_keep_the_plan_change_it_and_nothing_half_is_kept() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        let (jo, ada) = (actor(0, Role::DataManager), actor(0, Role::Adviser));
        refused(tracking::add(&ctx, &ada, &entry("Letters sent", 1, None)).await);
        refused(tracking::say(&ctx, &ada, ("september-guarantee", date(2025, 9, 30)), true).await);
        refused(tracking::plan(&ctx, &actor(0, Role::School), year()).await);
        refused(tracking::plan(&ctx, &jo, AcademicYear::starting(1850)).await);
        refused(tracking::say(&ctx, &jo, ("september-guarantee", date(2025, 9, 29)), true).await);
        refused(tracking::say(&ctx, &jo, ("return-2025-12", date(2026, 1, 31)), true).await);
        let good = || entry("Not known down", 1, Some(4.5));
        for (wrong, said) in [
            (NewEntry { title: " ".to_owned(), ..good() }, "what is due"),
            (NewEntry { owner: String::new(), ..good() }, "whose"),
            (NewEntry { due: None, ..good() }, "day"),
            (NewEntry { measure: String::new(), ..good() }, "figure"),
            (NewEntry { measure: "nothing".to_owned(), ..good() }, "level"),
            (NewEntry { level_percent: Some(4.55), ..good() }, "level"),
            (NewEntry { level_percent: None, ..good() }, "level"),
        ] {
            let answer = refused(tracking::add(&ctx, &jo, &wrong).await);
            assert!(answer.contains(said), "{answer}");
        }
        tracking::add(&ctx, &jo, &good()).await.unwrap();
    })
    .await;
}
