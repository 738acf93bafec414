//! Refuses requests that another site made a browser send. Two locks on every method that
//! can change something: the browser's own word on where the request came from, and a token
//! bound to the cookie. Pages cannot forget the second: it is checked here, before routing
//! reaches them. Files in parts carry it as their first field, which `upload` checks; where no
//! file is taken nobody would, so there a form in parts is refused.

use super::{
    edge::Edge,
    page_error::{PROVE, PageError},
    session::Visitor,
    upload,
};
use app::accounts;
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

/// The name of the hidden field in forms.
pub const FIELD: &str = "csrf";
/// The header our own scripts send instead.
pub const HEADER: &str = "x-csrf-token";
/// Forms are never larger than this.
pub const FORM_LIMIT: usize = 1024 * 1024;

pub async fn check(State(edge): State<Edge>, request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    if !comes_from_us(request.headers(), edge.origin().as_str()) {
        return PageError::ForeignRequest.into_response();
    }
    match proven(&edge, request).await {
        Ok((request, None)) => next.run(request).await,
        Ok((request, Some(sent))) => {
            let answer = next.run(request).await;
            led_back(&edge, &sent, answer).await
        }
        Err(error) => error.into_response(),
    }
}

/// What the browser says about the request's source. `Referrer-Policy: no-referrer` makes
/// browsers send `Origin: null` with our own forms, so `Sec-Fetch-Site` is asked first.
/// With neither header it is no browser, and the token alone decides.
fn comes_from_us(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(sent)) => sent.eq_ignore_ascii_case(origin),
        (None, None) => !headers.contains_key("origin"),
    }
}

/// What somebody signed in sent, for as long as the answer may be to show first who one is.
struct Sent {
    account: i64,
    path: String,
    body: Bytes,
}

async fn proven(edge: &Edge, request: Request) -> Result<(Request, Option<Sent>), PageError> {
    let visitor =
        request.extensions().get::<Visitor>().expect("session::meet runs before forgery::check");
    let wanted = visitor.token.forgery_token();
    if let Some(sent) = request.headers().get(HEADER) {
        return if same(sent.as_bytes(), &wanted) {
            Ok((request, None))
        } else {
            Err(PageError::StaleForm)
        };
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/")) {
        let takes_files = upload::PLACES.contains(&request.uri().path());
        return if takes_files { Ok((request, None)) } else { Err(PageError::StaleForm) };
    }
    let signed_in = visitor.signed_in.as_ref().map(|who| who.actor.account);
    let ran_out = visitor.ran_out;
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, FORM_LIMIT).await.map_err(|_| PageError::TooLarge)?;
    if !same(field(&bytes).unwrap_or_default(), &wanted) {
        return Err(PageError::StaleForm);
    }
    let sent = |account| Sent { account, path: parts.uri.path().to_owned(), body: bytes.clone() };
    if let Some(account) = ran_out {
        keep(edge, &sent(account)).await?;
    }
    let sent = signed_in.map(sent);
    Ok((Request::from_parts(parts, Body::from(bytes)), sent))
}

/// Keeps what somebody sent whose session or proof has run out, so that it is given back once they have signed
/// in or shown again who they are; whether there was anything to keep.
async fn keep(edge: &Edge, sent: &Sent) -> Result<bool, PageError> {
    // Signing in and out, proving who one is, and how other services know us carry secrets.
    let secret = ["/sign-", "/account", "/password", "/draft", "/notice/", "/admin/sign-on"];
    if secret.iter().any(|start| sent.path.starts_with(start)) {
        return Ok(false);
    }
    let text = std::str::from_utf8(&sent.body).unwrap_or_default();
    let fields: Vec<&str> = text.split('&').filter(|pair| !pair.starts_with("csrf=")).collect();
    if fields.iter().all(|pair| pair.is_empty()) {
        return Ok(false);
    }
    accounts::keep_draft(edge.ctx(), sent.account, &sent.path, fields.join("&")).await?;
    Ok(true)
}

/// Where the answer is to show first who one is, what was sent is kept, and showing it leads to it.
async fn led_back(edge: &Edge, sent: &Sent, answer: Response) -> Response {
    let to = answer.headers().get(header::LOCATION);
    let asks = to.is_some_and(|to| to.as_bytes().starts_with(PROVE.as_bytes()));
    // These agree to what their page showed, which is looked at again.
    let buttons = ["/agree", "/second-factor", "/part"];
    if !asks || buttons.iter().any(|end| sent.path.ends_with(end)) {
        return answer;
    }
    match keep(edge, sent).await {
        Ok(true) => Redirect::to(&format!("{PROVE}/draft")).into_response(),
        Ok(false) => answer,
        Err(error) => error.into_response(),
    }
}

/// The token's value in an urlencoded body. It is hex, so it needs no decoding.
fn field(body: &[u8]) -> Option<&[u8]> {
    body.split(|byte| *byte == b'&')
        .filter_map(|pair| pair.strip_prefix(FIELD.as_bytes()))
        .find_map(|rest| rest.strip_prefix(b"="))
}

/// Compares without stopping at the first difference.
pub fn same(sent: &[u8], wanted: &str) -> bool {
    let differences = sent.iter().zip(wanted.as_bytes()).fold(0, |seen, (a, b)| seen | (a ^ b));
    sent.len() == wanted.len() && differences == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_of_a_request_is_judged_by_what_browsers_send() {
        let ours = "https://waymark.example.gov.uk";
        let check = |pairs: &[(&'static str, &'static str)], wanted: bool| {
            let headers: HeaderMap =
                pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect();
            assert_eq!(comes_from_us(&headers, ours), wanted, "{pairs:?}");
        };
        check(&[("sec-fetch-site", "same-origin"), ("origin", "null")], true);
        check(&[("sec-fetch-site", "same-site"), ("origin", "https://other.gov.uk")], false);
        check(&[("sec-fetch-site", "cross-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "https://waymark.example.gov.uk")], true);
        check(&[("origin", "https://waymark.example.gov.uk.evil.test")], false);
        check(&[("origin", "null")], false);
        check(&[], true);
    }

    #[test]
    fn the_token_is_found_only_under_its_own_name() {
        assert_eq!(field(b"a=1&csrf=abc&b=2"), Some(&b"abc"[..]));
        assert_eq!(field(b"csrfx=abc"), None);
        assert_eq!(field(b""), None);
        assert!(same(b"abc", "abc") && !same(b"abd", "abc") && !same(b"ab", "abc"));
    }
}
