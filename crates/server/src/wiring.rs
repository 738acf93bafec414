//! Opens the register that the command line names and builds the journeys' context. The only place,
//! with the commands, where the store is named.

use std::path::{Path, PathBuf};

use app::audit::Vault;
use app::imports::Reader;
use app::{Clock, Context, demo};
use jiff::civil::Date;
use store::{Db, StoreError, organisations};

use crate::commands::{Place, Wrong};

/// Opens the register that is there. A mistyped folder is not a register of nobody.
pub async fn open(place: &Place) -> Result<Context, Wrong> {
    if let (None, Some(home)) = (&place.database_url, &place.home)
        && !store::stands_in(home)
    {
        return Err(Wrong::Usage(format!(
            "There is no register in {}. `waymark council set` begins one.",
            home.display()
        )));
    }
    begin(place).await
}

/// Opens the register, making its folder and tables where they are missing: for what a register begins with.
///
/// A demonstration stands still on its own day, so that its figures stay those of the day it shows.
pub async fn begin(place: &Place) -> Result<Context, Wrong> {
    let failed = failing(place);
    let db = database(place).await?;
    store::migrate(&db).await.map_err(failed)?;
    app::keys::unlock(&db, place.master_key_file().as_deref()).await?;
    let mut tx = db.begin_read().await.map_err(failed)?;
    if demo::is_unfinished(&mut tx).await? {
        return Err(Wrong::Refused(demo::UNFINISHED.to_owned()));
    }
    let demo = organisations::setting(&mut tx, "demo_day").await.map_err(failed)?;
    drop(tx);
    let clock = demo.and_then(|day| day.parse::<Date>().ok()).map_or(Clock::System, Clock::on);
    Ok(Context::new(db, place.home.clone(), clock))
}

/// The database that the command line names, and its folder, made where they are missing.
pub async fn database(place: &Place) -> Result<Db, Wrong> {
    let failed = failing(place);
    // What is no address may be one of something else, with a password in it: it is not repeated.
    if place.database_url.as_deref().is_some_and(|url| !store::is_address(url)) {
        return Err(Wrong::Usage(
            "--database-url is no address of PostgreSQL; one is written postgres://USER@HOST/DATABASE."
                .to_owned(),
        ));
    }
    // Beside a PostgreSQL register the folder holds keys, checkpoints and files on their way.
    place.home.as_deref().map_or(Ok(()), make_folder)?;
    match (&place.database_url, &place.home) {
        (Some(url), _) => Db::open_url(url).await.map_err(failed),
        (None, Some(home)) => Db::open_home(home).await.map_err(failed),
        (None, None) => Err(Wrong::Usage(
            "Say where the register is: --home DIR, or --database-url URL.".to_owned(),
        )),
    }
}

/// A failure names the folder, so that whoever reads it knows which disk or whose rights to look at. An address
/// may hold a password and is not named.
pub fn failing(place: &Place) -> impl Fn(StoreError) -> Wrong + Copy {
    let home = place.home.as_deref().filter(|_| place.database_url.is_none());
    move |error| match home {
        Some(home) => Wrong::Failed(format!("The register in {}: {error}.", home.display())),
        None => Wrong::Failed(format!("The register: {error}.")),
    }
}

/// Where the audit's checkpoints and the key that signs them are kept. They belong on another disk than
/// the register; without a word they stand in its folder.
#[derive(clap::Args, Clone, Debug)]
pub struct VaultArgs {
    /// The folder for the audit's checkpoints, best on another disk or machine.
    #[arg(long, value_name = "DIR")]
    checkpoints: Option<PathBuf>,
    /// The file of the secret key that signs them; made when it is not there.
    #[arg(long, value_name = "FILE")]
    audit_key: Option<PathBuf>,
}

impl VaultArgs {
    /// `None` where neither a place was named nor the register has a folder.
    pub fn vault(&self, place: &Place) -> Option<Vault> {
        let home = place.home.as_deref().map(Vault::in_home);
        let folder =
            self.checkpoints.clone().or_else(|| home.as_ref().map(|v| v.folder.clone()))?;
        let key = self.audit_key.clone().or_else(|| home.map(|v| v.key));
        let key = key.unwrap_or_else(|| folder.with_extension("key"));
        Some(Vault { folder, key })
    }
}

/// Files are read by this same program, in a process of its own.
pub fn reader() -> Reader {
    std::env::current_exe().map_or(Reader::Here, Reader::Child)
}

fn make_folder(home: &Path) -> Result<(), Wrong> {
    std::fs::create_dir_all(home)
        .map_err(|e| Wrong::Failed(format!("The folder {} cannot be used: {e}.", home.display())))
}
