//! Files that come late, or again: what was told for a later day, or typed since, stands; on both engines.

use std::collections::BTreeMap;

use crate::town::{context, everybody, manager};
use app::imports::{self, Incoming, Options, Reader};
use app::people::{NewAddress, lives_at, say_characteristic};
use app::{Clock, Context, keys};
use domain::person::{Characteristic, Field, PersonId, PersonRecord};
use formats::Kind;
use formats::reference::editions;
use jiff::civil::{Date, date};
use testkit::each_engine;

const UPNS: [&str; 2] = ["H887400009001", "B801200005001"];
const AUTUMN: Date = date(2024, 11, 1);
const WINTER: Date = date(2025, 1, 15);
const SPRING: Date = date(2025, 3, 20);

/// Brings a file in for a day; its number, and how many rows changed, changed nothing and were held.
async fn bring(ctx: &Context, kind: Kind, as_of: Option<Date>, text: &str) -> (i64, [i64; 3]) {
    let incoming = Incoming {
        kind,
        sender: "Brompton Academy",
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of,
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    let planned = imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
    let done = imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts;
    assert_eq!(planned, done, "a dry run is the real run");
    (id, [done.changed, done.unchanged, done.held])
}

/// A roll of one pupil: the first is Amina, the second Cara.
async fn roll(ctx: &Context, day: Date, at: usize, rest: &str) -> (i64, [i64; 3]) {
    let (given, born) = [("Amina", "2009-05-04"), ("Cara", "2008-11-30")][at];
    let text = format!(
        "UPN,Forename,DOB,Surname,Postcode,Ethnicity\n{},{given},{born},{rest}\n",
        UPNS[at]
    );
    bring(ctx, Kind::Roll, Some(day), &text).await
}

async fn record(ctx: &Context, at: usize) -> PersonRecord {
    let all = everybody(ctx).await;
    let has = |p: &&store::people::Loaded| p.record.particulars.get(Field::Upn) == Some(UPNS[at]);
    all.iter().find(has).unwrap().record.clone()
}

/// Family name, ethnicity and the postcode that stands.
fn standing(record: &PersonRecord) -> String {
    let said = |field| record.particulars.get(field).unwrap_or("-");
    let home = record.addresses.iter().find(|one| one.to.is_none());
    let home = home.map_or("-", |one| one.postcode.as_str());
    format!("{} {} {home}", said(Field::FamilyName), said(Field::Ethnicity))
}

#[tokio::test]
async fn a_late_roll_does_not_undo_a_move_or_a_name_that_was_typed() {
    each_engine(async |register| {
        let ctx = context(&register);
        let manager = manager(&ctx, "jo").await;
        roll(&ctx, AUTUMN, 0, "Khan,ME7 1AB,").await;
        let person = PersonId(everybody(&ctx).await[0].person);
        let moved = NewAddress {
            lines: ["2 Oak Row", "", "", ""].map(String::from),
            postcode: "ME4 4EE".to_owned(),
            from: Some(date(2025, 3, 10)),
            moved: true,
            source: "the family".to_owned(),
            ..NewAddress::default()
        };
        lives_at(&ctx, &manager, person, &moved).await.unwrap();
        let opened = app::people::open(&ctx, &manager, person).await.unwrap();
        let typed = BTreeMap::from([(Field::FamilyName, "Shah".to_owned())]);
        let key = (person, opened.seen);
        app::people::correct(&ctx, &manager, key, &typed, "told by phone").await.unwrap();
        let before = record(&ctx, 0).await;
        // The place of that day and the name of that day; then gaps are filled and nothing else.
        let gap = "Khan,ME8 0AA,APKN";
        for (rest, changed) in [("Khan,ME7 1AB,", 1), (gap, 1), (gap, 0)] {
            let (import, counts) = roll(&ctx, WINTER, 0, rest).await;
            assert_eq!(counts, [changed, 1 - changed, 0], "{rest} {}", register.engine);
            let now = record(&ctx, 0).await;
            assert_eq!(now.addresses, before.addresses, "{rest} {}", register.engine);
            assert_eq!(now.particulars.get(Field::FamilyName), Some("Shah"), "{rest}");
            let reasons = imports::rows(&ctx, import).await.unwrap().remove(0).reasons;
            assert!(reasons.contains("older than what is recorded"), "{reasons}");
        }
        let now = record(&ctx, 0).await;
        assert_eq!(standing(&now), "Shah APKN ME4 4EE", "{}", register.engine);
        assert_eq!(now.former_names.len(), 1, "Khan, once: {:?}", now.former_names);
        let lived = now.address_on(date(2025, 3, 12)).unwrap();
        assert_eq!(lived.postcode, "ME4 4EE", "{}", register.engine);
    })
    .await;
}

/// The same two rolls in one order for one and in the other for the other, then the same with a later roll that only
/// says again what is known.
#[tokio::test]
async fn the_order_in_which_rolls_come_does_not_matter() {
    each_engine(async |register| {
        let ctx = context(&register);
        let (winter, spring) = ("Lee,ME7 1AB,WBRI", "Shah,ME4 4EE,");
        for at in [0, 1] {
            roll(&ctx, AUTUMN, at, "Khan,ME7 1AB,").await;
        }
        roll(&ctx, WINTER, 0, winter).await;
        roll(&ctx, SPRING, 0, spring).await;
        roll(&ctx, SPRING, 1, spring).await;
        roll(&ctx, WINTER, 1, winter).await;
        for at in [0, 1] {
            let now = record(&ctx, at).await;
            assert_eq!(standing(&now), "Shah WBRI ME4 4EE", "{at} {}", register.engine);
        }
        // Nothing differs in the summer, and that is known when the late one comes.
        let summer = date(2025, 6, 20);
        let (confirmed, counts) = roll(&ctx, summer, 1, spring).await;
        let spells = record(&ctx, 1).await.spells;
        assert!(counts[2] == 0 && spells.len() == 1, "{counts:?} {spells:?}");
        let late = "Moss,ME8 0AA,WBRI";
        roll(&ctx, date(2025, 5, 6), 1, late).await;
        assert_eq!(standing(&record(&ctx, 1).await), "Shah WBRI ME4 4EE", "{}", register.engine);
        // Once that file is taken back it stands against nobody.
        imports::undo(&ctx, confirmed, None, "another school's").await.unwrap();
        roll(&ctx, date(2025, 5, 6), 1, late).await;
        assert_eq!(standing(&record(&ctx, 1).await), "Moss WBRI ME8 0AA", "{}", register.engine);
    })
    .await;
}

/// A return as a table that tells of one pupil.
fn a_return(end: &str, code: &str, family: &str) -> String {
    format!(
        "PeriodEnd,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,LeadLEA,\
         UniquePupilNumber,CharacteristicCode,ActivityCode,StartDate,DateVerified\n\
         {end},,P,Amina,{family},2009-05-04,887,{},{code},210,2025-09-08,2025-09-20\n",
        UPNS[0]
    )
}

/// A return as a table speaks of its period end like any other.
#[tokio::test]
async fn an_older_return_ends_no_characteristic_that_a_newer_one_confirmed() {
    each_engine(async |register| {
        let ctx = Context::seeded(register.db.clone(), None, Clock::on(date(2025, 12, 9)), 7);
        for (end, code, family) in [
            ("2025-09-30", "110", "Khan"),
            ("2025-11-30", "110", "Khan"),
            ("2025-10-31", "140", "Shah"),
        ] {
            let text = a_return(end, code, family);
            let (_, counts) = bring(&ctx, Kind::NccisFlat, None, &text).await;
            assert_eq!(counts[2], 0, "{end} {}", register.engine);
        }
        let now = record(&ctx, 0).await;
        let holds = now.characteristics_on(date(2025, 12, 9));
        assert_eq!(holds, ["110"], "{}: {:?}", register.engine, now.characteristics);
        assert_eq!(standing(&now), "Khan - -", "{}", register.engine);
    })
    .await;
}

/// The same where it is sealed: what rows told, and what was typed by its code.
#[tokio::test]
async fn an_older_return_ends_nothing_that_was_told_or_typed_since_though_it_is_sealed() {
    each_engine(async |register| {
        let folder = tempfile::tempdir().unwrap();
        let today = date(2025, 12, 9);
        let ctx = Context::seeded(register.db.clone(), None, Clock::on(today), 7);
        let jo = manager(&ctx, "jo").await;
        keys::make(&ctx, &jo, &keys::in_home(folder.path())).await.unwrap();
        let after = async |end: &str, code: &str, family: &str| {
            bring(&ctx, Kind::NccisFlat, None, &a_return(end, code, family)).await;
            let held = record(&ctx, 0).await;
            held.characteristics_on(today).join(" ")
        };
        assert_eq!(after("2025-09-30", "110", "Khan").await, "110");
        let expecting = Characteristic {
            code: "180".to_owned(),
            from: Some(date(2025, 9, 1)),
            to: None,
            source: "Midwife".to_owned(),
        };
        let person = PersonId(everybody(&ctx).await[0].person);
        let edition = editions().on(today).unwrap();
        say_characteristic(&ctx, &jo, person, edition, &expecting).await.unwrap();
        assert_eq!(after("2025-10-31", "140", "Khan").await, "140 180", "typed since");
        assert_eq!(after("2025-11-30", "110", "Khan").await, "110 180", "it is the newest");
        assert_eq!(after("2025-10-31", "140", "Shah").await, "110 180", "{}", register.engine);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT told FROM import_row WHERE told <> ''";
        let told = tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap();
        assert!(told.len() > 3 && told.iter().all(|text| store::seal::is_sealed(text)), "{told:?}");
    })
    .await;
}

/// An identifier is somebody's for good: a return that was taken back by mistake can be brought in again.
#[tokio::test]
async fn whom_an_undone_import_brought_come_back_under_their_numbers() {
    each_engine(async |register| {
        let ctx = context(&register);
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/");
        let text = std::fs::read_to_string(format!("{root}nccis/incumbent-2019.xml")).unwrap();
        let known = async || -> Vec<_> {
            let all = everybody(&ctx).await.into_iter();
            all.map(|one| (one.person, one.record)).collect()
        };
        let (first, _) = bring(&ctx, Kind::NccisXml, None, &text).await;
        let before = known().await;
        imports::undo(&ctx, first, None, "by mistake").await.unwrap();
        assert!(!before.is_empty() && known().await.is_empty());
        let (second, _) = bring(&ctx, Kind::NccisXml, None, &text).await;
        assert_eq!(known().await, before, "{}", register.engine);
        // What is kept from the day on which they were made begins anew.
        let mut tx = ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM young_person y JOIN change c ON c.id = y.made WHERE c.import = $1";
        let made = tx.one(sql, store::args![second], |row| row.int(0)).await.unwrap();
        assert_eq!(made, i64::try_from(before.len()).ok(), "{}", register.engine);
        drop(tx);
        // A name that was put right since is no other person's.
        let right = text.replace("<FamilyName>", "<FamilyName>Van ");
        imports::undo(&ctx, second, None, "a name was wrong").await.unwrap();
        let (second, _) = bring(&ctx, Kind::NccisXml, None, &right).await;
        let numbers = |all: &[(i64, PersonRecord)]| all.iter().map(|one| one.0).collect::<Vec<_>>();
        assert_eq!(numbers(&known().await), numbers(&before));
        // Where the file had given the identifiers to the wrong people, nobody takes over another's number.
        imports::undo(&ctx, second, None, "the wrong column").await.unwrap();
        let others = text.replace("<GivenName>", "<GivenName>Not ");
        assert_ne!(others, text);
        bring(&ctx, Kind::NccisXml, None, &others).await;
        let after = known().await;
        assert_eq!(after.len(), before.len());
        assert!(after.iter().all(|(person, _)| before.iter().all(|(old, _)| old != person)));
    })
    .await;
}
