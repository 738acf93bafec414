//! The keys that personal text is sealed under at rest: making them, opening them when the register is
//! opened, wrapping them anew, sealing what lies there in the clear or under an older key. How a text is
//! sealed is `store::seal`'s.
//!
//! The master key is a file of its own, readable by its owner alone. Whoever loses it loses every sealed
//! text for good: there is no other way in, and that is said wherever a key is made.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::access::{Act, Actor, Purpose};
use store::seal::{self, Master, Secret};
use store::sealed::{self, Swept};
use store::{Db, audit, organisations};

use crate::audit::new_file;
use crate::context::{Context, Wrong};
use crate::permission::may;

/// What losing the key means, in the words that whoever makes one reads.
pub const LOSING: &str = "Copy this file to a safe place now. Without it every sealed note is lost for \
    good: nobody can open it, with or without a backup of the database.";

/// What is to be done beside servers that run, in the words that whoever makes or rotates keys reads.
pub const SERVERS: &str = "Where servers run: copy the master key to every host, to the file that its server looks \
    for (--master-key, or master.key in --home), and let the server's user read it. A server that cannot read it \
    saves nothing once keys are made, until it can. One on PostgreSQL that was started with neither goes on in the \
    clear: restart it with --master-key, then run waymark keys seal.";

/// What [`seal_all`] leaves to whoever ran it, where not everything is known to be sealed.
pub const AGAIN: &str = "Not everything is known to be sealed: work that began before this run is still open in the \
    database, or another key was made meanwhile. Run waymark keys seal again when that work (an import, a backup) \
    has ended.";

/// Rows sealed in one unit of work.
const BATCH: i64 = 500;
/// How often it is asked whether work begun before has ended, and how long between.
const LOOKS: usize = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
/// The setting that tells what was last sealed to the end.
const SEALED: &str = "sealed";

/// The file within a register's own folder, where nothing else was said.
pub fn in_home(home: &Path) -> PathBuf {
    home.join("master.key")
}

/// Opens the data keys where there are any, and those that another process makes from then on as soon as work comes.
/// A register that has keys does not open without its master key, and one that was sealed not without its data keys:
/// what is sealed could not be read, and what is new would lie in the clear. Without a file there is nowhere to look:
/// whoever runs then goes on as before.
pub async fn unlock(db: &Db, file: Option<&Path>) -> Result<(), Wrong> {
    let mut tx = db.begin_read().await?;
    let made = seal::are_made(&mut tx).await?;
    let was_sealed = organisations::setting(&mut tx, SEALED).await?.is_some();
    drop(tx);
    if made {
        open(db, file).await?;
    } else if was_sealed {
        return Err(Wrong::refused(
            "This register was sealed, but the data keys that open it are not in its database any more. Put them \
             back from a backup of the database.",
        ));
    }
    seal::look_for_keys(db, file.map(|file| Master { file: file.to_owned(), read: read_anew }));
    Ok(())
}

async fn open(db: &Db, file: Option<&Path>) -> Result<(), Wrong> {
    let file = file.ok_or_else(|| {
        Wrong::refused("Notes in this register are sealed. Say with --master-key where its key is.")
    })?;
    let master = read(file)?;
    seal::unlock(db, &master).await.map_err(|_| {
        Wrong::refused(format!(
            "{} is not the key of this register. Put back the one its data keys were wrapped with; after a \
             rotation that is the file it wrote.",
            file.display()
        ))
    })
}

/// Whether what is kept from now on is sealed: keys were made and are open.
pub async fn are_at_hand(ctx: &Context) -> Result<bool, Wrong> {
    Ok(ctx.db.begin_read().await?.can_seal())
}

fn read(file: &Path) -> Result<Secret, Wrong> {
    let text = fs::read_to_string(file).map_err(|e| {
        Wrong::refused(format!(
            "The master key {} cannot be read: {e}. Sealed notes open with it alone: put it back from \
             your safe place.",
            file.display()
        ))
    })?;
    let secret = STANDARD.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    secret.ok_or_else(|| Wrong::refused(format!("{} holds no key.", file.display())))
}

fn read_anew(file: &Path) -> Result<Secret, String> {
    read(file).map_err(|wrong| wrong.to_string())
}

/// Makes the master key where there is none, and a data key under which everything new is sealed. The
/// number of the data key.
pub async fn make(ctx: &Context, actor: &Actor, file: &Path) -> Result<i64, Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    let mut tx = ctx.db.begin().await?;
    let made = seal::are_made(&mut tx).await?;
    if !file.exists() {
        if made {
            return Err(Wrong::refused(format!(
                "This register has keys, but {} is not there. A new one could not open them.",
                file.display()
            )));
        }
        write(ctx, file)?;
    }
    let master = read(file)?;
    let id = seal::add(&mut tx, (&master, &ctx.random()), &ctx.now()).await?;
    told(ctx, &mut tx, actor, &format!("data key {id} made")).await?;
    tx.commit().await?;
    seal::unlock(&ctx.db, &master).await?;
    Ok(id)
}

fn write(ctx: &Context, file: &Path) -> Result<(), Wrong> {
    let secret: Secret = ctx.random();
    new_file(file, &format!("{}\n", STANDARD.encode(secret)), 0o400)
        .map_err(|e| Wrong::Failed(format!("{} cannot be made: {e}", file.display())))
}

/// Wraps every data key anew under a fresh master key in another file; how many. The old file opens
/// nothing any more once this has returned, and both are there if it has not.
pub async fn rotate(ctx: &Context, actor: &Actor, old: &Path, new: &Path) -> Result<usize, Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    let before = read(old)?;
    if new.exists() {
        return Err(Wrong::refused(format!(
            "{} is there already, and this register still opens with {}. Where a rotation that was broken off left \
             it, it opens nothing: remove it and run this again. Otherwise name another file.",
            new.display(),
            old.display()
        )));
    }
    write(ctx, new)?;
    let after = read(new)?;
    let mut tx = ctx.db.begin().await?;
    let count = seal::rewrap(&mut tx, (&before, &after)).await?;
    told(ctx, &mut tx, actor, &format!("{count} data keys wrapped anew")).await?;
    tx.commit().await?;
    seal::unlock(&ctx.db, &after).await?;
    Ok(count)
}

/// Seals everything that is not under the newest data key, some at a time; how many texts. Where work that was begun
/// before may still write in the clear, it is not remembered as sealed to the end: [`all_sealed`] says so.
pub async fn seal_all(ctx: &Context, actor: &Actor) -> Result<usize, Wrong> {
    may(actor, Act::Administer, Purpose::Running)?;
    // The key that is newest now: where another is made meanwhile, what this run sealed is not all.
    let mut tx = ctx.db.begin().await?;
    let (everything, moment) = (sealed::all(&tx), sealed::moment(&mut tx).await?);
    tx.commit().await?;
    let mut all = sweep(ctx, actor).await?;
    let Some(everything) = everything else { return Ok(all) };
    if let Some(moment) = moment {
        if !older_work_ended(ctx, &moment).await? {
            return Ok(all);
        }
        // What it wrote until it ended may stand in rows that were passed.
        all += sweep(ctx, actor).await?;
    }
    let mut tx = ctx.db.begin().await?;
    organisations::set(&mut tx, SEALED, &everything).await?;
    tx.commit().await?;
    Ok(all)
}

/// Waits a moment for work that began before, which mostly has ended while everything was read; whether it has.
async fn older_work_ended(ctx: &Context, moment: &str) -> Result<bool, Wrong> {
    for _ in 0..LOOKS {
        let mut tx = ctx.db.begin_read().await?;
        let at_work = sealed::older_work(&mut tx, moment).await?;
        tx.commit().await?;
        if !at_work {
            return Ok(true);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok(false)
}

/// Seals from the first row to the last; how many texts.
async fn sweep(ctx: &Context, actor: &Actor) -> Result<usize, Wrong> {
    let (mut all, mut swept) = (0, Swept::default());
    loop {
        let mut tx = ctx.db.begin().await?;
        let done = sealed::sweep(&mut tx, &mut swept, BATCH).await?;
        if done > 0 {
            told(ctx, &mut tx, actor, &format!("{done} rows sealed")).await?;
        }
        tx.commit().await?;
        all += done;
        if done == 0 {
            ctx.db.forget_log().await?;
            return Ok(all);
        }
    }
}

/// Whether everything that is sealed at rest is known to be: somebody ran [`seal_all`] to its end since the
/// newest data key was made, and nothing came to the list of what is sealed since.
pub async fn all_sealed(ctx: &Context) -> Result<bool, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(organisations::setting(&mut tx, SEALED).await? == sealed::all(&tx))
}

async fn told(ctx: &Context, tx: &mut store::Tx, actor: &Actor, detail: &str) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: actor.account_id(),
        act: "keys",
        person: None,
        purpose: "administration",
        detail,
    };
    audit::write(tx, &entry).await?;
    Ok(())
}
