//! Leaving for another service, and which there are to leave for.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Actor;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::outside::{self, Left, Provider};
use store::{Tx, organisations};

use super::{AWAY_MINUTES, GONE, INVITATION_HOURS, PROVED_SECONDS};
use super::{count_leaving, digest, return_address, service};
use crate::accounts::{TokenHash, hex};
use crate::context::{Context, Wrong};
use crate::outbound::pairs;

/// What somebody leaves for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    In,
    /// With the secret of an invitation, to join their account to who they are there.
    Join(String),
    /// Somebody signed in proves who they are, and goes on to an address of ours.
    Prove(i64, String),
}

/// Services that people may be sent to: the council's first, then the partners' by name.
pub async fn offered(ctx: &Context) -> Result<(Vec<Provider>, Vec<Provider>), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let all = outside::providers(&mut tx).await?.into_iter().filter(|one| one.active);
    Ok(all.partition(|one| one.organisation.is_none()))
}

/// Services that an account is joined to.
pub async fn provers(ctx: &Context, actor: &Actor) -> Result<Vec<Provider>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    joined(&mut tx, actor.account).await
}

pub(crate) async fn joined(tx: &mut Tx, account: i64) -> Result<Vec<Provider>, Wrong> {
    let known = outside::identities(tx, account).await?;
    let all = outside::providers(tx).await?.into_iter();
    let all = all.filter(|one| one.active && known.iter().any(|k| k.issuer == one.issuer));
    Ok(all.collect())
}

/// Begins a sign-in there; the address to send the browser to.
pub async fn leave(
    ctx: &Context,
    provider: i64,
    errand: Errand,
    (token, from, origin): (TokenHash, &str, &str),
) -> Result<String, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let found = outside::provider(&mut tx, provider).await?.filter(|one| one.active);
    drop(tx);
    let provider = found.ok_or_else(|| Wrong::refused(GONE))?;
    count_leaving(ctx, from).await?;
    let heard = service::heard(ctx, &provider).await?;
    let secret = || hex(&ctx.random::<32>());
    let (state, nonce, verifier) = (secret(), secret(), secret());
    let (purpose, account, path, invitation) = match errand {
        Errand::In => ("in", None, String::new(), None),
        Errand::Join(secret) => ("join", None, String::new(), Some(digest(&secret))),
        Errand::Prove(account, path) => ("prove", Some(account), path, None),
    };
    let left = Left {
        token_hash: hex(&token),
        nonce: nonce.clone(),
        verifier: verifier.clone(),
        account,
        made_at: ctx.now(),
        provider: provider.id,
        purpose: purpose.to_owned(),
        path,
        invitation,
    };
    let oldest = ctx.timestamp() - SignedDuration::from_mins(AWAY_MINUTES);
    let mut tx = ctx.db.begin().await?;
    outside::sweep(&mut tx, &format!("{oldest:.6}")).await?;
    outside::leave(&mut tx, &digest(&state), &left).await?;
    tx.commit().await?;
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
    let back = return_address(origin, provider.id);
    let proved = if purpose == "prove" { "0".to_owned() } else { PROVED_SECONDS.to_string() };
    let mut asked = vec![
        ("response_type", "code"),
        ("scope", "openid"),
        ("client_id", provider.client.as_str()),
        ("redirect_uri", back.as_str()),
        ("state", state.as_str()),
        ("nonce", nonce.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("max_age", proved.as_str()),
    ];
    if purpose == "prove" {
        asked.push(("prompt", "login"));
    }
    Ok(with(&heard.places.authorization_endpoint, &pairs(&asked)))
}

fn with(address: &str, query: &str) -> String {
    let joint = if address.contains('?') { '&' } else { '?' };
    format!("{address}{joint}{query}")
}

/// Where somebody signs out of the service itself, if it has such a place.
pub async fn leave_there(
    ctx: &Context,
    provider: i64,
    origin: &str,
) -> Result<Option<String>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let found = outside::provider(&mut tx, provider).await?.filter(|one| one.active);
    drop(tx);
    let Some(provider) = found else { return Ok(None) };
    let heard = service::heard(ctx, &provider).await?;
    let after = format!("{origin}/sign-in");
    let asked = pairs(&[("client_id", &provider.client), ("post_logout_redirect_uri", &after)]);
    Ok(heard.places.end_session_endpoint.as_ref().map(|address| with(address, &asked)))
}

/// The service and the account's organisation that an invitation is for, while it works.
pub async fn invited(ctx: &Context, secret: &str) -> Result<Option<(Provider, String)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let Some((provider, ..)) = fresh(ctx, &mut tx, &digest(secret)).await? else {
        return Ok(None);
    };
    let Some(provider) = outside::provider(&mut tx, provider).await?.filter(|one| one.active)
    else {
        return Ok(None);
    };
    let council = organisations::setting(&mut tx, "council_name").await?.unwrap_or_default();
    Ok(Some((provider, council)))
}

/// The service and the account of an invitation that is young and unused.
pub(super) async fn fresh(
    ctx: &Context,
    tx: &mut Tx,
    hash: &str,
) -> Result<Option<(i64, i64)>, Wrong> {
    let found = outside::invitation(tx, hash).await?;
    Ok(found.and_then(|(provider, account, made_at)| {
        let made = made_at.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
        let most = SignedDuration::from_hours(INVITATION_HOURS);
        (ctx.timestamp().duration_since(made) <= most).then_some((provider, account))
    }))
}
