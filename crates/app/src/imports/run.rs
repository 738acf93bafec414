//! Plans and applies a received file.

use std::collections::{HashMap, HashSet};

use domain::intake::{FileFacts, FileRefused, PlanContext, Row};
use domain::matching::Index;
use formats::Kind;
use jiff::civil::Date;
use store::imports::{Counts, Import, ImportRow};
use store::{Tx, changes, imports, organisations, whole};
use tokio::sync::mpsc;

use super::organisations::Providers;
use super::read::{self, Reader};
use super::receive::{Options, sender_name};
use super::walk::{Commit, Walk};
use crate::context::{Context, Wrong};

/// Rows planned at a time.
const CHUNK_ROWS: usize = 2_000;
/// Days apart that a start may be and still be the same start, unless the import says otherwise.
const TOLERANCE_DAYS: i32 = 14;

/// Told how many rows are done.
pub type Progress<'a> = &'a (dyn Fn(i64) + Send + Sync);

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub import: i64,
    pub counts: Counts,
    pub facts: FileFacts,
    pub as_of: Date,
    /// The change that holds what was written; `None` for a dry run and when nothing differed.
    pub change: Option<i64>,
}

/// The dry run: everything but the commit. Keeps the fate of every row for the report.
pub async fn plan(
    ctx: &Context,
    reader: &Reader,
    import: i64,
    progress: Progress<'_>,
) -> Result<Outcome, Wrong> {
    run(ctx, reader, import, false, progress).await
}

/// The real run: one unit of work, all of it or nothing.
pub async fn apply(
    ctx: &Context,
    reader: &Reader,
    import: i64,
    progress: Progress<'_>,
) -> Result<Outcome, Wrong> {
    run(ctx, reader, import, true, progress).await
}

/// Remembers what a person decided of a held row: `same:ID`, `new` or `leave`.
pub async fn decide(ctx: &Context, import: i64, line: i64, decision: &str) -> Result<(), Wrong> {
    let known = matches!(decision, "new" | "leave")
        || decision.strip_prefix("same:").is_some_and(|id| id.parse::<i64>().is_ok());
    if !known {
        return Err(Wrong::refused(
            "Choose one of the candidates, somebody new, or leave the row out.",
        ));
    }
    let mut tx = ctx.db.begin().await?;
    if !imports::decide(&mut tx, import, line, decision).await? {
        return Err(Wrong::refused("That row is not waiting for a decision."));
    }
    tx.commit().await?;
    Ok(())
}

/// After a killed process: puts its half-done imports back to the door. Returns how many.
pub async fn recover(ctx: &Context) -> Result<u64, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let count = imports::reset_interrupted(&mut tx).await?;
    tx.commit().await?;
    Ok(count)
}

async fn run(
    ctx: &Context,
    reader: &Reader,
    id: i64,
    commit: bool,
    progress: Progress<'_>,
) -> Result<Outcome, Wrong> {
    let (import, bytes, decisions) = begin(ctx, id, commit).await?;
    let ended = walk_file(ctx, reader, &import, bytes, decisions, commit, progress).await;
    match &ended {
        Ok(_) => {}
        Err(Wrong::Refused(sentence)) => settle_state(ctx, id, "refused", sentence).await?,
        Err(e) => {
            tracing::error!(import = id, error = %e, "an import failed");
            let sentence = format!("The import failed and nothing was changed: {e}.");
            settle_state(ctx, id, "received", &sentence).await?;
        }
    }
    ended
}

async fn settle_state(ctx: &Context, id: i64, state: &str, sentence: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    imports::set_state(&mut tx, id, state, Some(sentence)).await?;
    tx.commit().await?;
    Ok(())
}

/// Claims the file for this run, so that two people cannot both apply it.
async fn begin(
    ctx: &Context,
    id: i64,
    commit: bool,
) -> Result<(Import, Vec<u8>, HashMap<i64, String>), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let import = imports::one(&mut tx, id)
        .await?
        .ok_or_else(|| Wrong::refused(format!("There is no import {id}.")))?;
    let may = match import.state.as_str() {
        "received" | "planned" => true,
        // Held rows that were decided since can be applied after the rest.
        "applied" => commit,
        _ => false,
    };
    let to = if commit { "applying" } else { "reading" };
    if !may || !imports::move_state(&mut tx, id, &import.state, to).await? {
        return Err(Wrong::refused(format!(
            "Import {id} is {} and cannot be run now.",
            import.state
        )));
    }
    let decisions = imports::decisions(&mut tx, id).await?.into_iter().collect();
    let bytes = imports::content(&mut tx, id)
        .await?
        .ok_or_else(|| Wrong::Failed(format!("the file of import {id} is missing")))?;
    tx.commit().await?;
    Ok((import, bytes, decisions))
}

async fn walk_file(
    ctx: &Context,
    reader: &Reader,
    import: &Import,
    bytes: Vec<u8>,
    decisions: HashMap<i64, String>,
    commit: bool,
    progress: Progress<'_>,
) -> Result<Outcome, Wrong> {
    let (kind, mut options) = told(import)?;
    let bytes = std::sync::Arc::new(bytes);
    let as_of = day_of(reader, kind, import, &bytes, &options).await?;
    options.as_of = Some(as_of);

    // A dry run reads from one moment and keeps its report aside; the real run is one unit of work.
    let mut tx = if commit { ctx.db.begin().await? } else { ctx.db.begin_read().await? };
    let sender = sender_name(&mut tx, &import.sender).await?;
    let own_la = setting(&mut tx, "la_code", "887").await?;
    let database_id = setting(&mut tx, "database_id", "887").await?;
    let plan = PlanContext {
        as_of,
        sender: &sender,
        how: how(kind),
        tolerance_days: options.tolerance_days.unwrap_or(TOLERANCE_DAYS),
        own_la: &own_la,
    };
    let providers = Providers::load(&mut tx).await?;
    let index = Index::new(whole::known(&mut tx).await?);
    let repeats = matches!(kind, Kind::JoinersLeavers | Kind::Ilr);
    let mut walk =
        Walk::new(plan, &import.sender, (providers, database_id), (decisions, repeats), index);
    walk.gate = crate::agreement::gate(ctx, &mut tx, &import.sender, kind).await?;
    let at = ctx.now();
    let reason = format!("{} from {sender}", kind.label());
    let commit = match commit {
        true => Some(begin_change(&mut tx, import, &at, &reason).await?),
        false => None,
    };
    let rest = Rest::of(import, &walk.decisions);
    forget(ctx, &mut tx, import.id, (rest.is_some(), commit.is_some())).await?;
    let mut reading = Reading::start(reader.clone(), kind, bytes, options);
    while let Some(mut rows) = reading.chunk().await {
        if let Some(rest) = &rest {
            rows.retain(|row| rest.lines.contains(&line_of(row)));
        }
        let fates = walk.chunk(&mut tx, rows, commit).await?;
        progress(walk.counts.read);
        keep(ctx, &mut tx, import.id, &fates, commit.is_some()).await?;
    }
    let facts = reading.end().await?.map_err(|e| Wrong::Refused(sentence(&e)))?;
    let counts = rest.map_or(walk.counts, |rest| rest.counts(import.counts, walk.counts));
    let change = commit.map(|c| c.change.0).filter(|_| walk.counts.new + walk.counts.changed > 0);
    let done = Import {
        state: if commit.is_some() { "applied" } else { "planned" }.to_owned(),
        as_of: as_of.to_string(),
        counts,
        message: walk.gate.sentence(),
        change: change.or(import.change),
        ..import.clone()
    };
    finish(ctx, tx, &done, commit.is_some()).await?;
    Ok(Outcome { import: import.id, counts, facts, as_of, change })
}

/// The kind of a kept file and how it is to be read.
fn told(import: &Import) -> Result<(Kind, Options), Wrong> {
    let kind = import
        .kind
        .parse()
        .map_err(|_| Wrong::Failed(format!("'{}' is not a kind of file", import.kind)))?;
    let options =
        serde_json::from_str(&import.options).map_err(|e| Wrong::Failed(e.to_string()))?;
    Ok((kind, options))
}

async fn begin_change<'a>(
    tx: &mut Tx,
    import: &Import,
    at: &'a str,
    reason: &str,
) -> Result<Commit<'a>, Wrong> {
    let (account, id) = (import.account, import.id);
    let change = changes::begin(tx, at, "import", account, Some(id), Some(reason)).await?;
    Ok(Commit { change, at, account, import: id })
}

/// Drops the report of the run before: of all rows, or of the held ones that were decided since.
async fn forget(
    ctx: &Context,
    tx: &mut Tx,
    id: i64,
    (only_decided, commit): (bool, bool),
) -> Result<(), Wrong> {
    match (only_decided, commit) {
        (true, _) => {
            imports::forget_decided(tx, id).await?;
        }
        (false, true) => imports::forget_rows(tx, id).await?,
        (false, false) => {
            let mut aside = ctx.db.begin().await?;
            imports::forget_rows(&mut aside, id).await?;
            aside.commit().await?;
        }
    }
    Ok(())
}

/// Keeps the fates of a chunk: with the facts in a real run, aside in a dry one.
async fn keep(
    ctx: &Context,
    tx: &mut Tx,
    id: i64,
    fates: &[ImportRow],
    commit: bool,
) -> Result<(), Wrong> {
    if commit {
        imports::add_rows(tx, id, fates).await?;
        return Ok(());
    }
    let mut aside = ctx.db.begin().await?;
    imports::add_rows(&mut aside, id, fates).await?;
    aside.commit().await?;
    Ok(())
}

/// Writes what the run came to and ends its unit of work.
async fn finish(ctx: &Context, mut tx: Tx, done: &Import, commit: bool) -> Result<(), Wrong> {
    if !commit {
        drop(tx);
        tx = ctx.db.begin().await?;
    }
    imports::set_result(&mut tx, done).await?;
    tx.commit().await?;
    Ok(())
}

/// What a file is called on the record that it confirms.
fn how(kind: Kind) -> &'static str {
    match kind {
        Kind::NccisXml | Kind::NccisFlat => "another system's return",
        Kind::Ctf => "common transfer file",
        Kind::Roll => "school roll",
        Kind::JoinersLeavers => "joiners and leavers list",
        Kind::Ilr => "learner record",
        Kind::ActivityMatrix => "activity history",
    }
}

/// The rows of an applied file that were held and have been decided since: only they are run again.
struct Rest {
    lines: HashSet<i64>,
}

impl Rest {
    fn of(import: &Import, decisions: &HashMap<i64, String>) -> Option<Rest> {
        (import.state == "applied").then(|| Rest { lines: decisions.keys().copied().collect() })
    }

    /// The file's counts once the rest has its new fates.
    fn counts(&self, before: Counts, now: Counts) -> Counts {
        let again = i64::try_from(self.lines.len()).unwrap_or(i64::MAX);
        Counts {
            read: before.read,
            new: before.new + now.new,
            changed: before.changed + now.changed,
            unchanged: before.unchanged + now.unchanged,
            held: before.held - again + now.held,
            refused: before.refused + now.refused,
        }
    }
}

fn line_of(row: &Row) -> i64 {
    i64::from(match row {
        Row::Person(said) => said.row,
        Row::Refused(refused) => refused.row,
    })
}

async fn setting(tx: &mut Tx, name: &str, otherwise: &str) -> Result<String, Wrong> {
    Ok(organisations::setting(tx, name).await?.unwrap_or_else(|| otherwise.to_owned()))
}

fn sentence(refused: &FileRefused) -> String {
    match refused.row {
        Some(row) => format!("Row {row}: {}", refused.sentence),
        None => refused.sentence.clone(),
    }
}

/// The day the file speaks of: given, or the file's own, or the day it was received.
///
/// A file that carries its own day is read through once before, because the day comes with its end.
async fn day_of(
    reader: &Reader,
    kind: Kind,
    import: &Import,
    bytes: &std::sync::Arc<Vec<u8>>,
    options: &Options,
) -> Result<Date, Wrong> {
    let received: Date =
        import.as_of.parse().map_err(|_| Wrong::Failed("the import has no day".to_owned()))?;
    if options.as_of_given || !matches!(kind, Kind::NccisXml | Kind::Ctf | Kind::Ilr) {
        return Ok(received);
    }
    let mut reading = Reading::start(reader.clone(), kind, bytes.clone(), options.clone());
    while reading.chunk().await.is_some() {}
    let facts = reading.end().await?.map_err(|e| Wrong::Refused(sentence(&e)))?;
    Ok(facts.day.unwrap_or(received))
}

/// A file being read on a thread of its own, a few rows ahead of the walk.
struct Reading {
    rows: mpsc::Receiver<Row>,
    thread: tokio::task::JoinHandle<Result<FileFacts, FileRefused>>,
}

impl Reading {
    fn start(
        reader: Reader,
        kind: Kind,
        bytes: std::sync::Arc<Vec<u8>>,
        options: Options,
    ) -> Reading {
        let (send, rows) = mpsc::channel(CHUNK_ROWS * 2);
        let thread = tokio::task::spawn_blocking(move || {
            let stopped = |_| ();
            match read::read(&reader, kind, &bytes, &options, &mut |row| {
                send.blocking_send(row).map_err(stopped)
            }) {
                Ok(done) => done,
                Err(()) => {
                    Err(FileRefused { sentence: "Reading was stopped.".to_owned(), row: None })
                }
            }
        });
        Reading { rows, thread }
    }

    /// The next rows, `None` after the last.
    async fn chunk(&mut self) -> Option<Vec<Row>> {
        let mut rows = Vec::with_capacity(CHUNK_ROWS);
        while rows.len() < CHUNK_ROWS {
            match self.rows.recv().await {
                Some(row) => rows.push(row),
                None => break,
            }
        }
        (!rows.is_empty()).then_some(rows)
    }

    async fn end(self) -> Result<Result<FileFacts, FileRefused>, Wrong> {
        self.thread.await.map_err(|e| Wrong::Failed(format!("the reader stopped: {e}")))
    }
}
