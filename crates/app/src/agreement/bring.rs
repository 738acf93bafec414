//! Bringing a wording in, signing it, ending it early.

use domain::access::{Act, Actor, Purpose};
use domain::agreement::{Signature, Version};
use domain::person::ChangeId;
use formats::agreement_toml::{self, Written};
use jiff::civil::Date;
use store::{Tx, agreements, audit, changes, organisations};

use super::look;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// What came of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    pub agreement: i64,
    pub version: i64,
    /// Whether the wording is new; the same wording again adds only what else the text brought.
    pub new_wording: bool,
}

/// Takes a text in as a new agreement, or as the next wording of one.
///
/// Errors: refused where the text cannot be read or names an organisation that nobody knows, and where the agreement
/// was ended: nothing would ever flow by its next wording.
pub async fn bring(
    ctx: &Context,
    actor: &Actor,
    text: &str,
    of: Option<i64>,
) -> Result<Brought, Wrong> {
    let (tx, brought) = taken(ctx, actor, text, of).await?;
    tx.commit().await?;
    Ok(brought)
}

/// The same in a unit of work that is not ended yet.
pub(super) async fn taken(
    ctx: &Context,
    actor: &Actor,
    text: &str,
    of: Option<i64>,
) -> Result<(Tx, Brought), Wrong> {
    administers(actor)?;
    let written = agreement_toml::read(text).map_err(|fault| Wrong::refused(fault.0))?;
    let mut tx = ctx.db.begin().await?;
    known_partners(&mut tx, &written.version).await?;
    let change = begin(ctx, &mut tx, actor, "agreement brought in").await?;
    if let Some(id) = of {
        standing(&mut tx, id).await?;
    }
    let brought = keep(&mut tx, change, &written, of).await?;
    audit(ctx, &mut tx, actor, "agreement brought in", brought.agreement).await?;
    Ok((tx, brought))
}

/// Writes a wording with whatever people and signatures came with it.
pub(crate) async fn keep(
    tx: &mut Tx,
    change: ChangeId,
    written: &Written,
    of: Option<i64>,
) -> Result<Brought, Wrong> {
    let terms = agreement_toml::write_terms(&written.version);
    let known = agreements::all(tx).await?;
    let id = match of {
        None => agreements::begin(tx, change).await?,
        Some(id) => id,
    };
    let kept = known.into_iter().find(|kept| kept.id == id);
    if of.is_some() && kept.is_none() {
        return Err(Wrong::refused(format!("There is no agreement {id}.")));
    }
    let kept = kept.unwrap_or_default();
    let same = kept.versions.last().filter(|(_, text)| *text == terms).map(|(number, _)| *number);
    let version = match same {
        Some(number) => number,
        None => agreements::add_version(tx, change, id, &terms).await?,
    };
    for signature in &written.version.signatures {
        if !kept.signatures.contains(&(version, signature.clone())) {
            agreements::sign(tx, change, (id, version), signature).await?;
        }
    }
    for (deputy, person) in [(false, &written.contact), (true, &written.deputy)] {
        if person.is_some() {
            agreements::set_contact(tx, change, (id, deputy), person.as_ref()).await?;
        }
    }
    Ok(Brought { agreement: id, version, new_wording: same.is_none() })
}

/// Signs the newest wording for a partner, or for the council.
///
/// Errors: refused for a party it does not name and for a day that is yet to come.
pub async fn sign(
    ctx: &Context,
    actor: &Actor,
    agreement: i64,
    signature: &Signature,
) -> Result<(), Wrong> {
    administers(actor)?;
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "agreement signed").await?;
    let all = look::load(&mut tx).await?;
    let found = all.iter().find(|a| a.number == agreement);
    let newest = found
        .and_then(|a| a.newest())
        .ok_or_else(|| Wrong::refused(format!("There is no agreement {agreement}.")))?;
    if let Some(party) = &signature.party
        && !newest.partners.contains(party)
    {
        return Err(Wrong::refused(format!("Agreement {agreement} does not name {party}.")));
    }
    if signature.day > ctx.today() {
        return Err(Wrong::refused("A signature cannot be dated in the future."));
    }
    agreements::sign(&mut tx, change, (agreement, newest.number), signature).await?;
    audit(ctx, &mut tx, actor, "agreement signed", agreement).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends an agreement early: from that day nothing flows by it.
pub async fn end(
    ctx: &Context,
    actor: &Actor,
    agreement: i64,
    (day, reason): (Date, &str),
) -> Result<(), Wrong> {
    administers(actor)?;
    if reason.trim().is_empty() {
        return Err(Wrong::refused("Say why the agreement ends."));
    }
    let mut tx = ctx.db.begin().await?;
    let change = begin(ctx, &mut tx, actor, "agreement ended").await?;
    standing(&mut tx, agreement).await?;
    agreements::end(&mut tx, change, agreement, (day, reason.trim())).await?;
    audit(ctx, &mut tx, actor, "agreement ended", agreement).await?;
    tx.commit().await?;
    Ok(())
}

/// Errors: refused where there is no such agreement, or it was ended already.
pub(super) async fn standing(tx: &mut Tx, agreement: i64) -> Result<(), Wrong> {
    let all = look::load(tx).await?;
    match all.iter().find(|a| a.number == agreement) {
        None => Err(Wrong::refused(format!("There is no agreement {agreement}."))),
        Some(a) if a.ended.is_some() => {
            Err(Wrong::refused(format!("Agreement {agreement} was ended already.")))
        }
        Some(_) => Ok(()),
    }
}

async fn known_partners(tx: &mut Tx, version: &Version) -> Result<(), Wrong> {
    let ids: Vec<String> = version.partners.iter().cloned().collect();
    let known = organisations::names(tx, &ids).await?;
    match ids.iter().find(|id| !known.iter().any(|(k, _)| k == *id)) {
        Some(stranger) => Err(Wrong::refused(format!(
            "The register knows no organisation “{stranger}”; add it before its agreement."
        ))),
        None => Ok(()),
    }
}

pub(super) fn administers(actor: &Actor) -> Result<(), Wrong> {
    may(actor, Act::Administer, Purpose::Running)
}

/// Begins a change. Whoever has begun one is alone until it ends, so what must hold is asked after it: of
/// two who end an agreement at once the second is told that it was ended.
pub(super) async fn begin(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    reason: &str,
) -> Result<ChangeId, Wrong> {
    let by = actor.account_id();
    Ok(changes::begin(tx, &ctx.now(), "agreement", by, None, Some(reason)).await?)
}

pub(super) async fn audit(
    ctx: &Context,
    tx: &mut Tx,
    actor: &Actor,
    act: &str,
    agreement: i64,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act,
        person: None,
        purpose: "agreements",
        detail: &format!("agreement {agreement}"),
    };
    Ok(audit::write(tx, &entry).await?)
}
