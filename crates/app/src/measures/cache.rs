//! The cohort kept in memory between questions, brought up to date by the people whose facts
//! changed since. A process that answers one question keeps nothing and loads only what it needs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::cohort::Cohort;
use domain::person::ChangeId;
use store::cohort::{Narrow, touched_since, whole};
use store::people::Moment;
use store::{StoreError, Tx, changes};
use tokio::sync::Mutex;

/// The newest cohort, and the change it was taken at.
#[derive(Default)]
pub struct Cache {
    keeping: AtomicBool,
    held: Mutex<Option<(ChangeId, Arc<Cohort>)>>,
}

/// More people than this share of the register changed: loading it all again is quicker.
const REFRESH_SHARE: usize = 4;

impl Cache {
    /// Keeps the whole cohort from now on; the server asks for it, a single command does not.
    pub fn keep(&self) {
        self.keeping.store(true, Ordering::Relaxed);
    }

    /// The cohort at a moment, at least as wide as asked.
    pub(super) async fn cohort(
        &self,
        tx: &mut Tx,
        moment: Moment,
        narrow: &Narrow,
    ) -> Result<Arc<Cohort>, StoreError> {
        if moment != Moment::Now || !self.keeping.load(Ordering::Relaxed) {
            return whole(tx, moment, narrow).await.map(Arc::new);
        }
        let newest = changes::latest(tx).await?;
        // Held over the load on purpose: a second asker waits for it instead of loading as well.
        let mut held = self.held.lock().await;
        let fresh = match held.as_ref() {
            Some((change, cohort)) if *change == newest => return Ok(Arc::clone(cohort)),
            Some((change, cohort)) if *change < newest => refresh(tx, *change, cohort).await?,
            // Taken by a reader that sees further than this transaction does.
            Some(_) => return whole(tx, moment, narrow).await.map(Arc::new),
            None => whole(tx, Moment::Now, &Narrow::default()).await?,
        };
        let fresh = Arc::new(fresh);
        *held = Some((newest, Arc::clone(&fresh)));
        Ok(fresh)
    }
}

async fn refresh(tx: &mut Tx, since: ChangeId, old: &Cohort) -> Result<Cohort, StoreError> {
    let touched = touched_since(tx, since).await?;
    if touched.len() > old.len() / REFRESH_SHARE {
        return whole(tx, Moment::Now, &Narrow::default()).await;
    }
    let mut all = old.clone();
    let touched_set: BTreeSet<i64> = touched.iter().copied().collect();
    let narrow = Narrow { people: Some(touched), ..Narrow::default() };
    let fresh = whole(tx, Moment::Now, &narrow).await?;
    if !touched_set.is_empty() {
        all = all.refreshed(&touched_set, &fresh);
    }
    Ok(all)
}
