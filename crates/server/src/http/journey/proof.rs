//! What reaches far asks first to show again who one is, where that was shown more than a few minutes ago.

use axum::body::Body;
use domain::access::Role;
use store::args;
use testkit::each_engine;

use super::hostile::{parts, post};
use super::town::{email, town};
use super::{PASSWORD, ask, form_token, sign_in, text_of};

#[tokio::test]
async fn what_reaches_far_asks_again_who_one_is() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let mut cookies = Vec::new();
        for role in [Role::DataManager, Role::Governance, Role::Adviser] {
            cookies.push(sign_in(&town.router, &email(role)).await);
        }
        let mut tx = town.ctx.db.begin().await.unwrap();
        let long_ago = "2025-11-20T09:00:00.000000Z";
        tx.run("UPDATE session SET proved_at = $1", args![long_ago]).await.unwrap();
        tx.commit().await.unwrap();
        let send = async |who: usize, path: &str, fields: &str| {
            let body = format!("csrf={}{fields}", form_token(&cookies[who]));
            let answer = ask(&town.router, "POST", path, &cookies[who], &body).await;
            let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            to.unwrap_or_default()
        };
        let token = "&party=1+urn-1&role=school&name=System&months=12";
        for (who, path, fields, back) in [
            (0, "/agreements/tokens", token, "/draft"),
            (0, "/admin/settings", "&emergency_officer=adviser%40example.org", "/draft"),
            (0, "/retention/1", "", "/retention/1"),
            (0, "/retention/rules/1/agree", "", "/retention"),
            (1, "/exports/1/agree", "", "/exports"),
            (2, "/exports/1/file", "", "/exports"),
        ] {
            let to = send(who, path, fields).await;
            assert_eq!(to, format!("/account/prove?to={back}"), "{path}");
        }
        let file = ("rules.toml", formats::retention_toml::SHIPPED);
        let body = parts(&form_token(&cookies[0]), &[], file);
        let asked = post(&town, "/retention/rules", &cookies[0], Body::from(body)).await;
        assert_eq!(asked.headers().get("location").unwrap(), "/account/prove?to=/retention");
        let same = format!("&emergency_officer={}", email(Role::Governance).replace('@', "%40"));
        let to = send(0, "/admin/settings", &same).await;
        assert!(!to.starts_with("/account/prove"), "the officer stays who it was: {to}");
    })
    .await;
}

/// A demonstration's people have no device: the password alone shows who they are, a wrong one shows nothing.
#[tokio::test]
async fn a_password_alone_is_asked_for_again_and_a_wrong_one_proves_nothing() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let mut tx = town.ctx.db.begin().await.unwrap();
        let long_ago = "2025-11-20T09:00:00.000000Z";
        tx.run("UPDATE session SET proved_at = $1", args![long_ago]).await.unwrap();
        let adviser = store::accounts::by_email(&mut tx, &email(Role::Adviser)).await.unwrap();
        tx.commit().await.unwrap();
        let page = format!("/admin/people/{}", adviser.unwrap().id);
        let link = format!("{page}/link");
        let send = async |path: &str, fields: &str| {
            let body = format!("csrf={}{fields}", form_token(&cookie));
            let answer = ask(&town.router, "POST", path, &cookie, &body).await;
            let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            (to, text_of(answer).await)
        };
        let asks = Some(format!("/account/prove?to={page}"));
        assert_eq!(send(&link, "").await.0, asks);
        let back = page.replace('/', "%2F");
        let wrong = format!("&password=a+guess&code=&to={back}");
        let (to, said) = send("/account/prove", &wrong).await;
        assert!(to.is_none() && said.contains("The password or the code is wrong."), "{said}");
        assert_eq!(send(&link, "").await.0, asks, "a wrong password is no proof");
        let right = format!("&password={}&code=&to={back}", PASSWORD.replace(' ', "+"));
        assert_eq!(send("/account/prove", &right).await.0, Some(page));
        let (to, made) = send(&link, "").await;
        assert!(to.is_none() && made.contains("/password/"), "{made}");
    })
    .await;
}
