//! The published plan, for everybody: no sign-in, no names, nothing that somebody typed as a reason.

use super::{Arrow, arrow, rag};
use crate::http::{Edge, Frame, Page, PageError, Path, frame::Section};
use crate::pages::parts::Rag;
use app::plan;
use askama::Template;
use axum::extract::State;
use domain::calendar::shown;

#[derive(Template)]
#[template(path = "plan/public.html")]
pub struct PublicPage {
    frame: Frame,
    lead: String,
    key: Vec<(Rag, String)>,
    aims: Vec<Aim>,
}

struct Aim {
    title: String,
    outcomes: Vec<Outcome>,
}

struct Outcome {
    title: String,
    by_when: String,
    lead: String,
    rag: Rag,
    trend: Arrow,
    figures: Vec<(String, String, String)>,
}

pub async fn show(
    State(edge): State<Edge>,
    Path(id): Path<i64>,
    frame: Frame,
) -> Result<Page<PublicPage>, PageError> {
    let found = plan::public(edge.ctx(), id).await?.ok_or(PageError::NotFound)?;
    let outcome = |one: &plan::PublicOutcome| Outcome {
        title: format!("{} {}", one.label, one.title),
        by_when: one.by_when.clone(),
        lead: one.lead.clone(),
        rag: rag(one.rating),
        trend: arrow(one.trend),
        figures: one.figures.clone(),
    };
    Ok(Page(PublicPage {
        lead: format!(
            "How the plan stood on {}, and which way each outcome went since {}.",
            shown(found.rated_on),
            shown(found.since)
        ),
        key: found.key.iter().map(|entry| (rag(entry.rating), entry.wording.clone())).collect(),
        aims: found
            .aims
            .iter()
            .map(|aim| Aim {
                title: format!("Aim {}: {}", aim.number, aim.title),
                outcomes: aim.outcomes.iter().map(outcome).collect(),
            })
            .collect(),
        frame: frame.named(found.title, Section::Elsewhere),
    }))
}
