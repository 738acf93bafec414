//! Merges taken apart after edits that nobody chose: whatever was edited in between, both records come
//! back with their own facts, and every later edit stands on one of them. On both engines.

use crate::town::{actor, context, everybody, town};
use app::Context;
use app::linking::{self, Wanted};
use app::people::NewContact;
use domain::access::{Actor, Role};
use domain::person::{Field, PersonId, PersonRecord};
use std::collections::{BTreeMap, BTreeSet};
use store::people::{self, Moment};
use testkit::each_engine;

/// Numbers that look drawn and are the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n as u64).unwrap()
    }
}

const EDITED: [Field; 6] = [
    Field::Phone,
    Field::Email,
    Field::ParentName,
    Field::ParentPhone,
    Field::MiddleName,
    Field::GivenName,
];

fn value(draw: &mut Draw, field: Field) -> String {
    let n = draw.below(4);
    match field {
        Field::Phone | Field::ParentPhone => format!("01634 00000{n}"),
        Field::Email => format!("a{n}@example.org"),
        // Nobody is left without a given name.
        Field::GivenName => ["Ada", "Bea", "Cora", "Dot"][n].to_owned(),
        _ => ["", "Ash", "Birch", "Cedar"][n].to_owned(),
    }
}

async fn record(ctx: &Context, person: i64) -> PersonRecord {
    let mut tx = ctx.db.begin_read().await.unwrap();
    people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0).record
}

async fn edit(ctx: &Context, jo: &Actor, person: i64, draw: &mut Draw) {
    let field = EDITED[draw.below(EDITED.len())];
    let opened = app::people::open(ctx, jo, PersonId(person)).await.unwrap();
    let values = BTreeMap::from([(field, value(draw, field))]);
    app::people::correct(ctx, jo, (PersonId(person), opened.seen), &values, "told").await.unwrap();
}

async fn call(ctx: &Context, jo: &Actor, person: i64) {
    let contact = NewContact {
        method: "call".to_owned(),
        outcome: "no-answer".to_owned(),
        note: String::new(),
        next_step: None,
        obstacles: Vec::new(),
    };
    app::people::record_contact(ctx, jo, PersonId(person), &contact).await.unwrap();
}

async fn contacts(ctx: &Context, person: i64) -> usize {
    let mut tx = ctx.db.begin_read().await.unwrap();
    store::contacts::of_person(&mut tx, person, 99).await.unwrap().len()
}

/// What both must say again: their own facts, but for what was edited while the two were one, which
/// belongs to whichever of them the value that was edited had come from.
fn expected(
    (kept, gone): (&PersonRecord, &PersonRecord),
    merged: &PersonRecord,
    now: &PersonRecord,
) -> (PersonRecord, PersonRecord) {
    let (mut first, mut second) = (kept.clone(), gone.clone());
    for field in EDITED {
        let of = |record: &PersonRecord| record.particulars.get(field).map(str::to_owned);
        let (was, is) = (of(merged), of(now));
        if was != is {
            let theirs = of(kept) != was && of(gone) == was;
            let side = if theirs { &mut second } else { &mut first };
            side.particulars.set(field, is);
        }
    }
    (first, second)
}

#[tokio::test]
async fn nothing_is_lost_by_merging_and_taking_apart() {
    each_engine(async |register| {
        let ctx = context(&register);
        let town = town(&ctx).await;
        let jo = {
            let mut tx = ctx.db.begin().await.unwrap();
            let who = ("jo@example.org", "Jo", Role::DataManager);
            let id =
                app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
            tx.commit().await.unwrap();
            actor(id, Role::DataManager)
        };
        let mut draw = Draw(20_261_129);
        let size = everybody(&ctx).await.len();
        for round in 0..14 {
            let (kept, gone) = (town[20 + 2 * round].person, town[21 + 2 * round].person);
            for _ in 0..draw.below(4) {
                let one = if draw.below(2) == 0 { kept } else { gone };
                edit(&ctx, &jo, one, &mut draw).await;
            }
            let called = [draw.below(3), draw.below(3), draw.below(2)];
            for (person, times) in [(kept, called[0]), (gone, called[1])] {
                for _ in 0..times {
                    call(&ctx, &jo, person).await;
                }
            }
            let before = (record(&ctx, kept).await, record(&ctx, gone).await);
            let seen = linking::preview(&ctx, &jo, (kept, gone)).await.unwrap().seen;
            let prefer: BTreeSet<Field> =
                EDITED.into_iter().filter(|_| draw.below(3) == 0).collect();
            let wanted = Wanted { kept, gone, seen, prefer, reason: "generated" };
            let id = linking::merge(&ctx, &jo, &wanted).await.unwrap().unwrap();
            let merged = record(&ctx, kept).await;
            assert_eq!(contacts(&ctx, kept).await, called[0] + called[1], "round {round}");
            for _ in 0..draw.below(5) {
                edit(&ctx, &jo, kept, &mut draw).await;
            }
            for _ in 0..called[2] {
                call(&ctx, &jo, kept).await;
            }
            let now = record(&ctx, kept).await;
            linking::unmerge(&ctx, &jo, id, "generated").await.unwrap();
            let after = (record(&ctx, kept).await, record(&ctx, gone).await);
            let wanted = expected((&before.0, &before.1), &merged, &now);
            assert_eq!(after, wanted, "round {round}");
            let came = (contacts(&ctx, kept).await, contacts(&ctx, gone).await);
            assert_eq!(came, (called[0] + called[2], called[1]), "round {round}");
        }
        assert_eq!(everybody(&ctx).await.len(), size);
    })
    .await;
}
