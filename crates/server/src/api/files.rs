//! Lists that a system sends: taken in, checked without changing anything, then handed over for a receipt,
//! or withdrawn. The same journeys as the portal's, so that both see the same files.

use app::Wrong;
use app::imports::{self, Import, Incoming, Options};
use app::machine;
use app::partners;
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State, rejection::QueryRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Actor};
use http_body_util::BodyExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Seek;
use tokio::io::AsyncWriteExt;
use utoipa::{IntoParams, ToSchema};

use super::number::Number;
use super::token::Asking;
use super::{Problem, key};
use crate::http::{Edge, scan, upload};

/// Units: bytes that a body in words may have.
pub const WORDS_MOST: usize = 16 * 1024;

/// What kind of list it is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FileKind {
    Roll,
    Ctf,
    JoinersLeavers,
    Destinations,
    Engagement,
    Ilr,
    NccisXml,
    NccisFlat,
}

impl FileKind {
    const fn formats(self) -> formats::Kind {
        match self {
            FileKind::Roll => formats::Kind::Roll,
            FileKind::Ctf => formats::Kind::Ctf,
            FileKind::JoinersLeavers => formats::Kind::JoinersLeavers,
            FileKind::Destinations => formats::Kind::Destinations,
            FileKind::Engagement => formats::Kind::Engagement,
            FileKind::Ilr => formats::Kind::Ilr,
            FileKind::NccisXml => formats::Kind::NccisXml,
            FileKind::NccisFlat => formats::Kind::NccisFlat,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    #[param(inline)]
    kind: FileKind,
    /// What you call the file; it is shown to people, so it names nobody.
    #[param(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9 ._-]{1,100}$")]
    name: String,
}

/// How a list stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Stands {
    /// Being read; nothing is changed by it.
    Checking,
    /// Checked to its end: hand it over, or withdraw it.
    Checked,
    /// Handed over; it waits at the council.
    Sent,
    /// Handed over, and being taken in.
    TakingIn,
    /// In the register.
    Applied,
    /// Taken back by the council.
    TakenBack,
    /// It could not be used, or was withdrawn; `message` says why.
    Refused,
}

impl From<partners::Stands> for Stands {
    fn from(stands: partners::Stands) -> Self {
        match stands {
            partners::Stands::Checking => Self::Checking,
            partners::Stands::Checked => Self::Checked,
            partners::Stands::Sent => Self::Sent,
            partners::Stands::TakingIn => Self::TakingIn,
            partners::Stands::Applied => Self::Applied,
            partners::Stands::TakenBack => Self::TakenBack,
            partners::Stands::Refused => Self::Refused,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct File {
    id: i64,
    kind: String,
    name: String,
    received_at: String,
    state: Stands,
    message: Option<String>,
    counts: Counts,
    /// What was noticed while reading, such as columns that the agreement does not give.
    notes: Vec<String>,
    /// Rows that cannot be used, the first hundred.
    faults: Vec<RowFault>,
    /// What you can ask us about later; nothing until it was handed over.
    receipt: Option<String>,
    sent_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Counts {
    read: i64,
    /// Rows that could be read. Whom the register knows is not told, nor what it takes of them.
    usable: i64,
    /// Rows that could not.
    refused: i64,
}

#[derive(Serialize, ToSchema)]
pub struct RowFault {
    line: i64,
    reasons: Vec<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Files {
    files: Vec<File>,
}

/// The number and address of what was taken in.
#[derive(Serialize, ToSchema)]
pub struct Taken {
    id: i64,
    /// Ask here how the check ended.
    href: String,
}

fn told(edge: &Edge, import: Import, sent_at: Option<String>, faults: Vec<RowFault>) -> File {
    let running = edge.work().done(import.id).is_some();
    let state = Stands::from(partners::stands(&import, sent_at.is_some(), running));
    let c = partners::checked(&import);
    File {
        id: import.id,
        receipt: sent_at.as_ref().map(|_| partners::receipt(&import)),
        kind: import.kind,
        name: import.file_name,
        received_at: import.received_at,
        state,
        message: import.message,
        counts: Counts { read: c.read, usable: c.usable, refused: c.refused },
        notes: serde_json::from_str(&import.notes).unwrap_or_default(),
        faults,
        sent_at,
    }
}

async fn one(edge: &Edge, actor: &Actor, id: i64) -> Result<File, Problem> {
    let ctx = edge.ctx();
    let import = partners::file(ctx, actor, id).await?.ok_or_else(Problem::not_found)?;
    let sent_at = partners::handed_over(ctx, id).await?;
    let faults = partners::faults(ctx, actor, id).await?;
    let faults = faults.into_iter().map(|(line, reasons)| RowFault { line, reasons }).collect();
    Ok(told(edge, import, sent_at, faults))
}

/// The newest thirty lists of your organisation, whoever sent them.
#[utoipa::path(
    get,
    path = "/api/v1/files",
    tag = "lists",
    responses(
        (status = 200, body = Files),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(edge): State<Edge>, asking: Asking) -> Result<Json<Files>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let mut files = Vec::new();
    for import in partners::sent(edge.ctx(), actor).await? {
        let sent_at = partners::handed_over(edge.ctx(), import.id).await?;
        files.push(told(&edge, import, sent_at, Vec::new()));
    }
    Ok(Json(Files { files }))
}

/// Take a list in and check it. Nothing is changed until it is handed over and the council takes it in.
#[utoipa::path(
    post,
    path = "/api/v1/files",
    tag = "lists",
    params(
        Wanted,
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[A-Za-z0-9_-]{8,100}$",
            description = "Your own key of what you send: sent again under it, it is taken once")
    ),
    request_body(content = String, content_type = "application/octet-stream", description = "The file as it is: CSV, XLSX or XML"),
    responses(
        (status = 202, body = Taken),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn receive(
    State(edge): State<Edge>,
    asking: Asking,
    headers: HeaderMap,
    wanted: Result<Query<Wanted>, QueryRejection>,
    body: Body,
) -> Result<Response, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let key = key::of(&headers)?;
    let Query(wanted) = wanted.map_err(|refusal| Problem::bad(refusal.body_text()))?;
    let kind = wanted.kind.formats();
    fits(&wanted.name)?;
    let sender = partners::sender(edge.ctx(), actor, kind).await?;
    machine::wants(edge.ctx(), &asking.0, kind).await?;
    let Brought { content, hash } = land(&edge, (kind, actor.account_id()), &headers, body).await?;
    let token = asking.0.token.id;
    let hash = key::hash(format!("{kind} {} {hash}", wanted.name).as_bytes());
    let incoming = Incoming {
        kind,
        sender: &sender,
        file_name: &wanted.name,
        content: Box::new(content),
        as_of: None,
        options: Options::default(),
        account: actor.account_id(),
    };
    let take = imports::receive(edge.ctx(), incoming);
    let (id, again) = key::once(&edge, token, (&key, &hash), 202, take).await?;
    if !again {
        edge.work().start(&edge, id, false);
    }
    Ok(key::said(taken(id)?, again))
}

fn taken(id: i64) -> Result<Response, Problem> {
    let href = format!("/api/v1/files/{id}");
    let place = href.parse().map_err(Problem::failure)?;
    let mut answer = (StatusCode::ACCEPTED, Json(Taken { id, href })).into_response();
    answer.headers_mut().insert(header::LOCATION, place);
    Ok(answer)
}

/// What a file is called, as far as it is shown.
pub(super) fn fits(name: &str) -> Result<(), Problem> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-');
    match (1..=100).contains(&name.len()) && name.chars().all(fits) {
        true => Ok(()),
        false => Err(Problem::bad("`name` has up to 100 letters, digits, spaces, dots, - and _.")),
    }
}

/// A file that was taken and cannot be used.
pub(super) fn unusable(wrong: Wrong) -> Problem {
    match wrong {
        Wrong::Refused(sentence) => Problem::new(StatusCode::UNPROCESSABLE_ENTITY, sentence),
        broken => broken.into(),
    }
}

/// A body that was brought to a file of ours, and its hash.
pub(super) struct Brought {
    pub content: std::fs::File,
    pub hash: String,
}

/// Streams a body to a file of ours, never more than its kind may have, and has it looked through.
pub(super) async fn land(
    edge: &Edge,
    (kind, account): (formats::Kind, Option<i64>),
    headers: &HeaderMap,
    body: Body,
) -> Result<Brought, Problem> {
    let most = kind.bytes_max();
    let told = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    if told.and_then(|length| length.parse::<u64>().ok()).is_some_and(|length| length > most) {
        return Err(Problem::too_large(most));
    }
    let made = upload::nameless(edge.incoming()).map_err(Problem::failure)?;
    let mut file = tokio::fs::File::from_std(made);
    let (mut body, mut hash, mut bytes) = (body, Sha256::new(), 0_u64);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::bad("The body broke off."))?;
        let Some(data) = frame.data_ref() else { continue };
        bytes = bytes.saturating_add(data.len() as u64);
        if bytes > most {
            return Err(Problem::too_large(most));
        }
        hash.update(data);
        file.write_all(data).await.map_err(Problem::failure)?;
    }
    file.flush().await.map_err(Problem::failure)?;
    let mut content = file.into_std().await;
    content.rewind().map_err(Problem::failure)?;
    let looked = content.try_clone().map_err(Problem::failure)?;
    scan::pass(edge, looked, account).await.map_err(|why| match why {
        scan::NotTaken::Wrong(wrong) => unusable(wrong),
        scan::NotTaken::NoAnswer => Problem::unavailable(scan::SILENT),
    })?;
    content.rewind().map_err(Problem::failure)?;
    Ok(Brought { content, hash: key::hex(hash.finalize()) })
}

/// How the check of a list ended, and its receipt once it was handed over.
#[utoipa::path(
    get,
    path = "/api/v1/files/{id}",
    tag = "lists",
    params(("id" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = File),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn show(
    State(edge): State<Edge>,
    asking: Asking,
    Number(id): Number,
) -> Result<Json<File>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    Ok(Json(one(&edge, actor, id).await?))
}

/// Hand a checked list over. Asked again, the receipt is the same.
#[utoipa::path(
    post,
    path = "/api/v1/files/{id}/send",
    tag = "lists",
    params(("id" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = File),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn hand_over(
    State(edge): State<Edge>,
    asking: Asking,
    Number(id): Number,
) -> Result<Json<File>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let file = one(&edge, actor, id).await?;
    // Asked again it answers as it did, wherever the list has got to since.
    if file.receipt.is_some() {
        return Ok(Json(file));
    }
    if !matches!(file.state, Stands::Checked) {
        return Err(Problem::conflict("This list was not checked to its end."));
    }
    partners::hand_over(edge.ctx(), actor, file.id).await?;
    Ok(Json(one(&edge, actor, id).await?))
}

/// Withdraw a list that was not handed over; its content is forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/files/{id}",
    tag = "lists",
    params(("id" = i64, Path, minimum = 1)),
    responses(
        (status = 204),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn withdraw(
    State(edge): State<Edge>,
    asking: Asking,
    Number(id): Number,
) -> Result<StatusCode, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let file = one(&edge, actor, id).await?;
    if !matches!(file.state, Stands::Checked) {
        return Err(Problem::conflict(
            "Only a list that was checked and not handed over can be withdrawn.",
        ));
    }
    partners::withdraw(edge.ctx(), actor, file.id).await?;
    Ok(StatusCode::NO_CONTENT)
}
