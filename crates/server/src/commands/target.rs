//! `waymark target`: sets targets, ends them, and holds the figures of a month against them.

use super::{Outcome, Result, Shown, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::exports::tame_csv;
use app::measures::{Held, Stated, end_target, set_target, targets};
use domain::access::Scope;
use domain::calendar::Month;
use formats::tables_out::{Cell, Sheet};
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
            Format::Csv => {
                let bytes = tame_csv(&table(&held)).map_err(|wrong| {
                    Wrong::Failed(format!("the targets cannot be written: {wrong}"))
                })?;
                output::line(String::from_utf8_lossy(&bytes).trim_end());
            }
            Format::Text => held.iter().for_each(|one| {
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

/// A target in each row, under the names of its JSON.
fn table(held: &[Held]) -> Sheet {
    let columns = [
        "id",
        "measure",
        "by",
        "target_percent",
        "percent",
        "people_to_go",
        "better",
        "way_percent",
        "not_known_percent",
        "lost_percent",
        "lost_pence",
        "owners",
        "source",
    ];
    let text = |text: &str| Cell::Text(text.to_owned());
    let percent = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Percent);
    let count = |count: u64| Cell::Count(i64::try_from(count).unwrap_or(i64::MAX));
    let row = |one: &Held| {
        vec![
            Cell::Count(one.id),
            text(&one.measure),
            text(&one.by),
            Cell::Percent(one.target_percent),
            percent(one.percent),
            one.people_to_go.map_or(Cell::Empty, count),
            text(one.better),
            percent(one.way_percent),
            percent(one.not_known_percent),
            count(u64::from(one.lost_percent)),
            one.grant_pence.map_or(Cell::Empty, |_| count(one.lost_pence)),
            text(&one.owners),
            text(&one.source),
        ]
    };
    let columns = columns.map(str::to_owned).to_vec();
    Sheet { name: "Targets".to_owned(), columns, rows: held.iter().map(row).collect() }
}
