//! `waymark import KIND FILE --from ORG`: plan, and unless it is a dry run, apply.

use super::{Outcome, Place, Result, Wrong, block_on, text_of, unreadable};
use crate::output::{self, Format};
use crate::wiring;
use app::Context;
use app::imports::ImportRow;
use app::imports::{self, Incoming, Options};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    /// nccis-xml, nccis-flat, ctf, roll, joiners-leavers, ilr or activity-matrix.
    kind: formats::Kind,
    file: PathBuf,
    /// Who sent it: the name, id, URN, UKPRN or establishment number of an organisation.
    #[arg(long, value_name = "ORG")]
    from: String,
    /// Show what would happen and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// The day the file speaks of; otherwise the file's own, or today.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Which of the file's columns are which, in TOML. Remembered for this sender.
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// dmy, mdy or ymd, where the file cannot say.
    #[arg(long, value_name = "ORDER")]
    date_order: Option<String>,
    /// utf-8, utf-16 or windows-1252, where the file cannot say.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// A start this many days from the recorded one is the same start.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(0..))]
    tolerance: Option<i32>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        let file = std::fs::File::open(&self.file).map_err(|e| unreadable(&self.file, &e))?;
        let mapping = self.mapping.as_deref().map(text_of).transpose()?;
        let options = Options {
            mapping,
            date_order: self.date_order.clone(),
            encoding: self.encoding.clone(),
            tolerance_days: self.tolerance,
            ..Options::default()
        };
        options.check().map_err(Wrong::Usage)?;
        block_on(self.import(file, options))?
    }

    async fn import(&self, file: std::fs::File, options: Options) -> Result {
        let ctx = wiring::open(&self.place).await?;
        imports::recover(&ctx).await?;
        let reader = wiring::reader();
        let name = self.file.file_name().map(|n| n.to_string_lossy().into_owned());
        let incoming = Incoming {
            kind: self.kind,
            sender: &self.from,
            file_name: name.as_deref().unwrap_or("file"),
            content: Box::new(file),
            as_of: self.as_of,
            options,
            account: None,
        };
        let id = imports::receive(&ctx, incoming).await?;
        let progress = |done: imports::Done| {
            if done.rows % 10_000 == 0 {
                output::complain(&format!("{} rows", done.rows));
            }
        };
        let outcome = if self.dry_run {
            imports::plan(&ctx, &reader, id, &progress).await?
        } else {
            imports::apply(&ctx, &reader, id, &progress).await?
        };
        self.report(&ctx, &outcome).await?;
        if !self.dry_run {
            app::linking::after_file(&ctx, &outcome).await;
        }
        let c = outcome.counts;
        Ok(if c.held + c.refused > 0 { Outcome::Findings } else { Outcome::Done })
    }

    async fn report(
        &self,
        ctx: &Context,
        outcome: &imports::Outcome,
    ) -> std::result::Result<(), Wrong> {
        let c = outcome.counts;
        if self.format != Format::Json {
            let verb = if self.dry_run { "would be" } else { "are" };
            output::line(&format!(
                "Import {}: of {} rows {} {verb} new, {} changed, {} unchanged, {} held for review, {} refused.",
                outcome.import, c.read, c.new, c.changed, c.unchanged, c.held, c.refused
            ));
            outcome.facts.notes.iter().for_each(|note| output::line(note));
            return Ok(());
        }
        let rows = imports::rows(ctx, outcome.import).await?;
        output::json(&json!({
            "import": outcome.import,
            "kind": self.kind.name(),
            "from": self.from,
            "dry_run": self.dry_run,
            "as_of": outcome.as_of.to_string(),
            "counts": {
                "read": c.read, "new": c.new, "changed": c.changed, "unchanged": c.unchanged,
                "held": c.held, "refused": c.refused,
            },
            "rows": rows.iter().map(row_json).collect::<Vec<_>>(),
            "notes": outcome.facts.notes,
            "unread_columns": outcome.facts.unread.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        }));
        Ok(())
    }
}

/// A row's fate as the report shows it; an unchanged row is only counted and named.
pub(super) fn row_json(row: &ImportRow) -> Value {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
    let changes: Vec<Value> = serde_json::from_str::<Vec<[Option<String>; 4]>>(&row.changes)
        .unwrap_or_default()
        .into_iter()
        .map(|[field, label, before, after]| {
            json!({"field": field, "label": label, "before": before, "after": after})
        })
        .collect();
    json!({
        "row": row.line,
        "effect": row.effect,
        "person": row.person,
        "reasons": parse(&row.reasons),
        "changes": changes,
        "candidates": row.candidates.split(',').filter_map(|id| id.parse::<i64>().ok()).collect::<Vec<_>>(),
        "decision": row.decision,
    })
}
