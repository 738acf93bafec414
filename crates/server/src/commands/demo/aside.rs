//! Where a demonstration stands until it is whole: a folder of its own within the register's. Whoever is stopped in the
//! middle leaves nothing that is taken for a register, and the next who begins makes it anew. Nothing is ever removed
//! but the database in that folder.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use store::engine::FILE;

use super::Wrong;

const FOLDER: &str = "unfinished-demonstration";
/// Held while one is made: another who begins meanwhile would take the database away from under it.
const LOCK: &str = "lock";
/// What SQLite keeps beside a database's file, by how its name goes on.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

pub struct Aside {
    home: PathBuf,
    folder: PathBuf,
    _lock: File,
}

impl Aside {
    /// Begins anew, whatever one that was stopped has left.
    pub fn begin(home: &Path) -> Result<Aside, Wrong> {
        let folder = home.join(FOLDER);
        let failed = |error: io::Error| unusable(home, &error);
        fs::create_dir_all(&folder).map_err(failed)?;
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let lock = options.open(folder.join(LOCK)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Wrong::Refused(format!(
                    "Another waymark demo is at work in {}. Wait until it has ended.",
                    home.display()
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        clear(&folder).map_err(failed)?;
        Ok(Aside { home: home.to_owned(), folder, _lock: lock })
    }

    /// The folder in which the database is made.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Moves the database, which is closed, to its place.
    pub fn into_place(self) -> Result<(), Wrong> {
        if store::stands_in(&self.home) {
            return Err(Wrong::Refused(format!(
                "A register was begun in {} meanwhile; a demonstration is made in a new one.",
                self.home.display()
            )));
        }
        let made = self.folder.join(FILE);
        File::open(&made)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&made, self.home.join(FILE)))
            .and_then(|()| File::open(&self.home))
            .and_then(|home| home.sync_all())
            .map_err(|error| unusable(&self.home, &error))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What cannot be removed now is by the next who begins.
        let _ = clear(&self.folder)
            .and_then(|()| fs::remove_file(self.folder.join(LOCK)))
            .and_then(|()| fs::remove_dir(&self.folder));
    }
}

fn clear(folder: &Path) -> io::Result<()> {
    for end in [""].iter().chain(&BESIDE) {
        let removed = fs::remove_file(folder.join(format!("{FILE}{end}")));
        if let Err(error) = removed
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
    }
    Ok(())
}

fn unusable(home: &Path, error: &io::Error) -> Wrong {
    Wrong::Failed(format!("The folder {} cannot be used: {error}.", home.display()))
}
