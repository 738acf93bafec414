//! The list of accounts and the page of one. A new password is a link that is shown once, here.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::parts::{Choice, Errors, Tab},
};
use app::{
    Wrong,
    admin::{self, Account, Form},
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor, Role};

#[derive(Template)]
#[template(path = "admin/people.html")]
pub struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    name: String,
    email: String,
    role: &'static str,
    reach: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    frame: Frame,
    errors: Errors,
    id: Option<i64>,
    typed: Form,
    active: bool,
    has_password: bool,
    roles: Vec<Choice>,
    schools: Vec<Choice>,
    localities: Vec<Choice>,
    link: Option<String>,
    hours: i64,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::Administer)?;
    let all = admin::all(edge.ctx(), actor).await?;
    let names = admin::organisations(edge.ctx(), actor).await?;
    let school =
        |id: &String| names.iter().find(|o| o.id == *id).map_or(id.clone(), |o| o.name.clone());
    let rows = all.into_iter().map(|a| Row {
        id: a.id,
        role: Role::from_name(&a.role).map_or("Unknown role", Role::label),
        reach: match a.organisation.as_ref() {
            Some(id) => school(id),
            None if a.role == Role::DataManager.name() => "Everybody".to_owned(),
            None => a.localities.replace('\n', ", "),
        },
        name: a.name,
        email: a.email,
        active: a.active,
    });
    let frame = frame.named("People with accounts", Section::Admin);
    Ok(Page(ListPage { frame, tabs: tabs("/admin"), rows: rows.collect() }))
}

pub async fn new(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    draw(&edge, actor, frame, (None, Form::default()), (Errors::default(), None)).await
}

pub async fn add(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let form = read(&pairs);
    match admin::add(edge.ctx(), actor, &form).await {
        Ok(id) => Ok(Redirect::to(&format!("/admin/people/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, actor, frame, (None, form), (about(sentence), None)).await
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
    let account = found(&edge, actor, id).await?;
    let form = form_of(&account);
    draw(&edge, actor, frame, (Some(account), form), (Errors::default(), None)).await
}

pub async fn change(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let account = found(&edge, actor, id).await?;
    let form = Form { email: account.email.clone(), ..read(&pairs) };
    match admin::change(edge.ctx(), actor, id, &form).await {
        Ok(()) => Ok(Redirect::to("/admin").into_response()),
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, actor, frame, (Some(account), form), (about(sentence), None)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    admin::end(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to("/admin"))
}

pub async fn restart(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    admin::restart(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to(&format!("/admin/people/{id}")))
}

/// Makes a link and shows it, this once.
pub async fn link(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let secret = admin::link(edge.ctx(), actor, id).await?;
    let address = format!("{}/password/{secret}", edge.origin().as_str());
    let account = found(&edge, actor, id).await?;
    let form = form_of(&account);
    draw(&edge, actor, frame, (Some(account), form), (Errors::default(), Some(address))).await
}

async fn found(edge: &Edge, actor: &Actor, id: i64) -> Result<Account, PageError> {
    admin::one(edge.ctx(), actor, id).await?.ok_or(PageError::NotFound)
}

fn form_of(a: &Account) -> Form {
    Form {
        email: a.email.clone(),
        name: a.name.clone(),
        role: a.role.clone(),
        organisation: a.organisation.clone().unwrap_or_default(),
        localities: a.localities.lines().map(str::to_owned).collect(),
    }
}

fn read(pairs: &[(String, String)]) -> Form {
    let all = |name: &str| -> Vec<String> {
        pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    };
    let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
    Form {
        email: one("email"),
        name: one("name"),
        role: one("role"),
        organisation: one("organisation"),
        localities: all("localities"),
    }
}

/// The sentence at the field it speaks of.
fn about(sentence: String) -> Errors {
    let fields = [
        ("email", "email"),
        ("localit", "localities"),
        ("organisation", "organisation"),
        ("role", "role"),
    ];
    let field = fields.iter().find(|(word, _)| sentence.contains(word)).map_or("name", |f| f.1);
    let mut errors = Errors::default();
    errors.add(field, sentence);
    errors
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (account, typed): (Option<Account>, Form),
    (errors, link): (Errors, Option<String>),
) -> Result<Response, PageError> {
    let known = admin::localities(edge.ctx(), actor).await?;
    let schools = admin::organisations(edge.ctx(), actor).await?;
    let none = |chosen: &str| Choice::new("", "Choose", chosen.is_empty());
    let title = account.as_ref().map_or_else(|| "New account".to_owned(), |a| a.name.clone());
    Ok(Page(PersonPage {
        frame: frame.named(title, Section::Admin).with_errors(!errors.is_empty()),
        errors,
        id: account.as_ref().map(|a| a.id),
        active: account.as_ref().is_none_or(|a| a.active),
        has_password: account.as_ref().is_some_and(|a| !a.password_hash.is_empty()),
        roles: std::iter::once(none(&typed.role))
            .chain(
                Role::ALL.iter().map(|r| Choice::new(r.name(), r.label(), r.name() == typed.role)),
            )
            .collect(),
        schools: std::iter::once(none(&typed.organisation))
            .chain(schools.iter().map(|o| Choice::new(&o.id, &o.name, o.id == typed.organisation)))
            .collect(),
        localities: known.iter().map(|l| Choice::new(l, l, typed.localities.contains(l))).collect(),
        typed,
        link,
        hours: admin::LINK_HOURS,
    })
    .into_response())
}
