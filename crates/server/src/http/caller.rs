//! Where a request comes from, for counting wrong passwords. The listener writes the peer's address down;
//! a proxy on this machine is believed about the last hop it names, anybody else is not.

use super::page_error::PageError;
use axum::{extract::FromRequestParts, http::request::Parts};
use std::net::IpAddr;

/// The other end of the connection, as the listener saw it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The address that a request speaks from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let forwarded = forwarded.and_then(|value| value.to_str().ok());
        let peer = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Ok(Self(caller(peer, forwarded)))
    }
}

fn caller(peer: Option<IpAddr>, forwarded: Option<&str>) -> String {
    let named = forwarded.and_then(|line| line.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
    let believed = named.filter(|_| peer.is_some_and(|peer| peer.is_loopback()));
    believed.or(peer).map_or_else(|| "unknown".to_owned(), |address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_on_this_machine_is_believed_and_only_about_its_own_guest() {
        let here = Some("127.0.0.1".parse().unwrap());
        let there = Some("198.51.100.7".parse().unwrap());
        for (peer, line, wanted) in [
            (there, None, "198.51.100.7"),
            (there, Some("203.0.113.9"), "198.51.100.7"),
            (here, None, "127.0.0.1"),
            (here, Some("203.0.113.9"), "203.0.113.9"),
            (here, Some("10.0.0.1, 203.0.113.9"), "203.0.113.9"),
            (here, Some("nonsense"), "127.0.0.1"),
            (None, None, "unknown"),
        ] {
            assert_eq!(caller(peer, line), wanted, "{peer:?} {line:?}");
        }
    }
}
