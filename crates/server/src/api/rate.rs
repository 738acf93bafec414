//! How many requests a token may make, how many wrong tokens an address may try and how often an account may
//! search: a bucket each that fills steadily, so that a burst is borne and a flood is not. Kept in this process only.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Requests a minute that a token may make where nothing else is told.
pub const A_MINUTE: u32 = 120;
/// More than this many and those that are full go: nobody can fill the memory by guessing.
const KEPT_MOST: usize = 10_000;

struct Bucket {
    left: f64,
    at: Instant,
}

pub struct Rate {
    a_minute: AtomicU32,
    buckets: Mutex<HashMap<String, Bucket>>,
}

impl Default for Rate {
    fn default() -> Self {
        Self { a_minute: AtomicU32::new(A_MINUTE), buckets: Mutex::default() }
    }
}

impl Rate {
    /// Units: requests a minute.
    pub fn of(a_minute: u32) -> Self {
        let rate = Self::default();
        rate.set(a_minute);
        rate
    }

    /// Units: requests a minute.
    pub fn set(&self, a_minute: u32) {
        self.a_minute.store(a_minute.max(1), Ordering::Relaxed);
    }

    /// Takes one request of whoever `who` is; else the seconds until there is one again.
    pub fn take(&self, who: &str) -> Result<(), u64> {
        self.at(who, Instant::now())
    }

    fn at(&self, who: &str, now: Instant) -> Result<(), u64> {
        let most = f64::from(self.a_minute.load(Ordering::Relaxed));
        let mut all = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let filled = |bucket: &Bucket| {
            let seconds = now.saturating_duration_since(bucket.at).as_secs_f64();
            (bucket.left + seconds * most / 60.0).min(most)
        };
        if all.len() >= KEPT_MOST {
            all.retain(|_, bucket| filled(bucket) < most);
        }
        let bucket = all.entry(who.to_owned()).or_insert(Bucket { left: most, at: now });
        let left = filled(bucket);
        (bucket.left, bucket.at) = (left, now);
        if left < 1.0 {
            return Err(((1.0 - left) * 60.0 / most).ceil().max(1.0) as u64);
        }
        bucket.left = left - 1.0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_burst_is_borne_and_a_flood_waits() {
        let rate = Rate::default();
        rate.set(60);
        let now = Instant::now();
        for _ in 0..60 {
            assert_eq!(rate.at("a", now), Ok(()));
        }
        assert_eq!(rate.at("a", now), Err(1));
        assert_eq!(rate.at("b", now), Ok(()), "nobody waits for another's requests");
        assert_eq!(rate.at("a", now + Duration::from_secs(2)), Ok(()));
        assert_eq!(rate.at("a", now + Duration::from_secs(2)), Ok(()));
        assert_eq!(rate.at("a", now + Duration::from_secs(2)), Err(1));
    }
}
