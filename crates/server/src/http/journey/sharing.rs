//! What was said about sharing is written down with the day on which it was said, which may be some time ago.

use axum::http::StatusCode;
use domain::access::{Actor, Role, Scope};
use testkit::each_engine;

use super::town::{SCHOOL, agree, email, town};
use super::{ask, form_token, sign_in, text_of};

#[tokio::test]
async fn an_old_yes_that_is_written_down_late_does_not_undo_what_was_said_since() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let name = "Jo".to_owned();
        let keeper = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
        let wording = testkit::list_wording("urn-3", "consent");
        app::agreement::bring(&town.ctx, &keeper, &wording, None).await.unwrap();
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let path = format!("/people/{}/sharing", town.person);
        let page = async || text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
        let send = async |fields: &str| {
            let body = format!("csrf={}&partner=urn-3&{fields}", form_token(&cookie));
            ask(&town.router, "POST", &path, &cookie, &body).await
        };
        let agreed = async |day: &str, month: &str, year: &str| {
            let said = format!("said-day={day}&said-month={month}&said-year={year}");
            let how = "by=young-person&how=signed&wording=2&evidence=Form&months=12";
            send(&format!("word=agreed&{how}&{said}")).await
        };
        let new = page().await;
        assert!(new.contains("name=\"said-day\" inputmode=\"numeric\" value=\"24\""), "{new}");
        for (day, month, year, why) in [
            ("25", "11", "2025", "What was said was said today or before"),
            ("8", "10", "2008", "Nothing was said before they were born"),
            ("31", "2", "2025", "The day must be a real day"),
        ] {
            let said = text_of(agreed(day, month, year).await).await;
            assert!(said.contains(why), "{why}: {said}");
        }
        assert!(page().await.contains("they have not agreed"), "nothing was kept");
        assert_eq!(agreed("1", "10", "2025").await.status(), StatusCode::SEE_OTHER);
        let stands = page().await;
        assert!(!stands.contains("they have not agreed"), "{stands}");
        assert!(stands.contains("1 October 2025"), "the day on which it was said: {stands}");
        assert_eq!(send("word=withdrawn").await.status(), StatusCode::SEE_OTHER);
        assert!(page().await.contains("they have not agreed"));
        assert_eq!(agreed("10", "11", "2025").await.status(), StatusCode::SEE_OTHER);
        assert!(page().await.contains("they have not agreed"), "taken back since");
        assert_eq!(agreed("24", "11", "2025").await.status(), StatusCode::SEE_OTHER);
        assert!(!page().await.contains("they have not agreed"), "told last of one day");
    })
    .await;
}

/// Three long answers are half an hour's work: a slip in one of them loses none.
#[tokio::test]
async fn a_check_that_is_refused_comes_back_as_it_was_typed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let path = format!("/agreements/{}", agree(&town, SCHOOL).await);
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let send = async |fields: &str| {
            let body =
                format!("csrf={}&practical=It+runs+a+day+late&{fields}", form_token(&cookie));
            ask(&town.router, "POST", &format!("{path}/check"), &cookie, &body).await
        };
        let whole = "legal=Section+72+holds&effective=Two+were+found";
        let short = whole.replace("Two+were+found", "");
        let (early, none) =
            (format!("{whole}&check-day=2026-02-01"), format!("{whole}&check-day=soon"));
        for (fields, field, why) in [
            (&short, "effective", "Say what the agreement brought."),
            (&early, "check-day", "cannot be dated in the future"),
            (&none, "check-day", "Enter the day of the check."),
        ] {
            let said = text_of(send(fields).await).await;
            assert!(said.contains(why), "{why}: {said}");
            assert!(said.contains(&format!("id=\"{field}-error\"")), "{field}: {said}");
            assert!(said.contains(">It runs a day late</textarea>"), "{field}: {said}");
            assert!(said.contains(">Section 72 holds</textarea>"), "{field}: {said}");
        }
        let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
        assert!(page.contains("It was not checked before."), "nothing was kept: {page}");
        assert_eq!(send(whole).await.status(), StatusCode::SEE_OTHER);
        let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
        assert!(page.contains("data-label=\"Effective\">Two were found<"), "{page}");

        // Ended meanwhile: there is no form any more, and what was typed is not lost with it.
        let body = format!("csrf={}&reason=It+is+over", form_token(&cookie));
        let ended = ask(&town.router, "POST", &format!("{path}/end"), &cookie, &body).await;
        assert_eq!(ended.status(), StatusCode::SEE_OTHER);
        for fields in [whole, short.as_str()] {
            let said = text_of(send(fields).await).await;
            assert!(said.contains("has ended, so the check was not recorded"), "{said}");
            assert!(said.contains("It runs a day late") && said.contains("Section 72 holds"));
            assert!(!said.contains("Say what the agreement brought"), "{said}");
        }
    })
    .await;
}
