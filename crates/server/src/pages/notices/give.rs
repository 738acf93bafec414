//! The sender's page. It says the same of somebody who is known as of somebody who is not, and of a link
//! that is over as of one that never was.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors};
use crate::pages::people::story::moment;
use app::Wrong;
use app::notices::{self, Given, Opened};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::notice::{Kind, Typed};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "notices/give.html")]
struct View {
    frame: Frame,
    errors: Errors,
    /// Whose link it is; nothing for one that does not work.
    from: Option<String>,
    secret: String,
    receipt: Option<String>,
    kinds: Vec<Choice>,
    typed: Form,
    born: DateFields,
    sent: Vec<(String, &'static str, String)>,
}

#[derive(Clone, Default, Deserialize)]
pub struct Form {
    #[serde(default)]
    kind: String,
    given: String,
    family: String,
    #[serde(rename = "born-day")]
    born_day: String,
    #[serde(rename = "born-month")]
    born_month: String,
    #[serde(rename = "born-year")]
    born_year: String,
    note: String,
}

impl Form {
    fn born(&self) -> DateFields {
        DateFields::of(&self.born_day, &self.born_month, &self.born_year)
    }

    fn typed(&self) -> Typed {
        Typed {
            kind: self.kind.clone(),
            given: self.given.clone(),
            family: self.family.clone(),
            born: self.born().written(),
            day: String::new(),
            note: self.note.clone(),
        }
    }
}

pub async fn form(
    State(edge): State<Edge>,
    frame: Frame,
    Path(secret): Path<String>,
) -> Result<Response, PageError> {
    draw(&edge, frame, secret, (Form::default(), Errors::default(), None)).await
}

pub async fn give(
    State(edge): State<Edge>,
    frame: Frame,
    Path(secret): Path<String>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let mut errors = Errors::default();
    let (typed, receipt) = match notices::give(edge.ctx(), &secret, &form.typed()).await {
        Ok(Given::Kept(receipt)) => (Form::default(), Some(receipt)),
        Ok(Given::NoLink) => (form, None),
        Ok(Given::Mend(wrong)) => {
            errors.tell(wrong);
            (form, None)
        }
        Err(Wrong::Refused(sentence)) => {
            errors.add("kind", sentence);
            (form, None)
        }
        Err(broken) => return Err(broken.into()),
    };
    draw(&edge, frame, secret, (typed, errors, receipt)).await
}

async fn draw(
    edge: &Edge,
    frame: Frame,
    secret: String,
    (typed, errors, receipt): (Form, Errors, Option<String>),
) -> Result<Response, PageError> {
    let opened = notices::open_link(edge.ctx(), &secret).await?;
    let born = typed.born();
    let frame = frame.named("Tell us about a young person", Section::Elsewhere);
    Ok(Page(View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        from: opened.as_ref().map(|o| format!("{}, {}", o.link.contact, o.link.name)),
        secret,
        receipt,
        kinds: Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.name(), kind.label(), typed.kind == kind.name()))
            .collect(),
        typed,
        born,
        sent: opened.map(sent).unwrap_or_default(),
    })
    .into_response())
}

/// What became of the newest notices: receipts and states, never a name.
fn sent(opened: Opened) -> Vec<(String, &'static str, String)> {
    let one = |kept: notices::Kept| {
        let state = match &kept.done_at {
            Some(at) if !kept.passed_receipt.is_empty() => {
                let (at, receipt) = (moment(at), &kept.passed_receipt);
                format!("Passed on to the council where they live, {at}, receipt {receipt}")
            }
            Some(at) => format!("Acted on, {}", moment(at)),
            None => format!("Received, {}", moment(&kept.received_at)),
        };
        (kept.receipt, Kind::from_name(&kept.kind).map_or("", Kind::label), state)
    };
    opened.sent.into_iter().map(one).collect()
}
