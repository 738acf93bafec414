//! Text sealed at rest: AES-256-GCM under data keys that lie wrapped in the database, opened by a master
//! key that lies elsewhere. What is sealed is bound to its table, row and column: a cell that was moved
//! does not open.
//!
//! Where no keys were made, text is kept as it is, and text from before stays readable until it was
//! sealed as well. Invariant: once there are keys, nothing is read that does not open, and nothing new is
//! kept in the clear, also where another process made them: every unit of work looks when it begins.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

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

/// Reads the master key anew; nothing where it is not at hand.
pub type Master = Arc<dyn Fn() -> Option<Secret> + Send + Sync>;

/// The keys of one database, shared by its handles.
#[derive(Clone, Default)]
pub struct Seals(Arc<RwLock<Shared>>);

#[derive(Default)]
struct Shared {
    keys: Option<Arc<Keys>>,
    master: Option<Master>,
}

impl Seals {
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).keys.clone()
    }

    fn set(&self, keys: Option<Arc<Keys>>) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).keys = keys;
    }

    fn master(&self) -> Option<Master> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).master.clone()
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
pub fn look_for_keys(db: &Db, master: Master) {
    db.seals().0.write().unwrap_or_else(PoisonError::into_inner).master = Some(master);
}

/// Opens the data keys that were made since those of a unit of work that begins were opened; whether it has all there
/// are. An older moment that is read has no younger ones.
pub(crate) async fn has_newest(seals: &Seals, tx: &mut Tx) -> Result<bool, StoreError> {
    let Some(master) = seals.master() else { return Ok(true) };
    let newest = tx.one(NEWEST, args![], |row| row.opt_int(0)).await?.flatten();
    if newest <= tx.keys().map(|keys| keys.newest) {
        return Ok(true);
    }
    let Some(secret) = master() else { return Ok(false) };
    let Ok(keys) = open_all(tx, &secret).await else { return Ok(false) };
    seals.set(keys.clone());
    tx.keys = keys;
    Ok(true)
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
