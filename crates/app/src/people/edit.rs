//! Corrections and news that a worker types. What was known before stays known.

use std::collections::{BTreeMap, HashMap};

use domain::access::{Act, Actor, Purpose};
use domain::edition::Edition;
use domain::followup::{Beside, List, cleared_by_confirming};
use domain::identifiers::{check_uln, check_upn};
use domain::intake::sort;
use domain::person::{ChangeId, Field, Particulars, PersonId, PersonRecord, date_intention};
use domain::status::{Spell, begin, spell_on};
use formats::reference::{authorities, editions};
use jiff::civil::Date;
use store::people::{self, Loaded, Moment, Write};
use store::{Tx, changes};

use super::undo::CONFIRMATION;
use super::{note, within_reach};
use crate::context::{Context, Wrong};
use crate::permission::may;

/// What a correction of an old state is told.
pub const CHANGED_MEANWHILE: &str = "Somebody else changed this record since you opened it, so nothing was saved. Compare what \
     you typed with what is recorded now, and save again if it still holds.";

/// Fields that hold the code of an authority.
const AUTHORITIES: [Field; 5] = [
    Field::LeadLa,
    Field::EducatedLa,
    Field::LaAtYear11,
    Field::GuaranteeYear11La,
    Field::GuaranteeYear12La,
];

/// A new current activity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewActivity {
    pub code: String,
    pub start: Option<Date>,
    pub establishment_name: Option<String>,
    pub organisation: Option<String>,
    pub review: Option<Date>,
    pub predicted_end: Option<Date>,
    /// Who said so and how.
    pub how: String,
}

/// Corrects particulars. `values` holds only the fields the form showed; empty means "nobody has said".
///
/// `seen` is the state the form was filled in from, as [`super::Opened::seen`] gave it: a correction of
/// something that has changed in the meantime is refused, so that nobody's work is lost unseen.
pub async fn correct(
    ctx: &Context,
    actor: &Actor,
    (person, seen): (PersonId, i64),
    values: &BTreeMap<Field, String>,
    reason: &str,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    for (field, value) in values {
        acceptable(*field, value.trim())?;
    }
    edit(ctx, actor, (person, Some(seen)), ("corrected", reason), |record| {
        let before = record.particulars.clone();
        for (field, value) in values {
            record.particulars.set(*field, value.clone());
        }
        date_intention(&mut record.particulars, &before, (ctx.today(), &actor.name));
        Ok(())
    })
    .await
}

pub(super) fn acceptable(field: Field, value: &str) -> Result<(), Wrong> {
    let required = [Field::GivenName, Field::FamilyName, Field::DateOfBirth].contains(&field);
    if value.is_empty() {
        return match required {
            true => Err(Wrong::refused(format!("{} cannot be empty.", field.label()))),
            false => Ok(()),
        };
    }
    if !Particulars::well_formed(field, value) {
        return Err(Wrong::refused(format!("{}: '{value}' cannot be right.", field.label())));
    }
    let number = match field {
        Field::Upn => check_upn(value),
        Field::Uln => check_uln(value),
        _ => Ok(()),
    };
    if AUTHORITIES.contains(&field) && authorities().get(value).is_none() {
        return Err(Wrong::refused(format!("{}: '{value}' is no authority.", field.label())));
    }
    number.map_err(|why| Wrong::refused(format!("{} cannot be right: {why}.", field.label())))
}

/// Ends the current activity and begins another. NEET start is carried by the rules, not typed.
pub async fn change_activity(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    edition: &Edition,
    new: &NewActivity,
) -> Result<(), Wrong> {
    may_edit(actor)?;
    let today = ctx.today();
    let activity =
        edition.activity(&new.code).ok_or_else(|| Wrong::refused("Choose an activity."))?;
    let start = new.start.unwrap_or(today);
    if start > today {
        return Err(Wrong::refused("The start lies ahead. Record it when it has happened."));
    }
    if activity.review_required && new.review.is_none() {
        return Err(Wrong::refused("This activity needs a day to look again."));
    }
    if activity.end_date_required && new.predicted_end.is_none() {
        return Err(Wrong::refused("This activity needs the day it is expected to end."));
    }
    edit(ctx, actor, (person, None), ("activity changed", new.how.as_str()), |record| {
        let unknown = &edition.unknown_activity;
        let later = record.spells.iter().any(|s| s.start > start && !s.only_fills(unknown));
        if later {
            return Err(Wrong::refused("An activity that began later is recorded already."));
        }
        let mut spell = Spell::new(&new.code, start);
        spell.establishment_name = new.establishment_name.clone();
        spell.organisation = new.organisation.clone();
        spell.ascertained = Some(today);
        spell.verified = Some(today);
        spell.verified_by = Some(actor.name.clone());
        spell.verified_how = Some(new.how.clone());
        spell.review = new.review;
        spell.predicted_end = new.predicted_end;
        begin(&mut record.spells, spell, unknown);
        Ok(())
    })
    .await
}

/// What confirming came to: how many people, and the unit of work by which it can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmed {
    pub people: usize,
    /// Of them, who counts as lapsed all the same: no confirmation moves the day by which they were to end.
    pub lapsed: usize,
    /// Whoever was left as they are, because something else was recorded of them since somebody looked.
    pub changed: usize,
    /// Whoever was left as they are, because they are not within reach any more.
    pub beyond: usize,
    pub change: ChangeId,
}

/// Confirms what is recorded for many people at once, as one provider's list does.
///
/// `seen` is the change up to which they were looked at, as [`super::Preview::seen`] gave it: whoever is
/// recorded otherwise since, or is out of reach, is left as they are, since nobody confirmed what now stands.
pub async fn verify(
    ctx: &Context,
    actor: &Actor,
    people_to_verify: &[PersonId],
    (how, seen): (&str, Option<ChangeId>),
) -> Result<Confirmed, Wrong> {
    may_edit(actor)?;
    let today = ctx.today();
    let edition = editions().on(today);
    let edition = edition.ok_or_else(|| Wrong::Failed("no edition is known at all".into()))?;
    let mut tx = ctx.db.begin().await?;
    let account = actor.account_id();
    let change =
        changes::begin(&mut tx, &ctx.now(), CONFIRMATION, account, None, Some(how)).await?;
    let then = as_seen(&mut tx, people_to_verify, seen).await?;
    let (mut done, mut lapsed, mut changed, mut beyond) = (0, 0, 0, 0);
    for person in people_to_verify {
        let asked = (Act::EditPeople, Purpose::Support);
        let loaded = match within_reach(&mut tx, actor, asked, *person).await {
            Err(Wrong::Refused(_)) if seen.is_some() => {
                beyond += 1;
                continue;
            }
            reached => reached?.0,
        };
        if !is_as_seen(&loaded, &then) {
            changed += 1;
            continue;
        }
        let mut after = loaded.record.clone();
        let current = spell_on(&after.spells, today).cloned();
        if let Some(slot) = after.spells.iter_mut().find(|s| Some(&**s) == current.as_ref()) {
            let by = Some(actor.name.clone());
            *slot = slot.clone().verified_again(today, by, Some(how.to_owned()));
            done += 1;
            let (now, beside) = ((edition, today), Beside::default());
            lapsed += usize::from(!cleared_by_confirming(List::Lapsed, Some(&*slot), now, beside));
        }
        sort(&mut after);
        people::write(&mut tx, change, &[Write { before: &loaded, after: &after }]).await?;
        note(ctx, &mut tx, actor, *person, ("activity confirmed", how)).await?;
    }
    tx.commit().await?;
    Ok(Confirmed { people: done, lapsed, changed, beyond, change })
}

/// These people as they stood when somebody looked; nobody where nobody did.
async fn as_seen(
    tx: &mut Tx,
    people: &[PersonId],
    seen: Option<ChangeId>,
) -> Result<HashMap<i64, Loaded>, Wrong> {
    let Some(seen) = seen else { return Ok(HashMap::new()) };
    let ids: Vec<i64> = people.iter().map(|person| person.0).collect();
    let then = people::load(tx, &ids, Moment::After(seen)).await?;
    Ok(then.into_iter().map(|loaded| (loaded.person, loaded)).collect())
}

/// Whether what is confirmed, and whether they are followed up at all, stands as it was looked at.
fn is_as_seen(now: &Loaded, then: &HashMap<i64, Loaded>) -> bool {
    then.get(&now.person).is_none_or(|then| {
        then.record.spells == now.record.spells && then.record.particulars == now.record.particulars
    })
}

pub(super) fn may_edit(actor: &Actor) -> Result<(), Wrong> {
    may(actor, Act::EditPeople, Purpose::Support)
}

pub(super) async fn edit(
    ctx: &Context,
    actor: &Actor,
    (person, seen): (PersonId, Option<i64>),
    (act, reason): (&str, &str),
    change_record: impl FnOnce(&mut PersonRecord) -> Result<(), Wrong>,
) -> Result<(), Wrong> {
    let mut tx: Tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    if seen.is_some() && seen != loaded.facts.particulars {
        return Err(Wrong::refused(CHANGED_MEANWHILE));
    }
    let mut after = loaded.record.clone();
    change_record(&mut after)?;
    sort(&mut after);
    if after != loaded.record {
        let account = actor.account_id();
        let change =
            changes::begin(&mut tx, &ctx.now(), "edit", account, None, Some(reason)).await?;
        people::write(&mut tx, change, &[Write { before: &loaded, after: &after }]).await?;
        note(ctx, &mut tx, actor, person, (act, reason)).await?;
    }
    tx.commit().await?;
    Ok(())
}
