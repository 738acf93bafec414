//! Somebody is asked to follow a young person up: a youth worker reaches them until it is done, records what came of it
//! and of nobody else, and whoever asked sees it done.

use app::people::{self, NewContact};
use app::{Clock, Context, Wrong, accounts, agreement};
use domain::access::{Actor, Role};
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use store::changes;
use store::organisations::{self, Organisation};
use store::people::{Moment, Write, load, new_people, write};
use testkit::each_engine;

const TODAY: Date = date(2025, 11, 24);

struct Town {
    ctx: Context,
    manager: Actor,
    adviser: Actor,
    youth: Actor,
    /// The last of them has a restricted record.
    people: Vec<PersonId>,
}

fn pupil(name: &str, restricted: &str) -> PersonRecord {
    PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, name)
            .with(Field::FamilyName, "Marsh")
            .with(Field::DateOfBirth, "2008-03-04")
            .with(Field::Phone, "07700 900123")
            .with(Field::Restricted, restricted),
        spells: vec![Spell {
            verified: Some(date(2025, 3, 1)),
            ..Spell::new("210", date(2024, 9, 1))
        }],
        ..PersonRecord::default()
    }
}

async fn town(db: store::Db) -> Town {
    let at: Timestamp = "2025-11-24T09:00:00Z".parse().unwrap();
    let ctx = Context::seeded(db, None, Clock::Fixed(at), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    let youth = Organisation {
        id: "youth".to_owned(),
        kind: "partner".to_owned(),
        name: "Youth service".to_owned(),
        ..Organisation::default()
    };
    organisations::save(&mut tx, &youth).await.unwrap();
    let mut actors = Vec::new();
    for (email, name, role) in [
        ("m@example.org", "Mo Manager", Role::DataManager),
        ("a@example.org", "Ada Adviser", Role::Adviser),
        ("y@example.org", "Mina Worker", Role::YouthService),
    ] {
        let own = role.is_partner().then(|| "youth".to_owned());
        let id = accounts::add(&ctx, &mut tx, (email, name, role), (own, &[]), String::new());
        let id = id.await.unwrap();
        let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
        let mut actor = accounts::actor(&account).unwrap();
        if role.is_partner() {
            actor.scope.terms = testkit::everything();
        }
        actors.push(actor);
    }
    let change = changes::begin(&mut tx, &ctx.now(), "import", None, None, None).await.unwrap();
    let records = [pupil("Ann", "N"), pupil("Ben", "N"), pupil("Cas", "Y")];
    let mut numbers = vec![String::new(); records.len()];
    let ids = new_people(&mut tx, change, "887", &mut numbers).await.unwrap();
    let before = load(&mut tx, &ids, Moment::Now).await.unwrap();
    let writes: Vec<Write<'_>> =
        before.iter().zip(&records).map(|(before, after)| Write { before, after }).collect();
    write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    let [manager, adviser, youth] = actors.try_into().unwrap();
    Town { ctx, manager, adviser, youth, people: ids.into_iter().map(PersonId).collect() }
}

/// An agreement by which the youth service is told everything of whom it reaches.
async fn agree(town: &Town) {
    let wording = testkit::wording("youth", date(2025, 9, 1));
    agreement::bring(&town.ctx, &town.manager, &wording, None).await.unwrap();
}

fn came(outcome: &str) -> NewContact {
    NewContact {
        method: "call".to_owned(),
        outcome: outcome.to_owned(),
        note: "Likes the course".to_owned(),
        next_step: None,
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, Wrong>) -> String {
    match answer {
        Err(Wrong::Refused(sentence)) => sentence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_youth_worker_follows_up_whom_they_were_asked_to_and_the_asker_sees_it_done() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, mina, ann) = (&town.ctx, &town.manager, &town.youth, town.people[0]);
        agree(&town).await;
        refused(people::open(ctx, mina, ann).await);
        let named = people::askable(ctx, mo).await.unwrap();
        assert!(named.contains(&(mina.account, "Mina Worker (Youth service)".to_owned())));
        assert!(people::askable(ctx, mina).await.unwrap().is_empty(), "a partner asks nobody");
        assert_eq!(people::ask(ctx, mo, &[ann], mina.account).await.unwrap(), 1);
        let again = refused(people::ask(ctx, mo, &[ann], town.adviser.account).await);
        assert!(again.contains("already"), "{again}");

        let board = people::board(ctx, mina).await.unwrap();
        let [one] = board.mine.as_slice() else { panic!("{board:?}") };
        assert_eq!((one.name.as_str(), one.task.due), ("Ann Marsh", date(2025, 12, 8)));
        assert_eq!(people::asked_of(ctx, mina).await.unwrap(), 1);
        let (id, opened) = (one.task.id, people::open_asked(ctx, mina, one.task.id).await.unwrap());
        assert_eq!(opened.1.record.particulars.get(Field::Phone), Some("07700 900123"));
        refused(people::record_contact(ctx, mina, ann, &came("confirmed")).await);
        refused(people::open(ctx, mina, town.people[1]).await);

        people::answer(ctx, mina, id, &came("no-answer")).await.unwrap();
        let board = people::board(ctx, mo).await.unwrap();
        assert_eq!((board.others[0].task.tries, board.others[0].task.done_on), (1, None));
        assert_eq!(people::board(ctx, mina).await.unwrap().mine.len(), 1, "nobody was reached");
        people::answer(ctx, mina, id, &came("confirmed")).await.unwrap();
        let board = people::board(ctx, mo).await.unwrap();
        let done = &board.others[0].task;
        assert_eq!((done.done_on, done.outcome.as_deref()), (Some(TODAY), Some("confirmed")));
        let seen = people::open(ctx, mo, ann).await.unwrap();
        let spell = seen.record.spells.last().unwrap();
        assert_eq!(spell.verified_by.as_deref(), Some("Mina Worker"));
        assert_eq!(spell.verified, Some(TODAY));
        assert_eq!(seen.contacts[0].note, "Likes the course");
        assert!(seen.asked.is_empty());

        // Nobody is reached by what is done.
        assert!(people::board(ctx, mina).await.unwrap().mine.is_empty());
        refused(people::answer(ctx, mina, id, &came("confirmed")).await);
        refused(people::open(ctx, mina, ann).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_who_would_be_shown_nobody() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ann) = (&town.ctx, &town.manager, town.people[0]);
        let (mina, ada) = (&town.youth, &town.adviser);
        let unbound = refused(people::ask(ctx, mo, &[ann], mina.account).await);
        assert!(unbound.contains("no agreement"), "{unbound}");
        agree(&town).await;
        let restricted = refused(people::ask(ctx, mo, &town.people, mina.account).await);
        assert!(restricted.contains("restricted"), "{restricted}");
        refused(people::open(ctx, mina, ann).await);
        let far = refused(people::ask(ctx, mo, &[ann], ada.account).await);
        assert!(far.contains("locality"), "{far}");
        refused(people::ask(ctx, mo, &[ann], mo.account).await);
        refused(people::ask(ctx, mina, &[ann], mina.account).await);
        people::allocate(ctx, mo, ann, Some(ada.account)).await.unwrap();
        assert_eq!(people::ask(ctx, mo, &[ann], ada.account).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_of_one_is_no_other_ones_and_is_taken_back_by_who_asked() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ann) = (&town.ctx, &town.manager, town.people[0]);
        let (mina, ada) = (&town.youth, &town.adviser);
        agree(&town).await;
        people::allocate(ctx, mo, ann, Some(ada.account)).await.unwrap();
        people::ask(ctx, mo, &[ann], mina.account).await.unwrap();
        let id = people::board(ctx, mina).await.unwrap().mine[0].task.id;
        refused(people::answer(ctx, ada, id, &came("confirmed")).await);
        refused(people::open_asked(ctx, ada, id).await);
        let only = refused(people::take_back(ctx, ada, id).await);
        assert!(only.contains("Only who asked"), "{only}");
        refused(people::take_back(ctx, mina, id).await);
        people::take_back(ctx, mo, id).await.unwrap();
        refused(people::take_back(ctx, mo, id).await);
        assert!(people::board(ctx, mo).await.unwrap().others.is_empty());
        refused(people::answer(ctx, mina, id, &came("confirmed")).await);
        refused(people::open(ctx, mina, ann).await);
        assert_eq!(people::ask(ctx, mo, &[ann], mina.account).await.unwrap(), 1, "asked anew");
    })
    .await;
}
