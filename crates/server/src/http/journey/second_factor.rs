//! Signing in with a device, what was typed when a session ran out, opening a record in an emergency, a
//! partner whose agreement ends: through the whole router, on both engines.

use app::accounts::totp;
use axum::http::StatusCode;
use domain::access::Role;
use domain::agreement::Signature;
use jiff::civil::date;
use store::args;
use testkit::each_engine;

use super::town::{SCHOOL, Town, email, town};
use super::{PASSWORD, ask, cookie_of, form_token, sign_in, text_of, token_in};

async fn run(town: &Town, sql: &str, args: &[store::Value]) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    tx.run(sql, args).await.unwrap();
    tx.commit().await.unwrap();
}

/// Sends the password; the cookie and where one is sent next.
async fn password(town: &Town, role: Role) -> (String, String) {
    let page = ask(&town.router, "GET", "/sign-in", "", "").await;
    let cookie = cookie_of(&page);
    let form = token_in(&text_of(page).await);
    let address = email(role).replace('@', "%40");
    let body = format!("csrf={form}&email={address}&password={}", PASSWORD.replace(' ', "+"));
    let answer = ask(&town.router, "POST", "/sign-in", &cookie, &body).await;
    let to = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
    (cookie_of(&answer), to)
}

async fn seed(town: &Town, role: Role) -> Vec<u8> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let account = store::accounts::by_email(&mut tx, &email(role)).await.unwrap().unwrap();
    let factor = store::sign_in::factor(&mut tx, account.id).await.unwrap().unwrap();
    let digits = factor.seed.as_bytes().chunks(2);
    digits.map(|d| u8::from_str_radix(std::str::from_utf8(d).unwrap(), 16).unwrap()).collect()
}

#[tokio::test]
async fn outside_a_demonstration_nobody_comes_in_with_a_password_alone() {
    each_engine(async |register| {
        let town = town(register.db).await;
        run(&town, "DELETE FROM setting WHERE name = 'demo_day'", args![]).await;
        for role in Role::ALL {
            let (cookie, to) = password(&town, *role).await;
            assert_eq!(to, "/sign-in/code", "{role:?}");
            let kept = ask(&town.router, "GET", "/session/keep", &cookie, "").await;
            assert_eq!(kept.status(), StatusCode::SEE_OTHER, "{role:?} was in with half a sign-in");
        }
        let (cookie, _) = password(&town, Role::Adviser).await;
        let page = text_of(ask(&town.router, "GET", "/sign-in/code", &cookie, "").await).await;
        assert!(page.contains("data-secret") && !page.contains("data-code"), "no code is shown");
        let seed = seed(&town, Role::Adviser).await;
        assert!(page.replace(' ', "").contains(&totp::base32(&seed)), "the secret is spelt out");
        let step = totp::step_of(town.ctx.device_seconds());
        let right = totp::code(&seed, step);
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let post = async |code: &str, cookie: &str| {
            let body = format!("csrf={}&code={code}", form_token(cookie));
            ask(&town.router, "POST", "/sign-in/code", cookie, &body).await
        };
        assert_eq!(post(wrong, &cookie).await.status(), StatusCode::OK);
        let welcomed = post(&right, &cookie).await;
        assert_eq!(welcomed.status(), StatusCode::SEE_OTHER);
        let inside = cookie_of(&welcomed);
        assert_ne!(inside, cookie, "the token of the step is not the session's");
        let kept = ask(&town.router, "GET", "/session/keep", &inside, "").await;
        assert_eq!(kept.status(), StatusCode::NO_CONTENT);
        let (again, _) = password(&town, Role::Adviser).await;
        let page = text_of(ask(&town.router, "GET", "/sign-in/code", &again, "").await).await;
        assert!(!page.contains("data-secret"), "a secret is shown once");
        assert_eq!(post(&right, &again).await.status(), StatusCode::OK, "a code works once");
        for _ in 0..4 {
            post(wrong, &again).await;
        }
        let ended = post(&totp::code(&seed, step + 1), &again).await;
        assert!(text_of(ended).await.is_empty(), "after five wrong codes one begins again");
    })
    .await;
}

#[tokio::test]
async fn two_administrators_take_a_lost_device_away_and_neither_can_alone() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let governance = sign_in(&town.router, &email(Role::Governance)).await;
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let of = async |tx: &mut store::Tx, role: Role| {
            store::accounts::by_email(tx, &email(role)).await.unwrap().unwrap().id
        };
        let watched = of(&mut tx, Role::Governance).await;
        let adviser = of(&mut tx, Role::Adviser).await;
        drop(tx);
        run(
            &town,
            "INSERT INTO second_factor (account, seed, last_step, made_at, confirmed_at) VALUES ($1, '00', 0, 'x', 'x')",
            args![adviser],
        )
        .await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let go = async |cookie: &str, id: i64, shown: &str| {
            let body = format!("csrf={}&recovery={shown}", form_token(cookie));
            let path = format!("/admin/people/{id}/second-factor");
            ask(&town.router, "POST", &path, cookie, &body).await.status()
        };
        let shown = async |cookie: &str| {
            let path = format!("/admin/people/{adviser}");
            let page = text_of(ask(&town.router, "GET", &path, cookie, "").await).await;
            let rest = page.split_once("name=\"recovery\" value=\"").unwrap().1;
            rest.split_once('"').unwrap().0.to_owned()
        };
        let has = async || {
            let mut tx = town.ctx.db.begin_read().await.unwrap();
            store::sign_in::factor(&mut tx, adviser).await.unwrap().is_some()
        };
        assert_eq!(go(&manager, adviser, "").await, StatusCode::SEE_OTHER);
        let before = shown(&governance).await;
        go(&manager, adviser, "").await;
        assert!(has().await, "one person twice is one person");
        assert_eq!(go(&manager, adviser, &before).await, StatusCode::FORBIDDEN);
        assert_eq!(go(&governance, watched, "").await, StatusCode::FORBIDDEN, "not one's own");
        let since = go(&governance, adviser, &before).await;
        assert_eq!(since, StatusCode::FORBIDDEN, "another was started since");
        // Their page said that nobody had started one.
        assert_eq!(go(&governance, adviser, "").await, StatusCode::SEE_OTHER);
        assert!(has().await, "whoever meant to start one agrees to none");
        let now = shown(&manager).await;
        assert_eq!(go(&governance, adviser, &now).await, StatusCode::FORBIDDEN, "their own");
        assert_eq!(go(&manager, adviser, &now).await, StatusCode::SEE_OTHER);
        assert!(!has().await);
    })
    .await;
}

#[tokio::test]
async fn one_agrees_to_the_role_that_the_page_showed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let (manager, governance) = (
            sign_in(&town.router, &email(Role::DataManager)).await,
            sign_in(&town.router, &email(Role::Governance)).await,
        );
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let adviser = store::accounts::by_email(&mut tx, &email(Role::Adviser)).await.unwrap();
        let id = adviser.unwrap().id;
        drop(tx);
        let path = format!("/admin/people/{id}");
        let asked = "name=Ada&role=locality-manager&localities=North&localities=South";
        let body = format!("csrf={}&{asked}", form_token(&manager));
        ask(&town.router, "POST", &path, &manager, &body).await;
        let page = text_of(ask(&town.router, "GET", &path, &governance, "").await).await;
        assert!(page.contains("to be Locality manager of North, South"), "{page}");
        let list = text_of(ask(&town.router, "GET", "/admin", &governance, "").await).await;
        assert!(list.contains("Open; a role waits"), "it is open all the same: {list}");
        let wait = "email=new%40example.org&name=New&role=governance";
        let made = format!("csrf={}&{wait}", form_token(&manager));
        ask(&town.router, "POST", "/admin/people", &manager, &made).await;
        let list = text_of(ask(&town.router, "GET", "/admin", &governance, "").await).await;
        assert!(list.contains("Waits for a second person"), "nobody is in: {list}");
        let shown = page.split_once("name=\"grant\" value=\"").unwrap().1;
        let shown = shown.split_once('"').unwrap().0;
        let agree = async |grant: &str| {
            let body = format!("csrf={}&grant={grant}", form_token(&governance));
            ask(&town.router, "POST", &format!("{path}/agree"), &governance, &body).await.status()
        };
        assert_eq!(agree("").await, StatusCode::FORBIDDEN);
        ask(&town.router, "POST", &path, &manager, &body).await;
        assert_eq!(agree(shown).await, StatusCode::FORBIDDEN, "asked for anew since");
        let page = text_of(ask(&town.router, "GET", &path, &governance, "").await).await;
        let shown = page.split_once("name=\"grant\" value=\"").unwrap().1;
        let shown = shown.split_once('"').unwrap().0;
        assert_eq!(agree(shown).await, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_when_a_session_ran_out_is_given_back_to_its_owner_alone() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::Adviser)).await;
        let long_ago = "2025-11-20T09:00:00.000000Z";
        run(&town, "UPDATE session SET seen_at = $1", args![long_ago]).await;
        let note = "She+rang+back+and+starts+on+Monday";
        let typed = format!(
            "csrf={}&method=kept&outcome=spoke&note={note}&next-day=&next-month=&next-year=",
            form_token(&cookie)
        );
        let path = format!("/people/{}/contact", town.person);
        let answer = ask(&town.router, "POST", &path, &cookie, &typed).await;
        assert_eq!(answer.headers().get("location").unwrap(), "/sign-in");
        // A second tab was open with another form.
        let second = format!("/people/{}/referrals", town.person);
        let reason = format!("csrf={}&to=urn-2&reason=She+asked+for+it", form_token(&cookie));
        ask(&town.router, "POST", &second, &cookie, &reason).await;
        let other = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let page = ask(&town.router, "GET", "/draft", &other, "").await;
        assert_eq!(page.status(), StatusCode::SEE_OTHER, "nothing of somebody else's");
        let back = sign_in(&town.router, &email(Role::Adviser)).await;
        let page = text_of(ask(&town.router, "GET", "/draft", &back, "").await).await;
        assert!(page.contains("She rang back and starts on Monday"), "{page}");
        assert!(page.contains("She asked for it"), "two tabs are two drafts: {page}");
        let body = format!("csrf={}&method=kept&outcome=spoke&note={note}", form_token(&back));
        let theirs = ask(&town.router, "POST", "/draft/send?n=1", &other, &{
            format!("csrf={}", form_token(&other))
        })
        .await;
        assert_eq!(theirs.headers().get("location").unwrap(), "/draft", "not somebody else's");
        let sent = ask(&town.router, "POST", "/draft/send?n=1", &back, &body).await;
        assert_eq!(sent.status(), StatusCode::TEMPORARY_REDIRECT);
        assert_eq!(sent.headers().get("location").unwrap().to_str().unwrap(), path);
        let home = text_of(ask(&town.router, "GET", "/", &back, "").await).await;
        assert!(home.contains("form you had typed waits to be sent"));
        let page = text_of(ask(&town.router, "GET", "/draft", &back, "").await).await;
        assert!(page.contains("She asked for it") && !page.contains("She rang back"), "{page}");
        let body = format!("csrf={}", form_token(&back));
        ask(&town.router, "POST", "/draft/throw?n=2", &back, &body).await;
        let page = ask(&town.router, "GET", "/draft", &back, "").await;
        assert_eq!(page.status(), StatusCode::SEE_OTHER, "given back once");
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_after_the_proof_ran_out_is_given_back_once_it_is_shown_again() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let admin = sign_in(&town.router, &email(Role::DataManager)).await;
        let long_ago = "2025-11-20T09:00:00.000000Z";
        run(&town, "UPDATE session SET proved_at = $1", args![long_ago]).await;
        let send = async |path: &str, cookie: &str, fields: &str| {
            let body = format!("csrf={}&{fields}", form_token(cookie));
            let answer = ask(&town.router, "POST", path, cookie, &body).await;
            answer.headers().get("location").unwrap().to_str().unwrap().to_owned()
        };
        let typed = "name=Kim+Marsh&born-day=9&born-month=10&born-year=2008&ground=safeguarding\
                     &words=She+called+and+is+not+safe";
        let to = send("/emergency", &cookie, typed).await;
        assert_eq!(to, "/account/prove?to=/draft");
        assert_eq!(ask(&town.router, "GET", &to, &cookie, "").await.status(), StatusCode::OK);
        let proof = format!("code=&to=%2Fdraft&password={}", PASSWORD.replace(' ', "+"));
        assert_eq!(send("/account/prove", &cookie, &proof).await, "/draft");
        let page = text_of(ask(&town.router, "GET", "/draft", &cookie, "").await).await;
        assert!(page.contains("She called and is not safe"), "{page}");
        // A secret is typed again; what agrees to a page is looked at again.
        let to = send("/admin/sign-on", &admin, "label=Town&secret=not-to-be-kept").await;
        assert_eq!(to, "/account/prove?to=/admin/sign-on/new");
        let to = send("/admin/people/1/agree", &admin, "grant=1").await;
        assert_eq!(to, "/account/prove?to=/admin/people/1");
        let page = ask(&town.router, "GET", "/draft", &admin, "").await;
        assert_eq!(page.status(), StatusCode::SEE_OTHER, "nothing was kept");
    })
    .await;
}

#[tokio::test]
async fn an_emergency_opens_one_record_to_one_session_for_an_hour_and_is_reviewed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        run(&town, "UPDATE account SET localities = 'South'", args![]).await;
        run(&town, "UPDATE particulars SET restricted = 'Y'", args![]).await;
        let lead = email(Role::LocalityManager);
        let (here, there) =
            (sign_in(&town.router, &lead).await, sign_in(&town.router, &lead).await);
        let page = format!("/people/{}", town.person);
        let look = async |cookie: &str| ask(&town.router, "GET", &page, cookie, "").await.status();
        assert_eq!(look(&here).await, StatusCode::NOT_FOUND);
        let open = async |cookie: &str, words: &str, day: &str| {
            let body = format!(
                "csrf={}&name=kept-given-name+kept-family-name&born-day={day}&born-month=10&born-year=2008&ground=safeguarding&words={words}",
                form_token(cookie)
            );
            ask(&town.router, "POST", "/emergency", cookie, &body).await
        };
        let why = "She+is+not+safe+tonight+and+called";
        assert_eq!(open(&here, "too+short", "9").await.status(), StatusCode::OK);
        assert_eq!(open(&here, why, "8").await.status(), StatusCode::OK, "another day of birth");
        let opened = open(&here, why, "9").await;
        assert_eq!(opened.headers().get("location").unwrap().to_str().unwrap(), page);
        assert_eq!(look(&here).await, StatusCode::OK);
        let shown = text_of(ask(&town.router, "GET", &page, &here, "").await).await;
        assert!(shown.contains("You opened this record in an emergency"), "{shown}");
        assert_eq!(look(&there).await, StatusCode::NOT_FOUND, "another session of the same reader");
        assert_eq!(open(&here, why, "9").await.status(), StatusCode::FORBIDDEN, "not prolonged");
        let mut governance = String::new();
        for role in [Role::School, Role::YouthOffending, Role::DataManager, Role::Governance] {
            let cookie = sign_in(&town.router, &email(role)).await;
            assert_eq!(open(&cookie, why, "9").await.status(), StatusCode::FORBIDDEN, "{role:?}");
            // A code is good once, so the session of the last one goes on below.
            governance = cookie;
        }
        run(&town, "UPDATE emergency SET until = '2025-11-24T00:00:00.000000Z'", args![]).await;
        assert_eq!(look(&here).await, StatusCode::NOT_FOUND, "its hour is over");

        let list = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
        assert!(list.contains("She is not safe tonight and called") && list.contains("1 Dec"));
        assert!(list.contains("was told at once"), "the named officer: {list}");
        // The adviser is told whose record it was, by the way to it.
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        let told = text_of(ask(&town.router, "GET", "/", &adviser, "").await).await;
        assert!(told.contains("record of your caseload was opened by somebody in an emergency"));
        assert!(told.contains(&format!("{page}/history")), "{told}");
        let home = text_of(ask(&town.router, "GET", "/", &governance, "").await).await;
        assert!(home.contains("opened in an emergency, to be reviewed"));
        assert!(home.contains("You are the officer named for them"), "{home}");
        run(&town, "UPDATE emergency SET review_due = '2025-11-20'", args![]).await;
        let list = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
        assert!(list.contains("Overdue"));
        let body = format!("csrf={}&verdict=needed&words=Seen+with+her", form_token(&governance));
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let id = store::emergency::newest(&mut tx, "").await.unwrap()[0].id;
        drop(tx);
        let path = format!("/looks/emergencies/{id}");
        let done = ask(&town.router, "POST", &path, &governance, &body).await;
        assert_eq!(done.status(), StatusCode::SEE_OTHER);
        let list = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
        assert!(list.contains("It was needed: Seen with her"));
    })
    .await;
}

#[tokio::test]
async fn no_record_is_opened_in_an_emergency_while_no_officer_is_named_who_is_told() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let body = format!(
            "csrf={}&name=kept-given-name+kept-family-name&born-day=9&born-month=10&born-year=2008&ground=safeguarding&words=She+is+not+safe+tonight+and+called",
            form_token(&cookie)
        );
        let refused = async || {
            let answer = ask(&town.router, "POST", "/emergency", &cookie, &body).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN);
            assert!(text_of(answer).await.contains("Nobody is named who is told of openings"));
        };
        run(&town, "DELETE FROM setting WHERE name = 'emergency_officer'", args![]).await;
        refused().await;
        let other = email(Role::DataManager);
        let sql = "INSERT INTO setting (name, value) VALUES ('emergency_officer', $1)";
        run(&town, sql, args![&other]).await;
        refused().await;
        let officer = email(Role::Governance);
        let sql = "UPDATE setting SET value = $1 WHERE name = 'emergency_officer'";
        run(&town, sql, args![&officer]).await;
        run(&town, "UPDATE account SET active = 0 WHERE email = $1", args![&officer]).await;
        refused().await;
        run(&town, "UPDATE account SET active = 1", args![]).await;
        let answer = ask(&town.router, "POST", "/emergency", &cookie, &body).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn the_fifth_look_that_no_work_explains_is_noticed_the_same_day() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let governance = sign_in(&town.router, &email(Role::Governance)).await;
        let page = format!("/people/{}", town.person);
        for n in 1..=5 {
            let list = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
            assert!(list.contains("Nothing was noticed"), "before look {n}");
            ask(&town.router, "GET", &page, &cookie, "").await;
        }
        let list = text_of(ask(&town.router, "GET", "/looks", &governance, "").await).await;
        assert!(list.contains("The same record again and again"), "{list}");
        // Whoever has them on the caseload opens them as often as it takes.
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        for _ in 0..6 {
            ask(&town.router, "GET", &page, &adviser, "").await;
        }
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        assert_eq!(store::emergency::noticed(&mut tx).await.unwrap().len(), 1);
    })
    .await;
}

/// The postcode is told by its owner, or for them; either way the first look is the one that is noticed.
#[tokio::test]
async fn a_look_at_somebody_in_the_readers_own_postcode_is_noticed_the_first_time() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let keeper = sign_in(&town.router, &email(Role::DataManager)).await;
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let address = email(Role::LocalityManager);
        let reader = store::accounts::by_email(&mut tx, &address).await.unwrap().unwrap().id;
        drop(tx);
        let keep = async |who: &str, path: &str, postcode: &str| {
            let body = format!("csrf={}&postcode={postcode}", form_token(who));
            ask(&town.router, "POST", path, who, &body).await
        };
        let wrong = text_of(keep(&cookie, "/account/postcode", "Chatham").await).await;
        assert!(wrong.contains("Enter a whole postcode"), "{wrong}");
        let theirs = format!("/admin/people/{reader}/postcode");
        for (who, path, postcode, noticed) in [
            (&cookie, "/account/postcode", "ME4+4UG", 0),
            (&cookie, "/account/postcode", "me44uf", 1),
            (&cookie, "/account/postcode", "", 0),
            (&keeper, theirs.as_str(), "ME4+4UF", 1),
        ] {
            run(&town, "DELETE FROM unexplained_look", args![]).await;
            run(&town, "DELETE FROM curious_look", args![]).await;
            assert_eq!(keep(who, path, postcode).await.status(), StatusCode::SEE_OTHER);
            for _ in 1..=2 {
                let page = format!("/people/{}", town.person);
                ask(&town.router, "GET", &page, &cookie, "").await;
            }
            let mut tx = town.ctx.db.begin_read().await.unwrap();
            let all = store::emergency::noticed(&mut tx).await.unwrap();
            let signs: Vec<&str> = all.iter().map(|one| one.sign.as_str()).collect();
            assert_eq!(signs, vec!["same-postcode"; noticed], "{postcode}");
        }
        let page = text_of(ask(&town.router, "GET", "/account", &cookie, "").await).await;
        assert!(page.contains("ME4 4UF"), "its owner is shown it");
        let path = format!("/admin/people/{reader}");
        let page = text_of(ask(&town.router, "GET", &path, &keeper, "").await).await;
        assert!(page.contains("A postcode is kept") && !page.contains("ME4 4UF"), "{page}");
        let mut tx = town.ctx.db.begin().await.unwrap();
        store::accounts::set_active(&mut tx, reader, false).await.unwrap();
        assert_eq!(store::accounts::home(&mut tx, reader).await.unwrap(), None, "with the account");
    })
    .await;
}

#[tokio::test]
async fn five_looks_by_any_page_of_one_person_are_noticed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::LocalityManager)).await;
        let pages = ["", "/history", "/held", "/sharing", "/rights", "/referrals"];
        for page in pages {
            run(&town, "DELETE FROM unexplained_look", args![]).await;
            run(&town, "DELETE FROM curious_look", args![]).await;
            let path = format!("/people/{}{page}", town.person);
            for _ in 1..=5 {
                let answer = ask(&town.router, "GET", &path, &cookie, "").await;
                assert_eq!(answer.status(), StatusCode::OK, "{path}");
            }
            let mut tx = town.ctx.db.begin_read().await.unwrap();
            let noticed = store::emergency::noticed(&mut tx).await.unwrap();
            assert_eq!(noticed.len(), 1, "{page} ({})", register.engine);
            assert_eq!(noticed[0].opens, 5, "{page}");
        }
        // One page after another is looking as well: none takes back what was counted.
        run(&town, "DELETE FROM unexplained_look", args![]).await;
        run(&town, "DELETE FROM curious_look", args![]).await;
        for page in &pages[1..] {
            let path = format!("/people/{}{page}", town.person);
            ask(&town.router, "GET", &path, &cookie, "").await;
        }
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        assert_eq!(store::emergency::noticed(&mut tx).await.unwrap().len(), 1);
    })
    .await;
}

const WORDING: &str = r#"
title = "School roll"
purpose = "To know who is in learning"
partners = ["urn-1"]
starts = "2025-09-01"
ends = "2026-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "out"
gateway = "esa-17"
items = ["given_name", "family_name", "date_of_birth", "school", "attendance"]

[[signature]]
name = "R Hale"
day = "2025-07-01"
"#;

#[tokio::test]
async fn an_agreement_decides_field_by_field_and_its_end_closes_everything_at_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::School)).await;
        let page = format!("/people/{}", town.person);
        let text = async || text_of(ask(&town.router, "GET", &page, &cookie, "").await).await;
        let early = text().await;
        assert!(early.contains("No sharing agreement") && !early.contains("kept-"), "{early}");
        let name = "Jo".to_owned();
        let scope = domain::access::Scope::everyone();
        let keeper = domain::access::Actor { account: 0, name, role: Role::DataManager, scope };
        let brought = app::agreement::bring(&town.ctx, &keeper, WORDING, None).await.unwrap();
        let school = Signature {
            party: Some(SCHOOL.to_owned()),
            name: "P Lindley".into(),
            post: "Head".into(),
            day: date(2025, 7, 9),
        };
        app::agreement::sign(&town.ctx, &keeper, brought.agreement, &school).await.unwrap();
        let seen = text().await;
        assert!(seen.contains("kept-given-name") && seen.contains("Own School"));
        let by = format!("agreement {} covers “Family name”", brought.agreement);
        assert!(seen.contains(&by), "why they see it: {seen}");
        for hidden in ["kept-upn", "kept-intended-destination", "kept-former-given"] {
            assert!(!seen.contains(hidden), "{hidden} is not given out");
        }
        let list = text_of(ask(&town.router, "GET", "/own", &cookie, "").await).await;
        assert!(list.contains("kept-given-name") && list.contains("field by field"));
        let ended = (date(2025, 11, 24), "A test");
        app::agreement::end(&town.ctx, &keeper, brought.agreement, ended).await.unwrap();
        let answer = ask(&town.router, "GET", &page, &cookie, "").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        let over = format!("greement {} was ended on 24 November 2025", brought.agreement);
        assert!(text_of(answer).await.contains(&over));
        for path in ["/", "/own", "/own/files"] {
            let text = text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
            assert!(text.contains(&over) && text.contains("data manager"), "{path}: {text}");
            assert!(!text.contains("kept-"), "{path}: {text}");
        }
        // A wording that no longer reads might be the one that forbids: nothing is decided, so denied.
        run(&town, "UPDATE agreement_version SET terms = 'urn-1 = ['", args![]).await;
        let answer = ask(&town.router, "GET", &page, &cookie, "").await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "an error denies");
        assert!(!text_of(answer).await.contains("kept-given-name"));
    })
    .await;
}

#[tokio::test]
async fn an_account_that_nobody_confirms_for_ninety_days_stops_and_its_contact_can_say_so() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let (school, college) = (email(Role::School), email(Role::College));
        run(&town, "UPDATE organisation SET contact_email = $1", args![&school]).await;
        let cookie = sign_in(&town.router, &school).await;
        let other = sign_in(&town.router, &college).await;
        run(
            &town,
            "UPDATE account SET attested_on = '2025-08-25' WHERE email = $1",
            args![&college],
        )
        .await;
        let list = text_of(ask(&town.router, "GET", "/own/accounts", &cookie, "").await).await;
        assert!(list.contains("Lapsed"), "{list}");
        let answer = ask(&town.router, "GET", "/own", &other, "").await;
        assert_eq!(answer.headers().get("location").unwrap(), "/sign-in");
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let id = store::accounts::by_email(&mut tx, &college).await.unwrap().unwrap().id;
        let own = store::accounts::by_email(&mut tx, &school).await.unwrap().unwrap().id;
        drop(tx);
        let say = async |cookie: &str, id: i64, word: &str| {
            let body = format!("csrf={}&needed={word}", form_token(cookie));
            let path = format!("/own/accounts/{id}");
            ask(&town.router, "POST", &path, cookie, &body).await.status()
        };
        assert_eq!(say(&cookie, own, "yes").await, StatusCode::FORBIDDEN, "not one's own");
        assert_eq!(say(&cookie, id, "yes").await, StatusCode::SEE_OTHER);
        let answer = ask(&town.router, "GET", "/own", &other, "").await;
        assert_eq!(answer.status(), StatusCode::OK, "confirmed, it works again");
        assert_eq!(say(&other, own, "no").await, StatusCode::FORBIDDEN, "only the contact");
        assert_eq!(say(&cookie, id, "no").await, StatusCode::SEE_OTHER);
        let answer = ask(&town.router, "GET", "/own", &other, "").await;
        assert_eq!(answer.headers().get("location").unwrap(), "/sign-in");
    })
    .await;
}
