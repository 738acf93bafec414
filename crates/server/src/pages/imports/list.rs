//! The newest imports, and the form that takes a file.

use crate::http::{
    Edge, Frame, Page, PageError, frame::Section, session::SignedIn, upload::Upload,
};
use crate::pages::parts::{Choice, Errors, Tone};
use app::Wrong;
use app::demo::Try;
use app::imports::{self, Import, Incoming, Options};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::intake::typed_day;
use formats::Kind;

#[derive(Template)]
#[template(path = "imports/list.html")]
struct ListPage {
    frame: Frame,
    errors: Errors,
    kinds: Vec<Choice>,
    senders: Vec<Choice>,
    as_of: String,
    imports: Vec<Line>,
    /// Made-up files to try; only a demonstration has some.
    tries: Vec<Try>,
}

/// One import in the list.
struct Line {
    id: i64,
    file: String,
    kind: &'static str,
    sender: String,
    received: String,
    state: &'static str,
    tone: Tone,
    counts: String,
    held: i64,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    who.may(Act::Import)?;
    draw(&edge, frame, Errors::default(), ["", "", ""]).await
}

/// Takes the file and begins the dry run; the page of the import shows the rest.
pub async fn receive(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Import)?;
    let mut errors = Errors::default();
    let kind = upload.field("kind").parse::<Kind>();
    if kind.is_err() {
        errors.add("kind", "Choose what kind of file it is.");
    }
    if upload.field("sender").is_empty() {
        errors.add("sender", "Choose who sent it.");
    }
    let as_of = upload.field("as_of").trim();
    let day = if as_of.is_empty() { Ok(None) } else { as_of.parse().map(Some) };
    if day.is_err() {
        errors.add("as_of", "Type the day as 2026-09-01, or leave it empty.");
    }
    if let Ok(Some(day)) = &day
        && let Err(sentence) = typed_day(*day, edge.ctx().today())
    {
        errors.add("as_of", sentence);
    }
    let tolerance = tolerance(upload.field("tolerance").trim());
    if tolerance.is_none() {
        errors.add("tolerance", "Type a number of days from 0 to 60, or leave it empty.");
    }
    if upload.file.is_none() {
        errors.add("file", "Choose the file.");
    }
    let typed = ["kind", "sender", "as_of"].map(|name| upload.field(name));
    let told = (kind, day, tolerance, &upload.file, errors.is_empty());
    let (Ok(kind), Ok(day), Some(tolerance_days), Some(file), true) = told else {
        return draw(&edge, frame, errors, typed).await;
    };
    let content = file.content().map_err(PageError::failure)?;
    let incoming = Incoming {
        kind,
        sender: upload.field("sender"),
        file_name: &file.name,
        content: Box::new(content),
        as_of: day,
        options: Options { tolerance_days, ..Options::default() },
        account: Some(actor.account),
    };
    match imports::receive(edge.ctx(), incoming).await {
        Ok(id) => {
            edge.work().start(&edge, id, false);
            Ok(Redirect::to(&format!("/imports/{id}")).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            errors.add("file", sentence);
            draw(&edge, frame, errors, typed).await
        }
        Err(wrong) => Err(wrong.into()),
    }
}

/// Days typed, none where nothing was; `None` where it is no number of days.
fn tolerance(typed: &str) -> Option<Option<i32>> {
    match typed {
        "" => Some(None),
        _ => typed.parse().ok().filter(|days| (0..=60).contains(days)).map(Some),
    }
}

async fn draw(
    edge: &Edge,
    frame: Frame,
    errors: Errors,
    [kind, sender, as_of]: [&str; 3],
) -> Result<Response, PageError> {
    let senders = imports::senders(edge.ctx()).await?;
    let names = |id: &str| {
        senders.iter().find(|(known, _)| known == id).map_or(id, |(_, name)| name).to_owned()
    };
    let imports =
        imports::newest(edge.ctx(), 50).await?.iter().map(|i| line(i, names(&i.sender))).collect();
    let mut kinds = vec![Choice::new("", "Choose", kind.is_empty())];
    let open = Kind::ALL.iter().filter(|kind| kind.is_for_the_register());
    kinds.extend(open.map(|k| Choice::new(k.name(), k.label(), k.name() == kind)));
    let mut choices = vec![Choice::new("", "Choose", sender.is_empty())];
    choices.extend(senders.iter().map(|(id, name)| Choice::new(id, name, id == sender)));
    let frame = frame.named("Files in", Section::Imports).with_errors(!errors.is_empty());
    let tries = app::demo::tries(edge.ctx()).await?;
    let as_of = as_of.to_owned();
    let page = ListPage { frame, errors, kinds, senders: choices, as_of, imports, tries };
    Ok(Page(page).into_response())
}

fn line(i: &Import, sender: String) -> Line {
    let (state, tone) = state_words(&i.state);
    let c = i.counts;
    Line {
        id: i.id,
        file: i.file_name.clone(),
        kind: i.kind.parse::<Kind>().map_or("", Kind::label),
        sender,
        received: super::show::when(&i.received_at),
        state,
        tone,
        counts: format!("{} new, {} changed, {} unchanged", c.new, c.changed, c.unchanged),
        held: c.held,
    }
}

/// A state in words and its feeling.
pub(in crate::pages) fn state_words(state: &str) -> (&'static str, Tone) {
    match state {
        "received" => ("Received", Tone::Plain),
        "reading" => ("Reading", Tone::Brand),
        "planned" => ("Ready to apply", Tone::Slow),
        "applying" | "settling" => ("Applying", Tone::Brand),
        "applied" => ("Applied", Tone::Good),
        "undone" => ("Taken back", Tone::Plain),
        "refused" => ("Refused", Tone::Bad),
        _ => ("Unknown", Tone::Plain),
    }
}
