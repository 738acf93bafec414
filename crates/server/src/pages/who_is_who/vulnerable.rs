//! How many young people have several vulnerabilities at once, by combination: to read and to take out.

use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::followup::edition;
use crate::pages::parts::Tab;
use app::linking::{self, Vulnerable};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::Act;
use domain::calendar::shown;

#[derive(Template)]
#[template(path = "who_is_who/vulnerable.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    day: String,
    report: Vulnerable,
}

pub async fn vulnerable(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let today = edge.ctx().today();
    let report = linking::vulnerable(edge.ctx(), actor, edition(today)?).await?;
    Ok(Page(View {
        tabs: super::tabs("/who-is-who/vulnerable"),
        day: shown(today),
        report,
        frame: frame.named("Several vulnerabilities", Section::WhoIsWho),
    }))
}

/// The same as CSV: counts only, nobody's name.
pub async fn vulnerable_file(
    State(edge): State<Edge>,
    who: SignedIn,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let today = edge.ctx().today();
    let report = linking::vulnerable(edge.ctx(), actor, edition(today)?).await?;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = "combination,characteristics,people\n".to_owned();
    for row in &report.rows {
        let words = quoted(&row.characteristics.join(" + "));
        text.push_str(&format!("{words},{},{}\n", row.characteristics.len(), row.people));
    }
    if let Some((combinations, people)) = report.rarer {
        let words = quoted(&format!("{combinations} rarer combinations together"));
        text.push_str(&format!("{words},,{people}\n"));
    }
    let about = (format!("several-vulnerabilities:{today}"), "Counts of several vulnerabilities");
    let file = app::exports::let_go(edge.ctx(), actor, (&about.0, about.1), 0, |stamp| {
        Ok(stamp.on_csv(text.as_bytes()))
    })
    .await?;
    let name = format!("attachment; filename=\"several-vulnerabilities-{today}.csv\"");
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    Ok((headers, file.bytes))
}
