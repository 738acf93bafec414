//! Deciding, agreeing, taking back.

use crate::http::{Edge, PageError, Path, Posted, SignedIn};
use app::linking::{self, Answer, Verdict};
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Decision {
    person: i64,
    verdict: String,
    #[serde(default)]
    why: String,
    /// The question to show next.
    #[serde(default)]
    next: String,
}

pub async fn decide(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(key): Path<String>,
    Posted(form): Posted<Decision>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let key: linking::Key = key.parse().map_err(|()| PageError::NotFound)?;
    let verdict = Verdict::from_name(&form.verdict)
        .ok_or_else(|| PageError::Refused("Say whether they are one person.".to_owned()))?;
    let answer = Answer { person: form.person, verdict, why: &form.why };
    let (id, _) = linking::decide(edge.ctx(), actor, key, &answer).await?;
    let next =
        form.next.parse::<linking::Key>().map(|key| format!("&next={key}")).unwrap_or_default();
    // Where the row may speak of somebody else still, that is asked first.
    Ok(Redirect::to(&format!("/who-is-who?done={id}&q={key}{next}")))
}

pub async fn agree(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    linking::agree(edge.ctx(), actor, id).await?;
    Ok(Redirect::to(&format!("/who-is-who?done={id}")))
}

/// What shares of rows must be right, in per cent.
#[derive(Deserialize)]
pub struct Lines {
    through: String,
    new: String,
}

pub async fn set_lines(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<Lines>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    linking::set_wanted(edge.ctx(), actor, [&form.through, &form.new]).await?;
    Ok(Redirect::to("/who-is-who?set=lines"))
}

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    why: String,
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Back>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    linking::take_back(edge.ctx(), actor, id, &form.why).await?;
    Ok(Redirect::to("/who-is-who"))
}
