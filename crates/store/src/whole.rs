//! Readers that see the whole register without a scope: matching, month end. For work that acts for
//! the register itself, never for a page that shows people.

use std::collections::HashMap;

use domain::matching::Known;
use domain::person::fold;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    KNOWN = "SELECT p.person, y.ypid, p.upn, p.uln, p.given_key, p.family_key, p.date_of_birth FROM particulars p JOIN young_person y ON y.id = p.person WHERE p.ended IS NULL";
    POSTCODES = "SELECT person, postcode FROM address WHERE ended IS NULL AND postcode <> ''";
    FORMER = "SELECT person, family FROM former_name WHERE ended IS NULL";
}

/// Everybody, as matching knows them. About 250 bytes a person.
pub async fn known(tx: &mut Tx) -> Result<Vec<Known>, StoreError> {
    let mut all: Vec<Known> = Vec::new();
    let mut at: HashMap<i64, usize> = HashMap::new();
    tx.each(KNOWN, args![], |row| {
        let person = row.int(0)?;
        at.insert(person, all.len());
        all.push(Known {
            person,
            ypid: row.text(1)?,
            upn: row.opt_text(2)?,
            uln: row.opt_text(3)?,
            given: row.text(4)?,
            family: row.text(5)?,
            date_of_birth: row.opt_date(6)?,
            ..Known::default()
        });
        Ok(())
    })
    .await?;
    let find = |person: i64, all: &mut Vec<Known>, put: &mut dyn FnMut(&mut Known)| {
        if let Some(known) = at.get(&person).and_then(|at| all.get_mut(*at)) {
            put(known);
        }
    };
    tx.each(POSTCODES, args![], |row| {
        let postcode = row.text(1)?;
        find(row.int(0)?, &mut all, &mut |known| known.postcodes.push(postcode.clone()));
        Ok(())
    })
    .await?;
    tx.each(FORMER, args![], |row| {
        let family = fold(&row.text(1)?);
        find(row.int(0)?, &mut all, &mut |known| known.former_families.push(family.clone()));
        Ok(())
    })
    .await?;
    Ok(all)
}
