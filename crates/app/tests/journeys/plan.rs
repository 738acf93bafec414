//! A plan comes in, comes again, changes, and is taken back: the same story on both databases.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use crate::plan_town::TOWN;
use app::imports::Reader;
use app::plan::{Effect, Incoming, Names, bring, receive, standing, take_back, undo, versions};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::plan::{Change, OutcomeId, Rating};
use formats::plan_table::{self, Kind};
use std::io::Write as _;
use testkit::{Register, each_engine};

fn context(register: &Register) -> Context {
    let at = "2026-01-09T10:00:00Z".parse().unwrap();
    Context::seeded(register.db.clone(), None, Clock::Fixed(at), 1)
}

fn incoming<'a>(file_name: &'a str, bytes: &'a [u8]) -> Incoming<'a> {
    Incoming { file_name, bytes, names: Names::LeaveOut, account: None }
}

#[tokio::test]
async fn a_plan_is_kept_as_it_was_read() {
    each_engine(async |register| {
        let ctx = context(&register);
        let brought = bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        assert!(matches!(brought.effect, Effect::New { .. }));
        let all = standing(&ctx).await.unwrap();
        assert_eq!(all.len(), 1, "{}", register.engine);
        assert_eq!(all[0].plan, brought.plan, "{}", register.engine);
        assert_eq!(all[0].warnings.len(), brought.warnings.len());
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    each_engine(async |register| {
        let ctx = context(&register);
        bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        let head = store::changes::head(&ctx.db).await.unwrap();
        let again = bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        assert!(matches!(again.effect, Effect::Unchanged { .. }));
        for kind in [Kind::Csv, Kind::Xlsx] {
            let table = plan_table::write(kind, &again.plan).unwrap();
            let name = if kind == Kind::Csv { "town.csv" } else { "town.xlsx" };
            let again = bring(&ctx, incoming(name, &table)).await.unwrap();
            assert!(matches!(again.effect, Effect::Unchanged { .. }), "{kind:?}");
        }
        assert_eq!(store::changes::head(&ctx.db).await.unwrap(), head, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_malformed_file_names_its_line_and_changes_nothing() {
    each_engine(async |register| {
        let ctx = context(&register);
        bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        let head = store::changes::head(&ctx.db).await.unwrap();
        let before = standing(&ctx).await.unwrap();
        let bad = TOWN.replacen("\tR\n\tA\n", "\tX\n\tA\n", 1);
        for (name, text) in [("town.txt", bad.as_str()), ("town.csv", "a,b\n1,2\n")] {
            let wrong = bring(&ctx, incoming(name, text.as_bytes())).await.unwrap_err();
            assert!(matches!(&wrong, Wrong::Refused(_)), "{wrong}");
            assert!(wrong.to_string().contains(if name == "town.txt" { "line " } else { "row 1" }));
        }
        assert_eq!(store::changes::head(&ctx.db).await.unwrap(), head);
        assert_eq!(standing(&ctx).await.unwrap()[0].plan, before[0].plan);
    })
    .await;
}

#[tokio::test]
async fn a_new_version_keeps_ids_and_is_taken_back_in_one_step() {
    each_engine(async |register| {
        let ctx = context(&register);
        let first = bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        let later = TOWN.replace("8 Jan 26", "12 Mar 26").replacen("\tR\n\tA\n", "\tG\n\tG\n", 1);
        let second = bring(&ctx, incoming("town-march.txt", later.as_bytes())).await.unwrap();
        let Effect::Changed { changes, .. } = &second.effect else { panic!("{:?}", second.effect) };
        let outcome = OutcomeId(3);
        assert!(matches!(changes[0], Change::OutcomeRated { outcome: o, .. } if o == outcome));
        assert_eq!(changes.len(), 2, "{changes:?}");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let history = store::plans::history(&mut tx, 1, outcome).await.unwrap();
        drop(tx);
        let ratings: Vec<Rating> = history.iter().map(|(_, rating)| *rating).collect();
        assert_eq!(ratings, [Rating::Amber, Rating::Green]);

        let taken = undo(&ctx, None).await.unwrap();
        assert_eq!((taken.version.number, taken.standing.map(|v| v.number)), (2, Some(1)));
        assert_eq!(standing(&ctx).await.unwrap()[0].plan, first.plan, "{}", register.engine);
        undo(&ctx, None).await.unwrap();
        assert!(standing(&ctx).await.unwrap().is_empty());
        assert!(matches!(undo(&ctx, None).await, Err(Wrong::Refused(_))));
        let again = bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        assert!(matches!(again.effect, Effect::New { .. }));
    })
    .await;
}

#[tokio::test]
async fn names_are_kept_only_when_asked_for() {
    each_engine(async |register| {
        let ctx = context(&register);
        bring(&ctx, incoming("town.txt", TOWN.as_bytes())).await.unwrap();
        let people = async || {
            let all = standing(&ctx).await.unwrap();
            all[0].plan.group.seats.iter().filter(|seat| seat.person.is_some()).count()
        };
        assert_eq!(people().await, 0);
        let named = Incoming { names: Names::Keep, ..incoming("town.txt", TOWN.as_bytes()) };
        let brought = bring(&ctx, named).await.unwrap();
        assert!(matches!(brought.effect, Effect::Changed { .. }));
        assert_eq!(people().await, 5);
    })
    .await;
}

fn person(role: Role) -> Actor {
    Actor { account: 0, name: "Robin Hale".to_owned(), role, scope: Scope::nobody() }
}

fn file(bytes: &[u8]) -> std::fs::File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file
}

#[tokio::test]
async fn a_keeper_brings_a_file_in_and_takes_exactly_that_version_back() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (keeper, adviser) = (person(Role::DataManager), person(Role::Adviser));
        let bring_in = async |who: &Actor, name: &'static str, bytes: &[u8]| {
            receive(&ctx, who, &Reader::Here, (file(bytes), name), Names::LeaveOut).await
        };
        let denied = bring_in(&adviser, "town.txt", TOWN.as_bytes()).await.unwrap_err();
        assert!(matches!(denied, Wrong::Denied(_)), "{denied}");
        let brought = bring_in(&keeper, "town.txt", TOWN.as_bytes()).await.unwrap();
        let workbook = plan_table::write(Kind::Xlsx, &brought.plan).unwrap();
        let again = bring_in(&keeper, "town.xlsx", &workbook).await.unwrap();
        assert!(matches!(again.effect, Effect::Unchanged { .. }), "{}", register.engine);
        let mut later = brought.plan.clone();
        later.aims[0].outcomes[0].rating = Rating::Red;
        let workbook = plan_table::write(Kind::Xlsx, &later).unwrap();
        let second = bring_in(&keeper, "town.xlsx", &workbook).await.unwrap();
        assert!(matches!(second.effect, Effect::Changed { .. }), "{:?}", second.effect);
        let wrong = bring_in(&keeper, "town.txt", b"nothing like a plan\n").await.unwrap_err();
        assert!(wrong.to_string().contains("line 1"), "{wrong}");
        let (all, warnings) = versions(&ctx, &adviser, brought.id).await.unwrap();
        assert_eq!((all.len(), all[0].number), (2, 2));
        assert!(!warnings.is_empty());

        let stale = take_back(&ctx, &keeper, brought.id, all[1].id).await.unwrap_err();
        assert!(stale.to_string().contains("Somebody"), "{stale}");
        assert!(take_back(&ctx, &adviser, brought.id, all[0].id).await.is_err());
        take_back(&ctx, &keeper, brought.id, all[0].id).await.unwrap();
        assert_eq!(standing(&ctx).await.unwrap()[0].plan, brought.plan, "{}", register.engine);
    })
    .await;
}
