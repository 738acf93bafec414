//! Who is trained in recording, and whose caseload's data was reviewed: advisers who are not trained first, a
//! form for a whole session, a form for a review. What holds and what is due is `domain::training`'s.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Tab, Tone, count};
use app::training::{self, Kept, Member, Reviewed, Session, Team};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor, Role, decide};
use domain::calendar::{Day, shown, shown_short};
use domain::training::{Trained, Training};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/training.html")]
struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    errors: Errors,
    lead: String,
    /// Whether this reader may see what is missing on each caseload.
    completeness: bool,
    rows: Vec<Row>,
    session: Session,
    people: Vec<Choice>,
    review: Form,
    advisers: Vec<Choice>,
    trainings: Vec<Had>,
    reviews: Vec<Found>,
}

struct Row {
    name: String,
    role: &'static str,
    trained: (String, Tone),
    last: String,
    caseload: String,
    reviewed: String,
    due: (String, Tone),
}

/// That somebody was trained, with its number to take it back by.
struct Had {
    id: i64,
    name: String,
    words: String,
}

struct Found {
    id: i64,
    adviser: String,
    day: String,
    reviewer: String,
    found: String,
    due: String,
}

/// The form of a review.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    adviser: String,
    reviewed: String,
    found: String,
    due: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let today = edge.ctx().today().to_string();
    let session = Session { day: today.clone(), ..Session::default() };
    let review = Form { reviewed: today, ..Form::default() };
    draw(&edge, actor, frame, (session, review), Errors::default()).await
}

/// Writes a session down. The body comes as pairs, since one name comes for each who attended.
pub async fn record(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let text = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    };
    let came = pairs.iter().filter(|(key, _)| key == "account");
    let session = Session {
        title: text("title"),
        day: text("day"),
        trainer: text("trainer"),
        until: text("until"),
        accounts: came.filter_map(|(_, value)| value.parse().ok()).collect(),
    };
    match training::record(edge.ctx(), actor, &session).await? {
        Kept::Saved(_) => Ok(Redirect::to("/admin/training").into_response()),
        Kept::Mend(wrong) => {
            draw(&edge, actor, frame, (session, Form::default()), wrong.into()).await
        }
    }
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    training::take_back(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/admin/training"))
}

pub async fn take_review_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    training::take_review_back(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/admin/training#reviews"))
}

pub async fn review(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let typed = Reviewed {
        adviser: form.adviser.clone(),
        day: form.reviewed.clone(),
        found: form.found.clone(),
        due: form.due.clone(),
    };
    match training::review(edge.ctx(), actor, &typed).await? {
        Kept::Saved(_) => Ok(Redirect::to("/admin/training#reviews").into_response()),
        Kept::Mend(wrong) => {
            draw(&edge, actor, frame, (Session::default(), form), wrong.into()).await
        }
    }
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (session, review): (Session, Form),
    errors: Errors,
) -> Result<Response, PageError> {
    let found = training::team(edge.ctx(), actor).await?;
    let frame =
        frame.named("Training in recording", Section::Admin).with_errors(!errors.is_empty());
    let person = |one: &Member| {
        let id = one.account.to_string();
        Choice::new(&id, &one.name, session.accounts.contains(&one.account))
    };
    let adviser = |one: &Member| {
        let id = one.account.to_string();
        Choice::new(&id, &one.name, review.adviser == id)
    };
    let mut advisers = vec![Choice::new("", "Choose", review.adviser.is_empty())];
    advisers.extend(found.members.iter().filter(|one| one.role == Role::Adviser).map(adviser));
    let had = |one: &Member| -> Vec<Had> {
        let name = one.name.clone();
        let had = one.trainings.iter();
        had.map(|t| Had { id: t.id, name: name.clone(), words: words(t) }).collect()
    };
    let view = View {
        frame,
        tabs: tabs("/admin/training", actor),
        errors,
        lead: lead(&found),
        completeness: decide(actor, Act::ViewFigures).allowed,
        rows: found.members.iter().map(row).collect(),
        people: found.members.iter().map(person).collect(),
        advisers,
        trainings: found.members.iter().flat_map(had).collect(),
        reviews: reviews(&found),
        session,
        review,
    };
    Ok(Page(view).into_response())
}

/// What somebody was trained in, in one line.
pub fn words(one: &Training) -> String {
    let until = match one.valid_until {
        Some(until) => format!(", valid until {}", shown(until)),
        None => String::new(),
    };
    format!("{}, {}, by {}{until}", one.title, shown(one.day), one.trainer)
}

fn lead(found: &Team) -> String {
    match found.share.all {
        0 => "No adviser has an account yet.".to_owned(),
        all => format!(
            "{} of {all} advisers are trained in recording on {}: {} %.",
            found.share.of,
            shown(found.day),
            found.share.shown()
        ),
    }
}

fn trained(state: Trained) -> (String, Tone) {
    match state {
        Trained::Never => ("Not trained".to_owned(), Tone::Bad),
        Trained::Lapsed(until) => (format!("Lapsed on {}", shown_short(until)), Tone::Bad),
        Trained::Until(until) => (format!("Until {}", shown_short(until)), Tone::Good),
        Trained::ForGood => ("Trained".to_owned(), Tone::Good),
    }
}

fn row(one: &Member) -> Row {
    let review = one.review.as_ref();
    let day = |day: Option<Day>| day.map_or_else(String::new, shown_short);
    Row {
        name: one.name.clone(),
        role: one.role.label(),
        trained: trained(one.trained),
        last: one.trainings.first().map_or_else(String::new, words),
        caseload: count(usize::try_from(one.caseload).unwrap_or(0)),
        reviewed: match review {
            None if one.role == Role::Adviser => "Not reviewed".to_owned(),
            review => day(review.map(|review| review.day)),
        },
        due: (
            day(review.and_then(|review| review.due)),
            if one.review_due { Tone::Bad } else { Tone::Plain },
        ),
    }
}

fn reviews(found: &Team) -> Vec<Found> {
    let name = |account: i64| {
        let member = found.members.iter().find(|one| one.account == account);
        member.map_or_else(|| "An account that has ended".to_owned(), |one| one.name.clone())
    };
    let one = |review: &domain::training::Review| Found {
        id: review.id,
        adviser: name(review.adviser),
        day: shown_short(review.day),
        reviewer: review.reviewer.clone(),
        found: review.found.clone(),
        due: review.due.map_or_else(String::new, shown_short),
    };
    found.reviews.iter().map(one).collect()
}
