//! Two accounts for the day on which nobody else can sign in. Password and device's secret are shown once, for
//! paper in a sealed envelope; made anew, what lay in the old ones is worth nothing.
//!
//! Invariant: whoever uses one needs both, has an hour, and is told of at once.

use domain::access::Role;
use store::accounts::{self, Account};
use store::{Tx, audit, envelopes, grants, sign_in};

use super::{hash_password, hex, totp};
use crate::context::{Context, Wrong};

const NUMBER: usize = 2;

/// What goes into one envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub email: String,
    pub password: String,
    /// The device's secret as authenticators read it.
    pub secret: String,
}

/// Makes both, in place of those that were there; both or neither, since a paper is worth something only once
/// it is told.
pub async fn seal(ctx: &Context) -> Result<Vec<Envelope>, Wrong> {
    // Hashing takes its time on purpose: it is over before the register is held.
    let mut chosen = Vec::new();
    for number in 1..=NUMBER {
        let password = totp::base32(&ctx.random::<20>());
        let hash = hash_password(ctx, &password, false)?;
        chosen.push((number, password, hash, ctx.random::<20>()));
    }
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    let mut all = Vec::new();
    for (number, password, hash, seed) in chosen {
        let email = format!("sealed-{number}@waymark");
        let id = one(ctx, &mut tx, &email, number).await?;
        accounts::set_password(&mut tx, id, &hash).await?;
        accounts::set_active(&mut tx, id, true).await?;
        sign_in::set_factor(&mut tx, id, &hex(&seed), &ctx.now()).await?;
        sign_in::confirm_factor(&mut tx, id, &ctx.now()).await?;
        envelopes::make(&mut tx, id, &ctx.now()).await?;
        crate::admin::note(ctx, &mut tx, None, "sealed account made", &format!("account {id}"))
            .await?;
        all.push(Envelope { email, password, secret: totp::base32(&seed) });
    }
    tx.commit().await?;
    Ok(all)
}

/// The account of an envelope, made where it is not there, and otherwise as it was when it was made: whatever
/// was done to it since, and whoever has a way into it.
async fn one(ctx: &Context, tx: &mut Tx, email: &str, number: usize) -> Result<i64, Wrong> {
    let account = Account {
        id: 0,
        email: email.to_owned(),
        name: format!("Sealed account {number}"),
        role: Role::DataManager.name().to_owned(),
        organisation: None,
        localities: String::new(),
        password_hash: String::new(),
        active: true,
        failures: 0,
        locked_until: None,
    };
    let Some(kept) = accounts::by_email(tx, email).await? else {
        return Ok(accounts::add(tx, &account).await?);
    };
    if !envelopes::is_sealed(tx, kept.id).await? {
        return Err(Wrong::refused(format!("Somebody has the address {email}.")));
    }
    accounts::update(tx, &Account { id: kept.id, ..account }).await?;
    accounts::end_ways(tx, kept.id, &ctx.now()).await?;
    grants::drop_asked(tx, kept.id).await?;
    Ok(kept.id)
}

/// Remembers the use of an account that lay in an envelope, in the unit of work that lets it in.
pub(super) async fn opened(ctx: &Context, tx: &mut Tx, account: i64) -> Result<(), Wrong> {
    if !envelopes::is_sealed(tx, account).await? {
        return Ok(());
    }
    let at = ctx.now();
    envelopes::used(tx, account, &at).await?;
    let entry = audit::Entry {
        at: &at,
        account: Some(account),
        act: "sealed account used",
        person: None,
        purpose: "sign-in",
        detail: "",
    };
    audit::write(tx, &entry).await?;
    tracing::error!(account, "a sealed account was used");
    Ok(())
}
