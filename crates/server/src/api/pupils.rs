//! A partner's own people: what the agreement gives out of each, and what the partner could still tell.

use app::partners::{self, Mine, gaps};
use axum::Json;
use axum::extract::{Query, State, rejection::QueryRejection};
use domain::access::{Act, Actor};
use domain::calendar::year_group;
use domain::edition::Edition;
use domain::person::Field;
use domain::status::spell_on;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Problem;
use super::token::Asking;
use crate::http::Edge;
use crate::pages::followup::edition;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Only those after this number: `next` of the page before.
    #[param(minimum = 0, maximum = 9007199254740991_i64)]
    #[serde(default)]
    after: i64,
    /// How many at most.
    #[param(minimum = 1, maximum = 500)]
    #[serde(default = "hundred")]
    limit: i64,
}

const fn hundred() -> i64 {
    100
}

#[derive(Serialize, ToSchema)]
pub struct Pupils {
    /// The day that the answer speaks of.
    as_of: String,
    pupils: Vec<Pupil>,
    /// Ask again with this as `after`; nothing once all were given.
    next: Option<i64>,
}

/// What is not given out, or not known, is null.
#[derive(Serialize, ToSchema)]
pub struct Pupil {
    /// The number by which this register knows them.
    id: i64,
    given_name: Option<String>,
    family_name: Option<String>,
    date_of_birth: Option<String>,
    upn: Option<String>,
    uln: Option<String>,
    year_group: Option<i16>,
    activity: Option<Activity>,
    intended_destination: Option<String>,
    september_offer: Option<String>,
    /// What you could still tell us.
    #[schema(example = json!(["intended-destination"]))]
    gaps: Vec<&'static str>,
}

#[derive(Serialize, ToSchema)]
pub struct Activity {
    /// The return's code.
    code: String,
    label: Option<String>,
    since: String,
    /// Last confirmed on.
    verified: Option<String>,
}

/// Your own people by number, page by page.
#[utoipa::path(
    get,
    path = "/api/v1/pupils",
    tag = "people",
    params(Page),
    responses(
        (status = 200, body = Pupils),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(edge): State<Edge>,
    asking: Asking,
    page: Result<Query<Page>, QueryRejection>,
) -> Result<Json<Pupils>, Problem> {
    let actor = asking.may(Act::ViewPeople)?;
    let Query(page) = page.map_err(|refusal| Problem::bad(refusal.body_text()))?;
    let fits = (0..=9_007_199_254_740_991).contains(&page.after) && (1..=500).contains(&page.limit);
    if !fits {
        return Err(Problem::bad("`limit` lies from 1 to 500, and `after` is a number."));
    }
    let today = edge.ctx().today();
    let edition = edition(today)?;
    let (mine, next) = partners::page(edge.ctx(), actor, (page.after, page.limit)).await?;
    let pupils = mine.iter().map(|one| pupil(actor, one, edition, today)).collect();
    Ok(Json(Pupils { as_of: today.to_string(), pupils, next }))
}

fn pupil(actor: &Actor, one: &Mine, edition: &Edition, today: Date) -> Pupil {
    let p = &one.record.particulars;
    let text = |field| p.get(field).map(str::to_owned);
    let activity = spell_on(&one.record.spells, today).map(|spell| Activity {
        code: spell.code.clone(),
        label: edition.activities.get(&spell.code).map(|a| a.label.clone()),
        since: spell.start.to_string(),
        verified: spell.verified.map(|day| day.to_string()),
    });
    Pupil {
        id: one.person,
        given_name: text(Field::GivenName),
        family_name: text(Field::FamilyName),
        date_of_birth: text(Field::DateOfBirth),
        upn: text(Field::Upn),
        uln: text(Field::Uln),
        year_group: p.date_of_birth().map(|born| year_group(born, today)),
        activity,
        intended_destination: text(Field::IntendedDestination),
        september_offer: text(Field::GuaranteeYear11),
        gaps: gaps(actor, &one.record, today).into_iter().map(|gap| gap.name()).collect(),
    }
}
