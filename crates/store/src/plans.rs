//! Plans, version by version. A version is written once and ended once; the standing version of a plan
//! is the newest that nothing has ended, so taking one back brings the one before it to light. Ratings
//! are dated facts that a version brings with it, or that a person confirms later.

pub mod courses;
pub mod entries;
mod load;
pub mod marks;
pub mod packs;
mod write;

pub use load::{Warning, history, load, warnings};
pub use write::save;

use domain::calendar::Day;
use domain::person::ChangeId;

use crate::args;
use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;

statements! {
    NEW_PLAN = "INSERT INTO plan (id, made) VALUES ($1, $2)";
    NUMBER = "SELECT COALESCE(MAX(number), 0) FROM plan_version WHERE plan = $1";
    STANDING = "SELECT v.id, v.plan, v.number, v.title, v.rated_on, v.source, v.source_hash, v.names_kept, v.made, c.at FROM plan_version v JOIN change c ON c.id = v.made WHERE v.ended IS NULL AND v.number = (SELECT MAX(w.number) FROM plan_version w WHERE w.plan = v.plan AND w.ended IS NULL) ORDER BY v.plan";
    VERSIONS = "SELECT v.id, v.plan, v.number, v.title, v.rated_on, v.source, v.source_hash, v.names_kept, v.made, c.at FROM plan_version v JOIN change c ON c.id = v.made WHERE v.plan = $1 AND v.ended IS NULL ORDER BY v.number";
    END_VERSION = "UPDATE plan_version SET ended = $1 WHERE id = $2 AND ended IS NULL";
    END_RATINGS = "UPDATE plan_rating SET ended = $1 WHERE version = $2 AND ended IS NULL";
}

pub(crate) const LOAD_STATEMENTS: &[(&str, &str)] = load::STATEMENTS;

/// A version of a plan, as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub id: i64,
    pub plan: i64,
    /// From 1; numbers that were taken back are not given again.
    pub number: i64,
    pub title: String,
    pub rated_on: Day,
    /// The name of the file it came from.
    pub source: String,
    pub source_hash: String,
    pub names_kept: bool,
    pub made: ChangeId,
    /// UTC, RFC 3339.
    pub at: String,
}

/// Where a version came from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    pub name: &'a str,
    pub hash: &'a str,
    pub names_kept: bool,
}

fn read(row: &Row<'_>) -> Result<Version, StoreError> {
    Ok(Version {
        id: row.int(0)?,
        plan: row.int(1)?,
        number: row.int(2)?,
        title: row.text(3)?,
        rated_on: row.date(4)?,
        source: row.text(5)?,
        source_hash: row.text(6)?,
        names_kept: row.flag(7)?,
        made: ChangeId(row.int(8)?),
        at: row.text(9)?,
    })
}

/// The standing version of every plan.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Version>, StoreError> {
    tx.rows(STANDING, args![], read).await
}

/// The standing version whose ratings a day falls under: the newest rated by then, else the first.
pub async fn in_force(tx: &mut Tx, plan: i64, on: Day) -> Result<Option<Version>, StoreError> {
    let all = versions(tx, plan).await?;
    let by_then = all.iter().filter(|version| version.rated_on <= on);
    let newest = by_then.max_by_key(|version| (version.rated_on, version.number));
    Ok(newest.or(all.first()).cloned())
}

/// Every version of a plan that nothing has taken back, oldest first.
pub async fn versions(tx: &mut Tx, plan: i64) -> Result<Vec<Version>, StoreError> {
    tx.rows(VERSIONS, args![plan], read).await
}

/// A fresh plan without versions.
pub async fn begin(tx: &mut Tx, change: ChangeId) -> Result<i64, StoreError> {
    let id = crate::changes::take(tx, "plan", 1).await?;
    tx.run(NEW_PLAN, args![id, change.0]).await?;
    Ok(id)
}

/// Ends a version and the ratings it brought.
///
/// Errors: `Conflict` when somebody ended it first.
pub async fn end(tx: &mut Tx, change: ChangeId, version: i64) -> Result<(), StoreError> {
    if tx.run(END_VERSION, args![change.0, version]).await? != 1 {
        return Err(StoreError::Conflict);
    }
    tx.run(END_RATINGS, args![change.0, version]).await?;
    Ok(())
}
