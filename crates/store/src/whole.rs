//! Everybody as matching and linking compare them, without a scope: for work that acts for the register
//! itself, never for a page that shows people. Invariant: somebody who stands in the register has exactly
//! one [`Identity`], in the order of their numbers.

use domain::matching::{Known, sex};
use domain::person::fold;

use crate::args;
use crate::engine::{StoreError, Tx};
use crate::seal::{Cell, is_sealed};
use crate::statements::statements;

statements! {
    POSTCODES = "SELECT person, postcode, fact FROM address WHERE ended IS NULL AND postcode <> '' ORDER BY person, COALESCE(to_day, '9999') DESC, fact DESC";
    ON_ROLL = "SELECT person FROM particulars WHERE school = $1 AND ended IS NULL ORDER BY person LIMIT $2";
    AT_PROVIDER = "SELECT person FROM spell WHERE organisation = $1 AND ended IS NULL AND end_day IS NULL ORDER BY person LIMIT $2";
    FORMER = "SELECT person, given, family FROM former_name WHERE ended IS NULL ORDER BY person, fact DESC";
}

/// Whom there is to read, and what of them: packed on its way, so no statement of its own.
const PEOPLE: &str = "FROM particulars p JOIN young_person y ON y.id = p.person LEFT JOIN \
     organisation o ON o.id = p.school WHERE p.ended IS NULL ORDER BY p.person";
const PERSON_COLUMNS: [&str; 11] = [
    "p.person",
    "p.given_name",
    "p.family_name",
    "p.date_of_birth",
    "p.sex",
    "p.upn",
    "p.uln",
    "o.name",
    "p.restricted",
    "p.protected_address",
    "y.ypid",
];

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
            sex: sex(Some(&self.sex)),
            former_families: self.former.iter().map(|(_, family)| fold(family)).collect(),
            date_of_birth: self.born.parse().ok(),
            postcodes: self.postcodes.clone(),
        }
    }
}

/// Everybody one at a time, in the order of their numbers, without holding them all: what a large
/// register's people say of themselves takes more memory than what is made of it.
pub async fn each_identity(tx: &mut Tx, mut take: impl FnMut(Identity)) -> Result<(), StoreError> {
    let mut postcodes = Behind::default();
    let mut shut = Vec::new();
    tx.each(POSTCODES, args![], |row| {
        let text = row.text(1)?;
        if is_sealed(&text) {
            shut.push((postcodes.rows.len(), row.int(2)?));
        }
        postcodes.rows.push((row.int(0)?, text.into_boxed_str()));
        Ok(())
    })
    .await?;
    for (at, fact) in shut {
        if let Some((_, text)) = postcodes.rows.get_mut(at) {
            let cell = Cell::new("address", fact, "postcode");
            *text = tx.unseal(&cell, text)?.into_boxed_str();
        }
    }
    let mut former = Behind::default();
    tx.each(FORMER, args![], |row| {
        former.rows.push((row.int(0)?, (row.text(1)?, row.text(2)?)));
        Ok(())
    })
    .await?;
    tx.each_packed(&PERSON_COLUMNS, PEOPLE, args![], |row| {
        let text = |column| Ok::<_, StoreError>(row.opt_text(column)?.unwrap_or_default());
        let person = row.int(0)?;
        let mut one = Identity {
            person,
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
            former: former.of(person).cloned().collect(),
            ..Identity::default()
        };
        for postcode in postcodes.of(person) {
            if !one.postcodes.iter().any(|known| **known == **postcode) {
                one.postcodes.push(postcode.clone().into());
            }
        }
        take(one);
        Ok(())
    })
    .await
}

/// The first people on a school's roll, by number.
pub async fn on_roll(tx: &mut Tx, school: &str, most: i64) -> Result<Vec<i64>, StoreError> {
    tx.rows(ON_ROLL, args![school, most], |row| row.int(0)).await
}

/// The first people whose open activity is at an organisation, by number.
pub async fn at_provider(
    tx: &mut Tx,
    organisation: &str,
    most: i64,
) -> Result<Vec<i64>, StoreError> {
    tx.rows(AT_PROVIDER, args![organisation, most], |row| row.int(0)).await
}

/// Rows in the order of people, taken up as the people come by in the same order.
struct Behind<T> {
    rows: Vec<(i64, T)>,
    at: usize,
}

impl<T> Default for Behind<T> {
    fn default() -> Self {
        Behind { rows: Vec::new(), at: 0 }
    }
}

impl<T> Behind<T> {
    fn of(&mut self, person: i64) -> impl Iterator<Item = &T> {
        let rest = self.rows.get(self.at..).unwrap_or_default();
        let before = rest.partition_point(|row| row.0 < person);
        let count = rest.get(before..).unwrap_or_default().partition_point(|row| row.0 == person);
        let (from, until) = (self.at + before, self.at + before + count);
        self.at = until;
        self.rows.get(from..until).unwrap_or_default().iter().map(|(_, value)| value)
    }
}
