//! A small town of made-up people for the journeys of linkage: enough of them that chance can be learned.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of a test may stop it as its own lines may, and not every test needs all"
)]

use app::demo::{DAY, Plan, build};
use app::imports::{self, Incoming, Options, Reader};
use app::{Clock, Context, Wrong};
use domain::access::{Actor, Role, Scope};
use domain::person::Field;
use formats::Kind;
use jiff::civil::{Date, date};
use store::imports::{Counts, ImportRow};
use store::organisations::{self, Organisation};
use store::people::{self, Loaded, Moment};
use testkit::Register;

pub const SIZE: usize = 600;

/// Somebody of the town as the register's first roll told them.
#[derive(Clone, Debug)]
pub struct Somebody {
    pub person: i64,
    pub given: String,
    pub family: String,
    pub born: String,
    pub sex: String,
    pub home: String,
}

pub fn context(register: &Register) -> Context {
    on(register, date(2026, 1, 9))
}

/// The same on another day.
pub fn on(register: &Register, day: Date) -> Context {
    Context::seeded(register.db.clone(), None, Clock::on(day), 7)
}

/// A demonstration of 300 people, on the evening of its day.
pub async fn demonstration(db: &store::Db) -> Context {
    let evening = format!("{DAY}T18:00:00Z").parse().unwrap();
    let ctx = Context::seeded(db.clone(), None, Clock::Fixed(evening), 1);
    build(&ctx, &Plan { people: 300, ..Plan::default() }).await.unwrap();
    ctx
}

const GIRLS: [&str; 10] =
    ["Olivia", "Amelia", "Isla", "Grace", "Fatima", "Zofia", "Poppy", "Jessica", "Maryam", "Nia"];
const BOYS: [&str; 10] =
    ["Oliver", "George", "Arthur", "Harry", "Yusuf", "Jakub", "Thomas", "Daniel", "Edward", "Femi"];
const STARTS: [&str; 12] =
    ["Hal", "Ber", "Tor", "Wes", "Mar", "Kin", "Ash", "Dun", "Fen", "Gar", "Lang", "Pem"];
const ENDS: [&str; 12] =
    ["ley", "ton", "son", "man", "field", "ford", "wood", "well", "worth", "ham", "escu", "zadeh"];

/// The person at a place of the town's list, not yet on the register.
pub fn somebody(at: usize) -> Somebody {
    let pick = |list: &[&str], n: usize| list[n % list.len()].to_owned();
    let girl = at.is_multiple_of(2);
    let family = format!("{}{}", pick(&STARTS, at / 7), pick(&ENDS, at / 3 + at / 11));
    Somebody {
        person: 0,
        given: pick(if girl { &GIRLS } else { &BOYS }, at / 2 + at / 13),
        family,
        born: format!("{}-{:02}-{:02}", 2007 + at % 3, 1 + at * 5 % 12, 1 + at * 11 % 28),
        sex: if girl { "F" } else { "M" }.to_owned(),
        home: format!("ME{} {}{}{}", 1 + at % 9, at / 5 % 9, letter(at / 3), letter(at / 17)),
    }
}

/// A row that may be this person's: the names and the year, and nothing else.
pub fn doubtful(one: &Somebody) -> String {
    let year: String = one.born.chars().take(4).collect();
    format!("UPN,Forename,Surname,DOB,Sex,Postcode\n,{},{},{year}-01-01,,\n", one.given, one.family)
}

/// Another home in the same postcode sector, so that whoever moved there is known again.
pub fn near(home: &str) -> String {
    let sector = home.trim_end_matches(char::is_alphabetic);
    format!("{sector}UU")
}

fn letter(n: usize) -> char {
    char::from(b"ABDEFGHJLNPQRSTUWXYZ"[n % 20])
}

/// Puts the town on the register by a roll without numbers.
pub async fn town(ctx: &Context) -> Vec<Somebody> {
    let mut text = "UPN,Forename,Surname,DOB,Sex,Postcode\n".to_owned();
    let mut people: Vec<Somebody> = (0..SIZE).map(somebody).collect();
    for p in &people {
        let row = [&p.given, &p.family, &p.born, &p.sex, &p.home].map(String::as_str);
        text.push_str(&format!(",{}\n", row.join(",")));
    }
    let (import, _) = run(ctx, "Brompton Academy", &text, true).await;
    for (p, fate) in people.iter_mut().zip(fates(ctx, import).await) {
        assert_eq!(fate.effect, "new", "{p:?}: {}", fate.reasons);
        p.person = fate.person.unwrap();
    }
    people
}

pub async fn run(ctx: &Context, sender: &str, text: &str, commit: bool) -> (i64, Counts) {
    let incoming = Incoming {
        kind: Kind::Roll,
        sender,
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(date(2026, 1, 9)),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    let outcome = match commit {
        true => imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
        false => imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap(),
    };
    (id, outcome.counts)
}

pub async fn fates(ctx: &Context, import: i64) -> Vec<ImportRow> {
    imports::rows(ctx, import).await.unwrap()
}

pub async fn everybody(ctx: &Context) -> Vec<Loaded> {
    let mut tx = ctx.db.begin_read().await.unwrap();
    people::load_all(&mut tx, Moment::Now).await.unwrap()
}

/// Numbers of people of this name.
pub fn named(all: &[Loaded], given: &str, family: &str) -> Vec<i64> {
    let is = |l: &&Loaded| {
        let p = &l.record.particulars;
        p.get(Field::GivenName) == Some(given) && p.get(Field::FamilyName) == Some(family)
    };
    all.iter().filter(is).map(|l| l.person).collect()
}

/// Puts an organisation on the register.
pub async fn place(ctx: &Context, id: &str, kind: &str, name: &str) {
    let mut tx = ctx.db.begin().await.unwrap();
    let (id, kind, name) = (id.to_owned(), kind.to_owned(), name.to_owned());
    let one = Organisation { id, kind, name, ..Organisation::default() };
    organisations::save(&mut tx, &one).await.unwrap();
    tx.commit().await.unwrap();
}

/// Has an agreement by which everything flows signed with an organisation of this kind and name; its number.
pub async fn agree(ctx: &Context, (id, kind, name): (&str, &str, &str)) -> i64 {
    place(ctx, id, kind, name).await;
    let wording = testkit::wording(id, date(2025, 9, 1));
    let keeper = actor(0, Role::DataManager);
    app::agreement::bring(ctx, &keeper, &wording, None).await.unwrap().agreement
}

/// What the refusal says; stops the test where nothing was refused.
pub fn refusal<T: std::fmt::Debug>(answer: Result<T, Wrong>) -> String {
    match answer {
        Err(no @ (Wrong::Refused(_) | Wrong::Denied(_))) => no.to_string(),
        other => panic!("not refused: {other:?}"),
    }
}

/// Somebody who reads as this role within this scope.
pub fn reader(role: Role, scope: Scope) -> Actor {
    Actor { account: 1, name: "Jo".into(), role, scope }
}

pub fn actor(account: i64, role: Role) -> Actor {
    Actor { account, name: "Jo".into(), role, scope: Scope::everyone() }
}

/// An account for somebody of an organisation; its number.
pub async fn account(ctx: &Context, who: (&str, &str, Role), organisation: &str) -> i64 {
    let mut tx = ctx.db.begin().await.unwrap();
    let own = (Some(organisation.to_owned()), &[][..]);
    let id = app::accounts::add(ctx, &mut tx, who, own, "x".to_owned()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// A data manager with an account of their own.
pub async fn manager(ctx: &Context, name: &str) -> Actor {
    let mut tx = ctx.db.begin().await.unwrap();
    let email = format!("{name}@example.org");
    let who = (email.as_str(), name, Role::DataManager);
    let id = app::accounts::add(ctx, &mut tx, who, (None, &[]), String::new()).await.unwrap();
    tx.commit().await.unwrap();
    Actor { name: name.to_owned(), ..actor(id, Role::DataManager) }
}
