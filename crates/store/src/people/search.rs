//! Finding people, always within a scope.

use domain::access::{Reach, Scope};
use domain::person::fold;

use crate::args;
use crate::engine::{Row, StoreError, Tx, Value};
use crate::scope;
use crate::statements::statements;

statements! {
    ADVISERS = "SELECT adviser FROM assignment WHERE person = $1 AND ended IS NULL AND to_day IS NULL ORDER BY adviser";
    LEARNING = "SELECT DISTINCT organisation FROM spell WHERE person = $1 AND ended IS NULL AND end_day IS NULL AND organisation IS NOT NULL ORDER BY organisation";
    REFERRED = "SELECT DISTINCT organisation FROM referral WHERE person = $1 AND ended IS NULL ORDER BY organisation";
    LISTED = "SELECT i.sender, MAX(i.as_of) FROM import_row r JOIN import i ON i.id = r.import WHERE r.person = $1 AND r.effect <> 'held' AND i.state = 'applied' AND NOT EXISTS (SELECT 1 FROM import n WHERE n.sender = i.sender AND n.kind = i.kind AND n.state = 'applied' AND (n.as_of > i.as_of OR (n.as_of = i.as_of AND n.id > i.id))) GROUP BY i.sender ORDER BY i.sender";
    REACH = "SELECT p.school, COALESCE(p.restricted, 'N'), (SELECT MAX(h.locality) FROM address h WHERE h.person = p.person AND h.ended IS NULL AND h.to_day IS NULL), (SELECT COUNT(*) FROM use_stop u WHERE u.person = p.person AND u.ended IS NULL) FROM particulars p WHERE p.person = $1 AND p.ended IS NULL";
}

/// What somebody typed to find a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Beginning of a given or family name, both in either order, or one of the identifiers.
    pub text: String,
    /// ISO date of birth.
    pub date_of_birth: Option<String>,
    pub postcode: Option<String>,
}

/// A person in a list of results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub person: i64,
    pub given_name: String,
    pub family_name: String,
    pub date_of_birth: Option<String>,
    pub school: Option<String>,
    pub school_name: Option<String>,
    pub postcode: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Found, StoreError> {
    Ok(Found {
        person: row.int(0)?,
        given_name: row.opt_text(1)?.unwrap_or_default(),
        family_name: row.opt_text(2)?.unwrap_or_default(),
        date_of_birth: row.opt_text(3)?,
        school: row.opt_text(4)?,
        postcode: row.opt_text(5)?,
        school_name: row.opt_text(6)?,
    })
}

/// People within the scope who fit, by family name; at most `most`.
pub async fn search(
    tx: &mut Tx,
    scope: &Scope,
    query: &Query,
    most: i64,
) -> Result<Vec<Found>, StoreError> {
    let mut binds: Vec<Value> = Vec::new();
    let mut parts: Vec<String> = vec!["p.ended IS NULL".to_owned()];
    if let Some(part) = names(&query.text, &mut binds) {
        parts.push(part);
    }
    if let Some(day) = &query.date_of_birth {
        binds.push(Value::Text(day.clone()));
        parts.push(format!("p.date_of_birth = ${}", binds.len()));
    }
    if let Some(postcode) = &query.postcode {
        binds.push(Value::Text(postcode.clone()));
        parts.push(format!(
            "EXISTS (SELECT 1 FROM address q WHERE q.person = p.person AND q.ended IS NULL \
             AND q.postcode = ${}) AND COALESCE(p.protected_address, 'N') <> 'Y'",
            binds.len()
        ));
    }
    if binds.is_empty() {
        return Ok(Vec::new());
    }
    let (within, more) = scope::condition(scope, binds.len() + 1);
    binds.extend(more);
    let sql = format!(
        "SELECT p.person, p.given_name, p.family_name, p.date_of_birth, p.school, \
         (SELECT MAX(h.postcode) FROM address h WHERE h.person = p.person AND h.ended IS NULL \
          AND h.to_day IS NULL AND COALESCE(p.protected_address, 'N') <> 'Y'), \
         (SELECT o.name FROM organisation o WHERE o.id = p.school) \
         FROM particulars p WHERE {} AND {within} \
         ORDER BY p.family_key, p.given_key, p.person LIMIT {most}",
        parts.join(" AND ")
    );
    tx.rows(&sql, &binds, read).await
}

/// The condition for what was typed as a name or number; `None` for nothing.
///
/// A prefix is a half-open range, which an index serves on both engines.
fn names(text: &str, binds: &mut Vec<Value>) -> Option<String> {
    let words: Vec<String> =
        text.split_whitespace().map(fold).filter(|word| !word.is_empty()).collect();
    let (first, rest) = words.split_first()?;
    let mut prefix = |column: &str, word: &str| {
        binds.push(Value::Text(word.to_owned()));
        binds.push(Value::Text(format!("{word}\u{10FFFF}")));
        let n = binds.len();
        format!("({column} >= ${} AND {column} < ${n})", n - 1)
    };
    if rest.is_empty() && first.chars().any(|c| c.is_ascii_digit()) {
        let number = first.to_uppercase();
        binds.push(Value::Text(number));
        let n = binds.len();
        return Some(format!(
            "(p.upn = ${n} OR p.uln = ${n} OR p.person = (SELECT id FROM young_person WHERE ypid = ${n}))"
        ));
    }
    let last = rest.concat();
    Some(if last.is_empty() {
        format!(
            "({} OR {} OR p.person IN (SELECT person FROM former_name WHERE ended IS NULL AND {}))",
            prefix("p.family_key", first),
            prefix("p.given_key", first),
            prefix("family_key", first)
        )
    } else {
        format!(
            "(({} AND {}) OR ({} AND {}))",
            prefix("p.given_key", first),
            prefix("p.family_key", &last),
            prefix("p.family_key", first),
            prefix("p.given_key", &last)
        )
    })
}

/// What a scope needs to know about one person; `None` when nobody of that number is on the register.
pub async fn reach(tx: &mut Tx, person: i64) -> Result<Option<Reach>, StoreError> {
    let advisers = tx.rows(ADVISERS, args![person], |row| row.int(0)).await?;
    let learning = tx.rows(LEARNING, args![person], |row| row.text(0)).await?;
    let referred = tx.rows(REFERRED, args![person], |row| row.text(0)).await?;
    let listed = tx.rows(LISTED, args![person], |row| Ok((row.text(0)?, row.date(1)?))).await?;
    tx.one(REACH, args![person], |row| {
        Ok(Reach {
            person,
            learning: learning.clone(),
            referred: referred.clone(),
            listed: listed.clone(),
            school: row.opt_text(0)?,
            restricted: row.text(1)? == "Y",
            locality: row.opt_text(2)?,
            advisers: advisers.clone(),
            stopped: row.int(3)? > 0,
        })
    })
    .await
}

/// Those of `people` who are within the scope.
pub async fn within(tx: &mut Tx, scope: &Scope, people: &[i64]) -> Result<Vec<i64>, StoreError> {
    let (condition, binds) = scope::condition(scope, 1);
    let of = format!(
        "SELECT p.person FROM particulars p WHERE p.ended IS NULL AND {condition} AND p.person"
    );
    tx.rows_in((&of, "ORDER BY p.person"), &binds, people, |row| row.int(0)).await
}
