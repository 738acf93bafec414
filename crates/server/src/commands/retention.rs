//! `waymark retention rules show|set`: the rules by which things are destroyed when their time is over, and the
//! council's own in force instead.

use super::{Outcome, Result, Shown, block_on, text_of, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::retention;
use domain::retention::Rule;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// The rules: what is kept how long, on whose word.
    Rules(Rules),
}

#[derive(clap::Args)]
struct Rules {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Say which rules are in force, since when and by whom.
    Show {
        #[command(flatten)]
        shown: Shown,
    },
    /// Put the rules of a TOML file in force, written as reference/retention.toml is.
    Set {
        file: PathBuf,
        /// Only say what would change.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        let What::Rules(Rules { act }) = self.what;
        match act {
            Act::Show { shown } => block_on(show(shown))?,
            Act::Set { file, dry_run: true, shown } => block_on(compare(shown, &file))?,
            Act::Set { file, dry_run: false, shown } => block_on(set(shown, &file))?,
        }
    }
}

async fn show(shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let found = retention::rules_in_force(&ctx, &whole_authority()).await?;
    let since = found.own.as_ref().and_then(|own| own.agreed_at.as_deref());
    let by = found.own.as_ref().map(|own| own.agreed_by_name.as_str());
    if shown.format == Format::Json {
        let rules: Vec<Value> = found.rules.iter().map(rule).collect();
        output::json(
            &json!({ "own": found.own.is_some(), "since": since, "by": by, "rules": rules }),
        );
        return Ok(Outcome::Done);
    }
    match (since, by) {
        (Some(since), Some(by)) => output::line(&format!("In force since {since}, by {by}.")),
        _ => output::line("The rules that Waymark comes with."),
    }
    for rule in &found.rules {
        let (what, words) = (rule.category.label(), rule.words());
        output::line(&format!("{}: {what}. {words}. {}", rule.id, rule.authority));
    }
    Ok(Outcome::Done)
}

fn rule(rule: &Rule) -> Value {
    json!({
        "rule": rule.id,
        "category": rule.category.name(),
        "trigger": rule.trigger.name(),
        "months": rule.months,
        "words": rule.words(),
        "authority": rule.authority,
    })
}

async fn compare(shown: Shown, file: &Path) -> Result {
    let text = text_of(file)?;
    let ctx = wiring::open(&shown.place).await?;
    let found = retention::compare_rules(&ctx, &whole_authority(), &text).await?;
    let last = format!("Due by them today: {}. Nothing was changed yet.", found.due);
    Ok(told(&shown, &found.changes, &last))
}

async fn set(shown: Shown, file: &Path) -> Result {
    let text = text_of(file)?;
    let ctx = wiring::open(&shown.place).await?;
    let put = retention::set_rules(&ctx, &whole_authority(), &text).await?;
    Ok(told(&shown, &put.changes, "The rules are in force from the next list on."))
}

fn told(shown: &Shown, changes: &[String], last: &str) -> Outcome {
    if shown.format == Format::Json {
        output::json(&json!({ "changes": changes, "said": last }));
        return Outcome::Done;
    }
    if changes.is_empty() {
        output::line("They say what the rules in force say.");
    }
    for change in changes {
        output::line(change);
    }
    output::line(last);
    Outcome::Done
}
