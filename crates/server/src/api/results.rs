//! Exam results between systems: a school's file is taken in and checked, sent on to the providers that its
//! pupils applied to, or withdrawn; a provider reads what it was sent. The same journeys as the portal's.

use app::Wrong;
use app::machine;
use app::results::{self, Sending};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State, rejection::QueryRejection};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Actor, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::files::{self, Brought};
use super::number::Number;
use super::token::Asking;
use super::{Problem, key};
use crate::http::Edge;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// What you call the file; it is shown to people, so it names nobody.
    #[param(min_length = 1, max_length = 100, pattern = "^[A-Za-z0-9 ._-]{1,100}$")]
    name: String,
}

/// What a provider was sent and may still have.
#[derive(Serialize, ToSchema)]
pub struct Results {
    pupils: Vec<PupilResults>,
}

#[derive(Serialize, ToSchema)]
pub struct PupilResults {
    name: String,
    date_of_birth: String,
    school: String,
    /// When the school sent them.
    sent_at: String,
    results: Vec<Grade>,
}

#[derive(Serialize, ToSchema)]
pub struct Grade {
    #[schema(example = "June 2026")]
    series: String,
    subject: String,
    /// Such as GCSE; may be empty.
    level: String,
    grade: String,
}

/// A school's file of results.
#[derive(Serialize, ToSchema)]
pub struct ResultsFile {
    id: i64,
    name: String,
    /// checked, sent or withdrawn.
    state: String,
    checked_at: String,
    sent_at: Option<String>,
    /// Rows that the file has.
    read: i64,
    /// Rows of pupils of the school.
    kept: i64,
    /// What you can ask us about later; nothing until it was sent.
    receipt: Option<String>,
    /// Who would get results, or has them.
    providers: Vec<Provider>,
    /// Pupils whose results go to nobody, by the reason; empty once it was sent.
    nobody: Vec<Staying>,
    /// Rows that cannot be used, the first hundred.
    faults: Vec<ResultFault>,
}

#[derive(Serialize, ToSchema)]
pub struct Provider {
    name: String,
    pupils: usize,
    /// Of how many pupils it has looked at the results.
    looked_at: usize,
}

#[derive(Serialize, ToSchema)]
pub struct Staying {
    reason: String,
    pupils: usize,
}

#[derive(Serialize, ToSchema)]
pub struct ResultFault {
    line: i64,
    reason: String,
}

#[derive(Serialize, ToSchema)]
pub struct ResultsFiles {
    files: Vec<Brief>,
}

#[derive(Serialize, ToSchema)]
pub struct Brief {
    id: i64,
    name: String,
    /// checked, sent or withdrawn.
    state: String,
    checked_at: String,
    sent_at: Option<String>,
    read: i64,
    kept: i64,
}

fn said(at: String) -> Option<String> {
    Some(at).filter(|at| !at.is_empty())
}

fn told(found: Sending) -> ResultsFile {
    let Sending { send, receipt, providers, nobody, faults } = found;
    ResultsFile {
        id: send.id,
        name: send.file_name,
        state: send.state,
        checked_at: send.checked_at,
        sent_at: said(send.sent_at),
        read: send.read,
        kept: send.kept,
        receipt,
        providers: providers
            .into_iter()
            .map(|(name, pupils, looked_at)| Provider { name, pupils, looked_at })
            .collect(),
        nobody: nobody.into_iter().map(|(reason, pupils)| Staying { reason, pupils }).collect(),
        faults: faults.into_iter().map(|(line, reason)| ResultFault { line, reason }).collect(),
    }
}

/// One of the school's files; a number of somebody else's is answered like one that nobody has.
async fn one(edge: &Edge, actor: &Actor, id: i64) -> Result<ResultsFile, Problem> {
    match results::open(edge.ctx(), actor, id).await {
        Err(Wrong::Refused(_)) if actor.role == Role::School => Err(Problem::not_found()),
        found => Ok(told(found?)),
    }
}

/// The exam results that schools sent you, of people who applied to you. Every look is written down and
/// told to the school.
#[utoipa::path(
    get,
    path = "/api/v1/results",
    tag = "exam results",
    responses(
        (status = 200, body = Results),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn had(State(edge): State<Edge>, asking: Asking) -> Result<Json<Results>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let grade = |one: domain::results::Graded| Grade {
        series: one.series,
        subject: one.subject,
        level: one.level,
        grade: one.grade,
    };
    let pupils = results::had(edge.ctx(), actor).await?.into_iter().map(|one| PupilResults {
        name: one.name,
        date_of_birth: one.born,
        school: one.school,
        sent_at: one.passed_at,
        results: one.results.into_iter().map(grade).collect(),
    });
    Ok(Json(Results { pupils: pupils.collect() }))
}

/// The newest thirty files of results of your school.
#[utoipa::path(
    get,
    path = "/api/v1/results/files",
    tag = "exam results",
    responses(
        (status = 200, body = ResultsFiles),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(edge): State<Edge>, asking: Asking) -> Result<Json<ResultsFiles>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let files = results::sent(edge.ctx(), actor).await?.into_iter().map(|send| Brief {
        id: send.id,
        name: send.file_name,
        state: send.state,
        checked_at: send.checked_at,
        sent_at: said(send.sent_at),
        read: send.read,
        kept: send.kept,
    });
    Ok(Json(ResultsFiles { files: files.collect() }))
}

/// Take a file of results in and check it. Nobody gets anything until it is sent.
#[utoipa::path(
    post,
    path = "/api/v1/results/files",
    tag = "exam results",
    params(
        Named,
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 100, pattern = "^[A-Za-z0-9_-]{8,100}$",
            description = "Your own key of what you send: sent again under it, it is taken once")
    ),
    request_body(content = String, content_type = "application/octet-stream", description = "The file as it is: CSV or XLSX, a row a result"),
    responses(
        (status = 201, body = ResultsFile),
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
    named: Result<Query<Named>, QueryRejection>,
    body: Body,
) -> Result<Response, Problem> {
    let kind = formats::Kind::Results;
    let actor = asking.may(Act::SendOwn)?;
    let key = key::of(&headers)?;
    let Query(Named { name }) = named.map_err(|refusal| Problem::bad(refusal.body_text()))?;
    files::fits(&name)?;
    // Whoever sends none is told so before the file is on its way.
    results::sent(edge.ctx(), actor).await?;
    machine::wants(edge.ctx(), &asking.0, kind).await?;
    let Brought { content, hash } =
        files::land(&edge, (kind, actor.account_id()), &headers, body).await?;
    let token = asking.0.token.id;
    let hash = key::hash(format!("{kind} {name} {hash}").as_bytes());
    let check = results::check(edge.ctx(), edge.reader(), actor, (&name, content));
    let (id, again) = key::once(&edge, token, (&key, &hash), 201, check).await?;
    Ok(key::said(taken(one(&edge, actor, id).await?)?, again))
}

fn taken(file: ResultsFile) -> Result<Response, Problem> {
    let place = format!("/api/v1/results/files/{}", file.id).parse().map_err(Problem::failure)?;
    let mut answer = (StatusCode::CREATED, Json(file)).into_response();
    answer.headers_mut().insert(header::LOCATION, place);
    Ok(answer)
}

/// Where the results of a file would go, or who has them and who looked.
#[utoipa::path(
    get,
    path = "/api/v1/results/files/{id}",
    tag = "exam results",
    params(("id" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = ResultsFile),
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
) -> Result<Json<ResultsFile>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    Ok(Json(one(&edge, actor, id).await?))
}

/// Send checked results to everybody who may have them now. Asked again, the receipt is the same.
#[utoipa::path(
    post,
    path = "/api/v1/results/files/{id}/send",
    tag = "exam results",
    params(("id" = i64, Path, minimum = 1)),
    responses(
        (status = 200, body = ResultsFile),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn send(
    State(edge): State<Edge>,
    asking: Asking,
    Number(id): Number,
) -> Result<Json<ResultsFile>, Problem> {
    let actor = asking.may(Act::SendOwn)?;
    let file = one(&edge, actor, id).await?;
    match file.state.as_str() {
        "sent" => return Ok(Json(file)),
        "checked" => {}
        _ => return Err(Problem::conflict("This file was withdrawn.")),
    }
    machine::wants(edge.ctx(), &asking.0, formats::Kind::Results).await?;
    match results::hand_on(edge.ctx(), actor, file.id).await {
        Err(Wrong::Refused(sentence)) => return Err(Problem::conflict(sentence)),
        done => done?,
    };
    Ok(Json(one(&edge, actor, id).await?))
}

/// Take results back: nobody sees them any more.
#[utoipa::path(
    delete,
    path = "/api/v1/results/files/{id}",
    tag = "exam results",
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
    match results::withdraw(edge.ctx(), actor, file.id).await {
        Err(Wrong::Refused(sentence)) => Err(Problem::conflict(sentence)),
        done => {
            done?;
            Ok(StatusCode::NO_CONTENT)
        }
    }
}
