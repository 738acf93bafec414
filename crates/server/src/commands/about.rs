//! `waymark about`: the version, for support calls and for scripts. Reads nothing.

use super::{Outcome, Result, Unopened};
use crate::output::{self, Format};
use serde::Serialize;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    _place: Unopened,
}

#[derive(Serialize)]
struct About {
    name: &'static str,
    version: &'static str,
}

impl Args {
    pub fn run(self) -> Result {
        let about = About { name: "waymark", version: env!("CARGO_PKG_VERSION") };
        match self.format {
            Format::Json => output::json(&about),
            Format::Text | Format::Csv => {
                output::line(&format!("{} {}", about.name, about.version));
            }
        }
        Ok(Outcome::Done)
    }
}
