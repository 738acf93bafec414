//! `waymark target`: sets targets, ends them, and holds the figures of a month against them.

use super::{Outcome, Result, Shown, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::measures::{Stated, end_target, set_target, targets};
use domain::access::Scope;
use domain::calendar::Month;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// Set a target for a measure.
    Set(Set),
    /// Hold every target against the figures of a month.
    List(List),
    /// End a target by its number.
    End(End),
}

#[derive(clap::Args)]
struct Set {
    measure: String,
    /// Units: percent, one decimal.
    #[arg(long, value_name = "PERCENT")]
    level: f64,
    /// The month it is to be met by: YYYY-MM.
    #[arg(long, value_name = "MONTH")]
    by: String,
    /// Where it begins: YYYY-MM=PERCENT.
    #[arg(long, value_name = "MONTH=PERCENT")]
    from: Option<String>,
    /// The day it was agreed: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    agreed: Option<String>,
    #[arg(long)]
    owners: String,
    #[arg(long)]
    source: String,
    /// The grant that hangs on it, in pounds.
    #[arg(long, value_name = "POUNDS")]
    grant: Option<i64>,
    /// Above this percentage not known, this percentage of the grant is lost: 6.0=50. May be repeated.
    #[arg(long, value_name = "PERCENT=LOST")]
    loses: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(clap::Args)]
struct List {
    /// The month to count; the last whole one where none is named.
    #[arg(long)]
    month: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(clap::Args)]
struct End {
    number: i64,
    #[command(flatten)]
    shown: Shown,
}

impl Args {
    pub fn run(self) -> Result {
        match self.what {
            What::Set(set) => block_on(set.run())?,
            What::List(list) => block_on(list.run())?,
            What::End(end) => block_on(async move {
                let ctx = wiring::open(&end.shown.place).await?;
                end_target(&ctx, &whole_authority(), end.number).await?;
                let document = json!({"target": end.number, "done": "ended"});
                end.shown.say(&document, &format!("Target {} is ended.", end.number));
                Ok(Outcome::Done)
            })?,
        }
    }
}

/// Reads `A=B`.
fn pair<A: std::str::FromStr, B: std::str::FromStr>(
    text: &str,
) -> std::result::Result<(A, B), Wrong> {
    let parts = text.split_once('=').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    parts.ok_or_else(|| Wrong::Usage(format!("{text} is not written as the help says.")))
}

impl Set {
    async fn run(self) -> Result {
        let stated = Stated {
            measure: self.measure,
            level_percent: self.level,
            by: self.by,
            from: self.from.as_deref().map(pair::<String, f64>).transpose()?,
            agreed_on: self.agreed.as_deref().map(day).transpose()?,
            owners: self.owners,
            source: self.source,
            grant_pence: self.grant.and_then(|pounds| pounds.checked_mul(100)),
            losses: self
                .loses
                .iter()
                .map(|text| pair(text))
                .collect::<std::result::Result<_, _>>()?,
        };
        let ctx = wiring::open(&self.shown.place).await?;
        let id = set_target(&ctx, &whole_authority(), &stated).await?;
        let Stated { measure, level_percent, by, .. } = stated;
        self.shown.say(
            &json!({"target": id, "measure": measure, "target_percent": level_percent, "by": by}),
            &format!("Target {id}: {measure} at {level_percent} % by {by}."),
        );
        Ok(Outcome::Done)
    }
}

impl List {
    async fn run(self) -> Result {
        let ctx = wiring::open(&self.shown.place).await?;
        let month = match &self.month {
            Some(text) => text.parse().map_err(|wrong| Wrong::Usage(format!("{wrong}.")))?,
            None => Month::of(ctx.today()).plus(-1),
        };
        let held = targets(&ctx, &Scope::everyone(), month).await?;
        match self.shown.format {
            Format::Json => output::json(&held),
            Format::Csv | Format::Text => held.iter().for_each(|one| {
                let (id, measure, by) = (one.id, &one.measure, &one.by);
                let money = one.grant_pence.map_or_else(String::new, |grant| {
                    format!(" {} of {} pounds lost.", one.lost_pence / 100, grant / 100)
                });
                output::line(&format!("{id}  {measure} by {by}: {}{money}", one.sentence));
            }),
        }
        Ok(Outcome::Done)
    }
}
