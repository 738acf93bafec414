//! Home for those who read no figures: a partner's people, and information governance.

use crate::http::{Edge, Frame, Page, PageError, frame::Section};
use app::looks::{self, Pressing};
use app::notices;
use app::partners::{Own, own};
use askama::Template;
use axum::response::{IntoResponse, Response};
use domain::access::{Act, Actor, decide};
use domain::calendar::shown;

#[derive(Template)]
#[template(path = "home/elsewhere.html")]
struct View {
    frame: Frame,
    today: String,
    own: Option<Own>,
    pressing: Pressing,
    /// Follow-ups that the reader is asked to do.
    asked: usize,
    /// Notices passed on to the reader's council that nobody there has acknowledged; where it is one.
    passed_on: Option<usize>,
}

pub(super) async fn show(edge: &Edge, actor: &Actor, frame: Frame) -> Result<Response, PageError> {
    let today = edge.ctx().today();
    let own = own(edge.ctx(), actor).await?;
    let frame = frame.named("Home", Section::Home);
    let today = format!("{} {}", today.strftime("%A"), shown(today));
    let pressing = match decide(actor, Act::ReviewLooks).allowed {
        true => looks::pressing(edge.ctx(), actor).await?,
        false => Pressing::default(),
    };
    let asked = app::people::asked_of(edge.ctx(), actor).await?;
    let passed_on = match decide(actor, Act::ReceiveNotices).allowed {
        true => Some(notices::unacknowledged(edge.ctx(), actor).await?),
        false => None,
    };
    Ok(Page(View { frame, today, own, pressing, asked, passed_on }).into_response())
}
