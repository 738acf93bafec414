//! A council's own retention rules: one puts them forward, another agrees, and lists are drawn by them from then on.

use crate::rights::{actor, on};
use app::people::{self, NewContact};
use app::{Context, Wrong, retention, rights};
use domain::access::{Actor, Role};
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::retention::Category;
use formats::retention_toml::SHIPPED;
use jiff::civil::date;
use store::people::{Moment, Write};
use store::{Db, args, changes};
use testkit::each_engine;

async fn ready(db: &Db) -> Context {
    let ctx = on(db, date(2025, 3, 1));
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

/// Somebody young whose only contact was forty months ago.
async fn forty_months_ago(ctx: &Context) -> PersonId {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, "2020-01-01", "edit", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let new = store::people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    let before = store::people::load(&mut tx, &new, Moment::Now).await.unwrap().remove(0);
    let particulars = Particulars::default()
        .with(Field::GivenName, "Zebediah")
        .with(Field::FamilyName, "Quillfeather")
        .with(Field::DateOfBirth, "2005-05-04");
    let after = PersonRecord { particulars, ..PersonRecord::default() };
    let writes = [Write { before: &before, after: &after }];
    store::people::write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    let contact = NewContact {
        method: "call".to_owned(),
        outcome: "no-answer".to_owned(),
        note: "Rang once".to_owned(),
        next_step: None,
        obstacles: Vec::new(),
    };
    let (then, person) = (on(&ctx.db, date(2021, 11, 1)), PersonId(new[0]));
    people::record_contact(&then, &actor(1), person, &contact).await.unwrap();
    person
}

/// How long somebody is told that we keep what is theirs.
async fn how_long(ctx: &Context, person: PersonId) -> String {
    let (_, parts) = rights::held(ctx, &actor(1), person).await.unwrap();
    parts.iter().find(|part| part.question == "How long do we keep it?").unwrap().answers.join(" ")
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
        let dry = retention::compare_rules(&ctx, &actor(1), &ours).await.unwrap().changes;
        assert!(dry.len() == 1 && dry[0].contains("3 years"), "{dry:?}");
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
    })
    .await;
}

/// The lists, newest first, each with whether the rules it was drawn by are in force.
async fn stand(ctx: &Context) -> Vec<(i64, bool)> {
    let runs = retention::list(ctx, &actor(1)).await.unwrap().runs;
    runs.into_iter().map(|(run, stands)| (run.id, stands)).collect()
}

#[tokio::test]
async fn lists_go_by_the_rules_in_force_and_one_drawn_by_others_is_drawn_anew() {
    each_engine(async |register| {
        let ctx = ready(&register.db).await;
        let person = forty_months_ago(&ctx).await;
        let one = actor(1);
        let months = |opened: &retention::Opened| {
            let rule = opened.rules.iter().find(|rule| rule.category == Category::ContactNotes);
            rule.map(|rule| rule.months)
        };
        let old = retention::draw(&ctx, &one).await.unwrap();
        assert_eq!(retention::draw(&ctx, &one).await.unwrap(), old, "one list a day");
        let opened = retention::open(&ctx, &one, old).await.unwrap();
        assert!(opened.lines.is_empty() && opened.stands, "{opened:?}");

        let ours = SHIPPED.replace("months = 72", "months = 36");
        let found = retention::compare_rules(&ctx, &one, &ours).await.unwrap();
        assert_eq!(found.due, 1, "a look says how much would be due");
        retention::set_rules(&ctx, &one, &ours).await.unwrap();
        let waiting = retention::list(&ctx, &actor(2)).await.unwrap().waiting.unwrap();
        assert_eq!((waiting.own.due, stand(&ctx).await), (1, vec![(old, true)]));
        // Counted on the day they came, not at every look: years later the record itself would be due as well.
        let late = on(&ctx.db, date(2045, 3, 1));
        assert_eq!(retention::compare_rules(&late, &one, &ours).await.unwrap().due, 2);
        let later = retention::list(&late, &actor(2)).await.unwrap().waiting.unwrap();
        assert_eq!(later.own.due, 1, "{}", register.engine);
        retention::agree_to_rules(&ctx, &actor(2), waiting.own.id).await.unwrap();
        assert_eq!(stand(&ctx).await, [(old, false)], "nobody can approve it any more");

        let opened = retention::open(&ctx, &one, old).await.unwrap();
        assert_eq!((months(&opened), opened.stands), (Some(72), false), "shown as it was drawn");
        match retention::approve(&ctx, &actor(2), old).await {
            Err(Wrong::Refused(said)) => assert!(said.contains("draw a new list"), "{said}"),
            other => panic!("{other:?}"),
        }
        let new = retention::draw(&ctx, &one).await.unwrap();
        assert_ne!(new, old);
        assert_eq!(stand(&ctx).await, [(new, true), (old, false)]);
        let opened = retention::open(&ctx, &one, new).await.unwrap();
        assert_eq!((months(&opened), opened.stands), (Some(36), true));
        let lines: Vec<_> = opened.lines.iter().map(|(l, _)| (l.category, l.subject)).collect();
        assert_eq!(lines, [(Category::ContactNotes, person.0)]);
        assert_eq!(retention::approve(&ctx, &actor(2), new).await.unwrap(), 1);

        // Rules that nobody kept are not told by others of the same id.
        let mut tx = ctx.db.begin().await.unwrap();
        let sql = "UPDATE retention_run SET rules = 'of another version' WHERE id = $1";
        tx.run(sql, args![old]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(retention::open(&ctx, &one, old).await.unwrap().rules.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_sent_rules_or_would_agree_may_decline_them_and_none_come_back() {
    each_engine(async |register| {
        let ctx = ready(&register.db).await;
        for by in [1, 2] {
            let ours = SHIPPED.replace("months = 72", "months = 36");
            retention::set_rules(&ctx, &actor(1), &ours).await.unwrap();
            let id = retention::list(&ctx, &actor(2)).await.unwrap().waiting.unwrap().own.id;
            let adviser = Actor { role: Role::Adviser, ..actor(2) };
            assert!(retention::decline_rules(&ctx, &adviser, id).await.is_err());
            retention::decline_rules(&ctx, &actor(by), id).await.unwrap();
            assert!(retention::list(&ctx, &actor(2)).await.unwrap().waiting.is_none());
            assert!(retention::decline_rules(&ctx, &actor(by), id).await.is_err(), "once only");
            assert!(retention::agree_to_rules(&ctx, &actor(2), id).await.is_err(), "too late");
        }
        let said = |by, act: &str| (by, format!("retention rules {act}"));
        let (sent, declined) = (said(1, "put forward"), "declined");
        assert_eq!(
            told(&ctx).await,
            [sent.clone(), said(1, declined), sent, said(2, declined)],
            "{}",
            register.engine
        );
        assert_eq!(notes(&ctx).await, 72);
    })
    .await;
}

/// The shipped rules without one category.
fn without(category: &str) -> String {
    let mut parts = SHIPPED.split("[[rule]]");
    let head = parts.next().unwrap().to_owned();
    let named = format!("category = \"{category}\"");
    parts.filter(|part| !part.contains(&named)).fold(head, |all, part| all + "[[rule]]" + part)
}

#[tokio::test]
async fn where_no_rule_names_records_nobody_reads_that_their_time_is_over() {
    each_engine(async |register| {
        let ctx = ready(&register.db).await;
        let person = forty_months_ago(&ctx).await;
        assert!(how_long(&ctx, person).await.contains("4 May 2031"));
        let put = retention::set_rules(&ctx, &actor(0), &without("record")).await.unwrap();
        assert!(put.in_force && put.changes.iter().any(|said| said.starts_with("No rule. ")));
        assert_eq!(how_long(&ctx, person).await, "No time is set for this yet.");
        let none = retention::set_rules(&ctx, &actor(0), "rule = []\n[source]\n").await;
        assert!(matches!(none, Err(Wrong::Refused(_))), "{none:?}");
    })
    .await;
}
