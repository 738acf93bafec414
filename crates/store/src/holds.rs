//! Claims on work that end with the process that made them, however it ends.
//!
//! A state in a table says what somebody began; only a claim says that they are still at it. SQLite's
//! claims are locked files beside the database, PostgreSQL's are advisory locks of a session: both are
//! gone when the process is, so that no clock has to guess whether it still lives.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::args;
use crate::engine::{Db, StoreError, Tx};

/// PostgreSQL alone knows it, so it is not among the statements that both engines prepare.
const TRY_LOCK: &str =
    "SELECT CAST(CASE WHEN pg_try_advisory_xact_lock($1) THEN 1 ELSE 0 END AS BIGINT)";
/// Tells our advisory locks from others' in the same database.
const OURS: i64 = 0x5761_796d << 32;

/// What can be claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Reading or applying one import.
    Import(i64),
    /// Applying any import: one at a time, because each plans over what the one before left.
    Applying,
}

/// A claim that holds until it is released or the process ends.
pub enum Hold {
    File(Locked),
    Session(Box<Tx>),
}

/// A locked file that goes when the claim does.
pub struct Locked {
    path: PathBuf,
    _file: File,
}

impl Drop for Locked {
    fn drop(&mut self) {
        // While it is still locked, so that nobody can hold the name and we the file.
        let _ = std::fs::remove_file(&self.path);
    }
}

impl Db {
    /// Claims work, unless somebody living holds it.
    pub async fn try_hold(&self, work: Work) -> Result<Option<Hold>, StoreError> {
        if let Some(folder) = self.folder() {
            let name = match work {
                Work::Import(id) => format!("import-{id}.lock"),
                Work::Applying => "applying.lock".to_owned(),
            };
            return Ok(try_lock(&folder, &name)?.map(Hold::File));
        }
        let number = match work {
            Work::Import(id) => OURS + id,
            Work::Applying => OURS,
        };
        let mut tx = self.begin().await?;
        let got = tx.one(TRY_LOCK, args![number], |row| row.flag(0)).await?;
        Ok((got == Some(true)).then(|| Hold::Session(Box::new(tx))))
    }
}

impl Hold {
    /// Ends the claim now, not when the connection is next looked at.
    pub async fn release(self) {
        if let Hold::Session(tx) = self {
            let _ = tx.commit().await;
        }
    }
}

fn try_lock(folder: &Path, name: &str) -> Result<Option<Locked>, StoreError> {
    let path = folder.join(name);
    let unusable = |e: std::io::Error| StoreError::Unavailable(format!("{name}: {e}"));
    let file = File::options().create(true).append(true).open(&path).map_err(unusable)?;
    if file.try_lock().is_err() {
        return Ok(None);
    }
    // Whoever had it may have removed the name between our opening and our locking.
    let same = |here: &Metadata, there: &Metadata| here.ino() == there.ino();
    let named = std::fs::metadata(&path);
    let ours = file.metadata().map_err(unusable)?;
    match named {
        Ok(named) if same(&ours, &named) => Ok(Some(Locked { path, _file: file })),
        _ => Ok(None),
    }
}
