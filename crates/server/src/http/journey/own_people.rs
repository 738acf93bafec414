//! The list of a school's own pupils: all of them, a page at a time, and those alone of whom something is missing.

use domain::access::Role;
use domain::person::{Field, Particulars, PersonRecord};
use store::organisations::{self, Organisation};
use store::people::{self, Moment, Write};
use store::{args, changes};
use testkit::each_engine;

use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in, text_of};

/// One more than a page has.
const MANY: usize = 101;

/// The family name at a place of the list.
fn family(place: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 20).unwrap());
    format!("Marsh{}{}", letter(place / 20), letter(place))
}

/// A pupil at a place of the list; the day of birth of the last two is not known.
fn pupil(place: usize) -> PersonRecord {
    let mut particulars = Particulars::default()
        .with(Field::GivenName, "Ann")
        .with(Field::FamilyName, &family(place))
        .with(Field::School, SCHOOL);
    if place + 2 < MANY {
        particulars.set(Field::DateOfBirth, "2013-03-04".to_owned());
    }
    PersonRecord { particulars, ..PersonRecord::default() }
}

/// Pupils of the school and nobody else's, the last of the list first.
async fn pupils(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    tx.run("UPDATE particulars SET school = NULL", args![]).await.unwrap();
    let at = town.ctx.now();
    let change = changes::begin(&mut tx, &at, "import", None, None, None).await.unwrap();
    let mut numbers = vec![String::new(); MANY];
    let ids = people::new_people(&mut tx, change, "887", &mut numbers).await.unwrap();
    let before = people::load(&mut tx, &ids, Moment::Now).await.unwrap();
    let records: Vec<PersonRecord> = (0..MANY).rev().map(pupil).collect();
    let writes: Vec<Write<'_>> =
        before.iter().zip(&records).map(|(before, after)| Write { before, after }).collect();
    people::write(&mut tx, change, &writes).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_school_comes_to_every_pupil_and_to_those_of_whom_something_is_missing() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        pupils(&town).await;
        let cookie = sign_in(&town.router, &email(Role::School)).await;
        let page = async |address: &str| {
            text_of(ask(&town.router, "GET", address, &cookie, "").await).await
        };
        let [first, before, last] = [0, MANY - 2, MANY - 1].map(family);
        let list = page("/own").await;
        assert!(list.contains("<strong>2</strong> of these records"), "of all pages: {list}");
        assert!(list.contains("of <strong>101</strong>") && list.contains("/own?page=2"), "{list}");
        assert!(list.contains(&first) && list.contains(&before) && !list.contains(&last), "{list}");
        for address in ["/own?page=2", "/own?page=9"] {
            let list = page(address).await;
            assert!(list.contains(&last) && !list.contains(&before), "{address}: {list}");
        }
        let list = page("/own?lacking=yes").await;
        assert!(list.contains("of <strong>2</strong>"), "{list}");
        assert!(list.contains(&before) && list.contains(&last) && !list.contains(&first), "{list}");
    })
    .await;
}

/// The days that a statement gives.
async fn days(town: &Town, sql: &str) -> Vec<String> {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    tx.rows(sql, args![], |row| row.text(0)).await.unwrap()
}

/// Waits until nobody reads a file any more.
async fn read_to_its_end(town: &Town, place: &str) {
    let import = place.rsplit('/').next().unwrap().parse().unwrap();
    for _ in 0..500 {
        if town.edge.work().done(import).is_none() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{place} is never done");
}

/// Organisations that nobody can apply to.
async fn who_teach_nobody(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    for (id, kind) in [("partner-police", "partner"), ("council-886", "council")] {
        let [id, kind, name] = [id, kind, "No provider"].map(str::to_owned);
        let one = Organisation { id, kind, name, ..Organisation::default() };
        organisations::save(&mut tx, &one).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_school_says_on_which_day_it_was_told() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        who_teach_nobody(&town).await;
        let cookie = sign_in(&town.router, &email(Role::School)).await;
        let path = format!("/own/people/{}", town.person);
        let page = text_of(ask(&town.router, "GET", &path, &cookie, "").await).await;
        for name in ["intended", "tied", "said"] {
            for (part, today) in [("day", "24"), ("month", "11"), ("year", "2025")] {
                let field =
                    format!("name=\"{name}-{part}\" inputmode=\"numeric\" value=\"{today}\"");
                assert!(page.contains(&field), "{field}: {page}");
            }
        }
        let send = async |fields: &str| {
            let body = format!("csrf={}&{fields}", form_token(&cookie));
            let answer = ask(&town.router, "POST", &path, &cookie, &body).await;
            let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
            (to.unwrap_or_default(), text_of(answer).await)
        };
        let on =
            |name: &str, day: u8| format!("&{name}-day={day}&{name}-month=11&{name}-year=2025");

        // Nobody applies to the police or to a council: neither is offered, nor taken where it is sent.
        for id in ["partner-police", "council-886"] {
            assert!(!page.contains(&format!("value=\"{id}\"")), "{id}: {page}");
            let (_, said) = send(&format!("what=tie&provider={id}&tie=applied")).await;
            assert!(said.contains("Choose the provider"), "{id}: {said}");
        }
        assert!(page.contains("value=\"urn-2\""), "{page}");
        let tie = "what=tie&provider=urn-2&tie=applied";
        let (_, said) = send(tie).await;
        assert!(said.contains("Enter the day since which it is so"), "{said}");
        let (_, said) = send(&format!("{tie}&sure=yes{}", on("tied", 25))).await;
        assert!(said.contains("That day is yet to come."), "{said}");
        let (_, sure) = send(&format!("{tie}{}", on("tied", 10))).await;
        assert!(sure.contains("10 November 2025"), "shown before it is sent: {sure}");
        assert!(sure.contains("name=\"tied-day\" value=\"10\""), "and carried on: {sure}");
        let (to, _) = send(&format!("{tie}&sure=yes{}", on("tied", 10))).await;
        assert!(to.contains("?sent=A"), "{to}");
        let older = "what=tie&provider=urn-2&tie=withdrawn&sure=yes";
        let (_, said) = send(&format!("{older}{}", on("tied", 9))).await;
        assert!(said.contains("Something was told of a later day"), "{said}");
        let stands = "SELECT day FROM application WHERE ended IS NULL";
        assert_eq!(days(&town, stands).await, ["2025-11-10"], "{}", register.engine);

        let word = "what=word&word=said-no&by=young-person&how=signed&sure=yes";
        let (_, said) = send(word).await;
        assert!(said.contains("Enter the day on which it was said"), "{said}");
        let (_, said) = send(&format!("{word}{}", on("said", 25))).await;
        assert!(said.contains("What was said was said today or before"), "{said}");
        let (to, said) = send(&format!("{word}{}", on("said", 3))).await;
        assert!(to.contains("?sent=W"), "{to} {said}");
        assert_eq!(days(&town, "SELECT day FROM sharing_word").await, ["2025-11-03"]);

        let intends = "what=intends&intends=210&offer=";
        let (_, said) = send(intends).await;
        assert!(said.contains("Enter the day on which it was said"), "{said}");
        let (to, said) = send(&format!("{intends}{}", on("intended", 5))).await;
        assert!(to.starts_with("/own/files/"), "{to} {said}");
        assert_eq!(days(&town, "SELECT as_of FROM import").await, ["2025-11-05"]);
        read_to_its_end(&town, &to).await;
    })
    .await;
}

#[tokio::test]
async fn all_that_is_wrong_with_an_offer_is_said_at_once() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let cookie = sign_in(&town.router, &email(Role::College)).await;
        for kind in ["", "left"] {
            let body = format!("csrf={}&kind={kind}&sure=yes", form_token(&cookie));
            let page = text_of(ask(&town.router, "POST", "/own/offers", &cookie, &body).await);
            let page = page.await;
            for said in [
                "Choose what happened",
                "Enter their first name",
                "Enter their last name",
                "Enter their date of birth",
                "Enter the day on which it happened",
            ] {
                assert!(page.contains(said), "{said}: {page}");
            }
        }
        assert!(days(&town, "SELECT day FROM notice").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_provider_says_on_which_day_an_offer_was_made() {
    each_engine(async |register| {
        let town = town(register.db).await;
        agree(&town, SCHOOL).await;
        let cookie = sign_in(&town.router, &email(Role::College)).await;
        let send = async |day: &str| {
            let who =
                "kind=offer-made&given=Kim&family=Marsh&born-day=4&born-month=5&born-year=2009";
            let body = format!("csrf={}&{who}&sure=yes{day}", form_token(&cookie));
            text_of(ask(&town.router, "POST", "/own/offers", &cookie, &body).await).await
        };
        assert!(send("").await.contains("Enter the day on which it happened"));
        let ahead = "&happened-day=25&happened-month=11&happened-year=2025";
        assert!(send(ahead).await.contains("That day is yet to come"));
        assert!(days(&town, "SELECT day FROM notice").await.is_empty());
        assert_eq!(send("&happened-day=7&happened-month=11&happened-year=2025").await, "");
        assert_eq!(days(&town, "SELECT day FROM notice").await, ["2025-11-07"]);
    })
    .await;
}
