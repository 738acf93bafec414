//! The hot-spot map: areas shaded by their estimate drawn towards the whole, those clearly higher
//! edged, those of too few people hatched; a table of equal standing; old wards beside new.

use crate::charts::{Area, Map, Shade, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::ahead::tabs;
use crate::pages::parts::{Choice, Tab};
use app::hot_spots::{Areas, Became, HotSpots, Spot, crosswalk, has_areas, hot_spots};
use app::measures::{Months, Question};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::Month;
use domain::hotspot::Standing;
use domain::measure::{DEFINITIONS, tenths};
use formats::geography::ATTRIBUTION;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    measure: String,
    month: String,
    areas: String,
}

#[derive(Template)]
#[template(path = "hot_spots/show.html")]
pub struct ShowPage {
    frame: Frame,
    tabs: Vec<Tab>,
    question: String,
    dated: String,
    measures: Vec<Choice>,
    months: Vec<Choice>,
    sets: Vec<Choice>,
    finding: String,
    map: Svg,
    rows: Vec<Row>,
    elsewhere: String,
    weight: String,
    became: Vec<BecameRow>,
    attribution: &'static str,
}

struct Row {
    name: String,
    beside: String,
    of: u64,
    all: u64,
    share: String,
    share_range: String,
    shrunk: String,
    shrunk_range: String,
    order: String,
    standing: &'static str,
    higher: bool,
}

struct BecameRow {
    old: String,
    postcodes: usize,
    now: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<ShowPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let last = Month::of(edge.ctx().today()).plus(-1);
    let month: Month = match asked.month.is_empty() {
        true => last,
        false => asked
            .month
            .parse()
            .map_err(|_| PageError::Refused("Type the month as 2026-09.".into()))?,
    };
    let measure = if asked.measure.is_empty() { "neet-not-known" } else { &asked.measure };
    let areas = Areas::from_name(&asked.areas).unwrap_or(Areas::Wards);
    let question = Question::new(measure, Months::One(month));
    let found = hot_spots(edge.ctx(), actor, &question, areas).await?;
    let frame = frame.named("Hot spots", Section::Reports);
    let mut page = view(frame, areas, &found);
    page.tabs = tabs(actor, "/hot-spots");
    let offered = DEFINITIONS.iter().filter(|measure| has_areas(measure));
    page.measures = offered.map(|d| Choice::new(d.name, d.title, d.name == measure)).collect();
    page.months = (0..24)
        .map(|back| last.plus(-back))
        .map(|m| Choice::new(&m.to_string(), &m.words(), m == month))
        .collect();
    Ok(Page(page))
}

fn view(frame: Frame, areas: Areas, found: &HotSpots) -> ShowPage {
    let whole = tenths(found.common.mean * 100.0);
    let finding = finding(areas, found);
    let figures = &found.figures;
    let mut rows: Vec<Row> = found.spots.iter().map(row).collect();
    rows.sort_by(|a, b| b.order.cmp(&a.order).then_with(|| a.name.cmp(&b.name)));
    let (of, all) = found.elsewhere;
    ShowPage {
        frame,
        tabs: Vec::new(),
        question: format!("Where is it higher: {}?", figures.title.to_lowercase().replace("neet", "NEET")),
        dated: format!(
            "{}, {}, {} edition; the whole is at {whole} %",
            figures.months.iter().filter_map(|m| m.parse::<Month>().ok()).map(Month::words).collect::<Vec<_>>().join(", "),
            figures.ages,
            figures.edition
        ),
        measures: Vec::new(),
        months: Vec::new(),
        sets: Areas::ALL.map(|set| Choice::new(set.name(), set.label(), set == areas)).to_vec(),
        map: map(areas, found, &finding),
        finding,
        rows,
        elsewhere: match all {
            0 => String::new(),
            _ => format!("{all} more young people have no place on this map ({of} of them counted): their postcode is outside or not known."),
        },
        weight: match found.common.weight >= 50_000.0 {
            true => "These areas differ by no more than chance would make them: every estimate is close to the whole.".to_owned(),
            false => format!(
                "An area's own people and {:.0} people of the whole make its estimate: a small area is drawn far towards the whole, a large one hardly.",
                found.common.weight
            ),
        },
        became: match areas {
            Areas::OldWards => crosswalk().iter().map(became).collect(),
            _ => Vec::new(),
        },
        attribution: ATTRIBUTION,
    }
}

fn finding(areas: Areas, found: &HotSpots) -> String {
    let whole = tenths(found.common.mean * 100.0);
    let mut higher: Vec<&Spot> =
        found.spots.iter().filter(|spot| spot.estimate.standing == Standing::Higher).collect();
    higher.sort_by(|a, b| b.estimate.shrunk.total_cmp(&a.estimate.shrunk));
    let percent = |spot: &Spot| tenths(spot.estimate.shrunk * 100.0);
    match higher.as_slice() {
        [] => format!("No {} stands out from the whole, {whole} %", areas.one()),
        [only] => format!(
            "{} is clearly higher than the whole: {} % against {whole} %",
            only.name,
            percent(only)
        ),
        [first, second, rest @ ..] => {
            let more = match rest.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "{} ({} %), {} ({} %){more} are clearly higher than the whole, {whole} %",
                first.name,
                percent(first),
                second.name,
                percent(second)
            )
        }
    }
}

fn row(spot: &Spot) -> Row {
    let e = &spot.estimate;
    let few = e.standing == Standing::TooFew;
    let percent = |share: f64| tenths(share * 100.0);
    Row {
        name: spot.name.clone(),
        beside: spot.beside.clone(),
        of: e.of,
        all: e.all,
        share: match e.share {
            Some(share) if !few => format!("{} %", percent(share)),
            _ => "too few to say".to_owned(),
        },
        share_range: match few {
            true => String::new(),
            false => format!("{} to {}", percent(e.low), percent(e.high)),
        },
        shrunk: format!("{} %", percent(e.shrunk)),
        shrunk_range: format!("{} to {}", percent(e.shrunk_low), percent(e.shrunk_high)),
        order: format!("{:09.5}", e.shrunk * 100.0),
        standing: e.standing.words(),
        higher: e.standing == Standing::Higher,
    }
}

fn became(one: &Became) -> BecameRow {
    let now = one.now.iter().map(|(name, count)| {
        #[expect(clippy::cast_precision_loss, reason = "postcodes are few")]
        let share = 100.0 * *count as f64 / one.postcodes.max(1) as f64;
        format!("{name} ({share:.0} %)")
    });
    BecameRow {
        old: one.old.clone(),
        postcodes: one.postcodes,
        now: now.collect::<Vec<_>>().join(", "),
    }
}

fn map(areas: Areas, found: &HotSpots, title: &str) -> Svg {
    let shapes = areas.shapes();
    let rings: Vec<Vec<Vec<(f64, f64)>>> = shapes
        .iter()
        .map(|shape| {
            let points = shape.outline.iter().flatten();
            points.map(|ring| ring.iter().map(|point| (*point).into()).collect()).collect()
        })
        .collect();
    let drawn = shapes
        .iter()
        .zip(&rings)
        .zip(&found.spots)
        .map(|((shape, rings), spot)| Area {
            name: &shape.name,
            rings,
            shade: match spot.estimate.standing {
                Standing::TooFew => Shade::TooFew,
                _ => Shade::Value(spot.estimate.shrunk * 100.0),
            },
        })
        .collect();
    let marked: Vec<usize> = (0..found.spots.len())
        .filter(|at| found.spots.get(*at).is_some_and(|s| s.estimate.standing == Standing::Higher))
        .collect();
    let words = Words::new(
        "hot-spots",
        title,
        "Thick edges mark areas clearly higher than the whole. The table has each area.",
    );
    Map { areas: drawn, unit: Unit::Percent }.draw_marked(&words, &marked)
}
