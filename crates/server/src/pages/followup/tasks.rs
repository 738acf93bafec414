//! Follow-ups that somebody was asked to do: the reader's own and those the reader asked of others, one of
//! them with the form for what came of it, and asking. Whom it may be asked of is `app::people`'s.

use super::{confirm::Ticked, edition};
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, Query, SignedIn, frame::Section},
    pages::{
        parts::{Choice, DateFields, Errors, Tone, count},
        people::{Contact, meant, methods, outcomes, story},
    },
};
use app::{
    Wrong,
    people::{self, ASKED_DAYS, AskedFor, AskedOf, Listed, TOLD_DAYS},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor, Part, decide, sees};
use domain::calendar::{shown, shown_short as short};
use domain::edition::Edition;
use domain::person::{Field, PersonId};
use domain::status::{Spell, spell_on};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "followup/tasks.html")]
pub struct List {
    frame: Frame,
    done: String,
    days: u8,
    told: i32,
    mine: Vec<Row>,
    others: Vec<Row>,
    /// Whether the reader can ask others at all.
    asks: bool,
}

struct Row {
    id: i64,
    person: i64,
    /// Empty where they cannot be shown.
    name: String,
    born: String,
    activity: String,
    /// Who asked, or who was asked.
    who: String,
    due: String,
    state: (String, Tone),
    open: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Said {
    said: String,
    /// Of how many it was asked, and who were left out of it.
    new: usize,
    already: usize,
    restricted: usize,
}

impl Said {
    fn words(&self) -> String {
        match self.said.as_str() {
            "done" => "Contact recorded: this follow-up is done".to_owned(),
            "tried" => "Contact recorded: it stays to be done, since nobody was reached".to_owned(),
            "asked" => self.asked(),
            "back" => "It was taken back".to_owned(),
            _ => String::new(),
        }
    }

    fn asked(&self) -> String {
        let people = |number: usize| match number {
            1 => "1 young person".to_owned(),
            more => format!("{} young people", count(more)),
        };
        let mut words = format!("They were asked to follow up {}", people(self.new));
        if self.already > 0 {
            words += &format!("; of {} somebody was asked before", people(self.already));
        }
        if self.restricted > 0 {
            let left = people(self.restricted);
            words += &format!("; {left} left out, whose record is restricted");
        }
        words
    }
}

pub async fn tasks(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(said): Query<Said>,
) -> Result<Page<List>, PageError> {
    let actor = who.may(Act::AnswerFollowUp)?;
    let board = people::board(edge.ctx(), actor).await?;
    let today = edge.ctx().today();
    let edition = edition(today)?;
    let rows = |all: &[Listed], asker: bool| -> Vec<Row> {
        all.iter().map(|one| row(one, asker, edition, today)).collect()
    };
    Ok(Page(List {
        frame: frame.named("Follow-ups asked for", section(actor)),
        done: said.words(),
        days: ASKED_DAYS,
        told: TOLD_DAYS,
        mine: rows(&board.mine, false),
        others: rows(&board.others, true),
        asks: !actor.role.is_partner(),
    }))
}

/// A partner's people have their own section of the menu.
fn section(actor: &Actor) -> Section {
    if actor.role.is_partner() { Section::Own } else { Section::FollowUp }
}

fn row(one: &Listed, asker: bool, edition: &Edition, today: Date) -> Row {
    let task = &one.task;
    let tries = match task.tries {
        0 => String::new(),
        1 => ", tried once".to_owned(),
        more => format!(", tried {more} times"),
    };
    let state = match (task.done_on, &task.outcome) {
        _ if task.undone_on.is_some() => {
            ("Not done: their account has ended. Ask somebody else".to_owned(), Tone::Bad)
        }
        (Some(day), Some(outcome)) => {
            (format!("Done {}: {}", short(day), story::outcome(outcome)), Tone::Good)
        }
        _ if task.due < today => (format!("Late{tries}"), Tone::Bad),
        _ => (format!("To do{tries}"), Tone::Plain),
    };
    Row {
        id: task.id,
        person: task.person,
        name: one.name.clone(),
        born: one.born.map(short).unwrap_or_default(),
        activity: one.spell.as_ref().map_or_else(String::new, |spell| label(edition, spell)),
        who: if asker { task.worker_name.clone() } else { task.asked_by_name.clone() },
        due: short(task.due),
        state,
        open: !task.ended,
    }
}

fn label(edition: &Edition, spell: &Spell) -> String {
    edition.activity(&spell.code).map_or_else(|| spell.code.clone(), |a| a.label.clone())
}

#[derive(Template)]
#[template(path = "followup/task.html")]
struct One {
    frame: Frame,
    errors: Errors,
    id: i64,
    /// The record's own page, which shows what else the reader may see.
    person: i64,
    name: String,
    asked: String,
    facts: Vec<(&'static str, String)>,
    why: String,
    typed: Contact,
    next: DateFields,
    methods: Vec<Choice>,
    outcomes: Vec<Choice>,
}

pub async fn task(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::AnswerFollowUp)?;
    draw(&edge, actor, frame, id, (Contact::default(), Errors::default())).await
}

pub async fn answer(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(typed): Posted<Contact>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::AnswerFollowUp)?;
    let mut errors = Errors::default();
    let new = meant(&typed, edge.ctx().today(), &mut errors);
    if errors.is_empty() {
        match people::answer(edge.ctx(), actor, id, &new).await {
            Ok((person, outcome)) if outcome.changes && decide(actor, Act::EditPeople).allowed => {
                let to = format!("/people/{}/activity", person.0);
                return Ok(Redirect::to(&to).into_response());
            }
            Ok((_, outcome)) => {
                let reached = domain::followup::reached(outcome.name);
                let said = if reached { "done" } else { "tried" };
                let to = format!("/follow-up/tasks?said={said}");
                return Ok(Redirect::to(&to).into_response());
            }
            Err(Wrong::Refused(sentence)) => errors.add("note", sentence),
            Err(broken) => return Err(broken.into()),
        }
    }
    draw(&edge, actor, frame, id, (typed, errors)).await
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    id: i64,
    (typed, errors): (Contact, Errors),
) -> Result<Response, PageError> {
    let found = match people::open_asked(edge.ctx(), actor, id).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let AskedOf { task, opened, .. } = &found;
    let today = edge.ctx().today();
    let name = opened.record.particulars.full_name();
    let named = format!("Follow up {name}");
    Ok(Page(One {
        frame: frame.named(named, section(actor)).with_errors(!errors.is_empty()),
        errors,
        id,
        person: task.person,
        name,
        asked: format!(
            "{} asked you on {}. It is due by {}.",
            task.asked_by_name,
            shown(task.asked_on),
            shown(task.due)
        ),
        facts: facts(actor, &found, edition(today)?, today),
        why: opened.why.join(" and "),
        next: typed.next(),
        methods: methods(&typed.method),
        outcomes: outcomes(&typed.outcome, found.now_shown),
        typed,
    })
    .into_response())
}

/// What helps to reach them, as far as the reader is shown it.
fn facts(
    actor: &Actor,
    found: &AskedOf,
    edition: &Edition,
    today: Date,
) -> Vec<(&'static str, String)> {
    let record = &found.opened.record;
    let p = &record.particulars;
    let mut all = Vec::new();
    all.extend(p.date_of_birth().map(|day| ("Born", shown(day))));
    let given = found.now_shown && sees(actor, Part::ActivityElsewhere).allowed;
    let now = match spell_on(&record.spells, today) {
        Some(spell) if given => label(edition, spell),
        None if given => "No activity recorded for today".to_owned(),
        _ => "Not shown to you".to_owned(),
    };
    all.push(("Now", now));
    let ways = [Field::Phone, Field::Email, Field::ParentName, Field::ParentPhone];
    all.extend(ways.iter().filter_map(|field| Some((field.label(), p.get(*field)?.to_owned()))));
    all
}

/// Asks somebody to follow the ticked up.
pub async fn ask(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let ticked = Ticked::read(&pairs)?;
    ticked.is_anybody()?;
    let whom = super::confirm::value_of(&pairs, "whom").parse().ok();
    let whom: i64 =
        whom.ok_or_else(|| PageError::Refused("Go back and choose whom to ask.".to_owned()))?;
    let AskedFor { new, already, restricted } =
        people::ask(edge.ctx(), actor, &ticked.people, whom).await?;
    let said = format!("said=asked&new={new}&already={already}&restricted={restricted}");
    Ok(Redirect::to(&format!("/follow-up/tasks?{said}")))
}

/// Whom to ask.
#[derive(Debug, Deserialize)]
pub struct Whom {
    whom: String,
}

/// Asks somebody to follow one person up.
pub async fn ask_one(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(person): Path<i64>,
    Posted(chosen): Posted<Whom>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::EditPeople)?;
    let whom = chosen.whom.parse();
    let whom: i64 = whom.map_err(|_| PageError::Refused("Choose whom to ask.".to_owned()))?;
    people::ask(edge.ctx(), actor, &[PersonId(person)], whom).await?;
    Ok(Redirect::to(&format!("/people/{person}?said=asked")))
}

/// The page that something is taken back on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    from: String,
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(on): Posted<Back>,
) -> Result<Redirect, PageError> {
    let person = people::take_back(edge.ctx(), who.may(Act::EditPeople)?, id).await?;
    Ok(match on.from.as_str() {
        "record" => Redirect::to(&format!("/people/{}?said=back", person.0)),
        _ => Redirect::to("/follow-up/tasks?said=back"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_says_of_how_many_and_who_were_left_out() {
        let said = |new, already, restricted| {
            Said { said: "asked".to_owned(), new, already, restricted }.words()
        };
        assert_eq!(said(1, 0, 0), "They were asked to follow up 1 young person");
        assert_eq!(
            said(27, 2, 1),
            "They were asked to follow up 27 young people; of 2 young people somebody was asked before; \
             1 young person left out, whose record is restricted"
        );
        assert_eq!(Said::default().words(), "");
    }
}
