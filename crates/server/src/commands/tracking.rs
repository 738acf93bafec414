//! `waymark tracking`: the tracking plan of a school year, as its page has it.

use super::{Outcome, Result, Shown, block_on, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::tracking::{Item, MonthOfPlan, OfKind, TrackingPlan, plan};
use clap::Subcommand;
use domain::calendar::AcademicYear;
use domain::measure::tenths;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// What is due in a school year and how it stands; not known by month, planned and counted.
    Plan(PlanArgs),
}

#[derive(clap::Args)]
struct PlanArgs {
    /// The calendar year in which the school year begins; this school year where none is named.
    #[arg(long, value_name = "YEAR")]
    year: Option<i16>,
    #[command(flatten)]
    shown: Shown,
}

impl Args {
    pub fn run(self) -> Result {
        match self.verb {
            Verb::Plan(args) => block_on(args.run())?,
        }
    }
}

impl PlanArgs {
    async fn run(self) -> Result {
        let ctx = wiring::open(&self.shown.place).await?;
        let now = AcademicYear::of(ctx.today());
        let year = self.year.map_or(now, AcademicYear::starting);
        let found = plan(&ctx, &whole_authority(), year).await?;
        match self.shown.format {
            Format::Json => output::json(&document(&found)),
            Format::Csv | Format::Text => output::line(text(&found).trim_end()),
        }
        Ok(Outcome::Done)
    }
}

fn document(found: &TrackingPlan) -> Value {
    json!({
        "year": found.year.to_string(),
        "as_of": found.as_of.to_string(),
        "edition": found.edition,
        "months": found.months.iter().map(month).collect::<Vec<_>>(),
        "due": found.items.iter().map(item).collect::<Vec<_>>(),
        "lapsing_not_reckoned_from": found.unreckoned.map(|month| month.to_string()),
        "lapse_at_year_end": found.cliff.map(|(goes_on, ends)| json!({
            "course_goes_on": goes_on,
            "course_ends": ends,
        })),
        "programmes": found.programmes.iter().map(programme).collect::<Vec<_>>(),
    })
}

fn month(one: &MonthOfPlan) -> Value {
    json!({
        "month": one.month.to_string(),
        "counts": one.counts,
        "deliveries": {
            "due": one.owed.due,
            "came": one.owed.came,
            "missing": one.owed.missing,
        },
        "not_known_planned_percent": one.planned,
        "not_known_percent": one.counted,
        "lapsing": one.lapsing,
    })
}

fn programme(one: &OfKind) -> Value {
    json!({
        "kind": one.kind,
        "label": one.label,
        "people": one.people,
        "lapsed": one.lapsed,
        "lapsing_in_90_days": one.lapsing,
        "not_known": one.not_known,
        "younger_than_returned": one.younger,
    })
}

fn item(one: &Item) -> Value {
    json!({
        "entry": one.key,
        "title": one.title,
        "due": one.due.to_string(),
        "owner": one.owner,
        "judged": one.by,
        "done": one.state.is_done(),
        "late": one.state.is_late(),
        "state": one.state.words(),
        "said_by": one.done_by,
    })
}

fn text(found: &TrackingPlan) -> String {
    let percent =
        |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{} %", tenths(value)));
    let mut text = format!("Tracking plan {}, {} edition\n\n", found.year, found.edition);
    for one in &found.items {
        let (due, owner, state) = (one.due, &one.owner, one.state.words());
        text += &format!("{due}  {} ({owner}): {state}\n", one.title);
    }
    text += "\nNot known by month, planned and counted; deliveries due and come; records that lapse unless confirmed\n";
    if let Some(month) = found.unreckoned {
        text += &format!("What lapses from {month} on is not reckoned\n");
    }
    for one in &found.months {
        let lapsing = one.lapsing.map_or("-".to_owned(), |number| number.to_string());
        text += &format!(
            "{}  {}  {}  {} of {}  {lapsing}\n",
            one.month,
            percent(one.planned),
            percent(one.counted),
            one.owed.came,
            one.owed.due
        );
    }
    for one in &found.programmes {
        let OfKind { label, people, lapsed, lapsing, not_known, younger, .. } = one;
        text += &format!(
            "{label}: {people} take part; {lapsed} lapsed, {lapsing} lapse in 90 days, {not_known} not known; \
             {younger} younger, not in the return\n"
        );
    }
    text
}
