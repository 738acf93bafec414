//! Searches kept on this side, so that what somebody typed about a young person is in no
//! address, no browser history and no log. An opaque key stands for one, for its own account
//! and half an hour; a restart forgets them all, and the page then says so.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use app::Context;
use jiff::{SignedDuration, Timestamp};

const MINUTES_KEPT: i64 = 30;
/// More than this many and the oldest go: nobody can fill the memory by searching.
const KEPT_MOST: usize = 5_000;

struct Kept<T> {
    account: i64,
    since: Timestamp,
    value: T,
}

pub struct Saved<T>(Mutex<HashMap<String, Kept<T>>>);

impl<T> Default for Saved<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Saved<T> {
    /// Keeps a value for an account; its key.
    pub fn keep(&self, ctx: &Context, account: i64, value: T) -> String {
        let bytes: [u8; 16] = ctx.random();
        let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let since = ctx.timestamp();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, kept| fresh(kept.since, since));
        if all.len() >= KEPT_MOST
            && let Some(oldest) = all.iter().min_by_key(|(_, kept)| kept.since)
        {
            let oldest = oldest.0.clone();
            all.remove(&oldest);
        }
        all.insert(key.clone(), Kept { account, since, value });
        key
    }

    /// The value, for the account that kept it and nobody else.
    pub fn find(&self, ctx: &Context, account: i64, key: &str) -> Option<T> {
        let now = ctx.timestamp();
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(key)?;
        (kept.account == account && fresh(kept.since, now)).then(|| kept.value.clone())
    }
}

fn fresh(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) < SignedDuration::from_mins(MINUTES_KEPT)
}
