//! Where somebody lives and what is true of them for a time, as a worker is told. A move ends the address
//! before; a correction takes its place; what was known before stays known.

use domain::access::Actor;
use domain::edition::Edition;
use domain::identifiers::normalise_postcode;
use domain::person::{Address, Characteristic, PersonId};
use jiff::civil::Date;

use super::edit::{edit, may_edit};
use crate::context::{Context, Wrong};

/// An address as somebody types it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewAddress {
    /// Lines 1 to 4, town and county in the return's order; empty where there is none.
    pub lines: [String; 4],
    pub town: String,
    pub county: String,
    pub postcode: String,
    /// Their first day there; today where nobody says.
    pub from: Option<Date>,
    /// Whether they moved; otherwise the address that stands was wrong and this is it.
    pub moved: bool,
    /// Who said so.
    pub source: String,
}

/// Records where somebody lives.
///
/// Errors: refused without a line or a whole postcode, for a day ahead, or a move before the last one.
pub async fn lives_at(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    new: &NewAddress,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    let today = ctx.today();
    let address = meant(new, today)?;
    let source = new.source.trim();
    if source.is_empty() {
        return Err(Wrong::refused("Say who told you."));
    }
    edit(ctx, actor, (person, None), ("address changed", source), |record| {
        let stands = record.address_on(today).cloned();
        if !new.moved {
            // The wrong one is known no longer; its first day is, unless another was typed.
            record.addresses.retain(|one| Some(one) != stands.as_ref());
            let from = new.from.or(stands.and_then(|one| one.from));
            record.addresses.push(Address { from, ..address });
            return Ok(());
        }
        let from = new.from.unwrap_or(today);
        if record.addresses.iter().any(|one| one.from.is_some_and(|other| other >= from)) {
            return Err(Wrong::refused("They moved again since, or on that very day."));
        }
        let eve = from.yesterday().unwrap_or(from);
        for open in record.addresses.iter_mut().filter(|one| one.to.is_none_or(|to| to >= from)) {
            open.to = Some(eve);
        }
        record.addresses.push(Address { from: Some(from), ..address });
        Ok(())
    })
    .await
}

fn meant(new: &NewAddress, today: Date) -> Result<Address, Wrong> {
    let text = |text: &String| text.trim().to_owned();
    let lines = new.lines.each_ref().map(text);
    if lines.iter().all(String::is_empty) {
        return Err(Wrong::refused("Enter at least one line of the address."));
    }
    if new.from.is_some_and(|from| from > today) {
        return Err(Wrong::refused("The day lies ahead. Record it when they have moved."));
    }
    let postcode = normalise_postcode(new.postcode.trim())
        .map_err(|_| Wrong::refused("Enter a whole postcode, like ME4 4UF."))?;
    let place = crate::geography::place(&postcode);
    let (town, county) = (text(&new.town), text(&new.county));
    Ok(Address { lines, town, county, postcode, from: None, to: None, place })
}

/// Records since when and until when a characteristic holds, and from whom that is known. One that stands
/// open takes these days and this source; an empty first day keeps the one it has.
///
/// Errors: refused for a code that the edition does not know, days that cannot be, or without a source.
pub async fn say_characteristic(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    edition: &Edition,
    said: &Characteristic,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    let source = said.source.trim();
    if source.is_empty() {
        return Err(Wrong::refused("Say who told you."));
    }
    let ahead = |day: Option<Date>| day.is_some_and(|day| day > ctx.today());
    if ahead(said.from) || ahead(said.to) {
        return Err(Wrong::refused("The day lies ahead. Record it when it has come."));
    }
    // Who told it tells as much as the code. It is sealed with it; a change's reason and the audit are not.
    let act = ("characteristic changed", "who told stands on the record");
    edit(ctx, actor, (person, None), act, |record| {
        let open =
            record.characteristics.iter().position(|c| c.code == said.code && c.to.is_none());
        if open.is_none() && !edition.lists.characteristic.contains_key(&said.code) {
            return Err(Wrong::refused("Choose a characteristic."));
        }
        let before = open.map(|at| record.characteristics.remove(at));
        let from = said.from.or(before.and_then(|before| before.from));
        if said.to.is_some_and(|to| from.is_some_and(|from| to < from)) {
            return Err(Wrong::refused("The last day is before the first."));
        }
        let source = source.to_owned();
        record.characteristics.push(Characteristic { from, source, ..said.clone() });
        Ok(())
    })
    .await
}
