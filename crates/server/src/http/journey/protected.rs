//! A protected address leaves the house by no way: every page that every role can open, the return, files of
//! people, packs and matched lists are searched for words that only the address holds.

use app::imports::{self, Incoming, Options, Reader};
use app::linking::{self, List};
use app::month_end::{self, Asked};
use app::{exports, rights};
use axum::body::to_bytes;
use axum::http::StatusCode;
use domain::access::Role;
use domain::consent::Speaker;
use domain::matching::ListKind;
use domain::person::{Address, Field, PersonId};
use domain::rights::Right;
use formats::Kind;
use formats::reference::editions;
use jiff::civil::date;
use store::people::{Moment, Write};
use store::{accounts, changes, people};
use testkit::each_engine;

use super::routes::{ROUTES, asked};
use super::town::{SCHOOL, Town, agree, email, town};
use super::{ask, form_token, sign_in};

const CANARIES: [&str; 4] = ["Canary Lofts", "Goldfinch Mews", "Aviary-on-Sea", "CA9 9RY"];

/// Gives the town's young person an address that nobody may be told.
async fn hide(town: &Town) {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let at = "2025-11-02T09:00:00.000000Z";
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    let before = people::load(&mut tx, &[town.person], Moment::Now).await.unwrap().remove(0);
    let mut after = before.record.clone();
    after.particulars.set(Field::ProtectedAddress, "Y".to_owned());
    after.particulars.set(Field::LeadLa, "887".to_owned());
    after.particulars.set(Field::CohortStatus, "P".to_owned());
    after.particulars.set(Field::Sex, "F".to_owned());
    let place = after.addresses[0].place.clone();
    let [flat, street, town_name, postcode] = CANARIES.map(str::to_owned);
    let lines = [flat, street, String::new(), String::new()];
    after.addresses =
        vec![Address { lines, town: town_name, postcode, place, ..Address::default() }];
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    store::organisations::set(&mut tx, "la_code", "887").await.unwrap();
    store::organisations::set(&mut tx, "database_id", "887").await.unwrap();
    tx.commit().await.unwrap();
}

/// The school sends the hidden home in a roll, whose rows are kept as they came, with a parent's name.
async fn sent_by_roll(town: &Town, manager: &domain::access::Actor) {
    let roll = "Forename,Surname,DOB,Parent,Address 1,Address 2,Town,Post Code\n\
        kept-given-name,kept-family-name,2008-10-09,Kestrel Keeper,Rookery Wing of Canary Lofts,\
        Goldfinch Mews,Aviary-on-Sea,CA9 9RY\n";
    let ctx = &town.ctx;
    let incoming = Incoming {
        kind: Kind::Roll,
        sender: SCHOOL,
        file_name: "roll.csv",
        content: Box::new(std::io::Cursor::new(roll.as_bytes().to_vec())),
        as_of: Some(ctx.today()),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    for row in imports::rows(ctx, id).await.unwrap().iter().filter(|row| row.effect == "held") {
        let same = format!("same:{}", town.person);
        imports::decide(ctx, manager, id, row.line, &same).await.unwrap();
    }
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
}

/// A second record beside the hidden one, to be merged with it; its number.
async fn entered_twice(town: &Town) -> i64 {
    let mut tx = town.ctx.db.begin().await.unwrap();
    let at = "2025-11-02T10:00:00.000000Z";
    let change = changes::begin(&mut tx, at, "edit", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let id = people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = people::load(&mut tx, &[id], Moment::Now).await.unwrap().remove(0);
    let mut after = before.record.clone();
    after.particulars.set(Field::GivenName, "Linnet".to_owned());
    after.particulars.set(Field::FamilyName, "Second".to_owned());
    people::write(&mut tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The school's list is matched: it knows the hidden home, of the hidden young person and of somebody who
/// may be them.
async fn sent_by_list(town: &Town, manager: &domain::access::Actor) -> i64 {
    let text = "Forename,Surname,DOB,Postcode\nkept-given-name,kept-family-name,2008-10-09,CA9 9RY\n\
        Twite,kept-family-name,2008-10-09,CA9 9RY\n";
    let mut file = tempfile::tempfile().unwrap();
    std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
    let list = List {
        kind: ListKind::Other,
        sender: SCHOOL,
        title: "Everybody",
        purpose: "who is missing",
        file_name: "list.csv",
        file,
    };
    let (id, tally) = linking::crossmatch(&town.ctx, manager, &Reader::Here, list).await.unwrap();
    assert_eq!((tally.found + tally.differs, tally.doubtful), (1, 1), "{tally:?}");
    id
}

/// Pages about the two that are asked for beside the table's: the merge either way, the list by outcome, and
/// the question that it leaves.
fn who_is_who(town: &Town, other: i64, list: i64) -> Vec<String> {
    let person = town.person;
    let mut all = vec![
        format!("/who-is-who/merge/{person}/{other}"),
        format!("/who-is-who/merge/{other}/{person}"),
        "/who-is-who".to_owned(),
    ];
    let outcomes = ["doubtful", "theirs", "ours", "differs", "found", "refused"];
    all.extend(outcomes.map(|outcome| format!("/who-is-who/lists/{list}?outcome={outcome}")));
    all
}

fn holds_none(bytes: &[u8], what: &str) {
    for canary in CANARIES {
        let found =
            bytes.windows(canary.len()).any(|at| at.eq_ignore_ascii_case(canary.as_bytes()));
        let bare = canary.replace(' ', "");
        let joined = bytes.windows(bare.len()).any(|at| at.eq_ignore_ascii_case(bare.as_bytes()));
        assert!(!found && !joined, "{what} tells {canary}");
    }
}

/// The parts of a ZIP, which an XLSX is too, opened.
fn opened(bytes: Vec<u8>) -> Vec<u8> {
    use std::io::{Cursor, Read};
    let Ok(mut zip) = zip::ZipArchive::new(Cursor::new(&bytes)) else { return bytes };
    let mut all = Vec::new();
    for at in 0..zip.len() {
        zip.by_index(at).unwrap().read_to_end(&mut all).unwrap();
    }
    all
}

async fn actor(town: &Town, role: Role) -> domain::access::Actor {
    let mut tx = town.ctx.db.begin_read().await.unwrap();
    let account = accounts::by_email(&mut tx, &email(role)).await.unwrap().unwrap();
    app::accounts::actor(&account).unwrap()
}

#[tokio::test]
async fn no_return_file_or_pack_carries_a_protected_address() {
    each_engine(async |register| {
        let town = town(register.db).await;
        hide(&town).await;
        let ctx = &town.ctx;
        let manager = actor(&town, Role::DataManager).await;
        let wanted = Asked { period_end: date(2025, 10, 31), edition: None, seen: 0 };
        let id = month_end::freeze(ctx, &manager, wanted).await.unwrap();
        let (_, file) = month_end::file(ctx, &manager, id).await.unwrap();
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(text.contains("kept-given-name") && text.contains("Withheld"), "{text:.2000}");
        holds_none(&file, "the return");
        let edition = editions().on(ctx.today()).unwrap();
        let calls = exports::What::Calls { adviser: None };
        if let Ok(serial) = exports::ask(ctx, &manager, edition, calls, "To ring them all").await {
            let taken = exports::take(ctx, &manager, edition, serial).await.unwrap();
            holds_none(&taken.bytes, "a file of people");
        }
        agree(&town, SCHOOL).await;
        sent_by_roll(&town, &manager).await;
        // What they ask about themselves is told to themselves; a parent's copy goes to the parent too.
        let pack = async |by: Speaker| {
            let words = "What do you hold".to_owned();
            let said = rights::Asked { right: Right::Access, by, words, received: ctx.today() };
            let person = PersonId(town.person);
            let request = rights::ask(ctx, &manager, person, &said).await.unwrap().unwrap();
            opened(rights::pack(ctx, &manager, request).await.unwrap().1)
        };
        let parents = pack(Speaker::Parent).await;
        holds_none(&parents, "a parent's pack");
        let parents = String::from_utf8_lossy(&parents).into_owned();
        assert!(!parents.contains("Own School"), "nor where they are found by day");
        let own = String::from_utf8_lossy(&pack(Speaker::YoungPerson).await).into_owned();
        for word in [CANARIES[1], "Rookery Wing", "Own School"] {
            assert!(own.contains(word), "the search can find {word}");
        }
        assert!(!own.contains("Kestrel Keeper"), "a parent's name, in a row as it was sent");
    })
    .await;
}

#[tokio::test]
async fn no_page_carries_a_protected_address() {
    let register = testkit::sqlite().await;
    let town = town(register.db).await;
    hide(&town).await;
    // Partners are asked where they are given everything.
    agree(&town, SCHOOL).await;
    let manager = actor(&town, Role::DataManager).await;
    let wanted = Asked { period_end: date(2025, 10, 31), edition: None, seen: 0 };
    month_end::freeze(&town.ctx, &manager, wanted).await.unwrap();
    let (other, list) = (entered_twice(&town).await, sent_by_list(&town, &manager).await);
    let pairs = who_is_who(&town, other, list);
    let (mut opened_pages, mut named) = (0, 0);
    for role in Role::ALL {
        let cookie = sign_in(&town.router, &email(*role)).await;
        let search = format!("csrf={}&postcode=CA9+9RY", form_token(&cookie));
        let answer = ask(&town.router, "POST", "/people/search", &cookie, &search).await;
        let found = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        if let Some(found) = found.filter(|to| to.starts_with("/people/found/")) {
            // The page says again what was asked for; whose it is it may not say.
            let answer = ask(&town.router, "GET", &found, &cookie, "").await;
            let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec();
            let page = String::from_utf8(bytes).unwrap();
            assert!(!page.contains("kept-given-name"), "{role:?} finds them by the postcode");
            holds_none(page.replace("CA9 9RY", "").as_bytes(), &format!("{role:?} {found}"));
        }
        let mut paths: Vec<String> = Vec::new();
        for (_, path, _) in ROUTES.iter().filter(|(method, ..)| *method == "GET") {
            paths.extend(asked(&town, "GET", path));
            paths.push(path.replace("{id}", "1").replace("{kind}", "csv"));
        }
        for cut in ["ward", "locality", "school"] {
            paths.push(format!("/figures/people?measure=neet&by={cut}&cell=North"));
        }
        paths.extend(pairs.iter().cloned());
        for path in paths.iter().filter(|path| !path.contains('{')) {
            let answer = ask(&town.router, "GET", path, &cookie, "").await;
            opened_pages += usize::from(answer.status() == StatusCode::OK);
            let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec();
            let tells = String::from_utf8_lossy(&bytes).contains("kept-given-name");
            named += usize::from(*role == Role::DataManager && pairs.contains(path) && tells);
            holds_none(&opened(bytes), &format!("{role:?} {path}"));
        }
    }
    assert!(opened_pages > 300, "{opened_pages}");
    assert!(named >= 4, "the merge both ways, the list and the question name them: {named}");
    let cookie = sign_in(&town.router, &email(Role::DataManager)).await;
    let form = format!("csrf={}", form_token(&cookie));
    let path = format!("/who-is-who/lists/{list}/file");
    let answer = ask(&town.router, "POST", &path, &cookie, &form).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec();
    assert!(
        String::from_utf8_lossy(&bytes).contains("kept-given-name"),
        "the search can find them"
    );
    holds_none(&bytes, "the matched list as a file");
}
