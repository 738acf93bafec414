//! A worker's day on the register: confirming many, taking that back, giving people to an adviser.

use crate::town::refusal;
use app::people::{self, NewActivity};
use app::{Clock, Context, accounts};
use domain::access::{Actor, Role};
use domain::person::{ChangeId, Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use store::people::{Moment, Write, load, new_people, write};
use store::{audit, changes};
use testkit::each_engine;

struct Town {
    ctx: Context,
    manager: Actor,
    adviser: Actor,
    people: Vec<PersonId>,
}

fn pupil(name: &str) -> PersonRecord {
    PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, name)
            .with(Field::FamilyName, "Marsh")
            .with(Field::DateOfBirth, "2008-03-04"),
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
    let mut actors = Vec::new();
    for (email, name, role) in [
        ("m@example.org", "Mo Manager", Role::DataManager),
        ("a@example.org", "Ada Adviser", Role::Adviser),
    ] {
        let id = accounts::add(&ctx, &mut tx, (email, name, role), (None, &[]), String::new());
        let id = id.await.unwrap();
        let account = store::accounts::by_id(&mut tx, id).await.unwrap().unwrap();
        actors.push(accounts::actor(&account).unwrap());
    }
    let change = changes::begin(&mut tx, &ctx.now(), "import", None, None, None).await.unwrap();
    let records = ["Ann", "Ben", "Cas"].map(pupil);
    let mut numbers = vec![String::new(); records.len()];
    let ids = new_people(&mut tx, change, "887", &mut numbers).await.unwrap();
    let before = load(&mut tx, &ids, Moment::Now).await.unwrap();
    let writes: Vec<Write<'_>> =
        before.iter().zip(&records).map(|(before, after)| Write { before, after }).collect();
    write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    let [manager, adviser] = actors.try_into().unwrap();
    Town { ctx, manager, adviser, people: ids.into_iter().map(PersonId).collect() }
}

async fn confirmed_on(town: &Town, person: PersonId) -> Option<Date> {
    let opened = people::open(&town.ctx, &town.manager, person).await.unwrap();
    opened.record.spells.last().unwrap().verified
}

#[tokio::test]
async fn looks_after_an_answer_are_counted_anew() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who) = (&town.ctx, &town.manager);
        let scope = domain::access::Scope::everyone();
        let name = "Gov".to_owned();
        let officer = Actor { account: town.adviser.account, name, role: Role::Governance, scope };
        let look = async |times: usize| {
            for _ in 0..times {
                people::open(ctx, who, town.people[0]).await.unwrap();
            }
            app::looks::reviews(ctx, &officer).await.unwrap().noticed
        };
        assert!(look(4).await.is_empty());
        let first = look(1).await;
        assert_eq!(first.len(), 1);
        assert_eq!(look(3).await.len(), 1, "it is asked about already");
        // Given the role since, one does not answer for oneself.
        let own = Actor { account: who.account, ..officer.clone() };
        let closed = app::looks::settle(ctx, &own, first[0].id, "It was me").await;
        assert_eq!(refusal(closed), "Nobody closes a question about their own look.");
        app::looks::settle(ctx, &officer, first[0].id, "A colleague was ill").await.unwrap();
        assert!(look(4).await.is_empty(), "an answer is not asked about");
        let again = look(1).await;
        assert_eq!(again.iter().map(|one| one.opens).collect::<Vec<_>>(), [5]);
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_is_taken_back_and_later_work_stays() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who) = (&town.ctx, &town.manager);
        let done = people::verify(ctx, who, &town.people, ("A list", None)).await.unwrap();
        assert_eq!(done.people, 3);
        assert_eq!(confirmed_on(&town, town.people[0]).await, Some(date(2025, 11, 24)));
        let edition = formats::reference::editions().on(ctx.today()).unwrap();
        let seeking = NewActivity {
            code: "619".to_owned(),
            start: Some(date(2025, 11, 20)),
            how: "said so".to_owned(),
            ..NewActivity::default()
        };
        people::change_activity(ctx, who, town.people[2], edition, &seeking).await.unwrap();
        let undone = people::unconfirm(ctx, who, done.change).await.unwrap();
        assert_eq!(undone.restored, 2, "{undone:?}");
        for person in &town.people[..2] {
            assert_eq!(confirmed_on(&town, *person).await, Some(date(2025, 3, 1)));
        }
        let third = people::open(ctx, who, town.people[2]).await.unwrap();
        assert_eq!(third.record.spells.last().unwrap().code, "619", "later work is lost");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let acts = audit::of_person(&mut tx, town.people[0].0, 50).await.unwrap();
        assert!(acts.iter().any(|one| one.act == "confirmation taken back"));
    })
    .await;
}

#[tokio::test]
async fn only_the_confirming_hand_takes_back_and_only_once() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who) = (&town.ctx, &town.manager);
        let done = people::verify(ctx, who, &town.people[..1], ("A list", None)).await.unwrap();
        for (actor, change) in
            [(&town.adviser, done.change), (who, ChangeId(1)), (who, ChangeId(4_000))]
        {
            let said = refusal(people::unconfirm(ctx, actor, change).await);
            assert_eq!(said, "Only who confirmed people can take that back.");
        }
        people::unconfirm(ctx, who, done.change).await.unwrap();
        let said = refusal(people::unconfirm(ctx, who, done.change).await);
        assert_eq!(said, "That was taken back already.");
    })
    .await;
}

#[tokio::test]
async fn somebody_is_given_to_an_adviser_who_then_reaches_them() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who, ada) = (&town.ctx, &town.manager, &town.adviser);
        let person = town.people[0];
        refusal(people::open(ctx, ada, person).await);
        let opened = people::open(ctx, who, person).await.unwrap();
        let holders: Vec<&str> = opened.holders.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(holders, ["Ada Adviser"], "a data manager has no caseload");
        let said = refusal(people::allocate(ctx, who, person, Some(who.account)).await);
        assert_eq!(said, "Choose an adviser.");
        people::allocate(ctx, who, person, Some(ada.account)).await.unwrap();
        let opened = people::open(ctx, ada, person).await.unwrap();
        assert_eq!(opened.advisers[0].1, "Ada Adviser");
        refusal(people::allocate(ctx, who, person, Some(ada.account)).await);
        people::allocate(ctx, who, person, None).await.unwrap();
        refusal(people::open(ctx, ada, person).await);
    })
    .await;
}

/// Who was to have left by now is confirmed, and is lapsed all the same.
#[tokio::test]
async fn who_was_to_have_left_is_not_told_as_current_once_confirmed() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who) = (&town.ctx, &town.manager);
        let mut tx = ctx.db.begin().await.unwrap();
        let before = load(&mut tx, &[town.people[2].0], Moment::Now).await.unwrap().remove(0);
        let mut after = before.record.clone();
        after.spells[0].predicted_end = Some(date(2025, 10, 31));
        let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
        write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
        tx.commit().await.unwrap();
        let done = people::verify(ctx, who, &town.people, ("A list", None)).await.unwrap();
        assert_eq!((done.people, done.lapsed), (3, 1));
        assert_eq!(confirmed_on(&town, town.people[2]).await, Some(date(2025, 11, 24)));
    })
    .await;
}

/// Between the look and the confirming somebody else has recorded something of one.
#[tokio::test]
async fn nobody_is_confirmed_as_something_that_nobody_looked_at() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who) = (&town.ctx, &town.manager);
        let edition = formats::reference::editions().on(ctx.today()).unwrap();
        let looked = people::confirming(ctx, who, edition, &town.people).await.unwrap();
        assert_eq!(looked.people.len(), 3);
        let seeking = NewActivity {
            code: "619".to_owned(),
            start: Some(date(2025, 11, 20)),
            how: "said so".to_owned(),
            ..NewActivity::default()
        };
        people::change_activity(ctx, who, town.people[2], edition, &seeking).await.unwrap();
        let how = ("A list", Some(looked.seen));
        let done = people::verify(ctx, who, &town.people, how).await.unwrap();
        assert_eq!((done.people, done.changed, done.beyond), (2, 1, 0));
        for person in &town.people[..2] {
            assert_eq!(confirmed_on(&town, *person).await, Some(date(2025, 11, 24)));
        }
        let third = people::open(ctx, who, town.people[2]).await.unwrap();
        let now = third.record.spells.last().unwrap();
        assert_eq!(now.verified_how.as_deref(), Some("said so"), "what nobody saw is confirmed");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let of = async |tx: &mut store::Tx, person: PersonId| {
            let acts = audit::of_person(tx, person.0, 50).await.unwrap();
            acts.iter().filter(|one| one.act == "activity confirmed").count()
        };
        let counts = [of(&mut tx, town.people[0]).await, of(&mut tx, town.people[2]).await];
        assert_eq!(counts, [1, 0]);
        drop(tx);
        let undone = people::unconfirm(ctx, who, done.change).await.unwrap();
        assert_eq!(undone.restored, 2, "{undone:?}");
    })
    .await;
}

/// Between the look and the confirming one went to another adviser: that is not something recorded of them.
#[tokio::test]
async fn who_went_out_of_reach_is_not_told_as_changed() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who, ada) = (&town.ctx, &town.manager, &town.adviser);
        people::give(ctx, who, &town.people, ada.account).await.unwrap();
        let edition = formats::reference::editions().on(ctx.today()).unwrap();
        let looked = people::confirming(ctx, ada, edition, &town.people).await.unwrap();
        assert_eq!(looked.people.len(), 3);
        people::allocate(ctx, who, town.people[1], None).await.unwrap();
        let how = ("A list", Some(looked.seen));
        let done = people::verify(ctx, ada, &town.people, how).await.unwrap();
        assert_eq!((done.people, done.changed, done.beyond), (2, 0, 1));
        assert_eq!(confirmed_on(&town, town.people[1]).await, Some(date(2025, 3, 1)));
    })
    .await;
}

#[tokio::test]
async fn many_are_given_to_an_adviser_in_one_unit_of_work_or_nobody_is() {
    each_engine(async |engine| {
        let town = town(engine.db).await;
        let (ctx, who, ada) = (&town.ctx, &town.manager, &town.adviser);
        let said = refusal(people::give(ctx, who, &town.people, who.account).await);
        assert_eq!(said, "Choose an adviser.");
        let stranger = [town.people[0], PersonId(999_999)];
        refusal(people::give(ctx, who, &stranger, ada.account).await);
        refusal(people::open(ctx, ada, town.people[0]).await);
        refusal(people::give(ctx, ada, &town.people, ada.account).await);

        people::allocate(ctx, who, town.people[0], Some(ada.account)).await.unwrap();
        assert_eq!(people::give(ctx, who, &town.people, ada.account).await.unwrap(), 2);
        let mut changes = Vec::new();
        for person in &town.people {
            let opened = people::open(ctx, ada, *person).await.unwrap();
            assert_eq!(opened.advisers.len(), 1, "nobody is on a caseload twice");
            assert_eq!(opened.advisers[0].1, "Ada Adviser");
            changes.push(opened.changes[0].id);
            let mut tx = ctx.db.begin_read().await.unwrap();
            let acts = audit::of_person(&mut tx, person.0, 50).await.unwrap();
            let given = acts.iter().filter(|one| one.act == "allocated");
            assert_eq!(given.count(), 1, "each has a row of their own");
        }
        assert_eq!(changes[1], changes[2], "one unit of work");
        let said = refusal(people::give(ctx, who, &town.people, ada.account).await);
        assert_eq!(said, "They are all on that caseload already.");
        let holders = people::holding(ctx, who).await.unwrap();
        assert_eq!(holders, [(ada.account, "Ada Adviser".to_owned())]);
    })
    .await;
}
