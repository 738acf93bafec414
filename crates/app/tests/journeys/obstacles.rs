//! What stands in the way: ticked with a contact, on the record with its day and its teller, and counted of many.

use app::people::{self, NewContact, Obstacles};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use formats::reference::editions;
use jiff::civil::{Date, date};
use store::changes;
use store::people::{Moment, Write, load, new_people, write};
use testkit::each_engine;

const DAY: Date = date(2026, 6, 2);

async fn town(ctx: &Context, many: usize) -> Vec<PersonId> {
    let young = PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, "Sam")
            .with(Field::FamilyName, "Marsh")
            .with(Field::DateOfBirth, "2009-03-04"),
        spells: vec![Spell::new("619", date(2026, 1, 5))],
        ..PersonRecord::default()
    };
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let ids = new_people(&mut tx, change, "887", &mut vec![String::new(); many]).await.unwrap();
    let before = load(&mut tx, &ids, Moment::Now).await.unwrap();
    let writes: Vec<Write<'_>> =
        before.iter().map(|before| Write { before, after: &young }).collect();
    write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
    ids.into_iter().map(PersonId).collect()
}

fn actor(role: Role, scope: Scope) -> Actor {
    Actor { account: 0, name: "Dana Marsh".to_owned(), role, scope }
}

fn manager() -> Actor {
    actor(Role::DataManager, Scope::everyone())
}

async fn told(ctx: &Context, person: PersonId, obstacles: &[&str]) -> Result<(), app::Wrong> {
    came(ctx, person, "supported", obstacles).await
}

async fn came(
    ctx: &Context,
    person: PersonId,
    outcome: &str,
    obstacles: &[&str],
) -> Result<(), app::Wrong> {
    let contact = NewContact {
        method: "call".to_owned(),
        outcome: outcome.to_owned(),
        obstacles: obstacles.iter().map(|name| (*name).to_owned()).collect(),
        ..NewContact::default()
    };
    people::record_contact(ctx, &manager(), person, &contact).await.map(drop)
}

async fn counted(ctx: &Context, actor: &Actor) -> Result<Obstacles, app::Wrong> {
    let edition = editions().named("2026-27").unwrap();
    people::obstacles(ctx, actor, edition, ctx.today()).await
}

/// How many told of each that anybody told of, or too few did.
fn rows(found: &Obstacles) -> Vec<(&str, Option<u64>)> {
    let all = found.rows.iter().map(|(one, people)| (one.name.as_str(), *people));
    all.filter(|(_, people)| *people != Some(0)).collect()
}

#[tokio::test]
async fn what_stands_in_the_way_is_kept_with_its_contact_and_counted_without_names() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let all = town(&ctx, 7).await;
        for person in &all[..5] {
            told(&ctx, *person, &["money", "transport", "money"]).await.unwrap();
        }
        told(&ctx, all[0], &["transport"]).await.unwrap();
        told(&ctx, all[5], &["transport", "housing"]).await.unwrap();
        told(&ctx, all[6], &[]).await.unwrap();
        let unknown = told(&ctx, all[6], &["bad luck"]).await.unwrap_err().to_string();
        assert!(unknown.contains("No obstacle is called bad luck"), "{unknown}");

        let mut tx = ctx.db.begin_read().await.unwrap();
        let contacts = store::contacts::of_person(&mut tx, all[0].0, 9).await.unwrap();
        drop(tx);
        let kept: Vec<_> = contacts.iter().map(|one| (one.day, one.obstacles.join(" "))).collect();
        let wanted = ["transport", "transport money"].map(|names| (DAY, names.to_owned()));
        assert_eq!(kept, wanted, "once each, on {}", register.engine);

        let found = counted(&ctx, &manager()).await.unwrap();
        // One told of housing, which is not said; nobody counts twice.
        let wanted = [("transport", Some(6)), ("money", Some(5)), ("housing", None)];
        assert_eq!((found.people, rows(&found)), (Some(6), wanted.to_vec()));
        assert_eq!(found.since, date(2025, 6, 2));
        // Whoever reaches nobody counts nobody, and whoever sees no contacts is told nothing.
        let nobody = counted(&ctx, &actor(Role::Adviser, Scope::nobody())).await.unwrap();
        assert_eq!((nobody.people, rows(&nobody)), (Some(0), Vec::new()));
        for role in [Role::School, Role::Governance] {
            assert!(counted(&ctx, &actor(role, Scope::everyone())).await.is_err(), "{role:?}");
        }
        // A year later it may be overcome.
        let later = Context::new(register.db.clone(), None, Clock::on(date(2027, 6, 3)));
        assert_eq!(counted(&later, &manager()).await.unwrap().people, Some(0));
    })
    .await;
}

#[tokio::test]
async fn whoever_was_not_reached_told_of_nothing() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let person = town(&ctx, 1).await[0];
        for outcome in ["no-answer", "message", "wrong-number"] {
            let wrong = came(&ctx, person, outcome, &["housing"]).await.unwrap_err().to_string();
            assert!(wrong.contains("Nobody was reached"), "{outcome}: {wrong}");
            came(&ctx, person, outcome, &[]).await.unwrap();
        }
        came(&ctx, person, "refused", &["housing"]).await.unwrap();
        let mut tx = ctx.db.begin_read().await.unwrap();
        let contacts = store::contacts::of_person(&mut tx, person.0, 9).await.unwrap();
        let kept: Vec<_> = contacts.iter().map(|one| one.obstacles.join(" ")).collect();
        assert_eq!(kept, ["housing", "", "", ""], "{}", register.engine);
    })
    .await;
}
