//! The page of NEET and not known ahead: the count months, the way there, what would change it, and
//! how such forecasts have done.

use super::tabs;
use crate::charts::{Fan, FanMonth, Svg, Target, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Query, frame::Section, session::SignedIn};
use crate::pages::parts::{Choice, Tab};
use app::forecast::{Ahead, Interval, Level, MonthAhead, Trial, Under, WhatIf, neet as forecast};
use app::measures::{at_risk, may_open};
use askama::Template;
use axum::extract::State;
use domain::access::Act;
use domain::calendar::{Month, month_name};
use domain::edition::{AgeKind, Edition};
use domain::measure::tenths;
use formats::reference::editions;
use serde::Deserialize;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    found: String,
    places: String,
    edition: String,
}

#[derive(Template)]
#[template(path = "ahead/neet.html")]
pub struct NeetPage {
    frame: Frame,
    tabs: Vec<Tab>,
    dated: String,
    /// Why there is no forecast; empty where there is one.
    refused: String,
    asked: Asked,
    editions: Vec<Choice>,
    headline: String,
    what_words: String,
    drawn: Vec<Drawn>,
    rows: Vec<Row>,
    asked_something: bool,
    trials: Vec<TrialRow>,
    trial_words: String,
    /// What the forecast of the count months is made of.
    weighed: String,
    /// What would be lost of grants that hang on how many are not known.
    money: Vec<String>,
}

/// One figure's chart.
struct Drawn {
    id: &'static str,
    title: String,
    chart: Svg,
}

/// One month in the table.
struct Row {
    month: String,
    order: usize,
    kind: &'static str,
    neet: String,
    not_known: String,
    both: String,
    what: String,
    cohort: String,
}

struct TrialRow {
    what: String,
    ahead: String,
    forecasts: usize,
    error: String,
    no_change: String,
    last_year: String,
    verdict: String,
    held: String,
}

pub async fn neet(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Query(asked): Query<Asked>,
) -> Result<Page<NeetPage>, PageError> {
    let actor = who.may(Act::ViewFigures)?;
    let ctx = edge.ctx();
    let origin = Month::of(ctx.today()).plus(-1);
    let edition = editions().on(origin.last_day());
    let edition = edition.ok_or_else(|| PageError::failure("no edition is known at all"))?;
    let number = |text: &str| text.trim().parse().unwrap_or(0_u32);
    let what_if = WhatIf {
        found_percent: number(&asked.found).min(100),
        places: number(&asked.places).min(100_000),
        edition: editions().named(&asked.edition).map(|edition| edition.name.as_str()),
    };
    let tabs = tabs(actor, "/ahead/neet");
    let frame = frame.named("NEET ahead", Section::Reports);
    // A forecast counts who moved from month to month, which is few people of a school.
    if may_open(actor).is_err() {
        let sentence =
            "A forecast is made of what single young people did, which your role does not see.";
        return Ok(Page(refused(frame, tabs, asked, edition, sentence.to_owned())));
    }
    match forecast(ctx, &actor.scope, edition, origin, what_if).await {
        Ok(found) => {
            let mut page = view(frame, tabs, asked, edition, &found);
            let money = at_risk(ctx, &actor.scope, &found).await?;
            page.money = money.into_iter().map(|one| one.sentence).collect();
            Ok(Page(page))
        }
        Err(app::Wrong::Refused(sentence)) => {
            Ok(Page(refused(frame, tabs, asked, edition, sentence)))
        }
        Err(broken) => Err(broken.into()),
    }
}

fn refused(
    frame: Frame,
    tabs: Vec<Tab>,
    asked: Asked,
    edition: &Edition,
    sentence: String,
) -> NeetPage {
    NeetPage {
        frame,
        tabs,
        dated: String::new(),
        refused: sentence,
        editions: offered(edition, &asked.edition),
        asked,
        headline: String::new(),
        what_words: String::new(),
        drawn: Vec::new(),
        rows: Vec::new(),
        asked_something: false,
        trials: Vec::new(),
        trial_words: String::new(),
        weighed: String::new(),
        money: Vec::new(),
    }
}

/// The editions whose rules may be asked for beside those in force. One that counts by age on the day and by
/// place of study (2009) is none of them: a forecast follows the school years of those who live here, and there
/// people come in and go out on birthdays, and with the place at which they learn.
fn offered(own: &Edition, asked: &str) -> Vec<Choice> {
    let followed = |edition: &&Edition| edition.measure.age.kind == AgeKind::Academic;
    let others = editions().iter().filter(followed).filter(|edition| edition.name != own.name);
    let other =
        |edition: &Edition| Choice::new(&edition.name, &edition.name, edition.name == asked);
    let none = Choice::new("", "No other edition", asked.is_empty());
    [none].into_iter().chain(others.map(other)).collect()
}

fn view(frame: Frame, tabs: Vec<Tab>, asked: Asked, edition: &Edition, found: &Ahead) -> NeetPage {
    let winter = &found.winter;
    let target = edition.measure.target.as_ref().map(|t| f64::from(t.neet_permille) / 10.0);
    type Pick = fn(&Level) -> Interval;
    let of: [(&'static str, &'static str, Pick); 2] =
        [("neet", "NEET", |level| level.neet), ("not-known", "Not known", |level| level.not_known)];
    let drawn = of
        .into_iter()
        .map(|(id, words, pick)| {
            let now = found.months.iter().rfind(|m| m.seen).map(|m| pick(&m.level).percent);
            let title = finding(words, &winter.month, pick(&winter.level), now.unwrap_or(0.0));
            let target = target.filter(|_| id == "neet");
            Drawn { id, chart: fan(id, found, pick, target, &title), title }
        })
        .collect();
    NeetPage {
        frame,
        tabs,
        dated: format!(
            "Learned from {} to {} as known at each month's end, {} edition",
            month_words(&found.history_from),
            month_words(&found.origin),
            found.edition
        ),
        refused: String::new(),
        editions: offered(edition, &asked.edition),
        asked,
        headline: format!(
            "{}: {} NEET and {} not known, together {} of about {} young people",
            winter.month,
            said(winter.level.neet),
            said(winter.level.not_known),
            said(winter.level.neet_not_known),
            Unit::People.write(winter.level.cohort)
        ),
        what_words: found.what_words(),
        drawn,
        rows: rows(found),
        asked_something: winter.what_if.is_some(),
        trials: found.tested.trials.iter().filter(|t| t.forecasts > 0).map(trial).collect(),
        trial_words: trial_words(found),
        weighed: found.weighed_words(),
        money: Vec::new(),
    }
}

fn said(of: Interval) -> String {
    format!("{} % ({} to {})", tenths(of.percent), tenths(of.low), tenths(of.high))
}

/// What is expected, from what, and whether staying there lies within the interval.
fn finding(words: &str, months: &str, of: Interval, now: f64) -> String {
    let (shown, shown_now) = (tenths(of.percent), tenths(now));
    if shown == shown_now {
        return format!("{words} is expected to stay at {shown} % in {months}");
    }
    let way = if of.percent > now { "rise" } else { "fall" };
    let but = match (of.low..=of.high).contains(&now) {
        true => {
            let (low, high) = (tenths(of.low), tenths(of.high));
            format!(", but may stay where it is: 90 % interval {low} to {high} %")
        }
        false => String::new(),
    };
    format!("{words} is expected to {way} from {shown_now} to {shown} % in {months}{but}")
}

fn month_words(text: &str) -> String {
    text.parse::<Month>().map_or_else(|_| text.to_owned(), Month::words)
}

fn fan(
    id: &str,
    found: &Ahead,
    pick: fn(&Level) -> Interval,
    target: Option<f64>,
    title: &str,
) -> Svg {
    let label = |text: &str| {
        text.parse::<Month>().map_or_else(
            |_| text.to_owned(),
            |m| format!("{} {:02}", month_name(m.number()).get(..3).unwrap_or(""), m.year() % 100),
        )
    };
    let month = |m: &MonthAhead| {
        let of = pick(&m.level);
        FanMonth {
            label: label(&m.month),
            value: of.percent,
            low: of.low,
            high: of.high,
            seen: m.seen,
            counts: found.count_months.contains(&m.month),
        }
    };
    let last = found.months.iter().rposition(|m| m.seen);
    let other = |(at, m): (usize, &MonthAhead)| match &m.what_if {
        Some(level) => Some(pick(level).percent),
        None if Some(at) == last => Some(pick(&m.level).percent),
        None => None,
    };
    let asked = found.winter.what_if.is_some();
    Fan {
        months: found.months.iter().map(month).collect(),
        other: match asked {
            true => found.months.iter().enumerate().map(other).collect(),
            false => Vec::new(),
        },
        target: target.map(|value| Target { name: "Target".to_owned(), value }),
        unit: Unit::Percent,
    }
    .draw(&Words::new(id, title, "The table has every month with its interval."))
}

fn rows(found: &Ahead) -> Vec<Row> {
    let shown = |of: Interval, seen: bool| match seen {
        true => format!("{} %", tenths(of.percent)),
        false => said(of),
    };
    let row = |(order, m): (usize, &MonthAhead)| Row {
        month: if m.month.len() == 7 {
            month_words(&m.month)
        } else {
            format!("Mean of {}", m.month)
        },
        order,
        kind: if m.seen { "counted" } else { "foretold" },
        neet: shown(m.level.neet, m.seen),
        not_known: shown(m.level.not_known, m.seen),
        both: shown(m.level.neet_not_known, m.seen),
        what: what(m, found.under.as_ref()),
        cohort: Unit::People.write(m.level.cohort),
    };
    let from = found.months.iter().filter(|m| m.seen).count().saturating_sub(1);
    found.months.iter().skip(from).chain([&found.winter]).enumerate().map(row).collect()
}

/// What is asked for in a row; where another edition counts other months than the row's, with these.
fn what(row: &MonthAhead, under: Option<&Under>) -> String {
    let Some(asked) = &row.what_if else { return String::new() };
    let [neet, not_known] = [asked.neet, asked.not_known].map(|of| tenths(of.percent));
    let said = format!("{neet} % and {not_known} %");
    // A month by itself is the same month under every rule.
    match under.filter(|under| row.month.len() != 7 && under.winter != row.month) {
        Some(under) => format!("{said} (mean of {})", under.winter),
        None => said,
    }
}

fn trial(of: &Trial) -> TrialRow {
    let measure = match of.measure {
        "neet" => "NEET",
        "not-known" => "Not known",
        _ => "Together",
    };
    let what = match of.of {
        "count-months" => format!("{measure}, mean of the count months"),
        _ => format!("{measure}, a month"),
    };
    let beside = |gain: f64| match gain >= 0.0 {
        true => format!("{gain:.0} % less wrong"),
        false => format!("{:.0} % more wrong", -gain),
    };
    TrialRow {
        what,
        ahead: of.ahead.clone(),
        forecasts: of.forecasts,
        error: format!("{:.2}", of.error_points),
        no_change: format!("{:.2} ({})", of.no_change_points, beside(of.gain_on_no_change_percent)),
        last_year: match of.with_last_year {
            0 => "no year before".to_owned(),
            _ => format!("{:.2} ({})", of.last_year_points, beside(of.gain_on_last_year_percent)),
        },
        verdict: if of.beats_both { "Beats both" } else { "Does not beat both" }.to_owned(),
        held: format!("{} of {}", of.interval_held, of.intervals),
    }
}

fn trial_words(found: &Ahead) -> String {
    let months = found.tested.trials.iter().filter(|t| t.of == "count-months" && t.forecasts > 0);
    let said: Vec<String> = months
        .map(|t| {
            let name = match t.measure {
                "neet" => "NEET",
                "not-known" => "not known",
                _ => "both together",
            };
            let better = if t.beats_both {
                "less wrong than both plain ways"
            } else {
                "not less wrong than both plain ways"
            };
            format!("for {name} {better} (off by {} points on average)", tenths(t.error_points))
        })
        .collect();
    match said.is_empty() {
        true => "No count months lie wholly within the months held out yet.".to_owned(),
        false => format!("Over the count months the forecast was {}.", said.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_count_months_than_the_rows_are_named_in_its_cell() {
        let of = |percent| Interval { percent, low: percent, high: percent, people: 100.0 };
        let level =
            Level { neet: of(6.0), not_known: of(3.0), neet_not_known: of(9.0), cohort: 100.0 };
        let row = |month: &str| {
            let month = month.to_owned();
            MonthAhead { month, seen: false, level, what_if: Some(level) }
        };
        let under = |winter: &str| Under { edition: "old".to_owned(), winter: winter.to_owned() };
        let mean = row("December to February");
        let others = under("November to January");
        assert_eq!(what(&mean, Some(&others)), "6.0 % and 3.0 % (mean of November to January)");
        assert_eq!(what(&mean, Some(&under("December to February"))), "6.0 % and 3.0 %");
        assert_eq!(what(&row("2025-12"), Some(&others)), "6.0 % and 3.0 %");
        assert_eq!(what(&mean, None), "6.0 % and 3.0 %");
    }

    #[test]
    fn a_finding_never_says_that_two_different_figures_are_one() {
        let of = |percent, low, high| Interval { percent, low, high, people: 100.0 };
        let said = |of, now| finding("NEET", "January 2026", of, now);
        assert_eq!(
            said(of(9.6, 5.2, 14.1), 7.0),
            "NEET is expected to rise from 7.0 to 9.6 % in January 2026, but may stay where it is: \
             90 % interval 5.2 to 14.1 %"
        );
        assert_eq!(
            said(of(5.0, 4.2, 6.1), 7.0),
            "NEET is expected to fall from 7.0 to 5.0 % in January 2026"
        );
        assert_eq!(
            said(of(7.01, 4.2, 9.1), 7.0),
            "NEET is expected to stay at 7.0 % in January 2026"
        );
    }
}
