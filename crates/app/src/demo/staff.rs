//! Who works in the demonstration: a data manager, and in every locality a manager and four
//! advisers; one user at one school. Their password is public, so it is hashed lightly.

use crate::accounts;
use crate::context::{Context, Wrong};
use domain::access::Role;
use domain::person::PersonRecord;
use store::Tx;

/// The password of every account of a demonstration.
pub const PASSWORD: &str = "waymark-demonstration";

/// The school whose user signs in.
pub const SCHOOL: &str = "urn-141466";

/// Someone who can sign in, as it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub localities: Vec<String>,
}

/// An adviser's account with the locality they work in.
#[derive(Clone, Debug)]
pub struct Adviser {
    pub account: i64,
    pub locality: String,
}

pub struct Staff {
    pub data_manager: i64,
    pub youth_worker: i64,
    pub advisers: Vec<Adviser>,
    pub sign_ins: Vec<SignIn>,
}

const ADVISERS: &[&str] = &[
    "Ada Fenwick",
    "Bram Osei",
    "Carys Nolan",
    "Dev Malhotra",
    "Elin Marsh",
    "Farid Aslan",
    "Gwen Tierney",
    "Hugo Bright",
    "Ines Calder",
    "Jonas Petty",
    "Kemi Alder",
    "Lowri Dane",
];
/// Partners' people beside the school's.
const PARTNERS: &[(&str, &str, Role, &str)] = &[
    ("college", "Lena Ibarra", Role::College, "ukprn-19990001"),
    ("provider", "Theo Maddox", Role::TrainingProvider, "ukprn-19990012"),
    ("youth.justice", "Anouk Reyes", Role::YouthOffending, "partner-youth-justice"),
    ("jobcentre", "Piers Holloway", Role::Jobcentre, "partner-jobcentre"),
    ("youth.service", "Mina Castle", Role::YouthService, "partner-youth-service"),
];

/// The seed of the second factor in every demonstration, in hex; [`SECRET`] is the same as devices read it.
const SEED: &str = "7761796d61726b2d64656d6f2d7365656473";
pub const SECRET: &str = "O5QXS3LBOJVS2ZDFNVXS243FMVSHG";

const MANAGERS: &[&str] = &["Mabel Quayle", "Nico Farrow", "Orla Stead"];

/// Makes the accounts.
pub async fn hire(ctx: &Context, tx: &mut Tx, localities: &[String]) -> Result<Staff, Wrong> {
    let hash = accounts::hash_password(ctx, PASSWORD, true)?;
    let mut staff =
        Staff { data_manager: 0, youth_worker: 0, advisers: Vec::new(), sign_ins: Vec::new() };
    let data = person("data.manager", "Robin Hale", Role::DataManager, &[]);
    staff.data_manager = add(ctx, tx, &mut staff, data, None, &hash).await?;
    for (locality, name) in localities.iter().zip(MANAGERS) {
        let one = std::slice::from_ref(locality);
        let manager = person(&address(name), name, Role::LocalityManager, one);
        add(ctx, tx, &mut staff, manager, None, &hash).await?;
    }
    for (at, name) in ADVISERS.iter().enumerate() {
        let Some(locality) = localities.get(at % localities.len().max(1)) else { continue };
        let adviser = person(&address(name), name, Role::Adviser, std::slice::from_ref(locality));
        let account = add(ctx, tx, &mut staff, adviser, None, &hash).await?;
        staff.advisers.push(Adviser { account, locality: locality.clone() });
    }
    let school = person("school", "Pat Lindley", Role::School, &[]);
    add(ctx, tx, &mut staff, school, Some(SCHOOL.to_owned()), &hash).await?;
    for (local, name, role, organisation) in PARTNERS {
        let one = person(local, name, *role, &[]);
        let id = add(ctx, tx, &mut staff, one, Some((*organisation).to_owned()), &hash).await?;
        if *role == Role::YouthService {
            staff.youth_worker = id;
        }
    }
    let governance = person("governance", "Imogen Vale", Role::Governance, &[]);
    let officer = governance.email.clone();
    let id = add(ctx, tx, &mut staff, governance, None, &hash).await?;
    store::organisations::set(tx, "emergency_officer", &officer).await?;
    // Whoever watches over the others needs a second factor even here; its secret is as public as the
    // passwords are.
    store::sign_in::set_factor(tx, id, SEED, &ctx.now()).await?;
    store::sign_in::confirm_factor(tx, id, &ctx.now()).await?;
    Ok(staff)
}

/// The advisers of the locality that somebody lives in.
pub fn advisers_near(advisers: &[Adviser], record: &PersonRecord) -> Vec<i64> {
    let address = record.addresses.iter().rev().find(|address| address.to.is_none());
    let locality = address.and_then(|address| address.place.locality.as_ref());
    let near = advisers.iter().filter(|adviser| Some(&adviser.locality) == locality);
    near.map(|adviser| adviser.account).collect()
}

fn address(name: &str) -> String {
    name.to_lowercase().replace(' ', ".")
}

fn person(local: &str, name: &str, role: Role, localities: &[String]) -> SignIn {
    SignIn {
        email: format!("{local}@medway.example"),
        name: name.to_owned(),
        role,
        localities: localities.to_vec(),
    }
}

async fn add(
    ctx: &Context,
    tx: &mut Tx,
    staff: &mut Staff,
    who: SignIn,
    organisation: Option<String>,
    hash: &str,
) -> Result<i64, Wrong> {
    let said = (who.email.as_str(), who.name.as_str(), who.role);
    let id = accounts::add(ctx, tx, said, (organisation, &who.localities), hash.to_owned()).await?;
    staff.sign_ins.push(who);
    Ok(id)
}
