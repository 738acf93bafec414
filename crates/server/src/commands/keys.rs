//! `waymark keys make|rotate|seal`: the keys that notes are sealed under at rest.

use super::{Outcome, Place, Result, Wrong, block_on, whole_authority};
use crate::{output, wiring};
use app::keys;
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
        place: Place,
    },
    /// Wrap every data key anew under a fresh master key; then put the new file in the old one's place.
    Rotate {
        /// Where the fresh master key is written. Nothing may be there.
        #[arg(long, value_name = "FILE")]
        new: PathBuf,
        #[command(flatten)]
        place: Place,
    },
    /// Seal what lies there in the clear or under an older data key. It may be stopped and run again.
    Seal {
        #[command(flatten)]
        place: Place,
    },
}

impl Args {
    pub fn run(self) -> Result {
        block_on(async {
            match self.act {
                Act::Make { place } => make(&place).await,
                Act::Rotate { new, place } => rotate(&place, &new).await,
                Act::Seal { place } => seal(&place).await,
            }
        })?
    }
}

fn file_of(place: &Place) -> std::result::Result<PathBuf, Wrong> {
    place.master_key_file().ok_or_else(|| {
        Wrong::Usage("Say with --master-key where the register's master key is.".to_owned())
    })
}

async fn make(place: &Place) -> Result {
    let file = file_of(place)?;
    let ctx = wiring::open(place).await?;
    let id = keys::make(&ctx, &whole_authority(), &file).await?;
    output::line(&format!(
        "Data key {id} seals everything from now on. Master key: {}",
        file.display()
    ));
    output::line(keys::LOSING);
    output::line("What was written before is sealed by: waymark keys seal");
    Ok(Outcome::Done)
}

async fn rotate(place: &Place, new: &std::path::Path) -> Result {
    let file = file_of(place)?;
    let ctx = wiring::open(place).await?;
    let count = keys::rotate(&ctx, &whole_authority(), &file, new).await?;
    output::line(&format!(
        "{count} data keys are wrapped under {}. {} opens nothing any more: put the new file in its place.",
        new.display(),
        file.display()
    ));
    output::line(keys::LOSING);
    Ok(Outcome::Done)
}

async fn seal(place: &Place) -> Result {
    let ctx = wiring::open(place).await?;
    let count = keys::seal_all(&ctx, &whole_authority()).await?;
    output::line(&format!("{count} texts were sealed."));
    Ok(Outcome::Done)
}
