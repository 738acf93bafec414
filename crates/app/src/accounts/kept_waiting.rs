//! Who guesses at sign-in and is kept waiting, as the audit tells it. It is written down after the answer, for a name
//! that somebody has and one that nobody has alike, so that no answer tells by its time which it was. Invariant: a
//! flood of guesses is none of rows. What comes while a row is being written is counted and written together.

use std::collections::BTreeMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use store::{Db, accounts, audit};

use super::sign_in::name;
use crate::context::{Context, Wrong};

/// Waits that are not written down yet.
#[derive(Default)]
pub(crate) struct KeptWaiting {
    /// By account; under none those of names that nobody has, and of places that tried many.
    counted: Mutex<BTreeMap<Option<i64>, i64>>,
    /// Whoever writes holds it: at most one does, and one comes after it.
    writing: tokio::sync::Mutex<()>,
}

impl KeptWaiting {
    /// Counts one; whether nobody is about to write it down.
    fn count(&self, account: Option<i64>) -> bool {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let first = counted.is_empty();
        *counted.entry(account).or_default() += 1;
        first
    }

    async fn write(&self, db: &Db, at: &str) -> Result<(), Wrong> {
        let _turn = self.writing.lock().await;
        let counted = mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        if counted.is_empty() {
            return Ok(());
        }
        let hour = at.split(':').next().unwrap_or_default();
        let mut tx = db.begin().await?;
        for (account, times) in counted {
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
                let detail = format!("{what}: {}", kept.failures);
                let entry = audit::Entry {
                    at,
                    account,
                    act: "sign-in kept waiting",
                    person: None,
                    purpose: "sign-in",
                    detail: &detail,
                };
                audit::write(&mut tx, &entry).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }
}

/// How many figures a count is written with.
fn figures(count: i64) -> u32 {
    count.checked_ilog10().map_or(0, |power| power + 1)
}

/// Has it written down that somebody is kept waiting: at an account, or under a name that nobody has or from a place
/// that tried many.
pub(super) fn kept_waiting(ctx: &Context, account: Option<i64>) {
    if !ctx.waits.count(account) {
        return;
    }
    let (waits, db, at) = (Arc::clone(&ctx.waits), ctx.db.clone(), ctx.now());
    tokio::spawn(async move {
        if let Err(cause) = waits.write(&db, &at).await {
            tracing::warn!(%cause, "who was kept waiting at sign-in was not written down");
        }
    });
}

/// Returns when everybody who was kept waiting until now is written down.
pub async fn write_kept_waiting(ctx: &Context) -> Result<(), Wrong> {
    ctx.waits.write(&ctx.db, &ctx.now()).await
}
