//! Opens the register that the command line names and builds the journeys' context. The only place,
//! with the commands, where the store is named.

use std::path::Path;

use app::imports::Reader;
use app::{Clock, Context};
use jiff::civil::Date;
use store::{Db, organisations};

use crate::commands::{Place, Wrong};

/// Opens the register, making its folder and tables where they are missing.
///
/// A demonstration stands still on its own day, so that its figures stay those of the day it shows.
pub async fn open(place: &Place) -> Result<Context, Wrong> {
    let failed = |e: store::StoreError| Wrong::Failed(format!("{e}."));
    let db = match (&place.database_url, &place.home) {
        (Some(url), _) => Db::open_url(url).await.map_err(failed)?,
        (None, Some(home)) => {
            make_folder(home)?;
            Db::open_home(home).await.map_err(failed)?
        }
        (None, None) => {
            return Err(Wrong::Usage(
                "Say where the register is: --home DIR, or --database-url URL.".to_owned(),
            ));
        }
    };
    store::migrate(&db).await.map_err(failed)?;
    let mut tx = db.begin_read().await.map_err(failed)?;
    let demo = organisations::setting(&mut tx, "demo_day").await.map_err(failed)?;
    drop(tx);
    let clock = demo.and_then(|day| day.parse::<Date>().ok()).map_or(Clock::System, Clock::on);
    Ok(Context::new(db, place.home.clone(), clock))
}

/// Files are read by this same program, in a process of its own.
pub fn reader() -> Reader {
    std::env::current_exe().map_or(Reader::Here, Reader::Child)
}

fn make_folder(home: &Path) -> Result<(), Wrong> {
    std::fs::create_dir_all(home)
        .map_err(|e| Wrong::Failed(format!("The folder {} cannot be used: {e}.", home.display())))
}
