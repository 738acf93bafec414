//! `waymark organisation add|list`: the schools and colleges of a list, and everybody the register knows.

use super::{Outcome, Result, Shown, block_on, text_of, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::admin::{self, Run};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Add the schools that come with Waymark (Medway's), or those of a list of your own.
    Add {
        /// A CSV with the columns of reference/geography/schools.csv.
        file: Option<PathBuf>,
        /// Show what would happen and change nothing.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        shown: Shown,
    },
    /// All of them, by name.
    List {
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        match self.act {
            Act::Add { file, dry_run, shown } => block_on(add(file, dry_run, shown))?,
            Act::List { shown } => block_on(list(shown))?,
        }
    }
}

async fn add(file: Option<PathBuf>, dry_run: bool, shown: Shown) -> Result {
    let text = file.as_deref().map(text_of).transpose()?;
    let ctx = wiring::begin(&shown.place).await?;
    let run = if dry_run { Run::Dry } else { Run::Real };
    let brought = admin::bring_schools(&ctx, &whole_authority(), text.as_deref(), run).await?;
    let verb = if dry_run { "would be" } else { "are" };
    let line = format!(
        "{} {verb} new, {} changed, {} unchanged; {} primary schools left out.",
        brought.new.len(),
        brought.changed.len(),
        brought.unchanged,
        brought.left_out
    );
    let document = json!({
        "dry_run": dry_run, "new": brought.new, "changed": brought.changed,
        "unchanged": brought.unchanged, "left_out": brought.left_out,
    });
    shown.say(&document, &line);
    Ok(Outcome::Done)
}

async fn list(shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let all = admin::organisations(&ctx, &whole_authority()).await?;
    if shown.format == Format::Json {
        let rows = all.iter().map(|o| {
            json!({
                "id": o.id, "kind": o.kind, "name": o.name, "establishment": o.establishment,
                "urn": o.urn, "ukprn": o.ukprn, "locality": o.locality,
            })
        });
        output::json(&json!({"organisations": rows.collect::<Vec<_>>()}));
        return Ok(Outcome::Done);
    }
    all.iter().for_each(|o| output::line(&format!("{:<18} {:<21} {}", o.id, o.kind, o.name)));
    Ok(Outcome::Done)
}
