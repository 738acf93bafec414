//! The demonstration town repeats, is true to size, breaks no rule of numbers, and comes out near
//! the figures that it is made to meet.

use app::demo::{DAY, Plan, build};
use app::survey::{Question, survey};
use app::{Clock, Context, notices, tracking, training};
use domain::access::{Actor, Role, Scope};
use domain::calendar::{AcademicYear, Day, academic_age};
use domain::edition::Edition;
use domain::measure::Cut;
use domain::notice::Kind;
use domain::person::{Field, PersonRecord};
use domain::status::{lapsed_on, spell_on};
use domain::survey::Destination;
use jiff::civil::date;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use store::people::{Loaded, Moment};
use store::{Db, args, changes, people};
use testkit::{each_engine, sqlite};

async fn town(db: &Db, people: usize) -> Context {
    let evening = format!("{DAY}T18:00:00Z").parse().unwrap();
    let ctx = Context::seeded(db.clone(), None, Clock::Fixed(evening), 1);
    let made = build(&ctx, &Plan { people, ..Plan::default() }).await.unwrap();
    assert_eq!(made.people, people);
    assert_eq!(everybody(db, Moment::Now).await.len(), people + made.twice);
    ctx
}

async fn everybody(db: &Db, moment: Moment) -> Vec<Loaded> {
    let mut tx = db.begin_read().await.unwrap();
    people::load_all(&mut tx, moment).await.unwrap()
}

/// What the register knew by the end of a day.
async fn known_on(db: &Db, day: Day) -> Vec<Loaded> {
    let mut tx = db.begin_read().await.unwrap();
    let change = changes::latest_at(&mut tx, &format!("{day}T23:59:59Z")).await.unwrap();
    people::load_all(&mut tx, Moment::After(change)).await.unwrap()
}

fn hash(all: &[Loaded]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for one in all {
        hash.update(format!("{} {:?}", one.person, one.record));
    }
    hash.finalize().to_vec()
}

#[tokio::test]
async fn the_same_plan_makes_the_same_register_on_either_engine() {
    let first = sqlite().await;
    town(&first.db, 400).await;
    let now = hash(&everybody(&first.db, Moment::Now).await);
    let then = hash(&known_on(&first.db, date(2024, 9, 30)).await);
    assert_ne!(now, then);
    each_engine(async |register| {
        let ctx = town(&register.db, 400).await;
        assert_eq!(hash(&everybody(&register.db, Moment::Now).await), now, "{}", register.engine);
        assert_eq!(hash(&known_on(&register.db, date(2024, 9, 30)).await), then);
        let again = build(&ctx, &Plan::default()).await.unwrap_err();
        assert!(again.to_string().contains("not empty"), "{again}");
    })
    .await;
}

/// As many people as are asked for, on a day before the autumn's lists too.
#[tokio::test]
async fn a_town_of_any_size_on_any_day_has_everybody_on_its_register() {
    for (people, as_of) in [(200, date(2025, 9, 4)), (231, date(2024, 2, 29)), (500, DAY)] {
        let register = sqlite().await;
        let evening = format!("{as_of}T18:00:00Z").parse().unwrap();
        let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(evening), 1);
        let made = build(&ctx, &Plan { people, as_of, ..Plan::default() }).await.unwrap();
        let all = everybody(&register.db, Moment::Now).await;
        assert_eq!((made.people, all.len()), (people, people + made.twice), "{as_of}");
        let ages = all.iter().map(|one| one.record.particulars.date_of_birth().unwrap());
        let ages: Vec<i16> = ages.map(|born| academic_age(born, as_of)).collect();
        for age in 13..=24 {
            assert!(ages.contains(&age), "{as_of}: nobody of {age}");
        }
        assert!(ages.iter().all(|age| (13..=24).contains(age)), "{as_of}: {ages:?}");
    }
}

/// Units: per cent of the cohort of academic age 16 and 17.
#[derive(Debug, Default)]
struct Figures {
    cohort: f64,
    neet: f64,
    not_known: f64,
    participating: f64,
}

fn figures(all: &[Loaded], edition: &Edition, day: Day) -> Figures {
    let mut counted = Figures::default();
    for record in all.iter().map(|one| &one.record) {
        let born = record.particulars.date_of_birth().unwrap();
        let primary = record.particulars.get(Field::CohortStatus) == Some("P");
        if !primary || !(16..=17).contains(&academic_age(born, day)) {
            continue;
        }
        counted.cohort += 1.0;
        match spell_on(&record.spells, day) {
            Some(spell) if edition.is_neet(&spell.code) => counted.neet += 1.0,
            Some(spell)
                if !edition.is_not_known(&spell.code) && !lapsed_on(spell, edition, day) =>
            {
                let activity = edition.activity(&spell.code).unwrap();
                counted.participating += f64::from(activity.participates());
            }
            _ => counted.not_known += 1.0,
        }
    }
    let share = |count: f64| 100.0 * count / counted.cohort;
    Figures {
        cohort: counted.cohort,
        neet: share(counted.neet),
        not_known: share(counted.not_known),
        participating: share(counted.participating),
    }
}

#[tokio::test]
async fn the_town_is_true_to_size_and_near_the_published_figures() {
    const PEOPLE: usize = 2_400;
    let register = sqlite().await;
    let ctx = town(&register.db, PEOPLE).await;
    let all = everybody(&register.db, Moment::Now).await;
    assert!(all.len() - PEOPLE < PEOPLE / 200, "{}", all.len());
    whole(&all);
    takes_part(&all);

    let edition = formats::reference::editions().on(date(2025, 1, 31)).unwrap();
    let mut winter = Figures::default();
    for day in [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28)] {
        let month = figures(&known_on(&register.db, day).await, edition, day);
        winter.cohort += month.cohort / 3.0;
        winter.neet += month.neet / 3.0;
        winter.not_known += month.not_known / 3.0;
        winter.participating += month.participating / 3.0;
    }
    // A tenth of the town, so the cohort is a tenth of the published 7,411 and chance is larger.
    let near = |figure: f64, published: f64, by: f64| (figure - published).abs() < by;
    assert!(near(winter.cohort, 741.1, 15.0), "{winter:?}");
    assert!(near(winter.neet, 6.6, 0.7), "{winter:?}");
    assert!(near(winter.not_known, 3.1, 1.0), "{winter:?}");
    assert!(near(winter.participating, 87.1, 2.0), "{winter:?}");
    let day = date(2024, 9, 30);
    let september = figures(&known_on(&register.db, day).await, edition, day);
    assert!(september.not_known > 25.0, "records lapse in September: {september:?}");
    surveyed(&ctx).await;
}

/// The activity survey finds out of most leavers where they went, of the oldest the fewest.
async fn surveyed(ctx: &Context) {
    let name = "A data manager".to_owned();
    let actor = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
    let asked = Question { summer: 2024, by: Cut::Sex, school: None, known_on: None };
    let found = survey(ctx, &actor, &asked).await.unwrap();
    for table in &found.tables {
        let lost = table.rows.iter().find(|row| row.destination == Destination::NotKnown);
        let percent = lost.and_then(|row| row.percent).unwrap();
        let (least, most) = if table.year == 13 { (15.0, 30.0) } else { (0.0, 20.0) };
        assert!((least..most).contains(&percent), "Year {}: {percent} %", table.year);
    }
}

fn whole(all: &[Loaded]) {
    let mut upns = BTreeSet::new();
    let mut wards = BTreeSet::new();
    for record in all.iter().map(|one| &one.record) {
        if let Some(upn) = record.particulars.get(Field::Upn) {
            assert_eq!(domain::identifiers::check_upn(upn), Ok(()));
            assert!(upns.insert(upn), "{upn} names two people");
        }
        if let Some(uln) = record.particulars.get(Field::Uln) {
            assert_eq!(domain::identifiers::check_uln(uln), Ok(()));
        }
        wards.extend(record.addresses.iter().filter_map(|a| a.place.ward.as_deref()));
        in_order(record);
    }
    assert_eq!(wards.len(), 24, "every ward has somebody");
    let twins = all.windows(2).filter(|pair| {
        let [a, b] = pair else { return false };
        a.record.particulars.date_of_birth() == b.record.particulars.date_of_birth()
            && a.record.addresses == b.record.addresses
    });
    assert!(twins.count() > 3);
}

/// The youth service tells of its programmes: some who engage and some who do not, in the summer and now.
fn takes_part(all: &[Loaded]) {
    let parts: Vec<_> = all.iter().flat_map(|one| &one.record.engagements).collect();
    assert!((40..200).contains(&parts.len()), "{}", parts.len());
    assert!(parts.iter().all(|part| part.source == "Medway youth service" && part.from < DAY));
    for engaged in [Some(true), Some(false), None] {
        assert!(parts.iter().any(|part| part.engaged == engaged), "{engaged:?}");
    }
    assert!(parts.iter().any(|part| part.to.is_none()), "something goes on");
    let of_two = all.iter().filter(|one| one.record.engagements.len() > 1);
    assert!(of_two.count() > 5, "somebody takes part in more than one");
}

fn in_order(record: &PersonRecord) {
    for spell in &record.spells {
        assert!(spell.end.is_none_or(|end| spell.start <= end), "{record:?}");
        assert!(spell.verified.is_none_or(|day| spell.start <= day && day <= DAY), "{record:?}");
        assert!(spell.ascertained <= spell.verified, "{record:?}");
    }
    for pair in record.spells.windows(2) {
        assert!(pair[0].end.is_some_and(|end| end < pair[1].start), "{record:?}");
    }
}

#[tokio::test]
async fn every_sender_of_the_town_has_an_agreement_and_a_few_have_a_concern() {
    let register = sqlite().await;
    let ctx = town(&register.db, 200).await;
    let all = app::agreement::all(&ctx).await.unwrap();
    assert!(all.len() > 30, "{}", all.len());
    let concerned: Vec<_> = all.iter().flat_map(|a| a.concerns(DAY)).collect();
    assert_eq!(concerned, ["ends in 40 days (ukprn-19990001)", "no named contact"]);
    // The thirteen kinds of partner that the strategy names, and the council's inclusion team.
    for kind in [
        "partner-housing",
        "partner-youth-service",
        "partner-young-parents",
        "partner-council-data",
        "ukprn-19990001",
        "ukprn-19990011",
        "urn-141466",
        "ukprn-19990002",
        "partner-aimhigher",
        "partner-police",
        "partner-youth-justice",
        "council-886",
        "partner-apprenticeships",
        "partner-inclusion",
    ] {
        let flows = all.iter().filter(|a| a.names(kind)).filter_map(|a| a.newest());
        assert_ne!(flows.map(|v| v.lines.len()).sum::<usize>(), 0, "{kind} has no flow");
    }
    let narrow = all.iter().filter(|a| {
        a.versions.iter().any(|v| {
            v.clauses.iter().any(|c| matches!(c.effect, domain::agreement::Effect::Forbids(_)))
        })
    });
    assert_eq!(narrow.count(), 1);
}

/// As in life: most were trained, what was due in the autumn is done, and one thing waits for somebody.
#[tokio::test]
async fn the_towns_office_was_trained_and_kept_its_tracking_plan() {
    each_engine(async |register| {
        let ctx = town(&register.db, 200).await;
        let (name, role, scope) = ("Jo".to_owned(), Role::DataManager, Scope::everyone());
        let keeper = Actor { account: 0, name, role, scope };
        let team = training::team(&ctx, &keeper).await.unwrap();
        assert_eq!((team.share.of, team.share.all), (9, 12), "{}", register.engine);
        assert!(team.members.iter().flat_map(|one| &one.trainings).all(|one| one.day < DAY));
        assert_eq!(team.reviews.len(), 2);
        assert!(team.reviews.iter().all(|one| one.day < DAY && one.due.is_some()));

        let year = AcademicYear::of(DAY);
        let plan = tracking::plan(&ctx, &keeper, year).await.unwrap();
        let said = |year_end: Day| plan.items.iter().filter(move |i| i.said && i.due <= year_end);
        assert!(said(date(2024, 12, 31)).count() > 3);
        assert!(said(date(2024, 12, 31)).all(|item| item.state.is_done()));
        let late: Vec<&str> =
            said(DAY).filter(|i| i.state.is_late()).map(|i| i.key.as_str()).collect();
        assert_eq!(late, ["activity-survey-sent"]);
        let before = tracking::plan(&ctx, &keeper, AcademicYear::starting(year.start_year() - 1));
        let before = before.await.unwrap();
        assert!(before.items.iter().filter(|item| item.said).all(|item| item.state.is_done()));
    })
    .await;
}

/// Kind, provider, when it came and when somebody acted on it.
async fn told(db: &Db) -> Vec<[String; 4]> {
    let sql = "SELECT n.kind, l.organisation, n.received_at, COALESCE(n.done_at, '') \
               FROM notice n JOIN notice_link l ON l.id = n.link ORDER BY n.id";
    let mut tx = db.begin_read().await.unwrap();
    let read =
        tx.rows(sql, args![], |row| Ok([row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?]));
    read.await.unwrap()
}

/// Most of what providers told was acted on, the newest waits, and one was for another council.
#[tokio::test]
async fn providers_of_the_town_gave_notices_of_every_kind() {
    let first = sqlite().await;
    town(&first.db, 300).await;
    let same = told(&first.db).await;
    each_engine(async |register| {
        let ctx = town(&register.db, 300).await;
        let all = told(&register.db).await;
        assert_eq!(all, same, "{}", register.engine);
        let kinds: BTreeSet<&str> = all.iter().map(|one| one[0].as_str()).collect();
        let every: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(kinds, every);
        let providers: BTreeSet<&str> = all.iter().map(|one| one[1].as_str()).collect();
        assert!(providers.len() > 3, "{providers:?}");
        let now = ctx.now();
        assert!(all.iter().all(|one| one[2] < now && one[3] < now), "{all:?}");
        let name = "Jo".to_owned();
        let (role, scope) = (Role::DataManager, Scope::everyone());
        let keeper = Actor { account: 0, name, role, scope };
        let waiting = notices::waiting(&ctx, &keeper).await.unwrap().len();
        assert!(waiting > 2 && all.len() > 3 * waiting, "{waiting} of {}", all.len());
        let passed = notices::passed(&ctx, &keeper).await.unwrap();
        let [passed] = passed.as_slice() else { panic!("{passed:?}") };
        assert!(passed.outcome.starts_with("Passed on to Kent County Council, receipt "));
    })
    .await;
}
