//! `waymark council set|show`: what the council says of itself. What is not named stays as it is.

use super::{Outcome, Result, Shown, block_on, whole_authority};
use crate::wiring;
use app::admin::{self, SETTINGS};
use serde_json::{Map, Value};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Say it, or change it.
    Set(Set),
    /// As it stands.
    Show {
        #[command(flatten)]
        shown: Shown,
    },
}

#[derive(clap::Args)]
struct Set {
    /// As it stands on pages.
    #[arg(long)]
    name: Option<String>,
    /// Three digits, as in the return.
    #[arg(long, value_name = "CODE")]
    la_code: Option<String>,
    /// Three digits that begin the numbers of new people.
    #[arg(long, value_name = "DIGITS")]
    database_id: Option<String>,
    /// Three-digit codes of councils to compare with, with spaces between.
    #[arg(long, value_name = "CODES")]
    neighbours: Option<String>,
    #[command(flatten)]
    shown: Shown,
}

impl Args {
    pub fn run(self) -> Result {
        match self.act {
            Act::Set(set) => block_on(set.run())?,
            Act::Show { shown } => block_on(async move {
                let ctx = wiring::open(&shown.place).await?;
                tell(&ctx, &shown).await
            })?,
        }
    }
}

impl Set {
    async fn run(self) -> Result {
        let ctx = wiring::open(&self.shown.place).await?;
        let actor = whole_authority();
        let named = [self.name, self.la_code, self.database_id, self.neighbours];
        let stands = admin::settings(&ctx, &actor).await?;
        let values: Vec<String> =
            named.into_iter().zip(stands).map(|(said, stands)| said.unwrap_or(stands)).collect();
        admin::set(&ctx, &actor, &values).await?;
        tell(&ctx, &self.shown).await
    }
}

async fn tell(ctx: &app::Context, shown: &Shown) -> Result {
    let values = admin::settings(ctx, &whole_authority()).await?;
    let pairs = || SETTINGS.iter().zip(&values);
    let document: Map<String, Value> =
        pairs().map(|((name, ..), value)| ((*name).to_owned(), value.as_str().into())).collect();
    let lines: Vec<String> =
        pairs().map(|((_, words, _), value)| format!("{words}: {value}")).collect();
    shown.say(&document.into(), &lines.join("\n"));
    Ok(Outcome::Done)
}
