//! Which of a file's columns is which: the screen that a file needs whose headings nobody knows, and
//! that mends one read wrongly. What is said here is remembered for the sender's next file.

use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, frame::Section, session::SignedIn},
    pages::parts::{Choice, Errors},
};
use app::Wrong;
use app::imports::{self, Layout, Told};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
use formats::Kind;
use formats::dates::DateOrder;
use formats::encoding::Encoding;

#[derive(Template)]
#[template(path = "imports/columns.html")]
struct ColumnsPage {
    frame: Frame,
    errors: Errors,
    id: i64,
    file: String,
    kind: &'static str,
    sender: String,
    message: String,
    header_row: u32,
    columns: Vec<Line>,
    date_orders: Vec<Choice>,
    encodings: Vec<Choice>,
    notes: Vec<String>,
    mapping: String,
}

/// One of their columns.
struct Line {
    heading: String,
    headed: bool,
    examples: String,
    choices: Vec<Choice>,
}

/// The form's body, some of whose names come many times.
struct Said<'a>(&'a [(String, String)]);

impl Said<'_> {
    fn all(&self, name: &str) -> impl Iterator<Item = &String> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value)
    }

    fn one(&self, name: &str) -> &str {
        self.all(name).next().map_or("", String::as_str)
    }

    /// What was said, as the register takes it. Errors: a word that no choice on the page has.
    fn told(&self) -> Result<Told, PageError> {
        if self.one("by") == "mapping" {
            return Ok(Told::Mapping(self.one("mapping").to_owned()));
        }
        let ours = self.all("ours").map(|name| (!name.is_empty()).then(|| name.clone()));
        let word = |name| Some(self.one(name)).filter(|word| !word.is_empty());
        Ok(Told::Chosen {
            columns: self.all("heading").cloned().zip(ours).collect(),
            date_order: word("date_order")
                .map(str::parse)
                .transpose()
                .map_err(PageError::BadForm)?,
            encoding: word("encoding").map(str::parse).transpose().map_err(PageError::BadForm)?,
        })
    }
}

pub async fn columns(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, id, None).await
}

/// Keeps what was said and reads the file again.
pub async fn tell(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Import)?;
    let said = Said(&pairs);
    match imports::tell(edge.ctx(), actor, id, said.told()?).await {
        Ok(()) => {
            edge.work().start(&edge, id, false);
            Ok(Redirect::to(&format!("/imports/{id}")).into_response())
        }
        Err(Wrong::Refused(sentence)) => {
            draw(&edge, &who, frame, id, Some((&said, sentence))).await
        }
        Err(wrong) => Err(wrong.into()),
    }
}

/// Draws the page; after a refusal with what was chosen, not with what the file suggests.
async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    id: i64,
    refused: Option<(&Said<'_>, String)>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Import)?;
    let layout = imports::layout(edge.ctx(), edge.reader(), actor, id).await?;
    let sender = super::show::sender_name(edge, &layout.import.sender).await?;
    let mut errors = Errors::default();
    let mut chosen: Vec<String> =
        layout.proposal.columns.iter().map(|c| c.ours.clone().unwrap_or_default()).collect();
    let mut mapping = layout.proposal.mapping.to_toml();
    if let Some((said, sentence)) = refused {
        errors.add(if said.one("by") == "mapping" { "mapping" } else { "columns" }, sentence);
        match said.one("by") {
            "mapping" => mapping = said.one("mapping").to_owned(),
            _ => take_over(&layout, said, &mut chosen),
        }
    }
    let told = &layout.proposal.mapping;
    Ok(Page(ColumnsPage {
        frame: frame
            .named("Which column is which", Section::Imports)
            .with_errors(!errors.is_empty()),
        errors,
        id,
        file: layout.import.file_name.clone(),
        kind: layout.import.kind.parse::<Kind>().map_or("", Kind::label),
        sender,
        message: layout.import.message.clone().unwrap_or_default(),
        header_row: layout.proposal.header_row,
        columns: lines(&layout, &chosen),
        date_orders: date_orders(told.date_order),
        encodings: encodings(told.encoding),
        notes: layout.proposal.notes.clone(),
        mapping,
    })
    .into_response())
}

/// The choices of a form that was refused, over what the file suggests. Columns without a heading are
/// not in the form.
fn take_over(layout: &Layout, said: &Said<'_>, chosen: &mut [String]) {
    let headed = layout.proposal.columns.iter().zip(chosen).filter(|(column, _)| column.headed);
    for ((_, slot), ours) in headed.zip(said.all("ours")) {
        slot.clone_from(ours);
    }
}

fn lines(layout: &Layout, chosen: &[String]) -> Vec<Line> {
    let columns = layout.proposal.columns.iter().zip(chosen);
    columns
        .map(|(column, chosen)| {
            let mut choices = vec![Choice::new("", "Do not read", chosen.is_empty())];
            choices
                .extend(layout.ours.iter().map(|o| Choice::new(o.name, o.label, o.name == chosen)));
            Line {
                heading: column.heading.clone(),
                headed: column.headed,
                examples: column.examples.join(" · "),
                choices,
            }
        })
        .collect()
}

fn date_orders(told: Option<DateOrder>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "As the file shows, else day first", told.is_none())];
    choices.extend(
        DateOrder::ALL
            .iter()
            .map(|order| Choice::new(order.name(), order.words(), Some(*order) == told)),
    );
    choices
}

fn encodings(told: Option<Encoding>) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "As the file shows", told.is_none())];
    choices.extend(
        Encoding::ALL
            .iter()
            .map(|encoding| Choice::new(encoding.name(), encoding.name(), Some(*encoding) == told)),
    );
    choices
}
