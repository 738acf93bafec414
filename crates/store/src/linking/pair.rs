//! Pairs of the register who may be one person, as last found, and who lives where.

use crate::engine::{Row, StoreError, Tx, Value};
use crate::people::load::characteristic_code;
use crate::statements::statements;
use crate::{args, sealed};

statements! {
    ALL = "SELECT l.a, l.b, l.probability, l.evidence, l.found_at FROM link_pair l JOIN particulars x ON x.person = l.a AND x.ended IS NULL JOIN particulars y ON y.person = l.b AND y.ended IS NULL ORDER BY l.probability DESC, l.a, l.b";
    ONE = "SELECT a, b, probability, evidence, found_at FROM link_pair WHERE a = $1 AND b = $2";
    PROTECTED = "SELECT x.person FROM link_pair l JOIN particulars x ON x.person = l.a AND x.ended IS NULL AND x.protected_address = 'Y' UNION SELECT y.person FROM link_pair k JOIN particulars y ON y.person = k.b AND y.ended IS NULL AND y.protected_address = 'Y'";
    FORGET = "DELETE FROM link_pair";
    SCHOOL = "SELECT name FROM organisation WHERE id = $1";
    CHARACTERISTICS = "SELECT c.person, c.code, c.fact FROM characteristic c JOIN particulars p ON p.person = c.person AND p.ended IS NULL WHERE c.ended IS NULL AND c.to_day IS NULL";
    AT_POSTCODE = "SELECT DISTINCT person FROM address a WHERE a.ended IS NULL AND a.to_day IS NULL AND a.postcode = $1 AND NOT EXISTS (SELECT 1 FROM particulars p WHERE p.person = a.person AND p.ended IS NULL AND p.protected_address = 'Y') ORDER BY person LIMIT $2";
}

/// Two people who may be one; `a` is the lower number.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundPair {
    pub a: i64,
    pub b: i64,
    pub probability: f64,
    /// JSON of the app's making.
    pub evidence: String,
    /// UTC, RFC 3339.
    pub found_at: String,
}

fn read(row: &Row<'_>) -> Result<FoundPair, StoreError> {
    Ok(FoundPair {
        a: row.int(0)?,
        b: row.int(1)?,
        probability: row.real(2)?,
        evidence: row.text(3)?,
        found_at: row.text(4)?,
    })
}

fn opened(tx: &Tx, mut p: FoundPair) -> Result<FoundPair, StoreError> {
    sealed::open(tx, "link_pair", (p.a, Some(p.b)), [("evidence", &mut p.evidence)])?;
    Ok(p)
}

/// Pairs both of whom stand in the register, the likeliest first.
pub async fn pairs(tx: &mut Tx) -> Result<Vec<FoundPair>, StoreError> {
    let kept = tx.rows(ALL, args![], read).await?;
    kept.into_iter().map(|found| opened(tx, found)).collect()
}

pub async fn pair(tx: &mut Tx, a: i64, b: i64) -> Result<Option<FoundPair>, StoreError> {
    let kept = tx.one(ONE, args![a, b], read).await?;
    kept.map(|found| opened(tx, found)).transpose()
}

/// Who of those in pairs has a protected address now.
pub async fn protected_in_pairs(tx: &mut Tx) -> Result<Vec<i64>, StoreError> {
    tx.rows(PROTECTED, args![], |row| row.int(0)).await
}

/// Puts what was found now in the place of what was found before.
pub async fn keep_pairs(tx: &mut Tx, found: &[FoundPair]) -> Result<(), StoreError> {
    tx.run(FORGET, args![]).await?;
    let values: Vec<Vec<Value>> = found
        .iter()
        .map(|p| args![p.a, p.b, p.probability, &p.evidence, &p.found_at].to_vec())
        .collect();
    tx.insert("link_pair", &["a", "b", "probability", "evidence", "found_at"], &values).await
}

/// People who have a characteristic now, by number.
pub async fn with_characteristic(tx: &mut Tx, code: &str) -> Result<Vec<i64>, StoreError> {
    let held = characteristics(tx).await?.into_iter();
    Ok(held.filter(|(_, other)| other == code).map(|(person, _)| person).collect())
}

/// What everybody who stands in the register has now: person and code, each once and in order. A code that is sealed
/// is no code to the database, so that it is asked for nothing but the rows.
pub async fn characteristics(tx: &mut Tx) -> Result<Vec<(i64, String)>, StoreError> {
    let keys = tx.keys();
    let mut all = tx
        .rows(CHARACTERISTICS, args![], |row| {
            let code = characteristic_code(keys.as_deref(), row.int(2)?, row.str(1)?)?;
            Ok((row.int(0)?, code.into_owned()))
        })
        .await?;
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

/// What an organisation is called.
pub async fn school_name(tx: &mut Tx, id: &str) -> Result<Option<String>, StoreError> {
    tx.one(SCHOOL, args![id], |row| row.text(0)).await
}

/// People who live at a postcode now and whose address is not protected, by number.
pub async fn at_postcode(tx: &mut Tx, postcode: &str, most: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(AT_POSTCODE, args![postcode, most], |row| row.int(0)).await
}
