//! Steps between a password and a session: second factors, unfinished sign-ins, recoveries that two
//! people make, what was typed when a session ran out. Tokens arrive hashed.

use crate::engine::{StoreError, Tx};
use crate::seal::Cell;
use crate::statements::statements;
use crate::{args, changes};

statements! {
    FACTOR = "SELECT seed, last_step, confirmed_at FROM second_factor WHERE account = $1";
    FACTOR_SET = "INSERT INTO second_factor (account, seed, last_step, made_at, confirmed_at) VALUES ($1, $2, 0, $3, NULL) ON CONFLICT (account) DO UPDATE SET seed = $2, last_step = 0, made_at = $3, confirmed_at = NULL";
    FACTOR_CONFIRM = "UPDATE second_factor SET confirmed_at = $1 WHERE account = $2 AND confirmed_at IS NULL";
    FACTOR_STEP = "UPDATE second_factor SET last_step = $1 WHERE account = $2 AND last_step < $1";
    FACTOR_END = "DELETE FROM second_factor WHERE account = $1";
    STEP_ADD = "INSERT INTO sign_in_step (token_hash, account, place, made_at, failures, how) VALUES ($1, $2, $3, $4, 0, $5)";
    STEP = "SELECT account, place, made_at, failures, COALESCE(how, 'password') FROM sign_in_step WHERE token_hash = $1";
    STEP_FAIL = "UPDATE sign_in_step SET failures = failures + 1 WHERE token_hash = $1";
    STEP_END = "DELETE FROM sign_in_step WHERE token_hash = $1";
    STEPS_END = "DELETE FROM sign_in_step WHERE account = $1";
    STEP_SWEEP = "DELETE FROM sign_in_step WHERE made_at < $1";
    RECOVERY_ADD = "INSERT INTO factor_recovery (id, account, started_by, started_at) VALUES ($1, $2, $3, $4)";
    RECOVERY = "SELECT id, started_by, started_at FROM factor_recovery WHERE account = $1 AND agreed_at IS NULL AND started_at > $2 ORDER BY id DESC LIMIT 1";
    RECOVERY_AGREE = "UPDATE factor_recovery SET agreed_by = $1, agreed_at = $2 WHERE id = $3 AND agreed_at IS NULL";
    DRAFT_OF = "SELECT id FROM draft WHERE account = $1 AND path = $2";
    DRAFT_ADD = "INSERT INTO draft (id, account, path, body, kept_at) VALUES ($1, $2, $3, $4, $5)";
    DRAFT_SET = "UPDATE draft SET body = $1, kept_at = $2 WHERE id = $3";
    DRAFTS = "SELECT id, path, body, kept_at FROM draft WHERE account = $1 AND kept_at >= $2 ORDER BY id";
    DRAFT_END = "DELETE FROM draft WHERE account = $1 AND id = $2";
    DRAFT_SWEEP = "DELETE FROM draft WHERE account = $1 AND kept_at < $2";
}

const fn seed_of(account: i64) -> Cell<'static> {
    Cell::new("second_factor", account, "seed")
}

const fn body_of(draft: i64) -> Cell<'static> {
    Cell::new("draft", draft, "body")
}

/// The secret that an account's device shares with us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Hex.
    pub seed: String,
    /// The newest half-minute whose code was used.
    pub last_step: i64,
    pub confirmed: bool,
}

pub async fn factor(tx: &mut Tx, account: i64) -> Result<Option<Factor>, StoreError> {
    let kept = tx
        .one(FACTOR, args![account], |row| {
            let confirmed = row.opt_text(2)?.is_some();
            Ok(Factor { seed: row.text(0)?, last_step: row.int(1)?, confirmed })
        })
        .await?;
    let open = |kept: Factor| {
        let seed = tx.unseal(&seed_of(account), &kept.seed)?;
        Ok(Factor { seed, ..kept })
    };
    kept.map(open).transpose()
}

/// Gives an account a new seed, which counts once it is confirmed; the one before is gone.
pub async fn set_factor(tx: &mut Tx, account: i64, seed: &str, at: &str) -> Result<(), StoreError> {
    let sealed = tx.seal(&seed_of(account), seed)?;
    tx.run(FACTOR_SET, args![account, sealed, at]).await?;
    Ok(())
}

pub async fn confirm_factor(tx: &mut Tx, account: i64, at: &str) -> Result<(), StoreError> {
    tx.run(FACTOR_CONFIRM, args![at, account]).await?;
    Ok(())
}

/// Uses a half-minute up; whether it was still unused.
pub async fn use_step(tx: &mut Tx, account: i64, step: i64) -> Result<bool, StoreError> {
    Ok(tx.run(FACTOR_STEP, args![step, account]).await? == 1)
}

pub async fn end_factor(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(FACTOR_END, args![account]).await?;
    Ok(())
}

/// Somebody whose password was right, or whom another service knows, and who is not in yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub account: i64,
    pub place: String,
    pub made_at: String,
    pub failures: i64,
    /// What came before: a password, or another service by its name.
    pub how: String,
}

pub async fn add_step(
    tx: &mut Tx,
    token_hash: &str,
    (account, place): (i64, &str),
    (how, at): (&str, &str),
) -> Result<(), StoreError> {
    tx.run(STEP_ADD, args![token_hash, account, place, at, how]).await?;
    Ok(())
}

pub async fn step(tx: &mut Tx, token_hash: &str) -> Result<Option<Step>, StoreError> {
    tx.one(STEP, args![token_hash], |row| {
        Ok(Step {
            account: row.int(0)?,
            place: row.text(1)?,
            made_at: row.text(2)?,
            failures: row.int(3)?,
            how: row.text(4)?,
        })
    })
    .await
}

pub async fn fail_step(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    tx.run(STEP_FAIL, args![token_hash]).await?;
    Ok(())
}

pub async fn end_step(tx: &mut Tx, token_hash: &str) -> Result<(), StoreError> {
    tx.run(STEP_END, args![token_hash]).await?;
    Ok(())
}

/// Ends every sign-in of an account that waits for its code.
pub async fn end_steps(tx: &mut Tx, account: i64) -> Result<(), StoreError> {
    tx.run(STEPS_END, args![account]).await?;
    Ok(())
}

/// Forgets sign-ins that nobody finished.
pub async fn sweep_steps(tx: &mut Tx, before: &str) -> Result<(), StoreError> {
    tx.run(STEP_SWEEP, args![before]).await?;
    Ok(())
}

pub async fn start_recovery(
    tx: &mut Tx,
    (account, by): (i64, i64),
    at: &str,
) -> Result<(), StoreError> {
    let id = changes::take(tx, "factor_recovery", 1).await?;
    tx.run(RECOVERY_ADD, args![id, account, by, at]).await?;
    Ok(())
}

/// The newest recovery that waits for a second person and was started after an instant: its number, who
/// started it and when.
pub async fn recovery(
    tx: &mut Tx,
    account: i64,
    after: &str,
) -> Result<Option<(i64, i64, String)>, StoreError> {
    let read = |row: &crate::Row<'_>| Ok((row.int(0)?, row.int(1)?, row.text(2)?));
    tx.one(RECOVERY, args![account, after], read).await
}

/// `Conflict` when somebody was faster.
pub async fn agree_recovery(tx: &mut Tx, id: i64, by: i64, at: &str) -> Result<(), StoreError> {
    match tx.run(RECOVERY_AGREE, args![by, at, id]).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

/// What somebody had typed, and where it was going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub id: i64,
    pub path: String,
    /// As the form would have sent it, without its token.
    pub body: String,
    pub kept_at: String,
}

/// Keeps what was typed into one form, in place of what was typed into it before; what is older than an
/// instant goes. The number of `draft` is not read.
pub async fn keep_draft(
    tx: &mut Tx,
    account: i64,
    draft: &Draft,
    since: &str,
) -> Result<(), StoreError> {
    tx.run(DRAFT_SWEEP, args![account, since]).await?;
    let kept = tx.one(DRAFT_OF, args![account, &draft.path], |row| row.int(0)).await?;
    let id = match kept {
        Some(id) => id,
        None => changes::take(tx, "draft", 1).await?,
    };
    let sealed = tx.seal(&body_of(id), &draft.body)?;
    match kept {
        Some(id) => tx.run(DRAFT_SET, args![sealed, &draft.kept_at, id]).await?,
        None => tx.run(DRAFT_ADD, args![id, account, &draft.path, sealed, &draft.kept_at]).await?,
    };
    Ok(())
}

/// What an account's owner had typed since an instant, in the order in which it was first kept.
pub async fn drafts(tx: &mut Tx, account: i64, since: &str) -> Result<Vec<Draft>, StoreError> {
    let kept = tx
        .rows(DRAFTS, args![account, since], |row| {
            let (id, path) = (row.int(0)?, row.text(1)?);
            Ok(Draft { id, path, body: row.text(2)?, kept_at: row.text(3)? })
        })
        .await?;
    let open = |kept: Draft| {
        let body = tx.unseal(&body_of(kept.id), &kept.body)?;
        Ok(Draft { body, ..kept })
    };
    kept.into_iter().map(open).collect()
}

pub async fn end_draft(tx: &mut Tx, account: i64, id: i64) -> Result<(), StoreError> {
    tx.run(DRAFT_END, args![account, id]).await?;
    Ok(())
}
