//! Deliveries: what is late, what is due next, and how punctual each partner is.

use crate::http::{Edge, Frame, Page, PageError, Posted, SignedIn, frame::Section};
use app::agreement::{self, Delivery, Flow};
use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use domain::access::{Act, Actor};
use domain::agreement::{Punctual, State as Standing};
use domain::calendar::shown;
use jiff::civil::Date;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "agreements/deliveries.html")]
pub struct View {
    frame: Frame,
    late: Vec<Line>,
    soon: Vec<Line>,
    punctual: Vec<Row>,
    /// Accounts to be confirmed: number, whose, where, how it stands.
    accounts: Vec<(i64, String, String, String)>,
}

struct Line {
    agreement: i64,
    partner: String,
    name: String,
    flow: &'static str,
    what: &'static str,
    due: Date,
    due_words: String,
    how_late: String,
    contact: String,
    mail: String,
    reminded: String,
}

struct Row {
    name: String,
    due: u32,
    on_time: u32,
    late: u32,
    missing: u32,
    share: String,
    days: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::Administer)?;
    let found = agreement::deliveries(edge.ctx(), &agreement::all(edge.ctx()).await?).await?;
    let accounts = accounts(&edge, actor).await?;
    Ok(Page(View {
        frame: frame.named("Deliveries", Section::Sharing),
        late: found.late.into_iter().map(line).collect(),
        soon: found.soon.into_iter().map(line).collect(),
        punctual: found.punctual.into_iter().map(row).collect(),
        accounts,
    }))
}

/// Partners' accounts that end soon, or have, for want of a word.
async fn accounts(
    edge: &Edge,
    actor: &Actor,
) -> Result<Vec<(i64, String, String, String)>, PageError> {
    let names = super::names(edge).await?;
    let all = app::partners::lapsing(edge.ctx(), actor).await?;
    let pressing = all.into_iter().filter(|(_, vouched)| vouched.presses());
    let rows = pressing.map(|(organisation, vouched)| {
        let (words, _) = crate::pages::own::state(vouched.standing);
        let place = names.get(&organisation).cloned().unwrap_or(organisation);
        (vouched.account, vouched.name, place, words)
    });
    Ok(rows.collect())
}

fn line(one: Delivery) -> Line {
    let due = one.due;
    let what = due.flow.label();
    let days = |n: i32| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
    let last = one.reminded.last().map(|day| shown(*day));
    Line {
        agreement: due.agreement,
        partner: due.partner,
        flow: due.flow.name(),
        what,
        due: due.day,
        due_words: shown(due.day),
        how_late: match due.state {
            Standing::Missing(n) => format!("{} late", days(n)),
            Standing::Ahead(0) => "today".to_owned(),
            Standing::Ahead(n) => format!("in {}", days(n)),
            Standing::OnTime(_) | Standing::Late(..) => String::new(),
        },
        mail: one.contact.as_ref().map_or_else(String::new, |c| c.email.clone()),
        contact: one.contact.map_or_else(|| "Nobody: name a contact".to_owned(), |c| c.name),
        reminded: last.map_or_else(String::new, |day| format!("Reminded {day}")),
        name: one.partner_name,
    }
}

fn row((name, p): (String, Punctual)) -> Row {
    Row {
        name,
        due: p.due,
        on_time: p.on_time,
        late: p.late,
        missing: p.missing,
        share: p.on_time_percent().map_or_else(|| "–".to_owned(), |share| format!("{share:.0} %")),
        days: match p.late {
            0 => "–".to_owned(),
            late => format!("{:.0}", f64::from(p.days_late) / f64::from(late)),
        },
    }
}

#[derive(Deserialize)]
pub struct Noted {
    agreement: i64,
    partner: String,
    flow: String,
    due: String,
    what: String,
}

pub async fn note(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(form): Posted<Noted>,
) -> Result<Redirect, PageError> {
    let actor = who.may(Act::Administer)?;
    let bad = |what: &str| PageError::BadForm(format!("no such {what}"));
    let flow = Flow::from_name(&form.flow).ok_or_else(|| bad("flow"))?;
    let due: Date = form.due.parse().map_err(|_| bad("day"))?;
    let of = (form.agreement, &*form.partner);
    agreement::note_delivery(edge.ctx(), actor, of, (flow, due), form.what == "came").await?;
    Ok(Redirect::to("/agreements/deliveries"))
}
