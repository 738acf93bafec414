//! The cookie: an opaque 256-bit token. The server stores only its hash; the forgery
//! token in forms is derived from it, so nothing else needs remembering. Over HTTPS the
//! cookie carries the `__Host-` prefix, which ties it to this host and to Secure.
//!
//! An administrator's is `Strict` once they are signed in, where browsers tell us where a request begins: it goes
//! along with none that begins on another site. Whoever follows a link from elsewhere comes without it, so their
//! page is asked for again from here, and nobody's session is given away for it. Beside it lies a mark without any
//! secret, which says that it was made strict.

use super::edge::Origin;
use app::accounts::TokenHash;
use axum::http::{HeaderMap, HeaderValue, header};
use rand::RngExt;
use sha2::{Digest, Sha256};
use std::fmt::Write;

const SECURE_NAME: &str = "__Host-waymark";
const PLAIN_NAME: &str = "waymark";
const SECURE_MARK: &str = "__Host-waymark-strict";
const PLAIN_MARK: &str = "waymark-strict";

/// The secret the browser holds. Never logged, never stored: only `hash` is.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn fresh() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the edge is wiring: tokens are drawn here")]
        let bytes: [u8; 32] = rand::rng().random();
        Self(hex(&bytes))
    }

    pub fn parse(text: &str) -> Option<Self> {
        let shaped = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        shaped.then(|| Self(text.to_owned()))
    }

    /// What may be stored, and what `app` is asked about.
    pub fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// The value forms carry. Knowing it does not reveal the token.
    pub fn forgery_token(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(format!("waymark form {}", self.0)).into();
        hex(&digest)
    }
}

/// The token the browser sent, if it is shaped like one of ours.
pub fn read(headers: &HeaderMap, origin: &Origin) -> Option<Token> {
    value(headers, name(origin)).and_then(Token::parse)
}

fn value<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

/// Sets the cookie for this browser session; expiry is the server's business. It is Lax until somebody is signed
/// in, since it has to be there when they come back from a sign-on service. Requests that others forge are
/// `forgery`'s to refuse.
pub fn give(token: &Token, origin: &Origin) -> HeaderValue {
    line(&format!("{}={}; Path=/; HttpOnly; SameSite=Lax", name(origin), token.0), origin)
}

/// Whether this browser's cookie was made strict.
pub fn is_strict(headers: &HeaderMap, origin: &Origin) -> bool {
    value(headers, mark(origin)).is_some()
}

/// Makes the cookie strict, and sets the mark that says so. Nothing where we are not told where a request begins: a
/// page that was asked for from elsewhere could not be asked for again then, and the session would be lost.
pub fn make_strict(token: &Token, origin: &Origin) -> Vec<HeaderValue> {
    if !origin.is_trustworthy() {
        return Vec::new();
    }
    vec![
        line(&format!("{}={}; Path=/; HttpOnly; SameSite=Strict", name(origin), token.0), origin),
        line(&format!("{}=1; Path=/; HttpOnly; SameSite=Lax", mark(origin)), origin),
    ]
}

/// Takes the mark away.
pub fn take_mark_back(origin: &Origin) -> HeaderValue {
    line(&format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", mark(origin)), origin)
}

/// Takes the cookie away.
pub fn take_back(origin: &Origin) -> HeaderValue {
    line(&format!("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax", name(origin)), origin)
}

fn line(text: &str, origin: &Origin) -> HeaderValue {
    let secure = if origin.is_https() { "; Secure" } else { "" };
    HeaderValue::try_from(format!("{text}{secure}")).expect("names and hex are header-safe")
}

fn name(origin: &Origin) -> &'static str {
    if origin.is_https() { SECURE_NAME } else { PLAIN_NAME }
}

fn mark(origin: &Origin) -> &'static str {
    if origin.is_https() { SECURE_MARK } else { PLAIN_MARK }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn https() -> Origin {
        Origin::parse("https://waymark.example.gov.uk").unwrap()
    }

    #[test]
    fn a_cookie_over_https_is_tied_to_the_host() {
        let cookie = give(&Token::fresh(), &https());
        let text = cookie.to_str().unwrap();
        assert!(text.starts_with("__Host-waymark="));
        assert!(text.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"));
    }

    #[test]
    fn what_was_given_is_read_back_and_nothing_else_is() {
        let token = Token::fresh();
        let mut headers = HeaderMap::new();
        let sent = format!("other=1; __Host-waymark={}", token.0);
        headers.insert(header::COOKIE, sent.parse().unwrap());
        assert!(read(&headers, &https()) == Some(token));
        headers.insert(header::COOKIE, "__Host-waymark=short".parse().unwrap());
        assert!(read(&headers, &https()).is_none());
    }

    #[test]
    fn no_cookie_is_strict_where_nobody_says_where_a_request_begins() {
        let made =
            |origin: &str| make_strict(&Token::fresh(), &Origin::parse(origin).unwrap()).len();
        assert_eq!(made("https://waymark.example.gov.uk"), 2);
        assert_eq!(made("http://127.0.0.1:8080"), 2);
        assert_eq!(made("http://waymark.council.local"), 0);
    }

    #[test]
    fn the_form_token_is_bound_to_the_cookie_and_does_not_show_it() {
        let (one, two) = (Token::fresh(), Token::fresh());
        assert_ne!(one.forgery_token(), two.forgery_token());
        assert_ne!(one.forgery_token(), one.0);
    }

    #[test]
    fn a_token_is_256_bits_each_of_which_falls_either_way() {
        const DRAWN: usize = 1_000;
        let tokens: Vec<String> = (0..DRAWN).map(|_| Token::fresh().0).collect();
        let different: std::collections::BTreeSet<&String> = tokens.iter().collect();
        assert_eq!(different.len(), DRAWN);
        let mut set = [0; 256];
        for token in &tokens {
            assert!(Token::parse(token).is_some(), "{token}");
            for (digit, letter) in token.chars().enumerate() {
                let value = letter.to_digit(16).unwrap();
                for bit in 0..4 {
                    set[4 * digit + bit] += (value >> bit) & 1;
                }
            }
        }
        // Six deviations either side of the half: chance passes, a bit that is stuck or leans does not.
        assert!(set.iter().all(|times| (400..=600).contains(times)), "{set:?}");
    }
}
