//! Text sealed at rest: AES-256-GCM under data keys that lie wrapped in the database, opened by a master
//! key that lies elsewhere. What is sealed is bound to its table, row and column: a cell that was moved
//! does not open.
//!
//! Where no keys were made, text is kept as it is, and text from before stays readable until it was
//! sealed as well. Invariant: once there are keys, nothing is read that does not open, and nothing new is
//! kept in the clear.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use crate::args;
use crate::engine::{Db, StoreError, Tx};
use crate::people::home;
use crate::statements::statements;

statements! {
    KEYS = "SELECT id, wrapped FROM data_key ORDER BY id";
    KEEP = "INSERT INTO data_key (id, wrapped, made_at) VALUES ($1, $2, $3)";
    WRAP = "UPDATE data_key SET wrapped = $1 WHERE id = $2";
    NOTES = "SELECT id, note FROM contact WHERE id > $1 AND note <> '' AND SUBSTR(note, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY id LIMIT $4";
    NOTE = "UPDATE contact SET note = $1 WHERE id = $2";
    NOTICES = "SELECT id, note FROM notice WHERE id > $1 AND note <> '' AND SUBSTR(note, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY id LIMIT $4";
    NOTICE = "UPDATE notice SET note = $1 WHERE id = $2";
    SEEDS = "SELECT account, seed FROM second_factor WHERE account > $1 AND seed <> '' AND SUBSTR(seed, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY account LIMIT $4";
    SEED = "UPDATE second_factor SET seed = $1 WHERE account = $2";
    DRAFTS = "SELECT id, body FROM draft WHERE id > $1 AND body <> '' AND SUBSTR(body, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY id LIMIT $4";
    DRAFT = "UPDATE draft SET body = $1 WHERE id = $2";
    SECRETS = "SELECT id, secret FROM sign_on_provider WHERE id > $1 AND secret <> '' AND SUBSTR(secret, 1, CAST($2 AS INTEGER)) <> $3 ORDER BY id LIMIT $4";
    SECRET = "UPDATE sign_on_provider SET secret = $1 WHERE id = $2";
}

/// Everything that is sealed cell by cell: table, column, what finds texts that are not under the newest
/// key, what puts one back. Addresses, sealed row by row, are [`home`]'s.
const SEALED: [(&str, &str, &str, &str); 5] = [
    ("contact", "note", NOTES, NOTE),
    ("notice", "note", NOTICES, NOTICE),
    ("second_factor", "seed", SEEDS, SEED),
    ("draft", "body", DRAFTS, DRAFT),
    ("sign_on_provider", "secret", SECRETS, SECRET),
];

/// No form lets this character in, so no typed text begins like something sealed.
const MARK: char = '\u{1}';

/// 256 bits.
pub type Secret = [u8; 32];

/// Which cell a text belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Cell<'a> {
    pub table: &'a str,
    pub row: i64,
    pub column: &'a str,
}

impl Cell<'_> {
    fn bound(&self) -> Aad<Vec<u8>> {
        Aad::from(format!("{}\0{}\0{}", self.table, self.row, self.column).into_bytes())
    }
}

/// Data keys, opened.
pub struct Keys {
    all: BTreeMap<i64, LessSafeKey>,
    newest: i64,
}

/// The keys of one database, shared by its handles.
#[derive(Clone, Default)]
pub struct Seals(Arc<RwLock<Option<Arc<Keys>>>>);

impl Seals {
    pub(crate) fn keys(&self) -> Option<Arc<Keys>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, keys: Option<Arc<Keys>>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}

impl Keys {
    /// How a text sealed under the newest key begins.
    fn prefix(&self) -> String {
        format!("{MARK}{}:", self.newest)
    }

    fn seal(&self, cell: &Cell<'_>, text: &str) -> Result<String, StoreError> {
        let key = self.all.get(&self.newest).ok_or_else(|| unopened(cell))?;
        Ok(format!("{}{}", self.prefix(), shut(key, cell, text.as_bytes())?))
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
    let mut nonce = [0; NONCE_LEN];
    let filled = SystemRandom::new().fill(&mut nonce);
    filled.map_err(|_| StoreError::Unavailable("the system gives no randomness".to_owned()))?;
    let mut bytes = clear.to_vec();
    let once = Nonce::assume_unique_for_key(nonce);
    key.seal_in_place_append_tag(once, cell.bound(), &mut bytes).map_err(|_| unopened(cell))?;
    let mut whole = nonce.to_vec();
    whole.append(&mut bytes);
    Ok(STANDARD_NO_PAD.encode(whole))
}

fn opened(key: &LessSafeKey, cell: &Cell<'_>, shut: &str) -> Result<Vec<u8>, StoreError> {
    let mut bytes = STANDARD_NO_PAD.decode(shut).map_err(|_| unopened(cell))?;
    let (nonce, rest) = bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(|| unopened(cell))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| unopened(cell))?;
    let clear = key.open_in_place(nonce, cell.bound(), rest).map_err(|_| unopened(cell))?;
    Ok(clear.to_vec())
}

/// Whether a text is sealed.
pub fn is_sealed(text: &str) -> bool {
    text.starts_with(MARK)
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
        match (kept.strip_prefix(MARK), self.keys()) {
            (None, _) => Ok(kept.to_owned()),
            (Some(sealed), Some(keys)) => keys.open(cell, sealed),
            (Some(_), None) => Err(unopened(cell)),
        }
    }
}

const fn wrapped(row: i64) -> Cell<'static> {
    Cell { table: "data_key", row, column: "wrapped" }
}

/// Whether keys were ever made: then a master key must be at hand.
pub async fn are_made(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(!tx.rows(KEYS, args![], |row| row.int(0)).await?.is_empty())
}

/// Opens the data keys, for every unit of work that begins from now on.
///
/// Errors: where the master key is not the one that they were wrapped with.
pub async fn unlock(db: &Db, master: &Secret) -> Result<(), StoreError> {
    let master = key_of(master)?;
    let mut tx = db.begin_read().await?;
    let kept = tx.rows(KEYS, args![], |row| Ok((row.int(0)?, row.text(1)?))).await?;
    let mut all = BTreeMap::new();
    for (id, shut) in kept {
        let bytes = opened(&master, &wrapped(id), &shut)?;
        let secret = Secret::try_from(bytes).map_err(|_| unopened(&wrapped(id)))?;
        all.insert(id, key_of(&secret)?);
    }
    let newest = all.keys().next_back().copied();
    db.seals().set(newest.map(|newest| Arc::new(Keys { all, newest })));
    Ok(())
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

/// Seals, or seals anew, up to `most` texts that are not under the newest key; how many. It can be
/// stopped between any two calls: what is under an older key still opens.
pub async fn sweep(tx: &mut Tx, most: i64) -> Result<usize, StoreError> {
    let Some(keys) = tx.keys() else { return Ok(0) };
    let prefix = keys.prefix();
    let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
    let mut done = 0;
    for (table, column, find, put) in SEALED {
        let left = most - i64::try_from(done).unwrap_or(i64::MAX);
        let found = tx
            .rows(find, args![0_i64, length, &prefix, left], |row| Ok((row.int(0)?, row.text(1)?)))
            .await?;
        for (row, kept) in found {
            let cell = Cell { table, row, column };
            let clear = tx.unseal(&cell, &kept)?;
            let sealed = tx.seal(&cell, &clear)?;
            tx.run(put, args![sealed, row]).await?;
            done += 1;
        }
    }
    let left = most - i64::try_from(done).unwrap_or(i64::MAX);
    Ok(done + home::sweep(tx, &prefix, left).await?)
}
