//! A meeting's pack: put together from what stands, circulated as the very files that went out, and logged.

use std::fmt::Write as _;

use domain::access::{Act, Actor};
use domain::calendar::{Day, shown};
use domain::plan::{
    Cell, Change, Looked, Pack, PackAim, PackException, PackFigure, PackList, PackMoved,
    PackOutcome, Plan, Point, Rating, analysis, exceptions, register,
};
use sha2::{Digest, Sha256};
use store::plans::entries::Entry;
use store::plans::packs;
use store::{audit, changes};

use super::bring::entry;
use super::history::Between;
use super::meeting::{Meeting, meeting};
use super::room::{Followed, Room, load, may};
use crate::{Context, Wrong};

/// Puts a meeting's pack together as of the meeting, or of today where it is still to come.
///
/// Errors: refused when the reader may not, or the group does not meet on that day.
pub async fn pack(ctx: &Context, actor: &Actor, plan: i64, day: Day) -> Result<Pack, Wrong> {
    let found = meeting(ctx, actor, plan, day).await?;
    let room = &found.room;
    let now = &room.now.plan;
    Ok(Pack {
        plan: now.title.clone(),
        group: match now.group.name.as_str() {
            "" => "The strategy's group".to_owned(),
            name => name.to_owned(),
        },
        meeting: day,
        made: ctx.today(),
        since: found.moved.from,
        agenda: found.agenda.clone(),
        counts: now.outcome_ratings(),
        before: found.moved.was.plan.outcome_ratings(),
        aims: aims(room, &found.moved.was.plan),
        moved: found.moved.changes.iter().filter_map(|one| moved(&found.moved, one)).collect(),
        figures: room.followed.iter().filter_map(|one| figure(room, one)).collect(),
        exceptions: looked(room, &found.moved),
        lists: lists(&found),
    })
}

fn was(plan: &Plan, id: domain::plan::OutcomeId) -> Rating {
    plan.outcome(id).map_or(Rating::Unrated, |outcome| outcome.rating)
}

fn aims(room: &Room, before: &Plan) -> Vec<PackAim> {
    let plan = &room.now.plan;
    let outcome = |outcome: &domain::plan::Outcome| {
        let shown = room.shown(outcome);
        PackOutcome {
            label: outcome.label.to_string(),
            title: outcome.title.clone(),
            lead: room.leading(outcome).join(", "),
            by_when: outcome.by_when.said.clone(),
            rating: outcome.rating,
            trend: domain::plan::Trend::between(was(before, outcome.id), outcome.rating),
            rated: shown.rated,
            proposed: shown.proposed.rating,
        }
    };
    let aim = |aim: &domain::plan::Aim| {
        let said = plan.suggest_aim(aim);
        PackAim {
            number: aim.number,
            title: aim.title.clone(),
            rating: said.rating,
            why: said.reason,
            outcomes: aim.outcomes.iter().map(outcome).collect(),
        }
    };
    plan.aims.iter().map(aim).collect()
}

fn title(plan: &Plan, id: domain::plan::OutcomeId) -> String {
    plan.outcome(id).map_or(String::new(), |one| format!("{} {}", one.label, one.title))
}

/// A rating that moved. Reasons are told and names are not: a pack goes to other organisations.
fn moved(found: &Between, change: &Change) -> Option<PackMoved> {
    let (cell, was, is) = match change {
        Change::OutcomeRated { outcome, was, is } => (Cell::outcome(*outcome), *was, *is),
        Change::ActionRated { outcome, action, was, is } => {
            (Cell::action(*outcome, *action), *was, *is)
        }
        _ => return None,
    };
    let action = cell.action.and_then(|action| found.is.plan.actions.get(&action));
    let mark = found.is.mark(cell).filter(|_| is != Rating::Unrated);
    Some(PackMoved {
        outcome: title(&found.is.plan, cell.outcome),
        action: action.map_or(String::new(), |action| action.text.clone()),
        was,
        is,
        why: mark.map_or(String::new(), |mark| {
            let reason = mark.reason.as_deref().unwrap_or("as proposed");
            format!("{reason} ({})", shown(mark.on))
        }),
    })
}

fn figure(room: &Room, one: &Followed) -> Option<PackFigure> {
    let (bound, course) = (&one.bound, &one.bound.course);
    let outcome = room.now.plan.outcome(bound.outcome)?;
    let shown: Vec<Point> = one
        .figures
        .iter()
        .filter(|figure| !figure.few)
        .map(|figure| Point { on: figure.on, value: figure.value })
        .collect();
    let few = one.figures.last().is_some_and(|last| last.few);
    let mut analysis = analysis(&bound.words, &bound.unit, course, &shown);
    if few {
        analysis = vec![format!("Too few people stand behind {} to show it.", bound.words)];
    }
    Some(PackFigure {
        words: bound.words.clone(),
        outcome: format!("{} {}", outcome.label, outcome.title),
        unit: bound.unit.clone(),
        points: one.figures.iter().map(|f| (f.on, (!f.few).then_some(f.value))).collect(),
        course: [(course.from.on, course.from.value), (course.target.on, course.target.value)],
        proposed: one.proposal.rating,
        analysis,
        source: one.figures.last().map_or(String::new(), |last| last.source.clone()),
    })
}

fn looked(room: &Room, moved: &Between) -> Vec<PackException> {
    let mut found = Vec::new();
    for outcome in room.now.plan.outcomes() {
        let shown = room.shown(outcome);
        let before = was(&moved.was.plan, outcome.id);
        let reasons = exceptions(&Looked {
            outcome,
            trend: domain::plan::Trend::between(before, outcome.rating),
            was: before,
            proposed: &shown.proposed,
            rated: shown.rated,
            overdue: shown.overdue,
            since: moved.from,
            today: room.today,
        });
        if !reasons.is_empty() {
            let outcome_words = format!("{} {}", outcome.label, outcome.title);
            found.push(PackException { outcome: outcome_words, rating: outcome.rating, reasons });
        }
    }
    // What the meeting should look at first comes first.
    found.sort_by_key(|one| std::cmp::Reverse((one.rating == Rating::Red, one.reasons.len())));
    found
}

fn lists(found: &Meeting) -> Vec<PackList> {
    let due = |line: &&Entry| line.state == "due";
    let of = |name: &'static str| found.carried.iter().filter(move |l| l.register == name);
    let list = |title: &str, lines: Vec<&Entry>| PackList {
        title: title.to_owned(),
        lines: lines.into_iter().map(line).collect(),
    };
    let lists = [
        list("Decisions due", found.lines("decision").filter(due).collect()),
        list("To be read before the meeting", found.lines("paper").collect()),
        list("Open actions of earlier meetings", of("action").collect()),
        list("Recommendations that wait for an answer", of("recommendation").collect()),
        list("Issues the group follows", found.issues.iter().collect()),
        list("Funding", found.funding.iter().collect()),
    ];
    lists.into_iter().filter(|list| !list.lines.is_empty()).collect()
}

fn line(entry: &Entry) -> (String, String, String) {
    let kept = register(&entry.register);
    let mut more = Vec::new();
    if let Some(name) = kept.and_then(|kept| kept.body).filter(|_| !entry.body.is_empty()) {
        more.push(format!("{name}: {}", entry.body));
    }
    if let Some((name, day)) = kept.and_then(|kept| kept.day).zip(entry.on) {
        more.push(format!("{name}: {}", shown(day)));
    }
    if let Some((name, amount)) = kept.and_then(|kept| kept.amount).zip(entry.amount) {
        more.push(format!("{name}: {amount}"));
    }
    if !entry.source.is_empty() {
        more.push(entry.source.clone());
    }
    (entry.title.clone(), entry.state.clone(), more.join("; "))
}

/// Keeps the files that went out and to whom, all or none; how many.
///
/// Errors: refused when the actor may not, nobody is named, or the group does not meet on that day.
pub async fn circulate(
    ctx: &Context,
    actor: &Actor,
    (plan, day): (i64, Day),
    to_whom: &str,
    files: Vec<(&'static str, Vec<u8>)>,
) -> Result<usize, Wrong> {
    may(actor, Act::RatePlan)?;
    let to_whom = to_whom.trim();
    if to_whom.is_empty() {
        return Err(Wrong::refused("Say to whom the pack goes."));
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan pack circulated";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    if !load(&mut tx, plan, ctx.today()).await?.meetings.contains(&day) {
        return Err(Wrong::refused("The group does not meet on that day."));
    }
    let count = files.len();
    for (kind, content) in files {
        let hash = Sha256::digest(&content).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let (by, hash) = (actor.name.as_str(), hash.as_str());
        let new = packs::New { meeting: day, to_whom, by, hash, kind, content };
        packs::keep(&mut tx, change, plan, new).await?;
    }
    let detail = format!("plan {plan}: meeting {day}, {count} files to {to_whom}");
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(count)
}

/// A file exactly as it went out: its bytes, its meeting and its kind. The look is audited.
///
/// Errors: refused when the reader may not, or there is no such pack.
pub async fn circulated(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    id: i64,
) -> Result<(Vec<u8>, Day, String), Wrong> {
    may(actor, Act::ViewPlan)?;
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let found = packs::content(&mut tx, plan, id).await?;
    let found = found.ok_or_else(|| Wrong::refused("No such pack went out."))?;
    let detail = format!("plan {plan}: pack {id}");
    audit::write(&mut tx, &entry(&at, actor.account_id(), "plan pack read", &detail)).await?;
    tx.commit().await?;
    Ok(found)
}
