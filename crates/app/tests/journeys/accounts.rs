//! Signing in: who is slowed down by guessing, and who is not; and the accounts in sealed envelopes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use crate::town::refusal;
use app::accounts::{Entered, Envelope, Known, totp};
use app::admin::{self, Form, sign_on};
use app::{Clock, Context, Wrong, accounts, looks};
use domain::access::{Actor, Role, SEALED, Scope};
use jiff::Timestamp;
use store::outside::Provider;
use testkit::each_engine;

const PASSWORD: &str = "a long enough password";

async fn register(db: store::Db) -> Context {
    let at: Timestamp = "2025-11-24T09:00:00Z".parse().unwrap();
    let ctx = Context::seeded(db, None, Clock::Fixed(at), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    let hash = accounts::hash_password(&ctx, PASSWORD, true).unwrap();
    for email in ["jo@example.org", "sam@example.org"] {
        let who = (email, "Somebody", Role::Adviser);
        accounts::add(&ctx, &mut tx, who, (None, &[]), hash.clone()).await.unwrap();
    }
    // Passwords alone open a demonstration only; this is about passwords.
    store::organisations::set(&mut tx, "demo_day", "2025-11-24").await.unwrap();
    tx.commit().await.unwrap();
    ctx
}

async fn attempt(ctx: &Context, email: &str, password: &str, from: &str) -> Result<(), String> {
    let token = ctx.random();
    match accounts::sign_in(ctx, (email, password), (from, "Firefox"), token).await {
        Ok(_) => Ok(()),
        Err(Wrong::Refused(sentence)) => Err(sentence),
        Err(broken) => panic!("{broken}"),
    }
}

const WRONG: &str = "The email address or the password is wrong.";

#[tokio::test]
async fn a_guesser_waits_and_whoever_uses_the_account_elsewhere_does_not() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        for _ in 0..5 {
            let said = attempt(&ctx, "jo@example.org", "guess", "10.6.6.6").await.unwrap_err();
            assert_eq!(said, WRONG);
        }
        let said = attempt(&ctx, "jo@example.org", PASSWORD, "10.6.6.6").await.unwrap_err();
        assert!(said.starts_with("Too many wrong passwords. Wait "), "{said}");
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        attempt(&ctx, "sam@example.org", PASSWORD, "10.6.6.6").await.unwrap();
    })
    .await;
}

/// How many of these attempts, all made at once, were judged; the others were told to wait.
async fn judged(ctx: &Arc<Context>, attempts: Vec<(&'static str, String)>) -> usize {
    let mut all = tokio::task::JoinSet::new();
    for (email, from) in attempts {
        let ctx = Arc::clone(ctx);
        all.spawn(async move { attempt(&ctx, email, "guess", &from).await.unwrap_err() });
    }
    let said = all.join_all().await;
    assert!(said.iter().all(|said| said == WRONG || said.starts_with("Too many")), "{said:?}");
    said.iter().filter(|said| *said == WRONG).count()
}

#[tokio::test]
async fn many_guesses_at_once_are_no_more_than_one_after_the_other() {
    each_engine(async |engine| {
        let ctx = Arc::new(register(engine.db).await);
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        let from_one = (0..60).map(|_| ("jo@example.org", "10.6.6.6".to_owned())).collect();
        assert_eq!(judged(&ctx, from_one).await, 5, "four cost nothing, the fifth has to wait");
        // One account's tries count wherever they come from.
        let spread = (0..60).map(|n| ("sam@example.org", format!("10.7.7.{n}"))).collect();
        assert_eq!(judged(&ctx, spread).await, 21);
        // Whoever is right takes no count, however often and from wherever.
        for n in 0..30 {
            let from = format!("10.0.1.{}", n % 3);
            attempt(&ctx, "jo@example.org", PASSWORD, &from).await.unwrap();
        }
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn many_places_guessing_one_account_wait_but_a_known_place_does_not() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        for n in 0..21 {
            let from = format!("10.6.6.{n}");
            attempt(&ctx, "jo@example.org", "guess", &from).await.unwrap_err();
        }
        let said = attempt(&ctx, "jo@example.org", "guess", "10.7.7.7").await.unwrap_err();
        assert!(said.starts_with("Too many"), "{said}");
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_name_that_nobody_has_is_answered_word_for_word_the_same() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let mut said = [Vec::new(), Vec::new()];
        for _ in 0..7 {
            for (email, said) in ["jo@example.org", "nobody@example.org"].iter().zip(&mut said) {
                let from = format!("10.0.{}.1", email.len());
                said.push(attempt(&ctx, email, "guess", &from).await.unwrap_err());
            }
        }
        assert_eq!(said[0], said[1]);
    })
    .await;
}

#[tokio::test]
async fn the_register_can_be_written_while_a_password_is_judged() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        // Somebody holds the one write connection: judging must not need it.
        let held = ctx.db.begin().await.unwrap();
        let guess = attempt(&ctx, "jo@example.org", "guess", "10.0.0.1");
        let early = tokio::time::timeout(std::time::Duration::from_secs(5), async {
            tokio::join!(guess, async {
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                drop(held);
            })
        });
        assert_eq!(early.await.unwrap().0.unwrap_err(), WRONG);
    })
    .await;
}

/// Comes in with what lay in an envelope; the session's token.
async fn open(ctx: &Context, envelope: &Envelope) -> accounts::TokenHash {
    let (step, token) = (ctx.random(), ctx.random());
    let who = (envelope.email.as_str(), envelope.password.as_str());
    let entered = accounts::sign_in(ctx, who, ("10.0.0.1", "Firefox"), step).await.unwrap();
    assert_eq!(entered, Entered::Waits, "the password alone is not enough");
    let mut tx = ctx.db.begin_read().await.unwrap();
    let account = store::accounts::by_email(&mut tx, &envelope.email).await.unwrap().unwrap();
    let kept = store::sign_in::factor(&mut tx, account.id).await.unwrap().unwrap().seed;
    drop(tx);
    let digits = kept.as_bytes().chunks(2);
    let seed: Vec<u8> =
        digits.map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap()).collect();
    assert_eq!(totp::base32(&seed), envelope.secret);
    let code = totp::code(&seed, totp::step_of(ctx.device_seconds()));
    accounts::enter(ctx, (step, token), &code, ("10.0.0.1", "Firefox")).await.unwrap();
    token
}

#[tokio::test]
async fn a_sealed_account_lets_in_for_an_hour_and_every_use_is_told() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let name = "Jo".to_owned();
        let watcher = Actor { account: 99, name, role: Role::Governance, scope: Scope::default() };
        let old = accounts::seal(&ctx).await.unwrap();
        let new = accounts::seal(&ctx).await.unwrap();
        assert_eq!((old.len(), new.len()), (2, 2));
        for (old, new) in old.iter().zip(&new) {
            assert_eq!(old.email, new.email);
            let said = attempt(&ctx, &old.email, &old.password, "10.0.0.1").await.unwrap_err();
            assert_eq!(said, WRONG, "what lay in the old envelope is worth nothing");
        }
        assert_eq!(looks::pressing(&ctx, &watcher).await.unwrap().unsealed, 0);
        let token = open(&ctx, &new[0]).await;
        assert_eq!(looks::pressing(&ctx, &watcher).await.unwrap().unsealed, 1);
        let known = accounts::signed_in(&ctx, token).await.unwrap();
        assert!(
            matches!(known, Known::In(_, SEALED)),
            "what the page says is what holds: {known:?}"
        );
        let reviews = looks::reviews(&ctx, &watcher).await.unwrap();
        assert_eq!(reviews.unsealed[0].0, "Sealed account 1");
        // However busy it is, after an hour it is over.
        let key: String = token.iter().map(|byte| format!("{byte:02x}")).collect();
        for (minutes, over) in [(59, false), (61, true)] {
            let at = ctx.timestamp() + jiff::SignedDuration::from_mins(minutes);
            let later = Context::seeded(ctx.db.clone(), None, Clock::Fixed(at), 8);
            let mut tx = later.db.begin().await.unwrap();
            store::accounts::session_seen(&mut tx, &key, &later.now()).await.unwrap();
            tx.commit().await.unwrap();
            let known = accounts::signed_in(&later, token).await.unwrap();
            assert_eq!(matches!(known, Known::RanOut(_)), over, "{minutes}: {known:?}");
        }
    })
    .await;
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Wrong>, word: &str) {
    let sentence = refusal(answer);
    assert!(sentence.contains(word), "{sentence}");
}

#[tokio::test]
async fn nobody_who_administers_touches_a_sealed_account_or_is_relieved_by_one() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let sealed = accounts::seal(&ctx).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let who = ("dm@example.org", "Robin", Role::DataManager);
        let manager = accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        let kept = store::accounts::by_email(&mut tx, &sealed[0].email).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        let robin =
            |account, role| Actor { account, name: "Robin".into(), role, scope: Scope::default() };
        let gov = robin(99, Role::Governance);
        refused(admin::end(&ctx, &gov, manager).await, "only data manager");
        let form = Form { name: "Mine".into(), role: "adviser".into(), ..Form::default() };
        refused(admin::change(&ctx, &gov, kept.id, &form).await, "sealed");
        refused(admin::end(&ctx, &gov, kept.id).await, "sealed");
        refused(admin::restart(&ctx, &gov, kept.id).await, "sealed");
        refused(admin::link(&ctx, &gov, kept.id).await, "sealed");
        refused(accounts::start_recovery(&ctx, &gov, kept.id).await, "sealed");
        // What was done to one by command is undone where it is sealed anew.
        let keeper = robin(0, Role::DataManager);
        let left = admin::link(&ctx, &keeper, kept.id).await.unwrap();
        admin::change(&ctx, &keeper, kept.id, &form).await.unwrap();
        let anew = accounts::seal(&ctx).await.unwrap();
        refused(admin::choose_password(&ctx, &left, PASSWORD).await, "used or too old");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let now = store::accounts::by_id(&mut tx, kept.id).await.unwrap().unwrap();
        assert_eq!((now.role, now.name), ("data-manager".into(), "Sealed account 1".into()));
        drop(tx);
        open(&ctx, &anew[0]).await;
    })
    .await;
}

/// A device keeps a link from letting anybody else in; another service may stand for a device.
#[tokio::test]
async fn nobody_joins_somebody_elses_account_that_can_approve_to_a_sign_on() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let mut all = Vec::new();
        for role in [Role::DataManager, Role::LocalityManager] {
            let email = format!("{}@example.org", role.name());
            let who = (email.as_str(), "Somebody", role);
            let id = accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
            store::sign_in::set_factor(&mut tx, id, "00", &ctx.now()).await.unwrap();
            store::sign_in::confirm_factor(&mut tx, id, &ctx.now()).await.unwrap();
            all.push(Actor { account: id, name: email, role, scope: Scope::default() });
        }
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
        let service = store::outside::add_provider(&mut tx, &service, &ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        let [manager, lead] = &all[..] else { panic!("two were made") };
        admin::link(&ctx, manager, lead.account).await.unwrap();
        let both = (lead.account, service);
        refused(sign_on::join(&ctx, manager, both, "7").await, "second to agree");
        refused(sign_on::invite(&ctx, manager, both).await, "signs in with its password");
        refused(sign_on::join(&ctx, lead, both, "7").await, "may not manage");
        sign_on::join(&ctx, manager, (manager.account, service), "8").await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn whoever_searched_in_haste_on_several_days_is_one_account() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let jo = store::accounts::by_email(&mut tx, "jo@example.org").await.unwrap().unwrap();
        drop(tx);
        let jo = accounts::actor(&jo).unwrap();
        for day in ["2025-11-22T09:00:00Z", "2025-11-23T09:00:00Z"] {
            let then = Context::seeded(ctx.db.clone(), None, Clock::Fixed(day.parse().unwrap()), 8);
            looks::searched_in_haste(&then, &jo).await.unwrap();
        }
        let name = "Jo".to_owned();
        let watcher = Actor { account: 99, name, role: Role::Governance, scope: Scope::default() };
        assert_eq!(looks::pressing(&ctx, &watcher).await.unwrap().hasty, 1);
        assert_eq!(looks::reviews(&ctx, &watcher).await.unwrap().hasty.len(), 2, "by day");
    })
    .await;
}

#[tokio::test]
async fn searches_and_records_are_told_apart_and_a_flood_waits_for_no_writer() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let jo = store::accounts::by_email(&mut tx, "jo@example.org").await.unwrap().unwrap();
        drop(tx);
        let jo = accounts::actor(&jo).unwrap();
        looks::searched_in_haste(&ctx, &jo).await.unwrap();
        looks::opened_in_haste(&ctx, &jo).await.unwrap();
        // Somebody holds the one write connection: what is known of this minute needs none.
        let held = ctx.db.begin().await.unwrap();
        let again = async {
            looks::searched_in_haste(&ctx, &jo).await.unwrap();
            looks::opened_in_haste(&ctx, &jo).await.unwrap();
        };
        tokio::time::timeout(std::time::Duration::from_secs(5), again).await.unwrap();
        drop(held);
        let name = "Jo".to_owned();
        let watcher = Actor { account: 99, name, role: Role::Governance, scope: Scope::default() };
        let hasty = looks::reviews(&ctx, &watcher).await.unwrap().hasty;
        let told: BTreeSet<(&str, i64)> =
            hasty.iter().map(|one| (one.act.as_str(), one.minutes)).collect();
        assert_eq!(told, BTreeSet::from([("record", 1), ("search", 1)]));
        assert_eq!(looks::pressing(&ctx, &watcher).await.unwrap().hasty, 1, "one account");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT purpose FROM audit WHERE act LIKE '%for haste' ORDER BY seq";
        let purposes = tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap();
        assert_eq!(purposes, ["search", "record"]);
    })
    .await;
}

#[tokio::test]
async fn both_envelopes_are_sealed_or_neither() {
    each_engine(async |engine| {
        let ctx = register(engine.db).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let who = ("sealed-2@waymark", "Somebody", Role::Adviser);
        accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        tx.commit().await.unwrap();
        refused(accounts::seal(&ctx).await, "Somebody has the address");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let first = store::accounts::by_email(&mut tx, "sealed-1@waymark").await.unwrap();
        assert!(first.is_none(), "nobody was told what lies in it");
    })
    .await;
}

#[tokio::test]
async fn a_session_is_listed_for_a_week_after_its_last_use_and_then_forgotten() {
    each_engine(async |engine| {
        let ctx = register(engine.db.clone()).await;
        attempt(&ctx, "jo@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        let on = |day: &str| {
            let at = format!("{day}T09:00:00Z").parse().unwrap();
            Context::seeded(engine.db.clone(), None, Clock::Fixed(at), 10)
        };
        let later = on("2025-11-30");
        attempt(&later, "sam@example.org", PASSWORD, "10.0.0.1").await.unwrap();
        assert_eq!(accounts::sweep_sessions(&later).await.unwrap(), 0);
        let listed = async || {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let mut all = Vec::new();
            for email in ["jo@example.org", "sam@example.org"] {
                let id = store::accounts::by_email(&mut tx, email).await.unwrap().unwrap().id;
                all.push(store::accounts::sessions(&mut tx, id).await.unwrap().len());
            }
            all
        };
        assert_eq!(listed().await, [1, 1], "six days later it is still told of");
        assert_eq!(accounts::sweep_sessions(&on("2025-12-02")).await.unwrap(), 1);
        assert_eq!(listed().await, [0, 1]);
    })
    .await;
}

/// Who was kept waiting, as the audit tells it; nobody for a name that nobody has.
async fn kept_waiting(db: &store::Db) -> Vec<Option<String>> {
    let mut tx = db.begin_read().await.unwrap();
    let sql = "SELECT c.email FROM audit a LEFT JOIN account c ON c.id = a.account WHERE a.act = 'sign-in kept waiting' ORDER BY a.seq";
    tx.rows(sql, store::args![], |row| row.opt_text(0)).await.unwrap()
}

#[tokio::test]
async fn who_guesses_and_is_kept_waiting_is_written_down_once_an_hour() {
    each_engine(async |engine| {
        let ctx = register(engine.db.clone()).await;
        let guess = async |ctx: &Context, email: &str| {
            for _ in 0..8 {
                attempt(ctx, email, "guess", "10.6.6.6").await.unwrap_err();
                accounts::write_kept_waiting(ctx).await.unwrap();
            }
        };
        attempt(&ctx, "jo@example.org", "guess", "10.6.6.6").await.unwrap_err();
        accounts::write_kept_waiting(&ctx).await.unwrap();
        assert!(kept_waiting(&engine.db).await.is_empty(), "one wrong password waits for nothing");
        guess(&ctx, "jo@example.org").await;
        let jo = Some("jo@example.org".to_owned());
        assert_eq!(kept_waiting(&engine.db).await, std::slice::from_ref(&jo));
        for nobody in ["nobody", "nobody.else"] {
            guess(&ctx, &format!("{nobody}@example.org")).await;
        }
        assert_eq!(kept_waiting(&engine.db).await, [jo.clone(), None], "once for all of them");
        for nobody in ["a.third", "a.fourth"] {
            guess(&ctx, &format!("{nobody}@example.org")).await;
        }
        let twice = [jo.clone(), None, None];
        assert_eq!(kept_waiting(&engine.db).await, twice, "again when they are ten");
        // By now the place is held back: nobody guessed at this account before.
        guess(&ctx, "sam@example.org").await;
        assert_eq!(kept_waiting(&engine.db).await, twice);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT detail FROM audit WHERE act = 'sign-in kept waiting' ORDER BY seq";
        let told = tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap();
        drop(tx);
        assert!(told[2].ends_with(": 10"), "{told:?}");
        let at = "2025-11-24T10:00:00Z".parse().unwrap();
        let later = Context::seeded(engine.db.clone(), None, Clock::Fixed(at), 10);
        guess(&later, "jo@example.org").await;
        assert_eq!(kept_waiting(&engine.db).await, [jo.clone(), None, None, jo]);
    })
    .await;
}

/// Whoever is kept waiting is answered before anything is written, under a name that somebody has as under another.
#[tokio::test]
async fn the_answer_to_who_waits_waits_for_no_writing() {
    each_engine(async |engine| {
        let ctx = register(engine.db.clone()).await;
        for email in ["jo@example.org", "nobody@example.org"] {
            for _ in 0..5 {
                attempt(&ctx, email, "guess", "10.6.6.6").await.unwrap_err();
            }
        }
        let mut tx = ctx.db.begin().await.unwrap();
        // Whoever adds to the audit, or to a file of one writer, has to wait for this.
        store::audit::write(&mut tx, &entry(&ctx.now())).await.unwrap();
        for email in ["jo@example.org", "nobody@example.org"] {
            let held = attempt(&ctx, email, "guess", "10.6.6.6");
            let held = tokio::time::timeout(Duration::from_secs(5), held).await;
            let said = held.expect("the answer waits").unwrap_err();
            assert!(said.starts_with("Too many wrong passwords. "), "{email}: {said}");
        }
        drop(tx);
        accounts::write_kept_waiting(&ctx).await.unwrap();
        let told = kept_waiting(&engine.db).await;
        let jo = Some("jo@example.org".to_owned());
        assert!(told.len() == 2 && told.contains(&jo) && told.contains(&None), "{told:?}");
    })
    .await;
}

/// A flood of guesses at one account is counted to the last and comes to a few rows: it is gathered before it is
/// written, which happens by itself, and for the rest as [`accounts::write_kept_waiting`] is called by a server that
/// stops.
#[tokio::test]
async fn a_flood_of_guesses_is_gathered_and_loses_no_count() {
    each_engine(async |engine| {
        let ctx = register(engine.db.clone()).await;
        let flood = async |waits: usize| {
            let mut held = 0;
            while held < waits {
                let said = attempt(&ctx, "jo@example.org", "guess", "10.6.6.6").await.unwrap_err();
                held += usize::from(said.starts_with("Too many wrong passwords. "));
            }
        };
        flood(1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(kept_waiting(&engine.db).await.is_empty(), "more may come");
        flood(99).await;
        let mut tries = 0;
        while kept_waiting(&engine.db).await.is_empty() {
            assert!(tries < 300, "nothing is written by itself on {}", engine.engine);
            tries += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        accounts::write_kept_waiting(&ctx).await.unwrap();
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT detail FROM audit WHERE act = 'sign-in kept waiting' ORDER BY seq";
        let told = tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap();
        drop(tx);
        assert!(told.len() <= 3, "{told:?}");
        assert!(told.last().unwrap().ends_with(": 100"), "{told:?}");
    })
    .await;
}

fn entry(at: &str) -> store::audit::Entry<'_> {
    store::audit::Entry {
        at,
        account: None,
        act: "a test writes",
        person: None,
        purpose: "test",
        detail: "",
    }
}
