//! Partners' lists matched with the register: send one in, see both ways, settle differences, take it out.

use super::doubles::day;
use crate::http::{
    Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section, upload::Upload,
};
use crate::pages::parts::{Choice, Errors, Tab, count};
use app::Wrong;
use app::imports;
use app::linking::{self, List, Matched, Shown, Tally};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::{parse_day, shown_short};
use domain::matching::ListKind;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "who_is_who/lists.html")]
struct ListsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    errors: Errors,
    kinds: Vec<Choice>,
    senders: Vec<Choice>,
    title: String,
    /// What lists without a kind of their own were called before, and who sent them.
    titles: Vec<(String, String)>,
    purpose: String,
    runs: Vec<RunRow>,
}

struct RunRow {
    id: i64,
    title: String,
    kind: &'static str,
    sender: String,
    day: String,
    counts: String,
}

pub async fn lists(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, Errors::default(), &Form::default()).await
}

/// What was typed beside the file.
#[derive(Default)]
struct Form {
    kind: String,
    sender: String,
    title: String,
    purpose: String,
}

pub async fn receive(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let field = |name: &str| upload.field(name).trim().to_owned();
    let (kind, sender) = (field("kind"), field("sender"));
    let form = Form { kind, sender, title: field("title"), purpose: field("purpose") };
    let mut errors = Errors::default();
    let kind = ListKind::from_name(&form.kind);
    for (wrong, name, sentence) in [
        (kind.is_none(), "kind", "Choose what kind of list it is."),
        (form.sender.is_empty(), "sender", "Choose who sent it."),
        (form.purpose.is_empty(), "purpose", "Say what the list is matched for."),
        (upload.file.is_none(), "file", "Choose the file."),
    ] {
        if wrong {
            errors.add(name, sentence);
        }
    }
    let (Some(kind), Some(file), true) = (kind, &upload.file, errors.is_empty()) else {
        return draw(&edge, &who, frame, errors, &form).await;
    };
    let list = List {
        kind,
        sender: &form.sender,
        title: if form.title.is_empty() { kind.label() } else { &form.title },
        purpose: &form.purpose,
        file_name: &file.name,
        file: file.content().map_err(PageError::failure)?,
    };
    match linking::crossmatch(edge.ctx(), actor, edge.reader(), list).await {
        Ok((id, _)) => Ok(Redirect::to(&format!("/who-is-who/lists/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            errors.add("file", sentence);
            draw(&edge, &who, frame, errors, &form).await
        }
        Err(wrong) => Err(wrong.into()),
    }
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    errors: Errors,
    form: &Form,
) -> Result<Response, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let runs = linking::lists(edge.ctx(), actor, 50).await?;
    let mut kinds = vec![Choice::new("", "Choose", form.kind.is_empty())];
    let open = ListKind::ALL.iter().filter(|kind| actor.scope.restricted || !kind.restricted());
    kinds.extend(open.map(|k| Choice::new(k.name(), k.label(), k.name() == form.kind)));
    let mut senders = vec![Choice::new("", "Choose", form.sender.is_empty())];
    let all = imports::senders(edge.ctx()).await?;
    senders.extend(all.iter().map(|(id, name)| Choice::new(id, name, *id == form.sender)));
    let frame = frame.named("Lists matched", Section::WhoIsWho).with_errors(!errors.is_empty());
    let page = ListsPage {
        frame,
        tabs: super::tabs("/who-is-who/lists"),
        errors,
        kinds,
        senders,
        title: form.title.clone(),
        titles: titles(&runs, &form.sender),
        purpose: form.purpose.clone(),
        runs: runs.into_iter().map(run_row).collect(),
    };
    Ok(Page(page).into_response())
}

/// Names that continue a list, each once, the newest first: the sender's, or everybody's while none is chosen.
fn titles(runs: &[Matched], sender: &str) -> Vec<(String, String)> {
    let named = runs.iter().filter(|m| m.kind == ListKind::Other);
    let mut all: Vec<(String, String)> = Vec::new();
    for m in named.filter(|m| sender.is_empty() || m.run.sender == sender) {
        let one = (m.run.title.clone(), m.sender.clone());
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

fn run_row(m: Matched) -> RunRow {
    let t = m.tally;
    RunRow {
        id: m.run.id,
        title: m.run.title,
        kind: m.kind.label(),
        sender: m.sender,
        day: day(&m.run.at),
        counts: format!(
            "{} on both, {} only theirs, {} only ours, {} doubtful",
            t.found + t.differs,
            t.theirs,
            t.ours,
            t.doubtful
        ),
    }
}

#[derive(Template)]
#[template(path = "who_is_who/list.html")]
pub struct ListPage {
    frame: Frame,
    id: i64,
    title: String,
    lead: String,
    tabs: Vec<Tab>,
    outcome: &'static str,
    rows: Vec<Shown>,
    next: Option<String>,
    before: Vec<(&'static str, i64, String)>,
}

/// How rows end, in the order of what needs somebody.
const OUTCOMES: [(&str, &str); 6] = [
    ("doubtful", "Doubtful"),
    ("theirs", "Only on their list"),
    ("ours", "Only on ours"),
    ("differs", "Differ"),
    ("found", "The same"),
    ("refused", "Not read or not shown"),
];

fn of(tally: &Tally, outcome: &str) -> i64 {
    match outcome {
        "doubtful" => tally.doubtful,
        "theirs" => tally.theirs,
        "ours" => tally.ours,
        "differs" => tally.differs,
        "found" => tally.found,
        _ => tally.refused,
    }
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    after: i64,
}

/// Rows on one page.
const ROWS: i64 = 50;

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let found = match linking::list(edge.ctx(), actor, id).await {
        Err(Wrong::Refused(_)) => return Err(PageError::NotFound),
        found => found?,
    };
    let named = OUTCOMES.iter().find(|(name, _)| *name == asked.outcome);
    let first = OUTCOMES.iter().find(|(name, _)| of(&found.tally, name) > 0);
    let outcome = named.or(first).map_or("found", |(name, _)| *name);
    let about = (id, outcome);
    let mut rows = linking::list_rows(edge.ctx(), actor, about, asked.after, ROWS + 1).await?;
    let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    for row in &mut rows {
        if let Some(day) = parse_day(&row.said.born) {
            row.said.born = shown_short(day);
        }
    }
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| format!("/who-is-who/lists/{id}?outcome={outcome}&after={}", row.line));
    Ok(Page(view(frame, found, outcome, (rows, next))))
}

fn view(
    frame: Frame,
    found: Matched,
    outcome: &'static str,
    (rows, next): (Vec<Shown>, Option<String>),
) -> ListPage {
    let id = found.run.id;
    let tab = |(name, words): &(&'static str, &'static str)| Tab {
        words: (*words).to_owned(),
        count: Some(count(usize::try_from(of(&found.tally, name)).unwrap_or_default())),
        href: format!("/who-is-who/lists/{id}?outcome={name}"),
        current: *name == outcome,
    };
    let change = |(name, words): &(&'static str, &'static str)| {
        let (_, then) = found.before.as_ref()?;
        let (now, then) = (of(&found.tally, name), of(then, name));
        Some((*words, now, format!("{:+} since the last time", now - then)))
    };
    ListPage {
        lead: format!(
            "{}, from {}. Matched on {} {}",
            found.kind.label(),
            found.sender,
            day(&found.run.at),
            format_args!("for: {}.", found.run.purpose)
        ),
        tabs: OUTCOMES.iter().map(tab).collect(),
        before: OUTCOMES.iter().filter_map(change).collect(),
        frame: frame.named(found.run.title.clone(), Section::WhoIsWho),
        title: found.run.title,
        id,
        outcome,
        rows,
        next,
    }
}

pub async fn settle(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, line)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    linking::settle_difference(edge.ctx(), actor, (id, line)).await?;
    // Back to the tab on which it was settled.
    let named = OUTCOMES.iter().find(|(name, _)| *name == asked.outcome);
    let outcome = named.map_or("differs", |(name, _)| *name);
    Ok(Redirect::to(&format!("/who-is-who/lists/{id}?outcome={outcome}")))
}

pub async fn export(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::DecideIdentity)?;
    let rows = linking::list_export(edge.ctx(), actor, id).await?;
    let text = linking::as_csv(&rows)?;
    let people = rows.iter().filter(|row| row.person.is_some()).count();
    let about = (format!("matched-list:{id}"), "A partner's list matched with the register");
    let file = app::exports::let_go(edge.ctx(), actor, (&about.0, about.1), people, |stamp| {
        Ok(stamp.on_csv(&text))
    })
    .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"matched-list-{id}.csv\"")),
    ];
    Ok((headers, file.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_continue_a_list_are_offered_once() {
        let run = |kind, title: &str, sender: &str| {
            let mut run = Matched {
                run: Default::default(),
                kind,
                sender: sender.to_uppercase(),
                tally: Tally::default(),
                before: None,
            };
            (run.run.title, run.run.sender) = (title.to_owned(), sender.to_owned());
            run
        };
        let runs = [
            run(ListKind::Other, "Youth club", "youth"),
            run(ListKind::Population, "July", "youth"),
            run(ListKind::Other, "Awards scheme", "college"),
            run(ListKind::Other, "Youth club", "youth"),
        ];
        let offered = |sender: &str| -> Vec<String> {
            titles(&runs, sender)
                .into_iter()
                .map(|(title, from)| format!("{title}, {from}"))
                .collect()
        };
        assert_eq!(offered(""), ["Youth club, YOUTH", "Awards scheme, COLLEGE"]);
        assert_eq!(offered("college"), ["Awards scheme, COLLEGE"]);
    }
}
