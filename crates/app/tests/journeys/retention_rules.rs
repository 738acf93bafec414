//! A council's own retention rules: one puts them forward, another agrees, and lists are drawn by them from then on.

use app::{Clock, Context, Wrong, retention};
use domain::access::{Actor, Role, Scope};
use domain::retention::Category;
use store::{Db, args};
use testkit::each_engine;

const SHIPPED: &str = include_str!("../../../../reference/retention.toml");

fn actor(account: i64) -> Actor {
    let name = format!("Worker {account}");
    Actor { account, name, role: Role::DataManager, scope: Scope::everyone() }
}

async fn ready(db: &Db) -> Context {
    let at = "2025-03-01T10:00:00Z".parse().unwrap();
    let ctx = Context::seeded(db.clone(), None, Clock::Fixed(at), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    for name in ["Robin", "Sam"] {
        let email = format!("{name}@example.org");
        let who = (email.as_str(), name, Role::DataManager);
        app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    }
    tx.commit().await.unwrap();
    ctx
}

/// How long notes of contacts are kept by the rules in force. Units: months.
async fn notes(ctx: &Context) -> i32 {
    let rules = retention::rules_in_force(ctx, &actor(1)).await.unwrap().rules;
    rules.iter().find(|rule| rule.category == Category::ContactNotes).unwrap().months
}

async fn told(ctx: &Context) -> Vec<(i64, String)> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT COALESCE(account, 0), act FROM audit WHERE act LIKE 'retention rules%' ORDER BY seq";
    tx.rows(sql, args![], |row| Ok((row.int(0)?, row.text(1)?))).await.unwrap()
}

#[tokio::test]
async fn a_councils_own_rules_need_two_people_and_are_told_with_when_and_by_whom() {
    each_engine(async |register| {
        let ctx = ready(&register.db).await;
        let ours = SHIPPED.replace("months = 72", "months = 36");
        let dry = retention::compare_rules(&ctx, &actor(1), &ours).await.unwrap();
        assert!(dry.len() == 1 && dry[0].contains("36 months"), "{dry:?}");
        assert_eq!((notes(&ctx).await, told(&ctx).await.len()), (72, 0), "a look changes nothing");

        let put = retention::set_rules(&ctx, &actor(1), &ours).await.unwrap();
        assert_eq!((put.changes, put.in_force), (dry.clone(), false));
        let listed = retention::list(&ctx, &actor(2)).await.unwrap();
        assert!(listed.in_force.own.is_none());
        let first = listed.waiting.unwrap();
        assert_eq!((first.own.made_by_name.as_str(), first.changes), ("Robin", dry));
        assert_eq!(notes(&ctx).await, 72);
        let own = retention::agree_to_rules(&ctx, &actor(1), first.own.id).await;
        assert!(matches!(own, Err(Wrong::Refused(_))), "nobody agrees to their own: {own:?}");

        // A later file takes the place of the one that waited.
        let later = SHIPPED.replace("months = 72", "months = 48");
        retention::set_rules(&ctx, &actor(1), &later).await.unwrap();
        let old = retention::agree_to_rules(&ctx, &actor(2), first.own.id).await;
        assert!(matches!(old, Err(Wrong::Refused(_))), "{old:?}");
        let waiting = retention::list(&ctx, &actor(2)).await.unwrap().waiting.unwrap().own.id;
        retention::agree_to_rules(&ctx, &actor(2), waiting).await.unwrap();
        assert_eq!(notes(&ctx).await, 48);
        let listed = retention::list(&ctx, &actor(1)).await.unwrap();
        let own = listed.in_force.own.unwrap();
        assert_eq!((own.made_by_name.as_str(), own.agreed_by_name.as_str()), ("Robin", "Sam"));
        assert!(own.agreed_at.is_some_and(|at| at.starts_with("2025-03-01")));
        assert!(listed.waiting.is_none());
        assert!(retention::agree_to_rules(&ctx, &actor(2), waiting).await.is_err(), "once only");

        let said = |by, act: &str| (by, format!("retention rules {act}"));
        assert_eq!(
            told(&ctx).await,
            [said(1, "put forward"), said(1, "put forward"), said(2, "set")]
        );
    })
    .await;
}

#[tokio::test]
async fn rules_that_do_not_read_are_refused_with_their_line_and_the_command_line_needs_nobody() {
    each_engine(async |register| {
        let ctx = ready(&register.db).await;
        let wrong = SHIPPED.replace("months = 72", "months = 7200");
        let line = SHIPPED.lines().position(|line| line == "months = 72").unwrap() + 1;
        match retention::set_rules(&ctx, &actor(0), &wrong).await {
            Err(Wrong::RefusedAt { sentence, row }) => {
                assert_eq!(usize::try_from(row).unwrap(), line);
                assert!(sentence.contains("rule notes: 7200 months is not a period"), "{sentence}");
            }
            other => panic!("{other:?}"),
        }
        let adviser = Actor { role: Role::Adviser, ..actor(1) };
        assert!(retention::set_rules(&ctx, &adviser, SHIPPED).await.is_err());
        assert!(told(&ctx).await.is_empty());

        let ours = SHIPPED.replace("months = 72", "months = 36");
        assert!(retention::set_rules(&ctx, &actor(0), &ours).await.unwrap().in_force);
        let own = retention::rules_in_force(&ctx, &actor(1)).await.unwrap().own.unwrap();
        assert_eq!(own.agreed_by_name, "the command line");
        assert_eq!(notes(&ctx).await, 36);
        let list = retention::draw(&ctx, &actor(1)).await.unwrap();
        let drawn = retention::open(&ctx, &actor(1), list).await.unwrap();
        assert!(drawn.rules.iter().any(|rule| rule.months == 36), "lists go by them");
    })
    .await;
}
