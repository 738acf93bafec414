//! Exam results: the school's side (a file checked, sent, who has it and who looked) and the provider's
//! (what it was given). Who may have what is `app::results`'s.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section, upload::Upload};
use crate::pages::parts::{Errors, Tab, capital};
use crate::pages::people::story::moment;
use app::{Wrong, partners, results};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor, Role};
use domain::calendar::shown_short;

#[derive(Template)]
#[template(path = "own/results.html")]
struct SchoolView {
    frame: Frame,
    errors: Errors,
    tabs: Vec<Tab>,
    name: String,
    rows: Vec<(i64, String, String, &'static str, i64)>,
    /// Offers that wait for the school's word: whose, the name, the provider, since when.
    unconfirmed: Vec<(i64, String, String, String)>,
}

#[derive(Template)]
#[template(path = "own/results_had.html")]
struct ProviderView {
    frame: Frame,
    tabs: Vec<Tab>,
    name: String,
    pupils: Vec<Pupil>,
}

struct Pupil {
    name: String,
    born: String,
    school: String,
    came: String,
    results: Vec<String>,
}

pub async fn results(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    match actor.role {
        Role::School => draw(&edge, actor, frame, Errors::default()).await,
        _ => had(&edge, actor, frame).await,
    }
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    errors: Errors,
) -> Result<Response, PageError> {
    let own = partners::own(edge.ctx(), actor).await?.ok_or(PageError::NotFound)?;
    let sent = results::sent(edge.ctx(), actor).await?;
    let rows = sent.into_iter().map(|one| {
        let at = if one.sent_at.is_empty() { &one.checked_at } else { &one.sent_at };
        (one.id, one.file_name, moment(at), state(&one.state), one.kept)
    });
    let rows = rows.collect();
    let unconfirmed = results::unconfirmed(edge.ctx(), actor).await?.into_iter();
    let unconfirmed =
        unconfirmed.map(|one| (one.person, one.name, one.provider, shown_short(one.day))).collect();
    let frame = frame.named("Exam results", Section::Own).with_errors(!errors.is_empty());
    let tabs = tabs("/own/results", actor, own.is_contact);
    let name = own.name;
    Ok(Page(SchoolView { frame, errors, tabs, name, rows, unconfirmed }).into_response())
}

fn state(state: &str) -> &'static str {
    match state {
        "checked" => "Checked, not sent yet",
        "sent" => "Sent",
        _ => "Withdrawn",
    }
}

async fn had(edge: &Edge, actor: &Actor, frame: Frame) -> Result<Response, PageError> {
    let own = partners::own(edge.ctx(), actor).await?.ok_or(PageError::NotFound)?;
    let pupils = results::had(edge.ctx(), actor).await?.into_iter().map(|one| Pupil {
        born: one.born.parse().map_or(String::new(), shown_short),
        came: moment(&one.passed_at),
        results: one
            .results
            .iter()
            .map(|g| {
                let what = [&g.level, &g.subject, &g.series];
                let what: Vec<&str> =
                    what.into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
                format!("{}: {}", what.join(", "), g.grade)
            })
            .collect(),
        name: one.name,
        school: one.school,
    });
    let pupils = pupils.collect();
    let frame = frame.named("Exam results", Section::Own);
    let tabs = tabs("/own/results", actor, own.is_contact);
    Ok(Page(ProviderView { frame, tabs, name: own.name, pupils }).into_response())
}

pub async fn check(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let mut errors = Errors::default();
    let Some(file) = &upload.file else {
        errors.add("file", "Choose the file");
        return draw(&edge, actor, frame, errors).await;
    };
    let content = file.content().map_err(PageError::failure)?;
    let named = (file.name.as_str(), content);
    match results::check(edge.ctx(), edge.reader(), actor, named).await {
        Ok(id) => Ok(Redirect::to(&format!("/own/results/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) if actor.role == Role::School => {
            errors.add("file", sentence);
            draw(&edge, actor, frame, errors).await
        }
        Err(wrong) => Err(wrong.into()),
    }
}

#[derive(Template)]
#[template(path = "own/results_file.html")]
pub struct FileView {
    frame: Frame,
    id: i64,
    file: String,
    state: &'static str,
    checked: bool,
    withdrawn: bool,
    sent_at: String,
    receipt: Option<String>,
    read: i64,
    kept: i64,
    providers: Vec<(String, usize, usize)>,
    nobody: Vec<(String, usize)>,
    faults: Vec<(i64, String)>,
}

pub async fn sending(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Page<FileView>, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let found = match results::open(edge.ctx(), actor, id).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let send = found.send;
    Ok(Page(FileView {
        frame: frame.named(send.file_name.clone(), Section::Own),
        id,
        state: state(&send.state),
        checked: send.state == "checked",
        withdrawn: send.state == "withdrawn",
        sent_at: if send.sent_at.is_empty() { String::new() } else { moment(&send.sent_at) },
        receipt: found.receipt,
        read: send.read,
        kept: send.kept,
        providers: found.providers,
        nobody: found.nobody.into_iter().map(|(why, pupils)| (capital(&why), pupils)).collect(),
        faults: found.faults,
        file: send.file_name,
    }))
}

pub async fn pass(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    results::hand_on(edge.ctx(), who.may(Act::SendOwn)?, id).await?;
    Ok(Redirect::to(&format!("/own/results/{id}")))
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    results::withdraw(edge.ctx(), who.may(Act::SendOwn)?, id).await?;
    Ok(Redirect::to("/own/results"))
}
