//! The follow-up list: tabs with counts, a filter whose address names no person, and many
//! confirmed at once after a look. Who is due and why is `app::followup`'s.

mod confirm;
mod filter;
mod happened;
mod obstacles;
pub mod plan;
pub mod tasks;

pub use confirm::{apply, give, preview, take_back};
pub use obstacles::obstacles;

use crate::{
    http::{Edge, Frame, Page, PageError, Query, SignedIn, frame::Section},
    pages::parts::{Chip, Choice, Pager, Tab, Tone, count},
};
use app::followup::{self, Due, FollowUp, Provider};
use app::people;
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::{shown, shown_short as short};
use domain::edition::Edition;
use domain::followup::{List, Reason};
use domain::person::PersonId;
use filter::Asked;
use happened::{Done, Happened};
use jiff::civil::Date;

const PER_PAGE: usize = 50;

/// Providers named above the list; the filter has the others.
const PROVIDERS_SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "followup/show.html")]
pub struct View {
    frame: Frame,
    dated: String,
    tabs: Vec<Tab>,
    list: List,
    active: usize,
    clear: String,
    providers: Vec<Choice>,
    advisers: Vec<Choice>,
    localities: Vec<Choice>,
    contacts: Vec<Choice>,
    orders: Vec<Choice>,
    chips: Vec<Chip>,
    providers_due: Vec<ProviderDue>,
    more_providers: String,
    whole: Option<Whole>,
    holders: Vec<Choice>,
    /// Who can be asked to follow the ticked up.
    workers: Vec<Choice>,
    /// The filter, which goes with the ticked so that one comes back to it.
    kept: Vec<(&'static str, String)>,
    rows: Vec<Row>,
    empty: &'static str,
    pager: Pager,
    done: Option<Done>,
}

/// A provider whose list would settle many.
struct ProviderDue {
    name: String,
    people: String,
    href: String,
}

/// Everybody here of one provider, to be confirmed by its one list.
struct Whole {
    title: String,
    button: String,
    fields: Vec<(&'static str, String)>,
}

struct Row {
    person: i64,
    name: String,
    age: i16,
    activity: String,
    provider: String,
    why: String,
    tone: Tone,
    long: String,
    contact: String,
    next: String,
    late: bool,
    adviser: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
    Query(happened): Query<Happened>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let today = edge.ctx().today();
    let filter = asked.filter();
    let found = followup::list(edge.ctx(), actor, edition(today)?, today, &filter).await?;
    let mut view = view(frame.named("Follow-up", Section::FollowUp), &asked, &found, today);
    view.done = happened.words();
    let holders = people::holding(edge.ctx(), actor).await?;
    view.holders =
        holders.iter().map(|(id, name)| Choice::new(&id.to_string(), name, false)).collect();
    let workers = people::askable(edge.ctx(), actor).await?;
    view.workers =
        workers.iter().map(|(id, name)| Choice::new(&id.to_string(), name, false)).collect();
    let listed: Vec<PersonId> = view.rows.iter().map(|row| PersonId(row.person)).collect();
    followup::shown(edge.ctx(), actor, &listed).await?;
    Ok(Page(view))
}

/// The edition in force, without which nothing can be said of anybody.
pub fn edition(on: Date) -> Result<&'static Edition, PageError> {
    let found = formats::reference::editions().on(on);
    found.ok_or_else(|| PageError::failure("no edition is known at all"))
}

fn view(frame: Frame, asked: &Asked, found: &FollowUp, today: Date) -> View {
    let list = asked.list();
    let page = asked.page().min(found.rows.len().div_ceil(PER_PAGE).max(1));
    let rows = found.rows.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE);
    let tabs = found.counts.iter().map(|(each, people)| Tab {
        words: each.label().to_owned(),
        count: Some(count(*people)),
        href: asked.with_list(*each).address(),
        current: *each == list,
    });
    View {
        frame,
        dated: format!("{}, {} edition", shown(found.as_of), found.edition),
        tabs: tabs.collect(),
        list,
        active: asked.active(),
        clear: asked.cleared().address(),
        providers: asked.providers(found),
        advisers: asked.advisers(found),
        localities: asked.localities(found),
        contacts: asked.contacts(),
        orders: asked.orders(),
        chips: asked.chips(found),
        providers_due: providers_due(asked, found),
        more_providers: more_providers(asked, found),
        whole: whole(asked, found),
        holders: Vec::new(),
        workers: Vec::new(),
        kept: asked.fields(),
        rows: rows.map(|due| row(due, today)).collect(),
        empty: empty(list),
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total: found.rows.len(),
            address: asked.for_pages(),
        },
        done: None,
    }
}

/// The providers whose lists would clear anybody, most first; none where one is chosen already.
fn due_by_provider<'a>(asked: &Asked, found: &'a FollowUp) -> Vec<&'a Provider> {
    match asked.provider.is_empty() {
        true => followup::clearing(&found.by_provider),
        false => Vec::new(),
    }
}

fn providers_due(asked: &Asked, found: &FollowUp) -> Vec<ProviderDue> {
    let due = due_by_provider(asked, found).into_iter().take(PROVIDERS_SHOWN);
    due.map(|provider| ProviderDue {
        name: provider.name.clone(),
        people: count(provider.cleared),
        href: asked.with_provider(&provider.key).address(),
    })
    .collect()
}

/// How many providers the short list leaves out, with how many people.
fn more_providers(asked: &Asked, found: &FollowUp) -> String {
    let due = due_by_provider(asked, found);
    let rest = due.get(PROVIDERS_SHOWN..).unwrap_or_default();
    let people = count(rest.iter().map(|provider| provider.cleared).sum());
    match rest.len() {
        0 => String::new(),
        1 => format!("1 more provider has {people} of them. The filter names it."),
        more => format!("{more} more providers have {people} of them. The filter names them."),
    }
}

/// What one list of the chosen provider would confirm.
fn whole(asked: &Asked, found: &FollowUp) -> Option<Whole> {
    let (all, cleared) = (found.rows.len(), found.rows.iter().filter(|due| due.cleared).count());
    let name = asked.provider_name(found).filter(|_| cleared > 0 && all > 1)?;
    let people = count(all);
    let clears = match cleared == all {
        true => format!("all {people} of these"),
        false => format!("{} of these {people}", count(cleared)),
    };
    Some(Whole {
        title: format!("One list from {name} would clear {clears}"),
        button: format!("Confirm all {people} of {name}"),
        fields: asked.fields(),
    })
}

fn row(due: &Due, today: Date) -> Row {
    let (why, tone, long) = match due.reason {
        Reason::Lapsed { days_overdue } => ("Lapsed".to_owned(), Tone::Bad, days(days_overdue)),
        Reason::DueToLapse { on, days_left } => {
            let tone = if days_left <= 7 { Tone::Slow } else { Tone::Plain };
            (format!("Lapses {}", short(on)), tone, format!("in {}", days(days_left)))
        }
        Reason::Neet { since, .. } => {
            let long = days(domain::followup::days_between(since, today));
            (format!("NEET since {}", short(since)), Tone::Slow, long)
        }
        Reason::NeetAgain { past, .. } => {
            (format!("NEET {} times", past.times), Tone::Bad, format!("in {} months", past.months))
        }
        Reason::SettlingIn { since, days_left, past, .. } => {
            let tone = if past.is_repeat() { Tone::Slow } else { Tone::Plain };
            (format!("Back since {}", short(since)), tone, format!("{} left", days(days_left)))
        }
        Reason::NotKnown { months: 0 } => {
            ("Not known".to_owned(), Tone::Bad, "this month".to_owned())
        }
        Reason::NotKnown { months } => ("Not known".to_owned(), Tone::Bad, plural(months, "month")),
        Reason::NoActivity { months, .. } => {
            let long = months.map_or("since entered".to_owned(), |n| plural(n, "month"));
            ("No activity recorded".to_owned(), Tone::Bad, long)
        }
        Reason::ReviewPassed { on, days: late } => {
            (format!("Review due {}", short(on)), Tone::Slow, days(late))
        }
        Reason::ReviewMissing { days: since, .. } => {
            ("Review date missing".to_owned(), Tone::Slow, days(since))
        }
        Reason::PastSchoolAge { since, days: long } => {
            let why = format!("School age was over by {}", short(since));
            (why, Tone::Bad, days(long))
        }
        Reason::NextStep { days_overdue: 0, .. } => {
            ("Next step due".to_owned(), Tone::Slow, "today".to_owned())
        }
        Reason::NextStep { on, days_overdue } => {
            (format!("Next step due {}", short(on)), Tone::Bad, days(days_overdue))
        }
    };
    let next = due.next_step.filter(|_| due.last_contact.is_some());
    Row {
        person: due.person.0,
        name: due.name.clone(),
        age: due.age,
        activity: due.activity.clone(),
        provider: due.provider_name().unwrap_or_default(),
        why,
        tone,
        long,
        contact: due.last_contact.map_or_else(|| "Never".to_owned(), short),
        next: next.map_or_else(|| "None set".to_owned(), short),
        late: next.is_some_and(|day| day < today),
        adviser: due.adviser_name.clone().unwrap_or_else(|| "No adviser".to_owned()),
    }
}

fn days(number: i32) -> String {
    plural(number, "day")
}

fn plural(number: i32, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn empty(list: List) -> &'static str {
    match list {
        List::Lapsed => "Nobody here has lapsed: every activity was confirmed in time",
        List::Due30 | List::Due60 | List::Due90 => "Nobody here lapses in these days",
        List::Neet => "Nobody here is recorded as NEET",
        List::NeetAgain => "Nobody here who is NEET was NEET before, within the months looked back",
        List::NotKnown => "The activity of everybody here is known",
        List::SettlingIn => "Nobody here has just come back after being NEET",
        List::Review => "No review date has passed or is missing",
        List::SchoolAge => "Nobody here is still at school-age education after Year 11",
        List::NextStep => "Nothing that a contact left to do is due",
    }
}
