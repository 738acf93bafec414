//! One test body, every engine.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use store::Db;

/// A fresh, migrated register. Keep it until the test is over.
pub struct Register {
    pub db: Db,
    pub engine: &'static str,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Url(String),
}

impl Register {
    /// Where it is, as the program is told on its command line.
    pub fn place(&self) -> [String; 2] {
        match &self.place {
            Place::Folder(folder) => {
                ["--home".to_owned(), folder.path().to_string_lossy().into_owned()]
            }
            Place::Url(url) => ["--database-url".to_owned(), url.clone()],
        }
    }
}

static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The codes of the council whose registers these are.
const OF_THE_COUNCIL: [(&str, &str); 2] = [("la_code", "887"), ("database_id", "887")];

/// A fresh register on SQLite, of a council that has said its codes.
pub async fn sqlite() -> Register {
    said(empty_sqlite().await).await
}

async fn empty_sqlite() -> Register {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let db = Db::open_home(folder.path()).await.expect("sqlite opens");
    store::migrate(&db).await.expect("the tables can be made");
    Register { db, engine: "sqlite", place: Place::Folder(folder) }
}

async fn said(register: Register) -> Register {
    let mut tx = register.db.begin().await.expect("the register answers");
    for (name, value) in OF_THE_COUNCIL {
        store::organisations::set(&mut tx, name, value).await.expect("a setting can be written");
    }
    tx.commit().await.expect("the settings can be kept");
    register
}

/// A fresh database on the test server, if there is one.
async fn postgres() -> Option<Register> {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are told of their server by the environment"
    )]
    let server = std::env::var("WAYMARK_TEST_POSTGRES").ok()?;
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("waymark_test_{}_{number}", std::process::id());
    let admin = Db::open_url(&format!("{server}/postgres")).await.expect("the test server answers");
    admin.run_alone(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("an old one goes");
    admin.run_alone(&format!("CREATE DATABASE {name}")).await.expect("a database can be made");
    admin.close().await;
    let url = format!("{server}/{name}");
    let db = Db::open_url(&url).await.expect("the new database answers");
    store::migrate(&db).await.expect("the tables can be made");
    Some(Register { db, engine: "postgres", place: Place::Url(url) })
}

/// Runs a test body on a fresh register of every engine there is, of a council that has said its codes.
pub async fn each_engine<F, Fut>(body: F)
where
    F: Fn(Register) -> Fut,
    Fut: Future<Output = ()>,
{
    each_empty_engine(async |register| body(said(register).await).await).await;
}

/// The same on registers of which nothing has been said yet.
pub async fn each_empty_engine<F>(body: F)
where
    F: AsyncFn(Register),
{
    body(empty_sqlite().await).await;
    match postgres().await {
        Some(register) => body(register).await,
        None => skipped("postgres, because WAYMARK_TEST_POSTGRES is not set"),
    }
}

/// Says aloud that something was not tested, and why.
#[expect(clippy::print_stderr, reason = "a skipped test must be heard by whoever runs it")]
pub fn skipped(what: &str) {
    eprintln!("SKIPPED: {what}");
}
