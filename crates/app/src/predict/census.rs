//! Whose rows a table of the school census is of, where it names its pupils by the rows of the census's
//! table of pupils and not by a number of their own.
//! Invariant: a row's number holds in its own census only, so it is never looked up in another day's.

use std::collections::{BTreeMap, BTreeSet};

use domain::calendar::{Day, shown};
use formats::analysis::CENSUS_ROW;
use store::{Tx, analysis};

use crate::context::Wrong;

/// The table of pupils of one census.
pub(super) struct Pupils {
    pub day: Day,
    /// A row that two tables of the day give to two people is nobody's.
    whom: BTreeMap<String, Option<i64>>,
}

impl Pupils {
    /// The table of pupils of a sender's census, of the day told or of the only one there is.
    ///
    /// Errors: refused where none stands, or nobody says which.
    pub async fn of(tx: &mut Tx, sender: &str, day: Option<Day>) -> Result<Self, Wrong> {
        let rows = analysis::of_sender(tx, sender, CENSUS_ROW).await?;
        let day = which(&rows.iter().map(|row| row.2).collect(), day)?;
        let mut whom = BTreeMap::new();
        for (row, person, _) in rows.into_iter().filter(|row| row.2 == day) {
            let slot = whom.entry(row).or_insert(Some(person));
            if *slot != Some(person) {
                *slot = None;
            }
        }
        Ok(Self { day, whom })
    }

    pub fn whose(&self, row: &str) -> Option<i64> {
        self.whom.get(row).copied().flatten()
    }
}

/// Rows are numbered anew in every file: of two tables of pupils of one census day nobody could tell whose
/// row 17 a later table means, matched or not.
///
/// Errors: refused where a table of pupils of the sender and day stands.
pub(super) async fn refuse_second(tx: &mut Tx, sender: &str, day: Day) -> Result<(), Wrong> {
    let rows = analysis::of_sender(tx, sender, CENSUS_ROW).await?;
    if rows.iter().all(|row| row.2 != day) {
        return Ok(());
    }
    Err(Wrong::refused(format!(
        "A table of pupils of the census of {} stands from this sender already, and the rows of both are \
         numbered alike. Take that one back first, or name the school that each is of as its sender.",
        shown(day)
    )))
}

fn which(days: &BTreeSet<Day>, told: Option<Day>) -> Result<Day, Wrong> {
    let there: Vec<String> = days.iter().map(|day| shown(*day)).collect();
    let there = there.join(", ");
    let refused = |why: String| Err(Wrong::refused(why));
    match (told, days.first(), days.len()) {
        (_, None, _) => refused(
            "This table names its pupils by the rows of the census's table of pupils \
             (pupilonrolltableid). Load that table first: it is a School census of the same sender."
                .to_owned(),
        ),
        (Some(day), ..) if days.contains(&day) => Ok(day),
        (None, Some(only), 1) => Ok(*only),
        (Some(day), ..) => refused(format!(
            "This table names its pupils by the rows of the census's table of pupils, and none of {} \
             was loaded from this sender; there is {there}. Say the day of its census.",
            shown(day)
        )),
        (None, ..) => refused(format!(
            "This table names its pupils by the rows of the census's table of pupils, and several were \
             loaded from this sender: {there}. Say the day of its census."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_census_is_the_one_told_or_the_only_one() {
        let (autumn, spring) = (date(2024, 10, 3), date(2025, 1, 16));
        let both = BTreeSet::from([autumn, spring]);
        assert_eq!(which(&both, Some(autumn)).unwrap(), autumn);
        assert_eq!(which(&BTreeSet::from([spring]), None).unwrap(), spring);
        for (days, told, says) in [
            (&BTreeSet::new(), Some(autumn), "Load that table first"),
            (&both, None, "several were loaded from this sender: 3 October 2024, 16 January 2025"),
            (&BTreeSet::from([spring]), Some(autumn), "none of 3 October 2024 was loaded"),
        ] {
            let wrong = which(days, told).unwrap_err().to_string();
            assert!(wrong.contains(says), "{wrong}");
        }
    }
}
