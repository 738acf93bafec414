//! Who read or wrote whose record, when and for what: a row in the same unit of work as the act.
//!
//! Rows form a chain: each is kept with its hash over itself and the hash before. Invariant: the counter's
//! row is held until the unit of work ends, so that numbers have no gaps and no two writers take the same
//! hash for the last. What a reading tells waits at the `desk` and is written there by the same function.

use std::collections::BTreeSet;

use domain::audit::{GENESIS, Hash, Row as Linked, from_text, link, text};

use crate::engine::{StoreError, Tx, Value};
use crate::statements::statements;
use crate::{args, changes};

statements! {
    HASH = "SELECT hash FROM audit WHERE seq = $1";
    LAST = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
    COUNTER = "SELECT next FROM counter WHERE name = 'audit'";
    CHAIN = "SELECT seq, at, account, act, person, purpose, detail, hash FROM audit WHERE seq > $1 ORDER BY seq";
    SEALED = "SELECT detail FROM audit WHERE act = $1 AND account IS NULL";
    SINCE = "SELECT COUNT(*), MIN(at) FROM audit WHERE seq > $1";
    SEEN = "SELECT person, act, COUNT(*), MIN(at), MAX(at) FROM audit WHERE account = $1 AND at > $2 AND at <= $3 AND person IS NOT NULL GROUP BY person, act ORDER BY person, act";
    BESIDE = "SELECT act, detail, COUNT(*), MIN(at), MAX(at) FROM audit WHERE account = $1 AND at > $2 AND at <= $3 AND person IS NULL GROUP BY act, detail ORDER BY MIN(at), act LIMIT 500";
    OF_PERSON = "SELECT a.seq, a.at, a.account, a.act, a.person, a.purpose, a.detail, COALESCE(c.name, 'the system') FROM audit a LEFT JOIN account c ON c.id = a.account WHERE a.person = $1 ORDER BY a.seq DESC LIMIT $2";
    LOOKED = "SELECT c.role, COALESCE(o.name, ''), COUNT(*), MAX(a.at) FROM audit a JOIN account c ON c.id = a.account LEFT JOIN organisation o ON o.id = c.organisation WHERE a.person = $1 AND a.at >= $2 AND a.act <> 'opening refused' GROUP BY c.role, COALESCE(o.name, '')";
    COUNT_OF_PERSON = "SELECT COUNT(*) FROM audit WHERE person = $1";
}

/// One act to be remembered. `detail` names fields and counts, never values.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub at: &'a str,
    pub account: Option<i64>,
    pub act: &'a str,
    pub person: Option<i64>,
    pub purpose: &'a str,
    pub detail: &'a str,
}

/// An act as remembered, with the name of who did it.
#[derive(Clone, Debug)]
pub struct Remembered {
    pub seq: i64,
    pub at: String,
    pub account: Option<i64>,
    pub act: String,
    pub person: Option<i64>,
    pub purpose: String,
    pub detail: String,
    pub account_name: String,
}

pub async fn write(tx: &mut Tx, entry: &Entry<'_>) -> Result<(), StoreError> {
    write_each(tx, entry, &[entry.person]).await
}

/// One row a person, for a list that was shown or a file that was applied.
pub async fn write_many(tx: &mut Tx, entry: &Entry<'_>, people: &[i64]) -> Result<(), StoreError> {
    let people: Vec<Option<i64>> = people.iter().copied().map(Some).collect();
    write_each(tx, entry, &people).await
}

/// One row a person, and one more with their number for those of whom a list tells and whom the register
/// does not have: they were read as well.
pub async fn write_shown(
    tx: &mut Tx,
    entry: &Entry<'_>,
    people: &[i64],
    unknown: usize,
) -> Result<(), StoreError> {
    write_many(tx, entry, people).await?;
    if unknown == 0 {
        return Ok(());
    }
    let detail = format!("{}; {unknown} about nobody on the register", entry.detail);
    write(tx, &Entry { person: None, detail: &detail, ..entry.clone() }).await
}

async fn write_each(
    tx: &mut Tx,
    entry: &Entry<'_>,
    people: &[Option<i64>],
) -> Result<(), StoreError> {
    if people.is_empty() {
        return Ok(());
    }
    let told = Told::new(entry, people);
    match tx.telling() {
        Some(telling) => {
            telling.push(told);
            Ok(())
        }
        None => write_all(tx, &[told]).await,
    }
}

/// Acts with the people they were about, as they wait to be written.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    at: String,
    account: Option<i64>,
    act: String,
    purpose: String,
    detail: String,
    people: Vec<Option<i64>>,
}

impl Told {
    fn new(entry: &Entry<'_>, people: &[Option<i64>]) -> Told {
        Told {
            at: entry.at.to_owned(),
            account: entry.account,
            act: entry.act.to_owned(),
            purpose: entry.purpose.to_owned(),
            detail: entry.detail.to_owned(),
            people: people.to_vec(),
        }
    }

    pub(crate) fn rows(&self) -> usize {
        self.people.len()
    }

    fn linked(&self, seq: i64, person: Option<i64>) -> Linked<'_> {
        Linked {
            seq,
            at: &self.at,
            account: self.account,
            act: &self.act,
            person,
            purpose: &self.purpose,
            detail: &self.detail,
        }
    }
}

/// Rows that are chained at a time, while the database takes those before them.
const AT_ONCE: usize = 2_000;
/// Rows after which others may go on.
const BREATH: usize = 64;

/// Appends to the chain in the order given, in a unit of work that writes.
pub(crate) async fn write_all(tx: &mut Tx, told: &[Told]) -> Result<(), StoreError> {
    let mut all: Vec<(&Told, Option<i64>)> = Vec::new();
    for told in told {
        all.extend(told.people.iter().map(|person| (told, *person)));
    }
    let first = changes::take(tx, "audit", i64::try_from(all.len()).unwrap_or(i64::MAX)).await?;
    let mut end = (first, before(tx, first).await?);
    let columns = ["seq", "at", "account", "act", "person", "purpose", "detail", "hash"];
    let mut chunks = all.chunks(AT_ONCE);
    let mut rows = chained(chunks.next().unwrap_or_default(), &mut end).await;
    while !rows.is_empty() {
        let ahead = chained(chunks.next().unwrap_or_default(), &mut end);
        let (put, next) = tokio::join!(tx.insert("audit", &columns, &rows), ahead);
        put?;
        rows = next;
    }
    Ok(())
}

/// The next rows of the chain, each taking up the hash of the one before; `end` is the number of the next row and the
/// hash that it takes up.
async fn chained(some: &[(&Told, Option<i64>)], end: &mut (i64, Hash)) -> Vec<Vec<Value>> {
    let mut rows = Vec::with_capacity(some.len());
    for (told, person) in some {
        let (seq, before) = *end;
        let hash = link(&before, &told.linked(seq, *person));
        let (at, act, purpose, detail) = (&told.at, &told.act, &told.purpose, &told.detail);
        let row = args![seq, at, told.account, act, *person, purpose, detail, text(&hash)];
        rows.push(row.to_vec());
        *end = (seq + 1, hash);
        if rows.len().is_multiple_of(BREATH) {
            tokio::task::yield_now().await;
        }
    }
    rows
}

/// The hash that a row takes up; that of nothing where the row before is older than the chain.
async fn before(tx: &mut Tx, seq: i64) -> Result<Hash, StoreError> {
    let kept = tx.one(HASH, args![seq - 1], |row| row.opt_text(0)).await?.flatten();
    Ok(kept.and_then(|kept| from_text(&kept)).unwrap_or(GENESIS))
}

/// The number and hash of the last row, where there is one that has a hash.
pub async fn last(tx: &mut Tx) -> Result<Option<(i64, Hash)>, StoreError> {
    let last = tx.one(LAST, args![], |row| Ok((row.int(0)?, row.opt_text(1)?))).await?;
    Ok(last.and_then(|(seq, hash)| Some((seq, from_text(&hash?)?))))
}

/// The last number that was given to a row.
pub async fn counter(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(tx.one(COUNTER, args![], |row| row.int(0)).await?.map_or(0, |next| next - 1))
}

/// Every row after a number in order, with the hash that is kept with it, without holding them all.
pub async fn chain(
    tx: &mut Tx,
    after: i64,
    mut take: impl FnMut(&Linked<'_>, Option<&Hash>),
) -> Result<(), StoreError> {
    tx.each(CHAIN, args![after], |row| {
        let (at, act) = (row.text(1)?, row.text(3)?);
        let (purpose, detail) = (row.text(5)?, row.text(6)?);
        // A hash that does not read is no hash: the walk tells of it.
        let hash = row.opt_text(7)?.and_then(|kept| from_text(&kept));
        let linked = Linked {
            seq: row.int(0)?,
            at: &at,
            account: row.opt_int(2)?,
            act: &act,
            person: row.opt_int(4)?,
            purpose: &purpose,
            detail: &detail,
        };
        take(&linked, hash.as_ref());
        Ok(())
    })
    .await
}

/// Numbers of checkpoints that the audit tells of, by the act that tells of them.
pub async fn sealed(tx: &mut Tx, act: &str) -> Result<BTreeSet<i64>, StoreError> {
    let details = tx.rows(SEALED, args![act], |row| row.text(0)).await?;
    let number = |detail: &String| detail.split_whitespace().nth(1)?.parse().ok();
    Ok(details.iter().filter_map(number).collect())
}

/// How many rows came after a number, and when the first of them did.
pub async fn since(tx: &mut Tx, seq: i64) -> Result<(i64, Option<String>), StoreError> {
    let found = tx.one(SINCE, args![seq], |row| Ok((row.int(0)?, row.opt_text(1)?))).await?;
    Ok(found.unwrap_or_default())
}

/// What an account did with one young person's record, or beside any one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<T> {
    pub of: T,
    pub act: String,
    pub times: i64,
    pub first: String,
    pub last: String,
}

/// Whose records an account touched after one instant and until another, act by act.
pub async fn seen(
    tx: &mut Tx,
    account: i64,
    (after, until): (&str, &str),
) -> Result<Vec<Seen<i64>>, StoreError> {
    tx.rows(SEEN, args![account, after, until], |row| {
        Ok(Seen {
            of: row.int(0)?,
            act: row.text(1)?,
            times: row.int(2)?,
            first: row.text(3)?,
            last: row.text(4)?,
        })
    })
    .await
}

/// What it did that names nobody: signing in, figures, whole files. The first 500 kinds, by detail.
pub async fn beside(
    tx: &mut Tx,
    account: i64,
    (after, until): (&str, &str),
) -> Result<Vec<Seen<String>>, StoreError> {
    tx.rows(BESIDE, args![account, after, until], |row| {
        Ok(Seen {
            of: row.text(1)?,
            act: row.text(0)?,
            times: row.int(2)?,
            first: row.text(3)?,
            last: row.text(4)?,
        })
    })
    .await
}

/// The newest acts on one person's record.
pub async fn of_person(tx: &mut Tx, person: i64, most: i64) -> Result<Vec<Remembered>, StoreError> {
    tx.rows(OF_PERSON, args![person, most], |row| {
        Ok(Remembered {
            seq: row.int(0)?,
            at: row.text(1)?,
            account: row.opt_int(2)?,
            act: row.text(3)?,
            person: row.opt_int(4)?,
            purpose: row.text(5)?,
            detail: row.text(6)?,
            account_name: row.text(7)?,
        })
    })
    .await
}

/// Which kinds of account read or wrote somebody's record since an instant; who was refused did neither.
///
/// Shape: role, organisation's name (empty for the council's), how often, when last.
pub async fn looked(
    tx: &mut Tx,
    person: i64,
    since: &str,
) -> Result<Vec<(String, String, i64, String)>, StoreError> {
    tx.rows(LOOKED, args![person, since], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?, row.text(3)?))
    })
    .await
}

pub async fn count_of_person(tx: &mut Tx, person: i64) -> Result<i64, StoreError> {
    Ok(tx.one(COUNT_OF_PERSON, args![person], |row| row.int(0)).await?.unwrap_or(0))
}
