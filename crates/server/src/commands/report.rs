//! `waymark report`: counts what is scheduled, as the server does every hour while it runs (where none runs,
//! a timer of the machine calls this); the activity survey; and leavers, offers and caseloads.

mod leavers;

use super::{Outcome, Place, Result, Wrong, block_on, day, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::leavers::Which;
use app::survey::{Question, sheet, survey};
use clap::Subcommand;
use domain::measure::{Cut, tenths};
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Count own reports and make packs of the month that is over, and surveys that were to be sent, where they
    /// were not yet.
    Due(Due),
    /// The activity survey of a summer's leavers by year group, beside that of the summer before. As CSV
    /// small counts are left empty, as in a file that leaves.
    Survey(Survey),
    /// How soon somebody was spoken with after they left: by provider or adviser.
    Leaving(leavers::Days),
    /// What leavers of Year 11 intended beside what they do: by school or by what they intended.
    Intended(leavers::Summer),
    /// Offers, no-shows and early leavers as providers told of them, and what became of it.
    Offers(leavers::Days),
    /// Each adviser's caseload today: NEET, not known, lapsed, next steps overdue.
    Caseloads(leavers::Today),
}

#[derive(clap::Args)]
struct Survey {
    /// The year in whose summer they left.
    #[arg(long)]
    summer: i16,
    /// sex, ethnicity, send, vulnerabilities, ward or school.
    #[arg(long, default_value = "sex")]
    by: String,
    /// The leavers of one school alone, by its number.
    #[arg(long)]
    school: Option<String>,
    /// Count what had been recorded by the end of this day: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    known_on: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
struct Due {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        match self.verb {
            Verb::Due(due) => block_on(due.run())?,
            Verb::Survey(survey) => block_on(survey.run())?,
            Verb::Leaving(days) => block_on(days.run(Which::Leaving))?,
            Verb::Intended(summer) => block_on(summer.run())?,
            Verb::Offers(days) => block_on(days.run(Which::Offers))?,
            Verb::Caseloads(today) => block_on(today.run())?,
        }
    }
}

impl Due {
    async fn run(self) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let reports = app::reports::run_due(&ctx).await?;
        let packs = app::packs::make_due(&ctx).await?;
        let surveys = app::survey::make_due(&ctx).await?;
        match self.format {
            Format::Json => {
                output::json(&json!({ "reports": reports, "packs": packs, "surveys": surveys }));
            }
            Format::Csv => {
                output::line(&format!("reports,packs,surveys\n{reports},{packs},{surveys}"));
            }
            Format::Text => {
                output::line(&format!(
                    "{reports} reports counted, {packs} packs and {surveys} surveys made"
                ));
            }
        }
        Ok(Outcome::Done)
    }
}

impl Survey {
    async fn run(self) -> Result {
        let by = Cut::from_name(&self.by)
            .ok_or_else(|| Wrong::Usage(format!("Nothing is broken down by {}.", self.by)))?;
        let known_on = self.known_on.as_deref().map(day).transpose()?;
        let question = Question { summer: self.summer, by, school: self.school, known_on };
        let ctx = wiring::open(&self.place).await?;
        let found = survey(&ctx, &whole_authority(), &question).await?;
        match self.format {
            Format::Json => output::json(&found),
            Format::Csv => {
                let bytes = app::exports::tame_csv(&sheet(&found)).map_err(|wrong| {
                    Wrong::Failed(format!("the survey cannot be written: {wrong}"))
                })?;
                output::line(String::from_utf8_lossy(&bytes).trim_end());
            }
            Format::Text => output::line(text(&found).trim_end()),
        }
        Ok(Outcome::Done)
    }
}

fn text(found: &app::survey::Survey) -> String {
    let mut text = format!(
        "Activity survey of the leavers of {}: {}, edition {}\n",
        found.summer, found.day, found.edition
    );
    let percent = |value: Option<f64>| value.map_or_else(|| "z".to_owned(), tenths);
    for table in &found.tables {
        text += &format!("\nYear {}: {} young people\n", table.year, table.people);
        text += &format!(
            "{:<40} {:>7} {:>7} {:>8} {:>8} {:>7}\n",
            "destination", "people", "%", "sent", "known", "points"
        );
        for row in &table.rows {
            text += &format!(
                "{:<40} {:>7} {:>7} {:>8} {:>8} {:>7}\n",
                row.label,
                row.people,
                percent(row.percent),
                percent(row.before_sent),
                percent(row.before_now),
                percent(row.change)
            );
        }
    }
    text += &format!(
        "\nsent: the summer before, as known on {}; known: as known now\n{}\n",
        found.sent_by, found.source
    );
    text
}
