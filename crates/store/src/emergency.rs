//! Records opened in an emergency, looks that somebody should explain, and what came of asking.

use std::collections::BTreeSet;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    ADD = "INSERT INTO emergency (id, person, account, session, ground, words, began_at, until, review_due, officer) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    OPENED = "SELECT person FROM emergency WHERE session = $1 AND until > $2";
    ONE = "SELECT e.id, e.person, e.account, a.name, e.ground, e.words, e.began_at, e.until, e.review_due, COALESCE(e.reviewed_at, ''), COALESCE(e.verdict, ''), COALESCE(e.review_words, ''), e.officer, COALESCE(o.name, '') FROM emergency e JOIN account a ON a.id = e.account LEFT JOIN account o ON o.id = e.officer WHERE e.id = $1";
    NEWEST = "SELECT e.id, e.person, e.account, a.name, e.ground, e.words, e.began_at, e.until, e.review_due, COALESCE(e.reviewed_at, ''), COALESCE(e.verdict, ''), COALESCE(e.review_words, ''), e.officer, COALESCE(o.name, '') FROM emergency e JOIN account a ON a.id = e.account LEFT JOIN account o ON o.id = e.officer WHERE e.reviewed_at IS NULL OR e.began_at > $1 ORDER BY e.id DESC LIMIT 200";
    REVIEW = "UPDATE emergency SET reviewed_at = $1, reviewed_by = $2, verdict = $3, review_words = $4 WHERE id = $5 AND reviewed_at IS NULL";
    OF_CASELOAD = "SELECT DISTINCT e.person FROM emergency e JOIN assignment s ON s.person = e.person AND s.ended IS NULL AND s.to_day IS NULL WHERE s.adviser = $1 AND e.account <> $1 AND e.began_at > $2 ORDER BY e.person";
    LOOK = "INSERT INTO unexplained_look (account, person, day, opens) VALUES ($1, $2, $3, 1) ON CONFLICT (account, person, day) DO UPDATE SET opens = unexplained_look.opens + 1";
    LOOKS = "SELECT CAST(COALESCE(SUM(opens), 0) AS BIGINT) FROM unexplained_look WHERE account = $1 AND person = $2 AND day >= $3";
    PEOPLE = "SELECT COUNT(*) FROM unexplained_look WHERE account = $1 AND day = $2";
    EXPLAIN = "DELETE FROM unexplained_look WHERE account = $1 AND person = $2";
    NOTICE = "INSERT INTO curious_look (id, account, person, day, sign, opens, noticed_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    NOTICED = "SELECT l.id, l.account, a.name, l.person, l.day, l.sign, l.opens, l.noticed_at, COALESCE(l.settled_words, '') FROM curious_look l JOIN account a ON a.id = l.account WHERE l.settled_at IS NULL ORDER BY l.id DESC LIMIT 200";
    NOTICED_OF = "SELECT account FROM curious_look WHERE id = $1";
    RESTART = "DELETE FROM unexplained_look WHERE EXISTS (SELECT 1 FROM curious_look c WHERE c.id = $1 AND c.account = unexplained_look.account AND ((c.sign = $2 AND c.person = unexplained_look.person) OR (c.sign = $3 AND c.day = unexplained_look.day)))";
    SETTLE = "UPDATE curious_look SET settled_at = $1, settled_by = $2, settled_words = $3 WHERE id = $4 AND settled_at IS NULL";
}

/// One opening in an emergency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emergency {
    pub id: i64,
    pub person: i64,
    pub account: i64,
    pub account_name: String,
    pub ground: String,
    pub words: String,
    pub began_at: String,
    pub until: String,
    /// The last day on which the review is in time.
    pub review_due: String,
    /// Empty while it waits.
    pub reviewed_at: String,
    pub verdict: String,
    pub review_words: String,
    /// Who was told of it at once, and their name.
    pub officer: Option<i64>,
    pub officer_name: String,
}

fn read(row: &Row<'_>) -> Result<Emergency, StoreError> {
    Ok(Emergency {
        id: row.int(0)?,
        person: row.int(1)?,
        account: row.int(2)?,
        account_name: row.text(3)?,
        ground: row.text(4)?,
        words: row.text(5)?,
        began_at: row.text(6)?,
        until: row.text(7)?,
        review_due: row.text(8)?,
        reviewed_at: row.text(9)?,
        verdict: row.text(10)?,
        review_words: row.text(11)?,
        officer: row.opt_int(12)?,
        officer_name: row.text(13)?,
    })
}

/// Begins one for a session; its number. The review's fields are not read.
pub async fn add(tx: &mut Tx, session: &str, e: &Emergency) -> Result<i64, StoreError> {
    let id = changes::take(tx, "emergency", 1).await?;
    let args = args![
        id,
        e.person,
        e.account,
        session,
        &e.ground,
        &e.words,
        &e.began_at,
        &e.until,
        &e.review_due,
        e.officer
    ];
    tx.run(ADD, args).await?;
    Ok(id)
}

/// The people whom a session has open at an instant.
pub async fn opened(tx: &mut Tx, session: &str, now: &str) -> Result<BTreeSet<i64>, StoreError> {
    Ok(tx.rows(OPENED, args![session, now], |row| row.int(0)).await?.into_iter().collect())
}

pub async fn one(tx: &mut Tx, id: i64) -> Result<Option<Emergency>, StoreError> {
    let kept = tx.one(ONE, args![id], read).await?;
    kept.map(|kept| read_out(tx, kept)).transpose()
}

/// An opening as it is read, with the words of its review opened.
fn read_out(tx: &Tx, mut e: Emergency) -> Result<Emergency, StoreError> {
    sealed::open(tx, "emergency", (e.id, None), [("review_words", &mut e.review_words)])?;
    Ok(e)
}

/// Those that wait for a review, and those that began since an instant; newest first.
pub async fn newest(tx: &mut Tx, since: &str) -> Result<Vec<Emergency>, StoreError> {
    let kept = tx.rows(NEWEST, args![since], read).await?;
    kept.into_iter().map(|kept| read_out(tx, kept)).collect()
}

/// `Conflict` when it was reviewed already.
pub async fn review(
    tx: &mut Tx,
    id: i64,
    (by, at): (i64, &str),
    (verdict, words): (&str, &str),
) -> Result<(), StoreError> {
    let words = tx.seal(&Cell::new("emergency", id, "review_words"), words)?;
    match tx.run(REVIEW, args![at, by, verdict, words, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Which of an adviser's people others opened in an emergency since an instant.
pub async fn of_caseload(tx: &mut Tx, adviser: i64, since: &str) -> Result<Vec<i64>, StoreError> {
    tx.rows(OF_CASELOAD, args![adviser, since], |row| row.int(0)).await
}

/// Counts an unexplained look; opens of this record since a day, and people looked at so on this day.
pub async fn look(
    tx: &mut Tx,
    (account, person): (i64, i64),
    (day, since): (&str, &str),
) -> Result<(i64, i64), StoreError> {
    tx.run(LOOK, args![account, person, day]).await?;
    let opens = tx.one(LOOKS, args![account, person, since], |row| row.int(0)).await?;
    let people = tx.one(PEOPLE, args![account, day], |row| row.int(0)).await?;
    Ok((opens.unwrap_or(0), people.unwrap_or(0)))
}

/// Work explains the looks before it.
pub async fn explain(tx: &mut Tx, account: i64, person: i64) -> Result<(), StoreError> {
    tx.run(EXPLAIN, args![account, person]).await?;
    Ok(())
}

/// A look that somebody should explain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Noticed {
    pub id: i64,
    pub account: i64,
    pub account_name: String,
    pub person: i64,
    pub day: String,
    pub sign: String,
    pub opens: i64,
    pub noticed_at: String,
}

/// Writes one down. `id` and the name are not read.
pub async fn notice(tx: &mut Tx, n: &Noticed) -> Result<(), StoreError> {
    let id = changes::take(tx, "curious_look", 1).await?;
    let args = args![id, n.account, n.person, &n.day, &n.sign, n.opens, &n.noticed_at];
    tx.run(NOTICE, args).await?;
    Ok(())
}

/// Those that wait, newest first.
pub async fn noticed(tx: &mut Tx) -> Result<Vec<Noticed>, StoreError> {
    tx.rows(NOTICED, args![], |row| {
        Ok(Noticed {
            id: row.int(0)?,
            account: row.int(1)?,
            account_name: row.text(2)?,
            person: row.int(3)?,
            day: row.text(4)?,
            sign: row.text(5)?,
            opens: row.int(6)?,
            noticed_at: row.text(7)?,
        })
    })
    .await
}

/// Whose look a question is about.
pub async fn noticed_of(tx: &mut Tx, id: i64) -> Result<Option<i64>, StoreError> {
    tx.one(NOTICED_OF, args![id], |row| row.int(0)).await
}

/// `Conflict` when it was settled already.
pub async fn settle(
    tx: &mut Tx,
    id: i64,
    (by, at): (i64, &str),
    words: &str,
) -> Result<(), StoreError> {
    let words = tx.seal(&Cell::new("curious_look", id, "settled_words"), words)?;
    match tx.run(SETTLE, args![at, by, words, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// Counts anew after a question was settled: of that record where it was about opens of one (`repeated`), of
/// that day where it was about many (`many`).
pub async fn restart(
    tx: &mut Tx,
    id: i64,
    (repeated, many): (&str, &str),
) -> Result<(), StoreError> {
    tx.run(RESTART, args![id, repeated, many]).await?;
    Ok(())
}
