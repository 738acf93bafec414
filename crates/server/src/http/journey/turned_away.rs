//! Whoever the access table turned away stands in the audit, once for a walk through one part of the pages.

use app::Wrong;
use app::audit::{self, Vault};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use domain::access::{Act, Purpose, Question, Role, judge, roles};
use std::collections::BTreeSet;
use store::{args, releases};
use testkit::each_engine;
use tower::ServiceExt;

use super::machine::{NOTHING, call, token_of};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in, text_of};
use crate::api::{Asking, Problem};
use crate::http::turned_away::note;

/// What the audit tells of refusals, in order: who, purpose, of whom, what.
async fn told(town: &Town) -> Vec<(String, String, bool, String)> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let sql = "SELECT c.email, a.purpose, a.person, a.detail FROM audit a JOIN account c ON c.id = a.account WHERE a.act = 'refused' ORDER BY a.seq";
    let read = |row: &store::Row<'_>| {
        Ok((row.text(0)?, row.text(1)?, row.opt_int(2)?.is_some(), row.text(3)?))
    };
    tx.rows(sql, args![], read).await.unwrap()
}

/// The part of the pages that an address is of.
fn part(path: &str) -> &str {
    path.split('/').find(|part| !part.is_empty()).unwrap_or_default()
}

/// Holds that somebody was told of in every part of the pages where they were denied something, and once in each.
pub(super) async fn is_told_once(town: &Town, email: &str, denied: &BTreeSet<&str>) {
    let all = told(town).await;
    let own: Vec<&str> =
        all.iter().filter(|(who, ..)| who == email).map(|(.., detail)| detail.as_str()).collect();
    let place = |detail: &str| detail.split([' ', ':']).nth(1).map(|path| part(path).to_owned());
    let parts: BTreeSet<String> = own.iter().filter_map(|detail| place(detail)).collect();
    assert_eq!(parts.len(), own.len(), "{email}: {own:?}");
    let missing: Vec<_> = denied.iter().filter(|path| !parts.contains(part(path))).collect();
    assert!(missing.is_empty(), "{email} was denied {missing:?}, and the audit has {own:?}");
}

/// As if what was written down until now were of another day.
async fn days_later(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let long_ago = "2025-11-20T09:00:00.000000Z";
    tx.run("UPDATE hasty_search SET last_at = $1", args![long_ago]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Pages of journeys that once refused in words of their own, each with a role that may not and what it sends.
const OLDER: [(&str, &str, &str, Role); 8] = [
    ("GET", "/who-is-who/doubles", "", Role::Adviser),
    ("GET", "/who-is-who/vulnerable", "", Role::Adviser),
    ("GET", "/who-is-who/lists", "", Role::Adviser),
    ("GET", "/who-is-who/merge/1/2", "", Role::Adviser),
    ("POST", "/who-is-who/lines", "through=99&new=98", Role::Adviser),
    ("GET", "/reports/survey", "", Role::College),
    ("GET", "/agreements/consent", "", Role::Adviser),
    ("POST", "/predictor/1/sign", "state=tested&by=Robin+Hale&reason=Tried", Role::Adviser),
];

#[tokio::test]
async fn the_older_pages_deny_and_tell_of_it_as_the_others_do() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        let college = sign_in(&town.router, &email(Role::College)).await;
        for (at, (method, path, sent, role)) in OLDER.into_iter().enumerate() {
            let cookie = if role == Role::College { &college } else { &adviser };
            let body = format!("csrf={}&{sent}", form_token(cookie));
            let answer = ask(&town.router, method, path, cookie, &body).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
            let all = told(&town).await;
            assert_eq!(all.len(), at + 1, "{method} {path}: {all:?}");
            let (who, .., detail) = all.last().unwrap();
            assert_eq!(*who, email(role));
            assert!(detail.starts_with(method) && detail.contains("may not"), "{detail}");
            days_later(&town).await;
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_turned_away_is_written_down_once_for_each_part_and_hour() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        let school = sign_in(&town.router, &email(Role::School)).await;
        let look = async |cookie: &str, path: &str| {
            assert_eq!(
                ask(&town.router, "GET", path, cookie, "").await.status(),
                StatusCode::FORBIDDEN,
                "{path}"
            );
        };
        // A rule that says no to what was typed is none of the table.
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let body = format!("csrf={}&period_end=never&seen=", form_token(&manager));
        ask(&town.router, "POST", "/month-end", &manager, &body).await;
        // Nor is one that keeps an administrator from closing their own account, though they may close others.
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let address = email(Role::DataManager);
        let own = store::accounts::by_email(&mut tx, &address).await.unwrap().unwrap().id;
        drop(tx);
        let end = format!("/admin/people/{own}/end");
        let body = format!("csrf={}", form_token(&manager));
        let said = ask(&town.router, "POST", &end, &manager, &body).await;
        assert_eq!(said.status(), StatusCode::FORBIDDEN);
        assert!(text_of(said).await.contains("Nobody ends their own account"));
        ask(&town.router, "GET", "/people/999999", &adviser, "").await;
        ask(&town.router, "POST", "/retention", &adviser, "csrf=0").await;
        assert!(told(&town).await.is_empty());

        look(&adviser, "/admin/people/12").await;
        let one = told(&town).await;
        let (who, purpose, person, detail) = one.first().unwrap();
        assert_eq!((who, purpose.as_str(), *person), (&email(Role::Adviser), "access", false));
        assert!(detail.starts_with("GET /admin/people/{id}: "), "{detail}");
        assert!(!detail.contains("do this"), "the act in its own words: {detail}");
        assert!(detail.contains("may not manage") && !detail.contains("12"), "{detail}");
        for path in ["/admin/people/12", "/admin/people/13", "/admin", "/admin/settings"] {
            look(&adviser, path).await;
        }
        assert_eq!(told(&town).await, one, "a walk through one part is one row");
        look(&adviser, "/imports").await;
        look(&school, "/admin").await;
        // The figures refuse by what a role sees, and not at the door.
        look(&school, "/figures?by=ward").await;
        let all: Vec<String> = told(&town).await.into_iter().map(|(.., detail)| detail).collect();
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(all[3].starts_with("GET /figures: see figures by "), "{all:?}");

        days_later(&town).await;
        look(&adviser, "/admin/settings").await;
        assert_eq!(told(&town).await.len(), 5, "another hour is another row");

        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::in_home(folder.path());
        audit::seal(&town.ctx, &vault).await.unwrap().unwrap();
        let report = audit::verify(&town.ctx, &vault, None).await.unwrap();
        assert_eq!(report.found, vec![]);
    })
    .await;
}

/// Two pages answer a rule's no with its sentence in their own words; the table's no is told like any other, whether
/// the page goes out or not.
#[tokio::test]
async fn a_page_that_shows_a_refusal_by_itself_tells_of_it_as_well() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let school = sign_in(&town.router, &email(Role::School)).await;
        let wish = format!(
            "csrf={}&title=By+ward&measure=neet&first=ward&months=6&shared=yes",
            form_token(&manager)
        );
        let made = ask(&town.router, "POST", "/reports/own", &manager, &wish).await;
        let report = made.headers().get("location").unwrap().to_str().unwrap().to_owned();
        let changes = "/figures/changes?measure=neet&month=2025-10&against=return";
        for path in [changes, report.as_str()] {
            let shown = ask(&town.router, "GET", path, &manager, "").await;
            assert_eq!(shown.status(), StatusCode::OK, "{path}");
        }
        assert!(told(&town).await.is_empty(), "that there was no return is none of the table's");

        let shown = ask(&town.router, "GET", changes, &school, "").await;
        assert_eq!(shown.status(), StatusCode::FORBIDDEN);
        let shown = ask(&town.router, "GET", &report, &school, "").await;
        assert_eq!(shown.status(), StatusCode::OK, "whom a report is shared with reads what it is");
        let all: Vec<String> = told(&town).await.into_iter().map(|(.., detail)| detail).collect();
        let [first, second] = all.as_slice() else { panic!("{all:?}") };
        assert!(first.starts_with("GET /figures/changes: see who is behind a figure: "), "{first}");
        assert!(second.starts_with("GET /reports/own/{id}: see figures by "), "{second}");
    })
    .await;
}

#[tokio::test]
async fn a_partners_system_that_is_turned_away_is_written_down_as_itself() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = agree(&town, SCHOOL).await;
        let without = |role: &&Role| role.is_partner() && !roles(Act::ViewSupport).contains(*role);
        let role = *Role::ALL.iter().find(without).unwrap();
        let secret = token_of(&town, (agreement, SCHOOL), role).await;
        for _ in 0..2 {
            let answer = call(&town, ("GET", "/api/v1/early-support"), &secret, NOTHING).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        }
        let all = told(&town).await;
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].3.starts_with("GET /api/v1/early-support: "), "{all:?}");
        assert!(all[0].3.contains(Act::ViewSupport.label()), "{all:?}");
    })
    .await;
}

/// A journey of the machine interface that the table refuses behind the door.
async fn refuses_inside(asking: Asking) -> Problem {
    let no = judge(&asking.0.actor, &Question::of(Act::Administer, Purpose::Running));
    Wrong::denied(no.denial_of(Act::Administer)).into()
}

#[tokio::test]
async fn a_refusal_inside_a_journey_is_written_down_as_the_doors_are() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = agree(&town, SCHOOL).await;
        let secret = token_of(&town, (agreement, SCHOOL), Role::School).await;
        let inside = Router::new()
            .route("/api/v1/inside", get(refuses_inside))
            .layer(from_fn_with_state(town.edge.clone(), note))
            .with_state(town.edge.clone());
        for _ in 0..2 {
            let request = Request::get("/api/v1/inside")
                .header("authorization", format!("Bearer {secret}"))
                .body(Body::empty())
                .unwrap();
            let answer = inside.clone().oneshot(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        }
        let all = told(&town).await;
        assert_eq!(all.len(), 1, "{all:?}");
        assert!(all[0].3.starts_with("GET /api/v1/inside: "), "{all:?}");
        assert!(all[0].3.contains(Act::Administer.label()), "{all:?}");

        // A file that somebody else asked for.
        let (mut tx, at) = (town.ctx.db.begin().await.unwrap(), town.ctx.now());
        let what = ("calls", "To ring them this week");
        let serial = releases::ask(&mut tx, (at.as_str(), None), what, (1, false)).await.unwrap();
        tx.commit().await.unwrap();
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        let path = format!("/exports/{serial}/file");
        let body = format!("csrf={}", form_token(&adviser));
        let answer = ask(&town.router, "POST", &path, &adviser, &body).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let all = told(&town).await;
        let last = &all.last().unwrap().3;
        assert!(last.starts_with("POST /exports/{id}/file: do this: only who asked"), "{last}");
    })
    .await;
}
