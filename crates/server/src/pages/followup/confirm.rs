//! Confirming what is recorded for many people at once: first a page of what it would do, then
//! the doing. Only numbers travel, in the form's body: those ticked, or all that a filter finds.

use super::{edition, filter::Asked};
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::parts::{Choice, Errors, count},
};
use app::followup;
use app::people::{self, Confirming};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor};
use domain::calendar::shown_short as short;
use domain::person::{ChangeId, PersonId};

/// How a list of people can have been confirmed: name in the register, words on the page.
const HOW: [(&str, &str); 4] = [
    ("list", "A list from their school, college or provider"),
    ("provider-call", "A call with their school, college or provider"),
    ("visit", "A visit to their school, college or provider"),
    ("system", "Another council system"),
];

/// The most people of one go: more than the largest college sends.
const PEOPLE_MAX: usize = 2_000;

#[derive(Template)]
#[template(path = "followup/confirm.html")]
struct View {
    frame: Frame,
    errors: Errors,
    total: String,
    plural: bool,
    rows: Vec<Row>,
    refused: Vec<Row>,
    how: Vec<Choice>,
    list: &'static str,
    /// The list that one came from, with its filter: as an address, and as fields of the form.
    back: String,
    kept: Vec<(&'static str, String)>,
    /// The change up to which the register was read for this page.
    seen: i64,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    activity: String,
    provider: String,
    before: String,
    after: String,
    why: &'static str,
}

/// The form's body as pairs, because one name comes many times.
pub(super) struct Ticked {
    pub(super) people: Vec<PersonId>,
    how: String,
    /// The list that they were ticked on, with its filter.
    asked: Asked,
    seen: Option<ChangeId>,
    /// The account to give them to.
    to: Option<i64>,
}

impl Ticked {
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, PageError> {
        let value = |name: &str| value_of(pairs, name);
        let mut people: Vec<PersonId> = Vec::new();
        for id in pairs.iter().filter(|(key, _)| key == "ids").map(|(_, id)| id.parse()) {
            let id = PersonId(id.map_err(|_| PageError::BadForm("an id is no number".into()))?);
            if !people.contains(&id) {
                people.push(id);
            }
        }
        at_most(people.len())?;
        Ok(Self {
            people,
            how: value("how"),
            asked: Asked::of_form(pairs),
            seen: value("seen").parse().ok().map(ChangeId),
            to: value("to").parse().ok(),
        })
    }

    pub(super) fn is_anybody(&self) -> Result<(), PageError> {
        match self.people.is_empty() {
            true => Err(PageError::Refused("Go back and tick at least one person.".to_owned())),
            false => Ok(()),
        }
    }
}

/// The first value of a name; nothing where the form has none.
pub(super) fn value_of(pairs: &[(String, String)], name: &str) -> String {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

fn at_most(people: usize) -> Result<(), PageError> {
    match people > PEOPLE_MAX {
        true => Err(PageError::Refused(format!(
            "At most {} people at once. Choose fewer, for instance those of one locality.",
            count(PEOPLE_MAX)
        ))),
        false => Ok(()),
    }
}

/// Everybody on the filtered list as it stands now, whatever the page showed of it.
async fn everybody(edge: &Edge, actor: &Actor, asked: &Asked) -> Result<Vec<PersonId>, PageError> {
    let today = edge.ctx().today();
    let found = followup::list(edge.ctx(), actor, edition(today)?, today, &asked.filter()).await?;
    at_most(found.rows.len())?;
    Ok(found.rows.iter().map(|due| due.person).collect())
}

pub async fn preview(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let mut ticked = Ticked::read(&pairs)?;
    if let Some(asked) = Asked::of_a_provider(&pairs) {
        ticked.people = everybody(&edge, actor, &asked).await?;
    }
    ticked.is_anybody()?;
    draw(&edge, &who, frame, &ticked, Errors::default()).await
}

pub async fn apply(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let ticked = Ticked::read(&pairs)?;
    let Some((_, words)) = HOW.iter().find(|(name, _)| *name == ticked.how) else {
        let mut errors = Errors::default();
        errors.add("how", "Say how it was confirmed");
        return draw(&edge, &who, frame, &ticked, errors).await;
    };
    let how = (*words, ticked.seen);
    let done = people::verify(edge.ctx(), actor, &ticked.people, how).await?;
    let (back, people, left, change) =
        (ticked.asked.address(), done.people, done.changed, done.change.0);
    let (beyond, lapsed) = (done.beyond, done.lapsed);
    let address = format!(
        "{back}&confirmed={people}&left={left}&change={change}&beyond={beyond}&still-lapsed={lapsed}"
    );
    Ok(Redirect::to(&address).into_response())
}

/// Gives the ticked to an adviser.
pub async fn give(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let ticked = Ticked::read(&pairs)?;
    ticked.is_anybody()?;
    let to =
        ticked.to.ok_or_else(|| PageError::Refused("Go back and choose an adviser.".to_owned()))?;
    let given = people::give(edge.ctx(), actor, &ticked.people, to).await?;
    let address = format!("{}&given={given}", ticked.asked.address());
    Ok(Redirect::to(&address).into_response())
}

/// Takes one's own confirmation back. The form says which, and the list to go back to.
pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let change = value_of(&pairs, "change").parse::<i64>();
    let change = change.map_err(|_| PageError::BadForm("the change is no number".into()))?;
    let undone = people::unconfirm(edge.ctx(), actor, ChangeId(change)).await?;
    let (people, kept) = (undone.restored, undone.kept.len());
    let back = Asked::of_form(&pairs).address();
    let address = format!("{back}&taken-back={people}&kept={kept}");
    Ok(Redirect::to(&address).into_response())
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    ticked: &Ticked,
    errors: Errors,
) -> Result<Response, PageError> {
    let edition = edition(edge.ctx().today())?;
    let all = people::confirming(edge.ctx(), &who.actor, edition, &ticked.people).await?;
    let (refused, rows): (Vec<_>, Vec<_>) =
        all.people.iter().partition(|one| one.refused.is_some());
    let frame =
        frame.named("Confirm what is recorded", Section::FollowUp).with_errors(!errors.is_empty());
    Ok(Page(View {
        frame,
        errors,
        total: count(rows.len()),
        plural: rows.len() != 1,
        rows: rows.into_iter().map(row).collect(),
        refused: refused.into_iter().map(row).collect(),
        how: HOW
            .iter()
            .map(|(name, words)| Choice::new(name, words, *name == ticked.how))
            .collect(),
        list: ticked.asked.list().name(),
        back: ticked.asked.address(),
        kept: ticked.asked.fields(),
        seen: all.seen.0,
    })
    .into_response())
}

fn row(one: &Confirming) -> Row {
    let day = |day: Option<_>, none: &str| day.map_or_else(|| none.to_owned(), short);
    Row {
        person: one.person.0,
        name: one.name.clone(),
        born: day(one.date_of_birth, "not recorded"),
        activity: one.activity.clone(),
        provider: one.provider.clone(),
        before: day(one.verified, "Never"),
        after: day(one.lapses, "Does not lapse"),
        why: one.refused.unwrap_or(""),
    }
}
