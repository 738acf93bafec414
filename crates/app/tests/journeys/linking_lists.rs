//! Partners' lists matched with the register: both ways, doubtful rows decided, differences settled, kept
//! and compared with the last. On both engines.

use crate::town::{self, actor, agree, context, everybody, town};
use app::imports::Reader;
use app::linking::{self, Answer, Key, List, Tally, Verdict, Wanted};
use app::{Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::matching::ListKind;
use jiff::civil::date;
use std::collections::BTreeSet;
use std::io::Write;
use store::linking::{Crossmatch, CrossmatchRow, crossmatch_row, keep_crossmatch};
use testkit::each_engine;

/// Who matches lists of the Jobcentre, with which everything is agreed.
pub async fn manager(ctx: &Context) -> Actor {
    agree(ctx, JOBCENTRE).await;
    town::manager(ctx, "Jo").await
}

pub async fn matched(
    ctx: &Context,
    jo: &Actor,
    kind: ListKind,
    text: &str,
) -> Result<(i64, Tally), Wrong> {
    titled(ctx, jo, (kind, "July"), text).await
}

async fn titled(
    ctx: &Context,
    jo: &Actor,
    (kind, title): (ListKind, &str),
    text: &str,
) -> Result<(i64, Tally), Wrong> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let list = List {
        kind,
        sender: "Jobcentre",
        title,
        purpose: "who is missing",
        file_name: "july.csv",
        file,
    };
    linking::crossmatch(ctx, jo, &Reader::Here, list).await
}

const JOBCENTRE: (&str, &str, &str) = ("jobcentre", "partner", "Jobcentre");
pub const HEAD: &str = "UPN,Forename,Surname,DOB,Sex,Postcode\n";

#[tokio::test]
async fn a_population_is_matched_both_ways_and_nothing_changes() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let before = everybody(&ctx).await;
        let (same, moved, doubtful) = (&people[10], &people[20], &people[40]);
        let year: String = doubtful.born.chars().take(4).collect();
        let home = town::near(&moved.home);
        let text = format!(
            "{HEAD},{},{},{},{},{}\n,{},{},{},{},{home}\n,{},{},{year}-01-01,,\n\
             ,Zebedee,Quillfeather,2009-02-03,M,TN38 9ZZ\n,,,,,\n",
            same.given,
            same.family,
            same.born,
            same.sex,
            same.home,
            moved.given,
            moved.family,
            moved.born,
            moved.sex,
            doubtful.given,
            doubtful.family,
        );
        let (id, tally) = matched(&ctx, &jo, ListKind::Population, &text).await.unwrap();
        assert_eq!((tally.found, tally.differs, tally.doubtful), (1, 1, 1), "{tally:?}");
        assert_eq!(tally.theirs, 1);
        // Whoever the doubtful row may speak of is not said to be missing from their list.
        let missing = usize::try_from(tally.ours).unwrap();
        assert!(missing < people.len() - 2 && missing > people.len() - 8, "{tally:?}");
        let differs = linking::list_rows(&ctx, &jo, (id, "differs"), 0, 9).await.unwrap();
        assert_eq!(differs[0].differs[0].0, "Postcode");
        assert_eq!(differs[0].person.as_ref().unwrap().0, moved.person);
        assert_eq!(everybody(&ctx).await, before);

        // A difference is work until somebody settles it, who reaches the person; and it is told of.
        let open = linking::open_differences(&ctx, &jo).await.unwrap();
        assert_eq!(open, tally.differs + tally.theirs + tally.ours);
        let mut nobody = jo.clone();
        nobody.scope = Scope { restricted: true, ..Scope::default() };
        let beyond = linking::settle_difference(&ctx, &nobody, (id, differs[0].line)).await;
        assert!(matches!(beyond, Err(Wrong::Refused(_))), "{beyond:?}");
        assert_eq!(linking::open_differences(&ctx, &nobody).await.unwrap(), tally.theirs);
        linking::settle_difference(&ctx, &jo, (id, differs[0].line)).await.unwrap();
        assert_eq!(linking::open_differences(&ctx, &jo).await.unwrap(), open - 1);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM audit WHERE act = 'settled a difference' AND person = $1";
        let told = tx.one(sql, store::args![moved.person], |row| row.int(0)).await.unwrap();
        assert_eq!(told, Some(1));
        drop(tx);
        let again = linking::settle_difference(&ctx, &jo, (id, differs[0].line)).await;
        assert!(matches!(again, Err(Wrong::Refused(_))));

        // The doubtful row is a question like any other; its answer moves it, and back.
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let w = queue.waiting.iter().find(|w| matches!(w.key, Key::List { .. })).unwrap();
        let yes = Answer { person: w.person, verdict: Verdict::Same, why: "" };
        let (decision, _) = linking::decide(&ctx, &jo, w.key, &yes).await.unwrap();
        let now = linking::list(&ctx, &jo, id).await.unwrap().tally;
        assert_eq!((now.doubtful, now.differs), (0, 2));
        linking::take_back(&ctx, &jo, decision, "no").await.unwrap();
        assert_eq!(linking::list(&ctx, &jo, id).await.unwrap().tally.doubtful, 1);

        let (next, _) = matched(&ctx, &jo, ListKind::Population, &text).await.unwrap();
        let shown = linking::list(&ctx, &jo, next).await.unwrap();
        assert_eq!(shown.before.unwrap().0, id);
        // What was settled stays settled while the list says the same.
        let kept = linking::list_rows(&ctx, &jo, (next, "differs"), 0, 9).await.unwrap();
        assert!(kept[0].settled);
        assert_eq!(linking::open_differences(&ctx, &jo).await.unwrap(), open - 1);
        let elsewhere = text.replace(&home, &home.replace("UU", "AE"));
        let (last, _) = matched(&ctx, &jo, ListKind::Population, &elsewhere).await.unwrap();
        let moved_again = linking::list_rows(&ctx, &jo, (last, "differs"), 0, 9).await.unwrap();
        assert!(!moved_again[0].settled, "another difference is new work");
        let all = linking::list_export(&ctx, &jo, next).await.unwrap();
        assert!(all.len() > people.len() - 8);
    })
    .await;
}

/// What nobody answered last month is asked once, of the newest run, and one answer leaves nothing open.
#[tokio::test]
async fn the_same_list_again_is_asked_about_once_and_where_it_is_newest() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let text = town::doubtful(&people[40]);
        let (old, _) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        let (new, _) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        let asked = async || {
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting.into_iter();
            waiting.filter(|w| matches!(w.key, Key::List { .. })).collect::<Vec<_>>()
        };
        let doubtful = async |run: i64| linking::list(&ctx, &jo, run).await.unwrap().tally.doubtful;
        let waiting = asked().await;
        let [only] = waiting.as_slice() else { panic!("{waiting:?}") };
        let Key::List { run, line } = only.key else { panic!("{waiting:?}") };
        assert_eq!((run, doubtful(new).await), (new, 1), "{}", register.engine);
        // Somebody has the older question open still.
        let yes = Answer { person: only.person, verdict: Verdict::Same, why: "" };
        let older = Key::List { run: old, line };
        let (decision, _) = linking::decide(&ctx, &jo, older, &yes).await.unwrap();
        assert_eq!((doubtful(old).await, doubtful(new).await), (0, 0), "{}", register.engine);
        assert!(asked().await.is_empty());
        linking::take_back(&ctx, &jo, decision, "no").await.unwrap();
        assert_eq!((doubtful(new).await, asked().await.len()), (1, 1), "{}", register.engine);
    })
    .await;
}

/// Two lists of one partner that have no kind of their own are told apart by what they are called: one is not the
/// next of the other.
#[tokio::test]
async fn another_list_of_the_same_partner_takes_no_question_away() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let other = |title| (ListKind::Other, title);
        let club = town::doubtful(&people[40]);
        let (first, _) = titled(&ctx, &jo, other("Youth club"), &club).await.unwrap();
        let row = format!("{HEAD},Zebedee,Quillfeather,2009-02-03,M,TN38 9ZZ\n");
        let (scheme, _) = titled(&ctx, &jo, other("Awards scheme"), &row).await.unwrap();
        let before = async |id| linking::list(&ctx, &jo, id).await.unwrap().before.map(|b| b.0);
        let asked = async || {
            let waiting = linking::queue(&ctx, &jo).await.unwrap().waiting.into_iter();
            let run = |w: linking::Waiting| match w.key {
                Key::List { run, .. } => Some(run),
                Key::Row { .. } | Key::Pair { .. } => None,
            };
            waiting.filter_map(run).collect::<Vec<_>>()
        };
        assert_eq!((before(scheme).await, asked().await), (None, vec![first]));
        assert_eq!(linking::open_differences(&ctx, &jo).await.unwrap(), 1);
        // What was settled of one stays settled in its own next run, though the other came between.
        let settled = linking::list_rows(&ctx, &jo, (scheme, "theirs"), 0, 9).await.unwrap();
        linking::settle_difference(&ctx, &jo, (scheme, settled[0].line)).await.unwrap();
        // However its name is cased and spaced now.
        let (next, _) = titled(&ctx, &jo, other(" youth  CLUB"), &club).await.unwrap();
        assert_eq!((before(next).await, asked().await), (Some(first), vec![next]));
        let title = linking::list(&ctx, &jo, next).await.unwrap().run.title;
        assert_eq!(title, "Youth club", "{}", register.engine);
        let (last, _) = titled(&ctx, &jo, other("Awards scheme"), &row).await.unwrap();
        assert_eq!(before(last).await, Some(scheme), "{}", register.engine);
        assert_eq!(linking::open_differences(&ctx, &jo).await.unwrap(), 0);
        // Of another kind whatever it is called is the next.
        let offenders = |title| (ListKind::YouthOffending, title);
        let (june, _) = titled(&ctx, &jo, offenders("June"), &row).await.unwrap();
        let (july, _) = titled(&ctx, &jo, offenders("July"), &row).await.unwrap();
        assert_eq!(before(july).await, Some(june));
    })
    .await;
}

/// What was settled is settled while the row says the same of the same person, and is work again once it was asked
/// anew.
#[tokio::test]
async fn what_was_settled_is_not_settled_of_what_the_row_comes_to_later() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let (one, other) = (&people[10], &people[50]);
        for holder in [one, other] {
            let number = "UPDATE particulars SET upn = 'H887400009001' WHERE person = $1";
            write(&ctx, holder.person, number).await;
        }
        let text = format!("{HEAD}H887400009001,Zebediah,Quillfeather,2009-02-03,M,TN38 9ZZ\n");
        let (run, _) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        let doubtful = linking::list_rows(&ctx, &jo, (run, "doubtful"), 0, 9).await.unwrap();
        let line = doubtful[0].line;
        let decide = async |person, verdict| {
            let said = Answer { person, verdict, why: "" };
            linking::decide(&ctx, &jo, Key::List { run, line }, &said).await.unwrap().0
        };
        let settled = async || {
            let rows = linking::list_rows(&ctx, &jo, (run, "differs"), 0, 9).await.unwrap();
            rows.first().map(|row| row.settled)
        };
        let not = decide(other.person, Verdict::Different).await;
        let same = decide(one.person, Verdict::Same).await;
        linking::settle_difference(&ctx, &jo, (run, line)).await.unwrap();
        // The row is followed again, and comes to the same.
        linking::take_back(&ctx, &jo, not, "no").await.unwrap();
        assert_eq!(settled().await, Some(true), "{}", register.engine);
        linking::take_back(&ctx, &jo, same, "no").await.unwrap();
        assert_eq!(settled().await, None, "it is asked again");
        decide(one.person, Verdict::Same).await;
        assert_eq!(settled().await, Some(false), "{}", register.engine);
    })
    .await;
}

/// Who holds a number under another name is two people once somebody says so, this month and the next.
#[tokio::test]
async fn a_row_found_by_a_number_and_said_to_be_somebody_else_is_not_asked_about_again() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let one = &people[10];
        write(&ctx, one.person, "UPDATE particulars SET upn = 'H887400009001' WHERE person = $1")
            .await;
        let text = format!("{HEAD}H887400009001,Zebediah,Quillfeather,2009-02-03,M,TN38 9ZZ\n");
        let (run, tally) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        assert_eq!((tally.doubtful, tally.theirs), (1, 0));
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let key = queue
            .waiting
            .iter()
            .map(|w| w.key)
            .find(|key| matches!(key, Key::List { run: of, .. } if *of == run));
        let no = Answer { person: one.person, verdict: Verdict::Different, why: "a twin" };
        linking::decide(&ctx, &jo, key.unwrap(), &no).await.unwrap();
        let (_, tally) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        assert_eq!((tally.doubtful, tally.theirs), (0, 1), "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_names_somebody_twice_asks_about_the_second_row() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let p = &people[20];
        let row = |home: &str| format!(",{},{},{},{},{home}\n", p.given, p.family, p.born, p.sex);
        let text = format!("{HEAD}{}{}", row(&p.home), row(&town::near(&p.home)));
        let (id, tally) = matched(&ctx, &jo, ListKind::YouthOffending, &text).await.unwrap();
        assert_eq!((tally.found + tally.differs, tally.doubtful), (1, 1), "{tally:?}");
        let doubtful = linking::list_rows(&ctx, &jo, (id, "doubtful"), 0, 9).await.unwrap();
        assert!(doubtful[0].differs[0].0.contains("speaks of the same person"), "{doubtful:?}");
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let w = queue.waiting.iter().find(|w| matches!(w.key, Key::List { .. })).unwrap();
        assert_eq!(w.person, p.person);
        let pair = linking::pair(&ctx, &jo, w.key, w.person).await.unwrap();
        assert!(pair.likeness.is_some(), "with its reasons");
        let yes = Answer { person: p.person, verdict: Verdict::Same, why: "two homes" };
        linking::decide(&ctx, &jo, w.key, &yes).await.unwrap();
        let (_, tally) = matched(&ctx, &jo, ListKind::YouthOffending, &text).await.unwrap();
        assert_eq!((tally.found + tally.differs, tally.doubtful), (2, 0), "answered is answered");
    })
    .await;
}

#[tokio::test]
async fn a_looked_after_list_in_the_departments_own_columns_says_who_lacks_the_characteristic() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let upn = "H887400009001";
        let one = &people[5];
        let opened =
            app::people::open(&ctx, &jo, domain::person::PersonId(one.person)).await.unwrap();
        let values =
            std::collections::BTreeMap::from([(domain::person::Field::Upn, upn.to_owned())]);
        let seen = (domain::person::PersonId(one.person), opened.seen);
        app::people::correct(&ctx, &jo, seen, &values, "told").await.unwrap();
        let born: Vec<&str> = one.born.split('-').collect();
        let sex = if one.sex == "F" { 2 } else { 1 };
        // The header file of the looked-after return has no names.
        let text = format!(
            "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\n1001,{sex},{}/{}/{},WBRI,{upn},,\n",
            born[2], born[1], born[0]
        );
        let (id, tally) = matched(&ctx, &jo, ListKind::LookedAfter, &text).await.unwrap();
        assert_eq!((tally.differs, tally.theirs, tally.ours), (1, 0, 0), "{tally:?}");
        let rows = linking::list_rows(&ctx, &jo, (id, "differs"), 0, 9).await.unwrap();
        let said: Vec<&str> = rows[0].differs.iter().map(|d| d.0.as_str()).collect();
        assert_eq!(said, ["Characteristic"]);
    })
    .await;
}

/// Writes a fact of somebody by hand: `$1` is the person, `$2` the change, `$3` the fact's number.
pub async fn write(ctx: &Context, person: i64, sql: &str) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = store::changes::begin(&mut tx, "2026-01-05", "edit", None, None, None);
    let change = change.await.unwrap().0;
    let fact = store::changes::take(&mut tx, "fact", 1).await.unwrap();
    tx.run(sql, store::args![person, change, fact]).await.unwrap();
    tx.commit().await.unwrap();
}

/// A partner's word of a protected address is shown to nobody, nor taken out, though the list came before it was
/// protected, and though the row may as well be somebody else's or its number has become part of another record.
#[tokio::test]
async fn a_list_tells_nobody_where_somebody_lives_whose_address_is_protected() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let (at_home, moved, perhaps) = (&people[10], &people[20], &people[40]);
        let (other, kept) = (&people[50], &people[60]);
        let number = "UPDATE particulars SET upn = 'H887400009001' WHERE person = $1";
        for one in [perhaps, other] {
            write(&ctx, one.person, number).await;
        }
        let row = |p: &town::Somebody, home: &str| {
            format!(",{},{},{},{},{home}\n", p.given, p.family, p.born, p.sex)
        };
        let near = town::near(&moved.home);
        let text = format!(
            "{HEAD}{}{}H887400009001,Zebediah,Quillfeather,2009-02-03,M,ZE2 0AA\n",
            row(at_home, &at_home.home),
            row(moved, &near),
        );
        let (id, tally) = matched(&ctx, &jo, ListKind::Other, &text).await.unwrap();
        assert_eq!((tally.found, tally.differs, tally.doubtful), (1, 1, 1), "{tally:?}");
        let homes = [near.as_str(), "ZE2", at_home.home.as_str()];
        let told = async || {
            let rows = linking::list_export(&ctx, &jo, id).await.unwrap();
            assert_eq!(rows.len(), 3);
            let file = String::from_utf8(linking::as_csv(&rows).unwrap()).unwrap();
            homes.map(|home| format!("{rows:?} {file}").contains(home))
        };
        assert_eq!(told().await, [true; 3], "the search can find them");
        let queue = linking::queue(&ctx, &jo).await.unwrap();
        let w = queue.waiting.iter().find(|w| matches!(w.key, Key::List { .. })).unwrap();
        assert_eq!((w.person, w.rest), (perhaps.person, 1));
        let shown = async |person: i64| {
            let pair = linking::pair(&ctx, &jo, w.key, person).await.unwrap();
            format!("{:?}", pair.lines).contains("ZE2")
        };
        assert!(shown(perhaps.person).await && shown(other.person).await);
        let hide = "UPDATE particulars SET protected_address = 'Y' WHERE person = $1";
        for one in [at_home, moved, perhaps] {
            write(&ctx, one.person, hide).await;
        }
        assert_eq!(told().await, [false; 3], "{}", register.engine);
        assert!(!shown(perhaps.person).await && !shown(other.person).await);
        // Of whom it may be, one is part of a record now whose address is protected.
        write(&ctx, perhaps.person, &hide.replace("'Y'", "NULL")).await;
        assert!(shown(other.person).await, "while nobody's is");
        write(&ctx, kept.person, hide).await;
        let both = (kept.person, perhaps.person);
        let seen = linking::preview(&ctx, &jo, both).await.unwrap().seen;
        let (prefer, reason) = (BTreeSet::new(), "one person");
        let wanted = Wanted { kept: both.0, gone: both.1, seen, prefer, reason };
        linking::merge(&ctx, &jo, &wanted).await.unwrap().unwrap();
        assert_eq!(told().await, [false; 3], "{}", register.engine);
        assert!(!shown(kept.person).await && !shown(other.person).await);
    })
    .await;
}

/// That a row's postcode agrees with one that is shown is as good as the row's postcode: before the first decides as
/// before the second, and once nobody knows any more whose home it may tell.
#[tokio::test]
async fn why_a_row_resembles_somebody_tells_no_protected_home() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let (jo, sam) = (manager(&ctx).await, town::manager(&ctx, "Sam").await);
        let (p, hidden) = (&people[20], &people[50]);
        let row = |home: &str| format!(",{},{},{},{},{home}\n", p.given, p.family, p.born, p.sex);
        let text = format!("{HEAD}{}{}", row(&town::near(&p.home)), row(&p.home));
        let (id, _) = matched(&ctx, &jo, ListKind::YouthOffending, &text).await.unwrap();
        let doubtful = linking::list_rows(&ctx, &jo, (id, "doubtful"), 0, 9).await.unwrap();
        // The same row, which may speak of somebody else as well.
        let mut tx = ctx.db.begin().await.unwrap();
        let row = crossmatch_row(&mut tx, id, doubtful[0].line).await.unwrap().unwrap();
        let mut kept: linking::Evidence = serde_json::from_str(&row.evidence).unwrap();
        kept.candidates.push(hidden.person);
        let row = CrossmatchRow { evidence: serde_json::to_string(&kept).unwrap(), ..row };
        let list = Crossmatch {
            kind: "other".to_owned(),
            sender: "jobcentre".to_owned(),
            at: ctx.now(),
            counts: "{}".to_owned(),
            ..Crossmatch::default()
        };
        let line = row.line;
        let run = keep_crossmatch(&mut tx, &list, &[row]).await.unwrap();
        tx.commit().await.unwrap();
        let key = Key::List { run, line };
        write(&ctx, p.person, "UPDATE particulars SET restricted = 'Y' WHERE person = $1").await;
        let told = |pair: &linking::Pair| {
            let likeness = pair.likeness.as_ref().unwrap();
            let parts: f64 = likeness.parts.iter().map(|part| part.bits).sum();
            assert!((parts - likeness.weight).abs() < 1e-6, "nor is it missing: {likeness:?}");
            let home = likeness.parts.iter().find(|part| part.title == "Postcode");
            (home.map_or(0.0, |part| part.bits) > 0.0, likeness.probability)
        };
        let first = async || told(&linking::pair(&ctx, &jo, key, p.person).await.unwrap());
        let (agrees, likely) = first().await;
        assert!(agrees, "while nobody's is protected");
        let is = |(agrees, now): (bool, f64), then: (bool, f64)| {
            let engine = register.engine;
            assert!(agrees == then.0 && (now - then.1).abs() < 1e-9, "{now} {then:?} {engine}");
        };
        let hide = "UPDATE particulars SET protected_address = 'Y' WHERE person = $1";
        write(&ctx, hidden.person, hide).await;
        let (agrees, less) = first().await;
        assert!(!agrees && less < likely, "{less} of {likely} on {}", register.engine);
        let not = Answer { person: p.person, verdict: Verdict::Different, why: "" };
        let (decision, waits) = linking::decide(&ctx, &jo, key, &not).await.unwrap();
        assert!(waits);
        let second = async || told(&linking::second_look(&ctx, &sam, decision).await.unwrap().1);
        is(second().await, (false, less));
        write(&ctx, hidden.person, &hide.replace("'Y'", "NULL")).await;
        is(second().await, (true, likely));
        let mut tx = ctx.db.begin().await.unwrap();
        let over = "UPDATE crossmatch_row SET outcome = 'theirs' WHERE run = $1";
        tx.run(over, store::args![run]).await.unwrap();
        tx.commit().await.unwrap();
        is(second().await, (false, less));
    })
    .await;
}

/// Every kind says whom of ours it lacks, and of whom it says otherwise than we do.
#[tokio::test]
async fn each_kind_of_list_finds_who_differs_and_who_of_ours_is_missing() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let jo = manager(&ctx).await;
        let (missing, named, young) = (&people[6], &people[20], &people[7]);
        assert!(missing.born.starts_with("2007") && young.born.starts_with("2008"));
        for code in ["120", "170"] {
            let sql = format!("INSERT INTO characteristic (fact, person, code, source, made) VALUES ($3, $1, '{code}', 'x', $2)");
            write(&ctx, missing.person, &sql).await;
        }
        let load = "INSERT INTO analysis_load (id, kind, sender, file_name, file_hash, rows_read, rows_kept, rows_unmatched, rows_refused, from_day, to_day, made) SELECT $3, 'census', 'x', 'f', 'h', 1, 1, 0, 0, '2024-01-01', '2026-01-01', $2 FROM young_person WHERE id = $1";
        write(&ctx, missing.person, load).await;
        let fact = |value: &str, day: &str| {
            format!("INSERT INTO analysis_fact (fact, person, load, field, value, from_day, source, made) SELECT $3, $1, MAX(id), 'gifted', '{value}', '{day}', 'x', $2 FROM analysis_load")
        };
        write(&ctx, missing.person, &fact("yes", "2025-01-01")).await;
        // Who is called gifted no more, and who seeks work below the age, are not missing.
        write(&ctx, young.person, &fact("yes", "2024-01-01")).await;
        write(&ctx, young.person, &fact("no", "2025-01-01")).await;
        for one in [missing, young] {
            let over = "UPDATE spell SET end_day = '2025-12-31' WHERE person = $1 AND $2 > 0 AND $3 > 0";
            write(&ctx, one.person, over).await;
            let seeks = "INSERT INTO spell (fact, person, code, start_day, made) VALUES ($3, $1, '619', '2026-01-02', $2)";
            write(&ctx, one.person, seeks).await;
        }
        let text = format!(
            "{HEAD},{},{},{},{},{}\n",
            named.given,
            named.family,
            named.born,
            named.sex,
            town::near(&named.home)
        );
        for (kind, said) in [
            (ListKind::LiveBirths, &["Postcode", "Characteristic"][..]),
            (ListKind::YouthOffending, &["Postcode", "Characteristic"]),
            (ListKind::Gifted, &["Postcode"]),
            (ListKind::Claimants, &["Postcode"]),
        ] {
            let (id, tally) = matched(&ctx, &jo, kind, &text).await.unwrap();
            assert_eq!((tally.differs, tally.ours), (1, 1), "{kind:?}: {tally:?}");
            let ours = linking::list_rows(&ctx, &jo, (id, "ours"), 0, 9).await.unwrap();
            assert_eq!(ours[0].person.as_ref().unwrap().0, missing.person, "{kind:?}");
            let rows = linking::list_rows(&ctx, &jo, (id, "differs"), 0, 9).await.unwrap();
            let fields: Vec<&str> = rows[0].differs.iter().map(|d| d.0.as_str()).collect();
            assert_eq!(fields, said, "{kind:?}");
        }
    })
    .await;
}

/// Whoever brings it, a list is its sender's: without an agreement nobody looks at a row, and nothing of it
/// stays, not even the sender's name; and what an agreement does not name is not shown.
#[tokio::test]
async fn a_list_that_no_agreement_covers_is_not_matched_though_the_council_brings_it() {
    each_engine(async |register| {
        let ctx = context(&register);
        let people = town(&ctx).await;
        let p = &people[20];
        let row = format!("{HEAD},{},{},{},{},ZE1 0AA\n", p.given, p.family, p.born, p.sex);
        let jo = actor(0, Role::DataManager);
        let refused = matched(&ctx, &jo, ListKind::Other, &row).await.unwrap_err();
        assert!(refused.to_string().contains("no agreement names this partner"), "{refused}");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let known = store::organisations::all(&mut tx).await.unwrap();
        assert!(known.iter().all(|one| one.name != "Jobcentre"), "{}", register.engine);
        drop(tx);
        assert!(linking::lists(&ctx, &jo, 9).await.unwrap().is_empty());

        let number = agree(&ctx, JOBCENTRE).await;
        let narrow = testkit::wording("jobcentre", date(2025, 9, 1)).replace("\"address\", ", "");
        app::agreement::bring(&ctx, &jo, &narrow, Some(number)).await.unwrap();
        let (id, tally) = matched(&ctx, &jo, ListKind::Other, &row).await.unwrap();
        assert_eq!((tally.found, tally.differs), (1, 0), "where they live is not compared");
        let rows = linking::list_export(&ctx, &jo, id).await.unwrap();
        assert!(rows.iter().all(|row| row.said.postcode.is_empty()), "{rows:?}");
        let over = (date(2026, 1, 9), "They moved");
        app::agreement::end(&ctx, &jo, number, over).await.unwrap();
        let refused = matched(&ctx, &jo, ListKind::Other, &row).await.unwrap_err();
        assert!(refused.to_string().contains("was ended on 9 January 2026"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn restricted_lists_and_lists_without_a_purpose_are_refused() {
    each_engine(async |register| {
        let ctx = context(&register);
        town(&ctx).await;
        let jo = manager(&ctx).await;
        let mut outside = jo.clone();
        outside.scope.restricted = false;
        let text = format!("{HEAD},Amina,Khan,2007-01-01,F,\n");
        let births = matched(&ctx, &outside, ListKind::LiveBirths, &text).await;
        assert!(matches!(births, Err(Wrong::Denied(_))), "{births:?}");
        let (id, _) = matched(&ctx, &jo, ListKind::LiveBirths, &text).await.unwrap();
        assert!(linking::list(&ctx, &outside, id).await.is_err());
        assert!(linking::lists(&ctx, &outside, 9).await.unwrap().is_empty());
        let adviser = actor(jo.account, Role::Adviser);
        let other = matched(&ctx, &adviser, ListKind::Other, &text).await;
        assert!(matches!(other, Err(Wrong::Denied(_))), "{other:?}");
        let unread = matched(&ctx, &jo, ListKind::Other, "shoe,hat\n1,2\n").await;
        assert!(matches!(unread, Err(Wrong::Refused(_))), "{unread:?}");
    })
    .await;
}
