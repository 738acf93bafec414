//! Who guesses at sign-in and is kept waiting, as the audit tells it. It is written down after the answer, for a name
//! that somebody has and one that nobody has alike, so that no answer tells by its time which it was. Invariant: a
//! flood of guesses is none of rows, nor of units of work that others wait for. What comes within some seconds, and
//! while a row is being written, is counted and written together; a server that stops writes what it has.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use store::{Db, Tx, accounts, audit};

use super::sign_in::name;
use crate::context::{Context, Wrong};

/// How long waits are gathered before they are written down.
const GATHERED: Duration = Duration::from_secs(5);

/// How often, by account; under none those of names that nobody has, and of places that tried many.
type Times = BTreeMap<Option<i64>, i64>;

/// Waits that are not written down yet.
#[derive(Default)]
pub(crate) struct KeptWaiting {
    counted: Mutex<Counted>,
    /// Whoever writes holds it: at most one does, and one comes after it.
    writing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Counted {
    times: Times,
    /// Whether somebody is about to write them down.
    coming: bool,
}

impl KeptWaiting {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one; whether nobody is about to write it down.
    fn count(&self, account: Option<i64>) -> bool {
        let mut counted = self.counted();
        *counted.times.entry(account).or_default() += 1;
        !mem::replace(&mut counted.coming, true)
    }

    /// Takes what was counted; whoever is counted from here on has it written down anew.
    fn take(&self) -> Times {
        mem::take(&mut *self.counted()).times
    }

    /// Counts again what could not be written down: it is told of with the next.
    fn give_back(&self, taken: Times) {
        let mut counted = self.counted();
        for (account, times) in taken {
            *counted.times.entry(account).or_default() += times;
        }
    }

    async fn write(&self, db: &Db, at: &str) -> Result<(), Wrong> {
        let _turn = self.writing.lock().await;
        if self.counted().times.is_empty() {
            return Ok(());
        }
        // What comes while a busy database is waited for is taken with the rest.
        let begun = db.begin().await;
        let taken = self.take();
        let written = match begun {
            Ok(tx) => write_down(tx, &taken, at).await,
            Err(cause) => Err(cause.into()),
        };
        if written.is_err() {
            self.give_back(taken);
        }
        written
    }
}

/// All are counted, in one order, before the first row is added to the audit: servers that write at the same time wait
/// for each other and never in a ring.
async fn write_down(mut tx: Tx, taken: &Times, at: &str) -> Result<(), Wrong> {
    let hour = at.split(':').next().unwrap_or_default();
    let mut rows = Vec::new();
    for (account, times) in taken {
        let whom = account.map_or_else(|| "nobody".to_owned(), |account| account.to_string());
        let name = name(&["kept waiting", &whom, hour]);
        let mut kept = accounts::count_throttle(&mut tx, &name, at).await?;
        let before = kept.failures - 1;
        kept.failures = before + times;
        accounts::set_throttle(&mut tx, &name, &kept).await?;
        // The first of an hour, the tenth, the hundredth: how many they are is told all the same.
        if figures(kept.failures) > figures(before) {
            let what = match account {
                Some(_) => "waits this hour",
                None => "waits this hour, of names that nobody has or at one place",
            };
            rows.push((*account, format!("{what}: {}", kept.failures)));
        }
    }
    for (account, detail) in &rows {
        let entry = audit::Entry {
            at,
            account: *account,
            act: "sign-in kept waiting",
            person: None,
            purpose: "sign-in",
            detail,
        };
        audit::write(&mut tx, &entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How many figures a count is written with.
fn figures(count: i64) -> u32 {
    count.checked_ilog10().map_or(0, |power| power + 1)
}

/// Has it written down, some seconds later, that somebody is kept waiting: at an account, or under a name that nobody
/// has or from a place that tried many.
pub(super) fn kept_waiting(ctx: &Context, account: Option<i64>) {
    if !ctx.waits.count(account) {
        return;
    }
    let (waits, db, at) = (Arc::clone(&ctx.waits), ctx.db.clone(), ctx.now());
    tokio::spawn(async move {
        tokio::time::sleep(GATHERED).await;
        if let Err(cause) = waits.write(&db, &at).await {
            tracing::warn!(%cause, "who was kept waiting at sign-in was not written down");
        }
    });
}

/// Returns when everybody who was kept waiting until now is written down.
pub async fn write_kept_waiting(ctx: &Context) -> Result<(), Wrong> {
    ctx.waits.write(&ctx.db, &ctx.now()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::args;
    use testkit::each_engine;

    const AT: &str = "2025-11-24T09:00:00.000000Z";

    async fn told(db: &Db) -> Vec<(Option<i64>, String)> {
        let mut tx = db.begin_read().await.unwrap();
        let sql =
            "SELECT account, detail FROM audit WHERE act = 'sign-in kept waiting' ORDER BY seq";
        tx.rows(sql, args![], |row| Ok((row.opt_int(0)?, row.text(1)?))).await.unwrap()
    }

    async fn change(db: &Db, sql: &str) {
        let mut tx = db.begin().await.unwrap();
        tx.run(sql, args![]).await.unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_could_not_be_written_down_is_written_with_the_next() {
        each_engine(async |register| {
            let waits = KeptWaiting::default();
            assert!(waits.count(Some(1)) && !waits.count(Some(1)), "one writes for both");
            change(&register.db, "ALTER TABLE throttle RENAME TO throttle_away").await;
            waits.write(&register.db, AT).await.unwrap_err();
            change(&register.db, "ALTER TABLE throttle_away RENAME TO throttle").await;
            assert!(waits.count(Some(1)), "somebody has to come again");
            waits.write(&register.db, AT).await.unwrap();
            let three = [(Some(1), "waits this hour: 3".to_owned())];
            assert_eq!(told(&register.db).await, three, "{}", register.engine);
            waits.write(&register.db, AT).await.unwrap();
            assert_eq!(told(&register.db).await, three, "once");
        })
        .await;
    }

    /// Another server has counted at the second account and adds to the audit while this one waits for its count.
    #[tokio::test]
    async fn servers_that_write_at_the_same_time_wait_in_no_ring() {
        each_engine(async |register| {
            let waits = Arc::new(KeptWaiting::default());
            waits.count(Some(1));
            waits.count(Some(2));
            let mut other = register.db.begin().await.unwrap();
            let second = name(&["kept waiting", "2", "2025-11-24T09"]);
            accounts::count_throttle(&mut other, &second, AT).await.unwrap();
            let (here, db) = (Arc::clone(&waits), register.db.clone());
            let writing = tokio::spawn(async move { here.write(&db, AT).await });
            tokio::time::sleep(Duration::from_millis(500)).await;
            let entry = audit::Entry {
                at: AT,
                account: Some(2),
                act: "a test writes",
                person: None,
                purpose: "test",
                detail: "",
            };
            audit::write(&mut other, &entry).await.unwrap();
            other.commit().await.unwrap();
            writing.await.unwrap().unwrap();
            // The second was counted over there, and is told of there.
            let first = [(Some(1), "waits this hour: 1".to_owned())];
            assert_eq!(told(&register.db).await, first, "{}", register.engine);
        })
        .await;
    }
}
