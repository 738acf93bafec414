//! `waymark report`: counts what is scheduled. The server does the same every hour while it runs; where
//! none runs, a timer of the machine calls this.

use super::{Outcome, Place, Result, block_on};
use crate::output::{self, Format};
use crate::wiring;
use clap::Subcommand;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Count own reports and make packs of the month that is over, where they were not yet.
    Due(Due),
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
        }
    }
}

impl Due {
    async fn run(self) -> Result {
        let ctx = wiring::open(&self.place).await?;
        let reports = app::reports::run_due(&ctx).await?;
        let packs = app::packs::make_due(&ctx).await?;
        match self.format {
            Format::Json => output::json(&json!({ "reports": reports, "packs": packs })),
            Format::Csv => output::line(&format!("reports,packs\n{reports},{packs}")),
            Format::Text => {
                output::line(&format!("{reports} reports counted and {packs} packs made"));
            }
        }
        Ok(Outcome::Done)
    }
}
