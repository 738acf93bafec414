//! `waymark return write`: the monthly return from the register as it stands, into a file. The file
//! appears whole or not at all; written again from the same register on the same day, or once the month is
//! frozen, it is the same bytes.

use super::{Outcome, Place, Result, Wrong, block_on, day, file_out, whole_authority};
use crate::{
    output::{self, Format},
    wiring,
};
use app::month_end::{Prepared, edition_for, prepare, sent_on, told_again, write, written};
use domain::{calendar::shown, statutory::month_end::is_over};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

#[derive(clap::Args)]
pub struct Args {
    /// The last day of the month that is returned: YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    period_end: String,
    /// Write by this edition instead of that of the period end.
    #[arg(long, value_name = "NAME")]
    edition: Option<String>,
    /// Where to write it.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

impl Args {
    pub fn run(self) -> Result {
        let day = day(&self.period_end)?;
        let edition = edition_for(self.edition.as_deref(), day)
            .map_err(|wrong| Wrong::Usage(wrong.to_string()))?;
        let (prepared, again, over) = block_on(async {
            let ctx = wiring::open(&self.place).await?;
            let mut tx = ctx.db.begin_seeing().await.map_err(app::Wrong::from)?;
            let sent = sent_on(&ctx, &mut tx, day).await?;
            let prepared = prepare(&mut tx, edition, day, sent).await?;
            let again = told_again(&mut tx, &prepared).await?;
            written(&ctx, &mut tx, &whole_authority(), &prepared).await?;
            tx.commit().await.map_err(app::Wrong::from)?;
            Ok::<_, Wrong>((prepared, again, is_over(day, ctx.today())))
        })??;
        let hash = whole_file(&self.out, &prepared).map_err(|error| {
            Wrong::Failed(format!("{} cannot be written: {error}.", self.out.display()))
        })?;
        self.report(&prepared, &hash, (again, over));
        let faultless = prepared.report.findings.is_empty();
        Ok(if faultless { Outcome::Done } else { Outcome::Findings })
    }

    fn report(&self, prepared: &Prepared, hash: &str, (again, over): (usize, bool)) {
        let findings = prepared.report.findings.len();
        let serious = prepared.report.findings.iter().filter(|f| f.priority.number() == 1).count();
        if self.format == Format::Json {
            return output::json(&json!({
                "edition": prepared.edition.name,
                "period_end": prepared.period_end.to_string(),
                "month_over": over,
                "file": self.out,
                "sha256": hash,
                "records": prepared.records.len(),
                "activities_assumed": prepared.assumed,
                "left_out": prepared.left_out,
                "leavers_told_again": again,
                "findings": findings,
                "serious_findings": serious,
                "file_rejected": prepared.report.file_rejected(),
            }));
        }
        output::line(&format!(
            "{} records written to {} by {}, {findings} findings, {serious} of them serious.",
            prepared.records.len(),
            self.out.display(),
            prepared.edition.name
        ));
        if !over {
            output::line(&format!(
                "The month ends on {} and is not over: what is still to come in it is not in this file.",
                shown(prepared.period_end)
            ));
        }
        if prepared.assumed > 0 {
            output::line(&format!(
                "{} have no activity on the day and are returned as not known.",
                prepared.assumed
            ));
        }
        if again > 0 {
            let leavers =
                if again == 1 { "1 leaver is".to_owned() } else { format!("{again} leavers are") };
            output::line(&format!(
                "{leavers} told of again in every later return until this month is signed off: waymark return \
                 sign --period-end {}.",
                prepared.period_end
            ));
        }
        for (why, count) in &prepared.left_out {
            output::line(&format!("{count} left out: {why}."));
        }
    }
}

/// Answers the hash of what was written.
fn whole_file(path: &Path, prepared: &Prepared) -> io::Result<String> {
    let hash = file_out::streamed(path, Some(file_out::PRIVATE), |out| {
        let inner = BufWriter::with_capacity(1 << 18, out);
        let mut out = Hashing { inner, hash: Sha256::new() };
        write(&mut out, prepared)?;
        out.flush()?;
        Ok(out.hash)
    })?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Hashes what passes through.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
