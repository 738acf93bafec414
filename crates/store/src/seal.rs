//! Text sealed at rest: AES-256-GCM under data keys that lie wrapped in the database, opened by a master
//! key that lies elsewhere. What is sealed is bound to its table, row and column: a cell that was moved
//! does not open.
//!
//! Where no keys were made, text is kept as it is, and text from before stays readable until it was
//! sealed as well. Invariant: once there are keys, nothing is read that does not open, and nothing new is
//! kept in the clear, also where another process made them: every unit of work looks when it begins. A process
//! that was told of no master key has nowhere to look: it goes on as it was begun, and says so in its log.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use tokio::time::Instant;

use crate::args;
use crate::engine::{Db, StoreError, Tx};
use crate::statements::statements;

statements! {
    KEYS = "SELECT id, wrapped FROM data_key ORDER BY id";
    NEWEST = "SELECT MAX(id) FROM data_key";
    KEEP = "INSERT INTO data_key (id, wrapped, made_at) VALUES ($1, $2, $3)";
    WRAP = "UPDATE data_key SET wrapped = $1 WHERE id = $2";
}

/// No form lets this character in, so no typed text begins like something sealed.
const MARK: char = '\u{1}';

/// 256 bits.
pub type Secret = [u8; 32];

/// Which cell a text belongs to. `line` is the second number of a row that is named by two.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    pub table: &'a str,
    pub row: i64,
    pub line: Option<i64>,
    pub column: &'a str,
}

impl<'a> Cell<'a> {
    pub const fn new(table: &'a str, row: i64, column: &'a str) -> Cell<'a> {
        Cell { table, row, line: None, column }
    }

    fn bound(&self) -> Aad<Vec<u8>> {
        let Cell { table, row, line, column } = self;
        let bound = match line {
            Some(line) => format!("{table}\0{row}\0{line}\0{column}"),
            None => format!("{table}\0{row}\0{column}"),
        };
        Aad::from(bound.into_bytes())
    }
}

/// Data keys, opened.
pub struct Keys {
    all: BTreeMap<i64, LessSafeKey>,
    newest: i64,
}

/// The file of the master key, and how it is read anew. What is wrong with it is told to the log alone.
#[derive(Clone)]
pub struct Master {
    pub file: PathBuf,
    pub read: fn(&Path) -> Result<Secret, String>,
}

/// Where keys that another process made are opened from.
#[derive(Clone, Default)]
enum Look {
    /// They are not looked for.
    #[default]
    Not,
    /// No master key was named to this process.
    Nowhere,
    At(Master),
}

/// How often a log says again that keys cannot be had: of work that goes on, and of work that is refused.
const GOES_ON: Duration = Duration::from_secs(3_600);
const REFUSED: Duration = Duration::from_secs(60);

/// The keys of one database, shared by its handles.
#[derive(Clone, Default)]
pub struct Seals(Arc<RwLock<Shared>>);

#[derive(Default)]
struct Shared {
    keys: Option<Arc<Keys>>,
    look: Look,
    /// When the log was last told that keys cannot be had.
    told: Option<Instant>,
}

impl Seals {
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.clone()
    }

    fn set(&self, keys: Option<Arc<Keys>>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).keys = keys;
    }

    fn look(&self) -> Look {
        self.0.read().unwrap_or_else(PoisonError::into_inner).look.clone()
    }

    /// Whether the log is to be told now: every unit of work would tell it the same.
    fn is_to_tell(&self, every: Duration, now: Instant) -> bool {
        let mut shared = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let due = shared.told.is_none_or(|told| now.duration_since(told) >= every);
        if due {
            shared.told = Some(now);
        }
        due
    }
}

impl Keys {
    /// How a text sealed under the newest key begins.
    pub(crate) fn prefix(&self) -> String {
        format!("{MARK}{}:", self.newest)
    }

    pub(crate) fn seal(&self, cell: &Cell<'_>, text: &str) -> Result<String, StoreError> {
        let key = self.all.get(&self.newest).ok_or_else(|| unopened(cell))?;
        Ok(format!("{}{}", self.prefix(), shut(key, cell, text.as_bytes())?))
    }

    /// Bytes are kept as bytes: a file grows by some thirty.
    fn seal_bytes(&self, cell: &Cell<'_>, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
        let key = self.all.get(&self.newest).ok_or_else(|| unopened(cell))?;
        let mut kept = self.prefix().into_bytes();
        kept.append(&mut shut_bytes(key, cell, clear)?);
        Ok(kept)
    }

    fn open_bytes(&self, cell: &Cell<'_>, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let end = sealed.iter().position(|byte| *byte == b':').ok_or_else(|| unopened(cell))?;
        let (number, shut) = sealed.split_at(end);
        let number = str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        let key = number.and_then(|number: i64| self.all.get(&number));
        let shut = shut.get(1..).unwrap_or_default().to_vec();
        opened_bytes(key.ok_or_else(|| unopened(cell))?, cell, shut)
    }

    fn open(&self, cell: &Cell<'_>, sealed: &str) -> Result<String, StoreError> {
        let (number, shut) = sealed.split_once(':').ok_or_else(|| unopened(cell))?;
        let number: i64 = number.parse().map_err(|_| unopened(cell))?;
        let key = self.all.get(&number).ok_or_else(|| unopened(cell))?;
        String::from_utf8(opened(key, cell, shut)?).map_err(|_| unopened(cell))
    }
}

fn unopened(cell: &Cell<'_>) -> StoreError {
    StoreError::Inconsistent {
        table: "sealed",
        id: format!("{} {} {}", cell.table, cell.row, cell.column),
        what: "it does not open: it was changed, moved, or sealed under another key".to_owned(),
    }
}

fn key_of(secret: &Secret) -> Result<LessSafeKey, StoreError> {
    let key = UnboundKey::new(&AES_256_GCM, secret);
    key.map(LessSafeKey::new).map_err(|_| StoreError::Unavailable("a key is no key".to_owned()))
}

fn shut(key: &LessSafeKey, cell: &Cell<'_>, clear: &[u8]) -> Result<String, StoreError> {
    Ok(STANDARD_NO_PAD.encode(shut_bytes(key, cell, clear)?))
}

fn shut_bytes(key: &LessSafeKey, cell: &Cell<'_>, clear: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut nonce = [0; NONCE_LEN];
    let filled = SystemRandom::new().fill(&mut nonce);
    filled.map_err(|_| StoreError::Unavailable("the system gives no randomness".to_owned()))?;
    let mut bytes = clear.to_vec();
    let once = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(once, cell.bound(), &mut bytes).map_err(|_| unopened(cell))?;
    let mut whole = nonce.to_vec();
    whole.append(&mut bytes);
    Ok(whole)
}

fn opened(key: &LessSafeKey, cell: &Cell<'_>, shut: &str) -> Result<Vec<u8>, StoreError> {
    opened_bytes(key, cell, STANDARD_NO_PAD.decode(shut).map_err(|_| unopened(cell))?)
}

fn opened_bytes(
    key: &LessSafeKey,
    cell: &Cell<'_>,
    mut bytes: Vec<u8>,
) -> Result<Vec<u8>, StoreError> {
    let (nonce, rest) = bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(|| unopened(cell))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unopened(cell))?;
    let clear = key.open_in_place(nonce, cell.bound(), rest).map_err(|_| unopened(cell))?;
    Ok(clear.to_vec())
}

/// Whether a text is sealed.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
}

/// The text of a cell as it was written. It takes the keys alone, for whoever opens rows while they arrive: those
/// have taken the unit of work.
pub(crate) fn unseal<'t>(
    keys: Option<&Keys>,
    cell: &Cell<'_>,
    kept: &'t str,
) -> Result<Cow<'t, str>, StoreError> {
    match (kept.strip_prefix(MARK), keys) {
        (None, _) => Ok(Cow::Borrowed(kept)),
        (Some(sealed), Some(keys)) => keys.open(cell, sealed).map(Cow::Owned),
        (Some(_), None) => Err(unopened(cell)),
    }
}

impl Tx {
    /// Whether there are keys, so that what is kept now is sealed.
    pub fn can_seal(&self) -> bool {
        self.keys().is_some()
    }

    /// The text as it is kept. Nothing stays nothing, so that what is empty can be seen.
    pub fn seal(&self, cell: &Cell<'_>, text: &str) -> Result<String, StoreError> {
        match self.keys() {
            Some(keys) if !text.is_empty() => keys.seal(cell, text),
            _ => Ok(text.to_owned()),
        }
    }

    /// The text as it was written.
    pub fn unseal(&self, cell: &Cell<'_>, kept: &str) -> Result<String, StoreError> {
        unseal(self.keys().as_deref(), cell, kept).map(Cow::into_owned)
    }

    /// Bytes as they are kept: a file as it was received, a return as it was sent.
    pub fn seal_bytes(&self, cell: &Cell<'_>, clear: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        match self.keys() {
            Some(keys) if !clear.is_empty() => keys.seal_bytes(cell, &clear),
            _ => Ok(clear),
        }
    }

    /// The bytes as they came. What begins like something sealed and came before there were keys is
    /// given as it is: no file of ours begins so, and one that does is nobody's but its sender's.
    pub fn unseal_bytes(&self, cell: &Cell<'_>, kept: Vec<u8>) -> Result<Vec<u8>, StoreError> {
        match (kept.strip_prefix(&[MARK as u8]), self.keys()) {
            (Some(sealed), Some(keys)) => keys.open_bytes(cell, sealed),
            (None, _) | (Some(_), None) => Ok(kept),
        }
    }
}

const fn wrapped(row: i64) -> Cell<'static> {
    Cell::new("data_key", row, "wrapped")
}

/// Whether keys were ever made: then a master key must be at hand.
pub async fn are_made(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(!tx.rows(KEYS, args![], |row| row.int(0)).await?.is_empty())
}

/// Opens the data keys, for every unit of work that begins from now on.
///
/// Errors: where the master key is not the one that they were wrapped with.
pub async fn unlock(db: &Db, master: &Secret) -> Result<(), StoreError> {
    let keys = open_all(&mut db.begin_read().await?, master).await?;
    db.seals().set(keys);
    Ok(())
}

async fn open_all(tx: &mut Tx, master: &Secret) -> Result<Option<Arc<Keys>>, StoreError> {
    let master = key_of(master)?;
    let kept = tx.rows(KEYS, args![], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    let mut all = BTreeMap::new();
    for (id, shut) in kept {
        let bytes = opened(&master, &wrapped(id), &shut)?;
        let secret = Secret::try_from(bytes).map_err(|_| unopened(&wrapped(id)))?;
        all.insert(id, key_of(&secret)?);
    }
    let newest = all.keys().next_back().copied();
    Ok(newest.map(|newest| Arc::new(Keys { all, newest })))
}

/// From now on every unit of work looks for keys that another process made, and opens them by this.
pub fn look_for_keys(db: &Db, master: Option<Master>) {
    let look = master.map_or(Look::Nowhere, Look::At);
    db.seals().0.write().unwrap_or_else(PoisonError::into_inner).look = look;
}

/// Opens the data keys that were made since those of a unit of work that begins were opened; whether it may write.
/// An older moment that is read has no younger ones.
pub(crate) async fn may_write(seals: &Seals, tx: &mut Tx) -> Result<bool, StoreError> {
    let look = seals.look();
    if matches!(look, Look::Not) {
        return Ok(true);
    }
    let newest = tx.one(NEWEST, args![], |row| row.opt_int(0)).await?.flatten();
    if newest <= tx.keys().map(|keys| keys.newest) {
        return Ok(true);
    }
    let Look::At(master) = look else {
        // Whoever made the keys cannot have told this process of them: a healthy site is not stopped.
        if seals.is_to_tell(GOES_ON, Instant::now()) {
            tracing::error!(
                "keys were made, and this server was told of no master key: it goes on writing in the clear, and \
                 cannot open what is sealed. Restart it with --master-key, then run `waymark keys seal`"
            );
        }
        return Ok(true);
    };
    match open_by(&master, tx).await {
        Ok(keys) => {
            seals.set(keys.clone());
            tx.keys = keys;
            Ok(true)
        }
        Err(why) => {
            if seals.is_to_tell(REFUSED, Instant::now()) {
                let file = master.file.display();
                tracing::error!(%file, %why, "keys were made that this master key does not open: nothing is saved");
            }
            Ok(false)
        }
    }
}

async fn open_by(master: &Master, tx: &mut Tx) -> Result<Option<Arc<Keys>>, String> {
    let secret = (master.read)(&master.file)?;
    open_all(tx, &secret).await.map_err(|broken| broken.to_string())
}

/// Why nothing is written: it would lie in the clear, or under a key that is not to be used any more.
pub(crate) fn locked() -> StoreError {
    let what = "keys were made that the master key at hand does not open, or it is not at hand";
    StoreError::Unavailable(what.to_owned())
}

/// Keeps one more data key, under which everything new is sealed once the keys were opened again.
pub async fn add(
    tx: &mut Tx,
    (master, fresh): (&Secret, &Secret),
    at: &str,
) -> Result<i64, StoreError> {
    let numbers = tx.rows(KEYS, args![], |row| row.int(0)).await?;
    let id = numbers.last().map_or(1, |last| last + 1);
    let shut = shut(&key_of(master)?, &wrapped(id), fresh)?;
    tx.run(KEEP, args![id, shut, at]).await?;
    Ok(id)
}

/// Wraps every data key anew under another master key; how many.
pub async fn rewrap(tx: &mut Tx, (before, after): (&Secret, &Secret)) -> Result<usize, StoreError> {
    let (before, after) = (key_of(before)?, key_of(after)?);
    let kept = tx.rows(KEYS, args![], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    for (id, old) in &kept {
        let secret = opened(&before, &wrapped(*id), old)?;
        let new = shut(&after, &wrapped(*id), &secret)?;
        tx.run(WRAP, args![new, *id]).await?;
    }
    Ok(kept.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_told_again_when_its_time_has_come_and_not_before() {
        let (seals, now) = (Seals::default(), Instant::now());
        let second = Duration::from_secs(1);
        for (after, told) in [
            (Duration::ZERO, true),
            (second, false),
            (GOES_ON / 2, false),
            (GOES_ON, true),
            (GOES_ON + second, false),
        ] {
            assert_eq!(seals.is_to_tell(GOES_ON, now + after), told, "{after:?}");
        }
    }
}
