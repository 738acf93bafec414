//! How a predictor did on the newest closed year: against the points and the most recent status, by
//! group, month by month, with what nobody knows told three ways. Which years may speak of it is `parts`'.

use domain::calendar::Day;
use domain::measure::tenths;
use domain::prediction::{Outcome, SUBJECTS, group_in_words};
use risk::bootstrap::{interval, replicates};
use risk::calibration::{Band, Case, bands};
use risk::crossfit::{Fitted, Split};
use risk::drift::Level;
use risk::evaluation::{Candidate, Figure, GroupLine, Line, Run, Settings, Truth};
use risk::importance::{Loss, ablation, permutation};
use risk::logistic::logistic;
use risk::measures::{ListLength, Ranked, log_odds};
use risk::promotion::{Trial, Verdict};
use risk::unknown::{self, Told};
use risk::{FitOptions, Model, Training, evaluation, promotion};
use serde::{Deserialize, Serialize};

use super::by_group::{OfGroup, by_group};
use super::challenger::{self, challenger};
use super::opening::{self, Yearly};
use super::parts::{self, Part, sides};
use super::refused;
use super::train::{Asked, Closed, Data, Kept, audited, levelled, levelled_by};
use crate::context::Wrong;

pub(super) const SEED: u64 = 1;
pub(super) const DRAWS: u64 = 200;
/// How what somebody did last is called in tables.
pub const STATUS: &str = "most recent status";
/// A group's false alarms over another's from which the owner has to write why.
/// Source: the project's goal for fairness (ratio 1.5).
const UNFAIR: f64 = 1.5;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Evidence {
    pub on: Day,
    pub rows: usize,
    pub outcomes: usize,
    pub places: usize,
    /// The model, the points, the most recent status, and the challenger.
    pub board: Vec<Line>,
    /// Precision on the list over that of the points.
    pub over_points: Figure,
    /// False alarms at the recall of the points table's highest band, over those of the points.
    pub false_alarms_over_points: Option<f64>,
    pub precision: Option<f64>,
    pub recall: Option<f64>,
    pub groups: Vec<GroupLine>,
    /// How the chances rank and hold within each group.
    #[serde(default)]
    pub ranking: Vec<OfGroup>,
    /// Pairs of groups whose false alarms differ too much, in words.
    pub unfair: Vec<String>,
    pub bands: Vec<Band>,
    /// Of the model: the share listed, and the share of all outcomes that it caught.
    pub gain: Vec<(f64, f64)>,
    /// The same of the points, for lists that fall back on them.
    #[serde(default)]
    pub points_gain: Vec<(f64, f64)>,
    pub three_ways: Vec<Told>,
    pub permutation: Vec<Loss>,
    /// What the ranking loses when it is fitted without a group of facts; the points stay.
    #[serde(default)]
    pub ablation: Vec<Loss>,
    /// Months of the target as they closed, by either level below.
    pub months: Vec<MonthLevel>,
    /// Expected over observed with the level as set on the last year that had closed by the judged day. Nothing of
    /// the judged year is in it.
    pub level_before: Option<f64>,
    /// The same of the months after the first, once the level was set on the first: a monthly mending. Whoever is
    /// NEET in one month mostly is in the next, so it lies near 1 by its making and shows no foresight.
    pub level_after: Option<f64>,
    /// With the yearly update, made before the first month of the target: of the judged year, and of every year before
    /// it that was not learnt from.
    #[serde(default)]
    pub yearly: Vec<Yearly>,
    pub promotion: Option<Verdict>,
    /// Boosted stumps, learnt from the same years, held to the rule of promotion against the model; none where the
    /// history is too short for them.
    #[serde(default)]
    pub challenger: Option<Verdict>,
}

/// One closed month of the judged year.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MonthLevel {
    pub month: usize,
    pub before: Level,
    /// After the level was set on the first closed month; none for that month itself.
    pub after: Option<Level>,
}

impl Evidence {
    /// Rules of promotion that fail, but for the signature, which is given with the word itself.
    pub fn promotion_failed(&self) -> Vec<String> {
        let rules = self.promotion.iter().flat_map(|verdict| &verdict.rules);
        failed(rules)
    }

    /// Why the challenger would not take over; nothing where no rule stands against it.
    pub fn challenger_failed(&self) -> Vec<String> {
        failed(self.challenger.iter().flat_map(|verdict| &verdict.rules))
    }
}

fn failed<'a>(rules: impl Iterator<Item = &'a promotion::Rule>) -> Vec<String> {
    let failed = rules.filter(|rule| !rule.holds && rule.sentence != promotion::UNSIGNED);
    failed.map(|rule| rule.sentence.clone()).collect()
}

/// Judges on the last year what was learnt from those that had closed by its day, with the level set on the newest
/// of them.
pub(super) fn judge(
    data: &Data,
    sets: &[Closed],
    (asked, places, used): (&Asked, usize, Option<&Kept>),
) -> Result<Evidence, Wrong> {
    let parts = parts::of(sets);
    let (learnt, tune, test) = sides(data, &parts);
    let whole = data.training(&learnt);
    let model = Model::fit(&whole, &FitOptions::default()).map_err(refused)?;
    let model = levelled(data, &model, &tune)?;
    let (rows, outcomes) = data.known(&test);
    let chances = data.chances(&model, &rows)?;
    let [points, status] = rivals(data, &whole, (&tune, &rows));
    let stumps = challenger(data, &whole, &tune, &rows);
    let mut candidates = vec![candidate("model", &rows, chances.clone())];
    for (name, rival) in [("points", &points), (STATUS, &status), (challenger::NAME, &stumps)] {
        candidates.extend(rival.as_ref().map(|chances| candidate(name, &rows, chances.clone())));
    }
    let list = ListLength::Rows(places);
    let settings = Settings { lists: vec![list], seed: SEED, replicates: DRAWS };
    let truth = Truth { target: &data.target, groups: &data.people, people: data.count };
    let board = evaluation::scoreboard(&candidates, &truth, &settings);
    let of = |name: &str| {
        let figures = board.first().map(|line| &line.figures)?;
        figures.get(name).and_then(|figure| figure.value)
    };
    let groups = match candidates.first() {
        Some(first) => {
            evaluation::by_group(first, &data.groups_table, &audited(), &truth, &settings)
        }
        None => Vec::new(),
    };
    let points_chances = points.unwrap_or_else(|| chances.clone());
    let months = month_levels(data, &model, (sets, &parts), (&test, &tune))?;
    let on = |old: &[f64], new: &[f64]| trial(data, (old, new), (&rows, &outcomes), list);
    let promotion = match used {
        Some(used) => Some(on(&as_it_would_be(data, used, (&whole, &tune), &rows)?, &chances)),
        None => None,
    };
    let challenger = stumps.map(|stumps| on(&chances, &stumps));
    let split =
        Split { repeat: "0".into(), fold: "0".into(), train: learnt.clone(), test: rows.clone() };
    let fitted = [Fitted { model: model.clone(), chances: chances.clone() }];
    let splits = [split];
    let shuffled = permutation(&whole, &splits, &fitted, SEED).map_err(refused)?;
    let mut ablated = ablation(&whole, &splits, &fitted, &sets_of(data)).map_err(refused)?;
    ablated.sort_by(|a, b| b.auc_lost.unwrap_or(0.0).total_cmp(&a.auc_lost.unwrap_or(0.0)));
    Ok(Evidence {
        on: sets.last().map_or(Day::MIN, |set| set.on),
        rows: rows.len(),
        outcomes: outcomes.iter().filter(|outcome| **outcome).count(),
        places,
        over_points: over_points(data, &rows, &outcomes, (&chances, &points_chances), list),
        false_alarms_over_points: false_alarms(data, &rows, &outcomes, &chances),
        precision: of(&format!("precision {}", list.label())),
        recall: of(&format!("recall {}", list.label())),
        unfair: unfair(&groups),
        groups,
        bands: bands(&chances, &outcomes),
        gain: gain(&chances, &outcomes),
        points_gain: gain(&points_chances, &outcomes),
        three_ways: three_ways(data, &model, &test, list)?,
        permutation: shuffled,
        ablation: ablated,
        ranking: by_group(data, &rows, &chances),
        level_before: ratio(months.iter().map(|month| &month.before)),
        level_after: ratio(months.iter().filter_map(|month| month.after.as_ref())),
        yearly: opening::yearly(data, &model, (sets, &parts), (asked.point, asked.target))?,
        months,
        board,
        promotion,
        challenger,
    })
}

/// Groups of facts that are read, each to be left out in turn.
fn sets_of(data: &Data) -> Vec<(String, Vec<String>)> {
    let of = |(name, facts): &(&str, &[&str])| {
        let read = data.inputs.iter().filter(|input| facts.contains(&input.as_str()));
        ((*name).to_owned(), read.cloned().collect::<Vec<_>>())
    };
    SUBJECTS.iter().map(of).filter(|(_, read)| !read.is_empty()).collect()
}

/// Chances by the points alone and by the most recent status alone; none where one cannot be fitted.
fn rivals(
    data: &Data,
    whole: &Training<'_>,
    (tune, rows): (&[usize], &[usize]),
) -> [Option<Vec<f64>>; 2] {
    let status = ["status".to_owned()];
    let alone = |training: Training<'_>| {
        let model = Model::fit(&training, &FitOptions::default()).ok()?;
        data.chances(&levelled(data, &model, tune).ok()?, rows).ok()
    };
    [
        alone(Training { inputs: &[], ..*whole }),
        alone(Training { inputs: &status, points: None, ..*whole }),
    ]
}

fn gain(chances: &[f64], outcomes: &[bool]) -> Vec<(f64, f64)> {
    Ranked::new(chances, outcomes).gain(&vec![1.0; outcomes.len()])
}

pub(super) fn candidate(name: &str, rows: &[usize], chances: Vec<f64>) -> Candidate {
    Candidate { name: name.to_owned(), runs: vec![Run { rows: rows.to_vec(), chances }] }
}

/// The shift of log-odds that makes as many expected as came.
pub(super) fn shift(chances: &[f64], outcomes: &[bool]) -> Option<f64> {
    let case = |(p, y): (&f64, &bool)| Case {
        log_odds: log_odds(*p),
        outcome: f64::from(u8::from(*y)),
        weight: 1.0,
    };
    risk::calibration::shift(chances.iter().zip(outcomes).map(case))
}

/// For each month, the shift from the chance of the whole target to that of the month alone.
pub(super) fn shifts(chances: &[f64], months: &[Vec<Outcome>]) -> Vec<f64> {
    let one = |outcomes: &Vec<Outcome>| {
        let (chances, outcomes) = known(chances, outcomes);
        shift(&chances, &outcomes).unwrap_or(0.0)
    };
    months.iter().map(one).collect()
}

/// Chances and outcomes of those whose month is known.
pub(super) fn known(chances: &[f64], outcomes: &[Outcome]) -> (Vec<f64>, Vec<bool>) {
    let known = |(p, outcome): (&f64, &Outcome)| match outcome {
        Outcome::Happened => Some((*p, true)),
        Outcome::DidNot => Some((*p, false)),
        Outcome::NotKnown => None,
    };
    chances.iter().zip(outcomes).filter_map(known).unzip()
}

/// A month's level when every log-odds is moved by `by`.
pub(super) fn level(chances: &[f64], outcomes: &[Outcome], by: f64) -> Level {
    let (chances, outcomes) = known(chances, outcomes);
    let moved: Vec<f64> = chances.iter().map(|p| logistic(log_odds(*p) + by)).collect();
    Level::of(&moved, &outcomes)
}

/// The judged year month by month: as the last year that had closed by its day leads to expect, and once the level
/// was set on the first month of its own that closed.
fn month_levels(
    data: &Data,
    model: &Model,
    (sets, parts): (&[Closed], &[Part]),
    (test, tune): (&[usize], &[usize]),
) -> Result<Vec<MonthLevel>, Wrong> {
    let levels = sets.iter().zip(parts).find(|(_, part)| part.levels());
    let (Some((before, _)), Some(now)) = (levels, sets.last()) else { return Ok(Vec::new()) };
    let (then, chances) = (data.chances(model, tune)?, data.chances(model, test)?);
    let (old, new) = (shifts(&then, &before.months), shifts(&chances, &now.months));
    let first = |shifts: &[f64]| shifts.first().copied().unwrap_or(0.0);
    let update = first(&new) - first(&old);
    let month = |(at, outcomes): (usize, &Vec<Outcome>)| {
        let by = old.get(at).copied().unwrap_or(0.0);
        MonthLevel {
            month: at,
            before: level(&chances, outcomes, by),
            after: (at > 0).then(|| level(&chances, outcomes, by + update)),
        }
    };
    Ok(now.months.iter().enumerate().map(month).collect())
}

pub(super) fn ratio<'a>(levels: impl Iterator<Item = &'a Level>) -> Option<f64> {
    let (expected, observed) =
        levels.fold((0.0, 0), |(e, o), level| (e + level.expected, o + level.observed));
    (observed > 0).then(|| expected / observed as f64)
}

fn over_points(
    data: &Data,
    rows: &[usize],
    outcomes: &[bool],
    (ours, points): (&[f64], &[f64]),
    list: ListLength,
) -> Figure {
    let (ours, points) = (Ranked::new(ours, outcomes), Ranked::new(points, outcomes));
    let ratio = |weights: &[f64]| {
        let weights: Vec<f64> =
            rows.iter().map(|row| weights.get(*row).copied().unwrap_or(0.0)).collect();
        let precision = |ranked: &Ranked| {
            ranked.measure(&weights, &[list]).lists.first().and_then(|list| list.precision)
        };
        Some(precision(&ours)? / precision(&points).filter(|p| *p > 0.0)?)
    };
    let drawn = replicates(&data.people, data.count, SEED, DRAWS, ratio);
    let value = ratio(&vec![1.0; data.people.len()]);
    Figure { value, interval: interval(drawn.into_iter()) }
}

/// False alarms of the model where it finds as many as four points or more do, over those of the points.
fn false_alarms(data: &Data, rows: &[usize], outcomes: &[bool], chances: &[f64]) -> Option<f64> {
    let flagged = |row: &usize| data.points.get(*row).is_some_and(|points| *points >= 4.0);
    let pairs = || rows.iter().zip(outcomes);
    let found = pairs().filter(|(row, yes)| **yes && flagged(row)).count();
    let wrong = pairs().filter(|(row, yes)| !**yes && flagged(row)).count();
    let mut order: Vec<(f64, bool)> =
        chances.iter().copied().zip(outcomes.iter().copied()).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let (mut caught, mut ours) = (0, 0);
    for (_, yes) in order {
        if caught >= found {
            break;
        }
        caught += usize::from(yes);
        ours += usize::from(!yes);
    }
    (found > 0 && wrong > 0).then(|| ours as f64 / wrong as f64)
}

fn unfair(groups: &[GroupLine]) -> Vec<String> {
    let mut told = Vec::new();
    let alarms = |line: &GroupLine| {
        let figures = line.figures.iter().find(|(name, _)| name.contains("false_alarm"))?;
        figures.1.value
    };
    let enough: Vec<&GroupLine> =
        groups.iter().filter(|line| !line.too_few_to_say && line.column != "school").collect();
    for column in audited() {
        let of = || enough.iter().filter(|line| line.column == column);
        let key = |line: &&&GroupLine| alarms(line).map(|share| (share * 1e9) as i64);
        let (Some(most), Some(least)) = (of().max_by_key(key), of().min_by_key(key)) else {
            continue;
        };
        let (Some(high), Some(low)) = (alarms(most), alarms(least)) else { continue };
        if high > UNFAIR * low.max(0.001) {
            told.push(format!(
                "{column}: of those without the outcome, {} % were listed in one group ({}) and {} % in \
                 another ({})",
                tenths(100.0 * high),
                group_in_words(&column, &most.group),
                tenths(100.0 * low),
                group_in_words(&column, &least.group)
            ));
        }
    }
    told
}

fn three_ways(
    data: &Data,
    model: &Model,
    test: &[usize],
    list: ListLength,
) -> Result<Vec<Told>, Wrong> {
    let map = |outcome: &Outcome| match outcome {
        Outcome::Happened => unknown::Outcome::Happened,
        Outcome::DidNot => unknown::Outcome::DidNot,
        Outcome::NotKnown => unknown::Outcome::NotKnown,
    };
    let all: Vec<unknown::Outcome> = data.outcomes.iter().map(map).collect();
    let outcomes: Vec<unknown::Outcome> =
        test.iter().filter_map(|row| all.get(*row).copied()).collect();
    let inputs: Vec<String> =
        data.inputs.iter().filter(|name| *name != "school").cloned().collect();
    // Where nothing tells who becomes known, everybody stands for themselves.
    let chance_known = unknown::chance_known(&data.table, &inputs, &all, test)
        .unwrap_or_else(|_| vec![1.0; test.len()]);
    let chances = data.chances(model, test)?;
    Ok(unknown::three_ways(&chances, &outcomes, &chance_known, &[list]).to_vec())
}

/// Chances of the predictor in use as it would be had it been fitted on what is learnt from here: by its own facts
/// and its own points table. The one that is kept may have been fitted, or levelled, on the very year that is
/// judged; a trial asks for rows that neither has seen.
fn as_it_would_be(
    data: &Data,
    used: &Kept,
    (whole, tune): (&Training<'_>, &[usize]),
    rows: &[usize],
) -> Result<Vec<f64>, Wrong> {
    let points = used.content.table.score_rows(&data.table).map_err(refused)?;
    let again = Training { inputs: &used.content.inputs, points: Some(&points), ..*whole };
    let old = Model::fit(&again, &FitOptions::default()).map_err(refused)?;
    data.chances_by(&points, &levelled_by(data, &points, &old, tune)?, rows)
}

fn trial(
    data: &Data,
    (old, new): (&[f64], &[f64]),
    (rows, outcomes): (&[usize], &[bool]),
    list: ListLength,
) -> Verdict {
    let people: Vec<u32> = rows.iter().filter_map(|row| data.people.get(*row).copied()).collect();
    let text = |name: &String| {
        let column = data.groups_table.column(name)?;
        Some((name.clone(), rows.iter().map(|row| column.group(*row)).collect()))
    };
    let audited: Vec<(String, Vec<String>)> = audited().iter().filter_map(text).collect();
    let trial = Trial {
        old,
        new,
        outcomes,
        people_of: &people,
        people: data.count,
        audited: &audited,
        list,
        signed_by: "",
    };
    promotion::judge(&trial, SEED, DRAWS)
}
