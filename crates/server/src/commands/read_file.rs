//! `waymark read-file`: the limited process in which a partner's file is read. It takes the file on
//! standard input, answers with lines on standard output, and reaches nothing else.

use super::{Outcome, Result, Wrong};
use app::imports::{CPU_SECONDS_MAX, MEMORY_BYTES_MAX, Options, relay_file, relay_layout};
use rlimit::{Resource, setrlimit};
use std::io::{BufWriter, Read, Write};

#[derive(clap::Args)]
pub struct Args {
    kind: formats::Kind,
    /// The import's options as JSON.
    #[arg(long)]
    options: String,
    /// Say what its columns would be read as, and read no row.
    #[arg(long)]
    columns: bool,
}

impl Args {
    pub fn run(self) -> Result {
        limits()?;
        let options: Options = serde_json::from_str(&self.options)
            .map_err(|e| Wrong::Usage(format!("The options cannot be read: {e}.")))?;
        let failed = |e: std::io::Error| Wrong::Failed(format!("{e}."));
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map_err(failed)?;
        let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
        match self.columns {
            true => relay_layout(self.kind, &bytes, &options, &mut out),
            false => relay_file(self.kind, &bytes, &options, &mut out),
        }
        .map_err(failed)?;
        out.flush().map_err(failed)?;
        Ok(Outcome::Done)
    }
}

/// Limits this process for good to what reading a file needs. The program itself and what its allocator has laid
/// by come on top: with a limit below that, the next request for memory would be the last, whatever the file.
pub(super) fn limits() -> std::result::Result<(), Wrong> {
    limit(Resource::AS, MEMORY_BYTES_MAX + mapped_bytes())?;
    limit(Resource::CPU, CPU_SECONDS_MAX)?;
    limit(Resource::FSIZE, 0)
}

/// Bytes of address space this process has; none where the system does not say.
fn mapped_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let size = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kilobytes = size.and_then(|size| size.trim().trim_end_matches("kB").trim().parse().ok());
    kilobytes.map_or(0, |kilobytes: u64| kilobytes * 1024)
}

fn limit(resource: Resource, most: u64) -> std::result::Result<(), Wrong> {
    setrlimit(resource, most, most)
        .map_err(|e| Wrong::Failed(format!("No limit could be set: {e}.")))
}
