//! Agreements obeyed by files: what a sender may not give is left out, an agreement that is over closes
//! the door, and a sender who never signed is marked; on both engines.

use crate::town::{self, account, on, place};
use app::agreement::{self, Flow, Standing};
use app::imports::{self, Import, ImportRow, Incoming, Options, Reader};
use app::{Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::agreement::Signature;
use domain::person::Field;
use formats::Kind;
use jiff::civil::{Date, date};
use store::organisations::{self, Organisation};
use store::people::{self, Moment};
use testkit::{Register, each_engine};

const ROLL: &str = "Forename,Surname,DOB,Sex,Ethnicity,Phone,Postcode\n\
    Amina,Khan,2009-05-04,F,ABAN,07700 900001,ME7 1AB\n\
    Cara,Lee,2008-11-30,F,WBRI,,ME4 4EE\n";

const WORDING: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["school"]
starts = "2025-09-01"
ends = "2026-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone", "sex"]

[[signature]]
name = "R Hale"
day = "2025-07-01"
"#;

const PAT: (&str, &str, Role) = ("pat@example.org", "Pat", Role::School);

fn actor() -> Actor {
    town::actor(0, Role::DataManager)
}

async fn begin(register: &Register) -> Context {
    let ctx = on(register, date(2026, 1, 9));
    for (id, kind) in [
        ("school", "school"),
        ("college", "college"),
        ("youth", "partner"),
        ("council-887", "council"),
    ] {
        place(&ctx, id, kind, &id.to_uppercase()).await;
    }
    ctx
}

async fn send(ctx: &Context, sender: &str) -> Result<(Import, Vec<ImportRow>), Wrong> {
    let incoming = Incoming {
        kind: Kind::Roll,
        sender,
        file_name: "roll.csv",
        content: Box::new(std::io::Cursor::new(ROLL.as_bytes().to_vec())),
        as_of: Some(ctx.today()),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await?;
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await?;
    let import = imports::one(ctx, id).await?.unwrap();
    Ok((import, imports::rows(ctx, id).await?))
}

async fn signed(ctx: &Context) -> i64 {
    let brought = agreement::bring(ctx, &actor(), WORDING, None).await.unwrap();
    let school = Signature {
        party: Some("school".into()),
        name: "P Lindley".into(),
        post: "Head".into(),
        day: date(2025, 7, 9),
    };
    agreement::sign(ctx, &actor(), brought.agreement, &school).await.unwrap();
    brought.agreement
}

#[tokio::test]
async fn a_column_that_may_not_come_is_left_out_named_and_counted() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        signed(&ctx).await;
        let (import, rows) = send(&ctx, "school").await.unwrap();
        let message = import.message.unwrap();
        assert!(message.contains("Ethnicity (2 rows: agreement 1 does not cover"), "{message}");
        assert!(rows.iter().all(|r| r.reasons.contains("left out, as the agreement asks")));
        assert!(rows.iter().all(|r| !r.said.contains("ABAN") && !r.said.contains("WBRI")));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
        assert_eq!(all.len(), 2);
        let amina = &all[0].record;
        assert_eq!(amina.particulars.get(Field::Ethnicity), None);
        assert_eq!(amina.particulars.get(Field::Phone), Some("07700 900001"));
        assert_eq!(amina.particulars.get(Field::School), Some("school"));
        assert_eq!(amina.addresses.len(), 1, "the statutory tier comes unlisted");
    })
    .await;
}

#[tokio::test]
async fn an_agreement_that_is_over_closes_the_door_and_changes_nothing() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let wording = WORDING
            .replace("\"school\"", "\"youth\"")
            .replace("school-roll", "partner-list")
            .replace("esa-72", "esa-17");
        let wording = format!(
            "{wording}\n[[signature]]\nparty = \"youth\"\nname = \"P Lindley\"\nday = \"2025-07-01\"\n"
        );
        let number = agreement::bring(&ctx, &actor(), &wording, None).await.unwrap().agreement;
        let later = on(&register, date(2026, 9, 1));
        let refused = send(&later, "youth").await.unwrap_err();
        assert!(refused.to_string().contains("expired on 31 August 2026"), "{refused}");
        agreement::end(&ctx, &actor(), number, (date(2026, 1, 5), "the school closed"))
            .await
            .unwrap();
        let refused = send(&ctx, "youth").await.unwrap_err();
        assert!(refused.to_string().contains("was ended on 5 January 2026"), "{refused}");
        let twice = agreement::end(&ctx, &actor(), number, (date(2026, 1, 6), "again")).await;
        assert!(matches!(twice, Err(Wrong::Refused(_))));
        let next = agreement::bring(&ctx, &actor(), &wording, Some(number)).await.unwrap_err();
        assert!(next.to_string().contains("was ended already"), "{next}");
        let mut tx = ctx.db.begin_read().await.unwrap();
        assert!(people::load_all(&mut tx, Moment::Now).await.unwrap().is_empty());
    })
    .await;
}

/// An agreement that is over closes what rested on it; what the law has a school give rests on none.
#[tokio::test]
async fn a_roll_whose_agreement_is_over_is_cut_to_what_the_law_asks_for() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let number = signed(&ctx).await;
        let later = on(&register, date(2026, 9, 1));
        let renewal = WORDING.replace("2026-08-31", "2027-08-31");
        agreement::bring(&later, &actor(), &renewal, Some(number)).await.unwrap();
        let cut = async |ctx: &Context| {
            let (import, rows) = send(ctx, "school").await.unwrap();
            let message = import.message.unwrap();
            assert!(
                message.contains("section 72") && message.contains("Phone (1 rows"),
                "{message}"
            );
            assert!(rows.iter().all(|r| r.said.contains("Postcode") && !r.said.contains("07700")));
            message
        };
        let message = cut(&later).await;
        assert!(message.contains("expired on 31 August 2026"), "{message}");
        let over = on(&register, date(2026, 9, 2));
        agreement::end(&over, &actor(), number, (over.today(), "the head left")).await.unwrap();
        let message = cut(&over).await;
        assert!(message.contains("was ended on 2 September 2026"), "{message}");
    })
    .await;
}

#[tokio::test]
async fn who_never_signed_is_marked_until_the_council_asks_everybody() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        signed(&ctx).await;
        let (import, _) = send(&ctx, "college").await.unwrap();
        assert!(import.message.unwrap().starts_with("No agreement recorded"));
        agreement::enforce_from(&ctx, &actor(), date(2026, 1, 10)).await.unwrap();
        assert!(send(&ctx, "college").await.is_ok(), "the day is yet to come");
        let next = on(&register, date(2026, 1, 10));
        let refused = send(&next, "youth").await.unwrap_err();
        assert!(refused.to_string().contains("no agreement names this partner"), "{refused}");
        // What the law has a college give on request comes without one, and nothing else.
        let (by_law, rows) = send(&next, "college").await.unwrap();
        let message = by_law.message.unwrap();
        assert!(
            message.contains("section 72") && message.contains("Ethnicity (2 rows"),
            "{message}"
        );
        assert!(rows.iter().all(|r| r.said.contains("Postcode") && !r.said.contains("ABAN")));
        let (own, _) = send(&next, "council-887").await.unwrap();
        assert_eq!(own.message, None, "the council's own lists need none");
    })
    .await;
}

#[tokio::test]
async fn a_wording_half_signed_binds_nobody_and_the_one_before_goes_on() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let brought = agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap();
        let (import, _) = send(&ctx, "school").await.unwrap();
        assert!(import.message.unwrap().starts_with("No agreement recorded"));
        let same =
            agreement::bring(&ctx, &actor(), WORDING, Some(brought.agreement)).await.unwrap();
        assert!(!same.new_wording, "the same wording again is the same wording");
        let wider = WORDING.replace("\"sex\"", "\"sex\", \"ethnicity\"");
        let number = signed(&ctx).await;
        let next = agreement::bring(&ctx, &actor(), &wider, Some(number)).await.unwrap();
        assert_eq!((next.version, next.new_wording), (2, true));
        let all = agreement::all(&ctx).await.unwrap();
        let found = all.iter().find(|a| a.number == number).unwrap();
        let Standing::InForce(version) = found.standing("school", ctx.today()) else {
            panic!("the first wording is in force")
        };
        assert_eq!((version.number, found.versions.len()), (1, 2));
        assert_eq!(found.contact.as_ref().unwrap().name, "Pat Lindley");
    })
    .await;
}

#[tokio::test]
async fn only_those_who_administer_may_and_only_for_partners_the_register_knows() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let adviser = Actor { role: Role::Adviser, ..actor() };
        assert!(matches!(
            agreement::bring(&ctx, &adviser, WORDING, None).await,
            Err(Wrong::Denied(_))
        ));
        let stranger = WORDING.replace("[\"school\"]", "[\"nobody\"]");
        let refused = agreement::bring(&ctx, &actor(), &stranger, None).await.unwrap_err();
        assert!(refused.to_string().contains("nobody"));
        let number = signed(&ctx).await;
        let other = Signature {
            party: Some("college".into()),
            name: String::new(),
            post: String::new(),
            day: date(2026, 1, 1),
        };
        assert!(agreement::sign(&ctx, &actor(), number, &other).await.is_err());
    })
    .await;
}

const MONTHLY: &str = r#"
title = "Monthly roll"
purpose = "To know who is in learning"
partners = ["school"]
starts = "2025-09-01"

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone"]
every_months = 1
first_due = "2025-11-30"

[[signature]]
name = "R Hale"
day = "2025-07-01"

[[signature]]
party = "school"
name = "P Lindley"
day = "2025-07-01"
"#;

async fn deliveries(ctx: &Context) -> agreement::Deliveries {
    agreement::deliveries(ctx, &agreement::all(ctx).await.unwrap()).await.unwrap()
}

#[tokio::test]
async fn what_is_due_is_late_until_a_file_comes_or_somebody_says_that_it_did() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let of = agreement::bring(&ctx, &actor(), MONTHLY, None).await.unwrap().agreement;
        let late = |found: &agreement::Deliveries| -> Vec<Date> {
            found.late.iter().map(|d| d.due.day).collect()
        };
        let found = deliveries(&ctx).await;
        assert_eq!(late(&found), [date(2025, 11, 30), date(2025, 12, 30)]);
        assert_eq!((found.vacant, found.soon.len()), (1, 1));
        send(&ctx, "school").await.unwrap();
        let found = deliveries(&ctx).await;
        assert_eq!(late(&found), [date(2025, 11, 30)], "one file settles one month");
        assert_eq!(found.punctual[0].1.days_late, 10);
        let due = (Flow::SchoolRoll, date(2025, 11, 30));
        let note = async |due, came| {
            agreement::note_delivery(&ctx, &actor(), (of, "school"), due, came).await
        };
        note(due, false).await.unwrap();
        let found = deliveries(&ctx).await;
        assert_eq!(found.late[0].reminded, [date(2026, 1, 9)]);
        assert!(note((Flow::SchoolRoll, date(2025, 11, 29)), false).await.is_err());
        assert!(note((Flow::Offers, date(2025, 11, 30)), true).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_dry_reading_says_what_would_change_and_keeps_nothing() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let read = async |text: &str, of| agreement::reading(&ctx, &actor(), text, of).await;
        let first = read(WORDING, None).await.unwrap();
        assert_eq!((first.title.as_str(), first.new_wording), ("School roll", true));
        assert!(first.differs.iter().all(|one| one.before.is_empty()), "{:?}", first.differs);
        assert!(agreement::all(&ctx).await.unwrap().is_empty(), "nothing was kept");
        let unknown = read(&WORDING.replace("\"school\"", "\"nobody\""), None).await;
        assert!(matches!(unknown, Err(Wrong::Refused(_))), "{unknown:?}");

        let id = agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap().agreement;
        let again = read(WORDING, Some(id)).await.unwrap();
        assert_eq!((again.new_wording, again.differs.len()), (false, 0), "{:?}", again.differs);
        let wording = agreement::wording(&ctx, &actor(), id).await.unwrap().unwrap();
        let next = wording.replace("\"sex\"", "\"ethnicity\"").replace("2026-08-31", "2027-08-31");
        let next = read(&next, Some(id)).await.unwrap();
        let what: Vec<&str> = next.differs.iter().map(|one| one.what).collect();
        assert_eq!(what, ["Last day", "May flow", "Signature"], "{:?}", next.differs);
        assert!(
            next.differs[1].before.contains("Sex") && next.differs[1].after.contains("Ethnicity")
        );
        assert!(next.differs[2].after.is_empty(), "a new wording has to be signed anew");
        assert_eq!(agreement::all(&ctx).await.unwrap()[0].versions.len(), 1);
        let adviser = Actor { role: Role::Adviser, ..actor() };
        assert!(agreement::reading(&ctx, &adviser, WORDING, None).await.is_err());
    })
    .await;
}

/// A school that sends what the law asks for goes on sending it when a draft names it, or when it signs an
/// agreement about something else: by its own hand and by the council's.
#[tokio::test]
async fn a_draft_and_an_agreement_about_something_else_leave_what_the_law_asks_for() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap();
        let schools = [String::from("school")].into();
        let scope = Scope { schools, ..Scope::default() };
        let pat = Actor { account: 9, name: "Pat".into(), role: Role::School, scope };
        let sender = async || app::partners::sender(&ctx, &pat, Kind::Roll).await;
        assert_eq!(sender().await.unwrap(), "school", "a draft changes nothing");
        let results = MONTHLY
            .replace("school-roll", "exam-results")
            .replace("\"phone\"", "\"exam_results\"")
            .replace("esa-72", "esa-14");
        agreement::bring(&ctx, &actor(), &results, None).await.unwrap();
        assert_eq!(sender().await.unwrap(), "school");
        let (import, rows) = send(&ctx, "school").await.unwrap();
        let message = import.message.unwrap();
        assert!(message.contains("section 72") && message.contains("Phone (1 rows"), "{message}");
        assert!(rows.iter().all(|r| r.said.contains("Postcode") && !r.said.contains("ABAN")));
    })
    .await;
}

#[tokio::test]
async fn a_contact_is_vacant_where_nobody_answers_for_the_accounts_until_the_agreement_ends() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let vacant = async || deliveries(&ctx).await.vacant;
        let number = signed(&ctx).await;
        assert_eq!(vacant().await, 1, "the organisation names nobody");
        let name = async |email: Option<&str>| {
            let mut tx = ctx.db.begin().await.unwrap();
            let all = organisations::all(&mut tx).await.unwrap();
            let school = all.into_iter().find(|one| one.id == "school").unwrap();
            let named = Organisation { contact_email: email.map(str::to_owned), ..school };
            organisations::save(&mut tx, &named).await.unwrap();
            tx.commit().await.unwrap();
        };
        name(Some("Pat@example.org")).await;
        assert_eq!(vacant().await, 0);
        let account = account(&ctx, PAT, "school").await;
        assert_eq!(vacant().await, 0);
        let mut tx = ctx.db.begin().await.unwrap();
        store::accounts::set_active(&mut tx, account, false).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(vacant().await, 1, "their account is closed on {}", register.engine);
        let all = agreement::all(&ctx).await.unwrap();
        assert_eq!(all[0].vacancies(ctx.today()), ["nobody answers for the accounts (school)"]);
        name(None).await;
        assert_eq!(vacant().await, 1);
        let today = (ctx.today(), "the school closed");
        agreement::end(&ctx, &actor(), number, today).await.unwrap();
        assert_eq!(vacant().await, 0, "nobody is asked about what is over");
    })
    .await;
}

/// One file settles one thing: the flow for which the door opened to it.
#[tokio::test]
async fn a_file_settles_one_flow_and_no_other_that_its_kind_may_count_as() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let two = |partner: &str, (one, other): (&str, &str)| {
            let second = format!(
                "[[line]]\nflow = \"{other}\"\ndirection = \"in\"\ngateway = \"esa-17\"\n\
                 items = [\"phone\"]\nevery_months = 12\nfirst_due = \"2026-01-02\"\n\n[[signature]]\n\
                 name = \"R Hale\""
            );
            MONTHLY
                .replace("school-roll", one)
                .replace("\"school\"", &format!("\"{partner}\""))
                .replace("every_months = 1", "every_months = 12")
                .replace("2025-11-30", "2026-01-02")
                .replace("[[signature]]\nname = \"R Hale\"", &second)
        };
        let moves = two("college", ("partner-list", "joiners-leavers"));
        agreement::bring(&ctx, &actor(), &moves, None).await.unwrap();
        let school = two("school", ("school-roll", "intended-destinations"));
        agreement::bring(&ctx, &actor(), &school, None).await.unwrap();
        let come = async |kind: Kind, sender: &str, text: &str| {
            let incoming = Incoming {
                kind,
                sender,
                file_name: "list.csv",
                content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
                as_of: Some(ctx.today()),
                options: Options::default(),
                account: None,
            };
            imports::receive(&ctx, incoming).await.unwrap();
        };
        come(Kind::JoinersLeavers, "college", "Forename\nAmina\n").await;
        come(Kind::Destinations, "school", "Forename\nAmina\n").await;
        for (partner, flow, late) in [
            ("college", "joiners-leavers", 0),
            ("college", "partner-list", 1),
            ("school", "intended-destinations", 0),
            ("school", "school-roll", 1),
        ] {
            assert_eq!(late_of(&ctx, partner, flow).await, late, "{partner} {flow}");
        }
        come(Kind::JoinersLeavers, "college", "Forename\nBilal\n").await;
        assert_eq!(late_of(&ctx, "college", "partner-list").await, 0, "the second file is of that");
        assert_eq!(late_of(&ctx, "school", "school-roll").await, 1);
    })
    .await;
}

/// How many days on which this partner owed this flow have passed without it.
async fn late_of(ctx: &Context, partner: &str, flow: &str) -> usize {
    let found = deliveries(ctx).await;
    let is = |d: &&agreement::Delivery| d.due.partner == partner && d.due.flow.name() == flow;
    found.late.iter().filter(is).count()
}

async fn owing(ctx: &Context, partner: &str, flow: &str) {
    let wording = MONTHLY
        .replace("school-roll", flow)
        .replace("\"school\"", &format!("\"{partner}\""))
        .replace("every_months = 1", "every_months = 12")
        .replace("esa-72", "esa-17")
        .replace("2025-11-30", "2026-01-02");
    agreement::bring(ctx, &actor(), &wording, None).await.unwrap();
}

#[tokio::test]
async fn a_file_that_a_partner_only_checked_did_not_come_before_it_is_handed_over() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        agreement::bring(&ctx, &actor(), MONTHLY, None).await.unwrap();
        let account = account(&ctx, PAT, "school").await;
        let incoming = Incoming {
            kind: Kind::Roll,
            sender: "school",
            file_name: "roll.csv",
            content: Box::new(std::io::Cursor::new(ROLL.as_bytes().to_vec())),
            as_of: Some(ctx.today()),
            options: Options::default(),
            account: Some(account),
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::plan(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(late_of(&ctx, "school", "school-roll").await, 2, "a pre-check is no delivery");
        let schools = [String::from("school")].into();
        let pat = Actor {
            account,
            name: "Pat".into(),
            role: Role::School,
            scope: Scope { schools, ..Scope::default() },
        };
        app::partners::hand_over(&ctx, &pat, id).await.unwrap();
        assert_eq!(late_of(&ctx, "school", "school-roll").await, 1);
    })
    .await;
}

#[tokio::test]
async fn results_and_matched_lists_are_deliveries_too() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let flows = [("school", "exam-results"), ("college", "live-births")];
        for (partner, flow) in flows {
            owing(&ctx, partner, flow).await;
            assert_eq!(late_of(&ctx, partner, flow).await, 1, "{flow}");
        }
        let mut tx = ctx.db.begin().await.unwrap();
        let at = "2026-01-05T09:00:00.000000Z";
        let change = store::changes::begin(&mut tx, at, "results", None, None, None).await.unwrap();
        let send = store::results::Send {
            id: 0,
            school: "school".into(),
            file_name: "results.csv".into(),
            file_hash: "0".into(),
            read: 1,
            kept: 1,
            faults: "[]".into(),
            state: String::new(),
            checked_at: at.into(),
            sent_at: String::new(),
        };
        let id = store::results::add(&mut tx, change, (&send, None), &[]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(late_of(&ctx, "school", "exam-results").await, 1, "checked is not sent");
        let mut tx = ctx.db.begin().await.unwrap();
        store::results::move_state(&mut tx, id, ("checked", "sent"), Some(at)).await.unwrap();
        let births = store::linking::Crossmatch {
            kind: "live-births".into(),
            sender: "college".into(),
            at: at.into(),
            counts: "{}".into(),
            ..Default::default()
        };
        store::linking::keep_crossmatch(&mut tx, &births, &[]).await.unwrap();
        tx.commit().await.unwrap();
        for (partner, flow) in flows {
            assert_eq!(late_of(&ctx, partner, flow).await, 0, "{flow}");
        }
    })
    .await;
}

/// What a partner's own people hand over never passes without an agreement, whatever the council takes in
/// by its own hand: a school's list is cut to what the law has it give, everybody else is turned away.
#[tokio::test]
async fn what_partners_send_themselves_needs_an_agreement_from_the_first_day() {
    each_engine(async |register| {
        let ctx = begin(&register).await;
        let scope = |role, of| Scope::of(role, 0, Some(of), std::collections::BTreeSet::new());
        let of = |role, id| Actor { role, scope: scope(role, id), ..actor() };
        let (youth, school) = (of(Role::YouthService, "youth"), of(Role::School, "school"));
        let refused = app::partners::sender(&ctx, &youth, Kind::Roll).await.unwrap_err();
        assert!(refused.to_string().contains("no agreement names this partner"), "{refused}");
        assert!(refused.to_string().contains("data manager"), "whom to ask: {refused}");
        let moves = app::partners::sender(&ctx, &school, Kind::JoinersLeavers).await;
        assert!(moves.is_err(), "the law speaks of the institution's own pupils");
        assert_eq!(app::partners::sender(&ctx, &school, Kind::Roll).await.unwrap(), "school");
        let account = account(&ctx, PAT, "school").await;
        let incoming = Incoming {
            kind: Kind::Roll,
            sender: "school",
            file_name: "roll.csv",
            content: Box::new(std::io::Cursor::new(ROLL.as_bytes().to_vec())),
            as_of: Some(ctx.today()),
            options: Options::default(),
            account: Some(account),
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let message = imports::one(&ctx, id).await.unwrap().unwrap().message.unwrap();
        assert!(message.contains("section 72") && message.contains("Phone"), "{message}");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
        assert_eq!(all.len(), 2);
        assert!(all.iter().all(|one| one.record.particulars.get(Field::Phone).is_none()));
        assert!(all.iter().all(|one| one.record.addresses.len() == 1), "{}", register.engine);
    })
    .await;
}
