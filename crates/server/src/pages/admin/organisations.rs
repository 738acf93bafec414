//! Organisations and schools: the list, and whom to ask at one.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Path, Posted, Query, SignedIn, frame::Section},
    pages::parts::{Errors, Tab, capital, count},
};
use app::{
    Wrong,
    admin::{self, Contacts, Organisation},
    agreement::{self, Answer},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor, Terms};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "admin/organisations.html")]
pub struct ListPage {
    frame: Frame,
    tabs: Vec<Tab>,
    q: String,
    total: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    name: String,
    kind: String,
    locality: String,
    contact: String,
    deputy: String,
}

#[derive(Template)]
#[template(path = "admin/organisation.html")]
struct OnePage {
    frame: Frame,
    errors: Errors,
    id: String,
    name: String,
    kind: String,
    /// What its people are shown of young people, each item with the agreement that gives it; nothing of
    /// the council itself.
    given: Option<Given>,
    typed: Typed,
}

enum Given {
    /// Nothing, as they are told on their own page.
    Nothing(String),
    Items(Vec<(&'static str, String)>),
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    contact_name: String,
    contact_email: String,
    contact_phone: String,
    deputy_name: String,
    deputy_email: String,
    deputy_phone: String,
    locality: String,
    consortium: String,
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::Administer)?;
    let all = admin::organisations(edge.ctx(), actor).await?;
    let wanted = asked.q.trim().to_lowercase();
    let fits = |o: &Organisation| o.name.to_lowercase().contains(&wanted);
    let rows: Vec<Row> = all.into_iter().filter(fits).map(row).collect();
    Ok(Page(ListPage {
        frame: frame.named("Organisations", Section::Admin),
        tabs: tabs("/admin/organisations", actor),
        q: asked.q,
        total: count(rows.len()),
        rows,
    }))
}

fn row(o: Organisation) -> Row {
    Row {
        id: o.id,
        name: o.name,
        kind: capital(&o.kind.replace('-', " ")),
        locality: o.locality.unwrap_or_default(),
        contact: o.contact_name.unwrap_or_else(|| "Nobody named".to_owned()),
        deputy: o.deputy_name.unwrap_or_else(|| "Nobody named".to_owned()),
    }
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let found = admin::organisation(edge.ctx(), actor, &id).await?;
    let given = given(&edge, actor, &id).await?;
    let o = found.ok_or(PageError::NotFound)?;
    let typed = Typed {
        contact_name: o.contact_name.clone().unwrap_or_default(),
        contact_email: o.contact_email.clone().unwrap_or_default(),
        contact_phone: o.contact_phone.clone().unwrap_or_default(),
        deputy_name: o.deputy_name.clone().unwrap_or_default(),
        deputy_email: o.deputy_email.clone().unwrap_or_default(),
        deputy_phone: o.deputy_phone.clone().unwrap_or_default(),
        locality: o.locality.clone().unwrap_or_default(),
        consortium: o.consortium.clone().unwrap_or_default(),
    };
    Ok(draw(frame, (o, given), typed, Errors::default()))
}

pub async fn save(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<String>,
    Posted(typed): Posted<Typed>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let found = admin::organisation(edge.ctx(), actor, &id).await?.ok_or(PageError::NotFound)?;
    let form = typed.clone();
    let form = Contacts {
        contact_name: form.contact_name,
        contact_email: form.contact_email,
        contact_phone: form.contact_phone,
        deputy_name: form.deputy_name,
        deputy_email: form.deputy_email,
        deputy_phone: form.deputy_phone,
        locality: form.locality,
        consortium: form.consortium,
    };
    match admin::save_contacts(edge.ctx(), actor, &id, &form).await {
        Ok(()) => Ok(Redirect::to("/admin/organisations").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("contact_email", sentence);
            let given = given(&edge, actor, &id).await?;
            Ok(draw(frame, (found, given), typed, errors))
        }
        Err(broken) => Err(broken.into()),
    }
}

/// The answer to "why can they see this?": the agreements, or that there is none.
async fn given(edge: &Edge, actor: &Actor, id: &str) -> Result<Option<Given>, PageError> {
    let Some(terms) = agreement::given(edge.ctx(), actor, id).await? else { return Ok(None) };
    if let Some(why) = terms.wanting() {
        return Ok(Some(Given::Nothing(why.to_owned())));
    }
    let Terms::Agreed(items) = terms else { return Ok(None) };
    let some = items.into_iter().filter(|(_, decision)| decision.answer != Answer::No);
    let rows = some.map(|(item, decision)| (item.label(), capital(&decision.reasons.join("; "))));
    Ok(Some(Given::Items(rows.collect())))
}

fn draw(
    frame: Frame,
    (o, given): (Organisation, Option<Given>),
    typed: Typed,
    errors: Errors,
) -> Response {
    let frame = frame.named(o.name.clone(), Section::Admin).with_errors(!errors.is_empty());
    let kind = capital(&o.kind.replace('-', " "));
    Page(OnePage { frame, errors, id: o.id, name: o.name, kind, given, typed }).into_response()
}
