//! "Whose data did this account see?": the question of the first hours after a breach. The address holds
//! an account's number and two days, nothing about a young person.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Tab, count};
use crate::pages::people::story::moment;
use app::Wrong;
use app::admin;
use app::audit::{self, Person, Seen};
use askama::Template;
use axum::extract::State;
use domain::access::{Act, decide};
use domain::calendar::shown;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

/// Rows on the page; the command line writes all of them.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "admin/seen.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    errors: Errors,
    accounts: Vec<Choice>,
    from: String,
    to: String,
    answer: Option<Answer>,
    /// Whether the reader may open a record: information governance reads who looked, and opens none.
    opens: bool,
}

struct Answer {
    account: i64,
    heading: String,
    people: usize,
    rows: Vec<Row>,
    beside: Vec<String>,
}

struct Row {
    person: i64,
    name: String,
    born: String,
    first: String,
    last: String,
    acts: String,
}

#[derive(Deserialize)]
pub struct Asked {
    account: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::InvestigateAccount)?;
    let today = edge.ctx().today();
    let mut errors = Errors::default();
    let days = (
        day(asked.from.as_deref(), "from", today - 30.days(), &mut errors),
        day(asked.to.as_deref(), "to", today, &mut errors),
    );
    let chosen = asked.account.unwrap_or_default();
    let mut answer = None;
    if !chosen.is_empty() && errors.is_empty() {
        match audit::who(edge.ctx(), actor, &chosen, days).await {
            Ok(seen) => answer = Some(answered(seen, days)),
            Err(Wrong::Refused(sentence)) => errors.add("account", sentence),
            Err(broken) => return Err(broken.into()),
        }
    }
    let mut accounts = vec![Choice::new("", "Choose", chosen.is_empty())];
    accounts.extend(admin::all(edge.ctx(), actor).await?.into_iter().map(|a| {
        let id = a.id.to_string();
        Choice::new(&id, &format!("{} ({})", a.name, a.email), id == chosen)
    }));
    let frame = frame.named("Whose data did this account see?", Section::Admin);
    Ok(Page(View {
        frame: frame.with_errors(!errors.is_empty()),
        tabs: tabs("/admin/seen", actor),
        errors,
        accounts,
        from: asked.from.unwrap_or_else(|| days.0.to_string()),
        to: asked.to.unwrap_or_else(|| days.1.to_string()),
        answer,
        opens: decide(actor, Act::ViewPeople).allowed,
    }))
}

fn day(text: Option<&str>, field: &str, otherwise: Date, errors: &mut Errors) -> Date {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return otherwise };
    text.parse().unwrap_or_else(|_| {
        errors.add(field, "Give a day");
        otherwise
    })
}

fn answered(seen: Seen, (from, to): (Date, Date)) -> Answer {
    let people = seen.people.len();
    let heading = format!(
        "{} touched {} {}, {} to {}",
        seen.name,
        count(people),
        if people == 1 { "record" } else { "records" },
        shown(from),
        shown(to)
    );
    let beside = seen.beside.into_iter().map(|(act, detail, times)| match detail.is_empty() {
        true => format!("{act} {times}×"),
        false => format!("{act} ({detail}) {times}×"),
    });
    Answer {
        account: seen.account,
        heading,
        people,
        rows: seen.people.into_iter().take(MOST).map(row).collect(),
        beside: beside.collect(),
    }
}

fn row(one: Person) -> Row {
    let acts: Vec<String> = one.acts.iter().map(|(act, times)| format!("{act} {times}×")).collect();
    Row {
        person: one.person,
        name: match one.name.is_empty() {
            true => format!("Record {}", one.person),
            false => one.name,
        },
        born: one.born.map_or_else(String::new, shown),
        first: moment(&one.first),
        last: moment(&one.last),
        acts: acts.join(", "),
    }
}
