//! Agreements as they stand, and the answer to "may they send or be given this?".

use std::collections::BTreeSet;

use domain::access::{Actor, Terms, terms, terms_under};
use domain::agreement::{Agreement, Asked, Decision, Version, decide};
use jiff::civil::Date;
use store::agreements::Kept;
use store::organisations::Organisation;
use store::{Tx, accounts, agreements, audit, organisations};

use super::ENFORCED_FROM;
use crate::context::{Context, Wrong};

/// Every agreement, by number, with the partners of whom nobody answers for the accounts.
pub async fn all(ctx: &Context) -> Result<Vec<Agreement>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let closed: BTreeSet<String> = accounts::all(&mut tx)
        .await?
        .into_iter()
        .filter(|account| !account.active)
        .map(|account| account.email.to_lowercase())
        .collect();
    let answers = |one: &Organisation| {
        let email = one.contact_email.as_deref().unwrap_or_default().trim().to_lowercase();
        !email.is_empty() && !closed.contains(&email)
    };
    let organisations = organisations::all(&mut tx).await?.into_iter();
    let vacant: BTreeSet<String> =
        organisations.filter(|one| !answers(one)).map(|one| one.id).collect();
    let mut all = load(&mut tx).await?;
    for agreement in &mut all {
        agreement.vacant.clone_from(&vacant);
    }
    Ok(all)
}

pub(crate) async fn load(tx: &mut Tx) -> Result<Vec<Agreement>, Wrong> {
    agreements::all(tx).await?.into_iter().map(read).collect()
}

/// On what terms a partner's people see anybody today.
///
/// Only wordings that name the partner are read: this is asked at every request of theirs.
pub(crate) async fn terms_of(ctx: &Context, tx: &mut Tx, partner: &str) -> Result<Terms, Wrong> {
    let names = |kept: &Kept| kept.versions.iter().any(|(_, terms)| terms.contains(partner));
    let all = agreements::all(tx).await?.into_iter().filter(names);
    let agreements: Vec<Agreement> = all.map(read).collect::<Result<_, Wrong>>()?;
    Ok(terms(&agreements, partner, ctx.today()))
}

/// The same for whoever administers, who is asked why a partner sees what it sees; `None` for the
/// council's own lists, which need no agreement.
pub async fn given(ctx: &Context, actor: &Actor, partner: &str) -> Result<Option<Terms>, Wrong> {
    crate::admin::may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    if super::door::is_own(&mut tx, partner).await? {
        return Ok(None);
    }
    Ok(Some(terms_of(ctx, &mut tx, partner).await?))
}

/// The same for whoever comes by one agreement alone.
pub(crate) async fn terms_by(
    ctx: &Context,
    tx: &mut Tx,
    (agreement, partner): (i64, &str),
) -> Result<Result<Terms, String>, Wrong> {
    Ok(terms_under(&load(tx).await?, agreement, partner, ctx.today()))
}

fn read(kept: Kept) -> Result<Agreement, Wrong> {
    let mut versions = Vec::with_capacity(kept.versions.len());
    for (number, terms) in &kept.versions {
        // A kept text was written by this program; one that no longer reads must stop everything,
        // because an agreement that is skipped might be the one that forbids.
        let written = formats::agreement_toml::read_kept(terms)
            .map_err(|fault| Wrong::Failed(format!("agreement {}: {fault}", kept.id)))?;
        let signatures =
            kept.signatures.iter().filter(|(v, _)| v == number).map(|(_, s)| s.clone()).collect();
        versions.push(Version { number: *number, signatures, ..written.version });
    }
    Ok(Agreement {
        number: kept.id,
        versions,
        ended: kept.ended,
        checked: kept.checked,
        contact: kept.contact,
        deputy: kept.deputy,
        vacant: BTreeSet::new(),
    })
}

/// The day from which every sender needs an agreement, once the council has set one.
pub async fn enforced_from(ctx: &Context) -> Result<Option<Date>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    from(&mut tx).await
}

pub(super) async fn from(tx: &mut Tx) -> Result<Option<Date>, Wrong> {
    let kept = organisations::setting(tx, ENFORCED_FROM).await?;
    let day = kept.map(|text| {
        let wrong = |_| Wrong::Failed(format!("the setting {ENFORCED_FROM} is not a day: {text}"));
        text.parse().map_err(wrong)
    });
    day.transpose()
}

/// Asks an agreement of every sender from a day on.
pub async fn enforce_from(ctx: &Context, actor: &Actor, day: Date) -> Result<(), Wrong> {
    crate::admin::may(actor)?;
    let mut tx = ctx.db.begin().await?;
    organisations::set(&mut tx, ENFORCED_FROM, &day.to_string()).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "agreements asked of every sender",
        person: None,
        purpose: "agreements",
        detail: &format!("from {day}"),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Why something may flow, or may not.
pub async fn why(ctx: &Context, asked: &Asked<'_>) -> Result<Decision, Wrong> {
    Ok(decide(&all(ctx).await?, asked))
}
