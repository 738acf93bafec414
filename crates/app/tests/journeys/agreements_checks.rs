//! The annual check of an agreement: its three answers begin as what is known, are kept with who and when, stand in
//! the list while the next is due, and lie sealed.

use crate::town::{self, on, place};
use app::agreement::{self, Found};
use app::{Context, Wrong, accounts, keys};
use domain::access::{Actor, Role};
use jiff::civil::date;
use store::args;
use testkit::{Register, each_engine};

const ROLL: &str = "Forename,Surname,DOB,Sex,Ethnicity\n\
    Amina,Khan,2009-05-04,F,ABAN\n\
    Cara,Lee,2008-11-30,F,WBRI\n";

const WORDING: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["school"]
starts = "2025-09-01"
assessment = "DPIA 14"
assessed = "2025-06-03"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["sex"]
every_months = 3
first_due = "2025-10-01"

[[clause]]
kind = "retention"
words = "Two years after the last roll."

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
    let ctx = on(register, date(2026, 1, 9));
    place(&ctx, "school", "school", "The School").await;
    let of = agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap().agreement;
    (ctx, of)
}

fn found() -> Found {
    Found {
        practical: "It runs, a day late".to_owned(),
        legal: "Section 72 holds".to_owned(),
        effective: "Two found who were nowhere".to_owned(),
    }
}

async fn gathered(ctx: &Context, actor: &Actor, of: i64) -> Result<Found, Wrong> {
    agreement::known(ctx, actor, &agreement::all(ctx).await.unwrap(), of).await
}

#[tokio::test]
async fn the_answers_of_a_check_begin_as_what_is_known() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let before = gathered(&ctx, &actor(), of).await.unwrap();
        assert!(before.practical.ends_with("No file of its partners went in."), "{before:?}");
        assert!(before.effective.contains("0 files with 0 rows"), "{before:?}");
        town::run(&ctx, "school", ROLL, true).await;
        let known = gathered(&ctx, &actor(), of).await.unwrap();
        for said in ["Deliveries due in the last twelve months: 2", "Columns were left out of 1"] {
            assert!(known.practical.contains(said), "{said}: {}", known.practical);
        }
        assert!(known.practical.contains("Ethnicity (2 rows"), "{}", known.practical);
        for said in [
            "section 72",
            "In force with 1 of 1 partners.",
            "Impact assessment: DPIA 14, 3 June 2025.",
            "Kept: Two years after the last roll.",
        ] {
            assert!(known.legal.contains(said), "{said}: {}", known.legal);
        }
        let brought = "1 file with 2 rows. People found who were not on the register: 2.";
        assert!(known.effective.contains(brought), "{}", known.effective);
        let bare = WORDING.replace("assessment = \"DPIA 14\"\nassessed = \"2025-06-03\"\n", "");
        agreement::bring(&ctx, &actor(), &bare, Some(of)).await.unwrap();
        let known = gathered(&ctx, &actor(), of).await.unwrap();
        assert!(known.legal.contains("No impact assessment is named."), "{}", known.legal);
        let adviser = town::actor(0, Role::Adviser);
        assert!(gathered(&ctx, &adviser, of).await.is_err());
        assert!(gathered(&ctx, &actor(), of + 1).await.is_err());
    })
    .await;
}

/// Whoever checks judges what flows, and flows go by what is signed: a draft that names another assessment, another
/// partner and another period is nobody's word yet.
#[tokio::test]
async fn a_wording_that_nobody_signed_is_not_what_is_known() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        town::run(&ctx, "school", ROLL, true).await;
        let before = gathered(&ctx, &actor(), of).await.unwrap();
        let (draft, _) = WORDING.split_once("[[signature]]").unwrap();
        place(&ctx, "college", "college", "The College").await;
        let draft = draft
            .replace("DPIA 14", "DPIA 99")
            .replace("Two years", "Nine years")
            .replace("\"school\"]", "\"college\"]");
        agreement::bring(&ctx, &actor(), &draft, Some(of)).await.unwrap();
        let known = gathered(&ctx, &actor(), of).await.unwrap();
        assert_eq!(known, before, "on {}", register.engine);
        assert!(known.legal.contains("DPIA 14") && known.effective.contains("1 file with 2 rows"));

        let unsigned = agreement::bring(&ctx, &actor(), &draft, None).await.unwrap().agreement;
        let known = gathered(&ctx, &actor(), unsigned).await.unwrap();
        assert!(known.legal.contains("DPIA 99"), "where nothing is in force: {}", known.legal);
    })
    .await;
}

/// What is offered is taken when it is sent back as it is.
#[tokio::test]
async fn what_is_known_is_never_longer_than_an_answer_may_be() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let long = format!("Two years. {}", "As long as it is asked for. ".repeat(90));
        let long = WORDING.replace("Two years after the last roll.", long.trim());
        agreement::bring(&ctx, &actor(), &long, Some(of)).await.unwrap();
        let known = gathered(&ctx, &actor(), of).await.unwrap();
        assert!(known.legal.contains("Kept: Two years."), "{}", known.legal);
        agreement::check(&ctx, &actor(), of, (ctx.today(), &known)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_check_is_kept_with_who_and_when_and_stands_in_the_list_until_it_is_made() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let due = async |ctx: &Context| {
            let all = agreement::all(ctx).await.unwrap();
            agreement::checks_due(ctx, &actor(), &all).await.unwrap()
        };
        assert!(due(&ctx).await.is_empty(), "signed in July, it is due next July");
        let later = on(&register, date(2026, 6, 20));
        let listed = due(&later).await;
        assert_eq!((listed[0].agreement, listed[0].due), (of, date(2026, 7, 1)));
        assert!(!listed[0].overdue && listed[0].last.is_none());
        let over = on(&register, date(2026, 7, 2));
        assert!(due(&over).await[0].overdue);

        let mut tx = over.db.begin().await.unwrap();
        let who = ("jo@example.org", "Jo Marsh", Role::DataManager);
        let jo = accounts::add(&over, &mut tx, who, (None, &[]), String::new()).await.unwrap();
        tx.commit().await.unwrap();
        let jo = town::actor(jo, Role::DataManager);
        for wrong in [
            Found { practical: " ".to_owned(), ..found() },
            Found { legal: String::new(), ..found() },
            Found { effective: String::new(), ..found() },
        ] {
            let made = agreement::check(&over, &jo, of, (over.today(), &wrong)).await;
            assert!(matches!(made, Err(Wrong::Refused(_))), "{wrong:?}");
        }
        let ahead = agreement::check(&over, &jo, of, (date(2026, 7, 3), &found())).await;
        assert!(matches!(ahead, Err(Wrong::Refused(_))));
        assert!(agreement::checks(&over, &jo, of).await.unwrap().is_empty());
        agreement::check(&over, &jo, of, (over.today(), &found())).await.unwrap();
        assert!(due(&over).await.is_empty(), "on {}", register.engine);

        let next = on(&register, date(2027, 6, 20));
        let listed = due(&next).await;
        assert_eq!(listed[0].due, date(2027, 7, 2));
        let last = listed[0].last.clone().unwrap();
        assert_eq!((last.by.as_str(), last.day), ("Jo Marsh", date(2026, 7, 2)));
        assert_eq!(last.effective, found().effective);
        let again = Found { practical: "It runs on the day".to_owned(), ..found() };
        agreement::check(&next, &jo, of, (next.today(), &again)).await.unwrap();
        let all = agreement::checks(&next, &jo, of).await.unwrap();
        let said: Vec<&str> = all.iter().map(|one| one.practical.as_str()).collect();
        assert_eq!(said, ["It runs on the day", "It runs, a day late"], "the newest first");
        agreement::end(&next, &jo, of, (next.today(), "It is over")).await.unwrap();
        assert!(
            due(&on(&register, date(2029, 1, 5))).await.is_empty(),
            "what ended is not checked"
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_check_found_is_sealed_once_there_are_keys() {
    each_engine(async |register| {
        let (ctx, of) = begin(&register).await;
        let kept = async || {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let sql = "SELECT practical || legal || effective FROM agreement_check ORDER BY id";
            tx.rows(sql, args![], |row| row.text(0)).await.unwrap()
        };
        agreement::check(&ctx, &actor(), of, (ctx.today(), &found())).await.unwrap();
        assert!(kept().await[0].contains("Section 72 holds"), "in the clear without keys");
        let folder = tempfile::tempdir().unwrap();
        keys::make(&ctx, &actor(), &keys::in_home(folder.path())).await.unwrap();
        agreement::check(&ctx, &actor(), of, (ctx.today(), &found())).await.unwrap();
        assert_eq!(keys::seal_all(&ctx, &actor()).await.unwrap(), 1, "{}", register.engine);
        for words in kept().await {
            assert!(!words.contains("Section 72 holds") && !words.contains("nowhere"), "{words}");
        }
        // Another agreement's check, whose words cannot be opened, is none of this one's.
        let other = agreement::bring(&ctx, &actor(), WORDING, None).await.unwrap().agreement;
        agreement::check(&ctx, &actor(), other, (ctx.today(), &found())).await.unwrap();
        let swap = "UPDATE agreement_check SET practical = legal WHERE agreement = $1";
        let mut tx = ctx.db.begin().await.unwrap();
        assert_eq!(tx.run(swap, args![other]).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert!(agreement::checks(&ctx, &actor(), other).await.is_err());
        for one in agreement::checks(&ctx, &actor(), of).await.unwrap() {
            let said =
                Found { practical: one.practical, legal: one.legal, effective: one.effective };
            assert_eq!(said, found());
        }
    })
    .await;
}
