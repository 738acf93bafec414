//! Packs made every month: what was asked for, and each as it was made.

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    NEW = "INSERT INTO pack_schedule (id, account, kind, named, sent_to, purpose, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    ALL = "SELECT s.id, s.account, COALESCE(a.name, 'a command'), s.kind, s.named, s.sent_to, s.purpose FROM pack_schedule s LEFT JOIN account a ON a.id = s.account WHERE s.ended_at IS NULL ORDER BY s.id";
    END = "UPDATE pack_schedule SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at IS NULL";
    MADE_NEW = "INSERT INTO pack_made (schedule, month, at, serial, words, content, hash) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (schedule, month) DO NOTHING";
    MADE = "SELECT schedule, month, at, serial, words, content, hash FROM pack_made WHERE schedule = $1 AND month = $2";
    MONTHS = "SELECT month FROM pack_made WHERE schedule = $1 ORDER BY month DESC";
}

/// A pack that somebody has made every month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub id: i64,
    pub account: Option<i64>,
    pub account_name: String,
    /// Whom the pack is about, in the words of `app::packs::Audience`.
    pub kind: String,
    pub named: String,
    pub sent_to: String,
    pub purpose: String,
}

/// A pack as it was made for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub schedule: i64,
    pub month: String,
    pub at: String,
    pub serial: i64,
    pub words: String,
    pub content: String,
    pub hash: String,
}

/// Keeps a schedule; its number.
pub async fn add(tx: &mut Tx, s: &Schedule, at: &str) -> Result<i64, StoreError> {
    let id = changes::take(tx, "pack_schedule", 1).await?;
    let row = args![id, s.account, &s.kind, &s.named, &s.sent_to, &s.purpose, at];
    tx.run(NEW, row).await?;
    Ok(id)
}

/// Every schedule that stands.
pub async fn all(tx: &mut Tx) -> Result<Vec<Schedule>, StoreError> {
    tx.rows(ALL, args![], |row| {
        Ok(Schedule {
            id: row.int(0)?,
            account: row.opt_int(1)?,
            account_name: row.text(2)?,
            kind: row.text(3)?,
            named: row.text(4)?,
            sent_to: row.text(5)?,
            purpose: row.text(6)?,
        })
    })
    .await
}

/// Whether the schedule was this account's and stood.
pub async fn end(tx: &mut Tx, id: i64, (at, account): (&str, i64)) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![at, id, account]).await? == 1)
}

/// Keeps what was made; whether it is the first of its month.
pub async fn keep(tx: &mut Tx, m: &Made) -> Result<bool, StoreError> {
    let row = args![m.schedule, &m.month, &m.at, m.serial, &m.words, &m.content, &m.hash];
    Ok(tx.run(MADE_NEW, row).await? == 1)
}

/// Months that a schedule has made its pack for, the newest first.
pub async fn months(tx: &mut Tx, schedule: i64) -> Result<Vec<String>, StoreError> {
    tx.rows(MONTHS, args![schedule], |row| row.text(0)).await
}

/// What a schedule made for a month.
pub async fn made(tx: &mut Tx, schedule: i64, month: &str) -> Result<Option<Made>, StoreError> {
    tx.one(MADE, args![schedule, month], |row| {
        Ok(Made {
            schedule: row.int(0)?,
            month: row.text(1)?,
            at: row.text(2)?,
            serial: row.int(3)?,
            words: row.text(4)?,
            content: row.text(5)?,
            hash: row.text(6)?,
        })
    })
    .await
}
