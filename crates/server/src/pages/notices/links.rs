//! The links that contacts were given. A new one is shown once, as an address and as a QR code.

use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, Square, square};
use app::{Wrong, admin, notices};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, Actor, decide};
use domain::calendar::shown;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "notices/links.html")]
pub struct View {
    frame: Frame,
    errors: Errors,
    rows: Vec<(i64, String, String, String)>,
    organisations: Vec<Choice>,
    contact: String,
    made: Option<Made>,
    /// Whether the reader acts on notices: information governance gives links out and reads none.
    reads: bool,
}

struct Made {
    address: String,
    /// Squares on a side, quiet zone included, and the path of the dark ones.
    side: usize,
    path: String,
}

#[derive(Default, Deserialize)]
pub struct Form {
    organisation: String,
    contact: String,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Administer)?;
    draw(&edge, actor, frame, (Form::default(), Errors::default(), None)).await
}

pub async fn make(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Administer)?;
    let mut errors = Errors::default();
    match notices::make_link(edge.ctx(), actor, &form.organisation, &form.contact).await {
        Ok(secret) => {
            let address = format!("{}/notice/{secret}", edge.origin().as_str());
            draw(&edge, actor, frame, (Form::default(), errors, Some(made(address)?))).await
        }
        Err(Wrong::Refused(sentence)) => {
            let field = if sentence.contains("organisation") { "organisation" } else { "contact" };
            errors.add(field, sentence);
            draw(&edge, actor, frame, (form, errors, None)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

pub async fn end(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
) -> Result<Redirect, PageError> {
    notices::end_link(edge.ctx(), who.may(Act::Administer)?, id).await?;
    Ok(Redirect::to("/notices/links"))
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (form, errors, made): (Form, Errors, Option<Made>),
) -> Result<Page<View>, PageError> {
    let links = notices::links(edge.ctx(), actor).await?;
    let mut organisations = vec![Choice::new("", "Choose", form.organisation.is_empty())];
    organisations.extend(
        admin::organisations(edge.ctx(), actor)
            .await?
            .iter()
            .map(|o| Choice::new(&o.id, &o.name, o.id == form.organisation)),
    );
    let frame = frame.named("Links for notices", Section::Sharing);
    Ok(Page(View {
        frame: frame.with_errors(!errors.is_empty()),
        errors,
        rows: links.into_iter().map(|l| (l.id, l.name, l.contact, shown(l.until))).collect(),
        organisations,
        contact: form.contact,
        made,
        reads: decide(actor, Act::RecordContact).allowed,
    }))
}

fn made(address: String) -> Result<Made, PageError> {
    let Square { side, path } = square(&address)?;
    Ok(Made { address, side, path })
}
