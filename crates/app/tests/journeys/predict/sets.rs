//! Sets for analysis: matched, kept once, taken back, and let in only as the sender's agreement has it.

use app::Context;
use app::consents::tell;
use app::predict::{load, rows};
use domain::consent::{Speaker, Telling, Word};
use domain::person::{Field, PersonId};
use domain::prediction::{FEATURES, Fact, Point};
use jiff::civil::date;
use store::analysis;
use store::people::{self, Loaded, Moment};
use testkit::each_engine;

use super::{bits, keeper, town};

const ATTENDANCE: &str = "Pupil No,From,To,Possible,Authorised,Unauthorised,Sex,Ethnicity\n";

#[tokio::test]
async fn a_set_is_matched_kept_once_and_taken_back() {
    each_engine(async |register| {
        let ctx = town(&register.db, 200).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = people::load_all(&mut tx, Moment::Now).await.unwrap();
        drop(tx);
        let upn = |at: usize| all[at].record.particulars.get(Field::Upn).unwrap().to_owned();
        let body = format!(
            "{ATTENDANCE}{},02/09/2024,25/10/2024,76,10,4,M,WBRI\n{},02/09/2024,25/10/2024,76,80,4,F,WBRI\nA000000000000,02/09/2024,25/10/2024,76,1,0,F,WBRI\n",
            upn(3),
            upn(4)
        );
        let mut incoming = load::Incoming {
            kind: "attendance",
            sender: "council-887",
            file_name: "attendance.csv",
            bytes: body.as_bytes(),
            mapping: Default::default(),
            since: None,
            as_of: None,
        };
        let refused = load::load(&ctx, &keeper(), &incoming, false).await.unwrap_err();
        assert!(refused.to_string().contains("upn"), "{refused}");
        incoming.mapping.insert("upn".into(), "Pupil No".into());
        let looked = load::load(&ctx, &keeper(), &incoming, false).await.unwrap();
        assert_eq!((looked.load, looked.kept, looked.unmatched), (None, 1, 1));
        assert_eq!(looked.refused, [(3, "more sessions were missed than there were".to_owned())]);
        assert_eq!(looked.unread_columns, ["Sex", "Ethnicity"]);
        let told = load::load(&ctx, &keeper(), &incoming, true).await.unwrap();
        incoming.mapping.clear();
        let again = load::load(&ctx, &keeper(), &incoming, true).await.unwrap_err();
        assert!(again.to_string().contains("loaded before"), "{again}");
        let mut tx = ctx.db.begin_read().await.unwrap();
        let facts = analysis::facts(&mut tx, &[all[3].person], Moment::Now).await.unwrap();
        let mine = |facts: &[Fact]| facts.iter().filter(|f| f.value == "76/14/4").count();
        assert_eq!(mine(&facts[&all[3].person]), 1, "{}", register.engine);
        drop(tx);
        load::take_back(&ctx, &keeper(), told.load.unwrap()).await.unwrap();
        let mut tx = ctx.db.begin_read().await.unwrap();
        let facts = analysis::facts(&mut tx, &[all[3].person], Moment::Now).await.unwrap();
        assert_eq!(facts.get(&all[3].person).map_or(0, |facts| mine(facts)), 0);
    })
    .await;
}

/// Meals and needs of the census come as tables of their own; what is read of everybody is the same in
/// whatever order they are loaded, a second time is refused, and the day before knows nothing of them.
#[tokio::test]
async fn tables_of_a_census_are_joined_by_the_pupil_in_any_order() {
    each_engine(async |register| {
        let ctx = town(&register.db, 240).await;
        let (day, before) = (ctx.today(), ctx.today().yesterday().unwrap());
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = rows::rows(&ctx, &mut tx, Point::Autumn, day).await.unwrap();
        let known = people::load(&mut tx, &all.people, Moment::Now).await.unwrap();
        drop(tx);
        let cell = |rows: &rows::Rows, at: usize, name: &str| {
            let feature = FEATURES.iter().position(|feature| feature.name == name).unwrap();
            rows.cells[at][feature].as_name().map(str::to_owned)
        };
        let without = |at: &usize| cell(&all, *at, "free_school_meals").as_deref() == Some("no");
        let at = (0..all.people.len()).find(without).unwrap();
        let upn = known[at].record.particulars.get(Field::Upn).unwrap();
        let meals =
            format!("upn,fsmstartdate,fsmenddate,ukcountry\n{upn},2021-Sep-06 00:00:00,,ENG\n");
        let needs = format!("upn,sentype,sentyperank\n{upn},MLD,2\n{upn},ASD,1\n");
        let table = |kind: &'static str, body: &'static str| load::Incoming {
            kind,
            sender: "council-887",
            file_name: "table.csv",
            bytes: body.as_bytes(),
            mapping: Default::default(),
            since: None,
            as_of: Some(day),
        };
        let meals = table("census-fsm", meals.leak());
        let needs = table("census-sen", needs.leak());
        let yesterday = bits(&ctx, Point::Autumn, before).await;
        let mut ways = Vec::new();
        for order in [[&meals, &needs], [&needs, &meals]] {
            let mut loads = Vec::new();
            for set in order {
                let told = load::load(&ctx, &keeper(), set, true).await.unwrap();
                assert_eq!((told.unmatched, told.refused_count), (0, 0), "{told:?}");
                loads.push(told.load.unwrap());
                let again = load::load(&ctx, &keeper(), set, true).await.unwrap_err();
                assert!(again.to_string().contains("loaded before"), "{again}");
            }
            let mut tx = ctx.db.begin_read().await.unwrap();
            let now = rows::rows(&ctx, &mut tx, Point::Autumn, day).await.unwrap();
            drop(tx);
            assert_eq!(cell(&now, at, "free_school_meals").as_deref(), Some("yes"));
            assert_eq!(cell(&now, at, "send_need").as_deref(), Some("ASD"), "the first in rank");
            ways.push(bits(&ctx, Point::Autumn, day).await);
            assert_eq!(bits(&ctx, Point::Autumn, before).await, yesterday, "{}", register.engine);
            for id in loads {
                load::take_back(&ctx, &keeper(), id).await.unwrap();
            }
        }
        assert_eq!(ways[0], ways[1], "{}", register.engine);
    })
    .await;
}

/// The tables as an authority gets them back: only the table of pupils has their numbers, and each census
/// counts its rows anew.
#[tokio::test]
async fn tables_of_a_census_are_joined_by_the_rows_of_its_own_table_of_pupils() {
    each_engine(async |register| {
        let ctx = town(&register.db, 240).await;
        let (school, pupils) = pupils(&ctx).await;
        let upn = |at: usize| pupils[at].record.particulars.get(Field::Upn).unwrap().to_owned();
        let send = async |kind: &str, text: &str, day: Option<jiff::civil::Date>| {
            let incoming = load::Incoming {
                kind,
                sender: &school,
                file_name: "table.csv",
                bytes: text.as_bytes(),
                mapping: Default::default(),
                since: None,
                as_of: day,
            };
            load::load(&ctx, &keeper(), &incoming, true).await
        };
        let why = |sent: Result<load::Told, app::Wrong>| sent.unwrap_err().to_string();
        let (autumn, spring) = (jiff::civil::date(2024, 10, 3), jiff::civil::date(2025, 1, 16));
        let meals =
            "pupilonrolltableid,fsmstartdate\n1,2024-Sep-03 00:00:00\n9,2024-Sep-03 00:00:00\n";
        let early = why(send("census-fsm", meals, None).await);
        assert!(early.contains("Load that table first"), "{early}");
        let table = |first: usize, second: usize| {
            format!(
                "upn,pupilonrolltableid,senprovision\n{},1,N\n{},2,N\n",
                upn(first),
                upn(second)
            )
        };
        send("census", &table(0, 1), Some(autumn)).await.unwrap();
        let told = send("census-fsm", meals, None).await.unwrap();
        assert_eq!((told.kept, told.unmatched, told.census), (1, 1, Some(autumn)));
        let later = send("census", &table(1, 0), Some(spring)).await.unwrap();
        let suspended =
            "pupilonrolltableid,startdate,sessions,category\n1,2025-Jan-06 00:00:00,2,SUSP\n";
        let which = why(send("suspensions", suspended, None).await);
        assert!(which.contains("3 October 2024, 16 January 2025"), "{which}");
        let told = send("suspensions", suspended, Some(spring)).await.unwrap();
        assert_eq!((told.kept, told.census), (1, Some(spring)));
        let mut tx = ctx.db.begin_read().await.unwrap();
        let ids = [pupils[0].person, pupils[1].person];
        let facts = analysis::facts(&mut tx, &ids, Moment::Now).await.unwrap();
        drop(tx);
        let from = |person: i64, field: &str, day: jiff::civil::Date| {
            facts[&person].iter().any(|fact| fact.field == field && fact.from == day)
        };
        let (september, january) = (jiff::civil::date(2024, 9, 3), jiff::civil::date(2025, 1, 6));
        let meals = ids.map(|id| from(id, "free_school_meals", september));
        let suspended_of = ids.map(|id| from(id, "suspended", january));
        assert_eq!((meals, suspended_of), ([true, false], [false, true]), "{}", register.engine);
        load::take_back(&ctx, &keeper(), later.load.unwrap()).await.unwrap();
        let gone =
            why(send("census-sen", "pupilonrolltableid,sentype\n1,ASD\n", Some(spring)).await);
        assert!(gone.contains("none of 16 January 2025"), "{gone}");
    })
    .await;
}

/// The council's own sets speak of who is taught or lives in its area, and of nobody else.
#[tokio::test]
async fn who_is_out_of_the_senders_reach_is_not_known_and_not_a_no() {
    each_engine(async |register| {
        let ctx = town(&register.db, 1_500).await;
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = rows::rows(&ctx, &mut tx, Point::Autumn, ctx.today()).await.unwrap();
        let known = people::load(&mut tx, &all.people, Moment::Now).await.unwrap();
        let facts = analysis::facts(&mut tx, &all.people, Moment::Now).await.unwrap();
        drop(tx);
        let at = |name: &str| FEATURES.iter().position(|feature| feature.name == name).unwrap();
        let (mut here, mut away) = (0, 0);
        for (one, cells) in known.iter().zip(&all.cells) {
            let of = facts.get(&one.person).into_iter().flatten();
            let suspended = of.clone().any(|fact| fact.field == "suspended");
            if of.clone().all(|fact| fact.field != "early_help") {
                assert_eq!(cells[at("early_help")].as_name(), Some("no"), "all live here");
            }
            if suspended {
                continue;
            }
            let told = cells[at("suspension")].as_name();
            match one.record.particulars.get(Field::EducatedLa) {
                Some("887") | None => {
                    here += 1;
                    assert_eq!(told, Some("no"));
                }
                taught => {
                    away += 1;
                    assert_eq!(told, None, "{taught:?}");
                }
            }
        }
        assert!(here > 10 && away > 0, "{here} {away} {}", register.engine);
    })
    .await;
}

/// The pupils of one school, which has an agreement.
async fn pupils(ctx: &Context) -> (String, Vec<Loaded>) {
    let mut tx = ctx.db.begin_read().await.unwrap();
    let mut all = people::load_all(&mut tx, Moment::Now).await.unwrap();
    let of = |one: &Loaded| one.record.particulars.get(Field::School).map(str::to_owned);
    let school = all.iter().find_map(of).unwrap();
    all.retain(|one| of(one).as_deref() == Some(school.as_str()));
    all.retain(|one| one.record.particulars.get(Field::Upn).is_some());
    (school, all)
}

#[tokio::test]
async fn a_set_is_let_in_as_the_agreement_has_it_and_a_pupils_no_is_heard() {
    each_engine(async |register| {
        let ctx = town(&register.db, 240).await;
        let (school, pupils) = pupils(&ctx).await;
        let no = Telling {
            partner: String::new(),
            word: Word::SaidNo,
            by: Speaker::YoungPerson,
            how: "signed".into(),
            wording: String::new(),
            evidence: "A form".into(),
            office: String::new(),
            day: ctx.today(),
            until: None,
        };
        let wrong = tell(&ctx, &keeper(), PersonId(pupils[0].person), &no).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        let upn = |at: usize| pupils[at].record.particulars.get(Field::Upn).unwrap();
        let body = format!(
            "UPN,Start,End,Days,Category\n{},03/02/2025,04/02/2025,2,SUSP\n{},03/02/2025,04/02/2025,2,SUSP\n",
            upn(0),
            upn(1)
        );
        let incoming = load::Incoming {
            kind: "suspensions",
            sender: &school,
            file_name: "suspensions.csv",
            bytes: body.as_bytes(),
            mapping: Default::default(),
            since: None,
            as_of: None,
        };
        let told = load::load(&ctx, &keeper(), &incoming, true).await.unwrap();
        assert_eq!((told.kept, told.refused_count, told.unmatched), (1, 1, 0));
        let said = "left out: the pupil or the parent has said no".to_owned();
        assert_eq!(told.refused, [(2, said)]);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let ids = [pupils[0].person, pupils[1].person];
        let facts = analysis::facts(&mut tx, &ids, Moment::Now).await.unwrap();
        let new = |person: i64| {
            let all = facts.get(&person).into_iter().flatten();
            let february = jiff::civil::date(2025, 2, 3);
            all.filter(|f| f.field == "suspended" && f.from == february).count()
        };
        assert_eq!((new(ids[0]), new(ids[1])), (0, 1), "{}", register.engine);
        drop(tx);
        let body = format!("UPN,Start\n{},03/02/2025\n", upn(1));
        let other = load::Incoming { kind: "yot", bytes: body.as_bytes(), ..incoming };
        let refused = load::load(&ctx, &keeper(), &other, true).await.unwrap_err().to_string();
        assert!(refused.contains("(Youth justice involvement)"), "{refused}");
        assert!(refused.contains("does not cover"), "{refused}");
        // Whom nobody agreed anything with gives nothing, though the council's own staff bring it.
        let other = load::Incoming { sender: "A charity", ..other };
        let refused = load::load(&ctx, &keeper(), &other, true).await.unwrap_err().to_string();
        assert!(refused.contains("no agreement names this partner"), "{refused}");
    })
    .await;
}

/// Nobody was suspended in the term: the list has a line of headings and nothing else, and says "no" of everybody whom
/// the council would have named, from the first to the last day that is told of it.
#[tokio::test]
async fn a_set_that_names_nobody_is_kept_with_the_days_it_speaks_of() {
    each_engine(async |register| {
        let ctx = town(&register.db, 240).await;
        let day = ctx.today();
        let mut tx = ctx.db.begin().await.unwrap();
        let change =
            store::changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
        for old in analysis::loads(&mut tx).await.unwrap() {
            if old.kind == "suspensions" {
                analysis::end(&mut tx, change, old.id).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        let told = async |name: &str| {
            let mut tx = ctx.db.begin_read().await.unwrap();
            let rows = rows::rows(&ctx, &mut tx, Point::Autumn, day).await.unwrap();
            let at = FEATURES.iter().position(|feature| feature.name == name).unwrap();
            rows.cells.iter().map(|cells| cells[at].clone()).collect::<Vec<_>>()
        };
        let before = told("suspension_days").await;
        assert!(before.len() > 5 && before.iter().all(|cell| cell.as_number().is_none()));
        let mut incoming = load::Incoming {
            kind: "suspensions",
            sender: "council-887",
            file_name: "nobody.csv",
            bytes: b"upn,start,category\n",
            mapping: Default::default(),
            since: None,
            as_of: Some(day),
        };
        let refused = load::load(&ctx, &keeper(), &incoming, true).await.unwrap_err();
        assert!(refused.to_string().contains("names nobody"), "{refused}");
        incoming.since = Some(date(2024, 3, 1));
        let kept = load::load(&ctx, &keeper(), &incoming, true).await.unwrap();
        assert_eq!((kept.load.is_some(), kept.read, kept.facts), (true, 0, 0));
        let again = load::load(&ctx, &keeper(), &incoming, true).await.unwrap_err();
        assert!(again.to_string().contains("loaded before"), "{again}");
        let after = told("suspension_days").await;
        assert!(after.iter().any(|cell| cell.as_number() == Some(0.0)), "{}", register.engine);
        assert!(after.iter().all(|cell| cell.as_number().is_none_or(|days| days == 0.0)));
        let said = after.iter().find(|cell| cell.as_number().is_some()).unwrap();
        assert_eq!((said.day, said.source.as_deref()), (Some(day), Some("Medway Council")));
        // The same headings, of another time: another set.
        incoming.since = Some(date(2023, 9, 1));
        incoming.as_of = Some(date(2024, 2, 29));
        assert!(load::load(&ctx, &keeper(), &incoming, true).await.unwrap().load.is_some());
    })
    .await;
}
