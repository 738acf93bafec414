//! One predictor: how it did on a later year in four charts with their tables, its papers, and its life
//! signed step by step.

use crate::charts::{Bar, Bars, Line, Series, Svg, Unit, Words};
use crate::http::{Edge, Frame, Page, PageError, Path, Posted, SignedIn, frame::Section};
use crate::pages::parts::{Choice, Errors, dated};
use crate::pages::people::story::moment;
use app::Wrong;
use app::predict::by_group;
use app::predict::paper::{self as papers, Paper};
use app::predict::train::{self, Evidence};
use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use domain::access::{Act, decide};
use domain::calendar::shown;
use domain::measure::tenths;
use domain::prediction::{Point, State as Life, group_in_words};
use risk::evaluation::Figure;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::groups::{self, Row, Schools};
use super::said::{self, EXPECTED};

#[derive(Template)]
#[template(path = "predictor/show.html")]
struct View {
    frame: Frame,
    errors: Errors,
    id: i64,
    title: String,
    state: &'static str,
    hash: String,
    cannot: Vec<String>,
    years: Vec<Vec<String>>,
    judged: Option<Judged>,
    steps: Vec<(String, String, String, String)>,
    states: Vec<Choice>,
    by: String,
    reason: String,
    keeps: bool,
}

struct Judged {
    board: Vec<Row>,
    /// Why the most recent status is not in the table, where it is not.
    no_status: String,
    ranking: Vec<Row>,
    schools: Schools,
    without: Vec<(String, String)>,
    over_points: String,
    calibration: Svg,
    bands: Vec<(String, String, String)>,
    gain: Svg,
    caught: Vec<(String, String)>,
    fairness: Svg,
    groups: Vec<(String, Vec<Cell>)>,
    unfair: Vec<String>,
    reasons: Svg,
    lost: Vec<(String, String)>,
    ways: Vec<Vec<String>>,
    level: String,
    /// On what the level of each month is set, for its column.
    yearly: &'static str,
    months: Vec<Vec<String>>,
    rules: Vec<(bool, String)>,
}

/// A figure with its column's heading and what it lies within.
pub(super) struct Cell {
    label: &'static str,
    value: String,
    within: String,
}

impl Cell {
    pub(super) fn count(label: &'static str, number: usize) -> Self {
        Self { label, value: number.to_string(), within: String::new() }
    }

    pub(super) fn plain(label: &'static str, figure: Option<&Figure>) -> Self {
        let within = figure.and_then(|f| f.interval);
        Self {
            label,
            value: plain(figure.and_then(|f| f.value)),
            within: within.map_or(String::new(), |i| format!("{:.3} to {:.3}", i.low, i.high)),
        }
    }

    pub(super) fn percent(label: &'static str, figure: Option<&Figure>) -> Self {
        let within = figure.and_then(|f| f.interval);
        Self {
            label,
            value: percent(figure.and_then(|f| f.value)),
            within: within.map_or(String::new(), |i| {
                format!("{} to {} %", tenths(100.0 * i.low), tenths(100.0 * i.high))
            }),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Form {
    state: String,
    by: String,
    reason: String,
}

pub async fn show(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
) -> Result<Response, PageError> {
    draw(&edge, &who, frame, (id, Errors::default(), Form::default())).await
}

pub async fn sign(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path(id): Path<i64>,
    Posted(form): Posted<Form>,
) -> Result<Response, PageError> {
    let actor = who.may(Act::KeepPredictor)?;
    let mut errors = Errors::default();
    let Some(to) = Life::from_name(&form.state) else {
        errors.add("state", "Choose what it becomes.");
        return draw(&edge, &who, frame, (id, errors, form)).await;
    };
    match train::sign(edge.ctx(), actor, id, (to, &form.by, &form.reason)).await {
        Ok(()) => Ok(Redirect::to(&format!("/predictor/{id}")).into_response()),
        Err(Wrong::Refused(sentence)) => {
            errors.add("state", sentence);
            draw(&edge, &who, frame, (id, errors, form)).await
        }
        Err(broken) => Err(broken.into()),
    }
}

async fn draw(
    edge: &Edge,
    who: &SignedIn,
    frame: Frame,
    (id, errors, form): (i64, Errors, Form),
) -> Result<Response, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let all = train::all(edge.ctx(), actor).await?;
    let kept = all.iter().find(|p| p.id == id).ok_or(PageError::NotFound)?;
    let steps = train::life(edge.ctx(), actor, id).await?;
    let title = format!("Predictor {id}: {}", kept.point.label());
    let states = [Life::Tested, Life::Operational, Life::Withdrawn];
    let years = kept.content.years.iter().map(|y| {
        let numbers = [y.rows, y.happened, y.not_known, y.set_aside].map(|n| n.to_string());
        [vec![shown(y.on)], numbers.to_vec(), vec![y.part.clone()]].concat()
    });
    let judged = match kept.content.evidence.as_ref() {
        Some(evidence) => {
            let names = by_group::school_names(edge.ctx(), actor, evidence).await?;
            let old_rule = kept.content.judged_by_open_years();
            Some(judged((kept.point, old_rule), evidence, &names))
        }
        None => None,
    };
    let view = View {
        frame: frame.named(title.clone(), Section::Support).with_errors(!errors.is_empty()),
        errors,
        id,
        title,
        state: kept.state.name(),
        hash: kept.hash.clone(),
        cannot: papers::cannot(kept),
        years: years.collect(),
        judged,
        steps: steps.into_iter().map(|(s, by, why, at)| (s, by, why, moment(&at))).collect(),
        states: states
            .iter()
            .map(|s| Choice::new(s.name(), s.name(), s.name() == form.state))
            .collect(),
        by: form.by,
        reason: form.reason,
        keeps: decide(actor, Act::KeepPredictor).allowed,
    };
    Ok(Page(view).into_response())
}

fn percent(value: Option<f64>) -> String {
    value.map_or("Too few".to_owned(), |value| format!("{} %", tenths(100.0 * value)))
}

fn plain(value: Option<f64>) -> String {
    value.map_or("Too few".to_owned(), |value| format!("{value:.3}"))
}

fn judged(
    (point, old_rule): (Point, bool),
    e: &Evidence,
    names: &BTreeMap<String, String>,
) -> Judged {
    let bounds = e.over_points.interval.map_or(String::new(), |i| {
        format!(", and with 95 % certainty between {:.2} and {:.2} times", i.low, i.high)
    });
    let (calibration, bands) = calibration(e);
    let (gain, caught) = gain(e);
    let (fairness, groups) = fairness(e);
    let (reasons, lost) = reasons(e);
    Judged {
        board: board(e),
        no_status: no_status(point, e),
        ranking: groups::ranking(e),
        schools: groups::schools(e, names),
        without: e.ablation.iter().map(|loss| (loss.what.clone(), plain(loss.auc_lost))).collect(),
        over_points: format!(
            "Precision on the list is {} times that of the points{bounds}.",
            e.over_points.value.map_or("an unknown number of".to_owned(), |v| format!("{v:.2}"))
        ),
        calibration,
        bands,
        gain,
        caught,
        fairness,
        groups,
        unfair: e.unfair.clone(),
        reasons,
        lost,
        ways: ways(e),
        level: level(e, old_rule),
        yearly: if old_rule { "by the old rule" } else { "on the last closed year" },
        months: months(e),
        rules: e
            .promotion
            .iter()
            .flat_map(|verdict| &verdict.rules)
            .map(|rule| (rule.holds, rule.sentence.clone()))
            .collect(),
    }
}

/// Where everybody does the same, what they do last puts nobody in order.
fn no_status(point: Point, e: &Evidence) -> String {
    match e.board.iter().any(|line| line.model == app::predict::train::STATUS) {
        true => String::new(),
        false => format!(
            "There is no {} in this table: at this point ({}) it is the same for everybody, so it puts nobody in order.",
            app::predict::train::STATUS,
            point.label().to_lowercase()
        ),
    }
}

fn board(e: &Evidence) -> Vec<Row> {
    let line = |line: &risk::evaluation::Line| {
        let of = |name: &str| line.figures.get(name);
        let list = |word: &str| {
            let found = line.figures.iter().find(|(name, _)| name.starts_with(word));
            found.map(|(_, figure)| figure)
        };
        let cells = vec![
            Cell::plain("AUC", of("auc")),
            Cell::plain("Average precision", of("average_precision")),
            Cell::plain("Brier", of("brier")),
            Cell::plain("Log loss", of("log_loss")),
            Cell::plain("Slope", of("calibration_slope")),
            Cell::plain("Intercept", of("calibration_intercept")),
            Cell::plain(EXPECTED, of("expected_over_observed")),
            Cell::percent("Precision", list("precision ")),
            Cell::percent("Recall", list("recall ")),
            Cell::percent("False alarms", list("false_alarms ")),
        ];
        (line.model.clone(), cells)
    };
    e.board.iter().map(line).collect()
}

fn calibration(e: &Evidence) -> (Svg, Vec<(String, String, String)>) {
    let series = |name: &str, of: fn(&risk::calibration::Band) -> f64| Series {
        name: name.to_owned(),
        values: e.bands.iter().map(|band| Some(100.0 * of(band))).collect(),
    };
    let chart = Line {
        labels: (1..=e.bands.len()).map(|n| n.to_string()).collect(),
        series: vec![series("Said", |b| b.expected), series("Came", |b| b.observed)],
        targets: Vec::new(),
        unit: Unit::Percent,
    };
    let words = Words::new(
        "calibration",
        "Chance said and share that came",
        "From the tenth with the lowest chance to that with the highest.",
    );
    let row = |(at, band): (usize, &risk::calibration::Band)| {
        ((at + 1).to_string(), percent(Some(band.expected)), percent(Some(band.observed)))
    };
    (chart.draw(&words), e.bands.iter().enumerate().map(row).collect())
}

fn gain(e: &Evidence) -> (Svg, Vec<(String, String)>) {
    let at = |share: f64| {
        let found = e.gain.iter().rev().find(|(listed, _)| *listed <= share + 1e-9);
        found.map_or(0.0, |(_, caught)| *caught)
    };
    let shares: Vec<f64> = (0..=10).map(|tenth| f64::from(tenth) / 10.0).collect();
    let chart = Line {
        labels: shares.iter().map(|share| format!("{:.0}", 100.0 * share)).collect(),
        series: vec![
            Series {
                name: "Found".to_owned(),
                values: shares.iter().map(|share| Some(100.0 * at(*share))).collect(),
            },
            Series {
                name: "By lot".to_owned(),
                values: shares.iter().map(|share| Some(100.0 * share)).collect(),
            },
        ],
        targets: Vec::new(),
        unit: Unit::Percent,
    };
    let words = Words::new(
        "gain",
        "Outcomes found by the length of the list",
        "Per cent listed across, per cent found up.",
    );
    let row = |share: &f64| (format!("{:.0} %", 100.0 * share), percent(Some(at(*share))));
    (chart.draw(&words), shares.iter().map(row).collect())
}

fn fairness(e: &Evidence) -> (Svg, Vec<(String, Vec<Cell>)>) {
    let figure = |line: &risk::evaluation::GroupLine, word: &str| {
        let found = line.figures.get(word);
        found.and_then(|figure| figure.value).filter(|_| !line.too_few_to_say)
    };
    let lines = || e.groups.iter().filter(|line| line.column != "school");
    let bars = Bars {
        bars: lines()
            .filter(|line| !line.too_few_to_say)
            .map(|line| Bar {
                name: group_in_words(&line.column, &line.group),
                value: figure(line, "false_alarms").map(|share| 100.0 * share),
                marked: false,
            })
            .collect(),
        target: None,
        unit: Unit::Percent,
    };
    let words = Words::new(
        "fairness",
        "False alarms by group",
        "Of those without the outcome, the share that was listed.",
    );
    let row = |line: &risk::evaluation::GroupLine| {
        // The engine leaves figures and intervals out where there are too few to say.
        let of = |word: &str| line.figures.get(word);
        let cells = vec![
            Cell::count("People", line.rows),
            Cell::count("Outcomes", line.outcomes),
            Cell::percent("Listed", of("listed")),
            Cell::percent("Recall", of("recall")),
            Cell::percent("Precision", of("precision")),
            Cell::percent("False alarms", of("false_alarms")),
            Cell::plain(EXPECTED, of("expected_over_observed")),
        ];
        (group_in_words(&line.column, &line.group), cells)
    };
    (bars.draw(&words), lines().map(row).collect())
}

fn reasons(e: &Evidence) -> (Svg, Vec<(String, String)>) {
    let label = |what: &str| {
        domain::prediction::named(what).map_or(what.to_owned(), |f| f.label.to_owned())
    };
    let lost: Vec<_> = e.permutation.iter().take(8).collect();
    let bars = Bars {
        bars: lost
            .iter()
            .map(|loss| Bar {
                name: label(&loss.what).split(' ').take(4).collect::<Vec<_>>().join(" "),
                value: loss.auc_lost.map(|lost| 100.0 * lost.max(0.0)),
                marked: false,
            })
            .collect(),
        target: None,
        unit: Unit::Percent,
    };
    let words = Words::new(
        "facts",
        "What the ranking loses without a fact",
        "Hundredths of the area under the curve.",
    );
    let row = |loss: &&risk::importance::Loss| (label(&loss.what), plain(loss.auc_lost));
    (bars.draw(&words), lost.iter().map(row).collect())
}

fn ways(e: &Evidence) -> Vec<Vec<String>> {
    let row = |told: &risk::unknown::Told| {
        let way = match told.way {
            risk::unknown::Way::LeftOut => "Left out",
            risk::unknown::Way::CountedAsHappened => "Counted as the outcome",
            risk::unknown::Way::Weighted => "Stood in for by people like them",
        };
        let list = told.measures.lists.first().and_then(|list| list.precision);
        vec![
            way.to_owned(),
            told.rows.to_string(),
            percent(told.rate),
            plain(told.measures.auc),
            percent(list),
        ]
    };
    e.three_ways.iter().map(row).collect()
}

/// The levels, for what they are.
fn level(e: &Evidence, old_rule: bool) -> String {
    let set = match old_rule {
        true => format!("by the old rule. {}", papers::OLD_RULE),
        false => "on the last year that had closed by then".to_owned(),
    };
    let updated = |year: &train::Yearly| {
        format!(" After the yearly update: {}.", papers::updated(year, e.on))
    };
    let yearly = e.yearly.iter().map(updated).collect::<Vec<String>>().concat();
    format!(
        "{EXPECTED}: {} with the level as set {set}. {} in the later months, once the level was set on the first as it closed: a monthly mending, \
         near 1 by its making, since whoever the outcome has come to in one month it mostly has in the next.{yearly}",
        plain(e.level_before),
        plain(e.level_after)
    )
}

fn months(e: &Evidence) -> Vec<Vec<String>> {
    let ratio = |level: Option<risk::drift::Level>| plain(level.and_then(|level| level.ratio()));
    let row = |month: &app::predict::train::MonthLevel| {
        vec![
            format!("Month {}", month.month + 1),
            format!("{:.0}", month.before.expected),
            month.before.observed.to_string(),
            ratio(Some(month.before)),
            month.after.map_or("The month itself".to_owned(), |level| ratio(Some(level))),
        ]
    };
    e.months.iter().map(row).collect()
}

#[derive(Template)]
#[template(path = "predictor/paper.html")]
pub struct PaperView {
    frame: Frame,
    paper: Paper,
}

/// The paper as people read it; the same as JSON keeps days and groups as they are.
fn read(mut paper: Paper) -> Paper {
    for entry in paper.sections.iter_mut().flat_map(|section| &mut section.entries) {
        entry.value = match entry.field {
            "Group" => said::group(&entry.value),
            _ => dated(&entry.value),
        };
    }
    paper
}

async fn one(edge: &Edge, who: &SignedIn, id: i64, name: &str) -> Result<Paper, PageError> {
    let actor = who.may(Act::ViewPredictor)?;
    let all = papers::of(edge.ctx(), actor, id).await?;
    all.into_iter().find(|paper| paper.name == name).ok_or(PageError::NotFound)
}

pub async fn paper(
    State(edge): State<Edge>,
    who: SignedIn,
    frame: Frame,
    Path((id, name)): Path<(i64, String)>,
) -> Result<Page<PaperView>, PageError> {
    let paper = one(&edge, &who, id, &name).await?;
    Ok(Page(PaperView { frame: frame.named(paper.title, Section::Support), paper: read(paper) }))
}

pub async fn paper_json(
    State(edge): State<Edge>,
    who: SignedIn,
    Path((id, name)): Path<(i64, String)>,
) -> Result<Response, PageError> {
    let paper = one(&edge, &who, id, &name).await?;
    let text = serde_json::to_string_pretty(&paper).map_err(PageError::failure)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_in_its_table_as_in_its_drawing() {
        assert_eq!(percent(Some(0.0625)), Unit::Percent.write(6.25));
        assert_eq!(percent(Some(0.0625)), "6.3 %");
    }

    #[test]
    fn a_level_that_was_set_by_the_old_rule_is_not_told_as_set_by_the_new() {
        let evidence = Evidence { level_before: Some(0.9), ..Evidence::default() };
        let new = level(&evidence, false);
        assert!(
            new.contains("0.900 with the level as set on the last year that had closed"),
            "{new}"
        );
        let old = level(&evidence, true);
        assert!(
            !old.contains("had closed by then") && old.contains("should be fitted again"),
            "{old}"
        );
    }
}
