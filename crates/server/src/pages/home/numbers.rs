//! Three numbers that matter, each with its last year, its target where the edition has one, and
//! what England's was when it was last published.

use crate::charts::{Spark, Svg};
use crate::pages::parts::Trend;
use app::comparators::Published;
use app::measures::{Figures, Numbers};
use domain::calendar::Month;
use domain::measure::{Movement, movement, tenths};

/// One number that matters.
pub(super) struct Number {
    pub words: &'static str,
    pub value: String,
    pub dated: String,
    pub spark: Svg,
    pub trend: Option<Trend>,
    pub target: String,
    pub href: String,
}

type Share = fn(&Numbers) -> Option<f64>;
type Theirs = fn(&Published) -> Option<f64>;

const SHOWN: [(&str, &str, Share, Theirs); 3] = [
    ("NEET", "neet", |n| n.neet_percent, |p| p.neet_percent),
    ("Activity not known", "not-known", |n| n.not_known_percent, |p| p.not_known_percent),
    (
        "NEET or not known",
        "neet-not-known",
        |n| n.neet_not_known_percent,
        |p| p.neet_not_known_percent,
    ),
];

pub(super) fn numbers(found: &Figures, month: Month) -> Vec<Number> {
    SHOWN.iter().map(|shown| number(found, month, shown)).collect()
}

fn number(
    found: &Figures,
    month: Month,
    (words, measure, share, theirs): &(&'static str, &str, Share, Theirs),
) -> Number {
    let series: Vec<Option<f64>> = found.series.iter().map(|month| share(&month.total)).collect();
    let last = series.last().copied().flatten();
    let before = series.iter().rev().nth(1).copied().flatten();
    let target = target(&found.edition).filter(|_| *measure == "neet");
    let england = found.comparison.published.iter().find(|row| row.relation == "england");
    let england = england.and_then(|row| Some((row.year, theirs(row)?)));
    let beside = england
        .map_or(String::new(), |(year, v)| format!(". England, published {year}: {}", percent(v)));
    Number {
        words,
        value: match (last, found.series.last().is_some_and(|month| month.total.few_standings)) {
            (Some(value), _) => percent(value),
            (None, true) => "too few to say".to_owned(),
            (None, false) => "–".to_owned(),
        },
        dated: format!("{}{beside}", month.words()),
        spark: Spark { values: series.into_iter().flatten().collect(), target }.draw(),
        trend: last.zip(before).map(|(now, then)| trend(now - then, month.plus(-1))),
        target: target.map_or_else(String::new, |t| format!("Target {t:.1} %")),
        href: format!("/figures?measure={measure}"),
    }
}

/// A share as the page of its figure shows it.
fn percent(value: f64) -> String {
    format!("{}\u{a0}%", tenths(value))
}

/// All three numbers are the better the lower they are.
fn trend(points: f64, since: Month) -> Trend {
    let way = movement(points);
    let month = domain::calendar::month_name(since.number());
    let by = tenths(points.abs());
    let words = match way {
        Movement::Up => format!("up {by} points since {month}"),
        Movement::Down => format!("down {by} points since {month}"),
        Movement::AboutTheSame => format!("about the same as in {month}"),
    };
    Trend { words, way, welcome: way == Movement::Down }
}

/// The edition's own target for NEET. Units: percent.
fn target(edition: &str) -> Option<f64> {
    let target = formats::reference::editions().named(edition)?.measure.target.as_ref()?;
    Some(f64::from(target.neet_permille) / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_said_in_words_and_a_small_one_is_no_change() {
        let since = "2025-01".parse().unwrap();
        let said = |points| trend(points, since).words;
        assert_eq!(said(0.6), "up 0.6 points since January");
        assert_eq!(said(-1.25), "down 1.3 points since January");
        assert_eq!(said(0.4), "about the same as in January");
        assert_eq!(trend(-0.2, since).class(), "same");
    }

    #[test]
    fn a_share_is_rounded_as_on_its_own_page() {
        let page = domain::measure::Percent { of: 5, all: 80 }.shown();
        assert_eq!(percent(6.25), format!("{page}\u{a0}%"));
    }

    #[test]
    fn only_an_edition_with_a_target_shows_one() {
        assert_eq!(target("2009"), Some(5.8));
        assert_eq!(target("2020-21"), None);
    }
}
