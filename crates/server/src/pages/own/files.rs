//! The files that a partner sends: checked first, then sent, with a receipt. Nothing is changed by the
//! check, and what comes of the file is told here.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section, upload::Upload};
use crate::pages::parts::{Choice, Errors, Tab};
use crate::pages::people::story::moment;
use app::Wrong;
use app::imports::{self, Incoming, Options};
use app::partners::{self, Stands, Wanting};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use formats::Kind;

#[derive(Template)]
#[template(path = "own/files.html")]
struct FilesPage {
    frame: Frame,
    errors: Errors,
    tabs: Vec<Tab>,
    name: String,
    wanting: Option<Wanting>,
    kinds: Vec<Choice>,
    rows: Vec<Row>,
}

struct Row {
    id: i64,
    file: String,
    kind: &'static str,
    came: String,
    state: &'static str,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    draw(&edge, actor, frame, Errors::default(), "").await
}

pub async fn receive(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let mut errors = Errors::default();
    let kind = upload.field("kind").parse::<Kind>();
    if kind.is_err() {
        errors.add("kind", "Choose what kind of file it is");
    }
    if upload.file.is_none() {
        errors.add("file", "Choose the file");
    }
    let (Ok(kind), Some(file)) = (kind, &upload.file) else {
        return draw(&edge, actor, frame, errors, upload.field("kind")).await;
    };
    match take(&edge, actor, kind, file).await {
        Ok(id) => {
            edge.work().start(&edge, id, false);
            Ok(Redirect::to(&format!("/own/files/{id}")).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            errors.add("file", sentence);
            draw(&edge, actor, frame, errors, upload.field("kind")).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn take(
    edge: &Edge,
    actor: &Actor,
    kind: Kind,
    file: &crate::http::upload::Received,
) -> Result<i64, Wrong> {
    let sender = partners::sender(edge.ctx(), actor, kind).await?;
    let content = file.content().map_err(|e| Wrong::Failed(e.to_string()))?;
    let incoming = Incoming {
        kind,
        sender: &sender,
        file_name: &file.name,
        content: Box::new(content),
        as_of: None,
        options: Options::default(),
        account: Some(actor.account),
    };
    imports::receive(edge.ctx(), incoming).await
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    errors: Errors,
    chosen: &str,
) -> Result<Response, PageError> {
    let ctx = edge.ctx();
    let own = partners::own(ctx, actor).await?.ok_or(PageError::NotFound)?;
    let mut rows = Vec::new();
    for import in partners::sent(ctx, actor).await? {
        let sent = partners::handed_over(ctx, import.id).await?.is_some();
        rows.push(Row {
            id: import.id,
            kind: import.kind.parse::<Kind>().map_or("", Kind::label),
            came: moment(&import.received_at),
            state: words(partners::stands(&import, sent, false)),
            file: import.file_name,
        });
    }
    let mut kinds = vec![Choice::new("", "Choose", chosen.is_empty())];
    let open = partners::kinds(actor.role).iter();
    kinds.extend(open.map(|k| Choice::new(k.name(), k.label(), k.name() == chosen)));
    let frame = frame.named("Files you send", Section::Own).with_errors(!errors.is_empty());
    let tabs = tabs("/own/files", actor, own.is_contact);
    let (name, wanting) = (own.name, own.wanting);
    Ok(Page(FilesPage { frame, errors, tabs, name, wanting, kinds, rows }).into_response())
}

/// How a file stands, in the sender's words.
fn words(stands: Stands) -> &'static str {
    match stands {
        Stands::Checking => "Being checked",
        Stands::Checked => "Checked, not sent yet",
        Stands::Sent => "Sent, waits at the council",
        Stands::TakingIn => "Being taken in",
        Stands::Applied => "In the register",
        Stands::TakenBack => "Taken back",
        Stands::Refused => "Could not be used",
    }
}

#[derive(Template)]
#[template(path = "own/file.html")]
pub struct FilePage {
    frame: Frame,
    id: i64,
    file: String,
    kind: &'static str,
    state: &'static str,
    running: bool,
    message: String,
    counts: Vec<(&'static str, i64)>,
    notes: Vec<String>,
    faults: Vec<(i64, String)>,
    may_send: bool,
    receipt: Option<(String, String)>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Page<FilePage>, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let ctx = edge.ctx();
    let running = edge.work().done(id).is_some();
    let import = partners::file(ctx, actor, id).await?.ok_or(PageError::NotFound)?;
    let sent = partners::handed_over(ctx, id).await?;
    let faults = partners::faults(ctx, actor, id).await?;
    let stands = partners::stands(&import, sent.is_some(), running);
    let c = partners::checked(&import);
    Ok(Page(FilePage {
        frame: frame.named(import.file_name.clone(), Section::Own),
        id,
        kind: import.kind.parse::<Kind>().map_or("", Kind::label),
        state: words(stands),
        running,
        message: import.message.clone().unwrap_or_default(),
        counts: vec![
            ("Rows read", c.read),
            ("Rows that can be used", c.usable),
            ("Rows that cannot be used", c.refused),
        ],
        notes: serde_json::from_str(&import.notes).unwrap_or_default(),
        faults: faults.into_iter().map(|(line, why)| (line, why.join("; "))).collect(),
        may_send: stands == Stands::Checked,
        receipt: sent.map(|at| (partners::receipt(&import), moment(&at))),
        file: import.file_name,
    }))
}

pub async fn hand_over(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    partners::hand_over(edge.ctx(), who.may(Act::SendOwn)?, id).await?;
    Ok(Redirect::to(&format!("/own/files/{id}")))
}

pub async fn withdraw(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    partners::withdraw(edge.ctx(), who.may(Act::SendOwn)?, id).await?;
    Ok(Redirect::to("/own/files"))
}
