//! Counts the figures that outcomes are bound to, for the whole authority whoever presses the button:
//! measures month by month, the other counters as they stand. What was counted stays as it was counted.

use domain::access::{Act, Actor, Scope};
use domain::calendar::{Day, Month};
use domain::disclosure::{may_tell_group, tells_of_few};
use domain::measure::{Cut, Percent, gap_of_any};
use domain::plan::{Every, born_for_year_11, counter};
use store::plans::courses::{self, Bound, Figure, Shares};
use store::{audit, changes};

use super::bring::entry;
use super::figures::TYPED;
use super::room::may;
use crate::measures::{Figures, Months, Numbers, Question, figures};
use crate::{Context, Wrong, agreement, consents, training};

/// The counter that is a measure's gap.
const GAP: &str = "gap-vulnerable";

/// The counted figures that are no share of young people.
const DELIVERIES: &str = "deliveries-on-time";
const TRAINED: &str = "advisers-trained";

/// Whether a figure counts young people: what was typed in is as its source has it, and neither deliveries nor
/// advisers are any.
pub(super) fn is_of_people(measure: &str) -> bool {
    ![TYPED, DELIVERIES, TRAINED].contains(&measure)
}

/// Full months looked back when counting, so that a trend shows at once.
const MONTHS: i32 = 3;

/// Months before the month asked for in which the last of the count months can lie, which come once a year.
const BACK: i32 = 12;

/// A number as it was counted.
struct Counted {
    value: f64,
    few: bool,
    /// How it was counted, in words.
    how: String,
    of: Option<Shares>,
}

/// Counts what is not yet counted; how many figures are new.
pub async fn count(ctx: &Context, actor: &Actor, plan: i64) -> Result<usize, Wrong> {
    may(actor, Act::RatePlan)?;
    let last = Month::of(ctx.today()).plus(-1);
    let months: Vec<Month> = (0..MONTHS).rev().map(|back| last.plus(-back)).collect();
    let mut tx = ctx.db.begin_read().await?;
    let bound = courses::standing(&mut tx, plan).await?;
    let known = courses::figures(&mut tx, plan, last.plus(1 - MONTHS - BACK).first_day()).await?;
    drop(tx);
    let mut new: Vec<Figure> = Vec::new();
    for one in bound.iter().filter(|one| one.measure != TYPED) {
        for (on, month) in asked_days(one, ctx.today(), &months)? {
            if known.iter().any(|figure| figure.course == one.id && figure.on == on) {
                continue;
            }
            let counted = match month {
                Some(month) => of_month(ctx, &one.measure, month).await?,
                None => as_it_stands(ctx, &one.measure).await?,
            };
            let Some(counted) = counted else { continue };
            new.push(Figure {
                course: one.id,
                on,
                value: counted.value,
                few: counted.few,
                source: counted.how,
                by: None,
                of: counted.of,
            });
        }
    }
    keep(ctx, actor, plan, &new).await?;
    Ok(new.len())
}

/// The days on which a figure is wanted, with the month that asks for it where it is a month's. Three months may all
/// be answered by one winter, which is one figure.
fn asked_days(
    bound: &Bound,
    today: Day,
    months: &[Month],
) -> Result<Vec<(Day, Option<Month>)>, Wrong> {
    if counter(&bound.measure).is_some_and(|counter| counter.every == Every::Count) {
        return Ok(vec![(today, None)]);
    }
    let dated = |month: &Month| {
        let on = question(&bound.measure, *month).last_day(today);
        on.map(|on| (on, Some(*month)))
    };
    let mut days = months.iter().map(dated).collect::<Result<Vec<_>, Wrong>>()?;
    days.dedup_by_key(|(on, _)| *on);
    Ok(days)
}

async fn keep(ctx: &Context, actor: &Actor, plan: i64, new: &[Figure]) -> Result<(), Wrong> {
    if new.is_empty() {
        return Ok(());
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan figures counted";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    for figure in new {
        courses::add_figure(&mut tx, change, figure).await?;
    }
    let detail = format!("plan {plan}: {} figures", new.len());
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// What is asked of a month: the gap is found in everybody's NEET by what is recorded of them.
fn question(name: &str, month: Month) -> Question {
    let months = Months::One(month);
    match name {
        GAP => Question { by: vec![Cut::Characteristic], ..Question::new("neet", months) },
        measure => Question::new(measure, months),
    }
}

async fn of_month(ctx: &Context, name: &str, month: Month) -> Result<Option<Counted>, Wrong> {
    let found = figures(ctx, &Scope::everyone(), &question(name, month)).await?;
    if name == GAP {
        return Ok(gap(&found, month));
    }
    let share = pair(&found.total);
    let month_of = |text: &String| text.parse::<Month>().ok();
    let first = found.averaged.first().and_then(month_of);
    let last = found.averaged.last().and_then(month_of);
    let counted = match first.zip(last) {
        Some((first, last)) => format!("{} to {}", first.words(), last.words()),
        None => month.words(),
    };
    let title = found.title;
    let how = format!("Waymark, {title} of {counted}, edition {}", found.edition);
    Ok(found.total.percent.map(|value| Counted {
        value,
        few: tells_of_few(share.0, share.1),
        how,
        // A measure that assumes something of those not known is no share of those it counts.
        of: is_share(value, share).then_some(Shares { share, less: None }),
    }))
}

fn pair(n: &Numbers) -> (u64, u64) {
    (n.numerator.whole(), n.denominator.whole())
}

fn is_share(value: f64, (of, all): (u64, u64)) -> bool {
    Percent { of, all }.value().is_some_and(|share| (share - value).abs() < 1e-9)
}

/// The gap of those with any characteristic. The rule is `domain::measure`'s.
fn gap(found: &Figures, month: Month) -> Option<Counted> {
    let none = found
        .cells
        .iter()
        .find(|cell| cell.key.values().any(|value| value == "none"))
        .map(|cell| &cell.numbers);
    let of_cohort = |n: &Numbers| (n.numerator.whole(), n.cohort.whole());
    let all = of_cohort(&found.total);
    let found = gap_of_any(all, none.map_or((0, 0), of_cohort))?;
    let share = (found.counted, found.cohort);
    let how = format!(
        "Waymark, NEET of {} among those with a recorded characteristic less NEET of everybody",
        month.words()
    );
    let few = !may_tell_group(share, all);
    let of = Some(Shares { share, less: Some(all) });
    Some(Counted { value: found.points, few, how, of })
}

async fn as_it_stands(ctx: &Context, name: &str) -> Result<Option<Counted>, Wrong> {
    let share = |part: u64, whole: u64, what: &str| {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
        let value = part as f64 * 100.0 / whole as f64;
        let how = format!("Waymark, {what} as recorded on the day");
        let of = Some(Shares { share: (part, whole), less: None });
        (whole > 0).then(|| Counted { value, few: tells_of_few(part, whole), how, of })
    };
    Ok(match name {
        "intended-destinations" => {
            let mut tx = ctx.db.begin_read().await?;
            let (all, known) = courses::intended(&mut tx, born_for_year_11(ctx.today())).await?;
            share(known.unsigned_abs(), all.unsigned_abs(), "intended destinations of Year 11")
        }
        "consent-rate" => {
            let rate = consents::rate(ctx).await?;
            share(u64::from(rate.agree), u64::from(rate.asked), "words on sharing")
        }
        DELIVERIES => {
            let found = agreement::deliveries(ctx, &agreement::all(ctx).await?).await?;
            let sum = |of: fn(&domain::agreement::Punctual) -> u32| {
                found.punctual.iter().map(|(_, one)| u64::from(of(one))).sum::<u64>()
            };
            let counted =
                share(sum(|one| one.on_time), sum(|one| one.due), "deliveries due in a year");
            counted.map(however_few)
        }
        TRAINED => {
            let Percent { of, all } = training::share(ctx).await?;
            share(of, all, "advisers trained in recording").map(however_few)
        }
        _ => None,
    })
}

/// What is of no young people is shown however little it is of.
fn however_few(counted: Counted) -> Counted {
    Counted { few: false, of: None, ..counted }
}
