//! Who of an organisation has an account: its named contact says every ninety days who still needs one.

use super::tabs;
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Tab, Tone};
use app::partners::{self, Vouched};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{ATTESTED_DAYS, Act, Attested};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "own/accounts.html")]
pub struct View {
    frame: Frame,
    tabs: Vec<Tab>,
    name: String,
    days: i32,
    rows: Vec<Row>,
}

struct Row {
    account: i64,
    name: String,
    email: String,
    state: (String, Tone),
    by: String,
    own: bool,
}

#[derive(Deserialize)]
pub struct Word {
    needed: String,
}

pub async fn accounts(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Vouch)?;
    let all = partners::vouched(edge.ctx(), actor).await?;
    let own = partners::own(edge.ctx(), actor).await?.ok_or(PageError::NotFound)?;
    Ok(Page(View {
        frame: frame.named("Who has an account", Section::Own),
        tabs: tabs("/own/accounts", actor, true),
        name: own.name,
        days: ATTESTED_DAYS,
        rows: all.into_iter().map(row).collect(),
    }))
}

pub async fn vouch(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(account): Path<i64>,
    Posted(word): Posted<Word>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Vouch)?;
    partners::vouch(edge.ctx(), actor, account, word.needed == "yes").await?;
    Ok(Redirect::to("/own/accounts"))
}

fn row(v: Vouched) -> Row {
    Row {
        state: state(v.standing),
        account: v.account,
        name: v.name,
        email: v.email,
        by: v.by,
        own: v.own,
    }
}

/// How an account stands, in words.
pub fn state(standing: Attested) -> (String, Tone) {
    match standing {
        Attested::Good(days) => (format!("Good for {days} days"), Tone::Good),
        Attested::Soon(days) => (format!("Lapses in {days} days"), Tone::Slow),
        Attested::Lapsed => ("Lapsed".to_owned(), Tone::Bad),
    }
}
