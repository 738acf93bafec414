//! `waymark imports list|show|decide|apply|undo`: what came in, and what became of it.

use super::import::row_json;
use super::{Outcome, Result, Shown, Wrong, block_on, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::imports;
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// The newest imports.
    List {
        #[command(flatten)]
        shown: Shown,
    },
    /// One import, row by row.
    Show {
        import: i64,
        #[command(flatten)]
        shown: Shown,
    },
    /// Decide a held row: same:PERSON, new or leave.
    Decide {
        import: i64,
        row: i64,
        decision: String,
        #[command(flatten)]
        shown: Shown,
    },
    /// Read a file again that was interrupted, and show what it would change.
    Read {
        import: i64,
        #[command(flatten)]
        shown: Shown,
    },
    /// Forget a file that was not applied.
    Withdraw {
        import: i64,
        #[command(flatten)]
        shown: Shown,
    },
    /// Apply a planned import, or the decided rows of an applied one.
    Apply {
        import: i64,
        #[command(flatten)]
        shown: Shown,
    },
    /// Take an applied import back; later work stays.
    Undo {
        import: i64,
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        block_on(act(self.act))?
    }
}

/// The register, with imports let go of that a killed process left behind.
async fn open(shown: &Shown) -> std::result::Result<app::Context, Wrong> {
    let ctx = wiring::open(&shown.place).await?;
    imports::recover(&ctx).await?;
    Ok(ctx)
}

async fn act(act: Act) -> Result {
    match act {
        Act::List { shown } => list(shown).await,
        Act::Show { import, shown } => {
            let ctx = open(&shown).await?;
            if imports::one(&ctx, import).await?.is_none() {
                return Err(Wrong::Refused(format!("There is no import {import}.")));
            }
            let rows = imports::rows(&ctx, import).await?;
            show(import, &rows, &shown);
            Ok(Outcome::Done)
        }
        Act::Decide { import, row, decision, shown } => {
            let ctx = open(&shown).await?;
            let taken = imports::decide(&ctx, &whole_authority(), import, row, &decision).await?;
            let waits = taken == imports::Taken::Waits;
            let then = match waits {
                true => "Somebody else must agree first, since a record is restricted.",
                false => "It takes effect when you apply.",
            };
            shown.say(
                &json!({"import": import, "row": row, "decision": decision, "waits": waits}),
                &format!("Import {import}, row {row}: {decision}. {then}"),
            );
            Ok(Outcome::Done)
        }
        Act::Read { import, shown } => {
            let ctx = open(&shown).await?;
            ran(&imports::plan(&ctx, &wiring::reader(), import, &|_| {}).await?, &shown)
        }
        Act::Apply { import, shown } => {
            let ctx = open(&shown).await?;
            let ended = imports::apply(&ctx, &wiring::reader(), import, &|_| {}).await?;
            let answer = ran(&ended, &shown);
            app::linking::after_file(&ctx, &ended).await;
            answer
        }
        Act::Withdraw { import, shown } => {
            imports::withdraw(&open(&shown).await?, import, None).await?;
            shown.say(
                &json!({"import": import, "state": "refused"}),
                &format!("Import {import} was withdrawn; its file was not kept."),
            );
            Ok(Outcome::Done)
        }
        Act::Undo { import, reason, shown } => undo(import, &reason, shown).await,
    }
}

fn show(import: i64, rows: &[imports::ImportRow], shown: &Shown) {
    if shown.format == Format::Json {
        let rows: Vec<_> = rows.iter().map(row_json).collect();
        return output::json(&json!({"import": import, "rows": rows}));
    }
    for row in rows {
        let reasons: Vec<String> = serde_json::from_str(&row.reasons).unwrap_or_default();
        let person = row.person.map(|id| format!("person {id}"));
        output::line(&format!(
            "{:>7}  {:<9}  {:<14}  {}",
            row.line,
            row.effect,
            person.unwrap_or_default(),
            reasons.join("; ")
        ));
    }
}

fn ran(outcome: &imports::Outcome, shown: &Shown) -> Result {
    let (c, import) = (outcome.counts, outcome.import);
    if shown.format == Format::Json {
        output::json(&json!({
            "import": import, "new": c.new, "changed": c.changed, "unchanged": c.unchanged,
            "held": c.held, "refused": c.refused,
        }));
    } else {
        output::line(&format!(
            "Import {import}: {} new, {} changed, {} unchanged, {} held for review, {} refused.",
            c.new, c.changed, c.unchanged, c.held, c.refused
        ));
    }
    Ok(if c.held + c.refused > 0 { Outcome::Findings } else { Outcome::Done })
}

async fn list(shown: Shown) -> Result {
    let ctx = open(&shown).await?;
    let all = imports::newest(&ctx, 100).await?;
    if shown.format == Format::Json {
        let list: Vec<_> = all
            .iter()
            .map(|i| {
                json!({
                    "import": i.id, "kind": i.kind, "from": i.sender, "file": i.file_name,
                    "state": i.state, "as_of": i.as_of, "received_at": i.received_at,
                    "new": i.counts.new, "changed": i.counts.changed,
                    "unchanged": i.counts.unchanged, "held": i.counts.held,
                    "refused": i.counts.refused,
                })
            })
            .collect();
        output::json(&json!({"imports": list}));
        return Ok(Outcome::Done);
    }
    for i in all {
        let c = i.counts;
        output::line(&format!(
            "{:>5}  {:<9}  {:<16}  {:<24}  {} new, {} changed, {} held  {}",
            i.id, i.state, i.kind, i.sender, c.new, c.changed, c.held, i.file_name
        ));
    }
    Ok(Outcome::Done)
}

async fn undo(import: i64, reason: &str, shown: Shown) -> Result {
    let ctx = open(&shown).await?;
    let undone = imports::undo(&ctx, import, None, reason).await?;
    if shown.format == Format::Json {
        let kept: Vec<_> =
            undone.kept.iter().map(|(person, why)| json!({"person": person, "why": why})).collect();
        output::json(&json!({
            "import": import, "restored": undone.restored, "removed": undone.removed, "kept": kept,
        }));
        return Ok(Outcome::Done);
    }
    output::line(&format!(
        "Import {import} was taken back: {} records restored, {} people off the register, {} later edits kept.",
        undone.restored,
        undone.removed,
        undone.kept.len()
    ));
    Ok(Outcome::Done)
}
