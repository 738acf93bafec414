//! A partner that means harm, through the whole router: numbers of another organisation, forms that are not
//! its own, names of files that are paths, files that break off. Nothing is told, kept or left behind.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context as Waker, Poll};
use std::time::Duration;

use app::accounts;
use axum::body::{Body, Bytes};
use axum::http::{Request, Response, StatusCode, header};
use domain::access::{Actor, Role, Scope};
use domain::consent::{Speaker, Telling, Word};
use domain::person::PersonId;
use hyper::body::Frame;
use store::Row;
use testkit::each_engine;
use tower::ServiceExt;

use super::machine::{NOTHING, call, token_of};
use super::routes::{NOBODY, ROUTES, filled, of_the_router};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in, text_of};

const ROLL: &str = "Forename,Surname,DOB\nAmina,Khan,2009-05-04\n";
const GRADES: &str = "Forename,Surname,DOB,Series,Subject,Level,Grade\n\
    kept-given-name,kept-family-name,2008-10-09,June,Maths,GCSE,7\n";
const LINE: &str = "a-line-between-parts";

/// A posted form with a file, as a browser writes it; the token first.
pub(super) fn parts(token: &str, fields: &[(&str, &str)], (name, content): (&str, &str)) -> String {
    let mut body = String::new();
    let all = [&[("csrf", token)][..], fields].concat();
    for (field, text) in all {
        body += &format!(
            "--{LINE}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n"
        );
    }
    body += &format!(
        "--{LINE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n{content}\r\n--{LINE}--\r\n"
    );
    body
}

pub(super) async fn post(town: &Town, path: &str, cookie: &str, body: Body) -> Response<Body> {
    let request = Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={LINE}"))
        .body(body)
        .unwrap();
    town.router.clone().oneshot(request).await.unwrap()
}

/// Sends a file; where its page is.
pub(super) async fn send(
    town: &Town,
    (path, cookie): (&str, &str),
    fields: &[(&str, &str)],
    file: (&str, &str),
) -> String {
    let body = parts(&form_token(cookie), fields, file);
    let answer = post(town, path, cookie, Body::from(body)).await;
    let status = answer.status();
    let place = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
    match place {
        Some(place) => {
            settled(town, number(&place)).await;
            place
        }
        None => panic!("{path} {file:?}: {status} {}", text_of(answer).await),
    }
}

fn number(place: &str) -> i64 {
    place.rsplit('/').next().unwrap().parse().unwrap_or_default()
}

/// Waits until nobody works on an import any more.
async fn settled(town: &Town, import: i64) {
    for _ in 0..500 {
        if town.edge.work().done(import).is_none() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("import {import} is never done");
}

/// An account of a partner's role elsewhere, signed in.
async fn elsewhere(town: &Town, role: Role) -> String {
    sent_from(town, role, "urn-2").await
}

async fn sent_from(town: &Town, role: Role, organisation: &str) -> String {
    let address = format!("{organisation}-{}@example.org", role.name());
    let mut tx = town.ctx.db.begin().await.unwrap();
    let who = (address.as_str(), "Somebody", role);
    let reach = (Some(organisation.to_owned()), &[][..]);
    accounts::add(&town.ctx, &mut tx, who, reach, town.hash.clone()).await.unwrap();
    tx.commit().await.unwrap();
    sign_in(&town.router, &address).await
}

/// Everything that somebody else's act could have changed of what the school has.
async fn as_it_stands(town: &Town) -> Vec<String> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let mut all = Vec::new();
    for sql in [
        "SELECT CAST(COUNT(*) AS TEXT) FROM change",
        "SELECT state FROM import ORDER BY id",
        "SELECT state FROM result_send ORDER BY id",
        "SELECT CAST(COUNT(*) AS TEXT) FROM saved_report WHERE ended_at IS NULL",
        "SELECT CAST(COUNT(*) AS TEXT) FROM account WHERE active = 0",
        "SELECT COALESCE(sponsor, '') FROM account WHERE email LIKE 'school@%'",
    ] {
        all.extend(tx.rows(sql, store::args![], |row| row.text(0)).await.unwrap());
    }
    all
}

#[tokio::test]
async fn the_numbers_of_another_organisation_answer_as_nobodys_do() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for organisation in [SCHOOL, "urn-2"] {
            agree(&town, organisation).await;
        }
        let owner = sign_in(&town.router, &email(Role::School)).await;
        let roll = ("kept-roll.csv", ROLL);
        let roll = send(&town, ("/own/files", &owner), &[("kind", "roll")], roll).await;
        let results = ("kept-results.csv", GRADES);
        let results = send(&town, ("/own/results", &owner), &[], results).await;
        let wish = format!(
            "csrf={}&title=kept-report&measure=neet&first=sex&second=ethnicity&third=year-group&months=6",
            form_token(&owner)
        );
        let report = ask(&town.router, "POST", "/reports/own", &owner, &wish).await;
        let report = report.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
        for path in [&roll, &results, &report, &format!("/own/people/{}", town.person)] {
            let answer = ask(&town.router, "GET", path, &owner, "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{path} is the owner's");
        }
        let before = as_it_stands(&town).await;
        let mut ids = vec![1, 2, 3, town.person, number(&roll), number(&results), number(&report)];
        ids.sort_unstable();
        ids.dedup();
        let mut asked = 0;
        for role in Role::ALL.iter().filter(|role| role.is_partner()) {
            let cookie = elsewhere(&town, *role).await;
            // Whole for every form, so that each looks the number up before it says anything.
            let body = format!(
                "csrf={}&words=x&reason=x&needed=yes&what=word&word=said-no&by=young-person&how=signed\
                 &said-day=24&said-month=11&said-year=2025",
                form_token(&cookie)
            );
            let numbered = ROUTES.iter().filter(|(_, path, _)| path.contains("{id}"));
            for (method, path, _) in numbered {
                let at = |id| filled(path, id);
                let nobodys = ask(&town.router, method, &at(NOBODY), &cookie, &body).await.status();
                let unread = path.starts_with("/own/") && nobodys == StatusCode::UNPROCESSABLE_ENTITY;
                assert!(!unread, "{role:?} {method} {path}: the form was not even read");
                for id in &ids {
                    let answer = ask(&town.router, method, &at(*id), &cookie, &body).await;
                    let about = format!("{role:?} {method} {} ({})", at(*id), register.engine);
                    assert_eq!(answer.status(), nobodys, "{about}");
                    let text = text_of(answer).await;
                    assert!(!text.contains("kept-"), "{about}: {text}");
                    asked += 1;
                }
            }
        }
        assert!(asked > 2_000, "{asked}");
        assert_eq!(as_it_stands(&town).await, before, "{}", register.engine);
    })
    .await;
}

#[tokio::test]
async fn no_form_is_taken_without_its_own_token() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
    let others = form_token(&sign_in(&town.router, &email(Role::Governance)).await);
    let before = as_it_stands(&town).await;
    let mut asked = 0;
    for (_, path) in of_the_router().into_iter().filter(|(method, _)| *method == "POST") {
        if path.starts_with("/api/") || path == "/csp" {
            continue;
        }
        let address = filled(path, town.person);
        for body in [String::new(), "csrf=".to_owned(), format!("csrf={others}"), "csrf=%00".into()]
        {
            let answer = ask(&town.router, "POST", &address, &cookie, &body).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{address} took {body:?}");
            let body = parts(&others, &[("do", "keep")], ("roll.csv", ROLL));
            let answer = post(&town, &address, &cookie, Body::from(body)).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{address} took a form in parts");
            asked += 2;
        }
    }
    assert!(asked > 600, "{asked}");
    assert_eq!(as_it_stands(&town).await, before);
}

/// What the sender of a file reads of its check, on its page and by its own system.
async fn told(
    town: &Town,
    (cookie, secret): (&str, &str),
    kind: &str,
    file: (&str, &str),
) -> String {
    let place = send(town, ("/own/files", cookie), &[("kind", kind)], file).await;
    let page = text_of(ask(&town.router, "GET", &place, cookie, "").await).await;
    let page = page.split("<h1").nth(1).unwrap().replace(&place, "");
    let address = format!("/api/v1/files/{}", number(&place));
    let answer = text_of(call(town, ("GET", &address), secret, NOTHING).await).await;
    let mut answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["state"], "checked", "{answer}");
    answer["id"] = 0.into();
    answer["received_at"] = "".into();
    format!("{page}\n{answer}")
}

async fn change(town: &Town, sql: &str) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    assert!(tx.run(sql, store::args![]).await.unwrap() > 0, "{sql}");
    tx.commit().await.unwrap();
}

pub(super) fn keeper() -> Actor {
    let name = "Jo".to_owned();
    Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() }
}

/// A file that is only checked tells its sender nothing of the register: a row of somebody who is there, with
/// what is recorded of them, reads like one of somebody whom nobody knows.
#[tokio::test]
async fn a_check_is_no_way_to_ask_whom_the_register_knows() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let agreement = agree(&town, "urn-2").await;
        let role = Role::YouthOffending;
        let cookie = elsewhere(&town, role).await;
        let secret = token_of(&town, (agreement, "urn-2"), role).await;
        let mut said = Vec::new();
        for row in [
            "kept-given-name,kept-family-name,2008-10-09,ME4 4UF",
            "kept-given-name,kept-family-name,2008-10-09,ME4 4UG",
            "kept-given-name,kept-family-name,2008-10-10,ME4 4UF",
            "Zebedee,Quillfeather,2009-02-03,ME4 4UF",
        ] {
            let text = format!("Forename,Surname,DOB,Postcode\n{row}\n");
            let file = ("list.csv", text.as_str());
            said.push(told(&town, (&cookie, &secret), "roll", file).await);
        }
        assert!(said[0].contains("Rows that can be used"), "{}", said[0]);
        for other in &said[1..] {
            assert_eq!(*other, said[0], "{}", register.engine);
        }
        change(&town, "UPDATE particulars SET upn = 'H887400009001' WHERE ended IS NULL").await;
        let mut said = Vec::new();
        for number in ["H887400009001", "B801200005001"] {
            let text = format!("UPN,Forename\n{number},\n");
            let file = ("list.csv", text.as_str());
            said.push(told(&town, (&cookie, &secret), "roll", file).await);
        }
        assert_eq!(said[0], said[1], "a number alone: {}", register.engine);
        assert!(said[0].contains("\"refused\":0"), "{}", said[0]);
        let bad = told(&town, (&cookie, &secret), "roll", ("list.csv", "UPN,Forename\n,Zebedee\n"));
        assert!(bad.await.contains("\"refused\":1"), "what the file itself lacks is told");
    })
    .await;
}

/// Nor does what needs somebody's word: whether one was said is known of those alone whom the register knows.
#[tokio::test]
async fn a_check_tells_nothing_of_who_agreed_to_sharing() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let wording = testkit::list_wording("urn-3", "consent");
        let brought = app::agreement::bring(&town.ctx, &keeper(), &wording, None).await.unwrap();
        let role = Role::YouthOffending;
        let cookie = sent_from(&town, role, "urn-3").await;
        let secret = token_of(&town, (brought.agreement, "urn-3"), role).await;
        let ask = async |row: &str| {
            let text = format!("Forename,Surname,DOB,Postcode,Phone\n{row},07700 900001\n");
            told(&town, (&cookie, &secret), "roll", ("list.csv", &text)).await
        };
        const KNOWN: &str = "kept-given-name,kept-family-name,2008-10-09,ME4 4UF";
        let nobody = ask("Zebedee,Quillfeather,2009-02-03,ME4 4UF").await;
        assert_eq!(ask(KNOWN).await, nobody, "nothing said: {}", register.engine);
        let word = Telling {
            partner: "urn-3".to_owned(),
            word: Word::Agreed,
            by: Speaker::YoungPerson,
            how: "signed".to_owned(),
            wording: "2".to_owned(),
            evidence: "Form in the file".to_owned(),
            office: "Chatham".to_owned(),
            day: town.ctx.today(),
            until: Some(jiff::civil::date(2026, 3, 31)),
        };
        let person = PersonId(town.person);
        let wrong = app::consents::tell(&town.ctx, &keeper(), person, &word).await.unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
        assert_eq!(ask(KNOWN).await, nobody, "agreed: {}", register.engine);
    })
    .await;
}

/// Nor who learns at a college whose number a file states as its own.
#[tokio::test]
async fn a_check_tells_nothing_of_who_learns_elsewhere() {
    const ILR: &str = include_str!("../../../../../testdata/ilr/2025-26.xml");
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = agree(&town, "urn-2").await;
        let cookie = elsewhere(&town, Role::College).await;
        let secret = token_of(&town, (agreement, "urn-2"), Role::College).await;
        change(&town, "UPDATE organisation SET ukprn = '10003674' WHERE id = 'urn-1'").await;
        let file = ("ilr.xml", ILR);
        let before = told(&town, (&cookie, &secret), "ilr", file).await;
        let there =
            "UPDATE spell SET organisation = 'urn-1' WHERE ended IS NULL AND end_day IS NULL";
        change(&town, there).await;
        assert_eq!(
            told(&town, (&cookie, &secret), "ilr", file).await,
            before,
            "{}",
            register.engine
        );

        // The council, which the same file is brought to, is told; on its own page alone.
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let fields = [("kind", "ilr"), ("sender", "urn-2")];
        let place = send(&town, ("/imports", &manager), &fields, file).await;
        let page = text_of(ask(&town.router, "GET", &place, &manager, "").await).await;
        let gone = format!("so perhaps gone: person {}.", town.person);
        assert!(page.contains(&gone), "{page}");
        let own = format!("/own/files/{}", number(&place));
        let page = text_of(ask(&town.router, "GET", &own, &cookie, "").await).await;
        assert!(!page.contains("perhaps gone"), "{page}");
    })
    .await;
}

/// Whatever is only looked at stays as it is, in every table, whoever looks.
#[tokio::test]
async fn looking_changes_nothing() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    for organisation in [SCHOOL, "urn-2"] {
        agree(&town, organisation).await;
    }
    file_that_waits(&town).await;
    let school = sign_in(&town.router, &email(Role::School)).await;
    let roll = ("kept-roll.csv", ROLL);
    let sent = send(&town, ("/own/files", &school), &[("kind", "roll")], roll).await;
    let results = ("kept-results.csv", GRADES);
    let results = send(&town, ("/own/results", &school), &[], results).await;
    let manager = sign_in(&town.router, &email(Role::DataManager)).await;
    let brought = [("kind", "roll"), ("sender", SCHOOL)];
    let import = send(&town, ("/imports", &manager), &brought, roll).await;
    let mut ids: Vec<i64> = [&sent, &results, &import].map(|place| number(place)).to_vec();
    ids.extend([town.person, NOBODY]);
    ids.sort_unstable();
    ids.dedup();
    let mut asked = 0;
    for role in Role::ALL {
        let cookie = sign_in(&town.router, &email(*role)).await;
        let before = as_kept(&town).await;
        for (_, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            let ids = if path.contains("{id}") { &ids[..] } else { &ids[..1] };
            for id in ids {
                let answer = ask(&town.router, "GET", &filled(path, *id), &cookie, "").await;
                assert!(!answer.status().is_server_error(), "{path}: {}", answer.status());
                asked += 1;
            }
        }
        let after = as_kept(&town).await;
        let changed: Vec<&String> = after
            .iter()
            .filter(|(name, is)| before.get(*name) != Some(is))
            .map(|(n, _)| n)
            .collect();
        assert!(changed.is_empty(), "{role:?} changed {changed:?}");
    }
    assert!(asked > 2_000, "{asked}");
}

/// What every table holds, but what looking is meant to write: the audit of it and what is made of that, that one
/// was turned away, when a session was last used, the line of a file that was taken out, and when a provider first
/// had a result before it, which the school is shown. Of files that wait for a second person every line is held.
async fn as_kept(town: &Town) -> BTreeMap<String, u64> {
    let mut all = testkit::contents(&town.ctx.db).await;
    all.retain(|column, _| {
        let (table, _) = column.split_once('.').unwrap();
        let seen = ["session.seen_at", "result_pass.seen_at", "result_pass.seen_by"];
        let looks = ["audit", "curious_look", "unexplained_look", "hasty_search", "people_export"];
        !seen.contains(&column.as_str()) && table != "counter" && !looks.contains(&table)
    });
    let sql = "SELECT serial, second, second_at, taken_at FROM people_export WHERE needs_second = 1 ORDER BY serial";
    let line =
        |row: &Row<'_>| Ok((row.int(0)?, row.opt_int(1)?, row.opt_text(2)?, row.opt_text(3)?));
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let waiting = tx.rows(sql, store::args![], line).await.unwrap();
    assert_eq!(waiting.len(), 1, "one waits");
    let mut digest = DefaultHasher::new();
    waiting.hash(&mut digest);
    all.insert("people_export that waits".to_owned(), digest.finish());
    all
}

/// Asks for a file of so many that a second person has to agree.
async fn file_that_waits(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let (at, why) = (town.ctx.now(), ("calls", "To call them"));
    store::releases::ask(&mut tx, (&at, None), why, (400, true)).await.unwrap();
    tx.commit().await.unwrap();
}

fn left_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[tokio::test]
async fn a_files_name_is_shown_and_never_a_path() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    agree(&town, SCHOOL).await;
    let school = sign_in(&town.router, &email(Role::School)).await;
    let beside = town.edge.incoming().parent().unwrap().to_owned();
    let long = "x".repeat(900);
    for name in [
        "../../../../tmp/waymark-was-here.csv",
        "..%2f..%2fwas-here.csv",
        "..\\..\\was-here.csv",
        "/tmp/waymark-was-here.csv",
        "<script>alert(1)</script>.csv",
        "was-here.csv;rm -rf",
        &long,
        "..",
    ] {
        let place = send(&town, ("/own/files", &school), &[("kind", "roll")], (name, ROLL)).await;
        let page = text_of(ask(&town.router, "GET", &place, &school, "").await).await;
        assert!(!page.contains("<script>alert"), "{name}");
        assert!(!page.contains(&long), "a name is cut");
        assert_eq!(left_in(town.edge.incoming()), 0, "{name}");
        for folder in [beside.as_path(), Path::new("/tmp"), Path::new(".")] {
            assert!(!folder.join("waymark-was-here.csv").exists(), "{name}");
            assert!(!folder.join("was-here.csv").exists(), "{name}");
        }
    }
}

/// A body in two halves; between them it is looked whether anything lies in the folder under a name.
struct Halves {
    halves: Vec<Bytes>,
    folder: PathBuf,
}

impl hyper::body::Body for Halves {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Waker<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        assert_eq!(left_in(&self.folder), 0, "whoever ends the program now leaves a file");
        let next = (!self.halves.is_empty()).then(|| self.halves.remove(0));
        Poll::Ready(next.map(|half| Ok(Frame::data(half))))
    }
}

/// However a file comes, whole or broken off, no file of the folder holds a word of it, not even while it is
/// on its way; and once there are keys no cell of any table does.
#[tokio::test]
async fn what_is_sent_over_http_is_kept_sealed_and_leaves_nothing_on_the_way() {
    const CANARIES: [&str; 3] = ["Canarylofts", "Goldfinchmews", "CA9 9RY"];
    each_engine(async |register| {
        let town = town(register.db).await;
        let name = "Jo".to_owned();
        let keeper = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
        let home = tempfile::tempdir().unwrap();
        app::keys::make(&town.ctx, &keeper, &app::keys::in_home(home.path())).await.unwrap();
        agree(&town, SCHOOL).await;
        let school = sign_in(&town.router, &email(Role::School)).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let roll = "Forename,Surname,DOB,Sex,Address 1,Town,Post Code\n\
                    Zebedee,Quill,2009-03-04,F,1 Canarylofts,Goldfinchmews,CA9 9RY\n,,,,Canarylofts,,\n";
        let grades = "Forename,Surname,DOB,Series,Subject,Level,Grade\n\
            kept-given-name,kept-family-name,2008-10-09,June,Canarylofts reading,GCSE,CA9 9RY\n";
        let brought = [("kind", "roll"), ("sender", SCHOOL)];
        send(&town, ("/imports", &manager), &brought, ("roll.csv", roll)).await;
        send(&town, ("/own/files", &school), &[("kind", "roll")], ("roll.csv", roll)).await;
        send(&town, ("/own/results", &school), &[], ("june.csv", grades)).await;
        let matched = [("kind", "other"), ("sender", SCHOOL), ("purpose", "who is missing")];
        send(&town, ("/who-is-who/lists", &manager), &matched, ("list.csv", roll)).await;

        // In halves, and without its second half.
        let whole = parts(&form_token(&school), &[("kind", "roll")], ("half.csv", roll));
        let (first, second) = whole.as_bytes().split_at(whole.len() - 60);
        let folder = town.edge.incoming().to_owned();
        for (sent, status) in [
            (vec![first, second], StatusCode::SEE_OTHER),
            (vec![first], StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            let halves = sent.into_iter().map(Bytes::copy_from_slice).collect();
            let body = Body::new(Halves { halves, folder: folder.clone() });
            assert_eq!(post(&town, "/own/files", &school, body).await.status(), status);
        }
        for import in 1..=3 {
            settled(&town, import).await;
        }
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let count = "SELECT COUNT(*) FROM import";
        let imports = tx.one(count, store::args![], |row| row.int(0)).await.unwrap();
        assert_eq!(imports, Some(3), "what broke off never came");
        let count = "SELECT COUNT(*) FROM import_row";
        let rows = tx.one(count, store::args![], |row| row.int(0)).await.unwrap();
        assert!(rows.unwrap() >= 6, "every whole file was read: {rows:?}");
        drop(tx);
        let found = testkit::cells_that_tell(&town.ctx.db, &CANARIES).await;
        assert!(found.is_empty(), "{}: {found:?}", register.engine);
        assert_eq!(left_in(&folder), 0);
    })
    .await;
}

/// A word that no form of ours holds is refused in words, on either database, and not stumbled over.
#[tokio::test]
async fn a_nul_is_turned_away_wherever_it_comes() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let school = sign_in(&town.router, &email(Role::School)).await;
        let token = form_token(&manager);
        for (path, fields, cookie) in [
            ("/people/search", "q=a%00b", &manager),
            ("/admin/people", "name=a%00b&email=a%40example.org&role=adviser", &manager),
            ("/own/offers", "given=a%00&family=b&made=yes", &school),
        ] {
            let token = if *cookie == manager { token.clone() } else { form_token(&school) };
            let body = format!("csrf={token}&{fields}");
            let status = ask(&town.router, "POST", path, cookie, &body).await.status();
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} ({})", register.engine);
        }
        for path in
            ["/admin/organisations/a%00b", "/admin/organisations?find=%00", "/people/found/%00"]
        {
            let status = ask(&town.router, "GET", path, &manager, "").await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{path} ({})", register.engine);
        }
    })
    .await;
}
