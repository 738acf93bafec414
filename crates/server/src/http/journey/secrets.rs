//! Passwords and sessions as a browser meets them: fields that hide what is typed, a new password that leaves the
//! second factor asked for, signing out from every page, sessions that an administrator ends.

use app::accounts::totp;
use app::admin;
use axum::http::{StatusCode, header};
use domain::access::Role;
use store::args;
use testkit::each_engine;

use super::hostile::keeper;
use super::routes::{ROUTES, asked};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, cookie_of, form_token, sign_in, text_of, token_in};

async fn account(town: &Town, role: Role) -> i64 {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    store::accounts::by_email(&mut tx, &email(role)).await.unwrap().unwrap().id
}

async fn is_inside(town: &Town, cookie: &str) -> bool {
    let kept = ask(&town.router, "GET", "/session/keep", cookie, "").await;
    kept.status() == StatusCode::NO_CONTENT
}

/// The field of a page's form that has a name.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\"")).unwrap();
    let begins = page[..at].rfind("<input").unwrap();
    page[begins..].split('>').next().unwrap()
}

#[tokio::test]
async fn a_password_is_masked_wherever_it_is_typed_and_a_manager_may_fill_it_in() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let adviser = account(&town, Role::Adviser).await;
        let secret = admin::link(&town.ctx, &keeper(), adviser).await.unwrap();
        let choose = format!("/password/{secret}");
        for (path, cookie, name, fill) in [
            ("/sign-in", "", "password", "current-password"),
            (choose.as_str(), "", "password", "new-password"),
            (choose.as_str(), "", "again", "new-password"),
            ("/account/prove", cookie.as_str(), "password", "current-password"),
        ] {
            let page = text_of(ask(&town.router, "GET", path, cookie, "").await).await;
            let field = field(&page, name);
            assert!(field.contains("type=\"password\""), "{path}: {field}");
            assert!(field.contains(&format!("autocomplete=\"{fill}\"")), "{path}: {field}");
            assert!(!field.contains("maxlength") && !field.contains("readonly"), "{path}: {field}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_password_is_no_way_round_the_second_factor() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let adviser = account(&town, Role::Adviser).await;
        let mut tx = town.ctx.db.begin().await.unwrap();
        tx.run("DELETE FROM setting WHERE name = 'demo_day'", args![]).await.unwrap();
        let device = "INSERT INTO second_factor (account, seed, last_step, made_at, confirmed_at) VALUES ($1, '00', 0, 'x', 'x')";
        tx.run(device, args![adviser]).await.unwrap();
        tx.commit().await.unwrap();
        let secret = admin::link(&town.ctx, &keeper(), adviser).await.unwrap();
        let path = format!("/password/{secret}");
        let page = ask(&town.router, "GET", &path, "", "").await;
        let cookie = cookie_of(&page);
        let form = token_in(&text_of(page).await);
        let new = "three+unrelated+words";
        let body = format!("csrf={form}&password={new}&again={new}");
        let chosen = ask(&town.router, "POST", &path, &cookie, &body).await;
        assert_eq!(chosen.headers().get(header::LOCATION).unwrap(), "/sign-in");
        assert!(!is_inside(&town, &cookie).await, "choosing a password signs nobody in");
        let address = email(Role::Adviser).replace('@', "%40");
        let body = format!("csrf={}&email={address}&password={new}", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/sign-in", &cookie, &body).await;
        assert_eq!(answer.headers().get(header::LOCATION).unwrap(), "/sign-in/code");
        let half = cookie_of(&answer);
        assert!(!is_inside(&town, &half).await, "half a sign-in is none");
        let page = text_of(ask(&town.router, "GET", "/sign-in/code", &half, "").await).await;
        assert!(!page.contains("data-secret"), "the device stays the one that they have: {page}");
        let code = totp::code(&[0], totp::step_of(town.ctx.device_seconds()));
        let body = format!("csrf={}&code={code}", form_token(&half));
        let welcomed = ask(&town.router, "POST", "/sign-in/code", &half, &body).await;
        assert_eq!(welcomed.status(), StatusCode::SEE_OTHER);
        assert!(is_inside(&town, &cookie_of(&welcomed)).await);
    })
    .await;
}

#[tokio::test]
async fn one_can_sign_out_from_every_page() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    agree(&town, SCHOOL).await;
    let mut pages = 0;
    for role in Role::ALL {
        let cookie = sign_in(&town.router, &email(*role)).await;
        for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            for address in asked(&town, method, path) {
                let answer = ask(&town.router, "GET", &address, &cookie, "").await;
                let kind = answer.headers().get(header::CONTENT_TYPE);
                let is_page = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
                if answer.status() != StatusCode::OK || !is_page {
                    continue;
                }
                let text = text_of(answer).await;
                // A part of a page, which a script puts in, stands on a page that has it.
                if text.trim_start().starts_with("<!doctype html>") {
                    assert!(text.contains("action=\"/sign-out\""), "{role:?} {address}: {text}");
                    pages += 1;
                }
            }
        }
    }
    assert!(pages > 100, "{pages}");
}

#[tokio::test]
async fn an_administrator_ends_every_session_of_somebody_and_nobody_elses() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let first = sign_in(&town.router, &email(Role::Adviser)).await;
        let second = sign_in(&town.router, &email(Role::Adviser)).await;
        let other = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let path = format!("/admin/people/{}/sessions", account(&town, Role::Adviser).await);
        let end = async |cookie: &str| {
            let body = format!("csrf={}", form_token(cookie));
            ask(&town.router, "POST", &path, cookie, &body).await.status()
        };
        assert_eq!(end(&other).await, StatusCode::FORBIDDEN);
        assert!(is_inside(&town, &first).await && is_inside(&town, &second).await);
        assert_eq!(end(&manager).await, StatusCode::SEE_OTHER);
        assert!(!is_inside(&town, &first).await && !is_inside(&town, &second).await);
        assert!(is_inside(&town, &other).await && is_inside(&town, &manager).await);
    })
    .await;
}
