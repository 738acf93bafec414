//! `waymark crossmatch FILE --from ORG`: a partner's list beside the register; nothing is imported.

use super::{Outcome, Place, Result, block_on, file_out, unreadable, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::linking::{self, List};
use domain::matching::ListKind;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    file: PathBuf,
    /// Who sent it: the name, id, URN, UKPRN or establishment number of an organisation.
    #[arg(long, value_name = "ORG")]
    from: String,
    /// population, looked-after, live-births, youth-offending, gifted, claimants or other.
    #[arg(long, value_parser = kind, default_value = "other")]
    kind: ListKind,
    /// What for; kept with the list and with every record it touches.
    #[arg(long, value_name = "WORDS")]
    purpose: String,
    /// What to call it.
    #[arg(long, value_name = "WORDS")]
    title: Option<String>,
    /// Where the rows go, as CSV.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    place: Place,
}

fn kind(text: &str) -> std::result::Result<ListKind, String> {
    ListKind::from_name(text).ok_or_else(|| "no such kind of list".to_owned())
}

impl Args {
    pub fn run(self) -> Result {
        block_on(self.matched())?
    }

    async fn matched(&self) -> Result {
        let file = std::fs::File::open(&self.file).map_err(|e| unreadable(&self.file, &e))?;
        let ctx = wiring::open(&self.place).await?;
        let name = self.file.file_name().map(|name| name.to_string_lossy().into_owned());
        let list = List {
            kind: self.kind,
            sender: &self.from,
            title: self.title.as_deref().unwrap_or(self.kind.label()),
            purpose: &self.purpose,
            file_name: name.as_deref().unwrap_or("list"),
            file,
        };
        let actor = whole_authority();
        let (id, t) = linking::crossmatch(&ctx, &actor, &wiring::reader(), list).await?;
        if let Some(out) = &self.out {
            let text = linking::as_csv(&linking::list_export(&ctx, &actor, id).await?)?;
            file_out::whole(out, &text)?;
        }
        match self.format {
            Format::Json => output::json(&json!({
                "list": id, "kind": self.kind.name(), "from": self.from,
                "counts": {
                    "found": t.found, "differs": t.differs, "doubtful": t.doubtful,
                    "theirs_only": t.theirs, "ours_only": t.ours, "refused": t.refused,
                },
            })),
            Format::Text | Format::Csv => output::line(&format!(
                "List {id}: {} on both, {} of them differ; {} only theirs, {} only ours, {} doubtful, {} not read or not shown.",
                t.found + t.differs,
                t.differs,
                t.theirs,
                t.ours,
                t.doubtful,
                t.refused
            )),
        }
        Ok(if t.doubtful + t.refused > 0 { Outcome::Findings } else { Outcome::Done })
    }
}
