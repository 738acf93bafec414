//! What the engine learned of each partner's lists, as text of its making.

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    KEEP = "INSERT INTO link_model (sender, model, learned_at, people, answers) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (sender) DO UPDATE SET model = $2, learned_at = $3, people = $4, answers = $5";
    FOR_SENDER = "SELECT sender, model, learned_at, people, answers FROM link_model WHERE sender = $1";
    TAUGHT = "SELECT CAST(COALESCE(SUM(answers), 0) AS BIGINT) FROM link_model";
}

/// A model and from what it was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learned {
    pub sender: String,
    pub model: String,
    /// UTC, RFC 3339.
    pub learned_at: String,
    /// Rows that were looked at, and pairs that people had decided among them.
    pub people: i64,
    pub answers: i64,
}

/// Keeps what was learned of a sender in place of what was known before.
pub async fn keep_model(tx: &mut Tx, learned: &Learned) -> Result<(), StoreError> {
    let l = learned;
    tx.run(KEEP, args![&l.sender, &l.model, &l.learned_at, l.people, l.answers]).await?;
    Ok(())
}

/// Decisions that moved how partners' lists are read, over all partners.
pub async fn taught(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(tx.one(TAUGHT, args![], |row| row.int(0)).await?.unwrap_or(0))
}

/// What was learned of a sender; `None` where that sender is new. What another's lists taught is not asked for: how
/// many of a school's pupils the register holds says nothing of who signs on at the Jobcentre.
pub async fn model_for(tx: &mut Tx, sender: &str) -> Result<Option<Learned>, StoreError> {
    tx.one(FOR_SENDER, args![sender], |row| {
        Ok(Learned {
            sender: row.text(0)?,
            model: row.text(1)?,
            learned_at: row.text(2)?,
            people: row.int(3)?,
            answers: row.int(4)?,
        })
    })
    .await
}
