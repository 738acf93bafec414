//! A visitor signs in, works and signs out, through the whole router.

mod addresses;
mod drafting;
mod follow_up;
mod haste;
mod headers;
mod hostile;
mod hung_up;
mod inputs;
mod leaks;
mod machine;
mod own_people;
mod progress;
mod proof;
mod protected;
mod published;
mod refused;
mod routes;
mod scanned;
mod second_factor;
mod secrets;
mod sharing;
mod strict;
mod town;
mod turned_away;

use super::{
    Edge,
    edge::Origin,
    routes::{Extras, router},
};
use app::{Clock, Context, accounts};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use domain::access::Role;
use std::sync::Arc;
use store::Db;
use tower::ServiceExt;

const PASSWORD: &str = "a long enough password";

async fn served() -> (Router, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let db = Db::open_home(home.path()).await.unwrap();
    store::migrate(&db).await.unwrap();
    let context = Context::seeded(db, None, Clock::System, 7);
    let hash = accounts::hash_password(&context, PASSWORD, true).unwrap();
    let mut tx = context.db.begin().await.unwrap();
    let who = ("jo@example.org", "Jo Marsh", Role::Adviser);
    accounts::add(&context, &mut tx, who, (None, &[]), hash).await.unwrap();
    // Made-up people may come in with a password alone; the others' way is tested by itself.
    store::organisations::set(&mut tx, "demo_day", "2025-11-24").await.unwrap();
    tx.commit().await.unwrap();
    let origin = Origin::parse("https://waymark.example.gov.uk").unwrap();
    let edge =
        Edge::new(origin, home.path().join("incoming"), Arc::new(context), crate::wiring::reader());
    (router(edge, Extras::default()), home)
}

/// Signs in and gives the session's cookie.
async fn sign_in(router: &Router, email: &str) -> String {
    let page = ask(router, "GET", "/sign-in", "", "").await;
    let cookie = cookie_of(&page);
    let form = token_in(&text_of(page).await);
    let email = email.replace('@', "%40");
    let body = format!("csrf={form}&email={email}&password={}", PASSWORD.replace(' ', "+"));
    let answer = ask(router, "POST", "/sign-in", &cookie, &body).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{email}");
    let cookie = cookie_of(&answer);
    match answer.headers().get(header::LOCATION).unwrap().to_str().unwrap() {
        "/sign-in/code" => second_step(router, &cookie).await,
        _ => cookie,
    }
}

/// Gives the account a device and signs in with its code, as the page of a demonstration shows it.
async fn second_step(router: &Router, cookie: &str) -> String {
    let page = text_of(ask(router, "GET", "/sign-in/code", cookie, "").await).await;
    let code = page.split("data-code>").nth(1).unwrap().get(..6).unwrap();
    let body = format!("csrf={}&code={code}", form_token(cookie));
    let answer = ask(router, "POST", "/sign-in/code", cookie, &body).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    cookie_of(&answer)
}

/// The field that every form of this session carries.
fn form_token(cookie: &str) -> String {
    let token = super::cookie::Token::parse(cookie.split('=').nth(1).unwrap()).unwrap();
    token.forgery_token()
}

async fn ask(
    router: &Router,
    method: &str,
    path: &str,
    cookie: &str,
    body: &str,
) -> Response<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    router.clone().oneshot(request).await.unwrap()
}

fn cookie_of(response: &Response<Body>) -> String {
    let line = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
    line.split(';').next().unwrap().to_owned()
}

async fn text_of(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn token_in(page: &str) -> String {
    let rest = page.split("name=\"csrf\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn signing_in_changes_the_token_and_signing_out_ends_it() {
    let (router, _home) = served().await;
    let page = ask(&router, "GET", "/sign-in", "", "").await;
    let before = cookie_of(&page);
    let form = token_in(&text_of(page).await);

    let wrong = format!("csrf={form}&email=jo%40example.org&password=guess");
    let refused = ask(&router, "POST", "/sign-in", &before, &wrong).await;
    assert_eq!(refused.status(), StatusCode::OK);
    let said = text_of(refused).await;
    assert!(said.contains("Error: Sign in") && said.contains("There is a problem"), "{said}");

    let right = format!("csrf={form}&email=jo%40example.org&password={PASSWORD}");
    let welcomed = ask(&router, "POST", "/sign-in", &before, &right.replace(' ', "+")).await;
    assert_eq!(welcomed.status(), StatusCode::SEE_OTHER);
    let after = cookie_of(&welcomed);
    assert_ne!(before, after, "a token from before sign-in must not carry the session");
    assert!(after.starts_with("__Host-waymark="));

    let kept = ask(&router, "GET", "/session/keep", &after, "").await;
    assert_eq!(kept.status(), StatusCode::NO_CONTENT);
    assert!(kept.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
    let stranger = ask(&router, "GET", "/session/keep", &before, "").await;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);

    let stale = ask(&router, "POST", "/sign-out", &after, &format!("csrf={form}")).await;
    assert_eq!(stale.status(), StatusCode::FORBIDDEN, "the old page's token is not this session's");
    let token = super::cookie::Token::parse(after.split('=').nth(1).unwrap()).unwrap();
    let out = format!("csrf={}", token.forgery_token());
    let gone = ask(&router, "POST", "/sign-out", &after, &out).await;
    assert_eq!(gone.status(), StatusCode::SEE_OTHER);
    assert!(gone.headers().contains_key("clear-site-data"));
    let ended = ask(&router, "GET", "/session/keep", &after, "").await;
    assert_eq!(ended.status(), StatusCode::SEE_OTHER);
}
