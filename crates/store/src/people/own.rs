//! A partner's own people, and referring somebody to a partner.

use domain::access::Scope;
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx};
use crate::seal::Cell;
use crate::{args, changes, scope, sealed};

const REFERRALS: &str = "SELECT f.id, f.organisation, COALESCE(o.name, f.organisation), f.from_day, f.reason FROM referral f LEFT JOIN organisation o ON o.id = f.organisation WHERE f.person = $1 AND f.ended IS NULL ORDER BY f.id DESC";
const END_REFERRAL: &str = "UPDATE referral SET ended = $1 WHERE person = $3 AND ended IS NULL AND (id = $2 OR (organisation = (SELECT r.organisation FROM referral r WHERE r.id = $2 AND r.person = $3) AND NOT EXISTS (SELECT 1 FROM follow_up_task t WHERE t.person = $3 AND t.ended IS NULL AND (t.referral = referral.id OR t.referral = $2))))";
const END_ONE: &str =
    "UPDATE referral SET ended = $1 WHERE id = $2 AND person = $3 AND ended IS NULL";
const REFER: &str = "INSERT INTO referral (id, person, organisation, from_day, reason, made) VALUES ($1, $2, $3, $4, $5, $6)";

/// People within a scope by family name: their numbers, at most `most`.
pub async fn own(tx: &mut Tx, scope: &Scope, most: i64) -> Result<Vec<i64>, StoreError> {
    let (condition, binds) = scope::condition(scope, 1);
    let sql = format!(
        "SELECT p.person FROM particulars p WHERE p.ended IS NULL AND {condition} \
         ORDER BY p.family_key, p.given_key, p.person LIMIT {most}"
    );
    tx.rows(&sql, &binds, |row| row.int(0)).await
}

/// The same by number: those after a number, at most so many.
pub async fn own_after(
    tx: &mut Tx,
    scope: &Scope,
    (after, most): (i64, i64),
) -> Result<Vec<i64>, StoreError> {
    let (condition, binds) = scope::condition(scope, 1);
    let sql = format!(
        "SELECT p.person FROM particulars p WHERE p.ended IS NULL AND p.person > {after} AND \
         {condition} ORDER BY p.person LIMIT {most}"
    );
    tx.rows(&sql, &binds, |row| row.int(0)).await
}

/// A referral that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    pub id: i64,
    pub organisation: String,
    pub organisation_name: String,
    pub from: Date,
    pub reason: String,
}

/// The referrals of one person that stand, newest first.
pub async fn referrals(tx: &mut Tx, person: i64) -> Result<Vec<Referral>, StoreError> {
    let mut all = tx
        .rows(REFERRALS, args![person], |row| {
            Ok(Referral {
                id: row.int(0)?,
                organisation: row.text(1)?,
                organisation_name: row.text(2)?,
                from: row.date(3)?,
                reason: row.text(4)?,
            })
        })
        .await?;
    for one in &mut all {
        sealed::open(tx, "referral", (one.id, None), [("reason", &mut one.reason)])?;
    }
    Ok(all)
}

/// Ends a referral of somebody; whether it stood.
pub async fn end_referral(
    tx: &mut Tx,
    change: ChangeId,
    (person, id): (i64, i64),
) -> Result<bool, StoreError> {
    // Two that were made at once end together: nobody is reached by the other. One that was made for a follow-up is
    // there for another reason, and ends with it.
    Ok(tx.run(END_REFERRAL, args![change.0, id, person]).await? > 0)
}

/// Ends this referral and no other to the same organisation; whether it stood.
pub async fn end_one_referral(
    tx: &mut Tx,
    change: ChangeId,
    (person, id): (i64, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(END_ONE, args![change.0, id, person]).await? > 0)
}

/// Refers somebody to an organisation, whose people reach them from then on; the referral's number.
pub async fn refer(
    tx: &mut Tx,
    change: ChangeId,
    (person, organisation): (i64, &str),
    (from, reason): (Date, &str),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "referral", 1).await?;
    let reason = tx.seal(&Cell::new("referral", id, "reason"), reason)?;
    tx.run(REFER, args![id, person, organisation, from, reason, change.0]).await?;
    Ok(id)
}
