//! Writing an agreement by a form: begun from a wording for a kind of partner, or from the one that stands, filled
//! in, seen in words, and brought by the same door as a text that is pasted.

use super::draft_fields::{Boxes, ClauseFields, LineFields, clauses, lines, partners};
use super::draft_shown;
use super::draft_typed::{self, MOST, Typed};
use crate::http::{Edge, Frame, Page, PageError, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::Errors;
use app::agreement::{self, Draft, DraftClause, DraftLine, STARTS, Start};
use app::{Wrong, admin};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use formats::agreement_toml::{self, Written};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "agreements/draft_start.html")]
struct StartPage {
    frame: Frame,
    starts: Vec<&'static Start>,
}

#[derive(Template)]
#[template(path = "agreements/draft.html")]
struct DraftPage {
    frame: Frame,
    errors: Errors,
    of: String,
    draft: Draft,
    partners: Boxes,
    lines: Vec<LineFields>,
    clauses: Vec<ClauseFields>,
    most: usize,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The agreement whose next wording is to be written.
    of: Option<i64>,
    /// The wording to start from.
    start: String,
}

/// What to start from where nothing is named; else the form with what that says.
pub async fn form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let mut open: &[&str] = &[];
    let mut typed = Typed::default();
    match (asked.of, asked.start.as_str()) {
        (Some(id), _) => {
            let found = agreement::draft_of(edge.ctx(), actor, id).await?;
            typed.draft = found.ok_or(PageError::NotFound)?;
            if typed.draft.lines.len() > MOST || typed.draft.clauses.len() > MOST {
                // The form would be filled in, and then not be read.
                return Ok(Redirect::to(&format!("/agreements/new?of={id}")).into_response());
            }
            typed.of = id.to_string();
        }
        (None, "") => {
            let frame = frame.named("Write an agreement", Section::Sharing);
            let starts = STARTS.iter().collect();
            return Ok(Page(StartPage { frame, starts }).into_response());
        }
        (None, "blank") => {
            typed.draft.lines.push(DraftLine::default());
            typed.draft.clauses.push(DraftClause::default());
        }
        (None, name) => {
            let start = Start::named(name).ok_or(PageError::NotFound)?;
            typed.draft = start.draft();
            open = start.kinds;
        }
    }
    draw(&edge, actor, frame, (typed, open), Errors::default()).await
}

/// Makes room for more, shows what was typed in words, or brings it.
pub async fn write(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let mut typed = draft_typed::read(pairs)?;
    let draft = &mut typed.draft;
    match typed.act.as_str() {
        "add-flow" if draft.lines.len() < MOST => draft.lines.push(DraftLine::default()),
        "add-clause" if draft.clauses.len() < MOST => draft.clauses.push(DraftClause::default()),
        "change" => {}
        _ => return judged(&edge, actor, frame, typed).await,
    }
    draw(&edge, actor, frame, (typed, &[]), Errors::default()).await
}

/// What is wrong stands at its field; what is right is shown, or brought where whoever saw it said so.
async fn judged(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    typed: Typed,
) -> Result<Response, PageError> {
    let of = super::next_of(&typed.of)?;
    let mut errors = Errors::default();
    match typed.draft.read() {
        Ok(written) => match taken(edge, actor, frame.clone(), (&typed, of, &written)).await {
            Err(Wrong::Refused(sentence)) => errors.add("partners", sentence),
            answered => return Ok(answered?),
        },
        Err(faults) => faults.into_iter().for_each(|(field, said)| errors.add(&field, said)),
    }
    draw(edge, actor, frame, (typed, &[]), errors).await
}

async fn taken(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (typed, of, written): (&Typed, Option<i64>, &Written),
) -> Result<Response, Wrong> {
    let (ctx, text) = (edge.ctx(), agreement_toml::write(written));
    if typed.act == "keep" {
        let brought = agreement::bring(ctx, actor, &text, of).await?;
        return Ok(Redirect::to(&format!("/agreements/{}", brought.agreement)).into_response());
    }
    let reading = agreement::reading(ctx, actor, &text, of).await?;
    let all = agreement::all(ctx).await?;
    let stands = all.into_iter().find(|one| Some(one.number) == of);
    let names: BTreeMap<String, String> = app::imports::senders(ctx).await?.into_iter().collect();
    let page = draft_shown::page(frame, typed, (written, stands), (reading, ctx.today()), &names);
    Ok(Page(page).into_response())
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (typed, open): (Typed, &[&str]),
    errors: Errors,
) -> Result<Response, PageError> {
    let known = admin::organisations(edge.ctx(), actor).await?;
    let Typed { of, draft, .. } = typed;
    let title = match of.as_str() {
        "" => "Write an agreement".to_owned(),
        number => format!("Write the next wording of agreement {number}"),
    };
    let frame = frame.named(title, Section::Sharing).with_errors(!errors.is_empty());
    Ok(Page(DraftPage {
        frame,
        of,
        partners: partners(&known, &draft.partners, open, &errors),
        lines: lines(&draft, &errors),
        clauses: clauses(&draft, &errors),
        draft,
        errors,
        most: MOST,
    })
    .into_response())
}
