//! The follow-up list from a register on every engine: who is on it, since when, in which order, and whose
//! list would settle most of it.

use app::followup::{Caseload, Filter, FollowUp, clearing, list};
use app::measures::{Months, Question, figures};
use app::people::{NewActivity, NewContact, OUTCOMES, change_activity, record_contact};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::followup::{List, Reason, reached};
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use formats::reference::editions;
use jiff::civil::{Date, date};
use store::people::{Loaded, Write, new_people, write};
use store::{changes, contacts};
use testkit::each_engine;

const DAY: Date = date(2026, 6, 2);

fn young(family: &str, spells: Vec<Spell>) -> PersonRecord {
    PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, "Sam")
            .with(Field::FamilyName, family)
            .with(Field::DateOfBirth, "2009-03-04"),
        spells,
        ..PersonRecord::default()
    }
}

fn at(place: &str, code: &str, verified: Date) -> Spell {
    Spell {
        establishment_name: (!place.is_empty()).then(|| place.to_owned()),
        verified: Some(verified),
        ..Spell::new(code, date(2025, 9, 8))
    }
}

/// A spell of the past.
fn over(code: &str, start: Date, end: Date) -> Spell {
    Spell { end: Some(end), verified: Some(start), ..Spell::new(code, start) }
}

fn town() -> Vec<PersonRecord> {
    let lapsed = date(2025, 8, 20);
    let mut carried = at("", "640", date(2026, 5, 1));
    carried.start = date(2026, 4, 1);
    let mut transferred = young("Gone", vec![at("", "619", date(2026, 5, 1))]);
    transferred.particulars.set(Field::CohortStatus, "T".to_owned());
    transferred.particulars.set(Field::StatusSince, "2026-05-30".to_owned());
    let mut leaving = transferred.clone();
    leaving.particulars.set(Field::FamilyName, "Leaving".to_owned());
    leaving.particulars.set(Field::StatusSince, "2026-06-03".to_owned());
    // Another authority leads on them, and returns them.
    let mut theirs = young("Theirs", vec![at("", "619", date(2026, 5, 1))]);
    theirs.particulars.set(Field::LeadLa, "886".to_owned());
    vec![
        theirs,
        young("Young", vec![at("North College", "230", lapsed)]),
        young("Abbot", vec![at("North College", "230", date(2025, 8, 21))]),
        young("Moss", vec![at("South College", "230", date(2024, 8, 20))]),
        // NEET under two codes, one after the other.
        young("Carr", vec![over("619", date(2025, 11, 3), date(2026, 3, 31)), carried]),
        young("Blank", vec![]),
        young("Ended", vec![over("230", date(2025, 9, 8), date(2026, 2, 27))]),
        // A leaving that is told of ahead: the course still holds.
        young("Ending", vec![over("230", date(2025, 9, 8), date(2026, 7, 3))]),
        transferred,
        leaving,
    ]
}

async fn settle_in(ctx: &Context) -> Actor {
    settle(ctx, &town()).await
}

async fn settle(ctx: &Context, records: &[PersonRecord]) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids = vec![String::new(); records.len()];
    let ids = new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    for (person, after) in ids.into_iter().zip(records) {
        let before = Loaded { person, ..Loaded::default() };
        write(&mut tx, change, &[Write { before: &before, after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
    Actor {
        account: 0,
        name: "Dana Marsh".into(),
        role: Role::DataManager,
        scope: Scope::everyone(),
    }
}

async fn listed(ctx: &Context, actor: &Actor, filter: Filter) -> FollowUp {
    let edition = editions().named("2026-27").unwrap();
    list(ctx, actor, edition, DAY, &filter).await.unwrap()
}

/// A call to somebody, and what came of it.
async fn came(ctx: &Context, actor: &Actor, person: PersonId, outcome: &str) {
    let (method, outcome) = ("call".to_owned(), outcome.to_owned());
    let contact = NewContact { method, outcome, ..NewContact::default() };
    record_contact(ctx, actor, person, &contact).await.unwrap();
}

fn names(found: &FollowUp) -> Vec<&str> {
    found.rows.iter().map(|row| row.family_name.as_str()).collect()
}

#[tokio::test]
async fn the_list_holds_everybody_who_counts_and_says_since_when() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let actor = settle_in(&ctx).await;
        let of = async |name| {
            listed(&ctx, &actor, Filter { list: Some(name), ..Filter::default() }).await
        };

        let lapsed = of(List::Lapsed).await;
        assert_eq!(names(&lapsed), ["Moss", "Young", "Abbot"], "the longest overdue first");
        let neet = of(List::Neet).await;
        assert_eq!(names(&neet), ["Carr", "Leaving"], "a transfer counts from its day");
        let Reason::Neet { since, .. } = neet.rows[0].reason else { panic!("NEET") };
        assert_eq!(since, date(2025, 11, 3), "carried across the codes");
        let unknown = of(List::NotKnown).await;
        assert_eq!(names(&unknown), ["Blank", "Ended"]);
        assert_eq!(
            unknown.rows[1].reason,
            Reason::NoActivity { ended: Some(date(2026, 2, 27)), months: Some(4) }
        );
        let all = listed(&ctx, &actor, Filter::default()).await;
        for (list, count) in &all.counts {
            assert_eq!(all.rows.iter().filter(|r| r.reason.list() == *list).count(), *count);
        }
    })
    .await;
}

#[tokio::test]
async fn providers_are_grouped_and_rows_sorted_and_filtered() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let actor = settle_in(&ctx).await;
        let lapsed = Filter { list: Some(List::Lapsed), ..Filter::default() };
        let found = listed(&ctx, &actor, lapsed.clone()).await;
        let providers: Vec<_> =
            found.providers.iter().map(|p| (p.key.as_str(), p.people)).collect();
        assert_eq!(providers, [("North College", 2), ("South College", 1)]);
        let one = Filter { provider: Some("North College".into()), ..lapsed.clone() };
        let north = listed(&ctx, &actor, one).await;
        assert_eq!(names(&north), ["Young", "Abbot"]);
        assert_eq!(north.providers.len(), 1);
        let lists: Vec<_> = north.by_provider.iter().map(|p| (p.key.as_str(), p.people)).collect();
        assert_eq!(lists, providers, "who else could be asked stays in sight");
        let by_name = Filter { by_name: true, ..lapsed };
        assert_eq!(names(&listed(&ctx, &actor, by_name).await), ["Abbot", "Moss", "Young"]);
        let quiet = Filter { list: Some(List::Neet), quiet_days: Some(60), ..Filter::default() };
        assert_eq!(names(&listed(&ctx, &actor, quiet).await).len(), 2, "nobody ever spoke to them");
    })
    .await;
}

/// Those whom it was hard to hold are told apart from those who are NEET, and those who are back are not forgotten.
#[tokio::test]
async fn a_history_of_dropping_out_and_the_first_months_back_are_lists() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let first = || over("619", date(2025, 1, 6), date(2025, 3, 31));
        let job = |end| over("330", date(2025, 4, 1), end);
        let now = |code: &str, start| Spell { verified: Some(start), ..Spell::new(code, start) };
        // A day that a file stated hides nothing of what was before.
        let stated = Spell { neet_start: Some(date(2026, 4, 10)), ..now("640", date(2026, 4, 13)) };
        let actor = settle(
            &ctx,
            &[
                young("Once", vec![now("619", date(2025, 9, 1))]),
                young("Again", vec![first(), job(date(2026, 4, 9)), stated]),
                young(
                    "Back",
                    vec![
                        over("619", date(2025, 9, 1), date(2026, 4, 30)),
                        now("330", date(2026, 5, 1)),
                    ],
                ),
                young(
                    "Moved",
                    vec![
                        over("619", date(2025, 9, 1), date(2026, 4, 9)),
                        over("330", date(2026, 4, 10), date(2026, 5, 3)),
                        now("230", date(2026, 5, 4)),
                    ],
                ),
                young("Settled", vec![first(), now("330", date(2025, 4, 1))]),
                young("Begun", vec![now("330", date(2026, 5, 1))]),
            ],
        )
        .await;
        let of = async |name| {
            listed(&ctx, &actor, Filter { list: Some(name), ..Filter::default() }).await
        };
        assert_eq!(names(&of(List::NeetAgain).await), ["Again"], "{}", register.engine);
        assert_eq!(names(&of(List::Neet).await).len(), 2, "who is NEET again is NEET as well");
        let back = of(List::SettlingIn).await;
        assert_eq!(names(&back), ["Back", "Moved"], "{}", register.engine);
        let since = |row: &app::followup::Due| match row.reason {
            Reason::SettlingIn { since, .. } => since,
            _ => panic!("settling in"),
        };
        let since: Vec<Date> = back.rows.iter().map(since).collect();
        assert_eq!(since, [date(2026, 5, 1), date(2026, 4, 10)], "from the return on");
        assert!(back.rows.iter().all(|row| !row.cleared), "confirming it makes nobody settled");
        let list = Some(List::SettlingIn);
        let quiet = Filter { list, quiet_days: Some(60), ..Filter::default() };
        let first = back.rows[0].person;
        // A message reached nobody: it is the last contact, and they are as long out of touch as they were.
        came(&ctx, &actor, first, "message").await;
        let tried = listed(&ctx, &actor, quiet.clone()).await;
        assert_eq!(names(&tried), ["Back", "Moved"], "{}", register.engine);
        assert_eq!(tried.rows[0].last_contact, Some(DAY));
        // Whoever was reached today is behind everybody who was not, and not among those out of touch.
        came(&ctx, &actor, first, "spoke").await;
        assert_eq!(names(&of(List::SettlingIn).await), ["Moved", "Back"], "{}", register.engine);
        assert_eq!(names(&listed(&ctx, &actor, quiet).await), ["Moved"], "{}", register.engine);
    })
    .await;
}

/// What reaching somebody is the figures and the list know alike, outcome by outcome.
#[tokio::test]
async fn whoever_was_reached_is_in_touch_on_the_list_and_in_the_figures() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let neet = |outcome: &str| {
            let mut record = young(outcome, vec![at("", "619", DAY)]);
            record.particulars.set(Field::CohortStatus, "P".to_owned());
            record.particulars.set(Field::LeadLa, "887".to_owned());
            record
        };
        let records: Vec<PersonRecord> = OUTCOMES.iter().map(|one| neet(one.name)).collect();
        let actor = settle(&ctx, &records).await;
        let neet = Filter { list: Some(List::Neet), ..Filter::default() };
        for row in listed(&ctx, &actor, neet.clone()).await.rows {
            came(&ctx, &actor, row.person, &row.family_name).await;
        }
        let out = listed(&ctx, &actor, Filter { quiet_days: Some(60), ..neet }).await;
        let mut out = names(&out);
        out.sort_unstable();
        let all = OUTCOMES.iter().map(|one| one.name);
        let mut unreached: Vec<&str> = all.filter(|outcome| !reached(outcome)).collect();
        unreached.sort_unstable();
        assert_eq!(out, unreached, "{}", register.engine);

        let later = Context::new(register.db.clone(), None, Clock::on(date(2026, 7, 3)));
        let months = Months::One("2026-06".parse().unwrap());
        for (measure, people) in [
            ("neet-in-touch", OUTCOMES.len() - unreached.len()),
            ("neet-out-of-touch", unreached.len()),
        ] {
            let question = Question::new(measure, months);
            let found = figures(&later, &Scope::everyone(), &question).await.unwrap();
            let counted = usize::try_from(found.total.numerator.whole()).unwrap();
            assert_eq!(counted, people, "{measure} on {}", register.engine);
        }
    })
    .await;
}

/// Of whom nothing is known nothing lapses, in the compulsory years either: the return asks for a day, and no
/// list and no call would save what nobody believes.
#[tokio::test]
async fn a_code_that_says_not_known_is_in_no_forecast_of_what_lapses() {
    each_engine(async |register| {
        let ctx = Context::new(register.db, None, Clock::on(DAY));
        let known = date(2026, 5, 20);
        let actor = settle(
            &ctx,
            &[
                young("Pupil", vec![at("North School", "110", known)]),
                young("Leaver", vec![at("North School", "150", known)]),
                young("Earlier", vec![at("North School", "150", date(2025, 5, 20))]),
                young("Nobody", vec![at("", "810", known)]),
            ],
        )
        .await;
        let edition = editions().named("2026-27").unwrap();
        let found = app::forecast::currency(&ctx, &actor, edition, DAY).await.unwrap();
        let curve = &found.curve;
        let cliff = curve.cliff_goes_on + curve.cliff_ends;
        assert_eq!((curve.open, curve.lapsed, cliff), (1, 0, 1), "{}", register.engine);
        assert!(found.calls.is_empty() && found.lists.is_empty());
        // The list of whom to follow up has them, as not known and not as lapsed.
        let filter = Filter::default();
        let due = list(&ctx, &actor, edition, DAY, &filter).await.unwrap();
        let of = |wanted: List| {
            due.counts.iter().find(|(list, _)| *list == wanted).map_or(0, |(_, count)| *count)
        };
        assert_eq!((of(List::Lapsed), of(List::NotKnown)), (0, 3));
    })
    .await;
}

#[tokio::test]
async fn those_on_nobodys_caseload_are_a_list_of_their_own() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let actor = settle_in(&ctx).await;
        let of = async |adviser: Option<Caseload>| {
            let filter = Filter { list: Some(List::Lapsed), adviser, ..Filter::default() };
            listed(&ctx, &actor, filter).await
        };
        let all = of(None).await;
        assert_eq!(names(&of(Some(Caseload::Nobody)).await), names(&all));
        let mut tx = ctx.db.begin().await.unwrap();
        let who = ("a@example.org", "Ada Adviser", Role::Adviser);
        let ada = app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        let at = ctx.now();
        let change = changes::begin(&mut tx, &at, "allocation", None, None, None).await.unwrap();
        let first = all.rows[0].person.0;
        contacts::allocate(&mut tx, (first, Some(ada)), DAY, change.0).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(names(&of(Some(Caseload::Of(ada))).await), ["Moss"]);
        assert_eq!(names(&of(Some(Caseload::Nobody)).await), ["Young", "Abbot"]);
    })
    .await;
}

/// Somebody who is back at a college and will lapse there is in two lists, and one person of its list.
#[tokio::test]
async fn whoever_is_in_two_lists_is_one_person_of_a_provider() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let back = date(2026, 5, 4);
        let course = |start| Spell { start, ..at("North College", "230", back) };
        let actor = settle(
            &ctx,
            &[
                young("Back", vec![over("619", date(2025, 9, 1), date(2026, 5, 3)), course(back)]),
                young("Young", vec![course(date(2025, 9, 8))]),
            ],
        )
        .await;
        let found = listed(&ctx, &actor, Filter::default()).await;
        let lists: Vec<List> = found.rows.iter().map(|row| row.reason.list()).collect();
        assert_eq!(lists, [List::Due90, List::Due90, List::SettlingIn], "{}", register.engine);
        let providers: Vec<_> =
            found.providers.iter().map(|p| (p.key.as_str(), p.people, p.cleared)).collect();
        assert_eq!(providers, [("North College", 2, 0)], "{}", register.engine);
    })
    .await;
}

/// In July a college's list moves nobody's 31 August; an employer's moves the job's own day.
#[tokio::test]
async fn whose_list_to_ask_for_is_said_by_whom_it_would_clear() {
    each_engine(async |register| {
        let july = date(2026, 7, 6);
        let ctx = Context::new(register.db.clone(), None, Clock::on(july));
        let course = || at("North College", "230", date(2025, 9, 20));
        let people = [
            young("Young", vec![course()]),
            young("Abbot", vec![course()]),
            young("Moss", vec![at("The Yard", "330", date(2026, 2, 20))]),
        ];
        let actor = settle(&ctx, &people).await;
        let edition = editions().named("2026-27").unwrap();
        let filter = Filter { list: Some(List::Due60), ..Filter::default() };
        let found = list(&ctx, &actor, edition, july, &filter).await.unwrap();
        assert_eq!(found.rows.len(), 3, "{}", register.engine);
        let listed: Vec<_> = found.by_provider.iter().map(|p| (p.key.as_str(), p.people)).collect();
        assert_eq!(listed, [("North College", 2), ("The Yard", 1)]);
        let ask = clearing(&found.by_provider);
        let ask: Vec<_> = ask.iter().map(|p| (p.key.as_str(), p.cleared)).collect();
        assert_eq!(ask, [("The Yard", 1)], "{}", register.engine);
    })
    .await;
}

/// Somebody confirmed at school-age education after Year 11 is on a list of their own before the return is written,
/// and off it once somebody says what they do.
#[tokio::test]
async fn who_is_past_school_age_and_recorded_at_it_is_seen_before_the_return() {
    each_engine(async |register| {
        let ctx = Context::new(register.db.clone(), None, Clock::on(DAY));
        let known = date(2026, 5, 20);
        let mut pupil = young("Pupil", vec![at("North School", "110", known)]);
        pupil.particulars.set(Field::DateOfBirth, "2009-10-04".to_owned());
        let actor = settle(
            &ctx,
            &[
                young("Older", vec![at("North School", "110", known)]),
                pupil,
                young("Sixth", vec![at("North School", "210", known)]),
            ],
        )
        .await;
        let filter = Filter { list: Some(List::SchoolAge), ..Filter::default() };
        let found = listed(&ctx, &actor, filter.clone()).await;
        assert_eq!(names(&found), ["Older"], "{}", register.engine);
        let since = date(2025, 9, 1);
        assert_eq!(found.rows[0].reason, Reason::PastSchoolAge { since, days: 274 });
        let seeking = NewActivity { code: "619".to_owned(), ..NewActivity::default() };
        let (older, edition) = (found.rows[0].person, editions().named("2026-27").unwrap());
        change_activity(&ctx, &actor, older, edition, &seeking).await.unwrap();
        assert!(names(&listed(&ctx, &actor, filter).await).is_empty(), "mended");
    })
    .await;
}
