//! A file being read on a thread of its own, a few rows ahead of the walk.

use std::fs::File;
use std::ops::ControlFlow;
use std::sync::Arc;

use domain::intake::{Row, own_day};
use formats::Kind;
use jiff::civil::Date;
use store::imports::Import;
use tokio::sync::mpsc;

use super::read::{self, Ended, Reader};
use super::receive::Options;
use crate::context::{self, Wrong};

/// Rows planned at a time.
pub(super) const CHUNK_ROWS: usize = 2_000;

pub(super) struct Reading {
    rows: mpsc::Receiver<Row>,
    thread: tokio::task::JoinHandle<std::io::Result<Ended>>,
}

impl Reading {
    pub fn start(reader: Reader, kind: Kind, file: Arc<File>, options: Options) -> Reading {
        let (send, rows) = mpsc::channel(CHUNK_ROWS);
        let thread = tokio::task::spawn_blocking(move || {
            read::read(&reader, kind, &file, &options, &mut |row| match send.blocking_send(row) {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            })
        });
        Reading { rows, thread }
    }

    /// The next rows, `None` after the last.
    pub async fn chunk(&mut self) -> Option<Vec<Row>> {
        let mut rows = Vec::with_capacity(CHUNK_ROWS);
        while rows.len() < CHUNK_ROWS {
            match self.rows.recv().await {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        (!rows.is_empty()).then_some(rows)
    }

    pub async fn end(self) -> Result<Ended, Wrong> {
        self.thread
            .await
            .map_err(|e| Wrong::Failed(format!("the reader stopped: {e}")))?
            .map_err(|e| Wrong::Failed(format!("the process that reads files failed: {e}")))
    }
}

/// Every row of a list that is read and not imported, in a limited process like any other file.
pub(crate) async fn read_rows(
    reader: &Reader,
    kind: Kind,
    file: Arc<File>,
    options: Options,
) -> Result<Vec<Row>, Wrong> {
    let mut reading = Reading::start(reader.clone(), kind, file, options);
    let mut rows = Vec::new();
    while let Some(chunk) = reading.chunk().await {
        rows.extend(chunk);
    }
    reading.end().await?.map_err(|e| Wrong::Refused(e.sentence))?;
    Ok(rows)
}

/// The day the file speaks of: given, or the file's own, or the day it was received; never one that is ahead.
///
/// A file that carries its own day is read through once before, because the day comes with its end.
pub(super) async fn day_of(
    today: Date,
    reader: &Reader,
    (kind, import): (Kind, &Import),
    file: &Arc<File>,
    options: &Options,
) -> Result<Date, Wrong> {
    let own = matches!(kind, Kind::NccisXml | Kind::NccisFlat | Kind::Ctf | Kind::Ilr);
    if options.as_of_given || !own {
        let day: Date =
            import.as_of.parse().map_err(|_| Wrong::Failed("the import has no day".into()))?;
        // One that came before days ahead were turned away at the door may still wait.
        return Ok(own_day(day, today));
    }
    // Not the day that a run before found: it may have read it in another column.
    let received = context::day_of(&import.received_at);
    let received = received.ok_or_else(|| Wrong::Failed("the import came on no day".into()))?;
    let received = own_day(received, today);
    let mut reading = Reading::start(reader.clone(), kind, file.clone(), options.clone());
    while reading.chunk().await.is_some() {}
    let facts = match reading.end().await? {
        Ok(facts) => facts,
        // A table may only want telling how it is read, which its walk asks.
        Err(_) if kind == Kind::NccisFlat => return Ok(received),
        Err(refused) => return Err(Wrong::Refused(refused.sentence)),
    };
    Ok(facts.day.map_or(received, |day| own_day(day, received)))
}
