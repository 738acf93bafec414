//! Somebody is asked to follow a young person up: a youth worker reaches them until it is done, records what came of it
//! and of nobody else, and whoever asked sees it done.

use crate::town::refusal;
use app::people::{self, AskedFor, NewContact};
use app::{Clock, Context, accounts, agreement};
use domain::access::{Actor, Role, Scope, Terms};
use domain::agreement::Item;
use domain::intake::Declaration;
use domain::person::{Field, Particulars, PersonId, PersonRecord, mark};
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
        obstacles: Vec::new(),
    }
}

#[tokio::test]
async fn a_youth_worker_follows_up_whom_they_were_asked_to_and_the_asker_sees_it_done() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, mina, ann) = (&town.ctx, &town.manager, &town.youth, town.people[0]);
        agree(&town).await;
        refusal(people::open(ctx, mina, ann).await);
        let named = people::askable(ctx, mo).await.unwrap();
        assert!(named.contains(&(mina.account, "Mina Worker (Youth service)".to_owned())));
        assert!(people::askable(ctx, mina).await.unwrap().is_empty(), "a partner asks nobody");
        assert_eq!(people::ask(ctx, mo, &[ann], mina.account).await.unwrap().new, 1);
        let again = refusal(people::ask(ctx, mo, &[ann], town.adviser.account).await);
        assert!(again.contains("already"), "{again}");

        let board = people::board(ctx, mina).await.unwrap();
        let [one] = board.mine.as_slice() else { panic!("{board:?}") };
        assert_eq!((one.name.as_str(), one.task.due), ("Ann Marsh", date(2025, 12, 8)));
        assert_eq!(people::asked_of(ctx, mina).await.unwrap(), 1);
        let (id, opened) = (one.task.id, people::open_asked(ctx, mina, one.task.id).await.unwrap());
        assert_eq!(opened.opened.record.particulars.get(Field::Phone), Some("07700 900123"));
        refusal(people::record_contact(ctx, mina, ann, &came("confirmed")).await);
        refusal(people::open(ctx, mina, town.people[1]).await);

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
        refusal(people::answer(ctx, mina, id, &came("confirmed")).await);
        refusal(people::open(ctx, mina, ann).await);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_who_would_be_shown_nobody() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ann) = (&town.ctx, &town.manager, town.people[0]);
        let (mina, ada) = (&town.youth, &town.adviser);
        let unbound = refusal(people::ask(ctx, mo, &[ann], mina.account).await);
        assert!(unbound.contains("no agreement"), "{unbound}");
        agree(&town).await;
        let restricted = refusal(people::ask(ctx, mo, &town.people[2..], mina.account).await);
        assert!(restricted.contains("restricted"), "{restricted}");
        let near = refusal(people::ask(ctx, mo, &town.people[2..], ada.account).await);
        assert!(near.contains("restricted") && !near.contains("locality"), "{near}");
        refusal(people::open(ctx, mina, ann).await);
        let far = refusal(people::ask(ctx, mo, &[ann], ada.account).await);
        assert!(far.contains("locality"), "{far}");
        refusal(people::ask(ctx, mo, &[ann], mo.account).await);
        refusal(people::ask(ctx, mina, &[ann], mina.account).await);
        people::allocate(ctx, mo, ann, Some(ada.account)).await.unwrap();
        assert_eq!(people::ask(ctx, mo, &[ann], ada.account).await.unwrap().new, 1);
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
        refusal(people::answer(ctx, ada, id, &came("confirmed")).await);
        refusal(people::open_asked(ctx, ada, id).await);
        let only = refusal(people::take_back(ctx, ada, id).await);
        assert!(only.contains("Only who asked"), "{only}");
        refusal(people::take_back(ctx, mina, id).await);
        people::take_back(ctx, mo, id).await.unwrap();
        refusal(people::take_back(ctx, mo, id).await);
        assert!(people::board(ctx, mo).await.unwrap().others.is_empty());
        refusal(people::answer(ctx, mina, id, &came("confirmed")).await);
        refusal(people::open(ctx, mina, ann).await);
        let anew = people::ask(ctx, mo, &[ann], mina.account).await.unwrap();
        assert_eq!(anew.new, 1, "asked anew");
    })
    .await;
}

#[tokio::test]
async fn of_many_the_restricted_and_those_asked_for_before_are_left_out_and_counted() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, mina) = (&town.ctx, &town.manager, &town.youth);
        agree(&town).await;
        people::ask(ctx, mo, &town.people[..1], mina.account).await.unwrap();
        let all = people::ask(ctx, mo, &town.people, mina.account).await.unwrap();
        assert_eq!(all, AskedFor { new: 1, already: 1, restricted: 1 });
        let named = |listed: &people::Listed| listed.name.clone();
        let mine = people::board(ctx, mina).await.unwrap().mine;
        assert_eq!(mine.iter().map(named).collect::<Vec<_>>(), ["Ann Marsh", "Ben Marsh"]);
    })
    .await;
}

#[tokio::test]
async fn a_referral_for_another_reason_stands_beside_and_outlives_the_follow_up() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, mina, ann) = (&town.ctx, &town.manager, &town.youth, town.people[0]);
        agree(&town).await;
        people::ask(ctx, mo, &[ann], mina.account).await.unwrap();
        let programme = ("youth", "Takes part in a programme");
        people::refer(ctx, mo, ann, programme).await.unwrap();
        refusal(people::refer(ctx, mo, ann, programme).await);
        let id = people::board(ctx, mina).await.unwrap().mine[0].task.id;
        people::answer(ctx, mina, id, &came("confirmed")).await.unwrap();
        let standing = people::referred(ctx, mo, ann).await.unwrap().standing;
        let reasons: Vec<&str> = standing.iter().map(|one| one.reason.as_str()).collect();
        assert_eq!(reasons, ["Takes part in a programme"]);
        people::open(ctx, mina, ann).await.unwrap();

        // The other way round: what was made for the programme ends, and what was asked for stays.
        let other = town.people[1];
        people::ask(ctx, mo, &[other], mina.account).await.unwrap();
        people::refer(ctx, mo, other, programme).await.unwrap();
        let newest = people::referred(ctx, mo, other).await.unwrap().standing[0].clone();
        assert_eq!(newest.reason, "Takes part in a programme");
        people::end_referral(ctx, mo, other, newest.id).await.unwrap();
        people::open(ctx, mina, other).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_is_asked_of_an_account_ends_with_it_and_whoever_asked_needs_no_reach() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ann) = (&town.ctx, &town.manager, town.people[0]);
        let (mina, ada) = (&town.youth, &town.adviser);
        agree(&town).await;
        people::allocate(ctx, mo, ann, Some(ada.account)).await.unwrap();
        people::ask(ctx, ada, &[ann], mina.account).await.unwrap();
        assert_eq!(people::open(ctx, mo, ann).await.unwrap().asked.len(), 1);
        app::admin::end(ctx, mo, mina.account).await.unwrap();
        let opened = people::open(ctx, mo, ann).await.unwrap();
        assert!(opened.asked.is_empty(), "somebody else can be asked");
        let told = people::board(ctx, ada).await.unwrap().others;
        let ended: Vec<_> = told.iter().map(|one| one.task.undone_on).collect();
        assert_eq!(ended, [Some(ctx.today())], "whoever asked is told");
        assert_eq!(told[0].task.done_on, None, "it was not done");
        assert!(people::referred(ctx, mo, ann).await.unwrap().standing.is_empty());

        people::ask(ctx, ada, &[ann], ada.account).await.unwrap();
        let task = people::open(ctx, mo, ann).await.unwrap().asked[0].clone();
        assert!(people::may_take_back(ada, &task) && people::may_take_back(mo, &task));
        assert!(!people::may_take_back(mina, &task));
        people::allocate(ctx, mo, ann, None).await.unwrap();
        let far = Actor { scope: Scope::nobody(), ..ada.clone() };
        refusal(people::open(ctx, &far, ann).await);
        assert_eq!(people::take_back(ctx, &far, task.id).await.unwrap(), ann);
        assert!(people::open(ctx, mo, ann).await.unwrap().asked.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_contact_recorded_on_the_record_settles_its_makers_own_follow_up() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ada, ann) = (&town.ctx, &town.manager, &town.adviser, town.people[0]);
        people::allocate(ctx, mo, ann, Some(ada.account)).await.unwrap();
        people::ask(ctx, mo, &[ann], ada.account).await.unwrap();
        people::record_contact(ctx, mo, ann, &came("confirmed")).await.unwrap();
        assert_eq!(people::board(ctx, ada).await.unwrap().mine.len(), 1, "another's contact");
        people::record_contact(ctx, ada, ann, &came("no-answer")).await.unwrap();
        assert_eq!(people::board(ctx, ada).await.unwrap().mine[0].task.tries, 1);
        people::record_contact(ctx, ada, ann, &came("supported")).await.unwrap();
        assert!(people::board(ctx, ada).await.unwrap().mine.is_empty());
        let done = &people::board(ctx, mo).await.unwrap().others[0].task;
        assert_eq!((done.done_on, done.outcome.as_deref()), (Some(TODAY), Some("supported")));
    })
    .await;
}

/// The youth worker by an agreement that gives out everything but these.
fn without(mina: &Actor, items: &[Item]) -> Actor {
    let mut actor = mina.clone();
    if let Terms::Agreed(given) = &mut actor.scope.terms {
        for item in items {
            given.remove(item);
        }
    }
    actor
}

#[tokio::test]
async fn what_is_not_given_out_is_neither_shown_nor_confirmed() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, ann) = (&town.ctx, &town.manager, town.people[0]);
        agree(&town).await;
        people::ask(ctx, mo, &[ann], town.youth.account).await.unwrap();
        let id = people::board(ctx, &town.youth).await.unwrap().mine[0].task.id;

        let nameless = without(&town.youth, &[Item::Field(Field::FamilyName)]);
        let row = people::board(ctx, &nameless).await.unwrap().mine[0].clone();
        assert_eq!((row.name.as_str(), row.born, row.spell), ("", None, None));
        refusal(people::open_asked(ctx, &nameless, id).await);
        refusal(people::answer(ctx, &nameless, id, &came("no-answer")).await);

        let idle = without(&town.youth, &[Item::Activity]);
        assert!(people::open_asked(ctx, &town.youth, id).await.unwrap().now_shown);
        assert!(!people::open_asked(ctx, &idle, id).await.unwrap().now_shown);
        for outcome in ["confirmed", "supported", "parent"] {
            let said = refusal(people::answer(ctx, &idle, id, &came(outcome)).await);
            assert!(said.contains("not shown"), "{said}");
        }
        people::answer(ctx, &idle, id, &came("spoke")).await.unwrap();
        let spell = people::open(ctx, mo, ann).await.unwrap().record.spells[0].clone();
        assert_eq!(spell.verified, Some(date(2025, 3, 1)), "nobody confirmed it");
    })
    .await;
}

#[tokio::test]
async fn nobody_is_asked_about_whose_name_came_as_benefits_information() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, mo, mina, ann) = (&town.ctx, &town.manager, &town.youth, town.people[0]);
        agree(&town).await;
        people::ask(ctx, mo, &town.people[1..2], mina.account).await.unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let change = changes::begin(&mut tx, &ctx.now(), "import", None, None, None).await.unwrap();
        let names = [Field::GivenName, Field::FamilyName].map(Item::Field);
        for person in &town.people[..2] {
            let before = load(&mut tx, &[person.0], Moment::Now).await.unwrap().remove(0);
            let mut after = before.record.clone();
            let particulars = after.particulars.clone();
            let said = Declaration { particulars, ..Declaration::default() };
            mark(&mut after, None, &said, &names);
            assert!(names.iter().all(|item| after.is_benefits(*item)));
            write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
        }
        tx.commit().await.unwrap();
        let why = refusal(people::ask(ctx, mo, &[ann], mina.account).await);
        assert!(why.contains("benefits information"), "{why}");
        assert!(people::referred(ctx, mo, ann).await.unwrap().standing.is_empty());
        // Of whom it came since, nothing is shown either.
        let row = people::board(ctx, mina).await.unwrap().mine[0].clone();
        assert_eq!((row.name.as_str(), row.born, row.spell), ("", None, None));
        refusal(people::answer(ctx, mina, row.task.id, &came("no-answer")).await);
    })
    .await;
}
