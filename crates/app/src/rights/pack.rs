//! The subject access pack: gathered over all tables, reviewed row by row, cut down, written as files.

use domain::access::{Act, Actor, Purpose};
use domain::calendar::shown as day_words;
use domain::consent::Speaker;
use domain::person::{Field, PersonId};
use domain::rights::{COPIES, Pack, Removal, Request, Right, Row, Section};
use formats::access_pack;
use formats::reference::editions;
use store::people::{self, Moment};
use store::{Tx, changes, organisations, rights};

use super::{Shown, chance, copies, one, words};
use crate::context::{Context, Wrong};
use crate::people::{SeenBy, Seers, note, seen_by_of};
use crate::permission::may;

/// Sections whose words somebody wrote freely, or that tell of a place or of somebody else: those are what a
/// reviewer has to read.
const WRITTEN: &[&str] = &[
    "particulars",
    "address",
    "spell",
    "engagement",
    "result_row",
    "application",
    "right_request",
    "curious_look",
    "contact",
    "notice",
    "import_row",
    "sharing_word",
    "crossmatch_row",
    "link_decision",
    "merge",
    "finding",
    "retention_hold",
    "referral",
    "support_choice",
    "emergency",
];

/// A request opened for its reviewer.
#[derive(Clone, Debug)]
pub struct Reviewed {
    pub shown: Shown,
    /// What somebody wrote freely, as the pack would give it now. Empty but for a request to see.
    pub sections: Vec<Section>,
    /// Sections of the whole pack with how many rows each has.
    pub counts: Vec<(String, usize)>,
    pub removals: Vec<(i64, Removal)>,
    pub taken_out: usize,
}

/// Opens a request; for one to see everything, gathers the pack as it stands. Audited.
pub async fn review(ctx: &Context, actor: &Actor, id: i64) -> Result<Reviewed, Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let request = one(&mut tx, id).await?;
    let person = PersonId(request.person);
    let removals = rights::removals(&mut tx, id).await?;
    let pack = gather(ctx, &mut tx, &request, &removals).await?;
    note(ctx, &mut tx, actor, person, ("request opened", request.right.name())).await?;
    tx.commit().await?;
    let shown = Shown { due: request.due(ctx.today()), name: pack.name.clone(), request };
    if shown.request.right != Right::Access {
        let (sections, counts) = (Vec::new(), Vec::new());
        return Ok(Reviewed { shown, sections, counts, removals, taken_out: 0 });
    }
    let held = pack.sections.iter().filter(|section| !section.rows.is_empty());
    let counts = held.map(|section| (section.title.clone(), section.rows.len())).collect();
    let written =
        |section: &Section| WRITTEN.contains(&section.name.as_str()) && !section.rows.is_empty();
    let taken_out = pack.taken_out;
    let sections = pack.sections.into_iter().filter(written).collect();
    Ok(Reviewed { shown, sections, counts, removals, taken_out })
}

/// The pack as a ZIP, with the name that it is saved under. Making it is audited.
pub async fn pack(ctx: &Context, actor: &Actor, id: i64) -> Result<(String, Vec<u8>), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin_seeing().await?;
    let request = one(&mut tx, id).await?;
    if request.right != Right::Access {
        return Err(Wrong::refused("A pack is made for a request to see what we hold."));
    }
    let removals = rights::removals(&mut tx, id).await?;
    let pack = gather(ctx, &mut tx, &request, &removals).await?;
    let rows: usize = pack.sections.iter().map(|section| section.rows.len()).sum();
    let detail = format!("request {id}, {rows} rows, {} values cut", pack.taken_out);
    let person = PersonId(request.person);
    note(ctx, &mut tx, actor, person, ("subject access pack made", &detail)).await?;
    tx.commit().await?;
    let bytes = access_pack::zip(&pack).map_err(|e| Wrong::Failed(e.to_string()))?;
    Ok((format!("what-we-hold-request-{id}.zip"), bytes))
}

/// Everything held, cut down by what always goes and by what the reviewer took out.
async fn gather(
    ctx: &Context,
    tx: &mut Tx,
    request: &Request,
    removals: &[(i64, Removal)],
) -> Result<Pack, Wrong> {
    let same = rights::same(tx, request.person).await?;
    let loaded = people::load(tx, &[request.person], Moment::Now).await?;
    let particulars = loaded.into_iter().next().map(|one| one.record.particulars);
    let particulars = particulars.unwrap_or_default();
    let council = organisations::setting(tx, "council_name").await?;
    let chances = chance::section(tx, &same).await?;
    let held = rights::held(tx, &same).await?.into_iter();
    let sections = held.filter(|held| held.table != chance::NAME).map(|held| Section {
        rows: held
            .rows
            .into_iter()
            .map(|(key, cells)| Row { key: format!("{}:{key}", held.table), cells })
            .collect(),
        name: held.table,
        title: held.title,
        columns: held.columns,
    });
    let mut sections: Vec<Section> = sections.collect();
    let mut taken_out = 0;
    for copy in sections.iter_mut().filter(|one| COPIES.contains(&one.name.as_str())) {
        taken_out += copies::cut(copy);
    }
    if let Some(edition) = editions().on(ctx.today()) {
        sections.iter_mut().for_each(|section| words::put(section, edition));
    }
    let protected = particulars.is_yes(Field::ProtectedAddress);
    let person = PersonId(request.person);
    let seen_by = seen_by_of(ctx, tx, person, protected).await?;
    sections.extend([chances, who_sees(&seen_by)]);
    let pack = Pack {
        name: particulars.full_name(),
        born: particulars.date_of_birth().map(day_words).unwrap_or_default(),
        council: council.unwrap_or_else(|| "the council".to_owned()),
        day: day_words(ctx.today()),
        sections,
        taken_out,
    };
    let hidden = protected && request.by == Speaker::Parent;
    let removals: Vec<Removal> = removals.iter().map(|(_, removal)| removal.clone()).collect();
    Ok(pack.redact(&removals, hidden))
}

/// Who can see the record on the day of the pack, as the rules of access answer.
fn who_sees(seen_by: &SeenBy) -> Section {
    let row = |(at, one): (usize, &Seers)| Row {
        key: format!("seen_by:{at}"),
        cells: vec![one.who(), one.relation.label().to_owned(), one.sees(), one.terms()],
    };
    Section {
        name: "seen_by".to_owned(),
        title: "Who can see your record".to_owned(),
        columns: ["Who", "Why", "What they see", "Under what, until when"]
            .map(str::to_owned)
            .into(),
        rows: (1..).zip(&seen_by.seers).map(row).collect(),
    }
}

/// Takes words, or a whole row, out of a request's pack.
pub async fn remove(ctx: &Context, actor: &Actor, id: i64, removal: &Removal) -> Result<(), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin().await?;
    let request = one(&mut tx, id).await?;
    if request.answer().is_some() {
        return Err(Wrong::refused("This request has its answer."));
    }
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "right", by, None, None).await?;
    rights::remove(&mut tx, change, id, removal).await?;
    let detail = format!("request {id}, {}, {}", removal.item, removal.why.name());
    let person = PersonId(request.person);
    note(ctx, &mut tx, actor, person, ("taken out of a pack", &detail)).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts back what was taken out.
pub async fn put_back(ctx: &Context, actor: &Actor, id: i64, removal: i64) -> Result<(), Wrong> {
    may(actor, Act::HandleRights, Purpose::Oversight)?;
    let mut tx = ctx.db.begin().await?;
    let request = one(&mut tx, id).await?;
    let (by, at) = (actor.account_id(), ctx.now());
    let change = changes::begin(&mut tx, &at, "right", by, None, None).await?;
    if !rights::put_back(&mut tx, change, (id, removal)).await? {
        return Err(Wrong::refused("That was put back already."));
    }
    let person = PersonId(request.person);
    let detail = format!("request {id}");
    note(ctx, &mut tx, actor, person, ("put back into a pack", &detail)).await?;
    tx.commit().await?;
    Ok(())
}
