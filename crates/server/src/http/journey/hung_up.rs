//! A browser that hangs up while its owner's password is judged: the try that was counted is given back all
//! the same, on both engines.

use std::time::Duration;

use app::accounts;
use axum::http::StatusCode;
use domain::access::Role;
use store::args;
use testkit::each_engine;

use super::town::{Town, email, town};
use super::{PASSWORD, ask, cookie_of, form_token, sign_in, text_of, token_in};

async fn run(town: &Town, sql: &str, args: &[store::Value]) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    tx.run(sql, args).await.unwrap();
    tx.commit().await.unwrap();
}

/// Gives every account a hash that takes a while to judge, so that there is a moment to hang up in.
async fn slow_passwords(town: &Town) {
    let slow = accounts::hash_password(&town.ctx, PASSWORD, false).unwrap();
    run(town, "UPDATE account SET password_hash = $1", args![slow]).await;
}

/// Tries that are counted now, under whatever name.
async fn counted(town: &Town) -> i64 {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let all = tx.rows("SELECT failures FROM throttle", args![], |row| row.int(0)).await.unwrap();
    all.into_iter().sum()
}

/// Sends a form and hangs up as soon as the try in it is counted; how many stay counted.
async fn hang_up(town: &Town, path: &'static str, cookie: &str, body: String) -> i64 {
    let send = || {
        let (router, cookie, body) = (town.router.clone(), cookie.to_owned(), body.clone());
        tokio::spawn(async move { ask(&router, "POST", path, &cookie, &body).await })
    };
    let (mut asking, mut sent) = (send(), 1);
    while counted(town).await == 0 || asking.is_finished() {
        // It was answered before anybody could hang up: once more.
        if asking.is_finished() {
            (asking, sent) = (send(), sent + 1);
            assert!(sent < 50, "it is always answered before anybody can hang up");
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    asking.abort();
    for _ in 0..300 {
        if counted(town).await == 0 {
            return 0;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    counted(town).await
}

#[tokio::test]
async fn the_right_password_of_a_browser_that_hung_up_is_no_guess() {
    each_engine(async |register| {
        let town = town(register.db).await;
        slow_passwords(&town).await;
        let page = ask(&town.router, "GET", "/sign-in", "", "").await;
        let cookie = cookie_of(&page);
        let form = token_in(&text_of(page).await);
        let address = email(Role::Adviser).replace('@', "%40");
        let body = format!("csrf={form}&email={address}&password={}", PASSWORD.replace(' ', "+"));
        assert_eq!(hang_up(&town, "/sign-in", &cookie, body).await, 0, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn the_right_proof_of_a_browser_that_hung_up_is_no_guess() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        slow_passwords(&town).await;
        let form = form_token(&cookie);
        let body = format!("csrf={form}&code=&to=&password={}", PASSWORD.replace(' ', "+"));
        let stay = hang_up(&town, "/account/prove", &cookie, body).await;
        assert_eq!(stay, 0, "{}", register.engine);
        let kept = ask(&town.router, "GET", "/session/keep", &cookie, "").await;
        assert_eq!(kept.status(), StatusCode::NO_CONTENT);
    })
    .await;
}

#[tokio::test]
async fn a_session_whose_tries_are_used_up_ends_whatever_is_typed_next() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let prove = async |typed: &str| {
            let body = format!("csrf={}&code=&to=&password={typed}", form_token(&cookie));
            ask(&town.router, "POST", "/account/prove", &cookie, &body).await
        };
        assert_eq!(prove("guess").await.status(), StatusCode::OK);
        // The program stopped after the fifth was counted and before its session was ended.
        run(&town, "UPDATE throttle SET failures = 5 WHERE name LIKE 'proof %'", args![]).await;
        let right = PASSWORD.replace(' ', "+");
        assert_eq!(prove(&right).await.status(), StatusCode::OK, "told that it is wrong");
        let kept = ask(&town.router, "GET", "/session/keep", &cookie, "").await;
        assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{}", register.engine);
    })
    .await;
}
