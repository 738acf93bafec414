//! Plans and applies a received file.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::sync::Arc;

use domain::edition::Codes;
use domain::intake::{FileFacts, FileRefused, PlanContext, Row};
use formats::Kind;
use formats::reference::editions;
use jiff::civil::Date;
use store::imports::{Counts, Import};
use store::{Db, Tx, changes, imports};

use super::organisations::Providers;
use super::read::Reader;
use super::reading::{Reading, day_of};
use super::receive::{Options, sender_name};
use super::report::Report;
use super::walk::{Commit, Walk};
use super::{claim, content};
use crate::agreement::Hand;
use crate::context::{Context, Wrong};
use crate::council;
use crate::linking::Weigher;

/// Days apart that a start may be and still be the same start, unless the import says otherwise.
const TOLERANCE_DAYS: i32 = 14;

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub rows: i64,
    /// Rows there are, where that is known before the end: the file was read once, or is a text of lines.
    pub of: Option<i64>,
}

impl Done {
    /// Whole percent, under a hundred as long as it goes on; `None` where nobody knows of how many.
    pub fn percent(self) -> Option<i64> {
        let of = self.of.filter(|of| *of > 0)?;
        Some((self.rows.saturating_mul(100) / of).clamp(0, 99))
    }
}

/// Told how far the run is.
pub type Progress<'a> = &'a (dyn Fn(Done) + Send + Sync);

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub import: i64,
    pub counts: Counts,
    pub facts: FileFacts,
    pub as_of: Date,
    /// The change that holds what was written; `None` for a dry run and when nothing differed.
    pub change: Option<i64>,
    /// Whether anybody came in, or is known by something else than before.
    pub identities: bool,
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

async fn run(
    ctx: &Context,
    reader: &Reader,
    id: i64,
    commit: bool,
    progress: Progress<'_>,
) -> Result<Outcome, Wrong> {
    let claim = claim::claim(ctx, id, commit).await?;
    match walk_file(ctx, reader, &claim.import, commit, progress).await {
        Ok(Ok(outcome)) => {
            claim.done().await;
            Ok(outcome)
        }
        Ok(Err(refused)) => {
            claim.refuse(ctx, &refused).await?;
            let FileRefused { sentence, row, .. } = refused;
            Err(match row {
                Some(row) => Wrong::RefusedAt { sentence, row },
                None => Wrong::Refused(sentence),
            })
        }
        Err(Wrong::Refused(sentence)) => {
            claim.refuse(ctx, &FileRefused::for_good(&sentence)).await?;
            Err(Wrong::Refused(sentence))
        }
        Err(e) => {
            tracing::error!(import = id, error = %e, "an import failed");
            let sentence = format!("The import failed and nothing was changed: {e}.");
            claim.broke(ctx, &sentence).await;
            Err(Wrong::Failed(sentence.trim_end_matches('.').to_owned()))
        }
    }
}

/// Whom applied rows of a file that is taken up again spoke of; nobody where it is read for the first time.
async fn told_before(tx: &mut Tx, id: i64, again: bool) -> Result<HashSet<i64>, Wrong> {
    if !again {
        return Ok(HashSet::new());
    }
    Ok(imports::told_of(tx, id).await?.into_iter().collect())
}

/// Walks the file once. Errors: the inner one is the file's own fault.
async fn walk_file(
    ctx: &Context,
    reader: &Reader,
    import: &Import,
    commit: bool,
    progress: Progress<'_>,
) -> Result<Result<Outcome, FileRefused>, Wrong> {
    let (kind, mut options) = told(import)?;
    let file = Arc::new(content::spool(ctx, import.id).await?);
    let as_of = day_of(ctx.today(), reader, (kind, import), &file, &options).await?;
    options.as_of = Some(as_of);
    let mapping = options.mapping.clone();
    let mut reading = Reading::start(reader.clone(), kind, file.clone(), options.clone());

    // A dry run reads from one moment and keeps its report aside; the real run is one unit of work.
    let mut tx = if commit { ctx.db.begin().await? } else { ctx.db.begin_read().await? };
    let decisions = imports::decisions(&mut tx, import.id).await?.into_iter().collect();
    let sender = sender_name(&mut tx, &import.sender).await?;
    let codes = council::codes(&mut tx).await?;
    let hand = Hand::of(&mut tx, import.account).await?;
    let gate = crate::agreement::gate(ctx, &mut tx, (&import.sender, hand), kind).await?;
    let plan = PlanContext {
        as_of,
        today: ctx.today(),
        sender: &sender,
        how: how(kind),
        tolerance_days: options.tolerance_days.unwrap_or(TOLERANCE_DAYS),
        codes: codes_on(as_of)?,
        own_la: &codes.la,
        benefits: &gate.benefits(),
        offers_alone: kind == Kind::Destinations,
    };
    let providers = Providers::load(&mut tx).await?;
    let who = Weigher::load(&mut tx, &import.sender).await?;
    let repeats = matches!(kind, Kind::JoinersLeavers | Kind::Ilr | Kind::Engagement);
    let mut walk =
        Walk::new(plan, &import.sender, (providers, codes.database), (decisions, repeats), who);
    walk.gate = gate;
    walk.brought_by(hand, commit);
    walk.read_as(kind);
    walk.words = crate::consents::of_partner(&mut tx, &import.sender, ctx.today()).await?;
    let at = ctx.now();
    let commit = begin_change(&mut tx, import, commit, (&at, kind, &sender)).await?;
    let rest = Rest::of(import, &walk.decisions);
    let mut report = Report::new(import.id, commit.is_some());
    report.begin(&mut tx, rest.is_some()).await?;
    walk.told_of = told_before(&mut tx, import.id, rest.is_some()).await?;
    let of = rows_there_are(import, rest.as_ref(), (&file, kind))?;
    let heard = |rows| progress(Done { rows, of });
    let rows = (&mut reading, rest.as_ref());
    let kept = (&mut report, commit, &heard as &(dyn Fn(i64) + Send + Sync));
    let walked = walk_rows(&ctx.db, &mut tx, rows, &mut walk, kept).await;
    // Nothing is still on its way when the file leaves this run's hands.
    report.kept().await.and(walked)?;
    if commit.is_some() {
        walk.weigher.keep(&mut tx, &at).await?;
    }
    let facts = match reading.end().await? {
        Ok(facts) => facts,
        Err(refused) => return Ok(Err(refused)),
    };
    let unnamed = walk.unnamed(&mut tx, kind == Kind::Ilr && rest.is_none()).await?;
    let counts = rest.map_or(walk.counts, |rest| rest.counts(import.counts, walk.counts));
    let change = commit.map(|c| c.change.0).filter(|_| walk.counts.new + walk.counts.changed > 0);
    let identities = walk.identities;
    let done = Import {
        state: if commit.is_some() { "applied" } else { "planned" }.to_owned(),
        as_of: as_of.to_string(),
        counts,
        message: walk.gate.sentence(),
        notes: json(notes(&facts))?,
        council: json(walk.gate.of_people().into_iter().chain(missing(&unnamed)))?,
        change: change.or(import.change),
        period_end: period_end(kind, &facts),
        ..import.clone()
    };
    report.finish(ctx, tx, &done, mapping.as_deref()).await?;
    Ok(Ok(Outcome { import: import.id, counts, facts, as_of, change, identities }))
}

/// Walks what is read, all of it or the rest alone, and has the fate of every row kept.
async fn walk_rows(
    db: &Db,
    tx: &mut Tx,
    (reading, rest): (&mut Reading, Option<&Rest>),
    walk: &mut Walk<'_>,
    (report, commit, heard): (&mut Report, Option<Commit<'_>>, &(dyn Fn(i64) + Send + Sync)),
) -> Result<(), Wrong> {
    while let Some(mut rows) = reading.chunk().await {
        if let Some(rest) = rest {
            rows.retain(|row| rest.lines.contains(&line_of(row)));
        }
        let fates = walk.chunk(tx, rows, commit).await?;
        heard(walk.counts.read);
        report.keep(db, tx, fates).await?;
    }
    Ok(())
}

/// The codes of the edition of a day, for what a file does not name.
pub(crate) fn codes_on(day: Date) -> Result<Codes<'static>, Wrong> {
    let edition = editions().on(day);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known".to_owned()))?;
    Ok(edition.codes())
}

/// The kind of a kept file and how it is to be read.
pub(super) fn told(import: &Import) -> Result<(Kind, Options), Wrong> {
    let kind = import
        .kind
        .parse()
        .map_err(|_| Wrong::Failed(format!("'{}' is not a kind of file", import.kind)))?;
    let options =
        serde_json::from_str(&import.options).map_err(|e| Wrong::Failed(e.to_string()))?;
    Ok((kind, options))
}

/// Begins the change of a real run; a dry run has none.
async fn begin_change<'a>(
    tx: &mut Tx,
    import: &Import,
    commit: bool,
    (at, kind, sender): (&'a str, Kind, &str),
) -> Result<Option<Commit<'a>>, Wrong> {
    if !commit {
        return Ok(None);
    }
    let (account, id) = (import.account, import.id);
    let reason = format!("{} from {sender}", kind.label());
    let change = changes::begin(tx, at, "import", account, Some(id), Some(&reason)).await?;
    Ok(Some(Commit { change, at, account, import: id }))
}

/// Rows that a run will walk, where that is known before.
fn rows_there_are(
    import: &Import,
    rest: Option<&Rest>,
    (file, kind): (&File, Kind),
) -> Result<Option<i64>, Wrong> {
    match rest {
        Some(rest) => Ok(i64::try_from(rest.lines.len()).ok()),
        None if import.counts.read > 0 => Ok(Some(import.counts.read)),
        None => content::lines(file, kind),
    }
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
        Kind::Destinations => "list of intended destinations",
        Kind::Engagement => "youth programme list",
        Kind::Results => "exam results",
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
            unreadable: before.unreadable + now.unreadable,
        }
    }
}

/// Numbers of people that one sentence names.
const NAMED_MOST: usize = 50;

/// A learner whom a later file of the year leaves out has perhaps left.
fn missing(unnamed: &[i64]) -> Option<String> {
    let numbers: Vec<String> = unnamed.iter().take(NAMED_MOST).map(i64::to_string).collect();
    let more = unnamed.len().saturating_sub(NAMED_MOST);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!unnamed.is_empty()).then(|| {
        format!(
            "On the register as learning there and not in this file, so perhaps gone: person {}{more}.",
            numbers.join(", ")
        )
    })
}

/// The period end that the header of a return names, whatever day is given by hand. A table's rows have their own.
fn period_end(kind: Kind, facts: &FileFacts) -> Option<String> {
    facts.day.filter(|_| kind == Kind::NccisXml).map(|day| day.to_string())
}

/// How the file was read and what nobody read of it, in sentences.
fn notes(facts: &FileFacts) -> Vec<String> {
    let unread: Vec<&str> = facts.unread.iter().map(|(name, _)| name.as_str()).collect();
    let unread = (!unread.is_empty()).then(|| format!("Not read: {}.", unread.join(", ")));
    facts.notes.iter().cloned().chain(unread).collect()
}

fn json(sentences: impl IntoIterator<Item = String>) -> Result<String, Wrong> {
    let sentences: Vec<String> = sentences.into_iter().collect();
    serde_json::to_string(&sentences).map_err(|e| Wrong::Failed(e.to_string()))
}

fn line_of(row: &Row) -> i64 {
    i64::from(match row {
        Row::Person(said) => said.row,
        Row::Refused(refused) => refused.row,
    })
}
