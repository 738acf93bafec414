//! The log of complaints about sharing, by agreement, and the dated clauses that were met.

use domain::agreement::{ClauseKind, Complaint, Step, Teller};
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    ALL = "SELECT id, agreement, partner, day, teller, about, step, answered_on, COALESCE(answer, '') FROM agreement_complaint ORDER BY day, id";
    ADD = "INSERT INTO agreement_complaint (id, agreement, partner, day, teller, about, step, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    STEP = "UPDATE agreement_complaint SET step = $1 WHERE id = $2 AND agreement = $3 AND answered_on IS NULL";
    ANSWER = "UPDATE agreement_complaint SET answered_on = $1, answer = $2, answer_made = $3 WHERE id = $4 AND agreement = $5 AND answered_on IS NULL";
    ALL_MET = "SELECT agreement, kind, due FROM clause_met ORDER BY id";
    MET = "INSERT INTO clause_met (id, agreement, kind, due, day, made) VALUES ($1, $2, $3, $4, $5, $6)";
}

const fn about_of(row: i64) -> Cell<'static> {
    Cell::new("agreement_complaint", row, "about")
}

const fn answer_of(row: i64) -> Cell<'static> {
    Cell::new("agreement_complaint", row, "answer")
}

fn read(row: &Row<'_>) -> Result<Complaint, StoreError> {
    let id = row.int(0)?;
    let inconsistent = |what: &str| StoreError::Inconsistent {
        table: "agreement_complaint",
        id: id.to_string(),
        what: what.to_owned(),
    };
    let (teller, step) = (row.text(4)?, row.text(6)?);
    let answer = row.text(8)?;
    Ok(Complaint {
        id,
        agreement: row.int(1)?,
        partner: row.opt_text(2)?,
        day: row.date(3)?,
        teller: Teller::from_name(&teller).ok_or_else(|| inconsistent("an unknown teller"))?,
        about: row.text(5)?,
        step: Step::from_name(&step).ok_or_else(|| inconsistent("an unknown step"))?,
        answered: row.opt_date(7)?.map(|day| (day, answer)),
    })
}

/// Every complaint, oldest first; there are few.
pub async fn all(tx: &mut Tx) -> Result<Vec<Complaint>, StoreError> {
    let mut found = tx.rows(ALL, args![], read).await?;
    for one in &mut found {
        one.about = tx.unseal(&about_of(one.id), &one.about)?;
        if let Some((_, answer)) = &mut one.answered {
            *answer = tx.unseal(&answer_of(one.id), answer)?;
        }
    }
    Ok(found)
}

/// Keeps a complaint; its number. The one that `c` names is not looked at.
pub async fn add(tx: &mut Tx, change: ChangeId, c: &Complaint) -> Result<i64, StoreError> {
    let id = changes::take(tx, "agreement_complaint", 1).await?;
    let about = tx.seal(&about_of(id), &c.about)?;
    let partner = c.partner.clone();
    let (teller, step) = (c.teller.name(), c.step.name());
    let row = args![id, c.agreement, partner, c.day, teller, about, step, change.0].to_vec();
    tx.run(ADD, &row).await?;
    Ok(id)
}

/// Moves an open complaint to a step; whether it was open.
pub async fn step(
    tx: &mut Tx,
    (agreement, id): (i64, i64),
    step: Step,
) -> Result<bool, StoreError> {
    Ok(tx.run(STEP, args![step.name(), id, agreement]).await? == 1)
}

/// Answers a complaint, once; whether it was open.
pub async fn answer(
    tx: &mut Tx,
    change: ChangeId,
    (agreement, id): (i64, i64),
    (day, words): (Date, &str),
) -> Result<bool, StoreError> {
    let words = tx.seal(&answer_of(id), words)?;
    Ok(tx.run(ANSWER, args![day, words, change.0, id, agreement]).await? == 1)
}

/// Dated clauses that were met: agreement, kind, day on which it was due.
pub async fn all_met(tx: &mut Tx) -> Result<Vec<(i64, ClauseKind, Date)>, StoreError> {
    let rows =
        tx.rows(ALL_MET, args![], |row| Ok((row.int(0)?, row.text(1)?, row.date(2)?))).await?;
    let known = |(agreement, kind, due): (i64, String, Date)| {
        Some((agreement, ClauseKind::from_name(&kind)?, due))
    };
    Ok(rows.into_iter().filter_map(known).collect())
}

pub async fn met(
    tx: &mut Tx,
    change: ChangeId,
    (agreement, kind, due): (i64, ClauseKind, Date),
    day: Date,
) -> Result<(), StoreError> {
    let id = changes::take(tx, "clause_met", 1).await?;
    tx.run(MET, args![id, agreement, kind.name(), due, day, change.0]).await?;
    Ok(())
}
