//! `waymark keys make|rotate|seal`: the keys that notes are sealed under at rest.

use super::{Outcome, Place, Result, Shown, Wrong, block_on, whole_authority};
use crate::wiring;
use app::keys;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(clap::Subcommand)]
enum Act {
    /// Make the master key where there is none, and a data key for everything that is written from now on.
    Make {
        #[command(flatten)]
        shown: Shown,
    },
    /// Wrap every data key anew under a fresh master key; then put the new file in the old one's place.
    Rotate {
        /// Where the fresh master key is written. Nothing may be there.
        #[arg(long, value_name = "FILE")]
        new: PathBuf,
        #[command(flatten)]
        shown: Shown,
    },
    /// Seal what lies there in the clear or under an older data key. It may be stopped and run again.
    Seal {
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        block_on(async {
            match self.act {
                Act::Make { shown } => make(&shown).await,
                Act::Rotate { new, shown } => rotate(&shown, &new).await,
                Act::Seal { shown } => seal(&shown).await,
            }
        })?
    }
}

fn file_of(place: &Place) -> std::result::Result<PathBuf, Wrong> {
    place.master_key_file().ok_or_else(|| {
        Wrong::Usage("Say with --master-key where the register's master key is.".to_owned())
    })
}

async fn make(shown: &Shown) -> Result {
    let file = file_of(&shown.place)?;
    let ctx = wiring::begin(&shown.place).await?;
    let id = keys::make(&ctx, &whole_authority(), &file).await?;
    let line = format!(
        "Data key {id} seals everything from now on. Master key: {}\n{}\n\
         What was written before is sealed by: waymark keys seal\n{}",
        file.display(),
        keys::LOSING,
        keys::SERVERS
    );
    let master = file.display().to_string();
    let document = json!({
        "data_key": id, "master_key": master, "losing_it": keys::LOSING, "servers": keys::SERVERS,
    });
    shown.say(&document, &line);
    Ok(Outcome::Done)
}

async fn rotate(shown: &Shown, new: &std::path::Path) -> Result {
    let file = file_of(&shown.place)?;
    let ctx = wiring::open(&shown.place).await?;
    let count = keys::rotate(&ctx, &whole_authority(), &file, new).await?;
    let line = format!(
        "{count} data keys are wrapped under {}. {} opens nothing any more: put the new file in its place.\n{}\n{}",
        new.display(),
        file.display(),
        keys::LOSING,
        keys::SERVERS
    );
    let (new, old) = (new.display().to_string(), file.display().to_string());
    let document = json!({
        "data_keys": count, "master_key": new, "old": old, "losing_it": keys::LOSING,
        "servers": keys::SERVERS,
    });
    shown.say(&document, &line);
    Ok(Outcome::Done)
}

async fn seal(shown: &Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let count = keys::seal_all(&ctx, &whole_authority()).await?;
    let whole = keys::all_sealed(&ctx).await?;
    let line = format!("{count} texts were sealed.");
    let line = if whole { line } else { format!("{line} {}", keys::AGAIN) };
    let again = (!whole).then_some(keys::AGAIN);
    shown.say(&json!({"sealed": count, "all_sealed": whole, "again": again}), &line);
    // There is more to seal than was reached.
    Ok(if whole { Outcome::Done } else { Outcome::Findings })
}
