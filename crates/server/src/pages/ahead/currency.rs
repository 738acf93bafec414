//! The page of the lapse curve, and the call lists that it leaves.

use super::tabs;
use crate::charts::{Line, Series, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::followup::edition;
use crate::pages::parts::{Choice, Pager, Tab, count};
use app::forecast::{Call, CurrencyAhead, Named, currency as forecast};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::{Day, shown, shown_short};
use domain::forecast::currency::Point;
use domain::person::PersonId;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "ahead/currency.html")]
pub struct CurrencyPage {
    frame: Frame,
    tabs: Vec<Tab>,
    dated: String,
    lead: String,
    curve_title: String,
    curve: Svg,
    days: Vec<PointRow>,
    lists: Vec<ListRow>,
    calls: String,
    cliff_title: String,
    cliff: Svg,
    weeks: Vec<PointRow>,
    cliff_words: String,
    providers: Vec<ShareRow>,
    advisers: Vec<ShareRow>,
}

/// One row of the curve's table.
struct PointRow {
    day: String,
    lapsing: String,
    lapsed: String,
}

/// One list to ask for.
struct ListRow {
    sentence: String,
    name: String,
    saved: String,
    left: String,
}

struct ShareRow {
    name: String,
    href: String,
    open: usize,
    lapsed: usize,
    within_30: usize,
    within_60: usize,
    within_90: usize,
    saved: usize,
    goes_on: usize,
    ends: usize,
}

pub async fn currency(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<CurrencyPage>, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let today = edge.ctx().today();
    let found = forecast(edge.ctx(), actor, edition(today)?, today).await?;
    let frame = frame.named("What will lapse", Section::Reports);
    Ok(Page(view(frame, tabs(actor, "/ahead/currency"), &found)))
}

fn view(frame: Frame, tabs: Vec<Tab>, found: &CurrencyAhead) -> CurrencyPage {
    let c = &found.curve;
    let in_all = c.lapsed + c.lapsing;
    let curve_title = format!(
        "{} records count as not known now; {} will on {} if nobody confirms anything",
        count(c.lapsed),
        count(in_all),
        shown(c.until)
    );
    let cliff_at = c.cliff.last().map_or(in_all, |point| point.lapsed);
    let cliff_title = format!(
        "By the end of September {} records have lapsed, {} of them at the turn of the school year",
        count(cliff_at),
        count(c.cliff_goes_on + c.cliff_ends)
    );
    CurrencyPage {
        frame,
        tabs,
        dated: format!("{}, {} edition", shown(c.as_of), found.edition),
        lead: lead(found),
        curve: line("curve", &c.days, &curve_title),
        curve_title,
        days: rows(weekly(&c.days).into_iter()),
        lists: lists(found),
        calls: count(found.calls.len()),
        cliff: line("cliff", &c.cliff, &cliff_title),
        cliff_title,
        weeks: rows(c.cliff.iter()),
        cliff_words: format!(
            "On the day after {}, {} records lapse although the course goes on: providers' lists in \
             September confirm these. {} more lapse on courses that end then: somebody has to ask \
             what comes next.",
            shown(c.school_year_end),
            count(c.cliff_goes_on),
            count(c.cliff_ends)
        ),
        providers: found.providers.iter().map(|named| share(named, "provider")).collect(),
        advisers: found.advisers.iter().map(|named| share(named, "adviser")).collect(),
    }
}

fn lead(found: &CurrencyAhead) -> String {
    let saved: usize = found.lists.iter().map(|(list, _)| list.share.saved).sum();
    match found.lists.first() {
        None => format!(
            "No provider's list would save a record now; {} calls remain.",
            count(found.calls.len())
        ),
        Some((first, left)) => format!(
            "Load the list of {} and {} records are saved; then {} calls remain. All lists together \
             save {}, and {} calls are left.",
            first.name,
            count(first.share.saved),
            count(*left),
            count(saved),
            count(found.calls.len())
        ),
    }
}

fn lists(found: &CurrencyAhead) -> Vec<ListRow> {
    let row = |(at, (list, left)): (usize, &(Named, usize))| ListRow {
        sentence: format!("{} list", if at == 0 { "First" } else { "Then the" }),
        name: list.name.clone(),
        saved: count(list.share.saved),
        left: count(*left),
    };
    found.lists.iter().enumerate().take(12).map(row).collect()
}

/// Every seventh day, and the last, of which the title tells.
fn weekly(days: &[Point]) -> Vec<&Point> {
    let over = days.len() % 7;
    let last = days.last().filter(|_| over != 1);
    days.iter().step_by(7).chain(last).collect()
}

fn rows<'a>(points: impl Iterator<Item = &'a Point>) -> Vec<PointRow> {
    let mut before = None;
    points
        .map(|point| {
            let since = before.map_or(0, |before| point.lapsed - before);
            before = Some(point.lapsed);
            PointRow { day: shown(point.day), lapsing: count(since), lapsed: count(point.lapsed) }
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "people are far fewer than 2^53")]
fn line(id: &str, points: &[Point], title: &str) -> Svg {
    let values = points.iter().map(|point| Some(point.lapsed as f64)).collect();
    Line {
        labels: points.iter().map(|point| label(point.day)).collect(),
        series: vec![Series { name: "Lapsed".to_owned(), values }],
        targets: Vec::new(),
        unit: Unit::People,
    }
    .draw(&Words::new(id, title, "The table has the numbers."))
}

fn label(day: Day) -> String {
    let text = shown_short(day);
    text.rsplit_once(' ').map_or(text.clone(), |(start, _)| start.to_owned())
}

fn share(named: &Named, kind: &str) -> ShareRow {
    let s = named.share;
    let href = match named.key.is_empty() {
        true => String::new(),
        false => format!("/follow-up?list=due-30&{kind}={}", named.key),
    };
    ShareRow {
        name: named.name.clone(),
        href,
        open: s.open,
        lapsed: s.lapsed,
        within_30: s.within_30,
        within_60: s.within_60,
        within_90: s.within_90,
        saved: s.saved,
        goes_on: s.cliff_goes_on,
        ends: s.cliff_ends,
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    adviser: String,
    page: String,
}

#[derive(Template)]
#[template(path = "ahead/calls.html")]
pub struct CallsPage {
    frame: Frame,
    dated: String,
    adviser: String,
    advisers: Vec<Choice>,
    rows: Vec<CallRow>,
    pager: Pager,
}

struct CallRow {
    person: i64,
    name: String,
    age: i16,
    activity: String,
    provider: String,
    when: String,
    contact: String,
    adviser: String,
}

const PER_PAGE: usize = 50;

/// The calls that no list saves, by adviser; everybody shown is remembered.
pub async fn calls(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<CallsPage>, PageError> {
    let actor = who.may(Act::ViewFollowUp)?;
    let today = edge.ctx().today();
    let found = forecast(edge.ctx(), actor, edition(today)?, today).await?;
    let adviser = asked.adviser.parse::<i64>().ok();
    let nobody = asked.adviser == "none";
    let here = |call: &&Call| match (adviser, nobody) {
        (Some(id), _) => call.adviser == Some(id),
        (None, true) => call.adviser.is_none(),
        (None, false) => true,
    };
    let mine: Vec<&Call> = found.calls.iter().filter(here).collect();
    let page = asked.page.parse().unwrap_or(1_usize).max(1);
    let page = page.min(mine.len().div_ceil(PER_PAGE).max(1));
    let part: Vec<&Call> =
        mine.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).copied().collect();
    let people: Vec<PersonId> = part.iter().map(|call| call.person).collect();
    app::followup::shown(edge.ctx(), actor, &people).await?;
    let mut advisers = vec![Choice::new("", "Everybody", asked.adviser.is_empty())];
    advisers.extend(found.advisers.iter().map(|named| {
        let value = if named.key.is_empty() { "none" } else { &named.key };
        Choice::new(value, &named.name, asked.adviser == value)
    }));
    Ok(Page(CallsPage {
        frame: frame.named("Calls to make", Section::Reports),
        dated: format!("{}, {} edition", shown(found.curve.as_of), found.edition),
        adviser: adviser.map_or_else(String::new, |id| id.to_string()),
        advisers,
        rows: part.into_iter().map(call).collect(),
        pager: Pager {
            page,
            per_page: PER_PAGE,
            total: mine.len(),
            address: format!(
                "/ahead/calls?adviser={}&",
                if nobody {
                    "none".to_owned()
                } else {
                    adviser.map_or_else(String::new, |id| id.to_string())
                }
            ),
        },
    }))
}

fn call(call: &Call) -> CallRow {
    CallRow {
        person: call.person.0,
        name: call.name.clone(),
        age: call.age,
        activity: call.activity.clone(),
        provider: call.provider.clone(),
        when: call
            .lapses
            .map_or_else(|| "Lapsed".to_owned(), |day| format!("Lapses {}", shown_short(day))),
        contact: call.last_contact.map_or_else(|| "Never".to_owned(), shown_short),
        adviser: call.adviser_name.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::parse_day;

    #[test]
    fn the_day_of_which_the_title_tells_is_the_tables_last() {
        let day = parse_day("2025-03-14").unwrap();
        let point = |lapsed| Point { day, lapsing: 0, lapsed };
        let shown = |days: usize| {
            let days: Vec<Point> = (0..days).map(point).collect();
            weekly(&days).iter().map(|point| point.lapsed).collect::<Vec<_>>()
        };
        assert_eq!(shown(16), [0, 7, 14, 15]);
        assert_eq!(shown(15), [0, 7, 14]);
        assert_eq!(shown(1), [0]);
        assert!(shown(0).is_empty());
    }
}
