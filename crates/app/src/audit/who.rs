//! "Whose data did this account see between two days?", for a breach that has to be told of in 72 hours.

use std::collections::BTreeMap;

use domain::access::{Act, Actor, Purpose};
use domain::person::Field;
use jiff::civil::Date;
use store::people::{self, Moment};
use store::{accounts, audit};

use crate::context::{Context, Wrong};
use crate::permission;

/// One young person whose record the account touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub person: i64,
    pub name: String,
    pub born: Option<Date>,
    /// UTC, RFC 3339.
    pub first: String,
    pub last: String,
    /// Acts with how often.
    pub acts: Vec<(String, i64)>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub account: i64,
    pub name: String,
    pub email: String,
    pub people: Vec<Person>,
    /// What it did that names nobody in particular: act, detail, times.
    pub beside: Vec<(String, String, i64)>,
}

/// Asks for one account, by number or by address. Asking is remembered too. Days: both inclusive.
///
/// Errors: refused for an account that nobody has and for days the wrong way round.
pub async fn who(
    ctx: &Context,
    actor: &Actor,
    account: &str,
    (from, to): (Date, Date),
) -> Result<Seen, Wrong> {
    permission::may(actor, Act::InvestigateAccount, Purpose::Oversight)?;
    if to < from {
        return Err(Wrong::refused("The last day is before the first."));
    }
    let mut tx = ctx.db.begin_seeing().await?;
    let found = match account.parse::<i64>() {
        Ok(id) => accounts::by_id(&mut tx, id).await?,
        Err(_) => accounts::by_email(&mut tx, &account.trim().to_lowercase()).await?,
    };
    let found = found.ok_or_else(|| Wrong::refused(format!("There is no account “{account}”.")))?;
    let eve = from.yesterday().unwrap_or(from);
    let span = (&*ctx.end_of(eve), &*ctx.end_of(to));
    let acts = audit::seen(&mut tx, found.id, span).await?;
    let beside = audit::beside(&mut tx, found.id, span).await?;
    let mut people = gathered(acts);
    name(&mut tx, &mut people).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "asked whose data an account saw",
        person: None,
        purpose: "investigation",
        detail: &format!("account {}, {from} to {to}: {} people", found.id, people.len()),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Seen {
        account: found.id,
        name: found.name,
        email: found.email,
        people,
        beside: beside.into_iter().map(|b| (b.act, b.of, b.times)).collect(),
    })
}

/// Acts put together by person, newest first.
fn gathered(acts: Vec<audit::Seen<i64>>) -> Vec<Person> {
    let mut people: BTreeMap<i64, Person> = BTreeMap::new();
    for act in acts {
        let person = people.entry(act.of).or_insert_with(|| Person {
            person: act.of,
            name: String::new(),
            born: None,
            first: act.first.clone(),
            last: act.last.clone(),
            acts: Vec::new(),
        });
        person.first = person.first.clone().min(act.first);
        person.last = person.last.clone().max(act.last);
        person.acts.push((act.act, act.times));
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|a, b| b.last.cmp(&a.last).then(a.person.cmp(&b.person)));
    people
}

/// Puts names beside numbers, as they are now; somebody merged away keeps the number alone.
async fn name(tx: &mut store::Tx, found: &mut [Person]) -> Result<(), Wrong> {
    let ids: Vec<i64> = found.iter().map(|p| p.person).collect();
    let mut known = BTreeMap::new();
    for chunk in ids.chunks(500) {
        for one in people::load(tx, chunk, Moment::Now).await? {
            let said = &one.record.particulars;
            let part = |field| said.get(field).unwrap_or_default().to_owned();
            let name = format!("{} {}", part(Field::GivenName), part(Field::FamilyName));
            let born = said.get(Field::DateOfBirth).and_then(|day| day.parse().ok());
            known.insert(one.person, (name.trim().to_owned(), born));
        }
    }
    for one in found {
        if let Some((name, born)) = known.remove(&one.person) {
            (one.name, one.born) = (name, born);
        }
    }
    Ok(())
}
