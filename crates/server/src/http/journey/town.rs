//! A register of one young person, every part of whose record holds a word found nowhere else, and an
//! account of each role that reaches them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use app::imports::Reader;
use app::{Clock, Context, accounts};
use axum::Router;
use domain::access::{Actor, Role, Scope};
use domain::person::{
    Address, Characteristic, Field, FormerName, Kind, Particulars, PersonRecord, Place,
};
use domain::status::Spell;
use jiff::civil::date;
use store::contacts::{self, Contact};
use store::organisations::{self, Organisation};
use store::people::{self, Moment, Write};
use store::{Db, Tx, changes};

use super::{Edge, Extras, Origin, PASSWORD, router};

/// The town's day: its clock begins at midday.
pub const TODAY: jiff::civil::Date = date(2025, 11, 24);
pub const SCHOOL: &str = "urn-1";

/// A register with its router.
pub struct Town {
    pub router: Router,
    pub edge: Edge,
    pub ctx: Arc<Context>,
    pub person: i64,
    /// Of the password that every account of the town has.
    pub hash: String,
    _incoming: tempfile::TempDir,
}

/// The address of the account with a role.
pub fn email(role: Role) -> String {
    format!("{}@example.org", role.name())
}

/// The word that a field holds, where it can hold a word.
pub fn word(field: Field) -> String {
    format!("kept-{}", field.column().replace('_', "-"))
}

pub async fn town(db: Db) -> Town {
    let incoming = tempfile::tempdir().unwrap();
    let ctx = Arc::new(Context::seeded(db, None, Clock::on(TODAY), 7));
    let mut tx = ctx.db.begin().await.unwrap();
    let hash = accounts::hash_password(&ctx, PASSWORD, true).unwrap();
    let adviser = staff(&ctx, &mut tx, &hash).await;
    let person = somebody(&mut tx, adviser).await;
    // Made-up people may come in with a password alone, as in every demonstration.
    organisations::set(&mut tx, "demo_day", "2025-11-24").await.unwrap();
    organisations::set(&mut tx, "emergency_officer", &email(Role::Governance)).await.unwrap();
    tx.commit().await.unwrap();
    let edge = served(&ctx, incoming.path());
    let router = router(edge.clone(), Extras::default());
    Town { router, edge, ctx, person, hash, _incoming: incoming }
}

/// Has an agreement by which everything flows both ways signed with an organisation; its number.
pub async fn agree(town: &Town, organisation: &str) -> i64 {
    let name = "Jo".to_owned();
    let keeper = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
    let wording = testkit::wording(organisation, date(2025, 9, 1));
    app::agreement::bring(&town.ctx, &keeper, &wording, None).await.unwrap().agreement
}

fn served(ctx: &Arc<Context>, incoming: &Path) -> Edge {
    let origin = Origin::parse("https://waymark.example.gov.uk").unwrap();
    // Here this program is the test, which reads no file in a process of its own.
    let edge = Edge::new(origin, incoming.to_owned(), Arc::clone(ctx), Reader::Here);
    // Tests ask faster than people do; the one of haste sets what holds.
    edge.records().set(1_000_000);
    edge
}

/// One account a role; the adviser's number.
async fn staff(ctx: &Context, tx: &mut Tx, hash: &str) -> i64 {
    for (id, name) in [
        (SCHOOL, "Own School"),
        ("urn-2", "Kept-Elsewhere College"),
        ("urn-3", "A school that signed nothing"),
    ] {
        let kind = "school".to_owned();
        let one =
            Organisation { id: id.into(), kind, name: name.into(), ..Organisation::default() };
        organisations::save(tx, &one).await.unwrap();
    }
    let mut adviser = 0;
    for role in Role::ALL {
        let organisation = role.is_partner().then(|| SCHOOL.to_owned());
        let north = ["North".to_owned()];
        let (address, name) = (email(*role), format!("The {}", role.label()));
        let who = (address.as_str(), name.as_str(), *role);
        let id =
            accounts::add(ctx, tx, who, (organisation, &north), hash.to_owned()).await.unwrap();
        if *role == Role::Adviser {
            adviser = id;
        }
    }
    adviser
}

async fn somebody(tx: &mut Tx, adviser: i64) -> i64 {
    let at = "2025-11-01T09:00:00.000000Z";
    let account = Some(adviser);
    let change =
        changes::begin(tx, at, "edit", account, None, Some("kept-change-reason")).await.unwrap();
    let mut ypids = [String::new()];
    let id = people::new_people(tx, change, "887", &mut ypids).await.unwrap()[0];
    let before = people::load(tx, &[id], Moment::Now).await.unwrap().remove(0);
    let after = record();
    people::write(tx, change, &[Write { before: &before, after: &after }]).await.unwrap();
    contacts::allocate(tx, (id, Some(adviser)), date(2025, 9, 1), change.0).await.unwrap();
    let contact = Contact {
        id: 0,
        person: id,
        day: date(2025, 11, 3),
        method: "kept-contact-method".to_owned(),
        outcome: "kept-contact-outcome".to_owned(),
        note: "kept-contact-note".to_owned(),
        next_step: Some(date(2025, 12, 19)),
        account,
        account_name: String::new(),
        obstacles: Vec::new(),
    };
    contacts::add(tx, &contact, change.0).await.unwrap();
    id
}

fn record() -> PersonRecord {
    let mut particulars = Particulars::default();
    for field in Field::ALL.iter().filter(|f| matches!(f.kind(), Kind::Text | Kind::Code)) {
        particulars.set(*field, word(*field));
    }
    particulars.set(Field::DateOfBirth, "2008-10-09".to_owned());
    particulars.set(Field::School, SCHOOL.to_owned());
    particulars.set(Field::CohortStatus, "P".to_owned());
    // Of the primary cohort and led by no other authority, or no list that is looked through here would hold them.
    particulars.set(Field::LeadLa, String::new());
    particulars.set(Field::Send, "Y".to_owned());
    let here = Spell {
        organisation: Some(SCHOOL.to_owned()),
        establishment_name: Some("Own School".to_owned()),
        end: Some(date(2025, 8, 31)),
        ..Spell::new("210", date(2024, 9, 1))
    };
    let there = Spell {
        establishment_name: Some("kept-elsewhere-name".to_owned()),
        verified: Some(date(2025, 11, 3)),
        verified_by: Some("kept-elsewhere-by".to_owned()),
        ..Spell::new("619", date(2025, 9, 1))
    };
    let place = Place { locality: Some("North".to_owned()), ..Place::default() };
    let lines = ["kept-address-line".to_owned(), String::new(), String::new(), String::new()];
    PersonRecord {
        particulars,
        former_names: vec![FormerName {
            given: "kept-former-given".to_owned(),
            family: "Before".to_owned(),
            source: "roll".to_owned(),
        }],
        addresses: vec![Address {
            lines,
            town: "kept-address-town".to_owned(),
            postcode: "ME4 4UF".to_owned(),
            place,
            ..Address::default()
        }],
        characteristics: vec![Characteristic {
            code: "kept-characteristic".to_owned(),
            from: None,
            to: None,
            source: "roll".to_owned(),
        }],
        spells: vec![here, there],
        ..PersonRecord::default()
    }
}

/// Words of the record by the part of it that they belong to, as the signed table has it.
pub fn words_of_parts() -> Vec<(&'static str, BTreeSet<String>)> {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        ("identity", set(&["kept-given-name", "kept-former-given", "9 October 2008", "kept-upn"])),
        ("education", set(&["Own School"])),
        ("guarantee", set(&["kept-intended-destination", "kept-guarantee-year-11"])),
        ("administration", set(&["The Personal adviser"])),
        (
            "contact details",
            set(&["kept-phone", "kept-email", "kept-parent-name", "kept-parent-phone"]),
        ),
        ("need", set(&["kept-level-of-need", "EHC plan"])),
        ("addresses", set(&["kept-address-line", "kept-address-town", "ME4 4UF"])),
        ("characteristics", set(&["kept-characteristic"])),
        ("activity elsewhere", set(&["kept-elsewhere-name", "kept-elsewhere-by"])),
        ("contacts", set(&["kept-contact-note", "kept-contact-outcome", "19 December 2025"])),
        ("changes", set(&["kept-change-reason"])),
    ]
}
