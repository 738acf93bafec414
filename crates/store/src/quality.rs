//! What says how complete the records are, beside their fields: whose address has a ward, what everybody
//! does on a day, and who sent whom.
//!
//! It takes no scope: whoever asks narrows it by [`crate::cohort::admitted`].

use std::collections::{HashMap, HashSet};

use domain::status::Spell;
use jiff::civil::Date;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::people::Moment;
use crate::people::load::{spell, spell_columns};
use crate::returning::{holds, in_order, with_person};
use crate::statements::statements;

statements! {
    SENDERS = "SELECT DISTINCT r.person, i.sender FROM import_row r JOIN import i ON i.id = r.import WHERE i.state = 'applied' AND r.person IS NOT NULL AND i.received_at <= $1 ORDER BY r.person, i.sender";
}

/// Whose address on a day was found in the look-up of wards.
pub async fn placed(tx: &mut Tx, moment: Moment, day: Date) -> Result<HashSet<i64>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT person FROM address WHERE ward IS NOT NULL AND {} AND {}",
        holds("from_day", "to_day", day),
        moment.condition("")
    );
    Ok(tx.rows(&sql, args![], |row| row.int(0)).await?.into_iter().collect())
}

/// The spells that hold on a day, by person.
pub async fn spells_on(
    tx: &mut Tx,
    moment: Moment,
    day: Date,
) -> Result<HashMap<i64, Vec<Spell>>, StoreError> {
    let mut by: HashMap<i64, Vec<Spell>> = HashMap::new();
    let rest = format!(
        "FROM spell WHERE {} AND {}",
        holds("start_day", "end_day", day),
        moment.condition("")
    );
    tx.each_packed(&with_person(spell_columns()), &rest, args![], |row| {
        by.entry(row.int(0)?).or_default().push(spell(row, 1)?);
        Ok(())
    })
    .await?;
    by.values_mut().for_each(|spells| in_order(spells));
    Ok(by)
}

/// Who named whom in a file that was applied and had come by an instant.
pub async fn senders(tx: &mut Tx, by: &str) -> Result<Vec<(i64, String)>, StoreError> {
    tx.rows(SENDERS, args![by], |row| Ok((row.int(0)?, row.text(1)?))).await
}
