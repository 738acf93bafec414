//! People who may stand in the register twice, and what was merged: list, preview, merge, take apart.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::{Change, Tab};
use app::linking::{self, Merged, Preview, Wanted};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::Act;
use domain::calendar::{parse_day, shown};
use domain::matching::percent;
use domain::person::Field;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "who_is_who/doubles.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    found: Vec<Row>,
    looked: String,
    merges: Vec<MergeRow>,
    done: Option<String>,
}

struct Row {
    key: String,
    a: i64,
    b: i64,
    names: (String, String),
    likely: String,
}

struct MergeRow {
    id: i64,
    kept: i64,
    name: String,
    gone: i64,
    day: String,
    reason: String,
    apart: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

pub async fn doubles(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let (found, at) = linking::doubles(edge.ctx(), actor).await?;
    let merges = linking::merges(edge.ctx(), actor, 50).await?;
    let done = match asked.done.as_str() {
        "merged" => Some("The two records are one now".to_owned()),
        "asked" => Some("Kept: somebody else must agree, since a record is restricted".to_owned()),
        "apart" => Some("The two records are two again".to_owned()),
        _ => None,
    };
    Ok(Page(View {
        tabs: super::tabs("/who-is-who/doubles"),
        looked: at.map(|at| day(&at)).unwrap_or_default(),
        found: found
            .into_iter()
            .map(|d| Row {
                key: format!("pair-{}-{}", d.a, d.b),
                a: d.a,
                b: d.b,
                names: d.names,
                likely: percent(d.probability),
            })
            .collect(),
        merges: merges.into_iter().map(merge_row).collect(),
        done,
        frame: frame.named("Entered twice", Section::WhoIsWho),
    }))
}

fn merge_row(m: Merged) -> MergeRow {
    let (id, kept, gone, reason, apart) = (m.id, m.kept, m.gone, m.reason, m.apart);
    MergeRow { id, kept, name: m.name, gone, day: day(&m.at), reason, apart }
}

/// The day of an instant, as people say it.
pub(super) fn day(instant: &str) -> String {
    instant.get(..10).and_then(|day| day.parse().ok()).map_or(instant.to_owned(), shown)
}

pub async fn find(State(edge): State<Edge>, who: SignedIn) -> Result<Redirect, PageError> {
    who.may(Act::DecideIdentity)?;
    linking::find_doubles(edge.ctx()).await?;
    Ok(Redirect::to("/who-is-who/doubles"))
}

#[derive(Template)]
#[template(path = "who_is_who/merge.html")]
pub struct MergeView {
    frame: Frame,
    kept: i64,
    gone: i64,
    names: (String, String),
    changes: Vec<Change>,
    choices: Vec<Choice>,
    over: Vec<(&'static str, i64)>,
    seen: i64,
    restricted: bool,
}

struct Choice {
    column: String,
    label: String,
    kept: String,
    gone: String,
}

pub async fn merge_form(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path((kept, gone)): Path<(i64, i64)>,
) -> Result<Page<MergeView>, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let preview = linking::preview(edge.ctx(), actor, (kept, gone)).await?;
    Ok(Page(merge_view(frame, preview)))
}

fn merge_view(frame: Frame, p: Preview) -> MergeView {
    let words = |text: String| text.parse().map_or(text, shown);
    let choices = p.choices.into_iter().map(|(field, kept, gone)| Choice {
        column: field.column().to_owned(),
        label: field.label().to_owned(),
        kept: words(kept),
        gone: words(gone),
    });
    let dated = |text: String| parse_day(&text).map_or(text, shown);
    let changes = p.changes.into_iter().map(|change| Change {
        field: change.label,
        before: change.before.map_or_else(String::new, dated),
        after: change.after.map_or_else(String::new, dated),
    });
    MergeView {
        kept: p.kept,
        gone: p.gone,
        names: p.names,
        changes: changes.collect(),
        choices: choices.collect(),
        over: p.over,
        seen: p.seen,
        restricted: p.restricted,
        frame: frame.named("Merge two records", Section::WhoIsWho),
    }
}

pub async fn merge(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((kept, gone)): Path<(i64, i64)>,
    Posted(form): Posted<Vec<(String, String)>>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let value = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, v)| v);
    let chosen = |field: &&Field| value(field.column()) == "gone";
    let prefer: BTreeSet<Field> = Field::ALL.iter().filter(chosen).copied().collect();
    let seen = value("seen").parse().map_err(|_| PageError::NotFound)?;
    let wanted = Wanted { kept, gone, seen, prefer, reason: value("reason") };
    let merged = linking::merge(edge.ctx(), actor, &wanted).await?;
    let done = if merged.is_some() { "merged" } else { "asked" };
    Ok(Redirect::to(&format!("/who-is-who/doubles?done={done}")))
}

#[derive(Deserialize)]
pub struct Apart {
    #[serde(default)]
    reason: String,
}

pub async fn unmerge(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Posted(form): Posted<Apart>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    linking::unmerge(edge.ctx(), actor, id, &form.reason).await?;
    Ok(Redirect::to("/who-is-who/doubles?done=apart"))
}
