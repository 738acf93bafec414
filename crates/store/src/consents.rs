//! Words on sharing, in the order they were told; none is ever taken out. Where two records became one,
//! the words of both are the kept record's, for as long as the merge stands.

use std::collections::BTreeMap;

use domain::consent::{Speaker, Telling, Word};
use domain::person::ChangeId;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    INSERT = "INSERT INTO sharing_word (id, person, partner, word, said_by, how, wording, evidence, office, day, until, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    OF_PERSON = "WITH RECURSIVE same (person) AS (SELECT CAST($1 AS BIGINT) UNION SELECT m.gone FROM merge m JOIN same s ON m.kept = s.person WHERE m.undone IS NULL) SELECT w.person, w.partner, w.word, w.said_by, w.how, w.wording, w.evidence, w.office, w.day, w.until, w.id FROM sharing_word w WHERE w.person IN (SELECT person FROM same) ORDER BY w.id";
    OF_PARTNER = "SELECT person, partner, word, said_by, how, wording, evidence, office, day, until, id FROM sharing_word WHERE partner = $1 OR partner = '' ORDER BY id";
    ALL = "SELECT person, partner, word, said_by, how, wording, evidence, office, day, until, id FROM sharing_word ORDER BY id";
}

/// A word as it is kept: whose, its number, what was told.
type Kept = (i64, i64, Telling);

fn read(row: &Row<'_>) -> Result<Kept, StoreError> {
    let unknown = |what: &str, id: i64| StoreError::Inconsistent {
        table: "sharing_word",
        id: id.to_string(),
        what: format!("no such {what}"),
    };
    let id = row.int(10)?;
    let told = Telling {
        partner: row.text(1)?,
        word: Word::from_name(&row.text(2)?).ok_or_else(|| unknown("word", id))?,
        by: Speaker::from_name(&row.text(3)?).ok_or_else(|| unknown("speaker", id))?,
        how: row.text(4)?,
        wording: row.text(5)?,
        evidence: row.text(6)?,
        office: row.text(7)?,
        day: row.date(8)?,
        until: row.opt_date(9)?,
    };
    Ok((row.int(0)?, id, told))
}

/// Words as they are read, with their evidence opened.
fn opened(tx: &Tx, kept: Vec<Kept>) -> Result<Vec<(i64, Telling)>, StoreError> {
    let mut told = Vec::with_capacity(kept.len());
    for (person, id, mut word) in kept {
        sealed::open(tx, "sharing_word", (id, None), [("evidence", &mut word.evidence)])?;
        told.push((person, word));
    }
    Ok(told)
}

pub async fn tell(
    tx: &mut Tx,
    change: ChangeId,
    person: i64,
    t: &Telling,
) -> Result<(), StoreError> {
    let id = changes::take(tx, "sharing_word", 1).await?;
    let (word, by) = (t.word.name(), t.by.name());
    let evidence = tx.seal(&Cell::new("sharing_word", id, "evidence"), &t.evidence)?;
    let row = args![
        id, person, &t.partner, word, by, &t.how, &t.wording, evidence, &t.office, t.day, t.until,
        change.0
    ]
    .to_vec();
    tx.run(INSERT, &row).await?;
    Ok(())
}

/// One person's words, oldest first.
pub async fn of_person(tx: &mut Tx, person: i64) -> Result<Vec<Telling>, StoreError> {
    let kept = tx.rows(OF_PERSON, args![person], read).await?;
    Ok(opened(tx, kept)?.into_iter().map(|(_, told)| told).collect())
}

/// Everybody's words that a partner must hear: those to it and those to every school. Oldest first.
pub async fn of_partner(
    tx: &mut Tx,
    partner: &str,
) -> Result<BTreeMap<i64, Vec<Telling>>, StoreError> {
    let kept = tx.rows(OF_PARTNER, args![partner], read).await?;
    let told = opened(tx, kept)?;
    by_person(tx, told).await
}

/// Everybody's words. Oldest first.
pub async fn all(tx: &mut Tx) -> Result<BTreeMap<i64, Vec<Telling>>, StoreError> {
    let kept = tx.rows(ALL, args![], read).await?;
    let told = opened(tx, kept)?;
    by_person(tx, told).await
}

async fn by_person(
    tx: &mut Tx,
    told: Vec<(i64, Telling)>,
) -> Result<BTreeMap<i64, Vec<Telling>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<Telling>> = BTreeMap::new();
    if told.is_empty() {
        return Ok(found);
    }
    let merged = crate::linking::merged(tx).await?;
    for (person, word) in told {
        let person = merged.get(&person).copied().unwrap_or(person);
        found.entry(person).or_default().push(word);
    }
    Ok(found)
}
