//! Partners' own systems through the whole router: every address of the machine interface, asked by a
//! token of every partner's role in every state that tokens get into, answers as the table of acts says;
//! what is sent twice is done once; and what the agreement does not give out does not leave.

use app::machine::{self, Wanted};
use app::{agreement, partners};
use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use domain::access::{Act, Actor, Role, Scope, roles};
use domain::agreement::Signature;
use jiff::civil::date;
use testkit::each_engine;
use tower::ServiceExt;

use super::routes::of_the_router;
use super::text_of;
use super::town::{SCHOOL, TODAY, Town, agree, town};

/// Addresses with the act they need. Sending needs words of its own, which are tried apart.
const ADDRESSES: &[(&str, &str, Act)] = &[
    ("GET", "/api/v1/pupils", Act::ViewPeople),
    ("GET", "/api/v1/files", Act::SendOwn),
    ("POST", "/api/v1/files", Act::SendOwn),
    ("GET", "/api/v1/files/{id}", Act::SendOwn),
    ("DELETE", "/api/v1/files/{id}", Act::SendOwn),
    ("POST", "/api/v1/files/{id}/send", Act::SendOwn),
    ("GET", "/api/v1/notices", Act::SendOwn),
    ("POST", "/api/v1/notices", Act::SendOwn),
    ("GET", "/api/v1/results", Act::SendOwn),
    ("GET", "/api/v1/results/files", Act::SendOwn),
    ("POST", "/api/v1/results/files", Act::SendOwn),
    ("GET", "/api/v1/results/files/{id}", Act::SendOwn),
    ("DELETE", "/api/v1/results/files/{id}", Act::SendOwn),
    ("POST", "/api/v1/results/files/{id}/send", Act::SendOwn),
    ("GET", "/api/v1/early-support", Act::ViewSupport),
    ("GET", "/api/v1/early-support.csv", Act::ViewSupport),
];

/// What the town's school gives and is given: names and births, no numbers, nothing of elsewhere.
const WORDING: &str = r#"
title = "Machine agreement"
purpose = "To know who is in learning"
partners = ["urn-1"]
starts = "2025-09-01"
ends = "2026-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "in"
gateway = "esa-72"
items = ["phone", "sex", "intended_destination"]

[[line]]
flow = "joiners-leavers"
direction = "in"
gateway = "esa-13"
items = ["given_name", "family_name", "date_of_birth", "attendance"]

[[line]]
flow = "school-roll"
direction = "out"
gateway = "esa-17"
items = ["given_name", "family_name", "date_of_birth", "school", "attendance"]

[[signature]]
name = "R Hale"
day = "2025-09-01"
"#;

fn manager() -> Actor {
    Actor { account: 0, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

async fn signed(town: &Town) -> i64 {
    let brought = agreement::bring(&town.ctx, &manager(), WORDING, None).await.unwrap();
    let school = Signature {
        party: Some(SCHOOL.into()),
        name: "P Lindley".into(),
        post: "Head".into(),
        day: date(2025, 9, 1),
    };
    agreement::sign(&town.ctx, &manager(), brought.agreement, &school).await.unwrap();
    brought.agreement
}

async fn token(town: &Town, agreement: i64, role: Role) -> String {
    token_of(town, (agreement, SCHOOL), role).await
}

pub(super) async fn token_of(town: &Town, (agreement, whose): (i64, &str), role: Role) -> String {
    let wanted = Wanted {
        agreement,
        organisation: whose.into(),
        role: role.name().into(),
        name: format!("System of {}", role.name()),
        months: 12,
    };
    machine::make(&town.ctx, &manager(), &wanted).await.unwrap().unwrap()
}

pub(super) async fn call(
    town: &Town,
    (method, path): (&str, &str),
    secret: &str,
    (key, kind, body): (&str, &str, &str),
) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if !secret.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {secret}"));
    }
    if !key.is_empty() {
        request = request.header("idempotency-key", key);
    }
    let request = request.header(header::CONTENT_TYPE, kind).body(Body::from(body.to_owned()));
    town.router.clone().oneshot(request.unwrap()).await.unwrap()
}

pub(super) const NOTHING: (&str, &str, &str) = ("", "application/json", "");

/// A problem has its own media type; no answer of this interface gives a cookie.
async fn judged(about: &str, answer: Response<Body>) -> (StatusCode, serde_json::Value) {
    let status = answer.status();
    assert!(!status.is_server_error() && !status.is_redirection(), "{about}: {status}");
    assert!(answer.headers().get(header::SET_COOKIE).is_none(), "{about} gives a cookie");
    let kind = answer.headers().get(header::CONTENT_TYPE).map(|k| k.to_str().unwrap().to_owned());
    if !status.is_success() {
        assert_eq!(kind.as_deref(), Some("application/problem+json"), "{about}: {status}");
    }
    let text = text_of(answer).await;
    let value = serde_json::from_str(&text).unwrap_or(serde_json::Value::String(text));
    if !status.is_success() {
        assert_eq!(value["status"], status.as_u16(), "{about}");
    }
    (status, value)
}

#[test]
fn no_address_of_the_interface_is_missing_here() {
    let found: Vec<_> =
        of_the_router().into_iter().filter(|(_, path)| path.starts_with("/api/v1/")).collect();
    let mut known: Vec<_> = ADDRESSES.iter().map(|(method, path, _)| (*method, *path)).collect();
    let mut all = found.clone();
    all.sort_unstable();
    known.sort_unstable();
    assert_eq!(all, known);
}

#[tokio::test]
async fn every_role_and_state_of_a_token_is_answered_as_the_table_says() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        town.edge.rate().set(1_000_000);
        let mut pairs = 0;
        for role in Role::ALL.iter().filter(|role| role.is_partner()) {
            let live = token(&town, agreement, *role).await;
            let ended = token(&town, agreement, *role).await;
            let shown = machine::list(&town.ctx, &manager()).await.unwrap();
            machine::end(&town.ctx, &manager(), shown[0].token.id).await.unwrap();
            for (method, path, act) in ADDRESSES {
                let address = path.replace("{id}", "1");
                for (state, secret) in [("none", ""), ("ended", &ended), ("guessed", "wm_00")] {
                    let about = format!("{method} {path} {role:?} {state}");
                    let answer = call(&town, (method, &address), secret, NOTHING).await;
                    assert!(answer.headers().contains_key("www-authenticate"), "{about}");
                    assert_eq!(judged(&about, answer).await.0, StatusCode::UNAUTHORIZED, "{about}");
                    pairs += 1;
                }
                let about = format!("{method} {path} {role:?} live");
                let answer = call(&town, (method, &address), &live, NOTHING).await;
                let (status, said) = judged(&about, answer).await;
                let may = roles(*act).contains(role);
                let refused = said["detail"].as_str().is_some_and(|why| why.contains("may not"));
                assert_eq!(refused, !may, "{about}: {status} {said}");
                assert_eq!(status == StatusCode::FORBIDDEN && refused, !may, "{about}");
                pairs += 1;
            }
        }
        assert_eq!(pairs, 8 * 16 * 4);
        // No token makes anything but this interface answer.
        let live = token(&town, agreement, Role::School).await;
        let page = call(&town, ("GET", "/own"), &live, NOTHING).await;
        assert_eq!(page.headers().get(header::LOCATION).unwrap(), "/sign-in");
    })
    .await;
}

#[tokio::test]
async fn a_token_dies_with_its_agreement_and_with_nobody_to_answer_for_it() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        let secret = token(&town, agreement, Role::School).await;
        let pupils = ("GET", "/api/v1/pupils");
        assert_eq!(call(&town, pupils, &secret, NOTHING).await.status(), StatusCode::OK);
        let shown = machine::list(&town.ctx, &manager()).await.unwrap();
        let account = shown[0].token.account;
        let mut tx = town.ctx.db.begin().await.unwrap();
        store::accounts::attest(&mut tx, account, "Pat", "2025-08-01").await.unwrap();
        tx.commit().await.unwrap();
        let (status, said) = judged("lapsed", call(&town, pupils, &secret, NOTHING).await).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(said["detail"].as_str().unwrap().contains("90 days"), "{said}");
        partners::attest(&town.ctx, &manager(), account).await.unwrap();
        assert_eq!(call(&town, pupils, &secret, NOTHING).await.status(), StatusCode::OK);
        let over = (date(2025, 11, 24), "moved to another system");
        agreement::end(&town.ctx, &manager(), agreement, over).await.unwrap();
        let (status, said) = judged("ended", call(&town, pupils, &secret, NOTHING).await).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        assert!(said["detail"].as_str().unwrap().contains("was ended"), "{said}");
        assert!(app::admin::link(&town.ctx, &manager(), account).await.is_err(), "no password");
    })
    .await;
}

#[tokio::test]
async fn only_what_the_agreement_gives_out_leaves_and_every_look_is_written_down() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        let secret = token(&town, agreement, Role::School).await;
        let answer = call(&town, ("GET", "/api/v1/pupils?limit=1"), &secret, NOTHING).await;
        let (status, said) = judged("pupils", answer).await;
        assert_eq!(status, StatusCode::OK);
        let pupil = &said["pupils"][0];
        assert_eq!(pupil["given_name"], "kept-given-name");
        assert_eq!(pupil["date_of_birth"], "2008-10-09");
        assert_eq!((&pupil["upn"], &pupil["uln"]), (&serde_json::Value::Null, &pupil["upn"]));
        for word in ["kept-upn", "kept-elsewhere", "619", "kept-phone", "ME4 4UF", "kept-intended"]
        {
            assert!(!said.to_string().contains(word), "{word} left");
        }
        assert_eq!(said["next"], town.person, "there may be more");
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let rows = tx
            .rows(
                "SELECT act FROM audit WHERE person = $1 AND act = 'listed to a partner'",
                store::args![town.person],
                |row| row.text(0),
            )
            .await
            .unwrap();
        assert_eq!(rows.len(), 1);
        drop(tx);
        for wrong in ["limit=0", "limit=501", "after=-1", "limit=x", "after="] {
            let path = format!("/api/v1/pupils?{wrong}");
            let answer = call(&town, ("GET", &path), &secret, NOTHING).await;
            assert_eq!(judged(wrong, answer).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        }
    })
    .await;
}

const LEFT: &str =
    r#"{"kind":"left","given_name":"Amina","family_name":"Khan","date_of_birth":"2008-03-27"}"#;

#[tokio::test]
async fn a_notice_sent_twice_under_a_key_is_kept_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        let secret = token(&town, agreement, Role::School).await;
        let post = ("POST", "/api/v1/notices");
        let json = "application/json";
        let first = judged("first", call(&town, post, &secret, ("key-0001", json, LEFT)).await);
        let (status, receipt) = first.await;
        assert_eq!(status, StatusCode::CREATED, "{receipt}");
        let again = call(&town, post, &secret, ("key-0001", json, LEFT)).await;
        assert_eq!(again.headers().get("idempotency-replayed").unwrap(), "true");
        assert_eq!(judged("again", again).await.1, receipt);
        let other = LEFT.replace("Khan", "Shah");
        let other = call(&town, post, &secret, ("key-0001", json, &other)).await;
        assert_eq!(judged("other", other).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let told = call(&town, ("GET", "/api/v1/notices"), &secret, NOTHING).await;
        let (_, told) = judged("told", told).await;
        assert_eq!(told["notices"].as_array().unwrap().len(), 1);
        assert_eq!(told["notices"][0]["receipt"], receipt["receipt"]);
        assert!(!told.to_string().contains("Khan"));
        let future = LEFT.replace('}', r#","day":"2026-01-01"}"#);
        let unknown = LEFT.replace('}', r#","school":"x"}"#);
        let likely = LEFT.replace("left", "offer-made");
        for (body, status) in
            [(future.as_str(), 422), (unknown.as_str(), 400), ("{", 400), (likely.as_str(), 201)]
        {
            let key = format!("key-0000-{}", body.len());
            let answer = call(&town, post, &secret, (&key, json, body)).await;
            assert_eq!(judged(body, answer).await.0.as_u16(), status, "{body}");
        }
        let form = call(&town, post, &secret, ("key-form-1", "text/plain", LEFT)).await;
        assert_eq!(judged("form", form).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert_eq!(
            judged("no key", call(&town, post, &secret, ("", json, LEFT)).await).await.0,
            StatusCode::BAD_REQUEST
        );
    })
    .await;
}

#[tokio::test]
async fn a_list_is_taken_once_a_key_and_only_where_the_agreement_covers_it() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        let secret = token(&town, agreement, Role::School).await;
        let roll = "Forename,Surname,DOB\nAmina,Khan,2009-05-04\n";
        let bytes = "application/octet-stream";
        let post = ("POST", "/api/v1/files?kind=roll&name=autumn.csv");
        let answer = call(&town, post, &secret, ("roll-0001", bytes, roll)).await;
        let place = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
        let (status, said) = judged("taken", answer).await;
        assert_eq!(status, StatusCode::ACCEPTED);
        let again = call(&town, post, &secret, ("roll-0001", bytes, roll)).await;
        assert_eq!(judged("again", again).await.1, said);
        let other = call(&town, post, &secret, ("roll-0001", bytes, "Forename\n")).await;
        assert_eq!(judged("other", other).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let files = judged("files", call(&town, ("GET", "/api/v1/files"), &secret, NOTHING).await);
        assert_eq!(files.await.1["files"].as_array().unwrap().len(), 1);
        let file = judged("file", call(&town, ("GET", &place), &secret, NOTHING).await).await;
        assert_eq!((file.0, &file.1["kind"]), (StatusCode::OK, &"roll".into()));
        assert_eq!(file.1["receipt"], serde_json::Value::Null);
        for (query, status) in [
            // A school sends no learner record, whatever its agreement covers.
            ("kind=ilr&name=a.xml", 403),
            ("kind=nothing&name=a.csv", 400),
            ("kind=roll&name=a%2Fb", 400),
            ("kind=roll", 400),
        ] {
            let path = format!("/api/v1/files?{query}");
            let answer = call(&town, ("POST", &path), &secret, ("roll-0002", bytes, roll)).await;
            assert_eq!(judged(query, answer).await.0.as_u16(), status, "{query}");
        }
        for path in [
            "/api/v1/files/99",
            "/api/v1/files/x",
            "/api/v1/files/%FF",
            "/api/v1/results/files/%FF",
            "/api/nothing",
        ] {
            let answer = call(&town, ("GET", path), &secret, NOTHING).await;
            assert_eq!(judged(path, answer).await.0, StatusCode::NOT_FOUND, "{path}");
        }
        let answer = call(&town, ("PUT", "/api/v1/files"), &secret, NOTHING).await;
        assert_eq!(judged("put", answer).await.0, StatusCode::METHOD_NOT_ALLOWED);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_too_often_waits() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let agreement = signed(&town).await;
        let (one, two) = (
            token(&town, agreement, Role::School).await,
            token(&town, agreement, Role::School).await,
        );
        let pupils = ("GET", "/api/v1/notices");
        let mut asked = 0;
        let wait = loop {
            let answer = call(&town, pupils, &one, NOTHING).await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                break answer;
            }
            asked += 1;
            assert!(asked < 50 * crate::api::A_MINUTE, "the bucket is never empty");
        };
        assert!(asked >= crate::api::A_MINUTE, "a burst is borne: {asked}");
        assert!(wait.headers().contains_key(header::RETRY_AFTER));
        assert_eq!(call(&town, pupils, &two, NOTHING).await.status(), StatusCode::OK);
    })
    .await;
}

const GRADES: &str = "UPN,Forename,Surname,DOB,Series,Subject,Level,Grade\n\
    H887419920001,kept-given-name,kept-family-name,2008-10-09,June 2026,Maths,GCSE,7\n\
    ,Dora,Nobody,2009-01-01,June 2026,Maths,GCSE,9\n";

/// The school says too that the college has made an offer.
async fn said_by_the_school(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let at = town.ctx.now();
    let change = store::changes::begin(&mut tx, &at, "tie", None, None, None).await.unwrap();
    let told = (domain::results::Tie::Offered, TODAY, SCHOOL);
    store::results::tie(&mut tx, change, (town.person, "urn-2"), told).await.unwrap();
    tx.commit().await.unwrap();
}

/// Results go from the school's system to that of the college which made an offer, once the school says so
/// too, once and with a receipt; to no other, and no further than the token's own agreement.
#[tokio::test]
async fn exam_results_go_from_system_to_system_under_agreement() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let mut tx = town.ctx.db.begin().await.unwrap();
        let sound = "UPDATE particulars SET upn = 'H887419920001' WHERE upn = 'kept-upn'";
        tx.run(sound, store::args![]).await.unwrap();
        tx.commit().await.unwrap();
        let school = agree(&town, SCHOOL).await;
        let college = agree(&town, "urn-2").await;
        let narrow = testkit::wording("urn-2", date(2025, 9, 1)).replace("\"exam_results\", ", "");
        let narrow = agreement::bring(&town.ctx, &manager(), &narrow, None).await.unwrap();
        let from = token(&town, school, Role::School).await;
        let to = token_of(&town, (college, "urn-2"), Role::College).await;
        let aside = token_of(&town, (narrow.agreement, "urn-2"), Role::College).await;
        let offer = r#"{"kind":"offer-made","given_name":"kept-given-name","family_name":"kept-family-name","date_of_birth":"2008-10-09"}"#;
        let made = ("offer-001", "application/json", offer);
        let told = call(&town, ("POST", "/api/v1/notices"), &to, made).await;
        assert_eq!(told.status(), StatusCode::CREATED);

        let post = ("POST", "/api/v1/results/files?name=june.csv");
        let sent = ("results-1", "application/octet-stream", GRADES);
        let answer = call(&town, post, &from, sent).await;
        let place = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
        let (status, file) = judged("taken", answer).await;
        assert_eq!(status, StatusCode::CREATED, "{file}");
        assert_eq!((&file["read"], &file["kept"]), (&2.into(), &1.into()), "{file}");
        assert_eq!(file["state"], "checked");
        assert!(file["providers"].as_array().unwrap().is_empty(), "the college alone says it: {file}");
        said_by_the_school(&town).await;
        let (_, open) = judged("told", call(&town, ("GET", &place), &from, NOTHING).await).await;
        assert_eq!(open["providers"][0]["name"], "Kept-Elsewhere College", "{open}");
        assert_eq!(file["faults"][0]["line"], 3, "{file}");
        let again = call(&town, post, &from, sent).await;
        assert_eq!(again.headers().get("idempotency-replayed").unwrap(), "true");
        assert_eq!(judged("again", again).await.1["id"], file["id"]);
        let has = async |secret: &str| {
            let answer = call(&town, ("GET", "/api/v1/results"), secret, NOTHING).await;
            let (status, said) = judged("had", answer).await;
            assert_eq!(status, StatusCode::OK, "{said}");
            said["pupils"].as_array().unwrap().clone()
        };
        assert!(has(&to).await.is_empty(), "checked is not sent");

        let send = format!("{place}/send");
        let (status, done) =
            judged("sent", call(&town, ("POST", &send), &from, NOTHING).await).await;
        assert_eq!((status, &done["state"]), (StatusCode::OK, &"sent".into()), "{done}");
        let receipt = done["receipt"].as_str().unwrap().to_owned();
        let (_, twice) = judged("twice", call(&town, ("POST", &send), &from, NOTHING).await).await;
        assert_eq!(twice["receipt"], receipt.as_str());
        let pupils = has(&to).await;
        assert_eq!(pupils.len(), 1, "{pupils:?}");
        assert_eq!(pupils[0]["results"][0]["grade"], "7");
        assert_eq!(pupils[0]["sent_at"], done["sent_at"], "stamped as the school has it");
        assert!(has(&aside).await.is_empty(), "another agreement of the college gives none out");
        let (_, seen) = judged("seen", call(&town, ("GET", &place), &from, NOTHING).await).await;
        assert_eq!(seen["providers"][0]["looked_at"], 1);
        for (about, call_as, secret, status) in [
            ("a college's file", ("GET", place.as_str()), &to, 403),
            ("nobody's file", ("GET", "/api/v1/results/files/999"), &from, 404),
            ("a college sends none", post, &to, 403),
        ] {
            let answer = call(&town, call_as, secret, sent).await;
            assert_eq!(judged(about, answer).await.0.as_u16(), status, "{about}");
        }
        let gone = call(&town, ("DELETE", &place), &from, NOTHING).await;
        assert_eq!(gone.status(), StatusCode::NO_CONTENT);
        assert!(has(&to).await.is_empty(), "withdrawn");
        let late = call(&town, ("POST", &send), &from, NOTHING).await;
        assert_eq!(judged("late", late).await.0, StatusCode::CONFLICT);
    })
    .await;
}
