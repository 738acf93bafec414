//! `waymark training list`: who records, whether they are trained in it, and when their caseload's data was
//! last reviewed.

use super::{Outcome, Result, Shown, block_on, whole_authority};
use crate::output::{self, Format};
use crate::wiring;
use app::training::{Member, Team, team};
use domain::access::Role;
use domain::training::{Trained, Training};
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(clap::Subcommand)]
enum Verb {
    /// Everybody who records, advisers who are not trained first.
    List {
        #[command(flatten)]
        shown: Shown,
    },
}

impl Args {
    pub fn run(self) -> Result {
        match self.verb {
            Verb::List { shown } => block_on(list(shown))?,
        }
    }
}

async fn list(shown: Shown) -> Result {
    let ctx = wiring::open(&shown.place).await?;
    let found = team(&ctx, &whole_authority()).await?;
    match shown.format {
        Format::Json => output::json(&document(&found)),
        Format::Csv => {
            output::line("account,name,role,trained,until,caseload,reviewed,due");
            found.members.iter().for_each(|one| output::line(&row(one)));
        }
        Format::Text => words(&found),
    }
    Ok(Outcome::Done)
}

/// One word for files, and the day that belongs to it.
fn state(trained: Trained) -> (&'static str, String) {
    match trained {
        Trained::Never => ("no", String::new()),
        Trained::Lapsed(until) => ("lapsed", until.to_string()),
        Trained::Until(until) => ("yes", until.to_string()),
        Trained::ForGood => ("yes", String::new()),
    }
}

fn document(found: &Team) -> Value {
    let training = |one: &Training| {
        json!({
            "training": one.id, "title": one.title, "day": one.day.to_string(),
            "trainer": one.trainer, "valid_until": one.valid_until.map(|day| day.to_string()),
        })
    };
    let member = |one: &Member| {
        let review = one.review.as_ref();
        json!({
            "account": one.account,
            "name": one.name,
            "role": one.role.name(),
            "trained": one.trained.holds(),
            "state": state(one.trained).0,
            "trainings": one.trainings.iter().map(training).collect::<Vec<_>>(),
            "caseload": one.caseload,
            "reviewed": review.map(|review| review.day.to_string()),
            "review_due": review.and_then(|review| review.due).map(|day| day.to_string()),
            "review_overdue": one.review_due,
        })
    };
    json!({
        "day": found.day.to_string(),
        "advisers": found.share.all,
        "trained": found.share.of,
        "percent": found.share.value(),
        "percent_shown": found.share.shown(),
        "members": found.members.iter().map(member).collect::<Vec<_>>(),
    })
}

/// A cell of the table; names are people's own, and may hold a comma or look like a formula.
fn cell(text: &str) -> String {
    format!("\"{}\"", app::exports::tame(text).replace('"', "\"\""))
}

fn row(one: &Member) -> String {
    let (state, until) = state(one.trained);
    let review = one.review.as_ref();
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(String::new, |day| day.to_string());
    format!(
        "{},{},{},{state},{until},{},{},{}",
        one.account,
        cell(&one.name),
        one.role.name(),
        one.caseload,
        day(review.map(|review| review.day)),
        day(review.and_then(|review| review.due))
    )
}

fn words(found: &Team) {
    output::line(&format!(
        "{} of {} advisers are trained in recording on {}",
        found.share.of, found.share.all, found.day
    ));
    for one in &found.members {
        let (state, until) = state(one.trained);
        let role = if one.role == Role::Adviser { "" } else { one.role.label() };
        output::line(format!("  {state:<7} {until:<10}  {} {role}", one.name).trim_end());
    }
}
