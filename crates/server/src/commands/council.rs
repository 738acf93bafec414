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
    /// The sign-in address of somebody of information governance, told of emergency openings.
    #[arg(long, value_name = "ADDRESS")]
    emergency_officer: Option<String>,
    /// Whom to ask about personal data: an email address, a phone number or both.
    #[arg(long, value_name = "WORDS")]
    privacy_contact: Option<String>,
    /// Whom to tell what cannot be used: an email address, a phone number or both.
    #[arg(long, value_name = "WORDS")]
    accessibility_contact: Option<String>,
    /// What the council adds to the privacy page, a paragraph a line.
    #[arg(long, value_name = "WORDS")]
    privacy_words: Option<String>,
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
        let ctx = wiring::begin(&self.shown.place).await?;
        let said = [
            ("council_name", self.name),
            ("la_code", self.la_code),
            ("database_id", self.database_id),
            ("neighbours", self.neighbours),
            ("emergency_officer", self.emergency_officer),
            ("privacy_contact", self.privacy_contact),
            ("accessibility_contact", self.accessibility_contact),
            ("privacy_words", self.privacy_words),
        ];
        let said = said.into_iter().filter_map(|(name, value)| Some((name, value?)));
        admin::set(&ctx, &whole_authority(), &said.collect::<Vec<_>>()).await?;
        tell(&ctx, &self.shown).await
    }
}

async fn tell(ctx: &app::Context, shown: &Shown) -> Result {
    let values = admin::settings(ctx, &whole_authority()).await?;
    let pairs = || SETTINGS.iter().zip(&values);
    let document: Map<String, Value> =
        pairs().map(|(setting, value)| (setting.name.to_owned(), value.as_str().into())).collect();
    let lines: Vec<String> =
        pairs().map(|(setting, value)| format!("{}: {value}", setting.words)).collect();
    shown.say(&document.into(), &lines.join("\n"));
    Ok(Outcome::Done)
}
