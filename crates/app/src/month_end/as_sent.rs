//! The return of another system for a period end, written again as it was sent: it left out, or said nothing of, what
//! the register knew already and goes on knowing. What was learnt since the return came stands in it.

use std::collections::{BTreeMap, HashMap};

use domain::person::{ChangeId, PersonRecord};
use formats::return_declared;
use jiff::civil::Date;
use store::imports::{self, Returns};
use store::people::Moment;
use store::{Tx, returning};

use crate::context::Wrong;

/// Lays what such a return left out over the records of those whom it told of.
pub(super) async fn lay_over(
    tx: &mut Tx,
    records: &mut [(i64, PersonRecord)],
    (returns, period_end): (&Returns, Date),
) -> Result<(), Wrong> {
    let told = |record: &PersonRecord| {
        record.spells.iter().any(|spell| spell.stated_on == Some(period_end))
    };
    let people: Vec<i64> =
        records.iter().filter(|(_, record)| told(record)).map(|(person, _)| *person).collect();
    let sent = imports::returned(tx, &people, returns).await?;
    let mut by_change: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (person, (change, _)) in &sent {
        by_change.entry(*change).or_default().push(*person);
    }
    let mut then: HashMap<i64, PersonRecord> = HashMap::new();
    for (change, people) in by_change {
        let moment = Moment::After(ChangeId(change));
        let known = returning::on_day(tx, moment, &people, period_end).await?;
        then.extend(people.into_iter().zip(known));
    }
    for (person, record) in records {
        if let (Some((_, said)), Some(then)) = (sent.get(person), then.get(person)) {
            let said: Vec<(String, String)> =
                serde_json::from_str(said).map_err(|e| Wrong::Failed(e.to_string()))?;
            return_declared::as_sent(record, then, &said, period_end);
        }
    }
    Ok(())
}
