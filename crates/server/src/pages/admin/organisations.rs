//! Organisations and schools: the list, and whom to ask at one.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section},
    pages::parts::{Errors, Tab, count},
};
use app::{
    Wrong,
    admin::{self, Contacts, Organisation},
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::access::Act;
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
    typed: Typed,
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
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<ListPage>, PageError> {
    let all = admin::organisations(edge.ctx(), who.may(Act::Administer)?).await?;
    let wanted = asked.q.trim().to_lowercase();
    let fits = |o: &Organisation| o.name.to_lowercase().contains(&wanted);
    let rows: Vec<Row> = all.into_iter().filter(fits).map(row).collect();
    Ok(Page(ListPage {
        frame: frame.named("Organisations", Section::Admin),
        tabs: tabs("/admin/organisations"),
        q: asked.q,
        total: count(rows.len()),
        rows,
    }))
}

fn row(o: Organisation) -> Row {
    Row {
        id: o.id,
        name: o.name,
        kind: o.kind.replace('-', " "),
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
    let found = admin::organisation(edge.ctx(), who.may(Act::Administer)?, &id).await?;
    let o = found.ok_or(PageError::NotFound)?;
    let typed = Typed {
        contact_name: o.contact_name.clone().unwrap_or_default(),
        contact_email: o.contact_email.clone().unwrap_or_default(),
        contact_phone: o.contact_phone.clone().unwrap_or_default(),
        deputy_name: o.deputy_name.clone().unwrap_or_default(),
        deputy_email: o.deputy_email.clone().unwrap_or_default(),
        deputy_phone: o.deputy_phone.clone().unwrap_or_default(),
        locality: o.locality.clone().unwrap_or_default(),
    };
    Ok(draw(frame, o, typed, Errors::default()))
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
    };
    match admin::save_contacts(edge.ctx(), actor, &id, &form).await {
        Ok(()) => Ok(Redirect::to("/admin/organisations").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let mut errors = Errors::default();
            errors.add("contact_email", sentence);
            Ok(draw(frame, found, typed, errors))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn draw(frame: Frame, o: Organisation, typed: Typed, errors: Errors) -> Response {
    let frame = frame.named(o.name.clone(), Section::Admin).with_errors(!errors.is_empty());
    let kind = o.kind.replace('-', " ");
    Page(OnePage { frame, errors, id: o.id, name: o.name, kind, typed }).into_response()
}
