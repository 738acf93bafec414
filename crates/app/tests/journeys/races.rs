//! Two who do the same, or the opposite, at one moment: one of them does it and the other is told, and
//! nothing is destroyed that somebody keeps. PostgreSQL lets them work beside each other, SQLite has them
//! stand in line; what comes of it is the same.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::town::{actor, agree, context, everybody, manager, town};
use app::admin::{self, sign_on};
use app::linking::{self, Wanted};
use app::{Clock, Context, Wrong, accounts, agreement, retention, rights};
use domain::access::{Actor, Role};
use domain::consent::Speaker;
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::retention::Hold;
use domain::rights::{Right, Step};
use jiff::civil::date;
use store::outside::{self, Provider};
use store::people::{self, Moment, Write};
use store::{Db, audit, changes, grants};
use testkit::each_engine;

fn keeper() -> Actor {
    actor(0, Role::DataManager)
}

/// One did it, and the other was told that they came too late: no failure of ours.
fn second_is_told<T: std::fmt::Debug>(
    one: Result<T, Wrong>,
    other: Result<T, Wrong>,
    engine: &str,
) -> String {
    match (one, other) {
        (Ok(_), Err(late)) | (Err(late), Ok(_)) => {
            let told = matches!(late, Wrong::Refused(_) | Wrong::TooLate);
            assert!(told, "{engine}: {late:?}");
            late.to_string()
        }
        both => panic!("{engine}: not one of two: {both:?}"),
    }
}

#[tokio::test]
async fn of_two_who_end_an_agreement_one_ends_it() {
    each_engine(async |register| {
        let ctx = context(&register);
        let number = agree(&ctx, ("jobcentre", "partner", "Jobcentre")).await;
        let keeper = keeper();
        let end = |why: &'static str| agreement::end(&ctx, &keeper, number, (ctx.today(), why));
        let (one, other) = tokio::join!(end("They moved"), end("They closed"));
        let told = second_is_told(one, other, register.engine);
        assert!(told.contains("was ended already"), "{told}");
        let wording = testkit::wording("jobcentre", date(2025, 9, 1));
        let number = agreement::bring(&ctx, &keeper, &wording, None).await.unwrap().agreement;
        let next = wording.replace("A test", "Another test");
        let bring = |text: String| {
            let (ctx, keeper) = (&ctx, &keeper);
            async move { agreement::bring(ctx, keeper, &text, Some(number)).await }
        };
        let (one, other) = tokio::join!(bring(next.clone()), bring(next.replace("All", "Most")));
        let versions = BTreeSet::from([one.unwrap().version, other.unwrap().version]);
        assert_eq!(versions, BTreeSet::from([2, 3]), "each wording has a number of its own");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_answer_a_request_one_answers() {
    each_engine(async |register| {
        let ctx = context(&register);
        let person = PersonId(town(&ctx).await[5].person);
        let asked = rights::Asked {
            right: Right::Restriction,
            by: Speaker::YoungPerson,
            words: "Stop".to_owned(),
            received: ctx.today(),
        };
        let keeper = keeper();
        let request = rights::ask(&ctx, &keeper, person, &asked).await.unwrap().unwrap();
        let take = |step| rights::take(&ctx, &keeper, request, (step, "As they asked"));
        let (one, other) = tokio::join!(take(Step::Granted), take(Step::Refused));
        let granted = one.is_ok();
        second_is_told(one, other, register.engine);
        let of = rights::of_person(&ctx, &keeper, person).await.unwrap();
        assert_eq!(of.requests[0].request.steps.len(), 1, "{:?}", of.requests[0].request);
        let seen = app::people::open(&ctx, &keeper, person).await;
        assert_eq!(seen.is_err(), granted, "a record is stopped where it was granted");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_merge_the_same_pair_each_their_way_one_merges() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (a, b) = (people[5].person, people[6].person);
        let keeper = keeper();
        let merge = |kept: i64, gone: i64| {
            let (ctx, keeper) = (&ctx, &keeper);
            async move {
                let seen = linking::preview(ctx, keeper, (kept, gone)).await?.seen;
                let prefer = BTreeSet::new();
                let wanted = Wanted { kept, gone, seen, prefer, reason: "one person" };
                linking::merge(ctx, keeper, &wanted).await
            }
        };
        let (one, other) = tokio::join!(merge(a, b), merge(b, a));
        second_is_told(one, other, register.engine);
        let left: Vec<i64> = everybody(&ctx)
            .await
            .into_iter()
            .filter(|one| one.exists() && [a, b].contains(&one.person))
            .map(|one| one.person)
            .collect();
        assert_eq!(left.len(), 1, "{}: {left:?}", register.engine);
    })
    .await;
}

/// Somebody whose time is over, with a list that says so and waits for a second person.
async fn due(db: &Db) -> (Context, i64, i64) {
    let ctx = Context::seeded(db.clone(), None, Clock::on(date(2026, 1, 9)), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    for email in ["one@example.org", "two@example.org"] {
        let who = (email, "Robin", Role::DataManager);
        accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    }
    let change = changes::begin(&mut tx, "2020-01-01", "edit", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let person = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let particulars = Particulars::default()
        .with(Field::GivenName, "Zebediah")
        .with(Field::FamilyName, "Quillfeather")
        .with(Field::DateOfBirth, "1999-03-01");
    let after = PersonRecord { particulars, ..PersonRecord::default() };
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
    let list = retention::draw(&ctx, &actor(1, Role::DataManager)).await.unwrap();
    (ctx, person, list)
}

/// A reason to keep a record that is being written down while a list is carried out is heard.
#[tokio::test]
async fn what_somebody_is_about_to_keep_is_not_destroyed() {
    each_engine(async |register| {
        let (ctx, person, list) = due(&register.db).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, &ctx.now(), "hold", None, None, None).await.unwrap();
        let hold = (Hold::Claim, "Claim 7");
        store::retention::hold(&mut tx, change, person, hold).await.unwrap();
        let keeping = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        };
        let second = actor(2, Role::DataManager);
        let (gone, ()) = tokio::join!(retention::approve(&ctx, &second, list), keeping);
        assert_eq!(gone.unwrap(), 0, "{}", register.engine);
        assert!(everybody(&ctx).await[0].exists(), "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn of_two_who_carry_a_list_out_one_does() {
    each_engine(async |register| {
        let (ctx, _, list) = due(&register.db).await;
        let second = actor(2, Role::DataManager);
        let approve = || retention::approve(&ctx, &second, list);
        let (one, other) = tokio::join!(approve(), approve());
        let told = second_is_told(one, other, register.engine);
        assert!(told.contains("carried out already"), "{told}");
    })
    .await;
}

/// Two administrators ask for a role of the same account: what was asked last waits, and nothing beside it.
#[tokio::test]
async fn of_two_roles_that_are_asked_for_one_account_one_waits() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (one, two) = (manager(&ctx, "one").await, manager(&ctx, "two").await);
        let ada = manager(&ctx, "ada").await.account;
        let wanted = |by: &Actor, role: Role| grants::Grant {
            id: 0,
            role: role.name().to_owned(),
            localities: String::new(),
            asked_by: by.account,
            asked_at: ctx.now(),
        };
        let (first, second) =
            (wanted(&one, Role::DataManager), wanted(&two, Role::LocalityManager));
        let mut tx = ctx.db.begin().await.unwrap();
        grants::ask(&mut tx, ada, &first).await.unwrap();
        let asking = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        };
        let other = async {
            let mut tx = ctx.db.begin().await.unwrap();
            grants::ask(&mut tx, ada, &second).await.unwrap();
            tx.commit().await.unwrap();
        };
        tokio::join!(other, asking);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT role FROM role_grant WHERE account = $1 AND agreed_at IS NULL";
        let waiting = tx.rows(sql, store::args![ada], |row| row.text(0)).await.unwrap();
        assert_eq!(waiting, [second.role], "{}", register.engine);
    })
    .await;
}

/// Somebody signs in, is given a link and joined to a service while two agree that their account can approve:
/// each finds the account as it is afterwards, without its password and not theirs to let in.
#[tokio::test]
async fn a_way_in_that_is_being_made_while_two_agree_is_none() {
    each_engine(async |register| {
        let ctx = context(&register);
        let one = manager(&ctx, "one").await;
        let password = "three unrelated words";
        let mut tx = ctx.db.begin().await.unwrap();
        let hash = accounts::hash_password(&ctx, password, true).unwrap();
        let who = ("ada@example.org", "Ada", Role::Adviser);
        let ada = accounts::add(&ctx, &mut tx, who, (None, &[]), hash).await.unwrap();
        let service = Provider {
            id: 0,
            organisation: None,
            name: "The council".to_owned(),
            issuer: "https://a.example".to_owned(),
            client: "waymark".to_owned(),
            secret: String::new(),
            classes: String::new(),
            active: true,
        };
        let service = outside::add_provider(&mut tx, &service, &ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        // What agreeing does, the moment before it is kept.
        let mut tx = ctx.db.begin().await.unwrap();
        grants::alone(&mut tx).await.unwrap();
        let mut raised = store::accounts::by_id(&mut tx, ada).await.unwrap().unwrap();
        raised.role = Role::Governance.name().to_owned();
        store::accounts::update(&mut tx, &raised).await.unwrap();
        store::accounts::end_ways(&mut tx, ada, &ctx.now()).await.unwrap();
        let agreeing = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            tx.commit().await.unwrap();
        };
        let (who, from) = (("ada@example.org", password), ("10.0.0.1", "Firefox"));
        let (entered, linked, joined, ()) = tokio::join!(
            accounts::sign_in(&ctx, who, from, ctx.random()),
            admin::link(&ctx, &one, ada),
            sign_on::join(&ctx, &one, (ada, service), "7"),
            agreeing,
        );
        for said in [entered.map(drop), linked.map(drop), joined] {
            assert!(matches!(said, Err(Wrong::Refused(_))), "{}: {said:?}", register.engine);
        }
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql =
            "SELECT (SELECT COUNT(*) FROM sign_in_step) + (SELECT COUNT(*) FROM password_link)";
        let left = tx.one(sql, store::args![], |row| row.int(0)).await.unwrap();
        assert_eq!(left, Some(0), "{}", register.engine);
    })
    .await;
}

/// The turn of the roles comes before that of the audit, for everybody.
#[tokio::test]
async fn of_two_who_give_roles_neither_holds_what_the_other_waits_for() {
    each_engine(async |register| {
        let ctx = context(&register);
        let one = manager(&ctx, "one").await;
        let mut tx = ctx.db.begin().await.unwrap();
        grants::alone(&mut tx).await.unwrap();
        let agreeing = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let at = ctx.now();
            let entry = audit::Entry {
                at: &at,
                account: Some(one.account),
                act: "role agreed to",
                person: None,
                purpose: "administration",
                detail: "",
            };
            audit::write(&mut tx, &entry).await.unwrap();
            tx.commit().await.unwrap();
        };
        let form = admin::Form {
            email: "new@example.org".to_owned(),
            name: "New".to_owned(),
            role: Role::Governance.name().to_owned(),
            ..admin::Form::default()
        };
        let (added, ()) = tokio::join!(admin::add(&ctx, &one, &form), agreeing);
        added.unwrap();
    })
    .await;
}
