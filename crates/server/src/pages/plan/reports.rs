//! What the plan asks to be reported: targets with their owners, where other strategies help or leave a
//! gap, good practice of a year, and the progress of one organisation. All of it from what is written
//! down already.

use super::{Cell, behind, cell, rag, tabs};
use crate::http::{Edge, Frame, Page, PageError, Path, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Rag, Tab};
use app::plan::{self, Entry, Followed, Room};
use askama::Template;
use axum::extract::State;
use domain::access::Actor;
use domain::calendar::shown;
use domain::measure::tenths;
use domain::plan::{Better, Counts, OutcomeId, register, same_organisation};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "plan/reports.html")]
pub struct ReportsPage {
    frame: Frame,
    id: i64,
    tabs: Vec<Tab>,
    targets: Vec<Target>,
    aims: Vec<String>,
    fits: Vec<Fit>,
    years: Vec<Choice>,
    year: String,
    practice: Vec<Practice>,
    practice_said: String,
    /// Names with their addresses.
    organisations: Vec<(String, String)>,
}

/// A strategy, its review, and a cell of synergies and gaps for each aim.
struct Fit {
    title: String,
    reviewed: String,
    cells: Vec<Vec<(i64, String)>>,
}

struct Target {
    words: String,
    href: String,
    outcome: i64,
    label: String,
    owner: String,
    from: String,
    target: String,
    newest: String,
    rag: Rag,
    last: &'static str,
}

struct Practice {
    entry: i64,
    title: String,
    place: String,
    on: String,
    state: String,
    outcome: String,
    source: String,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    year: String,
    #[serde(default)]
    name: String,
}

pub async fn reports(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
    frame: Frame,
) -> Result<Page<ReportsPage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let lines = plan::lines(edge.ctx(), &who.actor, id).await?;
    let practice: Vec<&Entry> = lines.iter().filter(|l| l.register == "practice").collect();
    let mut years: BTreeSet<i16> = practice.iter().filter_map(|l| l.on).map(|d| d.year()).collect();
    years.insert(room.today.year());
    let year = asked.year.parse().unwrap_or(room.today.year());
    let of_year: Vec<Practice> = practice
        .into_iter()
        .filter(|line| line.on.is_none_or(|day| day.year() == year))
        .map(|line| learned(&room, line))
        .collect();
    Ok(Page(ReportsPage {
        frame: frame.named("Reports", Section::Plan),
        id,
        tabs: tabs(id, &room, "reports"),
        targets: room.followed.iter().filter_map(|one| target(&room, one, &who.actor)).collect(),
        aims: room.now.plan.aims.iter().map(|aim| format!("Aim {}", aim.number)).collect(),
        fits: fits(&room, &lines),
        years: years
            .into_iter()
            .rev()
            .map(|one| Choice::new(&one.to_string(), &one.to_string(), one == year))
            .collect(),
        year: year.to_string(),
        practice_said: practice_said(&of_year, year),
        practice: of_year,
        organisations: organisations(&room)
            .into_iter()
            .map(|name| (asked_for(&name), name))
            .collect(),
    }))
}

fn target(room: &Room, one: &Followed, actor: &Actor) -> Option<Target> {
    let outcome = room.now.plan.outcome(one.bound.outcome)?;
    let (bound, course) = (&one.bound, &one.bound.course);
    let newest = one.figures.last().map_or("not counted yet".to_owned(), |last| {
        let on = shown(last.on);
        if last.few {
            format!("too few to say, {on}")
        } else {
            format!("{}, {on}", tenths(last.value))
        }
    });
    Some(Target {
        words: format!("{} ({})", bound.words, bound.unit),
        href: behind(&bound.measure, actor),
        outcome: outcome.id.0,
        label: format!("{} {}", outcome.label, outcome.title),
        owner: room.leading(outcome).join(", "),
        from: format!("{}, {}", tenths(course.from.value), shown(course.from.on)),
        target: format!("{} by {}", tenths(course.target.value), shown(course.target.on)),
        newest,
        rag: rag(one.proposal.rating),
        last: if course.better == Better::Lower {
            "nobody, in the end"
        } else {
            "everybody, in the end"
        },
    })
}

/// The matrix: what other strategies, boards and panels do for each aim.
fn fits(room: &Room, lines: &[Entry]) -> Vec<Fit> {
    let plan = &room.now.plan;
    let mut rows: BTreeMap<String, (String, Vec<&Entry>)> = BTreeMap::new();
    for parent in &plan.parents {
        rows.entry(parent.title.clone()).or_insert(("named in the plan".to_owned(), Vec::new()));
    }
    for line in lines.iter().filter(|line| line.register == "strategy") {
        let on = line.on.map_or(String::new(), |day| format!(", {}", shown(day)));
        rows.insert(line.title.clone(), (format!("{}{on}", line.state), Vec::new()));
    }
    for line in lines.iter().filter(|line| line.register == "fit") {
        rows.entry(line.title.clone()).or_default().1.push(line);
    }
    let aim_of = |line: &Entry| {
        line.outcome.and_then(|id| plan.outcome(OutcomeId(id))).map(|outcome| outcome.label)
    };
    rows.into_iter()
        .map(|(title, (reviewed, found))| {
            let cells = plan.aims.iter().map(|aim| {
                let own = found.iter().filter_map(|line| {
                    let label = aim_of(line).filter(|label| label.aim == aim.number)?;
                    Some((line.entry, format!("{} {label}", line.state)))
                });
                own.collect()
            });
            Fit { title, reviewed, cells: cells.collect() }
        })
        .collect()
}

fn learned(room: &Room, line: &Entry) -> Practice {
    let outcome = line.outcome.and_then(|id| room.now.plan.outcome(OutcomeId(id)));
    Practice {
        entry: line.entry,
        title: line.title.clone(),
        place: line.body.clone(),
        on: line.on.map_or("no day".to_owned(), shown),
        state: line.state.clone(),
        outcome: outcome.map_or(String::new(), |one| one.label.to_string()),
        source: line.source.clone(),
    }
}

fn practice_said(all: &[Practice], year: i16) -> String {
    let count = |state: &str| all.iter().filter(|one| one.state == state).count();
    format!(
        "In {year} the group wrote down {} examples: {} found, {} tried here, {} taken up, {} left.",
        all.len(),
        count("found"),
        count("tried here"),
        count("taken up"),
        count("left")
    )
}

/// A name as an address carries it. Organisations are no people.
fn asked_for(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

fn organisations(room: &Room) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let leads = room.now.plan.outcomes().flat_map(|outcome| room.leading(outcome));
    for name in leads.chain(room.now.plan.group.seats.iter().map(|seat| seat.body.clone())) {
        if !all.iter().any(|other| same_organisation(other, &name)) {
            all.push(name);
        }
    }
    all.sort();
    all
}

#[derive(Template)]
#[template(path = "plan/organisation.html")]
pub struct OrganisationPage {
    frame: Frame,
    id: i64,
    said: Vec<String>,
    outcomes: Vec<Cell>,
    /// Register, number, words, state.
    lines: Vec<(&'static str, i64, String, String)>,
}

/// How one organisation's part goes.
pub async fn organisation(
    State(edge): State<Edge>,
    who: SignedIn,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
    frame: Frame,
) -> Result<Page<OrganisationPage>, PageError> {
    let room = plan::open(edge.ctx(), &who.actor, id).await?;
    let lines = plan::lines(edge.ctx(), &who.actor, id).await?;
    let name = organisations(&room)
        .into_iter()
        .find(|other| same_organisation(other, &asked.name))
        .ok_or(PageError::NotFound)?;
    let ours = |other: &String| same_organisation(other, &name);
    let led: Vec<_> =
        room.now.plan.outcomes().filter(|o| room.leading(o).iter().any(ours)).collect();
    let own: Vec<&Entry> = lines.iter().filter(|line| ours(&line.body)).collect();
    let counts: Counts = led.iter().map(|outcome| outcome.rating).collect();
    let listed = own.iter().filter(|line| line.register != "attendance").filter_map(|line| {
        let kept = register(&line.register)?;
        Some((kept.title, line.entry, line.title.clone(), line.state.clone()))
    });
    Ok(Page(OrganisationPage {
        frame: frame.named(format!("Progress: {name}"), Section::Plan),
        id,
        said: progress(&name, counts, &own),
        outcomes: led.iter().map(|outcome| cell(&room.shown(outcome))).collect(),
        lines: listed.collect(),
    }))
}

/// The organisation's part in sentences, each from what is written down.
fn progress(name: &str, led: Counts, own: &[&Entry]) -> Vec<String> {
    let of = |kept: &str, state: Option<&str>| {
        let lines = own.iter().filter(|line| line.register == kept);
        lines.filter(|line| state.is_none_or(|wanted| line.state == wanted)).count()
    };
    let mut said = vec![match led.total() {
        0 => format!("{name} leads no outcome."),
        all => format!(
            "{name} leads {all} {}: {} on track, {} slow or blocked, {} not on track, {} not started, {} not rated.",
            if all == 1 { "outcome" } else { "outcomes" },
            led.green,
            led.amber,
            led.red,
            led.not_started,
            led.unrated
        ),
    }];
    let (asked, done) = (of("action", None), of("action", Some("done")));
    let actions = if asked == 1 { "action" } else { "actions" };
    let are = if done == 1 { "is" } else { "are" };
    said.push(format!("Meetings asked {asked} {actions} of it; {done} {are} done."));
    let meetings = of("attendance", None);
    let came = of("attendance", Some("came")) + of("attendance", Some("sent a representative"));
    if meetings > 0 {
        said.push(format!(
            "It came or sent somebody in {came} of {meetings} entries of attendance."
        ));
    }
    said.push(match of("commitment", Some("signed")) {
        0 => "It has not signed its commitment.".to_owned(),
        _ => "It has signed its commitment.".to_owned(),
    });
    said
}
