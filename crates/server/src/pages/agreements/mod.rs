//! Sharing agreements: the list with what needs looking at, and one agreement with what may flow by
//! it and why. Signing, the annual check and ending are acts of `app::agreement`.

mod bring;
mod deliveries;
mod draft;
mod draft_fields;
mod draft_shown;
mod draft_typed;
mod matters;
mod show;
mod tokens;

pub use bring::{bring, form};
pub use deliveries::{note as note_delivery, show as deliveries};
pub use draft::{form as draft_form, write as write_draft};
pub use matters::{complain, follow, meet};
pub use show::{check, end, show, sign};
pub use tokens::{end_token, make_token, tokens};

use crate::http::{Edge, Frame, Page, PageError, SignedIn, frame::Section};
use crate::pages::parts::{Tone, capital};
use app::agreement::{self, Agreement, CheckDue, Standing};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::agreement::ClauseKind;
use domain::calendar::shown;
use jiff::civil::Date;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "agreements/list.html")]
pub struct ListPage {
    frame: Frame,
    lines: Vec<Line>,
    concerned: usize,
    asked_from: String,
    /// What agreements ask for by a day: number, title, what, by when, whether it is overdue.
    matters: Vec<(i64, String, String, String, bool)>,
    checks: Vec<DueCheck>,
    /// Agreements in force without a clause on vulnerable groups: number and title.
    without: Vec<(i64, String)>,
}

struct Line {
    number: i64,
    title: String,
    state: &'static str,
    tone: Tone,
    ends: String,
    contact: String,
    concerns: String,
}

/// An annual check that is due, with what the last one found.
struct DueCheck {
    number: i64,
    title: String,
    due: String,
    overdue: bool,
    last: String,
    found: Vec<String>,
}

fn due_check(one: CheckDue) -> DueCheck {
    let (last, found) = match one.last {
        None => ("None before".to_owned(), Vec::new()),
        Some(last) => {
            let named = [
                ("Practical", last.practical),
                ("Legal", last.legal),
                ("Effective", last.effective),
            ];
            let said = named.into_iter().filter(|(_, words)| !words.is_empty());
            let found = said.map(|(what, words)| format!("{what}: {words}")).collect();
            (format!("{}, {}", shown(last.day), last.by), found)
        }
    };
    let (number, title, overdue) = (one.agreement, one.title, one.overdue);
    DueCheck { number, title, due: shown(one.due), overdue, last, found }
}

pub async fn list(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<ListPage>, PageError> {
    let actor = who.may(Act::Administer)?;
    let ctx = edge.ctx();
    let today = ctx.today();
    let names = names(&edge).await?;
    let all = agreement::all(ctx).await?;
    let checks = agreement::checks_due(ctx, actor, &all).await?;
    let checks = checks.into_iter().map(due_check).collect();
    let mut lines: Vec<Line> = all.iter().map(|a| line(a, today, &names)).collect();
    let lacking = all.iter().filter(|a| a.lacks(ClauseKind::VulnerableGroups, today));
    let title = |a: &Agreement| a.newest().map(|v| v.title.clone()).unwrap_or_default();
    let without = lacking.map(|a| (a.number, title(a))).collect();
    // Those that need somebody come first; the rest stay in the order of their numbers.
    lines.sort_by_key(|l| l.concerns.is_empty());
    let from = agreement::enforced_from(ctx).await?;
    let asked_from = from.map_or_else(
        || "A sender who has never signed may still send; each such file is marked.".to_owned(),
        |day| format!("Every sender needs an agreement from {}.", shown(day)),
    );
    let concerned = lines.iter().filter(|l| !l.concerns.is_empty()).count();
    let frame = frame.named("Sharing agreements", Section::Sharing);
    let matters = agreement::matters(ctx, &all).await?.into_iter();
    let matters =
        matters.map(|one| (one.agreement, one.title, one.what, shown(one.due), one.overdue));
    let matters = matters.collect();
    Ok(Page(ListPage { frame, lines, concerned, asked_from, matters, checks, without }))
}

fn line(a: &Agreement, today: Date, names: &BTreeMap<String, String>) -> Line {
    let newest = a.newest();
    let (state, tone) = state(a, today);
    Line {
        number: a.number,
        title: newest.map(|v| v.title.clone()).unwrap_or_default(),
        state,
        tone,
        ends: newest.and_then(|v| v.ends).map_or("no end agreed".to_owned(), shown),
        contact: a.contact.as_ref().map_or("nobody".to_owned(), |p| p.name.clone()),
        concerns: capital(&named(&a.concerns(today).join("; "), names)),
    }
}

/// How it stands towards the partner that is worst off.
fn state(a: &Agreement, today: Date) -> (&'static str, Tone) {
    let partners = a.newest().map(|v| &v.partners);
    let worst = partners.into_iter().flatten().map(|p| match a.standing(p, today) {
        Standing::Ended(_) => (0, "Ended", Tone::Bad),
        Standing::Expired(_) => (1, "Expired", Tone::Bad),
        Standing::Unsigned => (2, "Not signed", Tone::Slow),
        Standing::NotYet(_) => (3, "Not begun", Tone::Plain),
        Standing::InForce(_) => (4, "In force", Tone::Good),
    });
    worst.min_by_key(|(rank, ..)| *rank).map_or(("Not signed", Tone::Slow), |(_, w, t)| (w, t))
}

/// Names of organisations by id.
async fn names(edge: &Edge) -> Result<BTreeMap<String, String>, PageError> {
    Ok(app::imports::senders(edge.ctx()).await?.into_iter().collect())
}

/// The agreement of which a form is the next wording, as the form has it; none for a new one.
fn next_of(of: &str) -> Result<Option<i64>, PageError> {
    match of {
        "" => Ok(None),
        id => match id.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(PageError::BadForm("an agreement is a number".to_owned())),
        },
    }
}

/// A sentence of the rules with organisations called by their names.
fn named(sentence: &str, names: &BTreeMap<String, String>) -> String {
    names.iter().fold(sentence.to_owned(), |said, (id, name)| {
        said.replace(&format!("({id})"), &format!("({name})"))
    })
}
