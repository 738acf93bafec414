//! Looking at imports: the list, one import, its rows.

use domain::access::Actor;
use domain::person::Field;
use store::imports::{self, Import, ImportRow};
use store::people::{self, Moment};
use store::{Tx, audit, organisations};

use crate::context::{Context, Wrong};

/// The newest imports.
pub async fn newest(ctx: &Context, most: i64) -> Result<Vec<Import>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::newest(&mut tx, most).await?)
}

pub async fn one(ctx: &Context, id: i64) -> Result<Option<Import>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::one(&mut tx, id).await?)
}

/// All rows of an import with their fates, in the file's order, for whoever has no account: a command. Audited
/// as [`rows_of`] is.
pub async fn rows(ctx: &Context, id: i64) -> Result<Vec<ImportRow>, Wrong> {
    let mut tx = ctx.db.begin_seeing().await?;
    let rows = imports::all_rows(&mut tx, id).await?;
    looked(&mut tx, (ctx, None), &format!("import {id}, all rows"), &rows).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Rows of one effect after a line, a page at a time. Whom they speak of was looked at, and is audited;
/// of those about nobody on the register, how many.
pub async fn rows_of(
    ctx: &Context,
    actor: &Actor,
    id: i64,
    effect: &str,
    (after, most): (i64, i64),
) -> Result<Vec<ImportRow>, Wrong> {
    let mut tx = ctx.db.begin_seeing().await?;
    let rows = imports::rows(&mut tx, id, effect, after, most).await?;
    let detail = format!("import {id}, rows {effect}");
    looked(&mut tx, (ctx, actor.account_id()), &detail, &rows).await?;
    tx.commit().await?;
    Ok(rows)
}

async fn looked(
    tx: &mut Tx,
    (ctx, account): (&Context, Option<i64>),
    detail: &str,
    rows: &[ImportRow],
) -> Result<(), Wrong> {
    let people: Vec<i64> = rows.iter().filter_map(|row| row.person).collect();
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account,
        act: "looked at a file's rows",
        person: None,
        purpose: "import",
        detail,
    };
    Ok(audit::write_shown(tx, &entry, &people, rows.len() - people.len()).await?)
}

/// Held rows that wait for somebody, over all imports.
pub async fn held_open(ctx: &Context) -> Result<i64, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(imports::held_open(&mut tx).await?)
}

/// Somebody on the register whom a held row may speak of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub person: i64,
    pub name: String,
    pub facts: Vec<(&'static str, String)>,
}

/// The candidates of a held row, to be compared with what the row says. Reading them is audited.
pub async fn candidates(
    ctx: &Context,
    actor: &Actor,
    row: &ImportRow,
) -> Result<Vec<Candidate>, Wrong> {
    let ids: Vec<i64> = row.candidates.split(',').filter_map(|id| id.parse().ok()).collect();
    let mut tx = ctx.db.begin_seeing().await?;
    let reached = people::within(&mut tx, &actor.scope, &ids).await?;
    let loaded = people::load(&mut tx, &reached, Moment::Now).await?;
    let at = ctx.now();
    let entry = audit::Entry {
        at: &at,
        account: Some(actor.account),
        act: "compared with an import's row",
        person: None,
        purpose: "import",
        detail: "names, date of birth, identifiers, postcode",
    };
    audit::write_many(&mut tx, &entry, &reached).await?;
    tx.commit().await?;
    let shown = [Field::DateOfBirth, Field::Sex, Field::Upn, Field::Uln];
    Ok(loaded
        .into_iter()
        .map(|l| {
            let p = &l.record.particulars;
            let mut facts: Vec<(&'static str, String)> =
                shown.iter().filter_map(|f| Some((f.label(), p.get(*f)?.to_owned()))).collect();
            let home = l.record.address_on(ctx.today());
            if let Some(home) = home.filter(|_| !p.is_yes(Field::ProtectedAddress)) {
                facts.push(("Postcode", home.postcode.clone()));
            }
            Candidate { person: l.person, name: p.full_name(), facts }
        })
        .collect())
}

/// Names of everybody who may send files: id and name, in order of name.
pub async fn senders(ctx: &Context) -> Result<Vec<(String, String)>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    Ok(organisations::all(&mut tx).await?.into_iter().map(|o| (o.id, o.name)).collect())
}
