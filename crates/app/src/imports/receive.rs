//! Takes a file in, before anybody looks inside.

use domain::intake::{own_day, typed_day};
use formats::Kind;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use store::imports::{Counts, Import};
use store::{audit, imports, organisations};

use super::content::{self, Content};
use crate::context::{Context, Wrong};

/// How a file is to be read, kept with it so that it can be read again the same way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Mapping in TOML; `None` uses what the sender's files were last read with, or the usual names.
    pub mapping: Option<String>,
    /// `dmy`, `mdy` or `ymd`.
    pub date_order: Option<String>,
    pub encoding: Option<String>,
    pub tolerance_days: Option<i32>,
    /// Whether `as_of` was given by the person rather than found.
    pub as_of_given: bool,
    /// The day the file is read for; known once its own day is.
    #[serde(default)]
    pub as_of: Option<Date>,
}

impl Options {
    /// As they are kept with the import.
    pub(super) fn to_json(&self) -> Result<String, Wrong> {
        serde_json::to_string(self).map_err(|e| Wrong::Failed(e.to_string()))
    }
}

/// A file at the door.
pub struct Incoming<'a> {
    pub kind: Kind,
    /// An organisation's id, name, URN, UKPRN or establishment number.
    pub sender: &'a str,
    pub file_name: &'a str,
    pub content: Box<dyn Content + 'a>,
    /// The day the file speaks of; found from the file, or today, when not given.
    pub as_of: Option<Date>,
    pub options: Options,
    pub account: Option<i64>,
}

/// Keeps the file and says under which number.
///
/// The same bytes from the same sender speak of the same day as before, unless told otherwise: sending a
/// file twice is not confirming it twice.
///
/// Errors: refused where the day given is still to come, and until the council has said who it is, since rows are read as news of its own area.
pub async fn receive(ctx: &Context, incoming: Incoming<'_>) -> Result<i64, Wrong> {
    if !incoming.kind.is_for_the_register() {
        return Err(Wrong::refused("Exam results go from a school to providers by its own page."));
    }
    let mut content = incoming.content;
    let (hash, bytes) = content::weigh(&mut *content, incoming.kind)?;
    let mut tx = ctx.db.begin().await?;
    crate::council::codes(&mut tx).await?;
    let sender = super::organisations::sender(&mut tx, incoming.sender).await?;
    let kind = incoming.kind.name();
    let mut options = incoming.options;
    options.as_of_given = incoming.as_of.is_some();
    let before = imports::applied_before(&mut tx, &hash, kind, &sender.id).await?;
    let today = ctx.today();
    let as_of = match (incoming.as_of, &before) {
        (Some(day), _) => typed_day(day, today).map_err(Wrong::Refused)?,
        (None, Some(before)) => {
            options.as_of_given = true;
            own_day(before.as_of.parse().unwrap_or(today), today)
        }
        (None, None) => today,
    };
    if options.mapping.is_none() {
        options.mapping = imports::mapping(&mut tx, &sender.id, kind).await?;
    }
    let import = Import {
        id: 0,
        kind: kind.to_owned(),
        sender: sender.id.clone(),
        file_name: incoming.file_name.chars().take(200).collect(),
        file_hash: hash,
        file_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        as_of: as_of.to_string(),
        state: "received".to_owned(),
        counts: Counts::default(),
        options: options.to_json()?,
        message: None,
        account: incoming.account,
        received_at: ctx.now(),
        change: None,
        notes: "[]".to_owned(),
        council: "[]".to_owned(),
        period_end: None,
    };
    let id = imports::receive(&mut tx, &import).await?;
    content::keep(&mut tx, id, &mut *content).await?;
    let entry = audit::Entry {
        at: &import.received_at,
        account: import.account,
        act: "file received",
        person: None,
        purpose: "import",
        detail: &format!("import {id}, {kind} from {}", sender.id),
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(id)
}

/// Writes down that a file was refused for what a scanner found in it; nothing else is kept of it.
pub async fn found_harmful(ctx: &Context, account: Option<i64>, name: &str) -> Result<(), Wrong> {
    let mut tx = ctx.db.begin().await?;
    let at = ctx.now();
    let detail = format!("the virus scanner found {name}");
    let entry = audit::Entry {
        at: &at,
        account,
        act: "file refused",
        person: None,
        purpose: "import",
        detail: &detail,
    };
    audit::write(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// The id of the organisation that a sender's name or number means.
///
/// Errors: refused where it means none.
pub(crate) async fn sender_id(tx: &mut store::Tx, name: &str) -> Result<String, Wrong> {
    Ok(super::organisations::sender(tx, name).await?.id)
}

/// The name under which a sender is shown.
pub(crate) async fn sender_name(tx: &mut store::Tx, id: &str) -> Result<String, Wrong> {
    let all = organisations::all(tx).await?;
    Ok(all.into_iter().find(|o| o.id == id).map_or_else(|| id.to_owned(), |o| o.name))
}
