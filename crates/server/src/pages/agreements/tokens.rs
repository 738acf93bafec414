//! Tokens of partners' own systems: made for one agreement, shown once, ended. Whether one works now is
//! `app::machine`'s.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, Visitor, frame::Section};
use crate::pages::account::fresh;
use crate::pages::parts::{Choice, Errors, Tone};
use app::machine::{self, MONTHS_MOST, Shown, Wanted};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, Actor, Role};
use domain::calendar::{shown, shown_short};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "agreements/tokens.html")]
pub struct View {
    frame: Frame,
    errors: Errors,
    rows: Vec<Row>,
    parties: Vec<Choice>,
    roles: Vec<Choice>,
    form: Form,
    /// Shown this once.
    secret: Option<String>,
    address: String,
}

struct Row {
    id: i64,
    name: String,
    organisation: String,
    agreement: i64,
    role: &'static str,
    until: String,
    used: String,
    state: (String, Tone),
    over: bool,
}

#[derive(Clone, Deserialize)]
pub struct Form {
    /// The agreement's number and the organisation, as `3 urn-136107`.
    party: String,
    role: String,
    name: String,
    months: String,
}

impl Default for Form {
    fn default() -> Self {
        let (party, role, name) = Default::default();
        Self { party, role, name, months: MONTHS_MOST.to_string() }
    }
}

impl Form {
    fn wanted(&self) -> Wanted {
        let (number, organisation) = self.party.split_once(' ').unwrap_or_default();
        Wanted {
            agreement: number.parse().unwrap_or_default(),
            organisation: organisation.to_owned(),
            role: self.role.clone(),
            name: self.name.clone(),
            months: self.months.trim().parse().unwrap_or_default(),
        }
    }
}

pub async fn tokens(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Administer)?;
    draw(&edge, actor, frame, (Form::default(), Errors::default(), None)).await
}

pub async fn make_token(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, "/agreements/tokens").await?;
    let mut errors = Errors::default();
    let wanted = form.wanted();
    if wanted.organisation.is_empty() {
        errors.add("party", "Choose the partner and the agreement");
        return draw(&edge, actor, frame, (form, errors, None)).await;
    }
    match machine::make(edge.ctx(), actor, &wanted).await? {
        Ok(secret) => draw(&edge, actor, frame, (Form::default(), errors, Some(secret))).await,
        Err((field, sentence)) => {
            errors.add(if field == "agreement" { "party" } else { field }, sentence);
            draw(&edge, actor, frame, (form, errors, None)).await
        }
    }
}

pub async fn end_token(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    machine::end(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to("/agreements/tokens"))
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (form, errors, secret): (Form, Errors, Option<String>),
) -> Result<Page<View>, PageError> {
    let mut parties = vec![Choice::new("", "Choose", form.party.is_empty())];
    for (number, id, words) in machine::parties(edge.ctx(), actor).await? {
        let value = format!("{number} {id}");
        parties.push(Choice::new(&value, &words, value == form.party));
    }
    let mut roles = vec![Choice::new("", "Choose", form.role.is_empty())];
    let partners = Role::ALL.iter().filter(|role| role.is_partner());
    roles.extend(partners.map(|r| Choice::new(r.name(), kind(*r), r.name() == form.role)));
    let rows = machine::list(edge.ctx(), actor).await?.into_iter().map(row).collect();
    let frame = frame.named("Tokens for partners' systems", Section::Sharing);
    Ok(Page(View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        rows,
        parties,
        roles,
        form,
        secret,
        address: format!("{}/api/openapi.json", edge.origin().as_str()),
    }))
}

/// The partner that a role is of, without "user".
fn kind(role: Role) -> &'static str {
    role.label().trim_end_matches(" user")
}

fn row(one: Shown) -> Row {
    let token = one.token;
    let state = match &one.closed {
        None => ("Works".to_owned(), Tone::Good),
        Some(_) if token.ended => ("Ended".to_owned(), Tone::Plain),
        Some(reason) => (format!("Does not work: {reason}"), Tone::Bad),
    };
    let used = token.used_on.parse().map_or("Never".to_owned(), shown_short);
    Row {
        id: token.id,
        name: token.name,
        organisation: token.organisation_name,
        agreement: token.agreement,
        role: one.role.map_or("", kind),
        until: shown(token.until),
        used,
        state,
        over: token.ended,
    }
}
