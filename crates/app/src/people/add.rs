//! Entering somebody by hand. Nobody is entered unseen twice: whoever on the register resembles the
//! newcomer is shown first (`crate::linking::resembling`), and saying that none of them is the one is kept.

use std::collections::BTreeMap;

use domain::access::Actor;
use domain::intake::sort;
use domain::person::{Address, Field, PersonId, PersonRecord};
use store::changes;
use store::people::{self, Loaded, Write};

use super::edit::{acceptable, may_edit};
use super::note;
use crate::context::{Context, Wrong};
use crate::council;
use crate::linking::Asked;

/// What a form says of a newcomer.
#[derive(Clone, Debug, Default)]
pub struct Newcomer {
    pub values: BTreeMap<Field, String>,
    /// As it is written on the record; empty where nobody knows it.
    pub postcode: String,
    /// Where the news comes from; kept with the record.
    pub reason: String,
}

/// What has to be known of somebody before they are entered.
pub const NEEDED: [Field; 3] = [Field::GivenName, Field::FamilyName, Field::DateOfBirth];

impl Newcomer {
    /// As the linking engine reads it.
    pub fn asked(&self) -> Asked {
        let text = |field| self.values.get(&field).cloned().unwrap_or_default();
        Asked {
            given: text(Field::GivenName),
            family: text(Field::FamilyName),
            born: text(Field::DateOfBirth),
            sex: text(Field::Sex),
            postcode: self.postcode.clone(),
            upn: text(Field::Upn),
            uln: text(Field::Uln),
            school: String::new(),
        }
    }

    /// Refused where something is missing or cannot be right.
    pub fn check(&self) -> Result<(), Wrong> {
        for field in NEEDED {
            acceptable(field, self.values.get(&field).map_or("", |value| value.trim()))?;
        }
        for (field, value) in &self.values {
            acceptable(*field, value.trim())?;
        }
        match self.reason.trim().is_empty() {
            true => Err(Wrong::refused("Say how you know of them.")),
            false => Ok(()),
        }
    }
}

/// Enters somebody; their number. `beside` are those who were shown as resembling and are not the one.
pub async fn add(
    ctx: &Context,
    actor: &Actor,
    newcomer: &Newcomer,
    beside: &[i64],
) -> Result<PersonId, Wrong> {
    may_edit(actor)?;
    newcomer.check()?;
    let mut tx = ctx.db.begin().await?;
    let (account, reason) = (actor.account_id(), newcomer.reason.trim());
    let change = changes::begin(&mut tx, &ctx.now(), "edit", account, None, Some(reason)).await?;
    let database = council::codes(&mut tx).await?.database;
    let mut ypids = vec![String::new()];
    let ids = people::new_people(&mut tx, change, &database, &mut ypids).await?;
    let none = || Wrong::Failed("nobody was given a number".to_owned());
    let person = ids.first().copied().ok_or_else(none)?;
    let before = Loaded { person, ..Loaded::default() };
    let after = record(ctx, newcomer, ypids.into_iter().next().unwrap_or_default());
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await?;
    if people::within(&mut tx, &actor.scope, &[person]).await?.is_empty() {
        return Err(Wrong::refused(
            "They would be outside the area, roll or caseload that you work with, so nothing was saved.",
        ));
    }
    let named: Vec<String> = beside.iter().map(i64::to_string).collect();
    let detail = match named.is_empty() {
        true => reason.to_owned(),
        false => format!("{reason}; said not to be person {}", named.join(", ")),
    };
    note(ctx, &mut tx, actor, PersonId(person), ("entered by hand", &detail)).await?;
    tx.commit().await?;
    Ok(PersonId(person))
}

fn record(ctx: &Context, newcomer: &Newcomer, ypid: String) -> PersonRecord {
    let mut record = PersonRecord { ypid, ..PersonRecord::default() };
    for (field, value) in &newcomer.values {
        record.particulars.set(*field, value.trim().to_owned());
    }
    if !newcomer.postcode.is_empty() {
        record.addresses.push(Address {
            postcode: newcomer.postcode.clone(),
            from: Some(ctx.today()),
            place: crate::geography::place(&newcomer.postcode),
            ..Address::default()
        });
    }
    sort(&mut record);
    record
}
