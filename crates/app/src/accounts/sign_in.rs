//! Signing in: the password is judged outside any unit of work and off the threads that serve pages, and
//! guessing costs time that grows. Names that nobody has are answered with the same words after the same
//! work. Invariants: an attempt is counted before it is judged, so that many at once are no more than one
//! after the other; nobody is kept out of an account they use by what somebody does elsewhere.

use argon2::Argon2;
use argon2::password_hash::{PasswordVerifier, phc::PasswordHash};
use domain::access::{Actor, Guesses, wait_seconds};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use store::accounts::{self, Account, Session, Throttle};
use store::{Tx, audit, grants, organisations};
use tokio::sync::Semaphore;

use super::kept_waiting::kept_waiting;
use super::{TokenHash, hex, on_terms};
use crate::context::{Context, Wrong};

/// The answer is the same sentence for a wrong name, a wrong password and a closed account.
const NO: &str = "The email address or the password is wrong.";

/// Wrong passwords are forgotten after this long without another.
const FORGET_HOURS: i64 = 24;

/// Passwords judged at once: each takes a core and 19 MiB for a moment.
static JUDGES: Semaphore = Semaphore::const_new(4);

/// Hashes of a password nobody has, as costly as those of a register and of a demonstration.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const NOBODY_LIGHT: &str = "$argon2id$v=19$m=1024,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What guesses are counted under, for one attempt.
pub(super) struct Counted {
    /// The browser's address, hashed.
    pub(super) place: String,
    names: [(Guesses, String); 3],
}

pub(super) fn name(parts: &[&str]) -> String {
    hex(&Sha256::digest(parts.join("\n").as_bytes()))
}

/// The name under which a place is known: the address that a browser speaks from, hashed.
pub(crate) fn place_of(from: &str) -> String {
    name(&["place", from])
}

impl Counted {
    pub(super) fn new(email: &str, from: &str) -> Self {
        Counted {
            place: place_of(from),
            names: [
                (Guesses::Pair, name(&["pair", email, from])),
                (Guesses::Account, name(&["account", email])),
                // Last: where a place alone holds an attempt back, nobody guessed at this account.
                (Guesses::Place, name(&["place", from])),
            ],
        }
    }

    /// The counts that hold this attempt back: only its own where it comes from a known place.
    fn binding(&self, known: bool) -> impl Iterator<Item = &(Guesses, String)> {
        self.names.iter().filter(move |(by, _)| *by == Guesses::Pair || !known)
    }
}

/// What is read before the password is judged.
struct Before {
    account: Option<Account>,
    /// Whether the account was signed in from this place before.
    known: bool,
    hash: String,
}

impl Before {
    /// The account that somebody guesses at where this count holds them back.
    fn guessed_at(&self, by: Guesses) -> Option<i64> {
        self.account.as_ref().filter(|_| by != Guesses::Place).map(|account| account.id)
    }
}

/// Whoever signs in: in already, or with the password only.
#[allow(clippy::large_enum_variant, reason = "made once a sign-in and taken apart at once")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entered {
    In(Actor),
    /// The token now stands for the step in between; [`super::waiting`] says what is needed.
    Waits,
}

/// Judges a password. `from` is the address that the browser speaks from, `browser` what it calls itself.
pub async fn sign_in(
    ctx: &Context,
    (email, password): (&str, &str),
    (from, browser): (&str, &str),
    token: TokenHash,
) -> Result<Entered, Wrong> {
    let email = email.trim().to_lowercase();
    let counted = Counted::new(&email, from);
    let (before, held) = look(ctx, &email, &counted).await?;
    if let Err((by, told)) = held {
        kept_waiting(ctx, before.guessed_at(by));
        return Err(told);
    }
    let right = tried(ctx, &before, &counted, password).await?;
    let found = before.account.filter(|account| account.active);
    match found.as_ref().filter(|_| right) {
        Some(account) => {
            if wait(ctx, account, &counted, token).await? {
                return Ok(Entered::Waits);
            }
            let how = (browser, "password");
            begin(ctx, account, &counted, token, how).await.map(Entered::In)
        }
        None => {
            turned_away(ctx, found.as_ref()).await?;
            Err(Wrong::refused(NO))
        }
    }
}

/// Finds the account and what to judge against, and whether this name or place has to wait, whether or not the name
/// is anybody's.
async fn look(
    ctx: &Context,
    email: &str,
    counted: &Counted,
) -> Result<(Before, Result<(), (Guesses, Wrong)>), Wrong> {
    let now = ctx.timestamp();
    let mut tx = ctx.db.begin_read().await?;
    let account = accounts::by_email(&mut tx, email).await?;
    // Nobody's number is 0: a name that nobody has is looked up as long as another.
    let number = account.as_ref().map_or(0, |account| account.id);
    let known = accounts::known_from(&mut tx, number, &counted.place).await?;
    let mut held = Ok(());
    for (by, name) in counted.binding(known) {
        let Some(throttle) = accounts::throttle(&mut tx, name).await? else { continue };
        held = held.and(waited(&throttle, now).map_err(|told| (*by, told)));
    }
    let light = organisations::setting(&mut tx, "demo_day").await?.is_some();
    let nobody = if light { NOBODY_LIGHT } else { NOBODY };
    // An account that has not chosen a password yet is judged like a name that nobody has.
    let hash = account.as_ref().map(|a| a.password_hash.clone()).filter(|hash| !hash.is_empty());
    let hash = hash.unwrap_or_else(|| nobody.to_owned());
    Ok((Before { account, known, hash }, held))
}

fn waited(throttle: &Throttle, now: Timestamp) -> Result<(), Wrong> {
    let until = throttle.wait_until.parse::<Timestamp>().unwrap_or(now);
    if until <= now {
        return Ok(());
    }
    let seconds = until.duration_since(now).as_secs() + 1;
    Err(Wrong::refused(format!("Too many wrong passwords. Wait {seconds} seconds and try again.")))
}

/// Counts the attempt, judges it, and gives the count back where it was right and the account is open.
///
/// The turn is taken before the count: of many who come in at once with the right password no more are
/// counted at a time than are judged, and none of the others meets a wait.
async fn tried(
    ctx: &Context,
    before: &Before,
    counted: &Counted,
    password: &str,
) -> Result<bool, Wrong> {
    let _turn = JUDGES.acquire().await.map_err(|e| Wrong::Failed(e.to_string()))?;
    let taken = take(ctx, counted, Some(before)).await?;
    let right = judge(password.to_owned(), before.hash.clone()).await?;
    if right && before.account.as_ref().is_some_and(|account| account.active) {
        let mut tx = ctx.db.begin().await?;
        for Taken { name, set, before } in &taken {
            accounts::give_throttle_back(&mut tx, name, (set, before)).await?;
        }
        tx.commit().await?;
    }
    Ok(right)
}

/// Whether a password is the one hashed, judged where nobody waits for it.
pub(super) async fn fits(password: String, hash: String) -> Result<bool, Wrong> {
    let _turn = JUDGES.acquire().await.map_err(|e| Wrong::Failed(e.to_string()))?;
    judge(password, hash).await
}

async fn judge(password: String, hash: String) -> Result<bool, Wrong> {
    let judged = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    judged.await.map_err(|e| Wrong::Failed(e.to_string()))
}

/// The account as it is now, if it is still what was judged. While a password was judged two people may have
/// given the account a role that can approve, or taken its device away: what was a way in until then is none.
/// Its role is held to as well, since an account that another service lets in has no password to tell by.
async fn unchanged(tx: &mut Tx, judged: &Account) -> Result<Account, Wrong> {
    grants::alone(tx).await?;
    let account = accounts::by_id(tx, judged.id).await?;
    let same =
        |a: &Account| a.active && a.password_hash == judged.password_hash && a.role == judged.role;
    account.filter(same).ok_or_else(|| Wrong::refused(NO))
}

/// Whether something else is needed first; the token then stands for that.
async fn wait(
    ctx: &Context,
    judged: &Account,
    counted: &Counted,
    token: TokenHash,
) -> Result<bool, Wrong> {
    let mut tx = ctx.db.begin().await?;
    let account = unchanged(&mut tx, judged).await?;
    let actor = on_terms(ctx, &mut tx, &account).await?.map_err(not_now)?;
    if super::second::needed(&mut tx, &actor).await? == super::second::Needed::Nothing {
        return Ok(false);
    }
    let forgotten = ctx.timestamp() - SignedDuration::from_hours(1);
    store::sign_in::sweep_steps(&mut tx, &format!("{forgotten:.6}")).await?;
    let who = (account.id, counted.place.as_str());
    store::sign_in::add_step(&mut tx, &hex(&token), who, ("password", &ctx.now())).await?;
    note(ctx, &mut tx, Some(account.id), "password accepted").await?;
    tx.commit().await?;
    Ok(true)
}

/// Why an account whose password is right still does not work.
fn not_now(reason: String) -> Wrong {
    Wrong::refused(format!("You cannot sign in now: {reason}."))
}

/// One count that was taken: its name, the wait that it set and the one that stood before.
struct Taken {
    name: String,
    set: String,
    before: String,
}

/// Counts an attempt under all three names. `before` is what was read of it, where the attempt may have to
/// wait; a wrong code is counted whether or not anything holds it back.
///
/// Errors: refused, and then not counted, while a name that binds it has to wait.
async fn take(
    ctx: &Context,
    counted: &Counted,
    before: Option<&Before>,
) -> Result<Vec<Taken>, Wrong> {
    // One instant for all: a count made a moment later would be one that has to be waited for.
    let at = ctx.now();
    let now = at.parse::<Timestamp>().map_err(|e| Wrong::Failed(e.to_string()))?;
    let mut tx = ctx.db.begin().await?;
    let forgotten = now - SignedDuration::from_hours(FORGET_HOURS);
    accounts::sweep_throttles(&mut tx, &format!("{forgotten:.6}")).await?;
    let mut taken = Vec::new();
    // Always in this order, so that no two attempts wait for each other.
    for (by, name) in &counted.names {
        let mut throttle = accounts::count_throttle(&mut tx, name, &at).await?;
        if let Some(bound) = before.filter(|before| *by == Guesses::Pair || !before.known)
            && let Err(told) = waited(&throttle, now)
        {
            kept_waiting(ctx, bound.guessed_at(*by));
            return Err(told);
        }
        let wait = SignedDuration::from_secs(wait_seconds(*by, throttle.failures));
        let set = format!("{:.6}", now + wait);
        let before = std::mem::replace(&mut throttle.wait_until, set.clone());
        accounts::set_throttle(&mut tx, name, &throttle).await?;
        taken.push(Taken { name: name.clone(), set, before });
    }
    tx.commit().await?;
    Ok(taken)
}

/// Counts a wrong code under all three names.
pub(super) async fn count(
    ctx: &Context,
    account: Option<&Account>,
    counted: &Counted,
) -> Result<(), Wrong> {
    take(ctx, counted, None).await?;
    turned_away(ctx, account).await
}

async fn turned_away(ctx: &Context, account: Option<&Account>) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    note(ctx, &mut tx, account.map(|a| a.id), "sign-in refused").await?;
    tx.commit().await?;
    Ok(())
}

/// Begins the session, if the account is still what was judged.
pub(super) async fn begin(
    ctx: &Context,
    judged: &Account,
    counted: &Counted,
    token: TokenHash,
    (browser, how): (&str, &str),
) -> Result<Actor, Wrong> {
    let now = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let account = unchanged(&mut tx, judged).await?;
    let actor = on_terms(ctx, &mut tx, &account).await?.map_err(not_now)?;
    for (_, name) in counted.names.iter().filter(|(by, _)| *by == Guesses::Pair) {
        accounts::end_throttle(&mut tx, name).await?;
    }
    accounts::know(&mut tx, actor.account, &counted.place, &now).await?;
    let session = Session {
        token_hash: hex(&token),
        account: actor.account,
        made_at: now.clone(),
        seen_at: now.clone(),
        name: hex(&ctx.random::<8>()),
        browser: browser.chars().take(120).collect(),
        how: how.to_owned(),
        proved_at: now,
    };
    accounts::begin_session(&mut tx, &session).await?;
    super::envelopes::opened(ctx, &mut tx, actor.account).await?;
    note(ctx, &mut tx, Some(actor.account), &format!("signed in by {how}")).await?;
    tx.commit().await?;
    Ok(actor)
}

pub(super) async fn note(
    ctx: &Context,
    tx: &mut Tx,
    account: Option<i64>,
    act: &str,
) -> Result<(), Wrong> {
    let at = ctx.now();
    let entry =
        audit::Entry { at: &at, account, act, person: None, purpose: "sign-in", detail: "" };
    audit::write(tx, &entry).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::access::Role;
    use testkit::each_engine;

    use super::*;
    use crate::accounts;
    use crate::context::Clock;

    const PASSWORD: &str = "a long enough password";

    /// The password was judged while the ways into the account ended, as two who agree end them.
    #[tokio::test]
    async fn a_password_that_was_judged_before_the_ways_in_ended_begins_nothing() {
        each_engine(async |engine| {
            let at = "2025-11-24T09:00:00Z".parse().unwrap();
            let ctx = Context::seeded(engine.db, None, Clock::Fixed(at), 7);
            let mut tx = ctx.db.begin().await.unwrap();
            let hash = accounts::hash_password(&ctx, PASSWORD, true).unwrap();
            let who = ("jo@example.org", "Jo", Role::Adviser);
            accounts::add(&ctx, &mut tx, who, (None, &[]), hash.clone()).await.unwrap();
            tx.commit().await.unwrap();
            let counted = Counted::new("jo@example.org", "10.0.0.1");
            let judged = look(&ctx, "jo@example.org", &counted).await.unwrap().0.account.unwrap();
            let begun = async |token: TokenHash| {
                let mut tx = ctx.db.begin_read().await.unwrap();
                let key = hex(&token);
                let step = store::sign_in::step(&mut tx, &key).await.unwrap().is_some();
                step || store::accounts::session(&mut tx, &key).await.unwrap().is_some()
            };
            let token = ctx.random();
            assert!(wait(&ctx, &judged, &counted, token).await.unwrap() && begun(token).await);
            for sql in [
                "UPDATE account SET password_hash = ''",
                "UPDATE account SET role = 'governance'",
                "UPDATE account SET active = 0",
            ] {
                let mut tx = ctx.db.begin().await.unwrap();
                let before = "UPDATE account SET password_hash = $1, role = 'adviser', active = 1";
                tx.run(before, store::args![&hash]).await.unwrap();
                tx.run(sql, store::args![]).await.unwrap();
                tx.commit().await.unwrap();
                let token = ctx.random();
                let waits = wait(&ctx, &judged, &counted, token).await;
                let how = ("Firefox", "password");
                let enters = begin(&ctx, &judged, &counted, token, how).await.map(drop);
                for said in [waits.map(drop), enters] {
                    assert!(matches!(said, Err(Wrong::Refused(_))), "{sql}: {said:?}");
                }
                assert!(!begun(token).await, "{sql}");
            }
        })
        .await;
    }
}
