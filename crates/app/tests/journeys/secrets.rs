//! Secrets as they are made and kept: hashes of passwords, seeds of devices, chance itself, keys and their files;
//! and that a new register knows nobody.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use app::accounts::{self, Entered};
use app::audit::{self, Vault};
use app::{Clock, Context, Wrong, keys};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::{Actor, Role, Scope};
use jiff::Timestamp;
use store::{Db, args};
use testkit::{each_empty_engine, each_engine};

const PASSWORD: &str = "a long enough password";

fn clock(at: &str) -> Clock {
    Clock::Fixed(at.parse::<Timestamp>().unwrap())
}

/// As a register that is no demonstration has it: with the chance of the system.
fn context(db: &Db, at: &str) -> Context {
    Context::new(db.clone(), None, clock(at))
}

async fn add(ctx: &Context, email: &str, hash: &str) {
    let mut tx = ctx.db.begin().await.unwrap();
    let who = (email, "Somebody", Role::Adviser);
    accounts::add(ctx, &mut tx, who, (None, &[]), hash.to_owned()).await.unwrap();
    tx.commit().await.unwrap();
}

/// A demonstration's people come in with a password alone.
async fn with_passwords_alone(ctx: &Context) {
    let mut tx = ctx.db.begin().await.unwrap();
    store::organisations::set(&mut tx, "demo_day", "2025-11-24").await.unwrap();
    tx.commit().await.unwrap();
}

async fn enters(ctx: &Context, email: &str, password: &str) -> bool {
    match accounts::sign_in(ctx, (email, password), ("10.0.0.1", "Firefox"), ctx.random()).await {
        Ok(Entered::In(_)) => true,
        Ok(Entered::Waits) | Err(Wrong::Refused(_)) => false,
        Err(broken) => panic!("{broken}"),
    }
}

#[tokio::test]
async fn a_password_is_kept_as_a_slow_hash_and_one_made_otherwise_still_opens() {
    each_engine(async |engine| {
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        with_passwords_alone(&ctx).await;
        for (email, light, made) in [
            // Source: OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB, two rounds, one lane.
            ("slow@example.org", false, "$argon2id$v=19$m=19456,t=2,p=1$"),
            ("demo@example.org", true, "$argon2id$v=19$m=1024,t=1,p=1$"),
        ] {
            let hash = accounts::hash_password(&ctx, PASSWORD, light).unwrap();
            add(&ctx, email, &hash).await;
            let mut tx = ctx.db.begin_read().await.unwrap();
            let account = store::accounts::by_email(&mut tx, email).await.unwrap().unwrap();
            drop(tx);
            let kept = account.password_hash;
            assert!(kept.starts_with(made), "{kept}");
            let again = accounts::hash_password(&ctx, PASSWORD, light).unwrap();
            assert_ne!(kept, again, "each has its own salt");
            // 16 bytes of salt and 32 of hash in base64 without padding.
            let lengths: Vec<usize> = kept.split('$').skip(4).map(str::len).collect();
            assert_eq!(lengths, [22, 43], "{kept}");
            assert!(enters(&ctx, email, PASSWORD).await, "{email}");
            assert!(!enters(&ctx, email, "another long password").await, "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_password_is_good_for_as_long_as_its_owner_keeps_it() {
    each_engine(async |engine| {
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        with_passwords_alone(&ctx).await;
        let hash = accounts::hash_password(&ctx, PASSWORD, true).unwrap();
        add(&ctx, "jo@example.org", &hash).await;
        for at in ["2025-11-25T09:00:00Z", "2027-02-28T09:00:00Z", "2045-11-24T09:00:00Z"] {
            let later = context(&engine.db, at);
            assert!(enters(&later, "jo@example.org", PASSWORD).await, "{at}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_new_register_knows_nobody() {
    each_empty_engine(async |engine| {
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        let mut tx = ctx.db.begin_read().await.unwrap();
        for table in
            ["account", "password_link", "second_factor", "machine_token", "sign_on_provider"]
        {
            let sql = format!("SELECT COUNT(*) FROM {table}");
            let count = tx.one(&sql, args![], |row| row.int(0)).await.unwrap();
            assert_eq!(count, Some(0), "{table} ({})", engine.engine);
        }
    })
    .await;
}

#[tokio::test]
async fn a_seed_of_a_device_is_twenty_bytes_of_chance() {
    each_engine(async |engine| {
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        let hash = accounts::hash_password(&ctx, PASSWORD, true).unwrap();
        let mut seeds = BTreeSet::new();
        for n in 0..16 {
            let email = format!("adviser{n}@example.org");
            add(&ctx, &email, &hash).await;
            let token = ctx.random();
            let said = (email.as_str(), PASSWORD);
            let entered = accounts::sign_in(&ctx, said, ("10.0.0.1", "Firefox"), token).await;
            assert_eq!(entered.unwrap(), Entered::Waits);
            let waiting = accounts::waiting(&ctx, token).await.unwrap().unwrap();
            let spelt = waiting.device.unwrap().spelt;
            assert_eq!(spelt.len(), 32, "160 bits, five a letter: {spelt}");
            seeds.insert(spelt);
        }
        assert_eq!(seeds.len(), 16, "{seeds:?}");
        // No place in the seeds holds the same letter in all of them.
        let stuck = (0..32).filter(|at: &usize| {
            let met: BTreeSet<u8> = seeds.iter().map(|seed| seed.as_bytes()[*at]).collect();
            met.len() == 1
        });
        assert_eq!(stuck.count(), 0, "{seeds:?}");
    })
    .await;
}

#[tokio::test]
async fn chance_is_the_systems_and_repeats_in_no_two_processes() {
    let register = testkit::sqlite().await;
    let draw = || -> [u8; 1024] { context(&register.db, "2025-11-24T09:00:00Z").random() };
    let (one, two) = (draw(), draw());
    assert_ne!(one, two, "two that begin at the same instant draw alike");
    for bytes in [one, two] {
        // Half of 8,192 bits, by nine deviations either way.
        let ones: u32 = bytes.iter().map(|byte| byte.count_ones()).sum();
        assert!((3_690..=4_502).contains(&ones), "{ones}");
    }
    let seeded = || -> [u8; 16] {
        Context::seeded(register.db.clone(), None, clock("2025-11-24T09:00:00Z"), 7).random()
    };
    assert_eq!(seeded(), seeded(), "the test can tell chance that repeats");
}

fn mode(file: &Path) -> u32 {
    std::fs::metadata(file).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn keys_lie_in_files_that_their_owner_alone_can_read() {
    each_engine(async |engine| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        let name = "Robin".to_owned();
        let manager = Actor { account: 0, name, role: Role::DataManager, scope: Scope::everyone() };
        let master = keys::in_home(folder.path());
        keys::make(&ctx, &manager, &master).await.unwrap();
        let newer = folder.path().join("newer.key");
        keys::rotate(&ctx, &manager, &master, &newer).await.unwrap();
        let vault = Vault::in_home(folder.path());
        audit::seal(&ctx, &vault).await.unwrap().unwrap();
        for file in [&master, &newer, &vault.key] {
            assert_eq!(mode(file), 0o400, "{}", file.display());
        }
    })
    .await;
}

/// The public half that stands beside the checkpoints is the one that the standard reckons from the seed: so they are
/// signed with Ed25519 as it is written, which hashes with SHA-512.
#[tokio::test]
async fn checkpoints_are_signed_by_the_standards_own_algorithm() {
    // Source: RFC 8032, section 7.1, test 1.
    const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    each_engine(async |engine| {
        let folder = tempfile::tempdir().unwrap();
        let ctx = context(&engine.db, "2025-11-24T09:00:00Z");
        add(&ctx, "jo@example.org", "").await;
        let vault = Vault::in_home(folder.path());
        std::fs::write(&vault.key, STANDARD.encode(bytes(SEED))).unwrap();
        let sealed = audit::seal(&ctx, &vault).await.unwrap().unwrap();
        let public = std::fs::read_to_string(vault.public_key_file()).unwrap();
        assert_eq!(STANDARD.decode(public.trim()).unwrap(), bytes(PUBLIC));
        let text = std::fs::read_to_string(&sealed.file).unwrap();
        let signature = text.trim_end().rsplit(' ').next().unwrap();
        assert_eq!(STANDARD.decode(signature).unwrap().len(), 64);
    })
    .await;
}

fn bytes(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap());
    pairs.map(|two| u8::from_str_radix(two, 16).unwrap()).collect()
}
