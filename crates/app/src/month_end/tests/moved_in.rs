//! Returns of another system for one month after another: each newest one is written again as it was sent.

use super::*;

/// Zoe's April as another system told it, and its May, which says less of her.
fn april_and_may() -> (String, String) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/nccis/");
    let april = std::fs::read_to_string(format!("{root}written-2019-20.xml")).unwrap();
    let mut may = april.clone();
    for (known, told) in [
        ("2019-04-30", "2019-05-31"),
        ("<Ethnicity>WBRI<", "<Ethnicity>NOBT<"),
        ("<AddressLine1>1 Invented Road</AddressLine1>", ""),
        ("<Town>Chatham</Town>", ""),
        ("ME4 4TR", "ZZ99 9ZZ"),
        ("<UniqueLearnerNo>1000000019</UniqueLearnerNo>", ""),
        ("<IntendedDestinationYr11>111</IntendedDestinationYr11>", ""),
    ] {
        assert!(may.contains(known), "{known}");
        may = may.replace(known, told);
    }
    (april, may)
}

/// The second return knows less than the first: it is written so, and the register forgets nothing of it.
#[tokio::test]
async fn what_a_later_return_left_out_is_left_out_of_it_and_kept_by_the_register() {
    let (april, may) = april_and_may();
    let end = date(2019, 5, 31);
    let (said, _) = read_whole(may.as_bytes()).unwrap();
    let wanted: Vec<_> = said.records.iter().map(plain).collect();
    each_engine(|register| {
        let (april, may, wanted) = (april.clone(), may.clone(), wanted.clone());
        async move {
            let engine = register.engine;
            let (ctx, _) = world(register, date(2026, 3, 2)).await;
            bring_in(&ctx, april.as_bytes()).await;
            bring_in(&ctx, may.as_bytes()).await;
            let of_may = async || {
                let ours = bytes(&prepared(&ctx, "2019-20", end).await);
                let (again, _) = read_whole(ours.as_slice()).unwrap();
                again.records.iter().map(plain).collect::<Vec<_>>()
            };
            assert_eq!(of_may().await, wanted, "{engine}");
            let mut tx = ctx.db.begin_read().await.unwrap();
            let people = load_all(&mut tx, Moment::Now).await.unwrap();
            drop(tx);
            let zoe = people.iter().find(|l| l.record.ypid.ends_with('1')).unwrap();
            let field = |field| zoe.record.particulars.get(field);
            assert_eq!(field(Field::Ethnicity), Some("WBRI"), "{engine}");
            assert_eq!(field(Field::Uln), Some("1000000019"), "{engine}");
            let home = zoe.record.address_on(end).unwrap();
            assert_eq!(home.postcode, "ME4 4TR", "{engine}");
            // What is learnt since stands in the return, as it does in any other.
            edit(&ctx, zoe.person, |r| r.particulars.set(Field::Ethnicity, "APKN".to_owned()))
                .await;
            let now = of_may().await;
            assert_eq!(now[0].ethnicity.as_deref(), Some("APKN"), "{engine}");
            assert_eq!(now[0].postcode.as_deref(), Some("ZZ99 9ZZ"), "{engine}");
            assert_eq!(now[1], wanted[1], "{engine}");
        }
    })
    .await;
}

/// A row of the return waited, and was settled after somebody had typed what the return did not know: that was learnt
/// since. It is the same of a return that came some days before its period end.
#[tokio::test]
async fn what_was_typed_before_a_held_row_was_settled_stands_in_the_return() {
    let (april, mut may) = april_and_may();
    // The second record once more under another identifier: somebody has to say who that is.
    let (from, to) = (may.rfind("  <YoungPersonsRecord>").unwrap(), may.rfind("</NCCIS>").unwrap());
    // It says nothing of who leads: the register takes that to be us, and the return still does not say it.
    let third = may[from..to].replace("4680000000002", "4680000000003");
    assert!(third.contains("<LeadLEA>887</LeadLEA>"));
    let third = third.replace("<LeadLEA>887</LeadLEA>", "");
    may.insert_str(to, &third);
    let end = date(2019, 5, 31);
    for today in [date(2026, 3, 2), date(2019, 5, 28)] {
        each_engine(|register| {
            let (april, may) = (april.clone(), may.clone());
            async move {
                let engine = register.engine;
                let (ctx, actor) = world(register, today).await;
                bring_in(&ctx, april.as_bytes()).await;
                let (id, counts) = bring(&ctx, may.as_bytes()).await;
                assert_eq!((counts.new, counts.held), (0, 1), "{engine}");
                let mut tx = ctx.db.begin_read().await.unwrap();
                let people = load_all(&mut tx, Moment::Now).await.unwrap();
                drop(tx);
                let zoe = people.iter().find(|l| l.record.ypid.ends_with('1')).unwrap().person;
                edit(&ctx, zoe, |r| r.particulars.set(Field::Ethnicity, "APKN".to_owned())).await;
                let rows = crate::imports::rows(&ctx, id).await.unwrap();
                let held = rows.iter().find(|row| row.effect == "held").unwrap();
                crate::imports::decide(&ctx, &actor, id, held.line, "new").await.unwrap();
                let settled = apply(&ctx, &Reader::Here, id, &|_| {}).await.unwrap();
                assert_eq!((settled.counts.new, settled.counts.held), (1, 0), "{engine}");
                let ours = bytes(&prepared(&ctx, "2019-20", end).await);
                let (again, _) = read_whole(ours.as_slice()).unwrap();
                let told = again.records.iter().map(plain);
                let told: Vec<_> = told.map(|r| (r.ethnicity, r.postcode, r.lead_lea)).collect();
                let said = |ethnicity: &str, home: &str, leads: Option<&str>| {
                    let leads = leads.map(str::to_owned);
                    (Some(ethnicity.to_owned()), Some(home.to_owned()), leads)
                };
                let all = [
                    said("APKN", "ZZ99 9ZZ", Some("887")),
                    said("NOBT", "ME7 1AA", Some("887")),
                    said("NOBT", "ME7 1AA", None),
                ];
                assert_eq!(told, all, "{engine} {today}");
            }
        })
        .await;
    }
}

/// Whom the return brought in became part of a record that somebody had typed since: what stood there was learnt since.
#[tokio::test]
async fn what_was_typed_into_a_record_that_took_the_returned_one_in_stands_in_the_return() {
    let (_, may) = april_and_may();
    let end = date(2019, 5, 31);
    each_engine(|register| {
        let may = may.clone();
        async move {
            let engine = register.engine;
            let (ctx, actor) = world(register, date(2026, 3, 2)).await;
            bring_in(&ctx, may.as_bytes()).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            let people = load_all(&mut tx, Moment::Now).await.unwrap();
            drop(tx);
            let gone = people.iter().find(|l| l.record.ypid.ends_with('1')).unwrap();
            let ypid = "4680000000009".to_owned();
            let mut typed = PersonRecord { ypid: ypid.clone(), ..PersonRecord::default() };
            for field in [Field::GivenName, Field::FamilyName, Field::DateOfBirth, Field::Sex] {
                let value = gone.record.particulars.get(field).map(str::to_owned);
                typed.particulars.set(field, value);
            }
            typed.particulars.set(Field::Ethnicity, "APKN".to_owned());
            let kept = settle_in(&ctx, &[typed]).await[0];
            let both = (kept, gone.person);
            let seen = crate::linking::preview(&ctx, &actor, both).await.unwrap().seen;
            let (prefer, reason) = (BTreeSet::new(), "one passport");
            let wanted =
                crate::linking::Wanted { kept: both.0, gone: both.1, seen, prefer, reason };
            crate::linking::merge(&ctx, &actor, &wanted).await.unwrap().unwrap();
            let again = prepared(&ctx, "2019-20", end).await.records;
            let one = again.iter().find(|r| r.young_persons_id.as_ref() == Some(&ypid)).unwrap();
            assert_eq!(one.ethnicity.as_deref(), Some("APKN"), "{engine}");
            assert_eq!(one.postcode.as_deref(), Some("ZZ99 9ZZ"), "{engine}");
        }
    })
    .await;
}

/// Both came before their period end, the second to correct the first: it is the second that was sent. A file of the
/// next month, which ends what they told, is no return of theirs.
#[tokio::test]
async fn of_two_returns_for_one_month_that_came_before_its_end_the_later_was_sent() {
    let (april, corrected) = april_and_may();
    let first = april.replace("2019-04-30", "2019-05-31");
    let corrected = corrected.replace("2019-04-12", "2019-05-20");
    let june = april.replace("2019-04-30", "2019-06-30").replace("620<", "210<");
    let june = june.replace("2019-03-01", "2019-06-03");
    let june = june.replace("2019-03-05", "2019-06-05").replace("2019-04-12", "2019-06-12");
    let end = date(2019, 5, 31);
    each_engine(|register| {
        let files = [first.clone(), corrected.clone(), june.clone()];
        async move {
            let engine = register.engine;
            let days = [date(2019, 5, 26), date(2019, 5, 28), date(2019, 6, 27)];
            let (ctx, _) = world(register, days[0]).await;
            for (file, day) in files.iter().zip(days) {
                let ctx = Context::seeded(ctx.db.clone(), None, at(day), 8);
                bring_in(&ctx, file.as_bytes()).await;
                let again = prepared(&ctx, "2019-20", end).await.records;
                let zoe = again.iter().find(|r| r.gender.as_deref() == Some("F")).unwrap();
                let told = [&zoe.ethnicity, &zoe.postcode, &zoe.date_verified];
                let sent = match day == days[0] {
                    true => ["WBRI", "ME4 4TR", "2019-04-12"],
                    false => ["NOBT", "ZZ99 9ZZ", "2019-05-20"],
                };
                assert_eq!(told.map(|one| one.as_deref()), sent.map(Some), "{engine} {day}");
            }
        }
    })
    .await;
}

/// The file that corrects another may say nothing that the register did not know: its rows change nothing, and it is
/// what was sent all the same, until the next one.
#[tokio::test]
async fn a_correction_that_changes_nothing_on_the_register_is_what_was_sent() {
    let first = april_and_may().0.replace("2019-04-30", "2019-05-31");
    let known = "<Ethnicity>WBRI<";
    assert!(first.contains(known));
    let less = first.replace(known, "<Ethnicity>NOBT<").replace("ME4 4TR", "ZZ99 9ZZ");
    let less = less.replace("<AddressLine1>1 Invented Road</AddressLine1>", "");
    let less = less.replace("<Town>Chatham</Town>", "");
    let end = date(2019, 5, 31);
    // Before the period end, when a file's day is the one it came on, and after it.
    for days in
        [[26, 28, 29].map(|day| date(2019, 5, day)), [3, 4, 5].map(|day| date(2019, 6, day))]
    {
        each_engine(|register| {
            // The last is the first again, sent on another day.
            let last = first.replace("2019-05-07", "2019-06-05");
            let files = [first.clone(), less.clone(), last];
            async move {
                let engine = register.engine;
                let (ctx, _) = world(register, days[0]).await;
                for (turn, (file, day)) in files.iter().zip(days).enumerate() {
                    let ctx = Context::seeded(ctx.db.clone(), None, at(day), 8);
                    let (id, counts) = bring(&ctx, file.as_bytes()).await;
                    let unchanged = if turn == 0 { 0 } else { 2 };
                    assert_eq!(counts.unchanged, unchanged, "{engine} {day}: {counts:?}");
                    let rows = crate::imports::rows(&ctx, id).await.unwrap();
                    let short = |said: &str| said.starts_with("[[\"All else\"") && said.len() < 400;
                    assert!(turn == 0 || rows.iter().all(|row| short(&row.said)), "{rows:?}");
                    let again = prepared(&ctx, "2019-20", end).await.records;
                    let zoe = again.iter().find(|r| r.gender.as_deref() == Some("F")).unwrap();
                    let told = [&zoe.ethnicity, &zoe.postcode].map(|one| one.as_deref());
                    let sent = if turn == 1 { ["NOBT", "ZZ99 9ZZ"] } else { ["WBRI", "ME4 4TR"] };
                    assert_eq!(told, sent.map(Some), "{engine} {day}");
                }
            }
        })
        .await;
    }
}

/// A table gives each row its own period end: what it says of one person's May is no part of their April, though
/// somebody else's row in it is of April. It is the same whichever of the two rows gives the table its day.
#[tokio::test]
async fn a_row_of_a_table_is_of_its_own_period_end_alone() {
    let (mut april, _) = april_and_may();
    // The other record's April is told by the table alone.
    let (from, to) =
        (april.rfind("  <YoungPersonsRecord>").unwrap(), april.rfind("</NCCIS>").unwrap());
    april.replace_range(from..to, "");
    let head = "PeriodEnd,YoungPersonsID,CohortStatus,GivenName,FamilyName,DOB,LeadLEA,ActivityCode,StartDate,\
                DateAscertained,DateVerified";
    let may = "2019-05-31,4680000000001,P,Zoë,O'Example,2002-02-08,887,210,2019-04-20,2019-04-22,2019-04-25";
    let other =
        "2019-04-30,4680000000002,P,Test,Smith,2003-02-08,887,210,2018-09-04,2018-09-10,2019-04-10";
    for rows in [[may, other], [other, may]] {
        let table = format!("{head}\n{}\n{}\n", rows[0], rows[1]);
        each_engine(|register| {
            let (april, table) = (april.clone(), table.clone());
            async move {
                let engine = register.engine;
                let (ctx, _) = world(register, date(2026, 3, 2)).await;
                bring_in(&ctx, april.as_bytes()).await;
                let kind = (Kind::NccisFlat, "return.csv");
                let (_, counts) = bring_as(&ctx, kind, table.as_bytes()).await;
                let counted = (counts.new, counts.changed, counts.held, counts.refused);
                assert_eq!(counted, (1, 1, 0, 0), "{engine}");
                let again = prepared(&ctx, "2019-20", date(2019, 4, 30)).await.records;
                let of = |last: char| {
                    let id = |r: &&ReturnRecord| {
                        r.young_persons_id.as_deref().is_some_and(|id| id.ends_with(last))
                    };
                    again.iter().find(id).unwrap()
                };
                assert_eq!(of('1').ethnicity.as_deref(), Some("WBRI"), "{engine} {table}");
                assert_eq!(of('1').unique_learner_no.as_deref(), Some("1000000019"), "{engine}");
                assert_eq!(of('2').activity_code.as_deref(), Some("210"), "{engine} {table}");
            }
        })
        .await;
    }
}

/// A leaver whom the other system's own return told of is told of again by none, though nobody here signs that month.
#[tokio::test]
async fn whom_a_return_that_was_moved_in_told_of_is_not_counted_as_told_again() {
    let (old, _) = world(testkit::sqlite().await, date(2025, 11, 3)).await;
    let mut records = [somebody(1, "P", None), somebody(2, "M", Some("2025-10-15"))];
    records[1].particulars.set(Field::GivenName, "Robin".to_owned());
    settle_in(&old, &records).await;
    let october = bytes(&prepared(&old, "2026-27", OCTOBER).await);
    each_engine(|register| {
        let october = october.clone();
        async move {
            let (ctx, _) = world(register, date(2025, 11, 9)).await;
            bring_in(&ctx, &october).await;
            let again = prepared(&ctx, "2026-27", OCTOBER).await;
            assert_eq!(again.records.len(), 2, "the month itself tells of both");
            let mut tx = ctx.db.begin_read().await.unwrap();
            assert_eq!(told_again(&mut tx, &again).await.unwrap(), 0);
        }
    })
    .await;
}
