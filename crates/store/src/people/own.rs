//! A partner's own people, and referring somebody to a partner.

use domain::access::Scope;
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{StoreError, Tx};
use crate::{args, changes, scope};

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

/// How many people are within a scope.
pub async fn count(tx: &mut Tx, scope: &Scope) -> Result<i64, StoreError> {
    let (condition, binds) = scope::condition(scope, 1);
    let sql = format!("SELECT COUNT(*) FROM particulars p WHERE p.ended IS NULL AND {condition}");
    Ok(tx.one(&sql, &binds, |row| row.int(0)).await?.unwrap_or(0))
}

/// Refers somebody to an organisation, whose people reach them from then on.
pub async fn refer(
    tx: &mut Tx,
    change: ChangeId,
    (person, organisation): (i64, &str),
    (from, reason): (Date, &str),
) -> Result<(), StoreError> {
    let id = changes::take(tx, "referral", 1).await?;
    tx.run(REFER, args![id, person, organisation, from, reason, change.0]).await?;
    Ok(())
}
