//! Imports that are running now: one at a time each, with how far it is. What is running is
//! remembered by this process only; what has happened is in the register.

use app::imports::{self, Done};
use std::collections::HashMap;
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
            let progress = |done| work.set(import, Some(done));
            let (ctx, reader) = (edge.ctx(), edge.reader());
            let ended = match commit {
                true => imports::apply(ctx, reader, import, &progress).await,
                false => imports::plan(ctx, reader, import, &progress).await,
            };
            work.set(import, None);
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
}
