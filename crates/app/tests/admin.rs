//! Accounts are made, changed, ended and given passwords only as the rules say, and always audibly.

use app::admin::{self, Form};
use app::{Clock, Context, Wrong, accounts};
use domain::access::{Actor, Role};
use store::args;
use testkit::each_engine;

async fn register(db: store::Db) -> (Context, Actor) {
    let at: jiff::Timestamp = "2025-11-24T09:00:00Z".parse().unwrap();
    let ctx = Context::seeded(db, None, Clock::Fixed(at), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    let who = ("dm@example.org", "Robin", Role::DataManager);
    let id = accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    store::organisations::set(&mut tx, "demo_day", "2025-11-24").await.unwrap();
    let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    (ctx, accounts::actor(&account).unwrap())
}

fn adviser() -> Form {
    Form {
        email: "Ada@Example.org ".to_owned(),
        name: "Ada".to_owned(),
        role: "adviser".to_owned(),
        organisation: String::new(),
        localities: vec!["North".to_owned()],
    }
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Wrong>) -> String {
    match answer {
        Err(Wrong::Refused(sentence)) => sentence,
        other => panic!("not refused: {other:?}"),
    }
}

async fn acts(ctx: &Context) -> Vec<String> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT act FROM audit WHERE purpose = 'administration' ORDER BY seq";
    tx.rows(sql, args![], |row| row.text(0)).await.unwrap()
}

#[tokio::test]
async fn an_account_lives_from_link_to_end_and_every_step_is_remembered() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        let secret = admin::link(&ctx, &dm, id).await.unwrap();
        assert!(refusal(admin::choose_password(&ctx, &secret, "short").await).contains("12"));
        let common = refusal(admin::choose_password(&ctx, &secret, "Password-2026").await);
        assert!(common.contains("first passwords that anybody tries"), "{common}");
        let password = "three unrelated words";
        admin::choose_password(&ctx, &secret, password).await.unwrap();
        let again = refusal(admin::choose_password(&ctx, &secret, password).await);
        assert!(again.contains("used or too old"), "{again}");
        let signed =
            accounts::sign_in(&ctx, ("ada@example.org", password), ("x", ""), ctx.random());
        let accounts::Entered::In(ada) = signed.await.unwrap() else { panic!("not in") };
        assert_eq!(ada.role, Role::Adviser);
        let more = Form { role: "locality-manager".to_owned(), ..adviser() };
        admin::change(&ctx, &dm, id, &more).await.unwrap();
        admin::end(&ctx, &dm, id).await.unwrap();
        let gone =
            accounts::sign_in(&ctx, ("ada@example.org", password), ("x", ""), ctx.random()).await;
        assert!(refusal(gone).contains("wrong"));
        assert_eq!(
            acts(&ctx).await[1..],
            [
                "account made",
                "password link made",
                "password chosen",
                "account changed",
                "account ended"
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn what_would_break_the_rules_is_refused_in_words() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        assert!(refusal(admin::add(&ctx, &dm, &adviser()).await).contains("already"));
        for (form, word) in [
            (Form { email: "nothing".into(), ..adviser() }, "email"),
            (Form { name: " ".into(), ..adviser() }, "name"),
            (Form { role: "king".into(), ..adviser() }, "role"),
            (Form { role: "school".into(), ..adviser() }, "organisation"),
            (Form { role: "locality-manager".into(), localities: vec![], ..adviser() }, "locality"),
        ] {
            let form = Form { email: form.email.replace("Ada", "New"), ..form };
            let said = refusal(admin::add(&ctx, &dm, &form).await);
            assert!(said.contains(word), "{said}");
        }
        assert!(refusal(admin::end(&ctx, &dm, dm.account).await).contains("your own"));
        let down = Form { role: "adviser".into(), ..adviser() };
        assert!(refusal(admin::change(&ctx, &dm, dm.account, &down).await).contains("only data"));
        let ada = Actor { account: id, role: Role::Adviser, ..dm.clone() };
        for refused in [
            refusal(admin::all(&ctx, &ada).await),
            refusal(admin::link(&ctx, &ada, dm.account).await),
            refusal(admin::settings(&ctx, &ada).await),
            refusal(admin::organisations(&ctx, &ada).await),
        ] {
            assert!(refused.contains("may not manage"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_newer_link_ends_the_older() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        let old = admin::link(&ctx, &dm, id).await.unwrap();
        let new = admin::link(&ctx, &dm, id).await.unwrap();
        refusal(admin::choose_password(&ctx, &old, "three unrelated words").await);
        admin::choose_password(&ctx, &new, "three unrelated words").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_officer_told_of_emergencies_is_somebody_of_information_governance() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let at =
            admin::SETTINGS.iter().position(|(name, ..)| *name == "emergency_officer").unwrap();
        let mut values: Vec<String> =
            ["A Council", "887", "887", "", ""].map(str::to_owned).to_vec();
        assert_eq!((values.len(), at), (admin::SETTINGS.len(), 4));
        admin::set(&ctx, &dm, &values).await.unwrap();
        values[at] = "dm@example.org".to_owned();
        assert!(refusal(admin::set(&ctx, &dm, &values).await).contains("information governance"));
        let form = Form {
            email: "ig@example.org".to_owned(),
            role: "governance".to_owned(),
            localities: Vec::new(),
            ..adviser()
        };
        admin::add(&ctx, &dm, &form).await.unwrap();
        values[at] = "ig@example.org".to_owned();
        admin::set(&ctx, &dm, &values).await.unwrap();
        assert_eq!(admin::settings(&ctx, &dm).await.unwrap()[at], "ig@example.org");
    })
    .await;
}
