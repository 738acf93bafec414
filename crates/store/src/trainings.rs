//! Who was trained in recording, and reviews of caseloads' data. What is due is decided in `domain::training`.

use domain::person::ChangeId;
use domain::training::{Review, Training};
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    STANDING = "SELECT id, account, title, day, trainer, valid_until FROM training WHERE ended IS NULL ORDER BY day DESC, id DESC";
    OF_ACCOUNT = "SELECT id, account, title, day, trainer, valid_until FROM training WHERE account = $1 AND ended IS NULL ORDER BY day DESC, id DESC";
    ADD = "INSERT INTO training (id, account, title, day, trainer, valid_until, made, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    END = "UPDATE training SET ended = $1 WHERE id = $2 AND ended IS NULL";
    CASELOADS = "SELECT adviser, COUNT(DISTINCT person) FROM assignment WHERE ended IS NULL AND to_day IS NULL GROUP BY adviser ORDER BY adviser";
    REVIEWS = "SELECT r.id, r.adviser, r.day, a.name, r.found, r.due FROM caseload_review r JOIN account a ON a.id = r.reviewer WHERE r.ended IS NULL ORDER BY r.day DESC, r.id DESC";
    ADD_REVIEW = "INSERT INTO caseload_review (id, adviser, day, reviewer, found, due, made) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    END_REVIEW = "UPDATE caseload_review SET ended = $1 WHERE id = $2 AND ended IS NULL";
}

const fn found_of(row: i64) -> Cell<'static> {
    Cell::new("caseload_review", row, "found")
}

fn read(row: &Row<'_>) -> Result<Training, StoreError> {
    Ok(Training {
        id: row.int(0)?,
        account: row.int(1)?,
        title: row.text(2)?,
        day: row.date(3)?,
        trainer: row.text(4)?,
        valid_until: row.opt_date(5)?,
    })
}

/// Everything that was not taken back, newest first.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Training>, StoreError> {
    tx.rows(STANDING, args![], read).await
}

/// The same of one account.
pub async fn of_account(tx: &mut Tx, account: i64) -> Result<Vec<Training>, StoreError> {
    tx.rows(OF_ACCOUNT, args![account], read).await
}

/// Keeps that somebody was trained. The number that `t` names is not looked at.
pub async fn add(tx: &mut Tx, change: ChangeId, t: &Training) -> Result<(), StoreError> {
    let id = changes::take(tx, "training", 1).await?;
    let (title, trainer) = (&t.title, &t.trainer);
    tx.run(ADD, args![id, t.account, title, t.day, trainer, t.valid_until, change.0]).await?;
    Ok(())
}

/// Takes one back; whether it stood.
pub async fn end(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![change.0, id]).await? == 1)
}

/// How many people are on each adviser's caseload.
pub async fn caseloads(tx: &mut Tx) -> Result<Vec<(i64, i64)>, StoreError> {
    tx.rows(CASELOADS, args![], |row| Ok((row.int(0)?, row.int(1)?))).await
}

/// Every review that was not taken back, newest first; there are few.
pub async fn reviews(tx: &mut Tx) -> Result<Vec<Review>, StoreError> {
    let mut all = tx
        .rows(REVIEWS, args![], |row| {
            Ok(Review {
                id: row.int(0)?,
                adviser: row.int(1)?,
                day: row.date(2)?,
                reviewer: row.text(3)?,
                found: row.text(4)?,
                due: row.opt_date(5)?,
            })
        })
        .await?;
    for one in &mut all {
        one.found = tx.unseal(&found_of(one.id), &one.found)?;
    }
    Ok(all)
}

/// Keeps a review of an adviser's caseload, by an account.
pub async fn add_review(
    tx: &mut Tx,
    change: ChangeId,
    (adviser, reviewer): (i64, i64),
    (day, found, due): (Date, &str, Option<Date>),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "caseload_review", 1).await?;
    let found = tx.seal(&found_of(id), found)?;
    tx.run(ADD_REVIEW, args![id, adviser, day, reviewer, found, due, change.0]).await?;
    Ok(())
}

/// Takes a review back; whether it stood.
pub async fn end_review(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END_REVIEW, args![change.0, id]).await? == 1)
}
