//! A pack says what stands and names nobody, goes out as it was, and is logged; leads are reminded; a
//! plan is public only once it is published: the same story on both databases.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use crate::plan_town::context;
use app::plan::{
    Asked, Bound, Draft, Entry, Names, Rated, TYPED, Written, add_typed, bind, circulate,
    circulated, count, meeting, mine, open, pack, public, rate, remind, waiting, write,
};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::plan::{Better, Cell, Course, OutcomeId, Point, Rating, seen};
use jiff::civil::{Date, date};
use testkit::each_engine;

fn keeper() -> Actor {
    let name = "Ada Quill".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::nobody() }
}

fn entry(register: &str, title: &str, state: &str) -> Entry {
    let (register, title, state) = (register.to_owned(), title.to_owned(), state.to_owned());
    Entry { register, title, state, ..Entry::default() }
}

async fn add(ctx: &Context, line: Entry, day: &str) {
    let draft = Draft { line, day: day.to_owned(), ..Draft::default() };
    let written = write(ctx, &keeper(), 1, &draft).await.unwrap();
    assert!(matches!(written, Written::Saved { .. }), "{written:?}");
}

/// From a day and a value to another; how small a move counts as none stands with which way is better.
fn course((better, near): (Better, f64), from: (Date, f64), target: (Date, f64)) -> Course {
    let [from, target] = [from, target].map(|(on, value)| Point { on, value });
    Course { better, from, target, near }
}

/// A percentage that the plan's first outcome goes by.
fn bound(measure: &str, words: &str, course: Course) -> Bound {
    let [measure, words, unit] = [measure, words, "%"].map(str::to_owned);
    Bound { id: 0, outcome: OutcomeId(1), measure, words, unit, course }
}

async fn typed(ctx: &Context) {
    let used = course((Better::Higher, 2.0), (date(2025, 9, 1), 40.0), (date(2026, 8, 31), 80.0));
    let bound = bound(TYPED, "Use of the prospectus", used);
    let course = bind(ctx, &keeper(), 1, &bound).await.unwrap();
    for (on, value) in [(date(2026, 1, 31), 52.0), (date(2026, 2, 28), 60.5)] {
        add_typed(ctx, &keeper(), 1, course, (on, value, "the site's own count")).await.unwrap();
    }
}

#[tokio::test]
async fn a_pack_says_what_stands_and_goes_out_as_it_was() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        let (day, who) = (date(2026, 3, 12), keeper());
        typed(&ctx).await;
        add(&ctx, Entry { meeting: Some(day), ..entry("decision", "A second adviser", "due") }, "")
            .await;
        let room = open(&ctx, &who, 1).await.unwrap();
        let cell = Cell::outcome(OutcomeId(3));
        let seen = seen(&room.now.marks, cell);
        let asked = [Asked { cell, rating: Rating::Red, reason: "two schools left".into(), seen }];
        assert!(matches!(rate(&ctx, &who, 1, &asked).await.unwrap(), Rated::Saved { .. }));
        let found = meeting(&ctx, &who, 1, date(2026, 5, 14)).await.unwrap();
        let made = pack(&ctx, &who, 1, found.day).await.unwrap();
        assert_eq!(made.counts.total(), 8, "{}", register.engine);
        assert!(
            made.exceptions
                .iter()
                .any(|one| one.reasons.iter().any(|r| r.contains("not on track")))
        );
        let moved = made.moved.iter().find(|one| one.is == Rating::Red).unwrap();
        assert_eq!(moved.why, "two schools left (13 March 2026)");
        let figure = made.figures.first().unwrap();
        assert!(figure.analysis[0].contains("60.5 % on 28 February 2026"), "{figure:?}");
        let all = format!("{made:?}");
        for name in ["Abbot", "Marsh", "Quill", "Noor", "Tam"] {
            assert!(!all.contains(name), "the pack names {name}");
        }
        let due = pack(&ctx, &who, 1, day).await.unwrap();
        assert_eq!(due.lists[0].title, "Decisions due");

        let files = || vec![("xlsx", b"workbook".to_vec()), ("pdf", b"paper".to_vec())];
        let nobody = circulate(&ctx, &who, (1, day), " ", files()).await.unwrap_err();
        assert!(matches!(nobody, Wrong::Refused(_)));
        assert_eq!(circulate(&ctx, &who, (1, day), "All members", files()).await.unwrap(), 2);
        let held = meeting(&ctx, &who, 1, day).await.unwrap();
        let kinds: Vec<&str> = held.packs.iter().map(|pack| pack.kind.as_str()).collect();
        assert_eq!(kinds, ["pdf", "xlsx"]);
        let (bytes, on, kind) = circulated(&ctx, &who, 1, held.packs[0].id).await.unwrap();
        assert_eq!((bytes.as_slice(), on, kind.as_str()), (&b"paper"[..], day, "pdf"));
        assert!(circulated(&ctx, &who, 2, held.packs[0].id).await.is_err(), "another plan's");
    })
    .await;
}

#[tokio::test]
async fn what_waits_is_told_to_whom_it_waits_for_and_reminders_are_noted() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        let at = "2027-03-13T10:00:00Z".parse().unwrap();
        let ctx = Context::seeded(ctx.db.clone(), None, Clock::Fixed(at), 2);
        let room = open(&ctx, &keeper(), 1).await.unwrap();
        let lead = room.leading(room.overdue()[0].outcome).remove(0);
        let member = Entry {
            body: lead.clone(),
            person: "Cy Moor".into(),
            ..entry("member", "Lead", "member")
        };
        add(&ctx, member, "").await;
        let cy = Actor { name: "Cy Moor".into(), role: Role::Adviser, ..keeper() };
        let own = mine(&ctx, &cy, 1).await.unwrap();
        assert_eq!(own.bodies.iter().collect::<Vec<_>>(), [&lead]);
        assert!(!own.outcomes.is_empty());
        let home = waiting(&ctx, &cy).await.unwrap();
        assert_eq!((home[0].overdue, home[0].mine > 0), (None, true), "{}", register.engine);
        let all = waiting(&ctx, &keeper()).await.unwrap();
        assert_eq!(all[0].overdue, Some(room.overdue().len()));

        assert!(remind(&ctx, &cy, 1, &lead).await.is_err(), "an adviser does not chase");
        assert!(remind(&ctx, &keeper(), 1, "Nobody at all").await.is_err());
        let reminded = remind(&ctx, &keeper(), 1, &lead).await.unwrap();
        assert!(reminded > 0);
        let own = mine(&ctx, &cy, 1).await.unwrap();
        assert_eq!(own.reminded.get(&own.outcomes[0].0), Some(&date(2027, 3, 13)));

        // Responsibilities pass on a day: whoever came before answers for nothing any more.
        let over = Entry { body: "New Body".into(), ..entry("succession", &lead, "agreed") };
        add(&ctx, over, "2027-01-01").await;
        assert!(mine(&ctx, &cy, 1).await.unwrap().outcomes.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_public_once_published_and_names_nobody() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        assert_eq!(public(&ctx, 1).await.unwrap(), None);
        add(&ctx, entry("publication", "The plan", "published"), "2026-03-14").await;
        assert_eq!(public(&ctx, 1).await.unwrap(), None, "not before its day");
        add(&ctx, entry("publication", "The plan", "published"), "2026-03-13").await;
        let found = public(&ctx, 1).await.unwrap().unwrap();
        assert_eq!(found.aims.iter().map(|aim| aim.outcomes.len()).sum::<usize>(), 8);
        let all = format!("{found:?}");
        for name in ["Abbot", "Marsh", "Quill", "Noor Example", "Fielding"] {
            assert!(!all.contains(name), "{name} is public on {}", register.engine);
        }
        add(&ctx, entry("publication", "The plan", "withdrawn"), "2026-03-13").await;
        assert_eq!(public(&ctx, 1).await.unwrap(), None);
        assert_eq!(public(&ctx, 9).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn every_counter_counts_or_says_nothing() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        for (place, counter) in (1..).zip(domain::plan::COUNTERS) {
            let way = (counter.better, 2.0);
            let course = course(way, (date(2025, 9, 1), 40.0), (date(2026, 8, 31), 80.0));
            let (outcome, unit) = (OutcomeId(place), counter.unit.to_owned());
            let bound = Bound { outcome, unit, ..bound(counter.name, counter.title, course) };
            bind(&ctx, &keeper(), 1, &bound).await.unwrap();
        }
        // Nobody is in the register: nothing is counted, and nothing breaks.
        assert_eq!(count(&ctx, &keeper(), 1).await.unwrap(), 0, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn the_share_of_advisers_trained_is_counted_as_it_stands() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        let mut tx = ctx.db.begin().await.unwrap();
        let mut advisers = Vec::new();
        for email in ["ada@example.org", "bram@example.org"] {
            let who = (email, "Somebody", Role::Adviser);
            let id = app::accounts::add(&ctx, &mut tx, who, (None, &[]), String::new()).await;
            advisers.push(id.unwrap());
        }
        tx.commit().await.unwrap();
        let came = app::training::Session {
            title: "Recording".to_owned(),
            day: "2026-03-12".to_owned(),
            trainer: "Jo".to_owned(),
            until: String::new(),
            accounts: advisers[..1].to_vec(),
        };
        app::training::record(&ctx, &keeper(), &came).await.unwrap();
        let to_all = (date(2026, 7, 31), 100.0);
        let trained = course((Better::Higher, 2.0), (date(2025, 9, 1), 0.0), to_all);
        let bound = bound("advisers-trained", "Advisers trained", trained);
        let course = bind(&ctx, &keeper(), 1, &bound).await.unwrap();
        assert_eq!(count(&ctx, &keeper(), 1).await.unwrap(), 1, "{}", register.engine);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = store::plans::courses::figures(&mut tx, 1, date(2026, 1, 1)).await.unwrap();
        let figure = all.iter().find(|figure| figure.course == course).unwrap();
        assert_eq!((figure.value, figure.few, figure.on), (50.0, false, date(2026, 3, 13)));
    })
    .await;
}

/// Two hundred young people of whom fourteen are NEET, confirmed in February.
async fn young_people(ctx: &Context) {
    let all: Vec<_> = (0..200)
        .map(|at| {
            let mut one = crate::outputs::person(at);
            one.spells[0].code = if at < 14 { "619" } else { "310" }.to_owned();
            one.spells[0].verified = Some(date(2026, 2, 10));
            one
        })
        .collect();
    crate::outputs::fill(ctx, &all).await;
}

/// In March each of the three months before asks for the winter from November to January, which is one figure.
#[tokio::test]
async fn a_winters_figure_is_dated_by_its_last_month_and_counted_once() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        young_people(&ctx).await;
        let target = (date(2027, 1, 31), 6.0);
        let winter = course((Better::Lower, 1.0), (date(2025, 1, 31), 9.0), target);
        let bound = bound("psa2-neet", "NEET in the count months", winter);
        let course = bind(&ctx, &keeper(), 1, &bound).await.unwrap();
        assert_eq!(count(&ctx, &keeper(), 1).await.unwrap(), 1, "{}", register.engine);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let all = store::plans::courses::figures(&mut tx, 1, date(2024, 1, 1)).await.unwrap();
        drop(tx);
        let own: Vec<_> = all.iter().filter(|figure| figure.course == course).collect();
        let days: Vec<_> = own.iter().map(|figure| figure.on).collect();
        assert_eq!(days, [date(2026, 1, 31)]);
        assert!(own[0].source.contains("of November 2025 to January 2026"), "{}", own[0].source);
        // What is known is not counted again: it needs nobody's activities. From February to April it is still the
        // same winter.
        register.db.run_alone("ALTER TABLE spell RENAME TO spell_away").await.unwrap();
        assert_eq!(count(&ctx, &keeper(), 1).await.unwrap(), 0, "it is known already");
        let at = "2026-05-04T10:00:00Z".parse().unwrap();
        let later = Context::seeded(register.db.clone(), None, Clock::Fixed(at), 1);
        assert_eq!(count(&later, &keeper(), 1).await.unwrap(), 0);
        let other = Bound { words: "NEET, once more".to_owned(), ..bound };
        let other = bind(&ctx, &keeper(), 1, &other).await.unwrap();
        assert!(count(&ctx, &keeper(), 1).await.is_err(), "what is new is counted of activities");
        register.db.run_alone("ALTER TABLE spell_away RENAME TO spell").await.unwrap();
        assert_eq!(count(&ctx, &keeper(), 1).await.unwrap(), 1);
        let mut tx = ctx.db.begin_read().await.unwrap();
        let again = store::plans::courses::figures(&mut tx, 1, date(2024, 1, 1)).await.unwrap();
        let both = again.iter().filter(|figure| [course, other].contains(&figure.course));
        let values: Vec<_> = both.map(|figure| (figure.on, figure.value)).collect();
        assert_eq!(values, vec![(date(2026, 1, 31), own[0].value); 2]);
    })
    .await;
}

/// What is published of a figure is made of rounded counts, and of few people nothing is.
#[tokio::test]
async fn a_public_figure_is_of_rounded_counts_and_of_enough_people() {
    each_engine(async |register| {
        let ctx = context(&register, Names::Keep).await;
        young_people(&ctx).await;
        typed(&ctx).await;
        let mut courses = Vec::new();
        for (measure, words) in [("neet", "NEET"), ("not-known", "Not known")] {
            let target = (date(2026, 8, 31), 6.0);
            let course = course((Better::Lower, 1.0), (date(2025, 9, 1), 9.0), target);
            let bound = bound(measure, words, course);
            courses.push(bind(&ctx, &keeper(), 1, &bound).await.unwrap());
        }
        assert!(count(&ctx, &keeper(), 1).await.unwrap() > 0);
        add(&ctx, entry("publication", "The plan", "published"), "2026-03-13").await;
        let shown = async || {
            let found = public(&ctx, 1).await.unwrap().unwrap();
            let outcomes = found.aims.into_iter().flat_map(|aim| aim.outcomes);
            let figures = outcomes.flat_map(|outcome| outcome.figures);
            figures.map(|(words, newest, _)| (words, newest)).collect::<Vec<_>>()
        };
        let figures = |neet: &str| {
            [
                ("Use of the prospectus", "60.5 % on 28 February 2026"),
                ("NEET", neet),
                ("Not known", "not told"),
            ]
            .map(|(words, newest)| (words.to_owned(), newest.to_owned()))
        };
        let room = open(&ctx, &keeper(), 1).await.unwrap();
        let neet = room.followed.iter().find(|one| one.bound.id == courses[0]).unwrap();
        let last = neet.figures.last().unwrap();
        assert_eq!((last.value, last.of.unwrap().share), (7.0, (14, 200)), "{}", register.engine);
        assert_eq!(shown().await, figures("5 % on 28 February 2026"), "10 of 200, and no decimal");
        // One that was kept before it was kept how many it is of.
        let mut tx = ctx.db.begin().await.unwrap();
        let at = ctx.now();
        let change = store::changes::begin(&mut tx, &at, "edit", None, None, None).await.unwrap();
        let before =
            store::plans::courses::Figure { on: date(2026, 3, 1), of: None, ..last.clone() };
        store::plans::courses::add_figure(&mut tx, change, &before).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(shown().await, figures("not told"));
    })
    .await;
}
