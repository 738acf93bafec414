//! Targets that a council set itself, kept as facts are: made by a change, ended by a change.

use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    INSERT = "INSERT INTO target (id, measure, level_permille, by_month, from_permille, from_month, agreed_on, owners, source, grant_pence, losses, made, ended) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)";
    STANDING = "SELECT id, measure, level_permille, by_month, from_permille, from_month, agreed_on, owners, source, grant_pence, losses FROM target WHERE ended IS NULL ORDER BY measure, by_month, id";
    END = "UPDATE target SET ended = $1 WHERE id = $2 AND ended IS NULL";
}

/// One target as kept. Months are written `2010-01`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub id: i64,
    pub measure: String,
    /// Units: thousandths.
    pub level_permille: i64,
    pub by_month: String,
    pub from_permille: Option<i64>,
    pub from_month: Option<String>,
    pub agreed_on: Option<Date>,
    pub owners: String,
    pub source: String,
    pub grant_pence: Option<i64>,
    /// What is lost above a level of not known: thousandths and hundredths, `60:50,75:100`.
    pub losses: String,
}

fn read(row: &Row<'_>) -> Result<Target, StoreError> {
    Ok(Target {
        id: row.int(0)?,
        measure: row.text(1)?,
        level_permille: row.int(2)?,
        by_month: row.text(3)?,
        from_permille: row.opt_int(4)?,
        from_month: row.opt_text(5)?,
        agreed_on: row.opt_date(6)?,
        owners: row.text(7)?,
        source: row.text(8)?,
        grant_pence: row.opt_int(9)?,
        losses: row.text(10)?,
    })
}

/// Keeps a target; its number. `id` is not read.
pub async fn add(tx: &mut Tx, t: &Target, change: i64) -> Result<i64, StoreError> {
    let id = changes::take(tx, "target", 1).await?;
    let (by, from) = (&t.by_month, t.from_month.clone());
    tx.run(
        INSERT,
        args![
            id,
            &t.measure,
            t.level_permille,
            by,
            t.from_permille,
            from,
            t.agreed_on,
            &t.owners,
            &t.source,
            t.grant_pence,
            &t.losses,
            change
        ],
    )
    .await?;
    Ok(id)
}

/// Every target that stands.
pub async fn standing(tx: &mut Tx) -> Result<Vec<Target>, StoreError> {
    tx.rows(STANDING, args![], read).await
}

/// Ends a target; whether there was one.
pub async fn end(tx: &mut Tx, id: i64, change: i64) -> Result<bool, StoreError> {
    Ok(tx.run(END, args![change, id]).await? == 1)
}
