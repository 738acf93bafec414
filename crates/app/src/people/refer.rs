//! Referring a young person to a partner, whose people reach them from then on, and ending it.

use domain::access::{Act, Actor, Purpose};
use domain::person::{Field, PersonId};
use store::people::{self, Referral};
use store::{changes, organisations, tasks};

use super::{note, within_reach};
use crate::context::{Context, Wrong};
use crate::looks;
use crate::permission;

/// Whom somebody is referred to, and to whom else they could be.
#[derive(Clone, Debug)]
pub struct Referred {
    pub name: String,
    pub standing: Vec<Referral>,
    /// Organisations: id and name.
    pub partners: Vec<(String, String)>,
    /// A restricted record is reached by no partner, whatever is recorded here.
    pub restricted: bool,
}

fn may(actor: &Actor) -> Result<(), Wrong> {
    permission::may(actor, Act::EditPeople, Purpose::Support)
}

/// Opens the referrals of somebody. The look is audited.
pub async fn referred(ctx: &Context, actor: &Actor, person: PersonId) -> Result<Referred, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    let standing = people::referrals(&mut tx, person.0).await?;
    let all = organisations::all(&mut tx).await?;
    note(ctx, &mut tx, actor, person, ("referrals read", "to whom and why")).await?;
    tx.commit().await?;
    let p = &loaded.record.particulars;
    looks::glanced(ctx, actor, (person, p)).await?;
    Ok(Referred {
        name: p.full_name(),
        standing,
        partners: all.into_iter().map(|o| (o.id, o.name)).collect(),
        restricted: p.is_yes(Field::Restricted),
    })
}

/// Refers somebody to an organisation from today.
///
/// Errors: refused without a reason, for a restricted record, and where they are referred there already. A referral
/// that stands for a follow-up alone ends with it, and is none.
pub async fn refer(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    (organisation, reason): (&str, &str),
) -> Result<(), Wrong> {
    may(actor)?;
    if reason.trim().is_empty() {
        return Err(Wrong::refused("Say why, in a few words."));
    }
    let mut tx = ctx.db.begin().await?;
    let (loaded, _) =
        within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    if loaded.record.particulars.is_yes(Field::Restricted) {
        return Err(Wrong::refused("The record is restricted: no partner may reach it."));
    }
    if organisations::names(&mut tx, &[organisation.to_owned()]).await?.is_empty() {
        return Err(Wrong::refused("Choose the organisation."));
    }
    let standing = people::referrals(&mut tx, person.0).await?;
    let asked = tasks::open_of(&mut tx, person.0).await?;
    let lasts = |one: &Referral| asked.iter().all(|task| task.referral != Some(one.id));
    if standing.iter().any(|one| one.organisation == organisation && lasts(one)) {
        return Err(Wrong::refused("They are referred there already."));
    }
    let by = actor.account_id();
    // Its own words are sealed with the referral; a change's reason is not.
    let why = Some("referral made");
    let change = changes::begin(&mut tx, &ctx.now(), "referral", by, None, why).await?;
    let to = (person.0, organisation);
    people::refer(&mut tx, change, to, (ctx.today(), reason.trim())).await?;
    note(ctx, &mut tx, actor, person, ("referred", organisation)).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a referral: its people reach them by it no more, from the next request on.
pub async fn end_referral(
    ctx: &Context,
    actor: &Actor,
    person: PersonId,
    id: i64,
) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    within_reach(&mut tx, actor, (Act::EditPeople, Purpose::Support), person).await?;
    let by = actor.account_id();
    let why = Some("referral ended");
    let change = changes::begin(&mut tx, &ctx.now(), "referral", by, None, why).await?;
    if !people::end_referral(&mut tx, change, (person.0, id)).await? {
        return Err(Wrong::refused("This referral was ended already."));
    }
    note(ctx, &mut tx, actor, person, ("referral ended", &format!("referral {id}"))).await?;
    tx.commit().await?;
    Ok(())
}
