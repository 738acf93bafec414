//! `waymark return`: what can be done with the monthly return.

use super::{Result, return_check, return_sign, return_write};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Which,
}

#[derive(clap::Subcommand)]
enum Which {
    /// Check a file with the department's checks.
    Check(return_check::Args),
    /// Write the return for a month from the register.
    Write(return_write::Args),
    /// Sign a month off, so that its leavers have been told of.
    Sign(return_sign::Args),
}

impl Args {
    pub fn run(self) -> Result {
        match self.command {
            Which::Check(args) => args.run(),
            Which::Write(args) => args.run(),
            Which::Sign(args) => args.run(),
        }
    }
}
