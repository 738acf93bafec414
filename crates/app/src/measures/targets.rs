//! Targets that the council set itself: where the figure stands, where it should be by now, how many
//! people lie between, and what money hangs on how much is not known.

use domain::access::{Act, Actor, Scope};
use domain::calendar::{Day, Month, parse_day, shown};
use domain::edition::{Loss, Target as Rule};
use domain::measure::{
    Direction, Percent, Set, Unit, Way, level_percent, level_permille, money_lost, named,
    people_over, people_to_go, tenths,
};
use serde::Serialize;
use store::targets::{self, Target};

use super::{Figures, Months, Question, figures};
use crate::work::changed;
use crate::{Context, Wrong};

/// A target as somebody states it. Units: percent, and pence.
#[derive(Clone, Debug, Default)]
pub struct Stated {
    pub measure: String,
    pub level_percent: f64,
    pub by: String,
    pub from: Option<(String, f64)>,
    pub agreed_on: Option<Day>,
    pub owners: String,
    pub source: String,
    pub grant_pence: Option<i64>,
    /// Above this percentage not known, this percentage of the grant is lost.
    pub losses: Vec<(f64, u32)>,
}

/// A target and how the figure stands to it in a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    pub id: i64,
    pub measure: String,
    pub target_percent: f64,
    pub by: String,
    pub from_percent: Option<f64>,
    pub from: Option<String>,
    pub agreed_on: Option<String>,
    pub owners: String,
    pub source: String,
    /// The months that were counted.
    pub months: Vec<String>,
    pub percent: Option<f64>,
    pub percent_shown: String,
    /// Which are better: fewer, more or neither.
    pub better: &'static str,
    /// Nothing where neither is, or nobody is counted.
    pub met: Option<bool>,
    /// People fewer, or more where more is better, that would meet the target.
    pub people_to_go: Option<u64>,
    /// Where a straight way from the beginning would be in this month, and whether the figure is on it.
    pub way_percent: Option<f64>,
    pub on_way: Option<bool>,
    pub not_known_percent: Option<f64>,
    pub not_known_percent_shown: String,
    pub grant_pence: Option<i64>,
    pub lost_percent: u32,
    pub lost_pence: u64,
    /// People fewer not known that would keep the whole grant.
    pub people_over_first_loss: u64,
    pub sentence: String,
}

impl Held {
    /// What the measure is called on pages.
    pub fn title(&self) -> &str {
        named(&self.measure).map_or(&self.measure, |definition| definition.title)
    }

    /// What is wanting to it, in words.
    pub fn to_go(&self) -> String {
        match self.people_to_go {
            Some(0) => "met".to_owned(),
            Some(people) => format!("{people} {}", self.better),
            None => "–".to_owned(),
        }
    }

    /// Where a straight way there would be now, in words.
    pub fn way(&self) -> String {
        self.way_percent.map_or_else(|| "not set".to_owned(), |way| format!("{} %", tenths(way)))
    }

    /// The month to be met by, in words.
    pub fn by_words(&self) -> String {
        self.by.parse().map_or_else(|_| self.by.clone(), Month::words)
    }

    /// Where it begins and when it was agreed, as far as that was said; nothing where neither was.
    pub fn beginnings(&self) -> String {
        let from = self.from.as_ref().zip(self.from_percent).map(|(month, level)| {
            let words = month.parse().map_or_else(|_| month.clone(), Month::words);
            format!("From {level:.1} % in {words}.")
        });
        let agreed = self.agreed_on.as_deref().and_then(parse_day);
        let agreed = agreed.map(|day| format!("Agreed on {}.", shown(day)));
        from.into_iter().chain(agreed).collect::<Vec<_>>().join(" ")
    }
}

fn permille(percent: f64, what: &str) -> Result<i64, Wrong> {
    level_permille(percent)
        .ok_or_else(|| Wrong::refused(format!("{what} is a percentage with at most one decimal.")))
}

fn kept(stated: &Stated) -> Result<Target, Wrong> {
    let definition = named(&stated.measure)
        .ok_or_else(|| Wrong::refused(format!("No measure is called {}.", stated.measure)))?;
    // A level is kept in thousandths of a share, and so many people fewer meet no mean of months.
    if definition.unit != Unit::Percent {
        return Err(Wrong::refused(format!(
            "“{}” is counted in {}, and a target is held as a percentage. Choose another measure.",
            definition.title,
            definition.unit.word()
        )));
    }
    if definition.direction == Direction::Neither {
        return Err(Wrong::refused(format!(
            "Neither fewer nor more is better of “{}”, so no target can be held against it. Choose another measure.",
            definition.title
        )));
    }
    // It is counted against whole people, and part of a person would meet an adjusted figure.
    if definition.numerator == Set::AdjustedNeet {
        return Err(Wrong::refused(format!(
            "“{}” assumes something of those not known, so no number of people would meet a target. Choose another measure.",
            definition.title
        )));
    }
    let month = |text: &str| {
        text.parse::<Month>()
            .map_err(|_| Wrong::refused(format!("A month is written 2010-01, not {text}.")))
    };
    let by = month(&stated.by)?;
    let from = stated
        .from
        .as_ref()
        .map(|(text, level)| Ok::<_, Wrong>((month(text)?, *level)))
        .transpose()?;
    if from.is_some_and(|(from, _)| from >= by) {
        return Err(Wrong::refused("A target begins before the month it is to be met by."));
    }
    if stated.owners.trim().is_empty() || stated.source.trim().is_empty() {
        return Err(Wrong::refused("A target has owners and says where it was agreed."));
    }
    let mut losses = Vec::new();
    for (above, lost) in &stated.losses {
        if *lost > 100 {
            return Err(Wrong::refused("No more than 100 % of a grant can be lost."));
        }
        losses.push(format!("{}:{lost}", permille(*above, "The level of a condition")?));
    }
    Ok(Target {
        id: 0,
        measure: definition.name.to_owned(),
        level_permille: permille(stated.level_percent, "The target")?,
        by_month: by.to_string(),
        from_permille: from
            .map(|(_, level)| permille(level, "Where the target begins"))
            .transpose()?,
        from_month: from.map(|(month, _)| month.to_string()),
        agreed_on: stated.agreed_on,
        owners: stated.owners.trim().to_owned(),
        source: stated.source.trim().to_owned(),
        grant_pence: stated.grant_pence.filter(|pence| *pence >= 0),
        losses: losses.join(","),
    })
}

/// Sets a target; its number.
///
/// Errors: refused when the actor may not, or the target is not understood.
pub async fn set_target(ctx: &Context, actor: &Actor, stated: &Stated) -> Result<i64, Wrong> {
    let target = kept(stated)?;
    let detail = format!("{} {} by {}", target.measure, stated.level_percent, target.by_month);
    changed(ctx, actor, (Act::KeepPlan, "target set"), async |tx, change| {
        Ok((targets::add(tx, &target, change.0).await?, detail))
    })
    .await
}

/// Ends a target; it stays in the register.
pub async fn end_target(ctx: &Context, actor: &Actor, id: i64) -> Result<(), Wrong> {
    changed(ctx, actor, (Act::KeepPlan, "target ended"), async |tx, change| {
        match targets::end(tx, id, change.0).await? {
            true => Ok((id, format!("target {id}"))),
            false => Err(Wrong::refused("There is no such target.")),
        }
    })
    .await
    .map(drop)
}

/// Every target that stands, held against the figure of a month (or of the count months it belongs to).
///
/// Figures are those of the reader's scope, as every figure is.
pub async fn targets(ctx: &Context, scope: &Scope, month: Month) -> Result<Vec<Held>, Wrong> {
    let mut tx = ctx.db.begin_read().await?;
    let standing = targets::standing(&mut tx).await?;
    drop(tx);
    let mut held = Vec::new();
    for mut target in standing {
        // Money hangs on the whole authority's figure; of one caseload's it would be told wrongly.
        if !scope.is_whole() {
            target.grant_pence = None;
            target.losses.clear();
        }
        let found =
            figures(ctx, scope, &Question::new(&target.measure, Months::One(month))).await?;
        held.push(hold(target, month, &found));
    }
    Ok(held)
}

pub(super) fn losses(text: &str) -> Vec<Loss> {
    let loss = |part: &str| {
        let (above, lost) = part.split_once(':')?;
        Some(Loss { above_permille: above.parse().ok()?, lost_hundredths: lost.parse().ok()? })
    };
    text.split(',').filter_map(loss).collect()
}

/// The straight way to a target, where it was said where it begins.
pub(super) fn way_to(target: &Target) -> Option<Way> {
    let from: Month = target.from_month.as_deref()?.parse().ok()?;
    let by: Month = target.by_month.parse().ok()?;
    let (begins, ends) = (target.from_permille?, target.level_permille);
    Some(Way { from: (from, level_percent(begins)), to: (by, level_percent(ends)) })
}

fn hold(target: Target, month: Month, found: &Figures) -> Held {
    let level = u32::try_from(target.level_permille).unwrap_or(0);
    let rule = Rule { neet_permille: level, losses: losses(&target.losses) };
    let total = &found.total;
    let months = u32::try_from(total.cohort.months.max(1)).unwrap_or(1);
    let share = Percent { of: total.numerator.sum, all: total.denominator.sum };
    let not_known = Percent { of: total.not_known.sum, all: total.cohort.sum };
    let direction = named(&target.measure).map_or(Direction::Neither, |one| one.direction);
    let to_go = people_to_go(share, months, level, direction);
    let lost = rule.lost_hundredths(not_known.of, not_known.all);
    let first = rule.losses.iter().map(|loss| loss.above_permille).min();
    let way = way_to(&target).map(|way| {
        // A winter's mean is held against where the way is when that winter ends, whatever month is asked.
        let on = found.averaged.last().and_then(|text| text.parse().ok()).unwrap_or(month);
        way.at(on)
    });
    let lost_pence =
        target.grant_pence.and_then(|p| u64::try_from(p).ok()).map_or(0, |p| money_lost(p, lost));
    let mut held = Held {
        id: target.id,
        target_percent: level_percent(target.level_permille),
        by: target.by_month,
        from_percent: target.from_permille.map(level_percent),
        from: target.from_month,
        agreed_on: target.agreed_on.map(|day| day.to_string()),
        owners: target.owners,
        source: target.source,
        months: if found.averaged.is_empty() {
            found.months.clone()
        } else {
            found.averaged.clone()
        },
        percent: share.value(),
        percent_shown: share.shown(),
        better: direction.word(),
        met: to_go.map(|people| people == 0),
        people_to_go: to_go,
        on_way: way.zip(share.value()).and_then(|(way, now)| direction.reached(now, way)),
        way_percent: way,
        not_known_percent: not_known.value(),
        not_known_percent_shown: not_known.shown(),
        grant_pence: target.grant_pence,
        lost_percent: lost,
        lost_pence,
        people_over_first_loss: first.map_or(0, |line| people_over(not_known, months, line)),
        sentence: String::new(),
        measure: target.measure,
    };
    held.sentence = sentence(&held, direction, rule.losses.is_empty());
    if named(&held.measure).is_some_and(|measure| measure.numerator == Set::Neet) {
        held.sentence += &aspiration(total.numerator.whole());
    }
    held
}

/// What stands beside every target of NEET.
///
/// Source: 14-19 strategy of 2009, paragraph 17 (the aspiration that no young person is NEET).
fn aspiration(neet: u64) -> String {
    match neet {
        0 => " The aspiration that no young person is NEET is met.".to_owned(),
        1 => " The aspiration is that no young person is NEET; one is.".to_owned(),
        many => format!(" The aspiration is that no young person is NEET; {many} are."),
    }
}

/// How the figure stands to the target itself.
fn standing(held: &Held, direction: Direction) -> String {
    let (now, target) = (&held.percent_shown, held.target_percent);
    match (held.people_to_go, direction) {
        _ if held.percent.is_none() => {
            format!("Nobody is counted, so nothing is held against the target of {target:.1} %.")
        }
        (Some(0), Direction::More) => format!("{now} % is at or over the target of {target:.1} %."),
        (Some(people), Direction::More) => {
            format!("{now} % is under the target of {target:.1} %; {people} more would meet it.")
        }
        (Some(0), Direction::Fewer) => {
            format!("{now} % is at or under the target of {target:.1} %.")
        }
        (Some(people), Direction::Fewer) => {
            format!("{now} % is over the target of {target:.1} %; {people} fewer would meet it.")
        }
        _ => format!(
            "{now} % beside a target of {target:.1} %: neither fewer nor more is better of this measure, so it is neither met nor missed."
        ),
    }
}

fn sentence(held: &Held, direction: Direction, unconditional: bool) -> String {
    let mut text = standing(held, direction);
    if let Some(way) = held.way_percent {
        text += &format!(" A straight way there would be at {} % now.", tenths(way));
    }
    if !unconditional {
        text += &match (held.lost_percent, held.people_over_first_loss) {
            (0, _) => format!(
                " With {} % not known nothing of the grant is lost.",
                held.not_known_percent_shown
            ),
            (lost, people) => format!(
                " With {} % not known {lost} % of the grant is lost; {people} fewer not known would keep all of it.",
                held.not_known_percent_shown
            ),
        };
    }
    text
}
