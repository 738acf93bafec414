//! The group: what it is for, whom it answers to, who sits for whom, who has signed, when its membership
//! is to be looked at again, and the days it meets.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use crate::pages::parts::Tab;
use app::plan;
use askama::Template;
use axum::extract::State;
use domain::access::{Act, roles};
use domain::calendar::{Day, shown};
use domain::plan::{Seated, Sitting};

#[derive(Template)]
#[template(path = "plan/group.html")]
pub struct GroupPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    name: String,
    purpose: String,
    reports: Vec<String>,
    objectives: Vec<String>,
    seats: Vec<Seat>,
    vacant: usize,
    signed: Vec<(String, String)>,
    review: String,
    review_late: bool,
    meetings: Vec<(Day, String, &'static str)>,
    parents: Vec<(String, String)>,
    may_write: bool,
}

struct Seat {
    body: String,
    post: String,
    who: String,
    deputies: String,
    open: bool,
}

pub async fn group(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Page<GroupPage>, PageError> {
    let found = plan::group(edge.ctx(), &who.actor, id).await?;
    let room = &found.room;
    let charter = &room.now.plan.group;
    let when = |day: &Day| match (*day).cmp(&room.today) {
        std::cmp::Ordering::Less => "held",
        std::cmp::Ordering::Equal => "today",
        std::cmp::Ordering::Greater => "to come",
    };
    let review = match found.reviewed {
        Some(day) => {
            format!("Last reviewed {}, due again by {}.", shown(day), shown(found.review_by))
        }
        None => "Nobody has reviewed the membership yet.".to_owned(),
    };
    let parents = room.now.plan.parents.iter();
    Ok(Page(GroupPage {
        tabs: tabs(id, room, "group"),
        frame: frame.named("Group and meetings", Section::Plan),
        id,
        name: charter.name.clone(),
        purpose: charter.purpose.clone(),
        reports: reporting(&charter.relationships),
        objectives: charter.objectives.clone(),
        vacant: found.seats.iter().filter(|seat| seat.sitting != Sitting::Named).count(),
        seats: found.seats.iter().map(seat).collect(),
        signed: found
            .signed
            .iter()
            .map(|line| {
                let on = line.on.map_or(String::new(), |day| format!(" {}", shown(day)));
                (line.body.clone(), format!("{}{on}", line.state))
            })
            .collect(),
        review,
        review_late: found.review_by <= room.today,
        meetings: room.meetings.iter().map(|day| (*day, shown(*day), when(day))).collect(),
        parents: parents.map(|one| (one.title.clone(), one.indicators.join(", "))).collect(),
        may_write: roles(Act::RatePlan).contains(&who.actor.role),
    }))
}

fn seat(seat: &Seated) -> Seat {
    let chair = if seat.chair { " (chair)" } else { "" };
    let names = seat.people.join(", ");
    let who = match (names.is_empty(), seat.sitting) {
        (false, _) => format!("{names}{chair}"),
        (true, Sitting::Named) => "named, name not kept".to_owned(),
        (true, other) => other.word().to_owned(),
    };
    Seat {
        body: seat.body.clone(),
        post: seat.post.clone(),
        who,
        deputies: seat.deputies.join(", "),
        open: seat.sitting != Sitting::Named,
    }
}

/// The lines of reporting, one a sentence.
fn reporting(said: &str) -> Vec<String> {
    let sentences = said.split(['.', ';']).map(str::trim).filter(|words| !words.is_empty());
    sentences.map(str::to_owned).collect()
}
