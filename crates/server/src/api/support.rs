//! A school's own pupils on the list of early support, as JSON and as a table, cut to the reasons that a
//! school may know. Every look is written into the audit by the journey.

use app::predict::lists::{self, Asked, List};
use axum::Json;
use axum::extract::{Query, State, rejection::QueryRejection};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::access::Act;
use domain::prediction::Point;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::token::Asking;
use crate::http::Edge;

/// When in the school years the list is made.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum When {
    #[default]
    AutumnOfYear11,
    MayOfYear11,
    SeptemberAfterYear11,
    EveryMonth,
}

impl When {
    const fn point(self) -> Point {
        match self {
            When::AutumnOfYear11 => Point::Autumn,
            When::MayOfYear11 => Point::Spring,
            When::SeptemberAfterYear11 => Point::September,
            When::EveryMonth => Point::Monthly,
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    #[serde(default)]
    #[param(inline)]
    when: When,
    /// Places of support; as many as the school has where none is told.
    #[param(minimum = 1, maximum = 2000, nullable = false)]
    places: Option<usize>,
}

#[derive(Serialize, ToSchema)]
pub struct Support {
    /// The day the list was made for; nothing where no list may be shown.
    known_on: Option<String>,
    /// The last day on which it may be shown.
    expires_on: Option<String>,
    /// What the chance is of.
    target: Option<String>,
    /// How the list did on a year that was judged.
    how_true: Option<String>,
    /// Where what made the list was withdrawn and no list is shown: by whom and why.
    withdrawn: Option<String>,
    places: usize,
    pupils: Vec<Listed>,
}

#[derive(Serialize, ToSchema)]
pub struct Listed {
    /// The number by which this register knows them.
    id: i64,
    /// The number by which the monthly return knows them.
    ypid: String,
    /// Null where the agreement does not give it, or it is not known.
    upn: Option<String>,
    name: String,
    date_of_birth: String,
    school: String,
    /// The chance in words; it is no verdict and changes no record.
    chance: String,
    reasons: Vec<String>,
    /// Those of the reasons that a worker can do something about.
    can_act_on: Vec<String>,
    not_known: Vec<String>,
}

async fn made(
    edge: &Edge,
    asking: &Asking,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Option<List>, Problem> {
    let actor = asking.may(Act::ViewSupport)?;
    let Query(wanted) = wanted.map_err(|refusal| Problem::bad(refusal.body_text()))?;
    if wanted.places.is_some_and(|places| !(1..=2_000).contains(&places)) {
        return Err(Problem::bad("`places` lies from 1 to 2,000."));
    }
    let asked = Asked { places: wanted.places, ..Asked::default() };
    let found = lists::list(edge.ctx(), actor, wanted.when.point(), &asked).await?;
    // What needs two people as a file is not given to a program that asks alone.
    if found.as_ref().is_some_and(|list| list.listed.len() > domain::disclosure::ALONE) {
        return Err(Problem::refused(format!(
            "This list holds over {} young people. Ask for fewer `places`.",
            domain::disclosure::ALONE
        )));
    }
    Ok(found)
}

/// Your own pupils to be offered support, highest chance first.
#[utoipa::path(
    get,
    path = "/api/v1/early-support",
    tag = "early support",
    params(Wanted),
    responses(
        (status = 200, body = Support),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(edge): State<Edge>,
    asking: Asking,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Json<Support>, Problem> {
    let when = wanted.as_ref().map_or(When::default(), |Query(wanted)| wanted.when);
    let list = made(&edge, &asking, wanted).await?;
    Ok(Json(match list {
        None => Support {
            withdrawn: lists::withdrawn(edge.ctx(), asking.may(Act::ViewSupport)?, when.point())
                .await?,
            known_on: None,
            expires_on: None,
            target: None,
            how_true: None,
            places: 0,
            pupils: Vec::new(),
        },
        Some(list) => Support {
            withdrawn: None,
            known_on: Some(list.run.day.to_string()),
            expires_on: Some(list.run.expires.to_string()),
            target: Some(list.target),
            how_true: Some(list.how_true),
            places: list.places,
            pupils: list
                .listed
                .into_iter()
                .map(|one| Listed {
                    id: one.person,
                    ypid: one.ypid,
                    upn: one.upn,
                    name: one.name,
                    date_of_birth: one.born,
                    school: one.school,
                    chance: one.in_words.to_owned(),
                    reasons: one.reasons,
                    can_act_on: one.to_act_on,
                    not_known: one.missing,
                })
                .collect(),
        },
    }))
}

/// The same as a table; no rows where no list may be shown.
#[utoipa::path(
    get,
    path = "/api/v1/early-support.csv",
    tag = "early support",
    params(Wanted),
    responses(
        (status = 200, body = String, content_type = "text/csv"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn table(
    State(edge): State<Edge>,
    asking: Asking,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, Problem> {
    let list = made(&edge, &asking, wanted).await?;
    let text = list.as_ref().map(lists::csv).transpose()?.unwrap_or_default();
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response())
}
