//! Sets for the analysis store: send one in, look at what it would bring before it is kept, take it back.

use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section, upload::Upload};
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::{story::moment, typed_day};
use app::Wrong;
use app::predict::load::{self, Incoming, Told};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::Act;
use domain::calendar::shown;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "predictor/sets.html")]
struct Sets {
    frame: Frame,
    errors: Errors,
    newest: Vec<SetRow>,
    older: Vec<SetRow>,
    kinds: Vec<Choice>,
    senders: Vec<Choice>,
    typed: Typed,
    looked: Option<Told>,
    /// The census in whose table of pupils its rows were looked up.
    census: Option<String>,
}

/// Sets that are shown at once; those before them are folded.
const NEWEST: usize = 8;

struct SetRow {
    id: i64,
    what: &'static str,
    file: String,
    days: String,
    counts: String,
    when: String,
}

/// What was typed beside the file.
#[derive(Default)]
struct Typed {
    kind: String,
    sender: String,
    since: DateFields,
    as_of: DateFields,
    mapping: String,
}

pub async fn sets(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (Errors::default(), Typed::default(), None)).await
}

/// Takes a set: `do` says whether it is kept or only looked at.
pub async fn receive(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    upload: Upload,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Import)?;
    let field = |name: &str| upload.field(name).trim().to_owned();
    let day = |name: &str| {
        let part = |part: &str| upload.field(&format!("{name}-{part}"));
        DateFields::of(part("day"), part("month"), part("year"))
    };
    let typed = Typed {
        kind: field("kind"),
        sender: field("sender"),
        since: day("since"),
        as_of: day("as_of"),
        mapping: field("mapping"),
    };
    let mut errors = Errors::default();
    let since = typed_day(&typed.since, "The first day");
    let as_of = typed_day(&typed.as_of, "The day, or the last,");
    let mapping = mapping(&typed.mapping);
    for (wrong, name, sentence) in [
        (typed.kind.is_empty(), "kind", "Choose what kind of set it is."),
        (typed.sender.is_empty(), "sender", "Choose who sent it."),
        (mapping.is_none(), "mapping", "Write one column a line, as upn = Pupil number."),
        (upload.file.is_none(), "file", "Choose the file."),
    ] {
        if wrong {
            errors.add(name, sentence);
        }
    }
    for (name, typed) in [("since", &since), ("as_of", &as_of)] {
        if let Err(sentence) = typed {
            errors.add(name, sentence.as_str());
        }
    }
    let told = (since.ok().zip(as_of.ok()), mapping, &upload.file, errors.is_empty());
    let (Some((since, as_of)), Some(mapping), Some(file), true) = told else {
        return draw(&edge, &who, frame, (errors, typed, None)).await;
    };
    let bytes = file.bytes().await.map_err(PageError::failure)?;
    let (kind, sender) = (typed.kind.as_str(), typed.sender.as_str());
    let file_name = &file.name;
    let incoming = Incoming { kind, sender, file_name, bytes: &bytes, mapping, since, as_of };
    let keep = upload.field("do") == "keep";
    match load::load(edge.ctx(), actor, &incoming, keep).await {
        Ok(told) if told.load.is_some() => Ok(Redirect::to("/predictor/sets").into_response()),
        Ok(told) => draw(&edge, &who, frame, (errors, typed, Some(told))).await,
        Err(Wrong::Refused(sentence)) => {
            errors.add("file", sentence);
            draw(&edge, &who, frame, (errors, typed, None)).await
        }
        Err(wrong) => Err(wrong.into()),
    }
}

/// Our columns and the file's headings for them, one a line; `None` where a line is neither.
fn mapping(typed: &str) -> Option<BTreeMap<String, String>> {
    let lines = typed.lines().map(str::trim).filter(|line| !line.is_empty());
    let pair = |line: &str| {
        let (ours, theirs) = line.split_once('=')?;
        let (ours, theirs) = (ours.trim(), theirs.trim());
        let both = !ours.is_empty() && !theirs.is_empty();
        both.then(|| (ours.to_owned(), theirs.to_owned()))
    };
    lines.map(pair).collect()
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (errors, typed, looked): (Errors, Typed, Option<Told>),
) -> Result<Response, PageError> {
    let actor = who.may(Act::Import)?;
    let label = |kind: &str| load::SETS.iter().find(|s| s.kind == kind).map_or("", |s| s.label);
    let rows = load::loads(edge.ctx(), actor).await?.into_iter().map(|l| SetRow {
        id: l.id,
        what: label(&l.kind),
        file: l.file_name,
        days: format!("{} to {}", shown(l.from), shown(l.to)),
        counts: format!("{} kept, {} unmatched, {} refused", l.kept, l.unmatched, l.refused),
        when: moment(&l.at),
    });
    let mut newest: Vec<SetRow> = rows.collect();
    let older = newest.split_off(NEWEST.min(newest.len()));
    let mut kinds = vec![Choice::new("", "Choose", typed.kind.is_empty())];
    kinds.extend(load::SETS.iter().map(|s| Choice::new(s.kind, s.label, s.kind == typed.kind)));
    let mut senders = vec![Choice::new("", "Choose", typed.sender.is_empty())];
    let all = app::imports::senders(edge.ctx()).await?;
    senders.extend(all.iter().map(|(id, name)| Choice::new(id, name, *id == typed.sender)));
    let view = Sets {
        frame: frame.named("Sets for analysis", Section::Support).with_errors(!errors.is_empty()),
        newest,
        older,
        errors,
        kinds,
        senders,
        typed,
        census: looked.as_ref().and_then(|told| told.census).map(shown),
        looked,
    };
    Ok(Page(view).into_response())
}

pub async fn take_back(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    load::take_back(edge.ctx(), who.may(Act::UndoImport)?, id).await?;
    Ok(Redirect::to("/predictor/sets"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_read_line_by_line_or_not_at_all() {
        let read = mapping("upn = Pupil No\n\n possible=Sessions = possible \n").unwrap();
        let pairs: Vec<(&str, &str)> =
            read.iter().map(|(ours, theirs)| (ours.as_str(), theirs.as_str())).collect();
        assert_eq!(pairs, [("possible", "Sessions = possible"), ("upn", "Pupil No")]);
        assert_eq!(mapping(""), Some(BTreeMap::new()));
        for wrong in ["upn", "= Pupil No", "upn ="] {
            assert_eq!(mapping(wrong), None, "{wrong}");
        }
    }
}
