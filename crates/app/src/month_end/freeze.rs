//! Freezing: the return as it stands becomes a version with its file, figures and findings.

use std::collections::HashMap;

use domain::access::{Act, Actor};
use domain::calendar::shown;
use domain::statutory::month_end::{State, may_freeze};
use domain::statutory::record::ReturnRecord;
use formats::nccis_xml::{Limits, Part, read};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use store::snapshots::{self, Finding, Snapshot};
use store::{Tx, changes};

use super::prepare::{Prepared, edition_for, prepare, write};
use super::{figures, may, note, sent_on, versions};
use crate::accounts::hex;
use crate::context::{Context, Wrong, day_of};

/// Which month to freeze.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub period_end: Date,
    /// The edition of the period end where nobody says.
    pub edition: Option<&'a str>,
    /// The newest version that the person had in front of them; 0 where there was none.
    pub seen: i64,
}

/// Freezes a month, or freezes it again as a correction; the number of the snapshot.
///
/// All of it or nothing, in one unit of work. Errors: refused when a rule of month end says no, or
/// when somebody froze or changed something while this went on.
pub async fn freeze(ctx: &Context, actor: &Actor, asked: Asked<'_>) -> Result<i64, Wrong> {
    may(actor, Act::MonthEnd)?;
    let edition = edition_for(asked.edition, asked.period_end)?;
    let mut tx = ctx.db.begin().await?;
    // Taken first: it holds back whoever freezes at the same time until this is done.
    let id = snapshots::number(&mut tx).await?;
    let known = versions(&snapshots::all(&mut tx).await?)?;
    let number = may_freeze(asked.period_end, asked.seen, &known, ctx.today())
        .map_err(|refusal| Wrong::refused(refusal.to_string()))?;
    let prepared = prepare(&mut tx, edition, asked.period_end, ctx.today()).await?;
    let counted = figures::count(&prepared);
    if changes::latest(&mut tx).await? != prepared.as_known {
        return Err(Wrong::refused("The register changed while the month was frozen. Try again."));
    }
    let content = written(&prepared)?;
    let at = ctx.now();
    let snapshot = Snapshot {
        id,
        period_end: asked.period_end,
        edition: edition.name.clone(),
        version: number,
        state: State::Frozen.word().to_owned(),
        as_known: prepared.as_known.0,
        records: i64::try_from(prepared.records.len()).unwrap_or(i64::MAX),
        hash: hex(&Sha256::digest(&content)),
        frozen_at: at.clone(),
        frozen_by: actor.account_id(),
        signed_at: None,
        signed_by: None,
        figures: serde_json::to_string(&counted).map_err(|e| Wrong::Failed(e.to_string()))?,
        frozen_by_name: String::new(),
        signed_by_name: String::new(),
    };
    let findings = findings(&prepared);
    snapshots::keep(&mut tx, &snapshot, (content, &told(&prepared)), &findings).await?;
    let detail = format!(
        "{} version {number}, {} records, {} findings",
        asked.period_end,
        snapshot.records,
        findings.len()
    );
    note(&mut tx, &at, actor, ("month frozen", &detail)).await?;
    tx.commit().await?;
    Ok(id)
}

/// The newest version of a month; the first is frozen now where there is none, and another where `again` asks
/// for a correction. For whoever signs without having opened the page.
///
/// Errors: refused as freezing is, or where what is frozen is by another edition than the one asked for, or is not
/// signed and another file than a return written now: whoever signs means the one that was sent.
pub async fn frozen(
    ctx: &Context,
    actor: &Actor,
    (period_end, edition): (Date, Option<&str>),
    again: bool,
) -> Result<i64, Wrong> {
    may(actor, Act::MonthEnd)?;
    let mut tx = ctx.db.begin_read().await?;
    let all = snapshots::all(&mut tx).await?;
    let month = all.into_iter().filter(|snapshot| snapshot.period_end == period_end);
    let newest = month.max_by_key(|snapshot| snapshot.version);
    let Some(newest) = newest.as_ref().filter(|_| !again) else {
        let seen = newest.as_ref().map_or(0, |snapshot| snapshot.version);
        drop(tx);
        return freeze(ctx, actor, Asked { period_end, edition, seen }).await;
    };
    let Snapshot { id, version, .. } = *newest;
    if edition.is_some_and(|name| name != newest.edition) {
        return Err(Wrong::refused(format!(
            "Version {version} of this month is frozen by {}. Freeze it again by another edition.",
            newest.edition
        )));
    }
    if newest.state == State::Signed.word() || is_as_written(ctx, &mut tx, newest).await? {
        return Ok(id);
    }
    let day = day_of(&newest.frozen_at).map(shown).unwrap_or_default();
    Err(Wrong::refused(format!(
        "A return written now is another file than version {version} of this month, frozen {day}: the register, \
         its settings or this program have changed since. Freeze the month once more with --again, or sign version {version} on its \
         page."
    )))
}

/// Whether a return that is written now is the file that was frozen. Only its bytes say so: a setting is no change
/// of the register and stands in the file all the same.
async fn is_as_written(ctx: &Context, tx: &mut Tx, frozen: &Snapshot) -> Result<bool, Wrong> {
    let edition = edition_for(Some(&frozen.edition), frozen.period_end)?;
    let sent = sent_on(ctx, tx, frozen.period_end).await?;
    let mut prepared = prepare(tx, edition, frozen.period_end, sent).await?;
    if hex(&Sha256::digest(&written(&prepared)?)) == frozen.hash {
        return Ok(true);
    }
    // Another version of this program names itself otherwise in the header, which makes no other return.
    let kept = snapshots::file(tx, frozen.id).await?;
    let (_, kept) = kept.ok_or_else(|| Wrong::Failed("the kept file is missing".into()))?;
    read(kept.as_slice(), &Limits::default(), &mut |part| {
        if let Part::Header(header) = part {
            prepared.header.supplier_name = header.supplier_name;
            prepared.header.supplier_xml_version = header.supplier_xml_version;
        }
    })
    .map_err(|e| Wrong::Failed(e.to_string()))?;
    Ok(hex(&Sha256::digest(&written(&prepared)?)) == frozen.hash)
}

fn written(prepared: &Prepared) -> Result<Vec<u8>, Wrong> {
    let mut content = Vec::new();
    write(&mut content, prepared).map_err(|e| Wrong::Failed(e.to_string()))?;
    Ok(content)
}

/// Whom the file tells of and with which status, once each: kept beside it, so that nobody has to read the
/// file again to know.
fn told(prepared: &Prepared) -> Vec<(String, String)> {
    let told = |record: &ReturnRecord| {
        let id = record.young_persons_id.clone().unwrap_or_default();
        (id, record.cohort_status.clone().unwrap_or_default())
    };
    let mut said: Vec<(String, String)> = prepared.records.iter().map(told).collect();
    said.sort();
    said.dedup_by(|a, b| a.0 == b.0);
    said
}

/// What the checks found, each with the person it is about.
fn findings(prepared: &Prepared) -> Vec<Finding> {
    let ids = prepared.records.iter().filter_map(|record| record.young_persons_id.as_deref());
    let people: HashMap<&str, i64> = ids.zip(prepared.people.iter().copied()).collect();
    (1..)
        .zip(&prepared.report.findings)
        .map(|(line, found)| {
            let ypid = found.young_persons_id.clone().unwrap_or_default();
            Finding {
                line,
                person: people.get(ypid.as_str()).copied(),
                ypid,
                code: found.code.clone(),
                priority: i64::from(found.priority.number()),
                field: found.field.clone(),
                message: found.message.clone(),
                settled_at: None,
                settled_by: None,
            }
        })
        .collect()
}
