//! The forecast of NEET and not known: months ahead and the count months, with intervals, what would
//! change it, and the test it has to pass against its two plain rivals.

use std::collections::BTreeSet;

use domain::access::Scope;
use domain::calendar::Month;
use domain::edition::Edition;
use domain::forecast::judge::{Judged, Spread, choose, verdict};
use domain::forecast::landmark::{AHEAD, BANDS, Expected, Panel, Pull, Start, learn, starts};
use formats::reference::editions;

use super::history::{Groups, LAPSED, LEARNING, NEET, NOT_KNOWN, OTHER_EET, STATES, panel};
use super::shown::{Ahead, Interval, Level, MonthAhead, Tested, Weighed, WhatIf};
use super::told::{YEARLY, level, level_by, mean, spread_of, trial, words};
use super::weighing::Past;
use crate::{Context, Wrong};

/// Forecasts over the people within a scope. Where another edition is asked for, both are forecast and the
/// other one's is what would change.
///
/// Errors: refused where the register is too young, or an edition counts by age on the day.
pub async fn neet(
    ctx: &Context,
    scope: &Scope,
    edition: &Edition,
    origin: Month,
    what_if: WhatIf,
) -> Result<Ahead, Wrong> {
    if what_if.found_percent > 100 || what_if.places > 100_000 {
        return Err(Wrong::refused("Say a share of up to 100 in 100, and up to 100,000 places."));
    }
    let other = other_edition(what_if, edition)?;
    let mut tx = ctx.db.begin_read().await?;
    let reach: Option<BTreeSet<i64>> =
        store::cohort::admitted(&mut tx, scope).await?.map(|ids| ids.into_iter().collect());
    drop(tx);
    let about = (origin, reach.as_ref());
    let asked = WhatIf { edition: None, ..what_if };
    let Some(other) = other else { return foretold(ctx, edition, about, asked).await };
    let found = foretold(ctx, edition, about, WhatIf::default()).await?;
    let there = foretold(ctx, other, about, asked).await?;
    Ok(found.beside(there, what_if))
}

/// The edition that is asked for beside the forecast's own; none where it is the same.
fn other_edition(what_if: WhatIf, own: &Edition) -> Result<Option<&'static Edition>, Wrong> {
    let Some(name) = what_if.edition else { return Ok(None) };
    let Some(other) = editions().named(name) else {
        return Err(Wrong::refused(format!("No edition is called {name}.")));
    };
    // Said before anything is read.
    Groups::of(other)?;
    Ok(Some(other).filter(|other| other.name != own.name))
}

async fn foretold(
    ctx: &Context,
    edition: &Edition,
    (origin, reach): (Month, Option<&BTreeSet<i64>>),
    what_if: WhatIf,
) -> Result<Ahead, Wrong> {
    let panel = panel(ctx, edition, origin, reach).await?;
    let model = Model { panel: &panel, groups: Groups::of(edition)?, edition };
    Ok(model.ahead(what_if))
}

/// Which standings each figure counts.
const SETS: [(&str, Set); 3] = [
    ("neet", set(&[NEET])),
    ("not-known", set(&[NOT_KNOWN, LAPSED])),
    ("neet-not-known", set(&[NEET, NOT_KNOWN, LAPSED])),
];

const COHORT: Set = set(&[LEARNING, OTHER_EET, NEET, NOT_KNOWN, LAPSED]);

/// States of the panel.
type Set = [bool; STATES];

#[expect(clippy::indexing_slicing, reason = "states are below their number")]
const fn set(states: &[usize]) -> Set {
    let mut all = [false; STATES];
    let mut at = 0;
    while at < states.len() {
        all[states[at]] = true;
        at += 1;
    }
    all
}

struct Model<'a> {
    panel: &'a Panel,
    groups: Groups,
    edition: &'a Edition,
}

/// The expectations of one month by figure.
pub(super) type Month3 = [Expected; 3];

/// Judged forecasts of single months, and of the count months together.
#[derive(Default)]
struct Trials(Vec<[Judged; 3]>, Vec<[Judged; 3]>);

/// A run of months that are counted together, by their distance from an origin.
#[derive(Clone, Debug)]
struct Run {
    months: Vec<Month>,
}

impl Run {
    fn year_before(&self) -> Self {
        Self { months: self.months.iter().map(|month| month.plus(-12)).collect() }
    }
}

impl Model<'_> {
    fn last(&self) -> usize {
        self.panel.months() - 1
    }

    fn place(&self, month: Month) -> Option<usize> {
        usize::try_from(month.months_since(self.panel.first())).ok()
    }

    /// What was, as an expectation without doubt.
    fn seen(&self, at: usize) -> Month3 {
        SETS.map(|(_, set)| {
            let (of, all) = self.panel.share(at, &set, &COHORT);
            Expected { of, all, variance: 0.0 }
        })
    }

    /// A forecast beside what came and what stood when it was made.
    fn hold(
        &self,
        (ahead, origin): (usize, usize),
        found: &Month3,
        came: &Month3,
        before: Option<&Month3>,
    ) -> [Judged; 3] {
        let now = self.seen(origin);
        let then = origin.checked_sub(12).map(|at| self.seen(at));
        let share = |of: &Month3, at: usize| of.get(at).map_or(0.0, |one| one.share());
        [0, 1, 2].map(|at| Judged {
            ahead,
            origin,
            target: origin + ahead,
            forecast: share(found, at),
            chance: found.get(at).map_or(0.0, |one| one.error()),
            actual: share(came, at),
            no_change: share(&now, at),
            last_year: before.map(|before| share(before, at)),
            then: then.as_ref().map(|then| share(then, at)),
        })
    }

    /// Expectations of the months after `origin`, the nearest first.
    fn foretell(&self, origin: usize, starts: &[Start], steps: usize, pull: Pull) -> Vec<Month3> {
        let from = self.panel.month(origin);
        let people: f64 = starts.iter().map(|start| start.people).sum();
        (1..=steps)
            .map(|ahead| {
                let rates = learn(self.panel, origin, (from, ahead), pull);
                let counted_then = |group: usize| self.groups.counted_then(group, from, ahead);
                SETS.map(|(_, set)| {
                    rates.expected(starts, (&set, &COHORT), &counted_then).learned_from(people)
                })
            })
            .collect()
    }

    /// The first run of the edition's count months that ends after a month.
    fn run_after(&self, month: Month) -> Run {
        let wanted = &self.edition.measure.months;
        let (first, length) = (wanted.first().copied().unwrap_or(12), wanted.len());
        let ends = |start: Month| start.plus(i32::try_from(length).unwrap_or(1) - 1);
        let start = (-12..=12)
            .map(|step| month.plus(step))
            .find(|start| start.number() == first && ends(*start) > month)
            .unwrap_or(month.plus(1));
        Run { months: start.through(ends(start)).collect() }
    }

    /// A month seen, or foretold from `origin`.
    fn month(&self, at: usize, origin: usize, ahead: &[Month3]) -> Option<Month3> {
        match at <= origin {
            true => Some(self.seen(at)),
            false => ahead.get(at - origin - 1).copied(),
        }
    }

    /// The mean of a run's counts, from months seen and months foretold.
    fn together(&self, run: &Run, origin: usize, ahead: &[Month3]) -> Option<Month3> {
        let mut sum = [Expected::default(); 3];
        for month in &run.months {
            let one = self.month(self.place(*month)?, origin, ahead)?;
            for (sum, one) in sum.iter_mut().zip(one) {
                sum.of += one.of;
                sum.all += one.all;
                // The same people stand in all months: deviations add up, not variances.
                sum.variance = (sum.variance.sqrt() + one.variance.sqrt()).powi(2);
            }
        }
        Some(sum)
    }

    /// Whether no month of a run had been counted by `origin`.
    fn is_to_come(&self, run: &Run, origin: usize) -> bool {
        run.months.first().and_then(|month| self.place(*month)).is_some_and(|at| at > origin)
    }

    fn distance(&self, run: &Run, origin: usize) -> usize {
        let last = run.months.last().and_then(|month| self.place(*month)).unwrap_or(origin + 1);
        last.saturating_sub(origin)
    }

    /// Forecasts in the way that had done best by the month each was made in, with what came of
    /// them, and the way that has done best by now.
    fn judged(&self) -> (Trials, Pull) {
        let ways = Pull::ALL.map(|pull| self.judged_by(pull));
        let both = |trials: &Trials| -> Vec<Judged> {
            trials.0.iter().filter_map(|three| three.last().copied()).collect()
        };
        let errors = ways.each_ref().map(both);
        let mut found = Trials::default();
        for (at, trials) in ways.iter().enumerate() {
            let chosen = |three: &&[Judged; 3]| {
                three.first().is_some_and(|one| choose(&errors, one.origin) == at)
            };
            found.0.extend(trials.0.iter().filter(chosen).copied());
            found.1.extend(trials.1.iter().filter(chosen).copied());
        }
        let pull = Pull::ALL.get(choose(&errors, self.last())).copied();
        (found, pull.unwrap_or(Pull::Season))
    }

    fn judged_by(&self, pull: Pull) -> Trials {
        let mut trials = Trials::default();
        for origin in 12..self.last() {
            let steps = (self.last() - origin).min(AHEAD);
            let ahead = self.foretell(origin, &starts(self.panel, origin), steps, pull);
            self.judge_from(origin, &ahead, &mut trials);
        }
        trials
    }

    /// The months before rates could be learned: what no change would have been off by.
    fn early(&self) -> Trials {
        let mut trials = Trials::default();
        for origin in 0..12.min(self.last()) {
            let stays = vec![self.seen(origin); (self.last() - origin).min(AHEAD)];
            self.judge_from(origin, &stays, &mut trials);
        }
        trials
    }

    /// What was foretold from one month, held against what came.
    fn judge_from(&self, origin: usize, ahead: &[Month3], trials: &mut Trials) {
        for (step, found) in (1..=AHEAD.min(self.last() - origin)).zip(ahead) {
            let before = (origin + step).checked_sub(12).map(|at| self.seen(at));
            let came = self.seen(origin + step);
            trials.0.push(self.hold((step, origin), found, &came, before.as_ref()));
        }
        let run = self.run_after(self.panel.month(origin));
        let far = self.distance(&run, origin);
        if !self.is_to_come(&run, origin) || origin + far > self.last() {
            return;
        }
        let before = self.together(&run.year_before(), self.last(), &[]);
        let came = self.together(&run, self.last(), &[]);
        if let Some((found, came)) = self.together(&run, origin, ahead).zip(came) {
            trials.1.push(self.hold((far, origin), &found, &came, before.as_ref()));
        }
    }

    fn ahead(&self, what_if: WhatIf) -> Ahead {
        let origin = self.last();
        let (Trials(raw_months, raw_runs), pull) = self.judged();
        let Trials(early_months, early_runs) = self.early();
        let past_months = Past { judged: &raw_months, early: &early_months };
        let past_runs = Past { judged: &raw_runs, early: &early_runs };
        let (months, runs) = (past_months.settle(), past_runs.settle());
        let begin = starts(self.panel, origin);
        let plain = self.foretell(origin, &begin, AHEAD, pull);
        let found_are_neet = self.found_are_neet(origin);
        let other = (!what_if.is_nothing()).then(|| {
            let moved = self.placed(&begin, what_if.places);
            let ahead = self.foretell(origin, &moved, AHEAD, pull);
            ahead.into_iter().map(|m| with_found(m, what_if, found_are_neet)).collect::<Vec<_>>()
        });
        let settled: Vec<Month3> = (1..=AHEAD)
            .zip(&plain)
            .map(|(step, found)| {
                let before = (origin + step).checked_sub(12).map(|at| self.seen(at));
                self.settled(&past_months, found, (step, origin), before.as_ref())
            })
            .collect();
        let what: Option<Vec<Month3>> = other.as_ref().map(|other| {
            let each = other.iter().zip(&plain).zip(&settled);
            each.map(|((what, plain), settled)| moved(what, plain, settled)).collect()
        });
        let mut all: Vec<MonthAhead> =
            (origin.saturating_sub(11)..=origin).map(|at| self.was(at)).collect();
        for (step, found) in (1..=AHEAD).zip(&settled) {
            let what = what.as_ref().and_then(|what| what.get(step - 1));
            all.push(MonthAhead {
                month: self.panel.month(origin + step).to_string(),
                seen: false,
                level: level(&months, found, (origin, step)),
                what_if: what.map(|found| level(&months, found, (origin, step))),
            });
        }
        let run = self.run_after(self.panel.month(origin));
        let begun = |ahead: &[Month3]| self.begun(&run, ahead, &months);
        let winter = match self.is_to_come(&run, origin) {
            true => self.to_come(&run, (&plain, other.as_deref()), (&past_runs, &runs)),
            false => begun(&settled)
                .map(|level| (level, what.as_ref().and_then(|what| begun(what)), Vec::new())),
        };
        let (of_winter, what_of_winter, weighed) = winter.unwrap_or_else(|| {
            let far = (origin, self.distance(&run, origin));
            (level(&runs, &self.seen(origin), far), None, Vec::new())
        });
        Ahead {
            edition: self.edition.name.clone(),
            origin: self.panel.month(origin).to_string(),
            history_from: self.panel.first().to_string(),
            months: all,
            count_months: run.months.iter().map(Month::to_string).collect(),
            winter: MonthAhead {
                month: words(&run.months),
                seen: false,
                level: of_winter,
                what_if: what_of_winter,
            },
            weighed,
            level_percent: domain::forecast::judge::LEVEL,
            what_if,
            under: None,
            found_are_neet_percent: found_are_neet * 100.0,
            tested: self.tested(&months, &runs),
        }
    }

    /// The level of a run of which no month has been counted, with what was asked, and what it is made of.
    fn to_come(
        &self,
        run: &Run,
        (plain, other): (&[Month3], Option<&[Month3]>),
        (past, settled): (&Past, &[[Judged; 3]]),
    ) -> Option<(Level, Option<Level>, Vec<Weighed>)> {
        let origin = self.last();
        let far = self.distance(run, origin);
        let before = self.together(&run.year_before(), origin, &[]);
        let base = self.together(run, origin, plain)?;
        let found = self.settled(past, &base, (far, origin), before.as_ref());
        let of = |found: &Month3| mean(level(settled, found, (origin, far)), run.months.len());
        let what = other.and_then(|other| self.together(run, origin, other));
        let weighed = past.weighed(&self.hold((far, origin), &base, &base, before.as_ref()));
        Some((of(&found), what.map(|what| of(&moved(&what, &base, &found))), weighed))
    }

    /// The level of a run that has begun: months that were counted stand as they were, the others as each is foretold
    /// by itself. Forecasts of whole runs, made months before, tell nothing of how far off that may be.
    fn begun(&self, run: &Run, ahead: &[Month3], months: &[[Judged; 3]]) -> Option<Level> {
        let origin = self.last();
        let found = self.together(run, origin, ahead)?;
        let spread = |which: usize| {
            let of = |month: &Month| {
                let at = self.place(*month)?;
                let one = self.month(at, origin, ahead)?.get(which).copied()?;
                let to_come = at.checked_sub(origin).filter(|step| *step > 0);
                let spread = to_come.map(|step| spread_of(months, which, (origin, step)));
                Some((one.share(), one.all, spread))
            };
            Spread::of_mean(&run.months.iter().filter_map(of).collect::<Vec<_>>())
        };
        Some(mean(level_by(&found, spread), run.months.len()))
    }

    /// What is expected of a month, or of the count months, once all ways are weighed.
    fn settled(
        &self,
        past: &Past,
        found: &Month3,
        about: (usize, usize),
        before: Option<&Month3>,
    ) -> Month3 {
        let [neet, not_known, _] = past.settled(&self.hold(about, found, found, before));
        let [a, b, both] = *found;
        let of = |one: Expected, share: f64| Expected { of: share * one.all, ..one };
        let together = neet.forecast + not_known.forecast;
        [of(a, neet.forecast), of(b, not_known.forecast), of(both, together)]
    }

    fn was(&self, at: usize) -> MonthAhead {
        let seen = self.seen(at).map(|one| {
            let percent = one.share() * 100.0;
            Interval { percent, low: percent, high: percent, people: one.of }
        });
        let [neet, not_known, neet_not_known] = seen;
        let cohort = self.seen(at).first().map_or(0.0, |one| one.all);
        let level = Level { neet, not_known, neet_not_known, cohort };
        MonthAhead { month: self.panel.month(at).to_string(), seen: true, level, what_if: None }
    }

    /// Places taken up now: as many people fewer are NEET, spread as NEET is spread.
    fn placed(&self, begin: &[Start], places: u32) -> Vec<Start> {
        let counted = self.groups.counted();
        let is_neet =
            |s: &Start| s.place / BANDS == NEET && counted.get(s.group).copied().unwrap_or(false);
        let neet: f64 = begin.iter().filter(|s| is_neet(s)).map(|s| s.people).sum();
        if neet <= 0.0 || places == 0 {
            return begin.to_vec();
        }
        let taken = (f64::from(places) / neet).min(1.0);
        begin
            .iter()
            .flat_map(|start| match is_neet(start) {
                true => vec![
                    Start { people: start.people * (1.0 - taken), ..*start },
                    Start { people: start.people * taken, place: LEARNING * BANDS + 2, ..*start },
                ],
                false => vec![*start],
            })
            .collect()
    }

    /// Of those who had been not known and were found within the last year, the share NEET.
    fn found_are_neet(&self, origin: usize) -> f64 {
        let (mut neet, mut all) = (1.0, 4.0);
        for at in origin.saturating_sub(12)..origin {
            for place in NOT_KNOWN * BANDS..LAPSED * BANDS {
                for to in [LEARNING, OTHER_EET, NEET] {
                    let people = f64::from(self.panel.seen_later((at, 1), place, to));
                    neet += if to == NEET { people } else { 0.0 };
                    all += people;
                }
            }
        }
        neet / all
    }

    fn tested(&self, months: &[[Judged; 3]], runs: &[[Judged; 3]]) -> Tested {
        let mut trials = Vec::new();
        for (which, ((measure, _), yearly)) in SETS.iter().zip(YEARLY).enumerate() {
            let of = |all: &[[Judged; 3]]| -> Vec<Judged> {
                all.iter().filter_map(|three| three.get(which).copied()).collect()
            };
            let (months, runs) = (of(months), of(runs));
            for (low, high, ahead) in
                [(1, 1, "1"), (2, 3, "2 to 3"), (4, 6, "4 to 6"), (7, 12, "7 to 12")]
            {
                let some: Vec<Judged> =
                    months.iter().filter(|j| (low..=high).contains(&j.ahead)).copied().collect();
                trials
                    .push(trial(("month-ahead", measure, ahead), &verdict(&some, &months, yearly)));
            }
            trials
                .push(trial(("count-months", measure, "up to 12"), &verdict(&runs, &runs, yearly)));
        }
        let origin = |at: usize| self.panel.month(at).to_string();
        Tested { first_origin: origin(12), last_origin: origin(self.last() - 1), trials }
    }
}

/// What was asked changes the settled forecast by as many people as it changes the landmarks'.
fn moved(what: &Month3, plain: &Month3, settled: &Month3) -> Month3 {
    let [(a, b, c), (d, e, f), (g, h, i)] = [
        (what[0], plain[0], settled[0]),
        (what[1], plain[1], settled[1]),
        (what[2], plain[2], settled[2]),
    ];
    let by = |what: Expected, plain: Expected, settled: Expected| Expected {
        of: (settled.of + what.of - plain.of).max(0.0),
        ..settled
    };
    [by(a, b, c), by(d, e, f), by(g, h, i)]
}

/// Those not known who are found: NEET rises by those of them who are.
fn with_found([neet, not_known, both]: Month3, what_if: WhatIf, are_neet: f64) -> Month3 {
    let found = not_known.of * f64::from(what_if.found_percent) / 100.0;
    let neet = Expected { of: neet.of + found * are_neet, ..neet };
    let not_known = Expected { of: not_known.of - found, ..not_known };
    let both = Expected { of: both.of - found * (1.0 - are_neet), ..both };
    [neet, not_known, both]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::forecast::blend::WAYS;
    use domain::forecast::landmark::place;

    /// Its count months are December to February.
    fn edition() -> &'static Edition {
        editions().named("2026-27").unwrap()
    }

    /// Of 1,000 people of an age that is counted, so many in a thousand NEET in each month, and always the same first.
    fn register(first: &str, neet: &[usize]) -> (Panel, Groups) {
        let groups = Groups::of(edition()).unwrap();
        let mut panel = Panel::new(first.parse().unwrap(), neet.len(), groups.counted(), STATES);
        let state = |person: usize, at: usize| if person < neet[at] { NEET } else { LEARNING };
        for person in 0..1_000 {
            let stood: Vec<usize> = (0..neet.len())
                .map(|at| {
                    let here = state(person, at);
                    let same = |then: &usize| state(person, *then) == here;
                    let months = (0..=at).rev().take_while(same).count();
                    let was = (0..=at).any(|then| state(person, then) == NEET);
                    place(here, months, here == NEET, was)
                })
                .collect();
            for (at, place) in stood.iter().enumerate() {
                panel.stand(at, 2, *place);
                for ahead in 1..=AHEAD.min(neet.len() - 1 - at) {
                    panel.became((at, ahead), (2, *place), (2, state(person, at + ahead)));
                }
            }
        }
        (panel, groups)
    }

    fn ahead(panel: &Panel, groups: Groups, what_if: WhatIf) -> Ahead {
        Model { panel, groups, edition: edition() }.ahead(what_if)
    }

    #[test]
    fn a_winter_of_which_two_months_are_counted_is_those_two_and_one_foretold() {
        // Three years at 3 %, then December 5.0 and January 5.2.
        let mut neet = vec![30; 35];
        neet.extend([50, 52]);
        let (panel, groups) = register("2023-01", &neet);
        let found = ahead(&panel, groups, WhatIf::default());
        assert_eq!(found.count_months, ["2025-12", "2026-01", "2026-02"]);
        let (winter, next) = (found.winter.level.neet, found.months[12].level.neet);
        assert_eq!(found.months[12].month, "2026-02");
        let mean = (5.0 + 5.2 + next.percent) / 3.0;
        assert!((winter.percent - mean).abs() < 1e-9, "{winter:?} {mean}");
        assert!((4.9..5.3).contains(&winter.percent), "{winter:?}");
        // Only the third month is in doubt, so a third of its doubt is left.
        let doubt = |of: Interval| of.high - of.low;
        assert!(doubt(winter) < 0.5 * doubt(next), "{winter:?} {next:?}");
        assert!(winter.low < winter.percent && winter.percent < winter.high);
        assert_eq!((found.weighed.len(), found.weighed_words().as_str()), (0, ""));
        let fewer = ahead(&panel, groups, WhatIf { places: 20, ..WhatIf::default() });
        let (plain, what) = (fewer.winter.level.neet, fewer.winter.what_if.unwrap().neet);
        assert!((plain.percent - winter.percent).abs() < 1e-9, "the forecast itself stays");
        assert!(what.percent < plain.percent - 0.1 && what.percent > 3.4, "{what:?}");
    }

    #[test]
    fn a_winter_to_come_is_made_of_all_ways() {
        let (panel, groups) = register("2023-01", &[30; 35]);
        let found = ahead(&panel, groups, WhatIf::default());
        assert_eq!(found.count_months, ["2025-12", "2026-01", "2026-02"]);
        let all: f64 = found.weighed.iter().map(|one| one.neet_percent).sum();
        assert!(found.weighed.len() == WAYS && (all - 100.0).abs() < 1e-6, "{:?}", found.weighed);
        assert!(
            found.weighed_words().starts_with("The forecast of December 2025 to February 2026")
        );
    }
}
