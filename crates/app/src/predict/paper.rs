//! The papers of a predictor: model card, Algorithmic Transparency Record (the fields of template v3) and
//! the annex to the data protection impact assessment, from what was measured. Invariant: no field that
//! must be filled is empty but the owner's own, which say so.

use domain::access::Actor;
use domain::calendar::{Day, shown};
use domain::measure::tenths;
use domain::prediction::{FEATURES, Origin, State};
use risk::encoding::Part;
use risk::evaluation::Figure;
use risk::model::Rung;
use serde::Serialize;

use super::odds::Local;
use super::opening::{self, Opening, Yearly};
use super::records::{atrs, dpia};
use super::train::{Content, Evidence, Kept, kept};
use crate::context::{Context, Wrong};

/// A field of a paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub field: &'static str,
    pub value: String,
    /// The owner has to fill it: nobody else can know it.
    pub owners_own: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Section {
    pub title: &'static str,
    pub entries: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Paper {
    pub title: &'static str,
    /// For a file's name and a page's address.
    pub name: &'static str,
    pub predictor: i64,
    pub hash: String,
    pub sections: Vec<Section>,
}

/// What the council has said of itself and of this predictor.
#[derive(Clone, Debug, Default)]
pub struct Owner {
    pub council: String,
    pub signed_by: String,
}

pub(super) fn says(field: &'static str, value: impl Into<String>) -> Entry {
    Entry { field, value: value.into(), owners_own: false }
}

pub(super) fn own(field: &'static str) -> Entry {
    Entry { field, value: "To be filled in by the owner.".to_owned(), owners_own: true }
}

pub(super) fn share(value: Option<f64>) -> String {
    value.map_or("too few to say".to_owned(), |value| format!("{} %", tenths(100.0 * value)))
}

fn figure(value: Option<f64>) -> String {
    value.map_or("too few to say".to_owned(), |value| format!("{value:.3}"))
}

/// A figure with the 95 % interval that it lies in.
fn within(of: Option<&Figure>) -> String {
    let value = figure(of.and_then(|f| f.value));
    let bounds = of.and_then(|f| f.interval);
    bounds.map_or(value.clone(), |i| format!("{value} [{:.3}, {:.3}]", i.low, i.high))
}

fn share_within(of: Option<&Figure>) -> String {
    let value = share(of.and_then(|f| f.value));
    let bounds = of.and_then(|f| f.interval);
    bounds.map_or(value.clone(), |i| {
        format!("{value} [{}, {}]", tenths(100.0 * i.low), tenths(100.0 * i.high))
    })
}

/// How chances are come by, as the rung of history has it.
pub(super) fn method(kept: &Kept) -> String {
    let words = match kept.content.model.rung {
        _ if kept.content.points_only && kept.content.model.outcomes == 0 => {
            "Points: the points table alone, at an assumed rate, since no outcome is known here yet"
        }
        _ if kept.content.points_only => {
            "Points: the points table alone, set to the local rate of the years that have closed"
        }
        Rung::PointsAlone | Rung::PointsCalibrated => {
            "Points: the points table set to the local rate, since fewer than 25 outcomes are known"
        }
        Rung::ShrunkToPoints | Rung::Ridge => {
            "L2-penalised logistic regression, fitted by Newton's method, shrunk towards the points table where history is short"
        }
    };
    words.to_owned()
}

/// What is read of young people, in words, by the predictors in use, points counted; before one is in use,
/// what one would read. Open to everybody.
pub async fn read_of_people(ctx: &Context) -> Result<Vec<&'static str>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let used: Vec<Kept> =
        kept(&mut tx).await?.into_iter().filter(|one| one.state == State::Operational).collect();
    let is_read = |fact: &&domain::prediction::Feature| match used.is_empty() {
        true => fact.input && fact.origin != Origin::Area,
        false => used.iter().any(|one| one.content.reads(fact.name)),
    };
    Ok(FEATURES.iter().filter(is_read).map(|fact| fact.label).collect())
}

/// The three papers of a predictor.
pub async fn of(ctx: &Context, actor: &Actor, id: i64) -> Result<Vec<Paper>, Wrong> {
    let all = super::train::all(ctx, actor).await?;
    let kept = all.iter().find(|p| p.id == id);
    let kept = kept.ok_or_else(|| Wrong::refused(format!("There is no predictor {id}.")))?;
    let steps = super::train::life(ctx, actor, id).await?;
    let mut tx = ctx.db.begin_read().await?;
    let council = store::organisations::setting(&mut tx, "council_name").await?;
    let owner = Owner {
        council: council.unwrap_or_else(|| "the council".to_owned()),
        signed_by: steps.last().map(|step| step.1.clone()).unwrap_or_default(),
    };
    Ok(vec![model_card(kept, &owner), atrs(kept, &owner), dpia(kept, &owner)])
}

/// Said of a predictor that was judged by years that were still open on the judged day.
pub const OLD_RULE: &str = "It was judged by the old rule: a year was learnt from, or its level set on one, whose \
    outcome was still open on the judged day, so its figures may be better than it could have done. It should be \
    fitted again";

/// Said of a predictor that was fitted before a level could be set by how a winter begins.
pub const UNASKED: &str = "Its level cannot be set as a winter begins, by how many are NEET at the end of the month \
    before: it was fitted before that was asked. Fit again to have it.";

/// Whether a fit of today would have asked how its newest year began, and this one has not.
fn is_opening_unasked(kept: &Kept) -> bool {
    kept.content.opening == Opening::NotAsked
        && !kept.content.points_only
        && kept.target.opening(kept.point, kept.day).is_some()
}

/// What the predictor cannot do, first of all.
pub fn cannot(kept: &Kept) -> Vec<String> {
    let mut told = Vec::new();
    let old_rule = kept.content.judged_by_open_years();
    if old_rule {
        told.push(format!("{OLD_RULE}."));
    }
    match &kept.content.evidence {
        Some(evidence) => {
            if let Some(precision) = evidence.precision {
                told.push(format!(
                    "It cannot say who will {}: of every 10 it listed in the judged year, about {:.0} \
                     did not.",
                    kept.target.to_become(),
                    10.0 - (10.0 * precision).round()
                ));
            }
            if let Some(recall) = evidence.recall {
                told.push(format!(
                    "It misses many: {:.0} of every 10 who {} were not on a list of {}.",
                    10.0 - (10.0 * recall).round(),
                    kept.target.became(),
                    evidence.places
                ));
            }
            let off = evidence.level_before.is_some_and(|ratio| !(0.8..=1.25).contains(&ratio));
            if off {
                let level = match old_rule {
                    true => "as set by the old rule",
                    false => "as set on the last year that had closed by its day",
                };
                told.push(format!(
                    "It did not foresee the level of the judged year: it expected {} for each one that came, \
                     with the level {level}.",
                    figure(evidence.level_before)
                ));
            }
            for pair in &evidence.unfair {
                told.push(format!("It does not list groups alike. {pair}."));
            }
        }
        None if kept.content.points_only => told.push(
            "It is the points table and nothing else. Too little has closed here to judge it, so nobody \
             knows how it does: a year may be learnt from only where its outcome was known by the day of \
             the year that is judged. Fit again when a year closes."
                .to_owned(),
        ),
        None => told.push(
            "Nobody knows how it does on a later year: only one year is closed. It may not be used."
                .to_owned(),
        ),
    }
    if is_opening_unasked(kept) {
        told.push(UNASKED.to_owned());
    }
    told.push(
        "It cannot say what would help, or what causes what: its reasons are what moved a chance."
            .to_owned(),
    );
    told.push("It knows nothing that was not recorded by its day.".to_owned());
    told
}

pub fn model_card(kept: &Kept, owner: &Owner) -> Paper {
    let content = &kept.content;
    let mut sections = vec![
        Section {
            title: "What it cannot do",
            entries: cannot(kept).into_iter().map(|words| says("Limit", words)).collect(),
        },
        Section { title: "What it is", entries: identity(kept, owner) },
        Section { title: "What it learnt from", entries: years(kept) },
        Section { title: "Factors here, and as published", entries: factors(kept) },
        Section { title: "Coefficients", entries: coefficients(kept) },
    ];
    if let Some(evidence) = &content.evidence {
        sections.insert(
            2,
            Section { title: "How it did on a later year", entries: did(content, evidence) },
        );
        sections.insert(3, Section { title: "By group", entries: groups(evidence) });
    }
    paper(("model-card", "Model card"), kept, sections)
}

pub(super) fn paper(
    (name, title): (&'static str, &'static str),
    kept: &Kept,
    sections: Vec<Section>,
) -> Paper {
    Paper { title, name, predictor: kept.id, hash: kept.hash.clone(), sections }
}

/// How much of the answer comes from local history.
fn rung(of: Rung) -> &'static str {
    match of {
        Rung::PointsAlone => "points alone",
        Rung::PointsCalibrated => "points, set to the local rate",
        Rung::ShrunkToPoints => "facts, shrunk towards the points",
        Rung::Ridge => "facts, without points",
    }
}

fn identity(kept: &Kept, owner: &Owner) -> Vec<Entry> {
    let content = &kept.content;
    let updates: Vec<String> =
        content.updates.iter().map(|(day, by)| format!("{day}: {by:+.3} log-odds")).collect();
    vec![
        says("Predictor", format!("{} at {} ({})", kept.id, kept.point.name(), kept.point.label())),
        says("A chance of", kept.target.label()),
        says("Method", method(kept)),
        says("Rung of history", rung(content.model.rung)),
        says("Points table", format!("{}, version {}", content.table.name, content.table.version)),
        says("Fitted on", kept.day.to_string()),
        says("State", kept.state.name()),
        says("Hash", kept.hash.clone()),
        says("Area deprivation read", if content.with_area { "yes" } else { "no" }),
        says(
            "Level updates",
            if updates.is_empty() { "none".to_owned() } else { updates.join("; ") },
        ),
        match owner.signed_by.is_empty() {
            true => own("Owner"),
            false => says("Owner", owner.signed_by.clone()),
        },
    ]
}

pub(super) fn years(kept: &Kept) -> Vec<Entry> {
    let line = |year: &super::train::Year| {
        says(
            "Year",
            format!(
                "{}: {} young people, {} outcomes, {} not known, {} set aside; {}",
                year.on, year.rows, year.happened, year.not_known, year.set_aside, year.part
            ),
        )
    };
    kept.content.years.iter().map(line).collect()
}

pub(super) fn did(content: &Content, evidence: &Evidence) -> Vec<Entry> {
    let mut entries = vec![
        says(
            "Judged on",
            format!("{}: {} known, {} outcomes", evidence.on, evidence.rows, evidence.outcomes),
        ),
        says("List", format!("{} places", evidence.places)),
    ];
    for line in &evidence.board {
        let of = |name: &str| within(line.figures.get(name));
        let list = |word: &str| {
            let found = line.figures.iter().find(|(name, _)| name.starts_with(word));
            share_within(found.map(|(_, figure)| figure))
        };
        entries.push(says(
            "Compared",
            format!(
                "{}: AUC {}, average precision {}, Brier {}, log loss {}, slope {}, expected over \
                 observed {}, precision on the list {}, recall {}, false alarms {}",
                line.model,
                of("auc"),
                of("average_precision"),
                of("brier"),
                of("log_loss"),
                of("calibration_slope"),
                of("expected_over_observed"),
                list("precision "),
                list("recall "),
                list("false_alarms ")
            ),
        ));
    }
    let bounds = evidence
        .over_points
        .interval
        .map_or("too few to say".to_owned(), |i| format!("[{:.2}, {:.2}]", i.low, i.high));
    entries.push(says(
        "Precision over that of the points",
        format!("{} {bounds}", figure(evidence.over_points.value)),
    ));
    entries.extend(levels(evidence, content.judged_by_open_years()));
    for told in &evidence.three_ways {
        let way = match told.way {
            risk::unknown::Way::LeftOut => "not known left out",
            risk::unknown::Way::CountedAsHappened => "not known counted as the outcome",
            risk::unknown::Way::Weighted => "not known stood in for by people like them",
        };
        let list = told.measures.lists.first().and_then(|list| list.precision);
        let (rate, auc) = (share(told.rate), figure(told.measures.auc));
        entries.push(says(
            "Not known",
            format!("{way}: rate {rate}, AUC {auc}, precision on the list {}", share(list)),
        ));
    }
    for loss in evidence.permutation.iter().take(8) {
        let label = domain::prediction::named(&loss.what).map_or(loss.what.as_str(), |f| f.label);
        entries.push(says("Ranking lost without", format!("{label}: {}", figure(loss.auc_lost))));
    }
    entries
}

/// The levels, each for what it is.
fn levels(evidence: &Evidence, old_rule: bool) -> Vec<Entry> {
    let set = match old_rule {
        true => "by the old rule, on a year that was still open on the judged day",
        false => "on the last year that had closed by the judged day",
    };
    let fitted = format!("{} with the level as set {set}", figure(evidence.level_before));
    let monthly = format!(
        "{} in the months after the first, once the level was set on the first as it closed (a monthly mending, \
         near 1 by its making: whoever the outcome has come to in one month it mostly has in the next)",
        figure(evidence.level_after)
    );
    let mut told =
        vec![says("Expected over observed", fitted), says("Expected over observed later", monthly)];
    told.extend(evidence.yearly.iter().map(|year| {
        says("Expected over observed after the yearly update", updated(year, evidence.on))
    }));
    told
}

/// What the yearly update did, or would have done, in a year.
pub fn updated(year: &Yearly, judged: Day) -> String {
    let which = if year.on == judged { "the judged year" } else { "a year before it" };
    let known = year.known.map_or(String::new(), |known| format!(" ({})", opening::shares(known)));
    format!(
        "{} in {which}, predicted on {}: set on the newest year that had closed by {}, with what is known of it now, \
         and moved by how many of those predicted were NEET on that day, as known then{known}, against those before \
         them a year earlier; {} had it not been moved",
        figure(year.with),
        shown(year.on),
        shown(year.known_by),
        figure(year.without)
    )
}

fn groups(evidence: &Evidence) -> Vec<Entry> {
    let line = |line: &risk::evaluation::GroupLine| {
        let of = |word: &str| share_within(line.figures.get(word));
        let words = if line.too_few_to_say {
            "too few to say".to_owned()
        } else {
            format!(
                "listed {}, recall {}, precision {}, false alarms {}, expected over observed {}",
                of("listed"),
                of("recall"),
                of("precision"),
                of("false_alarms"),
                within(line.figures.get("expected_over_observed"))
            )
        };
        says(
            "Group",
            format!(
                "{} {}: {} people, {} outcomes; {words}",
                line.column, line.group, line.rows, line.outcomes
            ),
        )
    };
    let shown = evidence.groups.iter().filter(|line| line.column != "school");
    shown.map(line).collect()
}

/// Odds of the outcome with each factor over those without, from the years that have closed here. Nothing
/// else is held equal, and a factor that goes with the outcome need not cause it.
pub(super) fn factors(kept: &Kept) -> Vec<Entry> {
    let line = |local: &Local| {
        let published = match local.published.as_str() {
            "" => "no ratio published",
            published => published,
        };
        let (factor, holds) = (&local.factor, &local.holds);
        says("Factor", format!("{factor} ({holds}): {}; published: {published}", local.words()))
    };
    kept.content.local.iter().map(line).collect()
}

fn coefficients(kept: &Kept) -> Vec<Entry> {
    let model = &kept.content.model;
    let terms = model.encoding.terms.iter().zip(&model.coefficients);
    let with = terms.zip(kept.content.intervals.iter().chain(std::iter::repeat(&None)));
    let line = |((term, coefficient), interval): (
        (&risk::encoding::Term, &f64),
        &Option<risk::bootstrap::Interval>,
    )| {
        let part = match &term.part {
            Part::Number { .. } => "by number".to_owned(),
            Part::Level { level, .. } => format!("is {level}"),
            Part::Rare { levels, .. } => format!("is one of {} rare values", levels.len()),
            Part::Missing { .. } => "is not known".to_owned(),
        };
        let bounds = interval.map_or(String::new(), |i| format!(" [{:.3}, {:.3}]", i.low, i.high));
        says("Term", format!("{} {part}: {coefficient:+.4}{bounds}", term.column))
    };
    let mut all = vec![says("Intercept", format!("{:+.4}", model.intercept))];
    if let Some(points) = model.points {
        all.push(says(
            "Points",
            format!("{:+.4} a point over {:.2}", points.coefficient, points.mean),
        ));
    }
    all.extend(with.map(line));
    all
}
