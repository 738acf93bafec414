//! Packs as they were circulated: the very bytes, their hash, and to whom they went.

use domain::calendar::Day;
use domain::person::ChangeId;

use crate::engine::{StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO plan_pack (id, plan, meeting, to_whom, by_name, hash, content, made, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    OF_MEETING = "SELECT p.id, p.to_whom, p.by_name, p.hash, c.at, p.kind FROM plan_pack p JOIN change c ON c.id = p.made WHERE p.plan = $1 AND p.meeting = $2 ORDER BY p.id DESC";
    CONTENT = "SELECT content, meeting, kind FROM plan_pack WHERE plan = $1 AND id = $2";
}

/// A pack that went out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub id: i64,
    pub to_whom: String,
    pub by: String,
    pub hash: String,
    /// UTC, RFC 3339.
    pub at: String,
    /// The ending of its file's name.
    pub kind: String,
}

/// A pack about to go out.
pub struct New<'a> {
    pub meeting: Day,
    pub to_whom: &'a str,
    pub by: &'a str,
    pub hash: &'a str,
    pub kind: &'a str,
    pub content: Vec<u8>,
}

/// Keeps a pack; its number.
pub async fn keep(
    tx: &mut Tx,
    change: ChangeId,
    plan: i64,
    pack: New<'_>,
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "plan_pack", 1).await?;
    let values = args![
        id,
        plan,
        pack.meeting,
        pack.to_whom,
        pack.by,
        pack.hash,
        pack.content,
        change.0,
        pack.kind
    ];
    tx.run(INSERT, values).await?;
    Ok(id)
}

/// The packs of a meeting, newest first.
pub async fn of_meeting(tx: &mut Tx, plan: i64, meeting: Day) -> Result<Vec<Pack>, StoreError> {
    tx.rows(OF_MEETING, args![plan, meeting], |row| {
        Ok(Pack {
            id: row.int(0)?,
            to_whom: row.text(1)?,
            by: row.text(2)?,
            hash: row.text(3)?,
            at: row.text(4)?,
            kind: row.text(5)?,
        })
    })
    .await
}

/// The bytes that went out, for which meeting, and their kind.
pub async fn content(
    tx: &mut Tx,
    plan: i64,
    id: i64,
) -> Result<Option<(Vec<u8>, Day, String)>, StoreError> {
    tx.one(CONTENT, args![plan, id], |row| Ok((row.bytes(0)?, row.date(1)?, row.text(2)?))).await
}
