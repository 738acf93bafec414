//! What a reader's reach holds figures to, where they are read elsewhere: said in packs, files and definitions,
//! never called the whole area, and never beside words that were written of other people.

use std::io::{Cursor, Read};

use app::measures::{Months, Question, figures_for};
use app::packs::{self, Audience, STALE};
use app::reports::{self, Wish};
use app::{Clock, Context};
use domain::access::{Actor, Scope};
use domain::measure::Cut;
use domain::person::PersonRecord;
use testkit::each_engine;

use crate::outputs::{context, fill, manager_of, october, of_wards, person, staff};

/// As many in the North as in the South, all of one ward.
fn halves(people: usize) -> Vec<PersonRecord> {
    let mut all: Vec<PersonRecord> = (0..people).map(person).collect();
    for (at, one) in all.iter_mut().enumerate() {
        let locality = if at < people / 2 { "North" } else { "South" };
        one.addresses[0].place.locality = Some(locality.to_owned());
        one.addresses[0].place.ward = Some("E05014450".to_owned());
    }
    all
}

fn ward() -> Audience {
    Audience::Ward("E05014450".to_owned())
}

#[tokio::test]
async fn nobody_makes_a_pack_of_the_whole_area_who_reaches_part_of_it() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &halves(80)).await;
        let (all, north) = (staff(&ctx, "a@example.org").await, manager_of(&ctx, "North").await);
        let about = ("The board", "Its meeting");
        let sent = (about.0, about.1, "on paper");
        let board = packs::pack(&ctx, &all, &Audience::Board, october()).await.unwrap();
        for refused in [
            packs::pack(&ctx, &north, &Audience::Board, october()).await.map(|_| ()),
            packs::schedule(&ctx, &north, &Audience::Board, about).await.map(|_| ()),
            packs::circulate(&ctx, &north, &board, sent).await.map(|_| ()),
        ] {
            let why = refused.unwrap_err().to_string();
            assert!(why.contains("whole area"), "{why}");
        }
        let offered = async |actor: &Actor| {
            let all = packs::audiences(&ctx, actor).await.unwrap();
            all.into_iter().any(|(audience, _)| audience == Audience::Board)
        };
        assert!(offered(&all).await && !offered(&north).await, "{}", register.engine);
        // One that was asked for before it was refused makes nothing.
        let mut tx = ctx.db.begin().await.unwrap();
        let row = store::schedules::Schedule {
            id: 0,
            account: north.account_id(),
            account_name: String::new(),
            kind: "board".to_owned(),
            named: String::new(),
            sent_to: about.0.to_owned(),
            purpose: about.1.to_owned(),
        };
        store::schedules::add(&mut tx, &row, &ctx.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn figures_that_leave_say_whom_the_reach_of_their_maker_holds_them_to() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &halves(80)).await;
        let (all, north) = (staff(&ctx, "a@example.org").await, manager_of(&ctx, "North").await);
        let line = "# within reach: only those who live in North";
        let question = Question::new("neet", Months::One(october()));
        let wish = Wish {
            title: "NEET by ward".to_owned(),
            measure: "neet".to_owned(),
            cuts: vec![Cut::Ward, Cut::Sex, Cut::Ward],
            months: 1,
            shared: false,
            scheduled: true,
        };
        for (actor, people, said) in [(&all, 80, false), (&north, 40, true)] {
            let pack = packs::pack(&ctx, actor, &ward(), october()).await.unwrap();
            assert_eq!(pack.series.last().unwrap().counted.cohort, people);
            assert_eq!(pack.reach.as_deref(), said.then_some("live in North"));
            let stamped = packs::stamped(&ctx, &pack, (1, "Jo", "x")).unwrap();
            let stamped = String::from_utf8(stamped).unwrap();
            assert_eq!(stamped.lines().any(|one| one == line), said, "{stamped}");
            let words = figures_for(&ctx, actor, &question).await.unwrap().definition;
            assert_eq!(
                words.ends_with("only those are counted who live in North."),
                said,
                "{words}"
            );
            let id = reports::save(&ctx, actor, &wish).await.unwrap();
            let (report, _) = reports::one(&ctx, actor, id).await.unwrap().unwrap();
            assert_eq!(report.cuts, "ward,sex", "each cut once");
            reports::run_due(&ctx).await.unwrap();
            let (_, runs) = reports::one(&ctx, actor, id).await.unwrap().unwrap();
            let run: Vec<&str> = runs[0].content.lines().collect();
            let what =
                "# counts: Not in education / employment or training by ward and sex / 1 month";
            assert_eq!(run[..2], ["# report: NEET by ward", what], "{run:?}");
            assert!(run[2].starts_with("# edition: 20"), "{run:?}");
            assert_eq!(run[3] == line, said, "{run:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn words_and_whom_they_went_to_are_read_by_who_has_the_reach_they_are_of() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &halves(80)).await;
        let all = staff(&ctx, "a@example.org").await;
        let (north, south) = (manager_of(&ctx, "North").await, manager_of(&ctx, "South").await);
        let words = async |actor: &Actor, month| {
            let pack = packs::pack(&ctx, actor, &ward(), month).await.unwrap();
            let words = packs::analysis(&ctx, actor, &pack).await.unwrap();
            (words.version > 0).then_some(words.text)
        };
        let sent = async |actor: &Actor| {
            let sent = packs::circulation(&ctx, actor, &ward()).await.unwrap();
            sent.into_iter().map(|one| one.to).collect::<Vec<_>>()
        };
        // Kept by one of the North before reaches were told apart, and by nobody since.
        let september = october().plus(-1);
        let mut tx = ctx.db.begin().await.unwrap();
        let old = store::reports::Analysis {
            version: 1,
            text: "Of old".to_owned(),
            made_from: String::new(),
            at: ctx.now(),
            account_name: String::new(),
        };
        let about = ("ward:E05014450", september.to_string());
        let account = north.account_id();
        store::reports::keep_analysis(&mut tx, (about.0, &about.1), &old, account).await.unwrap();
        tx.commit().await.unwrap();
        for (actor, text) in [(&all, "Of all"), (&north, "Of the North")] {
            let pack = packs::pack(&ctx, actor, &ward(), october()).await.unwrap();
            packs::save(&ctx, actor, &pack, (0, text)).await.unwrap();
            let to = (text, "Their meeting", "on paper");
            packs::circulate(&ctx, actor, &pack, to).await.unwrap();
        }
        for (actor, now, before) in [
            (&all, Some("Of all"), Some("Of old")),
            (&north, Some("Of the North"), Some("Of old")),
            (&south, None, None),
        ] {
            assert_eq!(words(actor, october()).await.as_deref(), now, "{}", register.engine);
            assert_eq!(words(actor, september).await.as_deref(), before);
            assert_eq!(sent(actor).await, now.into_iter().collect::<Vec<_>>());
        }
        let about = ("The South's members", "Their meeting");
        packs::schedule(&ctx, &south, &ward(), about).await.unwrap();
        for (actor, many) in [(&all, 0), (&north, 0), (&south, 1)] {
            let monthly = packs::scheduled(&ctx, actor, &ward()).await.unwrap();
            assert_eq!(monthly.len(), many, "{}", actor.name);
        }
        // What was kept before is written on, and stands as it was for whoever reads it there.
        let pack = packs::pack(&ctx, &north, &ward(), september).await.unwrap();
        packs::save(&ctx, &north, &pack, (1, "Of now")).await.unwrap();
        assert_eq!(words(&north, september).await.as_deref(), Some("Of now"));
        assert_eq!(words(&all, september).await.as_deref(), Some("Of old"));
    })
    .await;
}

/// All text of a workbook.
fn texts(book: Vec<u8>) -> String {
    let mut book = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    book.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn words_that_the_figures_left_behind_go_out_with_what_these_say_now() {
    each_engine(async |register| {
        let ctx = context(register.db);
        fill(&ctx, &halves(80)).await;
        let actor = staff(&ctx, "a@example.org").await;
        let made = async || {
            let pack = packs::pack(&ctx, &actor, &ward(), october()).await.unwrap();
            let words = packs::analysis(&ctx, &actor, &pack).await.unwrap();
            let book = packs::as_workbook(&pack, &words, &[]).unwrap();
            (pack, words, texts(book))
        };
        let (pack, ..) = made().await;
        packs::save(&ctx, &actor, &pack, (0, "Fewer than last year")).await.unwrap();
        let (_, words, book) = made().await;
        assert!(!words.stale && book.contains("Fewer than last year") && !book.contains(STALE));
        assert_eq!(words.handed_on(), "Fewer than last year");
        // Forty more of the ward are NEET.
        let mut more = halves(40);
        for one in &mut more {
            one.spells[0].code = "619".to_owned();
            one.spells[0].verified = Some(jiff::civil::date(2025, 10, 20));
        }
        fill(&ctx, &more).await;
        let (pack, words, book) = made().await;
        assert!(words.stale && !pack.sentences.is_empty(), "{}", register.engine);
        let now: Vec<&str> = pack.sentences.iter().map(|one| one.text.as_str()).collect();
        let whole = format!("Fewer than last year\n{STALE}\n{}", now.join("\n"));
        assert_eq!(words.handed_on(), whole);
        assert!(book.contains("Fewer than last year") && book.contains(STALE), "{book}");
        let about = ("The ward's members", "Their monthly meeting");
        let id = packs::schedule(&ctx, &actor, &ward(), about).await.unwrap();
        packs::make_due(&ctx).await.unwrap();
        let frozen = packs::made(&ctx, &actor, (id, october())).await.unwrap().unwrap();
        assert_eq!(frozen.words, whole);
    })
    .await;
}

/// Words name the six that a pack told before the board's made it leave them out.
#[tokio::test]
async fn words_of_counts_that_a_pack_now_leaves_out_do_not_go_with_it() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let people = of_wards(&[("W1", "A", 2, 98), ("W2", "A", 6, 114), ("W3", "A", 50, 240)]);
        fill(&ctx, &people).await;
        let actor = staff(&ctx, "a@example.org").await;
        let (audience, old) = (Audience::Ward("W2".to_owned()), "Six of the ward are NEET");
        let early = packs::pack(&ctx, &actor, &audience, october()).await.unwrap();
        packs::save(&ctx, &actor, &early, (0, old)).await.unwrap();
        let words = packs::analysis(&ctx, &actor, &early).await.unwrap();
        assert!(words.text == old && !words.held_back);
        let board = packs::pack(&ctx, &actor, &Audience::Board, october()).await.unwrap();
        packs::circulate(&ctx, &actor, &board, ("The board", "x", "CSV")).await.unwrap();
        let late = packs::pack(&ctx, &actor, &audience, october()).await.unwrap();
        let words = packs::analysis(&ctx, &actor, &late).await.unwrap();
        assert!(late.telling.left_out && words.held_back && !words.stale, "{}", register.engine);
        assert_eq!((words.version, &words.text), (1, &words.made), "kept as a version");
        let book = packs::as_workbook(&late, &words, &[]).unwrap();
        assert!(!texts(book).contains(old) && !words.handed_on().contains(old));
        let about = ("The ward's members", "Their monthly meeting");
        let id = packs::schedule(&ctx, &actor, &audience, about).await.unwrap();
        assert_eq!(packs::make_due(&ctx).await.unwrap(), 1);
        let frozen = packs::made(&ctx, &actor, (id, october())).await.unwrap().unwrap();
        assert!(!frozen.words.contains(old), "{}", frozen.words);
        // What is written of the pack as it is now goes with it again.
        packs::save(&ctx, &actor, &late, (1, "Too few to say")).await.unwrap();
        let words = packs::analysis(&ctx, &actor, &late).await.unwrap();
        assert!(words.text == "Too few to say" && !words.held_back && !words.stale);
    })
    .await;
}

/// Words name a ward of which no sentence tells, and which the board's pack left out since another pack told of
/// the ward that hid two people.
#[tokio::test]
async fn words_stay_behind_where_a_row_is_emptied_and_no_sentence_changes() {
    each_engine(async |register| {
        let ctx = context(register.db);
        // One in twenty of each: none stands out, whichever are told.
        let wards = [("W1", 2, 38), ("W2", 6, 114), ("W3", 20, 380), ("W4", 15, 285)];
        fill(&ctx, &of_wards(&wards.map(|(ward, neet, others)| (ward, "A", neet, others)))).await;
        let actor = staff(&ctx, "a@example.org").await;
        let day = |day: i8, seed| {
            let clock = Clock::on(jiff::civil::date(2025, 11, day));
            Context::seeded(ctx.db.clone(), None, clock, seed)
        };
        let (later, last) = (day(17, 17), day(18, 18));
        let old = "Fifteen of the fourth ward are NEET";
        let board = async |ctx: &Context| {
            let pack = packs::pack(ctx, &actor, &Audience::Board, october()).await.unwrap();
            let words = packs::analysis(ctx, &actor, &pack).await.unwrap();
            (pack, words)
        };
        let (early, _) = board(&ctx).await;
        packs::save(&ctx, &actor, &early, (0, old)).await.unwrap();
        assert_eq!(board(&later).await.1.text, old);
        let ward = Audience::Ward("W2".to_owned());
        let ward = packs::pack(&later, &actor, &ward, october()).await.unwrap();
        packs::circulate(&later, &actor, &ward, ("The ward", "x", "CSV")).await.unwrap();
        let (late, words) = board(&later).await;
        assert!(late.telling.left_out && late.tables != early.tables, "{}", register.engine);
        assert_eq!(late.sentences, early.sentences);
        assert!(words.held_back && !words.stale && !words.handed_on().contains(old));
        assert_eq!((words.version, &words.text), (1, &words.made), "kept as a version");
        // Words of the pack as it is now go with it, also after it went out itself.
        packs::save(&later, &actor, &late, (1, "Too few to say")).await.unwrap();
        assert_eq!(board(&later).await.1.text, "Too few to say");
        let about = ("The board", "Its meeting", "CSV");
        packs::circulate(&last, &actor, &late, about).await.unwrap();
        let (_, words) = board(&last).await;
        assert!(words.text == "Too few to say" && !words.held_back);
    })
    .await;
}

/// One NEET of the ward lives in the East: whoever has its pack of both localities and that of the North would
/// have that one from the two. What the South's differs by is nobody.
#[tokio::test]
async fn two_packs_of_one_ward_within_two_reaches_do_not_tell_of_whom_only_one_holds() {
    each_engine(async |register| {
        let ctx = context(register.db);
        let homes = [("W1", "North", 19, 101), ("W1", "East", 1, 0), ("W1", "South", 18, 90)];
        fill(&ctx, &of_wards(&homes)).await;
        let (north, south) = (manager_of(&ctx, "North").await, manager_of(&ctx, "South").await);
        let localities = ["East", "North"].map(str::to_owned).into();
        let both = Actor { scope: Scope { localities, ..north.scope.clone() }, ..north.clone() };
        let audience = Audience::Ward("W1".to_owned());
        let made =
            async |actor: &Actor| packs::pack(&ctx, actor, &audience, october()).await.unwrap();
        let neet = |pack: &packs::Pack| pack.series.last().unwrap().counted.neet;
        assert_eq!(neet(&made(&both).await), Some(20), "by itself it tells all");
        let own = made(&north).await;
        assert_eq!(neet(&own), Some(19));
        packs::circulate(&ctx, &north, &own, ("The ward", "x", "CSV")).await.unwrap();
        let beside = made(&both).await;
        assert_eq!(neet(&beside), None, "20 less 19 is one, {}", register.engine);
        assert!(beside.telling.left_out);
        assert_eq!(neet(&made(&south).await), Some(18));
    })
    .await;
}
