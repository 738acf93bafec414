//! Month end on both engines: moved in and out again, frozen, corrected, signed, raced.

use std::collections::BTreeSet;

use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::followup::List;
use domain::person::{Field, PersonRecord};
use domain::status::Spell;
use domain::statutory::record::ReturnRecord;
use formats::Kind;
use formats::nccis_xml::read_whole;
use formats::reference::editions;
use jiff::civil::{Date, date};
use store::people::{Loaded, Moment, Write, load, load_all, new_people};
use store::{accounts, changes, organisations, people};
use testkit::{Register, each_engine};

use super::*;
use crate::followup::{self, Filter};
use crate::imports::{Counts, Incoming, Options, Reader, apply, receive};
use crate::measures::{self, Count, Months, Question};
use crate::{Clock, Context};

mod by_command;
mod cut_off;
mod merged;
mod moved_in;
mod sent;

fn at(day: Date) -> Clock {
    Clock::on(day)
}

async fn world(register: Register, today: Date) -> (Context, Actor) {
    let ctx = Context::seeded(register.db.clone(), None, at(today), 7);
    let mut tx = ctx.db.begin().await.unwrap();
    let who = ("dm@example.org", "Dana Marsh", Role::DataManager);
    crate::accounts::add(&ctx, &mut tx, who, (None, &[]), "x".to_owned()).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = ctx.db.begin_read().await.unwrap();
    let account = accounts::by_email(&mut tx, "dm@example.org").await.unwrap().unwrap();
    let actor = Actor {
        account: account.id,
        name: "Dana Marsh".into(),
        role: Role::DataManager,
        scope: Scope::everyone(),
    };
    std::mem::forget(register);
    (ctx, actor)
}

async fn bring_in(ctx: &Context, xml: &[u8]) {
    let (_, counts) = bring(ctx, xml).await;
    assert_eq!((counts.held, counts.refused), (0, 0));
}

async fn bring(ctx: &Context, xml: &[u8]) -> (i64, Counts) {
    bring_as(ctx, (Kind::NccisXml, "return.xml"), xml).await
}

async fn bring_as(ctx: &Context, (kind, file_name): (Kind, &str), content: &[u8]) -> (i64, Counts) {
    let mut tx = ctx.db.begin().await.unwrap();
    let sender = store::organisations::Organisation {
        id: "old".into(),
        kind: "partner".into(),
        name: "The old system".into(),
        ..Default::default()
    };
    organisations::save(&mut tx, &sender).await.unwrap();
    tx.commit().await.unwrap();
    let incoming = Incoming {
        kind,
        sender: "old",
        file_name,
        content: Box::new(std::io::Cursor::new(content)),
        as_of: None,
        options: Options::default(),
        account: None,
    };
    let id = receive(ctx, incoming).await.unwrap();
    (id, apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap().counts)
}

async fn prepared(ctx: &Context, edition: &str, end: Date) -> Prepared {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sent = sent_on(ctx, &mut tx, end).await.unwrap();
    prepare(&mut tx, edition_for(Some(edition), end).unwrap(), end, sent).await.unwrap()
}

fn bytes(prepared: &Prepared) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, prepared).unwrap();
    out
}

/// A record as it is compared: empty elements are as good as none, characteristics are a set.
fn plain(record: &ReturnRecord) -> ReturnRecord {
    let mut plain = record.clone();
    plain.line = None;
    for field in domain::statutory::record::Field::ALL {
        *plain.slot(*field) = record.text(*field).map(str::to_owned);
    }
    plain.characteristics.sort();
    plain
}

#[tokio::test]
async fn a_return_moved_in_is_written_out_the_same() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/");
    for (file, edition) in [
        ("incumbent-2015.xml", "2015-16"),
        ("incumbent-2019.xml", "2019-20"),
        ("written-2015-16.xml", "2015-16"),
        ("written-2019-20.xml", "2019-20"),
    ] {
        let xml = std::fs::read(format!("{root}{file}")).unwrap();
        let (said, _) = read_whole(xml.as_slice()).unwrap();
        let end = said.header.period_end_day().unwrap();
        each_engine(|register| {
            let (xml, said) = (xml.clone(), said.clone());
            async move {
                let (ctx, _) = world(register, date(2026, 3, 2)).await;
                bring_in(&ctx, &xml).await;
                let ours = bytes(&prepared(&ctx, edition, end).await);
                let (again, _) = read_whole(ours.as_slice()).unwrap();
                let wanted: Vec<_> = said.records.iter().map(plain).collect();
                let got: Vec<_> = again.records.iter().map(plain).collect();
                assert_eq!(got, wanted, "{file}");
                let carried = |id: &String| {
                    wanted.iter().any(|r| {
                        r.young_persons_id.as_deref().is_some_and(|y| y.starts_with(id.as_str()))
                    })
                };
                for id in said.header.database_ids.iter().filter(|id| carried(id)) {
                    assert!(again.header.database_ids.contains(id), "{file}: {id}");
                }
                assert_eq!(ours, bytes(&prepared(&ctx, edition, end).await), "{file} again");
            }
        })
        .await;
    }
}

fn somebody(number: usize, status: &str, since: Option<&str>) -> PersonRecord {
    let mut record = PersonRecord { ypid: format!("887{number:010}"), ..Default::default() };
    for (field, value) in [
        (Field::GivenName, "Sam"),
        (Field::FamilyName, "Example"),
        (Field::DateOfBirth, "2008-12-01"),
        (Field::Sex, "F"),
        (Field::Ethnicity, "WBRI"),
        (Field::LeadLa, "887"),
        (Field::EducatedLa, "887"),
        (Field::LevelOfNeed, "3"),
        (Field::Send, "N"),
        (Field::SenSupport, "N"),
        (Field::CohortStatus, status),
    ] {
        record.particulars.set(field, value.to_owned());
    }
    record.particulars.set(Field::StatusSince, since.map(str::to_owned));
    let mut spell = Spell::new("619", date(2025, 9, 10));
    spell.ascertained = Some(date(2025, 9, 12));
    spell.verified = Some(date(2025, 9, 20));
    record.spells.push(spell);
    record
}

async fn settle_in(ctx: &Context, records: &[PersonRecord]) -> Vec<i64> {
    let mut tx = ctx.db.begin().await.unwrap();
    organisations::set(&mut tx, "la_code", "887").await.unwrap();
    organisations::set(&mut tx, "database_id", "887").await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids: Vec<String> = records.iter().map(|r| r.ypid.clone()).collect();
    let ids = new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    for (id, record) in ids.iter().zip(records) {
        let before = Loaded { person: *id, ..Default::default() };
        let write = Write { before: &before, after: record };
        people::write(&mut tx, change, &[write]).await.unwrap();
    }
    tx.commit().await.unwrap();
    ids
}

async fn edit(ctx: &Context, person: i64, change_record: impl FnOnce(&mut PersonRecord)) {
    let mut tx = ctx.db.begin().await.unwrap();
    let before = load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let mut after = before.record.clone();
    change_record(&mut after);
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
}

const OCTOBER: Date = date(2025, 10, 31);
const NOVEMBER: Date = date(2025, 11, 30);

fn asked(period_end: Date, seen: i64) -> Asked<'static> {
    Asked { period_end, edition: Some("2026-27"), seen }
}

async fn settle_all(ctx: &Context, actor: &Actor, id: i64) {
    for finding in open(ctx, actor, id).await.unwrap().findings {
        settle(ctx, actor, id, finding.line).await.unwrap();
    }
}

fn statuses(content: &[u8]) -> Vec<(String, String)> {
    let (whole, _) = read_whole(content).unwrap();
    let both = |r: &ReturnRecord| (r.young_persons_id.clone(), r.cohort_status.clone());
    whole.records.iter().map(both).map(|(id, s)| (id.unwrap(), s.unwrap())).collect()
}

#[tokio::test]
async fn leavers_are_told_of_once_and_a_correction_is_a_new_version() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "M", Some("2025-10-15"))];
        let ids = settle_in(&ctx, &records).await;
        let first = freeze(&ctx, &actor, asked(OCTOBER, 0)).await.unwrap();
        let (snapshot, kept) = file(&ctx, &actor, first).await.unwrap();
        assert_eq!((snapshot.version, snapshot.records), (1, 2));
        let told = |id: usize, s: &str| (format!("887{id:010}"), s.to_owned());
        assert_eq!(statuses(&kept), [told(1, "P"), told(2, "M")]);

        // No address: the findings name the person and stand in the way until they are settled.
        let opened = open(&ctx, &actor, first).await.unwrap();
        assert!(opened.findings.iter().any(|f| f.person == Some(ids[0])), "{:?}", opened.findings);
        let blocked = sign_off(&ctx, &actor, first).await.unwrap_err().to_string();
        assert!(blocked.contains("open. Correct and freeze again"), "{blocked}");
        assert!(freeze(&ctx, &actor, asked(NOVEMBER, 0)).await.is_err(), "October is not signed");

        // A correction is another version; the first keeps its bytes.
        edit(&ctx, ids[0], |r| r.particulars.set(Field::GivenName, "Samira".to_owned())).await;
        assert!(freeze(&ctx, &actor, asked(OCTOBER, 0)).await.is_err());
        let second = freeze(&ctx, &actor, asked(OCTOBER, 1)).await.unwrap();
        assert_eq!(file(&ctx, &actor, first).await.unwrap().1, kept);
        let corrected = file(&ctx, &actor, second).await.unwrap().1;
        assert!(String::from_utf8(corrected.clone()).unwrap().contains("Samira"));
        assert!(sign_off(&ctx, &actor, first).await.is_err(), "version 2 took its place");
        settle_all(&ctx, &actor, second).await;
        sign_off(&ctx, &actor, second).await.unwrap();
        assert!(sign_off(&ctx, &actor, second).await.is_err());

        let november = freeze(&ctx, &actor, asked(NOVEMBER, 0)).await.unwrap();
        let kept = file(&ctx, &actor, november).await.unwrap().1;
        assert_eq!(statuses(&kept), [told(1, "P")], "the duplicate was told of in October");
        let again = bytes(&prepared(&ctx, "2026-27", OCTOBER).await);
        assert_eq!(again, corrected, "October again, after it was signed");
        let page = open(&ctx, &actor, november).await.unwrap();
        assert_eq!(page.before.unwrap().0.id, second);
        assert_eq!(page.published.first().map(|p| p.name.as_str()), Some("Medway"));
        assert_eq!(page.figures.left_out.values().sum::<usize>(), 1);
    })
    .await;
}

/// The incumbent told of August: the first return of our own tells of nobody again whom that file told of,
/// and of whoever age or a ceased plan takes out after it.
#[tokio::test]
async fn what_a_return_that_was_moved_in_told_is_told() {
    let (august, september) = (date(2025, 8, 31), date(2025, 9, 30));
    let (old, _) = world(testkit::sqlite().await, date(2025, 9, 2)).await;
    let mut records = ["P", "T", "P", "P", "P"].map(|status| somebody(1, status, None));
    let names = ["Amina Ash", "Ben Birch", "Cara Cedar", "Dan Dale", "Ella Elm"];
    for ((number, name), record) in (1..).zip(names).zip(&mut records) {
        record.ypid = format!("887{number:010}");
        let (given, family) = name.split_once(' ').unwrap_or_default();
        record.particulars.set(Field::GivenName, given.to_owned());
        record.particulars.set(Field::FamilyName, family.to_owned());
        record.spells[0].start = date(2025, 4, 1);
        (record.spells[0].ascertained, record.spells[0].verified) = (Some(date(2025, 4, 2)), None);
    }
    let [_, moved_away, of_age, with_plan, moving] = &mut records;
    moved_away.particulars.set(Field::TransferredTo, "886".to_owned());
    moved_away.particulars.set(Field::DateOfBirth, "2008-11-02".to_owned());
    of_age.particulars.set(Field::DateOfBirth, "2007-01-15".to_owned());
    with_plan.particulars.set(Field::DateOfBirth, "2005-12-01".to_owned());
    with_plan.particulars.set(Field::Send, "Y".to_owned());
    moving.particulars.set(Field::DateOfBirth, "2008-01-15".to_owned());
    settle_in(&old, &records).await;
    let file_of_august = bytes(&prepared(&old, "2020-21", august).await);
    assert_eq!(statuses(&file_of_august).len(), 5);
    each_engine(|register| {
        let file_of_august = file_of_august.clone();
        async move {
            let (ctx, actor) = world(register, date(2025, 11, 9)).await;
            bring_in(&ctx, &file_of_august).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            let people = load_all(&mut tx, Moment::Now).await.unwrap();
            drop(tx);
            let of = |n: usize| {
                people.iter().find(|l| l.record.ypid.ends_with(&n.to_string())).unwrap().person
            };
            edit(&ctx, of(4), |r| r.particulars.set(Field::Send, "N".to_owned())).await;
            // Put down here after the move: no file has told of it yet.
            edit(&ctx, of(5), |r| r.particulars.set(Field::CohortStatus, "E".to_owned())).await;
            let told = |id: usize, s: &str| (format!("887{id:010}"), s.to_owned());
            let ours = asked(september, 0);
            let first = freeze(&ctx, &actor, Asked { edition: Some("2020-21"), ..ours }).await;
            let (_, kept) = file(&ctx, &actor, first.as_ref().copied().unwrap()).await.unwrap();
            let leavers = [told(1, "P"), told(3, "A"), told(4, "L"), told(5, "E")];
            assert_eq!(statuses(&kept), leavers);
            let first = first.unwrap();
            settle_all(&ctx, &actor, first).await;
            sign_off(&ctx, &actor, first).await.unwrap();
            let next = bytes(&prepared(&ctx, "2020-21", OCTOBER).await);
            assert_eq!(statuses(&next), [told(1, "P")], "each leaving is told of once");
            // August itself still comes out as it was moved in.
            let again = bytes(&prepared(&ctx, "2020-21", august).await);
            assert_eq!(statuses(&again).len(), 5);
        }
    })
    .await;
}

/// Two returns of the incumbent, the second with a leaver: the status has the day of the return that told it,
/// so each month comes out as it was, and figures count them until then.
#[tokio::test]
async fn a_leaver_of_a_later_return_was_in_the_cohort_before() {
    let (old, _) = world(testkit::sqlite().await, date(2025, 12, 2)).await;
    let mut records = [somebody(1, "P", None), somebody(2, "T", Some("2025-11-12"))];
    records[1].particulars.set(Field::GivenName, "Robin".to_owned());
    records[1].particulars.set(Field::DateOfBirth, "2008-11-02".to_owned());
    records[1].particulars.set(Field::TransferredTo, "886".to_owned());
    settle_in(&old, &records).await;
    let october = bytes(&prepared(&old, "2026-27", OCTOBER).await);
    let november = bytes(&prepared(&old, "2026-27", NOVEMBER).await);
    let told = |id: usize, s: &str| (format!("887{id:010}"), s.to_owned());
    assert_eq!(statuses(&october), [told(1, "P"), told(2, "P")]);
    assert_eq!(statuses(&november), [told(1, "P"), told(2, "T")]);
    each_engine(|register| {
        let (october, november) = (october.clone(), november.clone());
        async move {
            let (ctx, _) = world(register, date(2026, 1, 9)).await;
            bring_in(&ctx, &october).await;
            bring_in(&ctx, &november).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            let people = load_all(&mut tx, Moment::Now).await.unwrap();
            drop(tx);
            let since = |n: &str| {
                let one = people.iter().find(|l| l.record.ypid.ends_with(n)).unwrap();
                one.record.particulars.date(Field::StatusSince)
            };
            assert_eq!((since("1"), since("2")), (None, Some(NOVEMBER)));
            let told = |id: usize, s: &str| (format!("887{id:010}"), s.to_owned());
            let of = async |end| statuses(&bytes(&prepared(&ctx, "2026-27", end).await));
            assert_eq!(of(OCTOBER).await, [told(1, "P"), told(2, "P")]);
            assert_eq!(of(NOVEMBER).await, [told(1, "P"), told(2, "T")]);
            assert_eq!(of(date(2025, 12, 31)).await, [told(1, "P")], "told of once");
            let months = Months::Period(Month::of(OCTOBER), Month::of(NOVEMBER));
            let asked = Question::new("neet", months);
            let seen = measures::figures(&ctx, &Scope::everyone(), &asked).await.unwrap();
            let cohorts: Vec<u64> = seen.series.iter().map(|m| m.total.cohort.whole()).collect();
            assert_eq!(cohorts, [2, 1]);
        }
    })
    .await;
}

/// The people of whom an act was remembered.
async fn remembered(ctx: &Context, act: &str) -> Vec<i64> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let sql = "SELECT person FROM audit WHERE act = $1 AND person IS NOT NULL ORDER BY person";
    tx.rows(sql, store::args![act], |row| row.int(0)).await.unwrap()
}

#[tokio::test]
async fn who_is_in_a_return_or_its_findings_is_remembered_as_read() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        let records = [somebody(1, "P", None), somebody(2, "P", None)];
        let ids = settle_in(&ctx, &records).await;
        let month = freeze(&ctx, &actor, asked(OCTOBER, 0)).await.unwrap();
        assert!(remembered(&ctx, "taken out in a return").await.is_empty());
        file(&ctx, &actor, month).await.unwrap();
        assert_eq!(remembered(&ctx, "taken out in a return").await, ids);
        let found = open(&ctx, &actor, month).await.unwrap().findings;
        let mut people: Vec<i64> = found.iter().filter_map(|one| one.person).collect();
        people.sort_unstable();
        people.dedup();
        assert!(!people.is_empty());
        assert_eq!(remembered(&ctx, "shown in a return's findings").await, people);
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_after_the_period_is_not_in_its_return() {
    each_engine(|register| async move {
        let (ctx, _) = world(register, date(2025, 12, 9)).await;
        let ids = settle_in(&ctx, &[somebody(1, "P", None)]).await;
        let before = bytes(&prepared(&ctx, "2026-27", OCTOBER).await);
        edit(&ctx, ids[0], |r| {
            let spell = r.spells.remove(0);
            r.spells.push(spell.verified_again(date(2025, 11, 5), None, None));
        })
        .await;
        assert_eq!(bytes(&prepared(&ctx, "2026-27", OCTOBER).await), before);
        let november = prepared(&ctx, "2026-27", NOVEMBER).await;
        assert_eq!(november.records[0].date_verified.as_deref(), Some("2025-11-05"));
    })
    .await;
}

/// A register of many kinds of people: statuses with and without their day or none at all, led by us, by
/// another authority or by nobody, of all ages, with and without an activity.
fn many_kinds() -> Vec<PersonRecord> {
    let mut seed = 2_463_534_242_u32;
    let mut choose = move |from: &[Option<&'static str>]| {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        from[seed as usize % from.len()]
    };
    let mut all = Vec::new();
    for number in 1..=400 {
        let since = choose(&[None, Some("2025-10-15"), Some("2025-11-02")]);
        let status = choose(&[None, Some("P"), Some("P"), Some("T"), Some("M"), Some("A")]);
        let mut record = somebody(number, "P", since);
        let born = [Some("2006-10-02"), Some("2007-11-30"), Some("2008-12-01"), Some("2010-01-09")];
        for (field, value) in [
            (Field::CohortStatus, status),
            (Field::LeadLa, choose(&[None, Some("887"), Some("887"), Some("886")])),
            (Field::EducatedLa, choose(&[None, Some("887"), Some("886")])),
            (Field::DateOfBirth, choose(&born)),
            (Field::Send, choose(&[Some("Y"), Some("N")])),
        ] {
            record.particulars.set(field, value.map(str::to_owned));
        }
        let codes = ["110", "210", "260", "310", "530", "619", "640", "710", "810"];
        let spell = &mut record.spells[0];
        spell.code = choose(&codes.map(Some)).unwrap_or_default().to_owned();
        let day = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        spell.verified = day(choose(&[None, Some("2024-09-20"), Some("2025-10-20")]));
        spell.review = day(choose(&[None, Some("2025-09-15"), Some("2026-02-01")]));
        spell.end = day(choose(&[None, None, Some("2025-10-30"), Some("2025-11-20")]));
        if choose(&[None, None, None, Some("nothing known")]).is_some() {
            record.spells.clear();
        }
        all.push(record);
    }
    all
}

#[tokio::test]
async fn the_figures_of_a_month_are_about_the_people_of_its_return() {
    each_engine(|register| async move {
        let (ctx, _) = world(register, date(2025, 12, 9)).await;
        settle_in(&ctx, &many_kinds()).await;
        for edition in ["2015-16", "2019-20", "2026-27"] {
            let frozen = figures::count(&prepared(&ctx, edition, OCTOBER).await);
            let month = Month::of(OCTOBER);
            let asked = Question {
                edition: Some(edition.to_owned()),
                ..Question::new("neet-not-known", Months::One(month))
            };
            let seen = measures::figures(&ctx, &Scope::everyone(), &asked).await.unwrap().total;
            let seen = [seen.cohort, seen.neet, seen.not_known, seen.lapsed, seen.participating];
            let Frozen { cohort, neet, not_known, lapsed, participating, .. } = frozen;
            assert_eq!(
                seen.map(Count::whole),
                [cohort, neet, not_known, lapsed, participating],
                "{edition}"
            );
            assert!(cohort > 50 && neet > 10 && lapsed > 3, "{edition}: {frozen:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_neet_in_the_return_is_on_the_follow_up_list() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        let mut records = many_kinds();
        records.retain(|r| r.particulars.get(Field::LeadLa) != Some("886"));
        settle_in(&ctx, &records).await;
        let returned = prepared(&ctx, "2026-27", OCTOBER).await;
        let edition = returned.edition;
        let neet = returned.records.iter().zip(&returned.people).filter(|(record, _)| {
            let code = record.activity_code.as_deref().unwrap_or_default();
            record.cohort_status.as_deref() == Some("P") && edition.is_neet(code)
        });
        let neet: BTreeSet<i64> = neet.map(|(_, person)| *person).collect();
        let filter = Filter { list: Some(List::Neet), ..Filter::default() };
        let due = followup::list(&ctx, &actor, edition, OCTOBER, &filter).await.unwrap();
        assert_eq!(due.rows.iter().map(|row| row.person.0).collect::<BTreeSet<_>>(), neet);
        assert!(neet.len() > 10, "{}", neet.len());
    })
    .await;
}

#[tokio::test]
async fn what_was_confirmed_after_the_month_is_in_neither_its_file_nor_its_figures() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 10, 8)).await;
        let mut student = somebody(1, "P", None);
        student.spells[0] = Spell::new("210", date(2024, 9, 9));
        student.spells[0].verified = Some(date(2025, 2, 20));
        let ids = settle_in(&ctx, &[student]).await;
        edit(&ctx, ids[0], |r| {
            let spell = r.spells.remove(0);
            r.spells.push(spell.verified_again(date(2025, 10, 5), None, None));
        })
        .await;
        let september = date(2025, 9, 30);
        let id = freeze(&ctx, &actor, asked(september, 0)).await.unwrap();
        let (_, kept) = file(&ctx, &actor, id).await.unwrap();
        let (said, _) = read_whole(kept.as_slice()).unwrap();
        assert_eq!(said.records[0].currency_lapsed.as_deref(), Some("Y"));
        let frozen = open(&ctx, &actor, id).await.unwrap().figures;
        assert_eq!((frozen.cohort, frozen.lapsed, frozen.not_known), (1, 1, 1));
        // Held against the return, the month is counted as the return told of it.
        let asked = Question::new("not-known", Months::One(Month::of(september)));
        let (everyone, against) = (Scope::everyone(), measures::Against::Return);
        let two = measures::two_countings(&ctx, &everyone, &asked, &against).await.unwrap();
        let lapsed = [&two.first, &two.second].map(|figures| figures.total.lapsed.whole());
        assert_eq!((lapsed, two.changed.len()), ([1, 0], 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_kept_beside_a_file_is_what_its_bytes_say() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        settle_in(&ctx, &many_kinds()).await;
        let id = freeze(&ctx, &actor, asked(OCTOBER, 0)).await.unwrap();
        let (_, bytes) = file(&ctx, &actor, id).await.unwrap();
        let (said, _) = read_whole(bytes.as_slice()).unwrap();
        let says = |r: &ReturnRecord| {
            (r.young_persons_id.clone().unwrap(), r.cohort_status.clone().unwrap_or_default())
        };
        let said: BTreeSet<(String, String)> = said.records.iter().map(says).collect();
        let mut tx = ctx.db.begin().await.unwrap();
        let sql = "SELECT ypid, status FROM snapshot_leaver WHERE snapshot = $1";
        let read = |row: &store::Row<'_>| Ok((row.text(0)?, row.text(1)?));
        let kept: BTreeSet<(String, String)> =
            tx.rows(sql, store::args![id], read).await.unwrap().into_iter().collect();
        assert_eq!(kept, said);
        assert!(said.len() > 50, "{}", said.len());
        // A file from before that was kept is not sent without anybody knowing whom it names.
        tx.run("DELETE FROM snapshot_leaver WHERE snapshot = $1", store::args![id]).await.unwrap();
        tx.commit().await.unwrap();
        settle_all(&ctx, &actor, id).await;
        for refused in [
            sign_off(&ctx, &actor, id).await.unwrap_err(),
            file(&ctx, &actor, id).await.map(|_| ()).unwrap_err(),
        ] {
            assert!(refused.to_string().contains("Freeze it again"), "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn of_two_who_freeze_at_once_one_is_told() {
    each_engine(|register| async move {
        let (ctx, actor) = world(register, date(2025, 12, 9)).await;
        settle_in(&ctx, &[somebody(1, "P", None)]).await;
        let (one, two) = tokio::join!(
            freeze(&ctx, &actor, asked(OCTOBER, 0)),
            freeze(&ctx, &actor, asked(OCTOBER, 0))
        );
        let lost = match (one, two) {
            (Ok(_), Err(lost)) | (Err(lost), Ok(_)) => lost.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(lost.contains("Version 1 of this month was frozen"), "{lost}");
        assert_eq!(list(&ctx, &actor).await.unwrap().versions.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn others_than_data_managers_are_refused() {
    let (ctx, mut actor) = world(testkit::sqlite().await, date(2025, 12, 9)).await;
    let everybody = load_all(&mut ctx.db.begin_read().await.unwrap(), Moment::Now).await.unwrap();
    assert!(everybody.is_empty());
    assert!(freeze(&ctx, &actor, asked(date(2025, 12, 31), 0)).await.is_err(), "not over");
    assert!(edition_for(None, date(2025, 12, 30)).is_err(), "not a last day");
    assert!(editions().named("2026-27").is_some());
    actor.role = Role::Adviser;
    for outcome in [
        freeze(&ctx, &actor, asked(OCTOBER, 0)).await.map(|_| ()),
        list(&ctx, &actor).await.map(|_| ()),
        sign_off(&ctx, &actor, 1).await,
        file(&ctx, &actor, 1).await.map(|_| ()),
    ] {
        assert!(outcome.unwrap_err().to_string().contains("may not"));
    }
}
