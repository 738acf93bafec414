//! What a role does not see is on no page that it can open: every page that shows a person is read
//! whole, as the browser gets it, and searched for words that only a hidden part of the record holds.

use axum::http::StatusCode;
use domain::access::{Actor, Part, Role, Scope, sees};
use domain::measure::DEFINITIONS;
use testkit::each_engine;

use super::town::{SCHOOL, Town, agree, email, town, words_of_parts};
use super::{ask, form_token, sign_in, text_of};

/// Every page that a person of this role can open and that shows somebody, as one text.
async fn all_pages(town: &Town, role: Role) -> String {
    let cookie = sign_in(&town.router, &email(role)).await;
    let id = town.person;
    let mut text = String::new();
    let search = format!("csrf={}&q=kept", form_token(&cookie));
    let answer = ask(&town.router, "POST", "/people/search", &cookie, &search).await;
    let found = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
    let paths = [
        "/".to_owned(),
        "/people".to_owned(),
        found,
        format!("/people/{id}"),
        format!("/people/{id}/history"),
        format!("/people/{id}/activity"),
        format!("/people/{id}/particulars"),
        format!("/people/{id}/status"),
        format!("/people/{id}/circumstances"),
        "/figures".to_owned(),
        "/figures/people?measure=neet&by=year-group&cell=12".to_owned(),
        "/figures/people?measure=neet&by=characteristic&cell=kept-characteristic".to_owned(),
        "/follow-up?list=neet".to_owned(),
    ];
    for path in &paths {
        let answer = ask(&town.router, "GET", path, &cookie, "").await;
        assert!(
            [StatusCode::OK, StatusCode::FORBIDDEN].contains(&answer.status()),
            "{path}: {}",
            answer.status()
        );
        text += &text_of(answer).await;
    }
    text
}

#[tokio::test]
async fn a_school_meets_no_word_of_a_part_that_is_not_a_schools() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let school = all_pages(&town, Role::School).await;
        let theirs = ["identity", "education", "guarantee", "administration"];
        for (part, words) in words_of_parts() {
            for word in words {
                let wanted = theirs.contains(&part);
                assert_eq!(school.contains(&word), wanted, "{part}: {word} ({})", register.engine);
            }
        }
        for heading in [">Address<", ">Support<", ">Next step<", "Contact details", "NEET since"] {
            assert!(!school.contains(heading), "{heading} says something by being there");
        }
    })
    .await;
}

#[tokio::test]
async fn staff_meet_every_part() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for role in [Role::DataManager, Role::LocalityManager, Role::Adviser] {
            let seen = all_pages(&town, role).await;
            for (part, words) in words_of_parts() {
                for word in words {
                    assert!(seen.contains(&word), "{role:?}, {part}: {word}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_school_can_neither_search_by_postcode_nor_cut_by_what_it_does_not_see() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let cookie = sign_in(&town.router, &email(Role::School)).await;
        let search = format!("csrf={}&postcode=ME4+4UF", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/people/search", &cookie, &search).await;
        let found = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
        let answer = ask(&town.router, "GET", &found, &cookie, "").await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        for cut in ["ward", "locality", "send", "characteristic", "activity"] {
            let path = format!("/figures?by={cut}");
            let answer = ask(&town.router, "GET", &path, &cookie, "").await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{cut}");
        }
        for cut in ["year-group", "sex", "ethnicity", "school"] {
            let path = format!("/figures?by={cut}");
            let answer = ask(&town.router, "GET", &path, &cookie, "").await;
            assert_eq!(answer.status(), StatusCode::OK, "{cut}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_pack_says_whom_its_makers_reach_holds_it_to_and_only_everybodys_is_the_whole_areas() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for (role, whole) in [(Role::DataManager, true), (Role::LocalityManager, false)] {
            let cookie = sign_in(&town.router, &email(role)).await;
            let get = async |path: &str| {
                let answer = ask(&town.router, "GET", path, &cookie, "").await;
                (answer.status(), text_of(answer).await)
            };
            let (_, offered) = get("/reports/packs").await;
            assert_eq!(offered.contains("Board: the whole area"), whole, "{role:?}: {offered}");
            let (status, board) = get("/reports/pack?kind=board&key=").await;
            assert_eq!(status == StatusCode::OK, whole, "{role:?}");
            assert_eq!(board.contains("The whole area, for the board"), whole, "{role:?}: {board}");
            let (status, ward) = get("/reports/pack?kind=ward&key=E05014450").await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(ward.contains("; only those who live in North"), !whole, "{role:?}: {ward}");
        }
    })
    .await;
}

/// What is on paper is the page, and so it is not written down as a pack that was judged beside others.
#[tokio::test]
async fn a_page_from_before_another_pack_went_out_is_not_noted_as_printed() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let shown = async || {
            let path = "/reports/pack?kind=board&key=";
            let page = text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
            let (_, after) = page.split_once("name=\"mark\" value=\"").unwrap();
            after.split_once('"').unwrap().0.to_owned()
        };
        let printed = async |mark: &str| {
            let form = format!(
                "csrf={}&kind=board&key=&month=&to=The+board&purpose=x&how=paper&mark={mark}",
                form_token(&cookie)
            );
            ask(&town.router, "POST", "/reports/pack/file", &cookie, &form).await.status()
        };
        let before = shown().await;
        assert_eq!(printed(&before).await, StatusCode::SEE_OTHER, "{}", register.engine);
        assert!(printed(&before).await.is_client_error(), "the pack that has just gone out");
        assert_eq!(printed(&shown().await).await, StatusCode::SEE_OTHER);
    })
    .await;
}

/// The counts of every measure as a reader meets them: the page's text, and the lines of the same asked
/// as an own report and taken as a file.
async fn counted(town: &Town, cookie: &str, measure: &str) -> (String, Vec<String>) {
    let path = format!("/figures?measure={measure}&by=ethnicity");
    let answer = ask(&town.router, "GET", &path, cookie, "").await;
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let page = text_of(answer).await;
    let wish = format!(
        "csrf={}&title=Mine&measure={measure}&first=sex&second=ethnicity&third=year-group&months=36",
        form_token(cookie)
    );
    let answer = ask(&town.router, "POST", "/reports/own", cookie, &wish).await;
    let report = answer.headers().get("location").unwrap().to_str().unwrap().to_owned();
    let shown = text_of(ask(&town.router, "GET", &report, cookie, "").await).await;
    let file = format!("{report}/file?format=csv");
    let csv = text_of(ask(&town.router, "GET", &file, cookie, "").await).await;
    // Every file says who took it, when and why, under a serial.
    for said in [
        "# serial: F-",
        "# taken by: The ",
        "# taken at: ",
        "# purpose: Reading figures: Mine",
        "# report: Mine",
        "# counts: ",
        "# edition: ",
    ] {
        assert!(csv.lines().any(|line| line.starts_with(said)), "{said}: {csv}");
    }
    let lines = csv.lines().filter(|line| line.starts_with("2025-10")).map(str::to_owned);
    (page + &shown, lines.collect())
}

#[tokio::test]
async fn a_school_reads_of_its_one_pupil_no_measure_of_what_it_does_not_see() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let mut tx = town.ctx.db.begin().await.unwrap();
        let counted_ones =
            "UPDATE particulars SET cohort_status = 'P', status_since = NULL, lead_la = NULL";
        tx.run(counted_ones, store::args![]).await.unwrap();
        tx.commit().await.unwrap();
        let school = sign_in(&town.router, &email(Role::School)).await;
        let staff = sign_in(&town.router, &email(Role::DataManager)).await;
        let actor = Actor {
            account: 0,
            name: String::new(),
            role: Role::School,
            scope: Scope { terms: testkit::everything(), ..Scope::default() },
        };
        let mut told = 0;
        for measure in DEFINITIONS {
            let sees_it =
                Part::told_by_measure(measure).iter().all(|part| sees(&actor, *part).allowed);
            let (page, lines) = counted(&town, &school, measure.name).await;
            // The old grant's measure is asked under rules by which the pupil is not counted.
            let all = lines.len() > 1 || measure.needs_target;
            assert!(all, "{}: a line for all and one for the pupil", measure.name);
            if sees_it {
                told += 1;
                continue;
            }
            let words = page.contains("under 10") && page.contains("too few to say");
            assert!(words, "{} ({})", measure.name, register.engine);
            for line in &lines {
                assert!(line.ends_with(",,"), "{}: {line}", measure.name);
            }
            let noted = format!("/figures/notebook?measure={}", measure.name);
            let noted = text_of(ask(&town.router, "GET", &noted, &school, "").await).await;
            assert!(noted.contains("so it is not shown"), "{}", measure.name);
        }
        assert_eq!(told, 4, "a school sees the guarantee, so all of its four measures");
        let (page, lines) = counted(&town, &staff, "neet").await;
        assert!(!page.contains("under 10") && lines.iter().all(|line| !line.ends_with(",,")));
    })
    .await;
}

/// Nothing was signed: a partner of every kind signs in, is told so and whom to ask, and meets no word of
/// anybody on any page; what it sends is turned away with the same sentence.
#[tokio::test]
async fn a_partner_without_an_agreement_is_told_so_and_meets_no_word_of_anybody() {
    each_engine(async |register| {
        let town = town(register.db).await;
        for role in Role::ALL.iter().filter(|role| role.is_partner()) {
            let cookie = sign_in(&town.router, &email(*role)).await;
            let id = town.person;
            for path in [
                "/".to_owned(),
                "/own".to_owned(),
                "/own/files".to_owned(),
                "/own/offers".to_owned(),
                "/own/results".to_owned(),
                format!("/own/people/{id}"),
                "/people".to_owned(),
                format!("/people/{id}"),
                "/figures".to_owned(),
                "/early-support".to_owned(),
            ] {
                let answer = ask(&town.router, "GET", &path, &cookie, "").await;
                assert!(!answer.status().is_server_error(), "{role:?} {path}");
                let opens = path == "/" || path.starts_with("/own") && !path.contains("people");
                assert_eq!(answer.status() == StatusCode::OK, opens, "{role:?} {path}");
                let text = text_of(answer).await;
                assert!(!text.contains("kept-"), "{role:?} {path}: {text}");
                if ["/", "/own", "/own/files"].contains(&path.as_str()) {
                    let why = "no sharing agreement with your organisation is recorded";
                    assert!(text.contains(why), "{role:?} {path}: {text}");
                    let keeper = email(Role::DataManager);
                    assert!(text.contains("data manager") && text.contains(&keeper), "{text}");
                }
            }
        }
    })
    .await;
}
