//! The plan as everybody may read it, once the group has published it: aims and outcomes with their
//! ratings and trends, organisations that lead, and figures made of rounded counts of enough people. No reason
//! that somebody typed and nobody's name is taken along, so none can slip through.

use domain::calendar::Day;
use domain::disclosure::{gap_published, share_published};
use domain::measure::tenths;
use domain::plan::{KeyEntry, LeadKind, Rating, Trend};
use store::plans::courses::Figure;
use store::plans::entries;

use super::count::is_of_people;
use super::room::load;
use crate::{Context, Wrong};

#[derive(Clone, Debug, PartialEq)]
pub struct Public {
    pub title: String,
    pub rated_on: Day,
    pub since: Day,
    pub key: Vec<KeyEntry>,
    pub aims: Vec<PublicAim>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PublicAim {
    pub number: u16,
    pub title: String,
    pub outcomes: Vec<PublicOutcome>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PublicOutcome {
    pub label: String,
    pub title: String,
    pub by_when: String,
    /// Organisations only.
    pub lead: String,
    pub rating: Rating,
    pub trend: Trend,
    /// Figures with their target: words, newest, target.
    pub figures: Vec<(String, String, String)>,
}

/// The published plan; nothing while it is not published.
///
/// Errors: the world broke. A plan that is not published is as one that is not there.
pub async fn public(ctx: &Context, plan: i64) -> Result<Option<Public>, Wrong> {
    let today = ctx.today();
    let mut tx = ctx.db.begin_read().await?;
    let lines = entries::of_register(&mut tx, plan, "publication").await?;
    let newest = lines.iter().rfind(|line| line.on.is_none_or(|day| day <= today));
    if newest.is_none_or(|line| line.state != "published") {
        return Ok(None);
    }
    let room = match load(&mut tx, plan, today).await {
        Ok(room) => room,
        Err(Wrong::Refused(_)) => return Ok(None),
        Err(broken) => return Err(broken),
    };
    let names: Vec<String> = people(&room);
    let outcome = |outcome: &domain::plan::Outcome| {
        let own = room.followed.iter().filter(|one| one.bound.outcome == outcome.id);
        PublicOutcome {
            label: outcome.label.to_string(),
            title: without(&outcome.title, &names),
            by_when: outcome.by_when.said.clone(),
            lead: match outcome.lead.kind {
                LeadKind::Organisations(_) => without(&room.leading(outcome).join(", "), &names),
                _ => room.leading(outcome).join(", "),
            },
            rating: outcome.rating,
            trend: room.shown(outcome).trend,
            figures: own.filter_map(figure).collect(),
        }
    };
    let plan = &room.now.plan;
    Ok(Some(Public {
        title: plan.title.clone(),
        rated_on: plan.rated_on,
        since: room.since,
        key: plan.key.clone(),
        aims: plan
            .aims
            .iter()
            .map(|aim| PublicAim {
                number: aim.number,
                title: aim.title.clone(),
                outcomes: aim.outcomes.iter().map(outcome).collect(),
            })
            .collect(),
    }))
}

/// Names that the plan's own seats hold.
fn people(room: &super::Room) -> Vec<String> {
    let seats = room.now.plan.group.seats.iter();
    seats.filter_map(|seat| seat.person.clone()).filter(|name| name.len() > 3).collect()
}

fn without(text: &str, names: &[String]) -> String {
    names.iter().fold(text.to_owned(), |text, name| text.replace(name.as_str(), "(name left out)"))
}

fn figure(one: &super::Followed) -> Option<(String, String, String)> {
    let last = one.figures.last()?;
    let (unit, target) = (&one.bound.unit, &one.bound.course.target);
    let day = domain::calendar::shown;
    let newest = match told(&one.bound.measure, last) {
        Some(value) => format!("{value} {unit} on {}", day(last.on)),
        None => "not told".to_owned(),
    };
    let target = format!("{} {unit} by {}", tenths(target.value), day(target.on));
    Some((one.bound.words.clone(), newest, target))
}

/// A figure as anybody may read it: one that counts people is made of rounded counts alone. Nothing where it
/// would tell of few people, or where nobody kept how many it is made of.
fn told(measure: &str, figure: &Figure) -> Option<String> {
    if !is_of_people(measure) {
        return Some(tenths(figure.value));
    }
    let of = figure.of.filter(|_| !figure.few)?;
    match of.less {
        None => share_published(of.share),
        Some(everybody) => gap_published(of.share, everybody),
    }
}
