//! Where a virus scanner was named, no file is taken that it did not call clean, by page or by a partner's
//! system; one that does not answer closes the door.

use std::str::FromStr;

use axum::body::Body;
use axum::http::StatusCode;
use domain::access::Role;
use testkit::each_engine;

use super::hostile::{parts, post, send};
use super::machine::{call, token_of};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{form_token, sign_in, text_of};
use crate::http::scan::Scanner;
use crate::http::scan::tests::{daemon, eicar};

const ROLL: &str = "Forename,Surname,DOB\nAmina,Khan,2009-05-04\n";
const FIELDS: &[(&str, &str)] = &[("kind", "roll"), ("sender", SCHOOL)];

async fn texts(town: &Town, sql: &str) -> Vec<String> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap()
}

async fn imports(town: &Town) -> Vec<String> {
    texts(town, "SELECT file_name FROM import ORDER BY id").await
}

/// What the page answers to a file: status and words.
async fn by_page(town: &Town, cookie: &str, content: &str) -> (StatusCode, String) {
    let body = parts(&form_token(cookie), FIELDS, ("roll.csv", content));
    let answer = post(town, "/imports", cookie, Body::from(body)).await;
    (answer.status(), text_of(answer).await)
}

/// What a partner's system is answered to the same.
async fn by_system(town: &Town, agreement: i64, content: &str) -> (StatusCode, String) {
    let secret = token_of(town, (agreement, SCHOOL), Role::School).await;
    let to = ("POST", "/api/v1/files?kind=roll&name=roll.csv");
    let sent = ("key-of-the-file", "application/octet-stream", content);
    let answer = call(town, to, &secret, sent).await;
    (answer.status(), text_of(answer).await)
}

#[tokio::test]
async fn no_file_is_taken_that_the_scanner_did_not_call_clean() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = agree(&town, SCHOOL).await;
        town.edge.scan_with(daemon().await);
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let harmful = format!("{ROLL}{},Khan,2009-05-04\n", eicar());
        let found = "The virus scanner found Win.Test.EICAR_HDB-1 in this file";
        let (status, said) = by_page(&town, &cookie, &harmful).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(said.contains(found), "{said}");
        let (status, said) = by_system(&town, agreement, &harmful).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(said.contains(found), "{said}");
        // What the scanner says of a file that it cannot look through is not that it is away.
        let unable = "The virus scanner could not look through this file";
        let (status, said) = by_page(&town, &cookie, "").await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(said.contains(unable), "{said}");
        let (status, said) = by_system(&town, agreement, "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(said.contains(unable), "{said}");
        assert!(imports(&town).await.is_empty(), "on {}", register.engine);
        let sql = "SELECT detail FROM audit WHERE act = 'file refused' ORDER BY seq";
        let words = "the virus scanner found Win.Test.EICAR_HDB-1";
        assert_eq!(texts(&town, sql).await, [words, words]);
        let place = send(&town, ("/imports", &cookie), FIELDS, ("clean.csv", ROLL)).await;
        assert!(place.starts_with("/imports/"), "{place}");
        assert_eq!(imports(&town).await, ["clean.csv"]);
        let kept = "SELECT CAST(SUM(rows_read) AS TEXT) FROM import";
        assert_eq!(texts(&town, kept).await, ["1"], "it was read from its beginning");
    })
    .await;
}

#[tokio::test]
async fn a_scanner_that_does_not_answer_closes_the_door() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = agree(&town, SCHOOL).await;
        let folder = tempfile::tempdir().unwrap();
        let nobody = folder.path().join("clamd.ctl");
        town.edge.scan_with(Scanner::from_str(nobody.to_str().unwrap()).unwrap());
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let (status, said) = by_page(&town, &cookie, ROLL).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(said.contains("The virus scanner does not answer"), "{said}");
        let (status, said) = by_system(&town, agreement, ROLL).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "it may be sent again");
        assert!(said.contains("The virus scanner does not answer"), "{said}");
        assert!(imports(&town).await.is_empty(), "on {}", register.engine);
    })
    .await;
}
