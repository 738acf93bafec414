//! What a service says of itself: where it is asked, and its keys. Kept for some minutes, so that it is
//! not asked at every click; asked again at once when a token is signed with a key that is not among them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use formats::id_token::{KeySet, Places};
use store::outside::Provider;

use crate::context::{Context, Wrong};
use crate::outbound::{Ask, fit, stands_here};

/// Units: seconds.
const KEPT: i64 = 600;
/// Somebody who sends false keys does not make us ask more often than this. Units: seconds.
const AGAIN: i64 = 10;

/// A service as it was last heard.
pub(super) struct Heard {
    pub places: Places,
    pub keys: KeySet,
    at: i64,
}

/// What this process has heard.
#[derive(Default)]
pub struct Memory(Mutex<HashMap<i64, Arc<Heard>>>);

impl Memory {
    fn get(&self, id: i64) -> Option<Arc<Heard>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn keep(&self, id: i64, heard: &Arc<Heard>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(id, Arc::clone(heard));
    }
}

/// The service as it was heard within minutes.
pub(super) async fn heard(ctx: &Context, provider: &Provider) -> Result<Arc<Heard>, Wrong> {
    let now = ctx.device_seconds();
    match ctx.services.get(provider.id).filter(|heard| (0..KEPT).contains(&(now - heard.at))) {
        Some(heard) => Ok(heard),
        None => hear(ctx, provider).await,
    }
}

/// The service as it is now, unless it was heard a moment ago.
pub(super) async fn heard_anew(
    ctx: &Context,
    provider: &Provider,
) -> Result<Option<Arc<Heard>>, Wrong> {
    let now = ctx.device_seconds();
    match ctx.services.get(provider.id) {
        Some(heard) if (0..AGAIN).contains(&(now - heard.at)) => Ok(None),
        _ => hear(ctx, provider).await.map(Some),
    }
}

async fn hear(ctx: &Context, provider: &Provider) -> Result<Arc<Heard>, Wrong> {
    let (places, keys) = ask_all(ctx, &provider.issuer).await.map_err(|cause| {
        tracing::warn!(provider = provider.id, %cause, "a sign-on service was not heard");
        silent(provider)
    })?;
    let heard = Arc::new(Heard { places, keys, at: ctx.device_seconds() });
    ctx.services.keep(provider.id, &heard);
    Ok(heard)
}

/// What somebody reads whose service does not answer.
pub(super) fn silent(provider: &Provider) -> Wrong {
    Wrong::refused(format!(
        "{} does not answer now, so it cannot sign you in. Nothing is wrong with your account. Try again \
         in a few minutes, or use your Waymark password if you have one.",
        provider.name
    ))
}

/// Whether an issuer answers as a sign-on service does; a sentence about what is wrong with it.
pub async fn check(ctx: &Context, issuer: &str) -> Result<(), String> {
    ask_all(ctx, issuer).await.map(drop)
}

/// Source: OpenID Connect Discovery 1.0, sections 4.1 and 4.3.
async fn ask_all(ctx: &Context, issuer: &str) -> Result<(Places, KeySet), String> {
    let here = stands_here(issuer);
    if !fit(issuer, here) || issuer.contains('?') {
        return Err("the issuer is not an address that begins with https://".to_owned());
    }
    let page = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
    let places = Places::read(&fetch(ctx, Ask::get(&page)).await?);
    let places = places.map_err(|_| "its page about itself cannot be read".to_owned())?;
    if places.issuer != issuer {
        return Err(format!("it calls itself {}", places.issuer));
    }
    let end = places.end_session_endpoint.as_ref();
    let all = [&places.authorization_endpoint, &places.token_endpoint, &places.jwks_uri];
    if !all.into_iter().chain(end).all(|address| fit(address, here)) {
        return Err("it names an address that does not begin with https://".to_owned());
    }
    let keys = KeySet::read(&fetch(ctx, Ask::get(&places.jwks_uri)).await?);
    let keys = keys.map_err(|_| "its keys cannot be read".to_owned())?;
    Ok((places, keys))
}

pub(super) async fn fetch(ctx: &Context, ask: Ask) -> Result<Vec<u8>, String> {
    let outbound = ctx.outbound.as_ref().ok_or("this process asks nobody")?;
    match outbound.ask(ask).await? {
        (200, body) => Ok(body),
        (status, _) => Err(format!("it answered with {status}")),
    }
}
