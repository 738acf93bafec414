//! Every address of the router, asked by every role, answers as the table of acts says. An address that
//! is added without its line here fails the test.

use axum::http::StatusCode;
use domain::access::{Act, Role, roles};
use testkit::each_engine;

use super::town::{email, town};
use super::{ask, form_token, sign_in, text_of};

/// Addresses with the act they need; `None` is for everybody who is signed in.
const ROUTES: &[(&str, &str, Option<Act>)] = &[
    ("GET", "/", Some(Act::ViewPeople)),
    ("GET", "/session/keep", None),
    ("GET", "/figures", Some(Act::ViewFigures)),
    ("GET", "/figures/people", Some(Act::ViewFigures)),
    ("GET", "/follow-up", Some(Act::ViewFollowUp)),
    ("POST", "/follow-up/confirm", Some(Act::EditPeople)),
    ("POST", "/follow-up/confirmed", Some(Act::EditPeople)),
    ("POST", "/follow-up/taken-back", Some(Act::EditPeople)),
    ("GET", "/people", Some(Act::ViewPeople)),
    ("POST", "/people/search", Some(Act::ViewPeople)),
    ("GET", "/people/found/{key}", Some(Act::ViewPeople)),
    ("GET", "/people/{id}", Some(Act::ViewPeople)),
    ("POST", "/people/{id}/contact", Some(Act::RecordContact)),
    ("POST", "/people/{id}/adviser", Some(Act::EditPeople)),
    ("GET", "/people/{id}/activity", Some(Act::EditPeople)),
    ("POST", "/people/{id}/activity", Some(Act::EditPeople)),
    ("GET", "/people/{id}/particulars", Some(Act::EditPeople)),
    ("POST", "/people/{id}/particulars", Some(Act::EditPeople)),
    ("GET", "/people/{id}/history", Some(Act::ViewAudit)),
    ("GET", "/people/{id}/sharing", Some(Act::RecordContact)),
    ("POST", "/people/{id}/sharing", Some(Act::RecordContact)),
    ("GET", "/agreements/consent", Some(Act::Administer)),
    ("GET", "/imports", Some(Act::Import)),
    ("POST", "/imports", Some(Act::Import)),
    ("GET", "/imports/{id}", Some(Act::Import)),
    ("GET", "/imports/{id}/columns", Some(Act::Import)),
    ("POST", "/imports/{id}/columns", Some(Act::Import)),
    ("GET", "/imports/{id}/progress", Some(Act::Import)),
    ("POST", "/imports/{id}/rows/{line}", Some(Act::Import)),
    ("POST", "/imports/{id}/apply", Some(Act::Import)),
    ("POST", "/imports/{id}/read", Some(Act::Import)),
    ("POST", "/imports/{id}/withdraw", Some(Act::Import)),
    ("POST", "/imports/{id}/undo", Some(Act::UndoImport)),
    ("GET", "/who-is-who", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/doubles", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/doubles", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/lists", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/lists/{id}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists/{id}/file", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/lists/{id}/rows/{line}", Some(Act::DecideIdentity)),
    ("GET", "/who-is-who/merge/{kept}/{gone}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/merge/{kept}/{gone}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/merges/{id}/undo", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/{key}", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/decisions/{id}/agree", Some(Act::DecideIdentity)),
    ("POST", "/who-is-who/decisions/{id}/undo", Some(Act::DecideIdentity)),
    ("GET", "/month-end", Some(Act::MonthEnd)),
    ("POST", "/month-end", Some(Act::MonthEnd)),
    ("GET", "/month-end/{id}", Some(Act::MonthEnd)),
    ("POST", "/month-end/{id}/settle", Some(Act::MonthEnd)),
    ("POST", "/month-end/{id}/sign", Some(Act::SignOff)),
    ("GET", "/month-end/{id}/file", Some(Act::MonthEnd)),
    ("GET", "/plan/{id}/rate", Some(Act::RatePlan)),
    ("POST", "/plan/{id}/rate", Some(Act::RatePlan)),
    ("GET", "/plan/import", Some(Act::KeepPlan)),
    ("POST", "/plan/import", Some(Act::KeepPlan)),
    ("POST", "/plan/{id}/undo", Some(Act::KeepPlan)),
    ("GET", "/notices", Some(Act::RecordContact)),
    ("GET", "/notices/links", Some(Act::Administer)),
    ("POST", "/notices/links", Some(Act::Administer)),
    ("POST", "/notices/links/{id}/end", Some(Act::Administer)),
    ("POST", "/notices/{id}", Some(Act::RecordContact)),
    ("GET", "/admin", Some(Act::Administer)),
    ("POST", "/admin/people", Some(Act::Administer)),
    ("GET", "/admin/people/new", Some(Act::Administer)),
    ("GET", "/admin/people/{id}", Some(Act::Administer)),
    ("POST", "/admin/people/{id}", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/link", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/end", Some(Act::Administer)),
    ("POST", "/admin/people/{id}/restart", Some(Act::Administer)),
    ("GET", "/admin/organisations", Some(Act::Administer)),
    ("GET", "/admin/organisations/{id}", Some(Act::Administer)),
    ("POST", "/admin/organisations/{id}", Some(Act::Administer)),
    ("GET", "/admin/seen", Some(Act::InvestigateAccount)),
    ("GET", "/admin/settings", Some(Act::Administer)),
    ("POST", "/admin/settings", Some(Act::Administer)),
];

/// Addresses that need no sign-in, or show nothing of anybody, or are signing in itself. The plan's
/// and the agreements' rooms are about the council and its partners and judge their acts themselves.
const ELSEWHERE: &[&str] = &[
    "/sign-in",
    "/sign-out",
    "/password/{secret}",
    "/notice/{secret}",
    "/help",
    "/accessibility",
    "/privacy",
    "/plan",
    "/agreements",
    "/gallery",
    "/assets/",
    "/healthz",
    "/csp",
];

#[test]
fn no_address_is_missing_from_the_list() {
    let source = include_str!("../routes.rs");
    let mut seen = 0;
    for piece in source.split(".route(").skip(1) {
        let path = piece.trim_start().trim_start_matches('"').split('"').next().unwrap();
        let listed = ROUTES.iter().any(|(_, known, _)| *known == path);
        let elsewhere = ELSEWHERE.iter().any(|start| path.starts_with(start));
        assert!(listed || elsewhere, "{path} has no line in the table of addresses");
        seen += 1;
    }
    assert!(seen > 30, "the routes were found at all: {seen}");
}

#[tokio::test]
async fn every_address_answers_every_role_as_the_table_says() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for role in Role::ALL {
            let cookie = sign_in(&town.router, &email(*role)).await;
            for (method, path, act) in ROUTES {
                // Nobody has this number: what is allowed finds nothing, and changes nothing.
                let asked = path
                    .replace("{id}", "999999")
                    .replace("{line}", "1")
                    .replace("{key}", "0")
                    .replace("{kept}", "999998")
                    .replace("{gone}", "999999");
                let body = format!("csrf={}", form_token(&cookie));
                let answer = ask(&town.router, method, &asked, &cookie, &body).await;
                let status = answer.status();
                let text = text_of(answer).await;
                let Some(act) = act else { continue };
                let said =
                    text.contains(&format!("may not {}", act.label().replace('\'', "&#39;")));
                let allowed = roles(*act).contains(role);
                assert!(!(allowed && said), "{role:?} {method} {path}: {status}");
                let done = status.is_success() || status.is_redirection();
                assert!(allowed || !done, "{role:?} {method} {path} was let in: {status}");
                assert!(
                    allowed || *method == "POST" || status == StatusCode::FORBIDDEN,
                    "{role:?} {method} {path}: {status}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_is_answered_before_signing_in() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for (method, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            let asked = path
                .replace("{id}", "1")
                .replace("{line}", "1")
                .replace("{key}", "0")
                .replace("{kept}", "1")
                .replace("{gone}", "2");
            let answer = ask(&town.router, method, &asked, "", "").await;
            assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
            assert_eq!(answer.headers().get("location").unwrap(), "/sign-in", "{path}");
        }
    })
    .await;
}
