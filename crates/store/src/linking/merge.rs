//! Records put together: who into whom, and by which change. What goes over with a record is `carry`'s.

use std::collections::BTreeMap;

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    KEEP = "INSERT INTO merge (id, kept, gone, change, at, account, reason, undone) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    ONE = "SELECT id, kept, gone, change, at, account, reason, undone FROM merge WHERE id = $1";
    NEWEST = "SELECT id, kept, gone, change, at, account, reason, undone FROM merge ORDER BY id DESC LIMIT $1";
    LATER = "SELECT COUNT(*) FROM merge WHERE undone IS NULL AND id > $1 AND (gone = $2 OR kept = $3)";
    UNDONE = "UPDATE merge SET undone = $1 WHERE id = $2 AND undone IS NULL";
    ALIASES = "SELECT y.ypid, m.kept FROM merge m JOIN young_person y ON y.id = m.gone WHERE m.undone IS NULL ORDER BY m.id";
    MERGED = "SELECT gone, kept FROM merge WHERE undone IS NULL ORDER BY id";
    MADE = "SELECT DISTINCT r.import, r.line, r.person FROM merge m JOIN import_row r ON r.person IN (m.gone, m.kept) WHERE m.undone IS NULL AND r.decision = 'new'";
    AWAY = "SELECT m.gone, m.change, m.at FROM merge m WHERE m.change <= $1 AND (m.undone IS NULL OR m.undone > $2) ORDER BY m.id";
}

/// One merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    pub id: i64,
    pub kept: i64,
    pub gone: i64,
    pub change: i64,
    /// UTC, RFC 3339.
    pub at: String,
    pub account: Option<i64>,
    pub reason: String,
    /// The change that took it apart again.
    pub undone: Option<i64>,
}

fn read(row: &Row<'_>) -> Result<Merge, StoreError> {
    Ok(Merge {
        id: row.int(0)?,
        kept: row.int(1)?,
        gone: row.int(2)?,
        change: row.int(3)?,
        at: row.text(4)?,
        account: row.opt_int(5)?,
        reason: row.text(6)?,
        undone: row.opt_int(7)?,
    })
}

/// Keeps that two records became one; its number. `id` and `undone` are not read.
pub async fn keep_merge(tx: &mut Tx, m: &Merge) -> Result<i64, StoreError> {
    let id = changes::take(tx, "merge", 1).await?;
    tx.run(KEEP, args![id, m.kept, m.gone, m.change, &m.at, m.account, &m.reason]).await?;
    Ok(id)
}

pub async fn merge(tx: &mut Tx, id: i64) -> Result<Option<Merge>, StoreError> {
    tx.one(ONE, args![id], read).await
}

/// The newest merges, those taken apart among them.
pub async fn merges(tx: &mut Tx, most: i64) -> Result<Vec<Merge>, StoreError> {
    tx.rows(NEWEST, args![most], read).await
}

/// Standing merges after this one that concern the record it kept.
pub async fn later_merges(tx: &mut Tx, m: &Merge) -> Result<i64, StoreError> {
    Ok(tx.one(LATER, args![m.id, m.kept, m.kept], |row| row.int(0)).await?.unwrap_or(0))
}

/// Marks a merge as taken apart; whether it stood.
pub async fn mark_apart(tx: &mut Tx, id: i64, change: i64) -> Result<bool, StoreError> {
    Ok(tx.run(UNDONE, args![change, id]).await? == 1)
}

/// Identifiers of merged records, with the person who has them now.
pub async fn aliases(tx: &mut Tx) -> Result<Vec<(String, i64)>, StoreError> {
    tx.rows(ALIASES, args![], |row| Ok((row.text(0)?, row.int(1)?))).await
}

/// For every number that was merged away and stands so, the number whose record it is now.
pub async fn merged(tx: &mut Tx) -> Result<BTreeMap<i64, i64>, StoreError> {
    let into: BTreeMap<i64, i64> =
        tx.rows(MERGED, args![], |row| Ok((row.int(0)?, row.int(1)?))).await?.into_iter().collect();
    let last = |mut person: i64| {
        // A record goes into one other at most and never back, so this ends.
        while let Some(kept) = into.get(&person) {
            person = *kept;
        }
        person
    };
    Ok(into.keys().map(|gone| (*gone, last(*gone))).collect())
}

/// Rows of which somebody new was made, as a person had decided, and whose person is one of two that stand
/// merged: file, line, person. Rows of applied files go over with their person.
pub async fn merged_of_new(tx: &mut Tx) -> Result<Vec<(i64, i64, i64)>, StoreError> {
    tx.rows(MADE, args![], |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?))).await
}

/// Records that stood merged into others at a moment: number, the merge's change and instant.
pub async fn merged_away(tx: &mut Tx, moment: i64) -> Result<Vec<(i64, i64, String)>, StoreError> {
    tx.rows(AWAY, args![moment, moment], |row| Ok((row.int(0)?, row.int(1)?, row.text(2)?))).await
}
