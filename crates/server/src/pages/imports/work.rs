//! Imports that are running now: one at a time each, with the number of rows done. What is running is
//! remembered by this process only; what has happened is in the register.

use app::imports;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::http::Edge;

/// Rows done, by import.
#[derive(Clone, Default)]
pub struct Work(Arc<Mutex<HashMap<i64, i64>>>);

impl Work {
    /// Rows done of a running import; `None` when it is not running.
    pub fn rows(&self, import: i64) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&import).copied()
    }

    fn set(&self, import: i64, rows: Option<i64>) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match rows {
            Some(rows) => running.insert(import, rows),
            None => running.remove(&import),
        };
    }

    /// Starts the dry run or the real run behind the page. How it ended is kept with the import.
    pub fn start(&self, edge: &Edge, import: i64, commit: bool) {
        self.set(import, Some(0));
        let (work, edge) = (self.clone(), edge.clone());
        tokio::spawn(async move {
            let progress = |rows| work.set(import, Some(rows));
            let (ctx, reader) = (edge.ctx(), edge.reader());
            let ended = match commit {
                true => imports::apply(ctx, reader, import, &progress).await,
                false => imports::plan(ctx, reader, import, &progress).await,
            };
            if let Err(wrong) = ended {
                tracing::warn!(import, %wrong, "an import was not finished");
            }
            work.set(import, None);
            if commit {
                app::linking::after_file(ctx).await;
            }
            if commit && let Err(wrong) = app::linking::warm(ctx).await {
                tracing::warn!(%wrong, "the register was not read for those who enter people");
            }
        });
    }
}
