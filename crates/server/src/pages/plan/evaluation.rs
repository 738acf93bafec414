//! The group judging itself against its framework: each statement's level now and before, what each role
//! comes to, a form for a judgement, and bringing a framework in.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Tab};
use app::plan::{self, Draft, Entry, Written};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, roles};
use domain::calendar::shown;
use domain::measure::tenths;
use domain::plan::{framework, level, register, score};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "plan/evaluation.html")]
struct EvaluationPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    roles: Vec<Role>,
    whole: String,
    errors: Errors,
    text: String,
    may_write: bool,
}

/// A role or outcome with its statements.
struct Role {
    anchor: String,
    name: String,
    said: String,
    statements: Vec<Statement>,
}

struct Statement {
    key: usize,
    words: String,
    entry: i64,
    seen: i64,
    state: String,
    detail: String,
    judged: String,
    before: String,
    way: &'static str,
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
pub struct Judged {
    words: String,
    role: String,
    entry: i64,
    seen: i64,
    state: String,
    #[serde(default)]
    detail: String,
}

#[derive(Default, Deserialize)]
pub struct Brought {
    text: String,
}

pub async fn evaluation(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Response, PageError> {
    show(&edge, &who, id, Brought::default(), Errors::default(), frame).await
}

async fn show(
    edge: &Edge,
    who: &SignedIn,
    id: i64,
    brought: Brought,
    errors: Errors,
    frame: Frame,
) -> Result<Response, PageError> {
    let (ctx, actor) = (edge.ctx(), &who.actor);
    let room = plan::open(ctx, actor, id).await?;
    let lines = plan::lines(ctx, actor, id).await?;
    let mut found: Vec<Role> = Vec::new();
    let statements = lines.iter().filter(|l| l.register == "toolkit" && l.state != "dropped");
    for (key, statement) in statements.enumerate() {
        let judged = lines
            .iter()
            .find(|line| line.register == "evaluation" && line.title == statement.title);
        let before = match judged {
            Some(line) => plan::wordings(ctx, actor, id, line.entry).await?.into_iter().nth(1),
            None => None,
        };
        let one = told(key, statement, judged, before.map(|(line, ..)| line));
        match found.iter_mut().find(|role| role.name == statement.body) {
            Some(role) => role.statements.push(one),
            None => found.push(Role {
                anchor: format!("role-{}", found.len() + 1),
                name: statement.body.clone(),
                said: String::new(),
                statements: vec![one],
            }),
        }
    }
    for role in &mut found {
        role.said = scored(role.statements.iter().map(|one| one.state.as_str()));
    }
    let all = found.iter().flat_map(|role| &role.statements).map(|one| one.state.as_str());
    let page = EvaluationPage {
        whole: scored(all),
        frame: frame.named("Self-evaluation", Section::Plan).with_errors(!errors.is_empty()),
        id,
        tabs: tabs(id, &room, "reports"),
        roles: found,
        errors,
        text: brought.text,
        may_write: roles(Act::RatePlan).contains(&actor.role),
    };
    Ok(Page(page).into_response())
}

fn scored<'a>(states: impl Iterator<Item = &'a str>) -> String {
    let found = score(states);
    match found.mean {
        None => format!("none of {} judged yet", found.all),
        Some(mean) => format!("{} of 4, {} of {} judged", tenths(mean), found.judged, found.all),
    }
}

fn told(key: usize, statement: &Entry, judged: Option<&Entry>, before: Option<Entry>) -> Statement {
    let state = judged.map_or("not judged", |line| line.state.as_str());
    let states = register("evaluation").map_or(&[][..], |kept| kept.states);
    let was = before.as_ref().map(|line| line.state.as_str());
    let way = match (was.and_then(level), level(state)) {
        (Some(was), Some(is)) if is > was => "better",
        (Some(was), Some(is)) if is < was => "worse",
        (Some(_), Some(_)) => "no change",
        _ => "",
    };
    Statement {
        key,
        words: statement.title.clone(),
        entry: judged.map_or(0, |line| line.entry),
        seen: judged.map_or(0, |line| line.id),
        detail: judged.map_or(String::new(), |line| line.detail.clone()),
        judged: judged.and_then(|line| line.on).map_or(String::new(), shown),
        before: was.unwrap_or_default().to_owned(),
        way,
        choices: states.iter().map(|word| Choice::new(word, word, *word == state)).collect(),
        state: state.to_owned(),
    }
}

/// Keeps one judgement; the one before it stays in its history.
pub async fn judge(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(judged): Posted<Judged>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let line = Entry {
        entry: judged.entry,
        register: "evaluation".to_owned(),
        title: judged.words.trim().to_owned(),
        body: judged.role.trim().to_owned(),
        detail: judged.detail.trim().to_owned(),
        state: judged.state,
        ..Entry::default()
    };
    let day = edge.ctx().today().to_string();
    let draft = Draft { line, day, amount: String::new(), seen: judged.seen };
    match plan::write(edge.ctx(), actor, id, &draft).await? {
        Written::Saved { .. } => Ok(Redirect::to(&format!("/plan/{id}/evaluation"))),
        Written::Overtaken(_) => Err(PageError::Refused(
            "Somebody else judged this after you opened it. Nothing of yours was saved: open the page again."
                .to_owned(),
        )),
        Written::Refused(why) => {
            let said: Vec<String> = why.into_iter().map(|(_, sentence)| sentence).collect();
            Err(PageError::Refused(said.join(" ")))
        }
    }
}

/// Brings a framework in, a statement a line; statements that stand already are left as they are.
pub async fn bring(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    frame: Frame,
    Posted(brought): Posted<Brought>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::RatePlan)?;
    let statements = match framework(&brought.text) {
        Ok(statements) => statements,
        Err(wrong) => {
            let mut errors = Errors::default();
            for sentence in wrong {
                errors.add("text", sentence);
            }
            return show(&edge, &who, id, brought, errors, frame).await;
        }
    };
    let lines = plan::lines(edge.ctx(), actor, id).await?;
    for (role, words) in statements {
        if lines.iter().any(|line| line.register == "toolkit" && line.title == words) {
            continue;
        }
        let line = Entry {
            register: "toolkit".to_owned(),
            title: words,
            body: role,
            state: "in use".to_owned(),
            ..Entry::default()
        };
        plan::write(edge.ctx(), actor, id, &Draft { line, ..Draft::default() }).await?;
    }
    Ok(Redirect::to(&format!("/plan/{id}/evaluation")).into_response())
}
