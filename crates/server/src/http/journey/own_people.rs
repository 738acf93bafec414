//! The list of a school's own pupils: all of them, a page at a time, and those alone of whom something is missing.

use domain::access::Role;
use domain::person::{Field, Particulars, PersonRecord};
use store::people::{self, Moment, Write};
use store::{args, changes};
use testkit::each_engine;

use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, sign_in, text_of};

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
