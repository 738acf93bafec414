//! All months and versions, with what blocks each, and the month that is due.

use super::{day, day_of, state};
use crate::http::{Edge, Frame, Page, PageError, frame::Section, session::SignedIn};
use crate::pages::parts::{Tone, count};
use app::month_end;
use askama::Template;
use axum::extract::State;
use jiff::civil::Date;

#[derive(Template)]
#[template(path = "month_end/list.html")]
pub struct ListPage {
    frame: Frame,
    due: Option<Due>,
    lines: Vec<Line>,
}

struct Due {
    words: String,
    date: Date,
}

struct Line {
    id: i64,
    month: String,
    version: i64,
    state: &'static str,
    tone: Tone,
    records: String,
    open: i64,
    blocked: String,
    frozen: String,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ListPage>, PageError> {
    let months = month_end::list(edge.ctx(), &who.actor).await?;
    let lines = months.versions.iter().map(line).collect();
    let due = months
        .due
        .map(|date| Due { words: format!("The month that ended on {}", day(date)), date });
    Ok(Page(ListPage { frame: frame.named("Month end", Section::MonthEnd), due, lines }))
}

fn line(listed: &month_end::Listed) -> Line {
    let (words, tone) = state(listed);
    let s = &listed.snapshot;
    let settled = listed.superseded || s.signed_at.is_some();
    Line {
        id: s.id,
        month: day(s.period_end),
        version: s.version,
        state: words,
        tone,
        records: count(usize::try_from(s.records).unwrap_or_default()),
        open: listed.open,
        blocked: listed.blocked.clone().filter(|_| !settled).unwrap_or_default(),
        frozen: format!("{} by {}", day_of(&s.frozen_at), s.frozen_by_name),
    }
}
