//! What leaves the house, on every engine: published tables frozen and held against the ones before,
//! files of people that need a second person, words by version, packs written down, own reports.

use app::exports::{self, What};
use app::hot_spots::{Areas, hot_spots};
use app::measures::{Months, Question};
use app::packs::{self, Audience};
use app::releases;
use app::reports::{self, Wish};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::measure::Cut;
use domain::person::{Address, Field, Particulars, PersonRecord, Place};
use domain::status::Spell;
use formats::reference::editions;
use formats::tables_out::Cell;
use jiff::civil::date;
use store::people::{Moment, Write, load, new_people, write};
use store::{accounts, changes};
use testkit::each_engine;

pub fn person(at: usize) -> PersonRecord {
    let ward = ["E05014450", "E05014451", "E05014453"][at % 3];
    let code = match at % 20 {
        0 => "619",
        1 => "810",
        _ => "310",
    };
    let sex = if at.is_multiple_of(2) { "F" } else { "M" };
    PersonRecord {
        particulars: Particulars::default()
            .with(Field::GivenName, "A")
            .with(Field::FamilyName, "B")
            .with(Field::DateOfBirth, "2008-03-04")
            .with(Field::CohortStatus, "P")
            .with(Field::LeadLa, "887")
            .with(Field::Sex, sex),
        addresses: vec![Address {
            place: Place { ward: Some(ward.to_owned()), ..Place::default() },
            ..Address::default()
        }],
        spells: vec![Spell {
            verified: Some(date(2024, 11, 20)),
            ..Spell::new(code, date(2024, 9, 1))
        }],
        ..PersonRecord::default()
    }
}

async fn town(ctx: &Context, people: usize) {
    fill(ctx, &(0..people).map(person).collect::<Vec<_>>()).await;
}

pub async fn fill(ctx: &Context, people: &[PersonRecord]) {
    let mut tx = ctx.db.begin().await.unwrap();
    let at = "2025-10-01T09:00:00.000000Z";
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    let mut names = vec![String::new(); people.len()];
    let ids = new_people(&mut tx, change, "887", &mut names).await.unwrap();
    for (after, id) in people.iter().zip(ids) {
        let before = load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
        write(&mut tx, change, &[Write { before: &before, after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
}

pub async fn staff(ctx: &Context, email: &str) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let hash = app::accounts::hash_password(ctx, "a long enough password", true).unwrap();
    let who = (email, "Jo", Role::DataManager);
    let id = app::accounts::add(ctx, &mut tx, who, (None, &[]), hash).await.unwrap();
    let account = accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    let actor = app::accounts::actor(&account).unwrap();
    assert_eq!(actor.scope, Scope::everyone());
    actor
}

pub fn context(db: store::Db) -> Context {
    Context::seeded(db, None, Clock::on(date(2025, 11, 14)), 7)
}

pub fn october() -> Month {
    "2025-10".parse().unwrap()
}

#[tokio::test]
async fn tables_are_rounded_attacked_frozen_and_held_against_those_before() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 120).await;
        let actor = staff(&ctx, "a@example.org").await;
        let draft = releases::draft(&ctx, &actor, october()).await.unwrap();
        let shown: Vec<&String> = draft.tables.iter().flat_map(|t| &t.rows).flatten().collect();
        let bare = |text: &&&String| text.parse::<i64>().is_ok_and(|n| n > 0 && n % 10 != 0);
        // Percentages are whole numbers of tens; counts are tens.
        let counts = draft.tables.iter().flat_map(|t| &t.rows).flat_map(|r| [&r[1], &r[3], &r[5]]);
        assert!(counts.filter(|text| bare(&text)).count() == 0, "{shown:?}");
        let stale = releases::publish(&ctx, &actor, (october(), "another"), "").await;
        assert!(stale.unwrap_err().to_string().contains("have changed"));
        let about = (october(), draft.hash.as_str());
        let id = releases::publish(&ctx, &actor, about, "First").await.unwrap();
        let file = releases::file(&ctx, &actor, id).await.unwrap().unwrap();
        assert_eq!(file.hash, draft.hash);
        let again = releases::draft(&ctx, &actor, october()).await.unwrap();
        assert_eq!((again.before, again.hash), (1, draft.hash));
        let school = Actor { role: Role::School, ..actor };
        assert!(releases::draft(&ctx, &school, october()).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn over_two_hundred_people_leave_only_with_a_second_person() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 240).await;
        let (one, two) = (staff(&ctx, "a@example.org").await, staff(&ctx, "b@example.org").await);
        let edition = editions().on(ctx.today()).unwrap();
        let what = What::Calls { adviser: None };
        assert!(exports::ask(&ctx, &one, edition, what, "no").await.is_err());
        let purpose = "Calls before the return";
        let serial = exports::ask(&ctx, &one, edition, what, purpose).await.unwrap();
        // That somebody else has to agree lies in the file; whose it is rests on who asks.
        let alone = exports::take(&ctx, &one, edition, serial).await;
        assert!(matches!(alone, Err(Wrong::Refused(_))));
        let own = exports::agree(&ctx, &one, edition, serial).await;
        assert!(matches!(own, Err(Wrong::Refused(_))));
        let other = exports::take(&ctx, &two, edition, serial).await;
        assert!(matches!(other, Err(Wrong::Denied(_))));
        exports::agree(&ctx, &two, edition, serial).await.unwrap();
        let taken = exports::take(&ctx, &one, edition, serial).await.unwrap();
        let text = String::from_utf8(taken.bytes).unwrap();
        assert!(
            text.contains(purpose) && text.contains(&format!("# serial: F-{serial}\n")),
            "{text}"
        );
        assert!(text.lines().count() > 200);
        assert!(exports::take(&ctx, &one, edition, serial).await.is_err(), "once");
        // What was typed may name somebody: it stays with the file and is nowhere in the audit.
        let told = testkit::cells_that_tell(&ctx.db, &[purpose]).await;
        assert_eq!(told.keys().collect::<Vec<_>>(), ["people_export.purpose"]);
    })
    .await;
}

#[tokio::test]
async fn words_are_kept_by_version_packs_are_written_down_and_reports_are_counted_once() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 240).await;
        let actor = staff(&ctx, "a@example.org").await;
        let ward = Audience::Ward("E05014450".to_owned());
        let pack = packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        assert_eq!(pack.series.last().unwrap().counted.cohort, 80);
        assert!(!pack.sentences.is_empty());
        packs::save(&ctx, &actor, &pack, (0, "Mine")).await.unwrap();
        assert!(packs::save(&ctx, &actor, &pack, (0, "Theirs")).await.is_err());
        let words = packs::analysis(&ctx, &actor, &pack).await.unwrap();
        assert_eq!((words.version, words.text.as_str(), words.stale), (1, "Mine", false));
        assert!(packs::circulate(&ctx, &actor, &pack, ("", "x", "CSV")).await.is_err());
        let to = ("The ward's members", "Their meeting", "CSV");
        packs::circulate(&ctx, &actor, &pack, to).await.unwrap();
        let sent = packs::circulation(&ctx, &actor, &ward).await.unwrap();
        assert_eq!((sent.len(), sent[0].to.as_str()), (1, to.0));
        let wish = Wish {
            title: "NEET by ward".to_owned(),
            measure: "neet".to_owned(),
            cuts: vec![Cut::Ward, Cut::Ward],
            months: 3,
            shared: true,
            scheduled: true,
        };
        let id = reports::save(&ctx, &actor, &wish).await.unwrap();
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 1);
        assert_eq!(reports::run_due(&ctx).await.unwrap(), 0, "a month is counted once");
        let (report, runs) = reports::one(&ctx, &actor, id).await.unwrap().unwrap();
        assert_eq!((runs.len(), runs[0].month.as_str()), (1, "2025-10"));
        let other = Actor { account: actor.account + 1, ..actor };
        let (_, theirs) = reports::one(&ctx, &other, id).await.unwrap().unwrap();
        assert!(theirs.is_empty(), "a run is its owner's");
        let found = reports::count(&ctx, &other, &report, october()).await.unwrap();
        let sheet = reports::sheet(&report, &found);
        assert_eq!(sheet.columns, ["month", "ward", "label", "cohort", "counted", "of", "percent"]);
        // A code is for machines, and its name beside it for whoever opens the file.
        let code = "E05014450";
        let name = app::geography::geography().ward_name(code).unwrap();
        let both = [code, name].map(|text| Cell::Text(text.to_owned()));
        assert!(sheet.rows.iter().any(|row| row[1..3] == both), "{:?}", sheet.rows);
    })
    .await;
}

#[tokio::test]
async fn a_pack_of_every_month_is_made_once_frozen_and_written_down() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 60).await;
        let actor = staff(&ctx, "a@example.org").await;
        let ward = Audience::Ward("E05014450".to_owned());
        assert!(packs::schedule(&ctx, &actor, &ward, ("", "x")).await.is_err());
        let about = ("The ward's members", "Their monthly meeting");
        let id = packs::schedule(&ctx, &actor, &ward, about).await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 1);
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 0, "a month is made once");
        let standing = packs::scheduled(&ctx, &actor, &ward).await.unwrap();
        assert_eq!((standing.len(), standing[0].months.as_slice()), (1, &[october()][..]));
        let sent = packs::circulation(&ctx, &actor, &ward).await.unwrap();
        assert_eq!((sent.len(), sent[0].how.as_str()), (1, "every month"));
        let made = packs::made(&ctx, &actor, (id, october())).await.unwrap().unwrap();
        assert_eq!(made.serial, sent[0].serial);
        let asked = packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        let table = String::from_utf8(packs::as_csv(&asked).unwrap()).unwrap();
        let stamp = made.content.strip_suffix(&table).unwrap();
        let serial = format!("# serial: C-{}\n# taken by: Jo\n", made.serial);
        assert!(
            stamp.contains(&serial) && stamp.contains("# purpose: Their monthly meeting"),
            "{stamp}"
        );
        // Its workbook is the one that would be taken by hand; nothing is counted again for it.
        let words = packs::analysis(&ctx, &actor, &asked).await.unwrap();
        let kept = packs::kept(&made).unwrap().unwrap();
        let serial = ("serial".to_owned(), format!("C-{}", made.serial));
        assert!(kept.about.contains(&serial) && kept.words == words.handed_on(), "{kept:?}");
        let by_hand = packs::as_workbook(&asked, &words, &kept.about).unwrap();
        assert!(packs::kept_workbook(&kept).unwrap() == by_hand, "{kept:?} is not {asked:?}");
        let other = Actor { account: actor.account + 1, ..actor.clone() };
        assert!(packs::made(&ctx, &other, (id, october())).await.unwrap().is_none());
        assert!(packs::end_schedule(&ctx, &other, id).await.is_err());
        packs::end_schedule(&ctx, &actor, id).await.unwrap();
        assert!(packs::scheduled(&ctx, &actor, &ward).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_of_any_kind_needs_a_second_person_over_two_hundred() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let (one, two) = (staff(&ctx, "a@example.org").await, staff(&ctx, "b@example.org").await);
        let edition = editions().on(ctx.today()).unwrap();
        let take = async |what: &str, people: usize| {
            let about = (what, "Early support");
            exports::let_go(&ctx, &one, about, people, |stamp| Ok(stamp.on_csv(b"rows\n"))).await
        };
        let taken = take("list:1", 200).await.unwrap();
        let text = String::from_utf8(taken.bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let serial = format!("# serial: F-{}", taken.serial);
        assert_eq!(lines[..2], ["# OFFICIAL-SENSITIVE: list", serial.as_str()], "{text}");
        assert!(lines[2] == "# taken by: Jo" && lines[3].starts_with("# taken at: 2025-11-14"));
        assert_eq!((lines[4], lines[5]), ("# purpose: Early support", "# agreed by:"));
        assert_eq!((lines[6], lines[7]), ("# destroy by: 2025-12-14", "rows"));
        let refused = take("list:1", 201).await.unwrap_err().to_string();
        assert!(refused.contains("second person"), "{refused}");
        let waiting = exports::list(&ctx, &two).await.unwrap();
        assert!(waiting.len() == 1 && waiting[0].elsewhere, "{waiting:?}");
        let serial = waiting[0].export.serial;
        assert!(take("list:1", 201).await.is_err(), "asking again agrees to nothing");
        assert_eq!(exports::list(&ctx, &two).await.unwrap().len(), 1, "and asks for nothing new");
        exports::agree(&ctx, &two, edition, serial).await.unwrap();
        assert!(take("list:2", 201).await.is_err(), "another file was not agreed to");
        assert!(take("list:1", 260).await.is_err(), "nor were more people");
        let taken = take("list:1", 201).await.unwrap();
        assert_eq!(taken.serial, serial);
        assert!(String::from_utf8(taken.bytes).unwrap().contains("\n# agreed by: Jo\n"));
        assert!(take("list:1", 201).await.is_err(), "once");
    })
    .await;
}

/// The manager of one locality.
pub async fn manager_of(ctx: &Context, locality: &str) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let email = format!("{locality}@example.org");
    let who = (email.as_str(), "Lee", Role::LocalityManager);
    let reach = [locality.to_owned()];
    let id = app::accounts::add(ctx, &mut tx, who, (None, &reach), String::new()).await.unwrap();
    let account = accounts::by_id(&mut tx, id).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    app::accounts::actor(&account).unwrap()
}

#[tokio::test]
async fn the_second_person_reaches_the_very_people_in_the_file_and_not_as_many_others() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let of = |locality: &str, from: usize| {
            let mut all: Vec<PersonRecord> = (from..from + 240).map(person).collect();
            for one in all.iter_mut().flat_map(|one| &mut one.addresses) {
                one.place.locality = Some(locality.to_owned());
            }
            all
        };
        fill(&ctx, &of("North", 0)).await;
        fill(&ctx, &of("South", 240)).await;
        let (north, south) = (manager_of(&ctx, "North").await, manager_of(&ctx, "South").await);
        let everywhere = staff(&ctx, "a@example.org").await;
        let edition = editions().on(ctx.today()).unwrap();
        let what = What::Calls { adviser: None };
        let asked = exports::ask(&ctx, &north, edition, what, "Calls before the return").await;
        let serial = asked.unwrap();
        let said = exports::agree(&ctx, &south, edition, serial).await.unwrap_err().to_string();
        assert!(said.contains("do not reach everybody"), "{said}");
        exports::agree(&ctx, &everywhere, edition, serial).await.unwrap();
        exports::take(&ctx, &north, edition, serial).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_hot_spot_is_of_those_that_its_measure_counts_among() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 60).await;
        let actor = staff(&ctx, "a@example.org").await;
        let asked = |measure| Question::new(measure, Months::One(october()));
        let found =
            hot_spots(&ctx, &actor, &asked("neet-out-of-touch"), Areas::Wards).await.unwrap();
        let spot = |code: &str| found.spots.iter().find(|spot| spot.code == code).unwrap();
        // One of the twenty of each ward is NEET, and nobody has spoken with them.
        let ward = spot("E05014450").estimate;
        assert_eq!((ward.of, ward.all), (1, 1), "of the NEET, not of everybody");
        let spells = hot_spots(&ctx, &actor, &asked("neet-spells"), Areas::Wards).await;
        assert!(spells.unwrap_err().to_string().contains("share of people"));
    })
    .await;
}

/// Nobody can be found in a pack by taking one of its counts from another.
#[tokio::test]
async fn a_pack_that_leaves_tells_of_no_few_people() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 240).await;
        let actor = staff(&ctx, "a@example.org").await;
        // A ward of 80: four NEET, four not known.
        let ward = Audience::Ward("E05014450".to_owned());
        let pack = packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        let last = pack.series.last().unwrap().counted;
        assert_eq!((last.neet, last.not_known, last.cohort), (None, None, 80));
        assert_eq!(last.together, Some(8), "eight are no few");
        assert!(pack.left_out && !pack.hidden);
        for said in &pack.sentences {
            assert!(!said.text.contains("5.0 %"), "{}", said.text);
        }
        let csv = String::from_utf8(packs::as_csv(&pack).unwrap()).unwrap();
        let month = csv.lines().find(|line| line.starts_with("month,2025-10,")).unwrap();
        assert_eq!(month, "month,2025-10,80,,,,,10", "{csv}");
        for counted in pack.tables.iter().flat_map(|t| &t.groups).map(|group| group.counted) {
            let told = [counted.neet, counted.not_known].into_iter().flatten();
            assert!(told.into_iter().all(|of| !(1..5).contains(&of)), "{counted:?}");
        }
        // The board's: twelve of each kind are told, and the wards' four are not.
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        assert_eq!(board.series.last().unwrap().counted.neet, Some(12));
        let wards = board.tables.iter().find(|table| table.cut == Cut::Ward).unwrap();
        let told: Vec<_> =
            wards.groups.iter().map(|g| (g.counted.neet, g.counted.together)).collect();
        assert_eq!(told, [(None, Some(8)); 3]);
        // A dashboard goes to nobody else.
        let own = packs::pack(&ctx, &actor, &Audience::Reach, october()).await.unwrap();
        assert!(!own.left_out);
        let wards = own.tables.iter().find(|table| table.cut == Cut::Ward).unwrap();
        assert!(wards.groups.iter().all(|group| group.counted.neet == Some(4)));
    })
    .await;
}

/// By ward: its locality, who is NEET and who is not.
pub fn of_wards(wards: &[(&str, &str, usize, usize)]) -> Vec<PersonRecord> {
    let mut people = Vec::new();
    for (ward, locality, neet, others) in wards {
        for at in 0..neet + others {
            let mut one = person(2);
            one.addresses[0].place.ward = Some((*ward).to_owned());
            one.addresses[0].place.locality = Some((*locality).to_owned());
            one.spells[0].code = if at < *neet { "619" } else { "310" }.to_owned();
            people.push(one);
        }
    }
    people
}

/// The board's pack leaves out two of one ward with six of another, which would give them away. The other's
/// own pack tells of no six then, whoever has it; and what each has told is not forgotten.
#[tokio::test]
async fn a_pack_does_not_tell_what_another_of_its_month_left_out() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let people = of_wards(&[("W1", "A", 2, 98), ("W2", "A", 6, 114), ("W3", "A", 50, 240)]);
        fill(&ctx, &people).await;
        let actor = staff(&ctx, "a@example.org").await;
        let ward = |name: &str| Audience::Ward(name.to_owned());
        let made = async |audience: &Audience| {
            packs::pack(&ctx, &actor, audience, october()).await.unwrap()
        };
        let now = |pack: &packs::Pack| {
            let counted = pack.series.last().unwrap().counted;
            (counted.neet, counted.together)
        };
        let early = made(&ward("W2")).await;
        assert_eq!(now(&early), (Some(6), Some(6)), "by itself it tells of no few");
        let board = made(&Audience::Board).await;
        let wards = board.tables.iter().find(|table| table.cut == Cut::Ward).unwrap();
        let neet: Vec<Option<u64>> = wards.groups.iter().map(|group| group.counted.neet).collect();
        assert_eq!((now(&board).0, neet), (Some(58), vec![None, None, Some(50)]));
        packs::circulate(&ctx, &actor, &board, ("The board", "x", "CSV")).await.unwrap();
        let to = ("The ward's members", "x", "CSV");
        let refused = packs::circulate(&ctx, &actor, &early, to).await.unwrap_err().to_string();
        assert!(refused.contains("in the meantime"), "{refused}");
        let late = made(&ward("W2")).await;
        assert_eq!(now(&late), (None, None), "58 less 50 less 6 is two, {}", register.engine);
        assert!(late.left_out && late.telling.left_out && !board.telling.left_out);
        // Nor is the first page the paper that is written down as the second.
        let mark = early.telling.mark();
        let refused = late.telling.stands_on_paper(&mark).unwrap_err().to_string();
        assert!(refused.contains("since this page was shown"), "{refused}");
        late.telling.stands_on_paper(&late.telling.mark()).unwrap();
        packs::circulate(&ctx, &actor, &late, to).await.unwrap();
        let other = made(&ward("W3")).await;
        assert_eq!(now(&other), (Some(50), Some(50)), "which hides nobody");
        // What is made every month is judged with what went out as well.
        let id = packs::schedule(&ctx, &actor, &ward("W2"), ("The ward", "x")).await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 1);
        let made_due = packs::made(&ctx, &actor, (id, october())).await.unwrap().unwrap();
        let month = made_due.content.lines().find(|line| line.starts_with("month,2025-10,"));
        assert_eq!(month, Some("month,2025-10,120,,,0,0,"), "{}", made_due.content);
        // The board's own, made again, is what it was.
        assert_eq!(made(&Audience::Board).await.tables, board.tables);
    })
    .await;
}

/// The paper would say 58, and what is kept of it 59, beside which every later pack is judged.
#[tokio::test]
async fn a_page_whose_figures_changed_since_is_not_noted_as_printed() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &of_wards(&[("W1", "A", 58, 240)])).await;
        let actor = staff(&ctx, "a@example.org").await;
        let ward = Audience::Ward("W1".to_owned());
        let made = async || packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        let neet = |pack: &packs::Pack| pack.series.last().unwrap().counted.neet;
        let shown = made().await;
        let mark = shown.telling.mark();
        made().await.telling.stands_on_paper(&mark).unwrap();
        fill(&ctx, &of_wards(&[("W1", "A", 1, 0)])).await;
        let now = made().await;
        assert_eq!((neet(&shown), neet(&now)), (Some(58), Some(59)), "{}", register.engine);
        let refused = now.telling.stands_on_paper(&mark).unwrap_err().to_string();
        assert!(refused.contains("since this page was shown"), "{refused}");
    })
    .await;
}

/// Where the ward's pack was first, the board's leaves out what would give the two away.
#[tokio::test]
async fn what_a_wards_pack_told_hides_nobody_in_the_boards() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let people = of_wards(&[
            ("W1", "A", 2, 98),
            ("W2", "A", 6, 114),
            ("W3", "A", 50, 240),
            ("W4", "A", 30, 200),
        ]);
        fill(&ctx, &people).await;
        let actor = staff(&ctx, "a@example.org").await;
        let ward = Audience::Ward("W2".to_owned());
        let ward = packs::pack(&ctx, &actor, &ward, october()).await.unwrap();
        packs::circulate(&ctx, &actor, &ward, ("The ward", "x", "CSV")).await.unwrap();
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        assert_eq!(board.series.last().unwrap().counted.neet, Some(88), "{}", register.engine);
        let wards = board.tables.iter().find(|table| table.cut == Cut::Ward).unwrap();
        let told = |at: usize| wards.groups[at].counted.neet.is_some();
        assert!(!told(0), "{wards:?}");
        assert!(!told(2) || !told(3), "88 less all others is two: {wards:?}");
        assert!(board.telling.left_out);
    })
    .await;
}

/// A locality less those of its wards that are told is never a ward of few.
#[tokio::test]
async fn a_board_is_told_of_no_ward_by_the_locality_that_it_lies_in() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let people = of_wards(&[
            ("W1", "A", 2, 28),
            ("W2", "A", 20, 25),
            ("W3", "A", 30, 15),
            ("W4", "B", 6, 24),
            ("W5", "B", 25, 15),
            ("W6", "C", 40, 10),
        ]);
        fill(&ctx, &people).await;
        let actor = staff(&ctx, "a@example.org").await;
        let neet = |pack: &packs::Pack, cut: Cut| -> Vec<Option<u64>> {
            let table = pack.tables.iter().find(|table| table.cut == cut).unwrap();
            table.groups.iter().map(|group| group.counted.neet).collect()
        };
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        assert_eq!(neet(&board, Cut::Locality), [Some(52), Some(31), Some(40)]);
        let wards = neet(&board, Cut::Ward);
        assert_eq!(wards[..2], [None, None], "not 52 less 20 less 30: {wards:?}");
        assert_eq!(wards[3..], [Some(6), Some(25), Some(40)], "{wards:?}");
        let own = packs::pack(&ctx, &actor, &Audience::Reach, october()).await.unwrap();
        assert_eq!(neet(&own, Cut::Ward)[0], Some(2));
        // Where somebody of a ward is recorded in another locality, no ward is told.
        let mut elsewhere = people[0].clone();
        elsewhere.addresses[0].place.locality = Some("C".to_owned());
        fill(&ctx, &[elsewhere]).await;
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        assert!(board.left_out && board.tables.iter().all(|table| table.cut != Cut::Ward));
    })
    .await;
}

/// Nothing is left out of a dashboard, and so it goes nowhere.
#[tokio::test]
async fn a_dashboard_is_not_handed_on() {
    each_engine(async |register| {
        let ctx = context(register.db);
        town(&ctx, 60).await;
        let actor = staff(&ctx, "a@example.org").await;
        assert_eq!(Audience::from_words("reach", ""), None);
        let own = packs::pack(&ctx, &actor, &Audience::Reach, october()).await.unwrap();
        let sent = ("The board", "Its meeting", "CSV");
        let refused = [
            packs::circulate(&ctx, &actor, &own, sent).await.map(|_| ()),
            packs::schedule(&ctx, &actor, &own.audience, ("The board", "x")).await.map(|_| ()),
            packs::save(&ctx, &actor, &own, (0, "Mine")).await,
        ];
        for refused in refused {
            let why = refused.unwrap_err().to_string();
            assert!(why.contains("stays with its reader"), "{why}");
        }
        assert!(packs::circulation(&ctx, &actor, &own.audience).await.unwrap().is_empty());
        // One that was asked for before it was refused makes nothing.
        let mut tx = ctx.db.begin().await.unwrap();
        let row = store::schedules::Schedule {
            id: 0,
            account: actor.account_id(),
            account_name: String::new(),
            kind: "reach".to_owned(),
            named: String::new(),
            sent_to: "The board".to_owned(),
            purpose: "Its meeting".to_owned(),
        };
        store::schedules::add(&mut tx, &row, &ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 0);
    })
    .await;
}
