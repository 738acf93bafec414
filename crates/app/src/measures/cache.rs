//! The cohort kept in memory between questions, brought up to date by the people whose facts
//! changed since, or read anew where schools came into other consortia. A process that answers one
//! question keeps nothing and loads only what it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::cohort::Cohort;
use domain::person::ChangeId;
use store::cohort::{Narrow, touched_since, whole};
use store::people::Moment;
use store::{StoreError, Tx, changes, organisations};
use tokio::sync::Mutex;

/// A cohort, the change it was taken at, and the consortium of each school then.
struct Held {
    change: ChangeId,
    consortia: BTreeMap<String, String>,
    cohort: Arc<Cohort>,
}

/// The newest cohort.
#[derive(Default)]
pub struct Cache {
    keeping: AtomicBool,
    held: Mutex<Option<Held>>,
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
        // A school comes into a consortium without any change to a person's facts.
        let consortia = organisations::consortia(tx).await?;
        // Held over the load on purpose: a second asker waits for it instead of loading as well.
        let mut held = self.held.lock().await;
        let usable = |kept: &&Held| kept.change > newest || kept.consortia == consortia;
        let fresh = match held.as_ref().filter(usable) {
            Some(kept) if kept.change == newest => return Ok(Arc::clone(&kept.cohort)),
            Some(kept) if kept.change < newest => refresh(tx, kept.change, &kept.cohort).await?,
            // Taken by a reader that sees further than this transaction does.
            Some(_) => return whole(tx, moment, narrow).await.map(Arc::new),
            None => whole(tx, Moment::Now, &Narrow::default()).await?,
        };
        let fresh = Arc::new(fresh);
        *held = Some(Held { change: newest, consortia, cohort: Arc::clone(&fresh) });
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
