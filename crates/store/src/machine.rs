//! Tokens of partners' own systems, and what was answered to what they sent. Secrets arrive hashed.

use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO machine_token (id, token_hash, account, agreement, organisation, link, name, until, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_HASH = "SELECT t.id, t.account, t.agreement, t.organisation, COALESCE(o.name, t.organisation), t.link, t.name, t.until, COALESCE(t.used_on, ''), COALESCE(t.ended, 0) FROM machine_token t LEFT JOIN organisation o ON o.id = t.organisation WHERE t.token_hash = $1";
    ALL = "SELECT t.id, t.account, t.agreement, t.organisation, COALESCE(o.name, t.organisation), t.link, t.name, t.until, COALESCE(t.used_on, ''), COALESCE(t.ended, 0) FROM machine_token t LEFT JOIN organisation o ON o.id = t.organisation ORDER BY t.id DESC";
    END = "UPDATE machine_token SET ended = $1 WHERE id = $2 AND ended IS NULL";
    USED = "UPDATE machine_token SET used_on = $1 WHERE id = $2";
    IS_MACHINE = "SELECT 1 FROM machine_token WHERE account = $1";
    BEGIN = "INSERT INTO machine_answer (token, sent_key, request_hash, at) VALUES ($1, $2, $3, $4) ON CONFLICT (token, sent_key) DO NOTHING";
    ANSWER = "SELECT request_hash, at, COALESCE(status, 0), COALESCE(content, '') FROM machine_answer WHERE token = $1 AND sent_key = $2";
    ANSWERED = "UPDATE machine_answer SET status = $1, content = $2 WHERE token = $3 AND sent_key = $4";
    FORGET = "DELETE FROM machine_answer WHERE token = $1 AND sent_key = $2";
    SWEEP = "DELETE FROM machine_answer WHERE at < $1";
}

/// A token as kept; its secret is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub id: i64,
    pub account: i64,
    pub agreement: i64,
    pub organisation: String,
    pub organisation_name: String,
    /// Where the notices that come by it are kept.
    pub link: i64,
    pub name: String,
    /// Last day. Days: inclusive.
    pub until: Date,
    pub used_on: String,
    pub ended: bool,
}

/// What was sent under a key, and what was answered; `status` is 0 while it is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub request_hash: String,
    pub at: String,
    pub status: i64,
    pub content: String,
}

fn read(row: &Row<'_>) -> Result<Token, StoreError> {
    Ok(Token {
        id: row.int(0)?,
        account: row.int(1)?,
        agreement: row.int(2)?,
        organisation: row.text(3)?,
        organisation_name: row.text(4)?,
        link: row.int(5)?,
        name: row.text(6)?,
        until: row.date(7)?,
        used_on: row.text(8)?,
        ended: row.int(9)? > 0,
    })
}

/// Keeps a token; `token`'s own number, names and days of use are not read.
pub async fn add(
    tx: &mut Tx,
    change: ChangeId,
    hash: &str,
    token: &Token,
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "machine_token", 1).await?;
    let t = token;
    let row = args![
        id,
        hash,
        t.account,
        t.agreement,
        &t.organisation,
        t.link,
        &t.name,
        t.until,
        change.0
    ];
    tx.run(INSERT, row).await?;
    Ok(id)
}

pub async fn of_hash(tx: &mut Tx, hash: &str) -> Result<Option<Token>, StoreError> {
    tx.one(OF_HASH, args![hash], read).await
}

/// All of them, the newest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Token>, StoreError> {
    tx.rows(ALL, args![], read).await
}

/// Ends a token; whether it stood.
pub async fn end(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![change.0, id]).await? == 1)
}

pub async fn used(tx: &mut Tx, id: i64, day: Date) -> Result<(), StoreError> {
    tx.run(USED, args![day, id]).await?;
    Ok(())
}

/// Whether an account is a system's, which nobody signs in with.
pub async fn is_machine(tx: &mut Tx, account: i64) -> Result<bool, StoreError> {
    Ok(tx.one(IS_MACHINE, args![account], |row| row.int(0)).await?.is_some())
}

/// Takes a key for a request that begins; whether it was free.
pub async fn begin(
    tx: &mut Tx,
    (token, key): (i64, &str),
    (request_hash, at): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(tx.run(BEGIN, args![token, key, request_hash, at]).await? == 1)
}

pub async fn answer(tx: &mut Tx, token: i64, key: &str) -> Result<Option<Answer>, StoreError> {
    let kept = tx
        .one(ANSWER, args![token, key], |row| {
            Ok(Answer {
                request_hash: row.text(0)?,
                at: row.text(1)?,
                status: row.int(2)?,
                content: row.text(3)?,
            })
        })
        .await?;
    let opened = |answer: Answer| {
        let content = tx.unseal(&Cell::new("machine_answer", token, key), &answer.content)?;
        Ok(Answer { content, ..answer })
    };
    kept.map(opened).transpose()
}

pub async fn answered(
    tx: &mut Tx,
    (token, key): (i64, &str),
    (status, content): (i64, &str),
) -> Result<(), StoreError> {
    // Bound to the key that it answers, which is the sender's own. It is swept soon, and so is not renewed.
    let content = tx.seal(&Cell::new("machine_answer", token, key), content)?;
    tx.run(ANSWERED, args![status, content, token, key]).await?;
    Ok(())
}

/// Frees a key: what was sent under it came to nothing.
pub async fn forget(tx: &mut Tx, token: i64, key: &str) -> Result<(), StoreError> {
    tx.run(FORGET, args![token, key]).await?;
    Ok(())
}

/// Forgets answers older than an instant.
pub async fn sweep(tx: &mut Tx, before: &str) -> Result<(), StoreError> {
    tx.run(SWEEP, args![before]).await?;
    Ok(())
}
