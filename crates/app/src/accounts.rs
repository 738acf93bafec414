//! Accounts of our own: passwords, sessions, and what an account may reach.

mod envelopes;
mod home;
mod kept_waiting;
pub mod outside;
mod second;
mod sessions;
mod sign_in;
pub mod totp;

pub use envelopes::{Envelope, seal};
pub(crate) use home::lives_by;
pub use home::{has_postcode, keep_own_postcode, keep_postcode, own_postcode};
pub(crate) use kept_waiting::KeptWaiting;
pub use kept_waiting::write_kept_waiting;
pub use second::{
    Device, Started, Waiting, agree_recovery, enter, has_device, recovery, start_recovery, waiting,
};
pub use sessions::{
    PROOF_MINUTES, Session, drafts, end_all as end_sessions, end_draft, end_own as end_own_session,
    is_fresh, keep_draft, of as sessions_of, own as own_sessions, prove, sweep as sweep_sessions,
};
pub(crate) use sign_in::place_of;
pub use sign_in::{Entered, sign_in};

use std::collections::{BTreeMap, BTreeSet};

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use domain::access::{
    ATTESTED_DAYS, Actor, Attested, Limits, Role, SEALED, Scope, Terms, attested, limits,
    listed_since, password_fault,
};
use jiff::{SignedDuration, Timestamp};
use store::accounts::Account;
use store::{Tx, accounts, audit, emergency};

use crate::agreement;
use crate::context::{Context, Wrong};

/// SHA-256 of a browser's token. The token itself is never known here.
pub type TokenHash = [u8; 32];

/// Hashes a password for keeping. `light` is for demonstrations only, whose passwords are public.
pub fn hash_password(ctx: &Context, password: &str, light: bool) -> Result<String, Wrong> {
    let params =
        if light { Params::new(1024, 1, 1, None) } else { Params::new(19 * 1024, 2, 1, None) };
    let params = params.map_err(|e| Wrong::Failed(e.to_string()))?;
    let salt: [u8; 16] = ctx.random();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| Wrong::Failed(e.to_string()))
}

/// Whether an account's owner may choose a password.
///
/// Errors: refused with why not.
pub async fn acceptable(
    ctx: &Context,
    (name, email): (&str, &str),
    password: &str,
) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let council = store::organisations::setting(&mut tx, "council_name").await?;
    let council = council.unwrap_or_default();
    let own = [council.as_str(), "Waymark", name, email];
    match password_fault(password, &own) {
        Some(fault) => Err(Wrong::Refused(fault)),
        None => Ok(()),
    }
}

/// Adds an account.
pub async fn add(
    ctx: &Context,
    tx: &mut Tx,
    (email, name, role): (&str, &str, Role),
    (organisation, localities): (Option<String>, &[String]),
    password_hash: String,
) -> Result<i64, Wrong> {
    let account = Account {
        id: 0,
        email: email.trim().to_lowercase(),
        name: name.to_owned(),
        role: role.name().to_owned(),
        organisation,
        localities: localities.join("\n"),
        password_hash,
        active: true,
        failures: 0,
        locked_until: None,
    };
    let id = accounts::add(tx, &account).await?;
    if role.is_partner() {
        // Whoever makes the account answers for it until the organisation's contact does.
        accounts::attest(tx, id, "the council", &ctx.today().to_string()).await?;
    }
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: None,
        act: "account made",
        person: None,
        purpose: "administration",
        detail: role.name(),
    };
    audit::write(tx, &entry).await?;
    Ok(id)
}

/// Who an account is and how far it reaches. An unknown role reaches nobody, and so does a partner
/// without an organisation.
pub fn actor(account: &Account) -> Option<Actor> {
    let role = Role::from_name(&account.role)?;
    if role.is_partner() && account.organisation.is_none() {
        return None;
    }
    let localities: BTreeSet<String> =
        account.localities.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect();
    let scope = Scope::of(role, account.id, account.organisation.as_deref(), localities);
    Some(Actor { account: account.id, name: account.name.clone(), role, scope })
}

/// What is known of partners' terms, for whoever asks for many accounts in one reading.
pub(crate) type KnownTerms = BTreeMap<String, Terms>;

/// The same with the terms of a partner's agreements; why a partner's account does not work now.
pub(crate) async fn on_terms(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
) -> Result<Result<Actor, String>, Wrong> {
    on_known_terms(ctx, tx, account, &mut KnownTerms::new()).await
}

/// The same, reading the agreements of each partner once.
pub(crate) async fn on_known_terms(
    ctx: &Context,
    tx: &mut Tx,
    account: &Account,
    known: &mut KnownTerms,
) -> Result<Result<Actor, String>, Wrong> {
    let Some(actor) = actor(account) else {
        return Ok(Err("the account has no role that this program knows".to_owned()));
    };
    let Some(partner) = account.organisation.as_deref().filter(|_| actor.role.is_partner()) else {
        return Ok(Ok(actor));
    };
    if let Err(reason) = vouched(ctx, tx, account.id).await? {
        return Ok(Err(reason));
    }
    let terms = match known.get(partner) {
        Some(terms) => terms.clone(),
        None => agreement::terms_of(ctx, tx, partner).await?,
    };
    known.insert(partner.to_owned(), terms.clone());
    Ok(Ok(as_agreed(ctx, actor, terms)))
}

/// A partner's actor on these terms, by whichever door it comes: its people sign in, its system shows a
/// token. Whom its lists name is asked for both as of today.
pub(crate) fn as_agreed(ctx: &Context, mut actor: Actor, terms: Terms) -> Actor {
    actor.scope.terms = terms;
    actor.scope.listed_since = Some(listed_since(ctx.today()));
    actor
}

/// Who an account stands for where nobody is at the door, as a schedule asks; nobody where it does not
/// work now, or no agreement gives it anything.
pub(crate) async fn absent(
    ctx: &Context,
    tx: &mut Tx,
    account: Option<i64>,
) -> Result<Option<Actor>, Wrong> {
    let Some(id) = account else { return Ok(None) };
    let Some(account) = accounts::by_id(tx, id).await?.filter(|account| account.active) else {
        return Ok(None);
    };
    Ok(on_terms(ctx, tx, &account).await?.ok().filter(|actor| actor.wanting().is_none()))
}

/// Whether somebody still answers for a partner's account; why it does not work otherwise.
pub(crate) async fn vouched(
    ctx: &Context,
    tx: &mut Tx,
    account: i64,
) -> Result<Result<(), String>, Wrong> {
    let said = accounts::attested(tx, account).await?.and_then(|day| day.parse().ok());
    Ok(match attested(said, ctx.today()) {
        Attested::Lapsed => Err(format!(
            "nobody at your organisation has confirmed for {ATTESTED_DAYS} days that you need this account"
        )),
        _ => Ok(()),
    })
}

/// Who a token stands for.
#[allow(clippy::large_enum_variant, reason = "made once a request and taken apart at once")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    Nobody,
    /// With when their session is over, which for an account that lay sealed is sooner than for its role.
    In(Actor, Limits),
    /// Their session ran out: what they send now may be given back to this account.
    RanOut(i64),
}

/// Who holds this token, if it still counts.
pub async fn signed_in(ctx: &Context, token: TokenHash) -> Result<Known, Wrong> {
    let hash = hex(&token);
    let mut tx = ctx.db.begin_read().await?;
    let Some(session) = accounts::session(&mut tx, &hash).await? else { return Ok(Known::Nobody) };
    let account = accounts::by_id(&mut tx, session.account).await?;
    let Some(account) = account.filter(|account| account.active) else { return Ok(Known::Nobody) };
    // An agreement that ended since the last request ends with this one what rested on it.
    let Ok(mut actor) = on_terms(ctx, &mut tx, &account).await? else {
        return Ok(Known::Nobody);
    };
    actor.scope.opened = emergency::opened(&mut tx, &hash, &ctx.now()).await?;
    let sealed = store::envelopes::is_sealed(&mut tx, account.id).await?;
    drop(tx);
    let limits = if sealed { SEALED } else { limits(actor.role) };
    let now = ctx.timestamp();
    let over = |since: &str, most: SignedDuration| {
        since.parse::<Timestamp>().map_or(true, |since| now.duration_since(since) > most)
    };
    if over(&session.seen_at, SignedDuration::from_mins(limits.idle_minutes))
        || over(&session.made_at, SignedDuration::from_hours(limits.absolute_hours))
    {
        return Ok(Known::RanOut(account.id));
    }
    // Once a minute is often enough to know that somebody is there, and spares a write a page.
    if over(&session.seen_at, SignedDuration::from_mins(1)) {
        let mut tx = ctx.db.begin().await?;
        accounts::session_seen(&mut tx, &hash, &ctx.now()).await?;
        tx.commit().await?;
    }
    Ok(Known::In(actor, limits))
}

/// Ends a session; the service that it began at, if it began at one, where one may still be signed in.
pub async fn sign_out(ctx: &Context, token: TokenHash) -> Result<Option<i64>, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let session = accounts::session(&mut tx, &hex(&token)).await?;
    accounts::end_session(&mut tx, &hex(&token)).await?;
    let began = match &session {
        Some(session) => outside::joined(&mut tx, session.account).await?,
        None => Vec::new(),
    };
    tx.commit().await?;
    let how = session.map(|session| session.how).unwrap_or_default();
    // The session says the service's whole name, and where our code came on top, that too.
    let began_at = |service: &str| matches!(how.strip_prefix(service), Some("" | " and code"));
    Ok(began.into_iter().find(|service| began_at(&service.name)).map(|one| one.id))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
