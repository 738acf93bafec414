//! Links by which providers' contacts give notices, and the notices. Secrets arrive hashed.

use domain::notice::Notice;
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    LINK_INSERT = "INSERT INTO notice_link (id, secret_hash, organisation, contact, until, made) VALUES ($1, $2, $3, $4, $5, $6)";
    LINK = "SELECT l.id, l.organisation, COALESCE(o.name, l.organisation), l.contact, l.until FROM notice_link l LEFT JOIN organisation o ON o.id = l.organisation WHERE l.secret_hash = $1 AND l.ended IS NULL";
    LINKS = "SELECT l.id, l.organisation, COALESCE(o.name, l.organisation), l.contact, l.until FROM notice_link l LEFT JOIN organisation o ON o.id = l.organisation WHERE l.ended IS NULL ORDER BY 3, l.id";
    LINK_END = "UPDATE notice_link SET ended = $1 WHERE id = $2 AND ended IS NULL";
    INSERT = "INSERT INTO notice (id, link, receipt, kind, given, family, born, day, note, received_at, person) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    SINCE = "SELECT COUNT(*) FROM notice WHERE link = $1 AND received_at > $2";
    OPEN = "SELECT n.id, n.receipt, n.kind, n.given, n.family, n.born, n.day, n.note, n.received_at, n.person, n.done_at, COALESCE(o.name, l.organisation), l.contact, COALESCE(n.passed_receipt, '') FROM notice n JOIN notice_link l ON l.id = n.link LEFT JOIN organisation o ON o.id = l.organisation WHERE n.done_at IS NULL ORDER BY n.id DESC";
    OPEN_OF = "SELECT n.id, n.receipt, n.kind, n.given, n.family, n.born, n.day, n.note, n.received_at, n.person, n.done_at, COALESCE(o.name, l.organisation), l.contact, COALESCE(n.passed_receipt, '') FROM notice n JOIN notice_link l ON l.id = n.link LEFT JOIN organisation o ON o.id = l.organisation WHERE n.person = $1 AND n.done_at IS NULL ORDER BY n.id DESC";
    OF_LINK = "SELECT n.id, n.receipt, n.kind, n.given, n.family, n.born, n.day, n.note, n.received_at, n.person, n.done_at, COALESCE(o.name, l.organisation), l.contact, COALESCE(n.passed_receipt, '') FROM notice n JOIN notice_link l ON l.id = n.link LEFT JOIN organisation o ON o.id = l.organisation WHERE n.link = $1 ORDER BY n.id DESC LIMIT 20";
    PASSED = "UPDATE notice SET done_at = $1, done_by = $2, outcome = $3, passed_to = $4, passed_receipt = $5, on_own_page = $6 WHERE id = $7 AND done_at IS NULL";
    ALL_PASSED = "SELECT n.id, n.given, n.family, n.person, COALESCE(n.outcome, ''), COALESCE(n.done_at, ''), COALESCE(a.name, ''), n.acknowledged_at, COALESCE(k.name, ''), n.on_own_page FROM notice n LEFT JOIN account a ON a.id = n.done_by LEFT JOIN account k ON k.id = n.acknowledged_by WHERE n.passed_to IS NOT NULL AND n.done_at >= $1 ORDER BY n.done_at DESC, n.id DESC";
    TO_COUNCIL = "SELECT n.id, n.kind, n.given, n.family, n.born, n.day, n.note, n.person, COALESCE(o.name, l.organisation), COALESCE(n.done_at, ''), COALESCE(n.passed_receipt, ''), n.acknowledged_at, COALESCE(k.name, '') FROM notice n JOIN notice_link l ON l.id = n.link LEFT JOIN organisation o ON o.id = l.organisation LEFT JOIN account k ON k.id = n.acknowledged_by WHERE n.passed_to = $1 AND n.on_own_page = 1 AND n.done_at >= $2 ORDER BY n.done_at DESC, n.id DESC";
    ACKNOWLEDGE = "UPDATE notice SET acknowledged_at = $1, acknowledged_by = $2 WHERE id = $3 AND passed_to = $4 AND on_own_page = 1 AND acknowledged_at IS NULL";
    TAKE_BACK = "UPDATE notice SET done_at = NULL, done_by = NULL, outcome = NULL, passed_to = NULL, passed_receipt = NULL, on_own_page = 0 WHERE id = $1 AND on_own_page = 1 AND acknowledged_at IS NULL";
    DONE = "UPDATE notice SET done_at = $1, done_by = $2, outcome = $3 WHERE id = $4 AND done_at IS NULL";
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub id: i64,
    pub organisation: String,
    pub name: String,
    pub contact: String,
    /// Last day. Days: inclusive.
    pub until: Date,
}

/// A notice as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    pub receipt: String,
    pub kind: String,
    pub given: String,
    pub family: String,
    pub born: Date,
    pub day: Date,
    pub note: String,
    pub received_at: String,
    pub person: Option<i64>,
    pub done_at: Option<String>,
    pub organisation_name: String,
    pub contact: String,
    /// The receipt under which it was passed on to another council; empty where it was not.
    pub passed_receipt: String,
}

/// The receipt of a notice that was passed on to another council.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub id: i64,
    pub given: String,
    pub family: String,
    pub person: Option<i64>,
    /// To which council, under which number, who there was told, how and when.
    pub outcome: String,
    pub done_at: String,
    /// Who told them.
    pub by: String,
    /// When that council acknowledged it on its own page, and who there did.
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: String,
    /// Whether it stands on that council's own page here.
    pub on_own_page: bool,
}

/// A notice as the council to which it was passed on is told of it: what it says, and nothing of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    pub id: i64,
    pub kind: String,
    pub given: String,
    pub family: String,
    pub born: Date,
    pub day: Date,
    pub note: String,
    /// Whom the register took it to speak of: for the audit, never for that council.
    pub person: Option<i64>,
    /// Whose notice it is.
    pub from: String,
    pub passed_at: String,
    pub receipt: String,
    pub acknowledged_at: Option<String>,
    pub acknowledged_by: String,
}

fn link(row: &Row<'_>) -> Result<Link, StoreError> {
    Ok(Link {
        id: row.int(0)?,
        organisation: row.text(1)?,
        name: row.text(2)?,
        contact: row.text(3)?,
        until: row.date(4)?,
    })
}

fn read(row: &Row<'_>) -> Result<Kept, StoreError> {
    Ok(Kept {
        id: row.int(0)?,
        receipt: row.text(1)?,
        kind: row.text(2)?,
        given: row.text(3)?,
        family: row.text(4)?,
        born: row.date(5)?,
        day: row.date(6)?,
        note: row.text(7)?,
        received_at: row.text(8)?,
        person: row.opt_int(9)?,
        done_at: row.opt_text(10)?,
        organisation_name: row.text(11)?,
        contact: row.text(12)?,
        passed_receipt: row.text(13)?,
    })
}

fn read_passed(row: &Row<'_>) -> Result<Passed, StoreError> {
    Ok(Passed {
        id: row.int(0)?,
        given: row.text(1)?,
        family: row.text(2)?,
        person: row.opt_int(3)?,
        outcome: row.text(4)?,
        done_at: row.text(5)?,
        by: row.text(6)?,
        acknowledged_at: row.opt_text(7)?,
        acknowledged_by: row.text(8)?,
        on_own_page: row.int(9)? == 1,
    })
}

fn read_handed(row: &Row<'_>) -> Result<Handed, StoreError> {
    Ok(Handed {
        id: row.int(0)?,
        kind: row.text(1)?,
        given: row.text(2)?,
        family: row.text(3)?,
        born: row.date(4)?,
        day: row.date(5)?,
        note: row.text(6)?,
        person: row.opt_int(7)?,
        from: row.text(8)?,
        passed_at: row.text(9)?,
        receipt: row.text(10)?,
        acknowledged_at: row.opt_text(11)?,
        acknowledged_by: row.text(12)?,
    })
}

pub async fn add_link(
    tx: &mut Tx,
    change: ChangeId,
    hash: &str,
    (organisation, contact, until): (&str, &str, Date),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "notice_link", 1).await?;
    tx.run(LINK_INSERT, args![id, hash, organisation, contact, until, change.0]).await?;
    Ok(id)
}

/// The link of a secret, unless it was ended.
pub async fn link_of(tx: &mut Tx, hash: &str) -> Result<Option<Link>, StoreError> {
    tx.one(LINK, args![hash], link).await
}

pub async fn links(tx: &mut Tx) -> Result<Vec<Link>, StoreError> {
    tx.rows(LINKS, args![], link).await
}

pub async fn end_link(tx: &mut Tx, change: ChangeId, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(LINK_END, args![change.0, id]).await? == 1)
}

pub async fn add(
    tx: &mut Tx,
    (link, receipt): (i64, &str),
    n: &Notice,
    (at, person): (&str, Option<i64>),
) -> Result<i64, StoreError> {
    let id = changes::take(tx, "notice", 1).await?;
    let (kind, given, family) = (n.kind.name(), &n.given, &n.family);
    let note = tx.seal(&note_of(id), &n.note)?;
    let row =
        args![id, link, receipt, kind, given, family, n.born, n.day, note, at, person].to_vec();
    tx.run(INSERT, &row).await?;
    Ok(id)
}

/// How many came by a link after an instant.
pub async fn since(tx: &mut Tx, link: i64, after: &str) -> Result<i64, StoreError> {
    Ok(tx.one(SINCE, args![link, after], |row| row.int(0)).await?.unwrap_or(0))
}

/// Those that nobody has acted on, newest first, of everybody.
pub async fn open(tx: &mut Tx) -> Result<Vec<Kept>, StoreError> {
    let found = tx.rows(OPEN, args![], read).await?;
    unsealed(tx, found)
}

/// The same of one person.
pub async fn open_of(tx: &mut Tx, person: i64) -> Result<Vec<Kept>, StoreError> {
    let found = tx.rows(OPEN_OF, args![person], read).await?;
    unsealed(tx, found)
}

/// The newest that came by a link.
pub async fn of_link(tx: &mut Tx, link: i64) -> Result<Vec<Kept>, StoreError> {
    let found = tx.rows(OF_LINK, args![link], read).await?;
    unsealed(tx, found)
}

fn unsealed(tx: &Tx, mut found: Vec<Kept>) -> Result<Vec<Kept>, StoreError> {
    for one in &mut found {
        one.note = tx.unseal(&note_of(one.id), &one.note)?;
    }
    Ok(found)
}

const fn outcome_of(row: i64) -> Cell<'static> {
    Cell::new("notice", row, "outcome")
}

const fn note_of(row: i64) -> Cell<'static> {
    Cell::new("notice", row, "note")
}

/// Marks one as acted on, once; whether it was open.
pub async fn done(
    tx: &mut Tx,
    id: i64,
    (at, account, outcome): (&str, Option<i64>, &str),
) -> Result<bool, StoreError> {
    let outcome = tx.seal(&outcome_of(id), outcome)?;
    Ok(tx.run(DONE, args![at, account, outcome, id]).await? == 1)
}

/// Marks one as passed on to another council, on its own page here or by other means, once; whether it was open.
pub async fn passed(
    tx: &mut Tx,
    id: i64,
    (at, account): (&str, Option<i64>),
    (council, outcome, receipt, on_own_page): (&str, &str, &str, bool),
) -> Result<bool, StoreError> {
    let outcome = tx.seal(&outcome_of(id), outcome)?;
    let on_own_page = i64::from(on_own_page);
    let values = args![at, account, outcome, council, receipt, on_own_page, id].to_vec();
    Ok(tx.run(PASSED, &values).await? == 1)
}

/// Takes one off another council's own page, so that it waits again; whether it stood there unacknowledged.
pub async fn take_back(tx: &mut Tx, id: i64) -> Result<bool, StoreError> {
    Ok(tx.run(TAKE_BACK, args![id]).await? == 1)
}

/// Those that were passed on since a day, newest first, of everybody.
pub async fn all_passed(tx: &mut Tx, since: &str) -> Result<Vec<Passed>, StoreError> {
    let mut found = tx.rows(ALL_PASSED, args![since], read_passed).await?;
    for one in &mut found {
        one.outcome = tx.unseal(&outcome_of(one.id), &one.outcome)?;
    }
    Ok(found)
}

/// Those that were put on one council's own page since a day, newest first.
pub async fn to_council(
    tx: &mut Tx,
    council: &str,
    since: &str,
) -> Result<Vec<Handed>, StoreError> {
    let mut found = tx.rows(TO_COUNCIL, args![council, since], read_handed).await?;
    for one in &mut found {
        one.note = tx.unseal(&note_of(one.id), &one.note)?;
    }
    Ok(found)
}

/// Marks one as acknowledged by the council to which it was passed on, once; whether it waited for that.
pub async fn acknowledge(
    tx: &mut Tx,
    (id, council): (i64, &str),
    (at, account): (&str, Option<i64>),
) -> Result<bool, StoreError> {
    Ok(tx.run(ACKNOWLEDGE, args![at, account, id, council]).await? == 1)
}
