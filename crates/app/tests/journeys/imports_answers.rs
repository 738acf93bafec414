//! What is answered of a held row on the file's own page, or by the command line, is who is who's decision:
//! kept for the next file, by two people of a restricted record, of nobody but whom the row may speak of. On
//! both engines.

use crate::town::{actor, context, everybody, fates, manager, run};
use app::imports::{self, Incoming, Options, Reader, Taken};
use app::linking::{self, Answer, Key, Verdict};
use app::{Context, people};
use domain::access::{Actor, Role};
use domain::person::{Field, PersonId};
use formats::Kind;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use store::people::Loaded;
use testkit::each_engine;

const HEAD: &str = "UPN,Forename,Surname,DOB,Sex,Postcode\n";
const AMINA: &str = "H887400009001,Amina,Khan,2009-05-04,F,ME7 1AB\n";
/// The twin under the other's number.
const ZARA: &str = "H887400009001,Zara,Khan,2009-05-04,F,ME7 1AB\n";

async fn bring(ctx: &Context, rows: &str) -> (i64, Vec<String>) {
    let (id, _) = run(ctx, "Brompton Academy", &format!("{HEAD}{rows}"), true).await;
    (id, fates(ctx, id).await.into_iter().map(|row| row.effect).collect())
}

/// Makes one record of two.
async fn join(ctx: &Context, jo: &Actor, (kept, gone): (i64, i64)) {
    let seen = linking::preview(ctx, jo, (kept, gone)).await.unwrap().seen;
    let (prefer, reason) = (BTreeSet::new(), "one child, two names");
    let wanted = linking::Wanted { kept, gone, seen, prefer, reason };
    linking::merge(ctx, jo, &wanted).await.unwrap().unwrap();
}

/// The person who came in last.
async fn newest(ctx: &Context) -> i64 {
    everybody(ctx).await.iter().filter(|one| one.exists()).map(|one| one.person).max().unwrap()
}

#[tokio::test]
async fn a_twin_under_a_borrowed_number_is_somebody_new_once_and_known_ever_after() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        bring(&ctx, AMINA).await;
        let (id, effects) = bring(&ctx, ZARA).await;
        assert_eq!(effects, ["held"]);
        let line = fates(&ctx, id).await[0].line;
        for nobody in ["same:99999", "same:0", "recorded:1"] {
            assert!(imports::decide(&ctx, &jo, id, line, nobody).await.is_err(), "{nobody}");
        }
        // One may think again before the file is applied.
        let amina = everybody(&ctx).await[0].person;
        let same = format!("same:{amina}");
        assert_eq!(imports::decide(&ctx, &jo, id, line, &same).await.unwrap(), Taken::Done);
        imports::decide(&ctx, &jo, id, line, "new").await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(everybody(&ctx).await.len(), 2);
        assert_eq!(
            linking::queue(&ctx, &jo).await.unwrap().figures.different,
            1,
            "kept as a decision"
        );
        for _ in 0..2 {
            let (_, effects) = bring(&ctx, &format!("{AMINA}{ZARA}")).await;
            assert_eq!(
                effects,
                ["held", "unchanged"],
                "two people hold the number: the first is asked of"
            );
            let (_, effects) = bring(&ctx, ZARA).await;
            assert_eq!(effects, ["unchanged"], "{}", register.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn of_a_restricted_record_two_people_decide_wherever_the_first_answers() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (jo, sam) = (manager(&ctx, "jo").await, manager(&ctx, "sam").await);
        bring(&ctx, AMINA).await;
        let amina = everybody(&ctx).await[0].person;
        let values = BTreeMap::from([(Field::Restricted, "Y".to_owned())]);
        let seen = people::open(&ctx, &jo, PersonId(amina)).await.unwrap().seen;
        people::correct(&ctx, &jo, (PersonId(amina), seen), &values, "asked for").await.unwrap();
        let moved = ",Amina,Khan,2009-05-04,F,ME4 6AA\n";
        let (id, effects) = bring(&ctx, moved).await;
        assert_eq!(effects, ["held"]);
        let line = fates(&ctx, id).await[0].line;
        let same = format!("same:{amina}");
        assert_eq!(imports::decide(&ctx, &jo, id, line, &same).await.unwrap(), Taken::Waits);
        assert!(linking::waiting_rows(&ctx, id).await.unwrap().contains(&line));
        let done = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!(
            (done.counts.changed, done.counts.held),
            (0, 1),
            "nothing before somebody agrees"
        );
        let pending = linking::queue(&ctx, &sam).await.unwrap().pending;
        assert_eq!(pending[0].origin, Key::Row { import: id, line }.to_string());
        linking::agree(&ctx, &sam, pending[0].id).await.unwrap();
        let done = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        assert_eq!((done.counts.changed, done.counts.held), (1, 0), "{}", register.engine);
    })
    .await;
}

/// Somebody new who turns out to be somebody known is known by the next file, not made new again.
#[tokio::test]
async fn who_was_merged_after_all_is_found_by_the_next_file() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx, "jo").await;
        bring(&ctx, AMINA).await;
        let (id, _) = bring(&ctx, ZARA).await;
        let line = fates(&ctx, id).await[0].line;
        imports::decide(&ctx, &jo, id, line, "new").await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let all = everybody(&ctx).await;
        let (kept, gone) = (all[0].person, all[1].person);
        join(&ctx, &jo, (kept, gone)).await;
        let (_, effects) = bring(&ctx, ZARA).await;
        assert_ne!(effects, ["new"], "{}", register.engine);
        let there = everybody(&ctx).await.into_iter().filter(|one| one.exists()).count();
        assert_eq!(there, 1, "{}", register.engine);
    })
    .await;
}

/// A record that a row is not about stays so, though an unrelated duplicate of that record goes into it.
#[tokio::test]
async fn a_merge_that_is_not_about_the_row_leaves_its_answer() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx, "jo").await;
        bring(&ctx, AMINA).await;
        let amina = newest(&ctx).await;
        let duplicate = async |row: &str| {
            assert_eq!(bring(&ctx, row).await.1, ["new"]);
            join(&ctx, &jo, (amina, newest(&ctx).await)).await;
        };
        duplicate(",Ngozi,Okoro,2008-11-02,F,ME4 4EE\n").await;
        let (id, effects) = bring(&ctx, ZARA).await;
        assert_eq!(effects, ["held"]);
        let line = fates(&ctx, id).await[0].line;
        assert_eq!(imports::decide(&ctx, &jo, id, line, "new").await.unwrap(), Taken::Done);
        let decision = fates(&ctx, id).await[0].decision.clone();
        assert_eq!(decision.as_deref(), Some("new"), "it does not wait for ever");
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();

        duplicate(",Maja,Nowak,2010-02-11,F,ME5 7XY\n").await;
        let (_, effects) = bring(&ctx, ZARA).await;
        assert_eq!(effects, ["unchanged"], "{}", register.engine);
    })
    .await;
}

/// The same row in two files, ruled out of the first in one and of the second in the other: whom it made was the
/// first after all, whichever file said otherwise.
#[tokio::test]
async fn who_was_merged_after_all_is_found_whichever_file_ruled_it_out() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx, "jo").await;
        let second = "B801200005001,Amina,Khan,2009-05-04,F,ME4 4EE\n";
        bring(&ctx, &format!("{AMINA}{second}")).await;
        let all: Vec<i64> = everybody(&ctx).await.iter().map(|one| one.person).collect();
        let row = ",Amina,Khan,2009-05-04,F,ME5 7XY\n";
        let ((one, _), (two, _)) = (bring(&ctx, row).await, bring(&ctx, row).await);
        for (import, person) in [(one, all[0]), (two, all[1])] {
            let held = fates(&ctx, import).await.remove(0);
            assert_eq!((held.effect.as_str(), held.decision), ("held", None));
            let key = Key::Row { import, line: held.line };
            let no = Answer { person, verdict: Verdict::Different, why: "rang the mother" };
            linking::decide(&ctx, &jo, key, &no).await.unwrap();
        }
        imports::apply(&ctx, &Reader::Here, two, &|_| {}).await.unwrap();
        let made = fates(&ctx, two).await.remove(0);
        assert_eq!((made.effect.as_str(), made.person), ("new", Some(newest(&ctx).await)));
        join(&ctx, &jo, (all[0], newest(&ctx).await)).await;
        let (_, effects) = bring(&ctx, row).await;
        assert_ne!(effects, ["new"], "{}", register.engine);
    })
    .await;
}

/// Of two files with one row, each answered otherwise, the later answer is the one that counts.
#[tokio::test]
async fn the_answer_that_was_given_last_is_followed() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        let second = "B801200005001,Amina,Khan,2009-05-04,F,ME4 4EE\n";
        bring(&ctx, &format!("{AMINA}{second}")).await;
        let all = everybody(&ctx).await;
        assert_eq!(all.len(), 2);
        let row = ",Amina,Khan,2009-05-04,F,ME5 7XY\n";
        let ((one, _), (two, _)) = (bring(&ctx, row).await, bring(&ctx, row).await);
        for (file, person) in [(one, all[0].person), (two, all[1].person)] {
            let held = fates(&ctx, file).await.remove(0);
            assert_eq!(held.effect, "held");
            let same = format!("same:{person}");
            imports::decide(&ctx, &jo, file, held.line, &same).await.unwrap();
            let held = fates(&ctx, file).await.remove(0);
            assert_eq!(held.decision.as_deref(), Some(same.as_str()), "{}", register.engine);
        }
    })
    .await;
}

/// The row of another file was answered with one of those whom this answer rules out.
#[tokio::test]
async fn somebody_new_is_nobody_whom_another_file_named() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx, "jo").await;
        let second = "B801200005001,Amina,Khan,2009-05-04,F,ME4 4EE\n";
        bring(&ctx, &format!("{AMINA}{second}")).await;
        let row = ",Amina,Khan,2009-05-04,F,ME5 7XY\n";
        let ((one, _), (two, _)) = (bring(&ctx, row).await, bring(&ctx, row).await);
        let held = fates(&ctx, one).await.remove(0);
        // Whoever is ruled out last is the one that the other file named.
        let person: i64 = held.candidates.rsplit(',').next().unwrap().parse().unwrap();
        imports::decide(&ctx, &jo, one, held.line, &format!("same:{person}")).await.unwrap();
        let before = everybody(&ctx).await;
        let held = fates(&ctx, two).await.remove(0);
        let taken = imports::decide(&ctx, &jo, two, held.line, "new").await.unwrap();
        let decision = fates(&ctx, two).await.remove(0).decision;
        assert_eq!((taken, decision.as_deref()), (Taken::Done, Some("new")), "{}", register.engine);
        imports::apply(&ctx, &Reader::Here, two, &|_| {}).await.unwrap();
        assert_eq!(fates(&ctx, two).await[0].effect, "new");
        let named = |all: Vec<Loaded>| all.into_iter().find(|l| l.person == person).unwrap().record;
        assert_eq!(named(everybody(&ctx).await), named(before), "{}", register.engine);
    })
    .await;
}

/// Ruled out in one file the row is somebody new in both, and one person once both are applied.
#[tokio::test]
async fn somebody_new_in_two_files_is_made_once() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        let second = "B801200005001,Amina,Khan,2009-05-04,F,ME4 4EE\n";
        bring(&ctx, &format!("{AMINA}{second}")).await;
        let row = ",Amina,Khan,2009-05-04,F,ME5 7XY\n";
        let ((one, _), (two, _)) = (bring(&ctx, row).await, bring(&ctx, row).await);
        let line = fates(&ctx, one).await[0].line;
        assert_eq!(imports::decide(&ctx, &jo, one, line, "new").await.unwrap(), Taken::Done);
        let decision = fates(&ctx, two).await.remove(0).decision;
        assert_eq!(decision.as_deref(), Some("new"), "{}", register.engine);
        for file in [one, two] {
            imports::apply(&ctx, &Reader::Here, file, &|_| {}).await.unwrap();
        }
        let made = newest(&ctx).await;
        for (file, effect) in [(one, "new"), (two, "unchanged")] {
            let row = fates(&ctx, file).await.remove(0);
            assert_eq!((row.effect.as_str(), row.person), (effect, Some(made)), "{row:?}");
        }
        assert_eq!(everybody(&ctx).await.len(), 3, "{}", register.engine);
    })
    .await;
}

/// Where both whom it may be are restricted, the answers are agreed with one after the other.
#[tokio::test]
async fn another_files_answer_is_not_followed_while_the_rows_own_waits() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (jo, sam) = (manager(&ctx, "jo").await, manager(&ctx, "sam").await);
        let second = "B801200005001,Amina,Khan,2009-05-04,F,ME4 4EE\n";
        bring(&ctx, &format!("{AMINA}{second}")).await;
        let row = ",Amina,Khan,2009-05-04,F,ME5 7XY\n";
        let ((one, _), (two, _)) = (bring(&ctx, row).await, bring(&ctx, row).await);
        let held = fates(&ctx, one).await.remove(0);
        let person: i64 = held.candidates.rsplit(',').next().unwrap().parse().unwrap();
        imports::decide(&ctx, &jo, one, held.line, &format!("same:{person}")).await.unwrap();
        for one in everybody(&ctx).await {
            let values = BTreeMap::from([(Field::Restricted, "Y".to_owned())]);
            let seen = people::open(&ctx, &jo, PersonId(one.person)).await.unwrap().seen;
            let whom = (PersonId(one.person), seen);
            people::correct(&ctx, &jo, whom, &values, "asked for").await.unwrap();
        }
        let held = fates(&ctx, two).await.remove(0);
        let taken = imports::decide(&ctx, &jo, two, held.line, "new").await.unwrap();
        assert_eq!(taken, Taken::Waits);
        let mut pending = linking::queue(&ctx, &sam).await.unwrap().pending;
        pending.sort_by_key(|decided| decided.person == person);
        assert_eq!(pending.len(), 2);
        for (decided, follows) in pending.iter().zip([None, Some("new")]) {
            linking::agree(&ctx, &sam, decided.id).await.unwrap();
            let decision = fates(&ctx, two).await.remove(0).decision;
            assert_eq!(decision.as_deref(), follows, "{}", register.engine);
        }
    })
    .await;
}

/// Three of one name, of whom the third cannot be the first: the second is asked about.
#[tokio::test]
async fn a_row_is_asked_about_whoever_has_no_other_number() {
    each_engine(async |register| {
        let ctx = context(&register);
        let text = "UPN,ULN,Forename,Surname,DOB\n\
            H887400009001,1000000019,Amina,Khan,2009-05-04\n\
            ,1020304005,Amina,Khan,2009-05-04\n\
            B801200005001,,Amina,Khan,2009-05-04\n";
        let (id, _) = run(&ctx, "Brompton Academy", text, true).await;
        let rows = fates(&ctx, id).await;
        let effects: Vec<&str> = rows.iter().map(|row| row.effect.as_str()).collect();
        assert_eq!(effects, ["new", "new", "held"], "{}", register.engine);
        assert!(rows[2].reasons.contains("row 3 of this file may be"), "{}", rows[2].reasons);
        let all = everybody(&ctx).await;
        let uln = |one: &&Loaded| one.record.particulars.get(Field::Uln) == Some("1020304005");
        let second = all.iter().find(uln).unwrap().person;
        assert_eq!(rows[2].candidates, second.to_string(), "and nobody else");
    })
    .await;
}

/// Nothing but name and birth date says that whom a list brings in leaves in its next row: somebody says so.
#[tokio::test]
async fn who_is_new_and_leaves_in_one_list_is_asked_about_and_leaves() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        let text = "ULN,Forename,Surname,DOB,Postcode,start_date,end_date\n\
            ,Cara,Lee,2008-06-04,,2025-09-05,\n\
            ,Cara,Lee,2008-06-04,,2025-09-05,2025-12-19\n";
        let list = || Incoming {
            kind: Kind::JoinersLeavers,
            sender: "MidKent College",
            file_name: "list.csv",
            content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
            as_of: Some(date(2026, 1, 9)),
            options: Options::default(),
            account: None,
        };
        let dry = imports::receive(&ctx, list()).await.unwrap();
        imports::plan(&ctx, &Reader::Here, dry, &|_| {}).await.unwrap();
        let rows = fates(&ctx, dry).await;
        assert_eq!((rows[1].effect.as_str(), rows[1].candidates.as_str()), ("held", ""));
        // Whom only applying makes has no number before, and what was kept before that was so is read alike.
        let mut tx = ctx.db.begin().await.unwrap();
        let kept = "SELECT COUNT(*) FROM import_row WHERE person IS NOT NULL";
        let kept = tx.one(kept, store::args![], |row| row.int(0)).await.unwrap();
        assert_eq!((rows[0].effect.as_str(), kept), ("new", Some(0)), "{}", register.engine);
        let as_it_was = "UPDATE import_row SET person = -1 WHERE import = $1 AND line = $2";
        tx.run(as_it_was, store::args![dry, rows[0].line]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(fates(&ctx, dry).await[0].person, None, "{}", register.engine);
        let id = imports::receive(&ctx, list()).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let cara = everybody(&ctx).await[0].person;
        let row = fates(&ctx, id).await.remove(1);
        assert_eq!((row.effect.as_str(), row.candidates.as_str()), ("held", &*cara.to_string()));
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let asks =
            |key| matches!(key, Key::Row { import, line } if (import, line) == (id, row.line));
        assert!(queue.waiting.iter().any(|w| asks(w.key) && w.person == cara), "who is who asks");
        let same = format!("same:{cara}");
        assert_eq!(imports::decide(&ctx, &jo, id, row.line, &same).await.unwrap(), Taken::Done);
        let done = imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
        assert_eq!((done.new, done.changed, done.held), (1, 1, 0), "{}", register.engine);
        let all = everybody(&ctx).await;
        let [only] = all.as_slice() else { panic!("one person") };
        let stays: Vec<_> = only.record.spells.iter().map(|s| (s.start, s.end)).collect();
        let left = (date(2025, 9, 5), Some(date(2025, 12, 19)));
        assert_eq!(stays, [left, (date(2025, 12, 20), None)], "{}", register.engine);
    })
    .await;
}

/// A return of Amina under an identifier that nobody has, with a record of each status, looked at and not applied.
async fn looked_at(ctx: &Context, period_end: &str, statuses: &[&str]) -> i64 {
    let mut text =
        "PeriodEnd,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,Postcode,LeadLEA,\
                    ActivityCode,StartDate,DateVerified\n"
            .to_owned();
    for status in statuses {
        text.push_str(&format!(
            "{period_end},4440000000009,{status},Amina,Khan,2009-05-04,ME4 6AA,887,210,2025-09-08,2025-09-20\n"
        ));
    }
    let incoming = Incoming {
        kind: Kind::NccisFlat,
        sender: "Brompton Academy",
        file_name: "return.csv",
        content: Box::new(std::io::Cursor::new(text.into_bytes())),
        as_of: None,
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    id
}

/// Effect and decision of every row.
async fn ends(ctx: &Context, file: i64) -> Vec<(String, Option<String>)> {
    fates(ctx, file).await.into_iter().map(|row| (row.effect, row.decision)).collect()
}

/// The first return makes somebody under the identifier that the second has too: they are found by it.
#[tokio::test]
async fn somebody_new_in_the_returns_of_two_months_is_made_by_the_first() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        bring(&ctx, AMINA).await;
        let october = looked_at(&ctx, "2025-10-31", &["P"]).await;
        let november = looked_at(&ctx, "2025-11-30", &["P"]).await;
        let line = fates(&ctx, october).await[0].line;
        imports::decide(&ctx, &jo, october, line, "new").await.unwrap();
        for file in [october, november] {
            let new = Some("new".to_owned());
            assert_eq!(ends(&ctx, file).await, [("held".to_owned(), new)], "{}", register.engine);
            imports::apply(&ctx, &Reader::Here, file, &|_| {}).await.unwrap();
        }
        let made = newest(&ctx).await;
        for (file, effect) in [(october, "new"), (november, "changed")] {
            let row = fates(&ctx, file).await.remove(0);
            let end = (row.effect.as_str(), row.person);
            assert_eq!(end, (effect, Some(made)), "{}: {}", register.engine, row.reasons);
        }
        assert_eq!(everybody(&ctx).await.len(), 2, "{}", register.engine);
    })
    .await;
}

/// Two records of one identifier in one return, both answered to be somebody new: the first is, the second waits,
/// together with it and when it is settled by itself, and takes nothing from the first.
#[tokio::test]
async fn a_second_record_of_somebody_new_waits_and_takes_no_status() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = actor(0, Role::DataManager);
        bring(&ctx, AMINA).await;
        let file = looked_at(&ctx, "2025-10-31", &["P", "G"]).await;
        for row in fates(&ctx, file).await {
            imports::decide(&ctx, &jo, file, row.line, "new").await.unwrap();
        }
        for _ in 0..2 {
            imports::apply(&ctx, &Reader::Here, file, &|_| {}).await.unwrap();
            let rows = fates(&ctx, file).await;
            let effects: Vec<&str> = rows.iter().map(|row| row.effect.as_str()).collect();
            assert_eq!(effects, ["new", "held"], "{}", register.engine);
            let why = &rows[1].reasons;
            assert!(why.contains("somebody has its return's identifier already"), "{why}");
            let all = everybody(&ctx).await;
            let made = all.iter().find(|one| one.record.ypid == "4440000000009").unwrap();
            let status = made.record.particulars.get(Field::CohortStatus);
            assert_eq!((all.len(), status), (2, Some("P")), "{}", register.engine);
        }
    })
    .await;
}

/// A return may tell of one person twice; the register keeps one status of a person, and says so of the other record.
#[tokio::test]
async fn a_second_record_of_somebody_in_a_return_waits_and_says_what_is_lost() {
    each_engine(async |register| {
        let ctx = context(&register);
        let mut text =
            "PeriodEnd,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,Postcode,LeadLEA,\
                        ActivityCode,StartDate,DateVerified\n"
                .to_owned();
        for (id, status) in [(1, "P"), (1, "G"), (2, "M")] {
            text.push_str(&format!(
                "2025-12-31,444000000000{id},{status},Amina,Khan,2009-05-04,ME7 1AB,887,\
                 210,2025-09-08,2025-09-20\n"
            ));
        }
        let incoming = Incoming {
            kind: Kind::NccisFlat,
            sender: "Brompton Academy",
            file_name: "return.csv",
            content: Box::new(std::io::Cursor::new(text.into_bytes())),
            as_of: None,
            options: Options::default(),
            account: None,
        };
        let id = imports::receive(&ctx, incoming).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let rows = fates(&ctx, id).await;
        let effects: Vec<&str> = rows.iter().map(|row| row.effect.as_str()).collect();
        assert_eq!(effects, ["new", "held", "held"], "{}", register.engine);
        // What is lost, and what whoever settles it has to decide.
        let words = ["returned for the guarantee alone", "this holds of them (Found to be"];
        for (row, (status, words)) in rows[1..].iter().zip(["(G)", "(M)"].into_iter().zip(words)) {
            assert!(row.reasons.contains(status), "{}", row.reasons);
            assert!(row.reasons.contains("return written from the register lacks it"));
            assert!(row.reasons.contains(words), "{}", row.reasons);
        }
        // A duplicate has an identifier of its own and is told of as it was.
        let jo = actor(0, Role::DataManager);
        imports::decide(&ctx, &jo, id, rows[2].line, "new").await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let all = everybody(&ctx).await;
        let status = |one: &Loaded| {
            let status = one.record.particulars.get(Field::CohortStatus);
            format!("{} {}", one.record.ypid, status.unwrap_or("-"))
        };
        let told: BTreeSet<String> = all.iter().map(status).collect();
        let wanted = ["4440000000001 P", "4440000000002 M"].map(String::from);
        assert_eq!(told, BTreeSet::from(wanted), "{}", register.engine);
        // The other answer, as its words say: they are returned for the guarantee alone.
        let same = format!("same:{}", rows[0].person.unwrap());
        imports::decide(&ctx, &jo, id, rows[1].line, &same).await.unwrap();
        imports::apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
        let told: BTreeSet<String> = everybody(&ctx).await.iter().map(status).collect();
        let wanted = ["4440000000001 G", "4440000000002 M"].map(String::from);
        assert_eq!(told, BTreeSet::from(wanted), "{}", register.engine);
    })
    .await;
}
