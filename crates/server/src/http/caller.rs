//! Where a request comes from, for counting wrong passwords. The listener writes the peer's address down;
//! a proxy on this machine, or one that the council listed, is believed about the hops it names, anybody
//! else is not.

use super::page_error::PageError;
use axum::{extract::FromRequestParts, http::request::Parts};
use std::{net::IpAddr, sync::Arc};

/// Who is believed about whom a request comes from: this machine, and the proxies that were listed.
#[derive(Clone, Debug, Default)]
pub struct Proxies(Arc<[IpAddr]>);

impl Proxies {
    pub fn listed(addresses: &[IpAddr]) -> Self {
        Self(addresses.iter().map(IpAddr::to_canonical).collect())
    }

    /// Whether what it says of its guests is believed, and whether it speaks for many.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.0.contains(&address)
    }
}

/// The other end of the connection, as the listener saw it.
#[derive(Clone, Debug)]
pub struct Peer {
    pub address: IpAddr,
    pub proxies: Proxies,
}

/// The address that a request speaks from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        let Some(peer) = parts.extensions.get::<Peer>() else {
            return Ok(Self("unknown".to_owned()));
        };
        let lines = parts.headers.get_all("x-forwarded-for").iter();
        // What cannot be read is a hop that nobody can be told by: it ends the walk.
        let lines: Vec<&str> = lines.map(|line| line.to_str().unwrap_or("")).collect();
        Ok(Self(caller(peer, &lines).to_string()))
    }
}

/// The nearest hop that is no proxy of ours. Each proxy adds whom it saw at the right, so the walk goes from
/// there to the first that is not believed: what stands before it was written by whoever asked.
fn caller(peer: &Peer, forwarded: &[&str]) -> IpAddr {
    let mut nearest = peer.address.to_canonical();
    for hop in forwarded.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !peer.proxies.trusts(nearest) {
            break;
        }
        let Ok(named) = hop.trim().parse::<IpAddr>() else { break };
        nearest = named.to_canonical();
    }
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    const HERE: &str = "127.0.0.1";
    const PROXY: &str = "192.0.2.10";
    const THERE: &str = "198.51.100.7";

    async fn said(peer: Option<&str>, lines: &[&str]) -> String {
        let mut request = Request::builder();
        for line in lines {
            request = request.header("x-forwarded-for", *line);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        if let Some(peer) = peer {
            let proxies = Proxies::listed(&[PROXY.parse().unwrap()]);
            parts.extensions.insert(Peer { address: peer.parse().unwrap(), proxies });
        }
        Caller::from_request_parts(&mut parts, &()).await.unwrap().0
    }

    #[tokio::test]
    async fn only_this_machine_and_listed_proxies_are_believed_and_only_about_their_own_guest() {
        let cases: &[(Option<&str>, &[&str], &str)] = &[
            (Some(THERE), &[], THERE),
            (Some(THERE), &["203.0.113.9"], THERE),
            // Naming our proxy does not make it ours.
            (Some(THERE), &["203.0.113.9, 192.0.2.10"], THERE),
            (Some(HERE), &[], HERE),
            (Some(HERE), &["203.0.113.9"], "203.0.113.9"),
            (Some(HERE), &["10.0.0.1, 203.0.113.9"], "203.0.113.9"),
            (Some(HERE), &["nonsense"], HERE),
            (Some(PROXY), &["203.0.113.9"], "203.0.113.9"),
            (Some("::ffff:192.0.2.10"), &["203.0.113.9"], "203.0.113.9"),
            // A forged first hop, our other proxies behind it, in one line or in two.
            (Some(PROXY), &["10.9.9.9, 203.0.113.9, 127.0.0.1"], "203.0.113.9"),
            (Some(HERE), &["10.9.9.9, 203.0.113.9", "192.0.2.10"], "203.0.113.9"),
            (Some(HERE), &["10.9.9.9, nonsense, 192.0.2.10"], PROXY),
            (None, &["203.0.113.9"], "unknown"),
        ];
        for (peer, lines, wanted) in cases {
            assert_eq!(said(*peer, lines).await, *wanted, "{peer:?} {lines:?}");
        }
    }
}
