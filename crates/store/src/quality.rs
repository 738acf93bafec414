//! What says how complete the records are: their fields, whose address has a ward, what everybody does, and
//! who sent whom. As it was known at several moments, read once.
//!
//! It takes no scope: whoever asks narrows it by [`crate::cohort::admitted`].

use std::collections::HashMap;

use domain::person::{ChangeId, Field, Particulars};
use domain::status::Spell;
use jiff::civil::Date;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::moments::{Held, Moments};
use crate::people::load::{spell, spell_columns};
use crate::returning::{holds, order};
use crate::statements::statements;

statements! {
    SENDERS = "SELECT DISTINCT r.person, i.sender FROM import_row r JOIN import i ON i.id = r.import WHERE i.state = 'applied' AND r.person IS NOT NULL AND i.received_at <= $1 ORDER BY r.person, i.sender";
    ADVISERS = "SELECT DISTINCT person, adviser FROM assignment WHERE made <= $1 AND (ended IS NULL OR ended > $2) AND from_day <= $3 AND (to_day IS NULL OR to_day >= $4) ORDER BY person, adviser";
}

/// An address that was found in the look-up of wards, or a spell: when it was known, and on which days it held.
#[derive(Clone, Debug)]
pub struct Known<T> {
    pub held: Held,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub what: T,
}

impl<T> Known<T> {
    /// Whether it was known after a change to hold on a day.
    pub fn on(&self, (change, day): (ChangeId, Date)) -> bool {
        self.held.at(change)
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| to >= day)
    }
}

/// Facts by person.
pub type ByPerson<T> = HashMap<i64, Vec<Known<T>>>;

/// Addresses that were found in the look-up of wards, those of some days, as known at some moments.
pub async fn placed(
    tx: &mut Tx,
    moments: &Moments,
    days: (Date, Date),
) -> Result<ByPerson<()>, StoreError> {
    let mut by: ByPerson<()> = HashMap::new();
    let rest = format!(
        "FROM address WHERE ward IS NOT NULL AND {} AND {}",
        holds("from_day", "to_day", days),
        moments.condition("")
    );
    let columns = ["person", "made", "ended", "from_day", "to_day"];
    tx.each_packed(&columns, &rest, args![], |row| {
        let (held, from, to) = (Held::read(row, 1)?, row.opt_date(3)?, row.opt_date(4)?);
        by.entry(row.int(0)?).or_default().push(Known { held, from, to, what: () });
        Ok(())
    })
    .await?;
    Ok(by)
}

/// The spells of some days, in the order in which they count, as known at some moments.
pub async fn spells(
    tx: &mut Tx,
    moments: &Moments,
    days: (Date, Date),
) -> Result<ByPerson<Spell>, StoreError> {
    let mut by: ByPerson<Spell> = HashMap::new();
    let rest = format!(
        "FROM spell WHERE {} AND {}",
        holds("start_day", "end_day", days),
        moments.condition("")
    );
    let columns: Vec<&str> =
        ["person", "made", "ended"].into_iter().chain(spell_columns()).collect();
    tx.each_packed(&columns, &rest, args![], |row| {
        let (held, what) = (Held::read(row, 1)?, spell(row, 3)?);
        let (from, to) = (Some(what.start), what.end);
        by.entry(row.int(0)?).or_default().push(Known { held, from, to, what });
        Ok(())
    })
    .await?;
    by.values_mut().for_each(|spells| spells.sort_by(|a, b| order(&a.what, &b.what)));
    Ok(by)
}

/// Gives everybody with some fields as they were known at some moments, a person's together and in order of
/// people: somebody's fields once for each time that they were otherwise.
pub async fn each(
    tx: &mut Tx,
    moments: &Moments,
    fields: &[Field],
    mut give: impl FnMut(i64, Held, &Particulars),
) -> Result<(), StoreError> {
    let columns: Vec<&str> =
        ["person", "made", "ended"].into_iter().chain(fields.iter().map(|f| f.column())).collect();
    let rest = format!("FROM particulars WHERE {} ORDER BY person, made", moments.condition(""));
    tx.each_packed(&columns, &rest, args![], |row| {
        let mut particulars = Particulars::default();
        for (at, field) in (3..).zip(fields) {
            particulars.set(*field, row.opt_text(at)?);
        }
        give(row.int(0)?, Held::read(row, 1)?, &particulars);
        Ok(())
    })
    .await
}

/// Who named whom in a file that was applied and had come by an instant.
pub async fn senders(tx: &mut Tx, by: &str) -> Result<Vec<(i64, String)>, StoreError> {
    tx.rows(SENDERS, args![by], |row| Ok((row.int(0)?, row.text(1)?))).await
}

/// On whose caseload who was on a day, as it was known after a change; the account's number as text.
pub async fn advisers(
    tx: &mut Tx,
    ChangeId(known): ChangeId,
    day: Date,
) -> Result<Vec<(i64, String)>, StoreError> {
    let on = args![known, known, day, day];
    tx.rows(ADVISERS, on, |row| Ok((row.int(0)?, row.int(1)?.to_string()))).await
}
