//! What confirming many people at once would do, before anybody does it: the same rule as
//! [`super::verify`], with nothing written but the audit of who was shown.

use domain::access::Actor;
use domain::edition::Edition;
use domain::person::{ChangeId, PersonId};
use domain::status::{due_to_lapse, spell_on};
use jiff::civil::Date;
use store::people::{self, Moment};
use store::{audit, changes};

use crate::context::{Context, Wrong};

/// One person of the preview.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirming {
    pub person: PersonId,
    pub name: String,
    pub date_of_birth: Option<Date>,
    pub activity: String,
    pub provider: String,
    pub verified: Option<Date>,
    /// The last current day once it is confirmed today.
    pub lapses: Option<Date>,
    /// Why nothing can be confirmed, where that is so.
    pub refused: Option<&'static str>,
}

/// What confirming would do, and up to which change the register was read for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub people: Vec<Confirming>,
    pub seen: ChangeId,
}

/// The people asked for who are within reach, in the order asked.
pub async fn confirming(
    ctx: &Context,
    actor: &Actor,
    edition: &Edition,
    asked: &[PersonId],
) -> Result<Preview, Wrong> {
    let today = ctx.today();
    let ids: Vec<i64> = asked.iter().map(|p| p.0).collect();
    let mut tx = ctx.db.begin_seeing().await?;
    // Before the people: what is recorded between the two counts as not looked at.
    let seen = changes::latest(&mut tx).await?;
    let within = people::within(&mut tx, &actor.scope, &ids).await?;
    let loaded = people::load(&mut tx, &within, Moment::Now).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "shown before confirming",
        person: None,
        purpose: "follow-up",
        detail: "name, date of birth, activity",
    };
    audit::write_many(&mut tx, &entry, &within).await?;
    tx.commit().await?;
    Ok(Preview { people: loaded.iter().map(|one| preview(one, edition, today)).collect(), seen })
}

fn preview(loaded: &people::Loaded, edition: &Edition, today: Date) -> Confirming {
    let record = &loaded.record;
    let spell = spell_on(&record.spells, today);
    let refused = match spell {
        None => Some("Nothing is recorded that could be confirmed"),
        Some(spell) if edition.is_not_known(&spell.code) => {
            Some("Not known cannot be confirmed: find out and change the activity")
        }
        Some(_) => None,
    };
    let after = spell.map(|spell| spell.clone().verified_again(today, None, None));
    Confirming {
        person: PersonId(loaded.person),
        name: record.particulars.full_name(),
        date_of_birth: record.particulars.date_of_birth(),
        activity: spell.map_or_else(String::new, |spell| {
            edition.activity(&spell.code).map_or_else(|| spell.code.clone(), |a| a.label.clone())
        }),
        provider: spell.and_then(|s| s.establishment_name.clone()).unwrap_or_default(),
        verified: spell.and_then(|spell| spell.verified),
        lapses: after.and_then(|spell| due_to_lapse(&spell, edition).day),
        refused,
    }
}
