//! Coming back from another service with a code: the code is changed for a token by a call of our own, the
//! token is judged, and whoever it names is let in, joined to an account or proved anew.

use domain::access::{Claims, Expected, TokenFault, still_needed, strength, token_faults};
use formats::id_token::{Handed, TokenUnread, claims};
use jiff::{SignedDuration, Timestamp};
use store::accounts::{self, Account};
use store::outside::{self, Left, Provider};
use store::{Tx, grants, sign_in};

use super::service::{Heard, fetch, heard, heard_anew, silent};
use super::{AWAY_MINUTES, ELSEWHERE, GONE, belongs, digest, end_count, leave, return_address};
use crate::accounts::second::{Needed, needed};
use crate::accounts::sign_in::{Counted, begin, note};
use crate::accounts::{PROOF_MINUTES, TokenHash, hex, on_terms};
use crate::context::{Context, Wrong};
use crate::outbound::{Ask, escaped, pairs};

/// What the service's answer brought along.
#[derive(Clone, Debug, Default)]
pub struct Back {
    pub state: String,
    pub code: String,
    pub error: String,
    /// Who says that it answers.
    pub issuer: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrived {
    In,
    /// The new token stands for a sign-in that still needs the code of a device.
    Waits,
    /// Who it is was shown again; on to this address of ours.
    Proved(String),
    /// Nobody here is joined to this number of the service's.
    Unknown {
        service: String,
        subject: String,
    },
}

/// The browser that comes back: what it had when it left, what it gets, where from, what it calls itself.
pub struct Browser<'a> {
    pub had: TokenHash,
    pub gets: TokenHash,
    pub from: &'a str,
    pub name: &'a str,
    pub origin: &'a str,
}

/// Takes an answer of the service.
///
/// Errors: refused with a plain sentence for whatever is not the answer to a sign-in that this browser
/// began a moment ago, and for a token that is not good.
pub async fn come_back(
    ctx: &Context,
    provider: i64,
    back: &Back,
    browser: &Browser<'_>,
) -> Result<Arrived, Wrong> {
    let (provider, left) = began(ctx, provider, back, browser).await?;
    let heard = heard(ctx, &provider).await?;
    let named = back.issuer.as_deref();
    let must = heard.places.authorization_response_iss_parameter_supported;
    // Source: RFC 9207, section 2.4.
    if named.map_or(must, |issuer| issuer != provider.issuer) {
        return untrusted(ctx, &provider, TokenFault::Issuer.label()).await;
    }
    if !back.error.is_empty() {
        return Err(said_no(&provider, &back.error));
    }
    let token = change(ctx, (&provider, &heard), &left, (&back.code, browser.origin)).await?;
    let claims = match read(ctx, &provider, &heard, &token).await? {
        Ok(claims) => claims,
        Err(unread) => return untrusted(ctx, &provider, &unread.to_string()).await,
    };
    let expected = Expected {
        issuer: &provider.issuer,
        client: &provider.client,
        nonce: &left.nonce,
        now: ctx.device_seconds(),
        proof_within: (left.purpose == "prove").then_some(PROOF_MINUTES * 60),
    };
    let faults = token_faults(&claims, &expected);
    if !faults.is_empty() {
        let labels: Vec<&str> = faults.iter().map(|fault| fault.label()).collect();
        return untrusted(ctx, &provider, &labels.join(", ")).await;
    }
    match left.purpose.as_str() {
        "prove" => prove(ctx, &left, &claims, browser).await,
        _ => enter(ctx, &provider, &left, &claims, browser).await,
    }
}

/// The sign-in that this answers, used up.
async fn began(
    ctx: &Context,
    provider: i64,
    back: &Back,
    browser: &Browser<'_>,
) -> Result<(Provider, Left), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let left = outside::come_back(&mut tx, &digest(&back.state)).await?;
    tx.commit().await?;
    let left = left.filter(|left| {
        let made = left.made_at.parse::<Timestamp>().unwrap_or(Timestamp::MIN);
        let away = ctx.timestamp().duration_since(made);
        left.token_hash == hex(&browser.had)
            && left.provider == provider
            && away <= SignedDuration::from_mins(AWAY_MINUTES)
    });
    let left = left.ok_or_else(|| Wrong::refused(ELSEWHERE))?;
    let mut tx = ctx.db.begin_read().await?;
    let provider = outside::provider(&mut tx, provider).await?.filter(|one| one.active);
    Ok((provider.ok_or_else(|| Wrong::refused(GONE))?, left))
}

fn said_no(provider: &Provider, error: &str) -> Wrong {
    let name = &provider.name;
    Wrong::refused(match error {
        "access_denied" => format!("{name} did not let you in, or you stopped there. Begin again."),
        "temporarily_unavailable" | "server_error" => return silent(provider),
        _ => {
            let word: String =
                error.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
            format!(
                "{name} refused the sign-in. Tell your Waymark administrator that it said “{word}”."
            )
        }
    })
}

async fn untrusted(ctx: &Context, provider: &Provider, why: &str) -> Result<Arrived, Wrong> {
    tracing::warn!(provider = provider.id, why, "an answer of a sign-on service was not taken");
    let mut tx = ctx.db.begin().await?;
    note(ctx, &mut tx, None, &format!("sign-on {} refused: {why}", provider.id)).await?;
    tx.commit().await?;
    Err(Wrong::refused(format!(
        "The answer of {} could not be trusted, so nobody was signed in. Begin again; if it happens \
         again, tell your Waymark administrator: {why}.",
        provider.name
    )))
}

/// Changes the code for a token. Source: OpenID Connect Core 1.0, section 3.1.3; RFC 7636, section 4.5.
async fn change(
    ctx: &Context,
    (provider, heard): (&Provider, &Heard),
    left: &Left,
    (code, origin): (&str, &str),
) -> Result<String, Wrong> {
    let back = return_address(origin, provider.id);
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", back.as_str()),
        ("code_verifier", left.verifier.as_str()),
    ];
    let secret = Some(provider.secret.as_str()).filter(|secret| !secret.is_empty());
    let in_header = secret.filter(|_| heard.places.secret_in_header());
    if in_header.is_none() {
        form.push(("client_id", provider.client.as_str()));
        form.extend(secret.map(|secret| ("client_secret", secret)));
    }
    let ask = Ask {
        address: heard.places.token_endpoint.clone(),
        form: Some(pairs(&form)),
        proof: in_header.map(|secret| basic(&provider.client, secret)),
    };
    let body = fetch(ctx, ask).await.map_err(|cause| {
        tracing::warn!(provider = provider.id, %cause, "a code was not changed for a token");
        silent(provider)
    })?;
    Ok(Handed::read(&body).map_err(|_| silent(provider))?.id_token)
}

/// Source: RFC 6749, section 2.3.1.
fn basic(client: &str, secret: &str) -> String {
    use base64::Engine as _;
    let both = format!("{}:{}", escaped(client), escaped(secret));
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(both))
}

/// The token's claims; with the service's keys of now where those kept do not know the token's.
async fn read(
    ctx: &Context,
    provider: &Provider,
    heard: &Heard,
    token: &str,
) -> Result<Result<Claims, TokenUnread>, Wrong> {
    let first = claims(token, &heard.keys);
    if first != Err(TokenUnread::KeyUnknown) {
        return Ok(first);
    }
    let newer = heard_anew(ctx, provider).await?;
    Ok(newer.map_or(first, |newer| claims(token, &newer.keys)))
}

/// Lets in whoever the token names, after joining them where they came by an invitation.
async fn enter(
    ctx: &Context,
    provider: &Provider,
    left: &Left,
    claims: &Claims,
    browser: &Browser<'_>,
) -> Result<Arrived, Wrong> {
    let mut tx = ctx.db.begin().await?;
    grants::alone(&mut tx).await?;
    if let Some(invitation) = &left.invitation {
        join(ctx, &mut tx, provider, (invitation, &claims.subject)).await?;
    }
    let account = match outside::identity(&mut tx, &claims.issuer, &claims.subject).await? {
        Some(id) => accounts::by_id(&mut tx, id).await?,
        None => {
            let (service, subject) = (provider.name.clone(), claims.subject.clone());
            return Ok(Arrived::Unknown { service, subject });
        }
    };
    let account = account.filter(|account| account.active && belongs(account, provider));
    let account = account.ok_or_else(|| {
        Wrong::refused(format!(
            "The account that {} knows you by has ended or moved to another organisation. Ask your \
             Waymark administrator.",
            provider.name
        ))
    })?;
    let actor = on_terms(ctx, &mut tx, &account).await?;
    let actor = actor.map_err(|why| Wrong::refused(format!("You cannot sign in now: {why}.")))?;
    let classes: Vec<String> = provider.classes.lines().map(str::to_owned).collect();
    let strength = strength(claims.class.as_deref(), &claims.methods, &classes);
    let still = still_needed(actor.role, strength);
    end_count(&mut tx, browser.from).await?;
    note(ctx, &mut tx, Some(account.id), &format!("sign-on accepted: {}", still.reason)).await?;
    let wait = still.needed && needed(&mut tx, &actor).await? != Needed::Nothing;
    let counted = Counted::new(&account.email, browser.from);
    if wait {
        let who = (account.id, counted.place.as_str());
        sign_in::add_step(&mut tx, &hex(&browser.gets), who, (&provider.name, &ctx.now())).await?;
    }
    tx.commit().await?;
    if wait {
        return Ok(Arrived::Waits);
    }
    begin(ctx, &account, &counted, browser.gets, (browser.name, &provider.name)).await?;
    proved_there(ctx, &account, claims, browser.gets).await?;
    Ok(Arrived::In)
}

/// Joins the number to the invited account.
async fn join(
    ctx: &Context,
    tx: &mut Tx,
    provider: &Provider,
    (invitation, subject): (&str, &str),
) -> Result<(), Wrong> {
    let over =
        || Wrong::refused("This invitation was used already or is too old. Ask for another.");
    let (asked, account) = leave::fresh(ctx, tx, invitation).await?.ok_or_else(over)?;
    let found = accounts::by_id(tx, account).await?.filter(|a| a.active && belongs(a, provider));
    if asked != provider.id || found.is_none() {
        return Err(over());
    }
    if !outside::use_invitation(tx, invitation, &ctx.now()).await? {
        return Err(over());
    }
    let number = (provider.issuer.as_str(), subject);
    if !outside::join(tx, number, account, &ctx.now()).await? {
        return Err(Wrong::refused(format!(
            "Who you are at {} is joined to an account already. Sign in there, or ask your Waymark \
             administrator to part it first.",
            provider.name
        )));
    }
    note(ctx, tx, Some(account), &format!("joined to sign-on {} by invitation", provider.id)).await
}

/// When somebody last proved who they are is what the service says; silence is long ago.
async fn proved_there(
    ctx: &Context,
    account: &Account,
    claims: &Claims,
    token: TokenHash,
) -> Result<(), Wrong> {
    let ago = claims.authenticated.map(|at| (ctx.device_seconds() - at).max(0));
    let ago = SignedDuration::from_secs(ago.unwrap_or(i64::from(u32::MAX)));
    let at = ctx.timestamp().checked_sub(ago).unwrap_or(Timestamp::UNIX_EPOCH);
    let mut tx = ctx.db.begin().await?;
    accounts::session_proved(&mut tx, &hex(&token), &format!("{at:.6}")).await?;
    tx.commit().await?;
    tracing::debug!(account = account.id, "signed in by another service");
    Ok(())
}

/// Somebody signed in has shown again who they are, if it is they who came back.
async fn prove(
    ctx: &Context,
    left: &Left,
    claims: &Claims,
    browser: &Browser<'_>,
) -> Result<Arrived, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let known = outside::identity(&mut tx, &claims.issuer, &claims.subject).await?;
    let session = accounts::session(&mut tx, &hex(&browser.had)).await?;
    let same = known.is_some()
        && known == left.account
        && session.as_ref().map(|session| session.account) == known;
    if !same {
        note(ctx, &mut tx, left.account, "proof refused").await?;
        tx.commit().await?;
        return Err(Wrong::refused(
            "Somebody else came back than left. Sign in there as yourself.",
        ));
    }
    accounts::session_proved(&mut tx, &hex(&browser.had), &ctx.now()).await?;
    end_count(&mut tx, browser.from).await?;
    tx.commit().await?;
    Ok(Arrived::Proved(left.path.clone()))
}
