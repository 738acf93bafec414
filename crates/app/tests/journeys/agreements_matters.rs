//! The log of complaints about sharing and the dated clauses: what is due stands in one list until somebody
//! has answered or met it.

use crate::town::{self, on, place};
use app::agreement::{self, Complained, Log};
use app::{Context, Wrong};
use domain::access::{Actor, Role};
use domain::agreement::{ClauseKind, Step};
use jiff::civil::{Date, date};
use testkit::{Register, each_engine};

const WORDING: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["school"]
contact = { name = "Pat Lindley" }

[[clause]]
kind = "destination-survey"
words = "Intended destinations come by then."
due = "2026-01-20"

[[clause]]
kind = "complaints"
words = "A complaint is passed on within two working days."
working_days = 2

[[signature]]
name = "R Hale"
day = "2025-07-01"

[[signature]]
party = "school"
name = "P Lindley"
day = "2025-07-01"
"#;

fn actor() -> Actor {
    town::actor(0, Role::DataManager)
}

async fn begin(register: &Register) -> (Context, i64) {
    // A Friday.
    let ctx = on(register, date(2026, 1, 9));
    for id in ["school", "college"] {
        place(&ctx, id, id, &id.to_uppercase()).await;
    }
    let of = agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap().agreement;
    (ctx, of)
}

fn typed() -> Complained {
    Complained {
        partner: "school".to_owned(),
        day: String::new(),
        teller: "parent".to_owned(),
        about: "The list told too much".to_owned(),
        step: "contacts".to_owned(),
    }
}

async fn listed(ctx: &Context) -> Vec<(String, Date, bool)> {
    let all = agreement::all(ctx).await.unwrap();
    let found = agreement::matters(ctx, &all).await.unwrap();
    found.into_iter().map(|one| (one.what, one.due, one.overdue)).collect()
}

async fn log(ctx: &Context, actor: &Actor, of: i64) -> Result<Log, Wrong> {
    let all = agreement::all(ctx).await.unwrap();
    let found = all.iter().find(|one| one.number == of).unwrap();
    agreement::log(ctx, actor, found).await
}

#[tokio::test]
async fn a_complaint_is_due_by_its_clause_until_it_is_answered() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let id = agreement::complain(&ctx, &actor(), of, &typed()).await.unwrap();
        let what = "Answer a complaint. It came from: A parent or carer".to_owned();
        let due = date(2026, 1, 13);
        assert_eq!(listed(&ctx).await[0], (what.clone(), due, false));
        let later = on(&register, date(2026, 1, 14));
        assert_eq!(listed(&later).await[0], (what, due, true));
        agreement::follow(&later, &actor(), (of, id), ("heads", "")).await.unwrap();
        let kept = log(&later, &actor(), of).await.unwrap();
        assert_eq!((kept.complaints[0].0.step, kept.complaints[0].1), (Step::Heads, due));
        assert_eq!(kept.complaints[0].0.about, "The list told too much");
        assert_eq!(listed(&later).await.len(), 2, "moved on is not answered");
        let answer = ("heads", "The column was taken out");
        agreement::follow(&later, &actor(), (of, id), answer).await.unwrap();
        let kept = log(&later, &actor(), of).await.unwrap();
        let answered = (date(2026, 1, 14), "The column was taken out".to_owned());
        assert_eq!(kept.complaints[0].0.answered, Some(answered));
        assert_eq!(listed(&later).await.len(), 1, "the clause alone, on {}", register.engine);
        assert!(agreement::follow(&later, &actor(), (of, id), answer).await.is_err(), "once");
    })
    .await;
}

#[tokio::test]
async fn a_dated_clause_stands_in_the_list_until_somebody_says_that_it_was_met() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let clause = (ClauseKind::DestinationSurvey, date(2026, 1, 20));
        let what = "Intended destinations come by then.".to_owned();
        assert_eq!(listed(&ctx).await, [(what.clone(), clause.1, false)]);
        let later = on(&register, date(2026, 1, 21));
        assert_eq!(listed(&later).await, [(what, clause.1, true)]);
        let other = (ClauseKind::DestinationSurvey, date(2026, 1, 19));
        assert!(agreement::meet(&later, &actor(), of, other).await.is_err());
        agreement::meet(&later, &actor(), of, clause).await.unwrap();
        assert!(listed(&later).await.is_empty(), "on {}", register.engine);
        assert!(agreement::meet(&later, &actor(), of, clause).await.is_err(), "once");
        assert_eq!(log(&later, &actor(), of).await.unwrap().met, [clause]);
        // The next wording's day is not asked for yet, so nobody can say that it was met.
        let next = WORDING.replace("2026-01-20", "2027-01-20");
        agreement::bring(&later, &actor(), &next, Some(of)).await.unwrap();
        let clause = (clause.0, date(2027, 1, 20));
        assert!(agreement::meet(&later, &actor(), of, clause).await.is_err());
        let year = on(&register, date(2027, 1, 8));
        agreement::meet(&year, &actor(), of, clause).await.unwrap();
        assert!(listed(&year).await.is_empty(), "on {}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_not_logged_and_only_by_who_administers() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let adviser = Actor { role: Role::Adviser, ..actor() };
        assert!(agreement::complain(&ctx, &adviser, of, &typed()).await.is_err());
        assert!(log(&ctx, &adviser, of).await.is_err());
        for wrong in [
            Complained { partner: "college".to_owned(), ..typed() },
            Complained { day: "2026-01-10".to_owned(), ..typed() },
            Complained { teller: "aunt".to_owned(), ..typed() },
            Complained { about: " ".to_owned(), ..typed() },
            Complained { step: String::new(), ..typed() },
        ] {
            assert!(agreement::complain(&ctx, &actor(), of, &wrong).await.is_err(), "{wrong:?}");
        }
        assert!(agreement::complain(&ctx, &actor(), of + 1, &typed()).await.is_err());
        assert!(log(&ctx, &actor(), of).await.unwrap().complaints.is_empty());
    })
    .await;
}
