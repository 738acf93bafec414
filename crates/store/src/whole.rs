//! Everybody as matching and linking compare them, without a scope: for work that acts for the register
//! itself, never for a page that shows people. Invariant: somebody who stands in the register has exactly
//! one [`Identity`], in the order of their numbers.

use std::collections::HashMap;

use domain::matching::Known;
use domain::person::fold;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::statements::statements;

statements! {
    PEOPLE = "SELECT p.person, p.given_name, p.family_name, p.date_of_birth, p.sex, p.upn, p.uln, o.name, p.restricted, p.protected_address, y.ypid FROM particulars p JOIN young_person y ON y.id = p.person LEFT JOIN organisation o ON o.id = p.school WHERE p.ended IS NULL ORDER BY p.person";
    POSTCODES = "SELECT person, postcode FROM address WHERE ended IS NULL AND postcode <> '' ORDER BY person, COALESCE(to_day, '9999') DESC, fact DESC";
    FORMER = "SELECT person, given, family FROM former_name WHERE ended IS NULL ORDER BY person, fact DESC";
}

/// One person, in the words of the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    pub person: i64,
    pub given: String,
    pub family: String,
    pub born: String,
    pub sex: String,
    pub upn: String,
    pub uln: String,
    /// The name of the school on whose roll they are.
    pub school: String,
    /// Where they live now first, then where they lived.
    pub postcodes: Vec<String>,
    /// Given and family names once used.
    pub former: Vec<(String, String)>,
    /// The return's identifier.
    pub ypid: String,
    pub restricted: bool,
    pub protected: bool,
}

impl Identity {
    /// As matching by numbers and by exact names knows them.
    pub fn known(&self) -> Known {
        let number = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Known {
            person: self.person,
            ypid: self.ypid.clone(),
            upn: number(&self.upn),
            uln: number(&self.uln),
            given: fold(&self.given),
            family: fold(&self.family),
            former_families: self.former.iter().map(|(_, family)| fold(family)).collect(),
            date_of_birth: self.born.parse().ok(),
            postcodes: self.postcodes.clone(),
        }
    }
}

/// Everybody, in the order of their numbers.
pub async fn identities(tx: &mut Tx) -> Result<Vec<Identity>, StoreError> {
    let mut all: Vec<Identity> = Vec::new();
    tx.each(PEOPLE, args![], |row| {
        let text = |column| Ok::<_, StoreError>(row.opt_text(column)?.unwrap_or_default());
        all.push(Identity {
            person: row.int(0)?,
            given: text(1)?,
            family: text(2)?,
            born: text(3)?,
            sex: text(4)?,
            upn: text(5)?,
            uln: text(6)?,
            school: text(7)?,
            restricted: text(8)? == "Y",
            protected: text(9)? == "Y",
            ypid: text(10)?,
            ..Identity::default()
        });
        Ok(())
    })
    .await?;
    let at: HashMap<i64, usize> = all.iter().enumerate().map(|(at, i)| (i.person, at)).collect();
    let mut put = |person: i64, put: &mut dyn FnMut(&mut Identity)| {
        if let Some(one) = at.get(&person).and_then(|at| all.get_mut(*at)) {
            put(one);
        }
    };
    tx.each(POSTCODES, args![], |row| {
        let postcode = row.text(1)?;
        put(row.int(0)?, &mut |one| {
            if !one.postcodes.contains(&postcode) {
                one.postcodes.push(postcode.clone());
            }
        });
        Ok(())
    })
    .await?;
    tx.each(FORMER, args![], |row| {
        let name = (row.text(1)?, row.text(2)?);
        put(row.int(0)?, &mut |one| one.former.push(name.clone()));
        Ok(())
    })
    .await?;
    Ok(all)
}
