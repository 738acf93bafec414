//! An administrator's cookie goes along with nothing that begins on another site, and who follows a link from
//! there is signed in all the same.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::access::Role;
use testkit::each_engine;
use tower::ServiceExt;

use super::town::{Town, email, town};
use super::{ask, sign_in, text_of};

const MARK: &str = "__Host-waymark-strict=1";

/// Every cookie that an answer sets.
fn set(answer: &Response<Body>) -> Vec<String> {
    let all = answer.headers().get_all(header::SET_COOKIE).iter();
    all.map(|line| line.to_str().unwrap().to_owned()).collect()
}

/// Asks for a page as a browser does that another site led here.
async fn led(town: &Town, path: &str, cookie: &str) -> Response<Body> {
    let request = Request::get(path)
        .header(header::COOKIE, cookie)
        .header("sec-fetch-site", "cross-site")
        .body(Body::empty())
        .unwrap();
    town.router.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn an_administrators_cookie_is_strict_and_nobody_loses_a_session_by_a_link() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for role in Role::ALL {
            let cookie = sign_in(&town.router, &email(*role)).await;
            let given = set(&ask(&town.router, "GET", "/", &cookie, "").await);
            let administers = [Role::DataManager, Role::Governance].contains(role);
            let strict = [
                format!("{cookie}; Path=/; HttpOnly; SameSite=Strict; Secure"),
                format!("{MARK}; Path=/; HttpOnly; SameSite=Lax; Secure"),
            ];
            assert_eq!(given, if administers { strict.to_vec() } else { Vec::new() }, "{role:?}");
            let both = format!("{cookie}; {MARK}");
            let answer = led(&town, "/", &both).await;
            assert_eq!(answer.status(), StatusCode::OK, "{role:?}");
            assert!(set(&answer).is_empty(), "{role:?}: what is strict stays as it is");
        }
        // The cookie stayed behind: the page is asked for again, and no other session is begun, however many links
        // are opened at once.
        for _ in 0..2 {
            let answer = led(&town, "/plan?all=yes", MARK).await;
            assert_eq!((answer.status(), set(&answer)), (StatusCode::OK, Vec::new()));
            assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store");
            assert!(answer.headers().contains_key(header::CONTENT_SECURITY_POLICY));
            let text = text_of(answer).await;
            assert!(text.contains("<meta http-equiv=\"refresh\" content=\"1\">"), "{text}");
        }
        // Nor by a form that another site sends.
        let sent = Request::post("/sign-in").header("sec-fetch-site", "cross-site");
        let sent = sent.header(header::COOKIE, MARK);
        let sent = sent.body(Body::empty()).unwrap();
        let answer = town.router.clone().oneshot(sent).await.unwrap();
        assert!(answer.status().is_client_error() && set(&answer).is_empty(), "{answer:?}");
        // Who has no strict cookie follows a link at once.
        let answer = led(&town, "/sign-in", "").await;
        assert_eq!((answer.status(), set(&answer).len()), (StatusCode::OK, 1));
        // A new cookie takes a mark that was left over away, so that it is made strict in its turn.
        let unmarked = "__Host-waymark-strict=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure";
        let new = set(&ask(&town.router, "GET", "/sign-in", MARK, "").await);
        assert_eq!((new.len(), new[1].as_str()), (2, unmarked));
        // Asked from here it comes to the page for signing in.
        for cookies in [MARK, ""] {
            let answer = ask(&town.router, "GET", "/", cookies, "").await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER);
            assert_eq!(answer.headers().get(header::LOCATION).unwrap(), "/sign-in");
            assert!(set(&answer)[0].ends_with("; SameSite=Lax; Secure"), "{:?}", set(&answer));
        }
    })
    .await;
}
