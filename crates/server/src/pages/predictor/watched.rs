//! What the monthly watch of a predictor showed: for each month its level and precision, every fact that
//! the predictor reads, and the groups. Nothing here names a young person.

use crate::http::{Edge, Frame, Page, PageError, Path, SignedIn, frame::Section};
use app::predict::holdout::{self, Side, Told};
use app::predict::train;
use app::predict::watch::{self, Seen};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::shown;
use domain::measure::tenths;
use domain::prediction::group_in_words;
use risk::bootstrap::Interval;
use risk::drift::{Drift, Level, Verdict};

use super::said::EXPECTED;

#[derive(Template)]
#[template(path = "predictor/watched.html")]
pub struct View {
    frame: Frame,
    title: String,
    months: Vec<Month>,
    /// Those held out by lot against those listed, in counts.
    lots: Vec<(String, String, String)>,
    /// How many of the first of the whole authority the lots are told of.
    places: usize,
}

struct Month {
    name: String,
    figures: Vec<(&'static str, String)>,
    /// Fact, index, not known then and now, verdict.
    facts: Vec<(String, String, String, String, &'static str)>,
    /// Group, expected, came, one over the other.
    groups: Vec<(String, String, String, String)>,
    alarms: Vec<String>,
    /// Closed months that the groups are told of together.
    together: usize,
}

pub async fn watched(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Page<View>, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let all = train::all(edge.ctx(), actor).await?;
    let kept = all.iter().find(|p| p.id == id).ok_or(PageError::NotFound)?;
    let seen = watch::watched(edge.ctx(), actor, id).await?;
    let lots = holdout::outcomes(edge.ctx(), actor, id).await?;
    let title = format!("Predictor {id}, watched: {}", kept.point.label());
    Ok(Page(View {
        frame: frame.named(title.clone(), Section::Support),
        title,
        months: seen.iter().map(month).collect(),
        lots: lots.iter().map(lot).collect(),
        places: kept.content.places,
    }))
}

fn lot(told: &Told) -> (String, String, String) {
    (shown(told.day), side(&told.held_out), side(&told.listed))
}

fn side(side: &Side) -> String {
    let within = side.within.map_or(String::new(), |i| {
        format!(", between {} and {} %", tenths(100.0 * i.low), tenths(100.0 * i.high))
    });
    format!("{} of {} known{within}; {} in all", side.happened, side.known, side.people)
}

fn ratio(level: &Level) -> String {
    level.ratio().map_or("Nothing came".to_owned(), |ratio| format!("{ratio:.2}"))
}

fn month(seen: &Seen) -> Month {
    let mut figures = vec![
        ("People compared", compared(seen)),
        (
            "Mean chance",
            seen.mean_chance.map_or("Not known".to_owned(), |p| format!("{} %", tenths(100.0 * p))),
        ),
    ];
    figures.push((
        EXPECTED,
        seen.level.as_ref().map_or(no_level(seen).to_owned(), |level| {
            format!("{} ({:.0} expected, {} came)", ratio(level), level.expected, level.observed)
        }),
    ));
    let in_month = precision(seen.in_month, seen.in_month_within);
    let whole = precision(seen.precision, seen.precision_within);
    figures.push((
        "Precision on the list, by this month alone",
        in_month.unwrap_or("No month of its target, or nothing is known".to_owned()),
    ));
    figures.push((
        "Precision on the list, by all months of its target",
        whole.unwrap_or("Told when the last month closes".to_owned()),
    ));
    Month {
        name: in_words(&seen.month),
        figures,
        facts: seen.drift.iter().map(fact).collect(),
        groups: seen.groups.iter().map(group).collect(),
        alarms: seen.alarms.clone(),
        together: seen.months_together.max(1),
    }
}

/// Why nothing is held against what was expected. Points of before any closed year expect nothing of one month.
pub(super) const fn no_level(seen: &Seen) -> &'static str {
    if seen.in_month.is_some() {
        "Told when the last month closes"
    } else {
        "No month of its target"
    }
}

/// Of how many of the first it came true, and what that lies within.
fn precision(told: Option<(usize, f64)>, within: Option<Interval>) -> Option<String> {
    let (places, share) = told?;
    let within = within.map_or(String::new(), |i| {
        format!(", between {} and {} %", tenths(100.0 * i.low), tenths(100.0 * i.high))
    });
    Some(format!("{} % of the first {places}{within}", tenths(100.0 * share)))
}

fn compared(seen: &Seen) -> String {
    let then = match seen.against_fit {
        true => "on whom it was fitted, since a year before nothing was known",
        false => "a year before",
    };
    format!("{} now, {} {then}", seen.now, seen.then)
}

fn in_words(month: &str) -> String {
    let read: Result<domain::calendar::Month, _> = month.parse();
    read.map_or_else(|_| month.to_owned(), |month| month.words())
}

fn fact(drift: &Drift) -> (String, String, String, String, &'static str) {
    let named = domain::prediction::named(&drift.column);
    let label = named.map_or(drift.column.as_str(), |feature| feature.label);
    let share = |share: f64| format!("{:.0} %", 100.0 * share);
    let verdict = match drift.verdict {
        Verdict::Steady => "Steady",
        Verdict::Warn => "Worth a look",
        Verdict::Alarm => "Alarm",
    };
    let (then, now) = (share(drift.missing_then), share(drift.missing_now));
    (label.to_owned(), format!("{:.2}", drift.index), then, now, verdict)
}

fn group((column, name, level): &(String, String, Level)) -> (String, String, String, String) {
    let (expected, came) = (format!("{:.0}", level.expected), level.observed.to_string());
    (group_in_words(column, name), expected, came, ratio(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_tells_every_fact_every_group_and_the_interval() {
        let drift = |column: &str, index, verdict| Drift {
            column: column.to_owned(),
            index,
            missing_then: 0.05,
            missing_now: 0.21,
            verdict,
        };
        let level = Level { rows: 900, expected: 60.0, observed: 50, variance: 50.0 };
        let seen = Seen {
            month: "2025-01".to_owned(),
            drift: vec![
                drift("attendance", 0.31, Verdict::Alarm),
                drift("ks2", 0.02, Verdict::Steady),
            ],
            level: Some(level),
            groups: vec![("sex".to_owned(), "F".to_owned(), level)],
            in_month: Some((40, 0.125)),
            precision: Some((40, 0.25)),
            precision_within: Some(Interval { low: 0.125, high: 0.4 }),
            ..Seen::default()
        };
        let month = month(&seen);
        let facts: Vec<&str> = month.facts.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(facts, ["attendance in the last six months", "Key Stage 2 score"]);
        let (_, index, then, now, verdict) = &month.facts[0];
        assert_eq!([index.as_str(), then, now, verdict], ["0.31", "5 %", "21 %", "Alarm"]);
        let group = ("Female", "60", "50", "1.20");
        let (name, expected, came, ratio) = &month.groups[0];
        assert_eq!((name.as_str(), expected.as_str(), came.as_str(), ratio.as_str()), group);
        let of = |name| month.figures.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str());
        assert_eq!(
            of("Precision on the list, by all months of its target"),
            Some("25.0 % of the first 40, between 12.5 and 40.0 %")
        );
        let alone = of("Precision on the list, by this month alone");
        assert_eq!(alone, Some("12.5 % of the first 40"));
        assert_eq!(of(EXPECTED), Some("1.20 (60 expected, 50 came)"));
    }
}
