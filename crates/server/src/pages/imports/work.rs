//! Imports that are running now: one at a time each, with how far it is. What is running is
//! remembered by this process only; what has happened is in the register.

use app::imports::{self, Done};
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::Edge;

/// How far each import is.
#[derive(Clone, Default)]
pub struct Work(Arc<Mutex<HashMap<i64, Done>>>);

impl Work {
    /// How far a running import is; `None` when it is not running.
    pub fn done(&self, import: i64) -> Option<Done> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&import).copied()
    }

    pub fn set(&self, import: i64, done: Option<Done>) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Some(done) => running.insert(import, done),
            None => running.remove(&import),
        };
    }

    /// Starts the dry run or the real run behind the page. How it ended is kept with the import.
    pub fn start(&self, edge: &Edge, import: i64, commit: bool) {
        self.set(import, Some(Done::default()));
        let (work, edge) = (self.clone(), edge.clone());
        tokio::spawn(async move {
            let (running, with) = (work.clone(), edge.clone());
            let run = async move {
                let progress = |done| running.set(import, Some(done));
                match commit {
                    true => imports::apply(with.ctx(), with.reader(), import, &progress).await,
                    false => imports::plan(with.ctx(), with.reader(), import, &progress).await,
                }
            };
            let ctx = edge.ctx();
            let Some(ended) = work.to_its_end(import, run).await else {
                if let Err(wrong) = imports::recover(ctx).await {
                    tracing::error!(import, %wrong, "an import that broke off was not let go of");
                }
                return;
            };
            match ended {
                Ok(applied) if commit => app::linking::after_file(ctx, &applied).await,
                Ok(_) => {}
                Err(wrong) => tracing::warn!(import, %wrong, "an import was not finished"),
            }
            if commit && let Err(wrong) = app::linking::warm(ctx).await {
                tracing::warn!(%wrong, "the register was not read for those who enter people");
            }
        });
    }

    /// What a run came to; `None` where a bug broke it off. Nobody goes on waiting for it either way.
    async fn to_its_end<T: Send + 'static>(
        &self,
        import: i64,
        run: impl Future<Output = T> + Send + 'static,
    ) -> Option<T> {
        let ended = tokio::spawn(run).await;
        self.set(import, None);
        ended.inspect_err(|broken| tracing::error!(import, %broken, "an import broke off")).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_import_that_breaks_off_is_not_said_to_be_running() {
        let work = Work::default();
        work.set(1, Some(Done::default()));
        work.set(2, Some(Done::default()));
        assert_eq!(work.to_its_end::<()>(1, async { panic!("a bug") }).await, None);
        assert_eq!(work.to_its_end(2, async { 7 }).await, Some(7));
        assert_eq!((work.done(1), work.done(2)), (None, None));
    }
}
