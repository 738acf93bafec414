//! Own reports and their frozen runs, written analyses by version, and where packs went.

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    NEW = "INSERT INTO saved_report (id, account, title, measure, cuts, months, shared, scheduled, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    ALL = "SELECT r.id, r.account, COALESCE(a.name, 'a command'), r.title, r.measure, r.cuts, r.months, r.shared, r.scheduled, r.made_at FROM saved_report r LEFT JOIN account a ON a.id = r.account WHERE r.ended_at IS NULL ORDER BY r.title, r.id";
    END = "UPDATE saved_report SET ended_at = $1 WHERE id = $2 AND account = $3 AND ended_at IS NULL";
    RUN = "INSERT INTO report_run (report, month, at, content, hash) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (report, month) DO NOTHING";
    RUNS = "SELECT report, month, at, content, hash FROM report_run WHERE report = $1 ORDER BY month DESC";
    ANALYSIS = "SELECT n.version, n.text, n.made_from, n.at, COALESCE(a.name, 'a command') FROM analysis n LEFT JOIN account a ON a.id = n.account WHERE n.month = $2 AND (n.subject = $1 OR (n.subject = $3 AND n.account = $4)) ORDER BY n.version DESC LIMIT 1";
    ANALYSIS_NEW = "INSERT INTO analysis (subject, month, version, text, made_from, at, account) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    CIRCULATE = "INSERT INTO circulation (serial, at, subject, month, sent_to, purpose, how, account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CIRCULATION = "SELECT c.serial, c.at, c.subject, c.month, c.sent_to, c.purpose, c.how, COALESCE(a.name, 'a command') FROM circulation c LEFT JOIN account a ON a.id = c.account WHERE c.subject = $1 OR (c.subject = $2 AND c.account = $3) ORDER BY c.serial DESC LIMIT 50";
    TOLD_NEW = "INSERT INTO pack_told (serial, month, groups_told) VALUES ($1, $2, $3)";
    TOLD = "SELECT serial, month, groups_told FROM pack_told WHERE month >= $1 AND month <= $2 ORDER BY serial, month";
    TOLD_NEWEST = "SELECT COALESCE(MAX(serial), 0) FROM pack_told";
    TOLD_SINCE = "SELECT COUNT(*) FROM pack_told t JOIN circulation c ON c.serial = t.serial WHERE t.month = $1 AND c.subject <> $2 AND c.at > $3";
}

/// A report that somebody saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: i64,
    pub account: Option<i64>,
    pub account_name: String,
    pub title: String,
    pub measure: String,
    /// Names of cuts, with commas between them.
    pub cuts: String,
    /// How many months up to the one asked for.
    pub months: i64,
    pub shared: bool,
    pub scheduled: bool,
    pub made_at: String,
}

/// A report as it was counted for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub report: i64,
    pub month: String,
    pub at: String,
    pub content: String,
    pub hash: String,
}

/// One version of a written analysis, with what the figures said when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Analysis {
    pub version: i64,
    pub text: String,
    pub made_from: String,
    pub at: String,
    pub account_name: String,
}

/// One time that a pack went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circulation {
    pub serial: i64,
    pub at: String,
    pub subject: String,
    pub month: String,
    pub sent_to: String,
    pub purpose: String,
    pub how: String,
    pub account_name: String,
}

/// Saves a report; its number.
pub async fn save(tx: &mut Tx, r: &Report) -> Result<i64, StoreError> {
    let id = changes::take(tx, "saved_report", 1).await?;
    let row = args![
        id,
        r.account,
        &r.title,
        &r.measure,
        &r.cuts,
        r.months,
        r.shared,
        r.scheduled,
        &r.made_at
    ];
    tx.run(NEW, row).await?;
    Ok(id)
}

/// Every report that stands, by title.
pub async fn all(tx: &mut Tx) -> Result<Vec<Report>, StoreError> {
    tx.rows(ALL, args![], |row| {
        Ok(Report {
            id: row.int(0)?,
            account: row.opt_int(1)?,
            account_name: row.text(2)?,
            title: row.text(3)?,
            measure: row.text(4)?,
            cuts: row.text(5)?,
            months: row.int(6)?,
            shared: row.flag(7)?,
            scheduled: row.flag(8)?,
            made_at: row.text(9)?,
        })
    })
    .await
}

/// Whether the report was this account's and stood.
pub async fn end(tx: &mut Tx, id: i64, (at, account): (&str, i64)) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![at, id, account]).await? == 1)
}

/// Keeps a run; whether it is the first of its month.
pub async fn keep_run(tx: &mut Tx, run: &Run) -> Result<bool, StoreError> {
    let row = args![run.report, &run.month, &run.at, &run.content, &run.hash];
    Ok(tx.run(RUN, row).await? == 1)
}

/// A report's runs, the newest first.
pub async fn runs(tx: &mut Tx, report: i64) -> Result<Vec<Run>, StoreError> {
    tx.rows(RUNS, args![report], |row| {
        Ok(Run {
            report: row.int(0)?,
            month: row.text(1)?,
            at: row.text(2)?,
            content: row.text(3)?,
            hash: row.text(4)?,
        })
    })
    .await
}

/// A second subject, of which an account reads what it wrote itself.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    pub subject: &'a str,
    pub account: Option<i64>,
}

/// The newest words of a subject in a month, or of the account's own under the second.
pub async fn analysis(
    tx: &mut Tx,
    subject: &str,
    own: Own<'_>,
    month: &str,
) -> Result<Option<Analysis>, StoreError> {
    tx.one(ANALYSIS, args![subject, month, own.subject, own.account], |row| {
        Ok(Analysis {
            version: row.int(0)?,
            text: row.text(1)?,
            made_from: row.text(2)?,
            at: row.text(3)?,
            account_name: row.text(4)?,
        })
    })
    .await
}

/// Keeps a version. Two who save the same number cannot both.
pub async fn keep_analysis(
    tx: &mut Tx,
    (subject, month): (&str, &str),
    a: &Analysis,
    account: Option<i64>,
) -> Result<(), StoreError> {
    let row = args![subject, month, a.version, &a.text, &a.made_from, &a.at, account];
    tx.run(ANALYSIS_NEW, row).await?;
    Ok(())
}

/// Writes down where a pack went; its serial.
pub async fn circulate(
    tx: &mut Tx,
    c: &Circulation,
    account: Option<i64>,
) -> Result<i64, StoreError> {
    let serial = changes::take(tx, "circulation", 1).await?;
    let row = args![serial, &c.at, &c.subject, &c.month, &c.sent_to, &c.purpose, &c.how, account];
    tx.run(CIRCULATE, row).await?;
    Ok(serial)
}

fn circulated(row: &Row<'_>) -> Result<Circulation, StoreError> {
    Ok(Circulation {
        serial: row.int(0)?,
        at: row.text(1)?,
        subject: row.text(2)?,
        month: row.text(3)?,
        sent_to: row.text(4)?,
        purpose: row.text(5)?,
        how: row.text(6)?,
        account_name: row.text(7)?,
    })
}

/// Where the packs of a subject went, and where the account's own under the second did, the newest first.
pub async fn circulation(
    tx: &mut Tx,
    subject: &str,
    own: Own<'_>,
) -> Result<Vec<Circulation>, StoreError> {
    tx.rows(CIRCULATION, args![subject, own.subject, own.account], circulated).await
}

/// What a pack that went out told of a month, as `app::packs` writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub serial: i64,
    pub month: String,
    pub groups: String,
}

/// Keeps what a pack told of a month.
pub async fn keep_told(tx: &mut Tx, told: &Told) -> Result<(), StoreError> {
    tx.run(TOLD_NEW, args![told.serial, &told.month, &told.groups]).await?;
    Ok(())
}

/// What packs told of the months from one to another, both inclusive, the oldest pack first.
pub async fn told(tx: &mut Tx, (first, last): (&str, &str)) -> Result<Vec<Told>, StoreError> {
    tx.rows(TOLD, args![first, last], |row| {
        Ok(Told { serial: row.int(0)?, month: row.text(1)?, groups: row.text(2)? })
    })
    .await
}

/// The serial of the newest pack of which it is kept what it told; 0 where there is none.
pub async fn newest_told(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(tx.one(TOLD_NEWEST, args![], |row| row.int(0)).await?.unwrap_or_default())
}

/// Whether packs of other subjects that tell of a month went out after an instant.
pub async fn others_told_since(
    tx: &mut Tx,
    (subject, month): (&str, &str),
    at: &str,
) -> Result<bool, StoreError> {
    let count = tx.one(TOLD_SINCE, args![month, subject, at], |row| row.int(0)).await?;
    Ok(count.is_some_and(|count| count > 0))
}
