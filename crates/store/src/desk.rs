//! Where readings tell the audit what was seen: many of them answered after one commit.
//!
//! A disk is asked some hundreds of times a second at most to keep something for good, and every page
//! about a person needs that. So readings run beside each other, bring their rows here when they end, and
//! one writer at a time takes all that wait into one unit of work. Invariant: [`Telling::tell`] returns
//! well only when the rows are kept for good; whatever breaks on the way is an error to each who waited.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::audit::{Told, write_all};
use crate::engine::{Db, StoreError};

/// One unit of work takes no more rows than this, beyond a single reading's own.
const ROWS_MOST: usize = 4_000;

type Answer = oneshot::Sender<Result<(), StoreError>>;

/// The readings that wait, shared by all handles of one database.
#[derive(Clone, Default)]
pub struct Desk(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    readings: Vec<(Vec<Told>, Answer)>,
    /// Somebody is writing and will look again before leaving.
    attended: bool,
    groups: u64,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The readings that go together next; none, and the desk is left.
    fn next(&self) -> Option<Vec<(Vec<Told>, Answer)>> {
        let mut waiting = self.lock();
        if waiting.readings.is_empty() {
            waiting.attended = false;
            return None;
        }
        let mut rows = 0;
        let fit = waiting.readings.iter().take_while(|(told, _)| {
            let before = rows;
            rows += told.iter().map(Told::rows).sum::<usize>();
            before < ROWS_MOST
        });
        let count = fit.count();
        waiting.groups += 1;
        Some(waiting.readings.drain(..count).collect())
    }
}

/// What one reading has to tell.
pub struct Telling {
    db: Db,
    told: Vec<Told>,
}

impl Telling {
    pub fn new(db: &Db) -> Telling {
        Telling { db: db.clone(), told: Vec::new() }
    }

    pub fn push(&mut self, told: Told) {
        self.told.push(told);
    }

    pub async fn tell(self) -> Result<(), StoreError> {
        if self.told.is_empty() {
            return Ok(());
        }
        let (answer, heard) = oneshot::channel();
        let unattended = {
            let mut waiting = self.db.desk().lock();
            waiting.readings.push((self.told, answer));
            !std::mem::replace(&mut waiting.attended, true)
        };
        if unattended {
            // A task of its own: a browser that leaves must not take others' rows with it.
            tokio::spawn(attend(self.db.clone()));
        }
        heard.await.unwrap_or_else(|_| Err(not_kept("its writer stopped")))
    }
}

impl Db {
    /// How many units of work readings were remembered in since the database was opened.
    pub fn groups_told(&self) -> u64 {
        self.desk().lock().groups
    }
}

async fn attend(db: Db) {
    let mut leaving = Leaving(Some(db.desk().clone()));
    while let Some(group) = db.desk().next() {
        let told = group.iter().flat_map(|(told, _)| told.iter().cloned()).collect::<Vec<_>>();
        let kept = keep(&db, &told).await.map_err(|e| e.to_string());
        for (_, answer) in group {
            let _ = answer.send(kept.clone().map_err(|why| not_kept(&why)));
        }
    }
    leaving.0 = None;
}

async fn keep(db: &Db, told: &[Told]) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    write_all(&mut tx, told).await?;
    tx.keep().await
}

fn not_kept(why: &str) -> StoreError {
    StoreError::Unavailable(format!("the audit could not be kept: {why}"))
}

/// A writer that ends before its time lets go of those who wait: they hear that nothing was kept.
struct Leaving(Option<Desk>);

impl Drop for Leaving {
    fn drop(&mut self) {
        let Some(desk) = self.0.take() else { return };
        let mut waiting = desk.lock();
        waiting.attended = false;
        waiting.readings.clear();
    }
}
