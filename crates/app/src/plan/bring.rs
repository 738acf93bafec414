//! Brings a plan's file in as its next version.

use std::fmt::Write as _;

use domain::calendar::Day;
use domain::person::ChangeId;
use domain::plan::{Change, Oddity, Plan, carry_ids, diff, folded, oddities};
use formats::plan_table;
use formats::plan_text;
use sha2::{Digest, Sha256};
use store::plans::{Source, Version};
use store::{Tx, audit, changes, plans};

use super::Incoming;
use crate::{Context, Wrong};

/// What bringing a file did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    New {
        change: ChangeId,
        version: i64,
    },
    /// A further version, with what differs from the one before.
    Changed {
        change: ChangeId,
        version: i64,
        changes: Vec<Change>,
    },
    Unchanged {
        version: i64,
    },
}

/// A plan as it now stands, and what was odd in its file.
#[derive(Clone, Debug)]
pub struct Brought {
    pub id: i64,
    pub plan: Plan,
    pub warnings: Vec<Oddity>,
    pub effect: Effect,
}

/// Reads, compares with what stands, and saves in one unit of work.
///
/// Errors: refused with the line, when the file is not a plan; nothing is changed then.
pub async fn bring(ctx: &Context, incoming: Incoming<'_>) -> Result<Brought, Wrong> {
    let hash = Sha256::digest(incoming.bytes).iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let names_kept = incoming.names == plan_text::Names::Keep;
    let read = read(&incoming)?;
    let mut tx = ctx.db.begin().await?;
    let before = before(&mut tx, read.title(), ctx.today()).await?;
    let (mut plan, warnings) = read.complete(before.as_ref().map(|(_, plan)| plan));
    if let Some((version, old)) = &before {
        carry_ids(old, &mut plan);
        let same_file = version.source_hash == hash && version.names_kept == names_kept;
        if same_file || *old == plan {
            let effect = Effect::Unchanged { version: version.id };
            return Ok(Brought { id: version.plan, plan, warnings, effect });
        }
    }
    let at = ctx.now();
    let change = changes::begin(&mut tx, &at, "plan import", incoming.account, None, None).await?;
    let id = match &before {
        Some((version, _)) => version.plan,
        None => plans::begin(&mut tx, change).await?,
    };
    let source = Source { name: incoming.file_name, hash: &hash, names_kept };
    let version = plans::save(&mut tx, change, id, &plan, &source, &warnings).await?;
    let detail = format!("version {version}: {} outcomes", plan.outcome_ratings().total());
    audit::write(&mut tx, &entry(&at, incoming.account, "plan import", &detail)).await?;
    tx.commit().await?;
    let effect = match before {
        Some((_, old)) => Effect::Changed { change, version, changes: diff(&old, &plan) },
        None => Effect::New { change, version },
    };
    Ok(Brought { id, plan, warnings, effect })
}

pub(super) fn entry<'a>(
    at: &'a str,
    account: Option<i64>,
    act: &'a str,
    detail: &'a str,
) -> audit::Entry<'a> {
    audit::Entry { at, account, act, person: None, purpose: "strategy", detail }
}

/// A document says everything; a table says only the aims, and the rest stays as it stands.
enum Said {
    Document(Box<plan_text::Read>),
    Table(Box<plan_table::Table>),
}

impl Said {
    fn title(&self) -> &str {
        match self {
            Said::Document(read) => &read.plan.title,
            Said::Table(table) => &table.title,
        }
    }

    fn complete(self, before: Option<&Plan>) -> (Plan, Vec<Oddity>) {
        match self {
            Said::Document(read) => (read.plan, read.warnings),
            Said::Table(table) => {
                let plan = table.into_plan(before);
                let odd = oddities(&plan);
                (plan, odd)
            }
        }
    }
}

/// A file as text that says the same: a workbook's rows, anything else as it came.
pub(super) fn plain(incoming: &Incoming<'_>) -> Result<Vec<u8>, Wrong> {
    let sheet = plan_table::Kind::of(incoming.file_name, incoming.bytes);
    match (read(incoming)?, sheet) {
        (Said::Table(table), Some(plan_table::Kind::Xlsx)) => {
            plan_table::write(plan_table::Kind::Csv, &table.into_plan(None)).map_err(Wrong::refused)
        }
        _ => Ok(incoming.bytes.to_vec()),
    }
}

fn read(incoming: &Incoming<'_>) -> Result<Said, Wrong> {
    let nothing = |what: String| Wrong::refused(format!("{what}. Nothing was changed."));
    match plan_table::Kind::of(incoming.file_name, incoming.bytes) {
        Some(kind) => plan_table::read(kind, incoming.bytes)
            .map(|table| Said::Table(Box::new(table)))
            .map_err(|refused| nothing(refused.to_string())),
        None => plan_text::read(incoming.bytes, incoming.names)
            .map(|read| Said::Document(Box::new(read)))
            .map_err(|error| nothing(error.to_string())),
    }
}

/// The standing version of the plan with this title, but for its years, with the ratings that people
/// have set since: what was exported from here compares with what was exported.
async fn before(tx: &mut Tx, title: &str, today: Day) -> Result<Option<(Version, Plan)>, Wrong> {
    let name = without_years(title);
    let standing = plans::standing(tx).await?;
    let Some(version) = standing.into_iter().find(|v| without_years(&v.title) == name) else {
        return Ok(None);
    };
    let Some(mut plan) = plans::load(tx, version.id).await? else { return Ok(None) };
    plan.marked(&plans::marks::on(tx, &version, today).await?);
    Ok(Some((version, plan)))
}

fn without_years(title: &str) -> String {
    let words = folded(title);
    let year = |word: &&str| word.len() != 4 || word.parse::<u16>().is_err();
    words.split(' ').filter(year).collect::<Vec<_>>().join(" ")
}
