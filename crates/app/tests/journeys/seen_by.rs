//! Who else can see somebody is what each account finds when it comes: nobody is named who is refused, and
//! nobody is left out who is let in. A partner finds people by what it is given of them; on both engines.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use app::accounts::{self, Known};
use app::agreement;
use app::imports::{self, Incoming, Options, Reader};
use app::machine::{self, Wanted};
use app::people::{self, SeenBy, Seers};
use app::{Clock, Context, consents, rights};
use domain::access::{Actor, Part, Relation, Role, Scope};
use domain::agreement::Signature;
use domain::consent::{Speaker, Telling, Word};
use domain::person::{Address, Field, FormerName, Particulars, PersonId, PersonRecord, Place};
use domain::rights::Right;
use formats::Kind;
use jiff::civil::{Date, date};
use store::organisations::{self, Organisation};
use store::people::{Moment, Write};
use store::{changes, contacts};
use testkit::{Register, each_engine};

const DAY: Date = date(2026, 1, 9);

/// What is given to the school out of a record, until the end of the school year.
const WORDING: &str = r#"
title = "Who is in learning"
purpose = "To know who is in learning"
partners = ["school"]
starts = "2025-09-01"
ends = "2026-08-31"
contact = { name = "Pat Lindley" }

[[line]]
flow = "school-roll"
direction = "out"
gateway = "esa-17"
items = ["given_name", "family_name", "date_of_birth", "school"]

[[signature]]
name = "R Hale"
day = "2025-07-01"
"#;

fn manager() -> Actor {
    Actor { account: 0, name: "Jo".into(), role: Role::DataManager, scope: Scope::everyone() }
}

async fn agree(ctx: &Context) {
    let brought = agreement::bring(ctx, &manager(), WORDING, None).await.unwrap();
    let school = Signature {
        party: Some("school".into()),
        name: "P Lindley".into(),
        post: "Head".into(),
        day: date(2025, 7, 9),
    };
    agreement::sign(ctx, &manager(), brought.agreement, &school).await.unwrap();
    let other = testkit::wording("other", date(2025, 9, 1));
    agreement::bring(ctx, &manager(), &other, None).await.unwrap();
}

/// An account of every role in each of two organisations, or for each of two localities.
async fn everybody(ctx: &Context) -> Vec<i64> {
    let mut tx = ctx.db.begin().await.unwrap();
    let mut all = Vec::new();
    for (id, locality) in [("school", "North"), ("other", "South")] {
        let one = Organisation {
            id: id.to_owned(),
            kind: "school".to_owned(),
            name: id.to_uppercase(),
            ..Organisation::default()
        };
        organisations::save(&mut tx, &one).await.unwrap();
        for role in Role::ALL {
            let email = format!("{id}-{}@example.org", role.name());
            let organisation = role.is_partner().then(|| id.to_owned());
            let localities = [locality.to_owned()];
            let localities = if role.is_partner() { &[][..] } else { &localities[..] };
            let who = (email.as_str(), "Sam", *role);
            let reach = (organisation, localities);
            all.push(accounts::add(ctx, &mut tx, who, reach, "none".to_owned()).await.unwrap());
        }
    }
    tx.commit().await.unwrap();
    all
}

/// Somebody of North on the school's roll, with an adviser of South.
async fn somebody(ctx: &Context, adviser: i64, restricted: bool) -> PersonId {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let mut ypids = [String::new()];
    let person = store::people::new_people(&mut tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = store::people::load(&mut tx, &[person], Moment::Now).await.unwrap().remove(0);
    let mut particulars = Particulars::default()
        .with(Field::GivenName, "Amina")
        .with(Field::FamilyName, "Khan")
        .with(Field::DateOfBirth, "2008-03-27")
        .with(Field::School, "school");
    if restricted {
        particulars.set(Field::Restricted, "Y".to_owned());
    }
    let place = Place { locality: Some("North".to_owned()), ..Place::default() };
    let addresses = vec![Address { place, ..Address::default() }];
    let after = PersonRecord { particulars, addresses, ..PersonRecord::default() };
    store::people::write(&mut tx, change, &[Write { before: &before, after: &after }])
        .await
        .unwrap();
    contacts::allocate(&mut tx, (person, Some(adviser)), date(2025, 9, 1), change.0).await.unwrap();
    tx.commit().await.unwrap();
    PersonId(person)
}

/// The other organisation's list names them, and they stay on the school's roll.
async fn listed(ctx: &Context, person: PersonId) {
    let text = "Forename,Surname,DOB\nAmina,Khan,2008-03-27\n";
    let incoming = Incoming {
        kind: Kind::Roll,
        sender: "other",
        file_name: "list.csv",
        content: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        as_of: Some(date(2025, 11, 3)),
        options: Options::default(),
        account: None,
    };
    let id = imports::receive(ctx, incoming).await.unwrap();
    imports::plan(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    for row in imports::rows(ctx, id).await.unwrap().iter().filter(|row| row.effect == "held") {
        let whom = format!("same:{}", row.candidates.split(',').next().unwrap());
        imports::decide(ctx, &crate::town::actor(0, Role::DataManager), id, row.line, &whom)
            .await
            .unwrap();
    }
    imports::apply(ctx, &Reader::Here, id, &|_| {}).await.unwrap();
    change(ctx, person, |record| {
        record.particulars.set(Field::School, "school".to_owned());
    })
    .await;
}

static SESSIONS: AtomicU64 = AtomicU64::new(0);

/// Who an account is at a request of its own; nobody where it does not work.
async fn at_the_door(ctx: &Context, account: i64) -> Option<Actor> {
    let mut token = [0; 32];
    token[..8].copy_from_slice(&SESSIONS.fetch_add(1, Ordering::Relaxed).to_le_bytes());
    let mut tx = ctx.db.begin().await.unwrap();
    let session = store::accounts::Session {
        token_hash: token.iter().map(|byte| format!("{byte:02x}")).collect(),
        account,
        made_at: ctx.now(),
        seen_at: ctx.now(),
        name: account.to_string(),
        browser: String::new(),
        how: "password".to_owned(),
        proved_at: ctx.now(),
    };
    store::accounts::begin_session(&mut tx, &session).await.unwrap();
    tx.commit().await.unwrap();
    match accounts::signed_in(ctx, token).await.unwrap() {
        Known::In(actor, _) => Some(actor),
        _ => None,
    }
}

/// Who is let in, by organisation and role, as each tries the door.
async fn let_in(ctx: &Context, all: &[i64], person: PersonId) -> BTreeMap<(String, Role), usize> {
    let mut found = BTreeMap::new();
    for account in all {
        let Some(actor) = at_the_door(ctx, *account).await else { continue };
        if people::open(ctx, &actor, person).await.is_ok() {
            let of = actor.scope.own_organisation().unwrap_or("The council").to_uppercase();
            *found.entry((of, actor.role)).or_insert(0) += 1;
        }
    }
    found
}

fn named(seen: &SeenBy) -> BTreeMap<(String, Role), usize> {
    let mut found = BTreeMap::new();
    for one in &seen.seers {
        *found.entry((one.of.to_uppercase(), one.role)).or_insert(0) += one.accounts;
    }
    found
}

fn one(seen: &SeenBy, of: &str, role: Role) -> Seers {
    let found = seen.seers.iter().find(|one| one.of == of && one.role == role);
    found.cloned().unwrap_or_else(|| panic!("no {role:?} of {of}: {seen:?}"))
}

async fn world(register: &Register) -> (Context, Vec<i64>, i64) {
    let ctx = Context::seeded(register.db.clone(), None, Clock::on(DAY), 7);
    let all = everybody(&ctx).await;
    // The second adviser is the one of South.
    let adviser = Role::ALL.iter().position(|role| *role == Role::Adviser).unwrap();
    let adviser = all[Role::ALL.len() + adviser];
    (ctx, all, adviser)
}

#[tokio::test]
async fn whoever_is_let_in_is_named_with_why_and_until_when() {
    each_engine(async |register| {
        let (ctx, all, adviser) = world(&register).await;
        let person = somebody(&ctx, adviser, false).await;
        listed(&ctx, person).await;
        let before = people::seen_by(&ctx, &manager(), person).await.unwrap();
        assert_eq!(named(&before), let_in(&ctx, &all, person).await, "on {}", register.engine);
        agree(&ctx).await;
        let seen = people::seen_by(&ctx, &manager(), person).await.unwrap();
        assert_eq!(named(&seen), let_in(&ctx, &all, person).await, "under an agreement");

        let school = one(&seen, "SCHOOL", Role::School);
        assert_eq!(school.relation, Relation::Roll);
        assert_eq!((school.under.len(), school.until), (1, Some(date(2026, 8, 31))));
        assert!(!school.parts.contains(&Part::Guarantee), "the table opens more: {school:?}");
        assert!(school.parts.contains(&Part::Identity), "{school:?}");
        let list = one(&seen, "OTHER", Role::YouthOffending);
        assert_eq!((list.relation, list.until), (Relation::List, Some(date(2026, 11, 3))));
        // A system of its own comes by the one agreement.
        let wanted = Wanted {
            agreement: 1,
            organisation: "school".to_owned(),
            role: Role::School.name().to_owned(),
            name: "Management".to_owned(),
            months: 12,
        };
        let secret = machine::make(&ctx, &manager(), &wanted).await.unwrap().unwrap();
        let with_system = people::seen_by(&ctx, &manager(), person).await.unwrap();
        let system = with_system.seers.iter().find(|one| one.system).unwrap();
        assert_eq!((&system.parts, &system.under), (&school.parts, &school.under));
        assert!(matches!(machine::meet(&ctx, &secret).await.unwrap(), machine::Met::In(_)));
        assert_eq!(with_system.seers.len(), seen.seers.len() + 1);
        let id = machine::list(&ctx, &manager()).await.unwrap()[0].token.id;
        machine::end(&ctx, &manager(), id).await.unwrap();
        let council: Vec<Relation> = seen
            .seers
            .iter()
            .filter(|one| one.role == Role::Adviser)
            .map(|one| one.relation)
            .collect();
        assert_eq!(council, [Relation::Caseload, Relation::Locality]);
        // Everybody who was let in has looked, and nobody else.
        let looked = |of: &str, role| {
            let one = with_system.looked.iter().find(|l| l.of == of && l.role == role);
            one.map(|l| l.times)
        };
        assert!(looked("SCHOOL", Role::School).is_some_and(|times| times > 0), "{with_system:?}");
        let theirs = with_system.looked.iter().filter(|l| l.role == Role::SupportPartner);
        assert!(theirs.into_iter().all(|l| l.of == "OTHER"));

        // The pack says the same, and no partner is told of the others.
        let words = "What do you hold".to_owned();
        let by = Speaker::YoungPerson;
        let asked = rights::Asked { right: Right::Access, by, words, received: DAY };
        let request = rights::ask(&ctx, &manager(), person, &asked).await.unwrap().unwrap();
        let reviewed = rights::review(&ctx, &manager(), request).await.unwrap();
        let rows = reviewed.counts.iter().find(|(title, _)| title == "Who can see your record");
        assert_eq!(rows.unwrap().1, seen.seers.len());
        let school = at_the_door_again(&ctx, &all, Role::School).await;
        assert!(people::seen_by(&ctx, &school, person).await.is_err());
        system_of_a_list(&ctx, person).await;
    })
    .await;
}

/// The system of whoever works from lists reaches whom they name, as its people do, and is named.
async fn system_of_a_list(ctx: &Context, person: PersonId) {
    let wanted = Wanted {
        agreement: 2,
        organisation: "other".to_owned(),
        role: Role::YouthOffending.name().to_owned(),
        name: "Case list".to_owned(),
        months: 12,
    };
    let secret = machine::make(ctx, &manager(), &wanted).await.unwrap().unwrap();
    let machine::Met::In(met) = machine::meet(ctx, &secret).await.unwrap() else {
        panic!("the agreement is in force")
    };
    assert!(people::open(ctx, &met.actor, person).await.is_ok());
    let seen = people::seen_by(ctx, &manager(), person).await.unwrap();
    let system = seen.seers.iter().find(|one| one.system).unwrap();
    assert_eq!((system.relation, system.until), (Relation::List, Some(date(2026, 11, 3))));
}

async fn at_the_door_again(ctx: &Context, all: &[i64], role: Role) -> Actor {
    let at = Role::ALL.iter().position(|one| *one == role).unwrap();
    let mut tx = ctx.db.begin_read().await.unwrap();
    let account = store::accounts::by_id(&mut tx, all[at]).await.unwrap().unwrap();
    accounts::actor(&account).unwrap()
}

#[tokio::test]
async fn a_restricted_record_is_seen_by_few_and_its_list_by_none_else() {
    each_engine(async |register| {
        let (ctx, all, adviser) = world(&register).await;
        let person = somebody(&ctx, adviser, true).await;
        listed(&ctx, person).await;
        let seen = people::seen_by(&ctx, &manager(), person).await.unwrap();
        assert_eq!(named(&seen), let_in(&ctx, &all, person).await, "on {}", register.engine);
        assert!(seen.seers.iter().all(|one| !one.role.is_partner()), "{seen:?}");
        let near = at_the_door_again(&ctx, &all, Role::Adviser).await;
        assert!(people::seen_by(&ctx, &near, person).await.is_err(), "an adviser of the locality");
    })
    .await;
}

/// Names in any case, where they live to whom they agreed, and nothing else.
const WITH_CONSENT: &str = r#"
title = "Where they live"
purpose = "To visit them"
partners = ["other"]
starts = "2025-09-01"
contact = { name = "Pat Lindley" }

[[line]]
flow = "partner-list"
direction = "out"
gateway = "esa-17"
items = ["given_name", "family_name"]

[[line]]
flow = "partner-list"
direction = "out"
gateway = "consent"
items = ["address"]

[[signature]]
name = "R Hale"
day = "2025-07-01"

[[signature]]
party = "other"
name = "P Lindley"
day = "2025-07-02"
"#;

async fn change(ctx: &Context, person: PersonId, edit: impl FnOnce(&mut PersonRecord)) {
    let mut tx = ctx.db.begin().await.unwrap();
    let change = changes::begin(&mut tx, &ctx.now(), "edit", None, None, None).await.unwrap();
    let before = store::people::load(&mut tx, &[person.0], Moment::Now).await.unwrap().remove(0);
    let mut after = before.record.clone();
    edit(&mut after);
    store::people::write(&mut tx, change, &[Write { before: &before, after: &after }])
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_partner_finds_people_by_what_it_is_given_of_them_and_by_nothing_else() {
    each_engine(async |register| {
        let (ctx, all, adviser) = world(&register).await;
        let person = somebody(&ctx, adviser, false).await;
        listed(&ctx, person).await;
        change(&ctx, person, |record| {
            record.addresses[0].postcode = "ME4 4EE".to_owned();
            record.former_names.push(FormerName {
                given: "Amina".to_owned(),
                family: "Quillfeather".to_owned(),
                source: "roll".to_owned(),
            });
        })
        .await;
        agreement::bring(&ctx, &manager(), WITH_CONSENT, None).await.unwrap();
        let role = Role::ALL.iter().position(|role| *role == Role::YouthOffending).unwrap();
        let account = all[Role::ALL.len() + role];
        let team = at_the_door(&ctx, account).await.unwrap();
        let find = async |text: &str, born: Option<&str>, postcode: Option<&str>| {
            let query = people::Query {
                text: text.to_owned(),
                date_of_birth: born.map(str::to_owned),
                postcode: postcode.map(str::to_owned),
            };
            people::find(&ctx, &team, &query).await.unwrap()
        };
        let by_name = find("khan", None, None).await;
        assert_eq!(by_name.len(), 1, "{by_name:?}");
        let told = (by_name[0].postcode.as_deref(), by_name[0].date_of_birth.as_deref());
        assert_eq!(told, (None, None), "on {}", register.engine);
        assert_eq!(find("", None, Some("ME4 4EE")).await, vec![], "not even that they live there");
        assert_eq!(find("", Some("2008-03-27"), None).await, vec![], "no birthday by guessing");
        assert_eq!(find("quill", None, None).await, vec![], "no former name, letter by letter");

        let agreed = Telling {
            partner: "other".to_owned(),
            word: Word::Agreed,
            by: Speaker::YoungPerson,
            how: "signed".to_owned(),
            wording: "2".to_owned(),
            evidence: "Form in the file".to_owned(),
            office: "Chatham".to_owned(),
            day: DAY,
            until: Some(date(2026, 12, 31)),
        };
        let wrong = consents::tell(&ctx, &manager(), person, &agreed).await.unwrap();
        assert_eq!(wrong, vec![]);
        let lives = find("", None, Some("ME4 4EE")).await;
        assert_eq!(lives.len(), 1);
        assert_eq!(lives[0].postcode.as_deref(), Some("ME4 4EE"));
        assert_eq!(find("quill", None, None).await, vec![]);
    })
    .await;
}
