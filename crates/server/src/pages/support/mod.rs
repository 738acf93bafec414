//! The list of early support: as long as there are places, each with a chance in words and reasons, tabs
//! for those supported already and those taken off, and one young person's own page. Who is listed and
//! who may know why is `app::predict::lists`'s.

mod person;

pub use person::{choose, show as person};

use crate::http::{Edge, Frame, Page, PageError, Posted, Query, SignedIn, frame::Section};
use crate::pages::parts::{Choice as Option_, Tab};
use app::predict::lists::{self, Asked, List, Person};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use domain::access::{Act, decide};
use domain::calendar::shown;
use domain::prediction::Point;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Wanted {
    point: String,
    tab: String,
    school: String,
    locality: String,
    places: String,
}

impl Wanted {
    fn point(&self) -> Point {
        Point::from_name(&self.point).unwrap_or(Point::Autumn)
    }

    fn asked(&self) -> Asked {
        Asked {
            school: self.school.clone(),
            locality: self.locality.clone(),
            places: self.places.trim().parse().ok(),
        }
    }

    /// The address with a tab, or none where it does not write.
    fn address(&self, tab: &str) -> String {
        let wanted = Self { tab: tab.to_owned(), ..self.clone() };
        let form = [
            ("point", wanted.point().name()),
            ("tab", wanted.tab.as_str()),
            ("school", wanted.school.as_str()),
            ("locality", wanted.locality.as_str()),
            ("places", wanted.places.as_str()),
        ];
        let pairs: Vec<String> = form
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        format!("/early-support?{}", pairs.join("&"))
    }
}

fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(one).collect()
}

#[derive(Template)]
#[template(path = "support/list.html")]
pub struct View {
    frame: Frame,
    wanted: Wanted,
    points: Vec<Option_>,
    schools: Vec<Option_>,
    localities: Vec<Option_>,
    found: Option<Found>,
    /// Why no list stands here, where its predictor was withdrawn.
    withdrawn: Option<String>,
    tabs: Vec<Tab>,
    keeps: bool,
}

struct Found {
    dated: String,
    how_true: String,
    held_out: usize,
    places: usize,
    of: usize,
    by_points: bool,
    tab: &'static str,
    caption: String,
    rows: Vec<Person>,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewSupport)?;
    let point = wanted.point();
    let list = lists::list(edge.ctx(), actor, point, &wanted.asked()).await?;
    let withdrawn = match list {
        Some(_) => None,
        None => lists::withdrawn(edge.ctx(), actor, point).await?,
    };
    let choices = |all: &[String], chosen: &str, whole: &str| {
        let mut choices = vec![Option_::new("", whole, chosen.is_empty())];
        choices.extend(all.iter().map(|name| Option_::new(name, name, name == chosen)));
        choices
    };
    let (schools, localities) =
        list.as_ref().map(|l| (l.schools.clone(), l.localities.clone())).unwrap_or_default();
    let points = Point::ALL.iter().map(|p| Option_::new(p.name(), p.label(), *p == point));
    let schools_only = actor.role == domain::access::Role::School;
    Ok(Page(View {
        frame: frame.named("Early support", Section::Support),
        points: points.collect(),
        schools: choices(&schools, &wanted.school, "Every school"),
        localities: if schools_only {
            Vec::new()
        } else {
            choices(&localities, &wanted.locality, "Every locality")
        },
        tabs: list.as_ref().map(|list| tabs(list, &wanted)).unwrap_or_default(),
        found: list.map(|list| found(list, &wanted)),
        withdrawn,
        wanted,
        keeps: decide(actor, Act::KeepPredictor).allowed,
    }))
}

fn found(list: List, wanted: &Wanted) -> Found {
    let (tab, caption) = match wanted.tab.as_str() {
        "supported" => ("supported", "Supported already"),
        "off" => ("off", "Taken off the list"),
        _ => ("list", "To be offered support, highest chance first"),
    };
    Found {
        dated: format!(
            "As known on {}; may be shown until {}. A chance of being {}.",
            shown(list.run.day),
            shown(list.run.expires),
            list.target
        ),
        how_true: list.how_true,
        held_out: list.held_out,
        places: list.places,
        of: list.of,
        by_points: list.run.way == "points" && !list.points_only,
        tab,
        caption: caption.to_owned(),
        rows: match tab {
            "supported" => list.supported,
            "off" => list.taken_off,
            _ => list.listed,
        },
    }
}

fn tabs(list: &List, wanted: &Wanted) -> Vec<Tab> {
    let chosen = match wanted.tab.as_str() {
        "supported" | "off" => wanted.tab.as_str(),
        _ => "list",
    };
    let tabs = [
        ("list", "To be offered support", list.listed.len()),
        ("supported", "Supported already", list.supported.len()),
        ("off", "Taken off", list.taken_off.len()),
    ];
    let one = |(name, words, count): (&str, &str, usize)| Tab {
        words: words.to_owned(),
        count: Some(crate::pages::parts::count(count)),
        href: wanted.address(name),
        current: name == chosen,
    };
    tabs.into_iter().map(one).collect()
}

/// The list as a table for a school's own system.
pub async fn file(
    State(edge): State<Edge>,
    who: SignedIn,
    Posted(wanted): Posted<Wanted>,
) -> Result<impl IntoResponse, PageError> {
    let actor = who.may(Act::ViewSupport)?;
    let text = lists::file(edge.ctx(), actor, wanted.point(), &wanted.asked()).await?;
    let text = text.unwrap_or_default();
    // One line a person after the heading.
    let people = text.lines().count().saturating_sub(1);
    let what = format!("early-support:{}", wanted.address("list"));
    let about = (what.as_str(), "Early support list for those who offer it");
    let file = app::exports::let_go(edge.ctx(), actor, about, people, |stamp| {
        Ok(stamp.on_csv(text.as_bytes()))
    })
    .await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"early-support.csv\""),
    ];
    Ok((headers, file.bytes))
}

#[derive(Template)]
#[template(path = "support/gifted.html")]
pub struct GiftedView {
    frame: Frame,
    rows: Vec<(i64, String, String, String)>,
}

/// Gifted and talented young people who drift away.
pub async fn gifted(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
) -> Result<Page<GiftedView>, PageError> {
    let actor = who.may(Act::ViewSupport)?;
    let rows = lists::gifted(edge.ctx(), actor).await?.into_iter().map(|one| {
        let mut why = one.reasons.join("; ");
        if let Some(first) = why.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        (one.person, one.name, one.school, why)
    });
    let frame = frame.named("Gifted and talented, at risk of disengaging", Section::Support);
    Ok(Page(GiftedView { frame, rows: rows.collect() }))
}

#[derive(Template)]
#[template(path = "support/explained.html")]
pub struct Explained {
    frame: Frame,
    council: Option<String>,
    contact: Option<String>,
    read: Vec<&'static str>,
}

/// What is computed about young people, in plain words, for themselves. Open without signing in.
pub async fn explained(
    State(edge): State<Edge>,
    frame: Frame,
) -> Result<Page<Explained>, PageError> {
    let council = app::council::council(edge.ctx()).await?;
    let read = app::predict::paper::read_of_people(edge.ctx()).await?;
    Ok(Page(Explained {
        frame: frame.named("What we work out about you", Section::Elsewhere),
        council: council.name,
        contact: council.privacy_contact,
        read,
    }))
}
