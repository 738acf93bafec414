//! The group and one of its meetings, put together from the registers: who sits, what is on the agenda,
//! who came, what was decided and asked for, what moved since the meeting before. Attendance is written
//! for all seats at once; everything else is written line by line as in every register.

use domain::access::{Act, Actor};
use domain::calendar::Day;
use domain::plan::{AgendaItem, Matters, MemberLine, Seated, agenda, register, review_by, seating};
use store::plans::entries::{self, Entry};
use store::plans::packs::{self, Pack};
use store::{StoreError, Tx, audit, changes};

use super::bring::entry;
use super::history::{Between, compare};
use super::room::{Room, load, may};
use crate::{Context, Wrong};

/// The group as it stands.
#[derive(Clone, Debug)]
pub struct Group {
    pub room: Room,
    pub seats: Vec<Seated>,
    /// Signatures of commitment.
    pub signed: Vec<Entry>,
    /// The day of the last finished membership review, and when the next one is due.
    pub reviewed: Option<Day>,
    pub review_by: Day,
}

/// One meeting: before, while and after it is held.
#[derive(Clone, Debug)]
pub struct Meeting {
    pub room: Room,
    pub day: Day,
    pub before: Option<Day>,
    pub agenda: Vec<AgendaItem>,
    pub seats: Vec<Attendance>,
    /// What belongs to this meeting: papers, contributions, decisions, actions, recommendations.
    pub own: Vec<Entry>,
    /// Actions and recommendations of earlier meetings that are still open.
    pub carried: Vec<Entry>,
    pub issues: Vec<Entry>,
    pub funding: Vec<Entry>,
    /// What moved since the meeting before, as far as today knows.
    pub moved: Between,
    pub packs: Vec<Pack>,
}

/// A seat at a meeting; `line` is what was written of it.
#[derive(Clone, Debug)]
pub struct Attendance {
    pub seat: Seated,
    pub line: Option<Entry>,
}

/// Who came for a seat, as somebody typed it.
#[derive(Clone, Debug, Default)]
pub struct Came {
    pub body: String,
    pub post: String,
    pub person: String,
    pub state: String,
    /// The wording that was seen; 0 where there was none.
    pub seen: i64,
}

/// Opens the group.
///
/// Errors: refused when the reader may not, or no such plan stands.
pub async fn group(ctx: &Context, actor: &Actor, plan: i64) -> Result<Group, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let room = load(&mut tx, plan, ctx.today()).await?;
    let all = entries::standing(&mut tx, plan).await?;
    let done = of(&all, "review").filter(|line| line.state == "done");
    let reviewed = done.filter_map(|line| line.on).max();
    Ok(Group {
        seats: seats(&room, &all),
        signed: of(&all, "commitment").cloned().collect(),
        reviewed,
        review_by: review_by(reviewed, ctx.today()),
        room,
    })
}

/// Opens a meeting.
///
/// Errors: refused when the reader may not, or the group does not meet on that day.
pub async fn meeting(ctx: &Context, actor: &Actor, plan: i64, day: Day) -> Result<Meeting, Wrong> {
    may(actor, Act::ViewPlan)?;
    let mut tx = ctx.db.begin_read().await?;
    let as_of = day.min(ctx.today());
    let room = load(&mut tx, plan, as_of).await?;
    if !room.meetings.contains(&day) {
        return Err(Wrong::refused("The group does not meet on that day."));
    }
    let before = room.meetings.iter().rev().find(|other| **other < day).copied();
    let from = before.unwrap_or(room.since).min(as_of);
    let moved = compare(&mut tx, plan, from, as_of).await?;
    let all = entries::standing(&mut tx, plan).await?;
    let open = |line: &&Entry| register(&line.register).is_some_and(|r| !r.is_closed(&line.state));
    let own: Vec<Entry> = all.iter().filter(|line| line.meeting == Some(day)).cloned().collect();
    let earlier = |line: &&Entry| line.meeting.is_none_or(|met| met < day);
    let carried = of(&all, "action").chain(of(&all, "recommendation"));
    let carried: Vec<Entry> = carried.filter(open).filter(earlier).cloned().collect();
    let packs = packs::of_meeting(&mut tx, plan, day).await?;
    Ok(Meeting {
        agenda: agenda(&matters(&all, &own, &carried)),
        seats: attendance(&room, &all, &own),
        issues: of(&all, "issue").filter(open).cloned().collect(),
        funding: of(&all, "funding").filter(open).cloned().collect(),
        room,
        day,
        before,
        own,
        carried,
        moved,
        packs,
    })
}

impl Meeting {
    /// Lines of one register that belong to this meeting.
    pub fn lines(&self, register: &str) -> impl Iterator<Item = &Entry> {
        of(&self.own, register)
    }
}

fn of<'a>(all: &'a [Entry], register: &str) -> impl Iterator<Item = &'a Entry> {
    all.iter().filter(move |line| line.register == register)
}

pub(super) fn seats(room: &Room, all: &[Entry]) -> Vec<Seated> {
    let lines: Vec<MemberLine<'_>> = of(all, "member")
        .map(|line| MemberLine {
            body: &line.body,
            post: &line.title,
            person: &line.person,
            state: &line.state,
        })
        .collect();
    seating(&room.now.plan.group.seats, &lines)
}

fn attendance(room: &Room, all: &[Entry], own: &[Entry]) -> Vec<Attendance> {
    let line = |seat: &Seated| {
        of(own, "attendance").find(|line| line.body == seat.body && line.title == seat.post)
    };
    seats(room, all)
        .into_iter()
        .map(|seat| Attendance { line: line(&seat).cloned(), seat })
        .collect()
}

fn matters<'a>(all: &'a [Entry], own: &'a [Entry], carried: &'a [Entry]) -> Matters<'a> {
    let waits = |line: &&Entry| line.state == "sent" || line.state == "to be sent";
    Matters {
        standing: of(all, "standing")
            .filter(|line| line.state == "standing")
            .map(|line| line.title.as_str())
            .collect(),
        asked: of(own, "contribution")
            .filter(|line| line.state != "held over")
            .map(|line| (line.title.as_str(), line.body.as_str()))
            .collect(),
        to_decide: of(own, "decision")
            .filter(|line| line.state == "due")
            .map(|line| line.title.as_str())
            .collect(),
        unanswered: of(carried, "recommendation")
            .filter(waits)
            .map(|line| (line.title.as_str(), line.body.as_str()))
            .collect(),
        open_actions: of(carried, "action").count(),
    }
}

/// Writes who came, for all seats given, all or none; how many lines are new.
///
/// Errors: refused when the actor may not, a word is not known, or somebody wrote one of them first.
pub async fn attend(
    ctx: &Context,
    actor: &Actor,
    plan: i64,
    day: Day,
    came: &[Came],
) -> Result<usize, Wrong> {
    may(actor, Act::RatePlan)?;
    let states = register("attendance").map_or(&[][..], |kept| kept.states);
    if came.iter().any(|one| !states.contains(&one.state.as_str())) {
        let choices = states.join(", ");
        return Err(Wrong::refused(format!("Attendance is one of: {choices}.")));
    }
    let at = ctx.now();
    let mut tx = ctx.db.begin().await?;
    let act = "plan attendance";
    let change = changes::begin(&mut tx, &at, act, actor.account_id(), None, None).await?;
    if !load(&mut tx, plan, ctx.today()).await?.meetings.contains(&day) {
        return Err(Wrong::refused("The group does not meet on that day."));
    }
    let standing = entries::of_register(&mut tx, plan, "attendance").await?;
    let mut written = 0;
    for one in came {
        let was = standing.iter().find(|line| {
            line.meeting == Some(day) && line.body == one.body && line.title == one.post
        });
        if was.map_or(0, |line| line.id) != one.seen {
            let (body, post) = (&one.body, &one.post);
            return Err(Wrong::refused(format!(
                "Somebody else wrote down who came for {body}, {post}. Nothing was saved: open the meeting again."
            )));
        }
        if was.is_some_and(|line| line.state == one.state && line.person == one.person) {
            continue;
        }
        write_one(&mut tx, (change, plan, day), one, was).await?;
        written += 1;
    }
    let detail = format!("plan {plan}: meeting {day}, {written} lines");
    audit::write(&mut tx, &entry(&at, actor.account_id(), act, &detail)).await?;
    tx.commit().await?;
    Ok(written)
}

async fn write_one(
    tx: &mut Tx,
    (change, plan, day): (domain::person::ChangeId, i64, Day),
    one: &Came,
    was: Option<&Entry>,
) -> Result<(), StoreError> {
    if let Some(was) = was {
        entries::end(tx, change, plan, was.id).await?;
    }
    let line = Entry {
        entry: was.map_or(0, |line| line.entry),
        register: "attendance".to_owned(),
        meeting: Some(day),
        title: one.post.clone(),
        body: one.body.clone(),
        person: one.person.clone(),
        state: one.state.clone(),
        ..Entry::default()
    };
    entries::write(tx, change, plan, &line).await.map(|_| ())
}
