//! Saying how a table is to be read: which of the sender's columns is which, how dates and letters are
//! written. A file refused for want of that waits until it is said, and is then read again; the answer
//! is remembered for the sender's next file of the kind once a file was read by it.

use std::io::{self, BufRead, BufReader, Read, Seek};

use domain::access::Actor;
use domain::intake::FileRefused;
use formats::dates::DateOrder;
use formats::encoding::Encoding;
use formats::mapping::{Mapping, OurColumn, Proposal, columns_of, propose, settle};
use formats::relay::{self, Said};
use store::imports::Import;
use store::{audit, imports};

use super::read::{LINE_BYTES_MAX, Reader, beyond_limits, child, file_options};
use super::receive::Options;
use super::run::told;
use super::{claim, content};
use crate::context::{Context, Wrong};

/// A table's columns as they would be read, and all that they could be read as.
#[derive(Clone, Debug)]
pub struct Layout {
    pub import: Import,
    pub proposal: Proposal,
    pub ours: Vec<OurColumn>,
}

/// What somebody says of a file.
#[derive(Clone, Debug)]
pub enum Told {
    Chosen {
        /// Every heading of the file with the name of our column, or with nothing where it is not read.
        columns: Vec<(String, Option<String>)>,
        /// `None` leaves it to the file.
        date_order: Option<DateOrder>,
        encoding: Option<Encoding>,
    },
    /// The whole mapping as TOML.
    Mapping(String),
}

/// The columns of a received file with examples from its first rows. Looking at them is audited.
///
/// Errors: refused for a kind whose columns nobody can choose, for a file that is applied or was not
/// kept, and for one that is no table.
pub async fn layout(
    ctx: &Context,
    reader: &Reader,
    actor: &Actor,
    id: i64,
) -> Result<Layout, Wrong> {
    let import = waiting(ctx, id).await?;
    let (kind, options) = told(&import)?;
    let file = content::spool(ctx, id).await?;
    let (reader, shown) = (reader.clone(), options.clone());
    let read = tokio::task::spawn_blocking(move || look(&reader, kind, file, &shown)).await;
    let proposal = read
        .map_err(|e| Wrong::Failed(format!("the reader stopped: {e}")))?
        .map_err(|e| Wrong::Failed(format!("the process that reads files failed: {e}")))?
        .map_err(|refused| Wrong::Refused(refused.sentence))?;
    let mut tx = ctx.db.begin().await?;
    write_audit(ctx, &mut tx, actor, id, "looked at a file's first rows").await?;
    tx.commit().await?;
    Ok(Layout { ours: columns_of(kind), import, proposal })
}

/// Keeps how the file is to be read; it then waits to be read again.
///
/// Errors: refused as [`layout`] is, and for an answer that contradicts itself.
pub async fn tell(ctx: &Context, actor: &Actor, id: i64, said: Told) -> Result<(), Wrong> {
    let import = waiting(ctx, id).await?;
    let (kind, options) = told(&import)?;
    let before = options.mapping.as_deref().and_then(|text| Mapping::from_toml(text).ok());
    let mapping = match said {
        Told::Chosen { columns, date_order, encoding } => {
            let before = before.unwrap_or_default();
            settle(kind, &Mapping { date_order, encoding, ..before }, &columns)
        }
        Told::Mapping(text) => {
            Mapping::from_toml(&text).and_then(|mapping| mapping.check(kind).map(|()| mapping))
        }
    };
    let mapping = mapping.map_err(|fault| Wrong::Refused(fault.0))?;
    let told = Options { date_order: None, encoding: None, ..options };
    let told = Options { mapping: Some(mapping.to_toml()), ..told };

    let claim = claim::claim(ctx, id, false).await?;
    let written = async {
        let mut tx = ctx.db.begin().await?;
        imports::set_options(&mut tx, id, &told.to_json()?).await?;
        write_audit(ctx, &mut tx, actor, id, "said how a file is to be read").await?;
        tx.commit().await?;
        Ok(())
    }
    .await;
    claim.rest(ctx).await?;
    written
}

/// A table that came in and is not applied.
async fn waiting(ctx: &Context, id: i64) -> Result<Import, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let import = imports::one(&mut tx, id)
        .await?
        .ok_or_else(|| Wrong::refused(format!("There is no import {id}.")))?;
    let (kind, _) = told(&import)?;
    if !kind.is_table() {
        return Err(Wrong::refused("The fields of this kind of file have one meaning only."));
    }
    match import.state.as_str() {
        "received" | "planned" | "reading" => Ok(import),
        state => Err(Wrong::Refused(claim::cannot_run(id, state))),
    }
}

async fn write_audit(
    ctx: &Context,
    tx: &mut store::Tx,
    actor: &Actor,
    id: i64,
    act: &str,
) -> Result<(), Wrong> {
    let entry = audit::Entry {
        at: &ctx.now(),
        account: Some(actor.account),
        act,
        person: None,
        purpose: "import",
        detail: &format!("import {id}"),
    };
    Ok(audit::write(tx, &entry).await?)
}

fn look(
    reader: &Reader,
    kind: formats::Kind,
    mut file: std::fs::File,
    options: &Options,
) -> io::Result<Result<Proposal, FileRefused>> {
    file.rewind()?;
    match reader {
        Reader::Child(program) => look_in_child(program, kind, file, options),
        Reader::Here => {
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(look_here(kind, &bytes, options))
        }
    }
}

/// What the child does when it is asked for the columns only.
pub fn relay_layout(
    kind: formats::Kind,
    bytes: &[u8],
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let said = match look_here(kind, bytes, options) {
        Ok(proposal) => Said::Layout(Box::new(proposal)),
        Err(refused) => Said::Done(Err(refused)),
    };
    writeln!(out, "{}", relay::write(&said))
}

fn look_here(
    kind: formats::Kind,
    bytes: &[u8],
    options: &Options,
) -> Result<Proposal, FileRefused> {
    // A mapping that cannot be read is what the screen is there to mend.
    let lenient = Options { mapping: None, ..options.clone() };
    let told = file_options(options).or_else(|_| file_options(&lenient))?;
    propose(kind, bytes, &told)
}

fn look_in_child(
    program: &std::path::Path,
    kind: formats::Kind,
    file: std::fs::File,
    options: &Options,
) -> io::Result<Result<Proposal, FileRefused>> {
    let mut child = child(program, kind, file, options, &["--columns"])?;
    let mut line = String::new();
    if let Some(output) = child.stdout.take() {
        // A line that is cut short or is no text reads as nothing below.
        let _ = BufReader::new(output).take(LINE_BYTES_MAX).read_line(&mut line);
    }
    let _ = child.kill();
    let _ = child.wait();
    Ok(match relay::read(line.trim_end()) {
        Some(Said::Layout(proposal)) => Ok(*proposal),
        Some(Said::Done(Err(refused))) => Err(refused),
        _ => Err(beyond_limits()),
    })
}
