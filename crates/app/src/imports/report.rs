//! The fates of the rows on their way into the register: with the facts in a real run, aside in a dry one, where a
//! chunk takes the place of the same lines of the run before. So a decision that was made on a row outlives a dry
//! run that is broken off.
//!
//! A dry run keeps one chunk while it plans the next. Invariant: chunks are kept in their order, and whoever walked
//! waits by [`Report::kept`] before anybody else may take the file in hand.

use store::imports::{self, Import, ImportRow};
use store::{Db, Tx};
use tokio::task::JoinHandle;

use crate::context::{Context, Wrong};

pub(super) struct Report {
    import: i64,
    commit: bool,
    /// The last line kept.
    at: i64,
    /// The chunk that is being kept aside.
    aside: Option<JoinHandle<Result<(), Wrong>>>,
}

impl Report {
    pub fn new(import: i64, commit: bool) -> Report {
        Report { import, commit, at: -1, aside: None }
    }

    /// Makes room in the unit of work of a real run.
    pub async fn begin(&self, tx: &mut Tx, only_decided: bool) -> Result<(), Wrong> {
        match (self.commit, only_decided) {
            (true, true) => imports::forget_decided(tx, self.import).await.map(|_| ())?,
            (true, false) => imports::forget_rows(tx, self.import).await?,
            (false, _) => {}
        }
        Ok(())
    }

    /// Keeps the fates of one chunk; in a dry run it has begun to when this returns.
    pub async fn keep(&mut self, db: &Db, tx: &mut Tx, fates: Vec<ImportRow>) -> Result<(), Wrong> {
        if self.commit {
            imports::add_rows(tx, self.import, &fates).await?;
            return Ok(());
        }
        self.kept().await?;
        let until = fates.iter().map(|fate| fate.line).max().unwrap_or(self.at);
        let (db, import, lines) = (db.clone(), self.import, (self.at, until));
        self.aside = Some(tokio::spawn(async move {
            let mut aside = db.begin().await?;
            imports::forget_between(&mut aside, import, lines).await?;
            imports::add_rows(&mut aside, import, &fates).await?;
            Ok(aside.commit().await?)
        }));
        self.at = until;
        Ok(())
    }

    /// Waits until what was given is kept.
    pub async fn kept(&mut self) -> Result<(), Wrong> {
        match self.aside.take() {
            Some(aside) => {
                aside.await.map_err(|e| Wrong::Failed(format!("the report broke off: {e}")))?
            }
            None => Ok(()),
        }
    }

    /// Writes what the run came to, remembers for the sender how the file was read, and ends the unit of
    /// work.
    pub async fn finish(
        self,
        ctx: &Context,
        mut tx: Tx,
        done: &Import,
        mapping: Option<&str>,
    ) -> Result<(), Wrong> {
        if !self.commit {
            drop(tx);
            tx = ctx.db.begin().await?;
            imports::forget_between(&mut tx, self.import, (self.at, i64::MAX)).await?;
        }
        imports::set_result(&mut tx, done).await?;
        if let Some(mapping) = mapping {
            imports::save_mapping(&mut tx, &done.sender, &done.kind, mapping).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
