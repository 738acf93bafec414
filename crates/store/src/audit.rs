//! Who read or wrote whose record, when and for what: a row in the same unit of work as the act.

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO audit (seq, at, account, act, person, purpose, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OF_PERSON = "SELECT a.seq, a.at, a.account, a.act, a.person, a.purpose, a.detail, COALESCE(c.name, 'the system') FROM audit a LEFT JOIN account c ON c.id = a.account WHERE a.person = $1 ORDER BY a.seq DESC LIMIT $2";
    COUNT_OF_PERSON = "SELECT COUNT(*) FROM audit WHERE person = $1";
}

/// One act to be remembered. `detail` names fields and counts, never values.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub at: &'a str,
    pub account: Option<i64>,
    pub act: &'a str,
    pub person: Option<i64>,
    pub purpose: &'a str,
    pub detail: &'a str,
}

/// An act as remembered, with the name of who did it.
#[derive(Clone, Debug)]
pub struct Remembered {
    pub seq: i64,
    pub at: String,
    pub account: Option<i64>,
    pub act: String,
    pub person: Option<i64>,
    pub purpose: String,
    pub detail: String,
    pub account_name: String,
}

pub async fn write(tx: &mut Tx, entry: &Entry<'_>) -> Result<(), StoreError> {
    let seq = changes::take(tx, "audit", 1).await?;
    tx.run(
        INSERT,
        args![seq, entry.at, entry.account, entry.act, entry.person, entry.purpose, entry.detail],
    )
    .await?;
    Ok(())
}

/// One row a person, for a list that was shown or a file that was applied.
pub async fn write_many(tx: &mut Tx, entry: &Entry<'_>, people: &[i64]) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(people.len()).unwrap_or(i64::MAX);
    let first = changes::take(tx, "audit", count).await?;
    let rows: Vec<Vec<crate::Value>> = (first..)
        .zip(people)
        .map(|(seq, person)| {
            args![seq, entry.at, entry.account, entry.act, *person, entry.purpose, entry.detail]
                .to_vec()
        })
        .collect();
    let columns = ["seq", "at", "account", "act", "person", "purpose", "detail"];
    tx.insert("audit", &columns, &rows).await
}

/// The newest acts on one person's record.
pub async fn of_person(tx: &mut Tx, person: i64, most: i64) -> Result<Vec<Remembered>, StoreError> {
    tx.rows(OF_PERSON, args![person, most], |row| {
        Ok(Remembered {
            seq: row.int(0)?,
            at: row.text(1)?,
            account: row.opt_int(2)?,
            act: row.text(3)?,
            person: row.opt_int(4)?,
            purpose: row.text(5)?,
            detail: row.text(6)?,
            account_name: row.text(7)?,
        })
    })
    .await
}

pub async fn count_of_person(tx: &mut Tx, person: i64) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT_OF_PERSON, args![person], |row| row.int(0)).await?.unwrap_or(0))
}
