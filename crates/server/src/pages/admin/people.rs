//! The list of accounts and the page of one. A new password is a link that is shown once, here.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, Visitor, frame::Section},
    pages::account::fresh,
    pages::parts::{Choice, Errors, Tab, Tone},
    pages::people::story::moment,
};
use app::{
    Wrong, accounts,
    admin::{self, Account, Form, Grant},
    partners,
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor, Role};
use serde::Deserialize;

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
    state: (&'static str, Tone),
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
    sessions: Vec<crate::pages::account::Row>,
    recovery: Recovery,
    granting: Granting,
    grant_days: i64,
    confirmed: Option<(String, Tone)>,
    /// Whether its owner's postcode is kept.
    lives: bool,
}

/// A role that waits for a second person, as this administrator may go on with it.
enum Granting {
    Nothing,
    /// They asked for it, or it is their own.
    Waits(String),
    /// Somebody else asked for it: which role of where, when, and the number of what was asked.
    Agree(String, String, i64),
}

/// What somebody agrees to: the number that their page showed, so that what was asked since is not agreed to
/// unseen.
#[derive(Deserialize)]
pub struct Agreed {
    #[serde(default)]
    grant: String,
}

/// The number of the recovery that the page showed; of a page that offered to start one, none.
#[derive(Deserialize)]
pub struct Recovered {
    #[serde(default)]
    recovery: String,
}

/// How far a recovery of the second factor is, as this administrator may go on with it.
enum Recovery {
    /// There is no device to take away.
    NoDevice,
    /// It is their own, which another administrator has to start.
    Own,
    Start,
    /// Somebody else started it: when, and its number.
    Agree(String, i64),
    Waits,
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
    let waiting = admin::all_asked(edge.ctx(), actor).await?;
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
        state: match (a.active, waiting.contains(&a.id)) {
            (true, true) => ("Open; a role waits", Tone::Slow),
            (false, true) => ("Waits for a second person", Tone::Slow),
            (true, false) => ("Open", Tone::Good),
            (false, false) => ("Ended", Tone::Plain),
        },
    });
    let frame = frame.named("People with accounts", Section::Admin);
    Ok(Page(ListPage { frame, tabs: tabs("/admin", actor), rows: rows.collect() }))
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
    visitor: Visitor,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, "/admin/people/new").await?;
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
    visitor: Visitor,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, &format!("/admin/people/{id}")).await?;
    let account = found(&edge, actor, id).await?;
    let form = Form { email: account.email.clone(), ..read(&pairs) };
    match admin::change(edge.ctx(), actor, id, &form).await {
        // A role that waits is said on the account's own page.
        Ok(()) if admin::asked(edge.ctx(), actor, id).await?.is_some() => {
            Ok(Redirect::to(&format!("/admin/people/{id}")).into_response())
        }
        Ok(()) => Ok(Redirect::to("/admin").into_response()),
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, actor, frame, (Some(account), form), (about(sentence), None)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

/// Agrees to the role that another administrator asked for.
pub async fn agree(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
    Posted(said): Posted<Agreed>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    let back = format!("/admin/people/{id}");
    fresh(&edge, &visitor, &back).await?;
    // No number is 0, so a form without one agrees to nothing.
    let shown = said.grant.parse().unwrap_or(0);
    admin::agree_to(edge.ctx(), actor, id, shown).await?;
    Ok(Redirect::to(&back))
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
    visitor: Visitor,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    fresh(&edge, &visitor, &format!("/admin/people/{id}")).await?;
    let secret = admin::link(edge.ctx(), actor, id).await?;
    let address = format!("{}/password/{secret}", edge.origin().as_str());
    let account = found(&edge, actor, id).await?;
    let form = form_of(&account);
    draw(&edge, actor, frame, (Some(account), form), (Errors::default(), Some(address))).await
}

/// Ends every session of somebody.
pub async fn end_sessions(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    accounts::end_sessions(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to(&format!("/admin/people/{id}")))
}

/// Starts taking a lost second factor away, or agrees to what another started, as the page offered: whoever
/// meant to start one has not agreed to one that somebody started meanwhile.
pub async fn recover(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    Path(id): Path<i64>,
    Posted(said): Posted<Recovered>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    let back = format!("/admin/people/{id}");
    fresh(&edge, &visitor, &back).await?;
    match said.recovery.as_str() {
        "" => accounts::start_recovery(edge.ctx(), actor, id).await?,
        // No number is 0, so what is no number agrees to nothing.
        shown => {
            let shown = shown.parse().unwrap_or(0);
            accounts::agree_recovery(edge.ctx(), actor, id, shown).await?;
        }
    }
    Ok(Redirect::to(&back))
}

/// A postcode as typed for somebody; empty has theirs forgotten.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Home {
    postcode: String,
}

/// Keeps the postcode where somebody lives, which no page shows to an administrator.
pub async fn postcode(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(home): Posted<Home>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    accounts::keep_postcode(edge.ctx(), actor, id, &home.postcode).await?;
    Ok(Redirect::to(&format!("/admin/people/{id}")))
}

/// Confirms that a partner's account is still needed.
pub async fn attest(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    partners::attest(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to(&format!("/admin/people/{id}")))
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
    let (sessions, recovery, granting, confirmed) = match &account {
        Some(account) => beside(edge, actor, account.id).await?,
        None => (Vec::new(), Recovery::NoDevice, Granting::Nothing, None),
    };
    let lives = match &account {
        Some(account) => accounts::has_postcode(edge.ctx(), actor, account.id).await?,
        None => false,
    };
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
        sessions,
        recovery,
        granting,
        grant_days: admin::GRANT_DAYS,
        confirmed,
        lives,
    })
    .into_response())
}

/// The role that was asked for, and of which localities.
fn asked_for(grant: &Grant) -> String {
    let role = match Role::from_name(&grant.role) {
        Some(role) => role.label(),
        None => &grant.role,
    };
    match grant.localities.is_empty() {
        true => role.to_owned(),
        false => format!("{role} of {}", grant.localities.replace('\n', ", ")),
    }
}

type Beside = (Vec<crate::pages::account::Row>, Recovery, Granting, Option<(String, Tone)>);

/// Where somebody is signed in, how a recovery and a role that was asked for stand, and for a partner when
/// they were confirmed.
async fn beside(edge: &Edge, actor: &Actor, id: i64) -> Result<Beside, PageError> {
    let ctx = edge.ctx();
    let sessions = accounts::sessions_of(ctx, actor, id).await?;
    let device = accounts::has_device(ctx, actor, id).await?;
    let recovery = match accounts::recovery(ctx, id).await? {
        None if !device => Recovery::NoDevice,
        None if id == actor.account => Recovery::Own,
        None => Recovery::Start,
        Some(started) if started.by == actor.account => Recovery::Waits,
        Some(started) => Recovery::Agree(moment(&started.at), started.id),
    };
    let granting = match admin::asked(ctx, actor, id).await? {
        None => Granting::Nothing,
        Some(grant) => {
            let role = asked_for(&grant);
            match [grant.asked_by, id].contains(&actor.account) {
                true => Granting::Waits(role),
                false => Granting::Agree(role, moment(&grant.asked_at), grant.id),
            }
        }
    };
    let partners = partners::lapsing(ctx, actor).await?;
    let confirmed = partners.into_iter().find(|(_, v)| v.account == id);
    let confirmed = confirmed.map(|(_, v)| crate::pages::own::state(v.standing));
    let rows = sessions.into_iter().map(|s| crate::pages::account::row((s, false)));
    Ok((rows.collect(), recovery, granting, confirmed))
}
