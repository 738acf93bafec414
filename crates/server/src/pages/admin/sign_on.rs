//! Services that sign people in: the list, one of them, and who somebody is there. An invitation is shown
//! once, here.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, Visitor, frame::Section},
    pages::account::fresh,
    pages::parts::{Choice, Errors, Tab},
    pages::people::story::moment,
};
use app::{
    Wrong,
    accounts::outside::Provider,
    admin::{
        self,
        sign_on::{self, Form, INVITATION_HOURS},
    },
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/sign_on/list.html")]
pub struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    name: String,
    whose: String,
    issuer: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "admin/sign_on/one.html")]
struct OnePage {
    frame: Frame,
    errors: Errors,
    id: Option<i64>,
    typed: Form,
    whose: String,
    has_secret: bool,
    active: bool,
    organisations: Vec<Choice>,
    back_to: String,
}

#[derive(Template)]
#[template(path = "admin/sign_on/person.html")]
struct PersonPage {
    frame: Frame,
    errors: Errors,
    account: i64,
    back: String,
    name: String,
    rows: Vec<Known>,
    services: Vec<Choice>,
    link: Option<String>,
    hours: i64,
}

struct Known {
    service: String,
    issuer: String,
    subject: String,
    since: String,
}

async fn whose(edge: &Edge, actor: &Actor) -> Result<Vec<(String, String)>, PageError> {
    let all = admin::organisations(edge.ctx(), actor).await?;
    Ok(all.into_iter().map(|one| (one.id, one.name)).collect())
}

fn named(all: &[(String, String)], id: Option<&str>) -> String {
    let Some(id) = id else { return "The council".to_owned() };
    all.iter().find(|(known, _)| known == id).map_or(id.to_owned(), |(_, name)| name.clone())
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::Administer)?;
    let known = whose(&edge, actor).await?;
    let rows = sign_on::all(edge.ctx(), actor).await?.into_iter().map(|one| Row {
        id: one.id,
        whose: named(&known, one.organisation.as_deref()),
        name: one.name,
        issuer: one.issuer,
        active: one.active,
    });
    let frame = frame.named("Sign-on services", Section::Admin);
    Ok(Page(ListPage { frame, tabs: tabs("/admin/sign-on", actor), rows: rows.collect() }))
}

pub async fn new(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, who.may(Act::Administer)?, frame, (None, Form::default()), Errors::default()).await
}

pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, "/admin/sign-on/new").await?;
    let form = read(&pairs);
    match sign_on::add(edge.ctx(), actor, &form).await {
        Ok(id) => Ok(Redirect::to(&format!("/admin/sign-on/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, actor, frame, (None, form), about(sentence)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let kept = sign_on::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let form = form_of(&kept);
    draw(&edge, actor, frame, (Some(kept), form), Errors::default()).await
}

pub async fn change(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, &format!("/admin/sign-on/{id}")).await?;
    let kept = sign_on::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)?;
    let form = Form { issuer: kept.issuer.clone(), ..read(&pairs) };
    match sign_on::change(edge.ctx(), actor, id, &form).await {
        Ok(()) => Ok(Redirect::to("/admin/sign-on").into_response()),
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, actor, frame, (Some(kept), form), about(sentence)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, &format!("/admin/sign-on/{id}")).await?;
    sign_on::end(edge.ctx(), actor, id).await?;
    Ok(Redirect::to("/admin/sign-on"))
}

/// Who somebody is at which service.
pub async fn person(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    draw_person(&edge, actor, frame, id, (Errors::default(), None)).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Number {
    service: String,
    subject: String,
    issuer: String,
}

impl Number {
    fn service(&self) -> i64 {
        self.service.parse().unwrap_or(0)
    }
}

pub async fn join(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(typed): Posted<Number>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let back = format!("/admin/people/{id}/sign-on");
    fresh(&edge, &visitor, &back).await?;
    match sign_on::join(edge.ctx(), actor, (id, typed.service()), &typed.subject).await {
        Ok(()) => Ok(Redirect::to(&back).into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("subject", sentence);
            draw_person(&edge, actor, frame, id, (errors, None)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn invite(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(typed): Posted<Number>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, &format!("/admin/people/{id}/sign-on")).await?;
    let secret = sign_on::invite(edge.ctx(), actor, (id, typed.service())).await?;
    let address = format!("{}/sign-in/invited/{secret}", edge.origin().as_str());
    draw_person(&edge, actor, frame, id, (Errors::default(), Some(address))).await
}

pub async fn part(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
    Posted(typed): Posted<Number>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    let back = format!("/admin/people/{id}/sign-on");
    fresh(&edge, &visitor, &back).await?;
    sign_on::part(edge.ctx(), actor, id, (&typed.issuer, &typed.subject)).await?;
    Ok(Redirect::to(&back))
}

fn read(pairs: &[(String, String)]) -> Form {
    let one = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    Form {
        organisation: one("organisation"),
        name: one("name"),
        issuer: one("issuer"),
        client: one("client"),
        secret: one("secret"),
        classes: one("classes"),
    }
}

fn form_of(kept: &Provider) -> Form {
    Form {
        organisation: kept.organisation.clone().unwrap_or_default(),
        name: kept.name.clone(),
        issuer: kept.issuer.clone(),
        client: kept.client.clone(),
        secret: String::new(),
        classes: kept.classes.clone(),
    }
}

/// The sentence at the field that it begins with.
fn about(sentence: String) -> Errors {
    let fields = [("Issuer", "issuer"), ("Client id", "client"), ("Client secret", "secret")];
    let field =
        fields.iter().find(|(words, _)| sentence.starts_with(words)).map_or("name", |f| f.1);
    let mut errors = Errors::default();
    errors.add(field, sentence);
    errors
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (kept, typed): (Option<Provider>, Form),
    errors: Errors,
) -> Result<Response, PageError> {
    let known = whose(edge, actor).await?;
    let council = Choice::new("", "The council", typed.organisation.is_empty());
    let partners = known.iter().map(|(id, name)| Choice::new(id, name, *id == typed.organisation));
    let title = kept.as_ref().map_or("New sign-on service".to_owned(), |one| one.name.clone());
    let back_to = kept
        .as_ref()
        .map_or(String::new(), |one| sign_on::return_address(edge.origin().as_str(), one.id));
    Ok(Page(OnePage {
        frame: frame.named(title, Section::Admin).with_errors(!errors.is_empty()),
        errors,
        id: kept.as_ref().map(|one| one.id),
        whose: named(&known, kept.as_ref().and_then(|one| one.organisation.as_deref())),
        has_secret: kept.as_ref().is_some_and(|one| !one.secret.is_empty()),
        active: kept.as_ref().is_none_or(|one| one.active),
        organisations: std::iter::once(council).chain(partners).collect(),
        back_to,
        typed,
    })
    .into_response())
}

async fn draw_person(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    id: i64,
    (errors, link): (Errors, Option<String>),
) -> Result<Response, PageError> {
    let ctx = edge.ctx();
    let account = admin::one(ctx, actor, id).await?.ok_or(PageError::NotFound)?;
    let all = sign_on::all(ctx, actor).await?;
    let rows = sign_on::identities(ctx, actor, id).await?.into_iter().map(|one| {
        let service = all.iter().find(|service| service.issuer == one.issuer);
        Known {
            service: service.map_or("A service that has ended".to_owned(), |s| s.name.clone()),
            since: moment(&one.made_at),
            issuer: one.issuer,
            subject: one.subject,
        }
    });
    let fitting = sign_on::fitting(ctx, actor, id).await?;
    let services = fitting.iter().map(|one| Choice::new(&one.id.to_string(), &one.name, false));
    let title = format!("Single sign-on of {}", account.name);
    Ok(Page(PersonPage {
        frame: frame.named(title, Section::Admin).with_errors(!errors.is_empty()),
        errors,
        account: id,
        back: format!("/admin/people/{id}"),
        name: account.name,
        rows: rows.collect(),
        services: services.collect(),
        link,
        hours: INVITATION_HOURS,
    })
    .into_response())
}
