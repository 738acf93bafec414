//! Checkpoints: text signed with Ed25519, one small file each, in a folder that should stand on another
//! disk or machine. The key is made at first use; whoever holds its public half can verify without us.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::audit::Checkpoint;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use store::audit;

use super::SEALED;
use crate::context::{Context, Wrong};

/// What stands before the signature's own line.
const SIGNED_BY: &str = "— waymark ";
const SEED_BYTES: usize = 32;

/// Where checkpoints and the key to sign them are kept.
#[derive(Clone, Debug)]
pub struct Vault {
    /// One file a checkpoint, and the public key.
    pub folder: PathBuf,
    /// The secret half, readable by its owner alone.
    pub key: PathBuf,
}

/// A checkpoint that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    pub checkpoint: Checkpoint,
    pub file: PathBuf,
}

impl Vault {
    /// Within a register's own folder, where nothing else was said.
    pub fn in_home(home: &Path) -> Vault {
        Vault { folder: home.join("audit-checkpoints"), key: home.join("audit.key") }
    }

    pub fn public_key_file(&self) -> PathBuf {
        self.folder.join("audit.pub")
    }

    /// The files of checkpoints, in the order of their numbers.
    pub(super) fn files(&self) -> Result<Vec<PathBuf>, Wrong> {
        self.named("checkpoint-")
    }

    /// Files whose names begin so, in the order of their names.
    pub(crate) fn named(&self, prefix: &str) -> Result<Vec<PathBuf>, Wrong> {
        let listed = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            listed => listed.map_err(|e| failed(&self.folder, &e))?,
        };
        let mut files = Vec::new();
        for entry in listed {
            let path = entry.map_err(|e| failed(&self.folder, &e))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with(prefix) && name.ends_with(".txt") {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    /// Keeps a signed text under a name that nothing has yet.
    pub(crate) fn keep(&self, ctx: &Context, name: &str, text: &str) -> Result<(), Wrong> {
        fs::create_dir_all(&self.folder).map_err(|e| failed(&self.folder, &e))?;
        let keys = self.keys(ctx)?;
        let public = self.public_key_file();
        if !public.exists() {
            write_new(&public, &format!("{}\n", STANDARD.encode(keys.public_key())), 0o444)?;
        }
        let signature = STANDARD.encode(keys.sign(text.as_bytes()));
        let signed = format!("{text}\n{SIGNED_BY}{signature}\n");
        write_new(&self.folder.join(name), &signed, 0o444)
    }

    /// The text of a file that our key signed.
    pub(crate) fn signed(&self, ctx: &Context, file: &Path) -> Result<String, Wrong> {
        let keys = self.keys(ctx)?;
        signed_text(file, keys.public_key().as_ref())
    }

    fn keys(&self, ctx: &Context) -> Result<Ed25519KeyPair, Wrong> {
        let seed = match fs::read_to_string(&self.key) {
            Ok(text) => STANDARD.decode(text.trim()).unwrap_or_default(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let seed: [u8; SEED_BYTES] = ctx.random();
                write_new(&self.key, &format!("{}\n", STANDARD.encode(seed)), 0o400)?;
                seed.to_vec()
            }
            Err(error) => return Err(failed(&self.key, &error)),
        };
        Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| Wrong::Failed(format!("{} holds no key", self.key.display())))
    }
}

/// Signs how the audit stands now. `None` where nothing was written since the last checkpoint.
///
/// The file comes first and the audit's row about it second: a crash in between leaves a checkpoint that
/// nobody tells of, never one that is told of and missing.
pub async fn seal(ctx: &Context, vault: &Vault) -> Result<Option<Sealed>, Wrong> {
    fs::create_dir_all(&vault.folder).map_err(|e| failed(&vault.folder, &e))?;
    let keys = vault.keys(ctx)?;
    let public = vault.public_key_file();
    if !public.exists() {
        write_new(&public, &format!("{}\n", STANDARD.encode(keys.public_key())), 0o444)?;
    }
    let before = vault.files()?.last().map(|file| open(file, keys.public_key().as_ref()));
    let before = before.transpose()?;
    let mut tx = ctx.db.begin().await?;
    let Some((size, head)) = audit::last(&mut tx).await? else { return Ok(None) };
    // The one row since would be the row about the last checkpoint itself.
    if before.as_ref().is_some_and(|before| size <= before.size + 1) {
        return Ok(None);
    }
    let number = before.as_ref().map_or(1, |before| before.number + 1);
    let before = before.as_ref().map(Checkpoint::hash);
    let checkpoint = Checkpoint { number, size, head, at: ctx.now(), before };
    let text = checkpoint.text();
    let signature = STANDARD.encode(keys.sign(text.as_bytes()));
    let file = vault.folder.join(format!("checkpoint-{number:08}.txt"));
    write_new(&file, &format!("{text}\n{SIGNED_BY}{signature}\n"), 0o444)?;
    let entry = audit::Entry {
        at: &checkpoint.at,
        account: None,
        act: SEALED,
        person: None,
        purpose: "administration",
        detail: &format!("checkpoint {number} over {size} rows"),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Some(Sealed { checkpoint, file }))
}

/// Reads a checkpoint whose signature is that of the key.
///
/// Errors: refused where the signature is another's or the text is none of ours.
pub(super) fn open(file: &Path, public_key: &[u8]) -> Result<Checkpoint, Wrong> {
    let text = signed_text(file, public_key)?;
    Checkpoint::read(&text).ok_or_else(|| not_ours(file))
}

fn not_ours(file: &Path) -> Wrong {
    Wrong::refused(format!("{} is not a text that this key signed.", file.display()))
}

fn signed_text(file: &Path, public_key: &[u8]) -> Result<String, Wrong> {
    let words = fs::read_to_string(file).map_err(|e| failed(file, &e))?;
    let not_ours = || not_ours(file);
    let (text, signed) = words.split_once(&format!("\n{SIGNED_BY}")).ok_or_else(not_ours)?;
    let signature = STANDARD.decode(signed.trim()).map_err(|_| not_ours())?;
    UnparsedPublicKey::new(&ED25519, public_key)
        .verify(text.as_bytes(), &signature)
        .map_err(|_| not_ours())?;
    Ok(text.to_owned())
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), Wrong> {
    new_file(path, text, mode).map_err(|e| failed(path, &e))
}

/// Writes a file that was not there and never changes one that was. Of one that could not be written to its end
/// nothing is left: an empty key would stand in the way of the next for ever. Its name is kept for sure as well, or a
/// power cut could take away the key under which the database has sealed since.
pub(crate) fn new_file(path: &Path, text: &str, mode: u32) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
        return written;
    }
    // A folder that may not be read is none that can be kept for sure.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
    written
}

pub(super) fn failed(path: &Path, error: &std::io::Error) -> Wrong {
    Wrong::Failed(format!("{} cannot be used: {error}", path.display()))
}
