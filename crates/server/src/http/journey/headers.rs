//! The security headers on every class of answer: pages, refusals, errors, files, assets, posts.

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::access::Role;
use testkit::each_engine;
use tower::ServiceExt;

use super::town::{Town, email, town};
use super::{ask, form_token, sign_in};

/// What every answer carries, whatever it is.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
];

const POLICY: &[&str] = &[
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "report-uri /csp",
];

fn judge(class: &str, answer: &Response<Body>, cached: bool) {
    let head = |name: &str| answer.headers().get(name).and_then(|value| value.to_str().ok());
    for (name, value) in ALWAYS {
        assert_eq!(head(name), Some(*value), "{class}: {name}");
    }
    let policy = head("content-security-policy").unwrap_or_default();
    let said: Vec<&str> = policy.split("; ").collect();
    assert_eq!(said, POLICY, "{class}");
    let permissions = head("permissions-policy").unwrap_or_default();
    assert!(permissions.contains("geolocation=()") && permissions.contains("camera=()"), "{class}");
    assert_eq!(head("cache-control") == Some("no-store"), !cached, "{class}");
    assert_eq!(head("access-control-allow-origin"), None, "{class}: nobody else's script may read");
    assert_eq!(head("server"), None, "{class}");
    if let Some(kind) = head("content-type").filter(|kind| kind.starts_with("text/")) {
        assert!(kind.contains("charset=utf-8"), "{class}: {kind}");
    }
}

async fn asset(town: &Town) -> String {
    let page = ask(&town.router, "GET", "/sign-in", "", "").await;
    let text = super::text_of(page).await;
    let at = text.split("/assets/").nth(1).expect("the page has a style sheet");
    format!("/assets/{}", at.split('"').next().expect("its name ends"))
}

#[tokio::test]
async fn every_class_of_answer_carries_every_header() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let school = sign_in(&town.router, &email(Role::School)).await;
        let person = format!("/people/{}", town.person);
        let token = format!("csrf={}", form_token(&manager));
        let asked = format!("{token}&right=access&by=young-person&words=All&received=2025-11-20");
        let taken = ask(&town.router, "POST", &format!("{person}/rights"), &manager, &asked).await;
        assert_eq!(taken.status(), StatusCode::SEE_OTHER);
        let large = format!("{token}&words={}", "a".repeat(2 << 20));
        let asset = asset(&town).await;
        let classes: &[(&str, &str, &str, &str, &str, u16)] = &[
            ("page", "GET", &person, &manager, "", 200),
            ("page before sign-in", "GET", "/sign-in", "", "", 200),
            ("sent to sign in", "GET", "/", "", "", 303),
            ("refused by role", "GET", "/imports", &school, "", 403),
            ("not found", "GET", "/nothing", &manager, "", 404),
            ("no such person", "GET", "/people/999999", &manager, "", 404),
            ("trace", "TRACE", "/sign-in", &manager, &token, 405),
            ("method not taken", "DELETE", "/people", &manager, &token, 405),
            ("stale form", "POST", "/people/search", &manager, "csrf=0", 403),
            ("a form that does not fit", "POST", "/notices/1", &manager, &token, 422),
            ("too large", "POST", "/people/search", &manager, &large, 413),
            ("after a post", "POST", &format!("{person}/rights"), &manager, &asked, 303),
            ("download", "POST", "/rights/1/pack", &manager, &token, 200),
            ("nothing to say", "GET", "/session/keep", &manager, "", 204),
            ("a stranger's link", "GET", "/notice/none", "", "", 200),
            ("health", "GET", "/healthz", "", "", 200),
            ("a browser's report", "POST", "/csp", "", "", 204),
        ];
        for (class, method, path, cookie, body, status) in classes {
            let answer = ask(&town.router, method, path, cookie, body).await;
            assert_eq!(answer.status().as_u16(), *status, "{class}");
            judge(class, &answer, false);
            if *class == "download" {
                let name = answer.headers().get(header::CONTENT_DISPOSITION).expect("a name");
                assert_eq!(name, "attachment; filename=\"what-we-hold-request-1.zip\"");
            }
        }
        let answer = ask(&town.router, "GET", &asset, "", "").await;
        assert_eq!(answer.status(), StatusCode::OK, "{asset}");
        judge("asset", &answer, true);
        failing(&town, &manager).await;
    })
    .await;
}

/// An error of ours says nothing of its cause and carries the same headers.
async fn failing(town: &Town, cookie: &str) {
    let mut tx = town.ctx.db.begin().await.expect("a unit of work begins");
    let away = "ALTER TABLE audit RENAME TO audit_away";
    tx.run(away, store::args![]).await.expect("the audit can be hidden");
    tx.commit().await.expect("it commits");
    let answer = ask(&town.router, "GET", &format!("/people/{}", town.person), cookie, "").await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "no audit row, no answer");
    judge("failure", &answer, false);
    let text = super::text_of(answer).await;
    assert!(!text.contains("audit") && !text.contains("kept-given-name"), "{text}");
}

#[tokio::test]
async fn a_request_that_another_site_sent_is_refused_whatever_it_carries() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let body = format!("csrf={}&q=kept", form_token(&cookie));
        for (name, value, status) in [
            ("sec-fetch-site", "cross-site", 403),
            ("sec-fetch-site", "same-site", 403),
            ("origin", "https://elsewhere.example", 403),
            ("origin", "null", 403),
            ("sec-fetch-site", "same-origin", 303),
        ] {
            let request = Request::post("/people/search")
                .header(header::COOKIE, &cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value)
                .body(Body::from(body.clone()))
                .expect("a request is built");
            let answer = town.router.clone().oneshot(request).await.expect("it is answered");
            assert_eq!(answer.status().as_u16(), status, "{name}: {value}");
        }
    })
    .await;
}
