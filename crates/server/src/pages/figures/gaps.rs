//! The page of gaps between vulnerable groups and the cohort, and the part of it that a board's dashboard
//! shows as well.

use super::words;
use crate::charts::{Across, Line, Series, Svg, Unit, Whisker, Whiskers, Words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::ahead::tabs;
use crate::pages::parts::{Choice, Tab};
use app::measures::{Gaps, GroupGaps, gaps as counted};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::Month;
use domain::measure::{Gap, tenths};
use serde::Deserialize;

/// Lines that can be told apart on paper.
const LINES: usize = 5;

/// Measures whose gaps are watched, and what having a greater share means.
const MEASURES: [&str; 5] = ["neet-not-known", "neet", "not-known", "participation", "duty-met"];

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    measure: String,
    month: String,
}

#[derive(Template)]
#[template(path = "figures/gaps.html")]
pub struct GapsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    measures: Vec<Choice>,
    months: Vec<Choice>,
    definition: &'static str,
    source: &'static str,
    gaps: Drawn,
}

/// The gaps as drawn and tabled.
pub struct Drawn {
    pub dated: String,
    pub finding: String,
    pub now: Svg,
    pub rows: Vec<Row>,
    /// Months before are told as well.
    pub over_months: bool,
    pub over_time: String,
    pub lines: Svg,
    /// The groups that are drawn.
    pub heads: Vec<String>,
    /// A month and the gap of each of them in it.
    pub months: Vec<(String, Vec<String>)>,
}

/// One group in the last month.
pub struct Row {
    pub name: String,
    pub counted: String,
    pub cohort: u64,
    pub gap: String,
    pub between: String,
    /// Twelve months before.
    pub before: String,
}

pub async fn gaps(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(wanted): Query<Wanted>,
) -> Result<Page<GapsPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let last = Month::of(edge.ctx().today()).plus(-1);
    let month = match wanted.month.is_empty() {
        true => last,
        false => wanted
            .month
            .parse()
            .map_err(|_| PageError::Refused("Type the month as 2026-09.".into()))?,
    };
    let measure = if wanted.measure.is_empty() { MEASURES[0] } else { &wanted.measure };
    let found = counted(edge.ctx(), actor, measure, month).await?;
    let named = |name: &&str| domain::measure::named(name);
    let choice =
        |m: &domain::measure::Definition| Choice::new(m.name, m.title, m.name == found.measure);
    let offered = (0..36).map(|back| last.plus(-back));
    Ok(Page(GapsPage {
        frame: frame.named("Gaps", Section::Reports),
        tabs: tabs(actor, "/figures/gaps"),
        measures: MEASURES.iter().filter_map(named).map(choice).collect(),
        months: offered.map(|m| Choice::new(&m.to_string(), &m.words(), m == month)).collect(),
        definition: named(&found.measure).map_or("", |m| m.words),
        source: found.source,
        gaps: drawn(&found),
    }))
}

/// Draws the gaps.
pub fn drawn(found: &Gaps) -> Drawn {
    let month = found.months.last().map_or_else(String::new, |month| month.words());
    let told = |gap: Option<Gap>| gap.filter(|gap| gap.between.is_some());
    let finding = finding(found);
    let whiskers = found.groups.iter().map(|group| Whisker {
        name: group.name.clone(),
        value: group.last().and_then(|gap| Some((gap.points, gap.between?))),
    });
    let now = Whiskers { rows: whiskers.collect(), across: Across::Gap(Unit::Plain) };
    let over_months = found.months.len() > 1;
    // The groups that may be told of in most months, the two that hold several before all; of one month there
    // is no line.
    let lines = found.groups.iter().filter(|group| over_months && told(group.last()).is_some());
    let lines: Vec<&GroupGaps> = lines.take(LINES).collect();
    let over_time = format!("{}: the gap month by month, in points", found.title);
    let series = lines.iter().map(|group| Series {
        name: group.name.clone(),
        values: group.months.iter().map(|gap| told(*gap).map(|gap| gap.points)).collect(),
    });
    let line = Line {
        labels: found.months.iter().map(|m| words::month_short(&m.to_string())).collect(),
        series: series.collect(),
        targets: Vec::new(),
        unit: Unit::Plain,
    };
    Drawn {
        dated: format!("{month}, {}, {} edition", found.ages, found.edition),
        now: now.draw(&Words::new("gaps", finding.clone(), "The table has each group.")),
        finding,
        rows: found.groups.iter().map(row).collect(),
        lines: line.draw(&Words::new("gap-months", over_time.clone(), "The table has each month.")),
        over_months,
        over_time,
        heads: lines.iter().map(|group| group.name.clone()).collect(),
        months: (0..)
            .zip(&found.months)
            .map(|(at, month): (usize, _)| {
                let of = |group: &&GroupGaps| points(group.months.get(at).copied().flatten());
                (month.words(), lines.iter().map(of).collect())
            })
            .collect(),
    }
}

/// The group that lies farthest from everybody beyond what chance may do, in words.
fn finding(found: &Gaps) -> String {
    let clear = |gap: &Gap| gap.between.is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let groups = found.groups.iter().filter_map(|group| Some((group, group.last().filter(clear)?)));
    let widest = groups.max_by(|a, b| a.1.points.abs().total_cmp(&b.1.points.abs()));
    match widest {
        Some((group, gap)) => format!(
            "{}: {}, {} points {} everybody",
            found.title,
            group.name,
            tenths(gap.points.abs()),
            if gap.points < 0.0 { "under" } else { "over" }
        ),
        None => format!("{}: no group lies clearly apart from everybody", found.title),
    }
}

fn row(group: &GroupGaps) -> Row {
    let gap = group.last();
    let between = gap.and_then(|gap| gap.between);
    Row {
        name: group.name.clone(),
        counted: match (gap, between) {
            (Some(gap), Some(_)) => gap.counted.to_string(),
            _ => "–".to_owned(),
        },
        cohort: gap.map_or(0, |gap| gap.cohort),
        gap: points(gap),
        between: between.map_or_else(
            || "–".to_owned(),
            |(low, high)| format!("{} to {}", words::signed(low), words::signed(high)),
        ),
        before: points(group.months.first().copied().flatten()),
    }
}

fn points(gap: Option<Gap>) -> String {
    match gap {
        Some(gap) if gap.between.is_some() => words::signed(gap.points),
        Some(_) => "too few to say".to_owned(),
        None => "nobody".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::measure::gap_of;

    #[test]
    fn the_widest_clear_gap_is_the_finding_and_few_are_not_told() {
        let group = |name: &str, of: u64, all: u64| GroupGaps {
            name: name.to_owned(),
            months: vec![None, gap_of((of, all), (100, 1000))],
        };
        let found = Gaps {
            measure: "neet",
            title: "NEET",
            source: "",
            edition: "2026-27".to_owned(),
            ages: String::new(),
            months: vec!["2026-01".parse().unwrap(), "2026-02".parse().unwrap()],
            groups: vec![
                group("Young carers", 24, 80),
                group("Parents", 5, 8),
                group("SEND", 10, 100),
            ],
        };
        let drawn = drawn(&found);
        assert_eq!(drawn.finding, "NEET: Young carers, 20.0 points over everybody");
        let [carers, parents, send] = drawn.rows.as_slice() else { panic!("three groups") };
        assert_eq!((carers.gap.as_str(), carers.before.as_str()), ("+20.0", "nobody"));
        assert!(carers.between.starts_with("+1") && carers.counted == "24", "{}", carers.between);
        assert_eq!((parents.gap.as_str(), parents.counted.as_str()), ("too few to say", "–"));
        assert!(send.between.starts_with('−'), "nothing clear: {}", send.between);
        assert!(!drawn.lines.to_string().contains("Parents"));
        assert!(drawn.over_months && drawn.heads == ["Young carers", "SEND"]);
    }

    fn of_one_month(name: &str, gap: Option<Gap>) -> Gaps {
        Gaps {
            measure: "neet",
            title: "NEET",
            source: "",
            edition: "2026-27".to_owned(),
            ages: String::new(),
            months: vec!["2026-02".parse().unwrap()],
            groups: vec![GroupGaps { name: name.to_owned(), months: vec![gap] }],
        }
    }

    #[test]
    fn gaps_of_one_month_have_no_lines_and_no_year_before() {
        let carers = gap_of((24, 80), (100, 1000));
        let page = drawn(&of_one_month("Young carers", carers));
        assert!(!page.over_months && page.heads.is_empty());
        assert_eq!(page.rows[0].gap, "+20.0");
    }

    #[test]
    fn a_gap_is_rounded_alike_in_words_and_in_its_row() {
        let send = gap_of((52, 320), (100, 1000));
        let page = drawn(&of_one_month("SEND", send));
        assert_eq!(page.finding, "NEET: SEND, 6.3 points over everybody");
        assert_eq!(page.rows[0].gap, "+6.3");
    }
}
