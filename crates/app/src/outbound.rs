//! Asking another machine: the one way out of this program, given to journeys by the wiring, so that a
//! journey names what it asks and never how.

use std::future::Future;
use std::pin::Pin;

/// One question.
#[derive(Clone, Debug)]
pub struct Ask {
    pub address: String,
    /// Sent by POST, escaped already; asked by GET where there is none.
    pub form: Option<String>,
    /// The value of an `Authorization` header.
    pub proof: Option<String>,
}

impl Ask {
    pub fn get(address: &str) -> Ask {
        Ask { address: address.to_owned(), form: None, proof: None }
    }
}

/// Status and body, or why there was no answer.
pub type Answer = Result<(u16, Vec<u8>), String>;

/// Who asks other machines.
pub trait Outbound: Send + Sync {
    fn ask(&self, ask: Ask) -> Pin<Box<dyn Future<Output = Answer> + Send + '_>>;
}

/// A text within a query or a form. Source: RFC 3986, section 2.3, for what stays as it is.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// Pairs as a query or a form holds them.
pub fn pairs(all: &[(&str, &str)]) -> String {
    let each = all.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    each.collect::<Vec<_>>().join("&")
}

/// Whether an address may be asked: HTTPS, or plain HTTP on this machine where `here` says that the whole
/// service stands on it. Nothing before the host, nothing after a `#`.
pub fn fit(address: &str, here: bool) -> bool {
    let authority = |rest: &str| rest.split(['/', '?']).next().unwrap_or("").to_owned();
    let plain = |host: &str| {
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
    };
    if address.contains(['#', '\\', ' ']) || !address.bytes().all(|b| b.is_ascii_graphic()) {
        return false;
    }
    match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
        (Some(rest), _) => plain(&authority(rest)),
        (_, Some(rest)) => here && is_here(&authority(rest)),
        _ => false,
    }
}

/// Whether a service stands on this machine, as in tests.
pub fn stands_here(issuer: &str) -> bool {
    let rest = issuer.strip_prefix("http://").unwrap_or("");
    is_here(rest.split(['/', '?']).next().unwrap_or(""))
}

fn is_here(authority: &str) -> bool {
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "80"));
    ["127.0.0.1", "localhost", "[::1]"].contains(&host) && port.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_asked_and_plain_http_of_a_service_on_this_machine() {
        for (address, here, wanted) in [
            ("https://login.example/a?b=c", false, true),
            ("https://login.example:8443", false, true),
            ("http://login.example/", false, false),
            ("http://login.example/", true, false),
            ("http://127.0.0.1:9000/a", true, true),
            ("http://127.0.0.1:9000/a", false, false),
            ("http://127.0.0.1:80@evil.test/", true, false),
            ("http://127.0.0.1.evil.test/", true, false),
            ("https://me@evil.test/", false, false),
            ("https://evil.test#@login.example", false, false),
            ("file:///etc/passwd", true, false),
            ("https://", false, false),
            ("", true, false),
        ] {
            assert_eq!(fit(address, here), wanted, "{address} {here}");
        }
    }

    #[test]
    fn what_stands_in_a_query_is_escaped() {
        assert_eq!(pairs(&[("a b", "c&d=é"), ("e", "~")]), "a%20b=c%26d%3D%C3%A9&e=~");
    }
}
