//! The list of a large provider on the page: named with its number, confirmed whole in one go, and given away.

use axum::http::{StatusCode, header};
use domain::access::{Actor, Role, Scope};
use domain::person::{Field, Particulars, PersonId, PersonRecord};
use domain::status::Spell;
use jiff::civil::date;
use store::changes;
use store::people::{Loaded, Write, new_people, write};
use testkit::each_engine;

use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in, text_of};

/// More than a page of the list holds.
const PEOPLE: usize = 60;

/// Whose activity nobody confirmed for more than a year, all at one college and one at another.
async fn lapsed(town: &Town) -> Vec<i64> {
    let record = |number: usize| {
        let place = if number == 0 { "South College" } else { "North College" };
        let spell = Spell {
            establishment_name: Some(place.to_owned()),
            verified: Some(date(2024, 8, 20)),
            ..Spell::new("230", date(2023, 9, 8))
        };
        PersonRecord {
            particulars: Particulars::default()
                .with(Field::GivenName, "Sam")
                .with(Field::FamilyName, &format!("Example{number}"))
                .with(Field::DateOfBirth, "2008-03-04"),
            spells: vec![spell],
            ..PersonRecord::default()
        }
    };
    let records: Vec<PersonRecord> = (0..=PEOPLE).map(record).collect();
    enter(town, &records).await
}

async fn enter(town: &Town, records: &[PersonRecord]) -> Vec<i64> {
    let ctx = &town.ctx;
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids = vec![String::new(); records.len()];
    let ids = new_people(&mut tx, change, "887", &mut ypids).await.unwrap();
    for (after, person) in records.iter().zip(&ids) {
        let before = Loaded { person: *person, ..Loaded::default() };
        write(&mut tx, change, &[Write { before: &before, after }]).await.unwrap();
    }
    tx.commit().await.unwrap();
    ids
}

/// Sends a form and follows where it leads; the address and the page.
async fn sent(town: &Town, path: &str, cookie: &str, fields: &str) -> (String, String) {
    let body = format!("csrf={}&{fields}", form_token(cookie));
    let answer = ask(&town.router, "POST", path, cookie, &body).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
    let to = answer.headers().get(header::LOCATION).unwrap().to_str().unwrap().to_owned();
    let page = text_of(ask(&town.router, "GET", &to, cookie, "").await).await;
    (to, page)
}

/// The numbers that a page would send.
fn ids_in(page: &str) -> Vec<String> {
    let all = page.split("name=\"ids\" value=\"").skip(1);
    all.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

fn value_in(page: &str, name: &str) -> String {
    let rest = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_college_that_fills_more_than_a_page_is_confirmed_in_one_go() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let people = lapsed(&town).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let show =
            async |path: &str| text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
        let page = show("/follow-up?list=lapsed").await;
        let (north, south) =
            (page.find("North College</a>: <strong>60"), page.find("South College</a>"));
        assert!(north.is_some() && north < south, "the longest list first: {page}");
        assert!(page.contains("North College (60)</option>"), "{page}");
        assert!(!page.contains("Confirm all"), "no provider is chosen: {page}");
        assert!(!page.contains("name=\"contact\""), "{page}");
        let settling = show("/follow-up?list=settling-in").await;
        assert!(settling.contains("name=\"contact\""), "who is out of touch: {settling}");
        let page = show("/follow-up?list=lapsed&provider=North%20College").await;
        assert!(page.contains("Confirm all 60 of North College"), "{page}");
        let ticks = page.matches("type=\"checkbox\" name=\"ids\"").count();
        assert_eq!(ticks, 50, "ticking ends with the page");

        let all = "all=yes&list=lapsed&provider=North+College";
        let body = format!("csrf={}&{all}", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/follow-up/confirm", &cookie, &body).await;
        let page = text_of(answer).await;
        assert!(page.contains("Confirm what is recorded for 60 people"), "{page}");
        let (ids, seen) = (ids_in(&page), value_in(&page, "seen"));
        assert_eq!(ids.len(), PEOPLE);
        assert!(!ids.contains(&people[0].to_string()), "another college's");

        meanwhile(&town, people[7]).await;
        let ticked: Vec<String> = ids.iter().map(|id| format!("ids={id}")).collect();
        let fields = format!("list=lapsed&how=list&seen={seen}&{}", ticked.join("&"));
        let (to, page) = sent(&town, "/follow-up/confirmed", &cookie, &fields).await;
        assert!(to.starts_with("/follow-up?list=lapsed&confirmed=59&left=1&change="), "{to}");
        assert!(page.contains("59 people are current from today. 1 person was changed"), "{page}");
        assert!(!page.contains("North College</a>"), "nobody there is due: {page}");
        let fields = format!("list=lapsed&change={}", value_in(&page, "change"));
        let (to, _) = sent(&town, "/follow-up/taken-back", &cookie, &fields).await;
        assert!(to.contains("taken-back=59"), "{to}");
    })
    .await;
}

/// Somebody else records something of one of them.
async fn meanwhile(town: &Town, person: i64) {
    let edition = formats::reference::editions().on(town.ctx.today()).unwrap();
    let new = app::people::NewActivity {
        code: "619".to_owned(),
        start: Some(date(2025, 11, 20)),
        how: "said so".to_owned(),
        ..app::people::NewActivity::default()
    };
    let other = Actor {
        account: 0,
        name: "Jo".to_owned(),
        role: Role::DataManager,
        scope: Scope::everyone(),
    };
    let person = PersonId(person);
    app::people::change_activity(&town.ctx, &other, person, edition, &new).await.unwrap();
}

#[tokio::test]
async fn the_ticked_are_given_to_an_adviser_and_leave_the_list_of_those_without() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let people = lapsed(&town).await;
        for person in &people[..3] {
            meanwhile(&town, *person).await;
        }
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let show =
            async |path: &str| text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
        let (home, list) =
            ("NEET young people have no adviser", "/follow-up?list=neet&adviser=none");
        let page = show("/").await;
        assert!(page.contains(home), "{page}");
        assert!(page.contains(&list.replace('&', "&#38;")) || page.contains(list), "{page}");
        let page = show(list).await;
        assert_eq!(ids_in(&page).len(), 3);
        let to = page.split("The Personal adviser</option>").next().unwrap();
        let to = to.rsplit("<option value=\"").next().unwrap().trim_end_matches("\">");
        let filter = "<input type=\"hidden\" name=\"adviser\" value=\"none\">";
        assert!(page.contains(filter), "the filter goes with the ticked: {page}");
        let ids = format!("ids={}&ids={}", people[0], people[1]);
        let fields = format!("list=neet&adviser=none&to={to}&{ids}");
        let (to, page) = sent(&town, "/follow-up/given", &cookie, &fields).await;
        assert_eq!(to, "/follow-up?list=neet&adviser=none&given=2");
        assert_eq!(ids_in(&page), [people[2].to_string()], "back on the list one came from");
        assert!(page.contains("2 people are on the caseload from today."), "{page}");
        assert_eq!(ids_in(&show(list).await), [people[2].to_string()]);
    })
    .await;
}

/// Confirming ends no review: all would be confirmed, and all would stay.
#[tokio::test]
async fn a_list_that_confirming_does_not_clear_offers_nobody_to_confirm_all_of() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let record = |given: &str| PersonRecord {
            particulars: Particulars::default()
                .with(Field::GivenName, given)
                .with(Field::FamilyName, "Example")
                .with(Field::DateOfBirth, "2008-03-04"),
            spells: vec![Spell {
                establishment_name: Some("North College".to_owned()),
                verified: Some(date(2025, 10, 20)),
                review: Some(date(2025, 11, 3)),
                ..Spell::new("350", date(2025, 9, 8))
            }],
            ..PersonRecord::default()
        };
        enter(&town, &["Ann", "Ben"].map(record)).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let show =
            async |path: &str| text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
        let page = show("/follow-up?list=review").await;
        assert_eq!(ids_in(&page).len(), 2, "{page}");
        assert!(!page.contains("Whose list would clear these"), "{page}");
        let page = show("/follow-up?list=review&provider=North%20College").await;
        assert_eq!(ids_in(&page).len(), 2, "{page}");
        assert!(!page.contains("Confirm all"), "{page}");
    })
    .await;
}

/// Two at one college, of whom one was to have left by now: its list clears the other alone. The page comes back to
/// the filter that it was opened from.
#[tokio::test]
async fn a_college_is_said_to_clear_whom_it_clears_and_the_filter_is_kept() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let record = |given: &str, predicted_end| PersonRecord {
            particulars: Particulars::default()
                .with(Field::GivenName, given)
                .with(Field::FamilyName, "Example")
                .with(Field::DateOfBirth, "2008-03-04"),
            spells: vec![Spell {
                establishment_name: Some("North College".to_owned()),
                verified: Some(date(2024, 8, 20)),
                predicted_end,
                ..Spell::new("230", date(2023, 9, 8))
            }],
            ..PersonRecord::default()
        };
        let records = [record("Ann", None), record("Ben", Some(date(2025, 10, 31)))];
        enter(&town, &records).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let list = "/follow-up?list=lapsed&provider=North%20College&adviser=none&order=name";
        let page = text_of(ask(&town.router, "GET", list, &cookie, "").await).await;
        let title = "One list from North College would clear 1 of these 2";
        assert!(page.contains(title) && page.contains("Confirm all 2 of North College"), "{page}");

        let filter = "list=lapsed&provider=North+College&adviser=none&order=name";
        let body = format!("csrf={}&all=yes&{filter}", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/follow-up/confirm", &cookie, &body).await;
        let page = text_of(answer).await;
        let back = list.replace('&', "&#38;");
        assert!(page.contains(list) || page.contains(&back), "back to the filter: {page}");
        assert_eq!(value_in(&page, "provider"), "North College");
        assert_eq!(value_in(&page, "adviser"), "none");
        let ticked: Vec<String> = ids_in(&page).iter().map(|id| format!("ids={id}")).collect();
        let seen = value_in(&page, "seen");
        let fields = format!("{filter}&how=list&seen={seen}&{}", ticked.join("&"));
        let (to, page) = sent(&town, "/follow-up/confirmed", &cookie, &fields).await;
        assert!(to.starts_with(&format!("{list}&confirmed=2&left=0&change=")), "{to}");
        assert!(page.contains("1 person is current from today. 1 person still counts"), "{page}");
        let form = page.split("/follow-up/taken-back").nth(1).unwrap().split("</form>").next();
        assert_eq!(value_in(form.unwrap(), "provider"), "North College");
        let fields = format!("{filter}&change={}", value_in(&page, "change"));
        let (to, _) = sent(&town, "/follow-up/taken-back", &cookie, &fields).await;
        assert_eq!(to, format!("{list}&taken-back=2&kept=0"));
    })
    .await;
}

/// Asks a youth worker from the record and from the list, and the worker answers: done once somebody was reached.
#[tokio::test]
async fn a_youth_worker_answers_what_they_were_asked_and_the_asker_sees_it() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let people = lapsed(&town).await;
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let address = email(Role::YouthService);
        let worker = store::accounts::by_email(&mut tx, &address).await.unwrap().unwrap().id;
        drop(tx);
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let (one, whom) = (people[0], format!("whom={worker}"));
        let (_, page) = sent(&town, &format!("/people/{one}/asked"), &manager, &whom).await;
        assert!(page.contains("is asked by The Data manager to follow them up"), "{page}");
        let ticked = format!("ids={}&list=lapsed&{whom}", people[1]);
        let (to, page) = sent(&town, "/follow-up/asked", &manager, &ticked).await;
        assert!(to.ends_with("said=asked&new=1&already=0&restricted=0"), "{to}");
        assert!(page.contains("Sam Example1"), "{page}");

        let cookie = sign_in(&town.router, &address).await;
        let show = async |path: &str, cookie: &str| {
            text_of(ask(&town.router, "GET", path, cookie, "").await).await
        };
        assert!(
            show("/", &cookie).await.contains("<strong>2</strong> follow-ups are asked of you")
        );
        let list = show("/follow-up/tasks", &cookie).await;
        let task = list.split("/follow-up/tasks/").nth(1).unwrap().split('"').next().unwrap();
        let path = format!("/follow-up/tasks/{task}");
        let page = show(&path, &cookie).await;
        assert!(page.contains("Follow up Sam Example0") && !page.contains("Example1"), "{page}");
        let typed = "method=call&note=&next-day=&next-month=&next-year=&outcome";
        let (to, _) = sent(&town, &path, &cookie, &format!("{typed}=no-answer")).await;
        assert!(to.ends_with("said=tried"), "{to}");
        let (to, page) = sent(&town, &path, &cookie, &format!("{typed}=supported")).await;
        assert!(to.ends_with("said=done") && !page.contains("Example0"), "{to}: {page}");
        let gone = ask(&town.router, "GET", &path, &cookie, "").await.status();
        assert_eq!(gone, StatusCode::NOT_FOUND);
        let told = show("/follow-up/tasks", &manager).await;
        assert!(told.contains("Done 24 Nov 2025: Spoke and gave advice"), "{told}");
        let (to, _) = sent(&town, &back(&told), &manager, "").await;
        assert!(to.ends_with("said=back"), "{to}");
        assert!(!show("/follow-up/tasks", &cookie).await.contains("Example1"));
    })
    .await;
}

/// The address at which the one follow-up that a page shows as open is taken back.
fn back(page: &str) -> String {
    let rest = page.split("action=\"/follow-up/tasks/").nth(1).unwrap();
    format!("/follow-up/tasks/{}", rest.split('"').next().unwrap())
}

#[tokio::test]
async fn the_tracking_plan_takes_an_entry_and_says_what_is_done() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
        let plan = async |path: &str| text_of(ask(&town.router, "GET", path, &cookie, "").await).await;
        let page = plan("/follow-up/plan").await;
        assert!(page.contains("Tracking plan 2025/26") && page.contains("September Guarantee"), "{page}");
        assert!(page.contains("Late by 55 days"), "the guarantee, since the end of September: {page}");
        let entry = "year=2025&title=Letters+sent&owner=Nico&measure=&level=&due-month=1&due-year=2026&due-day";
        let (to, page) = sent(&town, "/follow-up/plan", &cookie, &format!("{entry}=9")).await;
        assert_eq!(to, "/follow-up/plan?year=2025");
        assert!(page.contains("Letters sent") && page.contains("Due in 46 days"), "{page}");
        assert!(page.contains("<strong>9 January</strong> Letters sent"), "no number of letters: {page}");
        let body = format!("csrf={}&{entry}=99", form_token(&cookie));
        let wrong = text_of(ask(&town.router, "POST", "/follow-up/plan", &cookie, &body).await).await;
        assert!(wrong.contains("There is a problem"), "{wrong}");
        let said = "key=september-guarantee&due=2025-09-30&done=yes";
        let (_, page) = sent(&town, "/follow-up/plan/said", &cookie, said).await;
        assert!(page.contains("Done 24 November 2025, after it was due"), "{page}");
        assert!(page.contains(">Done late<"), "said in words, not by colour alone: {page}");
        let adviser = sign_in(&town.router, &email(Role::Adviser)).await;
        let page = text_of(ask(&town.router, "GET", "/follow-up/plan", &adviser, "").await).await;
        assert!(page.contains("Letters sent") && !page.contains("Add to the plan"), "{page}");
    })
    .await;
}

/// What is asked can be taken back on the record, and whoever hears of something else comes to the form that changes it.
#[tokio::test]
async fn what_is_asked_is_taken_back_on_the_record_and_something_else_is_recorded_at_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let mut tx = town.ctx.db.begin_read().await.unwrap();
        let adviser = store::accounts::by_email(&mut tx, &email(Role::Adviser)).await.unwrap();
        drop(tx);
        let (whom, record) = (adviser.unwrap().id, format!("/people/{}", town.person));
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let worker = sign_in(&town.router, &email(Role::Adviser)).await;
        let (asked, chosen) = (format!("{record}/asked"), format!("whom={whom}"));
        let taken = "Nobody is asked to follow them up any more";

        let (_, page) = sent(&town, &asked, &manager, &chosen).await;
        let task = page.split("action=\"/follow-up/tasks/").nth(1).unwrap().split('/').next();
        let end = format!("/follow-up/tasks/{}/end", task.unwrap());
        let own = text_of(ask(&town.router, "GET", &record, &worker, "").await).await;
        assert!(own.contains("is asked by") && !own.contains(&end), "not asked by them: {own}");
        let (to, page) = sent(&town, &end, &manager, "from=record").await;
        assert_eq!(to, format!("{record}?said=back"));
        assert!(page.contains(taken) && page.contains(&asked), "{page}");

        let many = format!("{chosen}&ids={}", town.person);
        let (to, page) = sent(&town, "/follow-up/asked", &manager, &many).await;
        assert_eq!(to, "/follow-up/tasks?said=asked&new=1&already=0&restricted=0");
        assert!(page.contains("They were asked to follow up 1 young person"), "{page}");
        let list = text_of(ask(&town.router, "GET", "/follow-up/tasks", &worker, "").await).await;
        let task = list.split("href=\"/follow-up/tasks/").nth(1).unwrap().split('"').next();
        let answer = format!("/follow-up/tasks/{}", task.unwrap());
        let (to, _) = sent(&town, &answer, &worker, "method=call&outcome=changed").await;
        assert_eq!(to, format!("{record}/activity"));
    })
    .await;
}

/// Several are ticked under one name, beside the four fields.
#[tokio::test]
async fn what_stands_in_the_way_is_ticked_with_a_contact_and_stands_on_the_record() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let path = format!("/people/{}/contact", town.person);
        let typed = "method=call&outcome=supported&note=&next-day=&next-month=&next-year=";
        let ticked = format!("{typed}&obstacle=money&obstacle=housing");
        let (to, page) = sent(&town, &path, &manager, &ticked).await;
        assert!(to.ends_with("said=confirmed"), "{to}");
        for label in ["Money", "Housing"] {
            let told = format!("{label}: told 24 November 2025 to The Data manager");
            assert!(page.contains(&told), "{page}");
        }
        assert!(!page.contains("Childcare: told"), "{page}");
        // What is wrong in another field keeps what was ticked.
        let wrong = format!("csrf={}&outcome=no-answer&obstacle=money", form_token(&manager));
        let answer = ask(&town.router, "POST", &path, &manager, &wrong).await;
        let page = text_of(answer).await;
        assert!(page.contains("value=\"money\" checked"), "{page}");
        assert!(!page.contains("value=\"housing\" checked"), "{page}");
        assert!(page.contains("href=\"#obstacle\""), "nobody told of it: {page}");
        let report = ask(&town.router, "GET", "/follow-up/obstacles", &manager, "").await;
        assert_eq!(report.status(), StatusCode::OK);
        let report = text_of(report).await;
        for (label, people) in [("Money", "under 5"), ("Housing", "under 5"), ("Childcare", "0")] {
            let row = format!("{label}</th><td class=\"wm-num\">{people}</td>");
            assert!(report.contains(&row), "{row}: {report}");
        }
        assert!(!report.contains("kept-"), "{report}");
    })
    .await;
}

/// A call that nobody answered is a contact, and nobody is in touch by it.
#[tokio::test]
async fn the_record_says_when_somebody_was_reached_and_not_when_somebody_was_called() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let since = date(2025, 11, 3);
        let neet = PersonRecord {
            particulars: Particulars::default()
                .with(Field::GivenName, "Sam")
                .with(Field::FamilyName, "Quiet")
                .with(Field::DateOfBirth, "2008-03-04"),
            spells: vec![Spell { verified: Some(since), ..Spell::new("619", since) }],
            ..PersonRecord::default()
        };
        let person = enter(&town, &[neet]).await[0];
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let (path, form) = (format!("/people/{person}"), "method=call&note=&next-day=&next-month=");
        for (outcome, words) in
            [("no-answer", "nobody in touch yet"), ("refused", "in touch today")]
        {
            let form = format!("{form}&next-year=&outcome={outcome}");
            sent(&town, &format!("{path}/contact"), &manager, &form).await;
            let page = text_of(ask(&town.router, "GET", &path, &manager, "").await).await;
            let wanted = format!("NEET since 3 November 2025, {words}");
            assert!(page.contains(&wanted), "{outcome}: {page}");
        }
    })
    .await;
}

/// A command is nobody: the record names no one to whom it was told, or who made the contact.
#[tokio::test]
async fn what_a_command_recorded_names_nobody_on_the_record() {
    each_engine(async |register| {
        let town = town(register.db).await;
        let contact = app::people::NewContact {
            method: "call".to_owned(),
            outcome: "refused".to_owned(),
            obstacles: vec!["housing".to_owned()],
            ..app::people::NewContact::default()
        };
        let command = Actor {
            account: 0,
            name: "The command line".to_owned(),
            role: Role::DataManager,
            scope: Scope::everyone(),
        };
        let person = PersonId(town.person);
        app::people::record_contact(&town.ctx, &command, person, &contact).await.unwrap();
        let manager = sign_in(&town.router, &email(Role::DataManager)).await;
        let path = format!("/people/{}", town.person);
        let page = text_of(ask(&town.router, "GET", &path, &manager, "").await).await;
        assert!(page.contains("<li>Housing: told 24 November 2025</li>"), "{page}");
        assert!(!page.contains("Phone call, not recorded"), "{page}");
    })
    .await;
}
