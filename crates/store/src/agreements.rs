//! Sharing agreements: wordings as texts, and the dated facts beside them. There are dozens, so they
//! are read whole; what a wording means is read elsewhere.

use domain::agreement::{Person, Signature};
use domain::person::ChangeId;
use jiff::civil::Date;

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes, sealed};

statements! {
    NEW = "INSERT INTO agreement (id, made) VALUES ($1, $2)";
    IDS = "SELECT id FROM agreement ORDER BY id";
    VERSIONS = "SELECT agreement, number, terms FROM agreement_version ORDER BY agreement, number";
    NUMBER = "SELECT COALESCE(MAX(number), 0) FROM agreement_version WHERE agreement = $1";
    NEW_VERSION = "INSERT INTO agreement_version (agreement, number, terms, made) VALUES ($1, $2, $3, $4)";
    SIGNATURES = "SELECT agreement, version, party, name, post, day FROM agreement_signature ORDER BY agreement, version, id";
    SIGN = "INSERT INTO agreement_signature (id, agreement, version, party, name, post, day, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CONTACTS = "SELECT agreement, deputy, name, post, email, phone FROM agreement_contact WHERE ended IS NULL ORDER BY agreement, id";
    CONTACT = "INSERT INTO agreement_contact (id, agreement, deputy, name, post, email, phone, made) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    CONTACT_ENDS = "UPDATE agreement_contact SET ended = $1 WHERE agreement = $2 AND deputy = $3 AND ended IS NULL";
    CHECKS = "SELECT agreement, day FROM agreement_check ORDER BY agreement, day";
    CHECK = "INSERT INTO agreement_check (id, agreement, day, made, practical, legal, effective) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    FOUND = "SELECT c.id, c.agreement, c.day, COALESCE(a.name, 'a command'), COALESCE(c.practical, ''), COALESCE(c.legal, ''), COALESCE(c.effective, '') FROM agreement_check c JOIN change m ON m.id = c.made LEFT JOIN account a ON a.id = m.account WHERE c.agreement = $1 ORDER BY c.day, c.id";
    ENDS = "SELECT agreement, day, reason FROM agreement_end ORDER BY agreement";
    END = "INSERT INTO agreement_end (agreement, day, reason, made) VALUES ($1, $2, $3, $4)";
}

/// An agreement as kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub id: i64,
    /// Number and text of every wording, oldest first.
    pub versions: Vec<(i64, String)>,
    /// With the number of the wording they stand under.
    pub signatures: Vec<(i64, Signature)>,
    pub contact: Option<Person>,
    pub deputy: Option<Person>,
    pub checked: Vec<Date>,
    pub ended: Option<(Date, String)>,
}

/// All of them, by number.
pub async fn all(tx: &mut Tx) -> Result<Vec<Kept>, StoreError> {
    let ids = tx.rows(IDS, args![], |row| row.int(0)).await?;
    let mut all: Vec<Kept> = ids.into_iter().map(|id| Kept { id, ..Kept::default() }).collect();
    let mut put = |id: i64, with: &mut dyn FnMut(&mut Kept)| {
        if let Ok(at) = all.binary_search_by_key(&id, |kept| kept.id)
            && let Some(kept) = all.get_mut(at)
        {
            with(kept);
        }
    };
    tx.each(VERSIONS, args![], |row| {
        let (number, terms) = (row.int(1)?, row.text(2)?);
        put(row.int(0)?, &mut |kept| kept.versions.push((number, terms.clone())));
        Ok(())
    })
    .await?;
    tx.each(SIGNATURES, args![], |row| {
        let version = row.int(1)?;
        let signature = Signature {
            party: row.opt_text(2)?,
            name: row.text(3)?,
            post: row.text(4)?,
            day: row.date(5)?,
        };
        put(row.int(0)?, &mut |kept| kept.signatures.push((version, signature.clone())));
        Ok(())
    })
    .await?;
    tx.each(CONTACTS, args![], |row| {
        let deputy = row.flag(1)?;
        let person = Person {
            name: row.text(2)?,
            post: row.text(3)?,
            email: row.text(4)?,
            phone: row.text(5)?,
        };
        put(row.int(0)?, &mut |kept| match deputy {
            true => kept.deputy = Some(person.clone()),
            false => kept.contact = Some(person.clone()),
        });
        Ok(())
    })
    .await?;
    tx.each(CHECKS, args![], |row| {
        let day = row.date(1)?;
        put(row.int(0)?, &mut |kept| kept.checked.push(day));
        Ok(())
    })
    .await?;
    tx.each(ENDS, args![], |row| {
        let ended = (row.date(1)?, row.text(2)?);
        put(row.int(0)?, &mut |kept| kept.ended = Some(ended.clone()));
        Ok(())
    })
    .await?;
    Ok(all)
}

/// A fresh agreement without wordings; its number.
pub async fn begin(tx: &mut Tx, change: ChangeId) -> Result<i64, StoreError> {
    let id = changes::take(tx, "agreement", 1).await?;
    tx.run(NEW, args![id, change.0]).await?;
    Ok(id)
}

/// Adds a wording; its number.
pub async fn add_version(
    tx: &mut Tx,
    change: ChangeId,
    agreement: i64,
    terms: &str,
) -> Result<i64, StoreError> {
    let last = tx.one(NUMBER, args![agreement], |row| row.int(0)).await?.unwrap_or(0);
    tx.run(NEW_VERSION, args![agreement, last + 1, terms, change.0]).await?;
    Ok(last + 1)
}

pub async fn sign(
    tx: &mut Tx,
    change: ChangeId,
    (agreement, version): (i64, i64),
    s: &Signature,
) -> Result<(), StoreError> {
    let id = changes::take(tx, "agreement_signature", 1).await?;
    let party = s.party.clone();
    let row = args![id, agreement, version, party, &s.name, &s.post, s.day, change.0].to_vec();
    tx.run(SIGN, &row).await?;
    Ok(())
}

/// Names the contact or the deputy; `None` leaves the place empty.
pub async fn set_contact(
    tx: &mut Tx,
    change: ChangeId,
    (agreement, deputy): (i64, bool),
    person: Option<&Person>,
) -> Result<(), StoreError> {
    tx.run(CONTACT_ENDS, args![change.0, agreement, deputy]).await?;
    let Some(p) = person else { return Ok(()) };
    let id = changes::take(tx, "agreement_contact", 1).await?;
    let row = args![id, agreement, deputy, &p.name, &p.post, &p.email, &p.phone, change.0].to_vec();
    tx.run(CONTACT, &row).await?;
    Ok(())
}

/// What an annual check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    pub agreement: i64,
    pub day: Date,
    /// Who made it; not read by [`check`].
    pub by: String,
    /// In words each; empty for checks from before they were asked for.
    pub practical: String,
    pub legal: String,
    pub effective: String,
}

const fn found_of(row: i64, column: &'static str) -> Cell<'static> {
    Cell::new("agreement_check", row, column)
}

pub async fn check(tx: &mut Tx, change: ChangeId, c: &Check) -> Result<(), StoreError> {
    let id = changes::take(tx, "agreement_check", 1).await?;
    let practical = tx.seal(&found_of(id, "practical"), &c.practical)?;
    let legal = tx.seal(&found_of(id, "legal"), &c.legal)?;
    let effective = tx.seal(&found_of(id, "effective"), &c.effective)?;
    let row = args![id, c.agreement, c.day, change.0, practical, legal, effective].to_vec();
    tx.run(CHECK, &row).await?;
    Ok(())
}

/// The annual checks of an agreement, oldest first.
pub async fn checks(tx: &mut Tx, agreement: i64) -> Result<Vec<Check>, StoreError> {
    let read = |row: &Row<'_>| {
        let check = Check {
            agreement: row.int(1)?,
            day: row.date(2)?,
            by: row.text(3)?,
            practical: row.text(4)?,
            legal: row.text(5)?,
            effective: row.text(6)?,
        };
        Ok((row.int(0)?, check))
    };
    let mut found = tx.rows(FOUND, args![agreement], read).await?;
    for (id, c) in &mut found {
        let cells = [
            ("practical", &mut c.practical),
            ("legal", &mut c.legal),
            ("effective", &mut c.effective),
        ];
        sealed::open(tx, "agreement_check", (*id, None), cells)?;
    }
    Ok(found.into_iter().map(|(_, check)| check).collect())
}

/// Ends an agreement early, once.
pub async fn end(
    tx: &mut Tx,
    change: ChangeId,
    agreement: i64,
    (day, reason): (Date, &str),
) -> Result<(), StoreError> {
    tx.run(END, args![agreement, day, reason, change.0]).await?;
    Ok(())
}
