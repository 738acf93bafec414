//! The youth service tells who takes part in its programmes: under agreement, matched like every list,
//! with its origin on the record, taken back whole, and without a word on what anybody does otherwise.

use crate::town::place;
use app::imports::{self, Incoming, Options, Reader};
use app::tracking::OfKind;
use app::{Clock, Context, Wrong, agreement, partners, people};
use domain::access::{Actor, Role, Scope};
use domain::calendar::AcademicYear;
use domain::person::{Engagement, PersonId, PersonRecord};
use formats::Kind;
use jiff::civil::{Date, date};
use store::people::{Moment, load_all};
use testkit::{Register, each_engine};

const DAY: Date = date(2026, 1, 9);
const ROLL: &str = "ULN,Forename,Surname,DOB,Start date\n\
    1020304005,Amina,Khan,2010-05-04,2021-09-01\n1020304013,Cara,Lee,2009-11-30,2021-09-01\n";
const PROGRAMMES: &str = "ULN,Forename,Surname,DOB,Programme,From,Until,Engaged\n\
    1020304005,Amina,Khan,2010-05-04,PAYP summer,2025-07-21,2025-08-29,Y\n\
    1020304005,Amina,Khan,2010-05-04,Boxing club,2025-10-06,,N\n\
    ,Dora,Nobody,2009-01-01,PAYP summer,2025-07-21,,Y\n";

fn keeper() -> Actor {
    Actor { account: 0, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

async fn begin(register: &Register) -> Context {
    let ctx = Context::seeded(register.db.clone(), None, Clock::on(DAY), 7);
    for (id, kind, name) in [
        ("school", "school", "Upper School"),
        ("youth", "partner", "Youth Service"),
        ("council-887", "council", "Council"),
    ] {
        place(&ctx, id, kind, name).await;
    }
    send(&ctx, "school", Kind::Roll, ROLL).await.unwrap();
    ctx
}

async fn send(ctx: &Context, sender: &str, kind: Kind, text: &str) -> Result<i64, Wrong> {
    let incoming = Incoming {
        kind,
        sender,
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(DAY),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await?;
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await?;
    Ok(id)
}

async fn amina(ctx: &Context) -> (i64, PersonRecord) {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let all = load_all(&mut tx, Moment::Now).await.unwrap();
    assert_eq!(all.len(), 2, "a programme puts nobody on the register");
    (all[0].person, all[0].record.clone())
}

fn part(programme: &str, from: Date, to: Option<Date>, engaged: bool) -> Engagement {
    let (programme, source) = (programme.to_owned(), "Youth Service".to_owned());
    Engagement { programme, from, to, engaged: Some(engaged), source, kind: None }
}

#[tokio::test]
async fn who_takes_part_stands_on_the_record_with_its_origin_and_changes_no_activity() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let (person, before) = amina(&ctx).await;
        let wording = testkit::wording("youth", date(2025, 9, 1));
        agreement::bring(&ctx, &keeper(), &wording, None).await.unwrap();
        let first = send(&ctx, "youth", Kind::Engagement, PROGRAMMES).await.unwrap();
        let (_, after) = amina(&ctx).await;
        let boxing = part("Boxing club", date(2025, 10, 6), None, false);
        let summer = part("PAYP summer", date(2025, 7, 21), Some(date(2025, 8, 29)), true);
        assert_eq!(after.engagements, [boxing.clone(), summer.clone()]);
        let without = PersonRecord { engagements: Vec::new(), ..after };
        assert_eq!(without, before, "nothing else moved: {}", register.engine);
        let rows = imports::rows(&ctx, first).await.unwrap();
        assert_eq!(rows[2].effect, "held");
        assert!(rows[2].reasons.contains("nobody on the register"), "{}", rows[2].reasons);
        let seen = people::open(&ctx, &keeper(), PersonId(person)).await.unwrap();
        assert_eq!(seen.record.engagements.len(), 2);

        // A newer list has the last word on the same part, and its silence takes nothing back.
        let newer = "ULN,Forename,Surname,DOB,Programme,From,Until,Engaged\n\
            1020304005,Amina,Khan,2010-05-04,Boxing club,2025-10-06,2025-12-19,\n";
        let second = send(&ctx, "youth", Kind::Engagement, newer).await.unwrap();
        let stopped = Engagement { to: Some(date(2025, 12, 19)), ..boxing.clone() };
        assert_eq!(amina(&ctx).await.1.engagements, [stopped, summer.clone()]);
        let again = send(&ctx, "youth", Kind::Engagement, newer).await.unwrap();
        assert_eq!(imports::one(&ctx, again).await.unwrap().unwrap().counts.unchanged, 1);
        imports::undo(&ctx, second, None, "a test").await.unwrap();
        assert_eq!(amina(&ctx).await.1.engagements, [boxing, summer]);
        imports::undo(&ctx, first, None, "a test").await.unwrap();
        assert_eq!(amina(&ctx).await.1, before);
    })
    .await;
}

#[tokio::test]
async fn what_the_agreement_does_not_name_is_left_out_and_no_partner_is_told_of_it() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let scope = |role, organisation| Scope::of(role, 1, Some(organisation), Default::default());
        let youth = |terms| {
            let scope = Scope { terms, ..scope(Role::YouthService, "youth") };
            Actor { account: 0, name: "Mina".into(), role: Role::YouthService, scope }
        };
        let refused = partners::sender(&ctx, &youth(Default::default()), Kind::Engagement).await;
        assert!(refused.unwrap_err().to_string().contains("no agreement names"), "none was signed");
        let narrow = testkit::wording("youth", date(2025, 9, 1)).replace("\"engagement\", ", "");
        let number = agreement::bring(&ctx, &keeper(), &narrow, None).await.unwrap().agreement;
        let left = send(&ctx, "youth", Kind::Engagement, PROGRAMMES).await.unwrap();
        let message = imports::one(&ctx, left).await.unwrap().unwrap().message.unwrap();
        assert!(message.contains("Youth programmes: participation and engagement (3 rows"));
        assert!(amina(&ctx).await.1.engagements.is_empty());
        let wide = testkit::wording("youth", date(2025, 9, 1));
        agreement::bring(&ctx, &keeper(), &wide, Some(number)).await.unwrap();
        let sends = youth(testkit::everything());
        assert_eq!(partners::sender(&ctx, &sends, Kind::Engagement).await.unwrap(), "youth");
        send(&ctx, "youth", Kind::Engagement, PROGRAMMES).await.unwrap();
        let (person, record) = amina(&ctx).await;
        assert_eq!(record.engagements.len(), 2);
        let school = Scope { terms: testkit::everything(), ..scope(Role::School, "school") };
        let head = Actor { account: 0, name: "Pat".into(), role: Role::School, scope: school };
        let seen = people::open(&ctx, &head, PersonId(person)).await.unwrap();
        assert!(seen.record.engagements.is_empty(), "a school is not told of it");
    })
    .await;
}

/// Key Stage 4 and alternative programmes: the kind comes with the list, stays where a newer list leaves it unsaid,
/// and cuts how current people are in the tracking plan.
#[tokio::test]
async fn the_kind_of_a_programme_stands_on_the_record_and_cuts_the_tracking_plan() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let wording = testkit::wording("youth", date(2025, 9, 1));
        agreement::bring(&ctx, &keeper(), &wording, None).await.unwrap();
        let list = "ULN,Forename,Surname,DOB,Programme,Kind of programme,From,Until\n\
            1020304005,Amina,Khan,2010-05-04,Will Adams Centre,Pupil referral unit,2025-09-08,\n\
            1020304005,Amina,Khan,2010-05-04,Boxing club,,2025-10-06,\n\
            1020304013,Cara,Lee,2009-11-30,Motor vehicle,college-14-16,2025-09-08,2025-12-19\n";
        send(&ctx, "youth", Kind::Engagement, list).await.unwrap();
        let newer = "ULN,Forename,Surname,DOB,Programme,From,Engaged\n\
            1020304005,Amina,Khan,2010-05-04,Will Adams Centre,2025-09-08,Y\n";
        send(&ctx, "youth", Kind::Engagement, newer).await.unwrap();
        let (_, record) = amina(&ctx).await;
        let kinds: Vec<_> = record.engagements.iter().map(|one| one.kind.as_deref()).collect();
        assert_eq!(kinds, [None, Some("pupil-referral-unit")], "{}", register.engine);

        let rows = async |day: Date| {
            let then = Context::seeded(register.db.clone(), None, Clock::on(day), 7);
            let year = AcademicYear::of(day);
            let plan = app::tracking::plan(&then, &keeper(), year).await.unwrap();
            let row = |one: &OfKind| (one.label.clone(), one.people, one.lapsed);
            plan.programmes.iter().map(row).collect::<Vec<_>>()
        };
        let wanted = |lapsed: usize| {
            let row = |label: &str| (label.to_owned(), 1_usize, lapsed);
            ["Pupil referral unit", "No kind was said"].map(row)
        };
        // The placement of one ended before Christmas; the roll that told of the other lapses with the school year.
        assert_eq!(rows(DAY).await, wanted(0), "{}", register.engine);
        assert_eq!(rows(date(2026, 9, 10)).await, wanted(1), "{}", register.engine);
        let before = AcademicYear::starting(2024);
        let plan = app::tracking::plan(&ctx, &keeper(), before).await.unwrap();
        assert!(plan.programmes.is_empty(), "another year than this");
    })
    .await;
}

/// A pupil of Year 10 in a college placement is in no return and on no list of whom to follow up, and takes part.
#[tokio::test]
async fn who_is_too_young_for_the_return_is_counted_beside_those_of_its_ages() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let wording = testkit::wording("youth", date(2025, 9, 1));
        agreement::bring(&ctx, &keeper(), &wording, None).await.unwrap();
        let younger = "1020304021,Beth,Young,2011-03-02,2022-09-01\n";
        send(&ctx, "school", Kind::Roll, &format!("{ROLL}{younger}")).await.unwrap();
        let list = "ULN,Forename,Surname,DOB,Programme,Kind of programme,From,Until\n\
            1020304005,Amina,Khan,2010-05-04,Boxing club,,2025-10-06,\n\
            1020304021,Beth,Young,2011-03-02,Boxing club,,2025-10-06,\n\
            1020304021,Beth,Young,2011-03-02,Motor vehicle,college-14-16,2025-09-08,\n";
        send(&ctx, "youth", Kind::Engagement, list).await.unwrap();
        let rows = async |day: Date| {
            let then = Context::seeded(register.db.clone(), None, Clock::on(day), 7);
            let plan = app::tracking::plan(&then, &keeper(), AcademicYear::of(day)).await.unwrap();
            let row = |one: &OfKind| (one.kind.clone(), one.people, one.younger);
            plan.programmes.iter().map(row).collect::<Vec<_>>()
        };
        let wanted = |placed: (usize, usize), other: (usize, usize)| {
            let row = |kind: &str, (people, younger)| (kind.to_owned(), people, younger);
            [row("college-14-16", placed), row("", other)]
        };
        assert_eq!(rows(DAY).await, wanted((0, 1), (1, 1)), "{}", register.engine);
        // In Year 11 they are of the return's ages.
        let later = rows(date(2026, 9, 10)).await;
        assert_eq!(later, wanted((1, 0), (2, 0)), "{}", register.engine);
    })
    .await;
}
