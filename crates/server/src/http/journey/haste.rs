//! Whoever searches, or opens records, faster than people do is told to wait, and information governance is told of it.

use axum::http::StatusCode;
use domain::access::{RECORDS_A_MINUTE, Role, SEARCHES_A_MINUTE};
use store::args;
use testkit::each_engine;

use super::town::{Town, email, town};
use super::{ask, form_token, sign_in, text_of};

/// Searches for everybody whose name begins so; whether it was done.
async fn searched(town: &Town, cookie: &str) -> bool {
    let body = format!("csrf={}&q=kept", form_token(cookie));
    let answer = ask(&town.router, "POST", "/people/search", cookie, &body).await;
    if answer.status() == StatusCode::SEE_OTHER {
        return true;
    }
    let said = text_of(answer).await;
    assert!(said.contains("times within a minute. Wait"), "{said}");
    false
}

#[tokio::test]
async fn searching_faster_than_people_do_is_refused_and_told() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let governance = sign_in(&town.router, &email(Role::Governance)).await;
        let home = text_of(ask(&town.router, "GET", "/", &governance, "").await).await;
        assert!(!home.contains("opened records faster"), "{home}");
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let (mut done, mut refused) = (0, 0);
        // A slow machine earns a search more every two seconds.
        while refused < 3 && done < 10 * SEARCHES_A_MINUTE {
            match searched(&town, &cookie).await {
                true => done += 1,
                false => refused += 1,
            }
        }
        assert!(done >= SEARCHES_A_MINUTE && refused == 3, "{done} done");
        let other = sign_in(&town.router, &email(Role::LocalityManager)).await;
        assert!(searched(&town, &other).await, "nobody waits for another's haste");
        let home = text_of(ask(&town.router, "GET", "/", &governance, "").await).await;
        assert!(
            home.contains("<strong>1</strong> accounts searched or opened records faster"),
            "{home}"
        );
        let looks = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
        assert!(looks.contains("The Personal adviser"), "{looks}");
        let pace = looks.contains("two a second") || looks.contains("two seconds");
        assert!(!pace, "whoever keeps the server sets it: {looks}");
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM audit WHERE act = 'search refused for haste'";
        let rows = tx.one(sql, args![], |row| row.int(0)).await.unwrap().unwrap();
        assert_eq!(rows, 1, "once a minute is enough to know it");
    })
    .await;
}

#[tokio::test]
async fn walking_through_the_numbers_of_records_is_refused_and_told() {
    each_engine(async |register| {
        let town = town(register.db).await;
        town.edge.records().set(RECORDS_A_MINUTE);
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let (mut done, mut refused) = (0, 0);
        let mut ways = ["/people/", "/people/%39", "/own/people/"].iter().cycle();
        // Nobody has these numbers: a walk is one before it finds anybody. A slow machine earns two a second.
        while refused < 3 && done < 10 * RECORDS_A_MINUTE {
            let path = format!("{}{}", ways.next().unwrap(), 900_000 + done);
            let said = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
            match said.contains("You open records faster than people do. Wait") {
                true => refused += 1,
                false => done += 1,
            }
        }
        assert!(done >= RECORDS_A_MINUTE && refused == 3, "{done} done");
        assert!(searched(&town, &cookie).await, "searches are counted by themselves");
        let governance = sign_in(&town.router, &email(Role::Governance)).await;
        let home = text_of(ask(&town.router, "GET", "/", &governance, "").await).await;
        assert!(home.contains("<strong>1</strong> accounts searched or opened"), "{home}");
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let sql = "SELECT COUNT(*) FROM audit WHERE act = 'record refused for haste'";
        let rows = tx.one(sql, args![], |row| row.int(0)).await.unwrap().unwrap();
        assert_eq!(rows, 1, "once a minute is enough to know it");
    })
    .await;
}
