//! Who is at work on an import, and what becomes of it when the work ends or breaks off.
//!
//! A run claims its import, and a real run claims the register's only place to apply, before it moves
//! the state. Invariant: a state of work that nobody holds was interrupted, and nothing of that run
//! reached the register, since a real run is one unit of work.

use domain::intake::FileRefused;
use store::imports::{self, Import};
use store::{Hold, Tx, Work, audit};

use crate::context::{Context, Wrong};

const INTERRUPTED: &str =
    "Interrupted before it was finished; nothing was changed. Start it again.";

/// An import in somebody's hands.
pub(super) struct Claim {
    /// As it stood before this run.
    pub import: Import,
    /// The state of this run.
    running: &'static str,
    holds: Vec<Hold>,
}

/// Takes an import in hand for a run.
///
/// Errors: refused, with who is in the way, when somebody living holds it, when another file is being
/// applied, or when its state allows no run.
pub(super) async fn claim(ctx: &Context, id: i64, commit: bool) -> Result<Claim, Wrong> {
    let Some(own) = ctx.db.try_hold(Work::Import(id)).await? else {
        return Err(Wrong::Refused(format!(
            "Import {id} is being read or applied just now. Wait until that is done."
        )));
    };
    let mut holds = vec![own];
    if commit {
        match ctx.db.try_hold(Work::Applying).await? {
            Some(place) => holds.push(place),
            None => {
                release(holds).await;
                return Err(Wrong::Refused(format!(
                    "Another file is being applied just now. Import {id} was not touched: apply it \
                     when that is done."
                )));
            }
        }
    }
    match enter(ctx, id, commit).await {
        Ok((import, running)) => Ok(Claim { import, running, holds }),
        Err(wrong) => {
            release(holds).await;
            Err(wrong)
        }
    }
}

async fn enter(ctx: &Context, id: i64, commit: bool) -> Result<(Import, &'static str), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let mut import = imports::one(&mut tx, id)
        .await?
        .ok_or_else(|| Wrong::refused(format!("There is no import {id}.")))?;
    // We hold it, so whoever left it in a state of work is gone.
    if let Some(rest) = resting(&import.state, import.counts.read) {
        imports::move_state(&mut tx, id, (&import.state, rest), Some(INTERRUPTED)).await?;
        import.state = rest.to_owned();
    }
    let running = match (import.state.as_str(), commit) {
        ("received" | "planned", false) => "reading",
        ("received" | "planned", true) => "applying",
        // Held rows that were decided since can be applied after the rest.
        ("applied", true) => "settling",
        (state, _) => return Err(Wrong::Refused(cannot_run(id, state))),
    };
    if !imports::move_state(&mut tx, id, (&import.state, running), None).await? {
        return Err(Wrong::Refused(format!("Somebody else has just taken up import {id}.")));
    }
    tx.commit().await?;
    Ok((import, running))
}

pub(super) fn cannot_run(id: i64, state: &str) -> String {
    match state {
        "applied" => format!("Import {id} is applied already."),
        "undone" => format!("Import {id} was taken back. Send the file again."),
        "refused" => format!("Import {id} was refused, and its file was not kept. Send it again."),
        _ => format!("Import {id} cannot be run now."),
    }
}

/// The state in which an interrupted run leaves its import; `None` for a state in which nobody works.
/// A plan that was being applied still stands: nothing of it was changed.
fn resting(state: &str, rows_read: i64) -> Option<&'static str> {
    match state {
        "applying" if rows_read > 0 => Some("planned"),
        "reading" | "applying" => Some("received"),
        "settling" => Some("applied"),
        _ => None,
    }
}

impl Claim {
    /// Ends a run that came to its end and wrote its own state.
    pub async fn done(self) {
        release(self.holds).await;
    }

    /// Ends without a run: the import waits as one that was just received.
    pub async fn rest(self, ctx: &Context) -> Result<(), Wrong> {
        let mut tx = ctx.db.begin().await?;
        imports::move_state(&mut tx, self.import.id, (self.running, "received"), None).await?;
        tx.commit().await?;
        release(self.holds).await;
        Ok(())
    }

    /// Ends a run whose file cannot be taken. Of a file that never came into the register nothing is
    /// kept but that it came, and the sentence; only one that may be good once somebody tells how to
    /// read it waits for that.
    pub async fn refuse(self, ctx: &Context, refused: &FileRefused) -> Result<(), Wrong> {
        let (id, sentence) = (self.import.id, refused.sentence.as_str());
        let mut tx = ctx.db.begin().await?;
        if self.running == "settling" {
            imports::move_state(&mut tx, id, (self.running, "applied"), Some(sentence)).await?;
        } else if refused.telling_may_help {
            imports::move_state(&mut tx, id, (self.running, "received"), Some(sentence)).await?;
        } else if imports::move_state(&mut tx, id, (self.running, "refused"), Some(sentence))
            .await?
        {
            imports::forget_content(&mut tx, id).await?;
        }
        tx.commit().await?;
        release(self.holds).await;
        Ok(())
    }

    /// Ends a run that the world broke. Where even that cannot be written, whoever takes the import up
    /// next finds it unheld.
    pub async fn broke(self, ctx: &Context, sentence: &str) {
        let rest = resting(self.running, self.import.counts.read).unwrap_or("received");
        let id = self.import.id;
        let written: Result<(), store::StoreError> = async {
            let mut tx = ctx.db.begin().await?;
            imports::move_state(&mut tx, id, (self.running, rest), Some(sentence)).await?;
            tx.commit().await
        }
        .await;
        if let Err(error) = written {
            tracing::error!(import = id, %error, "the state of a broken import was not kept");
        }
        release(self.holds).await;
    }
}

async fn release(holds: Vec<Hold>) {
    for hold in holds {
        hold.release().await;
    }
}

/// After a killed process: lets go of the imports that nobody living works on. Returns how many.
pub async fn recover(ctx: &Context) -> Result<u64, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let running = imports::running(&mut tx).await?;
    drop(tx);
    let mut count = 0;
    for (id, state, rows_read) in running {
        let (Some(rest), Some(hold)) =
            (resting(&state, rows_read), ctx.db.try_hold(Work::Import(id)).await?)
        else {
            continue;
        };
        let mut tx = ctx.db.begin().await?;
        let moved = imports::move_state(&mut tx, id, (&state, rest), Some(INTERRUPTED)).await?;
        tx.commit().await?;
        hold.release().await;
        count += u64::from(moved);
    }
    Ok(count)
}

/// Forgets a file that was not applied, at somebody's wish. That it came is kept.
pub async fn withdraw(ctx: &Context, id: i64, account: Option<i64>) -> Result<(), Wrong> {
    let claim = claim(ctx, id, false).await?;
    forget(ctx, claim, account).await
}

/// The same at its sender's wish, who has no say once they handed it over.
///
/// Errors: refused when it was handed over; it then stands as it did.
pub async fn withdraw_unsent(ctx: &Context, id: i64, account: Option<i64>) -> Result<(), Wrong> {
    // Claimed first: from here on nobody can hand it over.
    let claim = claim(ctx, id, false).await?;
    let mut tx: Tx = ctx.db.begin().await?;
    if imports::handed_over(&mut tx, id).await?.is_none() {
        drop(tx);
        return forget(ctx, claim, account).await;
    }
    let message = claim.import.message.as_deref();
    imports::move_state(&mut tx, id, (claim.running, &claim.import.state), message).await?;
    tx.commit().await?;
    claim.done().await;
    Err(Wrong::refused("It was sent already: ask the council to take it back."))
}

async fn forget(ctx: &Context, claim: Claim, account: Option<i64>) -> Result<(), Wrong> {
    let id = claim.import.id;
    let mut tx: Tx = ctx.db.begin().await?;
    let at = ctx.now();
    let sentence = "Withdrawn before it was applied; the file was not kept.";
    imports::move_state(&mut tx, id, (claim.running, "refused"), Some(sentence)).await?;
    imports::forget_content(&mut tx, id).await?;
    let entry = audit::Entry {
        at: &at,
        account,
        act: "file withdrawn",
        person: None,
        purpose: "import",
        detail: &format!("import {id}"),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    claim.done().await;
    Ok(())
}
