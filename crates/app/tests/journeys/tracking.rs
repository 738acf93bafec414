//! The tracking plan of a school year: what the reference data, the edition, agreements and a council's own
//! entries have due, judged by the register where it can be and by somebody's word where it cannot.

use crate::town::{self, actor, refusal};
use app::Context;
use app::imports::{self, Incoming, Options, Reader};
use app::measures::{Stated, set_target};
use app::tracking::{self, Item, NewEntry, TrackingPlan};
use domain::access::{Actor, Role};
use domain::calendar::AcademicYear;
use domain::person::{Field, Particulars, PersonRecord};
use domain::status::Spell;
use domain::tracking::State;
use formats::Kind;
use jiff::civil::date;
use store::changes;
use store::people::{Moment, Write, load, new_people, write};
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

/// Two young people who count, of whom one's activity was found and the other's is not known.
async fn one_of_two_is_not_known(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    for code in ["210", "810"] {
        let after = PersonRecord {
            particulars: Particulars::default()
                .with(Field::GivenName, "Ann")
                .with(Field::FamilyName, "Marsh")
                .with(Field::DateOfBirth, "2008-03-04")
                .with(Field::CohortStatus, "P")
                .with(Field::LeadLa, "887"),
            spells: vec![Spell {
                verified: Some(date(2025, 11, 20)),
                ..Spell::new(code, date(2025, 9, 1))
            }],
            ..PersonRecord::default()
        };
        let id = new_people(&mut tx, change, "887", &mut [String::new()]).await.unwrap()[0];
        let before = load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
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
        // Ninety days from 9 January end in April, of which only a part is reckoned.
        assert_eq!(found.unreckoned, Some("2026-04".parse().unwrap()));
        let reckoned: Vec<String> = found
            .months
            .iter()
            .filter(|m| m.lapsing.is_some())
            .map(|m| m.month.to_string())
            .collect();
        assert_eq!(reckoned, ["2026-01", "2026-02", "2026-03"]);

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
        assert!(before.cliff.is_none() && before.unreckoned.is_none());
        assert_eq!(item(&before, "september-guarantee").due, date(2024, 9, 30));
    })
    .await;
}

#[tokio::test]
async fn a_councils_own_entries_are_judged_by_the_register_and_draw_the_plans_line() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        one_of_two_is_not_known(&ctx).await;
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
        assert_eq!(december.counted, Some(50.0), "it is over");
        assert_eq!(held.state, State::Met { now: 50.0 });
        assert!(held.by.contains("within your reach"), "whose figure it is: {}", held.by);
        let hard = tracking::add(&ctx, &jo, &entry("Fewer", 12, Some(49.9))).await.unwrap();
        let missed = item(&plan(&ctx, &jo).await, &format!("own-{hard}")).state;
        assert_eq!(missed, State::Missed { now: 50.0, level: 49.9 });
        tracking::end(&ctx, &jo, hard).await.unwrap();
        let planned: Vec<Option<f64>> = found.months.iter().take(5).map(|m| m.planned).collect();
        assert_eq!(planned, [None, Some(50.0), Some(75.0), Some(100.0), None]);
        let own = format!("own-{word}");
        assert!(item(&found, &own).state.is_late());
        tracking::say(&ctx, &jo, (&own, date(2025, 12, 1)), true).await.unwrap();
        assert!(item(&plan(&ctx, &jo).await, &own).state.is_done());
        refusal(tracking::say(&ctx, &jo, (&easy, date(2025, 12, 12)), true).await);
        tracking::end(&ctx, &jo, word).await.unwrap();
        assert!(plan(&ctx, &jo).await.items.iter().all(|item| item.key != own));
        refusal(tracking::end(&ctx, &jo, word).await);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_keep_the_plan_change_it_and_nothing_half_is_kept() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        let (jo, ada) = (actor(0, Role::DataManager), actor(0, Role::Adviser));
        refusal(tracking::add(&ctx, &ada, &entry("Letters sent", 1, None)).await);
        refusal(tracking::say(&ctx, &ada, ("september-guarantee", date(2025, 9, 30)), true).await);
        refusal(tracking::plan(&ctx, &actor(0, Role::School), year()).await);
        refusal(tracking::plan(&ctx, &jo, AcademicYear::starting(1850)).await);
        refusal(tracking::say(&ctx, &jo, ("september-guarantee", date(2025, 9, 29)), true).await);
        refusal(tracking::say(&ctx, &jo, ("return-2025-12", date(2026, 1, 31)), true).await);
        let good = || entry("Not known down", 1, Some(4.5));
        for (wrong, said) in [
            (NewEntry { title: " ".to_owned(), ..good() }, "what is due"),
            (NewEntry { owner: String::new(), ..good() }, "whose"),
            (NewEntry { due: None, ..good() }, "day"),
            (NewEntry { due: Some(date(2206, 1, 9)), ..good() }, "day within"),
            (NewEntry { measure: String::new(), ..good() }, "figure"),
            (NewEntry { measure: "nothing".to_owned(), ..good() }, "level"),
            (NewEntry { level_percent: Some(4.55), ..good() }, "level"),
            (NewEntry { level_percent: None, ..good() }, "level"),
        ] {
            let answer = refusal(tracking::add(&ctx, &jo, &wrong).await);
            assert!(answer.contains(said), "{answer}");
        }
        tracking::add(&ctx, &jo, &good()).await.unwrap();
        // Who reads the audit learns of which entry it was said, and what.
        for done in [true, false] {
            tracking::say(&ctx, &jo, ("september-guarantee", date(2025, 9, 30)), done)
                .await
                .unwrap();
        }
        let mut tx = ctx.db.begin_read().await.unwrap();
        let said = "SELECT detail FROM audit WHERE act = 'tracking entry said done' ORDER BY seq";
        let details = tx.rows(said, store::args![], |row| row.text(0)).await.unwrap();
        let of = "september-guarantee due 2025-09-30";
        assert_eq!(details, [format!("{of}: done"), format!("{of}: not done")]);
    })
    .await;
}

/// Moves December's return of the system before this one in.
async fn bring(ctx: &Context) -> i64 {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/incumbent-2019.xml");
    let text = std::fs::read_to_string(file).unwrap();
    let text = text.replace("2019-04-30", "2024-12-31").replace("2019-05-07", "2025-01-07");
    let incoming = Incoming {
        kind: Kind::NccisXml,
        sender: "The system before",
        file_name: "return.xml",
        content: Box::new(std::io::Cursor::new(text.into_bytes())),
        as_of: None,
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    id
}

/// A month that the system before this one returned is not late here for ever.
#[tokio::test]
async fn a_return_that_was_moved_in_is_done_and_said_to_be_sent_elsewhere() {
    each_engine(async |register| {
        let ctx = town::context(&register);
        let jo = actor(0, Role::DataManager);
        let of = async || {
            let found = tracking::plan(&ctx, &jo, AcademicYear::starting(2024)).await.unwrap();
            item(&found, "return-2024-12").state
        };
        assert!(of().await.is_late());
        // One that came before its month was over, be it on its last day, is not that month's return.
        for day in [date(2024, 12, 12), date(2024, 12, 31)] {
            let early = bring(&town::on(&register, day)).await;
            assert!(of().await.is_late(), "{day}");
            imports::undo(&ctx, early, None, "a test").await.unwrap();
        }
        let id = bring(&ctx).await;
        assert_eq!(of().await, State::MovedIn);
        imports::undo(&ctx, id, None, "a test").await.unwrap();
        assert!(of().await.is_late(), "it was taken back");
    })
    .await;
}
