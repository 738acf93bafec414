//! Offers that a provider made or withdrew, typed: checked, then sent with a receipt. What is answered
//! tells nothing of whether the person is known.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, DateFields, Errors, Tab};
use crate::pages::people::story::moment;
use app::Wrong;
use app::partners::{self, Offer};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, Actor};
use domain::calendar::shown;
use domain::notice::{Kind, Typed};
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "own/offers.html")]
struct View {
    frame: Frame,
    errors: Errors,
    tabs: Vec<Tab>,
    name: String,
    kinds: Vec<Choice>,
    form: Form,
    born: DateFields,
    happened: DateFields,
    /// Both days as they are told before it is sent.
    said_born: String,
    said_day: String,
    /// Everything is good: to be looked at once more.
    sure: Option<&'static str>,
    receipt: String,
    rows: Vec<(String, &'static str, String, String)>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Form {
    kind: String,
    given: String,
    family: String,
    #[serde(rename = "born-day")]
    day: String,
    #[serde(rename = "born-month")]
    month: String,
    #[serde(rename = "born-year")]
    year: String,
    #[serde(rename = "happened-day")]
    on_day: String,
    #[serde(rename = "happened-month")]
    on_month: String,
    #[serde(rename = "happened-year")]
    on_year: String,
    sure: String,
}

impl Form {
    fn born(&self) -> DateFields {
        DateFields::of(&self.day, &self.month, &self.year)
    }

    /// An empty one, of today.
    fn of(today: Date) -> Self {
        let DateFields { day: on_day, month: on_month, year: on_year } = DateFields::on(today);
        Self { on_day, on_month, on_year, ..Self::default() }
    }

    fn typed(&self) -> Typed {
        Typed {
            kind: self.kind.clone(),
            given: self.given.clone(),
            family: self.family.clone(),
            born: self.born().written(),
            // Nothing typed is no day, and never silently today.
            day: self.happened().written(),
            ..Typed::default()
        }
    }

    fn happened(&self) -> DateFields {
        DateFields::of(&self.on_day, &self.on_month, &self.on_year)
    }
}

/// What a provider tells here: the rest has its own lists.
const KINDS: [Kind; 2] = [Kind::OfferMade, Kind::OfferWithdrawn];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    sent: String,
}

pub async fn offers(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(sent): Query<Sent>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let good = sent.sent.len() < 24 && sent.sent.chars().all(|c| c.is_ascii_alphanumeric());
    let receipt = if good { sent.sent } else { String::new() };
    let form = Form::of(edge.ctx().today());
    draw(&edge, actor, frame, (form, Errors::default(), None, receipt)).await
}

pub async fn offer(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::SendOwn)?;
    let mut errors = Errors::default();
    let kind = KINDS.into_iter().find(|kind| kind.name() == form.kind);
    // What this page does not offer is nothing chosen, and is said with all else that is wrong.
    let typed = Typed { kind: kind.map_or("", Kind::name).to_owned(), ..form.typed() };
    let send = form.sure == "yes";
    match partners::offer(edge.ctx(), actor, &typed, send).await {
        Ok(Offer::Good) => {
            let sure = kind.map(Kind::label);
            draw(&edge, actor, frame, (form, errors, sure, String::new())).await
        }
        Ok(Offer::Receipt(number)) => {
            Ok(Redirect::to(&format!("/own/offers?sent={number}")).into_response())
        }
        Ok(Offer::Mend(wrong)) => {
            let unread = typed.day.parse::<Date>().is_err();
            for (field, sentence) in wrong {
                match field {
                    "day" if unread => errors.add("happened", "Enter the day on which it happened"),
                    "day" => errors.add("happened", sentence),
                    field => errors.add(field, sentence),
                }
            }
            draw(&edge, actor, frame, (form, errors, None, String::new())).await
        }
        Err(Wrong::Refused(sentence)) => {
            errors.add("kind", sentence);
            draw(&edge, actor, frame, (form, errors, None, String::new())).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    actor: &Actor,
    frame: Frame,
    (form, errors, sure, receipt): (Form, Errors, Option<&'static str>, String),
) -> Result<Response, PageError> {
    let own = partners::own(edge.ctx(), actor).await?.ok_or(PageError::NotFound)?;
    let sent = partners::offers(edge.ctx(), actor).await?;
    let rows = sent.into_iter().map(|one| {
        let done = match (&one.done_at, one.passed_receipt.is_empty()) {
            (None, _) => "Waits".to_owned(),
            (Some(at), true) => moment(at),
            (Some(at), false) => {
                format!(
                    "Passed on to another council, {}, receipt {}",
                    moment(at),
                    one.passed_receipt
                )
            }
        };
        let kind = Kind::from_name(&one.kind).map_or("", Kind::label);
        (one.receipt, kind, moment(&one.received_at), done)
    });
    let rows = rows.collect();
    let kinds = KINDS.iter().map(|k| Choice::new(k.name(), k.label(), k.name() == form.kind));
    let kinds = kinds.collect();
    let (born, happened) = (form.born(), form.happened());
    let [said_born, said_day] = [born.written(), happened.written()]
        .map(|day| day.parse::<Date>().map_or_else(|_| day.clone(), shown));
    let frame = frame.named("Offers", Section::Own).with_errors(!errors.is_empty());
    let tabs = tabs("/own/offers", actor, own.is_contact);
    let name = own.name;
    let view = View {
        frame,
        errors,
        tabs,
        name,
        kinds,
        form,
        born,
        happened,
        said_born,
        said_day,
        sure,
        receipt,
        rows,
    };
    Ok(Page(view).into_response())
}
