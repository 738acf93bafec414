//! Services that sign people in elsewhere: which there are, whom of theirs we know, invitations, and
//! sign-ins on their way there and back. Tokens and states arrive hashed.

use crate::engine::{Row, StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    PROVIDERS = "SELECT id, organisation, name, issuer, client, secret, classes, ended_at FROM sign_on_provider ORDER BY name, id";
    PROVIDER = "SELECT id, organisation, name, issuer, client, secret, classes, ended_at FROM sign_on_provider WHERE id = $1";
    PROVIDER_ADD = "INSERT INTO sign_on_provider (id, organisation, name, issuer, client, secret, classes, made_at, ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)";
    PROVIDER_SET = "UPDATE sign_on_provider SET name = $1, client = $2, secret = $3, classes = $4 WHERE id = $5";
    PROVIDER_END = "UPDATE sign_on_provider SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL";
    SESSIONS_END = "DELETE FROM session WHERE account IN (SELECT account FROM outside_identity WHERE issuer = $1)";
    IDENTITY = "SELECT account FROM outside_identity WHERE issuer = $1 AND subject = $2";
    IDENTITIES = "SELECT issuer, subject, made_at FROM outside_identity WHERE account = $1 ORDER BY issuer, subject";
    IDENTITY_ADD = "INSERT INTO outside_identity (issuer, subject, account, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (issuer, subject) DO NOTHING";
    IDENTITY_END = "DELETE FROM outside_identity WHERE account = $1 AND issuer = $2 AND subject = $3";
    IDENTITIES_END = "DELETE FROM outside_identity WHERE account = $1";
    INVITE = "INSERT INTO sign_on_invitation (token_hash, provider, account, made_at, used_at) VALUES ($1, $2, $3, $4, NULL)";
    INVITATION = "SELECT provider, account, made_at FROM sign_on_invitation WHERE token_hash = $1 AND used_at IS NULL";
    INVITATION_USE = "UPDATE sign_on_invitation SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL";
    INVITATIONS_END = "UPDATE sign_on_invitation SET used_at = $1 WHERE account = $2 AND used_at IS NULL";
    LEAVE = "INSERT INTO outside_sign_in (state_hash, token_hash, nonce, verifier, account, made_at, provider, purpose, path, invitation) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LEFT = "SELECT token_hash, nonce, verifier, account, made_at, provider, purpose, path, invitation FROM outside_sign_in WHERE state_hash = $1";
    LEFT_END = "DELETE FROM outside_sign_in WHERE state_hash = $1";
    LEFT_SWEEP = "DELETE FROM outside_sign_in WHERE made_at < $1";
}

/// A service that signs people in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    pub id: i64,
    /// Whose people it signs in; the council's where there is none.
    pub organisation: Option<String>,
    pub name: String,
    pub issuer: String,
    pub client: String,
    /// What it knows us by, opened.
    pub secret: String,
    /// Classes that stand for several factors, one a line.
    pub classes: String,
    pub active: bool,
}

const fn secret(row: i64) -> Cell<'static> {
    Cell::new("sign_on_provider", row, "secret")
}

fn read(row: &Row<'_>) -> Result<Provider, StoreError> {
    Ok(Provider {
        id: row.int(0)?,
        organisation: row.opt_text(1)?,
        name: row.text(2)?,
        issuer: row.text(3)?,
        client: row.text(4)?,
        secret: row.text(5)?,
        classes: row.text(6)?,
        active: row.opt_text(7)?.is_none(),
    })
}

fn opened(tx: &Tx, mut kept: Provider) -> Result<Provider, StoreError> {
    kept.secret = tx.unseal(&secret(kept.id), &kept.secret)?;
    Ok(kept)
}

pub async fn providers(tx: &mut Tx) -> Result<Vec<Provider>, StoreError> {
    let kept = tx.rows(PROVIDERS, args![], read).await?;
    kept.into_iter().map(|one| opened(tx, one)).collect()
}

pub async fn provider(tx: &mut Tx, id: i64) -> Result<Option<Provider>, StoreError> {
    let kept = tx.one(PROVIDER, args![id], read).await?;
    kept.map(|one| opened(tx, one)).transpose()
}

/// Keeps a new one, its secret sealed; its number.
pub async fn add_provider(tx: &mut Tx, p: &Provider, at: &str) -> Result<i64, StoreError> {
    let id = changes::take(tx, "sign_on_provider", 1).await?;
    let sealed = tx.seal(&secret(id), &p.secret)?;
    let organisation = p.organisation.as_deref();
    let values = args![id, organisation, &p.name, &p.issuer, &p.client, sealed, &p.classes, at];
    tx.run(PROVIDER_ADD, values).await?;
    Ok(id)
}

/// Changes what may change: the issuer and whose it is may not, since identities rest on them.
pub async fn set_provider(tx: &mut Tx, p: &Provider) -> Result<(), StoreError> {
    let sealed = tx.seal(&secret(p.id), &p.secret)?;
    tx.run(PROVIDER_SET, args![&p.name, &p.client, sealed, &p.classes, p.id]).await?;
    Ok(())
}

/// Ends a service, and the sessions of everybody whom it knows.
pub async fn end_provider(tx: &mut Tx, p: &Provider, at: &str) -> Result<(), StoreError> {
    tx.run(PROVIDER_END, args![at, p.id]).await?;
    tx.run(SESSIONS_END, args![&p.issuer]).await?;
    Ok(())
}

/// Somebody's number at an issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    pub made_at: String,
}

/// Whose account it is.
pub async fn identity(tx: &mut Tx, issuer: &str, subject: &str) -> Result<Option<i64>, StoreError> {
    tx.one(IDENTITY, args![issuer, subject], |row| row.int(0)).await
}

pub async fn identities(tx: &mut Tx, account: i64) -> Result<Vec<Identity>, StoreError> {
    tx.rows(IDENTITIES, args![account], |row| {
        Ok(Identity { issuer: row.text(0)?, subject: row.text(1)?, made_at: row.text(2)? })
    })
    .await
}

/// Whether the number was still nobody's.
pub async fn join(
    tx: &mut Tx,
    (issuer, subject): (&str, &str),
    account: i64,
    at: &str,
) -> Result<bool, StoreError> {
    Ok(tx.run(IDENTITY_ADD, args![issuer, subject, account, at]).await? == 1)
}

pub async fn part(
    tx: &mut Tx,
    account: i64,
    (issuer, subject): (&str, &str),
) -> Result<bool, StoreError> {
    Ok(tx.run(IDENTITY_END, args![account, issuer, subject]).await? == 1)
}

/// Parts an account from every number.
pub async fn part_all(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(IDENTITIES_END, args![account]).await?;
    Ok(())
}

/// The account's invitations that nobody has used no longer work.
pub async fn end_invitations(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    tx.run(INVITATIONS_END, args![at, account]).await?;
    Ok(())
}

/// Earlier invitations of the account no longer work.
pub async fn invite(
    tx: &mut Tx,
    hash: &str,
    (provider, account): (i64, i64),
    at: &str,
) -> Result<(), StoreError> {
    end_invitations(tx, account, at).await?;
    tx.run(INVITE, args![hash, provider, account, at]).await?;
    Ok(())
}

/// The provider, the account and when it was made, while it was not used.
pub async fn invitation(tx: &mut Tx, hash: &str) -> Result<Option<(i64, i64, String)>, StoreError> {
    let read = |row: &Row<'_>| Ok((row.int(0)?, row.int(1)?, row.text(2)?));
    tx.one(INVITATION, args![hash], read).await
}

/// Whether it was still unused.
pub async fn use_invitation(tx: &mut Tx, hash: &str, at: &str) -> Result<bool, StoreError> {
    Ok(tx.run(INVITATION_USE, args![at, hash]).await? == 1)
}

/// A sign-in on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The browser's, so that nobody brings back what another took there.
    pub token_hash: String,
    pub nonce: String,
    pub verifier: String,
    /// Who has to come back, where that is known.
    pub account: Option<i64>,
    pub made_at: String,
    pub provider: i64,
    pub purpose: String,
    pub path: String,
    /// The hash of the invitation that it began with.
    pub invitation: Option<String>,
}

pub async fn leave(tx: &mut Tx, state_hash: &str, left: &Left) -> Result<(), StoreError> {
    let (path, invitation) = (left.path.as_str(), left.invitation.as_deref());
    let (purpose, at) = (left.purpose.as_str(), left.made_at.as_str());
    let values = args![
        state_hash,
        &left.token_hash,
        &left.nonce,
        &left.verifier,
        left.account,
        at,
        left.provider,
        purpose,
        path,
        invitation,
    ];
    tx.run(LEAVE, values).await?;
    Ok(())
}

/// What began under this state; it is used up by asking.
pub async fn come_back(tx: &mut Tx, state_hash: &str) -> Result<Option<Left>, StoreError> {
    let left = tx
        .one(LEFT, args![state_hash], |row| {
            Ok(Left {
                token_hash: row.text(0)?,
                nonce: row.text(1)?,
                verifier: row.text(2)?,
                account: row.opt_int(3)?,
                made_at: row.text(4)?,
                provider: row.opt_int(5)?.unwrap_or(0),
                purpose: row.opt_text(6)?.unwrap_or_default(),
                path: row.opt_text(7)?.unwrap_or_default(),
                invitation: row.opt_text(8)?,
            })
        })
        .await?;
    // Two requests with one state: only one of them takes it.
    let taken = tx.run(LEFT_END, args![state_hash]).await? == 1;
    Ok(left.filter(|_| taken))
}

/// Forgets sign-ins that nobody finished.
pub async fn sweep(tx: &mut Tx, before: &str) -> Result<(), StoreError> {
    tx.run(LEFT_SWEEP, args![before]).await?;
    Ok(())
}
