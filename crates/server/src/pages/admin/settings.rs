//! What the council says of itself.

use super::tabs;
use crate::{
    http::{Edge, Frame, Page, PageError, Posted, SignedIn, Visitor, frame::Section},
    pages::{
        account::fresh,
        parts::{Errors, Tab},
    },
};
use app::{
    Wrong,
    admin::{self, Holds, SETTINGS},
};
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use domain::access::{Act, Actor};

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    errors: Errors,
    fields: Vec<Shown>,
}

struct Shown {
    name: &'static str,
    words: &'static str,
    hint: &'static str,
    /// Whether it is written in paragraphs.
    long: bool,
    value: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let values = admin::settings(edge.ctx(), actor).await?;
    Ok(draw(frame, actor, values, Errors::default()))
}

pub async fn save(
    State(edge): State<Edge>,
    who: SignedIn,
    visitor: Visitor,
    frame: Frame,
    Posted(pairs): Posted<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::Administer)?;
    let value = |name: &str| {
        let found = pairs.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let said: Vec<(&str, String)> = SETTINGS.iter().map(|s| (s.name, value(s.name))).collect();
    let held = admin::settings(edge.ctx(), actor).await?;
    let mut both = said.iter().zip(&held);
    // Who is told of emergencies is not named by whoever finds a browser open.
    if both.any(|((name, said), held)| *name == "emergency_officer" && said.trim() != held.trim()) {
        fresh(&edge, &visitor, "/admin/settings").await?;
    }
    match admin::set(edge.ctx(), actor, &said).await {
        Ok(()) => Ok(Redirect::to("/admin/settings").into_response()),
        Err(Wrong::Refused(sentence)) => {
            let field = SETTINGS.iter().find(|setting| sentence.starts_with(setting.words));
            let mut errors = Errors::default();
            errors.add(field.map_or("council_name", |setting| setting.name), sentence);
            Ok(draw(frame, actor, said.into_iter().map(|(_, value)| value).collect(), errors))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn draw(frame: Frame, actor: &Actor, values: Vec<String>, errors: Errors) -> Response {
    let frame = frame.named("Settings", Section::Admin).with_errors(!errors.is_empty());
    let fields = SETTINGS.iter().zip(values);
    let fields = fields.map(|(setting, value)| Shown {
        name: setting.name,
        words: setting.words,
        hint: setting.hint,
        long: setting.holds == Holds::Paragraphs,
        value,
    });
    let (tabs, fields) = (tabs("/admin/settings", actor), fields.collect());
    Page(SettingsPage { frame, tabs, errors, fields }).into_response()
}
