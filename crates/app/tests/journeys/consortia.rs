//! Consortia of schools: a list or a page says them, and whatever is cut and packed by them follows at once.

use std::collections::BTreeMap;

use app::Context;
use app::admin::{self, Brought, Contacts, Run};
use app::measures::{Months, Question, figures};
use app::packs::{self, Audience};
use domain::access::{Actor, Scope};
use domain::measure::Cut;
use domain::person::{Field, PersonRecord};
use store::{args, organisations};
use testkit::each_engine;

use crate::outputs::{context, fill, october, of_wards, person, staff};

const HEAD: &str = "urn,name,kind,town,postcode,lat,lon,ward25_code,establishment_number,ukprn";

async fn register(db: store::Db) -> (Context, Actor) {
    let ctx = context(db);
    let mut tx = ctx.db.begin().await.unwrap();
    for name in ["la_code", "database_id"] {
        organisations::set(&mut tx, name, "887").await.unwrap();
    }
    tx.commit().await.unwrap();
    let actor = staff(&ctx, "a@example.org").await;
    (ctx, actor)
}

/// A list of two schools with these consortia, or without the column.
async fn bring(ctx: &Context, actor: &Actor, consortia: Option<[&str; 2]>) -> Brought {
    let mut list = HEAD.to_owned() + if consortia.is_some() { ",consortium" } else { "" };
    for (at, urn) in ["100001", "100002"].into_iter().enumerate() {
        list += &format!("\n{urn},School {urn},Secondary,Chatham,,,,,,");
        if let Some(consortia) = consortia {
            list += &format!(",{}", consortia[at]);
        }
    }
    admin::bring_schools(ctx, actor, Some(&list), Run::Real).await.unwrap()
}

/// What an administrator types on the page of the second school.
async fn say(ctx: &Context, actor: &Actor, consortium: &str) {
    say_of(ctx, actor, ("urn-100002", consortium)).await;
}

async fn say_of(ctx: &Context, actor: &Actor, (school, consortium): (&str, &str)) {
    let form = Contacts { consortium: consortium.to_owned(), ..Contacts::default() };
    admin::save_contacts(ctx, actor, school, &form).await.unwrap();
}

/// Schools with their consortia, and how many people of each are NEET and in education.
async fn schools(ctx: &Context, actor: &Actor, all: &[(&str, &str, usize, usize)]) {
    let lines = all.iter().map(|(urn, consortium, ..)| {
        format!("\n{urn},School {urn},Secondary,Chatham,,,,,,,{consortium}")
    });
    let list = format!("{HEAD},consortium{}", lines.collect::<Vec<_>>().concat());
    admin::bring_schools(ctx, actor, Some(&list), Run::Real).await.unwrap();
    for (urn, _, neet, others) in all {
        let mut people = of_wards(&[("W1", "A", *neet, *others)]);
        for one in &mut people {
            one.particulars.set(Field::School, format!("urn-{urn}"));
        }
        fill(ctx, &people).await;
    }
}

/// How many are counted, and NEET, in the newest month of a pack that may be handed on.
async fn told(ctx: &Context, actor: &Actor, audience: &Audience) -> (u64, Option<u64>) {
    let pack = packs::pack(ctx, actor, audience, october()).await.unwrap();
    let counted = pack.series.last().unwrap().counted;
    (counted.cohort, counted.neet)
}

async fn hand_on(ctx: &Context, actor: &Actor, audience: &Audience) {
    let pack = packs::pack(ctx, actor, audience, october()).await.unwrap();
    packs::circulate(ctx, actor, &pack, ("A partner", "x", "CSV")).await.unwrap();
}

/// How many are counted in each consortium.
async fn counted(ctx: &Context) -> BTreeMap<String, u64> {
    let mut question = Question::new("neet-not-known", Months::One(october()));
    question.by = vec![Cut::Consortium];
    let found = figures(ctx, &Scope::everyone(), &question).await.unwrap();
    let cells = found.cells.iter().map(|cell| {
        let value = cell.key[Cut::Consortium.name()].clone();
        (value, cell.numbers.cohort.whole())
    });
    cells.filter(|(value, all)| *all > 0 && !Cut::Consortium.is_residual(value)).collect()
}

/// The consortia that packs are offered for.
async fn offered(ctx: &Context, actor: &Actor) -> Vec<String> {
    let all = packs::audiences(ctx, actor).await.unwrap().into_iter();
    all.filter_map(|(audience, _)| match audience {
        Audience::Consortium(name) => Some(name),
        _ => None,
    })
    .collect()
}

fn of<const N: usize>(all: [(&str, u64); N]) -> BTreeMap<String, u64> {
    all.into_iter().map(|(name, people)| (name.to_owned(), people)).collect()
}

#[tokio::test]
async fn figures_and_packs_follow_the_consortia_that_a_list_and_a_page_say() {
    each_engine(async |engine| {
        let (ctx, actor) = register(engine.db).await;
        // As the server counts: the cohort is kept from the first question on.
        ctx.measures.keep();
        assert_eq!(bring(&ctx, &actor, None).await.new.len(), 2);
        let mut people: Vec<PersonRecord> = (0..80).map(person).collect();
        for (at, one) in people.iter_mut().enumerate() {
            let school = if at < 30 { "urn-100001" } else { "urn-100002" };
            one.particulars.set(Field::School, school.to_owned());
        }
        fill(&ctx, &people).await;
        assert_eq!((counted(&ctx).await, offered(&ctx, &actor).await), (of([]), vec![]));

        let brought = bring(&ctx, &actor, Some(["East", ""])).await;
        assert_eq!((brought.changed.len(), brought.unchanged), (1, 1), "{}", engine.engine);
        assert_eq!(counted(&ctx).await, of([("East", 30)]));
        assert_eq!(offered(&ctx, &actor).await, ["East"]);

        let brought = bring(&ctx, &actor, None).await;
        assert_eq!((brought.changed.len(), brought.unchanged), (0, 2), "nothing is said of it");
        assert_eq!(counted(&ctx).await, of([("East", 30)]));

        say(&ctx, &actor, " East ").await;
        assert_eq!(counted(&ctx).await, of([("East", 80)]), "one name however it is spaced");
        let brought = bring(&ctx, &actor, Some(["West", ""])).await;
        assert_eq!(brought.changed, ["School 100001"], "an empty cell says nothing");
        assert_eq!(counted(&ctx).await, of([("East", 50), ("West", 30)]));
        assert_eq!(offered(&ctx, &actor).await, ["East", "West"]);
        let pack = packs::pack(&ctx, &actor, &Audience::Consortium("East".into()), october()).await;
        assert_eq!(pack.unwrap().series.last().unwrap().counted.cohort, 50);

        say(&ctx, &actor, "").await;
        assert_eq!(counted(&ctx).await, of([("West", 30)]));
        assert_eq!(offered(&ctx, &actor).await, ["West"]);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT detail FROM audit WHERE act = 'organisation changed' ORDER BY seq";
        let details = tx.rows(sql, args![], |row| row.text(0)).await.unwrap();
        let page = "urn-100002: consortium";
        let lists = "urn-100001: from a list";
        assert_eq!(details, [lists, page, lists, page], "{}", engine.engine);
    })
    .await;
}

/// What a consortium was told of with and without a school differs by that school, whose few nobody is told.
#[tokio::test]
async fn a_school_that_comes_into_a_consortium_is_not_what_two_of_its_packs_differ_by() {
    each_engine(async |engine| {
        let (ctx, actor) = register(engine.db).await;
        bring(&ctx, &actor, Some(["North", ""])).await;
        for (urn, neet, others) in [("urn-100001", 20, 180), ("urn-100002", 2, 48)] {
            let mut people = of_wards(&[("W1", "A", neet, others)]);
            for one in &mut people {
                one.particulars.set(Field::School, urn.to_owned());
            }
            fill(&ctx, &people).await;
        }
        let north = Audience::Consortium("North".to_owned());
        let made = async || packs::pack(&ctx, &actor, &north, october()).await.unwrap();
        let now = |pack: &packs::Pack| {
            let counted = pack.series.last().unwrap().counted;
            (counted.cohort, counted.neet)
        };
        say(&ctx, &actor, "North").await;
        assert_eq!(now(&made().await), (250, Some(22)), "by itself it tells of no few");
        say(&ctx, &actor, "").await;
        let first = made().await;
        assert_eq!(now(&first), (200, Some(20)));
        packs::circulate(&ctx, &actor, &first, ("The North", "x", "CSV")).await.unwrap();
        assert_eq!(now(&made().await), (200, Some(20)), "of the same schools it is what it was");
        say(&ctx, &actor, "North").await;
        let wider = made().await;
        assert_eq!(now(&wider), (250, None), "22 less 20 is two, {}", engine.engine);
        assert!(wider.telling.left_out);
        assert!(wider.series.iter().all(|month| month.counted.neet != Some(22)), "in no month");
    })
    .await;
}

/// A consortium is told of as it was, and adds up with the others to everybody but a few all the same.
#[tokio::test]
async fn a_consortium_that_changed_still_adds_up_with_the_others() {
    each_engine(async |engine| {
        let (ctx, actor) = register(engine.db).await;
        let all = [
            ("100001", "North", 20, 180),
            ("100002", "", 2, 48),
            ("100003", "South", 10, 100),
            ("100004", "East", 26, 200),
        ];
        schools(&ctx, &actor, &all).await;
        let [north, south, east] =
            ["North", "South", "East"].map(|name| Audience::Consortium(name.to_owned()));
        assert_eq!(told(&ctx, &actor, &Audience::Board).await, (586, Some(58)));
        for audience in [&Audience::Board, &north] {
            hand_on(&ctx, &actor, audience).await;
        }
        assert_eq!(told(&ctx, &actor, &south).await, (110, Some(10)));
        hand_on(&ctx, &actor, &south).await;
        say(&ctx, &actor, "North").await;
        let found = told(&ctx, &actor, &east).await;
        assert_eq!(found, (226, None), "58 less 20 less 10 less 26 is two, {}", engine.engine);
        // As would a school of it by itself.
        let found = told(&ctx, &actor, &Audience::School("urn-100004".to_owned())).await;
        assert_eq!(found, (226, None), "{}", engine.engine);
    })
    .await;
}

/// With one school in and one out the two consortia share the first, which nobody was told of.
#[tokio::test]
async fn a_school_in_and_one_out_at_once_are_told_by_no_third_pack() {
    each_engine(async |engine| {
        let (ctx, actor) = register(engine.db).await;
        let all =
            [("100001", "North", 20, 180), ("100002", "North", 2, 48), ("100003", "", 20, 150)];
        schools(&ctx, &actor, &all).await;
        let north = Audience::Consortium("North".to_owned());
        let third = Audience::School("urn-100003".to_owned());
        assert_eq!(told(&ctx, &actor, &north).await, (250, Some(22)));
        hand_on(&ctx, &actor, &north).await;
        say(&ctx, &actor, "").await;
        say_of(&ctx, &actor, ("urn-100003", "North")).await;
        assert_eq!(told(&ctx, &actor, &third).await, (170, Some(20)), "nothing links them yet");
        assert_eq!(told(&ctx, &actor, &north).await, (370, Some(40)));
        hand_on(&ctx, &actor, &north).await;
        let found = told(&ctx, &actor, &third).await;
        assert_eq!(found, (170, None), "40 less 20 of 22 leaves two, {}", engine.engine);
    })
    .await;
}

/// Consortia of the schools that come with the program are made up for the demonstration.
#[tokio::test]
async fn the_schools_that_come_with_the_program_are_of_no_consortium() {
    each_engine(async |engine| {
        let (ctx, actor) = register(engine.db).await;
        let brought = admin::bring_schools(&ctx, &actor, None, Run::Real).await.unwrap();
        assert!(brought.new.len() > 20, "{}", engine.engine);
        assert_eq!(offered(&ctx, &actor).await, Vec::<String>::new());
    })
    .await;
}
