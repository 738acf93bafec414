//! Reports on leavers, offers and caseloads: numbers worked out by hand, opened into people within reach, and nothing
//! for whoever does not see what single people do.

use std::collections::BTreeSet;

use crate::town::{self, actor, demonstration, place, reader, refusal};
use app::Context;
use app::demo::DAY;
use app::leavers::{Asked, Report, Row, Which, file, people as listed, report};
use app::linking::{self, Wanted};
use domain::access::{Actor, Role, Scope};
use domain::notice::{Kind, Notice};
use domain::person::{Field, Particulars, PersonRecord};
use domain::status::Spell;
use jiff::civil::{Date, date};
use store::contacts::{self, Contact};
use store::people::{Moment, Write, load, new_people, write};
use store::{changes, notices};
use testkit::each_engine;

fn someone(given: &str, spells: Vec<Spell>) -> PersonRecord {
    let particulars = Particulars::default()
        .with(Field::GivenName, given)
        .with(Field::FamilyName, "Marsh")
        .with(Field::DateOfBirth, "2008-10-04")
        .with(Field::CohortStatus, "P")
        .with(Field::LeadLa, "887");
    PersonRecord { particulars, spells, ..PersonRecord::default() }
}

/// Writes a record by a change of a kind, of somebody known or new; their number.
async fn keep(ctx: &Context, kind: &str, person: Option<i64>, after: PersonRecord) -> i64 {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), kind, None, None, None).await.unwrap();
    let id = match person {
        Some(id) => id,
        None => new_people(&mut tx, change, "887", &mut [String::new()]).await.unwrap()[0],
    };
    let before = load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
    write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn spoke(ctx: &Context, person: i64, (day, outcome): (Date, &str), next: Option<Date>) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "contact", None, None, None).await.unwrap();
    let one = Contact {
        id: 0,
        person,
        day,
        method: "call".to_owned(),
        outcome: outcome.to_owned(),
        note: String::new(),
        next_step: next,
        account: None,
        account_name: String::new(),
        obstacles: Vec::new(),
    };
    contacts::add(&mut tx, &one, change.0).await.unwrap();
    tx.commit().await.unwrap();
}

/// A notice of the college about somebody, or about nobody known, acted on or not.
async fn notice(
    ctx: &Context,
    person: Option<i64>,
    (kind, day, came): (Kind, Date, &str),
    done: Option<&str>,
) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "notice", None, None, None).await.unwrap();
    let link = match notices::link_of(&mut tx, "hash").await.unwrap() {
        Some(link) => link.id,
        None => {
            let of = ("college", "Pat", date(2026, 12, 1));
            notices::add_link(&mut tx, change, "hash", of).await.unwrap()
        }
    };
    let one = Notice {
        kind,
        given: "Ewa".to_owned(),
        family: "Marsh".to_owned(),
        born: date(2008, 10, 4),
        day,
        note: String::new(),
    };
    let id = notices::add(&mut tx, (link, "R1"), &one, (came, person)).await.unwrap();
    if let Some(done) = done {
        assert!(notices::done(&mut tx, id, (done, None, "Rang")).await.unwrap());
    }
    tx.commit().await.unwrap();
}

fn asked(which: Which, by: &str, period: &str) -> Asked {
    Asked::read(which, by, period, date(2026, 1, 9)).unwrap()
}

fn told(row: &Row) -> (&str, Vec<u64>, u64) {
    (row.label.as_str(), row.cells.clone(), row.all)
}

/// What is told beside the counts, with one decimal.
fn beside(row: &Row) -> Vec<String> {
    let words = |value: &Option<f64>| value.map_or_else(String::new, |value| format!("{value:.1}"));
    row.beside.iter().map(words).collect()
}

/// The row of everybody, and those below it.
fn rows(found: &Report) -> Vec<(&str, Vec<u64>, u64)> {
    found.lines().map(told).collect()
}

fn elsewhere() -> Actor {
    let localities = BTreeSet::from(["South".to_owned()]);
    reader(Role::Adviser, Scope { localities, ..Scope::default() })
}

fn at_college(end: Option<Date>) -> Spell {
    Spell { organisation: Some("college".to_owned()), end, ..Spell::new("210", date(2025, 9, 1)) }
}

fn left(end: Date) -> Vec<Spell> {
    vec![at_college(Some(end)), Spell::new("810", end.tomorrow().unwrap())]
}

/// Amina is reached on the Friday after the Monday; Bilal is not; Cara went on to a school by the same list; Dev is on
/// another list before anybody reaches him; of Ewa a notice tells first, and she is reached in the third week; what
/// became of Fay was written by hand, by whoever knew it from her. Of Bilal, who waits, a notice tells once more. The
/// numbers of Bilal, Cara and Dev.
async fn those_who_left(register: &testkit::Register) -> [i64; 3] {
    let autumn = town::on(register, date(2025, 10, 1));
    place(&autumn, "college", "college", "A College").await;
    let mut ids = Vec::new();
    for name in ["Amina", "Bilal", "Cara", "Dev", "Ewa", "Fay"] {
        ids.push(keep(&autumn, "import", None, someone(name, vec![at_college(None)])).await);
    }
    let [amina, bilal, cara, dev, ewa, fay] = ids[..] else { panic!("{ids:?}") };
    let october = date(2025, 10, 31);
    let monday = town::on(register, date(2025, 11, 3));
    for (id, name) in [(amina, "Amina"), (bilal, "Bilal"), (dev, "Dev")] {
        keep(&monday, "import", Some(id), someone(name, left(october))).await;
    }
    let on = vec![at_college(Some(october)), Spell::new("210", date(2025, 11, 1))];
    keep(&monday, "import", Some(cara), someone("Cara", on)).await;
    keep(&monday, "edit", Some(fay), someone("Fay", left(october))).await;
    spoke(&monday, amina, (date(2025, 11, 5), "no-answer"), None).await;
    spoke(&monday, amina, (date(2025, 11, 7), "supported"), None).await;
    spoke(&monday, bilal, (date(2025, 11, 6), "message"), None).await;
    let thursday = town::on(register, date(2025, 11, 20));
    let begun = |verified| {
        let since = Spell { verified, ..Spell::new("210", date(2025, 11, 10)) };
        let between =
            Spell { end: Some(date(2025, 11, 9)), ..Spell::new("810", date(2025, 11, 1)) };
        someone("Dev", vec![at_college(Some(october)), between, since])
    };
    keep(&thursday, "import", Some(dev), begun(None)).await;
    let december = town::on(register, date(2025, 12, 15));
    let last = date(2025, 11, 28);
    notice(&december, Some(ewa), (Kind::Left, last, "2025-12-01T10:00:00.000000Z"), None).await;
    keep(&december, "import", Some(ewa), someone("Ewa", left(last))).await;
    spoke(&december, ewa, (date(2025, 12, 20), "parent"), None).await;
    // Whatever comes of it after that is nothing new of Dev.
    spoke(&december, dev, (date(2025, 12, 18), "supported"), None).await;
    let confirmed = town::on(register, date(2025, 12, 22));
    keep(&confirmed, "import", Some(dev), begun(Some(date(2025, 12, 22)))).await;
    notice(&december, Some(bilal), (Kind::Left, last, "2025-12-02T10:00:00.000000Z"), None).await;
    [bilal, cara, dev]
}

#[tokio::test]
async fn days_run_from_the_day_it_was_told_to_the_contact_that_reached_somebody() {
    each_engine(async |register| {
        let [bilal, ..] = those_who_left(&register).await;
        let ctx = town::on(&register, date(2026, 1, 9));
        let jo = town::manager(&ctx, "jo").await;
        let year = asked(Which::Leaving, "", "");
        let found = report(&ctx, &jo, &year).await.unwrap();
        let cells = vec![1, 1, 0, 1, 1];
        assert_eq!(
            rows(&found),
            [("Everybody", cells.clone(), 4), ("A College", cells, 4)],
            "{}",
            register.engine
        );
        // 4 and 19 days; one of three within five working days, two of three within twenty.
        assert_eq!(beside(&found.rows[0]), ["11.5", "33.3", "66.7"]);
        assert!(found.first.contains("11.5 days") && found.first.contains("1 of 4"));
        for (month, cells) in [("2025-11", [1, 0, 0, 1, 1]), ("2025-12", [0, 1, 0, 0, 0])] {
            let found = report(&ctx, &jo, &asked(Which::Leaving, "adviser", month)).await.unwrap();
            let row = told(&found.rows[0]);
            assert_eq!((row.0, row.1), ("On nobody’s caseload", cells.to_vec()), "{month}");
        }
        let part = (Some("college"), Some("still_waiting"));
        let waiting = listed(&ctx, &jo, &year, part, (0, 50)).await.unwrap();
        assert_eq!((waiting.total, waiting.shown), (1, vec![(bilal, "Bilal Marsh".to_owned())]));
        assert_eq!(waiting.labels, ["A College", "Still waiting"]);
        let unheard = (None, Some("unheard of"));
        refusal(listed(&ctx, &jo, &year, unheard, (0, 50)).await);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let shown =
            "SELECT COUNT(*) FROM audit WHERE person = $1 AND act = 'shown in the report leaving'";
        let shown = tx.one(shown, store::args![bilal], |row| row.int(0)).await.unwrap();
        assert_eq!(shown, Some(1));
        drop(tx);
        let bytes = file(&ctx, &jo, &year).await.unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("\nA College,1,1,0,1,1,4,11.5,"), "{text}");
        let none = report(&ctx, &elsewhere(), &year).await.unwrap();
        assert_eq!(rows(&none), [("Everybody", vec![0; 5], 0)]);
        let nobody = listed(&ctx, &elsewhere(), &year, (None, None), (0, 50)).await.unwrap();
        assert_eq!((nobody.total, nobody.labels.len()), (0, 0));
        let scope = Scope { terms: testkit::everything(), ..Scope::default() };
        refusal(report(&ctx, &reader(Role::School, scope), &year).await);
    })
    .await;
}

/// Of what the register holds, only what somebody goes on with is read, and only what they began since.
#[tokio::test]
async fn no_more_is_read_of_a_leaving_than_can_come_of_it() {
    each_engine(async |register| {
        let [bilal, cara, dev] = those_who_left(&register).await;
        let ctx = town::on(&register, date(2026, 1, 9));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let days = ("2025-10-31T23:59:59.999999Z", "2026-01-09T23:59:59.999999Z");
        let all = store::leavers::told(&mut tx, 0, days).await.unwrap();
        let asked = |id: i64| {
            let of = all.iter().find(|one| one.person == id).unwrap();
            (of.person, of.change, of.end)
        };
        let asked = [bilal, cara, dev].map(asked);
        let held = store::leavers::held(&mut tx, &asked).await.unwrap();
        let held: Vec<_> = held.iter().map(|row| (row.person, row.code.as_str())).collect();
        let october = date(2025, 10, 31);
        assert_eq!(held, [(bilal, "810"), (cara, "210"), (dev, "810")], "{}", register.engine);
        let since = [(bilal, october), (dev, october)];
        let standing = store::leavers::standing(&mut tx, &since).await.unwrap();
        let standing: Vec<_> =
            standing.iter().map(|row| (row.person, row.code.as_str(), &row.at[..10])).collect();
        let of_dev = [(dev, "810", "2025-11-03"), (dev, "210", "2025-11-20")];
        assert_eq!(standing[0], (bilal, "810", "2025-11-03"), "{}", register.engine);
        assert_eq!(standing[1..], of_dev, "though it was confirmed in December");
    })
    .await;
}

/// Gus and Hal began at a school before the college says that they never came; the school tells of Gus before and of
/// Hal after. Of Ida, who did not come either, nobody knows anything but that the college expects her. An adviser typed
/// where Lea and Max are: Lea elsewhere, Max where the college is that misses him. Of Ned's place nobody said anything,
/// and Oli's list called the college by its name alone.
#[tokio::test]
async fn who_does_not_turn_up_and_is_elsewhere_does_not_wait() {
    each_engine(async |register| {
        let september = town::on(&register, date(2025, 9, 3));
        place(&september, "college", "college", "A College").await;
        place(&september, "urn-1", "school", "Hill School").await;
        let school = || Spell {
            organisation: Some("urn-1".to_owned()),
            ..Spell::new("210", date(2025, 9, 1))
        };
        let gus = keep(&september, "import", None, someone("Gus", vec![school()])).await;
        let hal = keep(&september, "import", None, someone("Hal", Vec::new())).await;
        let ida = keep(&september, "import", None, someone("Ida", vec![at_college(None)])).await;
        // Nobody has ended what Kit did at school.
        let old = Spell { start: date(2020, 9, 1), code: "110".to_owned(), ..school() };
        let kit = keep(&september, "import", None, someone("Kit", vec![old])).await;
        let called = |place: &str, end| Spell {
            establishment_name: Some(place.to_owned()).filter(|place| !place.is_empty()),
            end,
            ..Spell::new("210", date(2025, 9, 1))
        };
        let mut typed = Vec::new();
        for (name, place) in
            [("Lea", "North College"), ("Max", "A college"), ("Ned", ""), ("Oli", "A College")]
        {
            let one = someone(name, vec![called(place, None)]);
            typed.push(keep(&september, "edit", None, one).await);
        }
        let [lea, max, ned, oli] = typed[..] else { panic!("{typed:?}") };
        let later = town::on(&register, date(2025, 9, 10));
        for (id, name, place) in [(ned, "Ned", ""), (oli, "Oli", "A College")] {
            let last = date(2025, 9, 5);
            let after = vec![called(place, Some(last)), Spell::new("810", date(2025, 9, 6))];
            keep(&later, "import", Some(id), someone(name, after)).await;
        }
        for person in [gus, hal, ida, kit, lea, max] {
            let came = (Kind::DidNotTurnUp, date(2025, 9, 8), "2025-09-10T10:00:00.000000Z");
            notice(&later, Some(person), came, None).await;
        }
        let roll = town::on(&register, date(2025, 10, 2));
        keep(&roll, "import", Some(hal), someone("Hal", vec![school()])).await;
        let ctx = town::on(&register, date(2026, 1, 9));
        let jo = town::manager(&ctx, "jo").await;
        let found = report(&ctx, &jo, &asked(Which::Leaving, "", "2025-09")).await.unwrap();
        let college = ("A College", vec![0, 0, 0, 1, 4], 5);
        let nowhere = ("Provider not recorded", vec![0, 0, 0, 0, 1], 1);
        assert_eq!(rows(&found)[1..], [college, nowhere], "{}", register.engine);
        let waiting = vec![ida, kit, max, ned, oli];
        for (column, who) in [("known_otherwise", vec![hal]), ("still_waiting", waiting)] {
            let part = (None, Some(column));
            let year = asked(Which::Leaving, "", "");
            let people = listed(&ctx, &jo, &year, part, (0, 50)).await.unwrap().shown;
            assert_eq!(people.iter().map(|one| one.0).collect::<Vec<_>>(), who);
        }
    })
    .await;
}

/// Makes one record of two.
async fn merge(ctx: &Context, jo: &Actor, (kept, gone): (i64, i64)) {
    let seen = linking::preview(ctx, jo, (kept, gone)).await.unwrap().seen;
    let wish = Wanted { kept, gone, seen, prefer: BTreeSet::new(), reason: "one passport" };
    linking::merge(ctx, jo, &wish).await.unwrap().expect("nothing is restricted");
}

#[tokio::test]
async fn a_leaving_told_of_a_record_that_became_part_of_another_stays_where_it_was_told() {
    each_engine(async |register| {
        let autumn = town::on(&register, date(2025, 10, 1));
        place(&autumn, "college", "college", "A College").await;
        let twice = async |name: &str| {
            let kept = keep(&autumn, "import", None, someone(name, Vec::new())).await;
            let there = someone(name, vec![at_college(None)]);
            (kept, keep(&autumn, "import", None, there).await)
        };
        let (amina, cara) = (twice("Amina").await, twice("Cara").await);
        // Of Dora both records hold the college, and one was told that she left.
        let dora = (twice("Dora").await.1, twice("Dora").await.1);
        let october = date(2025, 10, 31);
        let monday = town::on(&register, date(2025, 11, 3));
        keep(&monday, "import", Some(amina.1), someone("Amina", left(october))).await;
        keep(&monday, "import", Some(dora.0), someone("Dora", left(october))).await;
        // What Cara went on with was told with the leaving, of the same record.
        let on = vec![at_college(Some(october)), Spell::new("210", date(2025, 11, 1))];
        keep(&monday, "import", Some(cara.1), someone("Cara", on)).await;
        let december = town::on(&register, date(2025, 12, 10));
        let jo = town::manager(&december, "jo").await;
        let ctx = town::on(&register, date(2026, 1, 9));
        let november = asked(Which::Leaving, "", "2025-11");
        let before = report(&ctx, &jo, &november).await.unwrap();
        assert_eq!((before.whole.all, told(&before.rows[0]).1[4]), (2, 2), "{}", register.engine);
        merge(&december, &jo, amina).await;
        merge(&december, &jo, cara).await;
        merge(&december, &jo, dora).await;
        let after = report(&ctx, &jo, &november).await.unwrap();
        assert_eq!(after, before, "{}", register.engine);
        let people = listed(&ctx, &jo, &november, (None, None), (0, 50)).await.unwrap();
        let shown = [(amina.0, "Amina Marsh".to_owned()), (dora.0, "Dora Marsh".to_owned())];
        assert_eq!(people.shown, shown);
        // It is taken into a third.
        let third = keep(&december, "import", None, someone("Amina", Vec::new())).await;
        merge(&december, &jo, (third, amina.0)).await;
        assert_eq!(report(&ctx, &jo, &november).await.unwrap(), before, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn what_leavers_intended_stands_beside_what_they_do() {
    each_engine(async |register| {
        let ctx = town::on(&register, date(2026, 1, 9));
        place(&ctx, "urn-1", "school", "Hill School").await;
        place(&ctx, "urn-2", "school", "Vale School").await;
        let mut last = 0;
        for (school, intends, code) in [
            ("urn-1", "111", "210"),
            ("urn-1", "211", "310"),
            ("urn-1", "111", "619"),
            ("urn-1", "211", "810"),
            ("urn-1", "511", "210"),
            ("urn-1", "", "210"),
            ("urn-2", "111", "310"),
        ] {
            let begun = Spell::new(code, date(2025, 9, 1));
            let verified = Some(date(2025, 10, 20));
            let mut one = someone("Ann", vec![Spell { verified, ..begun }]);
            one.particulars.set(Field::DateOfBirth, "2009-03-04".to_owned());
            one.particulars.set(Field::School, school.to_owned());
            let said = Some(intends.to_owned()).filter(|code| !code.is_empty());
            one.particulars.set(Field::IntendedDestination, said);
            last = keep(&ctx, "import", None, one).await;
        }
        let jo = actor(0, Role::DataManager);
        let year = asked(Which::Intended, "", "");
        let found = report(&ctx, &jo, &year).await.unwrap();
        assert_eq!(
            rows(&found),
            [
                ("Everybody", vec![2, 1, 1, 1, 0, 2], 7),
                ("Hill School", vec![2, 0, 1, 1, 0, 2], 6),
                ("Vale School", vec![0, 1, 0, 0, 0, 0], 1),
            ],
            "{}",
            register.engine
        );
        let shares: Vec<_> = found.lines().map(beside).collect();
        assert_eq!(shares, [["50.0"], ["66.7"], ["0.0"]]);
        assert!(found.first.starts_with("2 of 4 leavers do what they intended, 50.0 %"));
        let found = report(&ctx, &jo, &asked(Which::Intended, "intention", "")).await.unwrap();
        let apprentices = found.rows.iter().find(|row| row.key == "apprenticeship").unwrap();
        assert_eq!(told(apprentices).1, [0, 1, 0, 0, 0, 0, 0, 1]);
        // Whose use is stopped is in no count, as in no list.
        let mut tx = ctx.db.begin().await.unwrap();
        let now = ctx.now();
        let change = changes::begin(&mut tx, &now, "rights", None, None, None).await.unwrap();
        let request = super::results::asked(&mut tx, change, last).await;
        store::rights::stop(&mut tx, change, (request, last)).await.unwrap();
        tx.commit().await.unwrap();
        let found = report(&ctx, &jo, &year).await.unwrap();
        assert_eq!((found.whole.all, found.rows.len()), (6, 1), "{}", register.engine);
        // A school knows its leavers by name, and is not told what they do elsewhere.
        let mut scope = Scope { terms: testkit::everything(), ..Scope::default() };
        scope.schools.insert("urn-1".to_owned());
        let school = reader(Role::School, scope);
        for by in ["school", "intention"] {
            let year = asked(Which::Intended, by, "");
            refusal(report(&ctx, &school, &year).await);
            refusal(file(&ctx, &school, &year).await);
            refusal(listed(&ctx, &school, &year, (None, None), (0, 50)).await);
        }
    })
    .await;
}

#[tokio::test]
async fn notices_of_offers_and_no_shows_are_counted_with_what_became_of_them() {
    each_engine(async |register| {
        let ctx = town::on(&register, date(2026, 1, 9));
        place(&ctx, "college", "college", "A College").await;
        let ewa = keep(&ctx, "import", None, someone("Ewa", vec![at_college(None)])).await;
        for (person, kind, day, done) in [
            (Some(ewa), Kind::OfferMade, date(2025, 11, 3), Some("2025-11-04T09:00:00.000000Z")),
            (Some(ewa), Kind::DidNotTurnUp, date(2025, 11, 3), Some("2025-11-12T09:00:00.000000Z")),
            (None, Kind::Left, date(2025, 11, 7), Some("2025-11-12T09:00:00.000000Z")),
            (Some(ewa), Kind::OfferWithdrawn, date(2025, 12, 1), None),
        ] {
            let came = format!("{day}T10:00:00.000000Z");
            notice(&ctx, person, (kind, day, &came), done).await;
        }
        let jo = actor(0, Role::DataManager);
        let found = report(&ctx, &jo, &asked(Which::Offers, "", "")).await.unwrap();
        let cells = vec![1, 1, 0, 1, 1];
        assert_eq!(rows(&found), [("Everybody", cells.clone(), 4), ("A College", cells, 4)]);
        assert_eq!(beside(&found.rows[0]), ["25.0", "50.0", "1.0", "1.0"]);
        let found = report(&ctx, &jo, &asked(Which::Offers, "month", "")).await.unwrap();
        let months: Vec<_> = found.rows.iter().map(|row| (told(row).0, told(row).2)).collect();
        assert_eq!(months, [("November 2025", 3), ("December 2025", 1)]);
        // Nobody's notice is for whoever sorts out who is who.
        let adviser = reader(Role::Adviser, Scope::everyone());
        let found = report(&ctx, &adviser, &asked(Which::Offers, "", "")).await.unwrap();
        assert_eq!(found.whole.all, 3);
        let none = report(&ctx, &elsewhere(), &asked(Which::Offers, "", "")).await.unwrap();
        assert_eq!((none.whole.all, none.rows.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_caseload_is_one_row() {
    each_engine(async |register| {
        let ctx = town::on(&register, date(2026, 1, 9));
        let jo = town::manager(&ctx, "jo").await;
        let mut ids = Vec::new();
        for (name, code, verified) in [
            ("Ann", "210", date(2025, 11, 20)),
            ("Ben", "619", date(2026, 1, 2)),
            ("Dan", "310", date(2024, 10, 1)),
            ("Col", "810", date(2025, 12, 1)),
        ] {
            let begun = Spell::new(code, date(verified.year(), 9, 1).min(verified));
            let one = someone(name, vec![Spell { verified: Some(verified), ..begun }]);
            ids.push(keep(&ctx, "import", None, one).await);
        }
        let [ann, ben, dan, _] = ids[..] else { panic!("{ids:?}") };
        let mut tx = ctx.db.begin().await.unwrap();
        let now = ctx.now();
        let change = changes::begin(&mut tx, &now, "allocation", None, None, None).await.unwrap();
        for person in [ann, ben, dan] {
            let to = (person, Some(jo.account));
            contacts::allocate(&mut tx, to, date(2025, 9, 1), change.0).await.unwrap();
        }
        tx.commit().await.unwrap();
        spoke(&ctx, ben, (date(2026, 1, 2), "supported"), Some(date(2026, 1, 8))).await;
        spoke(&ctx, ann, (date(2026, 1, 2), "supported"), Some(date(2026, 1, 9))).await;
        let found = report(&ctx, &jo, &asked(Which::Caseloads, "", "")).await.unwrap();
        assert_eq!(
            rows(&found),
            [
                ("Everybody", vec![1, 1, 1, 1], 4),
                ("jo", vec![1, 0, 1, 1], 3),
                ("On nobody’s caseload", vec![0, 1, 0, 0], 1),
            ],
            "{}",
            register.engine
        );
        let steps: Vec<_> = found.rows.iter().map(beside).collect();
        assert_eq!(steps, [["1.0"], ["0.0"]], "what is due today is not overdue");
        let part = (Some(""), None);
        let nobodys = listed(&ctx, &jo, &asked(Which::Caseloads, "", ""), part, (0, 50)).await;
        assert_eq!(nobodys.unwrap().shown[0].1, "Col Marsh");
    })
    .await;
}

/// The town's life tells of leavers and caseloads by itself, and its providers give notices.
#[tokio::test]
async fn the_demonstration_shows_something() {
    each_engine(async |register| {
        let ctx = demonstration(&register.db).await;
        let manager = reader(Role::DataManager, Scope::everyone());
        let mut left = 0;
        for (which, period) in [
            (Which::Leaving, "2022"),
            (Which::Leaving, "2023"),
            (Which::Leaving, "2024"),
            (Which::Intended, ""),
            (Which::Offers, ""),
            (Which::Caseloads, ""),
        ] {
            let asked = Asked::read(which, "", period, DAY).unwrap();
            let all = report(&ctx, &manager, &asked).await.unwrap().whole.all;
            match which {
                Which::Leaving => left += all,
                _ => assert!(all > 0, "{which:?}"),
            }
        }
        assert!(left > 0, "somebody left in three years");
    })
    .await;
}
