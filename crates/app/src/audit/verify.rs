//! Verifying the whole audit against its hashes, its checkpoints and the register's own counter.

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::{Fault, Found, Walk};
use store::audit;

use super::SEALED;
use super::seal::{Vault, failed, open};
use crate::context::{Context, Wrong};

/// What a verification saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub rows: i64,
    /// Rows at the beginning that are older than the chain.
    pub unhashed_before: i64,
    pub checkpoints: usize,
    /// Rows that no checkpoint covers yet, and when the first of them was written.
    pub unsealed: i64,
    pub unsealed_since: Option<String>,
    pub found: Vec<Found>,
}

/// Walks every row. `public_key` is the verifier's own copy; without it the folder's is believed.
pub async fn verify(
    ctx: &Context,
    vault: &Vault,
    public_key: Option<&Path>,
) -> Result<Report, Wrong> {
    let files = vault.files()?;
    let key = match (public_key, files.is_empty()) {
        (None, true) => Vec::new(),
        (given, _) => read_key(given.unwrap_or(&vault.public_key_file()))?,
    };
    let (mut checkpoints, mut found) = (Vec::new(), Vec::new());
    for (at, file) in files.iter().enumerate() {
        match open(file, &key) {
            Ok(checkpoint) => checkpoints.push(checkpoint),
            Err(Wrong::Refused(sentence)) => {
                let number = i64::try_from(at + 1).unwrap_or(i64::MAX);
                found.push(Found { fault: Fault::Signature, number, sentence });
            }
            Err(broken) => return Err(broken),
        }
    }
    let signed = checkpoints.iter().map(|c| c.size).max().unwrap_or(0);
    let count = checkpoints.len();
    let mut walk = Walk::new(checkpoints);
    let mut tx = ctx.db.begin_read().await?;
    audit::chain(&mut tx, 0, |row, hash| walk.row(row, hash)).await?;
    let counter = audit::counter(&mut tx).await?;
    let told = audit::sealed(&mut tx, SEALED).await?;
    let (unsealed, unsealed_since) = audit::since(&mut tx, signed).await?;
    let (rows, unhashed_before) = (walk.last(), walk.unhashed_before());
    found.extend(walk.end(counter, &told));
    Ok(Report { rows, unhashed_before, checkpoints: count, unsealed, unsealed_since, found })
}

fn read_key(file: &Path) -> Result<Vec<u8>, Wrong> {
    let text = fs::read_to_string(file).map_err(|e| failed(file, &e))?;
    STANDARD
        .decode(text.trim())
        .map_err(|_| Wrong::Failed(format!("{} holds no public key", file.display())))
}
