//! The goals on the demonstration's forward year: precision on the list against the points, the level after the yearly
//! update, that of the later months once the first closed month has set it, and the months in which a winter of another
//! level and an injected shift are alarmed; fails where one is missed. Beside them stands how often the outcome came in
//! each closed year, and the level as set on the last that had closed by the judged day, a year before its winter: no
//! goal, since it can be no nearer than those years are. The yearly update is made when October is over, by how many
//! are NEET then; it reads no month of the outcome, and it foresees nothing a year ahead. As published
//! (`reference/nccis-la`), the winter of two years before 2025 lay within .8 to 1.25 of it in 48 % of 147 authorities,
//! and in one alone further below it than here. That this town's Octobers rise with its winters is of its making;
//! whether a council's do is told by its own papers, year by year.
//! Run with `cargo run --release -p app --example forward_year [PEOPLE]`; a town true to size takes minutes.

#![expect(clippy::print_stdout, reason = "an example speaks on standard output")]

use app::demo::{DAY, PEOPLE, Plan, build, foresight};
use app::predict::train::{Evidence, Year, Yearly};
use app::predict::{score, train, watch};
use app::{Clock, Context};
use domain::access::{Actor, Role, Scope};
use domain::calendar::Month;
use domain::prediction::{Fact, Point, State, expires};
use jiff::civil::date;
use store::analysis::{self, Load};
use store::changes;
use store::people::Moment;

type Done<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done<()> {
    let people = match std::env::args().nth(1) {
        Some(told) => told.parse()?,
        None => PEOPLE,
    };
    let register = testkit::sqlite().await;
    let evening = format!("{DAY}T18:00:00Z").parse()?;
    let ctx = Context::seeded(register.db.clone(), None, Clock::Fixed(evening), 1);
    build(&ctx, &Plan { people, ..Plan::default() }).await?;
    foresight(&ctx).await?;
    let name = "the bench".to_owned();
    let actor = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
    let all = train::all(&ctx, &actor).await?;
    let used = all.first().ok_or("the town is too small for a predictor")?;
    let evidence = used.content.evidence.as_ref().ok_or("it was not judged")?;
    println!(
        "Forward year {}: {} young people, {} outcomes, {} places",
        evidence.on, evidence.rows, evidence.outcomes, evidence.places
    );
    for year in &used.content.years {
        came(year);
    }
    let mut goals = Goals::default();
    let ratio = &evidence.over_points;
    let low = ratio.interval.map(|interval| interval.low);
    goals.hold(
        ratio.value.is_some_and(|value| value >= 1.10) && low.is_some_and(|low| low > 1.0),
        format!(
            "precision at N over that of the points {:.2} [{}] (goal 1.10, above 1)",
            ratio.value.unwrap_or(f64::NAN),
            ratio.interval.map_or("too few".to_owned(), |i| format!("{:.2}, {:.2}", i.low, i.high))
        ),
    );
    level(&mut goals, evidence);
    in_force(&ctx, &actor, &mut goals).await?;
    let january = Month::new(2025, 1).ok_or("a month")?;
    let quiet = watch::month(&ctx, &actor, Point::Autumn, january).await?;
    goals.hold(
        quiet.alarms.is_empty(),
        format!("alarms of {january}, in which nothing shifted: {:?} (goal none)", quiet.alarms),
    );
    shift(&ctx).await?;
    let february = january.plus(1);
    let loud = watch::month(&ctx, &actor, Point::Autumn, february).await?;
    goals.hold(
        loud.alarms.iter().any(|alarm| alarm.starts_with("attendance")),
        format!(
            "alarms of {february}, ten points less attendance from it on: {:?} (goal attendance among them)",
            loud.alarms
        ),
    );
    let alarms = winter(&ctx, &actor, evidence).await?;
    goals.hold(
        alarms.first().is_some_and(|first| first.iter().any(|a| a.contains("were expected and"))),
        format!("alarms of the judged winter: {alarms:?} (goal the level among those of its first month)"),
    );
    goals.reached()
}

/// How often the outcome came in a closed year, and what the year was for.
fn came(year: &Year) {
    let known = year.rows - year.not_known;
    let share = 100.0 * year.happened as f64 / known as f64;
    println!(
        "Year {}, closed {}: it came to {} of {known} known, {share:.1} %, {} not known; {}",
        year.on, year.closes, year.happened, year.not_known, year.part
    );
}

/// The level of the judged day is told and held to no goal: as published, NEET of the judged winter is more than twice
/// that of the last winter that was over by then, two years before, which nothing set on it foresees. What is held is
/// that the yearly update mends it before the winter counts, in every year that can be judged, and that a first closed
/// month does, and that the watch alarms it in that month.
fn level(goals: &mut Goals, evidence: &Evidence) {
    println!(
        "No goal: expected over observed {:.2} with the level as set on the last year closed by the judged day, whose \
         winter had less than half the NEET",
        evidence.level_before.unwrap_or(f64::NAN)
    );
    for month in &evidence.months {
        let ratio = month.before.ratio().unwrap_or(f64::NAN);
        println!("  month {} of the judged year alone: {ratio:.2}", month.month + 1);
    }
    goals.hold(
        evidence.yearly.iter().any(|year| year.on == evidence.on),
        format!("{} years of the yearly update, the judged one among them", evidence.yearly.len()),
    );
    yearly(goals, Point::Autumn, evidence);
    let later = evidence.level_after;
    goals.hold(
        later.is_some_and(|level| (0.8..=1.25).contains(&level)),
        format!(
            "expected over observed {:.2} in the later months, once the first had set the level (goal .8 to 1.25)",
            later.unwrap_or(f64::NAN)
        ),
    );
}

/// The level of every year that can be judged, once it was updated when October was over.
fn yearly(goals: &mut Goals, point: Point, evidence: &Evidence) {
    for year in &evidence.yearly {
        goals.hold(
            year.with.is_some_and(|level| (0.8..=1.25).contains(&level)),
            format!(
                "year {}, level updated by what was known at the end of {}: expected over observed {:.2} (goal .8 to \
                 1.25), {:.2} without what October told, by which it moved {:+.2} log-odds",
                year.on,
                year.known_by,
                year.with.unwrap_or(f64::NAN),
                year.without.unwrap_or(f64::NAN),
                year.moved
            ),
        );
        stood(point, year);
    }
}

/// The same of the chances that stand while the update is made: those of September, which are shown until the end of
/// December.
async fn in_force(ctx: &Context, actor: &Actor, goals: &mut Goals) -> Done<()> {
    let point = Point::September;
    let asked = train::Asked { point, target: point.target(), with_area: false, places: None };
    let fitted = train::train(ctx, actor, &asked).await?;
    let evidence = fitted.content.evidence.ok_or("the chances of September were not judged")?;
    println!(
        "Chances of {}: expected over observed {:.2} as set on the last year closed by then",
        evidence.on,
        evidence.level_before.unwrap_or(f64::NAN)
    );
    yearly(goals, point, &evidence);
    Ok(())
}

/// Which chances the update of a year is judged on, and whether anybody could read them so moved.
fn stood(point: Point, year: &Yearly) {
    let until = expires(point, year.on);
    let read = match until > year.known_by {
        true => "scored again from the day after, they are read so moved",
        false => {
            "nobody could read them so moved, and what it mends is the level of chances given after it"
        }
    };
    println!(
        "  It is judged on the chances given on {} for each of the three months alone, summed. They stood until {until}: \
         {read}",
        year.on,
    );
    println!(
        "  Of the whole target, any of the three months, on the same chances so moved: expected over observed {:.2}",
        year.whole.unwrap_or(f64::NAN)
    );
}

/// What the watch alarms in the months of the judged winter, month by month. The predictor in use has its level from that very winter,
/// so it is watched by one that was fitted and used before it.
async fn winter(ctx: &Context, actor: &Actor, evidence: &Evidence) -> Done<Vec<Vec<String>>> {
    let clock = Clock::Fixed("2024-02-15T12:00:00Z".parse()?);
    let early = Context::seeded(ctx.db.clone(), None, clock, 1);
    let mut tx = ctx.db.begin_read().await?;
    let before = changes::latest(&mut tx).await?.0;
    drop(tx);
    let point = Point::Autumn;
    let target = point.target();
    let asked = train::Asked { point, target, with_area: false, places: None };
    let fitted = train::train(&early, actor, &asked).await?;
    for state in [State::Tested, State::Operational] {
        train::sign(&early, actor, fitted.id, (state, "the bench", "accepted")).await?;
    }
    score::run_on(&early, actor, point, evidence.on).await?;
    // What was known on a day goes by the last change until then, which would be these.
    let mut tx = ctx.db.begin().await?;
    tx.run(&format!("UPDATE change SET at = '{}' WHERE id > {before}", ctx.now()), &[]).await?;
    tx.commit().await?;
    let mut alarms = Vec::new();
    for month in target.months(point, evidence.on) {
        alarms.push(watch::month(ctx, actor, point, month).await?.alarms);
    }
    Ok(alarms)
}

/// What was asked for and what was found.
#[derive(Default)]
struct Goals {
    missed: Vec<String>,
}

impl Goals {
    fn hold(&mut self, reached: bool, found: String) {
        println!("{}: {found}", if reached { "Reached" } else { "MISSED" });
        if !reached {
            self.missed.push(found);
        }
    }

    /// Errors: where one was missed, so that the bench fails.
    fn reached(self) -> Done<()> {
        match self.missed.as_slice() {
            [] => Ok(()),
            missed => Err(format!("missed: {}", missed.join("; ")).into()),
        }
    }
}

/// What the lists of February would have told of Year 11 had its attendance fallen by ten points.
async fn shift(ctx: &Context) -> Done<()> {
    let mut tx = ctx.db.begin().await?;
    let change = changes::latest_at(&mut tx, "2025-02-20T12:00:00.000000Z").await?;
    let births = domain::prediction::births((15, 15), date(2025, 2, 28));
    let whole = Scope::everyone();
    let pupils = analysis::born(&mut tx, &whole, Moment::Now, births).await?;
    let known = analysis::facts(&mut tx, &pupils, Moment::After(change)).await?;
    let worse = |(person, facts): (&i64, &Vec<Fact>)| {
        let last = facts.iter().rfind(|f| f.field == "sessions")?;
        let extra = Fact { value: "140/56/20".into(), from: date(2025, 1, 6), ..last.clone() };
        Some((*person, Fact { to: Some(date(2025, 2, 14)), ..extra }))
    };
    let facts: Vec<_> = known.iter().filter_map(worse).collect();
    let load = Load {
        id: 0,
        kind: "attendance".into(),
        sender: "council-887".into(),
        file_name: "shift.csv".into(),
        file_hash: "shift".into(),
        read: 1,
        kept: 1,
        unmatched: 0,
        refused: 0,
        from: date(2022, 9, 1),
        to: date(2025, 3, 1),
        silence: true,
        at: String::new(),
    };
    analysis::add(&mut tx, change, &load, &facts).await?;
    tx.commit().await?;
    Ok(())
}
