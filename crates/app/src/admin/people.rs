//! People with accounts: made, changed, ended, and given a link by which they choose a password
//! themselves. The administrator never learns one.

use std::collections::BTreeSet;

use domain::access::{Actor, Role};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::accounts::{self, Account};
use store::{Tx, envelopes, grants, organisations};

use super::{granting, may, not_sealed, note};
use crate::accounts::{acceptable, hash_password, hex, place_of};
use crate::context::{Context, Wrong};
use crate::people::end_of_worker;

/// How long a link for a new password is good for.
pub const LINK_HOURS: i64 = 24;

/// What the form of an account holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pub email: String,
    pub name: String,
    pub role: String,
    pub organisation: String,
    pub localities: Vec<String>,
}

/// Everybody with an account, by name.
pub async fn all(ctx: &Context, actor: &Actor) -> Result<Vec<Account>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::all(&mut tx).await?)
}

pub async fn one(ctx: &Context, actor: &Actor, id: i64) -> Result<Option<Account>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    Ok(accounts::by_id(&mut tx, id).await?)
}

/// The localities that an account can be given: those of organisations and of other accounts.
pub async fn localities(ctx: &Context, actor: &Actor) -> Result<Vec<String>, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin_read().await?;
    let mut all: BTreeSet<String> =
        organisations::all(&mut tx).await?.into_iter().filter_map(|o| o.locality).collect();
    for account in accounts::all(&mut tx).await? {
        all.extend(account.localities.lines().map(str::to_owned));
    }
    all.remove("");
    Ok(all.into_iter().collect())
}

/// Makes an account that cannot sign in until its owner has chosen a password; its number. One that can
/// approve waits for a second person before that.
pub async fn add(ctx: &Context, actor: &Actor, form: &Form) -> Result<i64, Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let account = meant(&mut tx, form).await?;
    if accounts::by_email(&mut tx, &account.email).await?.is_some() {
        return Err(Wrong::refused("Somebody has an account with this email address already."));
    }
    let id = accounts::add(&mut tx, &account).await?;
    if account.organisation.is_some() {
        accounts::attest(&mut tx, id, "the council", &ctx.today().to_string()).await?;
    }
    let detail = format!("account {id}: {}", told(&account));
    note(ctx, &mut tx, actor.account_id(), "account made", &detail).await?;
    if granting::takes_two(actor, &account.role) {
        accounts::set_active(&mut tx, id, false).await?;
        granting::ask(ctx, &mut tx, actor, &Account { id, ..account }).await?;
    }
    tx.commit().await?;
    Ok(id)
}

/// Changes name, role and reach. It holds from the account's next request on, save a role that can approve,
/// which waits for a second person. Whoever becomes a partner's, or another partner's, is vouched for from
/// that day, as a new account is.
///
/// Errors: refused to whoever would change what they themselves may do.
pub async fn change(ctx: &Context, actor: &Actor, id: i64, form: &Form) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let before = found(&mut tx, id).await?;
    not_sealed(&mut tx, actor, id).await?;
    let form = Form { email: before.email.clone(), ..form.clone() };
    let after = Account { id, ..meant(&mut tx, &form).await? };
    if after.role != before.role {
        keeps_an_administrator(&mut tx, &before).await?;
    }
    if id == actor.account && told(&after) != told(&before) {
        return Err(Wrong::refused(
            "Nobody changes their own role or reach: ask another data manager.",
        ));
    }
    if after.role != before.role && granting::takes_two(actor, &after.role) {
        granting::ask(ctx, &mut tx, actor, &after).await?;
        accounts::update(&mut tx, &Account { name: after.name, ..before }).await?;
        tx.commit().await?;
        return Ok(());
    }
    // A corrected name leaves what waits for a second person as it is.
    if told(&after) != told(&before) {
        grants::drop_asked(&mut tx, id).await?;
    }
    accounts::update(&mut tx, &after).await?;
    if after.organisation.is_some() && after.organisation != before.organisation {
        accounts::attest(&mut tx, id, "the council", &ctx.today().to_string()).await?;
    }
    let detail = format!("account {id}: {} to {}", told(&before), told(&after));
    note(ctx, &mut tx, actor.account_id(), "account changed", &detail).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends an account and every session of it at once, and what it was asked to follow up.
pub async fn end(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let account = found(&mut tx, id).await?;
    not_sealed(&mut tx, actor, id).await?;
    if id == actor.account {
        return Err(Wrong::refused("Nobody ends their own account: ask another data manager."));
    }
    keeps_an_administrator(&mut tx, &account).await?;
    grants::drop_asked(&mut tx, id).await?;
    accounts::set_active(&mut tx, id, false).await?;
    end_of_worker(ctx, &mut tx, actor.account_id(), id).await?;
    note(ctx, &mut tx, actor.account_id(), "account ended", &format!("account {id}")).await?;
    tx.commit().await?;
    Ok(())
}

/// Opens an ended account again, or asks a second person to where it can approve. Its old password is gone: a
/// new link is needed.
pub async fn restart(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    may(actor)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let account = found(&mut tx, id).await?;
    not_sealed(&mut tx, actor, id).await?;
    accounts::set_password(&mut tx, id, "").await?;
    if granting::takes_two(actor, &account.role) {
        granting::ask(ctx, &mut tx, actor, &account).await?;
        tx.commit().await?;
        return Ok(());
    }
    accounts::set_active(&mut tx, id, true).await?;
    note(ctx, &mut tx, actor.account_id(), "account opened again", &format!("account {id}"))
        .await?;
    tx.commit().await?;
    Ok(())
}

/// Makes the one-time link's secret, which is shown once and kept only as its hash.
pub async fn link(ctx: &Context, actor: &Actor, id: i64) -> Result<String, Wrong> {
    may(actor)?;
    let secret = hex(&ctx.random::<32>());
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let account = found(&mut tx, id).await?;
    not_sealed(&mut tx, actor, id).await?;
    if !account.active {
        return Err(Wrong::refused(
            "Nobody can sign in with this account now: it has to be opened first.",
        ));
    }
    granting::may_link(ctx, &mut tx, actor, &account).await?;
    if store::machine::is_machine(&mut tx, id).await? {
        return Err(Wrong::refused("A system signs in with its token and has no password."));
    }
    accounts::add_link(&mut tx, &hash_of(&secret), id, &ctx.now()).await?;
    note(ctx, &mut tx, actor.account_id(), "password link made", &format!("account {id}")).await?;
    tx.commit().await?;
    Ok(secret)
}

/// Takes the password that a link's owner chose. Every session of the account ends.
///
/// Errors: refused for a link that is used, old or unknown (in the same words), or a poor password.
pub async fn choose_password(ctx: &Context, secret: &str, password: &str) -> Result<(), Wrong> {
    choose(ctx, secret, password, None).await
}

/// The same from a browser, whose place the account is known from then on: strangers who guess at it
/// elsewhere keep nobody from coming in who has just been given a link.
pub async fn choose_password_from(
    ctx: &Context,
    secret: &str,
    password: &str,
    from: &str,
) -> Result<(), Wrong> {
    choose(ctx, secret, password, Some(from)).await
}

async fn choose(
    ctx: &Context,
    secret: &str,
    password: &str,
    from: Option<&str>,
) -> Result<(), Wrong> {
    const GONE: &str = "This link is used or too old. Ask your data manager for a new one.";
    let key = hash_of(secret);
    let mut tx = ctx.db.begin_read().await?;
    let (account, made) =
        accounts::link(&mut tx, &key).await?.ok_or_else(|| Wrong::refused(GONE))?;
    let owner = found(&mut tx, account).await?;
    drop(tx);
    acceptable(ctx, (&owner.name, &owner.email), password).await?;
    let good_until = made.parse::<Timestamp>().unwrap_or(Timestamp::MIN)
        + SignedDuration::from_hours(LINK_HOURS);
    if good_until < ctx.timestamp() {
        return Err(Wrong::refused(GONE));
    }
    let hash = hash_password(ctx, password, false)?;
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    accounts::use_link(&mut tx, &key, &ctx.now()).await.map_err(|error| match error {
        store::StoreError::Conflict => Wrong::refused(GONE),
        other => other.into(),
    })?;
    if !found(&mut tx, account).await?.active {
        return Err(Wrong::refused(GONE));
    }
    accounts::set_password(&mut tx, account, &hash).await?;
    if let Some(from) = from {
        accounts::know(&mut tx, account, &place_of(from), &ctx.now()).await?;
    }
    note(ctx, &mut tx, Some(account), "password chosen", "by one-time link").await?;
    tx.commit().await?;
    Ok(())
}

fn hash_of(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

pub(super) async fn found(tx: &mut Tx, id: i64) -> Result<Account, Wrong> {
    accounts::by_id(tx, id).await?.ok_or_else(|| Wrong::refused("There is no such account."))
}

/// Refuses what would leave nobody who can administer.
pub(super) async fn keeps_an_administrator(tx: &mut Tx, without: &Account) -> Result<(), Wrong> {
    // What lies in an envelope is for the day on which there is nobody; it is not counted as somebody.
    let sealed = envelopes::all(tx).await?;
    let manages =
        |a: &Account| a.active && a.role == Role::DataManager.name() && !sealed.contains(&a.id);
    let others = accounts::all(tx).await?;
    if manages(without) && !others.iter().any(|a| a.id != without.id && manages(a)) {
        return Err(Wrong::refused("This is the only data manager. Make another one first."));
    }
    Ok(())
}

/// The account that a form means, with only the reach that its role uses.
async fn meant(tx: &mut Tx, form: &Form) -> Result<Account, Wrong> {
    let role = Role::from_name(&form.role).ok_or_else(|| Wrong::refused("Choose a role."))?;
    let email = form.email.trim().to_lowercase();
    let (name, at) = (form.name.trim(), email.find('@'));
    if name.is_empty() {
        return Err(Wrong::refused("Enter the name."));
    }
    if at.is_none_or(|at| at == 0 || at + 1 == email.len()) || email.contains(char::is_whitespace) {
        return Err(Wrong::refused("Enter an email address, like jo@example.gov.uk."));
    }
    let by_place = matches!(role, Role::LocalityManager | Role::Adviser);
    if role == Role::LocalityManager && form.localities.is_empty() {
        return Err(Wrong::refused("Choose at least one locality for a locality manager."));
    }
    let organisation = Some(form.organisation.clone()).filter(|_| role.is_partner());
    if let Some(id) = &organisation {
        let named = organisations::names(tx, std::slice::from_ref(id)).await?;
        if named.is_empty() {
            return Err(Wrong::refused("Choose the organisation of a partner's account."));
        }
    }
    Ok(Account {
        id: 0,
        email,
        name: name.to_owned(),
        role: role.name().to_owned(),
        organisation,
        localities: if by_place { form.localities.join("\n") } else { String::new() },
        password_hash: String::new(),
        active: true,
        failures: 0,
        locked_until: None,
    })
}

/// An account's reach as the audit tells it; its owner's name is not part of it.
pub(super) fn told(account: &Account) -> String {
    let place =
        account.organisation.clone().unwrap_or_else(|| account.localities.replace('\n', ", "));
    match place.is_empty() {
        true => account.role.clone(),
        false => format!("{} of {place}", account.role),
    }
}
