//! What somebody sends is decoded once, taken by the fields that the form has, and from one place alone.

use app::accounts;
use axum::http::StatusCode;
use domain::access::{Actor, Role, Scope};
use store::args;
use testkit::each_engine;

use super::town::{Town, email, town};
use super::{Extras, ask, cookie_of, form_token, router, sign_in, text_of, token_in};

#[tokio::test]
async fn what_was_encoded_twice_is_decoded_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let number = town.person.to_string();
        let once: String = number.bytes().map(|digit| format!("%{digit:02x}")).collect();
        let twice = once.replace('%', "%25");
        let status = async |number: &str| {
            let path = format!("/people/{number}");
            ask(&town.router, "GET", &path, &cookie, "").await.status()
        };
        assert_eq!(status(&once).await, StatusCode::OK);
        assert_eq!(status(&twice).await, StatusCode::NOT_FOUND);
        for (asked, to) in [("%2Fadmin", "/admin"), ("%252Fadmin", "/")] {
            let path = format!("/account/prove?to={asked}");
            let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
            assert!(page.contains(&format!("name=\"to\" value=\"{to}\"")), "{asked}: {page}");
        }
        let page = ask(&town.router, "GET", "/sign-in", "", "").await;
        let cookie = cookie_of(&page);
        let form = token_in(&text_of(page).await);
        let body = format!("csrf={form}&email=jo%2540example.org&password=guess");
        let said = text_of(ask(&town.router, "POST", "/sign-in", &cookie, &body).await).await;
        assert!(said.contains("value=\"jo%40example.org\""), "{said}");
    })
    .await;
}

/// Every account as it stands.
async fn everybody(town: &Town) -> Vec<String> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let sql = "SELECT email || ' ' || name || ' ' || role || ' ' || COALESCE(organisation, '') || ' ' || localities || ' ' || CAST(active AS TEXT) FROM account ORDER BY id";
    tx.rows(sql, args![], |row| row.text(0)).await.unwrap()
}

/// The adviser's own postcode as it is kept.
async fn postcode(town: &Town) -> String {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let found = store::accounts::by_email(&mut tx, &email(Role::Adviser)).await.unwrap().unwrap();
    drop(tx);
    let (name, role) = (found.name, Role::Adviser);
    let adviser = Actor { account: found.id, name, role, scope: Scope::default() };
    accounts::own_postcode(&town.ctx, &adviser).await.unwrap()
}

#[tokio::test]
async fn fields_that_a_form_does_not_have_change_nothing() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let before = everybody(&town).await;
        let more = "id=1&account=1&email=x%40example.org&name=X&role=data-manager&active=0\
                    &organisation=urn-1&localities=South";
        let body = format!("csrf={}&postcode=ME4+4UG&{more}", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/account/postcode", &cookie, &body).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(postcode(&town).await, "ME4 4UG", "the form's own field was read");
        assert_eq!(everybody(&town).await, before, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn a_value_is_read_from_one_place_and_given_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let send = async |query: &str, fields: &str| {
            let path = format!("/account/postcode{query}");
            let body = format!("csrf={}{fields}", form_token(&cookie));
            ask(&town.router, "POST", &path, &cookie, &body).await.status()
        };
        assert_eq!(send("?postcode=ME4+4UF", "").await, StatusCode::SEE_OTHER);
        assert_eq!(postcode(&town).await, "", "what stands in the address is no field");
        let twice = send("", "&postcode=ME4+4UF&postcode=ME4+4UG").await;
        assert_eq!(twice, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(postcode(&town).await, "");
        assert_eq!(send("?postcode=ME4+4UF", "&postcode=ME4+4UG").await, StatusCode::SEE_OTHER);
        assert_eq!(postcode(&town).await, "ME4 4UG");
    })
    .await;
}

#[tokio::test]
async fn the_gallery_is_served_only_when_it_is_asked_for() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
    let answer = ask(&town.router, "GET", "/gallery", &cookie, "").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let with = router(town.edge.clone(), Extras { gallery: true });
    assert_eq!(ask(&with, "GET", "/gallery", &cookie, "").await.status(), StatusCode::OK);
}

/// A report of something else than was asked for would stand under its title.
#[tokio::test]
async fn a_report_is_what_was_asked_for_or_is_not_made() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let save = async |fields: &str| {
            let body = format!("csrf={}&title=%3D1%2B1&{fields}", form_token(&cookie));
            ask(&town.router, "POST", "/reports/own", &cookie, &body).await
        };
        for fields in [
            "measure=neet&months=",
            "measure=neet&months=twelve",
            "measure=neet&months=600",
            "measure=neet&months=99999999999",
            "measure=neet&months=6&first=shoe-size",
            "measure=happiness&months=6",
        ] {
            let status = save(fields).await.status();
            assert!(status.is_client_error(), "{fields}: {status}");
        }
        let list = text_of(ask(&town.router, "GET", "/reports/own", &cookie, "").await).await;
        assert!(list.contains("No report is saved yet"), "{list}");
        for (measure, heading) in [("neet", "Share"), ("neet-spells", "Mean")] {
            let saved = save(&format!("measure={measure}&months=1")).await;
            let report = saved.headers().get("location").unwrap().to_str().unwrap().to_owned();
            let page = text_of(ask(&town.router, "GET", &report, &cookie, "").await).await;
            assert!(page.contains(&format!(">{heading}</th>")), "{measure}: {page}");
            let ahead = format!("{report}?month=2999-01");
            let status = ask(&town.router, "GET", &ahead, &cookie, "").await.status();
            assert!(status.is_client_error(), "{ahead}: {status}");
            let file = format!("{report}/file?format=csv");
            let csv = text_of(ask(&town.router, "GET", &file, &cookie, "").await).await;
            assert!(csv.lines().all(|line| !line.starts_with('=')), "{csv}");
            assert!(csv.contains("# report: =1+1"), "{csv}");
        }
    })
    .await;
}
