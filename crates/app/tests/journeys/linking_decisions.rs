//! Deciding doubtful rows: who said what is kept, remembered next month, taken back, and agreed by a
//! second person where the record is restricted. On both engines.

use crate::town::{Somebody, actor, context, doubtful, fates, manager, run, town};
use app::linking::{self, Answer, Key, Verdict};
use app::{Context, Wrong, imports};
use domain::access::{Role, Scope};
use domain::person::{Address, Field, PersonId, PersonRecord};
use std::collections::{BTreeMap, BTreeSet};
use store::linking::{
    Crossmatch, CrossmatchRow, Decided, crossmatch_row, keep_crossmatch, keep_decision,
};
use store::people;
use testkit::each_engine;

async fn held(ctx: &Context, one: &Somebody) -> (i64, Key) {
    let (import, counts) = run(ctx, "Jobcentre", &doubtful(one), false).await;
    assert_eq!(counts.held, 1);
    let line = fates(ctx, import).await[0].line;
    (import, Key::Row { import, line })
}

#[tokio::test]
async fn a_decision_is_kept_followed_remembered_and_taken_back() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let (import, key) = held(&ctx, one).await;

        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let asked = queue.waiting.iter().find(|w| w.key == key).unwrap();
        assert_eq!(asked.person, one.person);
        let pair = linking::pair(&ctx, &jo, key, one.person).await.unwrap();
        let born = pair.lines.iter().find(|l| l.field == "Date of birth").unwrap();
        assert_eq!(born.mark, linking::Mark::Differs);
        assert!(pair.likeness.unwrap().drawings().iter().all(|one| one.starts_with("<svg")));

        let same = Answer { person: one.person, verdict: Verdict::Same, why: "rang the mother" };
        let (id, waits) = linking::decide(&ctx, &jo, key, &same).await.unwrap();
        assert!(!waits);
        assert!(linking::queue(&ctx, &jo).await.unwrap().waiting.iter().all(|w| w.key != key));
        imports::apply(&ctx, &imports::Reader::Here, import, &|_| {}).await.unwrap();
        assert_eq!(fates(&ctx, import).await[0].person, Some(one.person));
        // Once applied, the import goes first.
        let refused = linking::take_back(&ctx, &jo, id, "wrong").await;
        assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");

        // The same row next month is nobody's question.
        let (next, counts) = run(&ctx, "Jobcentre", &doubtful(one), false).await;
        assert_eq!(counts.held, 0);
        assert!(fates(&ctx, next).await[0].reasons.contains("as a person decided"));
    })
    .await;
}

/// Nobody meets a record, is given one or loses one by a row that only may speak of it.
#[tokio::test]
async fn a_doubtful_row_is_nobodys_until_somebody_says_so() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let one = &people[40];
        let held = async || {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let all = store::rights::held(&mut tx, &[one.person]).await.unwrap();
            all.into_iter().find(|held| held.table == "import_row").unwrap().rows.len()
        };
        let before = held().await;
        let (import, counts) = run(&ctx, "Jobcentre", &doubtful(one), true).await;
        assert_eq!(counts.held, 1);
        let row = fates(&ctx, import).await.remove(0);
        assert_eq!(row.person, None);
        assert!(row.candidates.split(',').any(|id| id == one.person.to_string()), "{row:?}");
        assert!(row.evidence.contains(&one.family));
        assert_eq!(held().await, before, "it is not in their pack");

        let sender = imports::one(&ctx, import).await.unwrap().unwrap().sender;
        let scope = Scope {
            listed: BTreeSet::from([sender]),
            listed_since: Some(ctx.today()),
            ..Scope::default()
        };
        let mut tx = ctx.db.begin().await.unwrap();
        let reached = store::people::within(&mut tx, &scope, &[one.person]).await.unwrap();
        assert_eq!(reached, Vec::<i64>::new(), "the sender does not reach them");

        // When they are erased the partner's row stays, and says nothing of them any more.
        store::rights::erase(&mut tx, &[one.person]).await.unwrap();
        tx.commit().await.unwrap();
        let left = fates(&ctx, import).await.remove(0);
        assert_eq!((left.line, left.evidence.as_str()), (row.line, ""));
        assert!(left.candidates.split(',').all(|id| id != one.person.to_string()), "{left:?}");
    })
    .await;
}

/// Two have the same question open: an answer is not turned round by whoever did not see it.
#[tokio::test]
async fn of_two_answers_to_one_question_the_second_is_refused() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (jo, sam) = (manager(&ctx, "jo").await, manager(&ctx, "sam").await);
        let person = people[40].person;
        let (import, key) = held(&ctx, &people[40]).await;
        let no = Answer { person, verdict: Verdict::Different, why: "cousins" };
        let same = Answer { person, verdict: Verdict::Same, why: "rang the mother" };
        let (one, other) = tokio::join!(
            linking::decide(&ctx, &jo, key, &no),
            linking::decide(&ctx, &sam, key, &same)
        );
        assert!(one.is_ok() != other.is_ok(), "{}: {one:?} {other:?}", register.engine);
        let (first, _) = one.or(other).unwrap();
        for said in [&no, &same] {
            let again = linking::decide(&ctx, &sam, key, said).await;
            assert!(matches!(again, Err(Wrong::Refused(_))), "{}: {again:?}", register.engine);
        }
        linking::take_back(&ctx, &sam, first, "she was asked again").await.unwrap();
        linking::decide(&ctx, &sam, key, &same).await.unwrap();
        let decided = fates(&ctx, import).await[0].decision.clone();
        assert_eq!(decided, Some(format!("same:{person}")), "{}", register.engine);
    })
    .await;
}

/// A file that is not applied yet may be read by other columns: what was answered of its row as it was read before
/// stands in nobody's way.
#[tokio::test]
async fn a_row_that_is_read_otherwise_since_is_answered_anew() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let person = people[40].person;
        let (import, key) = held(&ctx, &people[40]).await;
        let no = Answer { person, verdict: Verdict::Different, why: "cousins" };
        let (first, _) = linking::decide(&ctx, &jo, key, &no).await.unwrap();
        let decided = linking::decision(&ctx, &jo, first).await.unwrap().unwrap();
        linking::take_back(&ctx, &jo, first, "").await.unwrap();
        let read = linking::Asked { given: "Otherwise".to_owned(), ..linking::Asked::default() };
        let said = serde_json::to_string(&read).unwrap();
        let before = Decided { said, side: "another".to_owned(), ..decided };
        let mut tx = ctx.db.begin().await.unwrap();
        keep_decision(&mut tx, &before).await.unwrap();
        tx.commit().await.unwrap();

        let asked = linking::queue(&ctx, &jo).await.unwrap().waiting;
        assert!(asked.iter().any(|w| w.key == key), "{}: {asked:?}", register.engine);
        let same = Answer { person, verdict: Verdict::Same, why: "rang the mother" };
        linking::decide(&ctx, &jo, key, &same).await.unwrap();
        let decided = fates(&ctx, import).await[0].decision.clone();
        assert_eq!(decided, Some(format!("same:{person}")), "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn two_people_stay_two_and_a_decision_taken_back_asks_again() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let (import, key) = held(&ctx, one).await;
        let mut last = 0;
        // Everybody the row may speak of is ruled out, one after the other.
        while let Some(w) =
            linking::queue(&ctx, &jo).await.unwrap().waiting.into_iter().find(|w| w.key == key)
        {
            let no = Answer { person: w.person, verdict: Verdict::Different, why: "" };
            last = linking::decide(&ctx, &jo, key, &no).await.unwrap().0;
        }
        assert_eq!(fates(&ctx, import).await[0].decision.as_deref(), Some("new"));
        linking::take_back(&ctx, &jo, last, "too quick").await.unwrap();
        assert_eq!(fates(&ctx, import).await[0].decision, None);
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        assert!(queue.waiting.iter().any(|w| w.key == key), "the question is open again");
        let twice = linking::take_back(&ctx, &jo, last, "again").await;
        assert!(matches!(twice, Err(Wrong::Refused(_))));
    })
    .await;
}

/// Once the one is answered nothing asks about the other, so that one answer is for both.
#[tokio::test]
async fn a_row_that_waits_in_two_applied_files_is_decided_in_both_and_opened_in_both() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let mut keys = Vec::new();
        for _ in 0..2 {
            let (import, counts) = run(&ctx, "Jobcentre", &doubtful(one), true).await;
            assert_eq!(counts.held, 1);
            keys.push((import, fates(&ctx, import).await[0].line));
        }
        let decided = async || {
            let mut all = Vec::new();
            for (import, _) in &keys {
                all.push(fates(&ctx, *import).await[0].decision.clone());
            }
            all
        };
        let (import, line) = keys[0];
        let same = Answer { person: one.person, verdict: Verdict::Same, why: "" };
        let (id, _) = linking::decide(&ctx, &jo, Key::Row { import, line }, &same).await.unwrap();
        let said = Some(format!("same:{}", one.person));
        assert_eq!(decided().await, [said.clone(), said], "{}", register.engine);
        linking::take_back(&ctx, &jo, id, "too quick").await.unwrap();
        assert_eq!(decided().await, [None, None], "{}", register.engine);
        let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting;
        let asked = |(import, line): &(i64, i64)| {
            let key = Key::Row { import: *import, line: *line };
            waiting.iter().any(|w| w.key == key)
        };
        assert!(keys.iter().all(asked), "both are open again");
    })
    .await;
}

/// A name and a birth date are many a boy's: what was decided of one partner's row is not said of another's.
#[tokio::test]
async fn a_row_without_an_address_or_a_number_is_its_senders_own() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let (_, key) = held(&ctx, one).await;
        let same = Answer { person: one.person, verdict: Verdict::Same, why: "rang the mother" };
        linking::decide(&ctx, &jo, key, &same).await.unwrap();
        for (sender, waits) in [("Careers Service", 1), ("Jobcentre", 0)] {
            let (_, counts) = run(&ctx, sender, &doubtful(one), false).await;
            assert_eq!(counts.held, waits, "{sender} on {}", register.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn how_sure_it_must_be_is_set_by_who_decides_and_is_told_of() {
    each_engine(async |register| {
        let ctx = context(&register);
        let jo = manager(&ctx, "jo").await;
        let before = linking::queue(&ctx, &jo).await.unwrap().figures.wanted;
        assert_eq!(before, domain::matching::WANTED);
        linking::set_wanted(&ctx, &jo, ["99.95", "98"]).await.unwrap();
        assert_eq!(linking::queue(&ctx, &jo).await.unwrap().figures.wanted, [0.9995, 0.98]);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT detail FROM audit WHERE act = 'lines of who is who set'";
        let told = tx.one(sql, store::args![], |row| row.text(0)).await.unwrap().unwrap();
        assert!(told.contains("0.9995") && told.contains("0.98"), "{told}");
        drop(tx);
        let refused = linking::set_wanted(&ctx, &jo, ["100", "98"]).await;
        assert!(matches!(refused, Err(Wrong::Refused(_))), "{refused:?}");
        let adviser = actor(jo.account, Role::Adviser);
        let denied = linking::set_wanted(&ctx, &adviser, ["99.9", "99"]).await;
        assert!(matches!(denied, Err(Wrong::Denied(_))), "{denied:?}");
        assert_eq!(linking::queue(&ctx, &jo).await.unwrap().figures.wanted, [0.9995, 0.98]);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_told_is_asked_again_once_the_record_changes() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let (_, key) = held(&ctx, one).await;
        let asked = async || {
            let queue = linking::queue(&ctx, &jo).await.unwrap();
            queue.waiting.iter().any(|w| w.key == key && w.person == one.person)
        };
        let later = Answer { person: one.person, verdict: Verdict::LaterAgain, why: "" };
        linking::decide(&ctx, &jo, key, &later).await.unwrap();
        assert!(!asked().await);
        let opened = app::people::open(&ctx, &jo, PersonId(one.person)).await.unwrap();
        let values = BTreeMap::from([(Field::FamilyName, "Renamed".to_owned())]);
        let seen = (PersonId(one.person), opened.seen);
        app::people::correct(&ctx, &jo, seen, &values, "married").await.unwrap();
        assert!(asked().await);
    })
    .await;
}

/// Enters somebody at an address; their number.
async fn enter(ctx: &Context, (given, family): (&str, &str), home: &str) -> i64 {
    let mut tx = ctx.db.begin().await.unwrap();
    let change =
        store::changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids = vec![String::new()];
    let person = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = people::Loaded { person, ..people::Loaded::default() };
    let home = Address { postcode: home.to_owned(), ..Address::default() };
    let mut after =
        PersonRecord { ypid: ypids.remove(0), addresses: vec![home], ..PersonRecord::default() };
    for (field, value) in
        [(Field::GivenName, given), (Field::FamilyName, family), (Field::DateOfBirth, "2011-03-04")]
    {
        after.particulars.set(field, value.to_owned());
    }
    people::write(&mut tx, change, &[people::Write { before: &before, after: &after }])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    person
}

/// In a tower block the family comes first, of however many; and a brother whose record is restricted is shown
/// to nobody who may not open it.
#[tokio::test]
async fn of_a_tower_block_the_family_is_shown_and_nobody_beyond_the_readers_reach() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        for given in ["Ada", "Bo", "Cy", "Dee", "Eve", "Flo", "Gus", "Hal", "Ivy"] {
            enter(&ctx, (given, "Neighbour"), &one.home).await;
        }
        let brother = enter(&ctx, ("Zebulon", &one.family), &one.home).await;
        let (_, key) = held(&ctx, one).await;
        let home = async |who: &domain::access::Actor| {
            linking::pair(&ctx, who, key, one.person).await.unwrap().household
        };
        let shown = home(&jo).await;
        assert_eq!(shown.len(), 8, "{shown:?}");
        assert!(shown[0].starts_with("Zebulon"), "{shown:?}");
        let opened = app::people::open(&ctx, &jo, PersonId(brother)).await.unwrap();
        let values = BTreeMap::from([(Field::Restricted, "Y".to_owned())]);
        let seen = (PersonId(brother), opened.seen);
        app::people::correct(&ctx, &jo, seen, &values, "court order").await.unwrap();
        let mut outside = jo.clone();
        outside.scope.restricted = false;
        let shown = home(&outside).await;
        assert_eq!(shown.len(), 8, "whoever may not be shown takes nobody's place: {shown:?}");
        assert!(shown.iter().all(|one| !one.starts_with("Zebulon")), "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_restricted_record_needs_a_second_person_and_is_not_shown_to_others() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (jo, sam) = (manager(&ctx, "jo").await, manager(&ctx, "sam").await);
        let one = &people[40];
        let opened = app::people::open(&ctx, &jo, PersonId(one.person)).await.unwrap();
        let values = BTreeMap::from([(Field::Restricted, "Y".to_owned())]);
        let seen = (PersonId(one.person), opened.seen);
        app::people::correct(&ctx, &jo, seen, &values, "court order").await.unwrap();
        let (import, key) = held(&ctx, one).await;

        let mut outside = sam.clone();
        outside.scope.restricted = false;
        let queue = linking::queue(&ctx, &outside).await.unwrap();
        assert!(queue.waiting.iter().all(|w| w.person != one.person) && queue.hidden > 0);
        let looked = linking::pair(&ctx, &outside, key, one.person).await;
        assert!(matches!(looked, Err(Wrong::Refused(_))));

        let same = Answer { person: one.person, verdict: Verdict::Same, why: "seen the papers" };
        let (id, waits) = linking::decide(&ctx, &jo, key, &same).await.unwrap();
        assert!(waits && fates(&ctx, import).await[0].decision.is_none());
        let alone = linking::agree(&ctx, &jo, id).await;
        assert!(matches!(alone, Err(Wrong::Refused(_))), "nobody agrees with themselves");
        // Whoever agrees sees both sides first, and why; somebody who may not, sees neither.
        let (waits, pair) = linking::second_look(&ctx, &sam, id).await.unwrap();
        assert_eq!((waits.id, pair.person), (id, one.person));
        assert!(pair.lines.iter().any(|line| line.mark == linking::Mark::Differs));
        assert!(pair.likeness.is_some() && pair.restricted);
        assert!(linking::second_look(&ctx, &outside, id).await.is_err());
        assert!(linking::queue(&ctx, &outside).await.unwrap().pending.is_empty());
        linking::agree(&ctx, &sam, id).await.unwrap();
        assert!(linking::second_look(&ctx, &sam, id).await.is_err(), "it is over");
        let decided = fates(&ctx, import).await[0].decision.clone();
        assert_eq!(decided, Some(format!("same:{}", one.person)));
    })
    .await;
}

/// However many rows stand before it, the one that says the same follows: as a row of a file and as one of a list.
#[tokio::test]
async fn a_row_behind_thousands_follows_what_was_decided_and_what_was_taken_back() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx, "jo").await;
        let one = &people[40];
        let (before, _) = held(&ctx, one).await;
        let (_, key) = held(&ctx, one).await;
        let (last, _) = held(&ctx, one).await;
        let sender = imports::one(&ctx, last).await.unwrap().unwrap().sender;
        let row = fates(&ctx, last).await.remove(0);
        // More rows than are looked through at once, about somebody else. What was kept of those of files cannot be
        // opened by anybody: they are told by their numbers.
        let others = |line| store::imports::ImportRow {
            line,
            candidates: "999999".to_owned(),
            evidence: "\u{1}sealed".to_owned(),
            ..row.clone()
        };
        let listed = |line, evidence: &str| CrossmatchRow {
            line,
            outcome: "doubtful".to_owned(),
            said: "{}".to_owned(),
            differs: "[]".to_owned(),
            evidence: evidence.to_owned(),
            ..CrossmatchRow::default()
        };
        let list = |kind: &str| Crossmatch {
            kind: kind.to_owned(),
            sender: sender.clone(),
            at: ctx.now(),
            counts: "{}".to_owned(),
            ..Crossmatch::default()
        };
        let mut kept: linking::Evidence = serde_json::from_str(&row.evidence).unwrap();
        kept.candidates = vec![one.person];
        let same = serde_json::to_string(&kept).unwrap();
        let mut tx = ctx.db.begin().await.unwrap();
        let rows: Vec<_> = (10..=5_010).map(others).collect();
        store::imports::add_rows(&mut tx, before, &rows).await.unwrap();
        let rows: Vec<_> = (1..=5_001).map(|line| listed(line, "{}")).collect();
        keep_crossmatch(&mut tx, &list("population"), &rows).await.unwrap();
        let run = keep_crossmatch(&mut tx, &list("other"), &[listed(1, &same)]).await.unwrap();
        tx.commit().await.unwrap();

        let outcome = async || {
            let mut tx = ctx.db.begin_read().await.unwrap();
            crossmatch_row(&mut tx, run, 1).await.unwrap().unwrap().outcome
        };
        let decision = async || fates(&ctx, last).await.remove(0).decision;
        let said = Answer { person: one.person, verdict: Verdict::Same, why: "" };
        let (id, _) = linking::decide(&ctx, &jo, key, &said).await.unwrap();
        assert_eq!(decision().await, Some(format!("same:{}", one.person)));
        assert_ne!(outcome().await, "doubtful", "{}", register.engine);
        let mut tx = ctx.db.begin().await.unwrap();
        let new = "UPDATE import_row SET decision = 'new' WHERE import = $1 AND line >= 10";
        tx.run(new, store::args![before]).await.unwrap();
        tx.commit().await.unwrap();
        linking::take_back(&ctx, &jo, id, "no").await.unwrap();
        assert_eq!((decision().await, outcome().await.as_str()), (None, "doubtful"));
    })
    .await;
}
