//! One young person and the list: the chances they were given while these may be shown, with the reasons
//! that the reader may know.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use domain::access::{Act, Actor, Denial};
use domain::prediction::{Choice, Kept as Heard, OTHER_FACTS, Point, Seen, missing_seen, seen_by};
use store::people::{self, Moment};
use store::predictors::{self, Life, Run};

use super::cut::Cut;
use super::{ASK, reader};
use crate::context::{Context, Wrong};
use crate::predict::score::Told;
use crate::predict::{may, note, runs};

/// Chances that a page tells of; the pack of whoever asks for their own holds all.
const MOST: usize = 20;

/// One person and the list: the chances they were given, the newest first, and what was decided.
#[derive(Clone, Debug)]
pub struct OfPerson {
    pub name: String,
    pub given: Vec<Given>,
    pub choice: Option<(Choice, String)>,
}

#[derive(Clone, Debug)]
pub struct Given {
    pub run: Run,
    /// None once it has expired, or where what it was worked out by was withdrawn.
    pub words: Option<&'static str>,
    /// Its last day is over.
    pub expired: bool,
    /// By whom and why the predictor was withdrawn, where it has not expired.
    pub withdrawn: Option<String>,
    pub reasons: Vec<Why>,
    pub missing: Vec<String>,
}

/// A reason as its reader may know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub sentence: String,
    /// What it is about, in a word or two.
    pub short: String,
    /// Units: log-odds.
    pub weight: f64,
    /// Whether a worker can do something about it.
    pub can_act: bool,
}

/// Errors: refused for somebody who is not within reach, or who gets no chance.
pub async fn of_person(ctx: &Context, actor: &Actor, id: i64) -> Result<OfPerson, Wrong> {
    may(actor, Act::ViewSupport)?;
    let mut tx = ctx.db.begin().await?;
    if people::within(&mut tx, &actor.scope, &[id]).await?.is_empty() {
        return Err(Wrong::denied(Denial::said("This young person is not within your reach.")));
    }
    if !predictors::objecting(&mut tx, &[id]).await?.is_empty() {
        return Err(Wrong::refused("No chance is worked out for this young person."));
    }
    let loaded = people::load(&mut tx, &[id], Moment::Now).await?;
    let today = ctx.today();
    let cut = Cut::load(&mut tx, actor, &[id], today).await?;
    if !cut.is_named(id) {
        let nameless = "No agreement gives you the name of this young person.";
        return Err(Wrong::denied(Denial::said(nameless)));
    }
    let name = loaded.first().map(|one| one.record.particulars.full_name()).unwrap_or_default();
    let name = cut.name(id, name);
    let advisers = store::contacts::advisers(&mut tx, id).await?;
    let ask = advisers.first().map_or(ASK, |(_, name, _)| name.as_str());
    let mut newest = predictors::of_person(&mut tx, id).await?;
    newest.sort_by_key(|(run, _)| Reverse(runs::order(run)));
    let lives = predictors::lives(&mut tx).await?;
    let (standing, silent) = (runs::standing(&lives), withdrawn(&lives));
    let all = newest.into_iter().take(MOST).map(|(run, score)| {
        let told: Told = serde_json::from_str(&score.content).unwrap_or_default();
        let live = runs::may_be_shown(&run, &standing, today);
        let expired = run.expires < today;
        let why = silent.get(run.point.as_str()).filter(|_| !expired);
        Given {
            expired,
            words: live.then(|| risk::words::chance(score.chance)),
            reasons: if live { whys(actor, &told, ask) } else { Vec::new() },
            missing: if live { missing_seen(reader(actor, ask), told.missing) } else { Vec::new() },
            withdrawn: why.cloned(),
            run,
        }
    });
    let given = all.collect();
    let choice = predictors::choices(&mut tx, today)
        .await?
        .remove(&id)
        .and_then(|chosen| Some((Choice::from_name(&chosen.choice)?, chosen.reason)));
    note(ctx, &mut tx, actor, ("chance shown", Some(id), "chance and reasons")).await?;
    tx.commit().await?;
    Ok(OfPerson { name, given, choice })
}

/// The chance that is shown, which is the newest that stands; all others; and, where none is shown, who withdrew
/// what the newest that has not expired was worked out by, and why.
///
/// Shape: `given` and the others with the newest first.
pub fn parted(mut given: Vec<Given>) -> (Option<Given>, Vec<Given>, Option<String>) {
    let standing = given.iter().position(|one| one.words.is_some());
    let shown = standing.map(|at| given.remove(at));
    let withdrawn = match &shown {
        Some(_) => None,
        None => given.iter().find_map(|one| one.withdrawn.clone()),
    };
    (shown, given, withdrawn)
}

/// By point, why nothing of it is shown where its predictor was withdrawn.
fn withdrawn(lives: &[Life]) -> BTreeMap<&'static str, String> {
    let of = |point: Point| Some((point.name(), runs::withdrawn(lives, point)?));
    Point::ALL.into_iter().filter_map(of).collect()
}

/// Reasons one by one; what a school may not know is one line without a weight of its own.
fn whys(actor: &Actor, told: &Told, ask: &str) -> Vec<Why> {
    let label = |fact: &str| match domain::prediction::named(fact) {
        Some(feature) => feature.label.to_owned(),
        None => "points".to_owned(),
    };
    let all: Vec<Heard<'_>> = told.reasons.iter().map(|said| said.kept()).collect();
    let of = |seen: Seen| match seen.of.and_then(|at| told.reasons.get(at)) {
        Some(said) => {
            let sentence = seen.sentence;
            let (weight, can_act) = (said.weight, said.can_act);
            Why { short: short(&label(&said.fact)), weight, sentence, can_act }
        }
        None => {
            let whose =
                if seen.sentence == OTHER_FACTS { "Other facts" } else { "Another service" };
            let (short, sentence) = (whose.to_owned(), seen.sentence);
            Why { short, weight: 0.0, sentence, can_act: false }
        }
    };
    seen_by(reader(actor, ask), &all).into_iter().map(of).collect()
}

/// At most four words, for a bar's name.
fn short(label: &str) -> String {
    let words: Vec<&str> =
        label.split([' ', ',']).filter(|word| !word.is_empty()).take(4).collect();
    let mut text = words.join(" ");
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::Day;
    use jiff::civil::date;

    const WHY: &str =
        "Predictor 7 was withdrawn by B. Owner: Schools were misled. Its list is not shown.";

    fn given(point: Point, (day, expires): (Day, Day), withdrawn: Option<&str>) -> Given {
        let run = Run {
            id: 1,
            predictor: 7,
            point: point.name().to_owned(),
            day,
            expires,
            way: "model".to_owned(),
            at: String::new(),
        };
        Given {
            expired: expires < date(2025, 3, 14),
            words: None,
            withdrawn: withdrawn.map(str::to_owned),
            reasons: Vec::new(),
            missing: Vec::new(),
            run,
        }
    }

    /// What has expired would not be shown anyhow; the older one would, had nobody withdrawn its predictor.
    #[test]
    fn a_withdrawal_is_told_behind_a_newer_chance_that_has_expired() {
        let newest = given(Point::Monthly, (date(2025, 1, 31), date(2025, 2, 28)), None);
        let older = given(Point::Autumn, (date(2024, 11, 15), date(2025, 5, 15)), Some(WHY));
        assert!(newest.expired && !older.expired);
        let (shown, others, withdrawn) = parted(vec![newest.clone(), older.clone()]);
        assert_eq!((shown.is_none(), others.len(), withdrawn.as_deref()), (true, 2, Some(WHY)));

        let standing = Given { words: Some("1 in 10"), ..newest };
        let (shown, others, withdrawn) = parted(vec![standing, older]);
        assert_eq!((shown.is_some(), others.len(), withdrawn), (true, 1, None), "one is shown");
    }
}
