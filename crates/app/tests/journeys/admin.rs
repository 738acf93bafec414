//! Accounts are made, changed, ended and given passwords only as the rules say, and always audibly.

use crate::town::refusal;
use app::admin::{self, Form};
use app::people::{self, Newcomer};
use app::{Clock, Context, Wrong, accounts};
use domain::access::{Actor, Role};
use domain::person::Field;
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

/// Whoever keeps the server, with its commands.
fn keeper(dm: &Actor) -> Actor {
    Actor { account: 0, ..dm.clone() }
}

/// Agrees to whatever the page shows.
async fn agree(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    let shown = admin::asked(ctx, actor, id).await?.map_or(0, |grant| grant.id);
    admin::agree_to(ctx, actor, id, shown).await
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
        agree(&ctx, &keeper(&dm), id).await.unwrap();
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
                "role asked for",
                "role agreed to",
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
        assert!(refusal(admin::end(&ctx, &dm, dm.account).await).contains("their own"));
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
async fn strangers_who_guess_keep_nobody_out_who_was_given_a_link() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        let enter = async |password: &str, from: &str| {
            let who = ("ada@example.org", password);
            accounts::sign_in(&ctx, who, (from, ""), ctx.random()).await
        };
        for n in 0..21 {
            refusal(enter("guess", &format!("10.6.6.{n}")).await);
        }
        let secret = admin::link(&ctx, &dm, id).await.unwrap();
        let password = "three unrelated words";
        admin::choose_password_from(&ctx, &secret, password, "10.0.0.1").await.unwrap();
        // Wherever they have never been they wait, which is the price of no lock-out where they have.
        assert!(refusal(enter(password, "10.0.0.2").await).contains("Too many"));
        enter(password, "10.0.0.1").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn nobody_changes_what_they_themselves_may_do() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let other =
            Form { email: "gov@example.org".into(), role: "governance".into(), ..adviser() };
        let id = admin::add(&ctx, &dm, &other).await.unwrap();
        let more =
            Form { email: "dm2@example.org".into(), role: "data-manager".into(), ..adviser() };
        admin::add(&ctx, &dm, &more).await.unwrap();
        let me = |account, role| Actor { account, role, ..dm.clone() };
        for (actor, form) in
            [(me(id, Role::Governance), &more), (me(dm.account, Role::DataManager), &other)]
        {
            let said = admin::change(&ctx, &actor, actor.account, form).await;
            assert!(matches!(said, Err(Wrong::Refused(_))), "{said:?}");
            let mut tx = ctx.db.begin_read().await.unwrap();
            let kept = store::accounts::by_id(&mut tx, actor.account).await.unwrap().unwrap();
            assert_eq!(kept.role, actor.role.name());
        }
        // A name is nobody's reach.
        let named = Form { name: "Robin Hale".into(), role: "data-manager".into(), ..more };
        admin::change(&ctx, &dm, dm.account, &named).await.unwrap();
    })
    .await;
}

/// A second account that can approve, made by the server's keeper, which has its device.
async fn second(ctx: &Context, dm: &Actor) -> Actor {
    let form = Form { email: "gov@example.org".into(), role: "governance".into(), ..adviser() };
    let id = admin::add(ctx, &keeper(dm), &form).await.unwrap();
    let mut tx = ctx.db.begin().await.unwrap();
    store::sign_in::set_factor(&mut tx, id, "00", &ctx.now()).await.unwrap();
    store::sign_in::confirm_factor(&mut tx, id, &ctx.now()).await.unwrap();
    let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert!(account.active, "the first accounts are the server's keeper's to make");
    accounts::actor(&account).unwrap()
}

async fn of(ctx: &Context, id: i64) -> (String, bool) {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    (account.role, account.active)
}

#[tokio::test]
async fn no_administrator_alone_makes_a_second_person_of_their_own() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let form = Form { role: "data-manager".into(), ..adviser() };
        let id = admin::add(&ctx, &dm, &form).await.unwrap();
        assert_eq!(of(&ctx, id).await, ("data-manager".to_owned(), false));
        assert!(refusal(admin::link(&ctx, &dm, id).await).contains("has to be opened"));
        assert!(refusal(agree(&ctx, &dm, id).await).contains("second person"));
        let ada = Actor { account: id, ..dm.clone() };
        assert!(refusal(agree(&ctx, &ada, id).await).contains("second person"));
        agree(&ctx, &gov, id).await.unwrap();
        assert_eq!(of(&ctx, id).await, ("data-manager".to_owned(), true));
        assert!(refusal(agree(&ctx, &gov, id).await).contains("waits for anybody"));
        // Whoever asked could otherwise come in as the one they asked for.
        let way = refusal(admin::link(&ctx, &dm, id).await);
        assert!(way.contains("second to agree"), "{way}");
        admin::link(&ctx, &gov, id).await.unwrap();
        admin::link(&ctx, &dm, gov.account).await.unwrap();
        // Ended and opened again it waits as before, and what was asked is gone once it is ended again.
        admin::end(&ctx, &dm, id).await.unwrap();
        admin::restart(&ctx, &dm, id).await.unwrap();
        assert!(!of(&ctx, id).await.1 && admin::asked(&ctx, &gov, id).await.unwrap().is_some());
        admin::end(&ctx, &dm, id).await.unwrap();
        assert!(refusal(agree(&ctx, &gov, id).await).contains("waits for anybody"));
    })
    .await;
}

#[tokio::test]
async fn a_role_that_can_approve_is_had_once_somebody_else_agreed_within_the_week() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        for role in Role::ALL.iter().filter(|role| role.approves()) {
            let more = Form { role: role.name().to_owned(), name: "Ada L".into(), ..adviser() };
            admin::change(&ctx, &dm, id, &adviser()).await.unwrap();
            admin::change(&ctx, &dm, id, &more).await.unwrap();
            assert_eq!(of(&ctx, id).await, ("adviser".to_owned(), true), "{role:?}");
            let at = "2025-12-01T09:00:01Z".parse().unwrap();
            let late = Context::seeded(ctx.db.clone(), None, Clock::Fixed(at), 8);
            assert!(refusal(agree(&late, &gov, id).await).contains("waits for anybody"));
            agree(&ctx, &gov, id).await.unwrap();
            assert_eq!(of(&ctx, id).await, (role.name().to_owned(), true));
        }
        // Of an account whose reach is changed since, it is nobody's to agree to.
        admin::change(&ctx, &dm, id, &adviser()).await.unwrap();
        let more = Form { role: "data-manager".into(), ..adviser() };
        admin::change(&ctx, &dm, id, &more).await.unwrap();
        let further = Form { localities: vec!["South".into()], ..adviser() };
        admin::change(&ctx, &dm, id, &further).await.unwrap();
        assert!(refusal(agree(&ctx, &gov, id).await).contains("waits for anybody"));
    })
    .await;
}

/// What the first of two did before they asked lets them in no more than what they do afterwards.
#[tokio::test]
async fn whoever_made_the_ways_in_and_then_asked_is_left_without_any() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        let password = "three unrelated words";
        let secret = admin::link(&ctx, &dm, id).await.unwrap();
        admin::choose_password(&ctx, &secret, password).await.unwrap();
        let (token, at) = (ctx.random(), ctx.now());
        let who = ("ada@example.org", password);
        accounts::sign_in(&ctx, who, ("x", ""), token).await.unwrap();
        let left = admin::link(&ctx, &dm, id).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        store::outside::join(&mut tx, ("https://a.example", "7"), id, &at).await.unwrap();
        store::sign_in::add_step(&mut tx, "step", (id, "x"), ("password", &at)).await.unwrap();
        store::sign_in::set_factor(&mut tx, id, "00", &at).await.unwrap();
        store::sign_in::confirm_factor(&mut tx, id, &at).await.unwrap();
        tx.commit().await.unwrap();
        let more = Form { role: "governance".into(), ..adviser() };
        admin::change(&ctx, &dm, id, &more).await.unwrap();
        agree(&ctx, &gov, id).await.unwrap();
        refusal(accounts::sign_in(&ctx, who, ("x", ""), ctx.random()).await);
        assert_eq!(accounts::signed_in(&ctx, token).await.unwrap(), accounts::Known::Nobody);
        assert!(refusal(admin::choose_password(&ctx, &left, password).await).contains("used"));
        let mut tx = ctx.db.begin_read().await.unwrap();
        assert!(store::outside::identities(&mut tx, id).await.unwrap().is_empty());
        assert!(store::sign_in::step(&mut tx, "step").await.unwrap().is_none());
        assert!(store::sign_in::factor(&mut tx, id).await.unwrap().is_none());
        drop(tx);
        assert!(refusal(admin::link(&ctx, &dm, id).await).contains("second to agree"));
        admin::link(&ctx, &gov, id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_starts_a_recovery_has_no_way_in_left_once_it_is_agreed_to() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let form = Form { role: "data-manager".into(), ..adviser() };
        let id = admin::add(&ctx, &dm, &form).await.unwrap();
        agree(&ctx, &gov, id).await.unwrap();
        let (password, at) = ("three unrelated words", ctx.now());
        let mut tx = ctx.db.begin().await.unwrap();
        store::sign_in::set_factor(&mut tx, id, "00", &at).await.unwrap();
        store::sign_in::confirm_factor(&mut tx, id, &at).await.unwrap();
        tx.commit().await.unwrap();
        // Whoever has a device may be given a link by anybody who administers.
        let secret = admin::link(&ctx, &dm, id).await.unwrap();
        admin::choose_password(&ctx, &secret, password).await.unwrap();
        let left = admin::link(&ctx, &dm, id).await.unwrap();
        accounts::start_recovery(&ctx, &dm, id).await.unwrap();
        let shown = accounts::recovery(&ctx, id).await.unwrap().unwrap();
        accounts::agree_recovery(&ctx, &gov, id, shown.id).await.unwrap();
        let who = ("ada@example.org", password);
        refusal(accounts::sign_in(&ctx, who, ("x", ""), ctx.random()).await);
        assert!(refusal(admin::choose_password(&ctx, &left, password).await).contains("used"));
        assert!(refusal(admin::link(&ctx, &dm, id).await).contains("second to agree"));
        admin::link(&ctx, &gov, id).await.unwrap();
        // The second's right to make the way in ends as what is asked does.
        let at = "2025-12-01T09:00:01Z".parse().unwrap();
        let late = Context::seeded(ctx.db.clone(), None, Clock::Fixed(at), 8);
        assert!(refusal(admin::link(&late, &gov, id).await).contains("in the last 7 days"));
        admin::link(&late, &keeper(&dm), id).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn one_agrees_to_what_one_was_shown_and_a_corrected_name_leaves_it_waiting() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let form = Form { role: "locality-manager".into(), ..adviser() };
        let id = admin::add(&ctx, &dm, &form).await.unwrap();
        let named = Form { name: "Ada Lane".into(), ..form.clone() };
        admin::change(&ctx, &dm, id, &named).await.unwrap();
        let shown = admin::asked(&ctx, &gov, id).await.unwrap().expect("it waits still");
        assert_eq!(shown.localities, "North");
        let down = Form { role: "adviser".into(), ..named };
        admin::change(&ctx, &dm, id, &down).await.unwrap();
        assert!(
            admin::asked(&ctx, &gov, id).await.unwrap().is_none(),
            "another role, nothing waits"
        );
        let more = Form { role: "data-manager".into(), ..down };
        admin::change(&ctx, &dm, id, &more).await.unwrap();
        let said = refusal(admin::agree_to(&ctx, &gov, id, shown.id).await);
        assert!(said.contains("Something else was asked"), "{said}");
        let now = admin::asked(&ctx, &gov, id).await.unwrap().unwrap();
        admin::agree_to(&ctx, &gov, id, now.id).await.unwrap();
        assert_eq!(of(&ctx, id).await.0, "data-manager");
    })
    .await;
}

#[tokio::test]
async fn the_last_data_manager_is_not_agreed_away() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let gov = second(&ctx, &dm).await;
        let form = Form { role: "data-manager".into(), ..adviser() };
        let id = admin::add(&ctx, &keeper(&dm), &form).await.unwrap();
        let other = Form { role: "governance".into(), ..adviser() };
        admin::change(&ctx, &gov, id, &other).await.unwrap();
        admin::end(&ctx, &gov, dm.account).await.unwrap();
        let said = refusal(agree(&ctx, &keeper(&dm), id).await);
        assert!(said.contains("only data manager"), "{said}");
        assert_eq!(of(&ctx, id).await, ("data-manager".to_owned(), true));
    })
    .await;
}

/// Accounts that were a partner's before that was vouched for have ninety days from the step that found them.
#[tokio::test]
async fn whoever_became_a_partners_before_that_counted_lapses_too() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let (id, kind, name) = ("school".to_owned(), "school".to_owned(), "School".to_owned());
        let one = store::organisations::Organisation { id, kind, name, ..Default::default() };
        store::organisations::save(&mut tx, &one).await.unwrap();
        let who = ("pat@example.org", "Pat", Role::School);
        let reach = (Some("school".to_owned()), &[][..]);
        let id = accounts::add(&ctx, &mut tx, who, reach, String::new()).await.unwrap();
        for sql in [
            "UPDATE account SET attested_on = NULL",
            "DROP TABLE role_grant",
            "DROP TABLE hasty_search",
            "DROP TABLE envelope_use",
            "DROP TABLE envelope",
            "DELETE FROM schema_step WHERE step = 53",
        ] {
            tx.run(sql, args![]).await.unwrap();
        }
        tx.commit().await.unwrap();
        store::migrate(&ctx.db).await.unwrap();
        let day = vouched(&ctx, id).await.unwrap();
        assert!(day.parse::<jiff::civil::Date>().is_ok(), "a day as the program reads it: {day}");
        assert_eq!(vouched(&ctx, dm.account).await, None, "the council's own are nobody's");
    })
    .await;
}

/// The day on which somebody last vouched for an account.
async fn vouched(ctx: &Context, account: i64) -> Option<String> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT attested_on FROM account WHERE id = $1";
    tx.one(sql, args![account], |row| row.opt_text(0)).await.unwrap().unwrap()
}

#[tokio::test]
async fn whoever_becomes_a_partners_is_vouched_for_from_that_day() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let mut tx = ctx.db.begin().await.unwrap();
        for id in ["school", "college"] {
            let (id, kind, name) = (id.to_owned(), id.to_owned(), id.to_uppercase());
            let one = store::organisations::Organisation { id, kind, name, ..Default::default() };
            store::organisations::save(&mut tx, &one).await.unwrap();
        }
        tx.commit().await.unwrap();
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        assert_eq!(vouched(&ctx, id).await, None);
        let of = |organisation: &str| Form {
            role: organisation.to_owned(),
            organisation: organisation.to_owned(),
            ..adviser()
        };
        admin::change(&ctx, &dm, id, &of("school")).await.unwrap();
        assert_eq!(vouched(&ctx, id).await.as_deref(), Some("2025-11-24"));
        let at = "2025-12-24T09:00:00Z".parse().unwrap();
        let later = Context::seeded(ctx.db.clone(), None, Clock::Fixed(at), 8);
        let renamed = Form { name: "Ada L".to_owned(), ..of("school") };
        admin::change(&later, &dm, id, &renamed).await.unwrap();
        assert_eq!(
            vouched(&ctx, id).await.as_deref(),
            Some("2025-11-24"),
            "a name vouches for nobody"
        );
        admin::change(&later, &dm, id, &of("college")).await.unwrap();
        assert_eq!(vouched(&ctx, id).await.as_deref(), Some("2025-12-24"));
    })
    .await;
}

/// Whatever is typed is judged as it was typed, to the last blank; a new password ends what the old one began,
/// and every coming in and turning away is remembered.
#[tokio::test]
async fn a_password_may_hold_anything_and_is_judged_as_typed() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let id = admin::add(&ctx, &dm, &adviser()).await.unwrap();
        let choose = async |password: &str| {
            let secret = admin::link(&ctx, &dm, id).await.unwrap();
            admin::choose_password(&ctx, &secret, password).await.unwrap();
        };
        let enter = async |password: &str, token| {
            let who = ("ada@example.org", password);
            accounts::sign_in(&ctx, who, ("here", ""), token).await
        };
        let long = "Sphinx of black quartz, judge my vow; \u{2603} \u{dc}nic\u{f6}de \"quoted\" \\ 100% \
                    of more than sixty-four signs, and two blanks at its end  ";
        assert!(long.chars().count() > 100);
        choose(long).await;
        let token = ctx.random();
        enter(long, token).await.unwrap();
        for other in [long.trim(), &long.to_lowercase(), &long[..72], &long.replace("  ", " ")] {
            refusal(enter(other, ctx.random()).await);
        }
        assert!(matches!(accounts::signed_in(&ctx, token).await.unwrap(), accounts::Known::In(..)));
        choose("three unrelated words").await;
        let known = accounts::signed_in(&ctx, token).await.unwrap();
        assert_eq!(known, accounts::Known::Nobody, "the session of the old password");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT act FROM audit WHERE purpose = 'sign-in' AND account = $1 ORDER BY seq";
        let acts = tx.rows(sql, args![id], |row| row.text(0)).await.unwrap();
        let refused = acts.iter().filter(|act| *act == "sign-in refused").count();
        assert_eq!((acts[0].as_str(), refused), ("signed in by password", 4), "{acts:?}");
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
        let officer = |email: &str| [("emergency_officer", email.to_owned())];
        admin::set(&ctx, &dm, &[("council_name", "A Council".to_owned())]).await.unwrap();
        let stranger = admin::set(&ctx, &dm, &officer("dm@example.org")).await;
        assert!(refusal(stranger).contains("information governance"));
        let form = Form {
            email: "ig@example.org".to_owned(),
            role: "governance".to_owned(),
            localities: Vec::new(),
            ..adviser()
        };
        let id = admin::add(&ctx, &dm, &form).await.unwrap();
        let early = admin::set(&ctx, &dm, &officer("ig@example.org")).await;
        assert!(refusal(early).contains("information governance"), "nobody agreed yet");
        agree(&ctx, &keeper(&dm), id).await.unwrap();
        admin::set(&ctx, &dm, &officer("ig@example.org")).await.unwrap();
        let stands = admin::settings(&ctx, &dm).await.unwrap();
        let at = admin::SETTINGS.iter().position(|s| s.name == "emergency_officer").unwrap();
        assert_eq!(stands[at], "ig@example.org");
        // Whoever clears the address has said that nobody is told.
        admin::set(&ctx, &dm, &officer("")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_council_says_whom_to_write_to_and_takes_it_back() {
    each_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let unnamed = admin::set(&ctx, &dm, &[("privacy_contact", "a@example.org".into())]).await;
        assert_eq!(refusal(unnamed), "Name of the council cannot be empty.");
        let said = [
            ("council_name", "A Council".to_owned()),
            ("privacy_contact", "Data protection, 01634 000000".to_owned()),
            ("accessibility_contact", " web@example.org ".to_owned()),
            ("privacy_words", "One.\r\n\r\nTwo.".to_owned()),
        ];
        admin::set(&ctx, &dm, &said).await.unwrap();
        let council = app::council::council(&ctx).await.unwrap();
        assert_eq!(council.privacy_contact.as_deref(), Some("Data protection, 01634 000000"));
        assert_eq!(council.accessibility_contact.as_deref(), Some("web@example.org"));
        assert_eq!(council.privacy_words.as_deref(), Some("One.\n\nTwo."));
        assert_eq!(acts(&ctx).await[1..], ["setting changed"; 4]);
        for (name, wrong) in [
            ("privacy_contact", "the officer".to_owned()),
            ("accessibility_contact", "web@example.org\n01634 000000".to_owned()),
            ("accessibility_contact", format!("{}@example.org", "x".repeat(200))),
            ("privacy_words", "x".repeat(4_001)),
            ("neighbours", "886, 88".to_owned()),
            ("la_code", "88".to_owned()),
        ] {
            let words = admin::SETTINGS.iter().find(|s| s.name == name).unwrap().words;
            let sentence = refusal(admin::set(&ctx, &dm, &[(name, wrong)]).await);
            assert!(sentence.starts_with(words), "{sentence}");
        }
        admin::set(&ctx, &dm, &[("privacy_contact", String::new())]).await.unwrap();
        let council = app::council::council(&ctx).await.unwrap();
        assert_eq!((council.privacy_contact, acts(&ctx).await.len()), (None, 6));
    })
    .await;
}

#[tokio::test]
async fn nobody_is_entered_before_the_council_is_named() {
    testkit::each_empty_engine(async |engine| {
        let (ctx, dm) = register(engine.db).await;
        let values = [
            (Field::GivenName, "Zebediah".to_owned()),
            (Field::FamilyName, "Quillfeather".to_owned()),
            (Field::DateOfBirth, "2008-05-04".to_owned()),
        ];
        let newcomer = Newcomer {
            values: values.into(),
            postcode: String::new(),
            reason: "their school".to_owned(),
        };
        let sentence = refusal(people::add(&ctx, &dm, &newcomer, &[]).await);
        assert!(sentence.contains("which council"), "{sentence}");
        let code = |name| (name, "886".to_owned());
        let name = ("council_name", "A Council".to_owned());
        admin::set(&ctx, &dm, &[name, code("la_code"), code("database_id")]).await.unwrap();
        people::add(&ctx, &dm, &newcomer, &[]).await.unwrap();
    })
    .await;
}
