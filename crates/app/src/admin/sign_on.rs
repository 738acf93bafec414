//! Services that sign people in, kept by an administrator: which there are, and who is whom there. Joining
//! and parting end nothing but what rests on them.

use domain::access::Actor;
use sha2::{Digest, Sha256};
use store::accounts::{self, Account};
use store::grants;
use store::outside::{self, Identity, Provider};

use super::{granting, may, not_sealed, note};
use crate::accounts::hex;
use crate::accounts::outside::{belongs, check};
use crate::context::{Context, Wrong};

pub use crate::accounts::outside::{INVITATION_HOURS, return_address};

/// What an administrator says of a service. An empty secret keeps the one before, or means a service that
/// asks for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Whose people it signs in; the council's where it is empty.
    pub organisation: String,
    pub name: String,
    pub issuer: String,
    pub client: String,
    pub secret: String,
    /// One a line.
    pub classes: String,
}

pub async fn all(ctx: &Context, actor: &Actor) -> Result<Vec<Provider>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(outside::providers(&mut tx).await?)
}

pub async fn one(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Provider>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(outside::provider(&mut tx, id).await?)
}

/// Adds a service that answers; its number.
pub async fn add(ctx: &Context, actor: &Actor, form: &Form) -> Result<i64, Wrong> {
    may(actor)?;
    let provider = read(form, None)?;
    check(ctx, &provider.issuer).await.map_err(|why| {
        Wrong::refused(format!("Issuer: no sign-on service was found at this address: {why}."))
    })?;
    let mut tx = ctx.db.begin().await?;
    let same = outside::providers(&mut tx).await?.into_iter().any(|one| {
        one.active && (one.issuer.as_str(), &one.client) == (&provider.issuer, &provider.client)
    });
    if same {
        return Err(Wrong::refused("Issuer: this service is here already with this client id."));
    }
    sealable(&tx, &provider)?;
    let id = outside::add_provider(&mut tx, &provider, &ctx.now()).await?;
    let detail = format!("service {id}, issuer {}", provider.issuer);
    note(ctx, &mut tx, actor.account_id(), "sign-on service added", &detail).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes its name, what it knows us by, or which classes stand for several factors.
pub async fn change(ctx: &Context, actor: &Actor, id: i64, form: &Form) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let before = live(&mut tx, id).await?;
    let provider = read(form, Some(&before))?;
    sealable(&tx, &provider)?;
    outside::set_provider(&mut tx, &provider).await?;
    let changed = [
        (before.name != provider.name, "name"),
        (before.client != provider.client, "client id"),
        (before.secret != provider.secret, "secret"),
        (before.classes != provider.classes, "classes"),
    ];
    let changed: Vec<&str> = changed.iter().filter(|(is, _)| *is).map(|(_, what)| *what).collect();
    let detail = format!("service {id}: {}", changed.join(", "));
    note(ctx, &mut tx, actor.account_id(), "sign-on service changed", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends a service: nobody comes in by it any more, and whoever it knows is signed out.
pub async fn end(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    let provider = live(&mut tx, id).await?;
    outside::end_provider(&mut tx, &provider, &ctx.now()).await?;
    let detail = format!("service {id}");
    note(ctx, &mut tx, actor.account_id(), "sign-on service ended", &detail).await?;
    tx.commit().await?;
    Ok(())
}

async fn live(tx: &mut store::Tx, id: i64) -> Result<Provider, Wrong> {
    let found = outside::provider(tx, id).await?.filter(|one| one.active);
    found.ok_or_else(|| Wrong::refused("This service has ended."))
}

fn read(form: &Form, before: Option<&Provider>) -> Result<Provider, Wrong> {
    let kept = |text: &str| text.trim().to_owned();
    for (value, words) in [(&form.name, "Name"), (&form.client, "Client id")] {
        if value.trim().is_empty() {
            return Err(Wrong::refused(format!("{words}: say one.")));
        }
    }
    if form.name.chars().count() > 60 {
        return Err(Wrong::refused("Name: it stands on a button, so at most 60 letters."));
    }
    let secret = match (form.secret.trim(), before) {
        ("", Some(before)) => before.secret.clone(),
        (typed, _) => typed.to_owned(),
    };
    let classes: Vec<&str> =
        form.classes.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let organisation = Some(kept(&form.organisation)).filter(|id| !id.is_empty());
    Ok(Provider {
        id: before.map_or(0, |before| before.id),
        organisation: before.map_or(organisation, |before| before.organisation.clone()),
        name: kept(&form.name),
        issuer: before.map_or_else(|| kept(&form.issuer), |before| before.issuer.clone()),
        client: kept(&form.client),
        secret,
        classes: classes.join("\n"),
        active: true,
    })
}

/// A service's secret is never kept in the clear.
fn sealable(tx: &store::Tx, provider: &Provider) -> Result<(), Wrong> {
    match provider.secret.is_empty() || tx.can_seal() {
        true => Ok(()),
        false => Err(Wrong::refused(
            "Client secret: this register has no keys to seal it with. Run `waymark keys make` on the \
             server first.",
        )),
    }
}

/// Who somebody is at which service.
pub async fn identities(
    ctx: &Context,
    actor: &Actor,
    account: i64,
) -> Result<Vec<Identity>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(outside::identities(&mut tx, account).await?)
}

/// The services that an account may be joined to.
pub async fn fitting(ctx: &Context, actor: &Actor, account: i64) -> Result<Vec<Provider>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let account = found(&mut tx, account).await?;
    let all = outside::providers(&mut tx).await?.into_iter();
    Ok(all.filter(|one| one.active && belongs(&account, one)).collect())
}

async fn found(tx: &mut store::Tx, account: i64) -> Result<Account, Wrong> {
    let found = accounts::by_id(tx, account).await?.filter(|account| account.active);
    found.ok_or_else(|| Wrong::refused("This account has ended."))
}

/// The service, where the account may be joined to it and this actor may let somebody in by it. Asked before
/// anything else of the unit of work that joins them.
async fn both(
    ctx: &Context,
    tx: &mut store::Tx,
    actor: &Actor,
    (account, provider): (i64, i64),
) -> Result<Provider, Wrong> {
    grants::alone(tx).await?;
    let (account, provider) = (found(tx, account).await?, live(tx, provider).await?);
    not_sealed(tx, actor, account.id).await?;
    granting::may_join(ctx, tx, actor, &account).await?;
    match belongs(&account, &provider) {
        true => Ok(provider),
        false => Err(Wrong::refused(
            "This service signs in another organisation's people. Choose the account's own.",
        )),
    }
}

/// Joins an account to a number that its owner has at a service.
pub async fn join(
    ctx: &Context,
    actor: &Actor,
    (account, provider): (i64, i64),
    subject: &str,
) -> Result<(), Wrong> {
    may(actor)?;
    let subject = subject.trim();
    if subject.is_empty() || subject.len() > 255 || subject.contains('@') {
        return Err(Wrong::refused(
            "Give the number that the service has for somebody, not an email address: addresses are \
             given to somebody else in time.",
        ));
    }
    let mut tx = ctx.db.begin().await?;
    let provider = both(ctx, &mut tx, actor, (account, provider)).await?;
    if !outside::join(&mut tx, (&provider.issuer, subject), account, &ctx.now()).await? {
        return Err(Wrong::refused("This number is joined to an account already."));
    }
    let detail = format!("account {account}, service {}", provider.id);
    note(ctx, &mut tx, actor.account_id(), "joined to sign-on", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Parts an account from a number, and ends its sessions.
pub async fn part(
    ctx: &Context,
    actor: &Actor,
    account: i64,
    (issuer, subject): (&str, &str),
) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    if outside::part(&mut tx, account, (issuer, subject)).await? {
        accounts::end_sessions(&mut tx, account).await?;
        let detail = format!("account {account}, issuer {issuer}");
        note(ctx, &mut tx, actor.account_id(), "parted from sign-on", &detail).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A secret by which an account's owner joins it to who they are at a service, once and within days.
pub async fn invite(
    ctx: &Context,
    actor: &Actor,
    (account, provider): (i64, i64),
) -> Result<String, Wrong> {
    may(actor)?;
    let secret = hex(&ctx.random::<32>());
    let hash = hex(&Sha256::digest(secret.as_bytes()));
    let mut tx = ctx.db.begin().await?;
    let provider = both(ctx, &mut tx, actor, (account, provider)).await?;
    outside::invite(&mut tx, &hash, (provider.id, account), &ctx.now()).await?;
    let detail = format!("account {account}, service {}", provider.id);
    note(ctx, &mut tx, actor.account_id(), "invited to sign-on", &detail).await?;
    tx.commit().await?;
    Ok(secret)
}
