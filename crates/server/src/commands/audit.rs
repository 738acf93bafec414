//! `waymark audit seal|verify|who`: sign how the audit stands, verify all of it, and say whose data an
//! account saw. `verify` ends with 1 where anything was touched.

use super::{Outcome, Place, Result, Shown, Wrong, block_on, whole_authority};
use crate::output::{self, Format};
use crate::wiring::{self, VaultArgs};
use app::audit::{self, Report, Seen, Vault};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Sign how the audit stands now, outside the database.
    Seal {
        #[command(flatten)]
        vault: VaultArgs,
        #[command(flatten)]
        shown: Shown,
    },
    /// Walk the whole audit and say what was touched.
    Verify {
        #[command(flatten)]
        vault: VaultArgs,
        /// Your own copy of the public key; without it the one beside the checkpoints is believed.
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
        #[command(flatten)]
        shown: Shown,
    },
    /// Say whose data an account saw between two days.
    Who {
        /// An account's number or email address.
        account: String,
        /// First day.
        #[arg(long, value_name = "DAY")]
        from: Date,
        /// Last day.
        #[arg(long, value_name = "DAY")]
        to: Date,
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        block_on(async {
            match self.act {
                Act::Seal { vault, shown } => seal(shown, &vault).await,
                Act::Verify { vault, public_key, shown } => verify(shown, &vault, public_key).await,
                Act::Who { account, from, to, shown } => who(shown, &account, (from, to)).await,
            }
        })?
    }
}

fn place_of(vault: &VaultArgs, place: &Place) -> std::result::Result<Vault, Wrong> {
    vault.vault(place).ok_or_else(|| {
        Wrong::Usage("Say with --checkpoints where the audit's checkpoints are.".to_owned())
    })
}

async fn seal(shown: Shown, vault: &VaultArgs) -> Result {
    let vault = place_of(vault, &shown.place)?;
    let ctx = wiring::open(&shown.place).await?;
    let sealed = audit::seal(&ctx, &vault).await?;
    match (shown.format, sealed) {
        (Format::Json, sealed) => output::json(&json!({
            "checkpoint": sealed.as_ref().map(|s| s.checkpoint.number),
            "rows": sealed.as_ref().map(|s| s.checkpoint.size),
            "file": sealed.as_ref().map(|s| s.file.display().to_string()),
        })),
        (_, None) => output::line("Nothing was written since the last checkpoint."),
        (_, Some(s)) => output::line(&format!(
            "Checkpoint {} over {} rows: {}",
            s.checkpoint.number,
            s.checkpoint.size,
            s.file.display()
        )),
    }
    Ok(Outcome::Done)
}

async fn verify(shown: Shown, vault: &VaultArgs, public_key: Option<PathBuf>) -> Result {
    let vault = place_of(vault, &shown.place)?;
    let ctx = wiring::open(&shown.place).await?;
    let report = audit::verify(&ctx, &vault, public_key.as_deref()).await?;
    match shown.format {
        Format::Json => output::json(&as_json(&report)),
        _ => say(&report),
    }
    Ok(if report.found.is_empty() { Outcome::Done } else { Outcome::Findings })
}

fn as_json(report: &Report) -> Value {
    let found = report
        .found
        .iter()
        .map(|f| json!({"fault": f.fault.name(), "number": f.number, "sentence": f.sentence}));
    json!({
        "rows": report.rows,
        "rows_before_the_chain": report.unhashed_before,
        "checkpoints": report.checkpoints,
        "rows_not_yet_sealed": report.unsealed,
        "not_yet_sealed_since": report.unsealed_since,
        "found": found.collect::<Vec<_>>(),
    })
}

fn say(report: &Report) {
    output::line(&format!("{} rows, {} checkpoints.", report.rows, report.checkpoints));
    if report.unhashed_before > 0 {
        output::line(&format!("{} rows are older than the chain.", report.unhashed_before));
    }
    if let Some(since) = &report.unsealed_since {
        output::line(&format!(
            "{} rows since {since} are not sealed yet: only their own hashes vouch for them.",
            report.unsealed
        ));
    }
    match report.found.is_empty() {
        true => output::line("Nothing was touched."),
        false => {
            report.found.iter().for_each(|f| output::line(&format!("TOUCHED: {}.", f.sentence)))
        }
    }
}

async fn who(shown: Shown, account: &str, days: (Date, Date)) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let seen = audit::who(&ctx, &whole_authority(), account, days).await?;
    match shown.format {
        Format::Json => output::json(&seen_json(&seen)),
        Format::Csv => csv(&seen)?,
        Format::Text => told(&seen),
    }
    Ok(Outcome::Done)
}

fn seen_json(seen: &Seen) -> Value {
    let people = seen.people.iter().map(|p| {
        let acts: serde_json::Map<String, Value> =
            p.acts.iter().map(|(act, times)| (act.clone(), json!(times))).collect();
        json!({
            "person": p.person,
            "name": p.name,
            "date_of_birth": p.born.map(|day| day.to_string()),
            "first": p.first,
            "last": p.last,
            "acts": acts,
        })
    });
    let beside = seen
        .beside
        .iter()
        .map(|(act, detail, times)| json!({"act": act, "detail": detail, "times": times}));
    json!({
        "account": seen.account,
        "name": seen.name,
        "email": seen.email,
        "people": people.collect::<Vec<_>>(),
        "naming_nobody": beside.collect::<Vec<_>>(),
    })
}

fn acts(acts: &[(String, i64)]) -> String {
    let words: Vec<String> = acts.iter().map(|(act, times)| format!("{act} {times}×")).collect();
    words.join(", ")
}

fn csv(seen: &Seen) -> std::result::Result<(), Wrong> {
    let failed = |e: csv::Error| Wrong::Failed(format!("The table could not be written: {e}."));
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = ["person", "name", "date_of_birth", "first", "last", "acts"];
    table.write_record(head).map_err(failed)?;
    for p in &seen.people {
        let born = p.born.map(|day| day.to_string()).unwrap_or_default();
        let row = [
            p.person.to_string(),
            p.name.clone(),
            born,
            p.first.clone(),
            p.last.clone(),
            acts(&p.acts),
        ];
        table.write_record(row).map_err(failed)?;
    }
    let bytes = table.into_inner().map_err(|e| Wrong::Failed(e.to_string()))?;
    output::line(String::from_utf8_lossy(&bytes).trim_end());
    Ok(())
}

fn told(seen: &Seen) {
    output::line(&format!("{} ({}): {} people", seen.name, seen.email, seen.people.len()));
    for p in &seen.people {
        let born = p.born.map(|day| format!(", born {day}")).unwrap_or_default();
        output::line(&format!(
            "{:>8}  {}{born}: {}; last {}",
            p.person,
            p.name,
            acts(&p.acts),
            p.last
        ));
    }
    for (act, detail, times) in &seen.beside {
        output::line(&format!("          {act}: {detail} {times}×"));
    }
}
